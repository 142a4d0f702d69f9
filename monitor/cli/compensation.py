"""`compensation`: what was asked for to make good, and what a lead decides about it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.invocation import invocation_of, print_json
from monitor.cli.queue import agent_name
from monitor.domain.access import Agent as Person
from monitor.domain.access import Rank
from monitor.domain.compensation import Compensation, State

if TYPE_CHECKING:
    from monitor.services.compensations import Compensations

compensation = typer.Typer(no_args_is_help=True, help="What is given to make good, and who may grant it.")

Number = Annotated[int, typer.Argument(help="The number of the entry, as the list shows it.", metavar="NUMBER")]
Agent = Annotated[
    str | None, typer.Option("--as", help="Who acts; $MONITOR_AGENT, else the name that you are logged in under.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")]


def register(app: typer.Typer) -> None:
    app.add_typer(compensation, name="compensation", rich_help_panel="Work")


@compensation.command("list")
def list_entries(
    ctx: typer.Context,
    state: Annotated[State, typer.Option(help="Only entries in this state.")] = State.REQUESTED,
    everything: Annotated[bool, typer.Option("--all", help="Entries in any state.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 100,
    json: AsJson = False,
) -> None:
    """Show what waits for a decision, the oldest first."""
    invocation = invocation_of(ctx)
    found = _service(ctx).listed(None if everything else state, limit=limit)
    if json:
        print_json({"compensations": [as_dict(one) for one in found]})
        return
    if not found:
        invocation.say("nothing here" if everything else f"nothing is {state.value}")
        return
    from rich.markup import escape
    from rich.table import Table

    table = Table("number", "case", "what", "amount", "asked by", "state", "for", box=None, pad_edge=False)
    for one in found:
        said = f"{one.state.value} by {one.decided_by}" if one.decided_by else one.state.value
        columns = (str(one.id), str(one.case_id), one.kind.value, str(one.amount), one.requested_by, said, one.reason)
        table.add_row(*map(escape, columns))
    invocation.console().print(table)
    if not everything and state is State.REQUESTED:
        invocation.say("decide with: complaint-monitor compensation decide NUMBER --grant")


@compensation.command()
def decide(
    ctx: typer.Context,
    number: Number,
    grant: Annotated[bool, typer.Option("--grant/--refuse", help="Grant it, or refuse it.")],
    note: Annotated[str, typer.Option(help="A word to the agent; a refusal needs one.")] = "",
    agent: Agent = None,
    json: AsJson = False,
) -> None:
    """Grant or refuse what was asked for. Nobody decides their own request."""
    decided = _service(ctx).decide(number, _person(ctx, agent), grant=grant, note=note)
    _tell(ctx, decided, json)


@compensation.command()
def paid(ctx: typer.Context, number: Number, agent: Agent = None, json: AsJson = False) -> None:
    """Say that the customer has what was granted."""
    _tell(ctx, _service(ctx).pay(number, _person(ctx, agent)), json)


def as_dict(one: Compensation) -> dict[str, Any]:
    """One entry for `--json`; the amount in minor units (cents)."""
    return {
        "number": one.id,
        "case": one.case_id,
        "kind": one.kind,
        "amount": one.amount.minor,
        "currency": one.amount.currency,
        "reason": one.reason,
        "state": one.state,
        "requested_by": one.requested_by,
        "requested_at": one.requested_at.isoformat(),
        "decided_by": one.decided_by,
        "decided_at": one.decided_at.isoformat() if one.decided_at else None,
        "paid_at": one.paid_at.isoformat() if one.paid_at else None,
        "note": one.note,
    }


def _tell(ctx: typer.Context, one: Compensation, json: bool) -> None:
    if json:
        print_json({"compensation": as_dict(one)})
    else:
        invocation_of(ctx).say(f"{one.kind.value} of {one.amount} for case {one.case_id} is {one.state.value}")


def _service(ctx: typer.Context) -> "Compensations":
    from monitor.wiring import App

    program: App = App(invocation_of(ctx).config)
    ctx.call_on_close(program.database.dispose)
    return program.compensations


def _person(ctx: typer.Context, agent: str | None) -> Person:
    """The person of that name with that person's rank; whoever is in no team acts as an administrator."""
    from monitor.wiring import App

    name = agent_name(agent)
    team = App(invocation_of(ctx).config).team
    known = next((one for one in team.everybody() if one.name == name), None)
    return known or Person(None, name, name, None, Rank.ADMIN)
