"""What the page shows, read in one snapshot each: views with their counts, a page of the queue, a case in full, news.

Nothing here writes. What people do is in `services.review`, `services.bulk` and `services.workplace`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from monitor.clock import Clock
from monitor.domain.episodes import episodes
from monitor.domain.handling import Handlings
from monitor.domain.model import Case, Event, Post, Role
from monitor.domain.presence import Presence
from monitor.domain.search import Search, parse_search
from monitor.domain.undo import undoable, undoers
from monitor.errors import NotFound
from monitor.services.customers import history_of, holders_in
from monitor.services.desk_shapes import (
    CaseInFull,
    CustomerHistory,
    LoggedEvent,
    News,
    PastCase,
    ThreadPost,
    ViewCount,
)
from monitor.store import assessments, cases, drafts, happenings, holds, intake, merges, presence, queue, reviews, views
from monitor.store.db import Database, Session
from monitor.store.finding import Asker
from monitor.store.queue import QueuePage, QueueRow

__all__ = [
    "BUILT_IN", "CaseInFull", "CustomerHistory", "Desk", "LoggedEvent", "News", "PastCase", "ThreadPost", "ViewCount",
]  # fmt: skip

BUILT_IN = {
    name: parse_search(text)
    for name, text in {
        "mine": "status:open,waiting is:mine",
        "unassigned": "status:open,waiting is:unassigned",
        "breaching": "is:breaching",
        "waiting": "is:waiting",
        "snoozed": "is:snoozed",
        "all": "",
        "needs-label": "is:needs-label",
    }.items()
}
"""The views that everybody has, each served by an index of its own."""

MOST_COUNTED = 10_000
MOST_NEWS = 2_000
"""Events since the last look, above which a page is read anew rather than told what changed."""


class Desk:
    """Reading for pages. `agent` is the name of who looks: it is what `is:mine` means, and whose drafts are shown."""

    def __init__(self, database: Database, clock: Clock, handlings: Handlings) -> None:
        self._database = database
        self._clock = clock
        self._handlings = handlings

    def views(self, agent: str) -> list[ViewCount]:
        """The built-in views in their order, then the team's, then the agent's own, each with its count."""
        with self._database.read() as session:
            saved = views.views_for(session, agent)
            searches = [*BUILT_IN.values(), *(view.search for view in saved)]
            counted = queue.counts(session, searches, self._asker(agent), most=MOST_COUNTED + 1)
        named = [ViewCount(key, key, search, 0) for key, search in BUILT_IN.items()]
        named += [ViewCount(f"view-{v.id}", v.name, v.search, 0, built_in=False, owner=v.owner, id=v.id) for v in saved]
        return [
            replace(view, count=min(count, MOST_COUNTED), more=count > MOST_COUNTED)
            for view, count in zip(named, counted, strict=True)
        ]

    def page(self, search: Search, *, agent: str, after: str | None = None, limit: int = 50) -> QueuePage:
        """The most urgent cases behind `after`. Raises NotFound for a page that never was."""
        with self._database.read() as session:
            found = queue.queue_page(session, search, self._asker(agent), after=after, limit=limit)
            return replace(found, rows=tuple(self._with_people(session, found.rows, agent)))

    def rows(self, case_ids: Sequence[int], *, agent: str) -> list[QueueRow]:
        """These cases as rows, in the order given; unknown ones are left out."""
        with self._database.read() as session:
            known = cases.cases_by_id(session, case_ids)
            shown = [known[case_id] for case_id in dict.fromkeys(case_ids) if case_id in known]
            return self._with_people(session, list(queue.rows_of(session, shown)), agent)

    def row(self, case_id: int, agent: str) -> QueueRow:
        """One case as a row, whether or not it is in any view. Raises NotFound."""
        found = self.rows([case_id], agent=agent)
        if not found:
            raise NotFound(f"There is no case {case_id}.")
        return found[0]

    def count(self, search: Search, *, agent: str) -> int:
        """How many cases match, exactly: what a bulk action says before it is done."""
        with self._database.read() as session:
            return queue.count(session, search, self._asker(agent))

    def case(self, case_id: int, agent: str) -> CaseInFull:
        """One case with its thread, log, customer and colleagues. Raises NotFound."""
        with self._database.read() as session:
            now = self._clock.now()
            case = cases.case_by_id(session, case_id)
            if case is None:
                raise NotFound(f"There is no case {case_id}.")
            events = cases.events_of(session, case_id)
            customer = intake.accounts_by_id(session, [(case.platform, case.customer_id)])
            account = customer.get((case.platform, case.customer_id))
            return CaseInFull(
                case=case,
                customer=account,
                thread=tuple(_thread(session, case, events)),
                events=tuple(_log(case, events)),
                history=history_of(session, case, account, self._handlings, now),
                presence=presence.who_is_at(session, [case_id], now, but=agent).get(case_id, ()),
                draft=drafts.draft_of(session, case_id, agent),
                held_by=holds.holders(session, [case_id], now).get(case_id),
                merged=tuple(merges.merged_into(session, [case_id]).get(case_id, ())),
                playbook=self._playbook(case),
                last_event=happenings.last_event_id(session),
            )

    def news(self, search: Search, seen: Sequence[int], since_event: int, *, agent: str) -> News:
        """What a page that shows the cases `seen` of `search` has to tell since the event `since_event`."""
        with self._database.read() as session:
            upto = happenings.last_event_id(session)
            if upto - since_event > MOST_NEWS:
                return News(upto=upto, more=True)
            happened = happenings.touched_since(session, since_event)
            found = queue.still_found(session, search, self._asker(agent), [one.case_id for one in happened])
        shown = set(seen)
        return News(
            arrived=tuple(o.case_id for o in happened if o.case_id in found - shown and not o.quiet),
            changed=tuple(one.case_id for one in happened if one.case_id in found & shown),
            left=tuple(one.case_id for one in happened if one.case_id in shown - found),
            upto=upto,
        )

    def last_event(self) -> int:
        """The id of the newest event: where `news` begins."""
        with self._database.read() as session:
            return happenings.last_event_id(session)

    def presence(self, case_ids: Sequence[int] | None = None) -> dict[int, tuple[Presence, ...]]:
        """Who is at these cases now (None: at any), by case."""
        with self._database.read() as session:
            return presence.who_is_at(session, case_ids, self._clock.now())

    def _asker(self, agent: str) -> Asker:
        return Asker(agent, self._clock.now())

    def _with_people(self, session: Session, rows: Sequence[QueueRow], agent: str) -> list[QueueRow]:
        ids = [row.case.id for row in rows if row.case.id is not None]
        now = self._clock.now()
        there, held = presence.who_is_at(session, ids, now, but=agent), holds.holders(session, ids, now)
        return [
            replace(row, presence=there.get(row.case.id or 0, ()), held_by=held.get(row.case.id or 0)) for row in rows
        ]

    def _playbook(self, case: Case) -> str | None:
        books = self._handlings.of(case.brand).rules.playbooks
        return next((books[cause.value] for cause in case.causes if cause.value in books), books.get("default"))


def _thread(session: Session, case: Case, events: Sequence[Event]) -> Iterator[ThreadPost]:
    thread = merges.thread_of(session, case)
    ids = [post.id for post in thread if post.id is not None]
    authors = intake.accounts_by_id(session, {(post.platform, post.author_id) for post in thread})
    verdicts, said = assessments.assessments_of(session, ids), reviews.reviews_by_post(session, ids)
    waits = episodes(thread, closed_through=case.closed_through)
    answered = {e.post.external_id: e.reply.external_id for e in waits if e.reply is not None}
    answers = {reply: post for post, reply in answered.items()}
    waiting = {e.post.external_id for e in waits if e.waiting}
    for post in thread:
        yield ThreadPost(
            post=post,
            author=authors.get((post.platform, post.author_id)),
            assessment=verdicts.get(post.id or 0),
            labels=said.get(post.id or 0),
            ours=post.role is not Role.MENTION,
            held_by=_holder_at(post, events),
            answers=answers.get(post.external_id),
            answered_by=answered.get(post.external_id),
            waiting=post.external_id in waiting,
        )


def _holder_at(post: Post, events: Sequence[Event]) -> str | None:
    """Who had the case when a reply of ours was published."""
    if post.role is not Role.REPLY:
        return None
    before = [agent for at, agent in holders_in(events) if at <= post.published_at]
    return before[-1] if before else None


def _log(case: Case, events: Sequence[Event]) -> Iterator[LoggedEvent]:
    takers = undoers(events)
    for event in events:
        taker = takers.get(event.key)
        yield LoggedEvent(event, undoable(case, event, events), taker.actor if taker is not None else None)
