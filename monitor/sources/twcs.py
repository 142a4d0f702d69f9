"""Dumps of customer-support conversations in the columns of "Customer Support on Twitter" (TWCS), as CSV or JSON lines.

Such a dump knows no watching brand, so it is worked out here: a customer's post belongs to the brand that the file
names for it, else to those that answered it, that it answers or names, else to those that its thread shows. A brand's
answer always brings along the post that it answers: response times are measured between the two.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from monitor.domain.model import Account, Post
from monitor.sources import replay_fields as read
from monitor.sources.replay import AGAIN, ANOTHER_BRAND, Watched, identity, is_whole, reject, role_of
from monitor.sources.replay_fields import Refusal
from monitor.sources.replay_lines import Entry, Record, read_records
from monitor.sources.replay_threads import NOBODY, Firsts, Links, Threads

PLATFORM = "twcs"
"""Dumps number their posts and people anew, so that these must not meet the platform's own ids."""

NO_BRAND = "belongs to no brand"

_HANDLE = re.compile(r"(?<!\w)@(\w+)")
_FIRST_HANDLE = re.compile(r"\s*@(\w+)")


@dataclass(frozen=True, slots=True)
class _Row:
    """What identifies a post and ties it to others."""

    id: str
    author: str
    inbound: bool
    parent: str | None
    owner: str | None
    """The brand that wrote the post, or whose the file says it is."""


class _Roster:
    """The brands of a file, numbered as they come up; handles in any case of letters."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._handles: dict[str, int] = {}

    def number(self, brand: str) -> int:
        key = brand.casefold()
        if key not in self._numbers:
            self._numbers[key] = len(self.names)
            self.names.append(brand)
        return self._numbers[key]

    def add_handle(self, handle: str, number: int) -> None:
        self._handles[handle.casefold()] = number

    def named_in(self, text: str) -> set[int]:
        handles = (handle.casefold() for handle in _HANDLE.findall(text))
        return {self._handles[handle] for handle in handles if handle in self._handles}


@dataclass(frozen=True, slots=True)
class _Survey:
    """What the first pass found."""

    records: int
    threads: Threads
    firsts: Firsts
    roster: _Roster


class TwcsFile:
    """One dump."""

    def __init__(self, path: Path, watched: Watched | None = None) -> None:
        self._path = path
        self._watched = watched or Watched()

    @property
    def name(self) -> str:
        return self._path.name

    @cached_property
    def identity(self) -> str:
        return identity(self._path, "twcs", self._watched)

    @property
    def rows(self) -> int:
        """How many records the file has; reads it once."""
        return self._survey.records

    def entries(self, *, after: int, ingested_at: datetime) -> Iterator[Entry]:
        """What stands below line `after`, in the order of the file."""
        self._survey  # noqa: B018 - the first pass comes first
        for record in read_records(self._path):
            if record.line > after:
                yield self._entry(record, ingested_at)

    @cached_property
    def _survey(self) -> _Survey:
        records, links, firsts, roster = 0, Links(), Firsts(), _Roster()
        for handle, brand in self._watched.accounts.items():
            roster.add_handle(handle, roster.number(brand))
        for record in read_records(self._path):
            records += 1
            try:
                row = self._row(record)
            except Refusal:
                continue  # the second pass reports it
            owner = NOBODY if row.owner is None else roster.number(row.owner)
            if not row.inbound:
                roster.add_handle(row.author, owner)
            elif row.owner is not None:
                roster.add_handle(row.owner, owner)
            links.add(row.id, parent=row.parent, author=row.author, owner=owner, outbound=not row.inbound)
            if is_whole(record.fields):
                firsts.add(row.id, record.line)
        return _Survey(records, links.tie(), firsts, roster)

    def _row(self, record: Record) -> _Row:
        if record.error is not None:
            raise Refusal(record.error)
        fields = record.fields
        author = read.required_identifier(fields, "author_id")
        inbound = read.flag(fields, "inbound")
        if inbound is None:
            raise Refusal("inbound: missing")
        said = read.words(fields, "brand") or None
        return _Row(
            id=read.required_identifier(fields, "tweet_id"),
            author=author,
            inbound=inbound,
            parent=read.identifier(fields, "in_reply_to", "in_response_to_tweet_id"),
            owner=self._owner(said) if said else None if inbound else self._owner(author),
        )

    def _owner(self, account: str) -> str:
        return self._watched.owner(account) or account

    def _entry(self, record: Record, ingested_at: datetime) -> Entry:
        try:
            row = self._row(record)
            text = read.required_words(record.fields, "text")
            brands = self._watchers(row, text)
            wanted = sorted(name for name in brands if self._watched.wants(name))
            if not wanted:
                return Entry(record.line, skipped=ANOTHER_BRAND if brands else NO_BRAND)
            posts = tuple(self._post(record, row, text, brand, ingested_at) for brand in wanted)
        except Refusal as why:
            return reject(record, str(why), "tweet_id")
        if self._survey.firsts.line_of(row.id) != record.line:
            return Entry(record.line, skipped=AGAIN)
        return Entry(record.line, posts, Account(PLATFORM, row.author, row.author))

    def _watchers(self, row: _Row, text: str) -> set[str]:
        """The brands that see this post as theirs to read."""
        threads, roster = self._survey.threads, self._survey.roster
        own = set() if row.owner is None else {roster.number(row.owner)}
        if not row.inbound:
            return {roster.names[number] for number in own}
        found = threads.repliers_to(row.id) | own
        if not own:
            found |= roster.named_in(text)
            if row.parent is not None:
                found |= {threads.brand_of(row.parent)} - {NOBODY}
        return {roster.names[number] for number in found or threads.parties_of(row.id)}

    def _post(self, record: Record, row: _Row, text: str, brand: str, ingested_at: datetime) -> Post:
        fields, answered = record.fields, self._answered(row, text)
        return Post(
            brand=brand,
            platform=PLATFORM,
            external_id=row.id,
            conversation_id=self._survey.threads.conversation(row.id),
            author_id=row.author,
            text=text,
            published_at=read.moment(fields, "created_at"),
            ingested_at=ingested_at,
            role=role_of(outbound=not row.inbound, answers_other=row.parent is not None and answered != row.author),
            lang=read.language(fields, "lang"),
            in_reply_to=row.parent,
            in_reply_to_author=answered,
            reach=_reach(record),
        )

    def _answered(self, row: _Row, text: str) -> str | None:
        """Whom the post answers. Where the answered post is not in the file, a reply still begins with its @handle."""
        if row.parent is None:
            return None
        author = self._survey.threads.author(row.parent)
        if author is not None:
            return author
        handle = _FIRST_HANDLE.match(text)
        return handle.group(1) if handle else None


def _reach(record: Record) -> dict[str, int]:
    listed = read.present(record.fields, "response_ids", "response_tweet_id")
    return {"replies": len(listed.split(","))} if isinstance(listed, str) else {}
