"""`doctor`: the check-up, for people and, with --json, for bug reports and monitoring."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.invocation import Invocation, invocation_of, print_json
from monitor.cli.outcome import ExitCode
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from monitor.doctor import Finding

_COLORS = {"ok": "green", "warn": "yellow", "fail": "red"}


def register(app: typer.Typer) -> None:
    app.command(rich_help_panel="Set up")(doctor)


def doctor(
    ctx: typer.Context,
    offline: Annotated[bool, typer.Option("--offline", help="Leave out what needs the network.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, without secrets.")] = False,
) -> None:
    """Check everything that the program needs, and say what to do about what is missing. It changes nothing.

    Asking X costs one account read per brand; --offline asks nobody.
    """
    invocation = invocation_of(ctx)
    findings = list(_examine(invocation, offline=offline, talk=not as_json))
    worst = max((finding["status"] for finding in findings), key=list(_COLORS).index)
    if as_json:
        print_json({"status": worst, "findings": findings})
    if worst == "fail":
        raise typer.Exit(ExitCode.ERROR)


def _examine(invocation: Invocation, *, offline: bool, talk: bool) -> list[dict[str, Any]]:
    """The findings as plain values; each is shown as it is made, because some take seconds."""
    from monitor import doctor
    from monitor.clock import SystemClock

    findings = []
    try:
        config = invocation.config
    except ConfigError as error:
        made = iter([doctor.fail("config", str(error), "complaint-monitor config validate shows it again")])
    else:
        made = doctor.examine(config, clock=SystemClock(), offline=offline)
    for finding in made:
        findings.append(
            {
                "check": finding.check,
                "status": finding.status.value,
                "words": finding.words,
                "remedy": finding.remedy,
            }
        )
        if talk:
            _print(invocation, finding)
    return findings


def _print(invocation: Invocation, finding: "Finding") -> None:
    label = f"{finding.status.value.upper():<4}"
    if invocation.color:
        label = typer.style(label, fg=_COLORS[finding.status.value], bold=True)
    remedy = f"\n       {finding.remedy}" if finding.remedy else ""
    typer.echo(f"{label}  {finding.check}: {finding.words}{remedy}")
