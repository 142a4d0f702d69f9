"""Our own file format of posts, for demonstrations, tests and moving history in: one JSON object a line.

docs/replay-format.md describes it. A file is read twice: first who answers whom and where each post stands first, then
the posts themselves, one at a time.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from monitor.domain.model import Account, Post, Role
from monitor.sources import replay_fields as read
from monitor.sources.base import Reject
from monitor.sources.replay_fields import Fields, Refusal
from monitor.sources.replay_lines import Entry, FileDamaged, Record, is_table, read_records
from monitor.sources.replay_threads import Firsts, Links, Threads

PLATFORM = "x"
"""The platform of posts that name none."""

AGAIN = "the same post stands further up"
ANOTHER_BRAND = "belongs to a brand that was not asked for"

_REACH = ("reposts", "replies", "likes", "quotes")


@dataclass(frozen=True)
class Watched:
    """Which brands to take from a file (none named: all of them), and which accounts are theirs.

    `accounts` gives the brand by the handle (without @, in small letters) or the id of each of its accounts.
    """

    brands: frozenset[str] = frozenset()
    accounts: Mapping[str, str] = field(default_factory=dict)

    def wants(self, brand: str) -> bool:
        return not self.brands or brand.casefold() in self._chosen

    @cached_property
    def _chosen(self) -> frozenset[str]:
        return frozenset(name.casefold() for name in self.brands)

    def owner(self, account: str) -> str | None:
        """The brand whose account has this handle or id."""
        return self.accounts.get(account.casefold())

    def accounts_of(self, brand: str) -> set[str]:
        """The handles and ids of a brand's accounts; empty when they are not known."""
        return {account for account, owner in self.accounts.items() if owner.casefold() == brand.casefold()}

    def fingerprint(self) -> str:
        chosen = [sorted(self._chosen), sorted(self.accounts.items())]
        return hashlib.sha256(json.dumps(chosen).encode()).hexdigest()[:8]


