"""The X source against the fake X: which streams it has, and what it finds on them."""

from datetime import timedelta
from itertools import pairwise

import pytest

from monitor.domain.model import Role
from monitor.errors import ConfigError, SourceError, SourceRefused
from monitor.sources.base import Audience, PageRequest, Source, Stream, StreamKind
from monitor.sources.x import XAccount, XBrand, XSettings, XSource
from monitor.sources.x_snowflake import first_id_at
from tests.fakex.scene import BRAND, NOON, USER_CONTEXT, Scene

MENTIONS, SEARCH, TIMELINE = StreamKind.MENTIONS, StreamKind.SEARCH, StreamKind.TIMELINE


@pytest.fixture(params=["old", "new", "either"])
def scene(request):
    """Every behaviour holds whichever names the server understands."""
    with Scene(vocabulary=request.param) as scene:
        yield scene


@pytest.fixture
def plain():
    with Scene() as scene:
        yield scene


def texts(page):
    return [post.text for post in page.posts]


# --- streams


def test_a_brand_has_its_mentions_its_search_and_its_timeline(plain):
    assert [(stream.source, stream.name, stream.brand, stream.kind) for stream in plain.source.streams()] == [
        ("x", "acme:mentions:1000001", "acme", MENTIONS),
        ("x", "acme:search:1", "acme", SEARCH),
        ("x", "acme:timeline:1000001", "acme", TIMELINE),
    ]


def test_a_brand_without_names_is_not_searched_for():
    with Scene(brand=XBrand("acme", [XAccount("1000001", "acmebank")])) as scene:
        assert [stream.kind for stream in scene.source.streams()] == [MENTIONS, TIMELINE]


def test_each_account_of_a_brand_has_its_own_streams_and_many_names_several_searches():
    accounts = [XAccount("1000001", "acmebank"), XAccount("1000002", "acmehelp")]
    names = [f"Acme product number {i}" for i in range(40)]
    with Scene(brand=XBrand("acme", accounts, names)) as scene:
        names = [stream.name for stream in scene.source.streams()]
    assert {"acme:mentions:1000001", "acme:mentions:1000002", "acme:timeline:1000001", "acme:timeline:1000002"} <= set(
        names
    )
    assert {"acme:search:1", "acme:search:2", "acme:search:3"} <= set(names)
    assert len(set(names)) == len(names)


def test_the_depths_are_x_s(plain):
    assert [plain.source.depth(stream) for stream in plain.source.streams()] == [800, None, 3200]


def test_it_is_what_ingestion_expects(plain):
    source: Source = plain.source
    audience: Audience = plain.source
    assert source.name == "x"
    assert audience.brand_accounts()
    later = first_id_at(NOON)
    assert source.earlier(later, timedelta(minutes=5)) == first_id_at(NOON - timedelta(minutes=5))
    assert source.earlier("12", timedelta(minutes=5)) is None


def test_a_stream_of_somebody_else_is_refused(plain):
    with pytest.raises(SourceError, match="no stream"):
        plain.source.fetch(Stream("x", "other:mentions:1", "other", MENTIONS), PageRequest())


# --- which posts are found, and as what


def test_mentions_come_newest_first_with_their_authors(scene):
    scene.complaints(3)
    page = scene.fetch()
    assert texts(page) == [f"@acmebank this is complaint number {i}" for i in (2, 1, 0)]
    assert {post.role for post in page.posts} == {Role.MENTION}
    assert {account.handle: account.followers for account in page.accounts} == {"anna_k": 120, "ben_r": 15}
    assert page.posts[0].published_at == NOON - timedelta(minutes=1)
    assert page.posts[0].ingested_at == NOON


def test_an_answer_without_a_tag_is_a_mention_and_keeps_its_place_in_the_thread(scene):
    [complaint] = scene.complaints(1)
    reply = scene.world.post(scene.bank, "@ben_r we are sorry", reply_to=complaint)
    scene.world.post(scene.ben, "that does not help", reply_to=reply)
    newest = scene.fetch().posts[0]
    assert newest.text == "that does not help"
    assert newest.conversation_id == complaint.id
    assert (newest.in_reply_to, newest.in_reply_to_author) == (reply.id, "1000001")


