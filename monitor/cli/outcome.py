"""How a command ends: the exit codes, and the one line on standard error that says why.

A MonitorError never shows a traceback (unless -vv is given); anything else is a mistake of ours and shows one.
"""

import traceback
from enum import IntEnum
from typing import Any

import typer
from typer.core import TyperGroup

from monitor.cli.invocation import Invocation
from monitor.errors import (
    BudgetExhausted,
    ConfigError,
    LostLeadership,
    MonitorError,
    RateLimited,
    SourceError,
    SourceRefused,
    StoreError,
)


class ExitCode(IntEnum):
    """What the shell is told. docs/cli.md repeats this for people."""

    OK = 0
    """Done."""
    ERROR = 1
    """It did not work; the message says why."""
    USAGE = 2
    """The command was not typed correctly."""
    CONFIG = 3
    """The configuration is not valid."""
    AUTH = 4
    """A platform refuses us, or the budget for it is used up."""
    DATABASE = 5
    """The database cannot be used, or its tables are of another version."""
    PARTIAL = 6
    """Done, but some items were rejected; they are named."""
    RETRY = 75
    """Not now: try again later."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C."""


# The first line that fits decides: subclasses stand before their parents.
_CODES: tuple[tuple[type[MonitorError], ExitCode], ...] = (
    (ConfigError, ExitCode.CONFIG),
    (RateLimited, ExitCode.RETRY),
    (SourceRefused, ExitCode.AUTH),
    (BudgetExhausted, ExitCode.AUTH),
    (SourceError, ExitCode.RETRY),
    (LostLeadership, ExitCode.RETRY),
    (StoreError, ExitCode.DATABASE),
)


def code_of(error: MonitorError) -> ExitCode:
    """The exit code that an error of ours ends the program with."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), ExitCode.ERROR)


class Commands(TyperGroup):
    """The top-level command: turns our errors into one line and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except MonitorError as error:
            invocation = ctx.obj if isinstance(ctx.obj, Invocation) else Invocation()
            if invocation.verbosity >= 2:
                traceback.print_exception(error)
            invocation.complain(str(error))
            raise typer.Exit(code_of(error)) from error
