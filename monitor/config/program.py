"""How the program itself runs: database, triage thresholds, model, background jobs, the page, logging."""

from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError

from classifiers.contract import Cause, Sentiment
from monitor.config.brands import Language
from monitor.config.values import Bytes, Frozen, Interval, Probability, Section, Size, like, suggestion

Count = Annotated[int, Field(ge=1)]


def _cause(name: str) -> str:
    known = ("default", *(cause.value for cause in Cause))
    if name not in known:
        raise ValueError(f"this is not a cause: {suggestion(name, known)}")
    return name


def _sentiment(name: str) -> str:
    known = tuple(Sentiment)
    if name.casefold() not in known:
        raise ValueError(f"this is not a sentiment: {suggestion(name, known)}")
    return name.casefold()


class Database(Section):
    """Where everything is kept."""

    url: SecretStr | None = None
    """sqlite:///FILE or postgresql://USER@HOST/NAME; a file in the data folder where it is not given."""
    min_free_disk: Size = Bytes(1_000_000_000)
    """`doctor` warns when the disk of the data folder has less room than this."""


class Triage(Section):
    """From which probability and in which situation a post becomes work, and how urgent it is."""

    complaint: Probability | None = None
    """From this probability on a post is treated as a complaint; left out, from the model's own threshold on."""
    question: Probability = 0.5
    """From this probability on a post is treated as a question."""
    label: Probability | None = None
    """From this probability on a cause or a threat counts; left out, from the model's own thresholds on."""
    wide_reach: Count = 10_000
    """So many followers make a case more urgent."""
    reposts: Count = 20
    """So many reposts make a case more urgent."""
    repeat_window: Interval = timedelta(days=14)
    """Complaints of one customer within this time are repeat contact."""
    long_wait: Interval = timedelta(hours=4)
    """A post that has waited this long when we first see it is more urgent."""
    playbooks: Frozen[Annotated[str, AfterValidator(_cause)], str] = Field(default_factory=dict)
    """What to do, by cause; `default` for the causes without one."""


class ClassifierSettings(Section):
    """Which model reads the posts."""

    model: str = "shipped"
    """`shipped`, the folder of a model (starting with ./ or /), or a hub id such as organisation/name@revision."""
    engine: Literal["auto", "onnx", "torch"] = "auto"
    """`auto` takes the fast exported network where the model has one, else torch."""
    hub: Annotated[str, Field(min_length=1)] | None = None
    """A ready sentiment model (folder or hub id) whose sentiment replaces the model's own; safetensors only."""
    label_map: Frozen[str, Annotated[str, AfterValidator(_sentiment)]] = Field(default_factory=dict)
    """What each label of `hub` is to us: negative, neutral or positive. Not needed where it calls them so itself."""
    languages: Annotated[tuple[Language, ...] | None, Field(min_length=2)] = None
    """Languages to tell apart (ISO 639-1); all that it knows, over forty, where not given."""
    batch: Count = 64
    """Posts classified in one go."""
    threads: Count | None = None
    """Processor cores to use; all of them where it is not given."""

    @model_validator(mode="after")
    def _map_belongs_to_a_model(self) -> Self:
        if self.label_map and self.hub is None:
            path = "classifier.label_map"
            words = "there is no model whose labels it could map: set classifier.hub, or remove it"
            raise PydanticCustomError("reference", "{words}", {"words": words, "path": path})
        return self


class Daemon(Section):
    """How often the background jobs run."""

    assess: Interval = timedelta(seconds=5)
    """Classify new posts."""
    sweep: Interval = timedelta(seconds=30)
    """Look for deadlines that come near or have passed."""
    followers: Interval = timedelta(days=1)
    """Take follower snapshots."""
    lease: Interval = timedelta(seconds=15)
    """How long a silent daemon stays the leader before another takes over."""
    stop_within: Interval = timedelta(seconds=8)
    """How long running jobs may take to end when the daemon is stopped."""


def _public_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("this is not the address of a whole site: write for example https://care.example.org")
    return f"{parts.scheme}://{parts.netloc.lower()}"


Network = IPv4Network | IPv6Network
"""Addresses that belong together: 10.0.0.5, or 10.0.0.0/8."""

HostName = Annotated[
    str, AfterValidator(like(r"(\*\.)?[\w.-]+|\[[0-9a-fA-F:]+\]", "this is not a host name: write care.example.org"))
]

HeaderName = Annotated[str, AfterValidator(like(r"[A-Za-z0-9-]+", "this is not the name of a header"))]


class Web(Section):
    """The page where the team works, and who may reach it."""

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    """The address to listen on; beyond this machine only once there is an administrator."""
    port: Annotated[int, Field(ge=0, le=65_535)] = 8000
    """The port to listen on; 0 takes any that is free."""
    public_url: Annotated[str, AfterValidator(_public_url)] | None = None
    """The address that people type, where it is another: https://care.example.org. With https cookies need it too."""
    trusted_hosts: tuple[HostName, ...] = ()
    """Further names that the page answers to, such as care.internal or *.example.org; all others are refused."""
    proxies: tuple[Network, ...] = ()
    """Addresses or networks of proxies in front of the page, whose X-Forwarded-For and -Proto headers are believed."""
    proxy_user_header: HeaderName | None = None
    """The header in which those proxies say who has logged in, as a name of the team. No password is asked then."""
    session_idle: Interval = timedelta(hours=8)
    """Whoever does nothing for so long has to log in again."""
    session_absolute: Interval = timedelta(days=7)
    """Everybody has to log in again after so long."""
    api_per_minute: Count = 60
    """Requests to /api/v1 that one token, or one person in a browser, may make in a minute."""

    @model_validator(mode="after")
    def _somebody_speaks_in_the_header(self) -> Self:
        if self.proxy_user_header and not self.proxies:
            words = "anybody could send this header: say in web.proxies which proxies are believed, or remove it"
            path = "web.proxy_user_header"
            raise PydanticCustomError("reference", "{words}", {"words": words, "path": path})
        return self


class Logging(Section):
    """What the program says about itself, on standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """From which seriousness on our own lines are written; libraries are heard from warning on."""
    format: Literal["auto", "json", "pretty"] = "auto"
    """`auto`: pretty on a terminal, JSON elsewhere."""
