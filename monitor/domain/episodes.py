"""Episodes: from a thread to who waited, since when, and which reply ended it.

Pure, and a function of the thread alone: the same posts give the same episodes in whatever order they were stored, so
a reply stored before the mention was triaged, or a post indexed late, needs no special case.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.domain.model import Post, Role, id_order


@dataclass(frozen=True, slots=True)
class Episode:
    """One wait: `post` is the oldest customer post that our `reply` answers; the reply is None while it lasts.

    `closed` says that a person closed the case without answering it, so nobody waits any more.
    """

    post: Post
    reply: Post | None
    closed: bool = False

    @property
    def waiting(self) -> bool:
        return self.reply is None and not self.closed


def episodes(thread: Iterable[Post], *, closed_through: datetime | None = None) -> tuple[Episode, ...]:
    """The waits of a thread, oldest first. Only mentions that need an answer wait, only human replies end a wait.

    A reply answers everything that the person it addresses wrote before it; whom it addresses is known from the
    post it answers, else from the platform, else it counts for everybody in the thread.
    """
    posts = sorted(thread, key=_moment)
    authors = {post.external_id: post.author_id for post in posts}
    asking = [post for post in posts if post.role is Role.MENTION and post.needs_answer]
    replies = [post for post in posts if post.role is Role.REPLY and not post.automated]
    found: list[Episode] = []
    for author in dict.fromkeys(post.author_id for post in asking):
        addressed = [reply for reply in replies if _addresses(reply, author, authors)]
        found += _waits([post for post in asking if post.author_id == author], addressed, closed_through)
    return tuple(sorted(found, key=lambda episode: _moment(episode.post)))


def _waits(asking: Sequence[Post], replies: Sequence[Post], closed_through: datetime | None) -> list[Episode]:
    """The waits of one author: walk posts and replies in time order."""
    found: list[Episode] = []
    waiting: Post | None = None
    for post in sorted((*asking, *replies), key=_turn(asking)):
        if post.role is Role.REPLY:
            if waiting is not None:
                found.append(Episode(waiting, post))
            waiting = None
        elif waiting is None:
            waiting = post
        elif _closed(waiting, closed_through) and not _closed(post, closed_through):
            found.append(Episode(waiting, None, closed=True))
            waiting = post
    if waiting is not None:
        found.append(Episode(waiting, None, closed=_closed(waiting, closed_through)))
    return found


def _turn(asking: Sequence[Post]) -> Callable[[Post], tuple[datetime, bool, tuple[int, str]]]:
    """Time order, except that a reply never comes before the very post it answers: clocks of platforms differ."""
    published = {post.external_id: post.published_at for post in asking}

    def key(post: Post) -> tuple[datetime, bool, tuple[int, str]]:
        is_reply = post.role is Role.REPLY
        answered = published.get(post.in_reply_to or "") if is_reply else None
        moment = max(post.published_at, answered) if answered else post.published_at
        return (moment, is_reply, id_order(post.external_id))

    return key


def _addresses(reply: Post, author: str, authors: dict[str, str]) -> bool:
    addressee = authors.get(reply.in_reply_to or "") or reply.in_reply_to_author
    return addressee is None or addressee == author


def _closed(post: Post, closed_through: datetime | None) -> bool:
    return closed_through is not None and post.ingested_at <= closed_through


def _moment(post: Post) -> tuple[datetime, tuple[int, str]]:
    return (post.published_at, id_order(post.external_id))
