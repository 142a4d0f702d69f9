"""One run of the command: its global options and where its words go. Standard output is data, standard error talk."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from monitor.config import Config
    from monitor.log import Level

SCHEMA_VERSION = 1
"""Of every JSON object that a command prints; it grows when a key changes its meaning or goes away."""


@dataclass(frozen=True)
class Invocation:
    """The global options. `verbosity` is -1 for --quiet, 0, or the number of -v."""

    config_path: Path | None = None
    verbosity: int = 0
    color: bool = True

    @cached_property
    def config(self) -> "Config":
        """The configuration, read at the first use; logging is set up with it."""
        from monitor import log
        from monitor.config import load

        config = load(self.config_path)
        log.set_up(self._log_level(config.logging.level), config.logging.format)
        return config

    def _log_level(self, configured: "Level") -> "Level":
        if self.verbosity == 0:
            return configured
        return "debug" if self.verbosity > 0 else "error"

    def say(self, words: str) -> None:
        """Talk to the person at the terminal; silent with --quiet."""
        if self.verbosity >= 0:
            typer.echo(words, err=True)

    def complain(self, words: str) -> None:
        """Say what went wrong; --quiet does not silence it."""
        label = typer.style("error:", fg="red", bold=True) if self.color and sys.stderr.isatty() else "error:"
        typer.echo(f"{label} {words}", err=True)

    def console(self) -> "Console":
        """A console on standard output for tables; plain where it is not a terminal."""
        from rich.console import Console

        return Console(no_color=not self.color or None, highlight=False)

    @contextmanager
    def progress(self, what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """A progress bar on standard error; yields the function to call with how much more is done.

        Without a terminal, or with --quiet, there is no bar.
        """
        if self.verbosity < 0 or not sys.stderr.isatty():
            yield lambda _more: None
            return
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True, no_color=not self.color or None), transient=True) as bar:
            task = bar.add_task(what, total=total)
            yield lambda more: bar.advance(task, more)


def invocation_of(ctx: typer.Context) -> Invocation:
    """The run that a command belongs to."""
    return cast(Invocation, ctx.obj)


def steps(advance: Callable[[int], None]) -> Callable[[int], None]:
    """From a count that grows to the steps that a progress bar wants."""
    seen = 0

    def step(total: int) -> None:
        nonlocal seen
        advance(total - seen)
        seen = total

    return step


def print_json(value: Mapping[str, Any]) -> None:
    """One JSON object on standard output, with the version of its schema first."""
    typer.echo(json.dumps({"schema_version": SCHEMA_VERSION, **value}, ensure_ascii=False, indent=2, default=str))
