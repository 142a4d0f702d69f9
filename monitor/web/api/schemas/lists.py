"""Views, counts, what became of many cases, and the team."""

from datetime import datetime

from pydantic import BaseModel

from monitor.domain.access import Rank
from monitor.web.api.schemas.base import Out


class View(BaseModel):
    """A search under a name. `more`: there are at least `count`. Built-in views have no `id`; `team`: everybody's."""

    key: str
    id: int | None
    name: str
    q: str
    built_in: bool
    team: bool
    count: int
    more: bool


class Views(BaseModel):
    """The built-in views, the team's, and one's own."""

    items: list[View]


class Count(BaseModel):
    """How many cases there are; `more`: at least so many."""

    count: int
    more: bool


class Counts(BaseModel):
    """How many cases each view has, by its key; `found`, where a search was given, exactly how many that finds."""

    views: dict[str, Count]
    found: int | None


class Refusal(Out):
    """A case that was left as it is, and why."""

    case_id: int
    reason: str


class Done(Out):
    """What became of many cases. `bulk` is the name under which all of it can be taken back."""

    bulk: str
    done: list[int]
    untouched: list[int]
    refused: list[Refusal]


class Me(Out):
    """Whoever asks. With a token, `rank` is what the token reaches, which may be less than its owner's."""

    name: str
    display_name: str
    rank: Rank
    locale: str | None
    zone: str | None


class Agent(Me):
    """Somebody of the team; with `disabled_at` the account is shut."""

    email: str | None
    disabled_at: datetime | None


class Agents(BaseModel):
    """The whole team, by name."""

    items: list[Agent]
