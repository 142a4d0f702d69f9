"""Values as people type them: "5m", "2h30m", "1GB", "09:00-17:00". Each type refuses what could be read in two ways.

The model keeps the parsed value (timedelta, int, Hours); `config show` writes it back the way it was typed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from difflib import get_close_matches
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    WithJsonSchema,
    WrapSerializer,
)
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import WithDefaultSchema

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_BYTES = {"B": 1, "kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000}
_PART = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-zA-Z]+)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")

K = TypeVar("K")
V = TypeVar("V")


class Bytes(int):
    """An amount of storage that knows how it is typed."""


class AsTyped(GenerateJsonSchema):
    """A JSON schema whose defaults can be typed into the file: `5m`, not PT5M."""

    def get_default_value(self, schema: WithDefaultSchema) -> object:
        default = super().get_default_value(schema)
        if isinstance(default, timedelta):
            return format_duration(default)
        return format_size(default) if isinstance(default, Bytes) else default


class Section(BaseModel):
    """One block of the configuration: frozen, unknown keys refused, every default checked like a typed value."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        validate_default=True,
        use_attribute_docstrings=True,
        coerce_numbers_to_str=True,
        allow_inf_nan=False,
    )

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """What may be written in this block, as JSON schema."""
        return cls.model_json_schema(schema_generator=AsTyped)


def parse_duration(value: object) -> object:
    """`"1h30m"` -> 90 minutes. A number without a unit is refused: nobody remembers which unit it was."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(f'{value} has no unit: write "{value}s", "{value}m" or "{value}h"')
    if not isinstance(value, str):
        raise ValueError('this is not a duration: write for example "30s", "5m" or "1h30m"')
    seconds, position, text = 0.0, 0, value.strip()
    while match := _PART.match(text, position):
        unit = match[2]
        if unit not in _SECONDS:
            raise ValueError(f'"{unit}" is not a unit of time: use s, m, h, d or w, as in "1h30m"')
        seconds, position = seconds + float(match[1]) * _SECONDS[unit], match.end()
    if position == 0 or position != len(text):
        raise ValueError('this is not a duration: write for example "30s", "5m" or "1h30m"')
    return timedelta(seconds=seconds)


def parse_business_time(value: object) -> object:
    """Like a duration, in working hours. Days are refused: 24 hours, or the hours of one working day?"""
    if isinstance(value, str) and re.search(r"\d\s*[dw]", value):
        raise ValueError('a day of working time is ambiguous: write hours, as in "16h" for two days of eight hours')
    return parse_duration(value)


def format_duration(value: timedelta) -> str:
    """90 minutes -> `1h30m`: the inverse of `parse_duration`."""
    rest, parts = value.total_seconds(), []
    for unit in ("d", "h", "m"):
        count, rest = divmod(rest, _SECONDS[unit])
        if count:
            parts.append(f"{count:.0f}{unit}")
    if rest or not parts:
        parts.append(f"{rest:g}s")
    return "".join(parts)


def format_business_time(value: timedelta) -> str:
    """Like `format_duration`, in hours at most."""
    hours, rest = divmod(value.total_seconds(), 3600)
    tail = format_duration(timedelta(seconds=rest)) if rest or not hours else ""
    return (f"{hours:.0f}h" if hours else "") + tail


def parse_size(value: object) -> object:
    """`"1.5GB"` -> bytes, in powers of 1000."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or match[2] not in _BYTES:
        raise ValueError('this is not a size: write for example "500MB" or "1.5GB"')
    return round(float(match[1]) * _BYTES[match[2]])


