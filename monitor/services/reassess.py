"""Reassessment: a new version of the model judges history, beside what earlier versions said and never over it.

Each batch is one commit, so a run that is killed loses nothing and the next one does the rest. Live cases stay as they
are unless `retriage_live` is asked to carry the new verdicts over to them; it closes none and opens none.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from classifiers.contract import Assessment, Classifier
from monitor.clock import Clock
from monitor.domain.handling import Handlings
from monitor.domain.model import Change, Post
from monitor.domain.retriage import posts_of, retriage
from monitor.domain.triage import Context, triage
from monitor.errors import Conflict
from monitor.services.assess import classify_each, decide
from monitor.services.surroundings import Surroundings
from monitor.store import assessments, cases, history, merges, reading, reviews
from monitor.store.db import Database

NOT_KNOWN = "does not know"
"""Stands for the kind where a model abstained."""

_CASES = 50

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Reassessed:
    """What one run did. `posts` were judged; the model `failed` on others, which the next run tries again.

    `first` had no verdict of another version. `kinds` counts the others by kind (or `NOT_KNOWN`) before and now.
    `would_open` are posts that led to no case and today would.
    """

    model: str
    posts: int = 0
    failed: int = 0
    first: int = 0
    kinds: Mapping[tuple[str, str], int] = field(default_factory=dict)
    would_open: int = 0

    @property
    def changed(self) -> int:
        """Verdicts whose kind is another than the previous version's."""
        return sum(count for (before, now), count in self.kinds.items() if before != now)

    def __add__(self, other: "Reassessed") -> "Reassessed":
        return Reassessed(
            self.model,
            self.posts + other.posts,
            self.failed + other.failed,
            self.first + other.first,
            Counter(self.kinds) + Counter(other.kinds),
            self.would_open + other.would_open,
        )


@dataclass(frozen=True, slots=True)
class Retriaged:
    """What became of `cases` live ones: `changed`, or left to what people said of them (`labelled`).

    `in_doubt` are those of which no post would need a case today; they stay as they are. `conflicts` were changed by
    somebody meanwhile; the next run sees them again.
    """

    cases: int = 0
    changed: int = 0
    labelled: int = 0
    in_doubt: tuple[int, ...] = ()
    conflicts: int = 0

    def __add__(self, other: "Retriaged") -> "Retriaged":
        return Retriaged(
            self.cases + other.cases,
            self.changed + other.changed,
            self.labelled + other.labelled,
            self.in_doubt + other.in_doubt,
            self.conflicts + other.conflicts,
        )


def count_unjudged(database: Database, model: str, *, brand: str | None = None, since: datetime | None = None) -> int:
    """How many posts of history `model` has not judged."""
    with database.read() as session:
        return sum(history.count_unjudged(session, model, each, since) for each in _brands(database, brand))


def reassess(
    database: Database,
    classifier: Classifier,
    *,
    handlings: Handlings,
    clock: Clock,
    brand: str | None = None,
    since: datetime | None = None,
    limit: int | None = None,
    batch: int = 256,
    progress: Progress = lambda _done: None,
) -> Reassessed:
    """Judge posts of history that this version has not judged, the newest first, of one brand or of all.

    `since` is the earliest moment of publication, `limit` the most posts to judge. `progress` is called with the
    number of posts done after each batch.
    """
    done = Reassessed(classifier.name)
    for name in _brands(database, brand):
        last: Post | None = None
        while (size := batch if limit is None else min(batch, limit - done.posts - done.failed)) > 0:
            with database.read() as session:
                posts = history.unjudged(session, classifier.name, name, since=since, before=last, limit=size)
            if not posts:
                break
            last = posts[-1]
            done += _judge(database, classifier, posts, handlings, clock.now)
            progress(done.posts + done.failed)
    return done


def retriage_live(
    database: Database,
    classifier: Classifier,
    *,
    handlings: Handlings,
    clock: Clock,
    brand: str | None = None,
    since: datetime | None = None,
    progress: Progress = lambda _done: None,
) -> Retriaged:
    """Give live cases opened from `since` on the severity, risk, causes and reasons of this version's verdicts.

    The posts are classified once more rather than read: a stored verdict keeps no thresholds. Cases with a post that a
    person labelled are left to that person's word. `progress` is called with the number of cases done.
    """
    with database.read() as session:
        ids = history.live_case_ids(session, brand, since)
    done = Retriaged()
    for start in range(0, len(ids), _CASES):
        done += _retriage(database, classifier, ids[start : start + _CASES], handlings, clock.now)
        progress(done.cases)
    return done


