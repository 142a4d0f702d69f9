"""Values as people type them: what is understood, what is refused, and that both directions agree."""

from datetime import time, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from monitor.config.values import (
    BusinessTime,
    DayHours,
    Duration,
    Frozen,
    Hours,
    Interval,
    Promise,
    Size,
    duplicates,
    format_business_time,
    format_duration,
    format_size,
    suggestion,
)

duration = TypeAdapter(Duration)
working = TypeAdapter(BusinessTime)
size = TypeAdapter(Size)
hours = TypeAdapter(DayHours)


def refusal(adapter: TypeAdapter, value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(value)
    return caught.value.errors()[0]["msg"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("30s", timedelta(seconds=30)),
        ("5m", timedelta(minutes=5)),
        ("2h", timedelta(hours=2)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(weeks=2)),
        ("1h30m", timedelta(minutes=90)),
        ("1h 30m", timedelta(minutes=90)),
        (" 1.5h ", timedelta(minutes=90)),
        ("0s", timedelta(0)),
    ],
)
def test_a_duration_is_what_it_looks_like(typed: str, meant: timedelta) -> None:
    assert duration.validate_python(typed) == meant


@pytest.mark.parametrize("bare", [5, 5.5, 300])
def test_a_number_without_a_unit_is_refused_with_the_units_to_choose_from(bare: float) -> None:
    assert f'{bare} has no unit: write "{bare}s", "{bare}m" or "{bare}h"' in refusal(duration, bare)


@pytest.mark.parametrize("nonsense", ["", "soon", "5", "5m later", "m5", "-5m", "1h-30m", None, True, [], {}])
def test_what_is_no_duration_is_refused_with_an_example(nonsense: object) -> None:
    assert 'write for example "30s"' in refusal(duration, nonsense)


@pytest.mark.parametrize("unit", ["min", "sec", "M", "y", "ms"])
def test_an_unknown_unit_is_named(unit: str) -> None:
    assert f'"{unit}" is not a unit of time' in refusal(duration, f"5{unit}")


def test_a_duration_without_length_is_no_interval() -> None:
    assert TypeAdapter(Duration).validate_python("0s") == timedelta(0)
    with pytest.raises(ValidationError):
        TypeAdapter(Interval).validate_python("0s")
    with pytest.raises(ValidationError):
        TypeAdapter(Promise).validate_python("0m")


@pytest.mark.parametrize("typed", ["2d", "1w", "1d4h", "1 d"])
def test_a_day_of_working_time_is_refused_because_it_means_two_things(typed: str) -> None:
    assert 'write hours, as in "16h"' in refusal(working, typed)


def test_working_time_is_written_in_hours_at_most() -> None:
    assert format_business_time(timedelta(hours=40)) == "40h"
    assert format_business_time(timedelta(hours=26, minutes=30)) == "26h30m"
    assert format_business_time(timedelta(minutes=15)) == "15m"
    assert format_business_time(timedelta(0)) == "0s"


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)))
def test_a_duration_survives_being_written_and_read(length: timedelta) -> None:
    whole = timedelta(seconds=int(length.total_seconds()))
    assert duration.validate_python(format_duration(whole)) == whole
    assert working.validate_python(format_business_time(whole)) == whole


@pytest.mark.parametrize(
    ("typed", "meant"), [("500MB", 500_000_000), ("1GB", 10**9), ("1.5 GB", 1_500_000_000), ("12B", 12), ("3kB", 3000)]
)
def test_a_size_is_what_it_looks_like(typed: str, meant: int) -> None:
    assert size.validate_python(typed) == meant


@pytest.mark.parametrize("nonsense", ["big", "1", "1 gb", "1GiB", "", None, True, "-1GB"])
def test_what_is_no_size_is_refused_with_an_example(nonsense: object) -> None:
    assert 'write for example "500MB"' in refusal(size, nonsense)


@given(st.integers(min_value=0, max_value=5000), st.sampled_from(["B", "kB", "MB", "GB", "TB"]))
def test_a_size_survives_being_written_and_read(count: int, unit: str) -> None:
    amount = size.validate_python(f"{count}{unit}")
    assert size.validate_python(format_size(amount)) == amount


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ("09:00-17:00", time(9), time(17)),
        ("9:00 - 17:30", time(9), time(17, 30)),
        ("22:00-06:00", time(22), time(6)),
        ("00:00-24:00", time(0), time(0)),
        ("18:00-24:00", time(18), time(0)),
    ],
)
def test_one_stretch_of_hours_may_stand_alone(typed: str, start: time, end: time) -> None:
    assert hours.validate_python(typed) == (Hours(start, end),)


def test_a_day_may_have_several_stretches_or_none() -> None:
    assert hours.validate_python(["09:00-12:00", "13:00-18:00"]) == (
        Hours(time(9), time(12)),
        Hours(time(13), time(18)),
    )
    assert hours.validate_python([]) == ()


@pytest.mark.parametrize("text", ["09:00-17:00", "22:00-06:00", "00:00-24:00", "18:00-24:00"])
def test_hours_are_written_as_they_were_typed(text: str) -> None:
    assert hours.dump_python(hours.validate_python(text)) == (text,)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("9-17", '"9" is not a time of day'),
        ("25:00-26:00", '"25:00" is not a time of day'),
        ("09:00-17:60", '"17:60" is not a time of day'),
        ("09:00", "write them in quotes"),
        (1200, "Input should be a valid tuple"),
        ([1200], "write them in quotes"),
        ("09:00-09:00", "these hours are empty"),
    ],
)
def test_hours_that_cannot_be_read_say_what_is_wrong(typed: object, words: str) -> None:
    assert words in refusal(hours, typed)


def test_a_frozen_mapping_cannot_be_changed_and_dumps_like_a_dict() -> None:
    adapter = TypeAdapter(Frozen[str, Duration])
    mapping = adapter.validate_python({"a": "5m"})
    assert isinstance(mapping, MappingProxyType)
    with pytest.raises(TypeError):
        mapping["b"] = timedelta(0)  # type: ignore[index]
    assert adapter.dump_python(mapping) == {"a": "5m"}


def test_a_suggestion_is_the_closest_name_or_all_of_them() -> None:
    assert suggestion("ofice", ["office", "always"]) == 'did you mean "office"?'
    assert suggestion("zzz", ["office", "always"]) == "there are: office, always"


def test_duplicates_are_named_once_each_time_they_come_again() -> None:
    assert duplicates(["a", "b", "a", "c", "b", "a"]) == ["a", "b", "a"]
    assert duplicates([]) == []
