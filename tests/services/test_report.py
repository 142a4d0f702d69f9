"""Reports over a store: every figure is one that a person can work out from the posts of the test."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from monitor.domain.calendar import BusinessCalendar, week
from monitor.domain.handling import Handling, Handlings
from monitor.domain.model import Case, Post, Role, Target
from monitor.domain.sla import Policy, Promise
from monitor.services import report
from monitor.services.assess import assess_pending
from monitor.services.ingest import observe_replies
from monitor.services.report import Reports, ResponseTimes, Scope
from monitor.services.review import Review
from monitor.store import cases, intake
from monitor.store.db import Database
from tests.fakes import FakeClassifier, FakeClock
from tests.make import NOW, make_reply
from tests.services.conftest import MakePost

Store = Callable[..., None]
minutes = [timedelta(minutes=n) for n in range(1000)].__getitem__
days = [timedelta(days=n) for n in range(100)].__getitem__


@pytest.fixture
def reports(database: Database, handlings: Handlings, clock: FakeClock) -> Reports:
    return Reports(database, handlings, clock)


@pytest.fixture
def review(database: Database, handlings: Handlings, clock: FakeClock) -> Review:
    return Review(database, clock, handlings)


@pytest.fixture
def judged(database: Database, handlings: Handlings, clock: FakeClock) -> Store:
    """Store posts and let a model that knows its words judge them."""

    def store(*posts: Post) -> None:
        with database.write() as session:
            saved = intake.save_page(session, accounts=[], posts=posts)
            observe_replies(session, saved.new, handlings, clock.now())
        assess_pending(database, FakeClassifier(), handlings=handlings, clock=clock)

    return store


@pytest.fixture
def unjudged(database: Database) -> Store:
    """Store posts as an import without a model leaves them."""

    def store(*posts: Post) -> None:
        with database.write() as session:
            intake.save_page(session, accounts=[], posts=posts)

    return store


def after(post: Post, minutes_later: int, **fields: object) -> Post:
    """Our reply to the post, so many minutes after it and stored at once."""
    at = post.published_at + minutes(minutes_later)
    return make_reply(post, **{"published_at": at, "ingested_at": at} | fields)


def only(rows: list[ResponseTimes]) -> ResponseTimes:
    (row,) = rows
    return row


def case_of(database: Database, post: Post) -> Case:
    with database.read() as session:
        case = cases.latest_case(session, post.brand, post.platform, post.conversation_id)
    assert case is not None
    return case


def number(database: Database, post: Post) -> int:
    case_id = case_of(database, post).id
    assert case_id is not None
    return case_id


# Response times of cases


def test_first_responses_are_spread_and_those_who_wait_are_counted(
    reports: Reports, judged: Store, says: MakePost, clock: FakeClock
) -> None:
    quick, slow, waiting = says("complaint", 0), says("complaint", 1), says("question", 2)
    judged(quick, slow, waiting, after(quick, 10), after(slow, 30))
    clock.pass_time(hours=2)

    row = only(reports.response_times(Scope()))

    assert (row.brand, row.cases, row.unanswered) == ("acme", 3, 1)
    times = row.first.published
    assert (times.ended.n, times.ended.median, times.ended.p90) == (2, minutes(20), minutes(28))
    assert (times.n_waiting, times.longest_wait, times.censored_median) == (1, minutes(118), minutes(30))


def test_our_own_clock_starts_when_we_knew(reports: Reports, judged: Store, says: MakePost) -> None:
    post = says("complaint", 0, ingested_at=NOW + minutes(4))
    judged(post, after(post, 10, ingested_at=NOW + minutes(11)))

    first = only(reports.response_times(Scope())).first

    assert first.published.ended.median == minutes(10)
    assert first.ingested.ended.median == minutes(7)


def test_working_time_leaves_the_weekend_out(
    database: Database, clock: FakeClock, says: MakePost, handlings: Handlings
) -> None:
    office = BusinessCalendar("office", UTC, week({day: [(time(9), time(17))] for day in range(5)}))
    policy = Policy("standard", "office", Promise(first_response=timedelta(hours=1)))
    offices = Handlings(Handling(policy, office))
    friday = datetime(2026, 2, 27, 16, 30, tzinfo=UTC)
    post = says("complaint", 0, published_at=friday, ingested_at=friday)
    reply = make_reply(post, published_at=NOW + minutes(30), ingested_at=NOW + minutes(45))
    with database.write() as session:
        intake.save_page(session, accounts=[], posts=[post, reply])
    assess_pending(database, FakeClassifier(), handlings=offices, clock=clock)

    first = only(Reports(database, offices, clock).response_times(Scope())).first

    assert first.published.ended.median == timedelta(hours=65)
    assert first.published_business.ended.median == timedelta(hours=1)
    assert first.ingested_business.ended.median == timedelta(hours=1, minutes=15)


def test_a_case_whose_calendar_is_gone_is_unmeasured_in_working_time(
    database: Database, judged: Store, says: MakePost, clock: FakeClock, handlings: Handlings
) -> None:
    post = says("complaint")
    judged(post, after(post, 10))
    elsewhere = replace(handlings.default, calendar=replace(handlings.default.calendar, name="another"))

    first = only(Reports(database, Handlings(elsewhere), clock).response_times(Scope())).first

    assert (first.published.ended.n, first.published_business.n_unmeasured) == (1, 1)


def test_a_case_closed_without_a_reply_stays_unanswered(
    reports: Reports, review: Review, judged: Store, says: MakePost, database: Database
) -> None:
    post = says("complaint")
    judged(post)
    review.resolve(number(database, post), "ilze")

    row = only(reports.response_times(Scope()))

    assert (row.unanswered, row.first.published.n_waiting, row.first.published.n_closed) == (1, 0, 1)


def test_a_dismissed_case_is_in_no_figure(
    reports: Reports, review: Review, judged: Store, says: MakePost, database: Database
) -> None:
    spam, real = says("complaint", 0), says("complaint", 1)
    judged(spam, real)
    review.dismiss(number(database, spam), "ilze")

    row = only(reports.response_times(Scope()))

    assert (row.cases, row.unanswered, row.rates[0].n + row.rates[0].n_too_young) == (1, 1, 1)
    assert [repeat.n for repeat in row.repeats] == [1, 1]
    assert [kept.n for kept in reports.sla(Scope())[0].targets] == [1, 0, 1]


def test_every_later_wait_is_a_next_response(reports: Reports, judged: Store, says: MakePost) -> None:
    first = says("complaint", 0)
    again = says("complaint still", 30, conversation_id="10000")
    more = says("complaint once more", 60, conversation_id="10000")
    judged(first, after(first, 10), again, after(again, 5), more)

    row = only(reports.response_times(Scope()))

    assert (row.cases, row.first.published.ended.n) == (1, 1)
    assert (row.next.published.ended.n, row.next.published.ended.median) == (1, minutes(5))
    assert row.next.published.n_waiting == 1


def test_threads_are_read_in_parts(
    reports: Reports, judged: Store, says: MakePost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "_CASES_AT_ONCE", 2)
    for start in range(5):
        first = says("complaint", start)
        again = says("complaint", 100 + start, conversation_id=first.conversation_id)
        judged(first, after(first, 10), again, after(again, 20 + start))

    row = only(reports.response_times(Scope()))

    assert (row.next.published.ended.n, row.next.published.ended.median) == (5, minutes(22))
    assert row.rates[0].n + row.rates[0].n_too_young == 10


def test_resolution_runs_from_the_first_post_to_the_closing(
    reports: Reports, review: Review, judged: Store, says: MakePost, database: Database, clock: FakeClock
) -> None:
    done, open_ = says("complaint", 0), says("complaint", 1)
    judged(done, open_)
    clock.pass_time(hours=3)
    review.resolve(number(database, done), "ilze")

    resolution = only(reports.response_times(Scope())).resolution

    assert (resolution.published.ended.median, resolution.published.n_waiting) == (timedelta(hours=3), 1)


# Pairs and rates: single posts


def test_a_pair_is_a_post_and_our_earliest_human_reply_to_it(
    reports: Reports, judged: Store, says: MakePost, clock: FakeClock
) -> None:
    post, thanks, ignored = says("complaint", 0), says("thanks", 1), says("complaint", 2)
    bot = after(post, 1, automated=True)
    judged(post, thanks, ignored, after(post, 40), bot, after(post, 12), after(thanks, 2))

    row = only(reports.response_times(Scope()))

    assert (row.posts, row.pairs.n, row.pairs.median) == (3, 2, minutes(7))
    assert [bucket.count for bucket in row.pairs.buckets] == [2, 0, 0, 0, 0]


def test_a_reply_that_is_no_answer_to_a_post_pairs_with_nothing(
    reports: Reports, judged: Store, says: MakePost
) -> None:
    post, other = says("complaint", 0), says("complaint", 5, conversation_id="10000", author_id="boris")
    judged(post, other, after(post, 10))

    row = only(reports.response_times(Scope()))

    assert (row.posts, row.pairs.n) == (2, 1)


def test_the_rate_is_about_posts_that_need_an_answer(
    reports: Reports, judged: Store, says: MakePost, clock: FakeClock
) -> None:
    in_time, late, never = says("complaint", 0), says("question", 1), says("complaint", 2)
    judged(in_time, late, never, says("thanks", 3), after(in_time, 60), after(late, 61))
    clock.pass_time(hours=25)

    hour, day, three_days = only(reports.response_times(Scope())).rates

    assert (hour.n, hour.answered, hour.n_too_young) == (3, 1, 0)
    assert (day.n, day.answered) == (3, 2)
    assert (three_days.n, three_days.n_too_young, three_days.share) == (0, 3, None)


def test_every_post_of_a_thread_that_asks_is_in_the_rate(
    reports: Reports, judged: Store, says: MakePost, clock: FakeClock
) -> None:
    first = says("complaint", 0)
    judged(first, says("complaint and another thing", 5, conversation_id="10000"), after(first, 10))
    clock.pass_time(hours=2)

    rate = only(reports.response_times(Scope())).rates[0]

    assert (rate.n, rate.answered) == (2, 1)


def test_thanks_within_a_thread_and_bots_do_not_raise_the_rate(
    reports: Reports, judged: Store, says: MakePost, clock: FakeClock
) -> None:
    first = says("complaint", 0)
    thanks = says("thanks", 5, conversation_id="10000")
    judged(first, thanks, after(first, 1, automated=True), after(thanks, 1))
    clock.pass_time(hours=2)

    rate = only(reports.response_times(Scope())).rates[0]

    assert (rate.n, rate.answered) == (1, 0)


def test_posts_of_a_dismissed_case_stay_out_when_the_thread_gets_a_new_one(
    reports: Reports, review: Review, judged: Store, says: MakePost, database: Database, clock: FakeClock
) -> None:
    spam = says("complaint", 0)
    judged(spam)
    clock.pass_time(minutes=10)
    review.dismiss(number(database, spam), "ilze")
    clock.pass_time(minutes=10)
    judged(says("complaint, a real one", 20, conversation_id="10000"))
    clock.pass_time(hours=2)

    row = only(reports.response_times(Scope()))

    assert (row.cases, row.rates[0].n) == (1, 1)


def test_what_nobody_has_judged_counts_as_needing_an_answer(
    reports: Reports, judged: Store, unjudged: Store, says: MakePost, clock: FakeClock
) -> None:
    post = says("complaint", 0)
    judged(post, says("thanks", 1), after(post, 5))
    unjudged(says("who knows", 2), says("who knows", 3, brand="nordtel"))
    clock.pass_time(hours=2)

    acme, nordtel = reports.response_times(Scope())

    assert (acme.untriaged, acme.rates[0].n, acme.rates[0].answered) == (1, 2, 1)
    assert (nordtel.brand, nordtel.untriaged, nordtel.cases, nordtel.rates[0].n) == ("nordtel", 1, 0, 1)


def test_an_import_without_a_model_has_pairs_and_no_cases(reports: Reports, unjudged: Store, says: MakePost) -> None:
    post = says("who knows", 0)
    unjudged(post, after(post, 3))

    row = only(reports.response_times(Scope()))

    assert (row.cases, row.unanswered, row.posts, row.pairs.median) == (0, 0, 1, minutes(3))
    assert row.first.published.ended.median is None


def test_a_new_post_in_an_old_case_is_in_the_rate_of_its_own_day(
    reports: Reports, judged: Store, says: MakePost, clock: FakeClock
) -> None:
    old = says("complaint", 0)
    new = says("complaint", 600, conversation_id="10000")
    judged(old, new, after(new, 5))
    clock.pass_time(hours=20)

    row = only(reports.response_times(Scope(since=NOW + minutes(500))))

    assert (row.cases, row.posts, row.pairs.n) == (0, 1, 1)
    assert (row.rates[0].n, row.rates[0].answered) == (1, 1)


def test_a_reply_filed_under_another_conversation_still_answers_its_post(
    reports: Reports, judged: Store, says: MakePost, clock: FakeClock
) -> None:
    post = says("complaint", 0)
    judged(post, after(post, 5, conversation_id="elsewhere"))
    clock.pass_time(hours=2)

    row = only(reports.response_times(Scope()))

    assert (row.pairs.n, row.rates[0].answered) == (1, 1)


# Repeat contact


def test_customers_who_come_back_are_counted_with_their_history(
    reports: Reports, judged: Store, says: MakePost
) -> None:
    day = 24 * 60
    contacts = [says("complaint", day * n, author_id=who) for n, who in ((0, "anna"), (10, "anna"), (11, "boris"))]
    judged(*contacts)

    week_, fortnight = only(reports.response_times(Scope(since=NOW + days(9)))).repeats

    assert (week_.window, week_.n, week_.repeats) == (days(7), 2, 0)
    assert (fortnight.window, fortnight.n, fortnight.repeats, fortnight.repeat_authors) == (days(14), 2, 1, 1)


# Scope


def test_the_span_holds_its_start_and_not_its_end(
    reports: Reports, judged: Store, unjudged: Store, says: MakePost
) -> None:
    posts = [says("complaint", minute) for minute in (10, 20, 30)]
    judged(*posts, *(after(post, 5) for post in posts))
    unjudged(*(says("who knows", minute, external_id=str(minute)) for minute in (9, 10, 30)))

    row = only(reports.response_times(Scope(since=NOW + minutes(10), until=NOW + minutes(30))))

    assert (row.cases, row.posts, row.pairs.n) == (2, 3, 2)
    assert row.rates[0].n + row.rates[0].n_too_young == 3


def test_a_reply_after_the_span_still_answers(reports: Reports, judged: Store, says: MakePost) -> None:
    post = says("complaint", 0)
    judged(post, after(post, 30))

    row = only(reports.response_times(Scope(until=NOW + minutes(10))))

    assert (row.pairs.median, row.first.published.ended.median) == (minutes(30), minutes(30))


def test_one_language_can_be_looked_at_alone(reports: Reports, judged: Store, unjudged: Store, says: MakePost) -> None:
    judged(says("complaint", 0), says("complaint", 1, lang="lv"))
    unjudged(says("complaint", 2), says("complaint", 3, lang="lv"))

    row = only(reports.response_times(Scope(lang="lv")))

    assert (row.cases, row.posts, row.untriaged) == (1, 2, 1)
    assert row.rates[0].n_too_young == 2


def test_brands_have_rows_of_their_own_by_name(reports: Reports, judged: Store, says: MakePost) -> None:
    judged(*(says("complaint", n, brand=brand) for n, brand in enumerate(("beta", "acme", "gamma"))))

    assert reports.brands() == ["acme", "beta", "gamma"]
    assert [row.brand for row in reports.response_times(Scope())] == ["acme", "beta", "gamma"]
    assert [row.brand for row in reports.response_times(Scope(("gamma", "acme", "gamma")))] == ["acme", "gamma"]


def test_a_brand_with_nothing_in_scope_has_no_row(reports: Reports, judged: Store, says: MakePost) -> None:
    judged(says("complaint"))
    tomorrow = Scope(since=NOW + days(1))

    assert reports.response_times(tomorrow) == []
    assert reports.sla(tomorrow) == []
    assert reports.backlog(tomorrow) == []
    assert reports.response_times(Scope(("unheard-of",))) == []


def test_an_empty_store_reports_nothing(reports: Reports) -> None:
    assert (reports.brands(), reports.response_times(Scope()), reports.sla(Scope())) == ([], [], [])


# Promises and backlog


def test_promises_are_counted_by_target(reports: Reports, judged: Store, says: MakePost, clock: FakeClock) -> None:
    kept, late, overdue = says("complaint", 0), says("complaint", 1), says("complaint", 2)
    judged(kept, late, overdue, after(kept, 239), after(late, 241))
    clock.pass_time(hours=5)

    (promises,) = reports.sla(Scope())

    by_target = {kept.target: kept for kept in promises.targets}
    first = by_target[Target.FIRST_RESPONSE]
    assert (promises.brand, promises.cases) == ("acme", 3)
    assert (first.n, first.met, first.missed, first.overdue) == (3, 1, 2, 1)
    assert first.share_met == pytest.approx(1 / 3)
    assert (by_target[Target.RESOLUTION].n, by_target[Target.RESOLUTION].running) == (3, 3)
    assert by_target[Target.NEXT_RESPONSE].n == 0


def test_the_backlog_holds_what_is_not_closed_by_age(
    reports: Reports, review: Review, judged: Store, says: MakePost, database: Database, clock: FakeClock
) -> None:
    oldest, answered, closed = says("complaint", 0), says("complaint", 60), says("complaint", 90)
    judged(oldest, answered, closed, after(answered, 5))
    clock.pass_time(hours=5)
    review.resolve(number(database, closed), "ilze")

    (row,) = reports.backlog(Scope())

    assert (row.brand, row.backlog.n, row.backlog.oldest_age) == ("acme", 2, timedelta(hours=5))
    assert row.backlog.oldest is not None
    assert row.backlog.oldest.id == number(database, oldest)
    assert [bucket.count for bucket in row.backlog.calendar.buckets] == [0, 0, 2, 0, 0, 0, 0]
    assert row.backlog.calendar.median == timedelta(hours=4, minutes=30)


def test_the_backlog_of_a_brand_without_open_cases_is_left_out(
    reports: Reports, review: Review, judged: Store, says: MakePost, database: Database
) -> None:
    post = says("complaint")
    judged(post)
    review.resolve(number(database, post), "ilze")

    assert reports.backlog(Scope()) == []
    assert len(reports.sla(Scope())) == 1


def test_what_the_brand_broadcasts_is_nobodys_post(reports: Reports, unjudged: Store, says: MakePost) -> None:
    unjudged(says("we are the best", 0, role=Role.BROADCAST), says("passed on", 1, role=Role.REPOST))

    assert reports.response_times(Scope()) == []
