"""Logging in and out: the same work for everybody, slower for guessers, and a session that is over stays over."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.access import Agent, Denied, Lifetime, Origin, Rank
from monitor.domain.audit import Deed
from monitor.domain.password import WeakPassword
from monitor.errors import NotFound
from monitor.services.access import Access, Refused, TooManyTries, digest
from monitor.services.team import Team
from monitor.store import people, web_sessions
from monitor.store.db import Database
from tests.fakes import FakeClock, FakeHasher

PASSWORD = "tumbleweed lantern 9"
OFFICE = Origin("10.0.0.1", "Firefox")
ELSEWHERE = Origin("203.0.113.9", "curl")


@pytest.fixture
def hasher() -> FakeHasher:
    return FakeHasher()


@pytest.fixture
def access(database: Database, clock: FakeClock, hasher: FakeHasher) -> Access:
    return Access(database, clock, hasher, brands=("acme",))


@pytest.fixture
def team(database: Database, clock: FakeClock, hasher: FakeHasher) -> Team:
    return Team(database, clock, hasher)


@pytest.fixture
def ilze(team: Team) -> Agent:
    agent = team.add("ilze", by="anna", display_name="Ilze Ozola")
    team.set_password("ilze", PASSWORD, by="anna")
    return agent


def deeds(team: Team) -> list[tuple[Deed, str | None, str | None]]:
    """What the trail says since somebody was given a password, the oldest first."""
    entries = [entry for _, entry in team.trail()][::-1]
    return [(entry.deed, entry.actor, entry.subject) for entry in entries][2:]


def guess(access: Access, clock: FakeClock, times: int, origin: Origin = ELSEWHERE, name: str = "ilze") -> int:
    """Guess so many times at once; how many were really compared."""
    made = 0
    for number in range(times):
        try:
            access.log_in(name, f"guess {number}", origin)
        except Refused:
            made += 1
        except TooManyTries:
            pass
    return made


def test_the_right_password_opens_a_session(access: Access, ilze: Agent, team: Team) -> None:
    secret = access.log_in("ilze", PASSWORD, OFFICE)

    found = access.session_of(secret)
    assert found is not None
    session, agent = found
    assert agent == ilze
    assert (session.address, session.user_agent) == ("10.0.0.1", "Firefox")
    assert deeds(team) == [(Deed.LOGGED_IN, "ilze", None)]


def test_names_are_typed_in_any_case_and_passwords_are_not(access: Access, ilze: Agent) -> None:
    assert access.log_in(" ILZE ", PASSWORD, OFFICE)
    with pytest.raises(Refused):
        access.log_in("ilze", PASSWORD.upper(), OFFICE)


def test_secrets_are_long_all_different_and_not_in_the_database(
    access: Access, ilze: Agent, database: Database
) -> None:
    secrets = [access.log_in("ilze", PASSWORD, OFFICE) for _ in range(3)]

    assert len(set(secrets)) == 3
    assert min(map(len, secrets)) >= 43, "256 bits"
    with database.read() as session:
        assert web_sessions.by_digest(session, secrets[0]) is None
        assert web_sessions.by_digest(session, digest(secrets[0])) is not None


def test_every_refusal_sounds_the_same_and_costs_the_same(
    access: Access, team: Team, ilze: Agent, hasher: FakeHasher
) -> None:
    team.add("invited", by="anna")
    team.add("gone", by="anna")
    team.set_password("gone", PASSWORD, by="anna")
    team.disable("gone", by="anna")
    said = []
    for name, password in (
        ("ilze", "wrong"),
        ("nobody", PASSWORD),
        ("invited", PASSWORD),
        ("gone", PASSWORD),
        ("il ze\x00", PASSWORD),
        ("", ""),
    ):
        hasher.compared.clear()
        with pytest.raises(Refused) as refused:
            access.log_in(name, password, Origin(f"10.1.0.{len(said)}"))
        assert len(hasher.compared) == 1
        said.append(str(refused.value))
    assert len(set(said)) == 1


def test_nobody_gets_in_with_the_password_that_stands_in_for_unknown_names(
    access: Access, team: Team, ilze: Agent
) -> None:
    team.add("invited", by="anna")
    for name in ("nobody", "invited"):
        with pytest.raises(Refused):
            access.log_in(name, "\x00", OFFICE)


def test_a_typed_name_that_is_nobodys_is_not_written_down(access: Access, team: Team, ilze: Agent) -> None:
    """People type their password there by mistake."""
    for name in (PASSWORD, "ilze"):
        with pytest.raises(Refused):
            access.log_in(name, "wrong", OFFICE)

    assert deeds(team) == [(Deed.LOGIN_REFUSED, None, None), (Deed.LOGIN_REFUSED, None, "ilze")]


def test_an_old_hash_is_renewed_at_the_next_login(access: Access, ilze: Agent, database: Database) -> None:
    assert ilze.id is not None
    with database.write() as session:
        people.set_password_hash(session, ilze.id, f"old:{PASSWORD}")

    access.log_in("ilze", PASSWORD, OFFICE)

    with database.read() as session:
        assert people.password_hash(session, ilze.id) == f"fake:{PASSWORD}"


def test_logging_in_again_ends_the_session_before(access: Access, ilze: Agent) -> None:
    first = access.log_in("ilze", PASSWORD, OFFICE)
    second = access.log_in("ilze", PASSWORD, OFFICE, replacing=first)

    assert first != second
    assert access.session_of(first) is None
    assert access.session_of(second) is not None


def test_a_session_cannot_be_replayed_after_logging_out(access: Access, ilze: Agent, team: Team) -> None:
    secret, other = (access.log_in("ilze", PASSWORD, OFFICE) for _ in range(2))

    access.log_out(secret, OFFICE)
    access.log_out(secret, OFFICE)

    assert access.session_of(secret) is None
    assert access.session_of(other) is not None
    assert [deed for deed, _, _ in deeds(team)].count(Deed.LOGGED_OUT) == 1


@pytest.mark.parametrize("secret", ["", "x", "'; DROP TABLE agents; --", "\ud800", "a" * 5000])
def test_made_up_secrets_are_worth_nothing(access: Access, ilze: Agent, secret: str) -> None:
    assert access.session_of(secret) is None
    access.log_out(secret, OFFICE)


class TestExpiry:
    def test_an_idle_session_ends(self, access: Access, ilze: Agent, clock: FakeClock) -> None:
        secret = access.log_in("ilze", PASSWORD, OFFICE)
        clock.pass_time(hours=7, minutes=59)
        assert access.session_of(secret) is not None
        clock.pass_time(hours=7, minutes=59)
        assert access.session_of(secret) is not None, "it was used in between"
        clock.pass_time(hours=8)
        assert access.session_of(secret) is None

    def test_a_session_in_use_ends_after_a_week(self, access: Access, ilze: Agent, clock: FakeClock) -> None:
        secret = access.log_in("ilze", PASSWORD, OFFICE)
        for _ in range(7 * 24 - 1):
            clock.pass_time(hours=1)
            assert access.session_of(secret) is not None
        clock.pass_time(hours=1)
        assert access.session_of(secret) is None

    def test_the_lifetime_is_as_configured(
        self, database: Database, clock: FakeClock, hasher: FakeHasher, ilze: Agent
    ) -> None:
        strict = Access(database, clock, hasher, lifetime=Lifetime(timedelta(minutes=30), timedelta(hours=12)))
        secret = strict.log_in("ilze", PASSWORD, OFFICE)
        clock.pass_time(minutes=30)
        assert strict.session_of(secret) is None

    def test_use_is_noted_once_a_minute(
        self, access: Access, ilze: Agent, clock: FakeClock, database: Database
    ) -> None:
        secret = access.log_in("ilze", PASSWORD, OFFICE)
        began = clock.now()
        clock.pass_time(seconds=59)
        access.session_of(secret)
        assert access.sessions(ilze)[0].seen_at == began
        clock.pass_time(seconds=1)
        access.session_of(secret)
        assert access.sessions(ilze)[0].seen_at == clock.now()


class TestGuessing:
    def test_after_a_few_the_guesses_are_not_even_compared(
        self, access: Access, ilze: Agent, clock: FakeClock, hasher: FakeHasher
    ) -> None:
        assert guess(access, clock, 50) == 4
        assert len(hasher.compared) == 4

    def test_the_refusal_says_when_to_try_again_and_that_is_true(
        self, access: Access, ilze: Agent, clock: FakeClock
    ) -> None:
        guess(access, clock, 10)
        with pytest.raises(TooManyTries) as refused:
            access.log_in("ilze", PASSWORD, ELSEWHERE)
        wait = (refused.value.retry_at - clock.now()).total_seconds()
        clock.pass_time(seconds=wait - 0.5)
        with pytest.raises(TooManyTries):
            access.log_in("ilze", PASSWORD, ELSEWHERE)
        clock.pass_time(seconds=0.5)

        assert access.log_in("ilze", PASSWORD, ELSEWHERE)

    def test_the_victim_logs_in_from_another_address(self, access: Access, ilze: Agent, clock: FakeClock) -> None:
        guess(access, clock, 10_0)

        assert access.log_in("ilze", PASSWORD, OFFICE)

    def test_ten_thousand_guesses_from_many_addresses_are_slow_too(
        self, access: Access, ilze: Agent, clock: FakeClock
    ) -> None:
        """An hour of guessing by two hundred machines: ASVS allows a hundred guesses an hour."""
        access.log_in("ilze", PASSWORD, OFFICE)
        made = 0
        for minute in range(60):
            made += sum(guess(access, clock, 1, Origin(f"203.0.113.{(minute * 7 + n) % 200}")) for n in range(7))
            clock.pass_time(minutes=1)

        assert made <= 100
        assert access.log_in("ilze", PASSWORD, OFFICE), "an address that she works from is not slowed down"

    def test_one_password_tried_on_many_names_is_slowed_down(self, access: Access, clock: FakeClock) -> None:
        assert sum(guess(access, clock, 1, ELSEWHERE, f"name{number}") for number in range(100)) == 20

    def test_success_makes_the_failures_forgotten(self, access: Access, ilze: Agent, clock: FakeClock) -> None:
        for _ in range(20):
            assert guess(access, clock, 3, OFFICE) == 3
            access.log_in("ilze", PASSWORD, OFFICE)

    def test_guesses_at_the_same_moment_are_all_counted(self, access: Access, ilze: Agent, hasher: FakeHasher) -> None:
        start = threading.Barrier(12)

        def one() -> None:
            start.wait()
            with pytest.raises((Refused, TooManyTries)):
                access.log_in("ilze", "guess", ELSEWHERE)

        threads = [threading.Thread(target=one) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(hasher.compared) == 4

    def test_a_huge_password_is_not_worked_on(self, access: Access, ilze: Agent, hasher: FakeHasher) -> None:
        with pytest.raises(Refused):
            access.log_in("ilze", PASSWORD + "x" * 1_000_000, OFFICE)
        assert hasher.compared


class TestOwnAccount:
    def test_changing_the_password_ends_every_other_session(self, access: Access, ilze: Agent, team: Team) -> None:
        here, there = (access.log_in("ilze", PASSWORD, OFFICE) for _ in range(2))

        renewed = access.change_password(ilze, PASSWORD, "quay meadow saxophone", OFFICE)

        assert access.session_of(here) is None
        assert access.session_of(there) is None
        assert access.session_of(renewed) is not None
        with pytest.raises(Refused):
            access.log_in("ilze", PASSWORD, OFFICE)
        assert access.log_in("ilze", "quay meadow saxophone", OFFICE)
        assert (Deed.PASSWORD_CHANGED, "ilze", None) in deeds(team)

    def test_the_present_password_must_be_right_and_guessing_it_is_slow(self, access: Access, ilze: Agent) -> None:
        for _ in range(4):
            with pytest.raises(Refused, match="present password"):
                access.change_password(ilze, "guess", "quay meadow saxophone", OFFICE)
        with pytest.raises(TooManyTries):
            access.change_password(ilze, PASSWORD, "quay meadow saxophone", OFFICE)

    @pytest.mark.parametrize("weak", ["short", "Ilze-Ozola-2026", "acme-acme-2026"])
    def test_a_weak_new_password_changes_nothing(self, access: Access, ilze: Agent, weak: str) -> None:
        secret = access.log_in("ilze", PASSWORD, OFFICE)
        with pytest.raises(WeakPassword):
            access.change_password(ilze, PASSWORD, weak, OFFICE)
        assert access.session_of(secret) is not None
        assert access.log_in("ilze", PASSWORD, OFFICE)

    def test_own_sessions_are_listed_and_ended_one_by_one(self, access: Access, ilze: Agent, team: Team) -> None:
        here, there = access.log_in("ilze", PASSWORD, OFFICE), access.log_in("ilze", PASSWORD, ELSEWHERE)
        addresses = {session.address: session.id for session in access.sessions(ilze)}

        access.revoke(addresses[ELSEWHERE.address], ilze, by="ilze", origin=OFFICE)

        assert access.session_of(there) is None
        assert access.session_of(here) is not None
        assert [session.address for session in access.sessions(ilze)] == [OFFICE.address]
        assert (Deed.SESSION_REVOKED, "ilze", "ilze") in deeds(team)

    def test_somebody_elses_session_is_not_there(self, access: Access, ilze: Agent, team: Team) -> None:
        juris = team.add("juris", by="anna")
        access.log_in("ilze", PASSWORD, OFFICE)
        with pytest.raises(NotFound):
            access.revoke(access.sessions(ilze)[0].id, juris, by="juris")
        assert len(access.sessions(ilze)) == 1

    def test_a_session_that_has_expired_is_not_listed(self, access: Access, ilze: Agent, clock: FakeClock) -> None:
        access.log_in("ilze", PASSWORD, OFFICE)
        clock.pass_time(days=8)
        assert access.sessions(ilze) == []

    def test_all_sessions_can_be_ended_at_once(self, access: Access, ilze: Agent) -> None:
        secrets = [access.log_in("ilze", PASSWORD, OFFICE) for _ in range(3)]

        assert access.revoke_all(ilze, by="anna") == 3
        assert [access.session_of(secret) for secret in secrets] == [None] * 3


def test_somebody_who_is_disabled_is_out_at_once(access: Access, ilze: Agent, team: Team) -> None:
    secret = access.log_in("ilze", PASSWORD, OFFICE)

    team.disable("ilze", by="anna")
    assert access.session_of(secret) is None
    team.enable("ilze", by="anna")
    assert access.session_of(secret) is None, "the old session does not come back"
    assert access.log_in("ilze", PASSWORD, OFFICE)


def test_a_change_of_rank_ends_the_session_of_the_old_rank(access: Access, ilze: Agent, team: Team) -> None:
    secret = access.log_in("ilze", PASSWORD, OFFICE)

    team.set_rank("ilze", Rank.LEAD, by="anna")

    assert access.session_of(secret) is None
    again = access.session_of(access.log_in("ilze", PASSWORD, OFFICE))
    assert again is not None
    assert again[1] == replace(ilze, rank=Rank.LEAD)


def test_whoever_the_proxy_names_is_known_by_name(access: Access, ilze: Agent, team: Team) -> None:
    assert access.vouched(" Ilze") == ilze
    team.disable("ilze", by="anna")
    for name in ("ilze", "nobody", ""):
        with pytest.raises(Denied, match="ask an administrator"):
            access.vouched(name)


def test_what_was_denied_is_written_down(access: Access, ilze: Agent, team: Team) -> None:
    access.denied(ilze, "GET /people" + "x" * 1000, OFFICE)

    entry = team.trail()[0][1]
    assert (entry.deed, entry.actor, entry.address) == (Deed.DENIED, "ilze", "10.0.0.1")
    assert len(entry.detail["request"]) == 200
