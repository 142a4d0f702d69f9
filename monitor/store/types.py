"""Column types that read the same on SQLite and PostgreSQL: UTC moments, labels by value, and text both will keep.

Binding is the hot path of an import, so the processors are plain closures without a type's usual detours.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, String, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

Processor = Callable[[Any], Any]


def canonical(text: str) -> str:
    """The text as every database keeps it: NUL becomes U+2400, a lone surrogate U+FFFD, a split pair its character."""
    if "\x00" in text:
        text = text.replace("\x00", "\u2400")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def to_json(value: object) -> str:
    """Compact JSON of canonical text, the same bytes on every database."""
    dumped = _encode(value)
    if "\\u0000" in dumped:  # only then is the slow walk worth it
        dumped = _encode(_canonical_tree(value))
    return canonical(dumped)


def _canonical_tree(value: object) -> object:
    if isinstance(value, str):
        return canonical(value)
    if isinstance(value, dict):
        return {canonical(str(name)): _canonical_tree(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical_tree(item) for item in value]
    return value


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment: `timestamptz` on PostgreSQL, fixed-width ISO text that sorts by time on SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(32) if dialect.name == "sqlite" else DateTime(timezone=True))

    def bind_processor(self, dialect: Dialect) -> Processor:
        as_text = dialect.name == "sqlite"

        def bind(value: datetime | None) -> object:
            if value is None:
                return None
            if value.tzinfo is not UTC:
                if value.utcoffset() is None:
                    raise ValueError("a moment without a time zone cannot be stored")
                value = value.astimezone(UTC)
            return value.isoformat(" ", "microseconds") if as_text else value

        return bind

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:  # noqa: ARG002
        if dialect.name == "sqlite":
            return lambda value: None if value is None else datetime.fromisoformat(value)
        return lambda value: None if value is None else value.astimezone(UTC)


class Label(TypeDecorator[StrEnum]):
    """A member of a string enumeration, kept by value: new labels need no migration."""

    impl = String(40)
    cache_ok = True

    def __init__(self, labels: type[StrEnum]) -> None:
        super().__init__()
        self.labels = labels

    def bind_processor(self, dialect: Dialect) -> Processor:  # noqa: ARG002
        labels = self.labels
        return lambda value: None if value is None else labels(value).value

    def result_processor(self, dialect: Dialect, coltype: object) -> Processor:  # noqa: ARG002
        members: dict[str | None, StrEnum | None] = {member.value: member for member in self.labels}
        members[None] = None
        return members.__getitem__


class CleanText(TypeDecorator[str]):
    """Text in canonical form, on its way in and in every comparison."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Processor:  # noqa: ARG002
        return lambda value: None if value is None else canonical(value)


class Words(TypeDecorator[tuple[str, ...]]):
    """A tuple of words, or of labels, as a JSON array."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, labels: type[StrEnum] | None = None) -> None:
        super().__init__()
        self.labels = labels

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else [str(word) for word in value]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002
        if value is None:
            return None
        return tuple(value) if self.labels is None else tuple(map(self.labels, value))
