"""`queue check-reply`: what is good and what is missing in a reply, before anybody sends it."""

import sys
from typing import Annotated

import typer

from monitor.cli.invocation import invocation_of, print_json
from monitor.cli.queue import AsJson, CaseId, queue
from monitor.domain.reply_check import Level

_SIGNS = {Level.SERIOUS: "✖", Level.MISSING: "⚠", Level.HINT: "·"}


def register(_app: typer.Typer) -> None:
    """The command belongs to the group `queue`, which is registered by its own module."""


@queue.command("check-reply")
def check_reply(
    ctx: typer.Context,
    case_id: CaseId,
    text: Annotated[str, typer.Option(help="The reply; - reads it from standard input.")],
    lang: Annotated[str | None, typer.Option(help="Its language (ISO 639-1); else the case's.")] = None,
    json: AsJson = False,
) -> None:
    """Check a reply: does it own the fault, apologise, name the issue, blame the customer? Only warnings."""
    invocation = invocation_of(ctx)
    from monitor.domain.reply_remarks import sentence
    from monitor.wiring import App

    program = App(invocation.config)
    ctx.call_on_close(program.database.dispose)
    draft = sys.stdin.read() if text == "-" else text
    checked = program.replies.check(case_id, draft, lang)
    if json:
        remarks = [
            {"code": w.code, "level": w.level, "place": w.place, "words": dict(w.words), "sentence": sentence(w)}
            for w in checked.warnings
        ]
        length = {"count": checked.length.count, "most": checked.length.most}
        print_json({"warnings": remarks, "length": length, "win_back": checked.proposed, "price": checked.price})
        return
    for warning in checked.warnings:
        typer.echo(f"{_SIGNS[warning.level]} {sentence(warning)}")
    most = f" of {checked.length.most}" if checked.length.most is not None else ""
    steps = ", ".join(step.value.replace("_", " ") for step in checked.proposed) or "no step of a win-back"
    invocation.say(f"{checked.length.count}{most} characters; it does: {steps}")
