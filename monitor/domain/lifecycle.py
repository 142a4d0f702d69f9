"""What happens to a case, as pure decisions: each takes the case as it is and returns the `Change` to save.

The clocks are never nudged: `settle` derives them from the thread (see `episodes`), so every order of arrival ends in
the same case. What people do to a case is in `actions`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from classifiers.contract import Severity
from monitor.domain.calendar import BusinessCalendar
from monitor.domain.episodes import Episode, episodes
from monitor.domain.model import (
    Case,
    Change,
    Deadline,
    Event,
    EventKind,
    Post,
    Role,
    Status,
    Target,
    Targets,
    Triage,
)
from monitor.domain.sla import advance, start

SEVERITY_ORDER: Mapping[Severity | None, int] = {None: 0} | {s: n for n, s in enumerate(Severity, start=1)}


def open_case(
    post: Post,
    triage: Triage,
    *,
    thread: Sequence[Post],
    targets: Targets,
    calendar: BusinessCalendar,
    now: datetime,
    begins_after: datetime | None = None,
) -> Change:
    """Open a case for a mention that needs one; replies that are in the thread already count at once.

    `thread` holds the stored posts of the conversation, `post` included, with its `needs_answer` set. `begins_after`
    is when an earlier case of the conversation was closed, if there was one.
    """
    case = Case(
        id=None,
        brand=post.brand,
        platform=post.platform,
        conversation_id=post.conversation_id,
        customer_id=post.author_id,
        first_post_id=post.external_id,
        status=Status.OPEN,
        severity=triage.severity,
        risk=triage.risk,
        reasons=triage.reasons,
        targets=targets,
        opened_at=post.published_at,
        opened_ingested_at=post.ingested_at,
        lang=post.lang,
        causes=triage.causes,
        needs_human=triage.needs_human,
        closed_through=begins_after,
        begins_after=begins_after,
    )
    opened = Event(EventKind.OPENED, now, f"opened:{post.external_id}", data={"post": post.external_id})
    replies = [p for p in thread if p.role is Role.REPLY]
    settled = settle(case, thread, news=replies, calendar=calendar, now=now)
    return Change(settled.case, (opened, *settled.events))


def customer_posted(
    case: Case, post: Post, triage: Triage, *, thread: Sequence[Post], calendar: BusinessCalendar, now: datetime
) -> Change:
    """A further mention in the conversation of `case`: it joins the case, and reopens a resolved one when it asks."""
    events: list[Event] = []
    if post.needs_answer:
        if case.status is Status.RESOLVED:
            case = live_again(case)
            events.append(
                Event(EventKind.REOPENED, now, f"reopened:{post.external_id}", data={"post": post.external_id})
            )
        case, escalated = _escalate(case, post, triage, now)
        events += escalated
        if case.status is Status.SNOOZED and not case.keeps_snooze:
            case = replace(case, status=Status.OPEN, snoozed_until=None)
    settled = settle(case, thread, news=[post], calendar=calendar, now=now)
    return Change(settled.case, (*events, *settled.events))


def reply_observed(
    case: Case, replies: Sequence[Post], *, thread: Sequence[Post], calendar: BusinessCalendar, now: datetime
) -> Change:
    """New replies of ours were stored for the conversation of `case`, wherever they were written."""
    return settle(case, thread, news=replies, calendar=calendar, now=now)


def settle(
    case: Case, thread: Sequence[Post], *, news: Sequence[Post], calendar: BusinessCalendar, now: datetime
) -> Change:
    """Derive the clocks of `case` from its thread; `news` are the posts that become events.

    A mention older than the case that also needs an answer moves the start back; posts that an earlier case of the
    conversation closed do not come into it.
    """
    found = [e for e in episodes(thread, closed_through=case.closed_through) if belongs(e, case)]
    if not found:
        return Change(case, _events(case, news, now))
    first = found[0]
    waiting = next((e.post for e in found if e.waiting), None)
    span = [p for p in thread if p.published_at >= first.post.published_at]
    asked = [p for p in span if p.role is Role.MENTION]
    replied = [p for p in span if p.role is Role.REPLY and not p.automated]
    settled = replace(
        case,
        customer_id=first.post.author_id,
        first_post_id=first.post.external_id,
        opened_at=first.post.published_at,
        opened_ingested_at=first.post.ingested_at,
        waiting_since=waiting.published_at if waiting else None,
        waiting_post_id=waiting.external_id if waiting else None,
        first_reply_at=first.reply.published_at if first.reply else None,
        first_reply_ingested_at=first.reply.ingested_at if first.reply else None,
        first_reply_by=first.reply.external_id if first.reply else None,
        last_customer_at=max((p.published_at for p in asked), default=case.last_customer_at),
        last_reply_at=max((p.published_at for p in replied), default=None),
        customer_posts=len(asked),
        brand_replies=len(replied),
    )
    settled = replace(settled, status=standing(settled), deadlines=_deadlines(settled, found, calendar))
    return Change(settled, _events(settled, news, now))


def belongs(episode: Episode, case: Case) -> bool:
    """Whether the wait is this case's, rather than an earlier case's of the same conversation."""
    merged = episode.post.conversation_id != case.conversation_id
    return merged or case.begins_after is None or episode.post.ingested_at > case.begins_after


def standing(case: Case) -> Status:
    """Whose turn it is in a live case: ours when a customer waits."""
    if not case.status.live or case.status is Status.SNOOZED:
        return case.status
    return Status.OPEN if case.waiting_since is not None else Status.WAITING


def _deadlines(case: Case, found: Sequence[Episode], calendar: BusinessCalendar) -> tuple[Deadline, ...]:
    """One promise per wait and one for the resolution; what a promise already said (warned, breached) is kept."""
    known = {(d.target, d.started_at): d for d in case.deadlines}
    made: dict[tuple[Target, datetime], Deadline] = {}
    for number, episode in enumerate(found):
        target = Target.FIRST_RESPONSE if number == 0 else Target.NEXT_RESPONSE
        key = (target, episode.post.published_at)
        deadline = known.get(key) or start(target, targets=case.targets, calendar=calendar, started_at=key[1])
        if deadline is not None and key not in made:
            met = episode.reply.published_at if episode.reply else None
            stopped = (deadline.stopped_at or case.closed_through) if episode.closed else None
            made[key] = replace(deadline, met_at=met, stopped_at=stopped)
    key = (Target.RESOLUTION, case.opened_at)
    resolution = known.get(key) or start(key[0], targets=case.targets, calendar=calendar, started_at=key[1])
    if resolution is not None:
        made[key] = resolution
    return tuple(sorted(made.values(), key=lambda d: (d.started_at, d.target)))


def _events(case: Case, news: Sequence[Post], now: datetime) -> tuple[Event, ...]:
    made: list[Event] = []
    for post in news:
        if post.role is Role.REPLY:
            kind, key = EventKind.REPLY_OBSERVED, f"reply:{post.external_id}"
        elif post.author_id == case.customer_id:
            kind, key = EventKind.CUSTOMER_POSTED, f"post:{post.external_id}"
        else:
            kind, key = EventKind.MERGED, f"post:{post.external_id}"
        made.append(Event(kind, now, key, data={"post": post.external_id}))
    return tuple(made)


def _escalate(case: Case, post: Post, triage: Triage, now: datetime) -> tuple[Case, list[Event]]:
    """A further post can only raise what the case is worth; the reasons shown are those of the gravest post."""
    worse = SEVERITY_ORDER[triage.severity] > SEVERITY_ORDER[case.severity]
    raised = replace(
        case,
        severity=triage.severity if worse else case.severity,
        risk=max(case.risk, triage.risk),
        reasons=triage.reasons if worse or triage.risk > case.risk else case.reasons,
        causes=tuple(dict.fromkeys((*case.causes, *triage.causes))),
        needs_human=case.needs_human or triage.needs_human,
    )
    if not worse:
        return raised, []
    data = {"from": case.severity, "to": triage.severity, "post": post.external_id}
    return raised, [Event(EventKind.ESCALATED, now, f"escalated:{post.external_id}", data=data)]


def live_again(case: Case) -> Case:
    """The case opened once more; its promise to resolve runs on, since the resolution did not hold."""
    deadlines = tuple(
        replace(d, met_at=None, stopped_at=None) if d.target is Target.RESOLUTION else d for d in case.deadlines
    )
    reopened = case.reopened + 1
    return replace(case, status=Status.OPEN, resolved_at=None, reopened=reopened, deadlines=deadlines)


def wake(case: Case, *, now: datetime) -> Change:
    """End a snooze."""
    awake = replace(case, status=Status.OPEN, snoozed_until=None, keeps_snooze=False)
    return Change(replace(awake, status=standing(awake)), (Event(EventKind.WOKE, now, f"woke:{now.isoformat()}"),))


def sweep(case: Case, *, now: datetime) -> Change | None:
    """what time does to a case: warnings, breaches, the end of a snooze, each once; None if nothing."""
    events: list[Event] = []
    deadlines: list[Deadline] = []
    for deadline in case.deadlines:
        advanced = advance(deadline, now)
        deadlines.append(advanced.deadline)
        if advanced.warned or advanced.breached:
            kind = EventKind.BREACHED if advanced.breached else EventKind.WARNED
            key = f"{kind.value}:{deadline.target.value}:{deadline.started_at.isoformat()}"
            data = {"target": deadline.target.value, "due_at": deadline.due_at.isoformat()}
            events.append(Event(kind, now, key, data=data))
    swept = replace(case, deadlines=tuple(deadlines))
    if swept.status is Status.SNOOZED and swept.snoozed_until is not None and swept.snoozed_until <= now:
        woken = wake(swept, now=now)
        return Change(woken.case, (*events, *woken.events))
    return Change(swept, tuple(events)) if events else None
