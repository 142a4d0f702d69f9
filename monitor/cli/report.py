"""`report`: how fast a brand answers, whether it keeps its promises, what waits, and how its accounts behave.

A table says which clock, which zone and which span it is about; `--json` holds every clock and every count.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.brands import refuse_unknown
from monitor.cli.invocation import Invocation, invocation_of, print_json
from monitor.cli.moments import moment_or_age
from monitor.domain.response import Clock

if TYPE_CHECKING:
    from rich.console import RenderableType

    from monitor.services.report import ResponseTimes, Scope
    from monitor.wiring import App

report = typer.Typer(no_args_is_help=True, help="Response times, promises, backlog and account health.")

Brands = Annotated[list[str] | None, typer.Option("--brand", "-b", help="Only this brand; may be repeated.")]
Since = Annotated[
    str | None,
    typer.Option(
        help="From this ISO date or moment on (UTC where it names no zone; a date is its midnight), or so long ago: 7d."
    ),
]
Until = Annotated[str | None, typer.Option(help="Until before this date, moment or age; now where not given.")]
Lang = Annotated[str | None, typer.Option(help="Only posts and cases in this language (ISO 639-1).")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")]

_BOUNDLESS = 10_000


def register(app: typer.Typer) -> None:
    app.add_typer(report, name="report", rich_help_panel="Work")


@report.command("response-times")
def response_times(
    ctx: typer.Context,
    brand: Brands = None,
    since: Since = None,
    until: Until = None,
    lang: Lang = None,
    clock: Annotated[
        Clock, typer.Option(help="The table's clock: the platform's, or ours from when a post was stored.")
    ] = Clock.PUBLISHED,
    business: Annotated[bool, typer.Option("--business", help="The table in working time, not calendar time.")] = False,
    json: AsJson = False,
) -> None:
    """Show how long customers wait for a first and a next response and a resolution, and for a reply to each post."""
    invocation, app = _open(ctx)
    now = app.clock.now()
    scope = _scope(app, brand, since, until, lang, now)
    rows = app.reports.response_times(scope)
    if json:
        from monitor.cli.report_json import report_as_dict, response_as_dict

        print_json(report_as_dict("response-times", scope, now, [response_as_dict(row) for row in rows]))
    elif rows:
        from monitor.cli.report_table import response_tables

        _print(invocation, response_tables(rows, scope, now, clock=clock, business=business))
    if rows:
        _say_what_is_unjudged(invocation, rows)
    else:
        _say_nothing_found(invocation, scope, now)


@report.command()
def sla(
    ctx: typer.Context,
    brand: Brands = None,
    since: Since = None,
    until: Until = None,
    lang: Lang = None,
    json: AsJson = False,
) -> None:
    """Show how many promises of each kind were kept; unanswered overdue cases are missed."""
    invocation, app = _open(ctx)
    now = app.clock.now()
    scope = _scope(app, brand, since, until, lang, now)
    rows = app.reports.sla(scope)
    if json:
        from monitor.cli.report_json import promises_as_dict, report_as_dict

        print_json(report_as_dict("sla", scope, now, [promises_as_dict(row) for row in rows]))
    elif rows:
        from monitor.cli.report_table import sla_table

        _print(invocation, sla_table(rows, scope, now))
    if not rows:
        _say_nothing_found(invocation, scope, now)


@report.command()
def backlog(
    ctx: typer.Context,
    brand: Brands = None,
    since: Since = None,
    until: Until = None,
    lang: Lang = None,
    json: AsJson = False,
) -> None:
    """Show the cases that are not closed, by age. The span is that of their opening."""
    invocation, app = _open(ctx)
    now = app.clock.now()
    scope = _scope(app, brand, since, until, lang, now)
    rows = app.reports.backlog(scope)
    if json:
        from monitor.cli.report_json import backlog_as_dict, report_as_dict

        print_json(report_as_dict("backlog", scope, now, [backlog_as_dict(row) for row in rows]))
    elif rows:
        from monitor.cli.report_table import backlog_tables

        _print(invocation, backlog_tables(rows, scope, now))
    if not rows:
        invocation.say(_with_brands(scope, "nothing waits: no case is open") + ".")


@report.command()
def account(
    ctx: typer.Context,
    brand: Brands = None,
    since: Since = None,
    until: Until = None,
    lang: Lang = None,
    cap: Annotated[int | None, typer.Option(min=0, help="More broadcasts than this on one day are too many.")] = None,
    json: AsJson = False,
) -> None:
    """Show how the brand's own accounts behave: balance, posting, self-talk, silence, contact. The last 30 days."""
    invocation, app = _open(ctx)
    now = app.clock.now()
    scope = _scope(app, brand, since, until, lang, now)
    rows = app.account_reports.health(scope, cap=cap)
    if json:
        from monitor.cli.report_json import brand_health_as_dict, report_as_dict

        print_json(report_as_dict("account", scope, now, [brand_health_as_dict(row) for row in rows]))
    elif rows:
        from monitor.cli.report_table import account_tables

        _print(invocation, account_tables(rows, now))
    if not rows:
        invocation.say(
            _with_brands(scope, "no account to report about")
            + ": list the brand's accounts in config.yaml, or import posts that it wrote."
        )


