"""Backups: taken while the program writes, verified, restored whole, and never over data by accident."""

import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.domain.model import Case
from monitor.errors import StoreError
from monitor.store import cases, migrate, reading
from monitor.store.backup import backup, restore
from monitor.store.db import Database
from tests.conftest import created_database
from tests.make import make_change


@pytest.fixture
def other_url(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables, of the same kind as `database`."""
    if database.dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'restored.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        with created_database(server, f"monitor_restored_{os.getpid()}") as url:
            yield url


def opened(database: Database, n: int = 3) -> list[Case]:
    with database.write() as session:
        return cases.save_changes(session, [make_change() for _ in range(n)])


def held(url: str) -> list[Case]:
    database = Database(url)
    with database.read() as session:
        found = list(reading.cases_between(session))
    database.dispose()
    return found


def test_a_backup_restores_to_the_same_data(database: Database, other_url: str, tmp_path: Path) -> None:
    saved = opened(database)
    copy = tmp_path / "copies" / "monitor.backup"

    backup(database.url, copy)
    restore(other_url, copy)

    assert held(other_url) == saved
    assert migrate.is_current(other_url)


def test_a_restored_database_takes_new_cases(database: Database, other_url: str, tmp_path: Path) -> None:
    opened(database)
    backup(database.url, tmp_path / "copy")
    restore(other_url, tmp_path / "copy")

    restored = Database(other_url)
    (new,) = opened(restored, 1)
    restored.dispose()

    assert len(held(other_url)) == 4
    assert new.id is not None


def test_what_came_after_the_backup_is_not_in_it(database: Database, other_url: str, tmp_path: Path) -> None:
    before = opened(database)
    backup(database.url, tmp_path / "copy")
    opened(database)

    restore(other_url, tmp_path / "copy")

    assert held(other_url) == before


def test_a_database_with_tables_is_not_written_over_unless_forced(database: Database, tmp_path: Path) -> None:
    before = opened(database)
    backup(database.url, tmp_path / "copy")
    after = opened(database)

    with pytest.raises(StoreError, match="not empty"):
        restore(database.url, tmp_path / "copy")
    assert held(database.url) == [*before, *after]

    database.dispose()
    restore(database.url, tmp_path / "copy", force=True)
    assert held(database.url) == before


def test_a_backup_is_its_owner_s_alone_and_leaves_nothing_beside_it(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "copies"

    backup(database.url, folder / "copy")

    assert stat.S_IMODE((folder / "copy").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["copy"]


def test_a_newer_backup_replaces_the_older(database: Database, other_url: str, tmp_path: Path) -> None:
    for _ in range(2):
        opened(database, 1)
        backup(database.url, tmp_path / "copy")

    restore(other_url, tmp_path / "copy")

    assert len(held(other_url)) == 2


def test_a_backup_under_load_is_of_one_moment(database: Database, other_url: str, tmp_path: Path) -> None:
    """Batches of ten go in while the copy is made: it holds whole batches only, the first ones."""
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            opened(database, 10)

    opened(database, 10)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        backup(database.url, tmp_path / "copy")
    finally:
        stop.set()
        writer.join()
    restore(other_url, tmp_path / "copy")

    copied = held(other_url)
    assert len(copied) % 10 == 0
    assert copied == held(database.url)[: len(copied)]


def test_there_must_be_a_backup_to_restore(database: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no backup at"):
        restore(database.url, tmp_path / "nothing")


def test_a_file_that_is_no_backup_is_refused_before_anything_is_touched(database: Database, tmp_path: Path) -> None:
    saved = opened(database)
    (tmp_path / "copy").write_bytes(b"these are not the bytes you are looking for" * 100)

    with pytest.raises(StoreError):
        restore(database.url, tmp_path / "copy", force=True)

    assert held(database.url) == saved


def test_a_damaged_sqlite_backup_is_refused(tmp_path: Path) -> None:
    url, copy = f"sqlite:///{tmp_path / 'monitor.db'}", tmp_path / "copy"
    migrate.upgrade(url)
    database = Database(url)
    opened(database, 200)
    database.dispose()
    backup(url, copy)
    damaged = bytearray(copy.read_bytes())
    damaged[40_000:60_000] = os.urandom(20_000)
    copy.write_bytes(damaged)

    with pytest.raises(StoreError, match=r"damaged|malformed"):
        restore(f"sqlite:///{tmp_path / 'restored.db'}", copy)


def test_a_database_that_is_not_there_cannot_be_copied(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database at"):
        backup(f"sqlite:///{tmp_path / 'nothing.db'}", tmp_path / "copy")

    assert not (tmp_path / "copy").exists()


def test_a_sqlite_file_of_another_program_is_no_backup(sqlite_template: Path, tmp_path: Path) -> None:
    migrate.upgrade(f"sqlite:///{tmp_path / 'other.db'}")
    migrate.downgrade(f"sqlite:///{tmp_path / 'other.db'}", "base")

    with pytest.raises(StoreError, match="no tables of this program"):
        restore(f"sqlite:///{tmp_path / 'restored.db'}", tmp_path / "other.db")


def test_missing_postgresql_tools_are_named_with_the_remedy(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(StoreError, match=r"pg_dump is not installed.*postgresql-client"):
        backup(postgres_url, tmp_path / "copy")


def test_a_server_that_does_not_answer_is_explained_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="pg_dump failed") as caught:
        backup("postgresql://monitor:hush@127.0.0.1:1/monitor", tmp_path / "copy")

    assert "hush" not in str(caught.value)
