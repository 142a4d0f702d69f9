"""Who asks, and who is in the team."""

from monitor.domain.access import Rank, Scope
from monitor.wiring import App
from tests.web.api.conftest import Program


def test_a_token_has_no_more_rank_than_its_scopes(program: Program) -> None:
    told = [program(f"lead{n}", Rank.LEAD, scope).get("me").json() for n, scope in enumerate((Scope.READ, Scope.ACT))]

    assert [(one["name"], one["rank"]) for one in told] == [("lead0", "viewer"), ("lead1", "lead")]


def test_leads_see_the_team_and_nothing_secret(monitor: App, program: Program) -> None:
    lead = program("ilze", Rank.LEAD)
    monitor.team.add("petar", by="root", email="petar@example.org")
    monitor.team.disable("petar", by="root")

    team = {one["name"]: one for one in lead.get("agents").json()["items"]}

    assert (team["petar"]["email"], team["petar"]["disabled_at"]) == ("petar@example.org", "2026-03-02T09:00:00Z")
    assert set(team["ilze"]) == {"name", "display_name", "rank", "locale", "zone", "email", "disabled_at"}
