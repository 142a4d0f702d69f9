"""Ranks include what is below them, tokens never reach beyond their owner, names have one form, sessions end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.access import (
    Agent,
    BadName,
    Lifetime,
    Origin,
    Rank,
    Scope,
    Token,
    WebSession,
    allows,
    login_name,
    reach,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ILZE = Agent(1, "ilze", "Ilze", None, Rank.AGENT)
SESSION = WebSession(1, 1, NOW, NOW, NOW + timedelta(days=7), None, "10.0.0.1", "Firefox")
RANKS = st.sampled_from(list(Rank))


def test_each_rank_includes_the_one_below_and_not_the_one_above() -> None:
    for below, above in pairwise(Rank):
        assert allows(above, below)
        assert not allows(below, above)
        assert allows(below, below)


def test_the_ranks_stand_in_the_agreed_order() -> None:
    assert [rank.value for rank in Rank] == ["viewer", "agent", "lead", "admin"]


@pytest.mark.parametrize("rank", Rank)
def test_whoever_is_disabled_may_do_nothing(rank: Rank) -> None:
    gone = replace(ILZE, rank=rank, disabled_at=NOW)

    assert not any(gone.may(needed) for needed in Rank)


def test_a_person_may_do_what_the_rank_allows() -> None:
    assert [ILZE.may(rank) for rank in Rank] == [True, True, False, False]


@given(RANKS, st.frozensets(st.sampled_from(list(Scope)), min_size=1))
def test_a_token_never_reaches_beyond_its_owner(rank: Rank, scopes: frozenset[Scope]) -> None:
    given_rank = reach(rank, scopes)

    assert given_rank is not None
    assert allows(rank, given_rank)


@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        ({Scope.READ}, Rank.VIEWER),
        ({Scope.ACT}, Rank.LEAD),
        ({Scope.ADMIN}, Rank.ADMIN),
        ({Scope.READ, Scope.ADMIN}, Rank.ADMIN),
        (set(), None),
    ],
)
def test_a_token_of_an_administrator_reaches_as_far_as_its_scopes(scopes: set[Scope], expected: Rank | None) -> None:
    assert reach(Rank.ADMIN, frozenset(scopes)) is expected


@pytest.mark.parametrize(
    ("typed", "kept"), [("ilze", "ilze"), ("  Ilze ", "ilze"), ("j.ozols-2", "j.ozols-2"), ("a", "a"), ("7", "7")]
)
def test_names_are_kept_in_one_form(typed: str, kept: str) -> None:
    assert login_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", " ", ".ilze", "ilze-", "il ze", "ilze\n2", "ильзе", "a" * 41, "a/b", "<b>", "%2e"]
)
def test_other_names_are_refused_with_what_is_allowed(typed: str) -> None:
    with pytest.raises(BadName, match="1 to 40 small letters"):
        login_name(typed)


@given(st.text(max_size=60))
def test_a_name_that_is_kept_is_kept_as_it_is_the_next_time(typed: str) -> None:
    try:
        kept = login_name(typed)
    except BadName:
        return
    assert login_name(kept) == kept


def test_where_a_request_comes_from_is_cut_to_a_sane_length() -> None:
    origin = Origin("1" * 1000, "Mozilla" * 1000)

    assert (len(origin.address), len(origin.user_agent)) == (64, 200)


class TestSessions:
    lifetime = Lifetime(idle=timedelta(hours=8), absolute=timedelta(days=7))

    def test_a_used_session_lives(self) -> None:
        assert self.lifetime.is_live(SESSION, NOW)
        assert self.lifetime.is_live(SESSION, NOW + timedelta(hours=8) - timedelta(microseconds=1))

    def test_an_idle_session_is_over(self) -> None:
        assert not self.lifetime.is_live(SESSION, NOW + timedelta(hours=8))

    def test_a_session_that_is_used_all_the_time_is_over_in_the_end(self) -> None:
        late = NOW + timedelta(days=7)
        busy = replace(SESSION, seen_at=late - timedelta(minutes=1))

        assert self.lifetime.is_live(busy, late - timedelta(seconds=1))
        assert not self.lifetime.is_live(busy, late)

    def test_an_ended_session_is_over_at_once(self) -> None:
        assert not self.lifetime.is_live(replace(SESSION, ended_at=NOW), NOW)

    def test_a_shorter_rule_holds_for_sessions_that_began_under_a_longer_one(self) -> None:
        strict = Lifetime(idle=timedelta(hours=8), absolute=timedelta(hours=1))

        assert not strict.is_live(SESSION, NOW + timedelta(hours=1))


class TestTokens:
    token = Token(1, 1, "reports", "cm_abc", (Scope.READ,), NOW, NOW + timedelta(days=90))

    def test_a_token_counts_until_it_expires(self) -> None:
        assert self.token.is_live(NOW + timedelta(days=90) - timedelta(seconds=1))
        assert not self.token.is_live(NOW + timedelta(days=90))

    def test_a_token_without_an_end_has_none(self) -> None:
        assert replace(self.token, expires_at=None).is_live(NOW + timedelta(days=99_999))

    def test_a_revoked_token_counts_for_nothing(self) -> None:
        assert not replace(self.token, revoked_at=NOW).is_live(NOW)
