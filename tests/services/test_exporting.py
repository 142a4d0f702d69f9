"""Everything that a search finds, once, while the queue goes on living."""

from dataclasses import replace

import pytest

from monitor.domain.access import Agent, Origin, Rank
from monitor.domain.audit import Deed
from monitor.domain.model import Change
from monitor.domain.search import parse_search
from monitor.services import exporting
from monitor.services.exporting import export_cases
from monitor.store import audit, cases
from monitor.store.db import Database
from tests.fakes import FakeClock
from tests.make import make_case, make_event

ILZE = Agent(1, "ilze", "Ilze", None, Rank.AGENT)


def opened(database: Database, **fields: object) -> int:
    with database.write() as session:
        return cases.save_change(session, Change(make_case(**fields), (make_event(),))).id or 0


@pytest.fixture
def numbers(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    monkeypatch.setattr(exporting, "CHUNK", 2)
    return [opened(database, lang="lv") for _ in range(5)]


def test_each_case_comes_once_in_the_order_of_the_queue(
    database: Database, clock: FakeClock, numbers: list[int]
) -> None:
    opened(database, lang="en")

    export = export_cases(database, clock, parse_search("lang:lv"), ILZE, form="csv")

    assert list(export.case_ids) == numbers
    assert [row.case.id for row in export.rows] == numbers


def test_what_happens_meanwhile_changes_neither_which_nor_how_many(
    database: Database, clock: FakeClock, numbers: list[int]
) -> None:
    export = export_cases(database, clock, parse_search("lang:lv"), ILZE, form="csv")
    rows = [next(export.rows)]
    opened(database, lang="lv")
    with database.write() as session:
        case = cases.case_by_id(session, numbers[-1])
        assert case is not None
        cases.save_change(session, Change(replace(case, assignee="petar")))
    rows += export.rows

    assert [row.case.id for row in rows] == numbers
    assert rows[-1].case.assignee == "petar", "a case is told as it is when its turn comes"


def test_mine_are_those_of_whoever_asks(database: Database, clock: FakeClock) -> None:
    mine = opened(database, assignee="ilze")
    opened(database, assignee="petar")

    assert export_cases(database, clock, parse_search("is:mine"), ILZE, form="json").case_ids == (mine,)


def test_the_trail_says_who_took_how_many(database: Database, clock: FakeClock, numbers: list[int]) -> None:
    export_cases(database, clock, parse_search(""), ILZE, form="json", origin=Origin("10.0.0.7"))

    with database.read() as session:
        ((_, entry),) = audit.page(session)
    assert (entry.deed, entry.actor, entry.address) == (Deed.EXPORTED, "ilze", "10.0.0.7")
    assert entry.detail == {"form": "json", "cases": "5"}
