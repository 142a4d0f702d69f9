"""The door to the database: transactions, snapshots, the fence, and errors that say what to do."""

import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError

from monitor.errors import LostLeadership, StoreError
from monitor.store import spending
from monitor.store.db import Database, Session, engine_for, parse_url
from tests.make import NOW

DAY = "2026-03-02"


def spent(database: Database) -> int:
    with database.read() as session:
        return spending.spent(session, "x", DAY)[0]


def add(session: Session, requests: int = 1) -> None:
    spending.add(session, "x", DAY, requests=requests, money=0.0)


def test_a_write_is_there_when_the_block_has_ended(database: Database) -> None:
    with database.write() as session:
        add(session)

    assert spent(database) == 1


def test_an_exception_undoes_everything_in_the_block(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as session:  # noqa: PT012
        add(session)
        raise ZeroDivisionError

    assert spent(database) == 0


def test_even_an_interrupt_undoes_the_block(database: Database) -> None:
    with pytest.raises(KeyboardInterrupt), database.write() as session:  # noqa: PT012
        add(session)
        raise KeyboardInterrupt

    assert spent(database) == 0


def test_nobody_sees_a_write_before_it_is_committed(database: Database) -> None:
    with database.write() as session:
        add(session)
        assert spent(database) == 0


def test_a_reader_sees_one_snapshot_whatever_is_written_meanwhile(database: Database) -> None:
    with database.read() as session:
        before = spending.spent(session, "x", DAY)
        with database.write() as other:
            add(other)
        assert spending.spent(session, "x", DAY) == before

    assert spent(database) == 1


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises((StoreError, InternalError)), database.read() as session:
        add(session)

    assert spent(database) == 0


def test_a_connection_that_read_can_write_again(database: Database) -> None:
    for _ in range(3):
        assert spent(database) >= 0
        with database.write() as session:
            add(session)

    assert spent(database) == 3


def test_the_fence_runs_first_and_stops_the_write(database: Database) -> None:
    def fallen(_session: Session) -> None:
        raise LostLeadership

    database.fence = fallen
    with pytest.raises(LostLeadership), database.write():
        pytest.fail("the block must not run")


def test_the_fence_sees_the_transaction_that_it_guards(database: Database) -> None:
    database.fence = add

    with database.write() as session:
        add(session)

    assert spent(database) == 2


def test_only_what_is_written_unfenced_passes_a_fallen_fence(database: Database) -> None:
    def fallen(_session: Session) -> None:
        raise LostLeadership

    database.fence = fallen
    with database.write(fenced=False) as session:
        add(session)

    assert spent(database) == 1


def test_reading_needs_no_lead(database: Database) -> None:
    def fallen(_session: Session) -> None:
        raise LostLeadership

    database.fence = fallen

    assert spent(database) == 0


@pytest.mark.slow
def test_eight_writers_lose_nothing_and_are_never_turned_away(database: Database) -> None:
    errors: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(25):
                with database.write() as session:
                    add(session)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert spent(database) == 8 * 25


def test_a_writer_waits_for_the_one_before_it(database: Database) -> None:
    entered, second_done = threading.Event(), threading.Event()

    def second() -> None:
        entered.wait()
        with database.write() as session:
            add(session, requests=10)
        second_done.set()

    thread = threading.Thread(target=second)
    thread.start()
    with database.write() as session:
        add(session)
        entered.set()
        assert not second_done.wait(timeout=0.2)
    thread.join()

    assert spent(database) == 11


def test_a_violated_constraint_is_not_taken_for_an_outage(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(sa.text("INSERT INTO reviews VALUES (1, 'anna', '{}', :at)"), {"at": NOW.isoformat()})


def test_an_error_never_shows_what_was_being_stored(database: Database) -> None:
    secret = "my card number is 1234"
    with pytest.raises(DBAPIError) as caught, database.write() as session:
        session.execute(sa.text("INSERT INTO no_such_table VALUES (:text)"), {"text": secret}) if (
            database.dialect == "postgresql"
        ) else session.execute(sa.text("INSERT INTO reviews (post_id, agent) VALUES (1, :text)"), {"text": secret})

    assert secret not in str(caught.value)


def test_foreign_keys_are_enforced(database: Database) -> None:
    statement = "INSERT INTO case_events (case_id, kind, at, key, data) VALUES (77, 'noted', :at, 'k', '{}')"
    with pytest.raises(IntegrityError), database.write() as session:
        session.execute(sa.text(statement), {"at": NOW.isoformat()})


def test_sqlite_is_durable_and_patient(sqlite_template: Path) -> None:
    database = Database(f"sqlite:///{sqlite_template}")
    with database.read() as session:
        settings = {
            name: session.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.dispose()

    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_every_sqlite_writer_takes_the_lock_at_once(sqlite_template: Path) -> None:
    database = Database(f"sqlite:///{sqlite_template}")
    other = sqlite3.connect(sqlite_template, timeout=0)
    with database.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()
    database.dispose()


def test_a_missing_database_is_explained(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'nowhere' / 'monitor.db'}")

    with pytest.raises(StoreError, match="cannot be used now: unable to open"), database.read():
        pass


def test_a_server_that_does_not_answer_is_explained_without_the_password() -> None:
    database = Database("postgresql://monitor:hush@127.0.0.1:1/monitor")

    with pytest.raises(StoreError, match="cannot be used now") as caught, database.write():
        pass
    assert "hush" not in str(caught.value)
    assert "hush" not in repr(database)
    assert "hush" in database.url


@pytest.mark.parametrize(
    "url, driver",
    [
        ("postgresql://host/name", "postgresql+psycopg"),
        ("postgres://host/name", "postgresql+psycopg"),
        ("postgresql+psycopg://host/name", "postgresql+psycopg"),
        ("sqlite:///monitor.db", "sqlite"),
    ],
)
def test_urls_are_taken_as_people_write_them(url: str, driver: str) -> None:
    assert parse_url(url).drivername == driver


@pytest.mark.parametrize(
    "url, hint",
    [
        ("sqlite://", "name a file"),
        ("sqlite:///:memory:", "name a file"),
        ("mysql://host/name", "use SQLite or PostgreSQL"),
        ("monitor.db", "sqlite:///file.db"),
        ("", "sqlite:///file.db"),
    ],
)
def test_other_urls_are_refused_with_a_hint(url: str, hint: str) -> None:
    with pytest.raises(StoreError, match=hint):
        Database(url)


def test_a_disposed_database_opens_again(database: Database) -> None:
    database.dispose()

    with database.write() as session:
        add(session)

    assert spent(database) == 1


def test_postgresql_talks_utc(postgres_url: str) -> None:
    engine = engine_for(postgres_url)
    with engine.connect() as session:
        assert session.exec_driver_sql("SHOW timezone").scalar_one() == "UTC"
    engine.dispose()


def test_a_full_disk_undoes_the_write_and_the_next_one_works(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "full.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.write() as session:
        pages = session.exec_driver_sql("PRAGMA page_count").scalar_one()
        session.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreError, match="full"), database.write() as session:  # noqa: PT012
        for number in range(1000):
            spending.add(session, "x" * 500 + str(number), DAY, requests=1, money=0.0)
    with database.write() as session:
        session.exec_driver_sql("PRAGMA max_page_count=100000")
        add(session)

    assert spent(database) == 1
    with database.read() as session:
        assert session.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    database.dispose()
