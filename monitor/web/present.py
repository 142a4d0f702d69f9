"""Domain things in the words of one reader: numbers, moments and labels in that person's language and time zone.

Pure: what is shown depends on what is given, `now` included.
"""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent

from classifiers.contract import Cause, Churn, Kind, Sentiment, Severity, Stage, Threat
from monitor.domain.access import Rank
from monitor.domain.compensation import minor_digits
from monitor.domain.model import Account, Post, Role, Status, Target
from monitor.domain.snoozing import Preset

_LATVIAN_DATES = {
    "d MMM": "d. MMM",
    "d MMM y": "y. 'g'. d. MMM",
    "MMM y": "y. 'g'. MMM",
    "d MMMM y": "y. 'gada' d. MMMM",
    "EEEE, d MMMM": "EEEE, d. MMMM",
}
"""The day is an ordinal in Latvian, and the year stands before it."""

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def N_(sentence: str) -> str:  # noqa: N802 - the name that translators' tools look for
    """Marks a sentence for translation where it is written; it is translated where it is shown."""
    return sentence


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - like N_
    """Marks a sentence for translation in both its numbers, for `Wording.plural`."""
    return one, many


LABELS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    Kind: {
        Kind.COMPLAINT: N_("Complaint"),
        Kind.QUESTION: N_("Question"),
        Kind.PRAISE: N_("Praise"),
        Kind.OTHER: N_("Not about us"),
    },
    Sentiment: {
        Sentiment.NEGATIVE: N_("negative"),
        Sentiment.NEUTRAL: N_("neutral"),
        Sentiment.POSITIVE: N_("positive"),
    },
    Severity: {
        Severity.NO_EXPLICIT_REPROACH: N_("no open reproach"),
        Severity.DISAPPROVAL: N_("disapproves"),
        Severity.ACCUSATION: N_("accuses us"),
        Severity.BLAME: N_("blames us"),
    },
    Cause: {
        Cause.SLOW_RESPONSE: N_("slow response"),
        Cause.IGNORED: N_("ignored"),
        Cause.NO_AUTHORITY: N_("no authority"),
        Cause.UNTRAINED_STAFF: N_("untrained staff"),
        Cause.WRONG_INFORMATION: N_("wrong information"),
        Cause.RUDE_OR_INDIFFERENT: N_("rude or indifferent"),
        Cause.HAD_TO_REPEAT: N_("had to repeat"),
        Cause.REPEAT_CONTACT: N_("repeat contact"),
        Cause.TRAPPED_IN_AUTOMATION: N_("trapped in automation"),
        Cause.UNKNOWN_HISTORY: N_("unknown history"),
        Cause.CHANNEL_SWITCH: N_("sent to another channel"),
        Cause.PRODUCT_FAULT: N_("product fault"),
        Cause.DELIVERY: N_("delivery"),
        Cause.BILLING_REFUND: N_("billing or refund"),
        Cause.OUTAGE: N_("outage"),
        Cause.OTHER: N_("something else"),
    },
    Stage: {
        Stage.RESEARCH: N_("looking around"),
        Stage.PURCHASE: N_("buying"),
        Stage.DELIVERY_USE: N_("waiting for it or using it"),
        Stage.SUPPORT: N_("asking for help"),
        Stage.LEAVING: N_("leaving"),
        Stage.UNKNOWN: N_("stage unknown"),
    },
    Churn: {
        Churn.NONE: N_("stays"),
        Churn.CONSIDERING: N_("thinks of leaving"),
        Churn.DECIDED: N_("has decided to leave"),
        Churn.LEFT: N_("has left"),
    },
    Threat: {
        Threat.LEGAL: N_("a lawyer or a court"),
        Threat.REGULATOR: N_("a regulator"),
        Threat.MEDIA: N_("the media"),
        Threat.PUBLIC_SHAMING: N_("warns others in public"),
        Threat.SAFETY: N_("safety"),
    },
    Status: {
        Status.OPEN: N_("Open"),
        Status.WAITING: N_("Waiting for the customer"),
        Status.SNOOZED: N_("Snoozed"),
        Status.RESOLVED: N_("Resolved"),
        Status.DISMISSED: N_("Dismissed"),
    },
    Target: {
        Target.FIRST_RESPONSE: N_("first reply"),
        Target.NEXT_RESPONSE: N_("next reply"),
        Target.RESOLUTION: N_("resolution"),
    },
    Role: {
        Role.MENTION: N_("customer"),
        Role.REPLY: N_("our reply"),
        Role.BROADCAST: N_("our post"),
        Role.REPOST: N_("repost"),
    },
    Preset: {
        Preset.HOUR: N_("In an hour"),
        Preset.AFTERNOON: N_("This afternoon"),
        Preset.TOMORROW: N_("Tomorrow morning"),
        Preset.OPENING: N_("When we next open"),
        Preset.WEEK: N_("In a week"),
    },
    Rank: {
        Rank.VIEWER: N_("viewer"),
        Rank.AGENT: N_("agent"),
        Rank.LEAD: N_("lead"),
        Rank.ADMIN: N_("administrator"),
    },
}
"""Every label that the page shows, in English; by its enum too, since `other` is a kind and a cause."""