def identity(path: Path, file_format: str, watched: Watched) -> str:
    """What an interrupted import is recognised by: the same bytes, read the same way, for the same brands."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return f"{file_format}:{path.name}:{digest[:24]}:{watched.fingerprint()}"


def role_of(*, outbound: bool, answers_other: bool, repost: bool = False) -> Role:
    """What a post is, from whose it is and what it answers."""
    if repost:
        return Role.REPOST
    if not outbound:
        return Role.MENTION
    return Role.REPLY if answers_other else Role.BROADCAST


@dataclass(frozen=True, slots=True)
class _Survey:
    """What the first pass found."""

    records: int
    threads: Threads
    firsts: Firsts


class ReplayFile:
    """One file in our own format."""

    def __init__(self, path: Path, watched: Watched | None = None) -> None:
        if is_table(path):
            raise FileDamaged(f"{path.name} is a table; the replay format is JSON lines.")
        self._path = path
        self._watched = watched or Watched()

    @property
    def name(self) -> str:
        return self._path.name

    @cached_property
    def identity(self) -> str:
        return identity(self._path, "replay", self._watched)

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
        records, links, firsts = 0, Links(), Firsts()
        for record in read_records(self._path):
            records += 1
            try:
                line = self._line(record)
            except Refusal:
                continue  # the second pass reports it
            parent = None if line.parent is None else line.in_space(line.parent)
            links.add(line.in_space(line.id), parent=parent, author=line.author)
            if is_whole(record.fields):
                firsts.add(line.key, record.line)
        return _Survey(records, links.tie(), firsts)

    def _line(self, record: Record) -> "_Line":
        if record.error is not None:
            raise Refusal(record.error)
        fields = record.fields
        author = read.part(fields, "author")
        if not author:
            raise Refusal("author: missing")
        try:
            author_id = read.required_identifier(author, "id")
        except Refusal as why:
            raise Refusal(f"author.{why}") from None
        return _Line(
            id=read.required_identifier(fields, "id"),
            brand=self._brand(fields),
            platform=read.words(fields, "platform") or PLATFORM,
            author=author_id,
            parent=read.identifier(fields, "in_reply_to"),
        )

    def _brand(self, fields: Fields) -> str:
        brand = read.words(fields, "brand")
        if brand:
            return brand
        if len(self._watched.brands) == 1:
            return next(iter(self._watched.brands))
        raise Refusal("brand: missing")

    def _entry(self, record: Record, ingested_at: datetime) -> Entry:
        try:
            line = self._line(record)
            if not self._watched.wants(line.brand):
                return Entry(record.line, skipped=ANOTHER_BRAND)
            account = _account(record.fields, line)
            post = self._post(record.fields, line, account, ingested_at)
        except Refusal as why:
            return reject(record, str(why), "id")
        if self._survey.firsts.line_of(line.key) != record.line:
            return Entry(record.line, skipped=AGAIN)
        return Entry(record.line, (post,), account)

    def _post(self, fields: Fields, line: "_Line", account: Account, ingested_at: datetime) -> Post:
        repost_of = read.identifier(fields, "repost_of")
        thread = self._survey.threads.conversation(line.in_space(line.id))
        return Post(
            brand=line.brand,
            platform=line.platform,
            external_id=line.id,
            conversation_id=read.identifier(fields, "conversation_id") or line.out_of_space(thread),
            author_id=line.author,
            text=read.required_words(fields, "text"),
            published_at=read.moment(fields, "created_at"),
            ingested_at=ingested_at,
            role=self._role(fields, line, account, repost=repost_of is not None),
            lang=read.language(fields, "lang"),
            in_reply_to=line.parent,
            in_reply_to_author=self._answered(fields, line),
            repost_of=repost_of,
            automated=read.flag(fields, "automated") or False,
            reach=_reach(fields),
        )

    def _answered(self, fields: Fields, line: "_Line") -> str | None:
        """Whom the post answers: as it says, else whoever wrote the answered post of the file."""
        said = read.identifier(fields, "in_reply_to_author")
        if said is not None or line.parent is None:
            return said
        return self._survey.threads.author(line.in_space(line.parent))

    def _role(self, fields: Fields, line: "_Line", account: Account, *, repost: bool) -> Role:
        said = read.words(fields, "role")
        if said:
            try:
                return Role(said)
            except ValueError:
                raise Refusal("role: not one of mention, reply, broadcast, repost") from None
        outbound = self._outbound(fields, line, account)
        other = line.parent is not None and self._answered(fields, line) != line.author
        return role_of(outbound=outbound, answers_other=other, repost=repost)

    def _outbound(self, fields: Fields, line: "_Line", account: Account) -> bool:
        direction = read.words(fields, "direction")
        if direction not in (None, "", "inbound", "outbound"):
            raise Refusal("direction: neither inbound nor outbound")
        if direction:
            return direction == "outbound"
        ours = self._watched.accounts_of(line.brand)
        if ours:
            return not ours.isdisjoint((account.external_id.casefold(), account.handle.casefold()))
        return _plain(account.handle) == _plain(line.brand)


@dataclass(frozen=True, slots=True)
class _Line:
    """What identifies a post and ties it to others."""

    id: str
    brand: str
    platform: str
    author: str
    parent: str | None

    @property
    def key(self) -> str:
        return f"{self.brand} {self.platform} {self.id}"

    def in_space(self, external_id: str) -> str:
        """An id as the threads know it: ids of different platforms are different things."""
        return external_id if self.platform == PLATFORM else f"{self.platform} {external_id}"

    def out_of_space(self, name: str) -> str:
        return name if self.platform == PLATFORM else name.removeprefix(f"{self.platform} ")


def is_whole(fields: Fields) -> bool:
    """Whether a record has what no post can do without: a broken one must not hide a good one of the same post."""
    try:
        read.required_words(fields, "text")
        read.moment(fields, "created_at")
    except Refusal:
        return False
    return True


def reject(record: Record, why: str, id_field: str) -> Entry:
    """A record that cannot become a post, with its bytes, its line and the reason."""
    try:
        external_id = read.identifier(record.fields, id_field)
    except Refusal:
        external_id = None
    return Entry(record.line, reject=Reject(record.raw, why, f"line {record.line}", external_id))


def _account(fields: Fields, line: _Line) -> Account:
    author = read.part(fields, "author")
    try:
        return Account(
            platform=line.platform,
            external_id=line.author,
            handle=(read.words(author, "handle") or line.author).removeprefix("@"),
            name=read.words(author, "name") or "",
            followers=read.count(author, "followers"),
            following=read.count(author, "following"),
            posts=read.count(author, "posts"),
        )
    except Refusal as why:
        raise Refusal(f"author.{why}") from None


def _reach(fields: Fields) -> dict[str, int]:
    counts = read.part(fields, "reach")
    try:
        return {name: value for name in _REACH if (value := read.count(counts, name)) is not None}
    except Refusal as why:
        raise Refusal(f"reach.{why}") from None


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())
