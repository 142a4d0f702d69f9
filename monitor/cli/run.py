"""`run` and `ingest-once`: the daemon, and one round of its work by hand."""

import os
import sys
from typing import Annotated

import typer

from monitor.cli.invocation import invocation_of, print_json
from monitor.cli.outcome import ExitCode, code_of


def register(app: typer.Typer) -> None:
    app.command("run", rich_help_panel="Work")(run)
    app.command("ingest-once", rich_help_panel="Work")(ingest_once)


def run(ctx: typer.Context) -> None:
    """Run the daemon: poll, classify, watch deadlines, take follower snapshots. SIGTERM or Ctrl-C ends it in order."""
    invocation = invocation_of(ctx)
    from monitor.daemon import Daemon
    from monitor.services.leadership import Leadership
    from monitor.store import migrate
    from monitor.wiring import App

    config = invocation.config
    program = App(config)
    migrate.upgrade(config.database_url)
    if program.x is None:
        invocation.say(
            "X is off: it has no credentials, or is switched off. Only posts that are here already are worked on."
        )
    leadership = Leadership(program.database, program.clock, ttl=config.daemon.lease)
    daemon = Daemon(program.clock, leadership, (), stop_within=config.daemon.stop_within)
    daemon.jobs = program.jobs(daemon.stopping.is_set)
    daemon.obey_signals()
    ended = daemon.run()
    if not ended:
        # A thread still waits for the network; leaving the interpreter in order would wait for it.
        sys.stderr.flush()
        os._exit(ExitCode.OK)


def ingest_once(
    ctx: typer.Context,
    assess: Annotated[bool, typer.Option(help="Also classify what came in and open cases.")] = True,
    json: Annotated[bool, typer.Option("--json", help="One JSON object instead of sentences.")] = False,
) -> None:
    """Poll every stream once and classify what came in. Fails with the code of the first stream that failed."""
    invocation = invocation_of(ctx)
    from monitor.errors import ConfigError, SourceError
    from monitor.store import migrate
    from monitor.wiring import App

    program = App(invocation.config)
    if program.x is None:
        raise ConfigError("X is off: set X_BEARER_TOKEN (see docs/x.md), or write sources.x.enabled: true and see why.")
    migrate.upgrade(invocation.config.database_url)
    polled: list[dict[str, object]] = []
    failed: SourceError | None = None
    for stream in program.x.streams():
        try:
            brought = program.ingest(stream)
            polled.append(
                {"stream": stream.name, "new": brought.new, "seen": brought.seen, "rejected": brought.rejected}
            )
        except SourceError as error:
            failed = failed or error
            polled.append({"stream": stream.name, "error": str(error)})
        invocation.say(_words(polled[-1]))
    judged = program.assess() if assess else None
    if judged is not None:
        invocation.say(
            f"classified {judged.posts} posts: {judged.opened} cases opened, {judged.joined} posts joined one"
        )
    if json:
        cases = None if judged is None else {"posts": judged.posts, "opened": judged.opened, "joined": judged.joined}
        print_json({"streams": polled, "assessed": cases})
    if failed is not None:
        raise typer.Exit(code_of(failed))


def _words(polled: dict[str, object]) -> str:
    if "error" in polled:
        return f"{polled['stream']}: {polled['error']}"
    return f"{polled['stream']}: {polled['new']} new, {polled['seen']} seen before, {polled['rejected']} rejected"
