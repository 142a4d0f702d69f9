"""The command as a whole: how it ends, what goes where, and how fast it starts."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from monitor import errors
from monitor.cli import app
from monitor.cli.invocation import Invocation, invocation_of
from monitor.cli.outcome import Commands, ExitCode, code_of
from tests.cli.conftest import Run

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def process(*arguments: str, folder: Path, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "monitor.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60, **options
    )  # type: ignore[call-overload, no-any-return]


class TestExitCodes:
    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (errors.MonitorError(), 1),
            (errors.NotFound(), 1),
            (errors.NotAllowed(), 1),
            (errors.Conflict(), 1),
            (errors.NotifyError(), 1),
            (errors.ConfigError(), 3),
            (errors.SourceRefused(), 4),
            (errors.BudgetExhausted(), 4),
            (errors.StoreError(), 5),
            (errors.SourceError(), 75),
            (errors.RateLimited(retry_at=NOW), 75),
            (errors.LostLeadership(), 75),
        ],
    )
    def test_each_error_has_its_code(self, error: errors.MonitorError, code: int) -> None:
        assert code_of(error) == code

    def test_every_error_of_ours_was_thought_of(self) -> None:
        tested = {
            "MonitorError", "NotFound", "NotAllowed", "Conflict", "NotifyError", "ConfigError", "SourceRefused",
            "BudgetExhausted", "StoreError", "SourceError", "RateLimited", "LostLeadership",
        }  # fmt: skip
        ours = {
            name for name, kind in vars(errors).items() if isinstance(kind, type) and kind.__module__ == errors.__name__
        }
        assert ours == tested


def failing(error: BaseException) -> typer.Typer:
    """A program whose only command fails."""
    program = typer.Typer(cls=Commands)

    @program.callback()
    def options(ctx: typer.Context, verbose: int = typer.Option(0, "-v", count=True)) -> None:
        ctx.obj = Invocation(verbosity=verbose)

    @program.command()
    def fail() -> None:
        raise error

    return program


class TestErrors:
    def test_an_error_of_ours_is_one_line_on_standard_error(self) -> None:
        result = CliRunner().invoke(failing(errors.NotFound("There is no case 7.")), ["fail"])
        assert result.exit_code == ExitCode.ERROR
        assert result.stderr == "error: There is no case 7.\n"
        assert result.stdout == ""

    def test_its_traceback_is_shown_to_who_asks_twice(self) -> None:
        program = failing(errors.NotFound("There is no case 7."))
        assert "Traceback" not in CliRunner().invoke(program, ["-v", "fail"]).stderr
        assert "Traceback" in CliRunner().invoke(program, ["-v", "-v", "fail"]).stderr

    def test_a_mistake_of_ours_is_not_hidden(self) -> None:
        result = CliRunner().invoke(failing(KeyError("oops")), ["fail"])
        assert isinstance(result.exception, KeyError)

    def test_ctrl_c_ends_with_its_own_code(self) -> None:
        assert CliRunner().invoke(failing(KeyboardInterrupt()), ["fail"]).exit_code == ExitCode.INTERRUPTED

    def test_what_cannot_be_understood_is_a_usage_error(self, run: Run) -> None:
        for arguments in (["no-such-command"], ["config", "shw"], ["--no-such-option"], ["classify"]):
            result = run(*arguments)
            assert result.exit_code == ExitCode.USAGE, arguments
            assert result.stdout == ""

    def test_a_wrong_configuration_names_every_mistake_on_standard_error(self, run: Run, folder: Path) -> None:
        (folder / "config.yaml").write_text("logging: {level: chatty, colour: red}\n")
        result = run("config", "show")
        assert result.exit_code == ExitCode.CONFIG
        assert result.stdout == ""
        for words in ("logging.level", "logging.colour", "defaults", "config.yaml:1"):
            assert words in result.stderr

    def test_a_configuration_that_is_not_there_is_a_configuration_error(self, run: Run) -> None:
        result = run("--config", "gone.yaml", "config", "show")
        assert result.exit_code == ExitCode.CONFIG
        assert "complaint-monitor init" in result.stderr

    def test_quiet_silences_talk_but_not_errors(self, run: Run) -> None:
        assert run("--quiet", "config", "validate").stderr == ""
        assert "error:" in run("--quiet", "--config", "gone.yaml", "config", "validate").stderr


class TestOptions:
    def test_without_a_command_the_help_is_shown(self, run: Run) -> None:
        result = run()
        assert result.exit_code == ExitCode.USAGE
        assert "Usage: complaint-monitor" in result.output

    @pytest.mark.parametrize("flag", ["--help", "-h"])
    def test_help_lists_the_commands(self, run: Run, flag: str) -> None:
        result = run(flag)
        assert result.exit_code == ExitCode.OK
        for command in ("init", "doctor", "config", "db", "classify", "version"):
            assert command in result.stdout

    @pytest.mark.parametrize(("flags", "level"), [([], logging.INFO), (["-v"], logging.DEBUG), (["-q"], logging.ERROR)])
    def test_verbosity_moves_our_own_log_and_leaves_libraries_alone(
        self, run: Run, flags: list[str], level: int
    ) -> None:
        assert run(*flags, "config", "validate").exit_code == 0
        assert logging.getLogger("monitor").level == level
        assert logging.getLogger().level == logging.WARNING

    def test_colours_can_be_switched_off_both_ways(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[bool] = []
        program = typer.Typer(cls=Commands)
        program.callback()(app.registered_callback.callback)  # type: ignore[union-attr]

        @program.command()
        def look(ctx: typer.Context) -> None:
            seen.append(invocation_of(ctx).color)

        CliRunner().invoke(program, ["look"])
        CliRunner().invoke(program, ["--no-color", "look"])
        monkeypatch.setenv("NO_COLOR", "1")
        CliRunner().invoke(program, ["look"])
        assert seen == [True, False, False]

    def test_completion_can_be_installed(self, run: Run) -> None:
        assert "--install-completion" in run("--help").stdout


class TestVersion:
    def test_it_is_one_line(self, run: Run) -> None:
        assert run("version").stdout.startswith("complaint-monitor ")

    def test_json_names_the_libraries_too(self, run: Run) -> None:
        told = json.loads(run("version", "--json").stdout)
        assert told["schema_version"] == 1
        assert set(told) == {"schema_version", "version", "python", "libraries"}
        assert told["libraries"]["torch"].startswith("2.13.0")


class TestProgress:
    def test_without_a_terminal_there_is_no_bar(self, capsys: pytest.CaptureFixture[str]) -> None:
        with Invocation().progress("counting", 3) as advance:
            advance(3)
        assert capsys.readouterr() == ("", "")

    def test_a_terminal_gets_a_bar_on_standard_error(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        with Invocation().progress("counting", 3) as advance:
            advance(3)
        out, err = capsys.readouterr()
        assert out == ""
        assert "counting" in err


def wait_until_it_reads(pid: int) -> None:
    """Until the process has loaded its engine, after which it waits for its standard input; a minute at most."""
    deadline = time.monotonic() + 60
    while "onnxruntime" not in Path(f"/proc/{pid}/maps").read_text() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(3)


@pytest.mark.slow
class TestProcesses:
    def test_help_starts_at_once_and_loads_nothing_heavy(self, folder: Path) -> None:
        program = (
            "import sys, monitor.cli\n"
            "heavy = set('torch transformers sqlalchemy tweepy pydantic structlog numpy rich'.split())\n"
            "print(sorted(heavy & set(sys.modules)))"
        )
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout == "[]\n"

    def test_data_go_to_standard_output_and_talk_to_standard_error(self, folder: Path) -> None:
        shown = process("config", "show", "--json", folder=folder)
        assert json.loads(shown.stdout)["schema_version"] == 1
        checked = process("config", "validate", folder=folder)
        assert (checked.returncode, checked.stdout) == (0, "")
        assert "is valid" in checked.stderr

    def test_a_configuration_error_ends_the_process_with_its_code(self, folder: Path) -> None:
        done = process("config", "validate", folder=folder, input="", encoding="utf-8")
        assert done.returncode == ExitCode.OK
        (folder / "config.yaml").write_text("nonsense: 1\n")
        done = process("config", "validate", folder=folder)
        assert done.returncode == ExitCode.CONFIG
        assert "Traceback" not in done.stderr

    def test_a_reader_that_goes_away_is_no_disaster(self, folder: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        command = f"{sys.executable} -m monitor.cli config schema | head -c 1 >/dev/null"
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr

    def test_ctrl_c_ends_the_process_quietly(self, folder: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        # Where the tests themselves run in the background, Ctrl-C is ignored, and children would inherit that.
        program = (
            "import runpy, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
            "sys.argv = ['complaint-monitor', 'classify', '--input', '-', '--output', '-']; "
            "runpy.run_module('monitor.cli', run_name='__main__')"
        )
        command = [sys.executable, "-c", program]
        child = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        wait_until_it_reads(child.pid)
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=30)
        assert child.returncode == ExitCode.INTERRUPTED
        assert b"Traceback" not in said
