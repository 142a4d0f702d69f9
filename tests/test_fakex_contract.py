"""The fake X and our requests, held to X's own published specifications: 2.166 (old names) and 2.167 (new names).

X's documents are not in the repository. Without them these tests are skipped, and say so.
"""

from datetime import timedelta
from pathlib import Path

import pytest
import requests

from monitor.errors import SourceError
from monitor.sources.base import PageRequest, StreamKind
from monitor.sources.x import Vocabulary, XAccount, XBrand
from tests.fakex import Fault, load_day
from tests.fakex.contract import Contract, specification
from tests.fakex.scene import NOON, USER_CONTEXT, Scene

DAY = Path(__file__).parent / "day" / "day.jsonl"
NAMES = ["Acme Bank", "#acme", "@acme_app", *(f"Acme product number {i}" for i in range(30))]
BRAND = XBrand("acme", [XAccount("1000001", "acmebank")], NAMES, ["en", "lv", "bg"])
CONTRACTS: dict[str, Contract] = {}


@pytest.fixture(scope="module", params=["old", "new"])
def vocabulary(request):
    path = specification(request.param)
    if not path.exists():
        pytest.skip(f"X's OpenAPI specification is not at {path}: set X_OPENAPI_DIR to hold the fake X to it")
    return request.param


@pytest.fixture(scope="module")
def contract(vocabulary):
    """Reading a specification takes a second, so it is read once."""
    if vocabulary not in CONTRACTS:
        CONTRACTS[vocabulary] = Contract(specification(vocabulary))
    return CONTRACTS[vocabulary]


@pytest.fixture
def scene(vocabulary):
    with Scene(brand=BRAND, vocabulary=vocabulary) as scene:
        fill(scene)
        yield scene


def fill(scene):
    """Everything that a post can be."""
    load_day(scene.world, DAY, shift=NOON - timedelta(hours=1) - load_end())
    first, second, third = scene.complaints(3)
    reply = scene.world.post(scene.bank, "@ben_r we are sorry", reply_to=first)
    scene.world.post(scene.ben, "are you?", reply_to=reply)
    scene.world.post(scene.anna, "", repost_of=second)
    scene.world.post(scene.anna, "see this, @acmebank", quote_of=third)
    scene.world.post(scene.anna, "@acmebank " + "very long " * 60, late=timedelta(seconds=5))
    scene.world.edit(third, "@acmebank, Acme Bank: corrected")
    scene.world.add_user("hidden", id="42", protected=True)
    scene.world.post(scene.world.user("42"), "@acmebank psst")
    scene.clock.advance(timedelta(minutes=5))


def load_end():
    from tests.fakex.day import last_moment, read_day

    return last_moment(read_day(DAY))


def use_everything(scene, **settings):
    """Every request that a source can send."""
    source = scene.make_source(vocabulary=Vocabulary(scene.fake.vocabulary), **settings)
    now = scene.clock.now()
    for stream in source.streams():
        page = source.fetch(stream, PageRequest())
        source.fetch(stream, PageRequest(since_id=page.oldest_id))
        source.fetch(stream, PageRequest(since_id=page.oldest_id, until_id=page.newest_id))
        source.fetch(stream, PageRequest(until_id=page.oldest_id))
        source.fetch(stream, PageRequest(since_time=now - timedelta(days=30)))
        source.fetch(stream, PageRequest(since_id=source.earlier(page.newest_id, timedelta(days=20))))
        source.counts(stream, now - timedelta(days=8), now)
    source.brand_accounts()
    source.find_account("acmebank")
    source.find_account("nobody")
    return source


def get(scene, path, *, token=None, **params):
    headers = {"Authorization": f"Bearer {token or scene.fake.bearer_token}"}
    return requests.get(scene.fake.base_url + path, params=params, headers=headers, timeout=2)


def judged(contract, scene):
    """Every answer so far that was not broken on purpose, with what the contract says against it."""
    for exchange in scene.fake.requests():
        wrong = contract.of_answer(exchange.path, exchange.status, exchange.content_type, exchange.document)
        yield exchange, wrong


def test_the_contracts_are_the_versions_that_we_mean(vocabulary, contract):
    assert contract.version == {"old": "2.166", "new": "2.167"}[vocabulary]


def test_every_request_of_ours_is_one_that_x_describes(contract, scene):
    use_everything(scene)
    use_everything(scene, oauth1=USER_CONTEXT)
    asked = scene.fake.requests()
    assert len(asked) > 40
    assert {exchange.endpoint for exchange in asked} == {
        "mentions", "search", "timeline", "counts", "users", "user_by_handle"
    }  # fmt: skip
    for exchange in asked:
        assert contract.of_request(exchange.path, exchange.params) == [], exchange
        assert exchange.status == 200, exchange


def test_every_answer_of_the_fake_is_one_that_x_describes(contract, scene):
    use_everything(scene)
    for exchange, wrong in judged(contract, scene):
        assert wrong == [], exchange


