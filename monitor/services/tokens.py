"""Keys for programs that use the page's interface: made once, shown once, limited in scope, taken away at once."""

from dataclasses import replace
from datetime import timedelta
from secrets import token_urlsafe

from monitor.clock import Clock
from monitor.domain.access import Agent, Denied, Origin, Rank, Scope, Token, reach
from monitor.domain.audit import Deed, Entry
from monitor.errors import MonitorError, NotFound
from monitor.services.access import SEEN_EVERY, digest
from monitor.store import audit, tokens
from monitor.store.db import Database, Session

MARK = "cm_"
"""What every key begins with, so that one that was published by mistake can be recognised."""
_SHOWN = len(MARK) + 6


class NoScope(MonitorError):
    """A token needs at least one scope: read, act or admin."""


class Tokens:
    """Make, list, revoke and recognise tokens."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def create(
        self,
        owner: Agent,
        name: str,
        scopes: frozenset[Scope],
        *,
        lasts: timedelta | None = None,
        by: str,
        origin: Origin | None = None,
    ) -> tuple[str, Token]:
        """A new key, which is never shown again, and what is kept of it.

        Raises `NoScope`, and `Denied` for a scope that reaches further than its owner.
        """
        if not scopes:
            raise NoScope
        if Scope.ADMIN in scopes and not owner.may(Rank.ADMIN):
            raise Denied("Only an administrator can have a token with the scope admin.")
        if Scope.ACT in scopes and not owner.may(Rank.AGENT):
            raise Denied("A viewer can only have a token with the scope read.")
        assert owner.id is not None
        now, key = self._clock.now(), MARK + token_urlsafe(32)
        with self._database.write() as session:
            token = tokens.add(
                session,
                digest(key),
                owner.id,
                name=name.strip()[:80] or "token",
                prefix=key[:_SHOWN],
                scopes=tuple(scope for scope in Scope if scope in scopes),
                now=now,
                expires_at=None if lasts is None else now + lasts,
            )
            self._record(session, Deed.TOKEN_CREATED, (token, owner), by, origin)
        return key, token

    def agent_of(self, key: str) -> Agent | None:
        """Whoever the key stands in for, with no more rank than its scopes give; None for one that does not count."""
        now = self._clock.now()
        with self._database.read() as session:
            found = tokens.by_digest(session, digest(key))
        if found is None or not found[0].is_live(now) or found[1].disabled_at is not None:
            return None
        token, owner = found
        if token.used_at is None or now - token.used_at >= SEEN_EVERY:
            with self._database.write() as session:
                tokens.used(session, token.id, now)
        rank = reach(owner.rank, frozenset(token.scopes))
        return None if rank is None else replace(owner, rank=rank)

    def listed(self, owner: Agent | None = None) -> list[tuple[Token, Agent]]:
        """Tokens that were not revoked, with their owners, the newest first; of one person, or of everybody."""
        with self._database.read() as session:
            return tokens.listed(session, None if owner is None else owner.id)

    def revoke(self, token_id: int, *, by: Agent | None, name: str, origin: Origin | None = None) -> None:
        """Take a token away. `by` may only take the own ones, unless an administrator; None may take any.

        Raises `NotFound`, also for others' tokens: it tells nobody which there are.
        """
        with self._database.write() as session:
            found = tokens.by_id(session, token_id)
            if found is None or (by is not None and by.id != found[1].id and not by.may(Rank.ADMIN)):
                raise NotFound(f"There is no token {token_id}.")
            if tokens.revoke(session, token_id, self._clock.now()):
                self._record(session, Deed.TOKEN_REVOKED, found, name, origin)

    def _record(self, session: Session, deed: Deed, what: tuple[Token, Agent], by: str, origin: Origin | None) -> None:
        token, owner = what
        detail = {"prefix": token.prefix, "scopes": " ".join(token.scopes)}
        address = origin.address if origin is not None else None
        audit.record(session, Entry(self._clock.now(), deed, by, owner.name, address, detail))
