"""The command `complaint-monitor`: each group of commands is a module, heavy libraries are imported inside commands.

To add a group: write a module with `register(app)` and add it to `_GROUPS`.
"""

import os
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import (
    agents,
    classify,
    compensation,
    config,
    database,
    doctor,
    importing,
    init,
    labels,
    queue,
    reassess,
    reply,
    report,
    run,
    serve,
    templates,
    tokens,
    version,
)
from monitor.cli.invocation import Invocation
from monitor.cli.outcome import Commands

__all__ = ["app", "main"]

_GROUPS = (
    init,
    doctor,
    config,
    database,
    importing,
    run,
    serve,
    queue,
    reply,
    templates,
    compensation,
    labels,
    report,
    agents,
    tokens,
    classify,
    reassess,
    version,
)

app = typer.Typer(
    cls=Commands,
    name="complaint-monitor",
    help="Watches what people say to a brand in public, and how fast they are answered.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: complaint-monitor init, then complaint-monitor doctor.",
)


@app.callback()
def options(
    ctx: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", "-c", help="Configuration file; else $MONITOR_CONFIG, ./config.yaml, the shipped one."
        ),
    ] = None,
    verbose: Annotated[int, typer.Option("--verbose", "-v", count=True, help="Say more; -vv shows tracebacks.")] = 0,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors on standard error.")] = False,
    no_color: Annotated[
        bool, typer.Option("--no-color", help="No colours; the NO_COLOR variable does the same.")
    ] = False,
) -> None:
    """What holds for every command."""
    ctx.obj = Invocation(
        config_path=config,
        verbosity=-1 if quiet else verbose,
        color=not no_color and not os.environ.get("NO_COLOR"),
    )


for group in _GROUPS:
    group.register(app)


def main() -> None:
    """The entry point of the installed command."""
    app(prog_name="complaint-monitor")
