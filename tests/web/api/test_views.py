"""Searches under a name: everybody's, the team's, one's own; and how many cases each finds."""

from monitor.domain.access import Rank
from monitor.services.desk import BUILT_IN
from monitor.wiring import App
from tests.web.api.conftest import Program
from tests.web.scene import add_case

OUTAGES = {"name": "Outages", "q": "cause:outage"}


def test_the_built_in_views_come_first_with_their_searches(monitor: App, program: Program) -> None:
    add_case(monitor)

    views = {view["key"]: view for view in program().get("views").json()["items"]}

    assert list(views) == list(BUILT_IN)
    assert (views["unassigned"]["count"], views["mine"]["count"]) == (1, 0)
    assert all(view["built_in"] and view["team"] and view["id"] is None for view in views.values())
    found = program().get("cases", params={"q": views["unassigned"]["q"]}).json()["items"]
    assert len(found) == 1


def test_a_view_of_ones_own_is_kept_counted_and_forgotten(monitor: App, program: Program) -> None:
    add_case(monitor, lang="lv")
    ilze, petar = program("ilze"), program("petar")

    made = ilze.post("views", json={"name": "Latvian", "q": "lang:lv"})

    assert made.status_code == 201
    view = made.json()
    assert (view["name"], view["q"], view["count"], view["team"]) == ("Latvian", "lang:lv", 1, False)
    assert view["key"] in {each["key"] for each in ilze.get("views").json()["items"]}
    assert view["key"] not in {each["key"] for each in petar.get("views").json()["items"]}
    assert petar.delete(f"views/{view['id']}").status_code == 404, "what is not shown is not told either"
    assert ilze.delete(f"views/{view['id']}").status_code == 204
    assert ilze.delete(f"views/{view['id']}").status_code == 404


def test_what_the_whole_team_sees_is_changed_by_leads(program: Program) -> None:
    agent, lead = program("ilze"), program("petar", Rank.LEAD)

    refused = agent.post("views", json={**OUTAGES, "team": True})
    assert (refused.status_code, refused.json()["detail"]) == (403, "Only leads change what the whole team sees.")
    made = lead.post("views", json={**OUTAGES, "team": True}).json()

    assert made["key"] in {each["key"] for each in agent.get("views").json()["items"]}
    assert agent.delete(f"views/{made['id']}").status_code == 403
    assert lead.delete(f"views/{made['id']}").status_code == 204


def test_a_name_is_taken_once_and_a_search_must_be_one(program: Program) -> None:
    client = program()
    client.post("views", json=OUTAGES)

    assert client.post("views", json=OUTAGES).json()["type"].endswith("/not-possible")
    assert client.post("views", json={"name": "x", "q": "cause:weather"}).json()["type"].endswith("/bad-search")
    assert client.post("views", json={"name": " ", "q": ""}).json()["errors"][0]["pointer"] == "/name"


def test_the_counts_are_those_of_the_views_and_exact_for_a_search(monitor: App, program: Program) -> None:
    for lang in ("lv", "lv", "bg"):
        add_case(monitor, lang=lang)

    plain = program().get("counts").json()
    asked = program().get("counts", params={"q": "lang:lv"}).json()

    assert plain["views"]["all"] == {"count": 3, "more": False}
    assert (plain["found"], asked["found"]) == (None, 2)
