"""What we know of the customer of a case: what is open, what there was, how often they came back, whom they told."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.domain.handling import Handlings
from monitor.domain.model import Account, Case, Event, EventKind
from monitor.services.desk_shapes import CustomerHistory, PastCase
from monitor.store import customers, happenings
from monitor.store.db import Session
from monitor.store.intake import posts_by_key

COMPLAINTS_SPAN = timedelta(days=90)
_SHOWN = 20


def history_of(
    session: Session, case: Case, account: Account | None, handlings: Handlings, now: datetime
) -> CustomerHistory:
    """The customer's history besides `case`, and apart from what was merged into it."""
    every = customers.cases_of(session, case.platform, case.customer_id)
    others = [c for c in every if case.id not in (c.id, c.merged_into)]
    open_ones = [c for c in others if c.status.live]
    past = [c for c in others if not c.status.live and c.merged_into is None]
    repeat_since = case.opened_at - handlings.of(case.brand).rules.repeat_window
    return CustomerHistory(
        open=tuple(_past(session, open_ones)),
        past=(*_past(session, past[:_SHOWN]), *_namesakes(session, account)),
        total=customers.count_cases_of(session, case.platform, case.customer_id),
        complaints=sum(c.severity is not None and c.opened_at >= now - COMPLAINTS_SPAN for c in others),
        repeat_contacts=sum(c.brand == case.brand and repeat_since <= c.opened_at < case.opened_at for c in others),
        handoffs=case.handoffs + sum(c.handoffs for c in open_ones),
        told_to=_told_to(session, [case, *open_ones]),
        languages=tuple(dict.fromkeys(c.lang for c in every if c.lang is not None)),
        first_contact_at=min((c.opened_at for c in every), default=None),
        last_contact_at=_last(c.last_customer_at for c in every),
        last_reply_at=_last(c.last_reply_at for c in every),
    )


def holders_in(events: Iterable[Event]) -> list[tuple[datetime, str | None]]:
    """Who held a case from which moment on, as its events tell."""
    found: list[tuple[datetime, str | None]] = []
    for event in events:
        if event.changes is not None and "assignee" in event.changes:
            found.append((event.at, event.changes["assignee"][1]))
        elif event.kind is EventKind.CLAIMED:
            found.append((event.at, event.actor))
        elif event.kind is EventKind.ASSIGNED:
            found.append((event.at, str(event.data["to"])))
        elif event.kind is EventKind.RELEASED:
            found.append((event.at, None))
    return found


def _told_to(session: Session, told: Sequence[Case]) -> tuple[str, ...]:
    events = happenings.events_of_cases(session, [case.id for case in told if case.id is not None])
    held = sorted((at, agent) for each in events.values() for at, agent in holders_in(each) if agent is not None)
    return tuple(dict.fromkeys(agent for _, agent in held))


def _namesakes(session: Session, account: Account | None) -> list[PastCase]:
    if account is None:
        return []
    alike = customers.namesakes(session, account)
    theirs = [c for one in alike for c in customers.cases_of(session, one.platform, one.external_id, limit=5)]
    return [replace(past, certain=False) for past in _past(session, theirs)]


def _past(session: Session, found: Sequence[Case]) -> list[PastCase]:
    keys = {case.id: (case.brand, case.platform, case.first_post_id) for case in found}
    posts = posts_by_key(session, set(keys.values()))
    return [
        PastCase(
            id=case.id,
            brand=case.brand,
            platform=case.platform,
            status=case.status,
            severity=case.severity,
            causes=case.causes,
            opened_at=case.opened_at,
            ended_at=None if case.status.live else case.resolved_at or case.closed_through,
            assignee=case.assignee,
            text=posts[keys[case.id]].text if keys[case.id] in posts else "",
        )
        for case in found
        if case.id is not None
    ]


def _last(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
