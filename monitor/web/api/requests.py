"""What programs send, as JSON. A member that is not known is refused: a misspelt one would otherwise do nothing."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    model_validator,
)
from pydantic import Tag as PydanticTag

from classifiers.contract import Cause, Churn, Kind, Sentiment, Severity, Stage, Threat
from monitor.domain import labels
from monitor.domain.actions import LONGEST_TAG, MOST_TAGS
from monitor.domain.deeds import Deed, DeedKind
from monitor.domain.search import LONGEST_TEXT
from monitor.services.workplace import LONGEST_NAME

HIGHEST = 2**53
"""Larger numbers are not exact in every program that reads JSON."""
MOST_CASES = 1000
"""Cases of one bulk action that are named one by one."""
LONGEST_NOTE = 4000
_DATE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]")


def in_utc(moment: datetime | None) -> datetime | None:
    """The moment in UTC; None stays None. Raises ValueError for one that UTC has no year for."""
    try:
        return None if moment is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("this moment is out of reach") from None


def _written_out(moment: object) -> object:
    """A number is a moment to the library, and a mistake to us."""
    if isinstance(moment, str | None) and (moment is None or _DATE.match(moment)):
        return moment
    raise ValueError("write a moment with its zone: 2026-03-03T09:00:00Z")


def _is_number(number: object) -> object:
    """False is 0 to the language, and a mistake to us."""
    if isinstance(number, bool):
        raise ValueError("this is no number")
    return number


def _has_words(text: str) -> str:
    if not text.strip():
        raise ValueError("there are no words in this")
    return text.strip()


def _text(longest: int) -> object:
    return Field(min_length=1, max_length=longest, pattern=r"\S")


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(in_utc)]
MomentIfAny = Annotated[AwareDatetime | None, BeforeValidator(_written_out), AfterValidator(in_utc)]
Flag = Annotated[bool, Field(strict=True)]
Tag = Annotated[str, _text(LONGEST_TAG), AfterValidator(_has_words)]
SomeTags = Annotated[list[Tag], Field(min_length=1, max_length=MOST_TAGS)]
CaseId = Annotated[int, Field(ge=1, le=HIGHEST), BeforeValidator(_is_number)]
Version = Annotated[int, Field(ge=0, le=HIGHEST), BeforeValidator(_is_number)]
Query = Annotated[str, Field(max_length=LONGEST_TEXT, description="A search; empty: every live case.")]


class In(BaseModel):
    """A body."""

    model_config = ConfigDict(extra="forbid")


class Assign(In):
    """Whom the case goes to: the login name of somebody who works on cases."""

    to: Annotated[str, Field(min_length=1, max_length=80, examples=["petar"])]

    def deed(self) -> Deed:
        return Deed(DeedKind.ASSIGN, to=self.to)


class Snooze(In):
    """Until when the case is out of sight. `keep`: even when the customer writes again."""

    until: Annotated[Moment, Field(examples=["2026-03-03T09:00:00Z"])]
    keep: Flag = False

    def deed(self) -> Deed:
        return Deed(DeedKind.SNOOZE, until=self.until, keep=self.keep)


class Dismiss(In):
    """Why it is no case."""

    reason: Annotated[str, Field(max_length=200, examples=["an advertisement"])] = ""

    def deed(self) -> Deed:
        return Deed(DeedKind.DISMISS, text=self.reason.strip())


class Note(In):
    """Words for colleagues."""

    text: Annotated[
        str,
        _text(LONGEST_NOTE),
        AfterValidator(_has_words),
        Field(examples=["Called back; she wants the refund by Friday."]),
    ]

    def deed(self) -> Deed:
        return Deed(DeedKind.NOTE, text=self.text)


class Tags(In):
    """Labels of the team to put on, and to take off; at least one."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    add: SomeTags = Field(default_factory=list, examples=[["vip"]])
    remove: SomeTags = Field(default_factory=list, examples=[["waiting for parts"]])

    @model_validator(mode="after")
    def _changes_something(self) -> "Tags":
        if not (self.add or self.remove):
            raise ValueError("name a label to add or to remove")
        return self

    def deed(self) -> Deed:
        return Deed(DeedKind.TAG, add=tuple(self.add), remove=tuple(self.remove))