def test_small_pages_and_look_ups_of_posts_are_described_too(contract, scene, vocabulary):
    fields, expansions = {
        "old": ("tweet.fields", "author_id,referenced_tweets.id,in_reply_to_user_id"),
        "new": ("post.fields", "author_id,referenced_posts,in_reply_to_user_id,edit_history_post_ids"),
    }[vocabulary]
    ids = [post.id for post in scene.world.visible()][:90]
    get(
        scene,
        "/2/tweets",
        ids=",".join([*ids, "1", "2"]),
        expansions=expansions,
        **{fields: "created_at,public_metrics"},
    )
    get(scene, "/2/users/1000001/mentions", max_results=5)
    get(scene, "/2/users/1000001/tweets", max_results=5, exclude="replies,retweets")
    get(scene, "/2/users", ids="1000001,5")
    get(scene, "/2/users/5/mentions")
    get(scene, "/2/tweets/counts/recent", query="@acmebank", granularity="day")
    assert {exchange.status for exchange in scene.fake.requests()} == {200}
    for exchange, wrong in judged(contract, scene):
        assert wrong == [], exchange
        assert contract.of_request(exchange.path, exchange.params) == [], exchange


def test_refusals_are_described_too(contract, scene):
    get(scene, "/2/users/1000001/mentions", max_results=1)
    get(scene, "/2/users/1000001/mentions", token="wrong")
    get(scene, "/2/tweets/search/recent", query="(")
    get(scene, "/2/tweets/search/recent", query="acme", since_id="1")
    scene.fake.counter.count("users", "app")
    for _ in range(300):
        scene.fake.counter.count("users", "app")
    get(scene, "/2/users", ids="1000001")
    assert [exchange.status for exchange in scene.fake.requests()] == [400, 401, 400, 400, 429]
    for exchange, wrong in judged(contract, scene):
        assert wrong == [], exchange


@pytest.mark.parametrize("fault", [Fault.ERRORS_BESIDE, Fault.ERRORS_ONLY, Fault.NO_MILLISECONDS, Fault.NO_TEXT])
def test_these_faults_are_within_what_x_describes(contract, scene, fault):
    scene.fake.faults.add(fault)
    get(scene, "/2/users/1000001/mentions")
    [(exchange, wrong)] = judged(contract, scene)
    assert (exchange.fault, wrong) == (fault, [])


WRONG = [
    ("/2/users/1000001/mentions", {"max_results": "4"}),
    ("/2/users/1000001/mentions", {"max_results": "101"}),
    ("/2/users/1000001/mentions", {"max_results": "many"}),
    ("/2/users/1000001/mentions", {"since_id": "abc"}),
    ("/2/users/1000001/mentions", {"query": "acme"}),
    ("/2/users/1000001/mentions", {"user.fields": "shoe_size"}),
    ("/2/users/1000001/mentions", {"expansions": "everything"}),
    ("/2/users/1000001/tweets", {"start_time": "yesterday"}),
    ("/2/tweets/search/recent", {}),
    ("/2/tweets/search/recent", {"query": "acme", "max_results": "5"}),
    ("/2/tweets/counts/recent", {"query": "acme", "granularity": "year"}),
    ("/2/tweets/counts/recent", {"query": "acme", "max_results": "10"}),
    ("/2/users", {}),
    ("/2/users", {"ids": "a,b"}),
    ("/2/users", {"ids": ",".join(str(i) for i in range(1, 102))}),
    ("/2/users/by/username/a-b", {}),
    ("/2/tweets", {"ids": ""}),
]


@pytest.mark.parametrize("path,params", WRONG, ids=[f"{path} {list(params)[-1:]}" for path, params in WRONG])
def test_what_the_specification_refuses_the_fake_refuses(contract, scene, path, params):
    assert contract.of_request(path, params) != []
    assert get(scene, path, **params).status_code == 400


def test_the_names_of_the_other_vocabulary_are_refused_by_both(contract, scene, vocabulary):
    foreign = {"old": {"post.fields": "note_post"}, "new": {"tweet.fields": "note_tweet"}}[vocabulary]
    assert contract.of_request("/2/users/1000001/mentions", foreign) != []
    assert get(scene, "/2/users/1000001/mentions", **foreign).status_code == 400


def test_the_judge_notices_an_answer_in_the_other_vocabulary(contract, scene, vocabulary):
    scene.fake.vocabulary = {"old": "new", "new": "old"}[vocabulary]
    fields = {"old": "post.fields", "new": "tweet.fields"}[vocabulary]
    get(scene, "/2/users/1000001/mentions", **{fields: "public_metrics,created_at"})
    [(exchange, wrong)] = judged(contract, scene)
    assert exchange.status == 200
    assert wrong != []


def test_an_unknown_vocabulary_costs_one_refusal_and_no_more(scene, vocabulary):
    source = scene.make_source(vocabulary=Vocabulary(vocabulary).other)
    for stream in source.streams():
        try:
            source.fetch(stream, PageRequest())
        except SourceError as error:
            pytest.fail(str(error))
    statuses = [exchange.status for exchange in scene.fake.requests()]
    assert statuses == [400] + [200] * len(source.streams())
    assert {stream.kind for stream in source.streams()} == set(StreamKind)
