"""Logging in and staying so: passwords, browser sessions, and how fast somebody may guess.

No transaction is open while a password is compared, which takes a tenth of a second on purpose.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Protocol

from monitor.clock import Clock
from monitor.domain import throttle
from monitor.domain.access import Agent, Denied, Lifetime, Origin, WebSession
from monitor.domain.audit import Deed, Entry
from monitor.domain.password import LONGEST, accepted, normal
from monitor.domain.throttle import Limit
from monitor.errors import MonitorError, NotFound
from monitor.store import audit, login_tries, people, web_sessions
from monitor.store.db import Database, Session

SEEN_EVERY = timedelta(minutes=1)
"""How exactly we know when a session or a token was used last: noting every request would be a write each."""


class Refused(MonitorError):
    """This name and this password do not belong together, or the account is disabled."""


class TooManyTries(MonitorError):
    """Too many wrong passwords; wait before the next try."""

    def __init__(self, retry_at: datetime) -> None:
        super().__init__()
        self.retry_at = retry_at


class Hasher(Protocol):
    """A slow hash of passwords."""

    @property
    def nobody(self) -> str:
        """A hash that no password has."""

    def hash(self, password: str) -> str: ...

    def verify(self, password: str, hashed: str) -> tuple[bool, str | None]:
        """Whether it is the password, and a better hash to keep if there is one."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known about a name that somebody typed; nothing, for one that is nobody's."""

    agent: Agent | None
    hashed: str | None
    counts: dict[str, Limit]


