"""`db upgrade | current | backup | restore`: the version of the tables, and copies of the data."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.invocation import invocation_of, print_json
from monitor.cli.outcome import ExitCode
from monitor.errors import NotAllowed

group = typer.Typer(help="Create, upgrade, copy and restore the database.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="db", rich_help_panel="Set up")


@group.command()
def upgrade(ctx: typer.Context) -> None:
    """Create the tables, or bring them up to this version of the program. Safe to repeat; take a backup before."""
    from monitor.store import migrate

    invocation = invocation_of(ctx)
    url = invocation.config.database_url
    migrate.upgrade(url)
    invocation.say(f"The tables are of version {migrate.head()}.")


@group.command()
def current(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a word.")] = False,
) -> None:
    """Print the version of the tables; exit code 5 where the program needs another one."""
    from monitor.store import migrate

    invocation = invocation_of(ctx)
    config, needed = invocation.config, migrate.head()
    there = config.database_file is None or config.database_file.exists()
    found = migrate.current(config.database_url) if there else None
    if as_json:
        print_json({"current": found, "head": needed, "up_to_date": found == needed})
    else:
        typer.echo(found or "none")
    if found != needed:
        invocation.say(f"The program needs {needed}: complaint-monitor db upgrade")
        raise typer.Exit(ExitCode.DATABASE)


@group.command()
def backup(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Where to; a dated file in the data folder if left out.")] = None,
) -> None:
    """Copy the database to a file while everything runs, verify the copy, and print where it is."""
    from monitor.clock import SystemClock
    from monitor.store import backup

    config = invocation_of(ctx).config
    if file is None:
        ending = "dump" if config.database_file is None else "db"
        file = config.data_dir / "backups" / f"{SystemClock().now():%Y-%m-%dT%H%M%SZ}.{ending}"
    if file.exists():
        raise NotAllowed(f"{file} is already there: give another name, or remove it first")
    backup.backup(config.database_url, file)
    typer.echo(str(file))


@group.command()
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `db backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace what the database holds now.")] = False,
) -> None:
    """Make the database what a backup holds. Stop the daemon before; a database with tables needs --force."""
    from monitor.store import backup, migrate

    invocation = invocation_of(ctx)
    url = invocation.config.database_url
    backup.restore(url, file, force=force)
    migrate.upgrade(url)
    invocation.say(f"The database holds what {file} held; its tables are of version {migrate.head()}.")
