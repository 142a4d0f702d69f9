"""`templates`: the replies to start from, at the terminal."""

import json
from pathlib import Path

import pytest

from monitor.config import load
from monitor.store import migrate
from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def _database(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder.is_dir()
    monkeypatch.setenv("MONITOR_AGENT", "ilze")
    monkeypatch.setenv("COLUMNS", "160")
    migrate.upgrade(load().database_url)


def listed(run: Run) -> list[dict[str, object]]:
    result = run("templates", "list", "--json")
    assert result.exit_code == 0, result.output
    found: list[dict[str, object]] = json.loads(result.stdout)["templates"]
    return found


def test_a_new_team_is_offered_a_set_once(run: Run) -> None:
    assert "templates are there now" in run("templates", "starters").stderr
    assert "already" in run("templates", "starters").stderr
    table = run("templates", "list").stdout
    assert "/late-parcel" in table
    assert "bg en lv ru" in table


def test_a_template_is_added_changed_and_removed(run: Run) -> None:
    run("templates", "add", "late", "--text", "en=Hi {{customer}}, {{?what}}", "--text", "lv=Labdien, {{?kas}}")
    assert run("templates", "edit", "late", "--title", "Late", "--text", "lv=", "--then", "resolve").exit_code == 0

    assert listed(run) == [
        {
            "name": "late",
            "title": "Late",
            "texts": {"en": "Hi {{customer}}, {{?what}}"},
            "then": "resolve",
            "owner": None,
        }
    ]
    assert run("templates", "remove", "/late").exit_code == 0
    assert listed(run) == []


def test_ones_own_stands_beside_the_teams(run: Run) -> None:
    run("templates", "add", "late", "--text", "en=team")
    run("templates", "add", "late", "--text", "en=own", "--mine")

    assert [one["owner"] for one in listed(run)] == [None, "ilze"]
    run("templates", "remove", "late", "--mine")
    assert [one["owner"] for one in listed(run)] == [None]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("add", "late", "--text", "Hi"), "names no language"),
        (("add", "late", "--text", "en={{custmer}}"), "did you mean {{customer}}"),
        (("add", "late"), "neither says nor does"),
        (("edit", "nothing", "--title", "x"), "no template /nothing of the team"),
        (("remove", "nothing", "--mine"), "no template /nothing of yours"),
        (("import", "missing.yaml"), "cannot be read"),
    ],
)
def test_what_cannot_be_says_what_to_do(run: Run, command: tuple[str, ...], words: str) -> None:
    result = run("templates", *command)

    assert result.exit_code == 1
    assert words in result.stderr


def test_what_is_exported_can_be_imported(run: Run, folder: Path) -> None:
    run("templates", "starters")
    exported = run("templates", "export").stdout
    (folder / "mine.yaml").write_text(exported.replace("late-parcel", "slow-parcel"), encoding="utf-8")

    assert "10 templates are kept" in run("templates", "import", "mine.yaml").stderr
    assert {"late-parcel", "slow-parcel"} <= {str(one["name"]) for one in listed(run)}
    assert run("templates", "import", "-", input=exported).exit_code == 0


def test_a_wrong_file_changes_nothing(run: Run, folder: Path) -> None:
    (folder / "bad.yaml").write_text(
        "templates:\n  - {name: ok, texts: {en: Hi}}\n  - {name: no good, texts: {en: Hi}}\n"
    )

    result = run("templates", "import", "bad.yaml")

    assert result.exit_code == 1
    assert "cannot be typed after /" in result.stderr
    assert listed(run) == []
