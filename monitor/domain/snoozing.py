"""For how long to snooze: the usual answers, as exact moments on the clock of the person who asks."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from monitor.domain.calendar import BusinessCalendar


class Preset(StrEnum):
    """An answer to "until when?"."""

    HOUR = "hour"
    """In an hour."""
    AFTERNOON = "afternoon"
    """At 14:00 today; not offered from 13:00 on."""
    TOMORROW = "tomorrow"
    """At 9:00 tomorrow."""
    OPENING = "opening"
    """When the team next begins to work; not offered to a team that never stops."""
    WEEK = "week"
    """In a week, at 9:00."""


_MORNING, _AFTERNOON = time(9), time(14)
_LEAST_QUIET = timedelta(hours=1)
_LOOK_AHEAD = timedelta(days=60)


def presets(now: datetime, zone: ZoneInfo, calendar: BusinessCalendar) -> dict[Preset, datetime]:
    """The moments (UTC) that make sense now, in order of the presets. `calendar` is that of the case's brand."""
    now = now.astimezone(UTC)  # sums in a zone of its own would be of its wall clock
    offered = {
        Preset.HOUR: now + timedelta(hours=1),
        Preset.AFTERNOON: _at(now, zone, 0, _AFTERNOON),
        Preset.TOMORROW: _at(now, zone, 1, _MORNING),
        Preset.WEEK: _at(now, zone, 7, _MORNING),
    }
    if offered[Preset.AFTERNOON] - now < _LEAST_QUIET:
        del offered[Preset.AFTERNOON]
    opening = next_business_opening(now, calendar)
    if opening is not None:
        offered[Preset.OPENING] = opening
    return {preset: offered[preset].astimezone(UTC) for preset in Preset if preset in offered}


def next_business_opening(now: datetime, calendar: BusinessCalendar) -> datetime | None:
    """The next moment at which the team begins to work after a pause; None where none comes within two months."""
    now = now.astimezone(UTC)
    if not calendar.is_open(now):
        opening = calendar.next_opening(now)
        return opening if opening - now <= _LOOK_AHEAD else None
    # All the working time of a span up to a moment equals its length exactly until the team stops.
    closed = _first_closed(now, calendar)
    return None if closed is None else calendar.next_opening(closed)


def _first_closed(now: datetime, calendar: BusinessCalendar) -> datetime | None:
    """The first moment after `now` at which an open team no longer works; found by halving."""
    open_until, closed = now, now + _LOOK_AHEAD
    if calendar.between(now, closed) == closed - now:
        return None
    while closed - open_until > timedelta.resolution:
        middle = open_until + (closed - open_until) // 2
        if calendar.between(now, middle) == middle - now:
            open_until = middle
        else:
            closed = middle
    return closed


def _at(now: datetime, zone: ZoneInfo, days: int, at: time) -> datetime:
    """That time of the day so many days from now. A time that the clock skips is the moment after the gap."""
    local = now.astimezone(zone)
    wall = datetime.combine(local.date() + timedelta(days=days), at, tzinfo=zone)
    return wall.astimezone(UTC)
