"""What people do to one case on the page, with the script and without it, and what is said when somebody was faster."""

import pytest

from classifiers.contract import Cause, Kind, Severity
from monitor.domain.access import Rank
from monitor.domain.model import Case, Status
from monitor.store import assessments, intake
from monitor.web.actions import DONE, Act
from monitor.wiring import App
from tests.fakes import FakeClock
from tests.web.conftest import LogIn, words_of
from tests.web.scene import add_case, case_now

FRAGMENT = {"HX-Request": "true"}


def review_of(monitor: App, case: Case, agent: str) -> dict[str, object] | None:
    with monitor.database.read() as session:
        post = intake.post_by_key(session, case.brand, case.platform, case.first_post_id)
        assert post is not None
        return assessments.reviews_of(session, post.id or 0).get(agent)


class TestWithoutAScript:
    @pytest.mark.parametrize(
        ("act", "fields", "expected"),
        [
            ("claim", {}, {"assignee": "ilze"}),
            ("assign", {"assignee": "janis"}, {"assignee": "janis"}),
            ("snooze", {"preset": "hour"}, {"status": Status.SNOOZED}),
            ("snooze", {"until": "2026-03-02T17:30"}, {"status": Status.SNOOZED}),
            ("resolve", {}, {"status": Status.RESOLVED}),
            ("dismiss", {"reason": "spam"}, {"status": Status.DISMISSED}),
            ("tags", {"tags": "VIP, call back ,vip"}, {"tags": ("call back", "vip")}),
            ("label", {"kind": "complaint", "severity": "blame"}, {"severity": Severity.BLAME}),
            ("label", {"kind": "other"}, {"severity": None, "causes": ()}),
            (
                "label",
                {"kind": "complaint", "causes": "delivery", "toggle": "outage"},
                {"causes": (Cause.DELIVERY, Cause.OUTAGE)},
            ),
            ("label", {"kind": "complaint", "causes": "delivery", "toggle": "delivery"}, {"causes": ()}),
            ("accept", {}, {"severity": Severity.ACCUSATION}),
        ],
    )
    def test_a_form_acts_and_leads_back(
        self, monitor: App, log_in: LogIn, act: str, fields: dict[str, str], expected: dict[str, object]
    ) -> None:
        case = add_case(monitor)
        browser = log_in()
        log_in("janis")

        answer = browser.post(f"/cases/{case.id}/{act}", data={"version": "1", "to": "/queue?view=all", **fields})

        assert (answer.status_code, answer.headers["location"]) == (303, "/queue?view=all")
        now = case_now(monitor, case)
        assert {name: getattr(now, name) for name in expected} == expected
        assert now.version == 2

    def test_release_reopen_note_and_merge(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor, assignee="ilze")
        other = add_case(monitor, customer_id=case.customer_id)
        browser = log_in()

        for act, fields in (("release", {}), ("resolve", {}), ("reopen", {}), ("note", {"text": "called them"})):
            assert browser.post(f"/cases/{case.id}/{act}", data=fields).status_code == 303
        assert browser.post(f"/cases/{other.id}/merge", data={"into": str(case.id)}).status_code == 303

        assert (case_now(monitor, case).assignee, case_now(monitor, case).status) == (None, Status.OPEN)
        assert case_now(monitor, other).merged_into == case.id
        assert "ilze noted: called them" in words_of(browser.get(f"/cases/{case.id}").text)

    @pytest.mark.parametrize(
        "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
    )
    def test_nobody_is_led_to_another_site(self, monitor: App, log_in: LogIn, to: str) -> None:
        case = add_case(monitor)

        assert log_in().post(f"/cases/{case.id}/claim", data={"to": to}).headers["location"] == "/"

    def test_what_a_person_said_before_stays_when_more_is_said(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)
        browser = log_in()
        browser.post(f"/cases/{case.id}/label", data={"kind": "complaint", "causes": "ignored", "severity": "blame"})

        said = review_of(monitor, case, "ilze")
        page = browser.get(f"/cases/{case.id}").text

        assert said == {"kind": "complaint", "severity": "blame", "causes": ["ignored"]}
        assert (
            '<input type="hidden" name="severity" value="blame"><input type="hidden" name="causes" value="ignored">'
            in page
        )

    def test_accepting_keeps_the_models_word_as_a_training_label(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)

        log_in().post(f"/cases/{case.id}/accept")

        said = review_of(monitor, case, "ilze")
        assert said is not None
        assert (said["kind"], said["causes"]) == (Kind.COMPLAINT, ["delivery"])


