"""What people said about posts, read together: for the export of labels, and for asking about other posts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from monitor.domain.agreement import Review
from monitor.domain.model import Post, Role
from monitor.domain.uncertainty import Doubt
from monitor.store.assessments import assessments_of
from monitor.store.db import Session
from monitor.store.intake import ALL_POSTS, post_of
from monitor.store.statements import BATCH, among, batches
from monitor.store.tables import posts, reviews


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A post with everything that people said about it; `lang` as the model recognised it, None where it did not."""

    post: Post
    lang: str | None
    reviews: tuple[Review, ...]


def reviewed(session: Session, brand: str | None = None) -> Iterator[Reviewed]:
    """The posts that somebody reviewed, in the order in which they were stored, a batch in memory at a time."""
    last = 0
    while True:
        statement = select(reviews.c.post_id).where(reviews.c.post_id > last).group_by(reviews.c.post_id)
        ids = session.execute(statement.order_by(reviews.c.post_id).limit(BATCH)).scalars().all()
        if not ids:
            return
        yield from _of(session, ids, brand)
        last = ids[-1]


def reviewed_ids(session: Session, post_ids: Iterable[int]) -> set[int]:
    """Which of these posts somebody reviewed."""
    return {
        post_id
        for batch in batches(post_ids)
        for post_id in session.execute(
            select(reviews.c.post_id).where(among(session, reviews.c.post_id, batch))
        ).scalars()
    }


def reviews_by_post(session: Session, post_ids: Sequence[int]) -> dict[int, dict[str, Mapping[str, object]]]:
    """The labels that people gave these posts, by post and person, in the order of their verdicts."""
    found: defaultdict[int, dict[str, Mapping[str, object]]] = defaultdict(dict)
    statement = select(reviews).where(among(session, reviews.c.post_id, post_ids)).order_by(reviews.c.reviewed_at)
    for row in session.execute(statement):
        found[row.post_id][row.agent] = row.labels
    return found


def post_by_id(session: Session, post_id: int) -> Post | None:
    """The post with the store's own number."""
    row = session.execute(ALL_POSTS.where(posts.c.id == post_id)).first()
    return None if row is None else post_of(row)


def unreviewed(session: Session, brand: str, *, since: datetime | None = None, limit: int) -> list[Doubt]:
    """The newest judged mentions of the brand that nobody reviewed, with the verdict of the model that spoke last."""
    statement = ALL_POSTS.where(
        posts.c.brand == brand,
        posts.c.role == Role.MENTION,
        posts.c.triaged_at.is_not(None),
        posts.c.erased_at.is_(None),
        ~exists().where(reviews.c.post_id == posts.c.id),
    )
    if since is not None:
        statement = statement.where(posts.c.published_at >= since)
    newest = statement.order_by(posts.c.published_at.desc(), posts.c.id.desc()).limit(limit)
    found = {post.id: post for post in map(post_of, session.execute(newest)) if post.id is not None}
    verdicts = assessments_of(session, found)
    return [Doubt(post, verdicts[post_id]) for post_id, post in found.items() if post_id in verdicts]


def _of(session: Session, ids: Sequence[int], brand: str | None) -> Iterator[Reviewed]:
    said: defaultdict[int, list[Review]] = defaultdict(list)
    statement = select(reviews).where(among(session, reviews.c.post_id, ids)).order_by(reviews.c.reviewed_at)
    for row in session.execute(statement.order_by(reviews.c.agent)):
        said[row.post_id].append(Review(row.agent, row.labels, row.reviewed_at))
    verdicts = assessments_of(session, ids)
    of_brand = ALL_POSTS.where(among(session, posts.c.id, ids)).order_by(posts.c.id)
    if brand is not None:
        of_brand = of_brand.where(posts.c.brand == brand)
    for post in map(post_of, session.execute(of_brand).all()):
        if post.id is not None:
            lang = verdicts[post.id].lang if post.id in verdicts else None
            yield Reviewed(post, lang, tuple(said[post.id]))
