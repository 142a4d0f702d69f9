"""The composition root: what the configuration says is what the parts are told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from classifiers.contract import Severity
from monitor.config import Config, load
from monitor.domain.model import Post, Role, Target
from monitor.domain.sla import targets_for
from monitor.sources.x import Vocabulary
from monitor.wiring import App, handlings, rules, x_brands, x_settings
from tests.classifiers.checkpoints import save_sequence_classifier
from tests.fakes import FakeClock
from tests.make import NOW

ROOT = Path(__file__).parent.parent
BEARER = {"X_BEARER_TOKEN": "app-only-token"}
USER = {
    "X_CONSUMER_KEY": "ck",
    "X_CONSUMER_SECRET": "cs",
    "X_ACCESS_TOKEN": "1000001-at",
    "X_ACCESS_TOKEN_SECRET": "ats",
}


def config(tmp_path: Path, **env: str) -> Config:
    return load(ROOT / "config.yaml", {"HOME": str(tmp_path), **env})


def test_each_brand_runs_on_its_own_calendar_and_strangers_on_the_default(tmp_path: Path) -> None:
    made = handlings(config(tmp_path))

    assert made.of("acme").calendar.name == "office"
    assert made.of("nordtel").calendar.name == "always"
    assert made.of("somebody imported").calendar.name == "office"
    assert set(made.calendars) == {"office", "always"}


def test_the_office_of_the_shipped_configuration_keeps_its_hours_and_holidays(tmp_path: Path) -> None:
    office = handlings(config(tmp_path)).of("acme").calendar
    friday_1630 = datetime(2026, 3, 6, 14, 30, tzinfo=UTC)

    assert office.add(friday_1630, timedelta(hours=1)) == datetime(2026, 3, 9, 7, 30, tzinfo=UTC)
    assert not office.is_open(datetime(2026, 11, 18, 10, tzinfo=UTC)), "18 November is a holiday in Latvia"
    assert office.is_open(datetime(2026, 1, 17, 10, tzinfo=UTC)), "a working Saturday decreed by the state"


def test_the_promises_are_those_of_the_file(tmp_path: Path) -> None:
    policy = handlings(config(tmp_path)).of("acme").policy

    blame = targets_for(policy, Severity.BLAME)
    assert blame.amount(Target.FIRST_RESPONSE) == timedelta(minutes=30)
    assert blame.warn_before == timedelta(minutes=15)
    assert targets_for(policy, None).amount(Target.RESOLUTION) == timedelta(hours=24)


def test_the_rules_of_triage_are_those_of_the_file(tmp_path: Path) -> None:
    made = rules(config(tmp_path, MONITOR__TRIAGE__COMPLAINT="0.7", MONITOR__TRIAGE__REPEAT_WINDOW="7d"))

    assert (made.complaint, made.repeat_window, made.wide_reach) == (0.7, timedelta(days=7), 10_000)
    assert "default" in made.playbooks


def test_a_post_that_names_a_handle_of_the_brand_addresses_it(tmp_path: Path) -> None:
    made = handlings(config(tmp_path)).of("acme")
    post = Post("acme", "x", "1", "1", "anna", "hello @AcmeBank", NOW, NOW, Role.MENTION)

    assert not made.untagged(post)
    assert made.untagged(Post("acme", "x", "1", "1", "anna", "Acme Bank again", NOW, NOW, Role.MENTION))


def test_without_credentials_x_is_off(tmp_path: Path) -> None:
    app = App(config(tmp_path))

    assert app.x is None
    assert {job.name for job in app.jobs(lambda: False)} == {"assess", "sweep"}


def test_with_credentials_every_stream_has_its_job_at_its_interval(tmp_path: Path) -> None:
    app = App(config(tmp_path, **BEARER, MONITOR__SOURCES__X__POLL__SEARCH="7m"), FakeClock(NOW))

    jobs = {job.name: job for job in app.jobs(lambda: False)}

    assert {name for name in jobs if name.startswith("ingest")} == {
        "ingest/acme:mentions:1000001",
        "ingest/acme:search:1",
        "ingest/acme:timeline:1000001",
        "ingest/nordtel:mentions:1007920",
        "ingest/nordtel:search:1",
        "ingest/nordtel:timeline:1007920",
    }
    assert jobs["ingest/acme:search:1"].interval == timedelta(minutes=7)
    assert jobs["followers"].interval == timedelta(days=1)
    assert len({jobs["assess"].lane, jobs["sweep"].lane, jobs["ingest/acme:search:1"].lane}) == 3


def test_x_is_told_what_the_file_says(tmp_path: Path) -> None:
    made = x_settings(
        config(
            tmp_path,
            **BEARER,
            MONITOR__SOURCES__X__BASE_URL="http://127.0.0.1:8080",
            MONITOR__SOURCES__X__VOCABULARY="new",
            MONITOR__SOURCES__X__BUDGET__MONEY="3.5",
        )
    )

    assert (made.base_url, made.vocabulary, made.daily_money) == ("http://127.0.0.1:8080", Vocabulary.NEW, 3.5)
    assert made.bearer_token == "app-only-token"
    assert made.oauth1 is None
    assert (made.connect_timeout, made.read_timeout) == (5.0, 20.0)


def test_the_user_context_needs_all_four_keys(tmp_path: Path) -> None:
    made = x_settings(config(tmp_path, **USER))

    assert made.oauth1 is not None
    assert made.oauth1.account_id == "1000001"
    assert made.bearer_token is None


def test_brands_without_an_account_are_not_polled(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("# For brands that say", "  - {name: imported}\n\n# For brands that say", 1))

    assert [brand.key for brand in x_brands(load(file, {"HOME": str(tmp_path)}))] == ["acme", "nordtel"]


def test_what_was_spent_outlives_the_process(tmp_path: Path) -> None:
    from monitor.sources.x import Spending
    from monitor.store import migrate
    from monitor.store.db import Database
    from monitor.wiring import StoredLedger

    url = f"sqlite:///{tmp_path}/ledger.db"
    migrate.upgrade(url)
    day = NOW.date()
    first, second = Database(url), Database(url)
    StoredLedger(first, "x").add(Spending(day, requests=2, money=0.25))
    StoredLedger(second, "x").add(Spending(day, requests=1, money=0.5))

    assert StoredLedger(first, "x").spent(day) == Spending(day, requests=3, money=0.75)
    assert StoredLedger(first, "mastodon").spent(day) == Spending(day)
    first.dispose()
    second.dispose()


def test_the_folder_of_the_data_is_made_when_it_is_needed(tmp_path: Path) -> None:
    app = App(config(tmp_path, MONITOR__DATA_DIR=str(tmp_path / "deep" / "down")))

    assert not (tmp_path / "deep").exists()
    app.database.dispose()
    assert (tmp_path / "deep" / "down").is_dir()


@pytest.mark.parametrize("section", ["acme", "nordtel"])
def test_every_handling_names_the_calendar_that_its_policy_promises_on(tmp_path: Path, section: str) -> None:
    made = handlings(config(tmp_path)).of(section)

    assert made.policy.calendar == made.calendar.name


def test_a_ready_sentiment_model_speaks_beside_the_configured_one(tmp_path: Path) -> None:
    from classifiers.contract import Sentiment, Text

    saved = save_sequence_classifier("xlm-roberta", ["LABEL_0", "LABEL_1", "LABEL_2"], tmp_path / "mood")
    labels = "{LABEL_0: negative, LABEL_1: neutral, LABEL_2: positive}"
    alone = App(config(tmp_path)).classifier
    beside = App(
        config(tmp_path, MONITOR__CLASSIFIER__HUB=str(saved), MONITOR__CLASSIFIER__LABEL_MAP=labels)
    ).classifier

    own, both = (each.classify([Text("Nobody answers my messages", "en")])[0] for each in (alone, beside))
    assert both.model.startswith(f"{own.model}+mood@")
    assert both.kind == own.kind
    assert both.sentiment != own.sentiment
    assert set(both.sentiment) == set(Sentiment)