class TestWithTheScript:
    def test_the_row_and_the_open_case_come_back_to_be_put_in_their_places(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)

        answer = log_in().post(f"/cases/{case.id}/claim", data={"pane": "case"}, headers=FRAGMENT).text

        assert f'id="row-{case.id}"' in answer
        assert f'id="case-{case.id}"' in answer
        assert f"You have case {case.id}" in words_of(answer)
        assert "<html" not in answer

    def test_a_closed_row_says_so_and_offers_to_take_it_back(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)
        browser = log_in()

        row = browser.post(f"/cases/{case.id}/resolve", headers=FRAGMENT).text
        key = row.split('name="key" value="')[1].split('"')[0]
        browser.post(f"/cases/{case.id}/undo", data={"key": key})

        assert " acted" in row
        assert f"Resolved case {case.id}" in words_of(row)
        assert case_now(monitor, case).status is Status.OPEN

    @pytest.mark.parametrize("act", ["snooze", "dismiss"])
    def test_other_ways_out_of_the_list_can_be_taken_back_too(self, monitor: App, log_in: LogIn, act: str) -> None:
        case = add_case(monitor)
        browser = log_in()

        row = browser.post(f"/cases/{case.id}/{act}", data={"preset": "hour"}, headers=FRAGMENT).text
        key = row.split('name="key" value="')[1].split('"')[0]
        browser.post(f"/cases/{case.id}/undo", data={"key": key})

        assert case_now(monitor, case).status is Status.OPEN

    def test_undo_does_not_expire(self, monitor: App, log_in: LogIn, clock: FakeClock) -> None:
        case = add_case(monitor)
        monitor.review.resolve(case.id or 0, "janis")
        clock.pass_time(days=90)
        browser = log_in()
        page = browser.get(f"/cases/{case.id}").text
        key = page.split('name="key" value="')[1].split('"')[0]

        browser.post(f"/cases/{case.id}/undo", data={"key": key})

        assert case_now(monitor, case).status is Status.OPEN
        assert "taken back by ilze" in words_of(browser.get(f"/cases/{case.id}").text)

    def test_every_action_says_what_it_did(self) -> None:
        assert set(DONE) == set(Act)


class TestSomebodyWasFaster:
    def test_a_stale_action_is_refused_and_says_who_was_faster(
        self, monitor: App, log_in: LogIn, clock: FakeClock
    ) -> None:
        case = add_case(monitor)
        monitor.review.claim(case.id or 0, "janis", version=1)
        clock.pass_time(seconds=4)

        answer = log_in().post(f"/cases/{case.id}/resolve", data={"version": "1", "pane": "case"}, headers=FRAGMENT)

        assert answer.status_code == 409
        assert "janis took the case · 4 seconds ago" in words_of(answer.text)
        assert "Do it anyway" in answer.text
        assert case_now(monitor, case).status is Status.OPEN

    def test_doing_it_anyway_is_the_same_form_on_the_case_as_it_now_is(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)
        monitor.review.note(case.id or 0, "janis", "wait")
        browser = log_in()
        page = browser.post(f"/cases/{case.id}/dismiss", data={"version": "1", "reason": "spam"})
        form = page.text.split(f'action="/cases/{case.id}/dismiss"')[1].split("</form>")[0]
        fields = dict(part.split('" value="') for part in (p.split('">')[0] for p in form.split('name="')[1:]))

        answer = browser.post(f"/cases/{case.id}/dismiss", data=fields)

        assert page.status_code == 409
        assert fields == {"reason": "spam", "version": "2"}
        assert answer.status_code == 303
        assert case_now(monitor, case).status is Status.DISMISSED

    def test_notes_never_collide(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)
        monitor.review.claim(case.id or 0, "janis")

        answer = log_in().post(f"/cases/{case.id}/note", data={"version": "1", "text": "called"}, headers=FRAGMENT)

        assert answer.status_code == 200


class TestRefusals:
    @pytest.mark.parametrize(
        ("act", "fields", "words"),
        [
            ("note", {"text": "  "}, "a note without words helps nobody"),
            ("snooze", {}, "say until when to snooze"),
            ("snooze", {"until": "2020-01-01T00:00"}, "that is over already"),
            ("snooze", {"until": "tomorrow"}, "say until when to snooze"),
            ("merge", {}, "say the number of the case"),
            ("label", {}, "say what it is"),
            ("reopen", {}, "there is nothing to reopen"),
        ],
    )
    def test_what_makes_no_sense_is_refused_with_the_reason(
        self, monitor: App, log_in: LogIn, act: str, fields: dict[str, str], words: str
    ) -> None:
        case = add_case(monitor)
        browser = log_in()

        for headers in (FRAGMENT, {}):
            answer = browser.post(f"/cases/{case.id}/{act}", data=fields, headers=headers)
            assert answer.status_code == 409
            assert words.lower() in words_of(answer.text).lower()
        assert case_now(monitor, case) == case

    def test_a_case_is_not_given_to_somebody_who_only_reads(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)
        log_in("olga", Rank.VIEWER)

        answer = log_in().post(f"/cases/{case.id}/assign", data={"assignee": "olga"})

        assert answer.status_code == 409
        assert "does not work on cases" in answer.text

    def test_nor_to_nobody(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)

        assert log_in().post(f"/cases/{case.id}/assign", data={"assignee": "nobody"}).status_code == 404

    @pytest.mark.parametrize("act", list(Act))
    def test_a_viewer_does_nothing(self, monitor: App, log_in: LogIn, act: Act) -> None:
        case = add_case(monitor)

        assert log_in("olga", Rank.VIEWER).post(f"/cases/{case.id}/{act.value}").status_code == 403
        assert case_now(monitor, case) == case

    def test_an_unknown_case_is_not_found(self, log_in: LogIn) -> None:
        assert log_in().post("/cases/4711/resolve").status_code == 404

    @pytest.mark.parametrize("fields", [{"version": "x"}, {"kind": "rant"}, {"toggle": "x"}, {"text": "x" * 5000}])
    def test_a_form_that_none_of_our_pages_has_is_refused(
        self, monitor: App, log_in: LogIn, fields: dict[str, str]
    ) -> None:
        case = add_case(monitor)

        assert log_in().post(f"/cases/{case.id}/label", data=fields).status_code == 422
