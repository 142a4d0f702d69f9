"""`label` and `export-labels`: a person's answer about a post, and all answers as a file to train on."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor.cli.brands import refuse_unknown
from monitor.cli.invocation import invocation_of, print_json
from monitor.cli.queue import Agent, AsJson, agent_name
from monitor.errors import MonitorError


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Work")(label)
    app.command("export-labels", rich_help_panel="Work")(export_labels)


def label(
    ctx: typer.Context,
    post: Annotated[int, typer.Argument(help="The number of the post, as `queue needs-label` lists it.")],
    words: Annotated[
        list[str], typer.Argument(metavar="LABEL=VALUE...", help="kind=complaint causes=delivery,ignored threats=")
    ],
    agent: Agent = None,
    json: AsJson = False,
) -> None:
    """Say what a post really is. It is kept as a training label; the live case that the post opened follows it.

    complaint-monitor label 4711 kind=complaint severity=accusation causes=delivery,ignored
    """
    invocation = invocation_of(ctx)
    from monitor.cli import showing
    from monitor.domain.labels import labels_of
    from monitor.services.labelling import label_post
    from monitor.wiring import App

    try:
        labels = labels_of(words)
    except ValueError as error:
        raise typer.BadParameter(str(error), ctx=ctx) from None
    program = App(invocation.config)
    ctx.call_on_close(program.database.dispose)
    done = label_post(program.database, program.clock, post, agent_name(agent), labels)
    if json:
        case = showing.case_as_dict(done.case) if done.case else None
        print_json({"post": post, "labels": labels.as_dict(), "case": case})
        return
    follows = showing.case_in_words(done.case) if done.case else "no live case was opened by this post"
    invocation.say(f"kept; {follows}")


def export_labels(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="JSON lines to write; a file there is replaced.")],
    brand: Annotated[str | None, typer.Option("--brand", "-b", help="Only this brand.")] = None,
    include_disputed: Annotated[
        bool, typer.Option("--include-disputed", help="Posts on which people disagree too, by the newest word.")
    ] = False,
) -> None:
    """Write what people said about posts as rows to train on. The file holds customers' words: treat it so.

    complaint-monitor export-labels labels.jsonl
    """
    invocation = invocation_of(ctx)
    from classifiers.preprocess import normalise
    from monitor.services.labelling import Exported, training_rows
    from monitor.wiring import App

    program = App(invocation.config)
    ctx.call_on_close(program.database.dispose)
    refuse_unknown(program, [brand] if brand else [])
    counts = Exported()
    _write(
        file,
        training_rows(
            program.database, counts, normalise=normalise, brand=brand, include_disputed=include_disputed
        ),
    )  # fmt: skip
    fate = "included, by the newest word" if include_disputed else "left out; --include-disputed takes them"
    invocation.say(f"{counts.rows:,} labelled posts written to {file}")
    if counts.disputed:
        invocation.say(f"{counts.disputed:,} posts on which people disagree were {fate}")
    if counts.erased:
        invocation.say(f"{counts.erased:,} posts without any text (erased, or pictures alone) were left out")


def _write(file: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write to a file beside it first, so that the name never holds half an export; only the owner may read it."""
    beside = file.with_name(file.name + ".part")
    try:
        beside.unlink(missing_ok=True)
        beside.touch(mode=0o600)
        with beside.open("w", encoding="utf-8") as lines:
            for row in rows:
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
        beside.replace(file)
    except OSError as error:
        raise MonitorError(f"{file} cannot be written ({error.strerror}): give another place") from error
    finally:
        beside.unlink(missing_ok=True)
