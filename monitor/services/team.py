"""The people of the team: the first administrator, who joins, what each may do, and who has left."""

from dataclasses import replace
from datetime import datetime, timedelta
from secrets import choice
from typing import Any

from monitor.clock import Clock
from monitor.domain.access import Agent, Denied, Origin, Rank, login_name
from monitor.domain.audit import Deed, Entry, first_broken
from monitor.domain.password import accepted
from monitor.errors import MonitorError, NotFound
from monitor.services.access import Hasher, digest
from monitor.store import audit, people, web_sessions
from monitor.store.db import Database, Session

FIRST_CODE_LASTS = timedelta(minutes=15)
INVITATION_LASTS = timedelta(days=3)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GROUPS, _GROUP = 5, 4


class NameTaken(MonitorError):
    """Somebody in the team has this name or this e-mail address already."""


class LastAdmin(MonitorError):
    """The team would be left without an administrator; make somebody else one first."""


class WrongCode(MonitorError):
    """This code is not right, was used already, or is too old; ask for a new one."""


class Team:
    """Who is in the team. `by` is the name of whoever does something; `brands` no password may be built on."""

    def __init__(self, database: Database, clock: Clock, hasher: Hasher, *, brands: tuple[str, ...] = ()) -> None:
        self._database = database
        self._clock = clock
        self._hasher = hasher
        self._brands = brands

    def has_admin(self) -> bool:
        """Whether there is an administrator who can log in."""
        with self._database.read() as session:
            return _somebody_rules(session)

    def first_code(self) -> str | None:
        """A new code that makes the first administrator, once, within a quarter of an hour; None when there is one."""
        if self.has_admin():
            return None
        return self._new_code(None, FIRST_CODE_LASTS)

    def use_code(self, code: str, password: str, origin: Origin, *, name: str = "") -> Agent:
        """Let somebody in with a code: the first administrator, who takes a `name`, or whoever was invited.

        Raises `WrongCode`, `WeakPassword`, `BadName` and `NameTaken`; the code is used up only when it all worked.
        """
        now = self._clock.now()
        with self._database.read() as session:
            whose = people.code_is_for(session, _digest_of(code), now)
            agent = people.by_id(session, whose[0]) if whose is not None and whose[0] is not None else None
        if whose is None or (agent is not None and agent.disabled_at is not None):
            raise WrongCode
        first = agent is None
        chosen = agent or Agent(None, login_name(name), login_name(name), None, Rank.ADMIN)
        hashed = self._hasher.hash(self.check_password(password, chosen.name, chosen.display_name, chosen.email))
        with self._database.write() as session:
            if people.take_code(session, _digest_of(code), now) is None or (first and _somebody_rules(session)):
                raise WrongCode
            joined = (people.add(session, chosen, now) or self._promoted(session, chosen)) if first else chosen
            assert joined.id is not None
            people.set_password_hash(session, joined.id, hashed)
            web_sessions.end_all(session, joined.id, now)
            deed = Deed.SET_UP if first else Deed.PASSWORD_CHANGED
            self._record(session, deed, joined.name, joined.name, origin)
        return joined

    def _promoted(self, session: Session, first: Agent) -> Agent:
        """Somebody who worked on the command line before the page was set up, and now becomes its administrator."""
        known = people.by_name(session, first.name)
        if known is None:
            raise NameTaken
        made = replace(known, rank=Rank.ADMIN, disabled_at=None)
        people.change(session, made)
        return made

    def add(
        self,
        name: str,
        *,
        by: str,
        rank: Rank = Rank.AGENT,
        display_name: str = "",
        email: str | None = None,
        origin: Origin | None = None,
    ) -> Agent:
        """Add a person, who can log in once there is a password: see `invite`. Raises `BadName` and `NameTaken`."""
        login = login_name(name)
        wanted = Agent(None, login, display_name.strip() or login, _email(email), rank)
        with self._database.write() as session:
            added = people.add(session, wanted, self._clock.now())
            if added is None:
                raise NameTaken
            self._record(session, Deed.AGENT_ADDED, by, login, origin, rank=rank.value)
        return added

    def invite(self, name: str, *, by: str, origin: Origin | None = None) -> str:
        """A code with which that person chooses a password, the first or a new one, within three days."""
        agent = self.person(name)
        if agent.disabled_at is not None:
            raise Denied(f"{agent.name} is disabled: enable the account first.")
        code = self._new_code(agent.id, INVITATION_LASTS)
        with self._database.write() as session:
            self._record(session, Deed.INVITED, by, agent.name, origin)
        return code

    def check_password(self, password: str, *own: str | None) -> str:
        """The password as it is hashed, which is not built on any of `own`. Raises `WeakPassword`."""
        return accepted(password, own=(*(name for name in own if name), *self._brands))

    def set_password(self, name: str, password: str, *, by: str) -> None:
        """Give a person a password and end every session. Raises `NotFound` and `WeakPassword`."""
        agent = self.person(name)
        assert agent.id is not None
        hashed = self._hasher.hash(self.check_password(password, agent.name, agent.display_name, agent.email))
        with self._database.write() as session:
            people.set_password_hash(session, agent.id, hashed)
            web_sessions.end_all(session, agent.id, self._clock.now())
            self._record(session, Deed.PASSWORD_CHANGED, by, agent.name, None)

    def set_rank(self, name: str, rank: Rank, *, by: str, origin: Origin | None = None) -> Agent:
        """Change what a person may do. Sessions end: the person logs in with the new rank. Raises `LastAdmin`."""
        with self._database.write() as session:
            agent = _found(people.by_name(session, name), name)
            if agent.rank is rank:
                return agent
            changed = replace(agent, rank=rank)
            self._keep_an_admin(session, changed)
            people.change(session, changed)
            web_sessions.end_all(session, agent.id or 0, self._clock.now())
            self._record(session, Deed.RANK_CHANGED, by, name, origin, before=agent.rank.value, after=rank.value)
        return changed

    def disable(self, name: str, *, by: str, origin: Origin | None = None) -> Agent:
        """Shut a person out at once: sessions end, tokens no longer count. The name stays. Raises `LastAdmin`."""
        return self._switch(name, self._clock.now(), Deed.AGENT_DISABLED, by, origin)

    def enable(self, name: str, *, by: str, origin: Origin | None = None) -> Agent:
        """Let a person in again."""
        return self._switch(name, None, Deed.AGENT_ENABLED, by, origin)

    def _switch(self, name: str, at: datetime | None, deed: Deed, by: str, origin: Origin | None) -> Agent:
        with self._database.write() as session:
            agent = _found(people.by_name(session, name), name)
            if (agent.disabled_at is None) == (at is None):
                return agent
            changed = replace(agent, disabled_at=at)
            self._keep_an_admin(session, changed)
            people.change(session, changed)
            web_sessions.end_all(session, agent.id or 0, self._clock.now())
            self._record(session, deed, by, name, origin)
        return changed

    def save_profile(self, agent: Agent, **changes: Any) -> Agent:
        """Change what people say about themselves: display_name, email, locale, zone, preferences.

        Raises `NameTaken`.
        """
        wanted = {name: changes[name] for name in changes if name not in ("id", "name", "rank", "disabled_at")}
        with self._database.write() as session:
            changed = replace(_found(people.by_name(session, agent.name), agent.name), **wanted)
            if not people.change(session, changed):
                raise NameTaken
        return changed

    def person(self, name: str) -> Agent:
        """Raises `NotFound`."""
        with self._database.read() as session:
            return _found(people.by_name(session, name.strip().casefold()), name)

    def everybody(self) -> list[Agent]:
        """The whole team by name, the disabled too."""
        with self._database.read() as session:
            return people.everybody(session)

    def able_to_log_in(self) -> frozenset[str]:
        """The names of those who have a password."""
        with self._database.read() as session:
            return people.names_with_password(session)

    def trail(self, *, before: int | None = None, about: str | None = None, limit: int = 50) -> list[tuple[int, Entry]]:
        """Entries of the audit trail with their ids, the newest first."""
        with self._database.read() as session:
            return audit.page(session, before=before, about=about, limit=limit)

    def first_broken_entry(self) -> int | None:
        """The place, from 0, of the first entry of the trail that was tampered with; None when it is whole."""
        with self._database.read() as session:
            return first_broken(audit.whole(session))

    def _keep_an_admin(self, session: Session, changed: Agent) -> None:
        if not changed.may(Rank.ADMIN) and people.working_admins(session) == {changed.id}:
            raise LastAdmin

    def _new_code(self, agent_id: int | None, lasts: timedelta) -> str:
        now = self._clock.now()
        code = "-".join("".join(choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
        with self._database.write() as session:
            people.save_code(session, _digest_of(code), agent_id, now=now, expires_at=now + lasts)
        return code

    def _record(
        self, session: Session, deed: Deed, by: str, subject: str, origin: Origin | None, **detail: str
    ) -> None:
        address = origin.address if origin is not None else None
        audit.record(session, Entry(self._clock.now(), deed, by, subject, address, detail))


def _somebody_rules(session: Session) -> bool:
    able = people.names_with_password(session)
    return any(agent.name in able and agent.may(Rank.ADMIN) for agent in people.everybody(session))


def _digest_of(code: str) -> str:
    """A code may be typed in small letters, with or without its dashes."""
    return digest("".join(letter for letter in code.upper() if letter.isalnum()))


def _email(text: str | None) -> str | None:
    return (text or "").strip() or None


def _found(agent: Agent | None, name: str) -> Agent:
    if agent is None:
        raise NotFound(f"Nobody in the team is called {name}.")
    return agent
