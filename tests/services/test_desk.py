"""What the pages are told: views with counts, rows with colleagues, a case in full, and what is new."""

from datetime import timedelta

import pytest

from classifiers.contract import Cause, Severity
from monitor.domain.handling import Handlings
from monitor.domain.labels import Labels
from monitor.domain.model import Account, Case, Role, Status
from monitor.domain.presence import Doing
from monitor.domain.search import EVERYTHING_LIVE, parse_search
from monitor.errors import NotFound
from monitor.services import desk as module
from monitor.services.assess import assess_pending
from monitor.services.desk import Desk
from monitor.services.ingest import observe_replies
from monitor.services.review import Review
from monitor.services.workplace import Workplace
from monitor.store import cases, intake
from monitor.store.db import Database
from tests.fakes import FakeClassifier, FakeClock
from tests.make import NOW, make_change, make_deadline
from tests.services.conftest import MakePost

LATVIAN = parse_search("lang:lv")


@pytest.fixture
def desk(database: Database, clock: FakeClock, handlings: Handlings) -> Desk:
    return Desk(database, clock, handlings)


@pytest.fixture
def review(database: Database, clock: FakeClock, handlings: Handlings) -> Review:
    return Review(database, clock, handlings)


@pytest.fixture
def workplace(database: Database, clock: FakeClock) -> Workplace:
    return Workplace(database, clock)


def opened(database: Database, **fields: object) -> int:
    with database.write() as session:
        case = cases.save_change(session, make_change(**fields))
    return number(case)


def number(case: Case | None) -> int:
    assert case is not None
    assert case.id is not None
    return case.id


class TestViews:
    def test_the_built_in_ones_are_counted_for_who_looks(self, database: Database, desk: Desk) -> None:
        opened(database, assignee="ilze")
        opened(database, assignee="ilze", status=Status.SNOOZED, snoozed_until=NOW + timedelta(days=1))
        opened(database, status=Status.WAITING, deadlines=())
        opened(database, needs_human=True, deadlines=(make_deadline(due_at=NOW + timedelta(hours=9)),))
        opened(database, status=Status.RESOLVED)

        counts = {view.key: view.count for view in desk.views("ilze")}

        assert counts == {
            "mine": 1, "unassigned": 2, "breaching": 0, "waiting": 1, "snoozed": 1, "all": 4, "needs-label": 1,
        }  # fmt: skip
        assert {view.key: view.count for view in desk.views("petar")}["mine"] == 0

    def test_what_is_due_within_the_hour_is_breaching(self, database: Database, desk: Desk, clock: FakeClock) -> None:
        opened(database)
        clock.pass_time(minutes=1)

        assert desk.count(parse_search("is:breaching"), agent="ilze") == 1

    def test_saved_ones_follow_and_counting_stops_somewhere(
        self, database: Database, desk: Desk, workplace: Workplace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "MOST_COUNTED", 2)
        for _ in range(3):
            opened(database, lang="lv")
        own = workplace.save_view("Latvians", LATVIAN, owner="ilze")
        team = workplace.save_view("Storm", parse_search("label:storm"), owner=None)

        *_, storm, latvians = desk.views("ilze")

        assert (storm.key, storm.count, storm.more, storm.owner) == (f"view-{team.id}", 0, False, None)
        assert (latvians.key, latvians.count, latvians.more, latvians.owner) == (f"view-{own.id}", 2, True, "ilze")


class TestPages:
    def test_rows_show_colleagues_but_not_oneself(
        self, database: Database, desk: Desk, workplace: Workplace, review: Review
    ) -> None:
        n = opened(database)
        workplace.beat(n, "petar", Doing.REPLYING)
        workplace.beat(n, "ilze", Doing.VIEWING)
        review.next_for("maris")

        (row,) = desk.page(EVERYTHING_LIVE, agent="ilze").rows

        assert [(one.agent, one.doing) for one in row.presence] == [("petar", Doing.REPLYING)]
        assert row.held_by == "maris"
        assert desk.row(n, "ilze") == row
        assert {one.agent for one in desk.presence()[n]} == {"petar", "ilze"}

    def test_rows_come_in_the_order_asked_for(self, database: Database, desk: Desk) -> None:
        first, second = opened(database), opened(database, status=Status.RESOLVED)

        assert [row.case.id for row in desk.rows([second, 4711, first, second], agent="ilze")] == [second, first]
        with pytest.raises(NotFound, match="no case 4711"):
            desk.row(4711, "ilze")


class TestNews:
    def test_what_came_changed_and_left_is_told_once(self, database: Database, desk: Desk, review: Review) -> None:
        seen = [opened(database, lang="lv") for _ in range(3)]
        since = desk.last_event()
        review.claim(seen[0], "petar")
        review.resolve(seen[1], "petar")
        new = opened(database, lang="lv")
        opened(database, lang="ru")

        news = desk.news(LATVIAN, seen, since, agent="ilze")

        assert (news.arrived, news.changed, news.left, news.more) == ((new,), (seen[0],), (seen[1],), False)
        assert desk.news(LATVIAN, seen, news.upto, agent="ilze") == module.News(upto=news.upto)

    def test_a_note_on_a_case_further_down_is_no_arrival(self, database: Database, desk: Desk, review: Review) -> None:
        n = opened(database)
        since = desk.last_event()
        review.note(n, "petar", "called back")

        assert desk.news(EVERYTHING_LIVE, [], since, agent="ilze").arrived == ()
        assert desk.news(EVERYTHING_LIVE, [n], since, agent="ilze").changed == (n,)

    def test_after_a_long_sleep_the_page_is_to_be_read_again(
        self, database: Database, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "MOST_NEWS", 1)
        since = desk.last_event()
        opened(database)
        opened(database)

        news = desk.news(EVERYTHING_LIVE, [], since, agent="ilze")

        assert (news.more, news.upto, news.arrived) == (True, desk.last_event(), ())


