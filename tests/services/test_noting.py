"""A note is written once, however often and by however many it is sent at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from monitor.domain.model import Change, EventKind
from monitor.errors import Conflict, MonitorError, NotAllowed, NotFound
from monitor.services.noting import MarkReused, event_key, note_once
from monitor.store import cases
from monitor.store.db import Database
from tests.fakes import FakeClock
from tests.make import make_case, make_event


@pytest.fixture
def number(database: Database) -> int:
    with database.write() as session:
        return cases.save_change(session, Change(make_case(), (make_event(),))).id or 0


def notes(database: Database, number: int) -> list[object]:
    with database.read() as session:
        return [e.data["text"] for e in cases.events_of(session, number) if e.kind is EventKind.NOTED]


def test_the_same_mark_writes_once_and_answers_alike(database: Database, clock: FakeClock, number: int) -> None:
    first = note_once(database, clock, number, "ilze", "called", mark="a", version=1)
    clock.pass_time(days=30)
    again = note_once(database, clock, number, "ilze", "called", mark="a", version=1)

    assert again == first
    assert notes(database, number) == ["called"]


def test_many_at_once_write_once(database: Database, clock: FakeClock, number: int) -> None:
    def send(_: int) -> str:
        try:
            return str(note_once(database, clock, number, "ilze", "called", mark="a").version)
        except MonitorError as error:
            return type(error).__name__

    with ThreadPoolExecutor(6) as many:
        said = set(many.map(send, range(6)))

    assert said <= {"2", "Conflict"}, "whoever lost the race may ask again"
    assert notes(database, number) == ["called"]


def test_another_mark_and_another_agent_are_other_notes(database: Database, clock: FakeClock, number: int) -> None:
    for agent, mark in (("ilze", "a"), ("ilze", "b"), ("petar", "a")):
        note_once(database, clock, number, agent, "called", mark=mark)

    assert notes(database, number) == ["called"] * 3


def test_other_words_under_the_mark_are_refused(database: Database, clock: FakeClock, number: int) -> None:
    note_once(database, clock, number, "ilze", "called", mark="a")

    with pytest.raises(MarkReused):
        note_once(database, clock, number, "ilze", "wrote", mark="a")
    assert notes(database, number) == ["called"]


def test_what_every_action_refuses_is_refused(database: Database, clock: FakeClock, number: int) -> None:
    with pytest.raises(NotFound):
        note_once(database, clock, 4711, "ilze", "called", mark="a")
    with pytest.raises(Conflict):
        note_once(database, clock, number, "ilze", "called", mark="a", version=7)
    with pytest.raises(NotAllowed):
        note_once(database, clock, number, "ilze", " ", mark="a")
    assert notes(database, number) == []


def test_a_key_is_short_whatever_the_mark() -> None:
    assert len(event_key("ilze", "x" * 5000)) < 50
    assert event_key("ilze", "ā") != event_key("ilze", "a")
