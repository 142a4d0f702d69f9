"""One post by its number."""

import pytest

from classifiers.contract import Kind
from monitor.domain.labels import Labels
from monitor.errors import NotFound
from monitor.services.labelling import label_post
from monitor.services.posts import post_in_full
from monitor.store import assessments, intake
from monitor.store.db import Database
from tests.fakes import FakeClock
from tests.make import NOW, make_account, make_assessment, make_post, make_reply


def kept(database: Database) -> int:
    account = make_account(external_id="anna")
    post = make_post(external_id="1", author_id="anna")
    with database.write() as session:
        intake.save_page(session, accounts=[account], posts=[post, make_reply(post, external_id="2")])
        first = intake.post_by_key(session, "acme", "x", "1")
        assert first is not None
        assert first.id is not None
        assessments.save_assessments(session, [(first.id, make_assessment())], NOW)
        return first.id


def test_a_post_comes_with_all_that_is_said_of_it(database: Database, clock: FakeClock) -> None:
    number = kept(database)
    label_post(database, clock, number, "ilze", Labels(kind=Kind.QUESTION))

    told = post_in_full(database, number)

    assert (told.post.external_id, told.ours) == ("1", False)
    assert told.author is not None
    assert told.author.external_id == "anna"
    assert told.assessment == make_assessment()
    assert told.labels == {"ilze": {"kind": "question"}}


def test_a_reply_is_ours(database: Database) -> None:
    kept(database)
    with database.read() as session:
        reply = intake.post_by_key(session, "acme", "x", "2")
    assert reply is not None

    told = post_in_full(database, reply.id or 0)

    assert (told.ours, told.author, told.assessment, told.labels) == (True, None, None, None)


def test_a_post_that_is_not_there(database: Database) -> None:
    with pytest.raises(NotFound, match="no post 4711"):
        post_in_full(database, 4711)
