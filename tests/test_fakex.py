"""The fake X is as awkward as the real one, by itself: asked over HTTP, without any code of ours in between."""

import threading
import time
from datetime import timedelta

import pytest
import requests

from tests.fakex import Fault
from tests.fakex.scene import NOON, Scene


@pytest.fixture
def scene():
    with Scene() as scene:
        yield scene


def get(scene, path, *, token=None, expect=200, **params):
    names = {name.replace("_fields", ".fields"): value for name, value in params.items()}
    headers = {"Authorization": f"Bearer {token or scene.fake.bearer_token}"}
    response = requests.get(scene.fake.base_url + path, params=names, headers=headers, timeout=2)
    assert response.status_code == expect, response.text
    return response


def mentions(scene, **params):
    return get(scene, "/2/users/1000001/mentions", **params).json()


def ids(document):
    return [post["id"] for post in document.get("data", [])]


def test_posts_come_newest_first_ten_at_a_time_with_ids_and_texts_only(scene):
    made = scene.complaints(12)
    document = mentions(scene)
    assert ids(document) == [post.id for post in reversed(made)][:10]
    assert set(document["data"][0]) == {"id", "text", "edit_history_tweet_ids"}
    assert document["meta"]["newest_id"] == made[-1].id


@pytest.mark.parametrize("page", ["token", "until_id"])
def test_tokens_and_ids_both_lead_to_the_next_page(scene, page):
    made = scene.complaints(12)
    first = mentions(scene)
    below = {"until_id": first["meta"]["oldest_id"]} if page == "until_id" else {}
    token = {"pagination_token": first["meta"]["next_token"]} if page == "token" else {}
    second = mentions(scene, **below, **token)
    assert ids(second) == [made[1].id, made[0].id]
    assert "next_token" not in second["meta"]


def test_nothing_new_is_an_answer_without_data(scene):
    assert mentions(scene) == {"meta": {"result_count": 0}}


def test_since_and_until_are_exclusive_and_times_are_half_open(scene):
    made = scene.complaints(5, apart=timedelta(minutes=1))
    assert ids(mentions(scene, since_id=made[1].id, until_id=made[4].id)) == [made[3].id, made[2].id]
    times = {"start_time": "2026-11-22T11:56:00Z", "end_time": "2026-11-22T11:58:00Z"}
    assert ids(mentions(scene, **times)) == [made[2].id, made[1].id]


def test_fields_and_expansions_are_sent_when_asked_for(scene):
    scene.complaints(1)
    asked = {
        "tweet_fields": "author_id,created_at,public_metrics",
        "expansions": "author_id",
        "user_fields": "public_metrics",
    }
    document = mentions(scene, **asked)
    assert document["data"][0]["created_at"] == "2026-11-22T11:59:00.000Z"
    assert document["data"][0]["public_metrics"]["retweet_count"] == 0
    assert document["includes"]["users"][0]["public_metrics"]["tweet_count"] == 0


def test_the_new_vocabulary_renames_and_expands(scene):
    [complaint] = scene.complaints(1)
    scene.world.post(scene.bank, "sorry @acmebank fans", reply_to=complaint)
    document = mentions(
        scene, post_fields="public_metrics", expansions="author_id,referenced_posts,in_reply_to_user_id"
    )
    newest = document["data"][0]
    assert newest["referenced_posts"] == [{"type": "replied_to", "id": complaint.id}]
    assert newest["public_metrics"]["repost_count"] == 0
    assert newest["edit_history_post_ids"] == [newest["id"]]
    assert [post["id"] for post in document["includes"]["posts"]] == [complaint.id]


@pytest.mark.parametrize(
    "vocabulary,params",
    [
        ("new", {"tweet_fields": "lang"}),
        ("old", {"post_fields": "lang"}),
        ("new", {"post_fields": "author_id"}),
        ("old", {"tweet_fields": "note_post"}),
        ("old", {"expansions": "referenced_posts"}),
        ("either", {"user_fields": "shoe_size"}),
        ("either", {"max_results": "4"}),
        ("either", {"max_results": "101"}),
        ("either", {"since_id": "abc"}),
        ("either", {"start_time": "yesterday"}),
        ("either", {"pagination_token": "made up"}),
        ("either", {"colour": "blue"}),
    ],
)
def test_what_x_would_refuse_is_refused(vocabulary, params):
    with Scene(vocabulary=vocabulary) as scene:
        problem = get(scene, "/2/users/1000001/mentions", expect=400, **params).json()
        assert problem["type"].endswith("/2/problems/invalid-request")
        assert ("api.x.com" in problem["type"]) == (vocabulary == "new")


def test_a_post_is_seen_when_it_is_indexed_and_not_when_it_is_written(scene):
    scene.world.post(scene.anna, "@acmebank hello", late=timedelta(minutes=3))
    assert ids(mentions(scene)) == []
    scene.clock.advance(timedelta(minutes=3))
    assert len(ids(mentions(scene))) == 1


def test_a_post_from_the_future_is_not_seen(scene):
    scene.world.post(scene.anna, "@acmebank hello", at=NOON + timedelta(hours=1))
    assert ids(mentions(scene)) == []


def test_800_mentions_deep_and_below_that_silence(scene):
    made = scene.complaints(805)
    assert ids(mentions(scene, until_id=made[6].id)) == [made[5].id]
    assert mentions(scene, until_id=made[5].id) == {"meta": {"result_count": 0}}


