"""Cases for the pages to show: posts, accounts and verdicts as the pipeline would have left them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from classifiers.contract import Assessment
from monitor.domain.model import Case, Change, Event, EventKind, Post, Status
from monitor.store import assessments, cases, intake
from monitor.wiring import App
from tests.make import NOW, make_account, make_assessment, make_case, make_deadline, make_post, make_targets

BRAND = "nordtel"


def add_case(
    monitor: App,
    *,
    text: str = "@acmebank my card was swallowed and nobody answers",
    handle: str | None = None,
    name: str = "A Customer",
    assessment: Assessment | None = None,
    minutes: int = 30,
    more: tuple[Post, ...] = (),
    **overrides: Any,
) -> Case:
    """An open complaint of somebody new, published `minutes` ago and due in an hour, with the model's verdict.

    It is nordtel's, whose promises run day and night.
    """
    account = make_account(name=name)
    account = account if handle is None else replace(account, handle=handle)
    post = make_post(
        brand=BRAND,
        text=text,
        author_id=account.external_id,
        published_at=NOW - timedelta(minutes=minutes),
        lang=overrides.get("lang", "en"),
    )
    defaults: dict[str, Any] = {
        "brand": BRAND,
        "first_post_id": post.external_id,
        "customer_id": account.external_id,
        "opened_at": post.published_at,
        "targets": make_targets(calendar="always"),
        "deadlines": (make_deadline(started_at=post.published_at, due_at=NOW + timedelta(hours=1)),),
    }
    case = make_case(**{**defaults, **overrides})
    opened = Event(EventKind.OPENED, post.ingested_at, f"opened:{post.external_id}")
    with monitor.database.write() as session:
        intake.save_page(session, accounts=[account], posts=[post, *more])
        kept = intake.post_by_key(session, post.brand, post.platform, post.external_id)
        assert kept is not None
        assert kept.id is not None
        intake.mark_triaged(session, {kept.id: True}, NOW)
        assessments.save_assessments(session, [(kept.id, assessment or make_assessment())], NOW)
        return cases.save_change(session, Change(case, (opened,)))


def case_now(monitor: App, case: Case) -> Case:
    """The case as it is kept."""
    with monitor.database.read() as session:
        found = cases.case_by_id(session, case.id or 0)
    assert found is not None
    return found


def is_open(monitor: App, case: Case) -> bool:
    return case_now(monitor, case).status is Status.OPEN
