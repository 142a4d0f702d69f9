"""Cases: saved whole or not at all, never over somebody else's change, one live case per conversation."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from classifiers.contract import Cause, Severity
from monitor.domain.model import Case, Change, EventKind, Status, Target
from monitor.errors import Conflict
from monitor.store import cases
from monitor.store.db import Database
from tests.make import NOW, make_case, make_change, make_deadline, make_event, make_targets

HOUR = timedelta(hours=1)


def save(database: Database, *changes: Change) -> list[Case]:
    with database.write() as session:
        return cases.save_changes(session, changes)


def opened(database: Database, **fields: Any) -> Case:
    return save(database, make_change(**fields))[0]


def by_id(database: Database, case: Case) -> Case | None:
    assert case.id is not None
    with database.read() as session:
        return cases.case_by_id(session, case.id)


class TestOpening:
    def test_a_saved_case_has_an_id_and_a_version_and_comes_back_whole(self, database: Database) -> None:
        change = make_change(
            severity=Severity.BLAME,
            risk=0.83,
            reasons=("винит бренд", "12 000 followers"),
            causes=(Cause.DELIVERY, Cause.HAD_TO_REPEAT),
            needs_human=True,
            assignee="anna",
            claimed_at=NOW + HOUR,
            first_reply_at=NOW + 2 * HOUR,
            first_reply_by="brand-1",
            last_reply_at=NOW + 2 * HOUR,
            customer_posts=3,
            closed_through=NOW,
            begins_after=NOW - HOUR,
            deadlines=(make_deadline(), make_deadline(target=Target.RESOLUTION, warn_at=None)),
        )

        (case,) = save(database, change)

        assert case.id is not None
        assert replace(case, id=None, version=0) == change.case
        assert by_id(database, case) == case

    def test_a_bare_case_comes_back_whole_too(self, database: Database) -> None:
        case = opened(database, severity=None, lang=None, causes=(), reasons=(), waiting_since=None, deadlines=())

        assert by_id(database, case) == case

    @pytest.mark.parametrize(
        "targets",
        [
            make_targets(),
            make_targets(first_response=None, next_response=None, resolution=None, warn_before=timedelta(0)),
            make_targets(first_response=timedelta(microseconds=1), resolution=timedelta(days=400, microseconds=7)),
        ],
    )
    def test_promises_are_kept_to_the_microsecond(self, database: Database, targets: Any) -> None:
        case = by_id(database, opened(database, targets=targets))

        assert case is not None
        assert case.targets == targets

    def test_a_conversation_has_one_live_case(self, database: Database) -> None:
        opened(database, conversation_id="7")

        with pytest.raises(Conflict):
            opened(database, conversation_id="7")

    def test_one_brand_s_case_does_not_stop_another_s(self, database: Database) -> None:
        one = opened(database, conversation_id="7")
        other = opened(database, conversation_id="7", brand="other")

        assert one.id != other.id

    @pytest.mark.parametrize("status", [Status.RESOLVED, Status.DISMISSED])
    def test_a_closed_case_makes_room(self, database: Database, status: Status) -> None:
        opened(database, conversation_id="7", status=status)
        opened(database, conversation_id="7", status=status)

        assert opened(database, conversation_id="7").id is not None

    def test_a_case_closed_in_the_same_batch_makes_room(self, database: Database) -> None:
        old = opened(database, conversation_id="7")

        closed, new = save(database, Change(replace(old, status=Status.RESOLVED)), make_change(conversation_id="7"))

        assert closed.id == old.id
        assert new.id not in (None, old.id)

    def test_two_racing_openers_open_one_case(self, database: Database) -> None:
        outcomes: list[str] = []
        start = threading.Barrier(2)

        def work() -> None:
            start.wait()
            try:
                opened(database, conversation_id="7")
                outcomes.append("opened")
            except Conflict:
                outcomes.append("conflict")

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(outcomes) == ["conflict", "opened"]


class TestChanging:
    def test_a_change_grows_the_version(self, database: Database) -> None:
        case = opened(database)

        (changed,) = save(database, Change(replace(case, assignee="anna")))

        assert changed == replace(case, assignee="anna", version=case.version + 1)
        assert by_id(database, case) == changed

    def test_a_change_of_a_stale_case_is_refused_and_changes_nothing(self, database: Database) -> None:
        case = opened(database)
        (current,) = save(database, Change(replace(case, assignee="anna")))

        with pytest.raises(Conflict):
            save(database, Change(replace(case, assignee="berta"), (make_event(kind=EventKind.CLAIMED),)))

        assert by_id(database, case) == current
        with database.read() as session:
            assert case.id is not None
            assert [event.kind for event in cases.events_of(session, case.id)] == [EventKind.OPENED]

    def test_one_stale_case_of_a_batch_refuses_the_batch(self, database: Database) -> None:
        stale, fresh = opened(database), opened(database)
        save(database, Change(replace(stale, risk=0.1)))

        with pytest.raises(Conflict):
            save(database, Change(replace(fresh, risk=0.9)), Change(replace(stale, risk=0.9)))

        assert by_id(database, fresh) == fresh

    def test_a_case_that_does_not_exist_is_refused(self, database: Database) -> None:
        with pytest.raises(Conflict):
            save(database, Change(replace(make_case(), id=404, version=1)))

    def test_reopening_beside_another_live_case_is_refused(self, database: Database) -> None:
        closed = opened(database, conversation_id="7", status=Status.RESOLVED)
        opened(database, conversation_id="7")

        with pytest.raises(Conflict):
            save(database, Change(replace(closed, status=Status.OPEN)))

    def test_of_two_racing_changes_one_wins(self, database: Database) -> None:
        case = opened(database)
        outcomes: list[str] = []
        start = threading.Barrier(4)

        def claim(agent: str) -> None:
            start.wait()
            try:
                save(database, Change(replace(case, assignee=agent)))
                outcomes.append(agent)
            except Conflict:
                outcomes.append("conflict")

        threads = [threading.Thread(target=claim, args=(agent,)) for agent in ("anna", "berta", "carla", "dora")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert outcomes.count("conflict") == 3
        winner = by_id(database, case)
        assert winner is not None
        assert winner.assignee in outcomes

    def test_single_and_batch_saving_are_the_same(self, database: Database) -> None:
        with database.write() as session:
            case = cases.save_change(session, make_change())

        assert by_id(database, case) == case

    def test_saving_nothing_is_nothing(self, database: Database) -> None:
        assert save(database) == []


class TestDeadlines:
    def test_a_deadline_is_changed_in_place_and_an_ended_one_stays(self, database: Database) -> None:
        first = make_deadline()
        case = opened(database, deadlines=(first,))
        met = replace(first, met_at=NOW + HOUR / 2)
        following = make_deadline(target=Target.NEXT_RESPONSE, started_at=NOW + HOUR, warned=True, breached=True)

        save(database, Change(replace(case, deadlines=(met, following))))

        kept = by_id(database, case)
        assert kept is not None
        assert kept.deadlines == (met, following)

    def test_the_same_promise_can_be_made_again(self, database: Database) -> None:
        promises = tuple(
            make_deadline(target=Target.NEXT_RESPONSE, started_at=NOW + n * HOUR, met_at=NOW + n * HOUR)
            for n in range(4)
        )

        kept = by_id(database, opened(database, deadlines=promises[::-1]))

        assert kept is not None
        assert kept.deadlines == promises  # oldest first

    def test_each_case_has_its_own(self, database: Database) -> None:
        one, other = save(database, make_change(), make_change(deadlines=(make_deadline(due_at=NOW + 9 * HOUR),) * 1))

        for case in (one, other):
            assert by_id(database, case) == case


class TestEvents:
    def test_what_happened_comes_back_in_order(self, database: Database) -> None:
        case = opened(database)
        events = tuple(
            make_event(kind=kind, at=NOW + n * HOUR, actor="anna", data={"note": "жду", "n": n, "none": None, "p": 0.5})
            for n, kind in enumerate((EventKind.CLAIMED, EventKind.REPLY_OBSERVED, EventKind.RESOLVED), start=1)
        )

        save(database, Change(case, events[::-1]))

        with database.read() as session:
            assert case.id is not None
            found = cases.events_of(session, case.id)
        assert found[1:] == list(events)

    def test_the_same_fact_is_recorded_once(self, database: Database) -> None:
        case = opened(database)
        event = make_event(kind=EventKind.BREACHED, key="breached:first_response")
        (case,) = save(database, Change(case, (event, event)))

        (case,) = save(database, Change(case, (replace(event, at=NOW + HOUR),)))

        with database.read() as session:
            assert case.id is not None
            assert [e.at for e in cases.events_of(session, case.id) if e.kind is EventKind.BREACHED] == [NOW]

    def test_the_same_key_can_happen_to_two_cases(self, database: Database) -> None:
        event = make_event(key="opened")

        saved = save(database, *(Change(make_case(), (event,)) for _ in range(2)))

        with database.read() as session:
            assert [cases.events_of(session, case.id or 0) for case in saved] == [[event], [event]]

    def test_an_unknown_case_has_none(self, database: Database) -> None:
        with database.read() as session:
            assert cases.events_of(session, 404) == []