class Access:
    """Log in, stay logged in, log out. `brands` are names that no password may be built on."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        hasher: Hasher,
        *,
        lifetime: Lifetime | None = None,
        brands: tuple[str, ...] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self._hasher = hasher
        self._lifetime = lifetime or Lifetime()
        self._brands = brands

    def log_in(self, name: str, password: str, origin: Origin, *, replacing: str | None = None) -> str:
        """The secret of a new session. The session of the secret `replacing` ends: a login never keeps an old one.

        Raises `Refused`, in the same words and after the same work for every reason, and `TooManyTries`.
        """
        known = self._admit(name.strip().casefold(), origin)
        right, better = self._compare(password, known.hashed)
        with self._database.write() as session:
            agent = people.by_name(session, known.agent.name) if known.agent is not None else None
            if agent is None or agent.id is None or agent.disabled_at is not None or not right:
                subject = known.agent.name if known.agent is not None else None
                self._record(session, Deed.LOGIN_REFUSED, None, origin, subject=subject)
                refused = True
            else:
                refused = False
                login_tries.forget(session, known.counts)
                if better is not None:
                    people.set_password_hash(session, agent.id, better)
                if replacing is not None:
                    self._end(session, replacing)
                secret = self._open(session, agent.id, origin)
                self._record(session, Deed.LOGGED_IN, agent.name, origin)
        if refused:
            raise Refused
        return secret

    def start(self, agent: Agent, origin: Origin) -> str:
        """The secret of a session for somebody who has just chosen a password with a code."""
        with self._database.write() as session:
            assert agent.id is not None
            secret = self._open(session, agent.id, origin)
            self._record(session, Deed.LOGGED_IN, agent.name, origin)
        return secret

    def session_of(self, secret: str) -> tuple[WebSession, Agent] | None:
        """Whose session it is; None when there is none, it is over, or the person is disabled."""
        now = self._clock.now()
        with self._database.read() as session:
            found = web_sessions.by_digest(session, digest(secret))
        if found is None or not self._lifetime.is_live(found[0], now) or found[1].disabled_at is not None:
            return None
        if now - found[0].seen_at >= SEEN_EVERY:
            with self._database.write() as session:
                web_sessions.touch(session, found[0].id, now)
        return found

    def vouched(self, name: str) -> Agent:
        """The person whom a trusted proxy names. Raises `Denied` for somebody who is not in the team."""
        with self._database.read() as session:
            agent = people.by_name(session, name.strip().casefold())
        if agent is None or agent.disabled_at is not None:
            raise Denied("Nobody here has the name that you are logged in under; ask an administrator to add you.")
        return agent

    def log_out(self, secret: str, origin: Origin) -> None:
        """End the session: its secret is worth nothing from now on. Nothing happens to one that is over."""
        with self._database.write() as session:
            agent = self._end(session, secret)
            if agent is not None:
                self._record(session, Deed.LOGGED_OUT, agent.name, origin)

    def sessions(self, agent: Agent) -> list[WebSession]:
        """Where a person is logged in, the browser that was used last first."""
        now = self._clock.now()
        with self._database.read() as session:
            found = web_sessions.of_agent(session, agent.id or 0)
        return [each for each in found if self._lifetime.is_live(each, now)]

    def revoke(self, session_id: int, owner: Agent, *, by: str, origin: Origin | None = None) -> None:
        """End one session of `owner`. Raises `NotFound` for somebody else's."""
        with self._database.write() as session:
            own = {each.id for each in web_sessions.of_agent(session, owner.id or 0)}
            if session_id not in own:
                raise NotFound("This session is not there, or is over already.")
            web_sessions.end(session, session_id, self._clock.now())
            self._record(session, Deed.SESSION_REVOKED, by, origin, subject=owner.name)

    def revoke_all(self, owner: Agent, *, by: str, origin: Origin | None = None) -> int:
        """End every session of `owner`; how many there were."""
        with self._database.write() as session:
            ended = web_sessions.end_all(session, owner.id or 0, self._clock.now())
            self._record(session, Deed.SESSION_REVOKED, by, origin, subject=owner.name, detail={"sessions": str(ended)})
        return ended

    def change_password(self, agent: Agent, old: str, new: str, origin: Origin) -> str:
        """Change one's own password. Every session of the person ends; the secret of a new one is given.

        Raises `Refused` when `old` is wrong, `TooManyTries`, and `WeakPassword` for `new`.
        """
        assert agent.id is not None
        known = self._admit(agent.name, origin)
        right, _ = self._compare(old, known.hashed)
        if not right:
            raise Refused("The present password is not right.")
        hashed = self._hasher.hash(accepted(new, own=self.own_words(agent)))
        with self._database.write() as session:
            login_tries.forget(session, known.counts)
            people.set_password_hash(session, agent.id, hashed)
            web_sessions.end_all(session, agent.id, self._clock.now())
            secret = self._open(session, agent.id, origin)
            self._record(session, Deed.PASSWORD_CHANGED, agent.name, origin)
        return secret

    def own_words(self, agent: Agent) -> tuple[str, ...]:
        """What no password of that person may be built on."""
        return (agent.name, agent.display_name, agent.email or "", *self._brands)

    def denied(self, agent: Agent, what: str, origin: Origin) -> None:
        """Note that somebody asked for what their rank does not allow."""
        with self._database.write() as session:
            self._record(session, Deed.DENIED, agent.name, origin, detail={"request": what[:200]})

    def _admit(self, name: str, origin: Origin) -> _Known:
        """Count a try as failed before it is made, so that a thousand at once are a thousand. Raises `TooManyTries`."""
        now = self._clock.now()
        with self._database.write() as session:
            agent = people.by_name(session, name)
            hashed = people.password_hash(session, agent.id) if agent is not None and agent.id is not None else None
            familiar = agent is not None and web_sessions.was_here(session, agent.id or 0, origin.address)
            limits = _limits(name, origin.address, familiar=familiar)
            counts = login_tries.locked(session, limits, now)
            waits = [throttle.wait_until(limit, counts[key], now) for key, limit in limits.items()]
            until = max((wait for wait in waits if wait is not None), default=None)
            if until is None:
                failed = {key: throttle.after_failure(limit, counts[key], now) for key, limit in limits.items()}
                login_tries.save(session, failed)
                login_tries.sweep(session, now - max(limit.forget for limit in limits.values()))
        if until is not None:
            raise TooManyTries(until)
        return _Known(agent, hashed, limits)

    def _compare(self, password: str, hashed: str | None) -> tuple[bool, str | None]:
        """One comparison, whoever is asked for: the time that it takes tells nothing."""
        right, better = self._hasher.verify(normal(password)[: LONGEST + 1], hashed or self._hasher.nobody)
        return (right, better) if hashed is not None else (False, None)

    def _open(self, session: Session, agent_id: int, origin: Origin) -> str:
        now, secret = self._clock.now(), token_urlsafe(32)
        ends = now + self._lifetime.absolute
        web_sessions.open_session(session, digest(secret), agent_id, origin, now=now, expires_at=ends)
        return secret

    def _end(self, session: Session, secret: str) -> Agent | None:
        found = web_sessions.by_digest(session, digest(secret))
        return found[1] if found is not None and web_sessions.end(session, found[0].id, self._clock.now()) else None

    def _record(
        self,
        session: Session,
        deed: Deed,
        actor: str | None,
        origin: Origin | None,
        *,
        subject: str | None = None,
        detail: dict[str, str] | None = None,
    ) -> None:
        address = origin.address if origin is not None else None
        audit.record(session, Entry(self._clock.now(), deed, actor, subject, address, detail or {}))


def digest(secret: str) -> str:
    """What is kept of a secret that nobody can guess."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _limits(name: str, address: str, *, familiar: bool) -> dict[str, Limit]:
    """What a try counts against, by the digest under which it is counted."""
    limits = {
        digest(f"name and address\n{name}\n{address}"): throttle.NAME_AND_ADDRESS,
        digest(f"address\n{address}"): throttle.ADDRESS,
    }
    if not familiar:
        limits[digest(f"name\n{name}")] = throttle.NAME
    return limits
