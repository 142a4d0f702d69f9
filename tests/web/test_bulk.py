"""Many cases at once: the number first, one undo for all of them; and undo of one's own last doing."""

import pytest

from monitor.domain.access import Rank
from monitor.domain.model import Status
from monitor.wiring import App
from tests.web.conftest import LogIn, words_of
from tests.web.scene import add_case, case_now

FRAGMENT = {"HX-Request": "true"}


class TestTheChosen:
    def test_what_is_chosen_is_done_and_counted(self, monitor: App, log_in: LogIn) -> None:
        cases = [add_case(monitor) for _ in range(3)]

        answer = log_in().post(
            "/bulk", data={"action": "resolve", "case": [str(case.id) for case in cases[:2]]}, headers=FRAGMENT
        )

        assert "Resolved 2 cases" in words_of(answer.text)
        assert [case_now(monitor, case).status for case in cases] == [Status.RESOLVED, Status.RESOLVED, Status.OPEN]
        assert answer.text.count(" acted") == 2

    def test_one_undo_takes_all_of_it_back(self, monitor: App, log_in: LogIn) -> None:
        cases = [add_case(monitor) for _ in range(3)]
        browser = log_in()
        browser.post("/bulk", data={"action": "dismiss", "case": [str(case.id) for case in cases]})

        answer = browser.post("/undo", headers=FRAGMENT)

        assert "Taken back: dismissed, 3 cases" in words_of(answer.text)
        assert {case_now(monitor, case).status for case in cases} == {Status.OPEN}

    @pytest.mark.parametrize(
        ("fields", "name", "value"),
        [
            ({"action": "claim"}, "assignee", "ilze"),
            ({"action": "assign", "assignee": "ilze"}, "assignee", "ilze"),
            ({"action": "tag", "tags": "vip"}, "tags", ("vip",)),
            ({"action": "snooze:hour"}, "status", Status.SNOOZED),
        ],
    )
    def test_each_deed(self, monitor: App, log_in: LogIn, fields: dict[str, str], name: str, value: object) -> None:
        case = add_case(monitor)

        answer = log_in().post("/bulk", data={"case": str(case.id), "to": "/queue?view=all", **fields})

        assert answer.headers["location"] == "/queue?view=all"
        assert getattr(case_now(monitor, case), name) == value

    def test_what_is_refused_is_told_and_the_rest_is_done(self, monitor: App, log_in: LogIn) -> None:
        mine, theirs = add_case(monitor), add_case(monitor, assignee="janis")

        answer = log_in().post(
            "/bulk", data={"action": "claim", "case": [str(mine.id), str(theirs.id)]}, headers=FRAGMENT
        )

        assert "You have 1 case · 1 was left as it is" in words_of(answer.text)
        assert case_now(monitor, theirs).assignee == "janis"


class TestEverything:
    def test_it_is_asked_first_with_the_number(self, monitor: App, log_in: LogIn) -> None:
        for _ in range(4):
            add_case(monitor, lang="lv")
        add_case(monitor, lang="en")

        for headers in (FRAGMENT, {}):
            answer = log_in().post(
                "/bulk", data={"action": "resolve", "everything": "1", "q": "lang:lv"}, headers=headers
            )
            assert "4 cases match." in words_of(answer.text)
            assert 'name="expected" value="4"' in answer.text

    def test_then_it_is_done_to_all_that_match(self, monitor: App, log_in: LogIn) -> None:
        cases = [add_case(monitor, lang="lv") for _ in range(4)]
        other = add_case(monitor, lang="en")

        log_in().post("/bulk", data={"action": "resolve", "everything": "1", "q": "lang:lv", "expected": "4"})

        assert {case_now(monitor, case).status for case in cases} == {Status.RESOLVED}
        assert case_now(monitor, other).status is Status.OPEN

    def test_more_than_was_said_is_refused(self, monitor: App, log_in: LogIn) -> None:
        cases = [add_case(monitor) for _ in range(3)]

        answer = log_in().post("/bulk", data={"action": "resolve", "everything": "1", "view": "all", "expected": "2"})

        assert answer.status_code == 409
        assert {case_now(monitor, case).status for case in cases} == {Status.OPEN}


class TestRefusals:
    @pytest.mark.parametrize(
        "fields",
        [
            {"action": ""},
            {"action": "note"},
            {"action": "burn"},
            {"action": "tag"},
            {"action": "snooze:never"},
            {"action": "resolve", "everything": "1", "q": "lnag:lv"},
        ],
    )
    def test_what_is_no_deed_is_refused(self, monitor: App, log_in: LogIn, fields: dict[str, str]) -> None:
        case = add_case(monitor)

        answer = log_in().post("/bulk", data={"case": str(case.id), **fields})

        assert answer.status_code == 409
        assert case_now(monitor, case) == case

    def test_a_viewer_does_nothing(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)
        browser = log_in("olga", Rank.VIEWER)

        assert browser.post("/bulk", data={"action": "resolve", "case": str(case.id)}).status_code == 403
        assert browser.post("/undo").status_code == 403


class TestUndo:
    def test_it_goes_back_through_ones_own_doings(self, monitor: App, log_in: LogIn) -> None:
        one, other = add_case(monitor), add_case(monitor)
        browser = log_in()
        browser.post(f"/cases/{one.id}/resolve")
        browser.post(f"/cases/{other.id}/dismiss")
        monitor.review.claim(add_case(monitor).id or 0, "janis")

        first = browser.post("/undo", headers=FRAGMENT)
        second = browser.post("/undo")

        assert f"Taken back: dismissed, case {other.id}" in words_of(first.text)
        assert second.status_code == 303
        assert {case_now(monitor, case).status for case in (one, other)} == {Status.OPEN}

    def test_the_open_case_is_drawn_anew(self, monitor: App, log_in: LogIn) -> None:
        case = add_case(monitor)
        browser = log_in()
        browser.post(f"/cases/{case.id}/resolve")
        shown = {"HX-Current-URL": f"http://127.0.0.1/queue?case={case.id}", **FRAGMENT}

        assert f'id="case-{case.id}"' in browser.post("/undo", headers=shown).text

    def test_there_may_be_nothing_to_take_back(self, log_in: LogIn) -> None:
        answer = log_in().post("/undo", headers=FRAGMENT)

        assert answer.status_code == 409
        assert "nothing of yours" in answer.text
