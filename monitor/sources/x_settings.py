"""What an X source is told: credentials, address, patience and limits. Plain values, read from no file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.errors import ConfigError
from monitor.sources import x_snowflake
from monitor.sources.base import StreamKind
from monitor.sources.x_budget import Prices
from monitor.sources.x_vocabulary import Vocabulary

SMALLEST_PAGE = {StreamKind.MENTIONS: 5, StreamKind.TIMELINE: 5, StreamKind.SEARCH: 10}
_LARGEST_PAGE = 100
_HANDLE = re.compile(r"\w{1,50}", re.ASCII)


@dataclass(frozen=True, slots=True)
class OAuth1:
    """The keys of an app and of a user who lets it read in his name ("user context")."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)

    @property
    def account_id(self) -> str:
        """Whose token it is: X writes the user's id in front of the hyphen."""
        return self.access_token.partition("-")[0]


@dataclass(frozen=True, slots=True)
class XSettings:
    """How to read X. At least one of `bearer_token` (the app) and `oauth1` (a user) is needed.

    Time-outs are seconds: to connect, between two bytes, and for an answer as a whole. `vocabulary` is what is spoken
    first; the source changes over when X refuses it. `daily_money` is in US dollars; None is no limit.
    """

    bearer_token: str | None = field(default=None, repr=False)
    oauth1: OAuth1 | None = None
    name: str = "x"
    base_url: str = "https://api.x.com"
    vocabulary: Vocabulary = Vocabulary.OLD
    connect_timeout: float = 5.0
    read_timeout: float = 20.0
    total_timeout: float = 60.0
    page_sizes: Mapping[StreamKind, int] = field(default_factory=lambda: dict.fromkeys(StreamKind, _LARGEST_PAGE))
    daily_money: float | None = None
    daily_requests: int | None = None
    prices: Prices = field(default_factory=Prices)

    def __post_init__(self) -> None:
        if not self.bearer_token and self.oauth1 is None:
            raise ConfigError("X needs a bearer token, or the four keys of OAuth 1.0a")
        for kind, least in SMALLEST_PAGE.items():
            if not least <= self.page_sizes.get(kind, _LARGEST_PAGE) <= _LARGEST_PAGE:
                raise ConfigError(f"a page of X's {kind} holds {least} to {_LARGEST_PAGE} posts")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that must never be printed."""
        keys = self.oauth1
        user = (keys.consumer_key, keys.consumer_secret, keys.access_token, keys.access_token_secret) if keys else ()
        return tuple(secret for secret in (self.bearer_token, *user) if secret)


@dataclass(frozen=True, slots=True)
class XAccount:
    """An account of a brand: its number, which survives a change of handle, and its handle without @."""

    id: str
    handle: str

    def __post_init__(self) -> None:
        # Both become part of a URL or of a query.
        if not x_snowflake.is_id(self.id):
            raise ConfigError(f"{self.id!r} is not the number of an X account")
        if not _HANDLE.fullmatch(self.handle):
            raise ConfigError(f"{self.handle!r} is not the handle of an X account")


@dataclass(frozen=True, slots=True)
class XBrand:
    """One brand on X: its accounts, the main one first, and the `names` that people call it by without tagging it.

    `languages` (ISO 639-1) narrow the search for the names, never the mentions.
    """

    key: str
    accounts: Sequence[XAccount]
    names: Sequence[str] = ()
    languages: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not self.accounts:
            raise ConfigError(f"the brand {self.key} has no account on X")

    @property
    def handles(self) -> list[str]:
        return [account.handle for account in self.accounts]
