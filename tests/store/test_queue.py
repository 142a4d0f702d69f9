"""The queue: the most urgent first, every case on one page, whatever is asked for."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from classifiers.contract import Cause, Severity
from monitor.domain.model import Case, Change, Status
from monitor.domain.search import parse_search
from monitor.errors import NotFound
from monitor.store import cases, intake, queue
from monitor.store.db import Database
from monitor.store.finding import Asker
from tests.make import NOW, make_account, make_case, make_change, make_deadline, make_post

HOUR = timedelta(hours=1)


def opened(database: Database, **fields: Any) -> Case:
    with database.write() as session:
        return cases.save_change(session, make_change(**fields))


def due(hours: float, **fields: Any) -> dict[str, Any]:
    return {"deadlines": (make_deadline(due_at=NOW + hours * HOUR, **fields),)}


def page(database: Database, wanted: str = "", **how: Any) -> queue.QueuePage:
    with database.read() as session:
        return queue.queue_page(session, parse_search(wanted), Asker("anna", NOW), **how)


def ids(database: Database, wanted: str = "") -> list[int | None]:
    return [row.case.id for row in page(database, wanted).rows]


def walk(database: Database, wanted: str = "", limit: int = 3) -> list[int | None]:
    found: list[int | None] = []
    after: str | None = None
    while True:
        shown = page(database, wanted, after=after, limit=limit)
        found += [row.case.id for row in shown.rows]
        after = shown.after
        if after is None:
            return found
        assert len(shown.rows) == limit


class TestOrder:
    def test_severity_then_risk_then_what_is_due_first(self, database: Database) -> None:
        late = opened(database, severity=Severity.ACCUSATION, risk=0.5, **due(5))
        soon = opened(database, severity=Severity.ACCUSATION, risk=0.5, **due(1))
        risky = opened(database, severity=Severity.ACCUSATION, risk=0.9, **due(9))
        blame = opened(database, severity=Severity.BLAME, risk=0.1, **due(99))
        mild = opened(database, severity=Severity.NO_EXPLICIT_REPROACH, risk=0.9, **due(0.1))

        assert ids(database) == [blame.id, risky.id, soon.id, late.id, mild.id]

    def test_what_is_promised_nothing_comes_after_what_is(self, database: Database) -> None:
        unpromised = opened(database, deadlines=())
        promised = opened(database, **due(1000))

        assert ids(database) == [promised.id, unpromised.id]

    def test_an_overdue_promise_still_counts(self, database: Database) -> None:
        running = opened(database, **due(1))
        overdue = opened(database, **due(-5, breached=True))

        assert ids(database) == [overdue.id, running.id]

    def test_equals_stand_in_the_order_they_were_opened(self, database: Database) -> None:
        twins = [opened(database).id for _ in range(4)]

        assert ids(database) == twins

    def test_a_change_moves_a_case(self, database: Database) -> None:
        first, second = opened(database, risk=0.9), opened(database, risk=0.1)
        with database.write() as session:
            cases.save_change(session, Change(replace(first, severity=Severity.NO_EXPLICIT_REPROACH)))

        assert ids(database) == [second.id, first.id]


class TestPages:
    def fill(self, database: Database, n: int = 20) -> list[Case]:
        severities = [*Severity, None]
        changes = [
            Change(
                make_case(
                    severity=severities[k % 5],
                    risk=k % 3 / 3,
                    deadlines=() if k % 7 == 0 else due(k % 4)["deadlines"],
                    brand=("acme", "other")[k % 2],
                )
            )
            for k in range(n)
        ]
        with database.write() as session:
            return cases.save_changes(session, changes)

    @pytest.mark.parametrize("limit", [1, 3, 7, 19, 20, 21, 50])
    def test_pages_of_any_size_show_everything_once_in_one_order(self, database: Database, limit: int) -> None:
        self.fill(database)

        assert walk(database, limit=limit) == ids(database)
        assert len(set(ids(database))) == 20

    def test_the_last_page_says_so(self, database: Database) -> None:
        self.fill(database, 4)

        assert page(database, limit=4).after is None
        assert page(database, limit=3).after is not None

    def test_an_empty_queue_is_an_empty_last_page(self, database: Database) -> None:
        assert page(database) == queue.QueuePage((), None)

    def test_a_case_closed_between_two_pages_shifts_nothing(self, database: Database) -> None:
        self.fill(database)
        order = ids(database)
        first = page(database, limit=5)
        with database.write() as session:
            cases.save_change(session, Change(replace(first.rows[2].case, status=Status.RESOLVED)))

        second = page(database, limit=5, after=first.after)

        assert [row.case.id for row in second.rows] == order[5:10]

    def test_a_case_closed_at_the_seam_loses_nothing(self, database: Database) -> None:
        self.fill(database)
        order = ids(database)
        first = page(database, limit=5)
        with database.write() as session:
            cases.save_change(session, Change(replace(first.rows[-1].case, status=Status.RESOLVED)))

        second = page(database, limit=5, after=first.after)

        assert [row.case.id for row in second.rows] == order[5:10]

    def test_pages_keep_to_their_filter(self, database: Database) -> None:
        self.fill(database)

        found = walk(database, "brand:other", limit=3)

        assert found == ids(database, "brand:other")
        assert len(found) == 10

    @pytest.mark.parametrize("token", ["", "1", "a.b.c", "1.2", "1.2.3.4", f"1.{10**30}.1", "🙂"])
    def test_a_page_that_never_was_is_not_found(self, database: Database, token: str) -> None:
        with pytest.raises(NotFound, match="begin with the first"):
            page(database, after=token)

    def test_a_token_can_stand_in_a_link(self, database: Database) -> None:
        opened(database, deadlines=())
        opened(database, deadlines=())

        token = page(database, limit=1).after

        assert token is not None
        assert token.replace(".", "").isdigit()


class TestFilters:
    def test_closed_cases_are_not_in_the_queue(self, database: Database) -> None:
        live = [opened(database, status=status).id for status in (Status.OPEN, Status.WAITING, Status.SNOOZED)]
        opened(database, status=Status.RESOLVED)
        opened(database, status=Status.DISMISSED)

        assert sorted(ids(database)) == sorted(live)

    @pytest.mark.parametrize(
        "statuses",
        [(status,) for status in Status] + [(Status.RESOLVED, Status.DISMISSED), (Status.OPEN, Status.RESOLVED)],
    )
    def test_any_choice_of_statuses(self, database: Database, statuses: tuple[Status, ...]) -> None:
        by_status = {status: opened(database, status=status).id for status in Status}

        found = ids(database, "status:" + ",".join(status.value for status in statuses))

        assert sorted(found) == sorted(by_status[status] for status in statuses)

    @pytest.mark.parametrize(
        "wanted, fields, others",
        [
            ("brand:other", {"brand": "other"}, {}),
            ("lang:lv", {"lang": "lv"}, {"lang": None}),
            ("severity:blame", {"severity": Severity.BLAME}, {"severity": None, "needs_human": True}),
            ("severity:disapproval", {"severity": Severity.DISAPPROVAL}, {"severity": None}),
            ("cause:outage", {"causes": (Cause.DELIVERY, Cause.OUTAGE)}, {"causes": ()}),
            ("cause:other", {"causes": (Cause.OTHER,)}, {"causes": (Cause.WRONG_INFORMATION,)}),
            ("assignee:anna", {"assignee": "anna"}, {"assignee": "berta"}),
            ("is:unassigned", {}, {"assignee": "anna"}),
            ("is:breached", due(-1, breached=True), due(-1, breached=True, met_at=NOW)),
        ],
    )
    def test_each_filter_shows_what_it_names(
        self, database: Database, wanted: str, fields: dict[str, Any], others: dict[str, Any]
    ) -> None:
        match = opened(database, **fields)
        opened(database, **others | {"status": Status.OPEN}) if others else None

        assert ids(database, wanted) == [match.id]

    def test_filters_narrow_together(self, database: Database) -> None:
        match = opened(database, brand="other", lang="lv", causes=(Cause.DELIVERY,), assignee="anna")
        opened(database, brand="other", lang="lv", causes=(Cause.DELIVERY,))
        opened(database, brand="other", lang="en", causes=(Cause.DELIVERY,), assignee="anna")
        opened(database, lang="lv", causes=(Cause.DELIVERY,), assignee="anna")

        assert ids(database, "brand:other lang:lv cause:delivery assignee:anna") == [match.id]


class TestRows:
    def test_a_row_shows_the_post_that_waits_and_who_wrote_it(self, database: Database) -> None:
        author = make_account()
        first = make_post(author_id=author.external_id)
        waiting = make_post(author_id=author.external_id, conversation_id=first.conversation_id, text="still waiting")
        with database.write() as session:
            saved = intake.save_page(session, accounts=[author], posts=[first, waiting])
        case = opened(
            database,
            conversation_id=first.conversation_id,
            customer_id=author.external_id,
            first_post_id=first.external_id,
            waiting_post_id=waiting.external_id,
        )

        (row,) = page(database).rows

        assert row == queue.QueueRow(case, saved.new[1], author)

    def test_while_it_is_the_customers_turn_the_first_post_is_shown(self, database: Database) -> None:
        post = make_post()
        with database.write() as session:
            intake.save_page(session, accounts=(), posts=[post])
        opened(database, first_post_id=post.external_id, waiting_post_id=None, waiting_since=None)

        (row,) = page(database).rows

        assert row.post is not None
        assert row.post.external_id == post.external_id

    def test_a_case_without_its_post_or_author_is_shown_all_the_same(self, database: Database) -> None:
        case = opened(database)

        assert page(database).rows == (queue.QueueRow(case, None, None),)


class TestCounts:
    def test_live_cases_are_counted_by_what_they_need(self, database: Database) -> None:
        opened(database)
        opened(database, assignee="anna", **due(-1, breached=True))
        opened(database, status=Status.WAITING, needs_human=True)
        opened(database, status=Status.RESOLVED)
        opened(database, brand="other")

        with database.read() as session:
            everywhere = queue.queue_counts(session)
            here = queue.queue_counts(session, "acme")

        assert everywhere.by_status == {Status.OPEN: 3, Status.WAITING: 1, Status.SNOOZED: 0}
        assert here == queue.QueueCounts(
            by_status={Status.OPEN: 2, Status.WAITING: 1, Status.SNOOZED: 0},
            unassigned=2,
            breached=1,
            needs_human=1,
        )

    def test_an_empty_queue_counts_nothing(self, database: Database) -> None:
        with database.read() as session:
            counts = queue.queue_counts(session)

        assert Counter(counts.by_status).total() == counts.unassigned == counts.breached == 0
