"""What each endpoint of the fake X answers, as plain functions of the world and the request's parameters.

They keep X's rules: newest first, the 800 and 3,200 newest only, seven days of search, and a refusal for every
parameter that X would refuse.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.fakex import query
from tests.fakex.render import (
    NEW_EXPANSIONS,
    NEW_POST_FIELDS,
    OLD_EXPANSIONS,
    OLD_POST_FIELDS,
    USER_FIELDS,
    Document,
    Renderer,
    timestamp,
)
from tests.fakex.world import FakePost, World, moment_of, snowflake

MENTIONS_DEPTH = 800
TIMELINE_DEPTH = 3200
SEARCH_WINDOW = timedelta(days=7)
SEARCH_LAG = timedelta(seconds=30)
_GRANULARITIES = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_PAGING = frozenset(["since_id", "until_id", "start_time", "end_time", "max_results", "pagination_token"])
_ID = re.compile(r"[0-9]{1,19}")


class Invalid(Exception):
    """X would refuse a parameter."""

    def __init__(self, parameter: str, value: str, message: str) -> None:
        super().__init__(message)
        self.parameter, self.value, self.message = parameter, value, message


@dataclass(frozen=True)
class Asked:
    """A request to one endpoint: what its path names, and its parameters."""

    world: World
    params: Mapping[str, str]
    new: bool
    subject: str = ""

    @property
    def render(self) -> Renderer:
        post_fields = self.listed("post.fields" if self.new else "tweet.fields")
        return Renderer(
            self.world,
            new=self.new,
            post_fields=post_fields,
            user_fields=self.listed("user.fields"),
            expansions=self.listed("expansions"),
        )

    def listed(self, name: str) -> list[str]:
        return self.params[name].split(",") if self.params.get(name) else []

    def moment(self, name: str) -> datetime | None:
        if name not in self.params:
            return None
        try:
            return datetime.fromisoformat(self.params[name]).astimezone(UTC)
        except ValueError:
            raise Invalid(name, self.params[name], f"'{name}' is not a timestamp") from None

    def id(self, name: str) -> int | None:
        if name not in self.params:
            return None
        if not _ID.fullmatch(self.params[name]):
            raise Invalid(name, self.params[name], f"'{name}' is not the id of a post")
        return int(self.params[name])


def mentions(asked: Asked) -> Document:
    user = asked.world.user(asked.subject)
    if user is None:
        return {"errors": [asked.render.not_found("user", "id", asked.subject)]}
    return _page(asked, asked.world.mentions(user)[:MENTIONS_DEPTH], least=5, default=10)


def timeline(asked: Asked) -> Document:
    user = asked.world.user(asked.subject)
    if user is None:
        return {"errors": [asked.render.not_found("user", "id", asked.subject)]}
    posts = asked.world.timeline(user)[:TIMELINE_DEPTH]
    if "replies" in asked.listed("exclude"):
        posts = [post for post in posts[:MENTIONS_DEPTH] if post.reply_to is None]
    if "retweets" in asked.listed("exclude"):
        posts = [post for post in posts if post.repost_of is None]
    return _page(asked, posts, least=5, default=10)


def search(asked: Asked) -> Document:
    oldest, end = _search_window(asked)
    predicate = _compiled(asked)
    posts = asked.world.visible(lambda post: oldest <= post.created_at < end and predicate(post))
    return _page(asked, posts, least=10, default=10)


def counts(asked: Asked) -> Document:
    oldest, end = _search_window(asked)
    start = max(asked.moment("start_time") or oldest, oldest)
    step = _GRANULARITIES[_one_of(asked, "granularity", tuple(_GRANULARITIES), "hour")]
    predicate = _compiled(asked)
    posts = [p.created_at for p in asked.world.visible(lambda p: start <= p.created_at < end and predicate(p))]
    buckets, total = [], "total_post_count" if asked.new else "total_tweet_count"
    while start < end:
        stop = min(_next_boundary(start, step), end)
        number = sum(start <= moment < stop for moment in posts)
        buckets.append(
            {
                "start": timestamp(start),
                "end": timestamp(stop),
                "post_count" if asked.new else "tweet_count": number,
            }
        )
        start = stop
    return {"data": buckets, "meta": {total: len(posts)}}


def users(asked: Asked) -> Document:
    ids = _ids(asked)
    found = {user.id: user for user in asked.world.users(ids)}
    return _looked_up(
        [asked.render.user(found[i]) for i in ids if i in found],
        [asked.render.not_found("user", "ids", i) for i in ids if i not in found],
    )


def user_by_handle(asked: Asked) -> Document:
    if not re.fullmatch(r"[A-Za-z0-9_]{1,15}", asked.subject):
        raise Invalid("username", asked.subject, "the username does not match ^[A-Za-z0-9_]{1,15}$")
    user = asked.world.user_by_handle(asked.subject)
    if user is None:
        return {"errors": [asked.render.not_found("user", "username", asked.subject)]}
    return {"data": asked.render.user(user)}


def posts(asked: Asked) -> Document:
    found, errors = [], []
    for i in _ids(asked):
        post = asked.world.find(i)
        author = asked.world.user(post.author_id) if post else None
        if post is None:
            errors.append(asked.render.not_found("tweet", "ids", i))
        elif author is not None and author.protected:
            errors.append(asked.render.not_authorized("tweet", "ids", i))
        else:
            found.append(asked.render.post(post))
    return _looked_up(found, errors)


@dataclass(frozen=True)
class Endpoint:
    name: str
    path: re.Pattern[str]
    answer: Callable[[Asked], Document]
    params: frozenset[str]
    post_fields: bool = True
    user_context: bool = True


def _endpoint(name: str, path: str, answer: Callable[[Asked], Document], params: str, **more: bool) -> Endpoint:
    return Endpoint(name, re.compile(path), answer, frozenset(params.split()), **more)


_FIELDS = "expansions user.fields "
ENDPOINTS = (
    _endpoint("mentions", r"/2/users/(\d{1,19})/mentions", mentions, _FIELDS + " ".join(_PAGING)),
    _endpoint("timeline", r"/2/users/(\d{1,19})/tweets", timeline, _FIELDS + "exclude " + " ".join(_PAGING)),
    _endpoint(
        "search", r"/2/tweets/search/recent", search, _FIELDS + "query next_token sort_order " + " ".join(_PAGING)
    ),
    _endpoint(
        "counts",
        r"/2/tweets/counts/recent",
        counts,
        "query granularity since_id until_id start_time end_time next_token",
        post_fields=False,
        user_context=False,
    ),
    _endpoint("users", r"/2/users", users, _FIELDS + "ids"),
    _endpoint("user_by_handle", r"/2/users/by/username/([^/]+)", user_by_handle, _FIELDS),
    _endpoint("posts", r"/2/tweets", posts, _FIELDS + "ids"),
)


def route(path: str) -> tuple[Endpoint, str] | None:
    """The endpoint at `path`, and what the path names."""
    for endpoint in ENDPOINTS:
        if match := endpoint.path.fullmatch(path):
            return endpoint, match.group(1) if match.groups() else ""
    return None


def check(endpoint: Endpoint, asked: Asked) -> None:
    """Refuse parameters, fields and expansions that X does not know in this vocabulary."""
    fields = "post.fields" if asked.new else "tweet.fields"
    known = endpoint.params | ({fields} if endpoint.post_fields else set())
    for name, value in asked.params.items():
        if name not in known:
            raise Invalid(name, value, f"The query parameter [{name}] is not one of [{','.join(sorted(known))}]")
    allowed = {
        fields: NEW_POST_FIELDS if asked.new else OLD_POST_FIELDS,
        "expansions": NEW_EXPANSIONS if asked.new else OLD_EXPANSIONS,
        "user.fields": USER_FIELDS,
    }
    for name, values in allowed.items():
        for value in asked.listed(name):
            if value not in values:
                raise Invalid(
                    name, value, f"The `{name}` query parameter value [{value}] is not one of {sorted(values)}"
                )


def _page(asked: Asked, candidates: list[FakePost], *, least: int, default: int) -> Document:
    since, until = asked.id("since_id"), asked.id("until_id")
    token = asked.params.get("next_token") or asked.params.get("pagination_token")
    if token is not None:
        if not re.fullmatch(r"p[0-9a-f]+", token):
            raise Invalid("next_token", token, "this is not a token of ours")
        below = int(token[1:], 16)
        until = below if until is None else min(until, below)
    start = asked.moment("start_time") if since is None else None
    end = asked.moment("end_time") if until is None else None
    size = _size(asked, least, default)
    matching = [
        post
        for post in candidates
        if (since is None or int(post.id) > since)
        and (until is None or int(post.id) < until)
        and (start is None or post.created_at >= start)
        and (end is None or post.created_at < end)
    ]
    page = matching[:size]
    return asked.render.page(page, next_token=f"p{int(page[-1].id):x}" if len(matching) > size else None)


def _search_window(asked: Asked) -> tuple[datetime, datetime]:
    """The oldest and the newest moment that a search reaches; X refuses whatever asks for more."""
    now = asked.world.clock.now()
    oldest, end = now - SEARCH_WINDOW, asked.moment("end_time") or now - SEARCH_LAG
    start, since = asked.moment("start_time"), asked.id("since_id")
    if start is not None and start < oldest:
        raise Invalid("start_time", asked.params["start_time"], f"'start_time' must be on or after {timestamp(oldest)}")
    if start is not None and start >= end:
        raise Invalid("start_time", asked.params["start_time"], "'start_time' must be before 'end_time'")
    if since is not None and since < snowflake(oldest):
        raise Invalid("since_id", str(since), f"'since_id' must be a tweet id created after {timestamp(oldest)}")
    until = asked.id("until_id")
    if until is not None and until < snowflake(oldest):
        raise Invalid("until_id", str(until), f"'until_id' must be a tweet id created after {timestamp(oldest)}")
    if "end_time" in asked.params and end > now - timedelta(seconds=10):
        raise Invalid("end_time", asked.params["end_time"], "'end_time' must be at least 10 seconds before now")
    return oldest, min(end, max(moment_of(str(until)), end)) if until else end


def _compiled(asked: Asked) -> query.Predicate:
    text = asked.params.get("query", "")
    try:
        return query.compiled(text, asked.world)
    except query.QueryError as error:
        raise Invalid("query", text, str(error)) from None


def _size(asked: Asked, least: int, default: int) -> int:
    text = asked.params.get("max_results", str(default))
    if not text.isdigit() or not least <= int(text) <= 100:
        raise Invalid("max_results", text, f"'max_results' must be between {least} and 100")
    return int(text)


def _ids(asked: Asked) -> list[str]:
    ids = asked.listed("ids")
    if not 1 <= len(ids) <= 100 or not all(_ID.fullmatch(i) for i in ids):
        raise Invalid("ids", asked.params.get("ids", ""), "'ids' must be 1 to 100 ids")
    return list(dict.fromkeys(ids))


def _one_of(asked: Asked, name: str, values: tuple[str, ...], default: str) -> str:
    value = asked.params.get(name, default)
    if value not in values:
        raise Invalid(name, value, f"'{name}' is not one of {list(values)}")
    return value


def _next_boundary(moment: datetime, step: timedelta) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((moment - midnight) // step + 1) * step


def _looked_up(data: list[Document], errors: list[Document]) -> Document:
    return ({"data": data} if data else {}) | ({"errors": errors} if errors else {})
