"""`import`: what it prints where, how it ends, and that it may be repeated at will."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from monitor.cli import app
from monitor.cli.importing import Format, open_dump, watched
from monitor.cli.outcome import ExitCode
from monitor.config import load
from monitor.sources.replay import ReplayFile, Watched
from monitor.sources.twcs import TwcsFile
from monitor.store import intake
from monitor.store.db import Database
from monitor.wiring import App
from tests.day import write_day
from tests.fakes import FakeClassifier

Import = Callable[..., Result]

REPLAY = {
    "id": "1",
    "brand": "nordtel",
    "author": {"id": "7", "handle": "rainy_tuesday"},
    "text": "@nordtel my complaint: no internet since Sunday",
    "created_at": "2026-03-10T09:41:00Z",
}
QUESTION = {
    "tweet_id": "1",
    "author_id": "100",
    "inbound": True,
    "created_at": "Tue Oct 31 22:10:47 +0000 2017",
    "text": "@AcmeCare my complaint: where is it",
}
ANSWER = QUESTION | {
    "tweet_id": "2",
    "author_id": "AcmeCare",
    "inbound": False,
    "created_at": "Tue Oct 31 22:15:47 +0000 2017",
    "text": "@100 On its way",
    "in_reply_to": "1",
}


@pytest.fixture
def environment(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, the shipped configuration on an empty database, and a model that needs no loading."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setattr(App, "classifier", FakeClassifier())
    return tmp_path


@pytest.fixture
def run(environment: Path) -> Import:
    def call(*arguments: object) -> Result:
        return CliRunner().invoke(app, ["import", *map(str, arguments)])

    return call


@pytest.fixture
def file(environment: Path) -> Path:
    return environment / "posts.jsonl"


def write(path: Path, *lines: dict[str, Any] | str) -> Path:
    path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines))
    return path


def summary(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_file_is_imported_and_summed_up_as_a_table(run: Import, file: Path) -> None:
    result = run(write(file, REPLAY), "--no-assess")
    assert result.exit_code == ExitCode.OK, result.output
    for words in ("posts.jsonl", "rows read", "new posts", "rows per second"):
        assert words in result.stdout
    assert "rainy_tuesday" not in result.output


def test_json_is_one_object_on_standard_output(run: Import, file: Path) -> None:
    result = run(write(file, QUESTION, ANSWER), "--format", "twcs", "--no-assess", "--json")
    found = summary(result)
    assert found["schema_version"] >= 1
    assert found["seconds"] >= 0
    expected = {
        "file": "posts.jsonl",
        "rows": 2,
        "new": 2,
        "changed": 0,
        "already_there": 0,
        "rejected": [],
        "skipped": {},
        "resumed_from": None,
        "assessed": None,
    }
    assert {name: found[name] for name in expected} == expected


def test_what_came_in_is_classified_and_cases_are_opened(run: Import, file: Path) -> None:
    result = run(write(file, QUESTION, ANSWER), "--json")
    assert summary(result)["assessed"] == {"posts": 1, "opened": 1, "joined": 0, "failed": 0}
    assert "1 cases opened" in result.stderr


def test_classifying_can_wait(run: Import, file: Path, database: Database) -> None:
    run(write(file, REPLAY), "--no-assess")
    with database.read() as session:
        assert intake.count_untriaged(session) == 1
    assert summary(run(file, "--json"))["assessed"]["posts"] == 1
    with database.read() as session:
        assert intake.count_untriaged(session) == 0


def test_a_second_import_finds_everything_there(run: Import, file: Path) -> None:
    run(write(file, QUESTION, ANSWER))
    found = summary(run(file, "--json"))
    assert (found["new"], found["already_there"]) == (0, 2)
    assert found["assessed"] == {"posts": 0, "opened": 0, "joined": 0, "failed": 0}


def test_rejected_rows_are_named_by_line_and_change_the_exit_code(run: Import, file: Path) -> None:
    result = run(write(file, REPLAY, REPLAY | {"id": "2", "created_at": "soon"}, "{oops"), "--no-assess", "--json")
    assert result.exit_code == ExitCode.PARTIAL == 6
    assert summary(result)["new"] == 1
    assert [each["line"] for each in summary(result)["rejected"]] == [2, 3]
    assert "posts.jsonl, line 2: created_at: not a time" in result.stderr
    assert "posts.jsonl, line 3: not JSON" in result.stderr


def test_rejected_rows_never_quote_what_a_person_wrote(run: Import, file: Path) -> None:
    result = run(write(file, REPLAY | {"created_at": "soon"}), "--no-assess")
    assert "Sunday" not in result.output
    assert "rainy_tuesday" not in result.output


def test_a_file_that_is_not_there_is_a_mistake_in_the_command(run: Import, environment: Path) -> None:
    assert run(environment / "nothing.jsonl").exit_code == ExitCode.USAGE == 2


def test_a_folder_is_not_a_file(run: Import, environment: Path) -> None:
    assert run(environment).exit_code == ExitCode.USAGE


def test_a_format_that_does_not_exist_is_a_mistake_in_the_command(run: Import, file: Path) -> None:
    assert run(write(file, REPLAY), "--format", "xml").exit_code == ExitCode.USAGE


def test_a_damaged_file_ends_in_one_sentence(run: Import, environment: Path) -> None:
    path = environment / "posts.jsonl.gz"
    path.write_bytes(b"never packed")
    result = run(path)
    assert result.exit_code == ExitCode.ERROR
    assert "posts.jsonl.gz cannot be read" in result.stderr
    assert "Traceback" not in result.output


def test_a_table_cannot_be_read_as_our_own_format(run: Import, environment: Path) -> None:
    result = run(write(environment / "posts.csv", "id,text"), "--format", "replay")
    assert result.exit_code == ExitCode.ERROR
    assert "JSON lines" in result.stderr


def test_only_the_brands_that_were_asked_for_come_in(run: Import, file: Path) -> None:
    write(file, REPLAY, REPLAY | {"id": "2", "brand": "acmebank"}, REPLAY | {"id": "3", "brand": "third"})
    found = summary(run(file, "--brand", "nordtel", "--brand", "acmebank", "--no-assess", "--json"))
    assert found["new"] == 2
    assert sum(found["skipped"].values()) == 1


def test_skipped_rows_stand_in_the_table_with_their_reason(run: Import, file: Path) -> None:
    result = run(write(file, QUESTION | {"text": "lovely day"}), "--no-assess")
    assert result.exit_code == ExitCode.OK
    assert "skipped: belongs to no brand" in result.stdout


def test_the_day_comes_in_whole(run: Import, environment: Path, database: Database) -> None:
    day = write_day(environment / "day.jsonl", datetime(2026, 3, 10, tzinfo=UTC))
    found = summary(run(day, "--no-assess", "--json"))
    assert (found["new"], found["rejected"], found["skipped"]) == (202, [], {})
    with database.read() as session:
        assert {post.brand for post in intake.untriaged(session, limit=1000)} == {"acmebank", "nordtel"}


@pytest.mark.parametrize(
    "name, content, kind",
    [
        ("a.jsonl", json.dumps(REPLAY), ReplayFile),
        ("a.jsonl", json.dumps(QUESTION), TwcsFile),
        ("a.csv", "tweet_id,text\n", TwcsFile),
        ("a.jsonl", "", TwcsFile),
        ("a.jsonl", "{oops", ReplayFile),
    ],
)
def test_a_format_that_is_not_named_is_recognised(tmp_path: Path, name: str, content: str, kind: type) -> None:
    assert isinstance(open_dump(write(tmp_path / name, content), Format.AUTO, Watched()), kind)


def test_a_format_that_is_named_is_believed(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", REPLAY)
    assert isinstance(open_dump(file, Format.TWCS, Watched()), TwcsFile)


def test_brands_come_with_the_accounts_of_the_configuration(environment: Path) -> None:
    config = load(None)
    (brand, *_) = [each for each in config.brands if each.accounts]
    account = brand.accounts[0]
    found = watched(config, [brand.name])
    assert found.brands == {brand.name}
    assert found.owner(account.handle.upper()) == found.owner(account.id) == brand.name
