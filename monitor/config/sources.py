"""Where posts come from, how often we ask, and how much asking may cost."""

import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from monitor.config.values import Duration, Interval, Section


def _base_url(url: str) -> str:
    if not re.fullmatch(r"https?://[^/\s@]+(/[^\s?#]*)?", url):
        raise ValueError('this is not the address of a server: write for example "https://api.x.com"')
    return url.rstrip("/")


Money = Annotated[float, Field(ge=0)]
PageSize = Annotated[int, Field(ge=10, le=100)]


class Poll(Section):
    """How often each stream is read."""

    mentions: Interval = timedelta(minutes=1)
    """Posts that name or answer a brand account."""
    search: Interval = timedelta(minutes=2)
    """Posts with an untagged brand name."""
    timeline: Interval = timedelta(minutes=1)
    """The brand's own posts: this is how replies are seen."""


class Timeouts(Section):
    """How long one request may take; what takes longer is given up and asked again at the next poll."""

    connect: Interval = timedelta(seconds=5)
    """Until the server is reached."""
    read: Interval = timedelta(seconds=20)
    """Until the next bytes arrive."""
    total: Interval = timedelta(seconds=60)
    """Until the whole answer is there."""


class Prices(Section):
    """US dollars, as the platform charges them."""

    post_read: Money = 0.005
    """A post."""
    owned_read: Money = 0.001
    """A post of, or to, the account that owns the application, read as that account."""
    user_read: Money = 0.010
    """An account."""
    included_user: Money = 0.010
    """An author that comes along with a post."""
    counts_request: Money = 0.005
    """One request for counts."""


class Budget(Section):
    """The most that one day (UTC) may cost. When it is used up, polling stops until midnight and says so."""

    money: Money | None = 20.0
    """US dollars a day; empty: no limit."""
    requests: Annotated[int, Field(ge=1)] | None = 20_000
    """Requests a day; empty: no limit."""


class X(Section):
    """The X API, version 2."""

    enabled: Literal[True, False, "auto"] = "auto"
    """`auto` polls as soon as credentials are there; `true` insists on them; `false` never polls."""
    base_url: Annotated[str, AfterValidator(_base_url)] = "https://api.x.com"
    """The server; change it for a proxy or a test server."""
    vocabulary: Literal["old", "new"] = "old"
    """Names of requested fields: `old` (tweet.fields) or `new` (post.fields). Answers are read in both."""
    timeouts: Timeouts = Field(default_factory=Timeouts)
    overlap: Duration = timedelta(minutes=5)
    """How far behind the newest known post each poll looks again: the platform indexes some posts late."""
    poll: Poll = Field(default_factory=Poll)
    page_size: PageSize = 100
    """Posts per request."""
    prices: Prices = Field(default_factory=Prices)
    budget: Budget = Field(default_factory=Budget)


class Sources(Section):
    """The networks that are read. Files are imported with the `import` command and need no setting."""

    x: X = Field(default_factory=X)