def test_3200_posts_deep_on_a_timeline(scene):
    made = [scene.world.post(scene.bank, f"news {i}", at=NOON - timedelta(hours=4000 - i)) for i in range(3203)]
    path = "/2/users/1000001/tweets"
    assert ids(get(scene, path, until_id=made[4].id).json()) == [made[3].id]
    assert ids(get(scene, path, until_id=made[3].id).json()) == []


def test_a_timeline_can_leave_out_replies_and_reposts(scene):
    [complaint] = scene.complaints(1)
    scene.world.post(scene.bank, "sorry", reply_to=complaint)
    scene.world.post(scene.bank, "", repost_of=complaint)
    news = scene.world.post(scene.bank, "news")
    assert ids(get(scene, "/2/users/1000001/tweets", exclude="replies,retweets").json()) == [news.id]


def test_long_texts_reposts_and_escapes_are_cut_as_x_cuts_them(scene):
    post = scene.world.post(scene.anna, "@acmebank <b> & " + "x" * 400)
    scene.world.post(scene.ben, "", repost_of=post)
    document = mentions(scene, tweet_fields="note_tweet,referenced_tweets")
    repost, original = document["data"]
    assert repost["text"].startswith("RT @anna_k: @acmebank &lt;b&gt; &amp; x")
    assert repost["text"].endswith("…")
    assert "note_tweet" not in repost
    assert original["note_tweet"]["text"].endswith("x" * 400)


def test_an_edit_takes_the_place_of_the_version_before(scene):
    [complaint] = scene.complaints(1)
    edited = scene.world.edit(complaint, "@acmebank better")
    [post] = mentions(scene)["data"]
    assert post["edit_history_tweet_ids"] == [complaint.id, edited.id]


def test_counts_are_per_bucket_and_sum_up(scene):
    scene.complaints(10, apart=timedelta(minutes=30))
    document = get(scene, "/2/tweets/counts/recent", query="@acmebank", start_time="2026-11-22T06:00:00Z").json()
    assert [bucket["tweet_count"] for bucket in document["data"]] == [0, 2, 2, 2, 2, 2]
    assert document["meta"] == {"total_tweet_count": 10}


def test_look_ups_name_what_is_missing(scene):
    [complaint] = scene.complaints(1)
    scene.world.delete(complaint)
    document = get(scene, "/2/tweets", ids=f"{complaint.id},1").json()
    assert [error["resource_id"] for error in document["errors"]] == [complaint.id, "1"]
    hidden = scene.world.add_user("hidden", protected=True)
    post = scene.world.post(hidden, "psst")
    [error] = get(scene, "/2/tweets", ids=post.id).json()["errors"]
    assert error["type"].endswith("not-authorized-for-resource")
    assert get(scene, "/2/users", ids=f"{scene.anna.id},5").json()["data"][0]["username"] == "anna_k"
    assert "errors" in get(scene, "/2/users/by/username/nobody").json()
    assert "errors" in get(scene, "/2/users/5/mentions").json()
    assert "errors" in get(scene, "/2/users/5/tweets").json()
    get(scene, "/2/users", ids="", expect=400)
    get(scene, "/2/users/by/username/much_too_long_a_name", expect=400)
    get(scene, "/2/somewhere", expect=404)


def test_headers_count_and_the_window_moves_on():
    with Scene(limits={"mentions": (2, 0)}) as scene:
        path = "/2/users/1000001/mentions"
        left = [get(scene, path).headers["x-rate-limit-remaining"] for _ in range(2)]
        refused = get(scene, path, expect=429)
        assert left == ["1", "0"]
        assert int(refused.headers["x-rate-limit-reset"]) == (NOON + timedelta(minutes=15)).timestamp()
        get(scene, "/2/users/1000001/tweets")
        scene.clock.advance(timedelta(minutes=15))
        assert get(scene, path).headers["x-rate-limit-remaining"] == "1"


def test_nobody_gets_in_with_a_wrong_token(scene):
    get(scene, "/2/users/1000001/mentions", token="wrong", expect=401)
    url = f"{scene.fake.base_url}/2/users/1000001/mentions"
    for header in ({}, {"Authorization": "OAuth nonsense"}, {"Authorization": "Basic eDp5"}):
        assert requests.get(url, headers=header, timeout=2).status_code == 401


def test_every_exchange_is_on_record(scene):
    mentions(scene, max_results="5")
    [exchange] = scene.fake.requests("mentions")
    assert (exchange.method, exchange.path, exchange.params) == (
        "GET",
        "/2/users/1000001/mentions",
        {"max_results": "5"},
    )
    assert (exchange.who, exchange.status, exchange.fault) == ("app", 200, None)
    assert scene.fake.requests("search") == []


def test_faults_last_as_long_as_they_are_told_to(scene):
    scene.fake.faults.add(Fault.UNAVAILABLE_HTML, endpoint="timeline", times=2)
    mentions(scene)
    for status in (503, 503, 200):
        get(scene, "/2/users/1000001/tweets", expect=status)
    scene.fake.faults.add(Fault.SERVER_ERROR, times=None)
    for _ in range(3):
        get(scene, "/2/users/1000001/mentions", expect=500)
    scene.fake.faults.clear()
    mentions(scene)


def test_a_hanging_answer_ends_when_the_server_stops():
    with Scene() as scene:
        scene.fake.hang_seconds = 30
        scene.fake.faults.add(Fault.HANG)
        failed = []
        thread = threading.Thread(target=lambda: failed.append(attempt(scene)))
        thread.start()
        time.sleep(0.1)
        began = time.monotonic()
    thread.join(timeout=2)
    assert time.monotonic() - began < 1
    assert failed == [True]


def attempt(scene):
    """Whether asking failed."""
    try:
        mentions(scene)
    except requests.RequestException:
        return True
    return False
