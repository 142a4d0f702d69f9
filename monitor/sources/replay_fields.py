"""Careful reading of single fields of a record: each function gives a value, or a `Refusal` that names the field.

Reasons never quote what stands in the field: they are shown and logged, and the field may hold what a person wrote.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

Fields = Mapping[str, object]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TWITTER_TIME = re.compile(r"\w{3} (\w{3}) (\d{2}) (\d{2}):(\d{2}):(\d{2}) \+0000 (\d{4})", re.ASCII)
_ISO_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*", re.ASCII)
_LANGUAGE = re.compile(r"([a-zA-Z]{2,3})(-[a-zA-Z0-9]{2,8})*")
# What platforms write when they do not know the language.
_NO_LANGUAGE = re.compile(r"und|zxx|art|q[a-t][a-z]")
_BIGGEST_COUNT = 2**31 - 1
_LONGEST_ID = 200


class Refusal(Exception):
    """Why a record cannot become a post, beginning with the field's name."""


def present(fields: Fields, *names: str) -> object:
    """The value under the first of `names` that has one."""
    return next((value for name in names if (value := fields.get(name)) not in (None, "")), None)


def identifier(fields: Fields, *names: str) -> str | None:
    """An id: text without blanks, or a whole number (tables that once held gaps write 119236.0)."""
    value = present(fields, *names)
    if value is None or value != value:  # noqa: PLR0124 - only NaN, the gap of many tables, differs from itself
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise Refusal(f"{names[0]}: not an id")
    text = value.strip()
    if text.lower() in ("", "nan", "null", "none"):
        return None
    if text.endswith(".0") and text[:-2].isdigit():
        return text[:-2]
    if len(text) > _LONGEST_ID or not text.isprintable() or any(c.isspace() or c == "," for c in text):
        raise Refusal(f"{names[0]}: not one id")
    return text


def required_identifier(fields: Fields, name: str) -> str:
    value = identifier(fields, name)
    if value is None:
        raise Refusal(f"{name}: missing")
    return value


def words(fields: Fields, name: str) -> str | None:
    """Text as it stands."""
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise Refusal(f"{name}: not text")
    return value


def required_words(fields: Fields, name: str) -> str:
    value = words(fields, name)
    if value is None:
        raise Refusal(f"{name}: missing")
    return value


def moment(fields: Fields, name: str) -> datetime:
    """A moment in ISO 8601 or as `Tue Oct 31 22:10:47 +0000 2017`; UTC when it names no zone."""
    value = present(fields, name)
    if value is None:
        raise Refusal(f"{name}: missing")
    if not isinstance(value, str):
        raise Refusal(f"{name}: not a time")
    try:
        return _moment(value.strip())
    except (ValueError, OverflowError):
        raise Refusal(f"{name}: not a time") from None


def _moment(text: str) -> datetime:
    twitter = _TWITTER_TIME.fullmatch(text)
    if twitter:
        month, day, hour, minute, second, year = twitter.groups()
        return datetime(int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    if not _ISO_TIME.fullmatch(text):
        raise ValueError
    parsed = datetime.fromisoformat(text)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def flag(fields: Fields, name: str) -> bool | None:
    value = present(fields, name)
    if value is None or isinstance(value, bool):
        return value
    known = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}
    answer = known.get(str(value).strip().lower())
    if answer is None:
        raise Refusal(f"{name}: neither true nor false")
    return answer


def count(fields: Fields, name: str) -> int | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _BIGGEST_COUNT:
        raise Refusal(f"{name}: not a count")
    return value


def language(fields: Fields, name: str) -> str | None:
    """The language code without its region; None where the platform did not know it."""
    match = _LANGUAGE.fullmatch(words(fields, name) or "")
    code = match.group(1).lower() if match else None
    return None if code is None or _NO_LANGUAGE.fullmatch(code) else code


def part(fields: Fields, name: str) -> Fields:
    """An object inside the record; empty when it is not there."""
    value = fields.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refusal(f"{name}: not an object")
    return value
