"""`config show | schema | validate`."""

import json
from pathlib import Path

import pytest
import yaml

from monitor.cli.outcome import ExitCode
from monitor.config import SECRET_NAMES, shipped
from monitor.config.document import parse
from tests.cli.conftest import Run

CANARY = "AAAAAAAAAAAAAAAAAAAAAcanary%2Btoken123"


def test_show_prints_what_is_in_force_as_yaml(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR__SOURCES__X__OVERLAP", "7m")
    result = run("config", "show")
    assert result.exit_code == ExitCode.OK
    shown, _ = parse(result.stdout)
    assert shown["sources"]["x"]["overlap"] == "7m"
    assert shown["brands"][0]["name"] == "acme"
    assert result.stdout.startswith(f"# {shipped()}")


def test_show_json_is_one_object(run: Run) -> None:
    shown = json.loads(run("config", "show", "--json").stdout)
    assert set(shown) == {"schema_version", "file", "config"}
    assert shown["config"]["defaults"] == {
        "calendar": "office",
        "sla": "standard",
        "languages": ["en", "bg", "lv", "ru"],
    }


def test_show_says_which_secrets_are_set_and_shows_none(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_BEARER_TOKEN", CANARY)
    monkeypatch.setenv("DATABASE_URL", "postgresql://monitor:hunter2canary@db/monitor")
    for arguments in (("config", "show"), ("config", "show", "--json"), ("-vv", "config", "show")):
        result = run(*arguments)
        assert "canary" not in result.output
    shown, _ = parse(run("config", "show").stdout)
    assert shown["secrets"] == {name: "set" if name == "X_BEARER_TOKEN" else "not set" for name in SECRET_NAMES}
    assert shown["database"]["url"] == "postgresql://monitor:***@db/monitor"


def test_what_show_prints_is_read_the_same_by_other_readers_of_yaml(run: Run) -> None:
    text = run("config", "show").stdout
    assert yaml.safe_load(text) == parse(text)[0]


def test_schema_accepts_the_shipped_file_and_refuses_a_typing_error(run: Run) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(run("config", "schema").stdout)
    data, _ = parse(shipped().read_text(encoding="utf-8"))
    jsonschema.validate(data, schema)
    data["sources"]["x"]["overlp"] = data["sources"]["x"].pop("overlap")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema)


def test_schema_needs_no_valid_configuration(run: Run, folder: Path) -> None:
    (folder / "config.yaml").write_text("nonsense: 1\n")
    assert run("config", "schema").exit_code == ExitCode.OK


def test_validate_names_the_file_and_the_brands(run: Run) -> None:
    result = run("config", "validate")
    assert result.exit_code == ExitCode.OK
    assert result.stdout == ""
    assert result.stderr == f"{shipped()} is valid; watched: acme, nordtel.\n"


def test_validate_refuses_holidays_that_nobody_knows(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR__CALENDARS__OFFICE__HOLIDAYS__COUNTRY", "ZZ")
    result = run("config", "validate")
    assert result.exit_code == ExitCode.CONFIG
    assert "calendars.office.holidays" in result.stderr
    assert "ZZ" in result.stderr


def test_validate_refuses_a_secret_in_the_file_without_repeating_it(run: Run, folder: Path) -> None:
    (folder / "config.yaml").write_text(f"x_bearer_token: {CANARY}\n")
    result = run("config", "validate")
    assert result.exit_code == ExitCode.CONFIG
    assert "X_BEARER_TOKEN" in result.stderr
    assert "canary" not in result.output
