"""Migrations: up, down and up again with data, once whoever starts, whole or not at all, and nothing drifts."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from monitor.errors import StoreError
from monitor.store import assessments, cases, cursors, intake, migrate
from monitor.store.db import Database
from tests.conftest import created_database
from tests.make import NOW, make_account, make_assessment, make_change, make_post, make_reject


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables; on SQLite even the folder is missing."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'monitor.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        with created_database(server, f"monitor_migrate_{os.getpid()}") as url:
            yield url


def fill(url: str) -> None:
    database = Database(url)
    with database.write() as session:
        saved = intake.save_page(session, accounts=[make_account()], posts=[make_post() for _ in range(3)])
        verdicts = [(post.id, make_assessment()) for post in saved.new if post.id is not None]
        assessments.save_assessments(session, verdicts, NOW)
        assessments.save_review(session, verdicts[0][0], "anna", {"kind": "praise"}, NOW)
        cases.save_changes(session, [make_change(), make_change()])
        cursors.record_rejects(session, "x", "s", [make_reject()], NOW)
    database.dispose()


def counts(url: str) -> dict[str, int]:
    """Rows by table, of the tables that are there."""
    database = Database(url)
    with database.read() as session:
        names = [name for name in inspect(session).get_table_names() if name != "alembic_version"]
        found = {name: session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}
    database.dispose()
    return found


def test_an_empty_database_is_brought_up_to_the_head(empty_url: str) -> None:
    migrate.upgrade(empty_url)

    assert migrate.current(empty_url) == migrate.head()
    assert migrate.is_current(empty_url)
    assert "cases" in counts(empty_url)


def test_a_database_without_tables_has_no_version(empty_url: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()

    assert migrate.current(empty_url) is None
    assert not migrate.is_current(empty_url)


def test_upgrading_again_changes_nothing(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    fill(empty_url)
    before = counts(empty_url)

    migrate.upgrade(empty_url)

    assert counts(empty_url) == before
    assert before["posts"] == 3
    assert before["deadlines"] == 2


def test_every_step_goes_up_down_and_up_again_with_data(empty_url: str) -> None:
    steps = [script.revision for script in ScriptDirectory.from_config(migrate.alembic_config()).walk_revisions()][::-1]
    migrate.upgrade(empty_url)
    fill(empty_url)
    for below, step in reversed(list(zip(["base", *steps], steps, strict=False))):
        before = counts(empty_url)
        migrate.downgrade(empty_url, below)
        assert migrate.current(empty_url) == (None if below == "base" else below)
        migrate.upgrade(empty_url, step)
        assert set(counts(empty_url)) == set(before)
        migrate.downgrade(empty_url, below)
    migrate.upgrade(empty_url)

    assert migrate.is_current(empty_url)
    fill(empty_url)


def test_nothing_is_left_behind_at_the_bottom(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    migrate.downgrade(empty_url, "base")

    assert counts(empty_url) == {}


def test_the_tables_in_the_code_and_in_the_migrations_are_the_same(empty_url: str) -> None:
    migrate.upgrade(empty_url)

    with migrate._connected(empty_url) as connection:
        command.check(migrate.alembic_config(connection))


def test_the_indexes_in_the_code_and_in_the_migrations_are_the_same(empty_url: str) -> None:
    """Alembic does not compare the conditions of partial indexes: the definitions are compared as text."""
    from monitor.store.schema import metadata

    migrate.upgrade(empty_url)
    migrated = definitions(empty_url)
    migrate.downgrade(empty_url, "base")
    database = Database(empty_url)
    with database.write() as session:
        metadata.create_all(session)
    database.dispose()

    assert migrated == definitions(empty_url)
    assert sum("WHERE" in definition for definition in migrated) == 17


def definitions(url: str) -> list[str]:
    """Every index, as the database would create it."""
    database = Database(url)
    kept = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'",
    }[database.dialect]
    with database.read() as session:
        found = sorted(" ".join(row[0].split()) for row in session.exec_driver_sql(kept) if "fulltext_" not in row[0])
    database.dispose()
    return found


def test_five_that_start_together_migrate_once(empty_url: str) -> None:
    errors: list[Exception] = []
    start = threading.Barrier(5)

    def work() -> None:
        start.wait()
        try:
            migrate.upgrade(empty_url)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert migrate.is_current(empty_url)


@pytest.mark.slow
def test_five_processes_that_start_together_migrate_once(empty_url: str) -> None:
    script = f"from monitor.store import migrate; migrate.upgrade({empty_url!r})"
    processes = [subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True) for _ in range(5)]
    complaints = [process.communicate(timeout=120)[1] for process in processes]

    assert [process.returncode for process in processes] == [0] * 5, complaints
    assert migrate.is_current(empty_url)


def test_a_database_of_a_newer_program_is_refused(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    database = Database(empty_url)
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.dispose()

    with pytest.raises(StoreError, match="another version"):
        migrate.upgrade(empty_url)


def test_a_server_that_does_not_answer_is_explained() -> None:
    with pytest.raises(StoreError, match="cannot be used now"):
        migrate.upgrade("postgresql://nobody@127.0.0.1:1/nothing")


class TestSteps:
    """Steps of a copy of the migrations, with one more that a test writes."""

    @pytest.fixture
    def with_step(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Where the step is to be written."""
        self.below = migrate.head()
        folder = tmp_path / "migrations"
        shutil.copytree(Path(migrate.alembic_config().get_main_option("script_location") or ""), folder)
        monkeypatch.setattr(migrate, "files", lambda _package: folder)
        return folder / "versions" / "next.py"

    def write(self, path: Path, body: str) -> None:
        lines = "\n".join(f"    {line}" for line in body.splitlines())
        revision = f'revision = "9000"\ndown_revision = "{self.below}"\n'
        code = (
            f"import sqlalchemy as sa\nfrom alembic import op\n{revision}def upgrade():\n{lines}\ndef downgrade(): ..."
        )
        path.write_text(code)

    def test_altering_a_parent_table_keeps_its_children(self, empty_url: str, with_step: Path) -> None:
        migrate.upgrade(empty_url)
        fill(empty_url)
        before = counts(empty_url)
        self.write(
            with_step,
            "with op.batch_alter_table('posts', recreate='auto') as batch:\n"
            "    batch.alter_column('lang', new_column_name='language')",
        )

        migrate.upgrade(empty_url)

        assert counts(empty_url) == before
        assert migrate.current(empty_url) == "9000"

    def test_a_step_that_fails_leaves_everything_as_it_was(self, empty_url: str, with_step: Path) -> None:
        migrate.upgrade(empty_url)
        fill(empty_url)
        before, version = counts(empty_url), migrate.head()
        self.write(
            with_step,
            "op.create_table('halfway', sa.Column('id', sa.Integer))\n"
            "with op.batch_alter_table('posts') as batch:\n"
            "    batch.add_column(sa.Column('extra', sa.Integer))\n"
            "raise ZeroDivisionError",
        )

        with pytest.raises(ZeroDivisionError):
            migrate.upgrade(empty_url)

        assert counts(empty_url) == before
        assert migrate.current(empty_url) == version

    def test_a_step_that_would_lose_rows_is_undone(self, tmp_path: Path, with_step: Path) -> None:
        url = f"sqlite:///{tmp_path / 'monitor.db'}"
        migrate.upgrade(url)
        fill(url)
        self.write(with_step, "op.execute('DELETE FROM case_events')")

        with pytest.raises(StoreError, match="would lose data and was undone; tables: case_events"):
            migrate.upgrade(url)

        assert counts(url)["case_events"] == 2

    def test_a_step_that_would_orphan_rows_is_undone(self, tmp_path: Path, with_step: Path) -> None:
        url = f"sqlite:///{tmp_path / 'monitor.db'}"
        migrate.upgrade(url)
        fill(url)
        self.write(with_step, "op.execute('UPDATE case_events SET case_id = 404 WHERE case_id = 1')")

        with pytest.raises(StoreError, match="was undone; tables: case_events"):
            migrate.upgrade(url)

    @pytest.mark.slow
    def test_a_kill_in_the_middle_leaves_the_old_version_and_the_next_start_goes_on(
        self, tmp_path: Path, with_step: Path
    ) -> None:
        path = tmp_path / "monitor.db"
        url = f"sqlite:///{path}"
        migrate.upgrade(url)
        fill(url)
        before, version = counts(url), migrate.head()
        altered = (
            "with op.batch_alter_table('posts', recreate='always') as batch:\n"
            "    batch.alter_column('lang', type_=sa.String())\n"
        )
        self.write(with_step, f"{altered}import os\nos.kill(os.getpid(), 9)")
        script = (
            "import sys; from pathlib import Path; from monitor.store import migrate;"
            f"migrate.files = lambda _package: Path({str(with_step.parent.parent)!r}); migrate.upgrade({url!r})"
        )

        killed = subprocess.run([sys.executable, "-c", script], check=False)

        assert killed.returncode == -9
        assert (migrate.current(url), counts(url)) == (version, before)
        self.write(with_step, altered)
        migrate.upgrade(url)
        assert (migrate.current(url), counts(url)) == ("9000", before)
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_migrations_are_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    migrate.upgrade("sqlite:///here.db")

    assert (tmp_path / "here.db").exists()
    assert migrate.is_current("sqlite:///here.db")
