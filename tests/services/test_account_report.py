"""Account health over a store: what the brand wrote, who follows it, and whether it answers."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from monitor.domain.account_health import Direction
from monitor.domain.handling import Handlings
from monitor.domain.model import Account, Post, Role
from monitor.domain.self_talk import OwnNames
from monitor.services.account_report import AccountHealth, AccountReports, BrandHealth, OwnAccount, OwnBrand
from monitor.services.assess import assess_pending
from monitor.services.report import Scope
from monitor.store import followers, intake
from monitor.store.db import Database
from tests.fakes import FakeClassifier, FakeClock
from tests.make import NOW, make_reply, make_snapshot
from tests.services.conftest import MakePost

Store = Callable[..., None]
DAY = timedelta(days=1)
MAIN = OwnAccount("x", "1", "acme")
ACME = OwnBrand((MAIN,), OwnNames(names=("Acme Telecom",)))


@pytest.fixture
def reports(database: Database, clock: FakeClock) -> AccountReports:
    return AccountReports(database, {"acme": ACME}, clock)


@pytest.fixture
def store(database: Database) -> Store:
    def save(*posts: Post, accounts: tuple[Account, ...] = ()) -> None:
        with database.write() as session:
            intake.save_page(session, accounts=accounts, posts=posts)

    return save


@pytest.fixture
def broadcast(says: MakePost) -> Callable[..., Post]:
    """Something the brand said unasked, so many days before now (NOW, unless the clock was moved)."""

    def make(text: str, days_ago: float = 0, **fields: object) -> Post:
        at = NOW - days_ago * DAY
        given: dict[str, object] = {
            "role": Role.BROADCAST,
            "author_id": "1",
            "published_at": at,
            "external_id": f"{text}-{days_ago}",
        }
        return says(text, **given | fields)

    return make


def count(database: Database, day: date, followers_: int | None, following: int | None, account: str = "1") -> None:
    with database.write() as session:
        snapshot = make_snapshot(
            account_id=account, day=day.isoformat(), followers=followers_, following=following, taken_at=NOW
        )
        followers.save_snapshot(session, snapshot)


def only(rows: list[BrandHealth]) -> BrandHealth:
    (row,) = rows
    return row


def account(rows: list[BrandHealth]) -> AccountHealth:
    (health,) = only(rows).accounts
    return health


TODAY = NOW.date()


# Balance


def test_the_balance_is_that_of_the_newest_snapshot(reports: AccountReports, database: Database) -> None:
    count(database, TODAY - 3 * DAY, 900, 1000)
    count(database, TODAY, 950, 1000)

    health = account(reports.health(Scope()))

    assert health.balance is not None
    assert (health.balance.followers, health.balance.following) == (950, 1000)
    assert (health.balance.imbalance, health.balance.in_band) == (pytest.approx(0.05), True)
    assert (health.balance.direction, health.balance_day) == (Direction.MORE_FOLLOWING, "2026-03-02")


def test_the_trend_shows_thirty_days_with_the_missing_ones(reports: AccountReports, database: Database) -> None:
    count(database, TODAY - 30 * DAY, 1, 1000)
    count(database, TODAY - 29 * DAY, 800, 1000)
    count(database, TODAY, 950, 1000)

    trend = account(reports.health(Scope())).trend

    assert (len(trend.days), trend.n, len(trend.missing)) == (30, 2, 28)
    assert (trend.days[0].day, trend.days[-1].day) == (TODAY - 29 * DAY, TODAY)
    assert (trend.followers_change, trend.imbalance_change) == (150, pytest.approx(-0.15))


def test_a_trend_of_the_past_ends_with_the_span(reports: AccountReports, database: Database) -> None:
    count(database, TODAY, 950, 1000)

    trend = account(reports.health(Scope(until=NOW - 5 * DAY))).trend

    assert (trend.days[-1].day, trend.n) == (TODAY - 5 * DAY, 0)


def test_without_a_snapshot_nothing_is_made_up(reports: AccountReports) -> None:
    health = account(reports.health(Scope()))

    assert (health.balance, health.balance_day, health.trend.n) == (None, None, 0)


# Posting, self-talk and silence


def test_the_posting_rate_counts_broadcasts_of_thirty_days_against_a_cap(
    reports: AccountReports, store: Store, broadcast: Callable[..., Post], says: MakePost
) -> None:
    mention = says("complaint", 0, published_at=NOW - DAY)
    store(
        mention,
        make_reply(mention, author_id="1"),
        *(broadcast(f"news {n}", 2) for n in range(3)),
        broadcast("an older one", 29.2),
        broadcast("too old", 29.5),
    )

    posting = account(reports.health(Scope(), cap=2)).posting

    assert (posting.n, posting.n_days, posting.busiest) == (4, 30, 3)
    assert posting.per_day == pytest.approx(4 / 30)
    assert (posting.cap, posting.over_cap) == (2, (TODAY - 2 * DAY,))


def test_the_span_can_be_chosen_and_its_end_is_not_part_of_it(
    reports: AccountReports, store: Store, broadcast: Callable[..., Post]
) -> None:
    midnight = NOW.replace(hour=0)
    store(broadcast("a", published_at=midnight - 2 * DAY), broadcast("b", published_at=midnight))

    row = only(reports.health(Scope(since=midnight - 2 * DAY, until=midnight)))

    assert (row.since, row.until) == (midnight - 2 * DAY, midnight)
    assert (row.accounts[0].posting.n, row.accounts[0].posting.n_days) == (1, 2)


def test_a_span_does_not_reach_into_the_future(reports: AccountReports) -> None:
    row = only(reports.health(Scope(until=NOW + 9 * DAY)))

    assert (row.until, row.accounts[0].posting.n_days) == (NOW, 30)


def test_self_talk_knows_the_names_and_the_handles(
    reports: AccountReports, store: Store, broadcast: Callable[..., Post]
) -> None:
    store(
        broadcast("Acme Telecom is the best", 1),
        broadcast("@acme wins a prize", 2),
        broadcast("How is your Monday?", 3),
        broadcast("Rain is coming", 4),
        broadcast("Acme Telecom, a year ago", 40),
    )

    talk = account(reports.health(Scope())).self_talk

    assert (talk.n, talk.about_self, talk.share) == (4, 2, 0.5)
    assert {band.name: band.kept for band in talk.bands} == {"4-1-1": False, "80/20": False, "thirds": False}


def test_the_language_chooses_what_is_said_and_not_how_often(
    reports: AccountReports, store: Store, broadcast: Callable[..., Post]
) -> None:
    store(broadcast("Acme Telecom", 1), broadcast("mēs esam labākie", 2, lang="lv"))

    health = account(reports.health(Scope(lang="lv")))

    assert (health.self_talk.n, health.self_talk.about_self, health.posting.n) == (1, 1, 2)


def test_silence_ends_with_any_post_of_ours_however_long_ago(
    reports: AccountReports, store: Store, broadcast: Callable[..., Post], says: MakePost
) -> None:
    mention = says("complaint", 0, published_at=NOW - 60 * DAY)
    store(broadcast("news", 70), mention, make_reply(mention, author_id="1", published_at=NOW - 50 * DAY))

    silence = account(reports.health(Scope())).silence

    assert (silence.n, silence.days, silence.last_at) == (2, 50, NOW - 50 * DAY)


def test_an_account_that_never_posted_is_silent_without_a_number(reports: AccountReports) -> None:
    silence = account(reports.health(Scope())).silence

    assert (silence.n, silence.days, silence.last_at) == (0, None, None)


# Contact


def test_contact_is_about_those_who_need_an_answer(
    reports: AccountReports,
    store: Store,
    says: MakePost,
    database: Database,
    handlings: Handlings,
    clock: FakeClock,
) -> None:
    answered = says("complaint", 0, published_at=NOW - 3 * DAY)
    ignored = says("question", 1, published_at=NOW - 2 * DAY, author_id="boris")
    store(answered, ignored, says("thanks", 2, published_at=NOW - 5 * DAY), make_reply(answered, author_id="1"))
    assess_pending(database, FakeClassifier(), handlings=handlings, clock=clock)

    contact = only(reports.health(Scope())).contact

    assert (contact.rate.within, contact.rate.n, contact.rate.answered) == (DAY, 2, 1)
    assert (contact.n_unanswered, contact.oldest_unanswered) == (1, 2 * DAY)
    assert (contact.zero_reply_streak, contact.longest_zero_reply_streak) == (1, 1)


def test_contact_counts_unjudged_posts_of_the_span_in_the_language(
    reports: AccountReports, store: Store, says: MakePost
) -> None:
    store(
        says("hello", 0, published_at=NOW - 2 * DAY),
        says("labdien", 1, published_at=NOW - 2 * DAY, lang="lv"),
        says("long ago", 2, published_at=NOW - 200 * DAY),
    )

    assert only(reports.health(Scope())).contact.n_unanswered == 2
    assert only(reports.health(Scope(lang="lv"))).contact.n_unanswered == 1


# Which accounts and brands


def test_an_account_is_found_by_what_it_writes(
    reports: AccountReports, store: Store, broadcast: Callable[..., Post]
) -> None:
    helper = Account("x", "77", "acmehelps", "Acme helps")
    store(broadcast("@acmehelps is there for everybody", 1, author_id="77"), accounts=(helper,))

    main, found = only(reports.health(Scope())).accounts

    assert (main.account, found.account) == (MAIN, OwnAccount("x", "77", "acmehelps"))
    assert (main.posting.n, found.posting.n, found.self_talk.about_self) == (0, 1, 1)


def test_an_imported_brand_has_a_report_without_being_configured(
    reports: AccountReports, store: Store, says: MakePost
) -> None:
    mention = says("hello", 0, brand="nordtel", platform="twcs")
    store(mention, make_reply(mention, author_id="NordTel"))

    acme, nordtel = reports.health(Scope())

    assert (acme.brand, nordtel.brand) == ("acme", "nordtel")
    assert [health.account for health in nordtel.accounts] == [OwnAccount("twcs", "NordTel")]
    assert nordtel.accounts[0].silence.n == 1


def test_two_accounts_of_a_brand_are_kept_apart(database: Database, clock: FakeClock) -> None:
    own = {"acme": OwnBrand((MAIN, OwnAccount("x", "2", "acme_lv")))}
    count(database, TODAY, 10, 10)
    count(database, TODAY, 20, 40, account="2")

    first, second = only(AccountReports(database, own, clock).health(Scope())).accounts

    assert first.balance is not None
    assert second.balance is not None
    assert (first.balance.imbalance, second.balance.imbalance) == (0, 0.5)


def test_an_erased_author_is_no_account(
    reports: AccountReports, store: Store, broadcast: Callable[..., Post], database: Database, clock: FakeClock
) -> None:
    store(broadcast("a mistake", 1, author_id="99", external_id="5"))
    with database.write() as session:
        post = intake.post_by_key(session, "acme", "x", "5")
        assert post is not None
        intake.erase(session, [post.id or 0], clock.now())

    assert [health.account for health in only(reports.health(Scope())).accounts] == [MAIN]


def test_brands_can_be_chosen(database: Database, clock: FakeClock, store: Store, says: MakePost) -> None:
    reports = AccountReports(database, {"acme": ACME, "beta": OwnBrand((OwnAccount("x", "3"),))}, clock)
    store(says("hello", 0, brand="nobody", published_at=NOW - 90 * DAY))

    assert [row.brand for row in reports.health(Scope())] == ["acme", "beta"]
    assert [row.brand for row in reports.health(Scope(("beta",)))] == ["beta"]
    assert reports.health(Scope(("nobody",))) == []
