"""`version`: what is installed."""

import platform
from importlib import metadata
from typing import Annotated

import typer

from monitor.cli.invocation import print_json

_LIBRARIES = ("torch", "transformers", "onnxruntime", "SQLAlchemy", "tweepy", "APScheduler")


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Set up")(version)


def version(
    as_json: Annotated[bool, typer.Option("--json", help="Python and libraries too, as JSON.")] = False,
) -> None:
    """Print the version."""
    _, ours = _installed("complaint-monitor")
    if not as_json:
        typer.echo(f"complaint-monitor {ours or '(not installed)'}")
        return
    print_json({"version": ours, "python": platform.python_version(), "libraries": dict(map(_installed, _LIBRARIES))})


def _installed(library: str) -> tuple[str, str | None]:
    try:
        return library, metadata.version(library)
    except metadata.PackageNotFoundError:
        return library, None
