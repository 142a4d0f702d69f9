"""Ingestion: pull a stream down to where we stand, losing nothing whatever happens on the way.

Platforms answer newest first, so the newest post is on the first page and the cursor must not follow it there: each
page is committed with the *window*'s progress, and the cursor moves to the window's top only when that is drained.
A crash resumes below the last committed page. Every window starts a little before the cursor (`overlap`), because posts
are indexed late and ids are only roughly ordered; what is seen twice is saved once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.clock import Clock
from monitor.domain.handling import Handlings
from monitor.domain.lifecycle import reply_observed
from monitor.domain.model import Case, Post, Role, id_order
from monitor.errors import RateLimited, SourceError
from monitor.sources.base import Page, PageRequest, Source, Stream
from monitor.store import cases, cursors, intake, merges
from monitor.store.cursors import Cursor, Window
from monitor.store.db import Database, Session


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a poll looks: `overlap` before the cursor, `lookback` on the first poll, at most `pages` a poll."""

    overlap: timedelta = timedelta(minutes=5)
    lookback: timedelta = timedelta(days=6)
    pages: int = 50


@dataclass(frozen=True, slots=True)
class Ingested:
    """What one poll of one stream brought. `drained` says that the window was read to its end."""

    stream: str
    pages: int = 0
    new: int = 0
    seen: int = 0
    rejected: int = 0
    drained: bool = False


def ingest(
    database: Database,
    source: Source,
    stream: Stream,
    *,
    handlings: Handlings,
    clock: Clock,
    reach: Reach,
    stopping: Callable[[], bool] = lambda: False,
) -> Ingested:
    """Poll one stream until its window is drained, `reach.pages` are read or `stopping()`; the next poll goes on there.

    Raises what the source raises (`RateLimited`, `SourceRefused`, `BudgetExhausted`, `SourceError`) after recording it
    with the cursor; everything committed before stays, and the cursor has not moved past anything unread.
    """
    poll = _Poll(database, source, stream, handlings)
    window = poll.window(clock.now(), reach)
    total = Ingested(stream.name)
    while total.pages < reach.pages and not total.drained and not stopping():
        try:
            page = source.fetch(stream, _request(window, reach))
        except SourceError as error:
            poll.failed(error, clock.now())
            raise
        window = _advance(window, page)
        total = poll.commit(page, window, total, clock.now())
    return total


