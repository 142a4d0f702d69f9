"""`init`: a config.yaml and a .env in the current folder, asked for or by default. It never overwrites anything.

config.yaml is the shipped one, comments and all, with a few values put in; every answer is checked as it is given.
"""

import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.invocation import invocation_of
from monitor.errors import ConfigError, MonitorError, NotAllowed

ENV_FILE = ".env"
_TOKEN = re.compile(r"[\w%.~+/=-]*")
_OTHER_BRANDS = re.compile(r"^(brands:.*\n  - name: .*\n(?:    .*\n)*)(?:  - name: .*\n(?:    .*\n)*)+", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """One value of the file: its key there, the option that gives it, and the words to ask for it."""

    key: str
    option: str
    words: str


QUESTIONS = (
    Question("name", "brand", "Brand, as a key without spaces"),
    Question("display_name", "display_name", "Brand, as people write it"),
    Question("handle", "handle", "Its account on X, without @"),
    Question("id", "account_id", "The number of that account"),
    Question("zone", "zone", "Time zone of the working hours"),
    Question("country", "country", "Country whose public holidays are free, two letters"),
)


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Set up")(init)


def init(
    ctx: typer.Context,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; take the options and the defaults.")] = False,
    brand: Annotated[str | None, typer.Option(help="Key of the brand, without spaces.")] = None,
    display_name: Annotated[str | None, typer.Option(help="The brand as people write it.")] = None,
    handle: Annotated[str | None, typer.Option(help="Its account on X.")] = None,
    account_id: Annotated[str | None, typer.Option(help="The number of that account.")] = None,
    zone: Annotated[str | None, typer.Option(help="Time zone of the working hours, e.g. Europe/Riga.")] = None,
    country: Annotated[str | None, typer.Option(help="Country of the public holidays, e.g. LV.")] = None,
) -> None:
    """Write config.yaml and .env into this folder.

    complaint-monitor init --yes

    complaint-monitor init --brand acme --handle acmebank --account-id 1000001
    """
    from monitor.config import shipped
    from monitor.config.reading import FILE_NAME, check

    invocation, file = invocation_of(ctx), Path(FILE_NAME)
    if file.exists():
        raise NotAllowed(f"{file.absolute()} is already here and stays as it is: edit it, or start in another folder")
    template = shipped().read_text(encoding="utf-8")
    given = {
        "name": brand,
        "display_name": display_name or brand,
        "handle": handle,
        "id": account_id,
        "zone": zone,
        "country": country,
    }
    answers = {key: value for key, value in given.items() if value is not None}
    check(fill(template, answers))
    token = ""
    if not yes:
        if not _on_terminal():
            raise MonitorError("there is nobody to ask here: add --yes to take the options and the defaults")
        answers, token = _ask(template, answers)
    _write(file, fill(template, answers), mode=0o644)
    invocation.say(f"{file} is written: read through it once.")
    if Path(ENV_FILE).exists():
        invocation.say(f"{ENV_FILE} was already here and stays as it is.")
    else:
        _write(Path(ENV_FILE), ENV_TEMPLATE.format(token=token), mode=0o600)
        invocation.say(f"{ENV_FILE} is written: credentials go there.")
    invocation.say("Then: complaint-monitor doctor")


def fill(template: str, answers: Mapping[str, str]) -> str:
    """The template with the first value of each key in `answers` replaced; comments stay where they are.

    Who names a brand of their own does not want the other made-up ones beside it.
    """
    own = answers.keys() & {"name", "display_name", "handle", "id"}
    text = _OTHER_BRANDS.sub(r"\1", template) if own else template
    for key, value in answers.items():
        line = re.compile(rf"^(\s+(?:- )?{key}: )\S+(?: \S+)*?(\s*#.*)?$", re.MULTILINE)
        text = line.sub(partial(_with, typed=_typed(value)), text, count=1)
    if name := answers.get("display_name"):
        names = re.compile(r"^(\s+untagged_names:.*\n)(?:\s+- .*\n)+", re.MULTILINE)
        text = names.sub(partial(_with_item, typed=_typed(name)), text, count=1)
    return text


def _typed(value: str) -> str:
    """The value as YAML, in quotes unless it is plainly a word."""
    plain = re.fullmatch(r"[A-Za-z][\w/-]*( [A-Za-z][\w/-]*)*", value) and value.lower() not in (
        "true",
        "false",
        "null",
    )
    return value if plain else json.dumps(value, ensure_ascii=False)


def _with(match: re.Match[str], typed: str) -> str:
    """One line with its value replaced, and its comment in its old column where there is room."""
    comment = (match[2] or "").strip()
    column = len(match[0]) - len(comment)
    return f"{match[1] + typed + ' ':<{column}}{comment}".rstrip()


def _with_item(match: re.Match[str], typed: str) -> str:
    return f"{match[1]}      - {typed}\n"


def _ask(template: str, answers: dict[str, str]) -> tuple[dict[str, str], str]:
    """Every answer that the options did not give, and the token."""
    from monitor.config.reading import check

    answers = dict(answers)
    for question in QUESTIONS:
        while question.key not in answers:
            default = answers.get("name") if question.key == "display_name" else _present(template, question.key)
            answer = typer.prompt(question.words, default=default, err=True)
            try:
                check(fill(template, {**answers, question.key: answer}))
            except ConfigError as error:
                typer.echo(str(error), err=True)
            else:
                answers[question.key] = answer
    while True:
        words = "Bearer token of your X application (not shown; empty: later)"
        token = typer.prompt(words, default="", hide_input=True, show_default=False, err=True).strip()
        if _TOKEN.fullmatch(token):
            return answers, token
        typer.echo("That is not a token: it has no spaces and no quotes.", err=True)


def _present(template: str, key: str) -> str | None:
    found = re.search(rf"^\s+(?:- )?{key}: (\S+(?: \S+)*)", template, re.MULTILINE)
    return found[1].strip('"') if found else None


def _write(file: Path, text: str, *, mode: int) -> None:
    """Create a file that was not there, with these permissions from its first moment on."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except OSError as error:
        raise MonitorError(f"{file.absolute()} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)


def _on_terminal() -> bool:
    return sys.stdin.isatty()


ENV_TEMPLATE = """\
# Secrets of the complaint monitor, one NAME=value a line; empty means not set. Only you can read this file: keep it so,
# and keep it out of version control.

# Read public posts as an application.
X_BEARER_TOKEN={token}

# Read as the account that owns the application (its own mentions then cost a fifth): all four, or none.
X_CONSUMER_KEY=
X_CONSUMER_SECRET=
X_ACCESS_TOKEN=
X_ACCESS_TOKEN_SECRET=

# Another database than the SQLite file, where its URL carries a password.
# DATABASE_URL=postgresql://monitor:PASSWORD@localhost/monitor
"""
