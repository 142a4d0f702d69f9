"""`queue`, the rest of it: the next case, undo, merging, labels, views, and one deed to many cases."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.invocation import Invocation, invocation_of, print_json
from monitor.cli.moments import moment_after, moment_of
from monitor.cli.queue import Agent, AsJson, CaseId, Search, Version, act_on, agent_name, app_of
from monitor.domain.deeds import Deed, DeedKind
from monitor.domain.search import parse_search

if TYPE_CHECKING:
    from monitor.services.bulk import Done

views = typer.Typer(no_args_is_help=True, help="Saved views: searches under a name.")

Team = Annotated[bool, typer.Option("--team", help="The team's rather than one's own.")]
_REFUSALS_SHOWN = 10


def register(queue: typer.Typer) -> None:
    queue.command("next")(next_case)
    queue.command()(merge)
    queue.command()(tag)
    queue.command()(undo)
    queue.command()(bulk)
    queue.add_typer(views, name="views")


def next_case(
    ctx: typer.Context,
    agent: Agent = None,
    skip: Annotated[list[int] | None, typer.Option(help="Not this case; may be given several times.")] = None,
    take: Annotated[bool, typer.Option("--claim", help="Take it at once.")] = False,
    json: AsJson = False,
) -> None:
    """Get the most urgent case that nobody has; for some minutes no colleague is given the same."""
    invocation = invocation_of(ctx)
    app, name = app_of(invocation), agent_name(agent)
    from monitor.cli import showing

    case = app.review.next_for(name, skip=skip or ())
    if case is not None and take and case.id is not None:
        case = app.review.claim(case.id, name)
    if json:
        print_json({"case": None if case is None else showing.case_as_dict(case)})
    elif case is None:
        invocation.say("nothing is left: every case that waits for us is somebody's")
    else:
        invocation.say(showing.case_in_words(case))


def merge(
    ctx: typer.Context,
    case_id: CaseId,
    into: Annotated[int, typer.Argument(help="The case of the same customer that goes on.")],
    agent: Agent = None,
    version: Version = None,
    json: AsJson = False,
) -> None:
    """Merge one case of a customer into another one, which then waits for the answers to both."""
    act_on(ctx, json, lambda desk: desk.merge(case_id, into, agent_name(agent), version=version))


def tag(
    ctx: typer.Context,
    case_id: CaseId,
    add: Annotated[list[str] | None, typer.Option(help="A label to put on; may be given several times.")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="A label to take off; may be given several times.")] = None,
    agent: Agent = None,
    version: Version = None,
    json: AsJson = False,
) -> None:
    """Put the team's own labels on a case, or take them off; `label:vip` then finds it."""
    if not add and not remove:
        raise typer.BadParameter("say at least one: --add vip, --remove vip", ctx=ctx)
    name = agent_name(agent)
    act_on(ctx, json, lambda desk: desk.tag(case_id, name, add=add or (), remove=remove or (), version=version))


def undo(
    ctx: typer.Context,
    case_id: Annotated[int | None, typer.Argument(help="The case; your own last action without it.")] = None,
    event: Annotated[str | None, typer.Argument(help="The key of the event, as `queue show --json` has it.")] = None,
    bulk: Annotated[str | None, typer.Option(help="All that was done together under this name.")] = None,
    agent: Agent = None,
    json: AsJson = False,
) -> None:
    """Take back an action, however long ago; called again without a case it goes further back."""
    invocation = invocation_of(ctx)
    app, name = app_of(invocation), agent_name(agent)
    if case_id is not None and event is None:
        raise typer.BadParameter("name the event too; `queue show CASE --json` has the keys", ctx=ctx)
    if case_id is not None and event is not None:
        act_on(ctx, json, lambda desk: desk.undo(case_id, event, name))
        return
    done = app.bulk.undo(bulk, name) if bulk is not None else app.bulk.undo_last(name)
    if done is None:
        invocation.say(f"{name} has done nothing that still stands")
        return
    _tell(invocation, done, "taken back", json)


