"""The audit trail can only grow, on both databases, and whatever is done to it behind our backs shows."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from monitor.domain.audit import Deed, Entry, first_broken
from monitor.store import audit
from monitor.store.db import Database
from monitor.store.people_tables import audit as table
from tests.make import NOW

ENTRIES = [
    Entry(NOW, Deed.SET_UP, "anna", "anna", "127.0.0.1"),
    Entry(NOW + timedelta(seconds=1), Deed.LOGIN_REFUSED, None, "ilze", "10.0.0.9"),
    Entry(NOW + timedelta(seconds=2), Deed.RANK_CHANGED, "anna", "ilze", None, {"before": "agent", "after": "lead"}),
]


@pytest.fixture
def trail(database: Database) -> Database:
    with database.write() as session:
        for entry in ENTRIES:
            audit.record(session, entry)
    return database


def broken(database: Database) -> int | None:
    with database.read() as session:
        return first_broken(audit.whole(session))


def test_entries_are_read_back_as_they_were_written(trail: Database) -> None:
    with trail.read() as session:
        assert [entry for entry, _ in audit.whole(session)] == ENTRIES
        assert [entry for _, entry in audit.page(session)] == ENTRIES[::-1]
    assert broken(trail) is None


@pytest.mark.parametrize(
    "change",
    [
        update(table).values(actor="nobody"),
        delete(table),
        delete(table).where(table.c.actor == "anna"),
    ],
    ids=["update", "delete all", "delete some"],
)
def test_the_database_refuses_to_change_an_entry_or_to_take_one_away(trail: Database, change: object) -> None:
    with pytest.raises(DBAPIError, match="can only be added to"), trail.write() as session:
        session.execute(change)  # type: ignore[call-overload]

    with trail.read() as session:
        assert len(audit.page(session)) == 3


def test_postgresql_does_not_empty_the_table_either(trail: Database) -> None:
    if trail.dialect != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DBAPIError, match="can only be added to"), trail.write() as session:
        session.execute(text("TRUNCATE audit"))


def test_an_owner_of_the_database_who_gets_around_that_is_found_out(trail: Database) -> None:
    around = {
        "sqlite": ["DROP TRIGGER audit_no_update", "UPDATE audit SET actor = 'eve' WHERE actor = 'anna'"],
        "postgresql": [
            "ALTER TABLE audit DISABLE TRIGGER USER",
            "UPDATE audit SET actor = 'eve' WHERE actor = 'anna'",
            "ALTER TABLE audit ENABLE TRIGGER USER",
        ],
    }[trail.dialect]
    with trail.write() as session:
        for statement in around:
            session.execute(text(statement))

    assert broken(trail) == 0


def test_pages_go_back_in_time_and_can_be_about_one_person(trail: Database) -> None:
    with trail.read() as session:
        first = audit.page(session, limit=2)
        rest = audit.page(session, before=first[-1][0], limit=2)
        about = audit.page(session, about="ilze")
    assert [entry for _, entry in [*first, *rest]] == ENTRIES[::-1]
    assert [entry for _, entry in about] == [ENTRIES[2], ENTRIES[1]]


def test_what_a_database_cannot_keep_as_it_is_does_not_break_the_seal(database: Database) -> None:
    with database.write() as session:
        audit.record(session, Entry(NOW, Deed.DENIED, "il\x00ze", "\ud800", "a\r\nb", {"re\x00quest": "GET /\x00"}))
        audit.record(session, ENTRIES[0])

    assert broken(database) is None


def test_entries_of_the_same_moment_follow_one_another(database: Database) -> None:
    def say(name: str) -> None:
        for _ in range(5):
            with database.write() as session:
                audit.record(session, Entry(NOW, Deed.LOGGED_IN, name))

    threads = [threading.Thread(target=say, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert broken(database) is None
    with database.read() as session:
        assert len(audit.page(session, limit=100)) == 20
