"""`agents` and `tokens`: who is in the team and which programs may use the page, from the command line."""

import json
from typing import Any

import pytest

from monitor.cli.outcome import ExitCode
from monitor.config import load
from monitor.domain.access import Origin, Rank
from monitor.wiring import App
from tests.cli.conftest import Run
from tests.fakes import FakeHasher

PASSWORD = "tumbleweed lantern 9"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost nothing."""
    monkeypatch.setattr("monitor.wiring.Argon2", FakeHasher)
    monkeypatch.setenv("MONITOR_AGENT", "root")


def said(result: Any) -> dict[str, Any]:
    assert result.exit_code == ExitCode.OK, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def program() -> App:
    return App(load())


def test_somebody_new_is_given_a_code(run: Run) -> None:
    result = run("agents", "add", "Ilze", "--rank", "lead", "--display-name", "Ilze O.", "--email", "i@example.org")

    code = result.stdout.strip()
    assert result.exit_code == ExitCode.OK
    assert len(code) == 24
    joined = program().team.use_code(code, PASSWORD, Origin("127.0.0.1"))
    assert (joined.name, joined.rank, joined.display_name, joined.email) == (
        "ilze",
        Rank.LEAD,
        "Ilze O.",
        "i@example.org",
    )


def test_somebody_new_is_given_a_password(run: Run) -> None:
    result = run("agents", "add", "anna", "--rank", "admin", "--password", input=f"{PASSWORD}\n{PASSWORD}\n")

    assert result.exit_code == ExitCode.OK
    assert PASSWORD not in result.output
    assert program().team.has_admin()
    assert program().access.log_in("anna", PASSWORD, Origin("127.0.0.1"))


def test_a_weak_password_adds_nobody(run: Run) -> None:
    result = run("agents", "add", "anna", "--password", input="anna-anna-anna-1\nanna-anna-anna-1\n")

    assert result.exit_code == ExitCode.ERROR
    assert program().team.everybody() == []


@pytest.mark.parametrize("name", ["il ze", "<b>", ""])
def test_a_name_that_cannot_be_is_explained(run: Run, name: str) -> None:
    result = run("agents", "add", name)

    assert result.exit_code == ExitCode.ERROR
    assert "1 to 40 small letters" in result.output


def test_the_team_is_listed(run: Run) -> None:
    assert "nobody yet" in run("agents", "list").output
    run("agents", "add", "anna", "--rank", "admin", "--password", input=f"{PASSWORD}\n{PASSWORD}\n")
    run("agents", "add", "ilze")
    run("agents", "disable", "ilze")

    listed = said(run("agents", "list", "--json"))["agents"]
    assert [(a["name"], a["rank"], a["has_password"], a["disabled_at"] is None) for a in listed] == [
        ("anna", "admin", True, True),
        ("ilze", "agent", False, False),
    ]
    table = run("agents", "list").output
    assert "can log in" in table
    assert "shut out" in table


def test_ranks_change_and_people_come_and_go(run: Run) -> None:
    run("agents", "add", "ilze")

    assert "ilze is lead now" in run("agents", "rank", "ilze", "lead").output
    assert program().team.person("ilze").rank is Rank.LEAD
    run("agents", "disable", "ilze")
    assert program().team.person("ilze").disabled_at is not None
    run("agents", "enable", "ilze")
    assert program().team.person("ilze").disabled_at is None
    actors = {entry.actor for _, entry in program().team.trail()}
    assert actors == {"root"}


def test_the_last_administrator_stays(run: Run) -> None:
    run("agents", "add", "anna", "--rank", "admin")
    for command in (("rank", "anna", "viewer"), ("disable", "anna")):
        result = run("agents", *command)
        assert result.exit_code == ExitCode.ERROR
        assert "without an administrator" in result.output


def test_somebody_unknown_is_named(run: Run) -> None:
    for command in (
        ("rank", "eve", "lead"),
        ("disable", "eve"),
        ("password", "eve"),
        ("sessions", "eve"),
        ("revoke", "eve"),
    ):
        result = run("agents", *command)
        assert result.exit_code == ExitCode.ERROR
        assert "called eve" in result.output


def test_a_password_is_renewed_with_a_code_or_on_the_spot(run: Run) -> None:
    run("agents", "add", "ilze")
    code = run("agents", "password", "ilze").stdout.strip()
    assert program().team.use_code(code, PASSWORD, Origin("127.0.0.1")).name == "ilze"

    other = "quay meadow saxophone"
    assert run("agents", "password", "ilze", "--ask", input=f"{other}\n{other}\n").exit_code == ExitCode.OK
    assert program().access.log_in("ilze", other, Origin("127.0.0.1"))


def test_sessions_are_shown_and_ended(run: Run) -> None:
    run("agents", "add", "ilze", "--password", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert "logged in nowhere" in run("agents", "sessions", "ilze").output
    secrets = [program().access.log_in("ilze", PASSWORD, Origin(f"10.0.0.{n}")) for n in range(3)]
    listed = said(run("agents", "sessions", "ilze", "--json"))["sessions"]
    assert {session["address"] for session in listed} == {"10.0.0.0", "10.0.0.1", "10.0.0.2"}
    assert "10.0.0.2" in run("agents", "sessions", "ilze").stdout

    one = next(session["id"] for session in listed if session["address"] == "10.0.0.0")
    run("agents", "revoke", "ilze", "--session", str(one))
    assert [program().access.session_of(secret) is None for secret in secrets] == [True, False, False]
    assert "2 sessions" in run("agents", "revoke", "ilze").output
    assert [program().access.session_of(secret) for secret in secrets] == [None] * 3


class TestTokens:
    @pytest.fixture(autouse=True)
    def _owner(self, run: Run) -> None:
        run("agents", "add", "ilze")

    def test_a_token_is_printed_once_and_works(self, run: Run) -> None:
        result = run("tokens", "create", "ilze", "weekly report")

        key = result.stdout.strip()
        agent = program().tokens.agent_of(key)
        assert agent is not None
        assert (agent.name, agent.rank) == ("ilze", Rank.VIEWER)
        assert key not in run("tokens", "list").output

    def test_scopes_and_days_are_as_told(self, run: Run) -> None:
        made = said(
            run("tokens", "create", "ilze", "bot", "--scope", "read", "--scope", "act", "--days", "0", "--json")
        )

        assert made["token"]["scopes"] == ["read", "act"]
        assert made["token"]["expires_at"] is None
        assert "for ever" in run("tokens", "list", "--of", "ilze").output

    def test_a_scope_beyond_the_owner_is_refused(self, run: Run) -> None:
        result = run("tokens", "create", "ilze", "bot", "--scope", "admin")

        assert result.exit_code == ExitCode.ERROR
        assert "Only an administrator" in result.output

    def test_a_token_is_revoked(self, run: Run) -> None:
        made = said(run("tokens", "create", "ilze", "bot", "--json"))
        assert [token["id"] for token in said(run("tokens", "list", "--json"))["tokens"]] == [made["token"]["id"]]

        assert run("tokens", "revoke", str(made["token"]["id"])).exit_code == ExitCode.OK
        assert program().tokens.agent_of(made["key"]) is None
        assert "there is no token" in run("tokens", "list").output
        assert run("tokens", "revoke", "404").exit_code == ExitCode.ERROR
