"""`init`: two files in the current folder, asked for or by default, and never over anything."""

import os
import pty
import re
import select
import stat
import sys
import time
from pathlib import Path

import pytest

from monitor.cli import init
from monitor.cli.init import fill
from monitor.cli.outcome import ExitCode
from monitor.config import load, shipped
from monitor.config.reading import check
from tests.cli.conftest import Run

TEMPLATE = shipped().read_text(encoding="utf-8")
OPTIONS = (
    "--brand", "nordtel", "--display-name", "Nord Tel", "--handle", "@nordtel_help", "--account-id", "1029384756",
    "--zone", "Europe/Sofia", "--country", "BG",
)  # fmt: skip


def test_yes_copies_the_shipped_file_and_makes_a_private_env_file(run: Run, folder: Path) -> None:
    result = run("init", "--yes")
    assert result.exit_code == ExitCode.OK
    assert result.stdout == ""
    assert "complaint-monitor doctor" in result.stderr
    assert (folder / "config.yaml").read_text(encoding="utf-8") == TEMPLATE
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    assert sorted(path.name for path in folder.iterdir()) == [".env", "config.yaml"]


def test_what_it_wrote_is_valid_and_found(run: Run, folder: Path) -> None:
    run("init", "--yes")
    config = load()
    assert config.path == folder / "config.yaml"
    assert not config.secrets.can_read_x


def test_options_become_values_and_the_comments_stay(run: Run, folder: Path) -> None:
    assert run("init", "--yes", *OPTIONS).exit_code == ExitCode.OK
    config = load()
    brand = config.brands[0]
    assert (brand.name, brand.title, brand.untagged_names) == ("nordtel", "Nord Tel", ("Nord Tel",))
    assert (brand.accounts[0].id, brand.accounts[0].handle) == ("1029384756", "nordtel_help")
    office = config.calendars["office"]
    assert office.holidays is not None
    assert (office.zone, office.holidays.country) == ("Europe/Sofia", "BG")
    assert comments((folder / "config.yaml").read_text(encoding="utf-8")) == comments(TEMPLATE) - {
        "a network is watched day and night"  # of the second made-up brand, which is gone
    }


def comments(text: str) -> set[str]:
    return {line.partition("#")[2].strip() for line in text.splitlines() if "#" in line}


@pytest.mark.parametrize("option", OPTIONS[:8:2])
def test_who_names_a_brand_is_not_left_with_the_made_up_ones(run: Run, option: str) -> None:
    value = OPTIONS[OPTIONS.index(option) + 1]
    assert run("init", "--yes", option, value).exit_code == ExitCode.OK
    assert len(load().brands) == 1


def test_who_only_sets_the_zone_keeps_them(run: Run) -> None:
    run("init", "--yes", "--zone", "UTC")
    assert [brand.name for brand in load().brands] == [brand.name for brand in check(TEMPLATE).brands]


def test_a_brand_without_a_display_name_is_called_by_its_key(run: Run) -> None:
    run("init", "--yes", "--brand", "nordtel")
    assert load().brands[0].title == "nordtel"


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--zone", "Europe/Nowhere", "this is not a time zone"),
        ("--account-id", "nordtel", "the number of the account"),
        ("--brand", "nord tel", "without spaces"),
        ("--country", "Bulgaria", "two capital letters"),
    ],
)
def test_a_wrong_option_writes_nothing(run: Run, folder: Path, option: str, value: str, words: str) -> None:
    result = run("init", "--yes", option, value)
    assert result.exit_code == ExitCode.CONFIG
    assert words in result.stderr
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "value", ["no", "true", "007", "12:30", "a: b", "#1", "Ужас & Co", 'say "hi"', "a\\b", "~", "x" * 60]
)
def test_any_display_name_survives_the_file(value: str) -> None:
    assert check(fill(TEMPLATE, {"display_name": value})).brands[0].title == value


def test_values_that_are_not_given_stay(run: Run) -> None:
    assert fill(TEMPLATE, {}) == TEMPLATE
    assert fill(TEMPLATE, {"zone": "UTC"}).count("\n") == TEMPLATE.count("\n")


