"""One case on the page: its head, its thread, its verdict, its customer and its log; and what carried the verdict."""

from datetime import timedelta

import pytest

from classifiers.contract import Cause, Kind
from monitor.domain.access import Rank
from monitor.domain.presence import Doing
from monitor.store import intake
from monitor.wiring import App
from tests.fakes import FakeClassifier
from tests.make import NOW, make_account, make_assessment, make_reply
from tests.web.conftest import LogIn, words_of
from tests.web.scene import add_case

FRAGMENT = {"HX-Request": "true"}


class TestThePage:
    def test_it_is_a_page_of_its_own_and_a_pane(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)
        browser = log_in()

        page, pane = browser.get(f"/cases/{case.id}").text, browser.get(f"/cases/{case.id}", headers=FRAGMENT).text

        assert "<html" in page
        assert "<html" not in pane
        assert f'<article class="case" id="case-{case.id}"' in pane

    def test_a_case_that_is_not_there_is_not_found(self, log_in: LogIn) -> None:
        browser = log_in()

        assert browser.get("/cases/4711").status_code == 404
        assert browser.get("/cases/4711/why").status_code == 404
        assert browser.get("/cases/0").status_code == 422

    def test_the_thread_says_who_wrote_and_who_of_us_held_the_case(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor, handle="anna_k", text="nobody answers", minutes=60)
        monitor.review.claim(case.id or 0, "janis")
        with monitor.database.write() as session:
            first = intake.post_by_key(session, case.brand, case.platform, case.first_post_id)
            assert first is not None
            ours = make_reply(first, text="We are on it.", published_at=NOW + timedelta(minutes=1))
            brand = make_account(external_id="brand-1", handle="acmebank", name="Acme Bank")
            intake.save_page(session, accounts=[brand], posts=[ours])

        page = words_of(log_in().get(f"/cases/{case.id}").text)

        assert "Acme Bank @acmebank us" in page
        assert "janis had the case" in page
        assert page.index("nobody answers") < page.index("We are on it.")

    def test_a_long_thread_is_folded_and_whole(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor, minutes=600)
        with monitor.database.write() as session:
            first = intake.post_by_key(session, case.brand, case.platform, case.first_post_id)
            assert first is not None
            replies = [
                make_reply(first, text=f"word {n}", published_at=NOW - timedelta(minutes=90 - n)) for n in range(12)
            ]
            intake.save_page(session, accounts=[], posts=replies)

        page = log_in().get(f"/cases/{case.id}").text

        assert page.count("data-post") == 13
        assert "7 earlier posts" in page

    def test_an_erased_post_says_so(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor, text="my secret")
        with monitor.database.write() as session:
            post = intake.post_by_key(session, case.brand, case.platform, case.first_post_id)
            assert post is not None
            intake.erase(session, [post.id or 0], NOW)

        page = log_in().get(f"/cases/{case.id}").text

        assert "(erased)" in page
        assert "my secret" not in page
        assert "/accept" not in page

    def test_the_customers_other_cases_are_beside_it(self, monitor: App, log_in: LogIn) -> None:
        earlier = add_case(monitor, handle="anna_k", minutes=3000, causes=(Cause.OUTAGE,))
        monitor.review.resolve(earlier.id or 0, "janis")
        case = add_case(monitor, handle="anna_k", customer_id=earlier.customer_id)

        page = log_in().get(f"/cases/{case.id}").text

        assert f'href="/cases/{earlier.id}"' in page

    def test_who_else_is_at_it_is_named(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)
        monitor.workplace.beat(case.id or 0, "janis", Doing.VIEWING)

        assert "is looking at it: janis" in words_of(log_in().get(f"/cases/{case.id}").text)

    def test_a_viewer_sees_no_button_that_acts(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)
        monitor.review.claim(case.id or 0, "janis")

        page = log_in("olga", Rank.VIEWER).get(f"/cases/{case.id}").text

        assert f'action="/cases/{case.id}' not in page

    def test_every_form_carries_the_version_that_is_shown(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)
        monitor.review.note(case.id or 0, "janis", "called them")

        page = log_in().get(f"/cases/{case.id}").text

        assert page.count('name="version" value="2"') > 10
        assert 'name="version" value="1"' not in page


class TestTheVerdict:
    @pytest.mark.parametrize(
        ("assessment", "words"),
        [
            (make_assessment(), "Complaint 90%"),
            (make_assessment(kind=Kind.QUESTION), "Question 90%"),
            (make_assessment(abstained=True, abstain_reason="too short"), "The model does not know too short"),
        ],
    )
    def test_the_model_says_what_it_thinks_and_how_sure_it_is(
        self, monitor: App, log_in: LogIn, assessment: object, words: str
    ) -> None:
        case = add_case(monitor, assessment=assessment)  # type: ignore[arg-type]

        assert words in words_of(log_in().get(f"/cases/{case.id}").text)

    def test_what_the_model_does_not_know_cannot_be_accepted(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor, assessment=make_assessment(abstained=True))

        assert 'data-does="accept"' not in log_in().get(f"/cases/{case.id}").text

    def test_the_causes_of_the_case_are_pressed(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor, causes=(Cause.DELIVERY,))

        page = log_in().get(f"/cases/{case.id}").text
        pressed = [
            part.split('"')[0] for part in page.split('name="toggle" value="')[1:] if 'aria-pressed="true"' in part[:60]
        ]

        assert pressed == ["delivery"]

    def test_the_words_that_carried_it_are_asked_for(self, monitor: App, log_in: LogIn) -> None:
        monitor.classifier = FakeClassifier()
        case = add_case(monitor, text="a complaint about delivery")
        browser = log_in()

        fragment = browser.get(f"/cases/{case.id}/why", headers=FRAGMENT).text

        assert "<html" not in fragment
        assert ">complaint</span>" in fragment
        assert ">delivery</span>" in fragment
        assert "<html" in browser.get(f"/cases/{case.id}/why").text
