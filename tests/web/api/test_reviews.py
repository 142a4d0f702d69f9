"""Posts and what people say of them."""

import pytest

from classifiers.contract import Kind
from monitor.domain.model import Case
from monitor.store import intake
from monitor.wiring import App
from tests.make import NOW, make_assessment
from tests.web.api.conftest import Program
from tests.web.scene import BRAND, add_case, case_now


@pytest.fixture
def case(monitor: App) -> Case:
    return add_case(monitor, assessment=make_assessment(kind={Kind.COMPLAINT: 0.5, Kind.OTHER: 0.5}))


def number(monitor: App, case: Case) -> int:
    with monitor.database.read() as session:
        post = intake.post_by_key(session, case.brand, case.platform, case.first_post_id)
    assert post is not None
    return post.id or 0


def test_a_post_with_its_author_the_verdict_and_what_people_say(monitor: App, program: Program, case: Case) -> None:
    client, post = program(), number(monitor, case)
    client.post(f"posts/{post}/reviews", json={"kind": "question"})

    told = client.get(f"posts/{post}").json()

    assert told["post"]["external_id"] == case.first_post_id
    assert told["author"]["external_id"] == case.customer_id
    assert told["assessment"]["kind"] == {"complaint": 0.5, "other": 0.5}
    assert told["reviews"] == {"ilze": {"kind": "question"}}


def test_of_an_erased_post_only_the_place_is_left(monitor: App, program: Program, case: Case) -> None:
    post = number(monitor, case)
    with monitor.database.write() as session:
        intake.erase(session, [post], NOW)

    assert program().get(f"posts/{post}").json()["post"]["text"] == ""
    assert program().post(f"posts/{post}/reviews", json={"kind": "question"}).status_code == 404


def test_the_posts_that_the_model_is_least_sure_of(monitor: App, program: Program, case: Case) -> None:
    client, post = program(), number(monitor, case)

    (doubt,) = client.get("needs-label", params={"brand": BRAND, "since": "2026-03-02T00:00:00+02:00"}).json()["items"]
    assert (doubt["post"]["id"], doubt["margin"]) == (post, 0.0)
    assert client.get("needs-label", params={"since": "2026-03-03T00:00:00Z"}).json() == {"items": []}
    assert client.get("needs-label", params={"brand": "other"}).json() == {"items": []}

    client.post(f"posts/{post}/reviews", json={"kind": "question"})
    assert client.get("needs-label").json() == {"items": []}, "somebody has said it"


def test_a_review_is_kept_and_the_live_case_follows_it(monitor: App, program: Program, case: Case) -> None:
    labels = {"kind": "complaint", "severity": "blame", "causes": ["outage", "outage"], "threats": []}

    answer = program().post(f"posts/{number(monitor, case)}/reviews", json=labels).json()

    assert answer["labels"] == {"kind": "complaint", "severity": "blame", "causes": ["outage"], "threats": []}
    assert (answer["agent"], answer["case"]["severity"], answer["case"]["causes"]) == ("ilze", "blame", ["outage"])
    assert case_now(monitor, case).version == 2


@pytest.mark.parametrize(
    "body", [{}, {"kind": None}, {"kind": "rant"}, {"kind": "praise", "severity": "blame"}, {"mood": "bad"}, [], "x"]
)
def test_what_says_nothing_is_refused(monitor: App, program: Program, case: Case, body: object) -> None:
    answer = program().post(f"posts/{number(monitor, case)}/reviews", json=body)

    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_a_moment_without_a_zone_is_refused(program: Program) -> None:
    for since in ("2026-03-02T00:00:00", "0001-01-01T00:00:00+14:00", "yesterday"):
        answer = program().get("needs-label", params={"since": since})
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "since")
