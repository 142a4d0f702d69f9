"""Writing a reply on the page: checked, filled from templates, ticked, and never posted."""

import html
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from monitor.domain.access import Agent, Rank
from monitor.domain.model import Account, Case, Post, Role
from monitor.domain.reply_template import Actions, Template, Then
from monitor.store import cases, intake
from monitor.wiring import App
from tests.fakes import FakeClassifier
from tests.make import NOW
from tests.web.conftest import LogIn, words_of

ADMIN = Agent(None, "root", "Root", None, Rank.ADMIN)
FRAGMENT = {"HX-Request": "true", "Sec-Fetch-Site": "same-origin"}
LATE = Template("late", {"en": "{{customer|Hello}}, {{?what happened}}. Sorry!"}, "A <late> parcel")


@pytest.fixture
def case(monitor: App) -> Case:
    """A complaint of Anna's about a lost parcel."""
    text = "complaint about delivery: my parcel is <b>lost</b>"
    post = Post("acme", "x", "10000", "10000", "anna", text, NOW, NOW, Role.MENTION, lang="en")
    with monitor.database.write() as session:
        intake.save_page(session, accounts=[Account("x", "anna", "anna_k", "Anna K.")], posts=[post])
    monitor.classifier = FakeClassifier()  # type: ignore[assignment]
    monitor.assess()
    return kept(monitor)


def kept(monitor: App) -> Case:
    with monitor.database.read() as session:
        case = cases.latest_case(session, "acme", "x", "10000")
    assert case is not None
    return case


@pytest.fixture
def ilze(log_in: LogIn) -> TestClient:
    return log_in("ilze")


def post(client: TestClient, case: Case, action: str, *, script: bool = True, **data: Any) -> Any:
    return client.post(f"/cases/{case.id}/{action}", data=data, headers=FRAGMENT if script else None)


class TestCheck:
    def test_the_remarks_come_as_a_fragment(self, ilze: TestClient, case: Case) -> None:
        answer = post(ilze, case, "reply-check", text="You should have checked the <i>address</i>.")

        assert answer.status_code == 200
        assert "“You should have checked” blames the customer." in words_of(answer.text)
        assert "<html" not in answer.text
        assert 'data-from="0" data-to="23"' in answer.text

    def test_what_was_written_comes_back_harmless(self, ilze: TestClient, case: Case) -> None:
        answer = post(
            ilze, case, "reply-check", text="As <script>alert(1)</script> we already told you!! acme.lv/<img>"
        )

        assert "<script" not in answer.text
        assert "<img" not in answer.text

    def test_without_a_script_the_whole_page_comes_with_the_text_in_the_box(self, ilze: TestClient, case: Case) -> None:
        answer = post(ilze, case, "reply-check", script=False, text="We lost </textarea> it")

        assert "<html" in answer.text
        assert "We lost &lt;/textarea&gt; it</textarea>" in answer.text
        assert "It does not seem to say what happens next." in words_of(answer.text)

    def test_steps_that_the_words_do_are_named(self, ilze: TestClient, case: Case) -> None:
        answer = post(
            ilze, case, "reply-check", text="We lost your parcel, Anna. I am sorry. A new one comes tomorrow."
        )

        assert "Own the fault, Apologise in person" in words_of(answer.text)
        assert "Nothing to remark." in words_of(answer.text)

    def test_a_viewer_writes_no_replies(self, log_in: LogIn, case: Case) -> None:
        guest = log_in("guest", Rank.VIEWER)

        for action in ("reply-check", "composer", "win-back", "compensation", "templates/1/fill", "templates/1/apply"):
            assert post(guest, case, action).status_code == 403, action
        assert guest.get(f"/cases/{case.id}/reply").status_code == 403


class TestComposer:
    def test_the_way_out_says_what_it_would_cost(self, ilze: TestClient, case: Case) -> None:
        answer = post(ilze, case, "composer", text="Sorry, Anna! See acme.lv & more")

        link = html.unescape(re.findall(r'href="(https://x\.com[^"]*)"', answer.text)[0])
        assert (
            link == "https://x.com/intent/post?in_reply_to=10000&text=Sorry%2C%20Anna%21%20See%20acme.lv%20%26%20more"
        )
        assert "would cost $0.200 instead of $0.015" in words_of(answer.text)
        assert 'rel="noopener noreferrer"' in answer.text

    @pytest.mark.parametrize("script", [True, False])
    def test_a_half_filled_template_does_not_get_out(self, ilze: TestClient, case: Case, script: bool) -> None:
        answer = post(ilze, case, "composer", script=script, text="Anna, {{?what happened}}")

        assert answer.status_code == 422
        assert "Still to be filled in: what happened." in words_of(answer.text)
        assert "x.com/intent" not in answer.text


