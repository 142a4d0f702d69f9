"""`templates`: the replies to start from, the team's and one's own; in and out as YAML."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.invocation import Invocation, invocation_of, print_json
from monitor.cli.moments import duration_of
from monitor.cli.queue import agent_name
from monitor.domain.access import Agent as Person
from monitor.domain.access import Rank
from monitor.domain.reply_template import Actions, Template, TemplateError, Then
from monitor.errors import MonitorError, NotFound

if TYPE_CHECKING:
    from monitor.wiring import App

templates = typer.Typer(no_args_is_help=True, help="Replies to start from, with blanks that a person fills.")

Name = Annotated[str, typer.Argument(help="What one types after / in the composer.", metavar="NAME")]
Mine = Annotated[bool, typer.Option("--mine", help="One's own instead of the team's.")]
Agent = Annotated[
    str | None, typer.Option("--as", help="Who acts; $MONITOR_AGENT, else the name that you are logged in under.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of sentences.")]
Texts = Annotated[
    list[str] | None,
    typer.Option("--text", help="A text, as en=Hello {{customer}}, {{?issue}}; may be given several times."),
]
Title = Annotated[str | None, typer.Option(help="A line that says when to use it.")]
Brand = Annotated[str | None, typer.Option("--brand", "-b", help="Only for this brand.")]
Tags = Annotated[
    list[str] | None, typer.Option("--tag", help="A label that the macro adds; may be given several times.")
]
Assign = Annotated[str | None, typer.Option(help="Who gets the case: me, or the name of an agent.")]
Does = Annotated[Then | None, typer.Option("--then", help="What happens to the case then.")]
SnoozeFor = Annotated[str | None, typer.Option(help="How long the case sleeps: 2h, 1d.")]


def register(app: typer.Typer) -> None:
    app.add_typer(templates, name="templates", rich_help_panel="Work")


@templates.command("list")
def list_templates(ctx: typer.Context, agent: Agent = None, json: AsJson = False) -> None:
    """Show the team's templates and one's own."""
    invocation = invocation_of(ctx)
    from monitor.config.templates import as_dict

    found = program_of(ctx, invocation).replies.all_templates(_whoever(agent))
    if json:
        print_json({"templates": [{**as_dict(one), "owner": one.owner} for one in found]})
        return
    if not found:
        invocation.say("no template yet; begin with: complaint-monitor templates starters")
        return
    from rich.table import Table

    table = Table("name", "whose", "languages", "does", "when to use it", box=None, pad_edge=False)
    for one in found:
        does = [*one.actions.tags, *([f"→ {one.actions.assign}"] if one.actions.assign else [])]
        does += [] if one.actions.then is Then.NOTHING else [one.actions.then.value]
        table.add_row(f"/{one.name}", one.owner or "team", " ".join(sorted(one.bodies)), " ".join(does), one.title)
    invocation.console().print(table)


@templates.command()
def add(
    ctx: typer.Context,
    name: Name,
    text: Texts = None,
    title: Title = None,
    brand: Brand = None,
    tag: Tags = None,
    assign: Assign = None,
    then: Does = None,
    snooze_for: SnoozeFor = None,
    mine: Mine = False,
    agent: Agent = None,
) -> None:
    """Add a template; with --tag, --assign or --then it is a macro.

    complaint-monitor templates add late --text 'en={{customer}}, {{?what happened}}. I am sorry.' --tag delivery
    """
    invocation = invocation_of(ctx)
    actions = Actions(tuple(tag or ()), assign, then or Then.NOTHING, _span(snooze_for))
    new = Template(name, _texts(text), title or "", agent_name(agent) if mine else None, brand, actions)
    kept = program_of(ctx, invocation).replies.save(new, _whoever(agent))
    invocation.say(f"/{kept.name} is kept")


@templates.command()
def edit(
    ctx: typer.Context,
    name: Name,
    text: Texts = None,
    title: Title = None,
    brand: Brand = None,
    tag: Tags = None,
    assign: Assign = None,
    then: Does = None,
    snooze_for: SnoozeFor = None,
    mine: Mine = False,
    agent: Agent = None,
) -> None:
    """Change what is given of a template; an empty text takes a language out of it."""
    from dataclasses import replace

    invocation = invocation_of(ctx)
    replies = program_of(ctx, invocation).replies
    known = _named(replies.all_templates(_whoever(agent)), name, agent_name(agent) if mine else None)
    bodies = {lang: body for lang, body in {**known.bodies, **_texts(text)}.items() if body}
    actions = replace(
        known.actions,
        tags=known.actions.tags if tag is None else tuple(tag),
        assign=known.actions.assign if assign is None else assign or None,
        then=known.actions.then if then is None else then,
        snooze_for=known.actions.snooze_for if snooze_for is None else _span(snooze_for),
    )
    changed = replace(
        known,
        bodies=bodies,
        actions=actions,
        title=known.title if title is None else title,
        brand=known.brand if brand is None else brand or None,
    )
    replies.save(changed, _whoever(agent))
    invocation.say(f"/{name} is changed")


@templates.command()
def remove(ctx: typer.Context, name: Name, mine: Mine = False, agent: Agent = None) -> None:
    """Remove a template."""
    invocation = invocation_of(ctx)
    replies = program_of(ctx, invocation).replies
    found = _named(replies.all_templates(_whoever(agent)), name, agent_name(agent) if mine else None)
    assert found.id is not None
    replies.remove(found.id, _whoever(agent))
    invocation.say(f"/{name} is removed")


@templates.command("export")
def export_templates(ctx: typer.Context, mine: Mine = False, agent: Agent = None) -> None:
    """Write the team's templates, or one's own, as YAML on standard output."""
    invocation = invocation_of(ctx)
    from monitor.config.templates import written

    owner = agent_name(agent) if mine else None
    found = program_of(ctx, invocation).replies.all_templates(_whoever(agent))
    typer.echo(written(one for one in found if one.owner == owner), nl=False)


@templates.command("import")
def import_templates(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="YAML or JSON, as `templates export` writes it; - is standard input.")],
    mine: Mine = False,
    agent: Agent = None,
) -> None:
    """Read templates from a file; one of the same name is replaced. All of them, or none if one is wrong."""
    invocation = invocation_of(ctx)
    from monitor.config.templates import parse_templates

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MonitorError(
            f"{file} cannot be read: {getattr(error, 'strerror', None) or 'this is not UTF-8'}"
        ) from None
    wanted = parse_templates(text, file.name, owner=agent_name(agent) if mine else None)
    count = program_of(ctx, invocation).replies.put(wanted, by=agent_name(agent))
    invocation.say(f"{count} templates are kept")


@templates.command()
def starters(ctx: typer.Context) -> None:
    """Give a team that has no template yet a set to start from, in four languages."""
    invocation = invocation_of(ctx)
    from monitor.config.templates import starters as shipped

    count = program_of(ctx, invocation).replies.offer(shipped)
    invocation.say(f"{count} templates are there now" if count else "there are templates already; nothing was changed")


def program_of(ctx: typer.Context, invocation: Invocation) -> "App":
    from monitor.wiring import App

    program: App = App(invocation.config)
    ctx.call_on_close(program.database.dispose)
    return program


def _whoever(agent: str | None) -> Person:
    """Whoever can run a command here could write to the database as well: they act with every right."""
    name = agent_name(agent)
    return Person(None, name, name, None, Rank.ADMIN)


def _named(found: Sequence[Template], name: str, owner: str | None) -> Template:
    for one in found:
        if one.name == name.removeprefix("/") and one.owner == owner:
            return one
    raise NotFound(f"There is no template /{name.removeprefix('/')} {'of yours' if owner else 'of the team'}.")


def _texts(given: list[str] | None) -> dict[str, str]:
    texts = {}
    for one in given or ():
        lang, equals, text = one.partition("=")
        if not equals:
            raise TemplateError(f'"{one}" names no language: write --text "en={one}"')
        texts[lang.strip()] = text.strip()
    return texts


def _span(typed: str | None) -> timedelta | None:
    return None if typed is None else duration_of(typed)
