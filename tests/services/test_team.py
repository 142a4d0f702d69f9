"""The first administrator, newcomers and leavers; and that a team never loses its last administrator."""

import threading
from contextlib import suppress

import pytest

from monitor.domain.access import BadName, Denied, Origin, Rank
from monitor.domain.audit import Deed
from monitor.domain.password import WeakPassword
from monitor.errors import NotFound
from monitor.services.access import Access, Refused
from monitor.services.team import LastAdmin, NameTaken, Team, WrongCode
from monitor.store.db import Database
from tests.fakes import FakeClock, FakeHasher

PASSWORD = "tumbleweed lantern 9"
HERE = Origin("127.0.0.1", "Firefox")


@pytest.fixture
def hasher() -> FakeHasher:
    return FakeHasher()


@pytest.fixture
def team(database: Database, clock: FakeClock, hasher: FakeHasher) -> Team:
    return Team(database, clock, hasher, brands=("acme",))


@pytest.fixture
def access(database: Database, clock: FakeClock, hasher: FakeHasher) -> Access:
    return Access(database, clock, hasher)


@pytest.fixture
def anna(team: Team) -> str:
    """The first administrator."""
    code = team.first_code()
    assert code is not None
    return team.use_code(code, PASSWORD, HERE, name="anna").name


