"""`tokens`: keys for programs that use the page's interface."""

from datetime import timedelta
from typing import Annotated

import typer

from monitor.cli.agents import AsJson, program_of
from monitor.cli.invocation import invocation_of, print_json
from monitor.cli.queue import agent_name
from monitor.domain.access import Agent, Scope, Token

tokens = typer.Typer(no_args_is_help=True, help="Keys for programs that use the page's interface.")


def register(app: typer.Typer) -> None:
    app.add_typer(tokens, name="tokens", rich_help_panel="Work")


@tokens.command()
def create(
    ctx: typer.Context,
    owner: Annotated[str, typer.Argument(help="Whose rank the token has, and no more.", metavar="AGENT")],
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[list[Scope] | None, typer.Option(help="How far it reaches; may be given several times.")] = None,
    days: Annotated[int, typer.Option(min=0, max=3650, help="Good for so many days; 0: for ever.")] = 90,
    json: AsJson = False,
) -> None:
    """Make a token and print it, this once. Without --scope it may only read."""
    program = program_of(invocation_of(ctx))
    lasts = timedelta(days=days) if days else None
    scopes = frozenset(scope or (Scope.READ,))
    person = program.team.person(owner)
    key, token = program.tokens.create(person, name, scopes, lasts=lasts, by=agent_name(None))
    if json:
        print_json({"token": as_dict(token, person), "key": key})
        return
    invocation_of(ctx).say("copy it now, it is not shown again:")
    typer.echo(key)


@tokens.command("list")
def list_tokens(
    ctx: typer.Context,
    owner: Annotated[str | None, typer.Option("--of", help="Only this person's.")] = None,
    json: AsJson = False,
) -> None:
    """Show the tokens that were not revoked."""
    program = program_of(invocation_of(ctx))
    found = program.tokens.listed(None if owner is None else program.team.person(owner))
    if json:
        print_json({"tokens": [as_dict(token, person) for token, person in found]})
        return
    for token, person in found:
        ends = f"until {token.expires_at:%Y-%m-%d}" if token.expires_at else "for ever"
        typer.echo(f"{token.id}  {person.name}  {token.name}  {token.prefix}…  {' '.join(token.scopes)}  {ends}")
    if not found:
        invocation_of(ctx).say("there is no token")


@tokens.command()
def revoke(ctx: typer.Context, token: Annotated[int, typer.Argument(help="The number of the token.")]) -> None:
    """Take a token away: it counts for nothing from now on."""
    program_of(invocation_of(ctx)).tokens.revoke(token, by=None, name=agent_name(None))
    invocation_of(ctx).say(f"token {token} is worth nothing now")


def as_dict(token: Token, owner: Agent) -> dict[str, object]:
    fields = ("id", "name", "prefix", "created_at", "expires_at", "used_at")
    return {
        **{field: getattr(token, field) for field in fields},
        "owner": owner.name,
        "scopes": [scope.value for scope in token.scopes],
    }
