"""`queue`: the review queue on the command line: look, take, answer for, close, label."""

import getpass
import os
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from classifiers.contract import Cause, Churn, Kind, Sentiment, Severity, Stage, Threat
from monitor.cli.brands import refuse_unknown
from monitor.cli.invocation import Invocation, invocation_of, print_json
from monitor.cli.moments import moment_after, moment_of, moment_or_age
from monitor.domain import search as domain
from monitor.domain.labels import Labels
from monitor.domain.model import Case, Status
from monitor.domain.search import parse_search
from monitor.domain.search_terms import Is, Key, Term
from monitor.errors import NotFound

if TYPE_CHECKING:
    from monitor.services.review import Review
    from monitor.wiring import App

queue = typer.Typer(no_args_is_help=True, help="The review queue: who waits, the most urgent first.")

CaseId = Annotated[int, typer.Argument(help="The number of the case.", metavar="CASE")]
Agent = Annotated[
    str | None, typer.Option("--as", help="Who acts; $MONITOR_AGENT, else the name that you are logged in under.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")]
Search = Annotated[
    str | None, typer.Option(help="Only what this finds: 'lang:lv is:unanswered followers:>1000 \"no signal\"'.")
]
Version = Annotated[int | None, typer.Option(help="Refuse if the case has changed since this version of it.")]


def register(app: typer.Typer) -> None:
    from monitor.cli import queue_desk

    queue_desk.register(queue)
    app.add_typer(queue, name="queue", rich_help_panel="Work")


@queue.command("list")
def list_cases(
    ctx: typer.Context,
    brand: Annotated[str | None, typer.Option(help="Only this brand.")] = None,
    status: Annotated[list[Status] | None, typer.Option(help="Only these; every live one where not given.")] = None,
    lang: Annotated[str | None, typer.Option(help="Only this language (ISO 639-1).")] = None,
    severity: Annotated[Severity | None, typer.Option(help="Only this severity.")] = None,
    cause: Annotated[Cause | None, typer.Option(help="Only complaints with this cause.")] = None,
    assignee: Annotated[str | None, typer.Option(help="Only this agent's cases.")] = None,
    unassigned: Annotated[bool, typer.Option("--unassigned", help="Only cases that nobody has.")] = False,
    breached: Annotated[bool, typer.Option("--breached", help="Only cases with a broken promise.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at most.")] = 25,
    search: Search = None,
    after: Annotated[str | None, typer.Option(help="Where the last page ended.")] = None,
    agent: Agent = None,
    json: AsJson = False,
) -> None:
    """Show live cases, the most urgent first."""
    invocation = invocation_of(ctx)
    app = app_of(invocation)
    from monitor.cli import showing
    from monitor.store.finding import Asker
    from monitor.store.queue import queue_counts, queue_page

    options = (
        (Key.BRAND, brand), (Key.STATUS, status), (Key.LANG, lang), (Key.SEVERITY, severity), (Key.CAUSE, cause),
        (Key.ASSIGNEE, assignee), (Key.IS, unassigned and Is.UNASSIGNED), (Key.IS, breached and Is.BREACHED),
    )  # fmt: skip
    given = (Term(key, tuple(value) if isinstance(value, list) else (value,)) for key, value in options if value)
    wanted = parse_search(search or "").and_also(domain.Search(tuple(given)))
    with app.database.read() as session:
        page = queue_page(session, wanted, Asker(agent_name(agent), app.clock.now()), after=after, limit=limit)
        counts = queue_counts(session, brand)
    if json:
        print_json({"cases": [showing.row_as_dict(row) for row in page.rows], "after": page.after})
        return
    if not page.rows:
        invocation.say("no case here: nobody waits, or the filters leave nothing")
        return
    invocation.console().print(showing.queue_table(page.rows, app.handlings.calendars, app.clock.now()))
    invocation.say(showing.counts_in_words(counts))
    if page.after:
        invocation.say(f"more with: --after {page.after}")


