"""Moments and durations as people type and read them."""

import re
from datetime import UTC, datetime, timedelta

import typer

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_AMOUNT = re.compile(r"(\d+)([mhdw])")


def moment_of(typed: str) -> datetime:
    """An ISO date or moment; UTC where it names no zone."""
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        raise typer.BadParameter(f"{typed!r} is no moment: write 2026-03-02 or 2026-03-02T09:30") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def moment_after(typed: str, now: datetime) -> datetime:
    """The moment that lies a typed duration (30m, 2h, 1d, 1h30m) after `now`."""
    return now + duration_of(typed)


def duration_of(typed: str) -> timedelta:
    """A typed duration: 30m, 2h, 1d, 1h30m."""
    parts = _AMOUNT.findall(typed)
    if not parts or "".join(number + unit for number, unit in parts) != typed:
        raise typer.BadParameter(f"{typed!r} is no duration: write 30m, 2h, 1d or 1h30m")
    return sum((int(number) * _UNITS[unit] for number, unit in parts), timedelta(0))


def moment_or_age(option: str, typed: str | None, now: datetime) -> datetime | None:
    """A moment, or an age such as 7d: so long before now. `option` names where it was typed, for the error."""
    if typed is None:
        return None
    try:
        is_age = typed[:1].isdigit() and typed[-1:] in set("mhdw")
        return now - (moment_after(typed, now) - now) if is_age else moment_of(typed)
    except typer.BadParameter as error:
        error.param_hint = option
        raise


def in_words(amount: timedelta) -> str:
    """A duration as it is said: 45 s, 14 min, 1 h 52 min, 3.2 d; a minus where it is overdue."""
    seconds = int(abs(amount).total_seconds())
    sign = "-" if amount < timedelta(0) else ""
    if seconds < 60:
        return f"{sign}{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{sign}{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{sign}{hours} h {rest} min" if rest else f"{sign}{hours} h"
    return f"{sign}{hours / 24:.1f} d"
