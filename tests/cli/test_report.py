"""`report`: what a person reads, what a program reads, and what is said when there is nothing."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import Result
from typer.testing import CliRunner

from monitor.cli import app
from monitor.cli.outcome import ExitCode
from monitor.config import Config, load
from monitor.domain.model import Post, Role
from monitor.services.assess import assess_pending
from monitor.store import cases, followers, intake
from monitor.store.db import Database
from monitor.wiring import App, own_brands
from tests.fakes import FakeClassifier
from tests.make import NOW, make_post, make_reply, make_snapshot

Report = Callable[..., Result]
SHIPPED = Path(__file__).parents[2] / "config.yaml"
BRANDS = """\
brands:
  - name: acme
    display_name: Acme Telecom
    untagged_names: [AcmeTel]
    accounts: [{platform: x, id: "7001", handle: acmetelecom}]
  - name: nordtel
"""
LATER = NOW + timedelta(hours=6)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    """It is three in the afternoon of the Monday that the posts are of."""
    with time_machine.travel(LATER, tick=False):
        yield


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """The shipped configuration with two brands, its data in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("MONITOR__DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MONITOR__DEFAULTS__CALENDAR", "always")
    return load(configured(tmp_path, BRANDS))


def configured(folder: Path, brands: str) -> Path:
    """The shipped configuration with these brands, where a command looks for it."""
    text = SHIPPED.read_text(encoding="utf-8")
    path = folder / "config.yaml"
    path.write_text(re.sub(r"(?ms)^brands:.*?(?=^\S)", lambda _: brands, text), encoding="utf-8")
    return path


