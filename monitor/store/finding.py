"""From a search to the conditions of a statement over cases.

Most terms are conditions on the case's own row, and the queue's order is walked until a page is full. That is slow for
what few cases have (a word, an author, a label), so such terms are looked up first: where few enough cases have it,
only those are read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import ge, gt, le, lt
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, Text, cast, false, func, literal, not_, or_, select, true

from classifiers.contract import Severity
from monitor.domain.model import Status
from monitor.domain.search import Search
from monitor.domain.search_terms import ME, Is, Key, Op, Term
from monitor.store.cases import NO_DUE, priorities_of
from monitor.store.db import Session
from monitor.store.desk_tables import case_tags, post_words
from monitor.store.reply_tables import needs_authority
from monitor.store.statements import among
from monitor.store.tables import accounts, cases, live, posts, reviews
from monitor.store.words import posts_with, stands_in_row

RARE = 2000
"""What no more cases have is looked up; what more have is met often enough on the way through the queue."""

BREACHING = timedelta(hours=1)
"""A promise that runs out within this time is about to be broken."""

Condition: TypeAlias = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who searches, and when: what `mine` and `7d` are measured by."""

    agent: str | None
    now: datetime


def conditions(session: Session, search: Search, asker: Asker) -> list[Condition]:
    """What must hold of a case that the search finds."""
    found: list[Condition] = [live] if search.live_only else []
    found += [_condition(session, term, asker) for term in search.terms]
    few = _few(session, search, asker)
    return found if few is None else [among(session, cases.c.id, few), *found]


def _condition(session: Session, term: Term, asker: Asker) -> Condition:
    made = _MAKERS[term.key](session, term, asker)
    # What is not known of a case (its language, say) is not what was asked for.
    return not_(func.coalesce(made, false())) if term.negated else made


def _is(_session: Session, term: Term, asker: Asker) -> Condition:
    return or_(*(_STATES[Is(word)](asker) for word in term.words))


def _status(_session: Session, term: Term, _asker: Asker) -> Condition:
    statuses = sorted(Status(word) for word in term.words)
    chosen = cases.c.status.in_(statuses)
    return live & chosen if all(status.live for status in statuses) else chosen


def _severity(_session: Session, term: Term, _asker: Asker) -> Condition:
    severities = sorted(Severity(word) for word in term.words)
    chosen = cases.c.severity.in_(severities)
    if len(severities) > 1 or term.negated:
        return chosen
    mildest_first = priorities_of(severities[0])
    return chosen & cases.c.priority.between(
        mildest_first.start, mildest_first.stop - 1
    )  # lets the index skip the rest


def _cause(_session: Session, term: Term, _asker: Asker) -> Condition:
    # Not LIKE: PostgreSQL takes that for rare, and sorts all matches instead of walking the index.
    causes = cast(cases.c.causes, Text)
    return or_(*(func.replace(causes, f'"{word}"', "") != causes for word in term.words))


def _assignee(_session: Session, term: Term, asker: Asker) -> Condition:
    return cases.c.assignee.in_([asker.agent if word == ME else word for word in term.words])


def _label(session: Session, term: Term, _asker: Asker) -> Condition:
    return _some(case_tags.c.case_id == cases.c.id, among(session, case_tags.c.tag, term.words))


def _from(session: Session, term: Term, _asker: Asker) -> Condition:
    return _some(_customer, _has_handle(session, term.words))


def _followers(_session: Session, term: Term, _asker: Asker) -> Condition:
    return _some(_customer, _compared(accounts.c.followers, term))


def _text(_session: Session, term: Term, _asker: Asker) -> Condition:
    said = stands_in_row(term.words[0], whole=term.key is Key.PHRASE)
    return _some(_in_conversation, post_words.c.post_id == posts.c.id, said)


def _risk(_session: Session, term: Term, _asker: Asker) -> Condition:
    return _compared(cases.c.risk, term)


def _age_of(column: Any) -> "Maker":
    def older(_session: Session, term: Term, asker: Asker) -> Condition:
        (age,) = term.values
        assert isinstance(age, timedelta)
        condition: Condition = _COMPARE[_MIRRORED[term.op]](column, asker.now - age)
        return condition

    return older


def _due(_session: Session, term: Term, asker: Asker) -> Condition:
    (ahead,) = term.values
    assert isinstance(ahead, timedelta)
    return _COMPARE[term.op](cases.c.due_at, asker.now + ahead) & (cases.c.due_at < NO_DUE)


def _equals(column: Any) -> "Maker":
    return lambda _session, term, _asker: column.in_(term.words)


def _some(*wanted: Condition) -> Condition:
    """EXISTS, asked case by case on the way through the queue.

    PostgreSQL would make a join of a plain EXISTS, and read every post there is before it shows the first case.
    """
    return select(literal(1)).where(*wanted).limit(1).correlate(cases).scalar_subquery().is_not(None)


Maker: TypeAlias = Callable[[Session, Term, Asker], Condition]

_customer = (accounts.c.external_id == cases.c.customer_id) & (accounts.c.platform == cases.c.platform)
_in_conversation = (
    (posts.c.conversation_id == cases.c.conversation_id)
    & (posts.c.brand == cases.c.brand)
    & (posts.c.platform == cases.c.platform)
)
_first_post = (
    (posts.c.external_id == cases.c.first_post_id)
    & (posts.c.brand == cases.c.brand)
    & (posts.c.platform == cases.c.platform)
)
_COMPARE: Mapping[Op, Callable[[Any, Any], Condition]] = {Op.LESS: lt, Op.AT_MOST: le, Op.MORE: gt, Op.AT_LEAST: ge}
_MIRRORED = {Op.LESS: Op.MORE, Op.AT_MOST: Op.AT_LEAST, Op.MORE: Op.LESS, Op.AT_LEAST: Op.AT_MOST}

