"""`import`: a file of posts goes into the database, and what came in is classified.

Starting it again, after an end or a crash, is always safe: an interrupted import goes on, a finished one finds
everything there.
"""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.invocation import Invocation, invocation_of, print_json, steps
from monitor.cli.outcome import ExitCode

if TYPE_CHECKING:
    from monitor.config import Config
    from monitor.services.assess import Assessed
    from monitor.services.importing import Dump, ImportResult
    from monitor.sources.replay import Watched
    from monitor.wiring import App


class Format(StrEnum):
    """How a file is read."""

    AUTO = "auto"
    REPLAY = "replay"
    TWCS = "twcs"


def register(app: typer.Typer) -> None:
    app.command("import", rich_help_panel="Work")(import_posts)


def import_posts(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, readable=True, help="JSON lines or CSV; .gz, .xz or .bz2 too."),
    ],
    *,
    format: Annotated[
        Format, typer.Option(help="replay is our own (docs/replay-format.md), twcs a dump of conversations.")
    ] = Format.AUTO,
    brand: Annotated[
        list[str] | None, typer.Option(help="Only this brand; several times for several. Every one if left out.")
    ] = None,
    assess: Annotated[bool, typer.Option(help="Classify what came in and open cases afterwards.")] = True,
    json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Import posts from a file. It may be interrupted and repeated at will: nothing is lost or doubled.

    complaint-monitor import conversations.csv.gz --format twcs --brand acme
    """
    invocation = invocation_of(ctx)
    from monitor.store import migrate
    from monitor.wiring import App

    program = App(invocation.config)
    ctx.call_on_close(program.database.dispose)
    migrate.upgrade(invocation.config.database_url)
    dump = open_dump(file, format, watched(invocation.config, brand or []))
    result, seconds = _import(invocation, program, dump)
    judged = _assess(invocation, program) if assess else None
    summary = _summary(dump, result, seconds, judged)
    if json:
        print_json(summary)
    else:
        _print_table(invocation, summary)
    if result.rejected:
        raise typer.Exit(ExitCode.PARTIAL)


def watched(config: "Config", brands: list[str]) -> "Watched":
    """What is taken from a file: the brands that were asked for, with their accounts as the configuration has them."""
    from monitor.sources.replay import Watched

    accounts = [(each.name, account) for each in config.brands for account in each.accounts]
    names = {account.handle.casefold(): name for name, account in accounts}
    return Watched(frozenset(brands), names | {account.id: name for name, account in accounts})


def open_dump(file: Path, format: Format, watched: "Watched") -> "Dump":
    """The file, read as `format` says or as its first record looks."""
    from monitor.sources.replay import ReplayFile
    from monitor.sources.replay_lines import is_table, read_records
    from monitor.sources.twcs import TwcsFile

    if format is Format.AUTO:
        first = None if is_table(file) else next(read_records(file), None)
        format = Format.REPLAY if first is not None and "tweet_id" not in first.fields else Format.TWCS
    return ReplayFile(file, watched) if format is Format.REPLAY else TwcsFile(file, watched)


def _import(invocation: Invocation, program: "App", dump: "Dump") -> tuple["ImportResult", float]:
    """Import with a progress bar; how long it took in seconds."""
    from monitor.services.importing import import_file

    started = program.clock.monotonic()
    with invocation.progress(f"reading {dump.name}"):
        rows = dump.rows
    with invocation.progress(f"importing {dump.name}", rows) as advance:
        result = import_file(
            program.database,
            dump,
            handlings=program.handlings,
            clock=program.clock,
            progress=steps(advance),
        )
    for line, reason in result.rejected:
        invocation.complain(f"{dump.name}, line {line}: {reason}")
    if result.resumed_from is not None:
        invocation.say(f"went on behind line {result.resumed_from:,}, where an earlier import had stopped")
    return result, program.clock.monotonic() - started


def _assess(invocation: Invocation, program: "App") -> "Assessed":
    """Classify everything that waits, with a progress bar."""
    from monitor.store.intake import count_untriaged

    with program.database.read() as session:
        waiting = count_untriaged(session)
    started = program.clock.monotonic()
    with invocation.progress("classifying", waiting) as advance:
        judged = program.assess(progress=steps(advance))
    seconds = program.clock.monotonic() - started
    invocation.say(
        f"classified {judged.posts:,} posts in {seconds:.1f} s: {judged.opened:,} cases opened, "
        f"{judged.joined:,} posts joined one"
    )
    return judged


def _summary(dump: "Dump", result: "ImportResult", seconds: float, judged: "Assessed | None") -> dict[str, Any]:
    return {
        "file": dump.name,
        "rows": result.rows,
        "new": result.new,
        "changed": result.changed,
        "already_there": result.already_there,
        "rejected": [{"line": line, "reason": reason} for line, reason in result.rejected],
        "skipped": dict(result.skipped),
        "resumed_from": result.resumed_from,
        "seconds": round(seconds, 3),
        "rows_per_second": round(result.rows / seconds) if seconds else None,
        "assessed": None
        if judged is None
        else {"posts": judged.posts, "opened": judged.opened, "joined": judged.joined, "failed": judged.failed},
    }


def _print_table(invocation: Invocation, summary: dict[str, Any]) -> None:
    from rich.table import Table

    table = Table(title=summary["file"], show_header=False)
    table.add_column(justify="left")
    table.add_column(justify="right")
    lines = {
        "rows read": summary["rows"],
        "new posts": summary["new"],
        "changed posts": summary["changed"],
        "posts already there": summary["already_there"],
        "rejected rows": len(summary["rejected"]),
        **{f"skipped: {reason}": count for reason, count in summary["skipped"].items()},
        "rows per second": summary["rows_per_second"] or 0,
    }
    if summary["assessed"] is not None:
        lines |= {"posts classified": summary["assessed"]["posts"], "cases opened": summary["assessed"]["opened"]}
    for name, value in lines.items():
        table.add_row(name, f"{value:,}")
    invocation.console().print(table)
