"""What an agent has around the cases: drafts, the sign of being there, saved views. None of it changes a case."""

from collections.abc import Sequence

from monitor.clock import Clock
from monitor.domain.presence import Doing, Presence
from monitor.domain.search import Search
from monitor.errors import NotAllowed, NotFound
from monitor.store import cases, drafts, holds, presence, views
from monitor.store.db import Database, Session
from monitor.store.drafts import Draft
from monitor.store.views import SavedView

LONGEST_DRAFT = 20_000
LONGEST_NAME = 60


class Workplace:
    """Every call is one short transaction. An unknown case raises NotFound."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def save_draft(self, case_id: int, agent: str, text: str, *, version: int | None = None) -> Draft | None:
        """Keep the words; empty ones throw the draft away (None).

        `version` is that of the draft the agent began from (0: there was none): Conflict when another is kept by now.
        """
        if len(text) > LONGEST_DRAFT:
            raise NotAllowed(f"a draft has at most {LONGEST_DRAFT:,} characters; this one has {len(text):,}")
        with self._database.write() as session:
            _must_exist(session, case_id)
            if not text.strip():
                drafts.drop_drafts(session, [case_id], agent)
                return None
            return drafts.save_draft(session, case_id, agent, text, now=self._clock.now(), version=version)

    def draft(self, case_id: int, agent: str) -> Draft | None:
        with self._database.read() as session:
            return drafts.draft_of(session, case_id, agent)

    def drafts(self, agent: str) -> list[Draft]:
        """What the agent has begun to write, the newest first."""
        with self._database.read() as session:
            return drafts.drafts_of(session, agent)

    def beat(self, case_id: int, agent: str, doing: Doing) -> tuple[Presence, ...]:
        """Say that the agent is at the case; the colleagues who are there too come back."""
        with self._database.write() as session:
            now = self._clock.now()
            _must_exist(session, case_id)
            presence.beat(session, Presence(case_id, agent, doing, now))
            holds.renew(session, case_id, agent, now)
            return presence.who_is_at(session, [case_id], now, but=agent).get(case_id, ())

    def leave(self, agent: str, case_id: int | None = None) -> None:
        """The agent has gone from the case (None: from all): no presence, and no lease of `next_for` any more."""
        with self._database.write() as session:
            presence.leave(session, agent, case_id)
            holds.let_go(session, agent, case_id)

    def views(self, agent: str) -> list[SavedView]:
        """The views of the team and the agent's own, without counts."""
        with self._database.read() as session:
            return views.views_for(session, agent)

    def save_view(self, name: str, search: Search, *, owner: str | None, view_id: int | None = None) -> SavedView:
        """Keep a search under a name, for the agent `owner` or (None) the team; `view_id` renames or changes one.

        Raises NotAllowed for an empty, long or taken name, and for a view that is somebody else's.
        """
        clean = " ".join(name.split())
        if not 0 < len(clean) <= LONGEST_NAME:
            raise NotAllowed(f"the name of a view has 1 to {LONGEST_NAME} characters; this one has {len(clean)}")
        with self._database.write() as session:
            if view_id is None:
                return views.add_view(session, owner, clean, search)
            _must_own(session, view_id, owner)
            return views.change_view(session, view_id, clean, search)

    def remove_view(self, view_id: int, *, owner: str | None) -> None:
        """Raises NotFound, or NotAllowed for a view that is not the owner's (None: the team's)."""
        with self._database.write() as session:
            _must_own(session, view_id, owner)
            views.remove_view(session, view_id)

    def order_views(self, view_ids: Sequence[int], *, owner: str | None) -> None:
        """Put the owner's views in this order; those that are not named come behind, as they were."""
        with self._database.write() as session:
            for position, view_id in enumerate(dict.fromkeys(view_ids), start=-len(view_ids)):
                _must_own(session, view_id, owner)
                views.move_view(session, view_id, position)


def _must_exist(session: Session, case_id: int) -> None:
    if not cases.exists(session, case_id):
        raise NotFound(f"There is no case {case_id}.")


def _must_own(session: Session, view_id: int, owner: str | None) -> None:
    view = views.view_by_id(session, view_id)
    if view.owner != owner:
        whose = "the team's" if view.owner is None else f"{view.owner}'s"
        raise NotAllowed(f"the view {view.name!r} is {whose}")
