"""`python -m tests.soak.api`: requests of every kind, good and bad, to every operation of the interface; then count.

They are made from its own description (schemathesis), in this process, against a small queue on SQLite or, with
`--postgresql`, on PostgreSQL. No answer may be a failure of ours (5xx), and each must be as described: its status, its
media type, its headers and its shape. Seeded: the same seed and count make the same requests.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from fastapi import FastAPI
from schemathesis.config import (
    ChecksConfig,
    CoveragePhaseConfig,
    ExamplesPhaseConfig,
    FuzzingPhaseConfig,
    GenerationConfig,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
    StatefulPhaseConfig,
)
from schemathesis.engine import events, from_schema

from classifiers.contract import Kind, Severity
from monitor.config import load
from monitor.domain.access import Rank, Scope
from monitor.domain.search import LONGEST_TEXT, SearchError, parse_search
from monitor.store import migrate
from monitor.web.api.openapi import ROOT
from monitor.web.api.paging import LONGEST_CURSOR, cursor
from monitor.web.api.requests import Labels
from monitor.web.app import create_app
from monitor.wiring import App
from tests.conftest import POSTGRES_URL, created_database
from tests.fakes import FakeClock, FakeHasher
from tests.make import NOW
from tests.web.scene import add_case

CASES = 12
PATIENCE_S = 600
"""A busy machine is no failure of an answer."""
CONFIG = Path(__file__).parents[2] / "config.yaml"


@dataclass
class Verdict:
    """How many requests there were, what they were answered with, and what was wrong with answers."""

    requests: int = 0
    operations: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def server_errors(self) -> int:
        return sum(count for status, count in self.statuses.items() if status >= 500)


def explore(
    site: FastAPI, key: str, *, examples: int, seed: int = 1, thorough: bool = False, only: str | None = None
) -> Verdict:
    """Ask every operation (or the one named `only`) `examples` times, with the token `key`.

    `thorough` also walks every corner of each shape: its limits, and each way to break it.
    """
    schema = schemathesis.openapi.from_asgi(
        f"{ROOT}/openapi.json",
        site,
        config=_config(key, examples, seed, thorough),
        headers=_headers(key),
        timeout=PATIENCE_S,
    )
    schema.hook("map_case")(_aimed)
    if only is not None:
        schema = schema.include(operation_id=only)
    verdict = Verdict()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _count(event, verdict)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            verdict.wrong.append(str(event))
    return verdict


def _headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Host": "127.0.0.1"}


def _config(key: str, examples: int, seed: int, thorough: bool) -> SchemathesisConfig:
    return SchemathesisConfig(
        seed=seed,
        projects=ProjectsConfig(
            default=ProjectConfig(
                headers=_headers(key),
                request_timeout=PATIENCE_S,
                base_url="http://127.0.0.1" + ROOT,
                checks=_checks(),
                generation=GenerationConfig(max_examples=examples, deterministic=True, no_shrink=True),
                phases=PhasesConfig(
                    examples=ExamplesPhaseConfig(enabled=True),
                    coverage=CoveragePhaseConfig(enabled=thorough),
                    fuzzing=FuzzingPhaseConfig(enabled=True),
                    stateful=StatefulPhaseConfig(enabled=False),
                ),
            )
        ),
    )


def _checks() -> ChecksConfig:
    """A good request may also meet another version of the case than it says."""
    accepted = ["2xx", "304", "403", "404", "409", "412", "428", "429"]
    return ChecksConfig.from_dict(
        {
            "positive_data_acceptance": {"expected-statuses": accepted},
            "missing_required_header": {"expected-statuses": ["401", "422", "428"]},
        }
    )


def _aimed(_context: Any, case: Any) -> Any:
    """Let most requests be about something that is there, and mean something where only the meaning was wrong."""
    for name, number in case.path_parameters.items():
        if number in (None, "null"):  # the id of a built-in view, taken from an answer
            case.path_parameters[name] = 1
        elif name in ("case_id", "post_id") and isinstance(number, int) and number % 4:
            case.path_parameters[name] = 1 + number % CASES
    if len(str(case.headers.get("If-Match", ""))) % 2:
        case.headers["If-Match"] = "*"
    if case.headers.get("Idempotency-Key"):  # under a key of another note it would be refused
        case.headers["Idempotency-Key"] = f"{len(str(case.body))} {case.body!r:.100}".encode().hex()[:200]
    for sent in (case.query, case.body):
        if isinstance(sent, dict):
            _mended(sent)
    return case


def _mended(sent: dict[str, Any]) -> None:
    """A shape cannot say what a search is, what a cursor is, or that only complaints have a severity."""
    q, after = sent.get("q"), sent.get("after")
    if isinstance(q, str) and len(q) <= LONGEST_TEXT and not _is_search(q):
        sent["q"] = "lang:lv,en -is:snoozed"
    if isinstance(after, str) and len(after) <= LONGEST_CURSOR:
        sent["after"] = cursor("1.0.1")
    if sent and sent.keys() <= Labels.model_fields.keys() and not any(value is not None for value in sent.values()):
        sent["kind"] = Kind.COMPLAINT.value
    if sent.get("severity") in list(Severity) and sent.get("kind") in list(Kind):
        sent["kind"] = Kind.COMPLAINT.value


def _is_search(text: str) -> bool:
    try:
        parse_search(text)
    except SearchError:
        return False
    return True


def _count(event: Any, verdict: Verdict) -> None:
    for interaction in event.recorder.interactions.values():
        verdict.requests += 1
        if interaction.response is not None:
            verdict.statuses[interaction.response.status_code] += 1
    verdict.operations.add(event.label)
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                asked = event.recorder.cases[case_id].value
                interaction = event.recorder.interactions.get(case_id)
                answered = interaction.response.status_code if interaction and interaction.response else "nothing"
                found = f"{check.name}: {check.failure_info.failure.title} {check.failure_info.failure.message}"
                sent = f"{asked.query!r:.200} {asked.body!r:.300}"
                verdict.wrong.append(f"{asked.method} {asked.formatted_path} · {found} · {answered} to {sent}")


@contextmanager
def queue(url: str) -> Iterator[tuple[FastAPI, str]]:
    """The page over a small queue in that database, and a token that may do everything."""
    migrate.upgrade(url)
    with tempfile.TemporaryDirectory() as home:
        settings = {"HOME": home, "MONITOR__DATABASE__URL": url, "MONITOR__WEB__API_PER_MINUTE": "1000000000"}
        app = App(load(CONFIG, settings), FakeClock(NOW))
        app.hasher = FakeHasher()  # type: ignore[assignment]
        root = app.team.add("root", by="root", rank=Rank.ADMIN)
        app.team.add("petar", by="root")
        key, _ = app.tokens.create(root, "soak", frozenset(Scope), by="root")
        for _ in range(CASES):
            add_case(app)
        try:
            yield create_app(app), key
        finally:
            app.database.dispose()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--examples", type=int, default=500, help="requests to each operation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="one operation, by its name")
    parser.add_argument("--postgresql", action="store_true", help=f"on {POSTGRES_URL}")
    options = parser.parse_args(arguments)
    with _database(postgresql=options.postgresql) as url, queue(url) as (site, key):
        verdict = explore(site, key, examples=options.examples, seed=options.seed, thorough=True, only=options.only)
    for wrong, count in Counter(verdict.wrong).most_common():
        sys.stderr.write(f"{count} x {wrong}\n")
    statuses = ", ".join(f"{count} x {status}" for status, count in sorted(verdict.statuses.items()))
    sys.stdout.write(
        f"{verdict.requests} requests to {len(verdict.operations)} operations: {statuses}\n"
        f"{verdict.server_errors} failures of ours, {len(verdict.wrong)} answers that are not as described\n"
    )
    return 1 if verdict.wrong or verdict.server_errors or not verdict.requests else 0


@contextmanager
def _database(*, postgresql: bool) -> Iterator[str]:
    if postgresql:
        with created_database(POSTGRES_URL, f"monitor_soak_{os.getpid()}") as url:
            yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/monitor.db"


if __name__ == "__main__":
    sys.exit(main())
