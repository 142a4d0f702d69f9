"""Two cases of one customer become one: the posts of both are then one thread, and its waits are one case's waits."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.domain.actions import acted
from monitor.domain.calendar import BusinessCalendar
from monitor.domain.lifecycle import SEVERITY_ORDER, settle
from monitor.domain.model import Case, Change, EventKind, Post, Status
from monitor.errors import NotAllowed


def merge(
    source: Case, target: Case, *, thread: Sequence[Post], calendar: BusinessCalendar, by: str, now: datetime
) -> tuple[Change, Change]:
    """Close `source` into `target`, which waits for the answers to both; `thread` is that of both (`joined`).

    The target takes the graver severity, the higher risk, and all causes and labels. Raises NotAllowed where the two
    are not live cases of one customer, or where a post that waits in the source would count as closed in the target.
    """
    _check(source, target)
    closed = replace(
        source,
        status=Status.DISMISSED,
        merged_into=target.id,
        waiting_since=None,
        waiting_post_id=None,
        snoozed_until=None,
        keeps_snooze=False,
        deadlines=tuple(replace(d, stopped_at=now) if d.running else d for d in source.deadlines),
    )
    worse = SEVERITY_ORDER[source.severity] > SEVERITY_ORDER[target.severity]
    fuller = replace(
        target,
        severity=source.severity if worse else target.severity,
        risk=max(source.risk, target.risk),
        reasons=source.reasons if worse else target.reasons,
        causes=tuple(dict.fromkeys((*target.causes, *source.causes))),
        needs_human=target.needs_human or source.needs_human,
        tags=tuple(sorted({*target.tags, *source.tags})),
        handoffs=target.handoffs + source.handoffs,
    )
    settled = settle(fuller, thread, news=(), calendar=calendar, now=now)
    gone = acted(source, closed, EventKind.MERGED_INTO, now=now, by=by, data={"into": target.id, "pair": _key(target)})
    taken = acted(
        target, settled.case, EventKind.TOOK_IN, now=now, by=by, data={"from": source.id, "pair": gone.events[0].key}
    )
    return gone, taken


def joined(own: Iterable[Post], merged: Iterable[tuple[Case, Iterable[Post]]]) -> list[Post]:
    """The thread of a case with those of the cases merged into it, as published.

    What was closed in a merged case before it was merged stays out: nobody waits for it any more.
    """
    posts = list(own)
    for case, thread in merged:
        posts += (p for p in thread if case.closed_through is None or p.ingested_at > case.closed_through)
    return sorted(posts, key=lambda post: (post.published_at, post.id or 0))


def _check(source: Case, target: Case) -> None:
    if source.id == target.id:
        raise NotAllowed(f"case {source.id} cannot be merged into itself")
    for case in (source, target):
        if not case.status.live:
            raise NotAllowed(f"case {case.id} is {case.status.value}; only live cases are merged")
    for name in ("brand", "platform", "customer_id"):
        if getattr(source, name) != getattr(target, name):
            what = "customers" if name == "customer_id" else f"{name}s"
            raise NotAllowed(f"cases {source.id} and {target.id} are of two {what}; only cases of one are merged")
    through = target.closed_through
    if through is not None and source.opened_ingested_at <= through:
        raise NotAllowed(
            f"case {source.id} was waiting before case {target.id} was closed and came back; "
            f"merge case {target.id} into case {source.id} instead"
        )


def _key(target: Case) -> str:
    return f"{EventKind.TOOK_IN.value}:{target.version + 1}"
