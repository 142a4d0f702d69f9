"""`reassess`: a new version of the model over history, and what the person at the terminal is told."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from classifiers.contract import Assessment, Text
from monitor.cli.invocation import Invocation
from monitor.cli.reassess import _say_cases
from monitor.config import load
from monitor.domain.model import Post, Role
from monitor.services.reassess import Retriaged
from monitor.store import intake, migrate
from monitor.wiring import App
from tests.cli.conftest import Run
from tests.fakes import FakeClassifier

TEXTS = ("My parcel is three weeks late and nobody answers!", "When do you open on Sundays?", "Lovely day today")


class Alarmed(FakeClassifier):
    """An earlier version that took everything for a complaint."""

    def classify(self, texts: Sequence[Text]) -> list[Assessment]:
        return super().classify([replace(text, text=f"complaint {text.text}") for text in texts])


@pytest.fixture
def filled(folder: Path) -> Iterator[App]:
    """Posts that an earlier version, which took everything for small talk, has judged."""
    assert folder.is_dir()
    app = App(load())
    migrate.upgrade(app.config.database_url)
    now = datetime.now(UTC) - timedelta(hours=1)
    with app.database.write() as session:
        posts = [
            Post("acme", "x", str(n), str(n), "anna", text, now, now, Role.MENTION, lang="en")
            for n, text in enumerate(TEXTS)
        ]
        intake.save_page(session, accounts=(), posts=posts)
    app.classifier = FakeClassifier()
    app.assess()
    yield app
    app.database.dispose()


@pytest.mark.usefixtures("filled")
class TestHistory:
    def test_the_shipped_model_judges_what_the_earlier_version_judged(self, run: Run) -> None:
        told = json.loads(run("reassess", "--json").stdout)

        assert (told["posts"], told["failed"], told["first"]) == (3, 0, 0)
        assert {"from": "other", "to": "complaint", "posts": 1} in told["kinds"]
        assert told["changed"] == sum(each["posts"] for each in told["kinds"] if each["from"] != each["to"])
        assert told["would_open"] >= 1
        assert told["cases"] is None

    def test_the_table_shows_from_what_to_what(self, run: Run) -> None:
        result = run("reassess")

        assert result.exit_code == 0
        lines = [line.split() for line in result.stdout.splitlines()]
        assert ["other", "complaint", "1"] in lines
        assert lines[0] == ["before", "now", "posts"]
        assert "judged 3 posts" in result.stderr
        assert "none was opened" in result.stderr

    def test_a_second_run_says_that_nothing_is_left(self, run: Run) -> None:
        run("reassess")

        result = run("reassess")

        assert result.exit_code == 0
        assert result.stdout == ""
        assert "has judged everything here already" in result.stderr

    def test_a_limited_run_leaves_the_rest_to_the_next(self, run: Run) -> None:
        assert json.loads(run("reassess", "--limit", "2", "--json").stdout)["posts"] == 2
        assert json.loads(run("reassess", "--json").stdout)["posts"] == 1

    def test_a_beginning_narrows(self, run: Run) -> None:
        assert json.loads(run("reassess", "--since", "30m", "--json").stdout)["posts"] == 0

    def test_a_mistyped_brand_is_refused(self, run: Run) -> None:
        result = run("reassess", "--brand", "acne")

        assert result.exit_code == 1
        assert "did you mean 'acme'?" in result.stderr


class TestCases:
    def test_cases_are_looked_through_when_asked(self, run: Run, filled: App) -> None:
        now = datetime.now(UTC)
        with filled.database.write() as session:
            post = Post("acme", "x", "9", "9", "berta", TEXTS[0], now, now, Role.MENTION, lang="en")
            intake.save_page(session, accounts=(), posts=[post])
        filled.classifier = Alarmed()
        filled.assess()

        told = json.loads(run("reassess", "--triage", "--json").stdout)["cases"]

        assert (told["seen"], told["conflicts"], told["labelled_by_people"]) == (1, 0, 0)
        (case,) = json.loads(run("queue", "list", "--json").stdout)["cases"]
        shown = json.loads(run("queue", "show", str(case["id"]), "--json").stdout)
        assert [event["kind"] for event in shown["events"]] == ["opened", "reassessed"]

    @pytest.mark.parametrize(
        ("carried", "words"),
        [
            (Retriaged(cases=9, changed=2, labelled=1), ["2 of 9 live cases changed; 1 were left"]),
            (Retriaged(in_doubt=(4, 7)), ["2 live cases would not be opened today", "dismiss: 4, 7"]),
            (Retriaged(in_doubt=tuple(range(12))), ["8, 9 and 2 more"]),
            (Retriaged(conflicts=3), ["3 cases were changed by somebody meanwhile"]),
        ],
    )
    def test_what_was_left_alone_is_said(
        self, carried: Retriaged, words: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        _say_cases(Invocation(), carried)

        said = capsys.readouterr().err
        assert [each for each in words if each not in said] == []
