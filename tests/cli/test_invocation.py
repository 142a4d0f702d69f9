"""One run of the command: where words go, how loud it is, and that the configuration is read once."""

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.cli.invocation import SCHEMA_VERSION, Invocation, print_json, steps
from monitor.errors import ConfigError

Captured = pytest.CaptureFixture[str]


class Terminal:
    """Pretends that a stream is a terminal."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for stream in (sys.stdout, sys.stderr):
            monkeypatch.setattr(stream, "isatty", lambda: True)


def test_talk_goes_to_standard_error(capsys: Captured) -> None:
    Invocation().say("hello")
    assert capsys.readouterr() == ("", "hello\n")


def test_quiet_silences_talk(capsys: Captured) -> None:
    Invocation(verbosity=-1).say("hello")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("verbosity", [-1, 0, 2])
def test_complaints_are_always_heard(capsys: Captured, verbosity: int) -> None:
    Invocation(verbosity=verbosity).complain("it broke")
    assert capsys.readouterr() == ("", "error: it broke\n")


def test_a_terminal_sees_errors_in_red_unless_it_does_not_want_to(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    Terminal(monkeypatch)
    Invocation(color=True).complain("it broke")
    Invocation(color=False).complain("it broke")
    colored, plain = capsys.readouterr().err.splitlines()
    assert "\x1b[" in colored
    assert plain == "error: it broke"


def test_json_carries_its_schema_version_first_and_is_readable(capsys: Captured) -> None:
    print_json({"name": "Ужас", "at": datetime(2026, 3, 2, tzinfo=UTC), "nothing": None})
    out = capsys.readouterr().out
    assert list(json.loads(out)) == ["schema_version", "name", "at", "nothing"]
    assert json.loads(out)["schema_version"] == SCHEMA_VERSION
    assert "Ужас" in out


def test_the_configuration_is_read_once(folder: Path) -> None:
    file = folder / "config.yaml"
    file.write_text("defaults: {calendar: a, sla: s}\ncalendars: {a: {always: true}}\nsla: {s: {default: {}}}\n")
    invocation = Invocation()
    first = invocation.config
    file.write_text("nonsense: 1\n")
    assert invocation.config is first
    with pytest.raises(ConfigError):
        _ = Invocation().config


@pytest.mark.parametrize(("verbosity", "level"), [(-1, "ERROR"), (0, "WARNING"), (1, "DEBUG"), (2, "DEBUG")])
def test_verbosity_overrules_the_configured_level(
    folder: Path, monkeypatch: pytest.MonkeyPatch, verbosity: int, level: str
) -> None:
    monkeypatch.setenv("MONITOR__LOGGING__LEVEL", "warning")
    _ = Invocation(verbosity=verbosity).config
    assert logging.getLevelName(logging.getLogger("monitor").level) == level


def test_tables_go_to_standard_output_without_colours_where_it_is_no_terminal(capsys: Captured) -> None:
    Invocation().console().print("[bold red]12[/] cases")
    assert capsys.readouterr() == ("12 cases\n", "")


def test_progress_counts_up_to_its_end(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    Terminal(monkeypatch)
    with Invocation().progress("counting", 2) as advance:
        advance(1)
        advance(1)
    out, err = capsys.readouterr()
    assert out == ""
    assert "counting" in err


def test_quiet_shows_no_progress_even_on_a_terminal(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    Terminal(monkeypatch)
    with Invocation(verbosity=-1).progress("counting") as advance:
        advance(1)
    assert capsys.readouterr() == ("", "")


def test_a_count_that_grows_becomes_the_steps_of_a_bar() -> None:
    advanced: list[int] = []
    step = steps(advanced.append)

    for total in (2, 4, 5):
        step(total)

    assert advanced == [2, 2, 1]
