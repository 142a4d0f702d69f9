"""The people of the team are kept whole, names and addresses are theirs alone, and a code works once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.access import Agent, Rank
from monitor.store import people
from monitor.store.db import Database
from tests.make import NOW

ILZE = Agent(None, "ilze", "Ilze Ozola", "ilze@example.org", Rank.LEAD, "lv", "Europe/Riga", None, {"theme": "dark"})
JURIS = Agent(None, "juris", "Juris", None, Rank.AGENT)


def added(database: Database, agent: Agent) -> Agent:
    with database.write() as session:
        kept = people.add(session, agent, NOW)
    assert kept is not None
    return kept


def number(agent: Agent) -> int:
    assert agent.id is not None
    return agent.id


def test_a_person_is_kept_whole(database: Database) -> None:
    kept = added(database, ILZE)

    with database.read() as session:
        assert people.by_name(session, "ilze") == people.by_id(session, number(kept)) == kept
    assert replace(kept, id=None) == ILZE


def test_nobody_is_found_by_a_name_that_nobody_has(database: Database) -> None:
    with database.read() as session:
        assert people.by_name(session, "ilze") is None
        assert people.by_id(session, 404) is None


@pytest.mark.parametrize("second", [replace(JURIS, name="ilze"), replace(JURIS, email="ilze@example.org")])
def test_a_name_and_an_address_belong_to_one_person(database: Database, second: Agent) -> None:
    added(database, ILZE)

    with database.write() as session:
        assert people.add(session, second, NOW) is None
    with database.read() as session:
        assert len(people.everybody(session)) == 1


def test_several_people_have_no_address(database: Database) -> None:
    added(database, JURIS)
    added(database, replace(JURIS, name="janis"))

    with database.read() as session:
        assert [agent.name for agent in people.everybody(session)] == ["janis", "juris"]


def test_what_changes_is_kept_and_the_name_never_changes(database: Database) -> None:
    kept = added(database, ILZE)
    changed = replace(kept, rank=Rank.ADMIN, disabled_at=NOW, locale=None, preferences={})

    with database.write() as session:
        assert people.change(session, replace(changed, name="other"))
    with database.read() as session:
        assert people.by_name(session, "ilze") == changed


def test_an_address_that_is_somebody_elses_is_not_taken(database: Database) -> None:
    added(database, ILZE)
    juris = added(database, JURIS)

    with database.write() as session:
        assert not people.change(session, replace(juris, email="ilze@example.org"))
        assert people.change(session, replace(juris, email="juris@example.org"))


def test_passwords_are_kept_beside_the_person(database: Database) -> None:
    kept = added(database, ILZE)
    added(database, JURIS)

    with database.write() as session:
        assert people.password_hash(session, number(kept)) is None
        people.set_password_hash(session, number(kept), "a hash")
        assert people.password_hash(session, number(kept)) == "a hash"
        assert people.names_with_password(session) == {"ilze"}


def test_only_administrators_who_are_not_disabled_work(database: Database) -> None:
    anna = added(database, replace(ILZE, name="anna", email=None, rank=Rank.ADMIN))
    added(database, replace(ILZE, name="gone", email=None, rank=Rank.ADMIN, disabled_at=NOW))
    added(database, ILZE)

    with database.write() as session:
        assert people.working_admins(session) == {anna.id}


class TestCodes:
    later = NOW + timedelta(minutes=15)

    def test_a_code_is_taken_once(self, database: Database) -> None:
        agent_id = added(database, ILZE).id
        with database.write() as session:
            people.save_code(session, "digest", agent_id, now=NOW, expires_at=self.later)

        with database.write() as session:
            assert people.code_is_for(session, "digest", NOW) == (agent_id,)
            assert people.take_code(session, "digest", NOW) == (agent_id,)
            assert people.take_code(session, "digest", NOW) is None
            assert people.code_is_for(session, "digest", NOW) is None

    def test_a_code_is_for_nobody_in_particular_before_there_is_anybody(self, database: Database) -> None:
        with database.write() as session:
            people.save_code(session, "digest", None, now=NOW, expires_at=self.later)
            assert people.take_code(session, "digest", NOW) == (None,)

    def test_an_old_code_is_none(self, database: Database) -> None:
        with database.write() as session:
            people.save_code(session, "digest", None, now=NOW, expires_at=self.later)
            assert people.code_is_for(session, "digest", self.later) is None
            assert people.take_code(session, "digest", self.later) is None

    def test_a_new_code_replaces_the_ones_before_it_and_nobody_elses(self, database: Database) -> None:
        agent_id = added(database, ILZE).id
        with database.write() as session:
            for digest, owner in (("first", None), ("hers", agent_id), ("second", None), ("hers again", agent_id)):
                people.save_code(session, digest, owner, now=NOW, expires_at=self.later)

            found = [people.code_is_for(session, each, NOW) for each in ("first", "hers", "second", "hers again")]
        assert found == [None, None, (None,), (agent_id,)]
