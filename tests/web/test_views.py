"""Kept searches."""

import pytest

from monitor.domain.access import Rank
from monitor.wiring import App
from tests.web.conftest import LogIn


def test_a_search_is_kept_shown_and_removed(monitor: App, log_in: LogIn) -> None:
    browser = log_in()

    kept = browser.post("/views", data={"name": "Outages <in> Latvian", "q": "lang:lv cause:outage"})
    view = monitor.workplace.views("ilze")[0]
    page = browser.get(kept.headers["location"]).text

    assert (view.name, view.owner) == ("Outages <in> Latvian", "ilze")
    assert "Outages &lt;in&gt; Latvian" in page
    assert browser.post(f"/views/{view.id}/remove").status_code == 303
    assert monitor.workplace.views("ilze") == []


def test_ones_own_view_is_nobody_elses(monitor: App, log_in: LogIn) -> None:
    log_in().post("/views", data={"name": "mine", "q": "lang:lv"})
    view = monitor.workplace.views("ilze")[0]

    assert log_in("janis").post(f"/views/{view.id}/remove").status_code == 404
    assert monitor.workplace.views("ilze") == [view]


def test_only_leads_change_what_the_team_sees(monitor: App, log_in: LogIn) -> None:
    agent, lead = log_in("janis"), log_in("laura", Rank.LEAD)
    fields = {"name": "team", "q": "cause:outage", "team": "1"}

    assert agent.post("/views", data=fields).status_code == 403
    assert lead.post("/views", data=fields).status_code == 303
    view = monitor.workplace.views("janis")[0]
    assert agent.post(f"/views/{view.id}/remove").status_code == 403
    assert lead.post(f"/views/{view.id}/remove").status_code == 303


@pytest.mark.parametrize("fields", [{"name": "", "q": "lang:lv"}, {"name": "x", "q": "lnag:lv"}, {"name": "x" * 61}])
def test_what_cannot_be_kept_is_refused(log_in: LogIn, fields: dict[str, str]) -> None:
    assert log_in().post("/views", data=fields).status_code == 422


def test_a_viewer_keeps_nothing(log_in: LogIn) -> None:
    assert log_in("olga", Rank.VIEWER).post("/views", data={"name": "x", "q": ""}).status_code == 403
