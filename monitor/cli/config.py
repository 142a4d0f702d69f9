"""`config show | schema | validate`: what is in force, what may be written, and whether the file is right."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.invocation import invocation_of, print_json

if TYPE_CHECKING:
    from monitor.config import Config

group = typer.Typer(help="Show, explain and check the configuration.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="config", rich_help_panel="Set up")


@group.command()
def show(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of YAML.")] = False,
) -> None:
    """Print the configuration in force: file, environment and defaults together. Secrets are only said to be set."""
    config = invocation_of(ctx).config
    shown = _shown(config)
    if as_json:
        print_json({"file": str(config.path), "config": shown})
        return
    from monitor.config import document

    typer.echo(f"# {config.path}\n{document.write(shown)}", nl=False)


@group.command()
def schema() -> None:
    """Print the JSON schema of config.yaml, for editors that complete and check as you type."""
    from monitor.config import Config

    typer.echo(json.dumps(Config.json_schema(), indent=2, ensure_ascii=False))


@group.command()
def validate(ctx: typer.Context) -> None:
    """Check the configuration; every mistake is named with its place and what to do about it."""
    from monitor.errors import ConfigError

    invocation = invocation_of(ctx)
    config = invocation.config
    for name, calendar in config.calendars.items():
        if calendar.holidays is not None and (why := calendar.holidays.unknown()):
            path = f"calendars.{name}.holidays"
            raise ConfigError(f"{config.path}: {path}: {why}", path=path)
    watched = ", ".join(brand.name for brand in config.brands) or "no brand yet"
    invocation.say(f"{config.path} is valid; watched: {watched}.")


def _shown(config: "Config") -> dict[str, Any]:
    """The configuration as one would type it, with the database URL that is used and the secrets' presence."""
    from monitor.config import SECRET_NAMES
    from monitor.config.secrets import mask

    shown = config.model_dump(mode="json")
    shown["database"]["url"] = mask(config.database_url)
    shown["secrets"] = {
        name: "set" if getattr(config.secrets, name.lower()) is not None else "not set" for name in SECRET_NAMES
    }
    return shown