_MAKERS: Mapping[Key, Maker] = {
    Key.IS: _is,
    Key.STATUS: _status,
    Key.BRAND: _equals(cases.c.brand),
    Key.PLATFORM: _equals(cases.c.platform),
    Key.LANG: _equals(cases.c.lang),
    Key.SEVERITY: _severity,
    Key.CAUSE: _cause,
    Key.ASSIGNEE: _assignee,
    Key.LABEL: _label,
    Key.FROM: _from,
    Key.FOLLOWERS: _followers,
    Key.RISK: _risk,
    Key.OPENED: _age_of(cases.c.opened_at),
    Key.WAITING: _age_of(cases.c.waiting_since),
    Key.DUE: _due,
    Key.WORD: _text,
    Key.PHRASE: _text,
}

_unreviewed = ~_some(_first_post, reviews.c.post_id == posts.c.id)
_STATES: Mapping[Is, Callable[[Asker], Condition]] = {
    Is.LIVE: lambda _: live,
    Is.CLOSED: lambda _: cases.c.live.is_(False),
    Is.ANY: lambda _: true(),
    Is.OPEN: lambda _: live & (cases.c.status == Status.OPEN),
    Is.WAITING: lambda _: live & (cases.c.status == Status.WAITING),
    Is.SNOOZED: lambda _: live & (cases.c.status == Status.SNOOZED),
    Is.RESOLVED: lambda _: cases.c.status == Status.RESOLVED,
    Is.DISMISSED: lambda _: (cases.c.status == Status.DISMISSED) & cases.c.merged_into.is_(None),
    Is.MERGED: lambda _: cases.c.merged_into.is_not(None),
    Is.UNANSWERED: lambda _: cases.c.waiting_since.is_not(None),
    Is.ANSWERED: lambda _: cases.c.waiting_since.is_(None) & cases.c.first_reply_at.is_not(None),
    Is.BREACHED: lambda _: cases.c.breached.is_(True),
    Is.BREACHING: lambda asker: live & (cases.c.due_at < asker.now + BREACHING),
    Is.MINE: lambda asker: cases.c.assignee == asker.agent,
    Is.ASSIGNED: lambda _: cases.c.assignee.is_not(None),
    Is.UNASSIGNED: lambda _: cases.c.assignee.is_(None),
    Is.NEEDS_HUMAN: lambda _: cases.c.needs_human.is_(True),
    Is.NEEDS_LABEL: lambda _: cases.c.needs_human.is_(True) & _unreviewed,
    Is.NEEDS_AUTHORITY: lambda _: needs_authority,
    Is.REOPENED: lambda _: cases.c.reopened > 0,
}


def _compared(column: Any, term: Term) -> Condition:
    (value,) = term.values
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # compared with a fraction, an index over whole numbers is of no use
    condition: Condition = column == value if term.op is Op.EQUAL else _COMPARE[term.op](column, value)
    return condition


def _has_handle(session: Session, handles: Iterable[str]) -> Condition:
    if session.dialect.name == "sqlite":
        return or_(*(accounts.c.handle.collate("NOCASE") == literal(handle) for handle in handles))
    return func.lower(accounts.c.handle).in_(list(handles))


def _few(session: Session, search: Search, asker: Asker) -> Sequence[int] | None:
    """The cases that have the rarest thing that is asked for; None where nothing that is asked for is rare."""
    terms = sorted((t for t in search.terms if not t.negated and t.key in _LOOKED_UP), key=lambda t: _RANK[t.key])
    for term in terms:
        if term.key in (Key.WORD, Key.PHRASE):
            found = _cases_saying(session, term)
        else:
            statements = list(_looked_up(session, term, asker, live_only=search.live_only))
            found = session.execute(statements[0].limit(RARE + 1)).scalars().all() if statements else None
        if found is not None and len(found) <= RARE:
            return sorted(set(found))
    return None


def _cases_saying(session: Session, term: Term) -> Sequence[int] | None:
    saying = posts_with(session, term.words[0], whole=term.key is Key.PHRASE, limit=2 * RARE + 1)
    if len(saying) > 2 * RARE:
        return None
    statement = select(cases.c.id).join_from(posts, cases, _in_conversation)
    return session.execute(statement.where(among(session, posts.c.id, saying))).scalars().all()


def _looked_up(session: Session, term: Term, asker: Asker, *, live_only: bool) -> Iterator[Select[Any]]:
    """How the cases that a term asks for are looked up, where an index leads to them."""
    ids = select(cases.c.id)
    if term.key is Key.FROM:
        yield ids.join_from(accounts, cases, _customer).where(_has_handle(session, term.words))
    elif term.key is Key.LABEL:
        yield select(case_tags.c.case_id).where(among(session, case_tags.c.tag, term.words))
    elif term.key is Key.FOLLOWERS and term.op not in (Op.LESS, Op.AT_MOST):
        yield ids.join_from(accounts, cases, _customer).where(_compared(accounts.c.followers, term))
    elif live_only and term.key is Key.DUE and term.op in (Op.LESS, Op.AT_MOST):
        yield ids.where(live, _due(session, term, asker))
    elif live_only and term.key is Key.IS and term.values == (Is.BREACHING,):
        yield ids.where(_STATES[Is.BREACHING](asker))


_LOOKED_UP = (Key.FROM, Key.LABEL, Key.PHRASE, Key.WORD, Key.FOLLOWERS, Key.DUE, Key.IS)
_RANK = {key: rank for rank, key in enumerate(_LOOKED_UP)}
