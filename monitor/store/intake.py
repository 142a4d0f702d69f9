"""What comes in: posts and accounts, each kept once however often a source shows them.

Identity is brand, platform and external id. What was decided about a post (its triage, the moment it came in) survives
every later sighting; an erased post stays erased.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from classifiers.contract import Kind
from monitor.domain.model import Account, Post, Role
from monitor.store.assessments import SPOKE_LAST
from monitor.store.db import Session
from monitor.store.statements import Key, among, batches, matching, upsert
from monitor.store.tables import accounts as accounts_table
from monitor.store.tables import assessments, posts
from monitor.store.tables import untriaged as is_untriaged
from monitor.store.types import UtcDateTime, canonical
from monitor.store.words import forget_words, save_words

ALL_POSTS = select(*(posts.c[field.name] for field in fields(Post)))
"""Every post, as `post_of` reads it."""
_ALL_ACCOUNTS = select(*(accounts_table.c[field.name] for field in fields(Account)))
# Millions of posts pass here: a getter and a constructor cost a quarter of `replace` and `asdict`.
_POST_FIELDS = tuple(field.name for field in fields(Post) if field.name != "id")
_post_values = attrgetter(*_POST_FIELDS)
_TEXT_FIELDS = ("brand", "platform", "external_id", "conversation_id", "author_id", "text")
_ACCOUNT_FIELDS = tuple(field.name for field in fields(Account))
_account_values = attrgetter(*_ACCOUNT_FIELDS)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a page brought. `new` posts were not there before; `edited` ones have a new text; both carry their ids.

    `updated` counts known posts that changed (text or reach), `seen` those that brought nothing.
    """

    new: tuple[Post, ...] = ()
    edited: tuple[Post, ...] = ()
    updated: int = 0
    seen: int = 0


_REACTING = 0x636F6D70  # any number that nobody else locks


def one_at_a_time(session: Session) -> None:
    """Call first in a transaction that brings posts to cases or cases to posts; the next such one waits for its end.

    Two side by side would each miss what the other is about to commit: a reply stored while its case is opened would
    never stop the clock. SQLite has one writer anyway.
    """
    if session.dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_REACTING)))


def save_page(session: Session, *, accounts: Iterable[Account], posts: Iterable[Post]) -> Saved:
    """Keep a page of posts and the accounts that wrote them."""
    save_accounts(session, accounts)
    page = {post_key(post): post for post in map(_canonical, posts)}
    known = {(row.brand, row.platform, row.external_id): row for row in _known(session, page)}
    ids = _insert(session, [post for key, post in page.items() if key not in known])
    changes = [change for key, row in known.items() if (change := _change(row, page[key])) is not None]
    _update(session, changes)
    edited = tuple(
        replace(page[key], id=row.id, ingested_at=row.ingested_at, needs_answer=row.needs_answer)
        for key, row in known.items()
        if row.erased_at is None and page[key].text != row.text
    )
    new = tuple(post_of((*_post_values(page[key]), row_id)) for key in page if (row_id := ids.get(key)) is not None)
    _index_words(session, (*new, *edited))
    return Saved(
        new=new,
        edited=edited,
        updated=len(changes),
        seen=len(page) - len(ids) - len(changes),
    )


def _index_words(session: Session, saved: Sequence[Post]) -> None:
    authors = accounts_by_id(session, {(post.platform, post.author_id) for post in saved})
    save_words(session, ((post, authors.get((post.platform, post.author_id))) for post in saved))


def post_key(post: Post) -> Key:
    return (post.brand, post.platform, post.external_id)


def post_of(row: Sequence[Any]) -> Post:
    """The post of a row of `ALL_POSTS`."""
    return Post(*row)


def _canonical(post: Post) -> Post:
    # Keys are compared here before the database sees them, and callers go on with the text as it is kept.
    changes: dict[str, Any] = {
        name: clean for name in _TEXT_FIELDS if (clean := canonical(value := getattr(post, name))) is not value
    }
    return replace(post, **changes) if changes else post