class TestTheFirst:
    def test_the_code_makes_an_administrator_who_can_log_in(self, team: Team, access: Access) -> None:
        code = team.first_code()
        assert code is not None
        assert not team.has_admin()

        first = team.use_code(code, PASSWORD, HERE, name="Anna")

        assert (first.name, first.rank) == ("anna", Rank.ADMIN)
        assert team.has_admin()
        assert access.log_in("anna", PASSWORD, HERE)
        entry = team.trail()[1][1]
        assert (entry.deed, entry.actor, entry.address) == (Deed.SET_UP, "anna", "127.0.0.1")

    def test_there_is_no_code_once_there_is_an_administrator(self, team: Team, anna: str) -> None:
        assert team.first_code() is None

    def test_the_code_works_once(self, team: Team) -> None:
        code = team.first_code() or ""
        team.use_code(code, PASSWORD, HERE, name="anna")
        with pytest.raises(WrongCode):
            team.use_code(code, PASSWORD, HERE, name="eve")

    def test_the_code_is_good_for_a_quarter_of_an_hour(self, team: Team, clock: FakeClock) -> None:
        code = team.first_code() or ""
        clock.pass_time(minutes=15)
        with pytest.raises(WrongCode):
            team.use_code(code, PASSWORD, HERE, name="anna")

    def test_a_new_code_replaces_the_one_before(self, team: Team) -> None:
        first, second = team.first_code() or "", team.first_code() or ""
        with pytest.raises(WrongCode):
            team.use_code(first, PASSWORD, HERE, name="anna")
        assert team.use_code(second, PASSWORD, HERE, name="anna")

    def test_the_code_may_be_typed_carelessly(self, team: Team) -> None:
        code = team.first_code() or ""
        assert team.use_code(f" {code.lower().replace('-', ' ')} ", PASSWORD, HERE, name="anna")

    @pytest.mark.parametrize("code", ["", "AAAA-BBBB-CCCC-DDDD-EEEE", "' OR 1=1 --", "-----"])
    def test_a_made_up_code_is_refused(self, team: Team, code: str) -> None:
        team.first_code()
        with pytest.raises(WrongCode):
            team.use_code(code, PASSWORD, HERE, name="eve")
        assert not team.has_admin()

    def test_codes_cannot_be_guessed(self, team: Team) -> None:
        codes = {team.first_code() or "" for _ in range(20)}
        assert len(codes) == 20
        assert all(len(code.replace("-", "")) == 20 for code in codes), "a hundred bits"

    @pytest.mark.parametrize(
        ("name", "password", "error"),
        [("an na", PASSWORD, BadName), ("anna", "short", WeakPassword), ("anna", "Anna-Acme-2026", WeakPassword)],
    )
    def test_a_mistake_does_not_use_the_code_up(
        self, team: Team, name: str, password: str, error: type[Exception]
    ) -> None:
        code = team.first_code() or ""
        with pytest.raises(error):
            team.use_code(code, password, HERE, name=name)
        assert team.use_code(code, PASSWORD, HERE, name="anna")

    def test_a_code_is_worth_nothing_once_somebody_else_became_administrator(self, team: Team) -> None:
        code = team.first_code() or ""
        team.add("berta", by="root", rank=Rank.ADMIN)
        team.set_password("berta", PASSWORD, by="root")
        with pytest.raises(WrongCode):
            team.use_code(code, PASSWORD, HERE, name="eve")
        assert [agent.name for agent in team.everybody()] == ["berta"]

    def test_somebody_who_worked_on_the_command_line_before_keeps_the_name(self, team: Team) -> None:
        before = team.add("anna", by="root", rank=Rank.VIEWER, display_name="Anna B.")
        after = team.use_code(team.first_code() or "", PASSWORD, HERE, name="anna")
        assert (after.id, after.display_name, after.rank) == (before.id, "Anna B.", Rank.ADMIN)

    def test_two_at_the_same_moment_are_one(self, team: Team) -> None:
        code = team.first_code() or ""
        made: list[str] = []
        start = threading.Barrier(4)

        def one(name: str) -> None:
            start.wait()
            with suppress(WrongCode):
                made.append(team.use_code(code, PASSWORD, HERE, name=name).name)

        threads = [threading.Thread(target=one, args=(f"name{number}",)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [agent.name for agent in team.everybody()] == made
        assert len(made) == 1


class TestJoining:
    def test_somebody_new_chooses_a_password_with_a_code(self, team: Team, access: Access, anna: str) -> None:
        team.add("Ilze", by=anna, rank=Rank.LEAD, display_name=" Ilze Ozola ", email=" ilze@example.org ")
        code = team.invite("ilze", by=anna)
        with pytest.raises(Refused):
            access.log_in("ilze", PASSWORD, HERE)

        joined = team.use_code(code, "quay meadow saxophone", HERE)

        assert joined == team.person("ilze")
        assert (joined.rank, joined.display_name, joined.email) == (Rank.LEAD, "Ilze Ozola", "ilze@example.org")
        assert access.log_in("ilze", "quay meadow saxophone", HERE)
        assert team.able_to_log_in() == {"anna", "ilze"}

    def test_an_invitation_names_whom_it_is_for_whatever_is_typed(self, team: Team, anna: str) -> None:
        team.add("ilze", by=anna)
        assert team.use_code(team.invite("ilze", by=anna), PASSWORD, HERE, name="anna").name == "ilze"

    def test_an_invitation_is_good_for_three_days(self, team: Team, anna: str, clock: FakeClock) -> None:
        team.add("ilze", by=anna)
        code = team.invite("ilze", by=anna)
        clock.pass_time(days=3)
        with pytest.raises(WrongCode):
            team.use_code(code, PASSWORD, HERE)

    def test_a_code_renews_a_forgotten_password_and_ends_the_sessions(
        self, team: Team, access: Access, anna: str
    ) -> None:
        secret = access.log_in(anna, PASSWORD, HERE)
        team.use_code(team.invite(anna, by=anna), "quay meadow saxophone", HERE)
        assert access.session_of(secret) is None
        with pytest.raises(Refused):
            access.log_in(anna, PASSWORD, HERE)

    def test_whoever_is_shut_out_is_not_invited_and_no_code_helps(self, team: Team, anna: str) -> None:
        team.add("ilze", by=anna)
        code = team.invite("ilze", by=anna)
        team.disable("ilze", by=anna)
        with pytest.raises(Denied, match="enable the account first"):
            team.invite("ilze", by=anna)
        with pytest.raises(WrongCode):
            team.use_code(code, PASSWORD, HERE)

    def test_names_and_addresses_are_ones_own(self, team: Team, anna: str) -> None:
        team.add("ilze", by=anna, email="ilze@example.org")
        with pytest.raises(NameTaken):
            team.add("ILZE", by=anna)
        with pytest.raises(NameTaken):
            team.add("juris", by=anna, email="ilze@example.org")
        with pytest.raises(BadName):
            team.add("<script>", by=anna)

    def test_a_password_may_not_be_built_on_the_names(self, team: Team, anna: str) -> None:
        team.add("ilze", by=anna, display_name="Ilze Ozola")
        with pytest.raises(WeakPassword):
            team.set_password("ilze", "ilze-ozola-acme-7", by=anna)

    def test_somebody_unknown_is_not_found(self, team: Team) -> None:
        for call in (
            team.person,
            lambda name: team.invite(name, by="anna"),
            lambda name: team.disable(name, by="anna"),
        ):
            with pytest.raises(NotFound, match="called eve"):
                call("eve")


class TestTheLastAdministrator:
    def test_cannot_be_made_less(self, team: Team, anna: str) -> None:
        with pytest.raises(LastAdmin):
            team.set_rank(anna, Rank.LEAD, by=anna)
        assert team.person(anna).rank is Rank.ADMIN

    def test_cannot_be_shut_out(self, team: Team, anna: str) -> None:
        with pytest.raises(LastAdmin):
            team.disable(anna, by=anna)

    def test_can_leave_when_there_is_another(self, team: Team, anna: str) -> None:
        team.add("berta", by=anna, rank=Rank.ADMIN)
        team.disable(anna, by="berta")
        with pytest.raises(LastAdmin):
            team.disable("berta", by="berta")

    def test_two_who_demote_each_other_at_once_leave_one(self, team: Team, anna: str) -> None:
        team.add("berta", by=anna, rank=Rank.ADMIN)
        start, refused = threading.Barrier(2), []

        def demote(name: str, by: str) -> None:
            start.wait()
            try:
                team.set_rank(name, Rank.LEAD, by=by)
            except LastAdmin:
                refused.append(name)

        threads = [threading.Thread(target=demote, args=pair) for pair in (("anna", "berta"), ("berta", "anna"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len([agent for agent in team.everybody() if agent.rank is Rank.ADMIN]) == 1
        assert len(refused) == 1


def test_what_changes_nothing_is_not_written_down(team: Team, anna: str) -> None:
    before = len(team.trail())
    team.set_rank(anna, Rank.ADMIN, by=anna)
    team.enable(anna, by=anna)
    assert len(team.trail()) == before


def test_everything_that_was_done_is_in_the_trail(team: Team, anna: str) -> None:
    where = Origin("10.0.0.1")
    team.add("ilze", by=anna, origin=where)
    team.invite("ilze", by=anna, origin=where)
    team.set_password("ilze", PASSWORD, by=anna)
    team.set_rank("ilze", Rank.LEAD, by=anna, origin=where)
    team.disable("ilze", by=anna, origin=where)
    team.enable("ilze", by=anna, origin=where)

    entries = [entry for _, entry in team.trail(about="ilze")][::-1]
    assert [entry.deed for entry in entries] == [
        Deed.AGENT_ADDED,
        Deed.INVITED,
        Deed.PASSWORD_CHANGED,
        Deed.RANK_CHANGED,
        Deed.AGENT_DISABLED,
        Deed.AGENT_ENABLED,
    ]
    assert {entry.actor for entry in entries} == {anna}
    assert entries[3].detail == {"before": "agent", "after": "lead"}
    assert team.first_broken_entry() is None
    assert not any(PASSWORD in repr(entry) for entry in entries)


def test_people_change_what_is_said_about_them_and_nothing_else(team: Team, anna: str) -> None:
    ilze = team.add("ilze", by=anna, email="ilze@example.org")
    changed = team.save_profile(
        ilze, display_name="Ilze O.", locale="lv", zone="Europe/Riga", preferences={"theme": "dark"}, rank=Rank.ADMIN
    )

    assert changed == team.person("ilze")
    assert (changed.display_name, changed.locale, changed.zone) == ("Ilze O.", "lv", "Europe/Riga")
    assert changed.preferences == {"theme": "dark"}
    assert changed.rank is Rank.AGENT
    with pytest.raises(NameTaken):
        team.save_profile(team.person(anna), email="ilze@example.org")