@queue.command()
def show(ctx: typer.Context, case_id: CaseId, json: AsJson = False) -> None:
    """Show one case: why it is here, its promises, its thread and what happened to it."""
    invocation = invocation_of(ctx)
    app = app_of(invocation)
    from monitor.cli import showing
    from monitor.store import assessments, cases, intake

    with app.database.read() as session:
        case = cases.case_by_id(session, case_id)
        if case is None:
            raise NotFound(f"There is no case {case_id}.")
        thread = intake.thread(session, case.brand, case.platform, case.conversation_id)
        accounts = intake.accounts_by_id(session, {(p.platform, p.author_id) for p in thread})
        verdicts = assessments.assessments_of(session, [p.id for p in thread if p.id is not None])
        events = cases.events_of(session, case_id)
    if json:
        print_json(showing.case_in_full(case, thread, accounts, verdicts, events))
        return
    now, calendar = app.clock.now(), app.handlings.calendars.get(case.targets.calendar)
    console = invocation.console()
    for part in showing.case_page(case, thread, accounts, verdicts, events, calendar=calendar, now=now):
        console.print(part)


@queue.command("needs-label")
def needs_label(
    ctx: typer.Context,
    brand: Annotated[str | None, typer.Option("--brand", "-b", help="Only this brand.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only posts from this date or moment on, or so long ago: 7d.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at most.")] = 20,
    json: AsJson = False,
) -> None:
    """Show the posts where a label teaches the model most: it is unsure of them, and nobody has said what they are."""
    invocation = invocation_of(ctx)
    app = app_of(invocation)
    ctx.call_on_close(app.database.dispose)
    from monitor.cli import doubts
    from monitor.services.labelling import to_ask_about

    refuse_unknown(app, [brand] if brand else [])
    start = moment_or_age("--since", since, app.clock.now())
    found = to_ask_about(app.database, brand=brand, since=start, limit=limit)
    if json:
        print_json({"posts": [doubts.as_dict(doubt) for doubt in found]})
    elif found:
        invocation.console().print(doubts.table(found))
        invocation.say("answer with: complaint-monitor label NUMBER kind=complaint causes=delivery,ignored")
    else:
        invocation.say("nothing to ask about: no post here is judged and not labelled yet")


@queue.command()
def claim(
    ctx: typer.Context, case_id: CaseId, agent: Agent = None, version: Version = None, json: AsJson = False
) -> None:
    """Take a case that nobody has."""
    act_on(ctx, json, lambda desk: desk.claim(case_id, agent_name(agent), version=version))


@queue.command()
def assign(
    ctx: typer.Context,
    case_id: CaseId,
    to: Annotated[str, typer.Argument(help="Who is to have it.")],
    agent: Agent = None,
    version: Version = None,
    json: AsJson = False,
) -> None:
    """Give a case to somebody, whoever has it now."""
    act_on(ctx, json, lambda desk: desk.assign(case_id, to, by=agent_name(agent), version=version))


@queue.command()
def release(
    ctx: typer.Context, case_id: CaseId, agent: Agent = None, version: Version = None, json: AsJson = False
) -> None:
    """Put a case back for anybody to take."""
    act_on(ctx, json, lambda desk: desk.release(case_id, agent_name(agent), version=version))


@queue.command()
def snooze(
    ctx: typer.Context,
    case_id: CaseId,
    until: Annotated[str | None, typer.Option(help="An ISO date or moment, UTC where it names no zone.")] = None,
    for_: Annotated[str | None, typer.Option("--for", help="How long: 30m, 2h, 1d.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Let it sleep on when the customer writes again.")] = False,
    agent: Agent = None,
    version: Version = None,
    json: AsJson = False,
) -> None:
    """Hide a case for a while. Its promises keep running."""
    if (until is None) == (for_ is None):
        raise typer.BadParameter("give either --until or --for", ctx=ctx)
    app = app_of(invocation_of(ctx))
    end: datetime = moment_of(until) if until is not None else moment_after(str(for_), app.clock.now())
    act_on(ctx, json, lambda desk: desk.snooze(case_id, agent_name(agent), until=end, keep=keep, version=version))