def _known(session: Session, keys: Iterable[Key]) -> Iterable[Row[Any]]:
    kept = (posts.c.id, posts.c.brand, posts.c.platform, posts.c.external_id, posts.c.ingested_at, posts.c.needs_answer)
    fresh = (posts.c.text, posts.c.reach, posts.c.edited_at, posts.c.erased_at)
    return matching(session, select(*kept, *fresh), posts.c.external_id, keys)


def _insert(session: Session, new: Sequence[Post]) -> Mapping[Key, int]:
    key = ("brand", "platform", "external_id")
    returning = [posts.c[name] for name in (*key, "id")]
    rows = (dict(zip(_POST_FIELDS, _post_values(post), strict=True)) for post in new)
    written = upsert(session, posts, rows, key=key, returning=returning)
    return {(row.brand, row.platform, row.external_id): row.id for row in written}


def _change(row: Row[Any], seen: Post) -> dict[str, Any] | None:
    reach = {**row.reach, **seen.reach}
    edited = seen.text != row.text
    if row.erased_at is not None or not (edited or reach != row.reach):
        return None
    edited_at = seen.ingested_at if edited else row.edited_at
    return {"row_id": row.id, "text": seen.text, "reach": reach, "edited_at": edited_at}


def _update(session: Session, changes: Sequence[Mapping[str, Any]]) -> None:
    if changes:
        columns = ("text", "reach", "edited_at")
        statement = posts.update().values({name: bindparam(name) for name in columns})
        session.execute(statement.where(posts.c.id == bindparam("row_id")), list(changes))


def save_accounts(session: Session, accounts: Iterable[Account]) -> None:
    """Keep the accounts as last seen; a count or name that was not said keeps its last value."""
    seen = {(account.platform, account.external_id): account for account in accounts}
    known = accounts_by_id(session, seen)
    rows = [
        dict(zip(_ACCOUNT_FIELDS, _account_values(merged), strict=True))
        for key, account in seen.items()
        if (merged := _merge(known.get(key), account)) != known.get(key)
    ]
    upsert(session, accounts_table, rows, key=_ACCOUNT_FIELDS[:2], update=_ACCOUNT_FIELDS[2:])


def _merge(known: Account | None, seen: Account) -> Account:
    if known is None or known == seen:
        return seen
    said = {name: value for name in _ACCOUNT_FIELDS[2:] if (value := getattr(seen, name)) not in (None, "")}
    return replace(known, **said)


def accounts_by_id(session: Session, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Account]:
    """The known ones of the accounts named by (platform, external id)."""
    by_platform: defaultdict[str, list[str]] = defaultdict(list)
    for platform, external_id in keys:
        by_platform[platform].append(external_id)
    found = {}
    for platform, ids in by_platform.items():
        statement = _ALL_ACCOUNTS.where(accounts_table.c.platform == platform)
        for batch in batches(ids):
            for row in session.execute(statement.where(among(session, accounts_table.c.external_id, batch))).all():
                account = Account(*row)
                found[account.platform, account.external_id] = account
    return found


def untriaged(session: Session, *, limit: int) -> list[Post]:
    """Mentions that nobody has judged yet, oldest first."""
    statement = ALL_POSTS.where(is_untriaged).order_by(posts.c.published_at, posts.c.id).limit(limit)
    return [post_of(row) for row in session.execute(statement)]


def count_untriaged(session: Session) -> int:
    """How many mentions wait for triage."""
    return session.execute(select(func.count()).select_from(posts).where(is_untriaged)).scalar_one()