def format_size(value: int) -> str:
    """1500000000 -> `1.5GB`."""
    unit = next((u for u in reversed(_BYTES) if value >= _BYTES[u]), "B")
    return f"{value / _BYTES[unit]:.15g}{unit}"


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours from `start` to `end`; where `end` is not after `start` they run past midnight.

    Midnight at the end of the day is `time(0)`, typed as `24:00`; `00:00-24:00` is the whole day.
    """

    start: time
    end: time

    def __str__(self) -> str:
        end = "24:00" if self.end == time(0) else f"{self.end:%H:%M}"
        return f"{self.start:%H:%M}-{end}"


def parse_hours(value: object) -> Hours:
    """`"22:00-06:00"` -> Hours."""
    if isinstance(value, Hours):
        return value
    start, dash, end = (part.strip() for part in value.partition("-")) if isinstance(value, str) else ("", "", "")
    if not dash:
        raise ValueError('these are not working hours: write them in quotes, as in "09:00-17:00"')
    hours = Hours(_clock(start), time(0) if end == "24:00" else _clock(end))
    if hours.start == hours.end and (start, end) != ("00:00", "24:00"):
        raise ValueError('these hours are empty: write "00:00-24:00" for the whole day')
    return hours


def _clock(text: str) -> time:
    match = _CLOCK.fullmatch(text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(f'"{text}" is not a time of day: write hours and minutes, as in "09:00"')
    return time(int(match[1]), int(match[2]))


def like(pattern: str, remedy: str) -> Callable[[str], str]:
    """A check that a text has a form, which says what to write instead of showing the pattern."""

    def check(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise ValueError(remedy)
        return text

    return check


def suggestion(name: str, known: Sequence[str]) -> str:
    """What somebody who typed `name` probably meant; all there is where nothing is close."""
    close = get_close_matches(name.lower(), known, n=1)
    return f'did you mean "{close[0]}"?' if close else f"there are: {', '.join(known)}"


def one_or_many(value: object) -> object:
    """A single value where a list may stand: `"09:00-17:00"` means `["09:00-17:00"]`."""
    return [value] if isinstance(value, str | Hours) else value


def _text(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


_DURATION = r"^(\s*\d+(\.\d+)?\s*[smhdw])+\s*$"
_WORKING = r"^(\s*\d+(\.\d+)?\s*[smh])+\s*$"

Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str),
    _text(_DURATION, "1h30m"),
]
"""A stretch of time by the wall clock: 30s, 5m, 2h, 7d."""

Interval = Annotated[Duration, Field(gt=timedelta(0))]
"""A duration that is more than nothing: how often something happens, how long we wait for it."""

BusinessTime = Annotated[
    timedelta,
    BeforeValidator(parse_business_time),
    PlainSerializer(format_business_time, return_type=str),
    _text(_WORKING, "4h"),
]
"""A stretch of working time on a calendar: 30m, 8h; never days."""

Promise = Annotated[BusinessTime, Field(gt=timedelta(0))]
"""Business time that is more than nothing."""

Size = Annotated[
    int,
    BeforeValidator(parse_size),
    PlainSerializer(format_size, return_type=str),
    _text(r"^\d+(\.\d+)?\s*(B|kB|MB|GB|TB)$", "1GB"),
]
"""An amount of storage: 500MB, 1.5GB (powers of 1000)."""

OneHours = Annotated[
    Hours,
    BeforeValidator(parse_hours),
    PlainSerializer(str, return_type=str),
    _text(r"^\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}$", "09:00-17:00"),
]
"""One stretch of working hours: "09:00-17:00"."""

DayHours = Annotated[
    tuple[OneHours, ...], BeforeValidator(one_or_many, json_schema_input_type=OneHours | tuple[OneHours, ...])
]
"""The working hours of one day: one stretch or several."""

Names = Annotated[tuple[str, ...], BeforeValidator(one_or_many, json_schema_input_type=str | tuple[str, ...])]
"""One name or a list of them."""

Probability = Annotated[float, Field(ge=0, le=1)]


def _freeze(value: Mapping[K, V]) -> Mapping[K, V]:
    return MappingProxyType(dict(value))


def _thaw(value: Mapping[K, V], serialize: SerializerFunctionWrapHandler) -> object:
    return serialize(dict(value))


Frozen = Annotated[Mapping[K, V], AfterValidator(_freeze), WrapSerializer(_thaw)]
"""A mapping that cannot be changed after it was read."""


def duplicates(values: Sequence[str]) -> list[str]:
    """The values that occur more than once, in order of their second occurrence."""
    seen: set[str] = set()
    return [value for value in values if value in seen or seen.add(value)]  # type: ignore[func-returns-value]