def _open(ctx: typer.Context) -> tuple[Invocation, "App"]:
    """The program with its tables in place, so that a first look at nothing is no error."""
    from monitor.store import migrate
    from monitor.wiring import App

    invocation = invocation_of(ctx)
    migrate.upgrade(invocation.config.database_url)
    return invocation, App(invocation.config)


def _scope(
    app: "App", brands: Sequence[str] | None, since: str | None, until: str | None, lang: str | None, now: datetime
) -> "Scope":
    from monitor.services.report import Scope

    scope = Scope(
        brands=tuple(brands or ()),
        since=moment_or_age("--since", since, now),
        until=moment_or_age("--until", until, now),
        lang=lang.strip().lower() if lang else None,
    )
    if scope.since is not None and scope.since >= (scope.until or now):
        raise typer.BadParameter("the span ends before it begins", param_hint="--since")
    refuse_unknown(app, scope.brands)
    return scope


def _print(invocation: Invocation, parts: "Iterable[RenderableType]") -> None:
    """Words fold where the terminal ends; a table of figures keeps the width that it needs, so that none is cut."""
    from rich.measure import Measurement
    from rich.table import Table

    console = invocation.console()
    usual, boundless = console.width, console.options.update(max_width=_BOUNDLESS)
    for part in parts:
        needed = Measurement.get(console, boundless, part)
        folds = not isinstance(part, Table) or not all(column.no_wrap for column in part.columns)
        console.width = max(usual, needed.minimum if folds else needed.maximum)
        console.print(part)


def _say_nothing_found(invocation: Invocation, scope: "Scope", now: datetime) -> None:
    from monitor.cli.report_table import span_in_words

    invocation.say(
        _with_brands(scope, "no cases") + f" {span_in_words(scope, now)}. Widen the span or the filters, or bring "
        "posts in: complaint-monitor import FILE, or complaint-monitor run."
    )


def _say_what_is_unjudged(invocation: Invocation, rows: "Sequence[ResponseTimes]") -> None:
    cases, unjudged = sum(row.cases for row in rows), sum(row.untriaged for row in rows)
    if unjudged:
        invocation.say(
            f"{'' if cases else 'no cases yet: '}{unjudged:,} posts are not classified and count as needing an answer; "
            "complaint-monitor run classifies them."
        )
    elif not cases:
        invocation.say("no cases: none of these posts needs an answer.")


def _with_brands(scope: "Scope", words: str) -> str:
    return f"{words} of {', '.join(scope.brands)}" if scope.brands else words
