"""Reading cases: page by page, and one whole."""

from datetime import timedelta

from starlette.testclient import TestClient

from classifiers.contract import Kind
from monitor.domain.access import Rank, Scope
from monitor.domain.labels import Labels
from monitor.services.labelling import label_post
from monitor.wiring import App
from tests.make import NOW, make_post
from tests.web.api.conftest import Program
from tests.web.scene import BRAND, add_case


def walk(client: TestClient, url: str) -> list[int]:
    """The cases of every page, by the links alone."""
    found: list[int] = []
    while True:
        answer = client.get(url)
        assert answer.status_code == 200, answer.text
        found += [row["case"]["id"] for row in answer.json()["items"]]
        if "next" not in answer.links:
            assert answer.json()["next"] is None
            return found
        url = answer.links["next"]["url"]


def test_the_list_is_what_a_search_finds(monitor: App, program: Program) -> None:
    add_case(monitor, lang="lv")
    add_case(monitor, lang="en")

    (row,) = program().get("cases", params={"q": "lang:lv"}).json()["items"]

    assert (row["case"]["lang"], row["post"]["lang"]) == ("lv", "lv")
    assert row["author"]["handle"].startswith("customer")


def test_pages_follow_each_other_without_a_gap(monitor: App, program: Program) -> None:
    cases = [add_case(monitor, minutes=minutes).id for minutes in range(1, 24)]

    found = walk(program(), "cases?limit=5")

    assert sorted(found) == sorted(case for case in cases if case)
    assert len(found) == len(set(found))


def test_every_case_comes_once_while_others_come_and_go(monitor: App, program: Program) -> None:
    client = program()
    stay = [add_case(monitor, minutes=minutes).id or 0 for minutes in range(1, 31)]
    found: list[int] = []
    url = "cases?limit=4"
    while url:
        answer = client.get(url)
        found += [row["case"]["id"] for row in answer.json()["items"]]
        gone = next((case for case in stay if case not in found), None)
        if gone is not None and len(stay) > 20:
            stay.remove(gone)
            monitor.review.resolve(gone, "petar")
        add_case(monitor, minutes=len(found))
        url = answer.links.get("next", {}).get("url", "")

    assert len(found) == len(set(found)), "nothing comes twice"
    assert set(stay) <= set(found), "nothing that stayed is missed"


def test_the_link_keeps_what_was_asked(monitor: App, program: Program) -> None:
    for minutes in (1, 2):
        add_case(monitor, minutes=minutes)

    url = program().get("cases", params={"q": "lang:en is:unanswered", "limit": 1}).links["next"]["url"]

    assert "limit=1" in url
    assert "lang%3Aen" in url


def test_a_page_has_at_most_200_cases(program: Program) -> None:
    answer = program().get("cases", params={"limit": 201})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "limit"


def test_a_cursor_that_we_never_gave_is_refused(program: Program) -> None:
    for after in ("AAAA", "1.2.3", "š", "MS4yLjM=", "bm9uc2Vuc2U"):
        answer = program().get("cases", params={"after": after})
        assert answer.status_code in (404, 422), after
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_wrong_search_says_where_and_what_instead(program: Program) -> None:
    problem = program().get("cases", params={"q": "is:unanswered langg:lv"}).json()

    assert problem["type"].endswith("/bad-search")
    assert problem["place"] == 14
    assert "did you mean lang" in problem["detail"]


def test_a_case_is_told_whole(monitor: App, program: Program) -> None:
    case = add_case(monitor, tags=("vip",))
    monitor.review.claim(case.id or 0, "ilze")

    answer = program().get(f"cases/{case.id}")

    told = answer.json()
    assert answer.headers["etag"].startswith('"2-')
    assert (told["case"]["version"], told["case"]["assignee"], told["case"]["labels"]) == (2, "ilze", ["vip"])
    assert [event["kind"] for event in told["events"]] == ["opened", "claimed"]
    assert told["events"][1]["undoable"] is True
    (post,) = told["thread"]
    assert post["assessment"]["kind"]["complaint"] == 0.9
    assert post["waiting"] is True
    assert told["case"]["deadlines"][0]["target"] == "first_response"
    assert told["customer"]["external_id"] == case.customer_id
    assert "draft" not in told, "what a colleague is writing is nobody else's"


def test_whoever_has_it_already_is_told_so(monitor: App, program: Program) -> None:
    case, client = add_case(monitor), program()
    etag = client.get(f"cases/{case.id}").headers["etag"]

    unchanged = client.get(f"cases/{case.id}", headers={"If-None-Match": f'"x", W/{etag}'})
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", etag)

    monitor.review.claim(case.id or 0, "petar")
    assert client.get(f"cases/{case.id}", headers={"If-None-Match": etag}).status_code == 200


def test_what_changes_around_a_case_changes_its_etag_and_not_its_version(monitor: App, program: Program) -> None:
    case, client = add_case(monitor), program()
    later = make_post(brand=BRAND, conversation_id=case.conversation_id, author_id=case.customer_id, published_at=NOW)
    add_case(monitor, more=(later,))
    before = client.get(f"cases/{case.id}")
    (number,) = [
        item["post"]["id"] for item in before.json()["thread"] if item["post"]["external_id"] == later.external_id
    ]

    label_post(monitor.database, monitor.clock, number, "petar", Labels(kind=Kind.QUESTION))

    after = client.get(f"cases/{case.id}", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.json()["case"]["version"] == before.json()["case"]["version"]
    done = client.post(f"cases/{case.id}/actions/claim", headers={"If-Match": before.headers["etag"]})
    assert done.status_code == 200, "an action asks for the version alone"


def test_presence_does_not_change_the_case(monitor: App, program: Program) -> None:
    from monitor.domain.presence import Doing

    case, client = add_case(monitor), program()
    etag = client.get(f"cases/{case.id}").headers["etag"]
    monitor.workplace.beat(case.id or 0, "petar", Doing.REPLYING)

    assert client.get(f"cases/{case.id}", headers={"If-None-Match": etag}).status_code == 304
    (row,) = client.get("cases").json()["items"]
    assert [(one["agent"], one["doing"]) for one in row["presence"]] == [("petar", "replying")]


def test_moments_are_utc_and_platform_ids_text(monitor: App, program: Program) -> None:
    case = add_case(monitor, waiting_since=NOW - timedelta(hours=1))

    told = program().get(f"cases/{case.id}").json()["case"]

    assert told["waiting_since"] == "2026-03-02T08:00:00Z"
    assert told["customer_id"] == case.customer_id


def test_a_case_that_is_not_there(program: Program) -> None:
    problem = program("ilze", Rank.AGENT, Scope.READ).get("cases/4711").json()

    assert (problem["status"], problem["detail"]) == (404, "There is no case 4711.")
    assert problem["instance"] == "/api/v1/cases/4711"
