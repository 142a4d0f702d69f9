"""Labels from people: which posts to ask about, keeping an answer, and all answers as rows to train on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.clock import Clock
from monitor.domain import actions
from monitor.domain.agreement import agreed
from monitor.domain.labels import Labels
from monitor.domain.model import Case, Change, Post, Role
from monitor.domain.uncertainty import Doubt, least_sure
from monitor.errors import NotAllowed, NotFound
from monitor.store import assessments, cases, reading, reviews
from monitor.store.db import Database, Session

POOL = 2_000
"""The newest posts of a brand among which the doubtful ones are sought: what is older teaches less about today."""

_UNNAMED = "und"


@dataclass(frozen=True, slots=True)
class Labelled:
    """The post that was labelled, and the live case that it had opened, which follows the label; None without one."""

    post: Post
    case: Case | None


def to_ask_about(
    database: Database, *, brand: str | None = None, since: datetime | None = None, limit: int = 20
) -> list[Doubt]:
    """The posts where a label is worth most: unreviewed, and the model unsure, the languages taking turns."""
    with database.read() as session:
        brands = [brand] if brand is not None else reading.brands(session)
        doubts = [doubt for name in brands for doubt in reviews.unreviewed(session, name, since=since, limit=POOL)]
    return least_sure(doubts, limit)


def label_post(database: Database, clock: Clock, post_id: int, agent: str, labels: Labels) -> Labelled:
    """Keep a person's verdict on a mention; the live case that the post opened follows it. No case is opened or closed.

    `NotFound` for a post that is unknown or erased, `NotAllowed` for one that is not a customer's.
    """
    with database.write() as session:
        post = reviews.post_by_id(session, post_id)
        if post is None or not post.text:
            raise NotFound(f"There is no post {post_id}, or it is erased; `queue needs-label` lists posts by number.")
        if post.role is not Role.MENTION:
            raise NotAllowed(f"post {post_id} is our own or a repost: only customers' posts are labelled")
        now = clock.now()
        assessments.save_review(session, post_id, agent, labels.as_dict(), now)
        return Labelled(post, _follow(session, post, agent, labels, now))


def _follow(session: Session, post: Post, agent: str, labels: Labels, now: datetime) -> Case | None:
    case = cases.live_case(session, post.brand, post.platform, post.conversation_id)
    if case is None or case.first_post_id != post.external_id:
        return None
    change: Change = actions.relabel(case, agent, labels, now=now)
    return cases.save_change(session, change)


@dataclass(slots=True)
class Exported:
    """What an export holds and what it left out, filled while its rows are taken."""

    rows: int = 0
    disputed: int = 0
    erased: int = 0


def training_rows(
    database: Database,
    counts: Exported,
    *,
    normalise: Callable[[str], str],
    brand: str | None = None,
    include_disputed: bool = False,
) -> Iterator[dict[str, Any]]:
    """A row of the corpus' format for every reviewed post, with `agents` and `agreement`; unknown heads are left out.

    `normalise` makes the text what a model reads. Posts on which people disagree are counted, and left out unless asked
    for: then the newest word wins. Use the rows up before the database is closed.
    """
    with database.read() as session:
        for one in reviews.reviewed(session, brand):
            text, verdict = normalise(one.post.text), agreed(one.reviews)
            counts.disputed += verdict.disputed
            counts.erased += not text
            if not text or not verdict.labels or (verdict.disputed and not include_disputed):
                continue
            counts.rows += 1
            yield {
                "id": f"{one.post.brand}/{one.post.platform}/{one.post.external_id}",
                "lang": _language(one),
                "brand": one.post.brand,
                "text": text,
                **verdict.labels,
                "agents": list(verdict.agents),
                "agreement": round(verdict.agreement, 4),
            }


def _language(one: reviews.Reviewed) -> str:
    """As the model recognised it, else as the platform says."""
    recognised = one.lang if one.lang not in (None, _UNNAMED) else one.post.lang
    return recognised or _UNNAMED
