"""The check-up: is everything there that the program needs, and if not, what to do. It changes nothing.

Each check looks at one thing and yields findings; a check that needs the database is left out where there is none. It
runs with the same configuration and environment as the service, so what it finds is what the service finds.
"""

import shutil
import stat
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from classifiers import heads
from classifiers.contract import Text
from classifiers.load import ModelMissing, model_folder, on_hub
from monitor.clock import Clock
from monitor.config import SECRET_NAMES, Config
from monitor.config.reading import home
from monitor.config.secrets import mask
from monitor.config.values import format_duration, format_size
from monitor.errors import BudgetExhausted, MonitorError, RateLimited, SourceRefused
from monitor.store import heartbeats, integrity, migrate, spending
from monitor.wiring import App, calendar

_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
_LARGEST_SKEW = timedelta(seconds=30)
_SILENCE = timedelta(minutes=10)
_MANY_FAILURES = 3
_UPGRADE = "complaint-monitor db upgrade"


class Status(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and what to do about it where something is to be done. No secrets, no post text."""

    check: str
    status: Status
    words: str
    remedy: str | None = None


def ok(check: str, words: str) -> Finding:
    return Finding(check, Status.OK, words)


def warn(check: str, words: str, remedy: str) -> Finding:
    return Finding(check, Status.WARN, words, remedy)


def fail(check: str, words: str, remedy: str) -> Finding:
    return Finding(check, Status.FAIL, words, remedy)


def examine(config: Config, *, clock: Clock, offline: bool) -> Iterator[Finding]:
    """Every finding, as it is made. `offline` leaves out what needs the network."""
    app = App(config, clock)
    yield ok("config", f"{config.path} is valid")
    yield from _calendars(config)
    yield _credentials(config)
    yield from _env_file(config)
    yield _disk(config)
    yield from _clock(config, clock, offline=offline)
    yield _model(app, offline=offline)
    try:
        usable = yield from _database(app)
        if usable:
            yield from _budget(app)
            yield from _heartbeats(app)
            if not offline:
                yield from _x(app)
    finally:
        _close(app)


def _close(app: App) -> None:
    """Give back what was opened; what was never asked for was never made."""
    made = vars(app)
    if made.get("x") is not None:
        made["x"].close()
    if "database" in made:
        made["database"].dispose()


def _calendars(config: Config) -> Iterator[Finding]:
    for name, spec in config.calendars.items():
        check = f"calendar {name}"
        try:
            opens = calendar(name, spec).next_opening(_EARLIEST)
        except ValueError as error:
            yield fail(check, str(error), f"correct calendars.{name} in {config.path}")
        else:
            yield ok(check, f"hours of {spec.zone}; opens first in 2026 on {opens:%Y-%m-%d %H:%M} UTC")


def _credentials(config: Config) -> Finding:
    present = [name for name in SECRET_NAMES if getattr(config.secrets, name.lower()) is not None]
    if present:
        return ok("credentials", f"{', '.join(present)} set")
    remedy = "put X_BEARER_TOKEN into .env beside the configuration; without it, import files"
    return warn("credentials", "none for X: nothing will be polled", remedy)


def _env_file(config: Config) -> Iterator[Finding]:
    file = (home(config.path) if config.path else Path.cwd()) / ".env"
    if file.is_file():
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            yield warn("env file", f"{file} can be read by others", f"chmod 600 {file}")
        else:
            yield ok("env file", f"only its owner can read {file}")


def _disk(config: Config) -> Finding:
    folder = next(path for path in (config.data_dir, *config.data_dir.parents) if path.exists())
    free, least = shutil.disk_usage(folder).free, config.database.min_free_disk
    words = f"{format_size(round(free, -7))} free for {config.data_dir}"
    if free < least:
        return warn("disk", words, f"make room: at least {format_size(least)} (database.min_free_disk)")
    return ok("disk", words)


def _clock(config: Config, clock: Clock, *, offline: bool) -> Iterator[Finding]:
    now = clock.now()
    if now < _EARLIEST:
        yield fail("clock", f"it says {now:%Y-%m-%d}, which is long past", "set the clock: timedatectl set-ntp true")
        return
    theirs = None if offline else _date_of(config.sources.x.base_url)
    if theirs is None:
        yield ok("clock", f"it says {now:%Y-%m-%d %H:%M} UTC (not compared)")
    elif abs(theirs - now) > _LARGEST_SKEW:
        words = f"it is {format_duration(timedelta(seconds=round(abs(theirs - now).total_seconds())))} off"
        yield warn("clock", words, "set the clock: timedatectl set-ntp true")
    else:
        yield ok("clock", f"it agrees with {config.sources.x.base_url}")


def _date_of(url: str) -> datetime | None:
    """What time the server has; None where it cannot be asked or does not say."""
    try:
        return parsedate_to_datetime(_header(url) or "").astimezone(UTC)
    except (ValueError, URLError, OSError, HTTPException):
        return None


def _header(url: str) -> str | None:
    """The Date header of any answer, a refusal too."""
    try:
        # Only http and https get through the configuration.
        with urlopen(Request(url, method="HEAD"), timeout=5) as answer:  # noqa: S310
            date: str | None = answer.headers["Date"]
            return date
    except HTTPError as refusal:
        with refusal:
            return refusal.headers["Date"]


def _model(app: App, *, offline: bool) -> Finding:
    chosen = app.config.classifier
    spec, remedy = chosen.model, "correct classifier.model, or reinstall the package"
    if chosen.hub:
        remedy = "correct classifier.model, classifier.hub or classifier.label_map, or reinstall the package"
    if offline and (far := [name for name in (spec, chosen.hub) if name and on_hub(name)]):
        return warn("model", f"{' and '.join(far)}: on the hub, and not checked", "run doctor without --offline")
    try:
        folder = model_folder(spec)
        card, found = heads.read(folder), heads.weights_version(folder)
        if found != card.version:
            return fail("model", f"the weights are not those of {card.full_name}: their hash is {found}", remedy)
        verdict = app.classifier.classify([Text("Nobody answers my messages.", "en")])[0]
    except (ModelMissing, ValueError, OSError) as error:
        return fail("model", str(error), remedy)
    return ok("model", f"{verdict.model} loads and answers; the hash of its weights is right")


def _database(app: App) -> Generator[Finding, None, bool]:
    """Whether there is a database whose tables fit; what follows is of no use without one."""
    url, file = app.config.database_url, app.config.database_file
    shown = mask(url)
    if file is not None and not file.exists():
        yield warn("database", f"{file} does not exist yet", _UPGRADE)
        return False
    try:
        complaints = integrity.complaints(app.database)
        current, head = migrate.current(url), migrate.head()
    except MonitorError as error:
        yield fail("database", f"{shown}: {error}", "start the database, or correct database.url or DATABASE_URL")
        return False
    if complaints:
        yield fail("database", f"{shown} is damaged: {complaints[0]}", "complaint-monitor db restore, from a backup")
        return False
    yield ok("database", f"{shown} answers" + (" and is whole" if file else ""))
    if current != head:
        yield fail("tables", f"they are of version {current or 'none'}, the program needs {head}", _UPGRADE)
        return False
    yield ok("tables", f"they are of version {head}, as the program needs")
    return True


def _budget(app: App) -> Iterator[Finding]:
    limit, today = app.config.sources.x.budget, app.clock.now().date().isoformat()
    with app.database.read() as session:
        requests, money = spending.spent(session, "x", today)
    used = f"${money:.2f} and {requests:,} requests spent on X today"
    if (limit.money is not None and money >= limit.money) or (
        limit.requests is not None and requests >= limit.requests
    ):
        yield warn("budget", f"{used}: nothing is left", "wait for midnight UTC, or raise sources.x.budget")
    elif app.config.x_enabled:
        yield ok("budget", f"{used}, of {_limit(limit.money, '$')} and {_limit(limit.requests)} requests")


def _limit(most: float | None, unit: str = "") -> str:
    return "any number of" if most is None else f"{unit}{most:,g}"


def _heartbeats(app: App) -> Iterator[Finding]:
    """Whether the daemon is alive: the worst failure of a monitor is silence."""
    now = app.clock.now()
    with app.database.read() as session:
        beats = heartbeats.heartbeats(session)
    if not beats:
        yield warn("daemon", "it has never run on this database", "complaint-monitor run")
        return
    last = max(beat.last_at for beat in beats)
    silent = format_duration(timedelta(seconds=round((now - last).total_seconds())))
    if now - last > _SILENCE:
        yield fail("daemon", f"no job has run for {silent}", "start it: complaint-monitor run")
    else:
        yield ok("daemon", f"a job ran {silent} ago")
    for beat in beats:
        if beat.failures_in_a_row >= _MANY_FAILURES:
            words = f"{beat.failures_in_a_row} failures in a row: {beat.error}"
            yield fail(f"job {beat.job}", words, "what failed is in the log of the daemon")


def _x(app: App) -> Iterator[Finding]:
    """Whether X lets us in and knows the brands' accounts by the names that we have."""
    if app.x is None:
        return
    try:
        known = app.x.brand_accounts()
    except SourceRefused as error:
        yield fail("x", str(error), "renew the credentials, or give the application the permission to read")
    except (RateLimited, BudgetExhausted) as error:
        yield warn("x", str(error), "try again later")
    except MonitorError as error:
        yield fail("x", str(error), "see whether sources.x.base_url can be reached from here")
    else:
        yield ok("x", f"the credentials work ({app.config.sources.x.base_url})")
        yield from _accounts(app.config, {brand: account.handle for brand, account in known.items()})


def _accounts(config: Config, handles: Mapping[str, str]) -> Iterator[Finding]:
    for brand, accounts in config.accounts("x").items():
        written, real = accounts[0].handle, handles.get(brand)
        if real is None:
            words = f"X knows no account {accounts[0].id}"
        elif real.casefold() != written.casefold():
            words = f"account {accounts[0].id} is @{real} on X and @{written} here"
        else:
            continue
        yield fail(f"brand {brand}", words, "correct id and handle under brands")