def test_an_existing_configuration_is_never_touched(run: Run, folder: Path) -> None:
    (folder / "config.yaml").write_text("mine: 1\n")
    result = run("init", "--yes")
    assert result.exit_code == ExitCode.ERROR
    assert "stays as it is" in result.stderr
    assert (folder / "config.yaml").read_text() == "mine: 1\n"
    assert not (folder / ".env").exists()


def test_existing_secrets_are_never_touched(run: Run, folder: Path) -> None:
    (folder / ".env").write_text("X_BEARER_TOKEN=mine\n")
    assert run("init", "--yes").exit_code == ExitCode.OK
    assert (folder / ".env").read_text() == "X_BEARER_TOKEN=mine\n"


def test_a_file_that_appears_meanwhile_is_not_overwritten(run: Run, folder: Path) -> None:
    (folder / "config.yaml").symlink_to(folder / "elsewhere")
    result = run("init", "--yes")
    assert result.exit_code == ExitCode.ERROR
    assert not (folder / "elsewhere").exists()


def test_without_a_terminal_it_asks_for_yes_instead_of_waiting(run: Run, folder: Path) -> None:
    result = run("init")
    assert result.exit_code == ExitCode.ERROR
    assert "--yes" in result.stderr
    assert list(folder.iterdir()) == []


class TestTheWizard:
    @pytest.fixture(autouse=True)
    def _somebody_is_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(init, "_on_terminal", lambda: True)

    def test_enter_takes_the_defaults(self, run: Run, folder: Path) -> None:
        assert run("init", input="\n" * 10).exit_code == ExitCode.OK
        assert load().brands[0].name == "acme"

    def test_a_wrong_answer_is_asked_again(self, run: Run, folder: Path) -> None:
        answers = ["nord tel", "nordtel", "", "nordtel_help", "12", "Nowhere", "Europe/Riga", "LV", ""]
        result = run("init", input="\n".join(answers) + "\n")
        assert result.exit_code == ExitCode.OK
        assert "without spaces" in result.stderr
        assert "this is not a time zone" in result.stderr
        brand = load().brands[0]
        assert (brand.name, brand.title) == ("nordtel", "nordtel")

    def test_the_token_goes_into_the_env_file_and_nowhere_else(self, run: Run, folder: Path) -> None:
        result = run("init", *OPTIONS, input="two words\nAAAAcanary%2Btoken\n")
        assert result.exit_code == ExitCode.OK
        assert "That is not a token" in result.stderr
        assert "canary" not in result.output
        assert "canary" not in (folder / "config.yaml").read_text(encoding="utf-8")
        assert load().secrets.x_bearer_token is not None
        assert load().x_enabled

    def test_only_what_the_options_left_open_is_asked(self, run: Run) -> None:
        result = run("init", *OPTIONS, input="\n")
        assert result.stderr.count("]:") == 0
        assert "Bearer token" in result.stderr

    def test_going_away_halfway_writes_nothing(self, run: Run, folder: Path) -> None:
        assert run("init", input="nordtel\n").exit_code != ExitCode.OK
        assert list(folder.iterdir()) == []


@pytest.mark.slow
def test_on_a_real_terminal_the_token_is_not_echoed(folder: Path) -> None:
    answers = [b"nordtel", b"", b"nordtel_help", b"12", b"UTC", b"LV", b"AAAAcanarytoken"]
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - the other process
        os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])
        os.execv(sys.executable, [sys.executable, "-m", "monitor.cli", "init"])
    shown = b""
    try:
        for answer in answers:
            shown += until_asked(terminal)
            os.write(terminal, answer + b"\n")
        while select.select([terminal], [], [], 30)[0]:
            shown += os.read(terminal, 4096)
    except OSError:
        pass  # how a terminal says that nobody is there any more
    finally:
        os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == ExitCode.OK, shown.decode()
    assert b"nordtel_help" in shown
    assert b"canary" not in shown
    assert "AAAAcanarytoken" in (folder / ".env").read_text()


def until_asked(terminal: int) -> bytes:
    """What is shown until a question waits for its answer."""
    seen, deadline = b"", time.monotonic() + 30
    while not re.search(rb": $", seen) and time.monotonic() < deadline:
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 4096)
    time.sleep(0.1)  # a hidden question switches the echo off after it is shown
    return seen
