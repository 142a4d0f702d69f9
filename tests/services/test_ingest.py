"""Ingestion: every post once, whatever happens on the way, and cases that notice our replies."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.domain.handling import Handlings
from monitor.domain.model import Post, Role, Status
from monitor.errors import BudgetExhausted, RateLimited, SourceError, SourceRefused
from monitor.services.assess import assess_pending
from monitor.services.ingest import Ingested, Reach, ingest
from monitor.sources.base import Reject, Stream, StreamKind
from monitor.store import cases, cursors, intake
from monitor.store.db import Database
from tests.fakes import FakeClassifier, FakeClock, FakeSource
from tests.make import NOW
from tests.services.conftest import MakePost

REACH = Reach(overlap=timedelta(minutes=5), lookback=timedelta(days=6), pages=50)


class Killed(BaseException):
    """The process is gone: nothing may catch this."""


@pytest.fixture
def source() -> FakeSource:
    return FakeSource()


@pytest.fixture
def poll(database: Database, source: FakeSource, clock: FakeClock, handlings: Handlings) -> Callable[..., Ingested]:
    def run(reach: Reach = REACH, **options: object) -> Ingested:
        return ingest(database, source, source.stream, handlings=handlings, clock=clock, reach=reach, **options)  # type: ignore[arg-type]

    return run


def stored(database: Database) -> list[str]:
    with database.read() as session:
        return sorted(post.external_id for post in intake.untriaged(session, limit=10_000))


def cursor(database: Database, source: FakeSource) -> cursors.Cursor:
    with database.read() as session:
        return cursors.load_cursor(session, source.stream.source, source.stream.name)


def test_a_first_poll_reads_down_to_the_lookback(
    database: Database, source: FakeSource, poll: Callable[..., Ingested], says: MakePost
) -> None:
    old = says("complaint", -7 * 24 * 60)
    source.posts = [old, *(says("complaint", minute) for minute in range(8))]

    result = poll()

    assert (result.new, result.pages, result.drained) == (8, 3, True)
    assert old.external_id not in stored(database)


def test_the_cursor_moves_only_when_the_window_is_drained(
    database: Database, source: FakeSource, poll: Callable[..., Ingested], says: MakePost
) -> None:
    source.posts = [says("complaint", minute) for minute in range(8)]

    poll(replace(REACH, pages=1))

    assert cursor(database, source).position is None
    assert cursor(database, source).window is not None
    poll()
    assert cursor(database, source).position == "10007"
    assert cursor(database, source).window is None
    assert len(stored(database)) == 8


def test_a_poll_that_was_cut_short_goes_on_below_its_last_page(
    source: FakeSource, poll: Callable[..., Ingested], says: MakePost
) -> None:
    source.posts = [says("complaint", minute) for minute in range(8)]
    poll(replace(REACH, pages=1))

    poll()

    assert source.requests[1].until_id == "10005"


def test_every_window_begins_a_little_before_the_cursor(
    source: FakeSource, poll: Callable[..., Ingested], says: MakePost
) -> None:
    source.posts = [says("complaint", minute) for minute in range(8)]
    poll()

    poll()

    assert source.requests[-1].since_id == "10002"


def test_a_post_that_is_indexed_late_is_picked_up(
    database: Database, source: FakeSource, poll: Callable[..., Ingested], says: MakePost
) -> None:
    source.posts = [says("complaint", minute) for minute in (0, 1, 3, 4)]
    poll()
    source.posts.append(says("complaint, indexed late", 2))

    poll()

    assert "10002" in stored(database)


def test_what_is_seen_twice_is_saved_once(
    database: Database, source: FakeSource, poll: Callable[..., Ingested], says: MakePost
) -> None:
    source.posts = [says("complaint", minute) for minute in range(4)]
    poll()

    again = poll()

    assert (again.new, again.seen) == (0, 4)
    assert len(stored(database)) == 4


def test_a_bad_item_is_kept_aside_and_stops_nothing(
    database: Database, source: FakeSource, poll: Callable[..., Ingested], says: MakePost
) -> None:
    source.posts = [says("complaint", 1)]
    source.rejects = [Reject(b'{"id": 7}', "no text", position="3")]

    result = poll()

    assert (result.new, result.rejected) == (1, 1)


@pytest.mark.parametrize(
    "error",
    [
        RateLimited("slow down", retry_at=NOW + timedelta(minutes=15)),
        BudgetExhausted("out of credits"),
        SourceRefused("the token was refused"),
        SourceError("the answer was cut short"),
    ],
)
def test_a_refusal_is_recorded_and_loses_nothing(
    database: Database,
    source: FakeSource,
    poll: Callable[..., Ingested],
    says: MakePost,
    clock: FakeClock,
    error: SourceError,
) -> None:
    source.posts = [says("complaint", minute) for minute in range(8)]
    source.errors = [None, error]

    with pytest.raises(type(error)):
        poll()

    failed = cursor(database, source)
    assert failed.position is None
    assert failed.errors_in_a_row == 1
    assert failed.last_error == f"{type(error).__name__}: {error}"
    assert failed.retry_at == getattr(error, "retry_at", None)
    assert len(stored(database)) == 3
    clock.pass_time(minutes=15)
    poll()
    assert len(stored(database)) == 8
    assert cursor(database, source).errors_in_a_row == 0


def test_a_rate_limit_outlives_a_restart_without_another_request(
    source: FakeSource, poll: Callable[..., Ingested], clock: FakeClock
) -> None:
    source.errors = [RateLimited("slow down", retry_at=NOW + timedelta(minutes=15))]
    with pytest.raises(RateLimited):
        poll()
    clock.pass_time(minutes=14)

    with pytest.raises(RateLimited) as again:
        poll()

    assert again.value.retry_at == NOW + timedelta(minutes=15)
    assert len(source.requests) == 1
    clock.pass_time(minutes=1)
    assert poll().drained


def test_a_budget_that_was_raised_is_used_at_once(
    source: FakeSource, poll: Callable[..., Ingested], says: MakePost
) -> None:
    source.posts = [says("complaint")]
    source.errors = [BudgetExhausted("used up", retry_at=NOW + timedelta(hours=9))]
    with pytest.raises(BudgetExhausted):
        poll()

    assert poll().new == 1


def test_a_stop_between_pages_loses_nothing(
    database: Database, source: FakeSource, poll: Callable[..., Ingested], says: MakePost
) -> None:
    source.posts = [says("complaint", minute) for minute in range(8)]

    result = poll(stopping=lambda: len(source.requests) >= 1)

    assert (result.pages, result.drained) == (1, False)
    poll()
    assert len(stored(database)) == 8


def test_a_window_deeper_than_the_platform_shows_is_a_visible_gap(
    database: Database, source: FakeSource, poll: Callable[..., Ingested], says: MakePost
) -> None:
    source.deepest = 5
    source.posts = [says("complaint", 0)]
    poll()
    source.posts += [says("complaint", minute) for minute in range(100, 110)]

    poll()

    with database.read() as session:
        (gap,) = cursors.gaps(session)
    assert (gap.since_id, gap.until_id) == ("10000", "10105")


def test_an_overlap_deeper_than_the_platform_shows_is_no_gap(
    database: Database, source: FakeSource, poll: Callable[..., Ingested], says: MakePost
) -> None:
    source.deepest = 4
    source.posts = [says("complaint", minute) for minute in range(6)]
    poll()
    source.posts.append(says("complaint", 6))

    poll()

    with database.read() as session:
        assert cursors.gaps(session) == []


def test_an_outage_longer_than_the_platform_looks_back_is_a_visible_gap(
    database: Database, source: FakeSource, poll: Callable[..., Ingested], says: MakePost, clock: FakeClock
) -> None:
    source.looks_back = timedelta(days=7)
    source.posts = [says("complaint", 0)]
    poll()
    clock.pass_time(days=6)
    poll()
    with database.read() as session:
        assert cursors.gaps(session) == []
    clock.pass_time(days=9)

    poll()
    poll()

    with database.read() as session:
        (gap,) = cursors.gaps(session)
    assert (gap.since_id, gap.until_id) == ("10000", None)
    assert gap.reason == "not read for 9 days, the platform shows 7"


def test_an_outage_in_the_middle_of_a_window_is_a_visible_gap_too(
    database: Database, source: FakeSource, poll: Callable[..., Ingested], says: MakePost, clock: FakeClock
) -> None:
    source.looks_back = timedelta(days=7)
    source.posts = [says("complaint", minute) for minute in range(8)]
    poll(replace(REACH, pages=1))
    clock.pass_time(days=9)

    poll()

    with database.read() as session:
        (gap,) = cursors.gaps(session)
    assert (gap.since_id, gap.until_id) == (None, "10005")


def test_meeting_the_cursor_is_no_gap(
    database: Database, source: FakeSource, poll: Callable[..., Ingested], says: MakePost
) -> None:
    source.deepest = 5
    source.posts = [says("complaint", 0)]
    poll()
    source.posts += [says("complaint", minute) for minute in range(100, 103)]

    poll()

    with database.read() as session:
        assert cursors.gaps(session) == []


def test_a_reply_hands_its_live_case_to_the_customer(
    database: Database,
    source: FakeSource,
    poll: Callable[..., Ingested],
    says: MakePost,
    clock: FakeClock,
    handlings: Handlings,
) -> None:
    source.posts = [says("complaint", 0)]
    poll()
    assess_pending(database, FakeClassifier(), handlings=handlings, clock=clock)
    clock.pass_time(minutes=30)
    reply = says("sorry", 20, role=Role.REPLY, in_reply_to="10000", conversation_id="10000", author_id="us")
    source.posts.append(reply)

    poll()

    with database.read() as session:
        case = cases.latest_case(session, "acme", "x", "10000")
    assert case is not None
    assert case.status is Status.WAITING
    assert case.first_reply_at == NOW + timedelta(minutes=20)
    assert case.first_reply_ingested_at == NOW + timedelta(minutes=30)


examples = count()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(crashes=st.lists(st.integers(1, 6), max_size=6), page_size=st.integers(1, 5))
def test_a_crash_at_any_page_loses_and_doubles_nothing(
    database: Database, clock: FakeClock, handlings: Handlings, crashes: list[int], page_size: int
) -> None:
    brand = f"brand{next(examples)}"
    source = FakeSource(page_size=page_size, stream=Stream("fake", brand, brand, StreamKind.MENTIONS))
    source.posts = [Post(brand, "x", str(n), "c", "anna", "hm", NOW, NOW, Role.MENTION) for n in range(200, 214)]

    for pages_until_death in crashes:
        source.before_page = dying_after(len(source.requests) + pages_until_death)
        with contextlib.suppress(Killed):
            ingest(database, source, source.stream, handlings=handlings, clock=clock, reach=REACH)
    source.before_page = lambda number: None
    ingest(database, source, source.stream, handlings=handlings, clock=clock, reach=REACH)

    with database.read() as session:
        ids = [p.external_id for p in intake.untriaged(session, limit=10_000) if p.brand == brand]
    assert sorted(ids) == [p.external_id for p in source.posts]


def dying_after(pages: int) -> Callable[[int], None]:
    def die(number: int) -> None:
        if number == pages:
            raise Killed

    return die
