"""Commands run in a folder and a home of their own; logging is afterwards as it was before."""

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.cli import app

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in (None, "monitor", "classifiers")]
    before = [(logger.level, logger.handlers[:]) for logger in loggers]
    yield
    for logger, (level, handlers) in zip(loggers, before, strict=True):
        logger.setLevel(level)
        logger.handlers[:] = handlers


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands run in; no variable of the machine says anything about us."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for name in list(os.environ):
        if name.startswith(("MONITOR", "X_", "DATABASE_URL", "CREDENTIALS", "STATE_DIRECTORY", "XDG_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return here


@pytest.fixture
def run(folder: Path) -> Run:
    """Run one command: `run("config", "show")`."""

    def invoke(*arguments: str, **options: object) -> Result:
        return CliRunner().invoke(app, list(arguments), prog_name="complaint-monitor", **options)  # type: ignore[arg-type]

    return invoke
