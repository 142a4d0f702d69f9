"""Moments and durations as people type and read them."""

from datetime import UTC, datetime, timedelta

import pytest
import typer

from monitor.cli.moments import in_words, moment_after, moment_of, moment_or_age

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("2026-03-02T12:00", NOON),
        ("2026-03-02T14:00+02:00", NOON),
        ("2026-03-02 12:00:00Z", NOON),
    ],
)
def test_a_moment_without_a_zone_is_utc(typed: str, moment: datetime) -> None:
    assert moment_of(typed) == moment


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("30m", timedelta(minutes=30)),
        ("1h30m", timedelta(minutes=90)),
        ("2d", timedelta(days=2)),
        ("1w", timedelta(days=7)),
    ],
)
def test_a_duration_is_counted_from_now(typed: str, amount: timedelta) -> None:
    assert moment_after(typed, NOON) == NOON + amount


@pytest.mark.parametrize("typed", ["", "soon", "1", "h", "1h 30m", "-1h", "1.5h"])
def test_what_is_no_duration_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(typer.BadParameter, match="write 30m"):
        moment_after(typed, NOON)


@pytest.mark.parametrize("typed", ["", "tomorrow", "2026-13-01"])
def test_what_is_no_moment_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(typer.BadParameter, match="write 2026-03-02"):
        moment_of(typed)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=45), "45 s"),
        (timedelta(minutes=14, seconds=59), "14 min"),
        (timedelta(hours=1, minutes=52), "1 h 52 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=47, minutes=1), "47 h 1 min"),
        (timedelta(days=3, hours=5), "3.2 d"),
        (timedelta(minutes=-70), "-1 h 10 min"),
    ],
)
def test_a_duration_is_said_in_the_largest_fitting_units(amount: timedelta, words: str) -> None:
    assert in_words(amount) == words


def test_a_beginning_is_a_moment_or_so_long_ago() -> None:
    assert moment_or_age("--since", "2026-03-01", NOON) == datetime(2026, 3, 1, tzinfo=UTC)
    assert moment_or_age("--since", "12h", NOON) == datetime(2026, 3, 2, tzinfo=UTC)
    assert moment_or_age("--since", None, NOON) is None


def test_a_beginning_that_makes_no_sense_names_its_option() -> None:
    with pytest.raises(typer.BadParameter) as refused:
        moment_or_age("--since", "lately", NOON)
    assert refused.value.param_hint == "--since"
