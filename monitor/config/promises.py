"""When we work and what we promise: business calendars and SLA policies."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from classifiers.contract import Severity
from monitor.config.values import BusinessTime, DayHours, Frozen, Promise, Section, like

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError('this is not a time zone: write for example "Europe/Riga" or "UTC"') from None
    return name


def _spread(week: object) -> object:
    """`{"mon-fri": hours}` -> one entry per day."""
    if not isinstance(week, dict):
        return week
    days: dict[str, Any] = {}
    for key, hours in week.items():
        for day in _days(str(key).lower()):
            if day in days:
                raise ValueError(f"{day} is given twice: once as part of {key!r}")
            days[day] = hours
    return days


def _days(key: str) -> tuple[str, ...]:
    names: tuple[str, ...] = WEEKDAYS
    first, _, last = key.partition("-")
    last = last or first
    if first not in names or last not in names or names.index(first) > names.index(last):
        raise ValueError(f'"{key}" is not a day: use mon, tue, wed, thu, fri, sat, sun, or a range such as mon-fri')
    return names[names.index(first) : names.index(last) + 1]


class Holidays(Section):
    """Whose public holidays are closed days; working days moved by the state are honoured too."""

    country: Annotated[str, AfterValidator(like(r"[A-Z]{2}", "write the two capital letters of the country, as in LV"))]
    """ISO 3166-1 code: LV, BG, RU, GB …"""
    subdivision: str | None = None
    """A region with holidays of its own, e.g. BY for Bavaria."""

    def unknown(self) -> str | None:
        """Why nobody knows these holidays; None when they are known. Slow to ask first (a large library is loaded)."""
        from holidays import country_holidays

        try:
            country_holidays(self.country, subdiv=self.subdivision)
        except NotImplementedError as error:
            return str(error)
        return None


class Calendar(Section):
    """When somebody is there to answer."""

    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    """IANA time zone of the hours below."""
    always: bool = False
    """Open day and night, every day; then no week, holidays or days are given."""
    week: Annotated[Frozen[str, DayHours], BeforeValidator(_spread)] = Field(default_factory=dict)
    """Hours by day (mon … sun, or a range such as mon-fri); several stretches a day, and past midnight."""
    holidays: Holidays | None = None
    """Public holidays that are closed."""
    closed: tuple[date, ...] = ()
    """Further closed days."""
    open: tuple[date, ...] = ()
    """Days that are worked although they are a holiday or closed by the week."""
    shifted_day: Weekday = "mon"
    """Whose hours hold on a worked day that has none of its own, such as a working Saturday decreed by the state."""

    @model_validator(mode="after")
    def _open_some_time(self) -> Self:
        regular = bool(self.week or self.holidays or self.closed or self.open)
        if self.always and regular:
            raise ValueError("always: true leaves no room for week, holidays, closed or open: remove one or the other")
        if both := sorted({*self.closed} & {*self.open}):
            raise ValueError(f"{both[0]} is both open and closed: remove one of them")
        if not self.always and not any(self.week.values()):
            raise ValueError('no working hours: give "week", or write always: true')
        return self


class Promises(Section):
    """How soon we promise to act, in working time; what is left out is not promised."""

    first_response: Promise | None = None
    """From the first post that needs an answer to our first human reply."""
    next_response: Promise | None = None
    """From the oldest unanswered later post to our next reply."""
    resolution: Promise | None = None
    """From the first post to the end of the case."""


class SlaPolicy(Section):
    """The promises of one policy. Each severity replaces the default as a whole."""

    default: Promises
    """For questions, for what the model does not know, and for severities that are not listed."""
    severities: Frozen[Severity, Promises] = Field(default_factory=dict)
    """By severity: no_explicit_reproach, disapproval, accusation, blame."""

    warn_before: BusinessTime = timedelta(0)
    """How long before each deadline to warn; 0s: never."""

    def promises(self, severity: Severity | None) -> Promises:
        """What is promised to a case of that severity; None for a question or an unknown one."""
        return self.default if severity is None else self.severities.get(severity, self.default)
