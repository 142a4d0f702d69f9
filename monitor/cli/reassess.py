"""`reassess`: a new version of the model judges history; what earlier versions said stays beside it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.brands import refuse_unknown
from monitor.cli.invocation import Invocation, invocation_of, print_json, steps
from monitor.cli.moments import moment_or_age

if TYPE_CHECKING:
    from monitor.services.reassess import Reassessed, Retriaged

_NAMED = 10


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Work")(reassess)


def reassess(
    ctx: typer.Context,
    brand: Annotated[str | None, typer.Option("--brand", "-b", help="Only this brand.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only posts published, and cases opened, from this date or moment on, or 30d.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many posts, the newest first.")] = None,
    triage: Annotated[
        bool, typer.Option("--triage", help="Give live cases the new severity, risk, causes and reasons too.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Judge history with the configured model where this version of it has not. It may be interrupted and repeated.

    complaint-monitor reassess --since 90d --triage
    """
    invocation = invocation_of(ctx)
    from monitor.services import reassess as service
    from monitor.wiring import App

    program = App(invocation.config)
    ctx.call_on_close(program.database.dispose)
    refuse_unknown(program, [brand] if brand else [])
    from_then = moment_or_age("--since", since, program.clock.now())
    where: dict[str, Any] = {"brand": brand, "since": from_then}
    parts: dict[str, Any] = {"handlings": program.handlings, "clock": program.clock, **where}
    waiting = service.count_unjudged(program.database, program.classifier.name, **where)
    with invocation.progress("judging", waiting if limit is None else min(waiting, limit)) as advance:
        done = service.reassess(
            program.database,
            program.classifier,
            limit=limit,
            batch=invocation.config.classifier.batch,
            progress=steps(advance),
            **parts,
        )
    carried = None
    if triage:
        with invocation.progress("looking through live cases") as advance:
            carried = service.retriage_live(program.database, program.classifier, progress=steps(advance), **parts)
    if json:
        print_json(_as_dict(done, carried))
    elif done.kinds:
        _print_table(invocation, done)
    _say(invocation, done, carried)


def _as_dict(done: "Reassessed", carried: "Retriaged | None") -> dict[str, Any]:
    return {
        "model": done.model,
        "posts": done.posts,
        "failed": done.failed,
        "first": done.first,
        "changed": done.changed,
        "kinds": [{"from": before, "to": now, "posts": n} for (before, now), n in sorted(done.kinds.items())],
        "would_open": done.would_open,
        "cases": None
        if carried is None
        else {
            "seen": carried.cases,
            "changed": carried.changed,
            "labelled_by_people": carried.labelled,
            "in_doubt": list(carried.in_doubt),
            "conflicts": carried.conflicts,
        },
    }


def _print_table(invocation: Invocation, done: "Reassessed") -> None:
    """From which kind to which, the commonest change first; what stayed is the last line."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("before", "now"):
        table.add_column(name, no_wrap=True)
    table.add_column("posts", justify="right", no_wrap=True)
    moves = [(n, before, now) for (before, now), n in done.kinds.items() if before != now]
    for n, before, now in sorted(moves, key=lambda move: (-move[0], move[1:])):
        table.add_row(before, now, f"{n:,}")
    table.add_row("the same", "", f"{sum(done.kinds.values()) - done.changed:,}")
    invocation.console().print(table)


def _say(invocation: Invocation, done: "Reassessed", carried: "Retriaged | None") -> None:
    if not done.posts and not done.failed:
        invocation.say(f"{done.model} has judged everything here already")
    else:
        fresh = f", {done.first:,} of them for the first time" if done.first else ""
        invocation.say(f"{done.model} judged {done.posts:,} posts{fresh}; {done.changed:,} verdicts changed")
    if done.failed:
        invocation.complain(f"the model failed on {done.failed:,} texts; the next run tries them again")
    if done.would_open:
        invocation.say(
            f"{done.would_open:,} posts that opened no case would open one today; none was opened. To look at the "
            "doubtful ones: complaint-monitor queue needs-label"
        )
    if carried is not None:
        _say_cases(invocation, carried)


def _say_cases(invocation: Invocation, carried: "Retriaged") -> None:
    invocation.say(
        f"{carried.changed:,} of {carried.cases:,} live cases changed; {carried.labelled:,} were left to what people "
        "said of them"
    )
    if carried.in_doubt:
        named = ", ".join(str(number) for number in carried.in_doubt[:_NAMED])
        more = f" and {len(carried.in_doubt) - _NAMED:,} more" if len(carried.in_doubt) > _NAMED else ""
        invocation.say(
            f"{len(carried.in_doubt):,} live cases would not be opened today; they stay as they are, close them with "
            f"complaint-monitor queue dismiss: {named}{more}"
        )
    if carried.conflicts:
        invocation.say(f"{carried.conflicts:,} cases were changed by somebody meanwhile: run it again for these")