class Merge(In):
    """The case that goes on; `into_version` where it must not have changed either."""

    into: Annotated[CaseId, Field(examples=[17])]
    into_version: Version | None = None


class Undo(In):
    """The `key` of the event that is to be taken back."""

    key: Annotated[str, Field(min_length=1, max_length=200, examples=["resolved:4"])]


class Labels(In):
    """What a person says that the post is. What is left out is not said; an empty list says: none."""

    model_config = ConfigDict(
        json_schema_extra={
            "minProperties": 1,
            "examples": [{"kind": "complaint", "severity": "blame", "causes": ["outage", "ignored"]}],
        }
    )

    kind: Kind | None = None
    sentiment: Sentiment | None = None
    severity: Annotated[Severity | None, Field(description="Of complaints alone.")] = None
    causes: Annotated[list[Cause] | None, Field(max_length=len(Cause))] = None
    stage: Stage | None = None
    churn: Churn | None = None
    threats: Annotated[list[Threat] | None, Field(max_length=len(Threat))] = None

    @model_validator(mode="after")
    def _says_something(self) -> "Labels":
        if not self.labels().as_dict():
            raise ValueError("say at least one thing about the post")
        return self

    def labels(self) -> labels.Labels:
        """Raises ValueError for what contradicts itself."""
        said = {name: getattr(self, name) for name in type(self).model_fields}
        once: dict[str, Any] = {
            name: tuple(dict.fromkeys(value)) if isinstance(value, list) else value for name, value in said.items()
        }
        return labels.Labels(**once)


class Seen(In):
    """A case, and its version where it must not have changed since."""

    id: CaseId
    version: Version | None = None


class ClaimAll(In):
    do: Literal["claim"]

    def deed(self) -> Deed:
        return Deed(DeedKind.CLAIM)


class AssignAll(Assign):
    do: Literal["assign"]


class ReleaseAll(In):
    do: Literal["release"]

    def deed(self) -> Deed:
        return Deed(DeedKind.RELEASE)


class SnoozeAll(Snooze):
    do: Literal["snooze"]


class ResolveAll(In):
    do: Literal["resolve"]

    def deed(self) -> Deed:
        return Deed(DeedKind.RESOLVE)


class DismissAll(Dismiss):
    do: Literal["dismiss"]


class NoteAll(Note):
    do: Literal["note"]


class TagAll(Tags):
    model_config = ConfigDict(json_schema_extra={"minProperties": 2})

    do: Literal["tag"]


AnyDeed = Annotated[
    ClaimAll | AssignAll | ReleaseAll | SnoozeAll | ResolveAll | DismissAll | NoteAll | TagAll,
    Field(discriminator="do"),
]


class BulkOfCases(In):
    """One deed to the cases that are named."""

    deed: AnyDeed
    cases: Annotated[list[Seen], Field(min_length=1, max_length=MOST_CASES)]


class BulkOfSearch(In):
    """One deed to everything that a search finds, which must be no more than was `expected`."""

    deed: AnyDeed
    q: Query
    expected: Annotated[Version, Field(description="What `GET /counts?q=` found.")]


def _which(sent: object) -> str:
    """A body with `q` is about a search. The names are such as no member has."""
    return "(search)" if isinstance(sent, BulkOfSearch) or (isinstance(sent, dict) and "q" in sent) else "(cases)"


AnyBulk = Annotated[
    Annotated[BulkOfCases, PydanticTag("(cases)")] | Annotated[BulkOfSearch, PydanticTag("(search)")],
    Discriminator(_which),
]


class Next(In):
    """`skip` are cases that were seen and passed over; `q` narrows what is chosen from."""

    skip: Annotated[list[CaseId], Field(max_length=MOST_CASES)] = []
    q: Query | None = None


class NewView(In):
    """A search to keep under a name; `team`: for everybody, which is for leads."""

    name: Annotated[str, _text(LONGEST_NAME), Field(examples=["Outages in Riga"])]
    q: Annotated[Query, Field(examples=["cause:outage lang:lv"])]
    team: Flag = False