@dataclass(frozen=True, slots=True)
class _Poll:
    """The transactions of one poll of one stream."""

    database: Database
    source: Source
    stream: Stream
    handlings: Handlings

    def window(self, now: datetime, reach: Reach) -> Window:
        """The window that an earlier poll left open, or a new one that starts a little before the cursor."""
        with self.database.read() as session:
            cursor = self._cursor(session)
        if cursor.retry_at is not None and now < cursor.retry_at and _was_rate_limited(cursor):
            # A restart, or a poll by hand, must not cost another request: the platform said when to come back.
            said = (cursor.last_error or "").removeprefix(f"{RateLimited.__name__}: ")
            raise RateLimited(said, retry_at=cursor.retry_at)
        self._note_outage(cursor, now)
        if cursor.window is not None:
            return cursor.window
        if cursor.position is None:
            return Window(opened_at=now)
        return Window(opened_at=now, since=self.source.earlier(cursor.position, reach.overlap) or cursor.position)

    def commit(self, page: Page, window: Window, total: Ingested, now: datetime) -> Ingested:
        """Save one page, let the cases of its conversations react, and move the window: one transaction."""
        drained = not page.more or window.resume_below is None
        with self.database.write() as session:
            intake.one_at_a_time(session)
            saved = intake.save_page(session, accounts=page.accounts, posts=page.posts)
            cursors.record_rejects(session, self.stream.source, self.stream.name, page.rejects, now)
            observe_replies(session, saved.new, self.handlings, now)
            cursor = self._cursor(session)
            if drained:
                self._note_gap(session, cursor, window, now)
                cursor = replace(cursor, position=_newest(cursor.position, window.top), window=None)
            else:
                cursor = replace(cursor, window=window)
            well = replace(cursor, last_success_at=now, last_error=None, errors_in_a_row=0, retry_at=None)
            cursors.save_cursor(session, well)
        return replace(
            total,
            pages=total.pages + 1,
            new=total.new + len(saved.new),
            seen=total.seen + saved.seen + saved.updated,
            rejected=total.rejected + len(page.rejects),
            drained=drained,
        )

    def failed(self, error: SourceError, now: datetime) -> None:
        with self.database.write() as session:
            cursor = self._cursor(session)
            failed = replace(
                cursor,
                last_error_at=now,
                last_error=f"{type(error).__name__}: {error}",
                errors_in_a_row=cursor.errors_in_a_row + 1,
                retry_at=getattr(error, "retry_at", None),
            )
            cursors.save_cursor(session, failed)

    def _cursor(self, session: Session) -> Cursor:
        return cursors.load_cursor(session, self.stream.source, self.stream.name)

    def _note_outage(self, cursor: Cursor, now: datetime) -> None:
        """We were away for longer than the platform looks back: what came and went in between is not to be had here."""
        horizon = self.source.horizon(self.stream)
        if horizon is None or cursor.last_success_at is None or now - cursor.last_success_at <= horizon:
            return
        with self.database.write() as session:
            cursors.open_gap(
                session,
                self.stream.source,
                self.stream.name,
                since=cursor.position,
                until=cursor.window.resume_below if cursor.window is not None else None,
                reason=f"not read for {(now - cursor.last_success_at).days} days, the platform shows {horizon.days}",
                now=now,
            )

    def _note_gap(self, session: Session, cursor: Cursor, window: Window, now: datetime) -> None:
        """A window that ended because the platform shows no deeper, not because it met the cursor, has a hole below."""
        depth, below = self.source.depth(self.stream), window.resume_below
        if depth is None or cursor.position is None or below is None or window.returned < depth:
            return
        if id_order(below) > id_order(cursor.position):
            cursors.open_gap(
                session,
                self.stream.source,
                self.stream.name,
                since=cursor.position,
                until=below,
                reason=f"the platform shows {depth} posts",
                now=now,
            )


def _request(window: Window, reach: Reach) -> PageRequest:
    """The next page of a window; without a cursor to start from, the lookback bounds it."""
    since_time = window.opened_at - reach.lookback if window.since is None else None
    return PageRequest(window.since, window.resume_below, since_time)


def _advance(window: Window, page: Page) -> Window:
    top = _newest(window.top, page.newest_id)
    below = page.oldest_id if page.oldest_id is not None else window.resume_below
    return replace(window, top=top, resume_below=below, returned=window.returned + page.returned)


def _was_rate_limited(cursor: Cursor) -> bool:
    return (cursor.last_error or "").startswith(RateLimited.__name__)


def _newest(one: str | None, other: str | None) -> str | None:
    return max((i for i in (one, other) if i is not None), key=id_order, default=None)


def observe_replies(session: Session, posts: Iterable[Post], handlings: Handlings, now: datetime) -> int:
    """Let the cases that new replies of ours answer take note of them; the number of cases that changed."""
    replies: defaultdict[tuple[str, str, str], list[Post]] = defaultdict(list)
    for post in posts:
        if post.role is Role.REPLY:
            replies[post.brand, post.platform, post.conversation_id].append(post)
    concerned: dict[tuple[str, str, str], Case] = {}
    answers: defaultdict[tuple[str, str, str], list[Post]] = defaultdict(list)
    for key, case in cases.latest_cases(session, replies).items():
        home = cases.conversation(case)  # another one where the case of the conversation was merged
        concerned[home] = case
        answers[home] += replies[key]
    threads = merges.threads_of(session, list(concerned.values()))
    changes = [
        reply_observed(case, answers[key], thread=threads[key], calendar=handlings.calendar_of(case), now=now)
        for key, case in concerned.items()
    ]
    cases.save_changes(session, changes)
    return len(changes)