@queue.command()
def resolve(
    ctx: typer.Context, case_id: CaseId, agent: Agent = None, version: Version = None, json: AsJson = False
) -> None:
    """Close a case as done."""
    act_on(ctx, json, lambda desk: desk.resolve(case_id, agent_name(agent), version=version))


@queue.command()
def dismiss(
    ctx: typer.Context,
    case_id: CaseId,
    reason: Annotated[str, typer.Option(help="Why it is none: spam, an advertisement…")] = "",
    agent: Agent = None,
    version: Version = None,
    json: AsJson = False,
) -> None:
    """Close a case that is none; it leaves the figures."""
    act_on(ctx, json, lambda desk: desk.dismiss(case_id, agent_name(agent), reason=reason, version=version))


@queue.command()
def reopen(
    ctx: typer.Context, case_id: CaseId, agent: Agent = None, version: Version = None, json: AsJson = False
) -> None:
    """Take back a closing: whoever waited then waits again."""
    act_on(ctx, json, lambda desk: desk.reopen(case_id, agent_name(agent), version=version))


@queue.command()
def note(
    ctx: typer.Context,
    case_id: CaseId,
    words: Annotated[str, typer.Argument(help="What colleagues should know.")],
    agent: Agent = None,
    version: Version = None,
    json: AsJson = False,
) -> None:
    """Write something down for colleagues."""
    act_on(ctx, json, lambda desk: desk.note(case_id, agent_name(agent), words, version=version))


@queue.command()
def label(
    ctx: typer.Context,
    case_id: CaseId,
    kind: Annotated[Kind | None, typer.Option(help="What the first post is.")] = None,
    severity: Annotated[Severity | None, typer.Option(help="How hard it reproaches.")] = None,
    cause: Annotated[list[Cause] | None, typer.Option(help="Why; may be given several times.")] = None,
    sentiment: Annotated[Sentiment | None, typer.Option(help="The author's overall polarity.")] = None,
    stage: Annotated[Stage | None, typer.Option(help="Where in the journey.")] = None,
    churn: Annotated[Churn | None, typer.Option(help="How far gone the customer is.")] = None,
    threat: Annotated[list[Threat] | None, typer.Option(help="What is threatened; may be given several times.")] = None,
    agent: Agent = None,
    version: Version = None,
    json: AsJson = False,
) -> None:
    """Say what the first post of a case really is. It is kept as a training label, and the case follows it."""
    try:
        labels = Labels(
            kind=kind,
            sentiment=sentiment,
            severity=severity,
            causes=tuple(cause) if cause else None,
            stage=stage,
            churn=churn,
            threats=tuple(threat) if threat else None,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error), ctx=ctx) from None
    if not labels.as_dict():
        raise typer.BadParameter("say at least one thing about it: --kind, --severity, --cause …", ctx=ctx)
    act_on(ctx, json, lambda desk: desk.label(case_id, agent_name(agent), labels, version=version))


def act_on(ctx: typer.Context, json: bool, action: "Callable[[Review], Case]") -> None:
    """Do one thing to one case and show how it stands then."""
    invocation = invocation_of(ctx)
    from monitor.cli import showing

    case = action(app_of(invocation).review)
    if json:
        print_json({"case": showing.case_as_dict(case)})
    else:
        invocation.say(showing.case_in_words(case))


def app_of(invocation: Invocation) -> "App":
    from monitor.wiring import App

    app: App = App(invocation.config)
    return app


def agent_name(given: str | None) -> str:
    """Who acts: as typed, else as the environment says, else as logged in."""
    return given or os.environ.get("MONITOR_AGENT") or getpass.getuser()
