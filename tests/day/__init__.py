"""One day of public posts around two made-up brands, `acmebank` and `nordtel`, in many languages: day.jsonl.

The newcomer's first minute, the demo and the day's test share it. It is written for Tuesday, 10 March 2026 (UTC), with
a few posts of the days before; `load_day` moves it to any other day. expected.json says, by each post's `key`, what
it is (`kinds`), which must have a case in their conversation for certain, and which must never become one.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

WRITTEN_FOR = datetime(2026, 3, 10, tzinfo=UTC)
PATH = Path(__file__).with_name("day.jsonl")

Line = dict[str, Any]

_EXPECTED = json.loads(Path(__file__).with_name("expected.json").read_text(encoding="utf-8"))
_IDS = ("id", "conversation_id", "in_reply_to", "repost_of")


def load_day(start: datetime = WRITTEN_FOR) -> list[Line]:
    """The lines of the day, oldest first, moved so that the day begins at `start`.

    Ids carry their post's time, as X's do, so they move along; times are kept to whole seconds.
    """
    shift = start - WRITTEN_FOR
    lines = [json.loads(text) for text in PATH.read_text(encoding="utf-8").splitlines()]
    return [_moved(line, shift) for line in lines]


def write_day(path: Path, start: datetime = WRITTEN_FOR) -> Path:
    """The moved day as a file in the replay format."""
    lines = (json.dumps(line, ensure_ascii=False) for line in load_day(start))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def must_become_cases(start: datetime = WRITTEN_FOR) -> set[str]:
    """The ids of clear complaints: their conversations have a case when the day is over."""
    return _ids(_EXPECTED["must_become_cases"], start)


def must_never_become_cases(start: datetime = WRITTEN_FOR) -> set[str]:
    """The ids of the brands' own posts and of reposts."""
    return _ids(_EXPECTED["must_never_become_cases"], start)


def kinds(start: datetime = WRITTEN_FOR) -> dict[str, str]:
    """What every mention is (complaint, question, praise, other), by its id."""
    return {
        line["id"]: _EXPECTED["kinds"][line["key"]] for line in load_day(start) if line["key"] in _EXPECTED["kinds"]
    }


def _ids(keys: Iterable[str], start: datetime) -> set[str]:
    wanted = set(keys)
    return {line["id"] for line in load_day(start) if line["key"] in wanted}


def _moved(line: Line, shift: timedelta) -> Line:
    moment = datetime.fromisoformat(line["created_at"]) + shift
    written = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {**line, "created_at": written, **{name: _later(line[name], shift) for name in _IDS if name in line}}


def _later(external_id: str, shift: timedelta) -> str:
    return str(int(external_id) + (shift // timedelta(milliseconds=1) << 22))