def bulk(
    ctx: typer.Context,
    deed: Annotated[DeedKind, typer.Argument(help="What to do to each of them.")],
    search: Search = None,
    to: Annotated[str | None, typer.Option(help="For assign: who is to have them.")] = None,
    until: Annotated[str | None, typer.Option(help="For snooze: an ISO date or moment.")] = None,
    for_: Annotated[str | None, typer.Option("--for", help="For snooze: how long: 30m, 2h, 1d.")] = None,
    text: Annotated[str, typer.Option(help="For note: the words; for dismiss: the reason.")] = "",
    add: Annotated[list[str] | None, typer.Option(help="For tag: a label to put on.")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="For tag: a label to take off.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this they are only counted.")] = False,
    agent: Agent = None,
    json: AsJson = False,
) -> None:
    """Do one thing to every case that a search finds; `queue undo --bulk` takes all of it back."""
    invocation = invocation_of(ctx)
    app, name = app_of(invocation), agent_name(agent)
    if search is None:
        raise typer.BadParameter("say which: --search 'lang:lv label:storm'; --search is:live is all of them", ctx=ctx)
    wanted = parse_search(search)
    try:
        end, tags = _end(until, for_, app.clock.now()), (tuple(add or ()), tuple(remove or ()))
        each = Deed(deed, to=to, until=end, text=text, add=tags[0], remove=tags[1])
    except ValueError as error:
        raise typer.BadParameter(str(error), ctx=ctx) from None
    count = app.desk.count(wanted, agent=name)
    if yes:
        _tell(invocation, app.bulk.do_all(each, wanted, name, expected=count), deed.value, json)
    elif json:
        print_json({"would": deed.value, "cases": count})
    else:
        invocation.say(f"{count:,} cases; {deed.value} them with --yes")


@views.command("list")
def list_views(ctx: typer.Context, agent: Agent = None, json: AsJson = False) -> None:
    """Show the views and how many cases each has."""
    invocation = invocation_of(ctx)
    found = app_of(invocation).desk.views(agent_name(agent))
    if json:
        named = ("key", "name", "owner", "id", "count", "more")
        rows = [{name: getattr(v, name) for name in named} | {"search": v.search.text()} for v in found]
        print_json({"views": rows})
        return
    for view in found:
        count = f"{view.count:,}{'+' if view.more else ''}"
        number = f" (view {view.id}{', mine' if view.owner else ', the team'})" if view.id is not None else ""
        typer.echo(f"{count:>8}  {view.name}{number}  {view.search.text()}")


@views.command("add")
def add_view(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What to call it.")],
    search: Annotated[str, typer.Argument(help="What it finds: 'lang:lv is:unanswered'.")],
    team: Team = False,
    agent: Agent = None,
) -> None:
    """Save a search under a name."""
    invocation = invocation_of(ctx)
    owner = None if team else agent_name(agent)
    view = app_of(invocation).workplace.save_view(name, parse_search(search), owner=owner)
    invocation.say(f"view {view.id} is saved: {view.name}")


@views.command("remove")
def remove_view(
    ctx: typer.Context,
    view_id: Annotated[int, typer.Argument(help="The number of the view.", metavar="VIEW")],
    team: Team = False,
    agent: Agent = None,
) -> None:
    """Remove a saved view; the cases stay as they are."""
    invocation = invocation_of(ctx)
    app_of(invocation).workplace.remove_view(view_id, owner=None if team else agent_name(agent))
    invocation.say(f"view {view_id} is gone")


def _end(until: str | None, for_: str | None, now: datetime) -> datetime | None:
    if until is not None:
        return moment_of(until)
    return None if for_ is None else moment_after(for_, now)


def _tell(invocation: Invocation, done: "Done", what: str, json: bool) -> None:
    if json:
        refused = [{"case": one.case_id, "reason": one.reason} for one in done.refused]
        print_json(
            {"bulk": done.bulk or None, "done": list(done.done), "untouched": list(done.untouched), "refused": refused}
        )
        return
    invocation.say(f"{what}: {len(done.done):,} cases, {len(done.untouched):,} were so already")
    for one in done.refused[:_REFUSALS_SHOWN]:
        invocation.say(f"not case {one.case_id}: {one.reason}")
    if len(done.refused) > _REFUSALS_SHOWN:
        invocation.say(f"… and {len(done.refused) - _REFUSALS_SHOWN:,} more were refused")
    if done.bulk and done.done:
        invocation.say(f"take it back with: complaint-monitor queue undo --bulk {done.bulk}")