class TestTemplates:
    @pytest.fixture
    def late(self, monitor: App) -> int:
        saved = monitor.replies.save(LATE, ADMIN)
        assert saved.id is not None
        return saved.id

    def test_they_stand_beside_the_reply_filled_as_far_as_the_case_can(
        self, ilze: TestClient, case: Case, late: int
    ) -> None:
        answer = ilze.get(f"/cases/{case.id}/reply", headers=FRAGMENT)

        assert "Anna, {{?what happened}}. Sorry!" in answer.text
        assert 'name="blank:what happened"' in answer.text
        assert "A &lt;late&gt; parcel" in answer.text
        assert "<html" not in answer.text

    def test_a_filled_one_is_text_for_the_box(self, ilze: TestClient, case: Case, late: int) -> None:
        answer = post(ilze, case, f"templates/{late}/fill", **{"blank:what happened": "we <lost> it"})

        assert answer.text.strip() == "<textarea hidden>Anna, we &lt;lost&gt; it. Sorry!</textarea>"

    def test_without_a_script_the_page_comes_with_it_in_the_box(self, ilze: TestClient, case: Case, late: int) -> None:
        answer = post(ilze, case, f"templates/{late}/fill", script=False, **{"blank:what happened": "we lost it"})

        assert ">Anna, we lost it. Sorry!</textarea>" in answer.text

    def test_an_open_blank_is_named(self, ilze: TestClient, case: Case, late: int) -> None:
        answer = post(ilze, case, f"templates/{late}/fill")

        assert answer.status_code == 422
        assert "Still to be filled in: what happened." in words_of(answer.text)

    def test_a_macro_is_done_to_the_case(self, ilze: TestClient, case: Case, monitor: App) -> None:
        macro = monitor.replies.save(Template("done", {}, actions=Actions(("vip",), "me", Then.RESOLVE)), ADMIN)

        answer = post(ilze, case, f"templates/{macro.id}/apply", version=case.version)

        assert answer.status_code == 200
        done = kept(monitor)
        assert (done.tags, done.assignee, done.status.value) == (("vip",), "ilze", "resolved")

    def test_a_macro_on_a_case_that_has_changed_is_refused(self, ilze: TestClient, case: Case, monitor: App) -> None:
        macro = monitor.replies.save(Template("done", {}, actions=Actions(("vip",))), ADMIN)

        answer = post(ilze, case, f"templates/{macro.id}/apply", version=case.version + 5)

        assert answer.status_code == 409
        assert kept(monitor).tags == ()


class TestWinBack:
    def test_a_step_is_ticked_and_says_by_whom(self, ilze: TestClient, case: Case) -> None:
        answer = post(ilze, case, "win-back", step="own_fault", mark="done")

        assert answer.status_code == 200
        assert "1 of 3" in words_of(answer.text)
        assert re.search(r"Own the fault\s+ilze", words_of(answer.text))

    def test_the_next_step_is_marked(self, ilze: TestClient, case: Case) -> None:
        post(ilze, case, "win-back", step="own_fault", mark="done")

        answer = ilze.get(f"/cases/{case.id}/win-back", headers=FRAGMENT)

        assert re.search(r'aria-current="step">\s*<span>Apologise in person', answer.text)

    def test_a_broken_order_is_told(self, ilze: TestClient, case: Case) -> None:
        answer = post(ilze, case, "win-back", step="make_good", mark="done")

        assert "The order was broken" in words_of(answer.text)

    def test_skipping_without_a_reason_is_refused_in_its_place(self, ilze: TestClient, case: Case) -> None:
        answer = post(ilze, case, "win-back", step="own_fault", mark="skipped")

        assert answer.status_code == 409
        assert "say why" in words_of(answer.text)

    def test_without_a_script_one_comes_back_to_the_page(self, ilze: TestClient, case: Case) -> None:
        answer = post(ilze, case, "win-back", script=False, step="own_fault", mark="done")

        assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{case.id}/reply")


class TestPage:
    def test_everything_can_be_done_without_a_script(self, ilze: TestClient, case: Case) -> None:
        page = ilze.get(f"/cases/{case.id}/reply").text

        for action in ("reply-check", "composer", "win-back", "compensation"):
            assert f'action="/cases/{case.id}/{action}"' in page, action
        assert "style=" not in page
        assert not re.search(r"<script(?![^>]*src=)", page)

    def test_the_box_names_whom_one_answers(self, ilze: TestClient, case: Case) -> None:
        assert "Reply to @anna_k (en)" in words_of(ilze.get(f"/cases/{case.id}/reply").text)

    def test_the_case_shows_the_box_and_fetches_the_rest(self, ilze: TestClient, case: Case) -> None:
        page = ilze.get(f"/cases/{case.id}").text

        assert 'id="reply-text"' in page
        assert f'hx-get="/cases/{case.id}/reply" hx-trigger="load"' in page

    def test_a_draft_is_kept_and_stands_in_the_box_again(self, ilze: TestClient, case: Case) -> None:
        answer = ilze.put(f"/cases/{case.id}/draft", data={"text": "half a <reply>"}, headers=FRAGMENT)

        assert answer.status_code == 204
        assert answer.headers["x-draft-version"] == "1"
        assert ">half a &lt;reply&gt;</textarea>" in ilze.get(f"/cases/{case.id}/reply").text

    def test_a_draft_of_another_tab_is_not_written_over(self, ilze: TestClient, case: Case) -> None:
        for _ in range(2):
            ilze.put(f"/cases/{case.id}/draft", data={"text": "newer"}, headers=FRAGMENT)

        answer = ilze.put(f"/cases/{case.id}/draft", data={"text": "older", "version": 1}, headers=FRAGMENT)

        assert answer.status_code == 409

    @pytest.mark.parametrize("path", ["reply", "win-back"])
    def test_an_unknown_case_is_not_found(self, ilze: TestClient, path: str) -> None:
        assert ilze.get(f"/cases/4711/{path}").status_code == 404
