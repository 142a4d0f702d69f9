"""Assessment: every untriaged mention gets a verdict and, where it needs one, a case. Nothing is ever dropped.

Posts are read, classified outside any transaction, and saved in one: assessments, triage, cases, events. A text that
breaks the model is tried alone and then goes to a person.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from classifiers.contract import Assessment, Classifier, Text
from monitor import log
from monitor.clock import Clock
from monitor.domain.handling import Handling, Handlings
from monitor.domain.lifecycle import customer_posted, open_case
from monitor.domain.model import Case, Change, Post, Triage
from monitor.domain.sla import targets_for
from monitor.domain.triage import Context, Rules, triage, unreadable
from monitor.services.surroundings import Surroundings
from monitor.store import assessments, cases, intake, merges
from monitor.store.db import Database, Session

_log = log.get(__name__)

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Assessed:
    """What one run did: posts judged, cases opened, posts that joined a case, texts that the model failed on."""

    posts: int = 0
    opened: int = 0
    joined: int = 0
    failed: int = 0

    def __add__(self, other: "Assessed") -> "Assessed":
        return Assessed(
            self.posts + other.posts,
            self.opened + other.opened,
            self.joined + other.joined,
            self.failed + other.failed,
        )


def assess_pending(
    database: Database,
    classifier: Classifier,
    *,
    handlings: Handlings,
    clock: Clock,
    batch: int = 256,
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Assessed:
    """Judge untriaged mentions, oldest first, until none is left, `limit` is reached or `stopping()` says so.

    `progress` is called with the number of posts judged after each batch.
    """
    done = Assessed()
    while not stopping() and (limit is None or done.posts < limit):
        size = batch if limit is None else min(batch, limit - done.posts)
        with database.read() as session:
            posts = intake.untriaged(session, limit=size)
        if not posts:
            break
        verdicts = classify_each(classifier, posts)
        with database.write() as session:
            done += _Desk(session, handlings, clock.now()).judge(posts, verdicts)
        if progress is not None:
            progress(done.posts)
    return done


def classify_each(classifier: Classifier, posts: Sequence[Post]) -> list[Assessment | None]:
    """One verdict per post; None where the model fails on the text even when it is alone."""
    texts = [Text(post.text, lang=post.lang, brand=post.brand) for post in posts]
    try:
        return list(classifier.classify(texts))
    except Exception as error:  # noqa: BLE001 - one text must not stop the others, whatever it does to the model
        _log.warning("batch_failed", posts=len(posts), error=type(error).__name__)
        return [_classify_alone(classifier, post, text) for post, text in zip(posts, texts, strict=True)]


def _classify_alone(classifier: Classifier, post: Post, text: Text) -> Assessment | None:
    try:
        return classifier.classify([text])[0]
    except Exception as error:  # noqa: BLE001 - see classify_each
        _log.warning("text_failed", post_id=post.id, error=type(error).__name__)
        return None


def decide(verdict: Assessment | None, context: Context, rules: Rules) -> Triage:
    """The triage of a post; where the model failed on its text, a person looks."""
    return unreadable(context, rules) if verdict is None else triage(verdict, context, rules)


class _Desk:
    """One transaction's work on a batch: what is known of its authors and conversations, and the changes so far."""

    def __init__(self, session: Session, handlings: Handlings, now: datetime) -> None:
        self.session = session
        self.handlings = handlings
        self.now = now
        self.changes: dict[Key, Change] = {}
        self.finished: list[Change] = []
        self.opened = 0
        self.joined = 0

    def judge(self, posts: Sequence[Post], verdicts: Sequence[Assessment | None]) -> Assessed:
        intake.one_at_a_time(self.session)
        keys = {_conversation(post) for post in posts}
        # Saved before the look-back, so that complaints within one batch count as earlier ones too.
        judged = [(p.id, v) for p, v in zip(posts, verdicts, strict=True) if v is not None and p.id is not None]
        assessments.save_assessments(self.session, judged, self.now)
        surroundings = Surroundings(self.session, self.handlings, posts)
        rules = [self.handlings.of(post.brand).rules for post in posts]
        contexts = [surroundings.of(post) for post in posts]
        decided = [decide(*each) for each in zip(verdicts, contexts, rules, strict=True)]
        needs = {p.id: d.needs_case for p, d in zip(posts, decided, strict=True) if p.id is not None}
        intake.mark_triaged(self.session, needs, self.now)
        self.cases = cases.latest_cases(self.session, keys)
        homes = {cases.conversation(case) for case in self.cases.values()}
        threads = intake.threads(self.session, keys | homes)
        self.threads = merges.with_merged(self.session, self.cases.values(), threads)
        for post, decision in zip(posts, decided, strict=True):
            self._handle(replace(post, needs_answer=decision.needs_case), decision)
        cases.save_changes(self.session, [*self.finished, *self.changes.values()])
        return Assessed(len(posts), self.opened, self.joined, sum(v is None for v in verdicts))

    def _handle(self, post: Post, triage: Triage) -> None:
        handling, case = self.handlings.of(post.brand), self._case_of(post)
        if case is not None and handling.takes_back(case, post.published_at):
            self._join(cases.conversation(case), case, post, triage)
        elif triage.needs_case:
            self._open(_conversation(post), case, post, triage, handling)

    def _case_of(self, post: Post) -> Case | None:
        """The case of the conversation as this batch has left it; of a merged one, the case that it goes on in."""
        key = _conversation(post)
        if key not in self.changes and (known := self.cases.get(key)) is not None:
            home = cases.conversation(known)
            return self.changes[home].case if home in self.changes else known
        return self.changes[key].case if key in self.changes else None

    def _join(self, key: Key, case: Case, post: Post, triage: Triage) -> None:
        calendar = self.handlings.calendar_of(case)
        change = customer_posted(case, post, triage, thread=self.threads[key], calendar=calendar, now=self.now)
        earlier = self.changes[key].events if key in self.changes else ()
        self.changes[key] = Change(change.case, (*earlier, *change.events))
        self.joined += 1

    def _open(self, key: Key, earlier: Case | None, post: Post, triage: Triage, handling: Handling) -> None:
        if key in self.changes:
            self.finished.append(self.changes[key])
        self.changes[key] = open_case(
            post,
            triage,
            thread=self.threads[key],
            targets=targets_for(handling.policy, triage.severity),
            calendar=handling.calendar,
            now=self.now,
            begins_after=earlier.closed_through if earlier else None,
        )
        self.opened += 1


def _conversation(post: Post) -> Key:
    return (post.brand, post.platform, post.conversation_id)
