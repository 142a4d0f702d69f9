"""Cases as the terminal shows them: tables and sentences for people, dictionaries for `--json`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from classifiers.contract import Assessment, Kind
from monitor.cli.moments import in_words
from monitor.domain.calendar import BusinessCalendar
from monitor.domain.model import Account, Case, Event, Post, Role
from monitor.domain.sla import State, remaining, state
from monitor.store.queue import QueueCounts, QueueRow

_STATES = {
    State.RUNNING: ("⏳", "green"),
    State.WARNING: ("⚠", "yellow"),
    State.BREACHED: ("✖", "red"),
    State.MET: ("✓", "green"),
    State.MISSED: ("✖", "red"),
    State.STOPPED: ("■", "dim"),
}
_SEVERITY_STYLES = {"blame": "bold red", "accusation": "red", "disapproval": "yellow"}


def queue_table(rows: Iterable[QueueRow], calendars: Mapping[str, BusinessCalendar], now: datetime) -> Table:
    """The queue: what the customer wrote, and below it why the case stands where it does."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("case", justify="right", no_wrap=True)
    table.add_column("due", no_wrap=True)
    table.add_column("lang", no_wrap=True)
    table.add_column("who, what, and why it is here", ratio=1)
    for row in rows:
        case = row.case
        words = Text.assemble((_handle(row.author, case.customer_id), "bold"), " ", _one_line(row.post))
        words.no_wrap, words.overflow = True, "ellipsis"
        table.add_row(
            str(case.id),
            due_chip(case, calendars.get(case.targets.calendar), now),
            case.lang or "–",
            Group(words, _why(case)),
        )
    return table


def due_chip(case: Case, calendar: BusinessCalendar | None, now: datetime) -> Text:
    """The time left until the promise that runs out first, in business time where its calendar is known."""
    promise = min((d for d in case.deadlines if d.running), key=lambda d: d.due_at, default=None)
    if promise is None or not case.status.live:
        return Text("–", style="dim")
    mark, style = _STATES[state(promise, now)]
    left = remaining(promise, calendar, now) if calendar is not None else promise.due_at - now
    return Text(f"{mark} {in_words(left)}", style=style)


def counts_in_words(counts: QueueCounts) -> str:
    by_status = ", ".join(f"{n} {status.value}" for status, n in counts.by_status.items() if n)
    extra = f"{counts.unassigned} unassigned, {counts.breached} late, {counts.needs_human} need a person's judgement"
    return f"{by_status or 'nothing live'} · {extra}"


def case_in_words(case: Case) -> str:
    """How the case stands, in one line."""
    holder = f", {case.assignee} has it" if case.assignee else ""
    until = f" until {case.snoozed_until:%Y-%m-%d %H:%M} UTC" if case.snoozed_until else ""
    return f"case {case.id} is {case.status.value}{until}{holder} (version {case.version})"


def case_page(
    case: Case,
    thread: Sequence[Post],
    accounts: Mapping[tuple[str, str], Account],
    verdicts: Mapping[int, Assessment],
    events: Sequence[Event],
    *,
    calendar: BusinessCalendar | None,
    now: datetime,
) -> Iterator[RenderableType]:
    """One case in full: a head, its promises, the thread with verdicts, the log."""
    author = accounts.get((case.platform, case.customer_id))
    title = f"case {case.id} · {case.brand} · {_handle(author, case.customer_id)} · {case.status.value}"
    facts = [f"[dim]why[/dim]  {escape(reason)}" for reason in case.reasons]
    facts.append(f"[dim]who[/dim]  {escape(case.assignee or 'nobody has it')}")
    facts.append(f"[dim]risk[/dim] {case.risk:.0%} that somebody should look at once")
    yield Panel("\n".join(facts), title=escape(title), title_align="left")
    yield _promises(case, calendar, now)
    yield Text("")
    for post in thread:
        yield from _post(post, accounts, verdicts)
    yield Text("")
    for event in events:
        yield Text(f"{event.at:%Y-%m-%d %H:%M}  {_event(event)}", style="dim")


def _promises(case: Case, calendar: BusinessCalendar | None, now: datetime) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in ("promise", "since", "due", "how it stands"):
        table.add_column(column, no_wrap=True)
    for promise in case.deadlines:
        found = state(promise, now)
        mark, style = _STATES[found]
        left = remaining(promise, calendar, now) if calendar is not None else promise.due_at - now
        words = f"{mark} {found.value}"
        if found in (State.RUNNING, State.WARNING, State.BREACHED):
            words += f", {in_words(left)} left" if left >= timedelta(0) else f", {in_words(-left)} over"
        table.add_row(
            promise.target.value.replace("_", " "),
            f"{promise.started_at:%Y-%m-%d %H:%M}",
            f"{promise.due_at:%Y-%m-%d %H:%M}",
            Text(words, style=style),
        )
    return table


