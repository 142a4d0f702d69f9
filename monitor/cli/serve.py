"""`serve`: the page where the team works. It asks neither the platforms nor the model: `run` does that beside it."""

import webbrowser
from ipaddress import ip_address
from typing import Annotated

import typer

from monitor.cli.invocation import invocation_of
from monitor.errors import MonitorError


class NotYet(MonitorError):
    """The page listens beyond this machine only once there is an administrator."""


def register(app: typer.Typer) -> None:
    app.command("serve", rich_help_panel="Work")(serve)


def serve(
    ctx: typer.Context,
    host: Annotated[str | None, typer.Option(help="The address to listen on; else web.host.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="The port; else web.port. 0 takes one that is free.")
    ] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Serve the page where the team works. SIGTERM or Ctrl-C ends it."""
    invocation = invocation_of(ctx)
    from monitor.config.templates import starters
    from monitor.store import migrate
    from monitor.web import app as web
    from monitor.wiring import App

    config = invocation.config
    program = App(config)
    migrate.upgrade(config.database_url)
    listening = host or config.web.host
    code = program.team.first_code()
    if code is not None:  # a new team: it gets replies to start from, once
        program.replies.offer(starters)
    if code is not None and not on_this_machine(listening):
        remedy = "complaint-monitor agents add NAME --rank admin --password"
        raise NotYet(f"Nobody could log in at {listening}, and the first stranger could take the place: {remedy}")

    def ready(port: int) -> None:
        address = config.web.public_url or f"http://{in_url(listening)}:{port}"
        invocation.say(f"the page is at {address}")
        if code is not None:
            invocation.say(f"there is no administrator yet: open {address}/setup within 15 minutes; the code is {code}")
        elif not on_this_machine(listening) and not address.startswith("https://"):
            invocation.say(
                "passwords travel in the clear here: put a proxy with HTTPS in front, and set web.public_url"
            )
        if open_page:
            webbrowser.open(address if code is None else f"{address}/setup")

    web.serve(program, host=listening, port=config.web.port if port is None else port, ready=ready)


def on_this_machine(host: str) -> bool:
    """Whether only programs on the same machine can reach that address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
