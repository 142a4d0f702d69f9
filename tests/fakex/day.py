"""A day of posts from a file (JSON lines, see tests/day) put into a world, moved in time where that is wanted."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.fakex.world import FakePost, World

Row = dict[str, Any]


def read_day(path: Path) -> list[Row]:
    """The posts in `path`, oldest first, each once however many brands watch it."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return sorted({row["id"]: row for row in rows}.values(), key=lambda row: int(row["id"]))


def last_moment(rows: Iterable[Row]) -> datetime:
    return max(datetime.fromisoformat(row["created_at"]) for row in rows)


def load_day(world: World, path: Path, *, shift: timedelta = timedelta(0)) -> int:
    """Put the posts of `path` into `world`, `shift` later than they were; how many they are.

    Ids carry time, so they move along. A post that answers one outside the file still names it.
    """
    rows = read_day(path)
    known: dict[str, FakePost] = {}
    for row in rows:
        author = row["author"]
        counts = {name: author[name] for name in ("followers", "following", "posts") if name in author}
        user = world.add_user(author["handle"], id=author["id"], name=author.get("name", ""), **counts)
        reach = {name: row.get("reach", {}).get(name, 0) for name in ("likes", "reposts", "replies", "quotes")}
        known[row["id"]] = world.post(
            user,
            row["text"],
            at=datetime.fromisoformat(row["created_at"]) + shift,
            id=moved(row["id"], shift),
            reply_to=known.get(row.get("in_reply_to", "")),
            repost_of=known.get(row.get("repost_of", "")),
            conversation_id=moved(row["conversation_id"], shift),
            lang=row.get("lang", "und"),
            **reach,
        )
    return len(rows)


def moved(post_id: str, shift: timedelta) -> str:
    """`post_id` as it would be had the post been written `shift` later."""
    return str(int(post_id) + ((shift // timedelta(milliseconds=1)) << 22))
