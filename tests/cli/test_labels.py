"""`queue needs-label`, `label` and `export-labels`: from a doubtful post to a row to train on."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from classifiers.reviews import read_reviews
from monitor.config import load
from monitor.domain.model import Post, Role
from monitor.store import intake, migrate
from monitor.wiring import App
from tests.cli.conftest import Run
from tests.fakes import FakeClassifier

TEXTS = ("gibberish", "complaint about @Acme_Care delivery", "nice weather")


@pytest.fixture
def filled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """Three judged posts: one that the model does not know, a complaint with a case, and small talk."""
    assert folder.is_dir()
    monkeypatch.setenv("MONITOR_AGENT", "ilze")
    monkeypatch.setenv("COLUMNS", "120")
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


def asked(run: Run, *options: str) -> list[dict[str, Any]]:
    result = run("queue", "needs-label", "--json", *options)
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)["posts"]
    return found


def number_of(run: Run, words: str) -> str:
    return next(str(post["post"]) for post in asked(run) if words in post["text"])


@pytest.mark.usefixtures("filled")
class TestNeedsLabel:
    def test_what_the_model_does_not_know_comes_first(self, run: Run) -> None:
        first, *others = asked(run)

        assert (first["text"], first["abstained"], first["abstain_reason"]) == (
            "gibberish",
            True,
            "no language recognised",
        )
        assert len(others) == 2
        assert others[0]["margin"] == pytest.approx(0.9 - 0.1 / 3, abs=1e-4)

    def test_the_table_shows_the_number_to_answer_with(self, run: Run) -> None:
        result = run("queue", "needs-label", "--limit", "2")

        assert "not known: no language recognised" in result.stdout
        assert "complaint-monitor label NUMBER" in result.stderr
        assert number_of(run, "gibberish") in result.stdout.splitlines()[1]

    def test_the_two_kinds_that_the_model_wavers_between_are_shown(self, run: Run) -> None:
        assert "complaint 90% or" in run("queue", "needs-label").stdout

    def test_what_is_answered_is_asked_about_no_more(self, run: Run) -> None:
        run("label", number_of(run, "gibberish"), "kind=other")

        assert "gibberish" not in [post["text"] for post in asked(run)]

    def test_nothing_to_ask_about_is_said_on_stderr_only(self, run: Run) -> None:
        result = run("queue", "needs-label", "--since", "1m")

        assert (result.exit_code, result.stdout) == (0, "")
        assert "nothing to ask about" in result.stderr

    def test_a_mistyped_brand_is_refused(self, run: Run) -> None:
        assert "did you mean 'acme'?" in run("queue", "needs-label", "--brand", "acne").stderr


@pytest.mark.usefixtures("filled")
class TestLabel:
    def test_the_case_that_the_post_opened_follows(self, run: Run) -> None:
        told = json.loads(
            run("label", number_of(run, "delivery"), "severity=blame", "causes=ignored", "--json").stdout
        )  # fmt: skip

        assert told["labels"] == {"severity": "blame", "causes": ["ignored"]}
        assert (told["case"]["severity"], told["case"]["causes"]) == ("blame", ["ignored"])

    def test_a_post_without_a_case_is_labelled_too(self, run: Run) -> None:
        result = run("label", number_of(run, "weather"), "kind=other", "causes=")

        assert result.exit_code == 0
        assert "kept; no live case was opened by this post" in result.stderr

    def test_an_unknown_post_is_named_with_the_way_to_find_one(self, run: Run) -> None:
        result = run("label", "4711", "kind=other")

        assert result.exit_code == 1
        assert "no post 4711" in result.stderr
        assert "queue needs-label" in result.stderr

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("complaint",), "is no label: write one of kind"),
            (("kind=rant",), "'rant' is not a kind"),
            (("kind=praise", "severity=blame"), "has no severity"),
        ],
    )
    def test_a_label_that_makes_no_sense_is_explained(self, run: Run, words: tuple[str, ...], said: str) -> None:
        result = run("label", "1", *words)

        assert result.exit_code == 2
        assert said in " ".join(result.stderr.replace("│", " ").split())


@pytest.mark.usefixtures("filled")
class TestExport:
    def test_the_file_can_be_trained_on(self, run: Run, folder: Path) -> None:
        run("label", number_of(run, "delivery"), "kind=complaint", "causes=delivery")

        result = run("export-labels", "labels.jsonl")

        assert result.exit_code == 0
        assert "1 labelled posts written to labels.jsonl" in result.stderr
        (example,) = read_reviews(folder / "labels.jsonl")
        assert (example.text, example.lang) == ("complaint about @user delivery", "en")
        assert example.targets["kind"].yes == {"complaint"}
        assert example.targets["causes"].yes == {"delivery"}
        assert "churn" not in example.targets

    def test_a_dispute_is_told_and_left_out_unless_asked_for(self, run: Run, folder: Path) -> None:
        number = number_of(run, "delivery")
        run("label", number, "kind=complaint", "--as", "anna")
        run("label", number, "kind=praise", "--as", "berta")

        left_out, taken = run("export-labels", "a.jsonl"), run("export-labels", "b.jsonl", "--include-disputed")

        assert "1 posts on which people disagree were left out; --include-disputed takes them" in left_out.stderr
        assert (folder / "a.jsonl").read_text() == ""
        assert "included, by the newest word" in taken.stderr
        assert json.loads((folder / "b.jsonl").read_text())["kind"] == "praise"

    def test_an_erased_post_is_told_and_left_out(self, run: Run, filled: App) -> None:
        number = number_of(run, "weather")
        run("label", number, "kind=other")
        with filled.database.write() as session:
            intake.erase(session, [int(number)], datetime.now(UTC))

        assert "1 posts without any text" in run("export-labels", "labels.jsonl").stderr

    def test_the_file_is_the_owners_alone_and_replaces_an_older_one(self, run: Run, folder: Path) -> None:
        (folder / "labels.jsonl").write_text("old")
        run("label", number_of(run, "weather"), "kind=other")

        run("export-labels", "labels.jsonl")

        assert "old" not in (folder / "labels.jsonl").read_text()
        assert (folder / "labels.jsonl").stat().st_mode & 0o777 == 0o600
        assert [path.name for path in folder.glob("*.part")] == []

    def test_a_place_that_cannot_be_written_to_is_named(self, run: Run) -> None:
        result = run("export-labels", "nowhere/labels.jsonl")

        assert result.exit_code == 1
        assert "nowhere/labels.jsonl cannot be written" in result.stderr
