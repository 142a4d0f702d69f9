"""The ledger of compensations, and the cases that wait for somebody with the authority."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.domain.compensation import Compensation, Kind, Money, State
from monitor.errors import Conflict
from monitor.store import cases as case_store
from monitor.store import compensations
from monitor.store.db import Database
from monitor.store.reply_tables import needs_authority
from monitor.store.tables import cases
from tests.make import NOW, make_change


@pytest.fixture
def case_id(database: Database) -> int:
    return new_case(database)


@pytest.fixture
def on_sqlite(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A database whose plans do not depend on how much is in it."""
    path = tmp_path / "plans.db"
    shutil.copyfile(sqlite_template, path)
    opened = Database(f"sqlite:///{path}")
    yield opened
    opened.dispose()


def new_case(database: Database) -> int:
    with database.write() as session:
        case = case_store.save_change(session, make_change())
    assert case.id is not None
    return case.id


def entry(case_id: int, state: State = State.REQUESTED, minor: int = 5000) -> Compensation:
    return Compensation(case_id, Kind.CREDIT, Money(minor, "EUR"), "late", "petar", NOW, state)


def added(database: Database, one: Compensation) -> Compensation:
    with database.write() as session:
        return compensations.add(session, one)


def test_an_entry_is_read_back_as_it_was_written(database: Database, case_id: int) -> None:
    one = added(database, entry(case_id, minor=10**13))

    with database.read() as session:
        assert one.id is not None
        assert compensations.by_id(session, one.id) == one
        assert compensations.of_case(session, case_id) == [one]
        assert compensations.by_id(session, 404) is None


def test_a_case_waits_for_one_decision_at_a_time(database: Database, case_id: int) -> None:
    added(database, entry(case_id))

    with pytest.raises(Conflict):
        added(database, entry(case_id))
    added(database, entry(case_id, State.GRANTED))
    added(database, entry(case_id, State.GRANTED))


def test_the_first_decision_counts(database: Database, case_id: int) -> None:
    one = added(database, entry(case_id))
    granted = replace(one, state=State.GRANTED, decided_by="dita", decided_at=NOW, note="fine")
    with database.write() as session:
        compensations.move(session, granted, was=State.REQUESTED)

    with pytest.raises(Conflict), database.write() as session:
        compensations.move(session, replace(one, state=State.REFUSED), was=State.REQUESTED)
    with database.read() as session:
        assert compensations.of_case(session, case_id) == [granted]


def test_what_waits_is_listed_and_marks_its_case(database: Database, case_id: int) -> None:
    done, other = new_case(database), new_case(database)
    waiting = added(database, entry(case_id))
    paid = added(database, entry(done, State.PAID))

    with database.read() as session:
        assert compensations.listed(session) == [waiting]
        assert compensations.listed(session, State.PAID) == [paid]
        assert compensations.listed(session, None) == [waiting, paid]
        assert compensations.awaiting_authority(session, [case_id, done, other]) == {case_id}
        assert session.execute(select(cases.c.id).where(needs_authority)).scalars().all() == [case_id]


def test_the_search_for_cases_that_wait_walks_the_small_index(on_sqlite: Database) -> None:
    with on_sqlite.read() as session:
        statement = select(cases.c.id).where(needs_authority).compile(compile_kwargs={"literal_binds": True})
        plan = session.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all()
    assert any("uq_compensations_requested" in str(row) for row in plan), plan
