"""What agents have around the cases: drafts, the sign of being there, saved views."""

import pytest

from monitor.domain.presence import Doing
from monitor.domain.search import parse_search
from monitor.errors import Conflict, NotAllowed, NotFound
from monitor.services.workplace import LONGEST_DRAFT, Workplace
from monitor.store import cases
from monitor.store.db import Database
from tests.fakes import FakeClock
from tests.make import make_change

LATVIAN = parse_search("lang:lv")


@pytest.fixture
def workplace(database: Database, clock: FakeClock) -> Workplace:
    return Workplace(database, clock)


@pytest.fixture
def n(database: Database) -> int:
    with database.write() as session:
        case = cases.save_change(session, make_change())
    assert case.id is not None
    return case.id


class TestDrafts:
    def test_each_agent_has_one_per_case_and_a_restart_keeps_it(
        self, workplace: Workplace, database: Database, clock: FakeClock, n: int
    ) -> None:
        workplace.save_draft(n, "ilze", "Sveika, Anna!")
        workplace.save_draft(n, "petar", "Hello")

        draft = Workplace(database, clock).draft(n, "ilze")
        assert draft is not None
        assert (draft.text, draft.version, draft.updated_at) == ("Sveika, Anna!", 1, clock.now())
        assert [d.text for d in workplace.drafts("petar")] == ["Hello"]

    def test_empty_words_throw_it_away(self, workplace: Workplace, n: int) -> None:
        workplace.save_draft(n, "ilze", "x")

        assert workplace.save_draft(n, "ilze", "  \n") is None
        assert workplace.draft(n, "ilze") is None

    def test_a_second_window_does_not_overwrite_the_first(self, workplace: Workplace, n: int) -> None:
        first = workplace.save_draft(n, "ilze", "one", version=0)
        assert first is not None
        second = workplace.save_draft(n, "ilze", "one two", version=first.version)
        assert second is not None
        assert second.version == 2

        for stale in (0, 1):
            with pytest.raises(Conflict, match="draft"):
                workplace.save_draft(n, "ilze", "other", version=stale)
        kept = workplace.save_draft(n, "ilze", "without looking")
        assert kept is not None
        assert kept.version == 3

    def test_what_is_too_long_or_of_no_case_is_refused(self, workplace: Workplace, n: int) -> None:
        with pytest.raises(NotAllowed, match="at most 20,000"):
            workplace.save_draft(n, "ilze", "x" * (LONGEST_DRAFT + 1))
        with pytest.raises(NotFound, match="no case 4711"):
            workplace.save_draft(4711, "ilze", "x")


class TestPresence:
    def test_colleagues_see_each_other_writers_first(self, workplace: Workplace, n: int) -> None:
        workplace.beat(n, "anna", Doing.VIEWING)
        workplace.beat(n, "petar", Doing.REPLYING)

        seen = workplace.beat(n, "ilze", Doing.VIEWING)

        assert [(one.agent, one.doing) for one in seen] == [("petar", Doing.REPLYING), ("anna", Doing.VIEWING)]

    def test_who_is_silent_for_45_seconds_has_gone(self, workplace: Workplace, clock: FakeClock, n: int) -> None:
        workplace.beat(n, "petar", Doing.REPLYING)
        clock.pass_time(seconds=44)
        assert workplace.beat(n, "ilze", Doing.VIEWING)
        clock.pass_time(seconds=1)

        assert workplace.beat(n, "ilze", Doing.VIEWING) == ()

    def test_who_leaves_is_gone_at_once(self, workplace: Workplace, n: int) -> None:
        workplace.beat(n, "petar", Doing.REPLYING)
        workplace.leave("petar", n)

        assert workplace.beat(n, "ilze", Doing.VIEWING) == ()

    def test_an_unknown_case_is_named(self, workplace: Workplace) -> None:
        with pytest.raises(NotFound, match="no case 4711"):
            workplace.beat(4711, "ilze", Doing.VIEWING)


class TestViews:
    def test_the_teams_come_first_then_ones_own_in_order(self, workplace: Workplace) -> None:
        own = [workplace.save_view(name, LATVIAN, owner="ilze").id for name in ("b", "a")]
        workplace.save_view("team", LATVIAN, owner=None)
        workplace.save_view("other", LATVIAN, owner="petar")

        assert [view.name for view in workplace.views("ilze")] == ["team", "b", "a"]
        workplace.order_views(own[::-1], owner="ilze")
        assert [view.name for view in workplace.views("ilze")] == ["team", "a", "b"]

    def test_it_is_renamed_changed_and_removed_by_its_owner_alone(self, workplace: Workplace) -> None:
        view = workplace.save_view("Latvians", LATVIAN, owner="ilze")

        changed = workplace.save_view(" In  Latvian ", parse_search("is:mine"), owner="ilze", view_id=view.id)
        assert (changed.name, changed.search.text()) == ("In Latvian", "is:mine")
        for refused in (None, "petar"):
            with pytest.raises(NotAllowed, match="is ilze's"):
                workplace.remove_view(view.id, owner=refused)
        workplace.remove_view(view.id, owner="ilze")
        with pytest.raises(NotFound):
            workplace.remove_view(view.id, owner="ilze")

    def test_names_are_short_there_and_ones_own_only_once(self, workplace: Workplace) -> None:
        first = workplace.save_view("a", LATVIAN, owner="ilze")
        second = workplace.save_view("b", LATVIAN, owner="ilze")
        workplace.save_view("a", LATVIAN, owner="petar")

        for name in ("", "x" * 61):
            with pytest.raises(NotAllowed, match="1 to 60 characters"):
                workplace.save_view(name, LATVIAN, owner="ilze")
        with pytest.raises(NotAllowed, match="a view named 'a' already"):
            workplace.save_view("a", LATVIAN, owner="ilze")
        with pytest.raises(NotAllowed, match="a view named 'a' already"):
            workplace.save_view("a", LATVIAN, owner="ilze", view_id=second.id)
        assert first.id != second.id
