"""What surrounds posts when they are triaged: who wrote them, and what the author complained about before."""

from collections.abc import Sequence
from datetime import datetime

from monitor.domain.handling import Handlings
from monitor.domain.model import Post
from monitor.domain.triage import Context
from monitor.store import intake
from monitor.store.db import Session
from monitor.store.statements import Key


class Surroundings:
    """The contexts of a batch of posts, read in one go. Complaints count once their assessments are saved."""

    def __init__(self, session: Session, handlings: Handlings, posts: Sequence[Post]) -> None:
        self._handlings = handlings
        self._accounts = intake.accounts_by_id(session, {(p.platform, p.author_id) for p in posts})
        self._earlier = _earlier_complaints(session, handlings, posts)

    def of(self, post: Post) -> Context:
        """What surrounded the post when it came in; posts of one conversation are one contact, not several."""
        author = self._accounts.get((post.platform, post.author_id))
        earlier = self._earlier.get((post.brand, post.platform, post.author_id), ())
        return Context(
            now=post.ingested_at,
            published_at=post.published_at,
            followers=author.followers if author else None,
            reposts=post.reach.get("reposts", 0),
            earlier_complaints=[first for thread, first in earlier if thread != post.conversation_id],
            untagged=self._handlings.of(post.brand).untagged(post),
        )


def _earlier_complaints(
    session: Session, handlings: Handlings, posts: Sequence[Post]
) -> dict[Key, Sequence[tuple[str, datetime]]]:
    """The conversations in which each author complained lately, with the moment of each one's first complaint."""
    found: dict[Key, Sequence[tuple[str, datetime]]] = {}
    for brand, platform in {(post.brand, post.platform) for post in posts}:
        own = [post for post in posts if (post.brand, post.platform) == (brand, platform)]
        since = min(post.published_at for post in own) - handlings.of(brand).rules.repeat_window
        authors = {post.author_id for post in own}
        complaints = intake.recent_complaints(session, brand, platform, authors, since)
        found |= {(brand, platform, author): moments for author, moments in complaints.items()}
    return found
