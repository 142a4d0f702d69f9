"""Keys for programs: found by a digest, listed with their owners, revoked for good."""

from datetime import timedelta

import pytest

from monitor.domain.access import Agent, Rank, Scope, Token
from monitor.store import people, tokens
from monitor.store.db import Database, Session
from tests.make import NOW


@pytest.fixture
def ilze(database: Database) -> Agent:
    with database.write() as session:
        added = people.add(session, Agent(None, "ilze", "Ilze", None, Rank.LEAD), NOW)
    assert added is not None
    return added


def add(session: Session, owner: Agent, digest: str, **overrides: object) -> Token:
    given = {"name": "reports", "prefix": "cm_abc", "scopes": (Scope.READ, Scope.ACT), "now": NOW, "expires_at": None}
    return tokens.add(session, digest, owner.id or 0, **given | overrides)  # type: ignore[arg-type]


def test_a_token_is_kept_whole_and_found_with_its_owner(database: Database, ilze: Agent) -> None:
    with database.write() as session:
        token = add(session, ilze, "a", expires_at=NOW + timedelta(days=90))

    with database.read() as session:
        assert tokens.by_digest(session, "a") == tokens.by_id(session, token.id) == (token, ilze)
        assert tokens.by_digest(session, "b") is None
        assert tokens.by_id(session, 404) is None
    assert token.scopes == (Scope.READ, Scope.ACT)
    assert (token.name, token.prefix, token.created_at) == ("reports", "cm_abc", NOW)
    assert token.expires_at == NOW + timedelta(days=90)


def test_use_is_noted(database: Database, ilze: Agent) -> None:
    with database.write() as session:
        token = add(session, ilze, "a")
        tokens.used(session, token.id, NOW)
        found = tokens.by_digest(session, "a")
    assert found is not None
    assert found[0].used_at == NOW


def test_a_token_is_revoked_once_and_no_longer_listed(database: Database, ilze: Agent) -> None:
    with database.write() as session:
        first, second = add(session, ilze, "a"), add(session, ilze, "b", name="newer")
        assert [token.id for token, _ in tokens.listed(session)] == [second.id, first.id]
        assert tokens.revoke(session, second.id, NOW)
        assert not tokens.revoke(session, second.id, NOW)
        assert tokens.listed(session) == [(first, ilze)]
        found = tokens.by_digest(session, "b")
    assert found is not None
    assert found[0].revoked_at == NOW


def test_one_persons_tokens_are_listed_alone(database: Database, ilze: Agent) -> None:
    with database.write() as session:
        juris = people.add(session, Agent(None, "juris", "Juris", None, Rank.AGENT), NOW)
        assert juris is not None
        add(session, ilze, "a")
        his = add(session, juris, "b")

        assert tokens.listed(session, juris.id) == [(his, juris)]
        assert len(tokens.listed(session)) == 2
