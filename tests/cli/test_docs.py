"""Every command is documented, in the words of its own help; and so is every exit code.

`python -m tests.cli.test_docs` writes the table of commands anew (`make docs`).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from monitor.cli import app
from monitor.cli.outcome import ExitCode

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
REFERENCE = re.compile(r"(?<=<!-- reference -->\n).*(?=<!-- /reference -->)", re.DOTALL)


def commands(command: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every command that does something, with the words that call it."""
    children = getattr(command, "commands", None)
    if children is None:
        yield path, command
        return
    for name, child in children.items():
        if not child.hidden:
            yield from commands(child, f"{path} {name}".strip())


def reference() -> str:
    rows = [f"| `{path}` | {summary(command)} |" for path, command in commands(typer.main.get_command(app))]
    return "\n".join(["| command | what it does |", "|---|---|", *rows]) + "\n"


def summary(command: Any) -> str:
    return " ".join((command.help or "").partition("\n\n")[0].split())


def test_the_table_of_commands_is_what_the_code_says() -> None:
    found = REFERENCE.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    assert found[0].strip() == reference().strip(), "run: make docs"


def test_every_command_and_every_option_explains_itself() -> None:
    for path, command in commands(typer.main.get_command(app)):
        assert summary(command).endswith("."), path
        for parameter in command.params:
            assert parameter.name == "help" or parameter.help, f"{path} {parameter.name}"


@pytest.mark.parametrize(
    "page", [*sorted(PAGE.parent.glob("*.md")), PAGE.parents[1] / "README.md"], ids=lambda p: p.name
)
def test_only_commands_that_exist_are_recommended(page: Path) -> None:
    known = {path.split()[0] for path, _ in commands(typer.main.get_command(app))}
    named = re.findall(r"complaint-monitor (?:--?[a-z]\S* \S+ )?([a-z][a-z-]*)", page.read_text(encoding="utf-8"))
    assert set(named) - known == set()


def test_every_exit_code_is_documented() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for code in ExitCode:
        assert f"| {code.value} | {code.name.lower()} |" in text


if __name__ == "__main__":
    PAGE.write_text(REFERENCE.sub(lambda _: reference(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
