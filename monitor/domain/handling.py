"""How one brand handles its cases: triage rules, promises, the calendar they run on, and when a closed case returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.domain.calendar import BusinessCalendar
from monitor.domain.model import Case, Post, Status
from monitor.domain.sla import Policy
from monitor.domain.triage import Rules


@dataclass(frozen=True, slots=True)
class Handling:
    """The rules of one brand.

    `reopen_within` is how long a resolved case takes a new post of its thread back. `handles` are the brand's own on
    any network, in lower case, without the @.
    """

    policy: Policy
    calendar: BusinessCalendar
    rules: Rules = field(default_factory=Rules)
    reopen_within: timedelta = timedelta(days=7)
    handles: frozenset[str] = frozenset()

    def untagged(self, post: Post) -> bool:
        """Whether the post names the brand without addressing it. Answers of a thread address it by their place."""
        text = post.text.lower()
        return bool(self.handles) and post.in_reply_to is None and not any(f"@{h}" in text for h in self.handles)

    def takes_back(self, case: Case, at: datetime) -> bool:
        """Whether a post published at `at` belongs to `case` rather than to a new one of the same conversation."""
        if case.status.live:
            return True
        return case.status is Status.RESOLVED and case.resolved_at is not None and (
            at - case.resolved_at <= self.reopen_within
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Handlings:
    """The handling of every brand; brands without one of their own (an imported dump's) share `default`."""

    default: Handling
    by_brand: Mapping[str, Handling] = field(default_factory=dict)

    def of(self, brand: str) -> Handling:
        return self.by_brand.get(brand, self.default)

    def calendar_of(self, case: Case) -> BusinessCalendar:
        """The calendar that the promises of `case` name; where the configuration has none by that name any more, the
        brand's present one stands in for it."""
        present = self.of(case.brand).calendar
        return self.calendars.get(case.targets.calendar) or replace(present, name=case.targets.calendar)

    @property
    def calendars(self) -> Mapping[str, BusinessCalendar]:
        """Every calendar by name, for measuring cases whose promises name one."""
        return {h.calendar.name: h.calendar for h in (self.default, *self.by_brand.values())}
