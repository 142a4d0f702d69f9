"""Keys for programs: shown once, limited in scope, gone at once."""

from datetime import timedelta

import pytest

from monitor.domain.access import Agent, Denied, Origin, Rank, Scope
from monitor.domain.audit import Deed
from monitor.errors import NotFound
from monitor.services.team import Team
from monitor.services.tokens import NoScope, Tokens
from monitor.store.db import Database
from tests.fakes import FakeClock, FakeHasher

READ = frozenset({Scope.READ})


@pytest.fixture
def team(database: Database, clock: FakeClock) -> Team:
    return Team(database, clock, FakeHasher())


@pytest.fixture
def tokens(database: Database, clock: FakeClock) -> Tokens:
    return Tokens(database, clock)


@pytest.fixture
def ilze(team: Team) -> Agent:
    return team.add("ilze", by="anna", rank=Rank.LEAD)


def test_a_key_stands_in_for_its_owner_with_the_rank_of_its_scope(tokens: Tokens, ilze: Agent) -> None:
    reading, _ = tokens.create(ilze, "reports", READ, by="ilze")
    acting, _ = tokens.create(ilze, "bot", frozenset({Scope.ACT}), by="ilze")

    reader, actor = tokens.agent_of(reading), tokens.agent_of(acting)

    assert reader is not None
    assert actor is not None
    assert (reader.name, reader.rank) == ("ilze", Rank.VIEWER)
    assert (actor.name, actor.rank) == ("ilze", Rank.LEAD)


def test_a_key_is_recognised_by_its_beginning_and_kept_nowhere(
    tokens: Tokens, ilze: Agent, team: Team, database: Database
) -> None:
    key, token = tokens.create(ilze, " reports ", READ, by="ilze")

    assert key.startswith("cm_")
    assert key.startswith(token.prefix)
    assert len(key) - len(token.prefix) > 32
    assert token.name == "reports"
    entry = team.trail()[0][1]
    assert (entry.deed, entry.detail) == (Deed.TOKEN_CREATED, {"prefix": token.prefix, "scopes": "read"})
    assert key not in repr(tokens.listed()) + repr(entry)


@pytest.mark.parametrize("key", ["", "cm_", "cm_made-up", "x" * 5000, "\ud800"])
def test_a_made_up_key_is_worth_nothing(tokens: Tokens, ilze: Agent, key: str) -> None:
    tokens.create(ilze, "reports", READ, by="ilze")
    assert tokens.agent_of(key) is None


def test_a_key_expires(tokens: Tokens, ilze: Agent, clock: FakeClock) -> None:
    key, _ = tokens.create(ilze, "reports", READ, lasts=timedelta(days=90), by="ilze")
    clock.pass_time(days=89)
    assert tokens.agent_of(key) is not None
    clock.pass_time(days=1)
    assert tokens.agent_of(key) is None


def test_a_key_dies_with_its_owners_account_and_follows_the_owners_rank(
    tokens: Tokens, ilze: Agent, team: Team
) -> None:
    key, _ = tokens.create(ilze, "bot", frozenset({Scope.ACT}), by="ilze")
    team.set_rank("ilze", Rank.VIEWER, by="anna")
    less = tokens.agent_of(key)
    assert less is not None
    assert less.rank is Rank.VIEWER

    team.disable("ilze", by="anna")
    assert tokens.agent_of(key) is None


def test_use_is_noted_once_a_minute(tokens: Tokens, ilze: Agent, clock: FakeClock) -> None:
    key, _ = tokens.create(ilze, "reports", READ, by="ilze")
    assert tokens.listed()[0][0].used_at is None
    began = clock.now()
    tokens.agent_of(key)
    clock.pass_time(seconds=30)
    tokens.agent_of(key)
    assert tokens.listed()[0][0].used_at == began
    clock.pass_time(seconds=30)
    tokens.agent_of(key)
    assert tokens.listed()[0][0].used_at == clock.now()


@pytest.mark.parametrize(
    ("rank", "scope", "allowed"),
    [
        (Rank.VIEWER, Scope.READ, True),
        (Rank.VIEWER, Scope.ACT, False),
        (Rank.AGENT, Scope.ACT, True),
        (Rank.LEAD, Scope.ADMIN, False),
        (Rank.ADMIN, Scope.ADMIN, True),
    ],
)
def test_a_key_is_not_made_for_more_than_its_owner_may(
    tokens: Tokens, team: Team, rank: Rank, scope: Scope, allowed: bool
) -> None:
    owner = team.add("owner", by="anna", rank=rank)
    if allowed:
        assert tokens.create(owner, "it", frozenset({scope}), by="owner")
    else:
        with pytest.raises(Denied):
            tokens.create(owner, "it", frozenset({scope}), by="owner")


def test_a_key_without_a_scope_is_not_made(tokens: Tokens, ilze: Agent) -> None:
    with pytest.raises(NoScope):
        tokens.create(ilze, "nothing", frozenset(), by="ilze")


class TestRevoking:
    def test_a_revoked_key_is_worth_nothing_at_once(self, tokens: Tokens, ilze: Agent, team: Team) -> None:
        key, token = tokens.create(ilze, "reports", READ, by="ilze")
        tokens.revoke(token.id, by=ilze, name="ilze", origin=Origin("10.0.0.1"))
        assert tokens.agent_of(key) is None
        assert tokens.listed(ilze) == []
        entry = team.trail()[0][1]
        assert (entry.deed, entry.actor, entry.subject, entry.address) == (
            Deed.TOKEN_REVOKED,
            "ilze",
            "ilze",
            "10.0.0.1",
        )

    def test_others_keys_are_not_there_except_for_administrators(self, tokens: Tokens, ilze: Agent, team: Team) -> None:
        key, token = tokens.create(ilze, "reports", READ, by="ilze")
        juris, anna = team.add("juris", by="anna", rank=Rank.LEAD), team.add("anna", by="anna", rank=Rank.ADMIN)
        with pytest.raises(NotFound):
            tokens.revoke(token.id, by=juris, name="juris")
        with pytest.raises(NotFound):
            tokens.revoke(404, by=anna, name="anna")
        assert tokens.agent_of(key) is not None

        tokens.revoke(token.id, by=anna, name="anna")
        assert tokens.agent_of(key) is None

    def test_everybodys_keys_are_listed_with_their_owners(self, tokens: Tokens, ilze: Agent, team: Team) -> None:
        juris = team.add("juris", by="anna")
        tokens.create(ilze, "hers", READ, by="ilze")
        tokens.create(juris, "his", READ, by="juris")
        assert [(token.name, owner.name) for token, owner in tokens.listed()] == [("his", "juris"), ("hers", "ilze")]
        assert [token.name for token, _ in tokens.listed(juris)] == ["his"]