def test_the_timeline_tells_replies_broadcasts_and_threads_apart(scene):
    [complaint] = scene.complaints(1)
    scene.world.post(scene.bank, "we are sorry", reply_to=complaint)
    news = scene.world.post(scene.bank, "Our app is faster now")
    scene.world.post(scene.bank, "and prettier", reply_to=news)
    scene.world.post(scene.bank, "", repost_of=complaint)
    roles = {post.text: post.role for post in scene.fetch(TIMELINE).posts}
    assert roles == {
        "we are sorry": Role.REPLY,
        "Our app is faster now": Role.BROADCAST,
        "and prettier": Role.BROADCAST,
        "RT @ben_r: @acmebank this is complaint number 0": Role.REPOST,
    }


def test_our_own_posts_and_reposts_among_the_mentions_are_never_mentions(scene):
    [complaint] = scene.complaints(1)
    scene.world.post(scene.bank, "Follow @acmebank for news")
    scene.world.post(scene.anna, "", repost_of=complaint)
    roles = [post.role for post in scene.fetch().posts]
    assert roles == [Role.REPOST, Role.BROADCAST, Role.MENTION]


def test_a_repost_points_at_its_original(scene):
    [complaint] = scene.complaints(1)
    scene.world.post(scene.anna, "", repost_of=complaint)
    assert scene.fetch().posts[0].repost_of == complaint.id


def test_a_long_complaint_is_read_whole(scene):
    long = "@acmebank " + "I waited & waited. " * 60
    scene.world.post(scene.anna, long)
    assert texts(scene.fetch()) == [long]


def test_an_edit_is_the_same_post_with_a_new_text(scene):
    [complaint] = scene.complaints(1)
    scene.world.edit(complaint, "@acmebank this is the corrected text")
    [post] = scene.fetch().posts
    assert (post.external_id, post.text) == (complaint.id, "@acmebank this is the corrected text")
    assert post.published_at == complaint.created_at


def test_the_search_finds_untagged_names_and_leaves_our_own_posts_out(scene):
    minute_ago = NOON - timedelta(minutes=1)
    scene.world.post(scene.anna, "never again Acme Bank!", at=minute_ago)
    scene.world.post(scene.ben, "acme makes anvils, the bank does not", at=minute_ago)
    scene.world.post(scene.ben, "look, @acmebank", at=minute_ago)
    scene.world.post(scene.bank, "Acme Bank is open today", at=minute_ago)
    assert sorted(texts(scene.fetch(SEARCH))) == ["look, @acmebank", "never again Acme Bank!"]


def test_a_post_that_is_indexed_late_is_found_by_asking_again_with_an_overlap(scene):
    scene.complaints(2)
    scene.world.post(scene.anna, "@acmebank late", at=NOON - timedelta(minutes=2), late=timedelta(minutes=4))
    first = scene.fetch()
    assert first.returned == 2
    scene.clock.advance(timedelta(minutes=3))
    assert scene.fetch(since_id=first.newest_id).returned == 0, "its id is older than what we have"
    since = scene.source.earlier(first.newest_id, timedelta(minutes=5))
    assert "@acmebank late" in texts(scene.fetch(since_id=since))


# --- paging


@pytest.mark.parametrize("kind", [MENTIONS, SEARCH])
def test_paging_downwards_finds_every_post_once(scene, kind):
    made = scene.complaints(57, text=lambda i: f"@acmebank at Acme Bank, number {i}")
    scene.make_source(page_sizes={kind: 10})
    pages = scene.drain(kind)
    found = [post.external_id for page in pages for post in page.posts]
    assert found == [post.id for post in reversed(made)]
    assert [page.more for page in pages] == [True] * 5 + [False]


def test_no_page_token_is_ever_needed(scene):
    scene.complaints(30)
    scene.make_source(page_sizes={MENTIONS: 10})
    scene.drain()
    assert not any({"pagination_token", "next_token"} & set(request.params) for request in scene.fake.requests())


def test_since_is_exclusive(scene):
    made = scene.complaints(5)
    assert [post.external_id for post in scene.fetch(since_id=made[2].id).posts] == [made[4].id, made[3].id]


def test_the_mention_timeline_ends_after_800_posts(plain):
    made = plain.complaints(830)
    pages = plain.drain()
    assert sum(page.returned for page in pages) == plain.source.depth(plain.stream(MENTIONS)) == 800
    assert pages[-1].oldest_id == made[30].id
    beyond = plain.fetch(until_id=made[30].id)
    assert (beyond.returned, beyond.more) == (0, False)


def test_a_first_poll_goes_back_to_a_moment(scene):
    scene.complaints(10, apart=timedelta(hours=1))
    assert scene.fetch(since_time=NOON - timedelta(hours=3)).returned == 3


