"""Domain things in the words of one reader."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import pytest

from classifiers.contract import Cause, Churn, Kind, Sentiment, Severity, Stage, Threat
from monitor.domain.access import Rank
from monitor.domain.model import Role, Status, Target
from monitor.domain.snoozing import Preset
from monitor.web.present import CAUSE_KEYS, CAUSES, LABELS, Wording, platform_link
from tests.make import make_account, make_post

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RIGA = ZoneInfo("Europe/Riga")
SAY = Wording(NOW, "en", RIGA)


class TestLabels:
    @pytest.mark.parametrize(
        "labels", [Kind, Sentiment, Severity, Cause, Stage, Churn, Threat, Status, Target, Role, Preset, Rank]
    )
    def test_every_label_of_the_domain_has_words(self, labels: type[StrEnum]) -> None:
        assert [label for label in labels if label not in LABELS[labels]] == []

    def test_labels_of_one_name_are_told_apart(self) -> None:
        assert SAY.label(Kind.OTHER) == "Not about us"
        assert SAY.label(Cause.OTHER) == "something else"

    def test_no_label_reads_as_none(self) -> None:
        assert SAY.label(None) == ""

    def test_a_label_that_is_new_is_told_by_its_name(self) -> None:
        class Mood(StrEnum):
            VERY_CROSS = "very_cross"

        assert SAY.label(Mood.VERY_CROSS) == "very cross"

    def test_the_keys_1_to_9_have_each_a_cause_and_every_cause_is_offered_once(self) -> None:
        assert len(CAUSE_KEYS) == 9
        assert sorted(CAUSES) == sorted(Cause)


class TestNumbers:
    @pytest.mark.parametrize(
        ("language", "number"),
        [("en", "12,345.6"), ("lv", "12\xa0345,6"), ("ru", "12\xa0345,6"), ("bg", "12\xa0345,6")],
    )
    def test_numbers_are_written_as_the_language_does(self, language: str, number: str) -> None:
        assert Wording(NOW, language).number(12345.6) == number

    @pytest.mark.parametrize(
        ("language", "minor", "currency", "amount"),
        [
            ("en", 1_234_550, "EUR", "12,345.50 EUR"),
            ("bg", 1_234_550, "EUR", "12\xa0345,50 EUR"),
            ("lv", 1_234_550, "EUR", "12\xa0345,50 EUR"),
            ("ru", 500, "JPY", "500 JPY"),
            ("en", 1500, "KWD", "1.500 KWD"),
        ],
    )
    def test_money_is_written_as_the_language_does(self, language: str, minor: int, currency: str, amount: str) -> None:
        assert Wording(NOW, language).money(minor, currency) == amount

    def test_many_followers_are_an_order_of_magnitude(self) -> None:
        assert SAY.short_number(1240) == "1.2K"
        assert SAY.short_number(1_240_000) == "1M"

    @pytest.mark.parametrize(
        ("share", "words"), [(0.0, "0%"), (0.001, "1%"), (0.5, "50%"), (0.914, "91%"), (0.9999, "99%"), (1.0, "100%")]
    )
    def test_a_probability_is_never_rounded_to_a_certainty(self, share: float, words: str) -> None:
        assert SAY.percent(share) == words


class TestTimes:
    @pytest.mark.parametrize(
        ("seconds", "words"),
        [(20, "<1m"), (60, "1m"), (-1380, "23m"), (4200, "1h 10m"), (90_000, "1d 1h"), (864_000, "10d 0h")],
    )
    def test_an_amount_is_told_in_its_two_largest_units(self, seconds: int, words: str) -> None:
        assert SAY.span(timedelta(seconds=seconds)) == words

    def test_what_happened_a_moment_ago_is_just_now(self) -> None:
        assert SAY.ago(NOW - timedelta(seconds=1)) == "just now"
        assert SAY.ago(NOW - timedelta(seconds=14)) == "14 seconds ago"

    def test_today_needs_no_date_and_another_year_needs_its_number(self) -> None:
        assert SAY.moment(NOW) == "11:00"
        assert SAY.moment(NOW - timedelta(days=2)) == "28 Feb, 11:00"
        assert SAY.moment(NOW - timedelta(days=400)) == "26 Jan 2025, 11:00"

    def test_the_day_is_the_readers(self) -> None:
        just_after_midnight_in_riga = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)

        assert SAY.day(just_after_midnight_in_riga) == "Today"
        assert Wording(NOW, "en", ZoneInfo("UTC")).day(just_after_midnight_in_riga) == "Yesterday"

    def test_the_coming_days_are_told_by_their_weekday(self) -> None:
        assert SAY.weekday(NOW + timedelta(hours=2)) == "13:00"
        assert SAY.weekday(NOW + timedelta(days=3)) == "Thu 11:00"
        assert SAY.weekday(NOW + timedelta(days=9)) == "11 Mar, 11:00"

    def test_a_tooltip_says_the_zone(self) -> None:
        assert SAY.exactly(NOW) == "2 March 2026, 11:00:00 (Europe/Riga)"

    @pytest.mark.parametrize(
        ("language", "lately", "long_ago", "heading", "in_full"),
        [
            ("bg", "28 фев, 11:00", "26 яну 2025, 11:00", "Събота, 28 февруари", "2 март 2026, 11:00:00 (Europe/Riga)"),
            (
                "lv",
                "28. febr., 11:00",
                "2025. g. 26. janv., 11:00",
                "Sestdiena, 28. februāris",
                "2026. gada 2. marts, 11:00:00 (Europe/Riga)",
            ),
            (
                "ru",
                "28 февр., 11:00",
                "26 янв. 2025, 11:00",
                "Суббота, 28 февраля",
                "2 марта 2026, 11:00:00 (Europe/Riga)",
            ),
        ],
    )
    def test_dates_are_written_as_the_language_does(
        self, language: str, lately: str, long_ago: str, heading: str, in_full: str
    ) -> None:
        say = Wording(NOW, language, RIGA)
        assert say.moment(NOW - timedelta(days=2)) == lately
        assert say.moment(NOW - timedelta(days=400)) == long_ago
        assert say.day(NOW - timedelta(days=2)) == heading
        assert say.exactly(NOW) == in_full

    def test_machines_read_utc(self) -> None:
        assert SAY.iso(NOW.astimezone(RIGA)) == "2026-03-02T09:00:00+00:00"


class TestLanguagesOfPosts:
    @pytest.mark.parametrize(
        ("code", "name"),
        [("lv", "Latvian"), ("LV", "Latvian"), ("und", "language unknown"), (None, "language unknown"), ("qqq", "qqq")],
    )
    def test_a_language_has_a_name(self, code: str | None, name: str) -> None:
        assert SAY.tongue(code) == name

    def test_what_is_no_code_is_shown_as_it_is(self) -> None:
        assert SAY.tongue("../../etc") == "../../etc"


class TestLinks:
    def test_a_post_of_x_has_an_address(self) -> None:
        link = platform_link(make_post(external_id="123"), make_account(handle="anna_k"))

        assert link == "https://x.com/anna_k/status/123"

    @pytest.mark.parametrize("handle", ["", "a/b", "javascript:alert(1)", "анна", "a b"])
    def test_an_odd_handle_stays_out_of_the_address(self, handle: str) -> None:
        assert platform_link(make_post(external_id="123"), make_account(handle=handle)) == "https://x.com/i/status/123"

    def test_what_has_no_address_has_no_link(self) -> None:
        assert platform_link(make_post(platform="mastodon"), None) is None
        assert platform_link(make_post(external_id="12/../34"), None) is None
