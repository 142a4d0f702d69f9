"""The chip of a promise: sign, words and look, in business time."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.calendar import BusinessCalendar, always, week
from monitor.domain.model import Status, Target
from monitor.web.chips import chip, held, promise
from monitor.web.present import Wording
from tests.make import NOW, make_case, make_deadline

DAY_AND_NIGHT = always("always")
OFFICE = BusinessCalendar("office", ZoneInfo("Europe/Riga"), week({day: [(time(9), time(17))] for day in range(5)}))
RIGA = ZoneInfo("Europe/Riga")


def at(moment: datetime) -> Wording:
    return Wording(moment, "en", RIGA)


class TestRunning:
    def test_time_left_is_counted_down(self) -> None:
        shown = promise(make_deadline(), DAY_AND_NIGHT, at(NOW + timedelta(minutes=37)))

        assert (shown.look, shown.icon, shown.text) == ("running", "hourglass", "23m")

    def test_soon_late_looks_and_reads_otherwise(self) -> None:
        shown = promise(make_deadline(), DAY_AND_NIGHT, at(NOW + timedelta(minutes=54)))

        assert (shown.look, shown.icon, shown.text) == ("soon", "alert", "6m")

    def test_late_is_told_with_a_minus_and_in_words(self) -> None:
        shown = promise(make_deadline(), DAY_AND_NIGHT, at(NOW + timedelta(hours=2, minutes=10)))

        assert (shown.look, shown.icon, shown.text) == ("late", "late", "−1h 10m")
        assert shown.title.startswith("late by 1h 10m")

    def test_the_tooltip_says_what_is_promised_by_when_and_on_which_clock(self) -> None:
        shown = promise(make_deadline(), OFFICE, at(NOW))

        assert shown.title == ("Promised: first reply by 2 March 2026, 12:00:00 (Europe/Riga). Clock: office.")


class TestPaused:
    def test_a_closed_team_is_named_with_its_opening(self) -> None:
        friday_evening = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)
        deadline = make_deadline(started_at=friday_evening, due_at=datetime(2026, 3, 9, 8, 0, tzinfo=UTC))

        shown = promise(deadline, OFFICE, at(friday_evening))

        assert (shown.look, shown.icon, shown.text) == ("paused", "pause", "opens Mon 09:00")
        assert "1h 0m left" in shown.title

    def test_what_is_late_stays_late_while_the_team_is_away(self) -> None:
        deadline = make_deadline(due_at=NOW + timedelta(hours=1))

        assert promise(deadline, OFFICE, at(NOW + timedelta(days=5))).look == "late"


class TestEnded:
    def test_a_kept_promise_is_met(self) -> None:
        assert promise(make_deadline(met_at=NOW), DAY_AND_NIGHT, at(NOW)).text == "met"

    def test_a_late_answer_says_by_how_much(self) -> None:
        shown = promise(make_deadline(met_at=NOW + timedelta(hours=3)), DAY_AND_NIGHT, at(NOW + timedelta(days=9)))

        assert (shown.look, shown.text) == ("late", "missed by 2h 0m")

    def test_without_the_calendar_it_is_told_by_the_clock(self) -> None:
        assert promise(make_deadline(met_at=NOW + timedelta(hours=3)), None, at(NOW)).text == "missed by 2h 0m"

    def test_a_promise_that_the_closing_stopped_is_closed(self) -> None:
        assert promise(make_deadline(stopped_at=NOW), DAY_AND_NIGHT, at(NOW)).look == "stopped"


class TestOfACase:
    def test_the_most_urgent_running_promise_speaks_for_the_case(self) -> None:
        far = make_deadline(target=Target.RESOLUTION, due_at=NOW + timedelta(days=1))
        case = make_case(deadlines=(far, make_deadline()))

        shown = chip(case, DAY_AND_NIGHT, at(NOW))

        assert shown is not None
        assert shown.text == "1h 0m"

    def test_of_a_closed_case_the_last_promise_to_end_speaks(self) -> None:
        first = make_deadline(met_at=NOW)
        last = make_deadline(target=Target.RESOLUTION, due_at=NOW, stopped_at=NOW + timedelta(hours=1))
        case = make_case(status=Status.RESOLVED, deadlines=(first, last))

        shown = chip(case, DAY_AND_NIGHT, at(NOW))

        assert shown is not None
        assert shown.text == "missed by 1h 0m"

    def test_nothing_promised_shows_nothing(self) -> None:
        assert chip(make_case(deadlines=()), DAY_AND_NIGHT, at(NOW)) is None

    def test_a_snoozed_case_says_until_when(self) -> None:
        case = make_case(status=Status.SNOOZED, snoozed_until=NOW + timedelta(hours=4))

        shown = held(case, at(NOW))

        assert shown is not None
        assert shown.text == "until 15:00"
        assert held(make_case(), at(NOW)) is None

    @given(st.integers(-(10**6), 10**6), st.booleans())
    def test_every_moment_has_a_sign_words_and_a_look(self, minutes: int, office: bool) -> None:
        calendar = OFFICE if office else DAY_AND_NIGHT
        shown = promise(make_deadline(), calendar, at(NOW + timedelta(minutes=minutes)))

        assert shown.text
        assert shown.icon
        assert shown.title
        assert shown.look in {"running", "soon", "late", "paused"}
