"""`db upgrade | current | backup | restore`, on both databases."""

import json
import os
import shutil
import stat
from pathlib import Path

import pytest

from monitor.cli.outcome import ExitCode
from monitor.store import followers, migrate
from monitor.store.db import Database
from tests.cli.conftest import Run
from tests.make import make_snapshot


@pytest.fixture
def empty(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database file that is not there yet."""
    file = folder / "data" / "monitor.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    return file


@pytest.fixture
def filled(folder: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with one row."""
    if database_url.startswith("postgresql") and shutil.which("pg_dump") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("pg_dump is not installed")
    monkeypatch.setenv("DATABASE_URL", database_url)
    write(database_url)
    return database_url


def write(url: str) -> None:
    database = Database(url)
    with database.write() as session:
        followers.save_snapshot(session, make_snapshot())
    database.dispose()


def rows(url: str) -> int:
    database = Database(url)
    with database.read() as session:
        count = session.exec_driver_sql("SELECT count(*) FROM follower_snapshots").scalar_one()
    database.dispose()
    return int(count)


def wipe(url: str) -> None:
    database = Database(url)
    with database.write() as session:
        session.exec_driver_sql("DELETE FROM follower_snapshots")
    database.dispose()


def test_upgrade_creates_the_tables_and_may_be_repeated(run: Run, empty: Path) -> None:
    for _ in range(2):
        result = run("db", "upgrade")
        assert result.exit_code == ExitCode.OK
        assert result.stdout == ""
        assert migrate.head() in result.stderr
    assert migrate.is_current(f"sqlite:///{empty}")


def test_current_prints_the_version(run: Run, empty: Path) -> None:
    run("db", "upgrade")
    result = run("db", "current")
    assert result.exit_code == ExitCode.OK
    assert result.stdout == f"{migrate.head()}\n"


def test_current_of_nothing_says_so_and_creates_nothing(run: Run, empty: Path) -> None:
    result = run("db", "current")
    assert result.exit_code == ExitCode.DATABASE
    assert result.stdout == "none\n"
    assert "complaint-monitor db upgrade" in result.stderr
    assert not empty.parent.exists()


def test_current_json_is_one_object(run: Run, empty: Path) -> None:
    told = json.loads(run("db", "current", "--json").stdout)
    assert told == {"schema_version": 1, "current": None, "head": migrate.head(), "up_to_date": False}


def test_a_database_that_is_away_is_one_line_and_its_own_code(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://monitor:canary@127.0.0.1:1/monitor")
    for command in ("upgrade", "current"):
        result = run("db", command)
        assert result.exit_code == ExitCode.DATABASE
        assert "error: The database cannot be used now" in result.stderr
        assert "canary" not in result.output


def test_a_database_of_another_kind_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://localhost/monitor")
    result = run("db", "upgrade")
    assert result.exit_code == ExitCode.DATABASE
    assert "use SQLite or PostgreSQL" in result.stderr


def test_a_backup_holds_what_the_database_held(run: Run, filled: str, folder: Path) -> None:
    copy = folder / "copy"
    result = run("db", "backup", str(copy))
    assert (result.exit_code, result.stdout) == (ExitCode.OK, f"{copy}\n")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    wipe(filled)
    result = run("db", "restore", str(copy), "--force")
    assert result.exit_code == ExitCode.OK, result.output
    assert rows(filled) == 1
    assert migrate.is_current(filled)


def test_restoring_over_data_needs_force(run: Run, filled: str, folder: Path) -> None:
    run("db", "backup", str(folder / "copy"))
    write(filled)
    result = run("db", "restore", str(folder / "copy"))
    assert result.exit_code == ExitCode.DATABASE
    assert "force" in result.stderr
    assert rows(filled) == 1


def test_a_backup_goes_into_the_data_folder_under_its_moment(run: Run, filled: str, tmp_path: Path) -> None:
    result = run("db", "backup")
    file = Path(result.stdout.strip())
    assert file.is_file()
    assert file.parent == tmp_path / "home" / ".local" / "share" / "complaint-monitor" / "backups"
    assert file.suffix == (".db" if filled.startswith("sqlite") else ".dump")


def test_a_backup_never_replaces_a_file(run: Run, filled: str, folder: Path) -> None:
    (folder / "copy").write_text("precious")
    result = run("db", "backup", str(folder / "copy"))
    assert result.exit_code == ExitCode.ERROR
    assert (folder / "copy").read_text() == "precious"


def test_there_is_nothing_to_back_up_where_there_is_no_database(run: Run, empty: Path, folder: Path) -> None:
    result = run("db", "backup", "copy")
    assert result.exit_code == ExitCode.DATABASE
    assert not (folder / "copy").exists()


def test_a_new_database_is_restored_without_force(
    run: Run, filled: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if filled.startswith("postgresql"):
        pytest.skip("a new database of PostgreSQL is made by its administrator")
    run("db", "backup", "copy")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder}/new/monitor.db")
    assert run("db", "restore", "copy").exit_code == ExitCode.OK
    assert rows(f"sqlite:///{folder}/new/monitor.db") == 1


@pytest.mark.parametrize("content", [None, b"", b"not a backup"])
def test_what_is_no_backup_is_refused_and_nothing_is_lost(
    run: Run, filled: str, folder: Path, content: bytes | None
) -> None:
    if content is not None:
        (folder / "copy").write_bytes(content)
    result = run("db", "restore", "copy", "--force")
    assert result.exit_code == ExitCode.DATABASE, result.output
    assert rows(filled) == 1
