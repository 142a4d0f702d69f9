"""Files of posts, line by line: JSON lines or CSV, plain, gzip or xz, never more than one record in memory.

A record that cannot be read is handed on as it stands, with its line and the reason, and the next one follows.
"""

import bz2
import csv
import gzip
import json
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from monitor.domain.model import Account, Post
from monitor.errors import MonitorError
from monitor.sources.base import Reject

_PACKED = (".gz", ".xz", ".bz2")
_TABLES = {".csv": ",", ".tsv": "\t"}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# The longest post of any platform is far below this; a quote that is never closed must not swallow the whole file.
_LONGEST_CELL = 1 << 20


class FileDamaged(MonitorError):
    """The file cannot be read to its end."""


@dataclass(frozen=True, slots=True)
class Record:
    """What stands on one line (or, in a CSV file, from this line on): its fields, or why they cannot be read."""

    line: int
    raw: bytes
    fields: Mapping[str, object]
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What one record became: posts (one per brand that watches it), a reject, or the reason why it is left out."""

    line: int
    posts: tuple[Post, ...] = ()
    account: Account | None = None
    reject: Reject | None = None
    skipped: str | None = None


def read_records(path: Path) -> Iterator[Record]:
    """The records of a file in order; empty lines are passed over. Raises `FileDamaged`."""
    position = 0
    try:
        with _open(path) as stream:
            separator = _TABLES.get(_kind(path))
            for record in _json_lines(stream) if separator is None else _table(stream, separator):
                position = record.line
                yield record
    except FileNotFoundError:
        raise
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise FileDamaged(f"{path.name} cannot be read past line {position}: {error}") from error


def is_table(path: Path) -> bool:
    """Whether the file is read as CSV (or TSV) and not as JSON lines."""
    return _kind(path) in _TABLES


def _kind(path: Path) -> str:
    kinds = [suffix.lower() for suffix in path.suffixes if suffix.lower() not in _PACKED]
    return kinds[-1] if kinds else ""


def _open(path: Path) -> IO[bytes]:
    openers: Mapping[str, Callable[[Path], object]] = {".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open}
    opener = openers.get(path.suffix.lower())
    return path.open("rb") if opener is None else cast(IO[bytes], opener(path))


def _lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(stream, start=1):
        yield number, line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line


def _json_lines(stream: IO[bytes]) -> Iterator[Record]:
    for number, line in _lines(stream):
        raw = line.strip()
        if raw:
            yield _json_record(number, raw)


def _json_record(number: int, raw: bytes) -> Record:
    try:
        fields = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Record(number, raw, {}, f"not UTF-8 at byte {error.start + 1}")
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        return Record(number, raw, {}, f"not JSON: {reason}")
    if not isinstance(fields, dict):
        return Record(number, raw, {}, "not a JSON object")
    return Record(number, raw, fields)


class _Cells:
    """Lines for the CSV reader, which remembers those that the present record was made of."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._lines = _lines(stream)
        self.start = 0
        self.taken: list[bytes] = []

    def __iter__(self) -> "_Cells":
        return self

    def __next__(self) -> str:
        number, line = next(self._lines)
        if not self.taken:
            self.start = number
        self.taken.append(line)
        # Bytes that are no UTF-8 travel as lone surrogates, so that one bad record does not end the file.
        return line.decode("utf-8", "surrogateescape")

    def take(self) -> tuple[int, bytes]:
        raw = b"".join(self.taken).rstrip(b"\r\n")
        self.taken = []
        return self.start, raw


def _table(stream: IO[bytes], separator: str) -> Iterator[Record]:
    lines = _Cells(stream)
    rows = _rows(lines, separator)
    header = next(rows, None)
    lines.take()
    if header is None:
        return
    if isinstance(header, str):
        raise FileDamaged(f"The first line does not name the columns: {header}.")
    for row in rows:
        number, raw = lines.take()
        if raw:
            yield _table_record(number, raw, header, row)


def _rows(lines: Iterable[str], separator: str) -> Iterator[list[str] | str]:
    """The rows of a table; a row that cannot be told apart is the reason why, and the next line starts afresh."""
    reader = csv.reader(lines, delimiter=separator)
    while True:
        csv.field_size_limit(_LONGEST_CELL)
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield f"not CSV: {error}"


def _table_record(number: int, raw: bytes, header: list[str], row: list[str] | str) -> Record:
    if isinstance(row, str):
        return Record(number, raw, {}, row)
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return Record(number, raw, {}, f"not UTF-8 at byte {error.start + 1}")
    if len(row) != len(header):
        return Record(number, raw, {}, f"{len(row)} columns instead of {len(header)}")
    return Record(number, raw, dict(zip(header, row, strict=True)))
