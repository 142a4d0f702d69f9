"""Whatever a server may send: the parser reads what can be read, puts the rest aside, and never raises."""

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.sources import x_payload
from monitor.sources.base import Page
from monitor.sources.x_payload import parse_page
from tests.fakex.scene import NOON
from tests.sources.test_x_payload import ID, NEW, OLD, TIMELINE, VIEW, item, parse

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.from_regex(r"[0-9]{1,25}", fullmatch=True),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    [*item(), "conversation_id", "lang", "in_reply_to_user_id", "public_metrics", "type", "username", "name"]
) | st.sampled_from(
    [*OLD, *NEW, "retweet_count", "repost_count", "followers_count"],
)
ITEMS = st.dictionaries(KEYS, JSON | st.dictionaries(KEYS, JSON, max_size=3), max_size=8)
SPOILED = st.builds(lambda change: {**item(), **change}, ITEMS)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "data": JSON | st.lists(SPOILED | ITEMS | JSON, max_size=5),
        "includes": JSON | st.fixed_dictionaries({"users": JSON | st.lists(ITEMS, max_size=3)}),
        "meta": JSON | ITEMS,
        "errors": JSON | st.lists(ITEMS, max_size=3),
    },
)


@given(DOCUMENTS, st.sampled_from([VIEW, TIMELINE]))
@example({"data": [item(id=10**400)]}, VIEW)
@example({"data": [item(created_at="9999-12-31T23:59:59-14:00")]}, VIEW)
def test_nothing_that_a_server_sends_raises(document, view):
    page = parse_page(document, view, ingested_at=NOON)
    assert isinstance(page, Page)
    versions = page.returned - len(page.rejects)
    assert len(page.posts) <= versions
    for post in page.posts:
        assert post.external_id.isdigit()
        assert post.published_at.tzinfo is not None
        post.text.encode("utf-8")
        assert "\x00" not in post.text
    for reject in page.rejects:
        assert reject.raw
    x_payload.parse_accounts(document)
    x_payload.parse_counts(document)
    x_payload.billed_ids(document)


@given(st.lists(SPOILED, min_size=1, max_size=6))
def test_good_posts_survive_any_company(company):
    good = [item(id=str(int(ID) + 1 + i)) for i in range(len(company))]
    mixed = [post for pair in zip(good, company, strict=True) for post in pair]
    found = {post.external_id for post in parse(*mixed).posts}
    assert {post["id"] for post in good} <= found
