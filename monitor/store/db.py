"""The door to the database: `read()` sees one snapshot and cannot write, `write()` is one transaction or nothing.

SQLite writers take the lock at BEGIN, because a reader that turns writer midway fails at once, whatever the time-out.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError

from monitor.errors import StoreError
from monitor.store.types import to_json

Session: TypeAlias = Connection
"""One open transaction; what every function of the store takes first."""

Fence: TypeAlias = Callable[[Session], None]
"""Runs first in every write transaction; raises `LostLeadership` when this process may not write any more."""

BUSY_TIMEOUT_S = 10.0


class Database:
    """One database by URL. Cheap to build, safe to share between threads; nothing connects before the first use."""

    def __init__(self, url: str) -> None:
        engine = engine_for(url)
        self._engine = engine
        self._writer = engine.execution_options(writes=True)
        snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reader = engine if engine.dialect.name == "sqlite" else engine.execution_options(**snapshot)
        self.fence: Fence | None = None

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @property
    def url(self) -> str:
        """The URL with its password; for the store's own functions, never for people."""
        return self._engine.url.render_as_string(hide_password=False)

    def __repr__(self) -> str:
        return f"Database({self._engine.url.render_as_string(hide_password=True)!r})"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent snapshot; a write in it is refused."""
        with _as_store_error(), self._reader.connect() as session:
            yield session

    @contextmanager
    def write(self, *, fenced: bool = True) -> Iterator[Session]:
        """One write transaction: committed at the end of the block, rolled back by any exception.

        Only taking the lead itself is done unfenced.
        """
        with _as_store_error(), self._writer.begin() as session:
            if fenced and self.fence is not None:
                self.fence(session)
            yield session

    def dispose(self) -> None:
        """Close every connection; the next use opens new ones."""
        self._engine.dispose()


def engine_for(url: str) -> Engine:
    """An engine with the guarantees that the store relies on."""
    parsed = parse_url(url)
    # Parameters are post text and ids: they must never reach an error message or a log.
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed, json_serializer=to_json, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_S}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    session_settings = {"options": "-c timezone=UTC", "connect_timeout": 5, "application_name": "complaint-monitor"}
    return create_engine(
        parsed, json_serializer=to_json, hide_parameters=True, pool_pre_ping=True, connect_args=session_settings
    )


def parse_url(url: str) -> URL:
    """The URL with our driver filled in; `StoreError` for anything but a SQLite file or PostgreSQL."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        hint = "write sqlite:///file.db or postgresql://host/name"
        raise StoreError(f"The database URL cannot be read; {hint}.") from None
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        raise StoreError(f"{parsed.drivername} is not supported; use SQLite or PostgreSQL.")
    if parsed.database in (None, "", ":memory:"):
        raise StoreError("A database in memory is lost with its connection; name a file: sqlite:///file.db")
    return parsed


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would be a deferred one
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(session: Session) -> None:
    writes = session.get_execution_options().get("writes", False)
    session.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    session.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _as_store_error() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise StoreError(f"The database cannot be used now: {str(error.orig).strip()}") from error
