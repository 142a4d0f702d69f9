"""A migrated, empty database for every test that asks for one, on SQLite and on PostgreSQL.

SQLite tests copy a file that is migrated once; PostgreSQL tests share one database per process and empty its tables.
`TEST_POSTGRES_URL` names a server where databases may be created. Without one its tests are skipped, loudly, except on
CI, where that is a failure.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import NullPool, create_engine, text

from monitor.errors import StoreError
from monitor.store import migrate
from monitor.store.db import Database, parse_url
from monitor.store.schema import metadata

# A busy machine is no fault of the code under test; and on CI the same commit gets the same verdict, while everywhere
# else the examples are new each time.
settings.register_profile(
    "project",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("project")

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The URL of a PostgreSQL server where databases may be created."""
    server = Database(POSTGRES_URL)
    try:
        with server.read():
            return POSTGRES_URL
    except StoreError as error:
        message = f"PostgreSQL is not tested, set TEST_POSTGRES_URL: {error}"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    finally:
        server.dispose()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this process's own."""
    with created_database(postgres_server, f"monitor_test_{os.getpid()}_{uuid4().hex[:8]}") as url:
        migrate.upgrade(url)
        yield url


@contextmanager
def created_database(server: str, name: str) -> Iterator[str]:
    """A new, empty database on the server, dropped at the end."""
    engine = create_engine(parse_url(server), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))  # nothing here must last
    try:
        yield parse_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated database without rows."""
    if request.param == "sqlite":
        path = tmp_path / "monitor.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgres_url")
    # DELETE, not TRUNCATE: on tables this small it is many times quicker.
    emptied = "; ".join(f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables))
    emptied = f"ALTER TABLE audit DISABLE TRIGGER USER; {emptied}; ALTER TABLE audit ENABLE TRIGGER USER"
    database = Database(url)
    with database.write() as session:
        session.exec_driver_sql(emptied)
    database.dispose()
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database without rows."""
    opened = Database(database_url)
    yield opened
    opened.dispose()