def mark_triaged(session: Session, needs_answer: Mapping[int, bool], now: datetime) -> None:
    """Record by post id whether somebody waits for an answer. A later verdict replaces it; the first moment stays."""
    statement = posts.update().where(posts.c.id == bindparam("row_id"))
    first_time = func.coalesce(posts.c.triaged_at, bindparam("now", type_=UtcDateTime))
    rows = [{"row_id": post_id, "needs_answer": needed, "now": now} for post_id, needed in needs_answer.items()]
    if rows:
        session.execute(statement.values(needs_answer=bindparam("needs_answer"), triaged_at=first_time), rows)


def post_by_key(session: Session, brand: str, platform: str, external_id: str) -> Post | None:
    return posts_by_key(session, [(brand, platform, external_id)]).get((brand, platform, external_id))


def posts_by_key(session: Session, keys: Iterable[Key]) -> dict[Key, Post]:
    """The known ones of these posts."""
    rows = matching(session, ALL_POSTS, posts.c.external_id, keys)
    return {post_key(post): post for post in map(post_of, rows)}


def thread(session: Session, brand: str, platform: str, conversation_id: str) -> list[Post]:
    """Every post of a conversation that we know, as published; reposts are not part of it."""
    return threads(session, [(brand, platform, conversation_id)])[brand, platform, conversation_id]


def threads(session: Session, conversations: Iterable[Key]) -> Mapping[Key, list[Post]]:
    """The threads of many conversations at once; one that is unknown is empty."""
    statement = ALL_POSTS.where(posts.c.role != Role.REPOST).order_by(posts.c.published_at, posts.c.id)
    found: defaultdict[Key, list[Post]] = defaultdict(list)
    for row in matching(session, statement, posts.c.conversation_id, conversations):
        post = post_of(row)
        found[post.brand, post.platform, post.conversation_id].append(post)
    return found


def replies_in(session: Session, brand: str, platform: str, conversation_id: str) -> list[Post]:
    """What the brand answered in a conversation, as published."""
    return [post for post in thread(session, brand, platform, conversation_id) if post.role is Role.REPLY]


def replies_to(session: Session, answered: Iterable[Key]) -> Mapping[Key, list[Post]]:
    """What the brand answered to these posts, whatever conversation the platform filed it under, as published."""
    statement = ALL_POSTS.where(posts.c.role == Role.REPLY).order_by(posts.c.published_at, posts.c.id)
    found: defaultdict[Key, list[Post]] = defaultdict(list)
    for row in matching(session, statement, posts.c.in_reply_to, answered):
        post = post_of(row)
        if post.in_reply_to is not None:
            found[post.brand, post.platform, post.in_reply_to].append(post)
    return found


def recent_complaints(
    session: Session, brand: str, platform: str, author_ids: Iterable[str], since: datetime
) -> Mapping[str, Sequence[tuple[str, datetime]]]:
    """The conversations in which each author complained since then, with the first moment of each, oldest first.

    A complaint is what the model that spoke last on the post assessed as one.
    """
    first = func.min(posts.c.published_at, type_=UtcDateTime).label("first_at")
    statement = (
        select(posts.c.author_id, posts.c.conversation_id, first)
        .join(assessments, assessments.c.post_id == posts.c.id)
        .where(assessments.c.kind == Kind.COMPLAINT, SPOKE_LAST, posts.c.published_at >= since)
        .group_by(posts.c.author_id, posts.c.conversation_id)
        .order_by(first)
    )
    found: defaultdict[str, list[tuple[str, datetime]]] = defaultdict(list)
    authors = ((brand, platform, author_id) for author_id in author_ids)
    for row in matching(session, statement, posts.c.author_id, authors):
        found[row.author_id].append((row.conversation_id, row.first_at))
    return found


def erase(session: Session, post_ids: Iterable[int], now: datetime) -> None:
    """Forget what was said and by whom; the key stays as a tombstone, so that no later sighting brings it back."""
    empty: dict[str, Any] = {"text": "", "author_id": "", "in_reply_to_author": None, "reach": {}, "erased_at": now}
    for batch in batches(post_ids):
        forget_words(session, batch)
        session.execute(posts.update().where(among(session, posts.c.id, batch)).values(**empty))
