"""Templates are kept by owner and name, and read back whole."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.reply_template import Actions, Template, TemplateError, Then
from monitor.errors import NotFound
from monitor.store import templates
from monitor.store.db import Database
from tests.make import NOW

LATE = Template(
    "late",
    {"en": "Hi {{customer}}", "lv": "Labdien, {{?ko}}"},
    "A late parcel",
    actions=Actions(("delivery",), "me", Then.SNOOZE, timedelta(hours=36)),
    updated_by="ilze",
)


def kept(database: Database, *wanted: Template) -> list[Template]:
    with database.write() as session:
        return [templates.save_template(session, one, NOW) for one in wanted]


def test_a_template_is_read_back_as_it_was_kept(database: Database) -> None:
    (saved,) = kept(database, LATE)

    with database.read() as session:
        assert saved.id is not None
        assert templates.template_by_id(session, saved.id) == saved == replace(LATE, id=saved.id, updated_at=NOW)


def test_everybody_sees_the_teams_and_their_own(database: Database) -> None:
    kept(
        database, LATE, replace(LATE, owner="ilze"), replace(LATE, name="other", owner="petar"), replace(LATE, name="b")
    )

    with database.read() as session:
        names = [(one.name, one.owner) for one in templates.templates_for(session, "ilze")]
        assert [one.owner for one in templates.templates_for(session, None)] == [None, None]
    assert names == [("b", None), ("late", None), ("late", "ilze")]


def test_another_brands_templates_are_left_out(database: Database) -> None:
    kept(database, LATE, replace(LATE, name="a", brand="acme"), replace(LATE, name="n", brand="nordtel"))

    with database.read() as session:
        assert [one.name for one in templates.templates_for(session, None, "acme")] == ["a", "late"]


def test_a_name_is_taken_once_by_each_owner(database: Database) -> None:
    kept(database, LATE, replace(LATE, owner="ilze"))

    with pytest.raises(TemplateError, match="/late already"):
        kept(database, LATE)
    with database.read() as session:
        assert templates.template_by_name(session, "late", "petar") is None
        assert templates.count_templates(session) == 2


def test_a_change_keeps_the_number(database: Database) -> None:
    (saved,) = kept(database, LATE)
    kept(database, replace(saved, bodies={"en": "new"}, actions=Actions()))

    with database.read() as session:
        found = templates.template_by_name(session, "late", None)
    assert found is not None
    assert (found.id, found.bodies, found.actions) == (saved.id, {"en": "new"}, Actions())


def test_what_is_gone_cannot_be_changed_or_removed(database: Database) -> None:
    (saved,) = kept(database, LATE)
    assert saved.id is not None
    with database.write() as session:
        templates.remove_template(session, saved.id)

    with pytest.raises(NotFound), database.write() as session:
        templates.remove_template(session, saved.id)
    with pytest.raises(NotFound):
        kept(database, saved)
