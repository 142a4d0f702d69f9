"""Cases that were merged into others, and the threads of both as one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from monitor.domain.merging import joined
from monitor.domain.model import Case, Post
from monitor.store import intake
from monitor.store.cases import ALL_CASES, conversation, whole
from monitor.store.db import Session
from monitor.store.statements import Key, among, batches
from monitor.store.tables import cases


def merged_into(session: Session, case_ids: Iterable[int]) -> Mapping[int, list[Case]]:
    """The cases that were merged into each of these, and into those, oldest first."""
    found: defaultdict[int, list[Case]] = defaultdict(list)
    home = {case_id: case_id for case_id in case_ids}
    level = list(home)
    while level:
        below: list[int] = []
        for batch in batches(level):
            sources = ALL_CASES.where(among(session, cases.c.merged_into, batch)).order_by(cases.c.id)
            for case in whole(session, session.execute(sources).all()):
                if case.id is not None and case.merged_into is not None:
                    home[case.id] = home[case.merged_into]
                    found[home[case.id]].append(case)
                    below.append(case.id)
        level = below
    return found


def thread_of(session: Session, case: Case) -> list[Post]:
    """Every post that the case is about: its conversation, and those merged into it."""
    return threads_of(session, [case])[conversation(case)]


def threads_of(session: Session, of: Sequence[Case]) -> Mapping[Key, list[Post]]:
    """The threads of many cases, by the conversation of each."""
    return with_merged(session, of, intake.threads(session, {conversation(case) for case in of}))


def with_merged(session: Session, of: Iterable[Case], threads: Mapping[Key, list[Post]]) -> Mapping[Key, list[Post]]:
    """The threads with those of what was merged into the cases `of` joined to theirs."""
    by_id = {case.id: case for case in of if case.id is not None}
    sources = merged_into(session, by_id)
    if not sources:
        return threads
    theirs = intake.threads(session, {conversation(source) for each in sources.values() for source in each})
    both = defaultdict(list, threads)
    for case_id, merged in sources.items():
        key = conversation(by_id[case_id])
        both[key] = joined(threads[key], [(source, theirs[conversation(source)]) for source in merged])
    return both
