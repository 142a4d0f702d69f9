"""Every fault of the fake X in turn, through tweepy and a socket: what comes out is one of our errors, and soon."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
import requests

from monitor.errors import BudgetExhausted, RateLimited, SourceError, SourceRefused
from monitor.sources.base import StreamKind
from monitor.sources.x_faults import error_of
from monitor.sources.x_limits import RateLimits
from monitor.sources.x_transport import Refused
from tests.fakex import Fault
from tests.fakex.scene import NOON, Scene

SECRET_WORDS = "unmistakable-words-of-a-customer"


@pytest.fixture
def scene():
    with Scene() as scene:
        scene.complaints(3, text=lambda i: f"@acmebank {SECRET_WORDS} {i}")
        yield scene


REFUSALS = {
    Fault.UNAUTHORIZED: SourceRefused,
    Fault.OUT_OF_CREDITS: BudgetExhausted,
    Fault.FORBIDDEN: SourceRefused,
    Fault.NOT_FOUND_EMPTY: SourceError,
    Fault.RATE_LIMIT_SOON: RateLimited,
    Fault.RATE_LIMIT_PAST: RateLimited,
    Fault.RATE_LIMIT_NO_RESET: RateLimited,
    Fault.RATE_LIMIT_GARBAGE: RateLimited,
    Fault.RATE_LIMIT_LIST: RateLimited,
    Fault.USAGE_CAPPED: BudgetExhausted,
    Fault.SERVER_ERROR: SourceError,
    Fault.UNAVAILABLE_HTML: SourceError,
    Fault.OK_HTML: SourceError,
    Fault.LIST: SourceError,
    Fault.EMPTY_OBJECT: SourceError,
    Fault.REDIRECT: SourceError,
    Fault.TRUNCATED: SourceError,
    Fault.CUT_JSON: SourceError,
    Fault.HANG: SourceError,
    Fault.DRIP: SourceError,
    Fault.RESET: SourceError,
}
HARMLESS = {Fault.ERRORS_BESIDE, Fault.ERRORS_ONLY, Fault.NO_MILLISECONDS, Fault.NO_TEXT, Fault.EMPTY_PAGE}


def impatient(scene, fault):
    """Only an answer that never comes, or never ends, is worth running out of patience for."""
    if fault in (Fault.HANG, Fault.DRIP):
        scene.make_source(read_timeout=0.3, total_timeout=0.5)


def test_every_fault_is_tried_here():
    assert set(Fault) == set(REFUSALS) | HARMLESS


@pytest.mark.parametrize("kind", StreamKind)
@pytest.mark.parametrize("fault,error", REFUSALS.items(), ids=lambda value: getattr(value, "name", ""))
def test_a_fault_is_our_error_at_once_and_names_no_post(scene, kind, fault, error, caplog):
    caplog.set_level(logging.DEBUG)
    impatient(scene, fault)
    scene.clock.advance(timedelta(minutes=1))
    scene.fake.faults.add(fault)
    with pytest.raises(SourceError) as raised:
        scene.fetch(kind)
    assert type(raised.value) is error
    assert len(scene.fake.requests()) == 1
    told = f"{raised.value!r} {raised.value.__cause__!r} {caplog.text}"
    assert SECRET_WORDS not in told
    assert scene.fake.bearer_token not in told


@pytest.mark.parametrize("fault,error", REFUSALS.items(), ids=lambda value: getattr(value, "name", ""))
def test_after_a_fault_the_next_poll_finds_everything(scene, fault, error):
    impatient(scene, fault)
    scene.fake.faults.add(fault)
    with pytest.raises(error):
        scene.fetch()
    scene.clock.advance(timedelta(minutes=20))
    assert scene.fetch().returned == 3


@pytest.mark.parametrize("fault", REFUSALS, ids=lambda fault: fault.name)
def test_look_ups_and_counts_meet_faults_in_the_same_way(scene, fault):
    impatient(scene, fault)
    scene.fake.faults.add(fault, times=2)
    with pytest.raises(REFUSALS[fault]):
        scene.source.brand_accounts()
    with pytest.raises(REFUSALS[fault]):
        scene.source.counts(scene.stream(StreamKind.MENTIONS), NOON - timedelta(days=1), NOON)


def raised(scene, fault):
    scene.fake.faults.add(fault)
    with pytest.raises(SourceError) as caught:
        scene.fetch()
    return caught.value


def test_a_rate_limit_says_when_to_come_back(scene):
    assert raised(scene, Fault.RATE_LIMIT_SOON).retry_at == NOON + timedelta(seconds=2)


@pytest.mark.parametrize("fault", [Fault.RATE_LIMIT_PAST, Fault.RATE_LIMIT_NO_RESET, Fault.RATE_LIMIT_GARBAGE])
def test_a_rate_limit_without_a_credible_end_pauses_longer_each_time(scene, fault):
    first = raised(scene, fault).retry_at
    assert first == NOON + timedelta(minutes=1)
    scene.clock.set(first)
    assert raised(scene, fault).retry_at == first + timedelta(minutes=2)


def test_while_a_limit_lasts_no_request_is_spent(scene):
    retry_at = raised(scene, Fault.RATE_LIMIT_LIST).retry_at
    for _ in range(3):
        with pytest.raises(RateLimited) as again:
            scene.fetch()
        assert again.value.retry_at == retry_at
    assert len(scene.fake.requests()) == 1
    assert scene.fetch(StreamKind.TIMELINE).returned == 0, "other endpoints are open"
    scene.clock.set(retry_at)
    assert scene.fetch().returned == 3


@pytest.mark.parametrize("fault", [Fault.OUT_OF_CREDITS, Fault.USAGE_CAPPED])
def test_out_of_money_is_a_stop_that_only_a_person_can_end(scene, fault):
    assert raised(scene, fault).retry_at is None


def test_an_error_tells_what_x_said_about_us(scene):
    assert "402 CreditsDepleted" in str(raised(scene, Fault.OUT_OF_CREDITS))
    assert "403 Client Forbidden" in str(raised(scene, Fault.FORBIDDEN))
    assert "503" in str(raised(scene, Fault.UNAVAILABLE_HTML))
    assert "200, text/html" in str(raised(scene, Fault.OK_HTML))


def test_what_x_says_is_one_short_line_without_our_token(scene):
    source = scene.make_source(bearer_token="not-the-token")
    with pytest.raises(SourceRefused) as refused:
        source.brand_accounts()
    assert "not-the-token" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_server_that_repeats_our_token_does_not_make_us_repeat_it():
    response = requests.Response()
    response.status_code = 400
    response._content = b'{"title": "Bad Request", "detail": "who is\\nBearer not-the-token?"}'
    error = error_of(Refused(response), endpoint="search", limits=RateLimits(), now=NOON, secrets=("not-the-token",))
    assert str(error) == "X could not answer for search (400 Bad Request: who is Bearer ***?)"


def test_a_daily_cap_ends_at_midnight():
    response = requests.Response()
    response.status_code = 429
    response._content = b'{"title": "UsageCapExceeded", "period": "Daily"}'
    error = error_of(Refused(response), endpoint="search", limits=RateLimits(), now=NOON, secrets=())
    assert isinstance(error, BudgetExhausted)
    assert error.retry_at == datetime(2026, 11, 23, tzinfo=UTC)


def test_no_connection_at_all_is_a_source_error(scene):
    nowhere = scene.make_source(base_url="http://127.0.0.1:9")
    with pytest.raises(SourceError, match=r"no answer from 127\.0\.0\.1:9"):
        nowhere.brand_accounts()


def test_errors_beside_the_data_are_notices(scene):
    scene.fake.faults.add(Fault.ERRORS_BESIDE)
    page = scene.fetch()
    assert page.returned == 3
    assert page.notices == (
        "resource-not-found: tweet via referenced_tweets.id",
        "resource-not-found: user via entities.mentions.username",
    )


def test_nothing_but_errors_is_an_empty_page_with_notices(scene):
    scene.fake.faults.add(Fault.ERRORS_ONLY)
    page = scene.fetch()
    assert (page.returned, page.more, page.oldest_id) == (0, False, None)
    assert len(page.notices) == 2


def test_timestamps_without_milliseconds_are_timestamps(scene):
    scene.fake.faults.add(Fault.NO_MILLISECONDS)
    assert [post.published_at for post in scene.fetch().posts] == [
        datetime(2026, 11, 22, 11, 59, 0, tzinfo=UTC) - timedelta(seconds=i) for i in range(3)
    ]


def test_a_post_without_a_text_is_put_aside_with_its_bytes(scene):
    scene.fake.faults.add(Fault.NO_TEXT)
    page = scene.fetch()
    assert len(page.posts) == 2
    [reject] = page.rejects
    assert reject.external_id == page.newest_id
    assert reject.error == "no text"


@pytest.mark.parametrize("kind", [StreamKind.MENTIONS, StreamKind.SEARCH])
def test_behind_an_empty_page_the_posts_are_found(scene, kind):
    scene.clock.advance(timedelta(minutes=1))
    scene.fake.faults.add(Fault.EMPTY_PAGE)
    page = scene.fetch(kind)
    assert (page.returned, page.requests) == (3, 2)


def test_empty_pages_without_end_are_an_error_and_not_the_end(scene):
    scene.fake.faults.add(Fault.EMPTY_PAGE, times=None)
    with pytest.raises(SourceError, match="empty pages"):
        scene.fetch()
    assert len(scene.fake.requests()) == 5


def test_a_request_that_failed_was_a_request(scene):
    raised(scene, Fault.SERVER_ERROR)
    spent = scene.ledger.spent(NOON.date())
    assert (spent.requests, spent.money) == (1, 0.0)
