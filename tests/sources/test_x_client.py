"""How the X source asks: in which words, in whose name, how often, and for how much money."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import BudgetExhausted, RateLimited, SourceError
from monitor.sources.base import PageRequest, StreamKind
from monitor.sources.x import Prices, Spending, Vocabulary, XAccount, XBrand
from tests.fakex import Fault
from tests.fakex.scene import NOON, USER_CONTEXT, Scene

MENTIONS, SEARCH, TIMELINE = StreamKind.MENTIONS, StreamKind.SEARCH, StreamKind.TIMELINE
TODAY = NOON.date()


@pytest.fixture(params=["old", "new", "either"])
def scene(request):
    with Scene(vocabulary=request.param) as scene:
        yield scene


@pytest.fixture
def plain():
    with Scene() as scene:
        yield scene


# --- the vocabulary


def test_a_server_with_new_names_is_understood_after_one_refusal():
    with Scene(vocabulary="new") as scene:
        page = scene.fetch()
        assert [request.status for request in scene.fake.requests()] == [400, 200]
        assert page.requests == 2
        assert scene.source.vocabulary is Vocabulary.NEW
        scene.fetch(TIMELINE)
        assert [request.status for request in scene.fake.requests()] == [400, 200, 200]


def test_a_server_that_goes_back_to_the_old_names_is_followed():
    with Scene(vocabulary="new") as scene:
        scene.make_source(vocabulary=Vocabulary.NEW)
        scene.fetch()
        scene.fake.vocabulary = "old"
        scene.fetch()
        assert scene.source.vocabulary is Vocabulary.OLD
        assert [request.status for request in scene.fake.requests()] == [200, 400, 200]


def test_a_server_that_passes_over_the_old_names_is_asked_with_the_new_ones(caplog):
    with Scene(vocabulary="new", lenient=True) as scene:
        scene.complaints(3)
        page = scene.fetch()
        assert (len(page.posts), len(page.rejects), page.requests) == (3, 0, 2)
        assert page.cost == pytest.approx(3 * 0.005 + 2 * 0.010), "asked twice, billed once"
        assert scene.source.vocabulary is Vocabulary.NEW
        assert "asking with the new ones" in caplog.text


def test_without_posts_there_is_nothing_to_tell_the_names_by():
    with Scene(vocabulary="new", lenient=True) as scene:
        scene.fetch()
        assert scene.source.vocabulary is Vocabulary.OLD
        assert len(scene.fake.requests()) == 1


def test_a_refusal_about_something_else_changes_no_vocabulary(plain):
    with pytest.raises(SourceError, match=r"400 Invalid Request.*since_id"):
        plain.fetch(since_id="not-an-id")
    assert plain.source.vocabulary is Vocabulary.OLD


def test_when_both_vocabularies_are_refused_the_first_one_stays():
    with Scene(vocabulary="new") as scene:
        with pytest.raises(SourceError, match="400"):
            scene.fetch(since_id="not-an-id")
        assert scene.source.vocabulary is Vocabulary.OLD
        assert len(scene.fake.requests()) == 2


# --- in whose name


def test_our_own_mentions_and_timeline_are_read_as_ourselves_and_the_search_as_the_app(scene):
    source = scene.make_source(oauth1=USER_CONTEXT)
    for stream in source.streams():
        source.fetch(stream, PageRequest())
    who = {request.endpoint: request.who for request in scene.fake.requests() if request.status == 200}
    assert who == {"mentions": "user", "search": "app", "timeline": "user"}


def test_with_user_keys_alone_everything_is_read_as_the_user(plain):
    source = plain.make_source(bearer_token=None, oauth1=USER_CONTEXT)
    for stream in source.streams():
        source.fetch(stream, PageRequest())
    source.brand_accounts()
    assert {request.who for request in plain.fake.requests()} == {"user"}
    assert {request.status for request in plain.fake.requests()} == {200}


def test_the_account_of_another_brand_is_read_as_the_app():
    with Scene(brand=XBrand("other", [XAccount("1000009", "otherbank")])) as scene:
        scene.world.add_user("otherbank", id="1000009")
        scene.make_source(oauth1=USER_CONTEXT)
        scene.fetch()
        assert scene.fake.requests()[0].who == "app"


# --- limits


def test_a_window_s_last_request_closes_the_endpoint_without_a_refusal():
    with Scene(limits={"mentions": (2, 0)}) as scene:
        scene.fetch()
        scene.fetch()
        with pytest.raises(RateLimited) as limited:
            scene.fetch()
        assert [request.status for request in scene.fake.requests()] == [200, 200]
        assert limited.value.retry_at == NOON + timedelta(minutes=15)
        scene.clock.set(limited.value.retry_at)
        scene.fetch()
        assert [request.status for request in scene.fake.requests()] == [200, 200, 200]


def test_app_and_user_have_windows_of_their_own():
    with Scene(limits={"mentions": (1, 1)}) as scene:
        scene.fetch()
        as_user = scene.make_source(oauth1=USER_CONTEXT)
        as_user.fetch(scene.stream(MENTIONS), PageRequest())
        assert [request.status for request in scene.fake.requests()] == [200, 200]


def test_many_threads_ask_one_at_a_time_and_count_right():
    with Scene(limits={"mentions": (20, 0)}) as scene:
        scene.complaints(3)
        limited, found = [], []

        def poll():
            for _ in range(10):
                try:
                    found.append(scene.fetch().returned)
                except RateLimited:
                    limited.append(1)

        scene.make_source()
        threads = [threading.Thread(target=poll) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(found), len(limited)) == (20, 20)
        assert set(found) == {3}
        assert {request.status for request in scene.fake.requests()} == {200}
        assert scene.ledger.spent(TODAY).requests == 20


# --- money


def test_a_page_costs_its_posts_and_their_authors(plain):
    plain.complaints(4)
    page = plain.fetch()
    assert page.cost == pytest.approx(4 * 0.005 + 2 * 0.010)
    spent = plain.ledger.spent(TODAY)
    assert (spent.day, spent.requests, spent.money) == (TODAY, 1, pytest.approx(page.cost))


def test_our_own_data_is_cheaper_than_anybody_else_s(plain):
    plain.complaints(4)
    plain.make_source(oauth1=USER_CONTEXT)
    assert plain.fetch().cost == pytest.approx(6 * 0.001)


def test_what_was_read_today_is_not_paid_twice(plain):
    plain.complaints(4)
    plain.fetch()
    assert plain.fetch().cost == 0.0
    plain.clock.advance(timedelta(days=1))
    assert plain.fetch().cost > 0.0


def test_look_ups_and_counts_have_their_prices(plain):
    plain.make_source(prices=Prices(user_read=0.25, counts_request=0.5))
    plain.source.brand_accounts()
    plain.source.counts(plain.stream(MENTIONS), NOON - timedelta(days=1), NOON)
    assert plain.ledger.spent(TODAY).money == pytest.approx(0.75)


def test_money_that_is_used_up_stops_everything_until_midnight(plain):
    plain.complaints(20)
    plain.make_source(daily_money=0.30)
    plain.ledger.add(Spending(TODAY, money=0.29))
    for kind in StreamKind:
        with pytest.raises(BudgetExhausted) as exhausted:
            plain.fetch(kind)
        assert exhausted.value.retry_at == datetime(2026, 11, 23, tzinfo=UTC)
    assert plain.fake.requests() == []
    plain.clock.set(exhausted.value.retry_at)
    assert plain.fetch().returned == 20


def test_the_last_page_of_the_day_is_as_small_as_the_money_left(plain):
    plain.complaints(20)
    plain.make_source(daily_money=0.10)
    assert plain.fetch().returned == 6
    assert plain.fake.requests()[0].params["max_results"] == "6"


def test_the_money_is_never_passed_while_a_backlog_is_read():
    with Scene() as scene:
        for i in range(300):
            author = scene.world.add_user(f"customer{i}")
            scene.world.post(author, f"@acmebank number {i}", at=NOON - timedelta(seconds=300 - i))
        scene.make_source(daily_money=1.00)
        with pytest.raises(BudgetExhausted):
            scene.drain()
        assert 0.9 < scene.ledger.spent(TODAY).money <= 1.00


def test_requests_are_limited_too(plain):
    plain.make_source(daily_requests=2)
    plain.fetch()
    plain.fetch(TIMELINE)
    with pytest.raises(BudgetExhausted):
        plain.fetch(SEARCH)
    assert len(plain.fake.requests()) == 2


def test_a_restart_does_not_begin_the_day_anew(plain):
    plain.make_source(daily_requests=1).fetch(plain.stream(MENTIONS), PageRequest())
    restarted = plain.make_source(daily_requests=1)
    with pytest.raises(BudgetExhausted):
        restarted.fetch(plain.stream(MENTIONS), PageRequest())


def test_any_ledger_will_do():
    class Book:
        def __init__(self):
            self.lines = []

        def spent(self, day):
            return Spending(day, requests=sum(line.requests for line in self.lines if line.day == day))

        def add(self, spending):
            self.lines.append(spending)

    with Scene(ledger=Book()) as scene:
        scene.fetch()
        assert scene.ledger.lines == [Spending(TODAY, requests=1, money=0.0)]


def test_a_broken_answer_costs_a_request_and_no_money(plain):
    plain.complaints(3)
    plain.fake.faults.add(Fault.UNAVAILABLE_HTML, times=3)
    for _ in range(3):
        with pytest.raises(SourceError):
            plain.fetch()
    plain.fetch()
    spent = plain.ledger.spent(TODAY)
    assert (spent.requests, spent.money) == (4, pytest.approx(3 * 0.005 + 2 * 0.010))
