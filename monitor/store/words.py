"""The words that posts are found by: folded, so that every database finds the same, with an index of each one's own.

The row holds the words of the text and of its author's handle and name. SQLite indexes them with FTS5, PostgreSQL with
GIN; the index finds the posts that have the words, the row says whether they stand as they were asked for.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, cast, delete, func, literal, literal_column, select, text
from sqlalchemy.dialects.postgresql import TSQUERY

from monitor.domain.folding import folded, folded_words
from monitor.domain.model import Account, Post, Role
from monitor.store.db import Session
from monitor.store.desk_tables import post_words
from monitor.store.statements import among, batches, upsert


def save_words(session: Session, written: Iterable[tuple[Post, Account | None]]) -> None:
    """Let these saved posts be found; reposts, which are in no conversation, are left out."""
    rows = (
        {"post_id": post.id, "words": folded(post.text, author.handle if author else "", author.name if author else "")}
        for post, author in written
        if post.role is not Role.REPOST
    )
    upsert(session, post_words, rows, key=("post_id",), update=("words",))


def forget_words(session: Session, post_ids: Iterable[int]) -> None:
    """Let these posts be found no more."""
    for batch in batches(post_ids):
        session.execute(delete(post_words).where(among(session, post_words.c.post_id, batch)))


def stands_in_row(asked: str, *, whole: bool) -> ColumnElement[bool]:
    """Whether a row has the words of `asked` next to each other; the last may go on unless `whole`."""
    # Folded words are letters and digits: nothing in them is special to LIKE.
    pattern = f"% {folded(asked)} %" if whole else f"% {folded(asked)}%"
    return (literal(" ") + post_words.c.words + literal(" ")).like(literal(pattern))


def posts_with(session: Session, asked: str, *, whole: bool, limit: int) -> list[int]:
    """Posts that have all the words of `asked`, wherever they stand, by the index; at most `limit`, in any order."""
    words = list(dict.fromkeys(folded_words(asked)))
    last = words[-1]
    if session.dialect.name == "sqlite":
        query = " AND ".join(f'"{word}"' if whole or word != last else f'"{word}"*' for word in words)
        match = text("SELECT rowid FROM fulltext_post_words WHERE fulltext_post_words MATCH :asked LIMIT :most")
        return list(session.execute(match, {"asked": query, "most": limit}).scalars())
    # A word that half the posts have would be collected whole before the first one comes out.
    session.execute(text(f"SET LOCAL gin_fuzzy_search_limit = {4 * limit}"))
    query = " & ".join(f"'{word}'" if whole or word != last else f"'{word}':*" for word in words)
    vector = func.array_to_tsvector(func.string_to_array(post_words.c.words, literal_column("' '")))
    found = select(post_words.c.post_id).where(vector.bool_op("@@")(cast(literal(query), TSQUERY)))
    return list(session.execute(found.limit(limit)).scalars())