def _post(
    post: Post, accounts: Mapping[tuple[str, str], Account], verdicts: Mapping[int, Assessment]
) -> Iterator[RenderableType]:
    author = accounts.get((post.platform, post.author_id))
    ours = post.role is not Role.MENTION
    head = f"{post.published_at:%Y-%m-%d %H:%M}  {_handle(author, post.author_id)}"
    yield Text(f"{head}{'  (us)' if ours else ''}", style="bold cyan" if ours else "bold")
    yield Text(f"  {post.text or '(erased)'}")
    verdict = verdicts.get(post.id) if post.id is not None else None
    if verdict is not None:
        yield Text(f"  {_verdict(verdict)}", style="dim")


def _verdict(verdict: Assessment) -> str:
    if verdict.abstained:
        return f"{verdict.model} does not know: {verdict.abstain_reason}"
    words = [f"{verdict.kind_label.value} {verdict.kind[verdict.kind_label]:.0%}", verdict.sentiment_label.value]
    if verdict.kind_label is Kind.COMPLAINT:
        words += [verdict.severity_label.value if verdict.severity_label else ""]
        words += [cause.value for cause in verdict.likely_causes()]
    return f"{verdict.model}: " + ", ".join(word.replace("_", " ") for word in words if word)


def _event(event: Event) -> str:
    who = f" by {event.actor}" if event.actor else ""
    details = ", ".join(f"{key} {value}" for key, value in event.data.items() if value is not None)
    return f"{event.kind.value.replace('_', ' ')}{who}{f' ({details})' if details else ''}"


def _why(case: Case) -> Text:
    style = _SEVERITY_STYLES.get(case.severity.value, "") if case.severity is not None else ""
    holder = f"{case.assignee} has it · " if case.assignee else ""
    first, *others = case.reasons or ("",)
    return Text.assemble(
        (holder, "cyan"), (first, style or "dim"), ("".join(f" · {reason}" for reason in others), "dim")
    )


def _handle(author: Account | None, external_id: str) -> str:
    return f"@{author.handle}" if author is not None and author.handle else external_id


def _one_line(post: Post | None) -> str:
    return " ".join(post.text.split()) if post is not None and post.text else "(erased)"


def case_as_dict(case: Case) -> dict[str, Any]:
    """A case for `--json`: every field by its name, moments in ISO 8601."""
    return {
        "id": case.id,
        "brand": case.brand,
        "platform": case.platform,
        "conversation_id": case.conversation_id,
        "customer_id": case.customer_id,
        "status": case.status,
        "severity": case.severity,
        "risk": case.risk,
        "causes": list(case.causes),
        "reasons": list(case.reasons),
        "needs_human": case.needs_human,
        "lang": case.lang,
        "assignee": case.assignee,
        "opened_at": _iso(case.opened_at),
        "waiting_since": _iso(case.waiting_since),
        "first_reply_at": _iso(case.first_reply_at),
        "due_at": _iso(case.due_at),
        "snoozed_until": _iso(case.snoozed_until),
        "resolved_at": _iso(case.resolved_at),
        "customer_posts": case.customer_posts,
        "brand_replies": case.brand_replies,
        "handoffs": case.handoffs,
        "labels": list(case.tags),
        "merged_into": case.merged_into,
        "reopened": case.reopened,
        "version": case.version,
        "deadlines": [
            {
                "target": d.target,
                "started_at": _iso(d.started_at),
                "due_at": _iso(d.due_at),
                "met_at": _iso(d.met_at),
                "stopped_at": _iso(d.stopped_at),
            }
            for d in case.deadlines
        ],
    }


def row_as_dict(row: QueueRow) -> dict[str, Any]:
    author = row.author
    return case_as_dict(row.case) | {
        "handle": author.handle if author else None,
        "followers": author.followers if author else None,
        "text": row.post.text if row.post else None,
    }


def case_in_full(
    case: Case,
    thread: Sequence[Post],
    accounts: Mapping[tuple[str, str], Account],
    verdicts: Mapping[int, Assessment],
    events: Sequence[Event],
) -> dict[str, Any]:
    """Everything about one case for `--json`."""
    posts = [
        {
            "id": post.external_id,
            "role": post.role,
            "handle": author.handle if (author := accounts.get((post.platform, post.author_id))) else None,
            "published_at": _iso(post.published_at),
            "ingested_at": _iso(post.ingested_at),
            "text": post.text,
            "verdict": _verdict(verdict) if (verdict := verdicts.get(post.id or 0)) else None,
        }
        for post in thread
    ]
    log = [{"kind": e.kind, "at": _iso(e.at), "actor": e.actor, "data": dict(e.data), "key": e.key} for e in events]
    return {"case": case_as_dict(case), "thread": posts, "events": log}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