def _brands(database: Database, brand: str | None) -> list[str]:
    if brand is not None:
        return [brand]
    with database.read() as session:
        return reading.brands(session)


def _judge(
    database: Database,
    classifier: Classifier,
    posts: Sequence[Post],
    handlings: Handlings,
    now: Callable[[], datetime],
) -> Reassessed:
    verdicts = _verdicts(classifier, posts)
    judged = {number: verdict for number, verdict in verdicts.items() if verdict is not None}
    with database.write() as session:
        before = assessments.assessments_of(session, judged)
        assessments.save_assessments(session, judged.items(), now())
    return Reassessed(
        classifier.name,
        posts=len(judged),
        failed=len(posts) - len(judged),
        first=len(judged) - len(before),
        kinds=Counter((said(before[number]), said(judged[number])) for number in before),
        would_open=sum(_would_open(post, verdicts[_number(post)], handlings) for post in posts),
    )


def said(verdict: Assessment) -> str:
    """The kind that a verdict gives, or `NOT_KNOWN`."""
    return NOT_KNOWN if verdict.abstained else verdict.kind_label.value


def _would_open(post: Post, verdict: Assessment | None, handlings: Handlings) -> bool:
    if verdict is None or post.needs_answer is not False:
        return False
    alone = Context(now=post.ingested_at, published_at=post.published_at)
    return triage(verdict, alone, handlings.of(post.brand).rules).needs_case


def _retriage(
    database: Database,
    classifier: Classifier,
    case_ids: Sequence[int],
    handlings: Handlings,
    now: Callable[[], datetime],
) -> Retriaged:
    with database.read() as session:
        live = [case for case in cases.cases_by_id(session, case_ids).values() if case.status.live]
        threads = merges.threads_of(session, live)
        own = {case.id: posts_of(case, threads[cases.conversation(case)]) for case in live}
        reviewed = reviews.reviewed_ids(session, [_number(post) for posts in own.values() for post in posts])
        labelled = {key for key, posts in own.items() if any(_number(post) in reviewed for post in posts)}
        ours = [case for case in live if own[case.id] and case.id not in labelled]
        posts = [post for case in ours for post in own[case.id]]
        surroundings = Surroundings(session, handlings, posts)
    verdicts = _verdicts(classifier, posts)
    decided = {
        _number(post): decide(verdicts[_number(post)], surroundings.of(post), handlings.of(post.brand).rules)
        for post in posts
    }
    decisions = {case.id: [decided[_number(post)] for post in own[case.id]] for case in ours}
    moment = now()
    with database.write() as session:
        known = ((number, verdict) for number, verdict in verdicts.items() if verdict is not None)
        assessments.save_assessments(session, known, moment)
    changes = [retriage(case, decisions[case.id], model=classifier.name, now=moment) for case in ours]
    saved, conflicts = _save(database, [change for change in changes if change.events])
    doubtful = (key for key, each in decisions.items() if not any(decision.needs_case for decision in each))
    return Retriaged(
        cases=len(case_ids),
        changed=saved,
        labelled=len(labelled),
        in_doubt=tuple(key for key in doubtful if key is not None),
        conflicts=conflicts,
    )


def _verdicts(classifier: Classifier, posts: Sequence[Post]) -> dict[int, Assessment | None]:
    """The verdicts by the posts' numbers; None where the model failed."""
    if not posts:
        return {}
    return dict(zip(map(_number, posts), classify_each(classifier, posts), strict=True))


def _number(post: Post) -> int:
    """The store's key of a post that came from the store."""
    assert post.id is not None
    return post.id


def _save(database: Database, changes: Sequence[Change]) -> tuple[int, int]:
    """Save the changes together, or one by one where somebody was faster; how many were saved and how many not."""
    if not changes:
        return 0, 0
    try:
        with database.write() as session:
            cases.save_changes(session, changes)
    except Conflict:
        if len(changes) == 1:
            return 0, 1
        each = [_save(database, [change]) for change in changes]
        return sum(saved for saved, _ in each), sum(lost for _, lost in each)
    return len(changes), 0