@pytest.fixture
def database(config: Config, sqlite_template: Path) -> Iterator[Database]:
    shutil.copyfile(sqlite_template, config.database_url.removeprefix("sqlite:///"))
    opened = Database(config.database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def report(config: Config) -> Report:
    def call(*words: str) -> Result:
        return CliRunner().invoke(app, ["report", *words], catch_exceptions=False)

    return call


def store(database: Database, *posts: Post) -> None:
    with database.write() as session:
        intake.save_page(session, accounts=[], posts=posts)


def judge(config: Config) -> None:
    program = App(config)
    assess_pending(program.database, FakeClassifier(), handlings=program.handlings, clock=program.clock)
    program.database.dispose()


def said(text: str, minute: int = 0, **fields: Any) -> Post:
    at = NOW + minutes(minute)
    number = str(10_000 + minute)
    return make_post(**{"external_id": number, "conversation_id": number, "published_at": at, "text": text} | fields)


def answered(post: Post, after: float, **fields: Any) -> Post:
    """Our reply, known a minute after it was published."""
    at = post.published_at + minutes(after)
    return make_reply(post, **{"published_at": at, "ingested_at": at + minutes(1)} | fields)


@pytest.fixture
def day(database: Database, config: Config) -> Database:
    """Two answered complaints (14 min, 1 h 52 min), one that waits, thanks that got a reply, and another brand."""
    quick, slow, waiting, thanks = said("complaint", 0), said("complaint", 1), said("complaint", 60), said("thanks", 61)
    elsewhere = said("question", 2, brand="nordtel", lang="lv")
    replies = [answered(quick, 14), answered(slow, 112), answered(thanks, 2), answered(elsewhere, 30)]
    store(database, quick, slow, waiting, thanks, elsewhere, *replies)
    judge(config)
    return database


def parsed(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def row_of(result: Result, first: str) -> str:
    """The first line of a table that begins with these words, without the spaces that align it."""
    lines = (" ".join(line.split()) for line in result.stdout.splitlines())
    return next(line for line in lines if line.startswith(first))


# response-times --json


def test_response_times_are_one_object_with_a_row_per_brand(report: Report, day: Database) -> None:
    found = parsed(report("response-times", "--json"))

    acme, nordtel = found["brands"]
    assert (found["report"], found["zone"], found["since"], found["until"]) == ("response-times", "UTC", None, None)
    assert found["at"] == "2026-03-02T15:00:00+00:00"
    assert {key: acme[key] for key in ("brand", "cases", "unanswered", "posts", "pairs", "untriaged")} == {
        "brand": "acme", "cases": 3, "unanswered": 1, "posts": 4, "pairs": 3, "untriaged": 0,
    }  # fmt: skip
    assert acme["first_response_median_seconds"] == (14 + 112) / 2 * 60
    assert acme["first_response_p90_seconds"] == pytest.approx((14 + 0.9 * 98) * 60)
    assert acme["pair_median_seconds"] == 14 * 60
    assert acme["pair_p90_seconds"] == pytest.approx((14 + 0.8 * 98) * 60)
    assert (nordtel["brand"], nordtel["pair_median_seconds"]) == ("nordtel", 1800)


def test_every_clock_is_in_the_object(report: Report, day: Database) -> None:
    acme = parsed(report("response-times", "--json", "--brand", "acme"))["brands"][0]

    first = acme["first_response"]
    assert set(first) == {"published", "ingested", "published_business", "ingested_business"}
    assert (first["published"]["n"], first["published"]["ended"], first["published"]["waiting"]) == (3, 2, 1)
    assert first["published"]["longest_wait_seconds"] == 5 * 3600
    assert first["ingested"]["median_seconds"] == first["published"]["median_seconds"] + 40
    assert [bucket["count"] for bucket in first["published"]["buckets"]] == [1, 1, 0, 0, 0]
    assert first["published"]["buckets"][-1]["below_seconds"] is None
    assert set(acme["next_response"]) == set(acme["resolution"]) == set(first)
    assert acme["resolution"]["published"]["median_seconds"] is None


def test_rates_and_repeats_come_with_their_counts(report: Report, day: Database) -> None:
    acme = parsed(report("response-times", "--json", "-b", "acme"))["brands"][0]

    hour, a_day, three_days = acme["response_rates"]
    assert hour == {"within_seconds": 3600, "n": 3, "answered": 1, "too_young": 0, "share": pytest.approx(1 / 3)}
    assert (a_day["n"], a_day["too_young"], a_day["share"]) == (0, 3, None)
    assert three_days["within_seconds"] == 72 * 3600
    assert [(repeat["within_seconds"] / 86_400, repeat["n"]) for repeat in acme["repeat_contact"]] == [(7, 3), (14, 3)]


def test_the_object_alone_is_on_standard_output(report: Report, database: Database) -> None:
    post = said("who knows")
    store(database, post, answered(post, 3))

    result = report("response-times", "--json")

    (row,) = parsed(result)["brands"]
    assert (row["cases"], row["unanswered"], row["pairs"], row["untriaged"]) == (0, 0, 1, 1)
    assert row["first_response_median_seconds"] is None
    assert "no cases yet: 1 posts are not classified and count as needing an answer" in result.stderr


def test_thanks_alone_make_no_cases(report: Report, database: Database, config: Config) -> None:
    store(database, said("thanks"))
    judge(config)

    assert "none of these posts needs an answer" in report("response-times").stderr


# Nothing to report


@pytest.mark.parametrize("name", ["response-times", "sla", "backlog"])
def test_without_a_case_there_is_an_empty_list_and_advice(report: Report, name: str) -> None:
    result = report(name, "--json")

    assert parsed(result)["brands"] == []
    assert "no case" in result.stderr


def test_advice_names_the_span_and_what_to_do(report: Report, day: Database) -> None:
    result = report("sla", "--until", "2026-01-01", "--brand", "acme")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "no cases of acme from the beginning until 2026-01-01 00:00, UTC" in result.stderr
    assert "complaint-monitor import FILE" in result.stderr


def test_quiet_says_nothing(config: Config) -> None:
    result = CliRunner().invoke(app, ["--quiet", "report", "sla", "--json"], catch_exceptions=False)

    assert parsed(result)["brands"] == []
    assert result.stderr == ""


def test_an_account_report_without_any_account_says_what_to_do(report: Report, config: Config, tmp_path: Path) -> None:
    configured(tmp_path, "brands: []\n")

    result = report("account", "--json")

    assert parsed(result)["brands"] == []
    assert "list the brand's accounts in config.yaml" in result.stderr


# response-times as a table


def test_the_table_says_which_clock_zone_and_span(report: Report, day: Database) -> None:
    result = report("response-times")

    assert result.exit_code == 0
    assert "as published (the platform's clock), in calendar time" in result.stdout
    assert "from the beginning until now (2026-03-02 15:00), UTC" in result.stdout


def test_the_table_tells_durations_as_they_are_said(report: Report, day: Database) -> None:
    result = report("response-times", "--brand", "acme")

    assert row_of(result, "first response") == "first response 2 1 h 3 min 1 h 42 min 1 5 h"
    assert row_of(result, "each post") == "each post 3 14 min 1 h 32 min 1 –"
    assert row_of(result, "resolution") == "resolution 0 – – 3 6 h"
    assert "33 % of 3" in result.stdout


def test_the_table_can_be_of_our_clock_and_of_working_time(report: Report, day: Database) -> None:
    result = report("response-times", "--clock", "ingested", "--business", "--brand", "nordtel")

    assert "as ingested (our clock), in business time" in result.stdout
    assert row_of(result, "first response") == "first response 1 30 min 30 min 0 –"


def test_long_working_times_are_told_in_hours(report: Report, database: Database, config: Config) -> None:
    post = said("complaint", 0, published_at=NOW - timedelta(days=4))
    store(database, post)
    judge(config)

    assert "102 h" in row_of(report("response-times", "--business"), "first response")
    assert "4.2 d" in row_of(report("response-times"), "first response")


@pytest.mark.parametrize("name", ["response-times", "sla", "backlog", "account"])
def test_a_narrow_terminal_cuts_no_figure(
    report: Report, day: Database, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("COLUMNS", "30")

    result = report(name, "--brand", "nordtel")

    assert "…" not in result.stdout
    assert "nordtel" in result.stdout


# Filters


def test_brands_may_be_named_several_times(report: Report, day: Database) -> None:
    found = parsed(report("response-times", "--json", "--brand", "nordtel", "--brand", "acme"))

    assert [row["brand"] for row in found["brands"]] == ["acme", "nordtel"]


def test_a_mistyped_brand_is_refused_with_the_nearest(report: Report, day: Database) -> None:
    result = report("response-times", "--brand", "nortel")

    assert result.exit_code == ExitCode.ERROR
    assert "There is no brand 'nortel': did you mean 'nordtel'?" in result.stderr


def test_a_configured_brand_without_posts_is_no_mistake(report: Report, database: Database) -> None:
    assert parsed(report("response-times", "--json", "--brand", "acme"))["brands"] == []


@pytest.mark.parametrize(
    ("words", "posts"),
    [
        (["--since", "6h"], 4),
        (["--since", "5h"], 2),
        (["--since", "2026-03-02"], 4),
        (["--since", "2026-03-02T09:01"], 3),
        (["--since", "2026-03-02T11:01+02:00"], 3),
        (["--until", "2026-03-02T10:00"], 2),
        (["--since", "1d", "--until", "5h"], 2),
    ],
)
def test_the_span_is_typed_as_a_date_a_moment_or_an_age(
    report: Report, day: Database, words: list[str], posts: int
) -> None:
    found = parsed(report("response-times", "--json", "--brand", "acme", *words))

    assert found["brands"][0]["posts"] == posts


def test_one_language_can_be_chosen(report: Report, day: Database) -> None:
    found = parsed(report("response-times", "--json", "--lang", "LV"))

    assert (found["lang"], [row["brand"] for row in found["brands"]]) == ("lv", ["nordtel"])


@pytest.mark.parametrize(
    "words",
    [["--since", "yesterday"], ["--until", "7x"], ["--since", "1d", "--until", "2d"], ["--since", "2027-01-01"]],
)
def test_a_span_that_cannot_be_read_is_a_usage_error(report: Report, words: list[str]) -> None:
    result = report("sla", *words)

    assert result.exit_code == ExitCode.USAGE
    assert words[0] in result.stderr


# sla and backlog


def test_promises_are_counted_per_target(report: Report, day: Database) -> None:
    acme = parsed(report("sla", "--json"))["brands"][0]

    first = acme["targets"]["first_response"]
    assert set(acme["targets"]) == {"first_response", "next_response", "resolution"}
    assert acme["cases"] == 3
    assert (first["n"], first["met"], first["missed"], first["overdue"]) == (3, 2, 1, 1)
    assert first["share_met"] == pytest.approx(2 / 3)


def test_the_table_of_promises_shows_what_makes_the_share(report: Report, day: Database) -> None:
    result = report("sla", "--brand", "acme")

    assert row_of(result, "first response") == "first response 3 67 % 2 1 1 0 0 0"
    assert "in business time" in result.stdout


def test_the_backlog_is_told_by_age(report: Report, day: Database) -> None:
    with day.read() as session:
        oldest = cases.latest_case(session, "acme", "x", "10000")
    assert oldest is not None

    acme = parsed(report("backlog", "--json", "-b", "acme"))["brands"][0]

    assert acme["cases"] == 3
    assert acme["oldest"] == {"case": oldest.id, "opened_at": "2026-03-02T09:00:00+00:00", "age_seconds": 6 * 3600}
    assert (acme["age"]["n"], acme["age_business"]["unmeasured"]) == (3, 0)
    assert [bucket["count"] for bucket in acme["age"]["buckets"]] == [0, 0, 3, 0, 0, 0, 0]
    table = report("backlog", "-b", "acme")
    assert f"6 h (case {oldest.id})" in row_of(table, "acme")
    assert "7 d+" in table.stdout


# account


@pytest.fixture
def accounts(day: Database) -> Database:
    """What the brand's own account did, and who followed it."""
    own = {"role": Role.BROADCAST, "author_id": "7001"}
    store(
        day,
        said("Acme Telecom is faster than ever", 3, **own),
        said("Which song are you humming?", 4, **own),
        said("AcmeTel, now in blue", 5, **own),
    )
    with day.write() as session:
        for ago, (have, follow) in {0: (950, 1000), 2: (900, 1000)}.items():
            at = LATER - timedelta(days=ago)
            followers.save_snapshot(
                session,
                make_snapshot(
                    account_id="7001", day=at.date().isoformat(), followers=have, following=follow, taken_at=at
                ),
            )
    return day


def test_account_health_is_told_with_every_count(report: Report, accounts: Database) -> None:
    acme = parsed(report("account", "--json", "--brand", "acme", "--cap", "2"))["brands"][0]

    main = acme["accounts"][0]
    assert (main["platform"], main["id"], main["handle"]) == ("x", "7001", "acmetelecom")
    assert main["balance"]["imbalance"] == pytest.approx(0.05)
    assert (main["balance"]["in_band"], main["balance"]["day"]) == (True, "2026-03-02")
    assert (main["trend"]["n"], len(main["trend"]["missing"]), len(main["trend"]["days"])) == (2, 28, 30)
    assert main["trend"]["followers_change"] == 50
    assert (main["posting"]["n"], main["posting"]["over_cap"]) == (3, ["2026-03-02"])
    assert (main["self_talk"]["n"], main["self_talk"]["about_self"]) == (3, 2)
    assert [band["name"] for band in main["self_talk"]["bands"]] == ["4-1-1", "80/20", "thirds"]
    assert main["silence"]["days"] == 0
    assert acme["contact"]["unanswered"] == 1
    assert acme["contact"]["oldest_unanswered_seconds"] == 5 * 3600
    assert acme["contact"]["response_rate"]["too_young"] == 3


def test_the_account_table_explains_itself(report: Report, accounts: Database) -> None:
    result = report("account", "--brand", "acme", "--cap", "2")

    assert "acme: 2026-02-01 00:00 until 2026-03-02 15:00, UTC" in result.stdout
    assert "950 followers, 1,000 following: 5 % apart, within the 10 % band" in result.stdout
    assert "+50 followers, -5.0 points of imbalance; no count on 2026-02-01, 2026-02-02, 2026-02-03" in result.stdout
    assert "over the cap of 2 on 2026-03-02" in result.stdout
    assert "67 % about itself (4-1-1 passed, 80/20 passed, thirds passed)" in result.stdout
    assert "1 unanswered, the oldest for 5 h" in result.stdout
    assert "it is no score of quality" in result.stdout


def test_a_silent_account_is_shown_with_dashes(report: Report, database: Database) -> None:
    result = report("account", "--cap", "3")

    assert "no snapshot yet" in result.stdout
    assert "nothing was ever seen" in result.stdout
    assert "never over the cap of 3" in result.stdout


def test_the_configuration_tells_what_a_brand_calls_itself(config: Config) -> None:
    acme = own_brands(config)["acme"]

    assert [(account.platform, account.id, account.handle) for account in acme.accounts] == [
        ("x", "7001", "acmetelecom")
    ]
    assert acme.names.names == ("Acme Telecom", "acme", "AcmeTel")
