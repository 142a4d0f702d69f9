"""What the fake X knows: users, posts, and a clock of its own. In memory; safe to use from several threads.

It follows X where X is awkward: posts become visible when they are *indexed*, which may be late; an edit is a new post
with a new id; a repost's text is cut; ids carry the time.
"""

import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

EPOCH_MS = 1_288_834_974_657
_MENTION = re.compile(r"@(\w{1,15})", re.ASCII)


class WorldClock:
    """A clock that stands still until it is moved, or runs `speed` times as fast as the real one.

    With `not_after_real` it slows down to real time when it has caught up, so that nothing is ever from the future.
    It can stand in for the program's own clock.
    """

    def __init__(self, start: datetime, *, speed: float = 0.0, not_after_real: bool = False) -> None:
        self._start = start
        self._speed = speed
        self._real_start = time.monotonic()
        self._not_after_real = not_after_real

    def now(self) -> datetime:
        elapsed = time.monotonic() - self._real_start
        now = self._start + timedelta(seconds=elapsed * self._speed)
        return min(now, datetime.now(UTC)) if self._not_after_real else now

    def monotonic(self) -> float:
        return self.now().timestamp()

    def advance(self, by: timedelta) -> None:
        self._start += by

    def set(self, moment: datetime) -> None:
        self._start, self._real_start = moment, time.monotonic()


@dataclass(frozen=True)
class FakeUser:
    id: str
    handle: str
    name: str
    followers: int = 0
    following: int = 0
    posts: int = 0
    protected: bool = False


@dataclass(frozen=True)
class FakePost:
    """One version of a post. `versions` are the ids of all versions so far, the first one first."""

    id: str
    author_id: str
    text: str
    created_at: datetime
    indexed_at: datetime
    conversation_id: str
    versions: tuple[str, ...]
    lang: str = "en"
    reply_to: str | None = None
    reply_to_author: str | None = None
    repost_of: str | None = None
    quote_of: str | None = None
    likes: int = 0
    reposts: int = 0
    replies: int = 0
    quotes: int = 0
    mentioned: frozenset[str] = field(default=frozenset())


class World:
    def __init__(self, clock: WorldClock) -> None:
        self.clock = clock
        self._users: dict[str, FakeUser] = {}
        self._posts: dict[str, FakePost] = {}
        self._gone: set[str] = set()
        self._lock = threading.RLock()

    # --- what happens in it

    def add_user(self, handle: str, *, id: str | None = None, name: str = "", **known: object) -> FakeUser:
        """A new user, or the one with this id as he now is."""
        with self._lock:
            user = FakeUser(id or str(2_000_000 + len(self._users)), handle, name or handle, **known)  # type: ignore[arg-type]
            self._users[user.id] = user
            return user

    def post(
        self,
        author: FakeUser,
        text: str,
        *,
        at: datetime | None = None,
        late: timedelta = timedelta(0),
        id: str | None = None,
        reply_to: FakePost | None = None,
        repost_of: FakePost | None = None,
        quote_of: FakePost | None = None,
        conversation_id: str | None = None,
        **known: object,
    ) -> FakePost:
        """A new post, now or `at` a moment, which the world shows `late` after it was written."""
        with self._lock:
            created = at or self.clock.now()
            post_id = id or self._free_id(created)
            root = conversation_id or (reply_to.conversation_id if reply_to else post_id)
            if repost_of is not None and not text:
                text = f"RT @{self._users[repost_of.author_id].handle}: {repost_of.text}"
            post = FakePost(
                id=post_id,
                author_id=author.id,
                text=text,
                created_at=created.replace(microsecond=0),
                indexed_at=created + late,
                conversation_id=root,
                versions=(post_id,),
                reply_to=reply_to.id if reply_to else None,
                reply_to_author=reply_to.author_id if reply_to else None,
                repost_of=repost_of.id if repost_of else None,
                quote_of=quote_of.id if quote_of else None,
                mentioned=frozenset(handle.lower() for handle in _MENTION.findall(text)),
                **known,  # type: ignore[arg-type]
            )
            self._posts[post.id] = post
            return post

    def edit(self, post: FakePost, text: str, *, at: datetime | None = None) -> FakePost:
        """The next version of `post`: a post of its own, which takes the old one's place."""
        with self._lock:
            moment = at or self.clock.now()
            new_id = self._free_id(moment)
            edited = replace(
                post,
                id=new_id,
                text=text,
                created_at=moment.replace(microsecond=0),
                indexed_at=moment,
                versions=(*post.versions, new_id),
                mentioned=frozenset(handle.lower() for handle in _MENTION.findall(text)),
            )
            self._posts[new_id] = edited
            self._gone.add(post.id)
            return edited

    def delete(self, post: FakePost) -> None:
        with self._lock:
            self._gone.update(post.versions)

    # --- what can be seen of it

    def user(self, user_id: str) -> FakeUser | None:
        with self._lock:
            return self._users.get(user_id)

    def user_by_handle(self, handle: str) -> FakeUser | None:
        with self._lock:
            return next((user for user in self._users.values() if user.handle.lower() == handle.lower()), None)

    def find(self, post_id: str) -> FakePost | None:
        """A post that exists and is visible now."""
        with self._lock:
            post = self._posts.get(post_id)
            return post if post is not None and self._visible(post) else None

    def visible(self, wanted: Callable[[FakePost], bool] = lambda post: True) -> list[FakePost]:
        """The visible posts that are wanted, newest first."""
        with self._lock:
            seen = [post for post in self._posts.values() if self._visible(post) and wanted(post)]
        return sorted(seen, key=lambda post: int(post.id), reverse=True)

    def mentions(self, user: FakeUser) -> list[FakePost]:
        """Everything that names `user` or answers one of his posts: his own posts and reposts as well, as on X."""
        handle = user.handle.lower()
        return self.visible(lambda post: handle in post.mentioned or post.reply_to_author == user.id)

    def timeline(self, user: FakeUser) -> list[FakePost]:
        return self.visible(lambda post: post.author_id == user.id)

    def users(self, ids: Iterable[str]) -> list[FakeUser]:
        return [user for i in dict.fromkeys(ids) if (user := self.user(i)) is not None]

    def _visible(self, post: FakePost) -> bool:
        return post.id not in self._gone and post.indexed_at <= self.clock.now()

    def _free_id(self, moment: datetime) -> str:
        candidate = snowflake(moment)
        while str(candidate) in self._posts:
            candidate += 1
        return str(candidate)


def snowflake(moment: datetime) -> int:
    """The first id of the millisecond of `moment`."""
    return (int(moment.timestamp() * 1000) - EPOCH_MS) << 22


def moment_of(post_id: str) -> datetime:
    return datetime.fromtimestamp(((int(post_id) >> 22) + EPOCH_MS) / 1000, tz=UTC)
