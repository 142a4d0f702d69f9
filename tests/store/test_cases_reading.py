"""Finding cases: by conversation, by id, by what is due; and the place that each has in the queue."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from classifiers.contract import Severity
from monitor.domain.model import Case, Change, Status
from monitor.store import cases
from monitor.store.cases import priority
from monitor.store.db import Database
from tests.make import NOW, make_case, make_change, make_deadline, next_id

HOUR = timedelta(hours=1)


def save(database: Database, *changes: Change) -> list[Case]:
    with database.write() as session:
        return cases.save_changes(session, changes)


def opened(database: Database, **fields: Any) -> Case:
    return save(database, make_change(**fields))[0]


class TestFinding:
    def test_the_live_case_of_a_conversation(self, database: Database) -> None:
        opened(database, conversation_id="7", status=Status.RESOLVED)
        live = opened(database, conversation_id="7", status=Status.SNOOZED)

        with database.read() as session:
            assert cases.live_case(session, "acme", "x", "7") == live
            assert cases.live_case(session, "other", "x", "7") is None
            assert cases.live_case(session, "acme", "y", "7") is None

    def test_the_latest_case_is_the_one_opened_last_when_none_is_live(self, database: Database) -> None:
        opened(database, conversation_id="7", status=Status.RESOLVED, opened_at=NOW - HOUR)
        last = opened(database, conversation_id="7", status=Status.DISMISSED, opened_at=NOW)
        opened(database, conversation_id="7", status=Status.RESOLVED, opened_at=NOW - 2 * HOUR)

        with database.read() as session:
            assert cases.latest_case(session, "acme", "x", "7") == last

    def test_a_live_case_is_the_latest_whenever_it_was_opened(self, database: Database) -> None:
        live = opened(database, conversation_id="7", opened_at=NOW - HOUR)
        opened(database, conversation_id="7", status=Status.RESOLVED, opened_at=NOW)

        with database.read() as session:
            assert cases.latest_case(session, "acme", "x", "7") == live

    def test_many_conversations_at_once(self, database: Database) -> None:
        saved = save(database, *(make_change() for _ in range(1100)))
        saved[0] = save(database, Change(replace(saved[0], status=Status.RESOLVED)))[0]
        keys = [cases.conversation(case) for case in saved]

        with database.read() as session:
            live = cases.live_cases(session, [*keys, ("acme", "x", "unknown")])
            latest = cases.latest_cases(session, keys)

        assert live == dict(zip(keys[1:], saved[1:], strict=True))
        assert latest == dict(zip(keys, saved, strict=True))

    def test_many_cases_by_their_ids(self, database: Database) -> None:
        saved = save(database, *(make_change() for _ in range(3)))

        with database.read() as session:
            found = cases.cases_by_id(session, [saved[2].id or 0, saved[0].id or 0, 404])

        assert found == {case.id: case for case in (saved[0], saved[2])}

    def test_nothing_is_found_where_nothing_is(self, database: Database) -> None:
        with database.read() as session:
            assert cases.case_by_id(session, 404) is None
            assert cases.latest_case(session, "acme", "x", next_id()) is None
            assert cases.live_cases(session, []) == {}


class TestSweep:
    def due(self, database: Database, now: datetime, limit: int = 10) -> list[int | None]:
        with database.read() as session:
            return [case.id for case in cases.due_for_sweep(session, now, limit)]

    def test_the_longest_overdue_come_first_and_the_rest_later(self, database: Database) -> None:
        ids = [
            opened(database, deadlines=(make_deadline(due_at=NOW + hours * HOUR, warn_at=None),)).id
            for hours in (3, 1, 2)
        ]

        assert self.due(database, NOW + 2 * HOUR) == [ids[1], ids[2]]
        assert self.due(database, NOW + 3 * HOUR, limit=2) == [ids[1], ids[2]]
        assert self.due(database, NOW) == []

    def test_a_warning_comes_before_its_deadline(self, database: Database) -> None:
        case = opened(database, deadlines=(make_deadline(),))

        assert self.due(database, NOW + HOUR - timedelta(minutes=15)) == [case.id]

    def test_the_end_of_a_snooze_is_a_moment_too(self, database: Database) -> None:
        case = opened(database, status=Status.SNOOZED, snoozed_until=NOW + HOUR, deadlines=())

        assert self.due(database, NOW + HOUR) == [case.id]

    @pytest.mark.parametrize(
        "fields",
        [
            {"status": Status.RESOLVED},
            {"deadlines": ()},
            {"deadlines": (make_deadline(met_at=NOW),)},
            {"deadlines": (make_deadline(stopped_at=NOW),)},
            {"deadlines": (make_deadline(warned=True, breached=True),)},
        ],
    )
    def test_a_case_with_nothing_left_to_say_is_left_alone(self, database: Database, fields: dict[str, Any]) -> None:
        opened(database, **fields)

        assert self.due(database, NOW + 100 * HOUR) == []

    def test_a_swept_case_is_not_due_again(self, database: Database) -> None:
        case = opened(database, deadlines=(make_deadline(warn_at=None),))
        said = replace(case.deadlines[0], breached=True)

        save(database, Change(replace(case, deadlines=(said,))))

        assert self.due(database, NOW + 2 * HOUR) == []


class TestPriority:
    def test_severity_comes_first_then_risk(self) -> None:
        order = [
            make_case(severity=Severity.BLAME, risk=0.9),
            make_case(severity=Severity.BLAME, risk=0.0),
            make_case(severity=Severity.ACCUSATION, risk=1.0),
            make_case(severity=Severity.DISAPPROVAL, risk=0.5),
            make_case(severity=Severity.NO_EXPLICIT_REPROACH, risk=0.99),
            make_case(severity=None, risk=0.99),
            make_case(severity=None, risk=0.0),
        ]

        places = [priority(case) for case in order]

        assert places == sorted(places)
        assert len(set(places)) == len(places)

    def test_risks_within_a_tenth_are_alike_so_that_the_due_time_decides(self) -> None:
        assert priority(make_case(risk=0.41)) == priority(make_case(risk=0.49))

    def test_what_a_person_must_judge_waits_in_the_middle(self) -> None:
        unknown = priority(make_case(severity=None, needs_human=True, risk=0.5))

        assert unknown == priority(make_case(severity=Severity.DISAPPROVAL, risk=0.5))

    @pytest.mark.parametrize("severity", Severity)
    @pytest.mark.parametrize("risk", [-0.1, 0.0, 0.05, 0.999, 1.0, 1.5])
    def test_every_priority_is_within_the_range_of_its_severity(self, severity: Severity, risk: float) -> None:
        assert priority(make_case(severity=severity, risk=risk)) in cases.priorities_of(severity)
