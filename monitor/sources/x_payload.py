"""Pure: one JSON document of X's API v2 becomes posts, accounts, rejects and notices. No network, no clock, no logging.

It never raises on what a server sends: an item that cannot be understood becomes a `Reject` with its bytes, and the
rest of the page stands. Neither rejects' reasons nor notices ever quote a post or name a person.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.model import Account, Post, Role
from monitor.sources import x_snowflake
from monitor.sources import x_values as read
from monitor.sources.base import Count, Page, Reject
from monitor.sources.x_values import Json
from monitor.sources.x_vocabulary import (
    BUCKET_POSTS,
    EDIT_HISTORY,
    INCLUDED_POSTS,
    NOTE,
    REFERENCES,
    REPOSTED,
    REPOSTS,
    USER_POSTS,
)

PLATFORM = "x"

_SLUG = re.compile(r"[a-z][a-z-]{1,40}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,40}")
_REACH = {"reposts": REPOSTS, "replies": ("reply_count",), "likes": ("like_count",), "quotes": ("quote_count",)}


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Through whose eyes a page is read: the brand, its `own` accounts, and whose timeline it is where it is one."""

    brand: str
    own: frozenset[str]
    timeline_of: str | None = None


class _Unreadable(Exception):
    """Why one item cannot become a post."""


def parse_page(document: Json, view: Viewpoint, *, ingested_at: datetime) -> Page:
    """The page in `document`, newest first. Of several versions of an edited post the newest is kept."""
    items = read.items(document)
    users = (parse_account(user) for user in read.included(document, ("users",)))
    accounts = {user.external_id: user for user in users if user is not None}
    posts: dict[str, Post] = {}
    rejects = []
    for position, item in enumerate(items):
        try:
            post = _post(item, view, ingested_at)
        except _Unreadable as why:
            rejects.append(_reject(item, str(why), f"data[{position}]"))
        else:
            posts.setdefault(post.external_id, post)
    ids = sorted(int(i) for i in _ids(document, items))
    written = dict.fromkeys(post.author_id for post in posts.values())
    return Page(
        posts=tuple(posts.values()),
        accounts=tuple(accounts[author] for author in written if author in accounts),
        rejects=tuple(rejects),
        returned=len(items),
        newest_id=str(ids[-1]) if ids else None,
        oldest_id=str(ids[0]) if ids else None,
        more=next_token(document) is not None,
        notices=notices(document),
    )


def parse_accounts(document: Json) -> list[Account]:
    """The accounts of a user look-up."""
    users = (parse_account(item) for item in read.items(document) if isinstance(item, Mapping))
    return [account for account in users if account is not None]


def parse_counts(document: Json) -> list[Count]:
    """The buckets of a count, oldest first; one that makes no sense is left out."""
    buckets = []
    for item in read.items(document):
        if isinstance(item, Mapping):
            start, end = read.moment(item.get("start")), read.moment(item.get("end"))
            posts = read.count(read.first(item, BUCKET_POSTS))
            if start is not None and end is not None and posts is not None:
                buckets.append(Count(start=start, end=end, posts=posts))
    return sorted(buckets, key=lambda bucket: bucket.start)


def parse_account(user: Json) -> Account | None:
    """One user object; None without an id or a handle."""
    external_id, handle = read.identifier(user.get("id")), user.get("username")
    if external_id is None or not isinstance(handle, str) or not handle:
        return None
    metrics = read.mapping(user.get("public_metrics"))
    name = user.get("name")
    return Account(
        platform=PLATFORM,
        external_id=external_id,
        handle=read.readable(handle),
        name=read.readable(name) if isinstance(name, str) else "",
        followers=read.count(metrics.get("followers_count")),
        following=read.count(metrics.get("following_count")),
        posts=read.count(read.first(metrics, USER_POSTS)),
    )


def next_token(document: Json) -> str | None:
    token = read.mapping(document.get("meta")).get("next_token")
    return token if isinstance(token, str) and token else None


def notices(document: Json) -> tuple[str, ...]:
    """The partial errors of an answer, equal ones counted, in words that name no person and quote no post."""
    errors = document.get("errors")
    if not errors:
        return ()
    said = Counter(_notice(error) for error in (errors if isinstance(errors, list) else [errors]))
    return tuple(f"{words} ({times} times)" if times > 1 else words for words, times in said.items())


def billed_ids(document: Json) -> tuple[frozenset[str], frozenset[str]]:
    """The ids of all posts, and of all users, that an answer about posts carries: X bills each of them."""
    posts = [item for item in read.items(document) if isinstance(item, Mapping)]
    posts += read.included(document, INCLUDED_POSTS)
    users = read.included(document, ("users",))
    return frozenset(str(post.get("id")) for post in posts), frozenset(str(user.get("id")) for user in users)


