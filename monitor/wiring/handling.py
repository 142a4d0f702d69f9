"""From a configuration to how each brand's cases are handled: its calendar, its promises, its rules."""

from zoneinfo import ZoneInfo

from monitor.config import Config
from monitor.config import promises as configured
from monitor.config.promises import WEEKDAYS
from monitor.domain.calendar import BusinessCalendar, always, week
from monitor.domain.handling import Handling, Handlings
from monitor.domain.sla import Policy, Promise
from monitor.domain.triage import Rules


def handlings(config: Config) -> Handlings:
    """How each brand's cases are handled, and those of brands that are only imported."""
    calendars = {name: calendar(name, spec) for name, spec in config.calendars.items()}

    def handling(brand: str, handles: frozenset[str] = frozenset()) -> Handling:
        own = config.calendar_of(brand)
        return Handling(
            policy=policy(config.policy_of(brand), own, config.sla[config.policy_of(brand)]),
            calendar=calendars[own],
            rules=rules(config),
            handles=handles,
        )

    by_brand = {
        brand.name: handling(brand.name, frozenset(account.handle.lower() for account in brand.accounts))
        for brand in config.brands
    }
    return Handlings(default=handling(""), by_brand=by_brand)


def calendar(name: str, spec: configured.Calendar) -> BusinessCalendar:
    if spec.always:
        return always(name)
    hours = {WEEKDAYS.index(day): [(h.start, h.end) for h in spec.week[day]] for day in WEEKDAYS if day in spec.week}
    return BusinessCalendar(
        name=name,
        zone=ZoneInfo(spec.zone),
        week=week(hours),
        country=spec.holidays.country if spec.holidays else None,
        subdivision=spec.holidays.subdivision if spec.holidays else None,
        extra_closed=frozenset(spec.closed),
        extra_open=frozenset(spec.open),
        shifted_day=WEEKDAYS.index(spec.shifted_day),
    )


def policy(name: str, calendar_name: str, spec: configured.SlaPolicy) -> Policy:
    return Policy(
        name=name,
        calendar=calendar_name,
        default=_promise(spec.default),
        by_severity={severity: _promise(promises) for severity, promises in spec.severities.items()},
        warn_before=spec.warn_before,
    )


def _promise(spec: configured.Promises) -> Promise:
    return Promise(spec.first_response, spec.next_response, spec.resolution)


def rules(config: Config) -> Rules:
    chosen = config.triage
    return Rules(
        complaint=chosen.complaint,
        question=chosen.question,
        label=chosen.label,
        wide_reach=chosen.wide_reach,
        reposts=chosen.reposts,
        repeat_window=chosen.repeat_window,
        long_wait=chosen.long_wait,
        playbooks=chosen.playbooks,
    )
