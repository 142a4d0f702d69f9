"""What a new version of the model makes of a live case: another severity, risk, causes and reasons, and nothing else.

Who has the case, where it stands and what was promised stay as they are: a machine's second thoughts neither close a
case nor open one, and an edited verdict never rewrites a promise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.domain.lifecycle import SEVERITY_ORDER
from monitor.domain.model import Case, Change, Event, EventKind, Post, Triage


def posts_of(case: Case, thread: Sequence[Post]) -> list[Post]:
    """The posts of the thread that the case is about: those that need an answer, first the one that opened it."""
    own = [
        post
        for post in thread
        if post.needs_answer
        and post.published_at >= case.opened_at
        and (case.begins_after is None or post.ingested_at > case.begins_after)
    ]
    return sorted(own, key=lambda post: (post.external_id != case.first_post_id, post.published_at))


def retriage(case: Case, decisions: Sequence[Triage], *, model: str, now: datetime) -> Change:
    """The case by what `model` makes of its posts, in their order; unchanged where it says nothing new.

    Where none of the posts would need a case today the case stays as it is too: that is for a person to say.
    """
    needing = [decision for decision in decisions if decision.needs_case]
    if not needing:
        return Change(case)
    whole = _together(needing)
    judged = replace(
        case,
        severity=whole.severity,
        risk=whole.risk,
        reasons=whole.reasons,
        causes=whole.causes,
        needs_human=whole.needs_human,
    )
    if judged == case:
        return Change(case)
    event = Event(EventKind.REASSESSED, now, f"reassessed:{now.isoformat()}", data=_difference(case, judged, model))
    return Change(judged, (event,))


def _together(decisions: Sequence[Triage]) -> Triage:
    """What further posts make of the first one's triage, as when they join a case: they can only raise it."""
    whole = decisions[0]
    for decision in decisions[1:]:
        worse = SEVERITY_ORDER[decision.severity] > SEVERITY_ORDER[whole.severity]
        whole = replace(
            whole,
            severity=decision.severity if worse else whole.severity,
            risk=max(whole.risk, decision.risk),
            reasons=decision.reasons if worse or decision.risk > whole.risk else whole.reasons,
            causes=tuple(dict.fromkeys((*whole.causes, *decision.causes))),
            needs_human=whole.needs_human or decision.needs_human,
        )
    return whole


def _difference(before: Case, after: Case, model: str) -> Mapping[str, str | float]:
    """What changed, for the log of the case; of the lists only that they did."""
    said: dict[str, str | float] = {"model": model}
    if before.severity is not after.severity:
        said |= {"severity from": before.severity or "none", "severity to": after.severity or "none"}
    if before.risk != after.risk:
        said |= {"risk from": before.risk, "risk to": after.risk}
    if set(before.causes) != set(after.causes):
        said |= {"causes": ", ".join(after.causes) or "none"}
    return said
