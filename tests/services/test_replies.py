"""Writing a reply: checked against its case, filled from it, and never posted."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.access import Agent, Rank
from monitor.domain.handling import Handlings
from monitor.domain.model import Account, Case, EventKind, Role, Status
from monitor.domain.reply_check import Code
from monitor.domain.reply_template import Actions, HalfFilled, Template, TemplateError, Then
from monitor.domain.win_back import Mark, Step
from monitor.errors import Conflict, NotAllowed, NotFound
from monitor.services.assess import assess_pending
from monitor.services.replies import Replies
from monitor.store import cases, intake
from monitor.store.db import Database
from tests.fakes import FakeClassifier, FakeClock
from tests.services.conftest import MakePost

ILZE = Agent(1, "ilze", "Ilze B.", None, Rank.AGENT)
LEAD = Agent(2, "dita", "Dita", None, Rank.LEAD)
LATE = Template(
    "late", {"en": "{{customer|Hello}} ({{case}}), {{?what}}. {{agent}}, {{brand}}", "lv": "Labdien! {{?kas}}"}
)


@pytest.fixture
def replies(database: Database, clock: FakeClock) -> Replies:
    return Replies(database, clock, brands={"acme": "Acme Bank"})


@pytest.fixture
def case(database: Database, clock: FakeClock, handlings: Handlings, says: MakePost) -> Case:
    with database.write() as session:
        author = Account("x", "anna", "anna_k", "Anna K.")
        intake.save_page(session, accounts=[author], posts=[says("complaint about delivery: my parcel is lost")])
    assess_pending(database, FakeClassifier(), handlings=handlings, clock=clock)
    clock.pass_time(minutes=10)
    return kept(database)


def kept(database: Database) -> Case:
    with database.read() as session:
        case = cases.latest_case(session, "acme", "x", "10000")
    assert case is not None
    return case


def number(case: Case) -> int:
    assert case.id is not None
    return case.id


def answered(database: Database, says: MakePost, text: str, minute: int = 5) -> None:
    reply = says(text, minute, role=Role.REPLY, author_id="brand", conversation_id="10000", in_reply_to="10000")
    with database.write() as session:
        intake.save_page(session, accounts=[], posts=[reply])


class TestCheck:
    def test_a_draft_is_checked_against_its_case(self, replies: Replies, case: Case) -> None:
        checked = replies.check(
            number(case), "We lost your parcel, Anna, our fault. I am sorry. A new one comes today."
        )

        assert checked.warnings == ()
        assert checked.proposed == (Step.OWN_FAULT, Step.APOLOGISE)
        assert (checked.length.most, checked.price) == (280, 0.015)

    def test_what_the_team_wrote_lately_is_no_reply_of_ones_own(
        self, replies: Replies, case: Case, database: Database, says: MakePost, clock: FakeClock
    ) -> None:
        canned = "Hi Peter, we lost your parcel and we are sorry for that. A new parcel leaves our depot today at noon."
        answered(database, says, canned)
        draft = canned.replace("Peter", "Anna")

        assert Code.NEAR_COPY in {w.code for w in replies.check(number(case), draft).warnings}
        clock.pass_time(days=40)
        assert Code.NEAR_COPY not in {w.code for w in replies.check(number(case), draft).warnings}

    def test_a_link_costs_more(self, replies: Replies, case: Case) -> None:
        assert replies.check(number(case), "see acme.lv").price == 0.2

    def test_a_language_can_be_given(self, replies: Replies, case: Case) -> None:
        found = replies.check(number(case), "Tā ir mūsu vaina, atvainojos.", "lv")

        assert found.proposed == (Step.OWN_FAULT, Step.APOLOGISE)

    def test_an_unknown_case_is_named(self, replies: Replies) -> None:
        with pytest.raises(NotFound, match="no case 4711"):
            replies.check(4711, "x")


class TestReady:
    def test_the_composer_answers_the_post_that_waits(self, replies: Replies, case: Case) -> None:
        ready = replies.ready(number(case), "sorry & thanks")

        assert ready.link == "https://x.com/intent/post?in_reply_to=10000&text=sorry%20%26%20thanks"

    def test_half_filled_is_not_ready(self, replies: Replies, case: Case) -> None:
        with pytest.raises(HalfFilled, match="what"):
            replies.ready(number(case), "Anna, {{?what}}")

    def test_nothing_is_not_ready(self, replies: Replies, case: Case) -> None:
        with pytest.raises(NotAllowed, match="nothing to send"):
            replies.ready(number(case), "  ")


class TestTemplates:
    def test_a_template_is_filled_from_the_case(self, replies: Replies, case: Case) -> None:
        saved = replies.save(LATE, LEAD)
        (shown,) = replies.templates(number(case), ILZE)

        assert shown.text == f"Anna ({case.id}), {{{{?what}}}}. Ilze B., Acme Bank"
        assert (shown.lang, shown.blanks) == ("en", ("what",))
        filled = replies.fill(number(case), saved.id or 0, ILZE, {"what": "we lost it"})
        assert filled == f"Anna ({case.id}), we lost it. Ilze B., Acme Bank"

    def test_it_cannot_be_sent_half_filled(self, replies: Replies, case: Case) -> None:
        saved = replies.save(LATE, LEAD)

        with pytest.raises(HalfFilled, match="what"):
            replies.fill(number(case), saved.id or 0, ILZE, {})

    def test_a_language_of_the_template_can_be_chosen(self, replies: Replies, case: Case) -> None:
        replies.save(LATE, LEAD)

        assert replies.templates(number(case), ILZE, "lv")[0].text == "Labdien! {{?kas}}"

    def test_another_agents_template_is_nobodys_business(self, replies: Replies, case: Case) -> None:
        petar = replace(ILZE, name="petar")
        own = replies.save(replace(LATE, owner="petar"), petar)

        assert replies.templates(number(case), ILZE) == []
        with pytest.raises(NotFound):
            replies.fill(number(case), own.id or 0, ILZE, {"what": "x"})
        with pytest.raises(NotFound):
            replies.save(replace(own, owner="ilze"), ILZE)

    def test_the_teams_templates_are_a_leads_to_change(self, replies: Replies) -> None:
        with pytest.raises(NotAllowed, match="a lead's to change"):
            replies.save(LATE, ILZE)
        saved = replies.save(LATE, LEAD)
        with pytest.raises(NotAllowed, match="a lead's to change"):
            replies.remove(saved.id or 0, ILZE)
        replies.remove(saved.id or 0, LEAD)
        assert list(replies.all_templates(ILZE)) == []

    def test_a_wrong_template_is_not_kept(self, replies: Replies) -> None:
        with pytest.raises(TemplateError, match="did you mean"):
            replies.save(replace(LATE, bodies={"en": "{{costumer}}"}), LEAD)

    def test_many_are_kept_or_none(self, replies: Replies) -> None:
        with pytest.raises(TemplateError):
            replies.put([LATE, replace(LATE, name="bad name")], by="dita")
        assert list(replies.all_templates()) == []
        assert replies.put([LATE, replace(LATE, name="two")], by="dita") == 2
        assert replies.put([replace(LATE, title="new")], by="dita") == 1
        assert [(one.name, one.title) for one in replies.all_templates()] == [("late", "new"), ("two", "")]

    def test_only_a_team_without_templates_is_offered_some(self, replies: Replies) -> None:
        assert replies.offer(lambda: [LATE]) == 1
        assert replies.offer(lambda: [replace(LATE, name="more")]) == 0


class TestMacro:
    def macro(self, replies: Replies, actions: Actions) -> int:
        saved = replies.save(Template("done", {}, actions=actions), LEAD)
        assert saved.id is not None
        return saved.id

    def test_all_of_it_is_one_change_of_the_case(self, replies: Replies, case: Case, database: Database) -> None:
        number_ = self.macro(replies, Actions(("vip",), "me", Then.SNOOZE, timedelta(hours=1)))

        done = replies.apply(number(case), number_, ILZE, version=case.version)

        assert (done.tags, done.assignee, done.status, done.version) == (
            ("vip",),
            "ilze",
            Status.SNOOZED,
            case.version + 1,
        )
        assert kept(database) == done

    def test_a_stale_one_is_refused(self, replies: Replies, case: Case, database: Database) -> None:
        number_ = self.macro(replies, Actions(("vip",)))

        with pytest.raises(Conflict):
            replies.apply(number(case), number_, ILZE, version=case.version - 1)
        assert kept(database).tags == ()

    def test_without_effect_the_version_stays(self, replies: Replies, case: Case) -> None:
        number_ = self.macro(replies, Actions(("vip",)))
        first = replies.apply(number(case), number_, ILZE)

        assert replies.apply(number(case), number_, ILZE).version == first.version


class TestWinBack:
    def test_a_mark_is_an_event_of_the_case(self, replies: Replies, case: Case, database: Database) -> None:
        replies.mark(number(case), ILZE, [(Step.OWN_FAULT, Mark.DONE)], version=case.version)

        found = replies.win_back(number(case))
        assert (found.steps[0].by, found.next_step) == ("ilze", Step.APOLOGISE)
        with database.read() as session:
            assert cases.events_of(session, number(case))[-1].kind is EventKind.WON_BACK

    def test_the_same_step_can_be_marked_again(self, replies: Replies, case: Case) -> None:
        for mark in (Mark.DONE, Mark.CLEARED, Mark.DONE):
            replies.mark(number(case), ILZE, [(Step.OWN_FAULT, mark)])

        assert replies.win_back(number(case)).steps[0].mark is Mark.DONE

    def test_replies_that_were_sent_from_elsewhere_propose_steps(
        self, replies: Replies, case: Case, database: Database, says: MakePost
    ) -> None:
        answered(database, says, "We lost it, that is our mistake.")

        found = replies.win_back(number(case), draft="I am sorry.")
        assert [state.proposed for state in found.steps] == [True, True, False]
        assert found.done == 0

    def test_a_stale_mark_is_refused(self, replies: Replies, case: Case) -> None:
        with pytest.raises(Conflict):
            replies.mark(number(case), ILZE, [(Step.APOLOGISE, Mark.DONE)], version=99)
