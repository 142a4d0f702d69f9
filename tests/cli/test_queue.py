"""`queue`: what a person at the terminal sees and does."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from classifiers.contract import Severity
from monitor.config import load
from monitor.domain.model import Account, Post, Role
from monitor.store import intake, migrate
from monitor.wiring import App
from tests.cli.conftest import Run
from tests.fakes import FakeClassifier

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _agent(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder.is_dir()
    monkeypatch.setenv("MONITOR_AGENT", "ilze")
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def filled(folder: Path) -> Iterator[App]:
    """A database with three cases: a harsh complaint in Latvian, a mild one and a question in English."""
    app = App(load())
    migrate.upgrade(app.config.database_url)
    said = [
        ("1", "anna_k", "lv", "complaint blame: atkal nestrādā [sic]"),
        ("2", "petar", "en", "complaint no_explicit_reproach about delivery"),
        ("3", "ivan77", "en", "question about opening hours"),
    ]
    now = datetime.now(UTC)
    with app.database.write() as session:
        intake.save_page(
            session,
            accounts=[Account("x", who, who, followers=120) for _, who, _, _ in said],
            posts=[
                Post("acme", "x", id, id, who, text, now - HOUR / 6, now - HOUR / 6, Role.MENTION, lang=lang)
                for id, who, lang, text in said
            ],
        )
    app.classifier = FakeClassifier()
    app.assess()
    yield app
    app.database.dispose()


def listed(run: Run, *options: str) -> list[dict[str, Any]]:
    result = run("queue", "list", "--json", *options)
    assert result.exit_code == 0, result.output
    cases: list[dict[str, Any]] = json.loads(result.stdout)["cases"]
    return cases


def number_of(run: Run, handle: str) -> str:
    return next(str(case["id"]) for case in listed(run) if case["handle"] == handle)


@pytest.mark.usefixtures("filled")
class TestList:
    def test_the_most_urgent_case_comes_first(self, run: Run) -> None:
        assert [case["handle"] for case in listed(run)] == ["anna_k", "petar", "ivan77"]

    def test_the_table_shows_who_what_and_why(self, run: Run) -> None:
        result = run("queue", "list")

        assert result.exit_code == 0
        assert "@anna_k complaint blame: atkal nestrādā [sic]" in result.stdout
        assert "blames us (90%)" in result.stdout
        assert "3 open · 3 unassigned" in result.stderr

    def test_filters_narrow(self, run: Run) -> None:
        assert [c["handle"] for c in listed(run, "--lang", "lv")] == ["anna_k"]
        assert [c["handle"] for c in listed(run, "--severity", "blame")] == ["anna_k"]
        assert [c["handle"] for c in listed(run, "--cause", "delivery")] == ["petar"]
        assert listed(run, "--brand", "nordtel") == []
        assert listed(run, "--breached") == []

    def test_pages_follow_each_other(self, run: Run) -> None:
        first = json.loads(run("queue", "list", "--json", "--limit", "2").stdout)

        assert [case["handle"] for case in first["cases"]] == ["anna_k", "petar"]
        assert [c["handle"] for c in listed(run, "--after", first["after"])] == ["ivan77"]

    def test_a_wrong_page_is_said_so(self, run: Run) -> None:
        result = run("queue", "list", "--after", "nonsense")

        assert result.exit_code == 1
        assert "no such page" in result.stderr

    def test_an_empty_view_says_so_on_stderr_only(self, run: Run) -> None:
        result = run("queue", "list", "--brand", "nordtel")

        assert result.exit_code == 0
        assert result.stdout == ""
        assert "no case here" in result.stderr


@pytest.mark.usefixtures("filled")
class TestShow:
    def test_a_case_tells_its_promises_thread_verdict_and_log(self, run: Run) -> None:
        shown = run("queue", "show", number_of(run, "anna_k")).stdout

        assert "acme · @anna_k · open" in shown
        assert "first response" in shown
        assert "complaint blame: atkal nestrādā [sic]" in shown
        assert "fake-1: complaint 90%, negative, blame" in shown
        assert "opened (post 1)" in shown

    def test_json_holds_case_thread_and_events(self, run: Run) -> None:
        shown = json.loads(run("queue", "show", number_of(run, "petar"), "--json").stdout)

        assert shown["case"]["causes"] == ["delivery"]
        assert [post["handle"] for post in shown["thread"]] == ["petar"]
        assert [event["kind"] for event in shown["events"]] == ["opened"]
        assert {d["target"] for d in shown["case"]["deadlines"]} == {"first_response", "resolution"}

    def test_an_unknown_case_is_named(self, run: Run) -> None:
        result = run("queue", "show", "4711")

        assert result.exit_code == 1
        assert "There is no case 4711." in result.stderr


@pytest.mark.usefixtures("filled")
class TestActions:
    def test_claiming_gives_the_case_to_me(self, run: Run) -> None:
        result = run("queue", "claim", number_of(run, "anna_k"))

        assert result.exit_code == 0
        assert "is open, ilze has it (version 2)" in result.stderr
        assert [c["handle"] for c in listed(run, "--assignee", "ilze")] == ["anna_k"]

    def test_what_a_colleague_holds_is_refused(self, run: Run) -> None:
        number = number_of(run, "anna_k")
        run("queue", "claim", number)

        result = run("queue", "claim", number, "--as", "petar")

        assert result.exit_code == 1
        assert "ilze holds case" in result.stderr
        assert run("queue", "assign", number, "petar").exit_code == 0

    def test_a_stale_version_is_refused(self, run: Run) -> None:
        number = number_of(run, "anna_k")
        run("queue", "claim", number)

        result = run("queue", "resolve", number, "--version", "1")

        assert result.exit_code == 1
        assert "Somebody else changed this case first" in result.stderr

    def test_a_case_goes_through_its_life(self, run: Run) -> None:
        number = number_of(run, "petar")
        steps = [
            ("note", number, "called back"),
            ("snooze", number, "--for", "2h"),
            ("release", number),
            ("resolve", number),
            ("reopen", number),
            ("dismiss", number, "--reason", "spam"),
        ]

        for step in steps:
            assert run("queue", *step).exit_code == 0, step

        kinds = [e["kind"] for e in json.loads(run("queue", "show", number, "--json").stdout)["events"]]
        assert kinds == ["opened", "noted", "snoozed", "resolved", "reopened", "dismissed"]

    def test_a_label_changes_the_case(self, run: Run) -> None:
        number = number_of(run, "petar")

        result = run(
            "queue", "label", number, "--kind", "complaint", "--severity", "blame", "--cause", "ignored", "--json"
        )  # fmt: skip

        case = json.loads(result.stdout)["case"]
        assert (case["severity"], case["causes"]) == (Severity.BLAME, ["ignored"])

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ((), "say at least one thing"),
            (("--kind", "question", "--severity", "blame"), "a question has no severity"),
            (("--kind", "rant"), "is not one of"),
        ],
    )
    def test_a_label_that_makes_no_sense_is_explained(self, run: Run, options: tuple[str, ...], words: str) -> None:
        result = run("queue", "label", number_of(run, "petar"), *options)

        assert result.exit_code == 2
        assert words in " ".join(result.stderr.replace("│", " ").split())

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ((), "either --until or --for"),
            (("--for", "soon"), "is no duration"),
            (("--until", "whenever"), "is no moment"),
        ],
    )
    def test_a_snooze_needs_an_end(self, run: Run, options: tuple[str, ...], words: str) -> None:
        result = run("queue", "snooze", number_of(run, "petar"), *options)

        assert result.exit_code == 2
        assert words in " ".join(result.stderr.replace("│", " ").split())