class TestCase:
    @pytest.fixture
    def n(self, database: Database, clock: FakeClock, handlings: Handlings, says: MakePost, review: Review) -> int:
        """Anna complained, ilze claimed, the brand answered, Anna wrote again."""
        anna = Account("x", "anna", "Anna_K", "Anna", followers=1200)
        with database.write() as session:
            intake.save_page(session, accounts=[anna], posts=[says("complaint about delivery blame")])
        assess_pending(database, FakeClassifier(), handlings=handlings, clock=clock)
        with database.read() as session:
            n = number(cases.latest_case(session, "acme", "x", "10000"))
        clock.pass_time(minutes=2)
        review.claim(n, "ilze")
        clock.pass_time(minutes=18)
        reply = says("sorry", 10, role=Role.REPLY, author_id="acme", conversation_id="10000", in_reply_to="10000")
        again = says("complaint ignored", 15, conversation_id="10000")
        with database.write() as session:
            saved = intake.save_page(session, accounts=[], posts=[reply, again])
            observe_replies(session, saved.new, handlings, clock.now())
        assess_pending(database, FakeClassifier(), handlings=handlings, clock=clock)
        return n

    def test_the_thread_tells_who_answered_what_and_who_waits(self, desk: Desk, n: int) -> None:
        first, reply, again = desk.case(n, "ilze").thread

        assert (first.answered_by, first.waiting, first.ours) == ("10010", False, False)
        assert (reply.answers, reply.held_by, reply.ours) == ("10000", "ilze", True)
        assert (again.answered_by, again.waiting) == (None, True)
        assert first.author is not None
        assert first.author.handle == "Anna_K"
        assert again.assessment is not None
        assert again.assessment.causes[Cause.IGNORED] == 0.9

    def test_the_log_says_what_can_be_taken_back_and_who_did(self, desk: Desk, review: Review, n: int) -> None:
        def log() -> dict[str, tuple[bool, str | None]]:
            return {e.event.kind.value: (e.undoable, e.undone_by) for e in desk.case(n, "ilze").events}

        assert log()["opened"] == (False, None)
        assert log()["claimed"] == (True, None)
        claimed = next(e.event for e in desk.case(n, "ilze").events if e.undoable)
        review.undo(n, claimed.key, "petar")
        assert log()["claimed"] == (False, "petar")
        assert log()["undone"] == (True, None)

    def test_what_is_ones_own_is_there(self, desk: Desk, review: Review, workplace: Workplace, n: int) -> None:
        workplace.save_draft(n, "ilze", "Sveika")
        workplace.save_draft(n, "petar", "Hi")
        review.tag(n, "ilze", add=["VIP"])
        review.label(n, "petar", Labels(severity=Severity.BLAME))

        shown = desk.case(n, "ilze")

        assert shown.draft is not None
        assert (shown.draft.text, shown.case.tags) == ("Sveika", ("vip",))
        assert shown.thread[0].labels == {"petar": {"severity": "blame"}}
        assert shown.customer is not None
        assert shown.customer.followers == 1200
        assert shown.last_event == desk.last_event()

    def test_the_customers_history_goes_across_brands(
        self, database: Database, desk: Desk, review: Review, n: int
    ) -> None:
        day = timedelta(days=1)
        elsewhere = opened(database, customer_id="anna", brand="other", opened_at=NOW - day, lang="lv")
        review.assign(elsewhere, "maris", by="lead")
        opened(database, customer_id="anna", status=Status.RESOLVED, opened_at=NOW - 5 * day, resolved_at=NOW - 4 * day)
        opened(database, customer_id="anna", status=Status.RESOLVED, opened_at=NOW - 100 * day)
        opened(database, customer_id="ivan")

        history = desk.case(n, "ilze").history

        assert [past.id for past in history.open] == [elsewhere]
        assert len(history.past) == 2
        assert (history.total, history.complaints, history.repeat_contacts) == (4, 2, 1)
        assert history.told_to == ("ilze", "maris")
        assert history.languages == ("en", "lv")
        assert history.last_contact_at == NOW + timedelta(minutes=15)

    def test_a_namesake_elsewhere_is_only_perhaps_the_same(self, database: Database, desk: Desk, n: int) -> None:
        with database.write() as session:
            intake.save_accounts(session, [Account("mastodon", "77", "anna_k")])
        other = opened(database, customer_id="77", platform="mastodon")

        history = desk.case(n, "ilze").history

        assert [(past.id, past.certain) for past in history.past] == [(other, False)]
        assert history.total == 1

    def test_an_unknown_case_is_named(self, desk: Desk) -> None:
        with pytest.raises(NotFound, match="no case 4711"):
            desk.case(4711, "ilze")
