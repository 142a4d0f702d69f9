"""The whole configuration as one frozen value, with the checks that span sections."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from monitor.config.brands import Account, Brand, Defaults
from monitor.config.program import ClassifierSettings, Daemon, Database, Logging, Triage, Web
from monitor.config.promises import Calendar, SlaPolicy
from monitor.config.secrets import Secrets
from monitor.config.sources import Sources
from monitor.config.values import Frozen, Section, duplicates, suggestion
from monitor.config.winning import Compensation

DATABASE_FILE = "complaint-monitor.db"


def data_folder(environment: Mapping[str, str]) -> Path:
    """Where data go unless told otherwise: systemd's state folder, else the user's data folder."""
    if state := environment.get("STATE_DIRECTORY"):
        return Path(state.split(":")[0])
    home = environment.get("XDG_DATA_HOME") or Path(environment.get("HOME") or Path.home()) / ".local" / "share"
    return Path(home) / "complaint-monitor"


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


class Config(Section):
    """Everything the program is told. Services never see it: `wiring` hands them the values they need."""

    data_dir: Annotated[Path, AfterValidator(_absolute)] = Field(default_factory=lambda: data_folder({}))
    """Folder of the database file and the backups; the user's data folder where it is not given."""
    database: Database = Field(default_factory=Database)
    brands: tuple[Brand, ...] = ()
    """Who is watched."""
    defaults: Defaults
    sources: Sources = Field(default_factory=Sources)
    calendars: Annotated[Frozen[str, Calendar], Field(min_length=1)]
    """Working hours by name."""
    sla: Annotated[Frozen[str, SlaPolicy], Field(min_length=1)]
    """SLA policies by name."""
    triage: Triage = Field(default_factory=Triage)
    classifier: ClassifierSettings = Field(default_factory=ClassifierSettings)
    compensation: Compensation = Field(default_factory=Compensation)
    daemon: Daemon = Field(default_factory=Daemon)
    web: Web = Field(default_factory=Web)
    logging: Logging = Field(default_factory=Logging)
    secrets: SkipJsonSchema[Secrets] = Field(default_factory=Secrets, exclude=True)
    """From the environment or a credentials folder, never from the file."""
    path: SkipJsonSchema[Path | None] = Field(default=None, exclude=True)
    """The file that was read."""

    @property
    def database_url(self) -> str:
        """The URL to connect to, with its password if there is one: never print it."""
        if self.database.url is None:
            return f"sqlite:///{self.data_dir / DATABASE_FILE}"
        return self.database.url.get_secret_value()

    @property
    def database_file(self) -> Path | None:
        """The file of a SQLite database, whether it is there yet or not; None for a server."""
        prefix = "sqlite:///"
        return Path(self.database_url.removeprefix(prefix)) if self.database_url.startswith(prefix) else None

    @property
    def x_enabled(self) -> bool:
        """Whether X is polled: told so, or left to the presence of credentials."""
        enabled = self.sources.x.enabled
        return self.secrets.can_read_x if enabled == "auto" else enabled

    def brand(self, name: str) -> Brand | None:
        return next((brand for brand in self.brands if brand.name == name), None)

    def accounts(self, platform: str) -> dict[str, tuple[Account, ...]]:
        """The accounts on one platform by brand; brands without one are left out."""
        by_brand = {b.name: tuple(a for a in b.accounts if a.platform == platform) for b in self.brands}
        return {name: accounts for name, accounts in by_brand.items() if accounts}

    def calendar_of(self, brand: str) -> str:
        """The name of the calendar that a brand's clocks run on, listed or only imported."""
        known = self.brand(brand)
        return (known and known.calendar) or self.defaults.calendar

    def policy_of(self, brand: str) -> str:
        """The name of the SLA policy that holds for a brand, listed or only imported."""
        known = self.brand(brand)
        return (known and known.sla) or self.defaults.sla

    def languages_of(self, brand: str) -> tuple[str, ...]:
        known = self.brand(brand)
        return (known and known.languages) or self.defaults.languages

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        places = [("defaults", self.defaults.calendar, self.defaults.sla)]
        places += [(f"brands[{i}]", brand.calendar or "", brand.sla or "") for i, brand in enumerate(self.brands)]
        for place, calendar, policy in places:
            if calendar:
                _refer(f"{place}.calendar", calendar, self.calendars, "calendar")
            if policy:
                _refer(f"{place}.sla", policy, self.sla, "SLA policy")
        return self

    @model_validator(mode="after")
    def _brands_differ(self) -> Self:
        if twice := duplicates([brand.name.casefold() for brand in self.brands]):
            raise _problem("brands", f'two brands are called "{twice[0]}": give each a name of its own')
        owned = [f"{a.platform} account {a.id}" for brand in self.brands for a in brand.accounts]
        if twice := duplicates(owned):
            raise _problem("brands", f"{twice[0]} belongs to two brands: remove it from one of them")
        return self

    @model_validator(mode="after")
    def _sources_have_credentials(self) -> Self:
        if self.sources.x.enabled is True and not self.secrets.can_read_x:
            remedy = "set X_BEARER_TOKEN in the environment, or write enabled: auto"
            raise _problem("sources.x.enabled", f"X is switched on but has no credentials: {remedy}")
        return self


def _refer(path: str, name: str, known: Iterable[str], what: str) -> None:
    """Raise unless `name` is one of `known`, saying which there are."""
    names = sorted(known)
    if name in names:
        return
    raise _problem(path, f'"{name}" is not a {what} of this configuration: {suggestion(name, names)}')


def _problem(path: str, words: str) -> PydanticCustomError:
    """An error of the whole configuration that names the key it is about."""
    return PydanticCustomError("reference", "{words}", {"words": words, "path": path})
