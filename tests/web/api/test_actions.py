"""What programs do to a case: with the version they saw, told when somebody was faster, undone like any other."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from monitor.domain.access import Rank
from monitor.domain.model import Case, EventKind, Status
from monitor.store import cases
from monitor.wiring import App
from tests.make import make_assessment
from tests.web.api.conftest import Program
from tests.web.conftest import add_agent
from tests.web.scene import add_case, case_now

ANY = {"If-Match": "*"}


@pytest.fixture
def case(monitor: App) -> Case:
    return add_case(monitor)


def act(client: TestClient, case: Case, action: str, body: object = None, **headers: str):  # type: ignore[no-untyped-def]
    given = {name.replace("_", "-"): value for name, value in headers.items()} or ANY
    return client.post(f"cases/{case.id}/actions/{action}", json=body, headers=given)


def events(monitor: App, case: Case) -> Iterator[EventKind]:
    with monitor.database.read() as session:
        yield from (event.kind for event in cases.events_of(session, case.id or 0))


def test_the_whole_life_of_a_case(monitor: App, program: Program, case: Case) -> None:
    add_agent(monitor, "petar")
    client = program()
    steps = [
        ("claim", None, ("status", "open")),
        ("assign", {"to": "petar"}, ("assignee", "petar")),
        ("release", None, ("assignee", None)),
        ("note", {"text": "called back"}, ("version", 5)),
        ("tags", {"add": ["VIP"], "remove": ["old"]}, ("labels", ["vip"])),
        ("label", {"kind": "complaint", "severity": "blame", "causes": ["outage"]}, ("severity", "blame")),
        ("snooze", {"until": "2026-03-03T11:00:00+02:00", "keep": True}, ("snoozed_until", "2026-03-03T09:00:00Z")),
        ("resolve", None, ("status", "resolved")),
        ("reopen", None, ("status", "open")),
        ("dismiss", {"reason": "an advertisement"}, ("status", "dismissed")),
    ]
    etag = client.get(f"cases/{case.id}").headers["etag"]
    for action, body, (name, value) in steps:
        answer = act(client, case, action, body, If_Match=etag)
        assert answer.status_code == 200, (action, answer.text)
        assert answer.json()[name] == value, action
        etag = answer.headers["etag"]
        assert etag == f'"{answer.json()["version"]}"'
    assert [kind.value for kind in events(monitor, case)][1:] == [
        "claimed", "assigned", "released", "noted", "tagged",
        "labelled", "snoozed", "resolved", "reopened", "dismissed",
    ]  # fmt: skip


def test_an_action_says_which_version_it_saw(program: Program, case: Case, monitor: App) -> None:
    answer = program().post(f"cases/{case.id}/actions/resolve")

    assert answer.status_code == 428
    assert answer.json()["type"].endswith("/version-missing")
    assert case_now(monitor, case) == case


def test_whoever_was_slower_is_told_who_was_faster_and_how_the_case_is_now(
    program: Program, case: Case, monitor: App
) -> None:
    ilze, petar = program("ilze"), program("petar")
    seen = [client.get(f"cases/{case.id}").headers["etag"] for client in (ilze, petar)]
    assert act(petar, case, "resolve", If_Match=seen[1]).status_code == 200

    late = act(ilze, case, "dismiss", {}, If_Match=seen[0])

    assert late.status_code == 412
    problem = late.json()
    assert late.headers["etag"] == '"2"'
    assert problem["detail"] == f"Case {case.id} has version 2 by now. petar was faster: resolved."
    assert (problem["current"]["status"], problem["current"]["version"]) == ("resolved", 2)
    assert (problem["faster"]["actor"], problem["faster"]["kind"]) == ("petar", "resolved")
    assert case_now(monitor, case).status is Status.RESOLVED
    again = act(ilze, case, "note", {"text": "thank you"}, If_Match=late.headers["etag"])
    assert again.status_code == 200, "the answer has all that is needed to decide again"


def test_of_two_who_act_at_once_one_wins(program: Program, case: Case) -> None:
    clients = [program("ilze"), program("petar")]
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda client: act(client, case, "claim", If_Match='"1"'), clients))

    assert sorted(answer.status_code for answer in answers) == [200, 412]


@pytest.mark.parametrize("seen", ['"99"', 'W/"1"', '"1", "2"', "1", "nonsense", '"1" '])
def test_only_the_version_itself_matches(program: Program, case: Case, seen: str) -> None:
    expected = 200 if seen.strip() == '"1"' else 412
    assert act(program(), case, "claim", If_Match=seen).status_code == expected


def test_a_case_that_is_not_there_is_no_stale_one(program: Program) -> None:
    answer = program().post("cases/4711/actions/claim", headers={"If-Match": '"1"'})

    assert answer.status_code == 404


def test_what_makes_no_sense_is_refused_with_the_reason(program: Program, case: Case) -> None:
    client = program()
    act(client, case, "resolve")

    problem = act(client, case, "claim").json()

    assert problem["status"] == 409
    assert problem["type"].endswith("/not-possible")
    assert problem["detail"] == f"case {case.id} is resolved; reopen it first"


def test_a_case_goes_only_to_somebody_who_works_on_cases(program: Program, case: Case, monitor: App) -> None:
    add_agent(monitor, "viewer", Rank.VIEWER)

    assert act(program(), case, "assign", {"to": "viewer"}).status_code == 409
    assert act(program(), case, "assign", {"to": "nobody"}).status_code == 404


def test_undo_takes_back_and_undo_of_that_does_again(program: Program, case: Case) -> None:
    client = program()
    act(client, case, "resolve")

    undone = act(client, case, "undo", {"key": "resolved:2"})
    assert undone.json()["status"] == "open"
    assert act(client, case, "undo", {"key": "undone:3"}).json()["status"] == "resolved"
    assert act(client, case, "undo", {"key": "nothing:1"}).status_code == 404


def test_the_model_is_said_to_be_right(program: Program, case: Case, monitor: App) -> None:
    assert act(program(), case, "accept").json()["severity"] == "accusation"

    unsure = add_case(monitor, assessment=make_assessment(abstained=True, abstain_reason="too short"))
    assert act(program(), unsure, "accept").status_code == 409


def test_a_merge_answers_with_the_case_that_goes_on(program: Program, case: Case, monitor: App) -> None:
    other = add_case(monitor, customer_id=case.customer_id)

    answer = act(program(), case, "merge", {"into": other.id, "into_version": other.version})

    assert answer.status_code == 200, answer.text
    assert (answer.json()["id"], answer.headers["etag"]) == (other.id, '"2"')
    assert case_now(monitor, case).merged_into == other.id
    assert act(program(), case, "merge", {"into": case.id}).status_code == 409


def test_a_merge_into_a_case_that_has_changed_is_stale(program: Program, case: Case, monitor: App) -> None:
    other = add_case(monitor, customer_id=case.customer_id)

    answer = act(program(), case, "merge", {"into": other.id, "into_version": 7}, If_Match='"1"')

    assert answer.status_code in (409, 412)
    assert case_now(monitor, case).merged_into is None


class TestNotes:
    def test_one_that_is_sent_again_is_written_once(self, program: Program, case: Case, monitor: App) -> None:
        client = program()
        sent = {"If_Match": '"1"', "Idempotency_Key": "a1"}

        first, again = (act(client, case, "note", {"text": "called"}, **sent) for _ in range(2))

        assert (first.status_code, again.status_code) == (200, 200), "the second is no stale one"
        assert again.json() == first.json()
        assert list(events(monitor, case)).count(EventKind.NOTED) == 1

    def test_other_words_under_the_same_key_are_refused(self, program: Program, case: Case) -> None:
        client = program()
        act(client, case, "note", {"text": "called"}, If_Match="*", Idempotency_Key="a1")

        problem = act(client, case, "note", {"text": "wrote"}, If_Match="*", Idempotency_Key="a1").json()

        assert (problem["status"], problem["type"]) == (422, "/api/v1/problems/key-reused")

    def test_the_key_of_a_colleague_is_another_key(self, program: Program, case: Case, monitor: App) -> None:
        for name in ("ilze", "petar"):
            act(program(name), case, "note", {"text": "called"}, If_Match="*", Idempotency_Key="a1")

        assert list(events(monitor, case)).count(EventKind.NOTED) == 2

    def test_without_a_key_each_is_a_note(self, program: Program, case: Case, monitor: App) -> None:
        for _ in range(2):
            act(program(), case, "note", {"text": "called"})

        assert list(events(monitor, case)).count(EventKind.NOTED) == 2


@pytest.mark.parametrize(
    ("action", "body", "pointer"),
    [
        ("assign", {}, "/to"),
        ("assign", {"to": "petar", "too": 1}, "/too"),
        ("snooze", {"until": "tomorrow"}, "/until"),
        ("snooze", {"until": "2026-03-03T11:00:00"}, "/until"),
        ("snooze", {"until": "0001-01-01T00:00:00+14:00"}, "/until"),
        ("note", {"text": " \n"}, "/text"),
        ("tags", {}, ""),
        ("tags", {"add": ["ok", ""]}, "/add/1"),
        ("label", {}, ""),
        ("label", {"kind": "question", "severity": "blame"}, ""),
        ("label", {"causes": ["delivery", "weather"]}, "/causes/1"),
        ("merge", {"into": 0}, "/into"),
        ("undo", [], ""),
    ],
)
def test_what_is_wrong_is_pointed_at(program: Program, case: Case, action: str, body: object, pointer: str) -> None:
    answer = act(program(), case, action, body)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_to_snooze_into_the_past_is_refused(program: Program, case: Case) -> None:
    assert act(program(), case, "snooze", {"until": "2020-01-01T00:00:00Z"}).status_code == 409
