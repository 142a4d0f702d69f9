"""Many cases at once, told case by case; and the one to look at next."""

import pytest

from monitor.domain.access import Rank
from monitor.domain.model import Case, Status
from monitor.wiring import App
from tests.web.api.conftest import Program
from tests.web.conftest import add_agent
from tests.web.scene import add_case, case_now


@pytest.fixture
def queue(monitor: App) -> list[Case]:
    return [add_case(monitor, minutes=minutes) for minutes in (30, 20, 10)]


def test_each_case_is_told_by_itself_and_all_are_undone_together(
    monitor: App, program: Program, queue: list[Case]
) -> None:
    client = program()
    first, second = (case.id for case in queue[:2])
    monitor.review.claim(second or 0, "petar")
    sent = {
        "deed": {"do": "resolve"},
        "cases": [{"id": first, "version": 1}, {"id": second, "version": 1}, {"id": 4711}],
    }

    done = client.post("bulk", json=sent).json()

    assert done["done"] == [first]
    assert {each["case_id"]: each["reason"] for each in done["refused"]} == {
        second: "Somebody else changed this case first; read it again.",
        4711: "There is no case 4711.",
    }
    assert case_now(monitor, queue[2]).status is Status.OPEN
    undone = client.post(f"bulk/{done['bulk']}/undo").json()
    assert undone["done"] == [first]
    assert case_now(monitor, queue[0]).status is Status.OPEN


def test_it_is_done_to_all_that_a_search_finds(monitor: App, program: Program, queue: list[Case]) -> None:
    client = program()
    found = client.get("counts", params={"q": "lang:en"}).json()["found"]

    done = client.post(
        "bulk", json={"deed": {"do": "tag", "add": ["Outage"]}, "q": "lang:en", "expected": found}
    ).json()

    assert sorted(done["done"]) == sorted(case.id or 0 for case in queue)
    assert case_now(monitor, queue[0]).tags == ("outage",)


def test_it_is_not_done_to_more_than_was_expected(monitor: App, program: Program, queue: list[Case]) -> None:
    answer = program().post("bulk", json={"deed": {"do": "resolve"}, "q": "", "expected": 2})

    assert answer.status_code == 409
    assert answer.json()["detail"] == "There were 2 cases and now there are 3; look again."
    assert case_now(monitor, queue[0]).status is Status.OPEN


def test_cases_go_only_to_somebody_who_works_on_cases(monitor: App, program: Program, queue: list[Case]) -> None:
    add_agent(monitor, "viewer", Rank.VIEWER)
    sent = {"deed": {"do": "assign", "to": "viewer"}, "cases": [{"id": queue[0].id}]}

    assert program().post("bulk", json=sent).status_code == 409


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/deed", "/cases"]),
        ({"deed": {"do": "fly"}, "cases": [{"id": 1}]}, ["/deed"]),
        ({"deed": {"do": "assign"}, "cases": [{"id": 0}]}, ["/deed/to", "/cases/0/id"]),
        ({"deed": {"do": "claim"}, "cases": []}, ["/cases"]),
        ({"deed": {"do": "claim"}, "q": ""}, ["/expected"]),
        ({"deed": {"do": "claim"}, "q": "", "expected": 1, "cases": [{"id": 1}]}, ["/cases"]),
    ],
)
def test_what_is_wrong_is_pointed_at(program: Program, body: object, pointers: list[str]) -> None:
    answer = program().post("bulk", json=body)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == pointers


def test_an_undo_of_nothing(program: Program) -> None:
    assert program().post(f"bulk/{'0' * 32}/undo").status_code == 404


class TestNext:
    def test_two_who_ask_are_given_two_cases(self, program: Program, queue: list[Case]) -> None:
        given = [program(name).post("next", json={}).json()["case"]["id"] for name in ("ilze", "petar", "anna")]

        assert sorted(given) == sorted(case.id or 0 for case in queue)
        assert program("late").post("next", json={}).status_code == 204

    def test_the_answer_is_all_that_is_needed_to_take_it(self, program: Program, queue: list[Case]) -> None:
        client = program()
        answer = client.post("next", json={})
        number = answer.json()["case"]["id"]

        taken = client.post(f"cases/{number}/actions/claim", headers={"If-Match": answer.headers["etag"]})

        assert taken.json()["assignee"] == "ilze"

    def test_what_was_passed_over_does_not_come_again(self, program: Program, queue: list[Case]) -> None:
        client = program()
        seen: list[int] = []
        while (answer := client.post("next", json={"skip": seen})).status_code == 200:
            seen.append(answer.json()["case"]["id"])

        assert len(seen) == len(set(seen)) == 3

    def test_a_search_narrows_it(self, monitor: App, program: Program, queue: list[Case]) -> None:
        wanted = add_case(monitor, lang="lv")

        assert program().post("next", json={"q": "lang:lv"}).json()["case"]["id"] == wanted.id
        assert program().post("next", json={"q": "lang:bg"}).status_code == 204
        assert program().post("next", json={"q": "langg:bg"}).status_code == 422