def test_after_an_outage_of_ten_days_the_search_goes_back_as_far_as_x_allows(scene):
    scene.complaints(20, apart=timedelta(days=1), text=lambda i: f"Acme Bank failed me, day {i}")
    since = first_id_at(NOON - timedelta(days=10))
    assert scene.fetch(SEARCH, since_id=since).returned == 7
    assert "since_id" not in scene.fake.requests("search")[-1].params


def test_what_lies_beyond_the_search_s_seven_days_is_not_asked_for(scene):
    page = scene.fetch(SEARCH, until_id=first_id_at(NOON - timedelta(days=9)))
    assert (page.returned, page.more, page.requests) == (0, False, 0)
    assert scene.fake.requests() == []


# --- accounts and counts


def test_brand_accounts_come_with_their_present_counts(scene):
    account = scene.source.brand_accounts()["acme"]
    assert (account.external_id, account.handle, account.name) == ("1000001", "acmebank", "Acme Bank")
    assert (account.followers, account.following, account.posts) == (48_210, 312, 0)


def test_many_brands_are_looked_up_a_hundred_at_a_time():
    with Scene() as scene:
        brands = [
            XBrand(f"brand{i}", [XAccount(scene.world.add_user(f"brand{i}").id, f"brand{i}")]) for i in range(130)
        ]
        settings = XSettings(bearer_token=scene.fake.bearer_token, base_url=scene.fake.base_url)
        source = XSource(settings, brands, scene.clock)
        assert len(source.brand_accounts()) == 130
        assert [len(request.params["ids"].split(",")) for request in scene.fake.requests()] == [100, 30]
        source.close()


def test_an_account_that_x_does_not_know_is_missing_and_the_others_are_not():
    with Scene() as scene:
        settings = XSettings(bearer_token=scene.fake.bearer_token, base_url=scene.fake.base_url)
        source = XSource(settings, [BRAND, XBrand("gone", [XAccount("999", "gone")])], scene.clock)
        assert list(source.brand_accounts()) == ["acme"]
        source.close()


def test_when_x_knows_none_of_our_accounts_something_is_wrong():
    with (
        Scene(brand=XBrand("gone", [XAccount("999", "gone")])) as scene,
        pytest.raises(SourceError, match=r"knows none of the brand accounts .resource-not-found: user via ids"),
    ):
        scene.source.brand_accounts()


def test_an_account_is_found_by_its_handle(scene):
    assert scene.source.find_account("@AcmeBank").external_id == "1000001"
    assert scene.source.find_account("nobody_at_all") is None
    with pytest.raises(ConfigError):
        scene.source.find_account("../../2/tweets")


def test_counts_are_x_s_own_hour_by_hour(scene):
    scene.complaints(48, apart=timedelta(hours=1), text=lambda i: f"@acmebank number {i}")
    source = scene.make_source()
    counts = source.counts(scene.stream(MENTIONS), NOON - timedelta(hours=24), NOON)
    assert sum(count.posts for count in counts) == 24
    assert counts[0].start == NOON - timedelta(hours=24)
    assert all(one.end == other.start for one, other in pairwise(counts))


def test_counts_agree_with_what_is_fetched(scene):
    scene.complaints(30, apart=timedelta(minutes=7), text=lambda i: f"@acmebank, Acme Bank {i}")
    scene.world.post(scene.bank, "Acme Bank says hello", at=NOON - timedelta(hours=1))
    for kind, fetched in ((MENTIONS, 30), (SEARCH, 30), (TIMELINE, 1)):
        counts = scene.source.counts(scene.stream(kind), NOON - timedelta(days=6), NOON)
        assert sum(count.posts for count in counts) == fetched == scene.fetch(kind).returned


def test_counts_reach_back_seven_days_and_no_further(scene):
    counts = scene.source.counts(scene.stream(MENTIONS), NOON - timedelta(days=30), NOON + timedelta(days=1))
    assert NOON - timedelta(days=7) < counts[0].start < NOON - timedelta(days=6, hours=23)
    assert counts[-1].end <= NOON
    assert scene.source.counts(scene.stream(MENTIONS), NOON - timedelta(days=30), NOON - timedelta(days=20)) == []


def test_counting_needs_the_app(plain):
    source = plain.make_source(bearer_token=None, oauth1=USER_CONTEXT)
    with pytest.raises(SourceRefused, match="bearer token"):
        source.counts(plain.stream(MENTIONS), NOON - timedelta(days=1), NOON)
    assert plain.fake.requests() == []
