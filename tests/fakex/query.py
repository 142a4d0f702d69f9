"""X's search language, as much of it as the monitor speaks. What X would refuse raises `QueryError`.

AND is a blank and binds tighter than OR; a minus negates. Keywords match whole words; keyword search never finds
reposts (since May 2026).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.fakex.world import FakePost, World

LONGEST = 512
_TOKEN = re.compile(r'\s*(?:(\()|(\))|(-?"[^"]*")|([^\s()"]+))')
_WORD = re.compile(r"\w+")

Predicate = Callable[[FakePost], bool]


class QueryError(Exception):
    """X would not take this query."""


@dataclass
class _Reader:
    tokens: list[str]
    world: World
    standalone: bool = False

    def peek(self) -> str | None:
        return self.tokens[0] if self.tokens else None

    def any_of(self) -> Predicate:
        options = [self.all_of()]
        while self.peek() == "OR":
            self.tokens.pop(0)
            options.append(self.all_of())
        return lambda post: any(option(post) for option in options)

    def all_of(self) -> Predicate:
        parts = []
        while (token := self.peek()) is not None and token not in (")", "OR"):
            parts.append(self.one())
        if not parts:
            raise QueryError("there is nothing between two operators")
        return lambda post: all(part(post) for part in parts)

    def one(self) -> Predicate:
        token = self.tokens.pop(0)
        if token == "(":
            inside = self.any_of()
            if not self.tokens or self.tokens.pop(0) != ")":
                raise QueryError("a parenthesis is not closed")
            return inside
        if token == "AND":
            raise QueryError("AND is written as a blank")
        if token.startswith("-"):
            inner = self.term(token[1:], negated=True)
            return lambda post: not inner(post)
        return self.term(token, negated=False)

    def term(self, token: str, *, negated: bool) -> Predicate:
        operator, colon, value = token.partition(":")
        if colon and not token.startswith('"'):
            if operator in ("from", "to", "conversation_id") and not negated:
                self.standalone = True
            return self.operator(operator, value)
        self.standalone = self.standalone or not negated
        if token.startswith("@"):
            return lambda post: token[1:].lower() in post.mentioned
        if token.startswith("#"):
            return lambda post: re.search(rf"{re.escape(token)}\b", post.text, re.IGNORECASE) is not None
        wanted = _words(token)
        if not wanted:
            raise QueryError("a term has nothing to search for")
        return lambda post: post.repost_of is None and _contains(_words(post.text), wanted)

    def operator(self, name: str, value: str) -> Predicate:
        if name in ("from", "to"):
            user = self.world.user_by_handle(value)
            user_id = user.id if user else ""
            return (
                (lambda post: post.author_id == user_id)
                if name == "from"
                else (lambda post: post.reply_to_author == user_id)
            )
        predicates: dict[tuple[str, str | None], Predicate] = {
            ("is", "retweet"): lambda post: post.repost_of is not None,
            ("is", "reply"): lambda post: post.reply_to is not None,
            ("is", "quote"): lambda post: post.quote_of is not None,
            ("lang", None): lambda post: post.lang == value,
            ("conversation_id", None): lambda post: post.conversation_id == value,
        }
        predicate = predicates.get((name, value)) or predicates.get((name, None))
        if predicate is None:
            raise QueryError(f"there is no operator {name}")
        return predicate


def compiled(query: str, world: World) -> Predicate:
    """What decides whether a post matches `query`."""
    if len(query) > LONGEST:
        raise QueryError(f"the query is longer than {LONGEST} characters")
    reader = _Reader(_tokens(query), world)
    predicate = reader.any_of()
    if reader.tokens:
        raise QueryError("a parenthesis is closed that was not open")
    if not reader.standalone:
        raise QueryError("the query needs something to look for besides conditions")
    return predicate


def _tokens(query: str) -> list[str]:
    tokens, at = [], 0
    query = query.strip()
    while at < len(query):
        match = _TOKEN.match(query, at)
        if match is None:
            raise QueryError("a quotation mark is not closed")
        tokens.append(next(group for group in match.groups() if group is not None))
        at = match.end()
    return tokens


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _contains(words: list[str], wanted: list[str]) -> bool:
    return any(words[i : i + len(wanted)] == wanted for i in range(len(words) - len(wanted) + 1))