VIEWS: Mapping[str, str] = {
    "mine": N_("Mine"),
    "unassigned": N_("Unassigned"),
    "breaching": N_("Breaching"),
    "waiting": N_("Waiting"),
    "snoozed": N_("Snoozed"),
    "all": N_("All"),
    "needs-label": N_("Needs label"),
}
"""The built-in views by their keys."""

CAUSE_KEYS: tuple[Cause, ...] = (
    Cause.OUTAGE,
    Cause.BILLING_REFUND,
    Cause.DELIVERY,
    Cause.PRODUCT_FAULT,
    Cause.SLOW_RESPONSE,
    Cause.IGNORED,
    Cause.WRONG_INFORMATION,
    Cause.RUDE_OR_INDIFFERENT,
    Cause.HAD_TO_REPEAT,
)
"""The causes of the keys 1 to 9: always the same ones, so that fingers learn them."""

CAUSES: tuple[Cause, ...] = (*CAUSE_KEYS, *(cause for cause in Cause if cause not in CAUSE_KEYS))


@dataclass(frozen=True, slots=True)
class Wording:
    """How things are said to one reader at the moment `now`, in `language` and in the time zone `zone`."""

    now: datetime
    language: str = "en"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    catalog: gettext.NullTranslations = field(default_factory=gettext.NullTranslations)

    def text(self, sentence: str, **values: object) -> str:
        """The sentence in the reader's language, its named places filled."""
        return self.catalog.gettext(sentence) % values if values else self.catalog.gettext(sentence)

    def plural(self, one: str, many: str, n: int, **values: object) -> str:
        """The sentence in the grammatical number of `n`, which may be named `n` in it."""
        said = self.catalog.ngettext(one, many, n)
        return said % ({"n": self.number(n)} | values)

    def label(self, label: StrEnum | None) -> str:
        """A label of the domain in words; an empty string for none."""
        if label is None:
            return ""
        known = LABELS.get(type(label), {}).get(label)
        return self.text(known) if known is not None else label.value.replace("_", " ")

    def labels(self, labels: tuple[StrEnum, ...]) -> str:
        return ", ".join(self.label(label) for label in labels)

    def number(self, value: float) -> str:
        return format_decimal(value, locale=self.language)

    def short_number(self, value: int) -> str:
        """1,234 followers as 1.2K: an order of magnitude is all that is read there."""
        return format_compact_decimal(value, locale=self.language, fraction_digits=1 if value < 100_000 else 0)

    def percent(self, share: float) -> str:
        """Whole percents, and never a certainty that nobody has: 99 % rather than a rounded 100 %."""
        bounded = min(max(round(share, 2), 0.01 if share > 0 else 0.0), 0.99 if share < 1 else 1.0)
        return format_percent(bounded, locale=self.language)

    def money(self, minor: int, currency: str) -> str:
        """An amount in minor units (cents), with the code of its currency."""
        amount = Decimal(minor).scaleb(-minor_digits(currency))
        return format_currency(amount, currency, "#,##0.00 ¤¤", locale=self.language)

    def span(self, amount: timedelta) -> str:
        """An amount of time, short: its two largest units. Negative amounts are told without their sign."""
        amount = abs(amount)
        days, rest = divmod(amount, _DAY)
        hours, rest = divmod(rest, _HOUR)
        minutes = rest // _MINUTE
        if days:
            return self.text("%(days)sd %(hours)sh", days=days, hours=hours)
        if hours:
            return self.text("%(hours)sh %(minutes)sm", hours=hours, minutes=minutes)
        return self.text("%(minutes)sm", minutes=minutes) if minutes else self.text("<1m")

    def ago(self, moment: datetime) -> str:
        """How long ago, or how soon, as people say it."""
        distance = moment - self.now
        if abs(distance) < timedelta(seconds=3):
            return self.text("just now")
        return format_timedelta(distance, add_direction=True, threshold=1.5, locale=self.language)

    def age(self, moment: datetime) -> str:
        """How old something is, short."""
        return self.span(self.now - moment)

    def moment(self, moment: datetime) -> str:
        """The time of day of today, with the date of another day, with the year of another year."""
        here, today = self.local(moment), self.local(self.now)
        clock = format_time(here, "HH:mm", locale=self.language)
        if here.date() == today.date():
            return clock
        pattern = "d MMM" if here.year == today.year else "d MMM y"
        return f"{self._dated(here, pattern)}, {clock}"

    def date(self, moment: datetime) -> str:
        """The day alone, short."""
        here = self.local(moment)
        return self._dated(here, "d MMM" if here.year == self.local(self.now).year else "MMM y")

    def weekday(self, moment: datetime) -> str:
        """A moment of the coming days: the weekday where it is not today, and the time of day."""
        here = self.local(moment)
        if here.date() == self.local(self.now).date():
            return format_time(here, "HH:mm", locale=self.language)
        if abs(here.date() - self.local(self.now).date()) >= timedelta(days=7):
            return self.moment(moment)
        return format_datetime(here, "EEE HH:mm", locale=self.language)

    def exactly(self, moment: datetime) -> str:
        """A moment in full, with the zone: what a tooltip says."""
        here = self.local(moment)
        clock = format_time(here, "HH:mm:ss", locale=self.language)
        return f"{self._dated(here, 'd MMMM y')}, {clock} ({self.zone.key})"

    def day(self, moment: datetime) -> str:
        """The day of a moment, as a heading in a thread."""
        here, today = self.local(moment), self.local(self.now)
        if here.date() == today.date():
            return self.text("Today")
        if here.date() == today.date() - _DAY:
            return self.text("Yesterday")
        said = self._dated(here, "EEEE, d MMMM" if here.year == today.year else "d MMMM y")
        return said[:1].upper() + said[1:]

    def _dated(self, here: datetime, pattern: str) -> str:
        own = _LATVIAN_DATES.get(pattern, pattern) if self.language == "lv" else pattern
        return format_date(here, own, locale=self.language)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def iso(self, moment: datetime) -> str:
        """For `<time datetime>`."""
        return moment.astimezone(UTC).isoformat(timespec="seconds")

    def tongue(self, code: str | None) -> str:
        """The name of a language, by its code."""
        if code in (None, "und"):
            return self.text("language unknown")
        name: str | None = None
        if code is not None and code.isascii() and code.isalpha() and 2 <= len(code) <= 3:
            name = Locale.parse(self.language).languages.get(code.lower())
        return name or str(code)


def platform_link(post: Post, author: Account | None) -> str | None:
    """Where the post stands on its platform; None for one that has no address we know."""
    if post.platform != "x" or not post.external_id.isdigit():
        return None
    handle = author.handle if author is not None and author.handle.isidentifier() and author.handle.isascii() else "i"
    return f"https://x.com/{handle}/status/{post.external_id}"
