"""`agents`: the people of the team from the command line: whoever can run this needs no other rank."""

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.invocation import Invocation, invocation_of, print_json
from monitor.cli.queue import agent_name
from monitor.domain.access import Agent, Rank

if TYPE_CHECKING:
    from monitor.wiring import App

agents = typer.Typer(
    no_args_is_help=True, help="The people of the team: who may log in to the page, and do what there."
)

Name = Annotated[str, typer.Argument(help="The name that the person logs in with.", metavar="NAME")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of sentences.")]


def register(app: typer.Typer) -> None:
    app.add_typer(agents, name="agents", rich_help_panel="Work")


@agents.command()
def add(
    ctx: typer.Context,
    name: Name,
    rank: Annotated[Rank, typer.Option(help="What the person may do.")] = Rank.AGENT,
    display_name: Annotated[str, typer.Option(help="The name that colleagues see; else the login name.")] = "",
    email: Annotated[str | None, typer.Option(help="The e-mail address.")] = None,
    password: Annotated[bool, typer.Option("--password", help="Ask for a password, instead of giving a code.")] = False,
    json: AsJson = False,
) -> None:
    """Add a person, and print the code with which that person chooses a password at /setup."""
    invocation = invocation_of(ctx)
    program = program_of(invocation)
    chosen = _asked() if password else None
    team, by = program.team, agent_name(None)
    if chosen is not None:
        team.check_password(chosen, name, display_name, email)
    added = team.add(name, by=by, rank=rank, display_name=display_name, email=email)
    code = None
    if chosen is not None:
        team.set_password(added.name, chosen, by=by)
    else:
        code = team.invite(added.name, by=by)
    if json:
        print_json({"agent": as_dict(added), "code": code})
    elif code is not None:
        invocation.say(f"{added.name} is in the team; the code, good for three days and once:")
        typer.echo(code)
    else:
        invocation.say(f"{added.name} is in the team and can log in")


@agents.command("list")
def list_agents(ctx: typer.Context, json: AsJson = False) -> None:
    """Show the whole team."""
    invocation = invocation_of(ctx)
    team = program_of(invocation).team
    everybody, able = team.everybody(), team.able_to_log_in()
    if json:
        print_json({"agents": [{**as_dict(agent), "has_password": agent.name in able} for agent in everybody]})
        return
    if not everybody:
        invocation.say("nobody yet; begin with: complaint-monitor agents add NAME --rank admin")
        return
    from rich.table import Table

    table = Table("name", "shown as", "rank", "state", box=None, pad_edge=False)
    for agent in everybody:
        state = "shut out" if agent.disabled_at else "can log in" if agent.name in able else "has no password"
        table.add_row(agent.name, agent.display_name, agent.rank.value, state)
    invocation.console().print(table)


@agents.command()
def rank(
    ctx: typer.Context,
    name: Name,
    rank: Annotated[Rank, typer.Argument(help="What the person may do from now on.")],
) -> None:
    """Change what a person may do, and end the person's sessions."""
    changed = program_of(invocation_of(ctx)).team.set_rank(name, rank, by=agent_name(None))
    invocation_of(ctx).say(f"{changed.name} is {changed.rank.value} now")


@agents.command()
def password(
    ctx: typer.Context,
    name: Name,
    ask: Annotated[bool, typer.Option("--ask", help="Ask for the password here, instead of giving a code.")] = False,
) -> None:
    """Print a code with which a person chooses a new password; or ask for one, and end the person's sessions."""
    invocation = invocation_of(ctx)
    team = program_of(invocation).team
    if ask:
        team.person(name)
        team.set_password(name, _asked(), by=agent_name(None))
        invocation.say(f"{name} has a new password and is logged out everywhere")
        return
    code = team.invite(name, by=agent_name(None))
    invocation.say(f"for {name}, good for three days and once:")
    typer.echo(code)


@agents.command()
def disable(ctx: typer.Context, name: Name) -> None:
    """Shut a person out at once. Cases and events keep the name."""
    program_of(invocation_of(ctx)).team.disable(name, by=agent_name(None))
    invocation_of(ctx).say(f"{name} is shut out")


@agents.command()
def enable(ctx: typer.Context, name: Name) -> None:
    """Let a person in again."""
    program_of(invocation_of(ctx)).team.enable(name, by=agent_name(None))
    invocation_of(ctx).say(f"{name} may log in again")


@agents.command()
def sessions(ctx: typer.Context, name: Name, json: AsJson = False) -> None:
    """Show where a person is logged in."""
    invocation = invocation_of(ctx)
    program = program_of(invocation)
    found = program.access.sessions(program.team.person(name))
    if json:
        fields = ("id", "created_at", "seen_at", "address", "user_agent")
        print_json({"sessions": [{field: getattr(each, field) for field in fields} for each in found]})
        return
    for each in found:
        typer.echo(f"{each.id}  since {each.created_at:%Y-%m-%d %H:%M}Z  last {each.seen_at:%H:%M}Z  {each.address}")
    if not found:
        invocation.say(f"{name} is logged in nowhere")


@agents.command()
def revoke(
    ctx: typer.Context,
    name: Name,
    session: Annotated[int | None, typer.Option(help="Only this session; else all of them.")] = None,
) -> None:
    """End a person's sessions."""
    program = program_of(invocation_of(ctx))
    owner, by = program.team.person(name), agent_name(None)
    if session is not None:
        program.access.revoke(session, owner, by=by)
        invocation_of(ctx).say(f"session {session} of {name} is over")
        return
    ended = program.access.revoke_all(owner, by=by)
    invocation_of(ctx).say(f"{ended} sessions of {name} are over")


def as_dict(agent: Agent) -> dict[str, object]:
    return {
        "name": agent.name,
        "display_name": agent.display_name,
        "email": agent.email,
        "rank": agent.rank.value,
        "disabled_at": agent.disabled_at,
    }


def program_of(invocation: Invocation) -> "App":
    """The program over a database whose tables are those of this version."""
    from monitor.store import migrate
    from monitor.wiring import App

    migrate.upgrade(invocation.config.database_url)
    program: App = App(invocation.config)
    return program


def _asked() -> str:
    """A password, typed twice without being shown."""
    typed: str = typer.prompt("password", hide_input=True, confirmation_prompt=True, err=True)
    return typed
