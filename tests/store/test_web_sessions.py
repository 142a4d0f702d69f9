"""Browsers that are logged in: found by a digest, ended for good, and forgotten after a while."""

from datetime import timedelta

import pytest

from monitor.domain.access import Agent, Origin, Rank
from monitor.store import people, web_sessions
from monitor.store.db import Database, Session
from tests.make import NOW

WEEK = NOW + timedelta(days=7)
OFFICE = Origin("10.0.0.1", "Firefox")


@pytest.fixture
def ilze(database: Database) -> Agent:
    return person(database, "ilze")


def person(database: Database, name: str) -> Agent:
    with database.write() as session:
        added = people.add(session, Agent(None, name, name, None, Rank.AGENT), NOW)
    assert added is not None
    return added


def opened(session: Session, agent: Agent, digest: str, **overrides: object) -> int:
    given = {"now": NOW, "expires_at": WEEK} | overrides
    return web_sessions.open_session(session, digest, agent.id or 0, OFFICE, **given)  # type: ignore[arg-type]


def test_a_session_is_found_with_its_owner(database: Database, ilze: Agent) -> None:
    with database.write() as session:
        number = opened(session, ilze, "a")

    with database.read() as session:
        found = web_sessions.by_digest(session, "a")
        assert web_sessions.by_digest(session, "b") is None
    assert found is not None
    kept, owner = found
    assert owner == ilze
    assert (kept.id, kept.agent_id, kept.created_at, kept.seen_at) == (number, ilze.id, NOW, NOW)
    assert (kept.expires_at, kept.ended_at, kept.address, kept.user_agent) == (WEEK, None, "10.0.0.1", "Firefox")


def test_the_same_digest_is_never_kept_twice(database: Database, ilze: Agent) -> None:
    from sqlalchemy.exc import IntegrityError

    with database.write() as session:
        opened(session, ilze, "a")
    with pytest.raises(IntegrityError), database.write() as session:
        opened(session, ilze, "a")


def test_use_is_noted_and_never_goes_back(database: Database, ilze: Agent) -> None:
    with database.write() as session:
        number = opened(session, ilze, "a")
        web_sessions.touch(session, number, NOW + timedelta(minutes=5))
        web_sessions.touch(session, number, NOW + timedelta(minutes=3))
        assert web_sessions.of_agent(session, ilze.id or 0)[0].seen_at == NOW + timedelta(minutes=5)


def test_a_session_ends_once(database: Database, ilze: Agent) -> None:
    with database.write() as session:
        number = opened(session, ilze, "a")
        assert web_sessions.end(session, number, NOW)
        assert not web_sessions.end(session, number, NOW)
        found = web_sessions.by_digest(session, "a")
    assert found is not None
    assert found[0].ended_at == NOW


def test_all_sessions_of_one_person_end_and_nobody_elses(database: Database, ilze: Agent) -> None:
    juris = person(database, "juris")
    with database.write() as session:
        for digest in "abc":
            opened(session, ilze, digest)
        opened(session, juris, "d")

        assert web_sessions.end_all(session, ilze.id or 0, NOW) == 3
        assert web_sessions.of_agent(session, ilze.id or 0) == []
        assert len(web_sessions.of_agent(session, juris.id or 0)) == 1


def test_sessions_are_listed_from_the_one_that_was_used_last(database: Database, ilze: Agent) -> None:
    with database.write() as session:
        first, second, third = (opened(session, ilze, digest) for digest in "abc")
        web_sessions.touch(session, second, NOW + timedelta(minutes=5))
        web_sessions.end(session, third, NOW)

        assert [each.id for each in web_sessions.of_agent(session, ilze.id or 0)] == [second, first]


def test_an_address_is_known_even_after_the_session_is_over(database: Database, ilze: Agent) -> None:
    with database.write() as session:
        web_sessions.end(session, opened(session, ilze, "a"), NOW)

        assert web_sessions.was_here(session, ilze.id or 0, "10.0.0.1")
        assert not web_sessions.was_here(session, ilze.id or 0, "10.0.0.2")


def test_what_is_long_over_is_forgotten(database: Database, ilze: Agent) -> None:
    later = WEEK + web_sessions.REMEMBERED
    with database.write() as session:
        opened(session, ilze, "a")
        opened(session, ilze, "b", now=later, expires_at=later + timedelta(days=7))
        assert web_sessions.by_digest(session, "a") is not None, "one moment too early"
        opened(session, ilze, "c", now=later + timedelta(seconds=1), expires_at=later + timedelta(days=7))
        assert web_sessions.by_digest(session, "a") is None
