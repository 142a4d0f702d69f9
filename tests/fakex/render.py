"""How the fake X writes its answers: posts, users and problems, in the old vocabulary or the new one.

What nobody asked for is not sent: an answer without fields holds ids, texts and edit histories, as X's does.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from tests.fakex.world import FakePost, FakeUser, World

Document = dict[str, Any]

_SHORT = 280
_COMMON_POST_FIELDS = frozenset(
    ("attachments", "context_annotations", "conversation_id", "created_at", "edit_controls", "entities", "geo", "id")
) | frozenset(("lang", "possibly_sensitive", "public_metrics", "reply_settings", "source", "text", "withheld"))
OLD_POST_FIELDS = _COMMON_POST_FIELDS | {
    "author_id",
    "edit_history_tweet_ids",
    "in_reply_to_user_id",
    "note_tweet",
    "referenced_tweets",
}
NEW_POST_FIELDS = _COMMON_POST_FIELDS | {"note_post"}
OLD_EXPANSIONS = frozenset(
    [
        "author_id",
        "in_reply_to_user_id",
        "referenced_tweets.id",
        "referenced_tweets.id.author_id",
        "edit_history_tweet_ids",
    ]
)
NEW_EXPANSIONS = frozenset(["author_id", "in_reply_to_user_id", "referenced_posts", "edit_history_post_ids"])
USER_FIELDS = frozenset(("created_at", "description", "entities", "id", "location", "name", "protected")) | frozenset(
    ("profile_image_url", "public_metrics", "url", "username", "verified", "verified_type", "withheld")
)


class Renderer:
    """One vocabulary (`new` or not) for one request: which fields were asked for, which expansions."""

    def __init__(
        self,
        world: World,
        *,
        new: bool,
        post_fields: Collection[str] = (),
        user_fields: Collection[str] = (),
        expansions: Collection[str] = (),
    ) -> None:
        self.new = new
        self._world = world
        self._user_fields = {*user_fields, "id", "name", "username"}
        self._expansions = set(expansions)
        history = "edit_history_post_ids" if new else "edit_history_tweet_ids"
        # An expansion brings the field along that it expands.
        expanded = {name.partition(".")[0] for name in expansions}
        self._post_fields = {*post_fields, *expanded, "id", "text", history}

    def post(self, post: FakePost) -> Document:
        long = len(post.text) > _SHORT
        text = escaped(post.text[: _SHORT - 1] + "…" if long else post.text)
        whole: Document = {
            "id": post.id,
            "text": text,
            "author_id": post.author_id,
            "conversation_id": post.conversation_id,
            "created_at": timestamp(post.created_at),
            "lang": post.lang,
            "public_metrics": self._post_metrics(post),
            "edit_history_post_ids" if self.new else "edit_history_tweet_ids": list(post.versions),
        }
        if long and post.repost_of is None:
            whole["note_post" if self.new else "note_tweet"] = {"text": escaped(post.text)}
        if post.reply_to_author is not None:
            whole["in_reply_to_user_id"] = post.reply_to_author
        if references := self._references(post):
            whole["referenced_posts" if self.new else "referenced_tweets"] = references
        return {name: value for name, value in whole.items() if name in self._post_fields}

    def user(self, user: FakeUser) -> Document:
        whole = {
            "id": user.id,
            "name": user.name,
            "username": user.handle,
            "protected": user.protected,
            "public_metrics": {
                "followers_count": user.followers,
                "following_count": user.following,
                "post_count" if self.new else "tweet_count": user.posts,
                "listed_count": 0,
                "like_count": 0,
            },
        }
        return {name: value for name, value in whole.items() if name in self._user_fields}

    def page(self, posts: list[FakePost], *, next_token: str | None) -> Document:
        """A page of posts with what was to be expanded. X leaves `data` out when there is none."""
        meta: Document = {"result_count": len(posts)}
        if posts:
            meta |= {"newest_id": posts[0].id, "oldest_id": posts[-1].id}
        if next_token is not None:
            meta["next_token"] = next_token
        document: Document = {"meta": meta}
        if posts:
            document["data"] = [self.post(post) for post in posts]
            if includes := self._includes(posts):
                document["includes"] = includes
        return document

    def not_found(self, kind: str, parameter: str, value: str) -> Document:
        return self._problem(
            "resource-not-found",
            "Not Found Error",
            f"Could not find {kind} with {parameter}: [{value}].",
            resource_type=kind,
            resource_id=value,
            parameter=parameter,
            value=value,
        )

    def not_authorized(self, kind: str, parameter: str, value: str) -> Document:
        return self._problem(
            "not-authorized-for-resource",
            "Authorization Error",
            f"Sorry, you are not authorized to see the {kind} with {parameter}: [{value}].",
            section="data",
            resource_type=kind,
            resource_id=value,
            parameter=parameter,
            value=value,
        )

    def invalid_request(self, parameter: str, value: str, message: str) -> Document:
        detail = "One or more parameters to your request was invalid."
        if self.new:
            return self._problem(
                "invalid-request", "Invalid Request", f"{detail} {message}", parameter=parameter, value=value
            )
        errors = [{"parameters": {parameter: [value]}, "message": message}]
        return self._problem("invalid-request", "Invalid Request", detail) | {"errors": errors}

    def refusal(self, status: int, title: str) -> Document:
        """A refusal that the specification has no problem type for."""
        if self.new:
            return {"code": status, "message": title}
        return {"type": "about:blank", "title": title, "status": status, "detail": title}

    def _problem(self, slug: str, title: str, detail: str, **more: str) -> Document:
        host = "api.x.com" if self.new else "api.twitter.com"
        return {"type": f"https://{host}/2/problems/{slug}", "title": title, "detail": detail, **more}

    def _post_metrics(self, post: FakePost) -> dict[str, int]:
        return {
            "repost_count" if self.new else "retweet_count": post.reposts,
            "reply_count": post.replies,
            "like_count": post.likes,
            "quote_count": post.quotes,
            "bookmark_count": 0,
            "impression_count": 0,
        }

    def _references(self, post: FakePost) -> list[Document]:
        kinds = {"replied_to": post.reply_to, "retweeted": post.repost_of, "quoted": post.quote_of}
        return [{"type": kind, "id": i} for kind, i in kinds.items() if i is not None]

    def _includes(self, posts: list[FakePost]) -> Document:
        users: list[str] = []
        referenced: list[FakePost] = []
        if "author_id" in self._expansions:
            users += [post.author_id for post in posts]
        if "in_reply_to_user_id" in self._expansions:
            users += [post.reply_to_author for post in posts if post.reply_to_author is not None]
        if {"referenced_tweets.id", "referenced_posts"} & self._expansions:
            referenced = list(self._referenced(posts))
        includes: Document = {}
        if found := self._world.users(users):
            includes["users"] = [self.user(user) for user in found]
        if referenced:
            includes["posts" if self.new else "tweets"] = [self.post(post) for post in referenced]
        return includes

    def _referenced(self, posts: list[FakePost]) -> Iterable[FakePost]:
        ids = [i for post in posts for i in (post.reply_to, post.repost_of, post.quote_of) if i is not None]
        return (post for i in dict.fromkeys(ids) if (post := self._world.find(i)) is not None)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def timestamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
