"""X's two vocabularies: in 2026 it renamed the fields of requests and answers (`tweet.fields` -> `post.fields` ...).

Answers are read in both, whatever was asked. Requests are written in the old one, which is tweepy's, and `translate`
rewrites them for a server that speaks the new one.
"""

from collections.abc import Mapping
from enum import StrEnum

from monitor.sources import x_values as read
from monitor.sources.x_values import Json


class Vocabulary(StrEnum):
    OLD = "old"
    NEW = "new"

    @property
    def other(self) -> "Vocabulary":
        return Vocabulary.NEW if self is Vocabulary.OLD else Vocabulary.OLD


# The field names of answers, the old one first.
EDIT_HISTORY = ("edit_history_tweet_ids", "edit_history_post_ids")
NOTE = ("note_tweet", "note_post")
REFERENCES = ("referenced_tweets", "referenced_posts")
INCLUDED_POSTS = ("tweets", "posts")
REPOSTS = ("retweet_count", "repost_count")
USER_POSTS = ("tweet_count", "post_count")
BUCKET_POSTS = ("tweet_count", "post_count")
REPOSTED = ("retweeted", "reposted")

POST_FIELDS = (
    "id",
    "text",
    "author_id",
    "conversation_id",
    "created_at",
    "edit_history_tweet_ids",
    "in_reply_to_user_id",
    "lang",
    "note_tweet",
    "public_metrics",
    "referenced_tweets",
)
POST_EXPANSIONS = ("author_id",)
USER_FIELDS = ("id", "name", "username", "public_metrics")

_RENAMED = {"note_tweet": "note_post"}
# These cannot be asked for by name any more: they come along with the expansion of what they point to.
_EXPANDED = {
    "author_id": "author_id",
    "in_reply_to_user_id": "in_reply_to_user_id",
    "referenced_tweets": "referenced_posts",
    "edit_history_tweet_ids": "edit_history_post_ids",
}
_TELLTALES = {
    Vocabulary.OLD: ("tweet.fields", "note_tweet", "referenced_tweets", "edit_history_tweet_ids"),
    Vocabulary.NEW: ("post.fields", "note_post", "referenced_posts", "edit_history_post_ids"),
}


def translate(params: Mapping[str, object], vocabulary: Vocabulary) -> dict[str, object]:
    """`params` of a request in the old vocabulary, as `vocabulary` writes them."""
    if vocabulary is Vocabulary.OLD or "tweet.fields" not in params:
        return dict(params)
    fields = _listed(params["tweet.fields"])
    expansions = dict.fromkeys(_listed(params.get("expansions")))
    expansions.update(dict.fromkeys(_EXPANDED[name] for name in fields if name in _EXPANDED))
    new = {name: value for name, value in params.items() if name not in ("tweet.fields", "expansions")}
    new["post.fields"] = ",".join(_RENAMED.get(name, name) for name in fields if name not in _EXPANDED)
    new["expansions"] = ",".join(expansions)
    return new


def refused(body: str, vocabulary: Vocabulary) -> bool:
    """Whether the body of a 400 answer complains about a name that only `vocabulary` has."""
    return any(name in body for name in _TELLTALES[vocabulary])


def ignored(document: Json) -> bool:
    """Whether an answer's posts lack a field that every post has and every request names.

    A server that passed over our names would otherwise look like one whose posts answer nobody.
    """
    posts = [item for item in read.items(document) if isinstance(item, Mapping) and "text" in item]
    return bool(posts) and not any("created_at" in post for post in posts)


def _listed(value: object) -> list[str]:
    return [name for name in str(value or "").split(",") if name]