def _post(item: object, view: Viewpoint, ingested_at: datetime) -> Post:
    if not isinstance(item, Mapping):
        raise _Unreadable("not an object")
    version = read.identifier(item.get("id"))
    if version is None:
        raise _Unreadable("no id")
    author = read.identifier(item.get("author_id")) or view.timeline_of
    if author is None:
        raise _Unreadable("no author")
    history = _history(item, version)
    conversation = read.identifier(item.get("conversation_id")) or history[0]
    references = dict(_references(item))
    reposted = next((references[name] for name in REPOSTED if name in references), None)
    answered = references.get("replied_to")
    answered_author = read.identifier(item.get("in_reply_to_user_id"))
    return Post(
        brand=view.brand,
        platform=PLATFORM,
        external_id=history[0],
        conversation_id=history[0] if conversation in history else conversation,
        author_id=author,
        text=_text(item),
        published_at=_published_at(item, version, history[0]),
        ingested_at=ingested_at,
        role=_role(view, author, answered, answered_author, reposted),
        lang=read.language(item.get("lang")),
        in_reply_to=answered,
        in_reply_to_author=answered_author,
        repost_of=reposted,
        reach=_reach(item),
    )


def _role(
    view: Viewpoint, author: str, answered: str | None, answered_author: str | None, reposted: str | None
) -> Role:
    if reposted is not None:
        return Role.REPOST
    if author not in view.own:
        return Role.MENTION
    # An answer whose addressee X does not name went to somebody: a thread with oneself always says so.
    return Role.REPLY if answered is not None and answered_author not in view.own else Role.BROADCAST


def _text(item: Json) -> str:
    """The whole text: a long post has only its beginning in `text`."""
    note = read.mapping(read.first(item, NOTE)).get("text")
    text = note if isinstance(note, str) and note else item.get("text")
    if not isinstance(text, str):
        raise _Unreadable("no text")
    # X escapes these three and nothing else; `&amp;` last, or "&amp;lt;" would lose a level too many.
    return read.readable(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def _published_at(item: Json, version: str, identity: str) -> datetime:
    """When the post was first published: an edited version's `created_at` is the moment of the edit."""
    stated = read.moment(item.get("created_at"))
    born = x_snowflake.moment_of(identity)
    if stated is None and born is None:
        raise _Unreadable("no time of publication")
    if stated is None or (version != identity and born is not None):
        assert born is not None
        return born.replace(microsecond=0)  # X publishes whole seconds
    return stated


def _history(item: Json, version: str) -> list[str]:
    """The ids of all versions, the first one first: it is the post's identity however often it is edited."""
    ids = read.first(item, EDIT_HISTORY)
    known = [i for value in (ids if isinstance(ids, list) else ()) if (i := read.identifier(value)) is not None]
    return sorted({*known, version}, key=int)


def _references(item: Json) -> Iterator[tuple[str, str]]:
    references = read.first(item, REFERENCES)
    for reference in references if isinstance(references, list) else ():
        if isinstance(reference, Mapping):
            kind, external_id = reference.get("type"), read.identifier(reference.get("id"))
            if isinstance(kind, str) and external_id is not None:
                yield kind, external_id


def _reach(item: Json) -> dict[str, int]:
    metrics = read.mapping(item.get("public_metrics"))
    counts = {name: read.count(read.first(metrics, aliases)) for name, aliases in _REACH.items()}
    return {name: count for name, count in counts.items() if count is not None}


def _notice(error: object) -> str:
    """What a partial error is about. Its `detail` and `value` stay out: they may hold a handle."""
    said = read.mapping(error)
    slug = str(said.get("type", "")).rstrip("/").rpartition("/")[2]
    words = slug if _SLUG.fullmatch(slug) else "unknown problem"
    for word, key in ((":", "resource_type"), (" via", "parameter")):
        value = said.get(key)
        if isinstance(value, str) and _NAME.fullmatch(value):
            words += f"{word} {value}"
    return words


def _reject(item: object, why: str, position: str) -> Reject:
    external_id = read.identifier(item.get("id")) if isinstance(item, Mapping) else None
    return Reject(raw=json.dumps(item).encode(), error=why, position=position, external_id=external_id)


def _ids(document: Json, items: list[object]) -> Iterator[str]:
    """Every id that tells how far the page reaches, those of rejected items and of the platform's summary too."""
    meta = read.mapping(document.get("meta"))
    stated = [item.get("id") for item in items if isinstance(item, Mapping)]
    values = map(read.identifier, (*stated, meta.get("oldest_id"), meta.get("newest_id")))
    return (value for value in values if value is not None)
