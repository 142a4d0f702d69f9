"""The version of the tables: bring a database up to this program's, once, however many processes start together."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from monitor.errors import StoreError
from monitor.store.db import engine_for, parse_url


def upgrade(url: str, revision: str = "head") -> None:
    """Create or alter the tables; nothing happens to a database that is up to date."""
    parsed = parse_url(url)
    if parsed.database is not None and parsed.get_backend_name() == "sqlite":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    with _alone(url), _connected(url) as connection:
        try:
            command.upgrade(alembic_config(connection), revision)
        except CommandError as error:
            raise StoreError(f"The database is of another version of the program: {error}") from error


def downgrade(url: str, revision: str) -> None:
    """Go back to an earlier version of the tables; what only the later one could hold is lost."""
    with _alone(url), _connected(url) as connection:
        command.downgrade(alembic_config(connection), revision)


def current(url: str) -> str | None:
    """The version that the database has; None for one without tables."""
    with _connected(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The version that this program needs."""
    newest = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if newest is None:
        raise StoreError("The program was installed without its migrations; install it again.")
    return newest


def is_current(url: str) -> bool:
    return current(url) == head()


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, found by package and not by folder, so that it works from a wheel."""
    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = engine_for(url).execution_options(writes=True)
    try:
        with engine.connect() as connection:
            yield connection
    except OperationalError as error:
        raise StoreError(f"The database cannot be used now: {str(error.orig).strip()}") from error
    finally:
        engine.dispose()


_one_thread = threading.Lock()
"""Alembic keeps the running migration in module globals."""


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """One migration at a time. Between processes PostgreSQL has its own lock for that (migrations/env.py)."""
    parsed = parse_url(url)
    with _one_thread, ExitStack() as stack:
        if parsed.get_backend_name() == "sqlite":
            # Never deleted: a lock on a deleted file keeps nobody out.
            lock = stack.enter_context(Path(f"{parsed.database}.lock").open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
