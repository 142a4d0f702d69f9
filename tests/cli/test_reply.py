"""`queue check-reply` and `compensation`, at the terminal."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.config import load
from monitor.domain.access import Agent, Rank
from monitor.domain.compensation import Kind, money
from monitor.domain.model import Account, Post, Role
from monitor.store import intake, migrate
from monitor.wiring import App
from tests.cli.conftest import Run
from tests.fakes import FakeClassifier

BLAMING = "You should have checked the address, Anna."


@pytest.fixture(autouse=True)
def app(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """One complaint of Anna's, case 1."""
    assert folder.is_dir()
    monkeypatch.setenv("MONITOR_AGENT", "dita")
    monkeypatch.setenv("COLUMNS", "160")
    made = App(load())
    migrate.upgrade(made.config.database_url)
    now = datetime.now(UTC)
    post = Post("acme", "x", "1", "1", "u1", "complaint: delivery of my parcel", now, now, Role.MENTION, lang="en")
    with made.database.write() as session:
        intake.save_page(session, accounts=[Account("x", "u1", "anna_k", "Anna K.")], posts=[post])
    made.classifier = FakeClassifier()  # type: ignore[assignment]
    made.assess()
    yield made
    made.database.dispose()


class TestCheckReply:
    def test_each_remark_is_a_sentence(self, run: Run) -> None:
        result = run("queue", "check-reply", "1", "--text", BLAMING)

        assert result.exit_code == 0, "warnings never block"
        assert "✖ “You should have checked” blames the customer." in result.stdout
        assert "no step of a win-back" in result.stderr

    def test_the_text_can_come_from_standard_input(self, run: Run) -> None:
        result = run("queue", "check-reply", "1", "--text", "-", input="We lost your parcel, Anna. Sorry! See acme.lv")

        assert "$0.200" in result.stdout
        assert "own fault, apologise" in result.stderr

    def test_programs_get_codes_and_places(self, run: Run) -> None:
        found = json.loads(run("queue", "check-reply", "1", "--text", BLAMING, "--json").stdout)

        first = found["warnings"][0]
        assert (first["code"], first["level"], first["place"]) == ("blames_customer", "serious", [0, 23])
        assert found["length"] == {"count": len(BLAMING), "most": 280}

    def test_an_unknown_case_is_named(self, run: Run) -> None:
        assert "no case 99" in run("queue", "check-reply", "99", "--text", "x").stderr


class TestCompensation:
    @pytest.fixture(autouse=True)
    def _asked(self, app: App) -> None:
        petar = Agent(1, "petar", "Petar", None, Rank.AGENT)
        app.compensations.ask(1, petar, Kind.REFUND, money("75", "EUR"), "lost [parcel]")

    def test_what_waits_is_listed(self, run: Run) -> None:
        result = run("compensation", "list")

        assert "75.00 EUR" in result.stdout
        assert "lost [parcel]" in result.stdout
        assert "compensation decide" in result.stderr

    def test_it_is_granted_and_paid(self, run: Run) -> None:
        assert "is granted" in run("compensation", "decide", "1", "--grant").stderr
        assert "is paid" in run("compensation", "paid", "1").stderr
        assert "nothing is requested" in run("compensation", "list").stderr
        found = json.loads(run("compensation", "list", "--all", "--json").stdout)["compensations"]
        assert [(one["state"], one["decided_by"], one["amount"]) for one in found] == [("paid", "dita", 7500)]

    def test_a_refusal_needs_a_word(self, run: Run) -> None:
        assert "say why" in run("compensation", "decide", "1", "--refuse").stderr
        assert run("compensation", "decide", "1", "--refuse", "--note", "not ours").exit_code == 0

    def test_whoever_asked_does_not_decide(self, run: Run) -> None:
        result = run("compensation", "decide", "1", "--grant", "--as", "petar")

        assert result.exit_code == 1
        assert "own request" in result.stderr

    def test_a_person_of_the_team_has_their_rank(self, run: Run, app: App) -> None:
        app.team.add("ivan", by="root", rank=Rank.AGENT)

        assert "a lead may" in run("compensation", "decide", "1", "--grant", "--as", "ivan").stderr
