"""The fake X's search takes the queries that X takes, finds what X finds, and refuses the rest."""

from datetime import timedelta

import pytest

from tests.fakex.scene import NOON, Scene
from tests.fakex.world import snowflake
from tests.test_fakex import get, ids


@pytest.fixture
def scene():
    with Scene() as scene:
        yield scene


def search(scene, query, *, expect=200, **params):
    return get(scene, "/2/tweets/search/recent", query=query, expect=expect, **params)


def test_search_knows_phrases_tags_authors_and_negation(scene):
    before = NOON - timedelta(minutes=1)
    one = scene.world.post(scene.anna, "Acme Bank is slow #fail", at=before, lang="en")
    two = scene.world.post(scene.ben, "bank of Acme, or @acmebank", at=before, lang="lv")
    scene.world.post(scene.bank, "Acme Bank says hi", at=before)
    for query, found in {
        '("Acme Bank" OR @acmebank) -from:acmebank': {one.id, two.id},
        '"Acme Bank" -from:acmebank': {one.id},
        "bank acme lang:lv": {two.id},
        "#fail": {one.id},
        "from:anna_k -is:retweet": {one.id},
        "acme -is:reply -from:ben_r -from:acmebank": {one.id},
        f"conversation_id:{two.id}": {two.id},
    }.items():
        assert set(ids(search(scene, query).json())) == found, query


@pytest.mark.parametrize(
    "query",
    ["", "(a", "a)", '"a', "a OR", "a AND b", "shoe:size", "-from:acmebank", "lang:en", '"!"', "x" * 513],
)
def test_queries_that_x_would_refuse_are_refused(scene, query):
    search(scene, query, expect=400)


def test_search_leaves_out_the_newest_half_minute_and_reposts(scene):
    post = scene.world.post(scene.anna, "Acme is slow")
    assert ids(search(scene, "acme").json()) == []
    scene.clock.advance(timedelta(seconds=31))
    scene.world.post(scene.ben, "", repost_of=post)
    scene.clock.advance(timedelta(seconds=31))
    assert ids(search(scene, "acme").json()) == [post.id]


@pytest.mark.parametrize(
    "params",
    [
        {"since_id": str(snowflake(NOON - timedelta(days=8)))},
        {"until_id": str(snowflake(NOON - timedelta(days=8)))},
        {"start_time": "2026-11-15T11:00:00Z"},
        {"start_time": "2026-11-22T12:00:00Z"},
        {"end_time": "2026-11-22T12:00:00Z"},
    ],
)
def test_search_refuses_what_lies_outside_its_seven_days(scene, params):
    search(scene, "acme", expect=400, **params)
