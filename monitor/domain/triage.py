"""Triage: from what the model saw and what we know of the situation to one decision with reasons a person can read.

Pure. The model's labels say what the post is; the context (reach, waiting time, repeat contact, channel) says how
urgent it is (`monitor.domain.risk`). The parts of the risk are written out in the reasons, so an agent can see why a
case stands where it does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from classifiers.contract import Assessment, Cause, Churn, Kind, Severity, Threat
from monitor.domain.model import Triage
from monitor.domain.risk import Circumstances, Share, named, ordinal, pressure, raised, sentence


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a mention when it is triaged.

    `earlier_complaints` are the moments of the author's complaints to the same brand before this post. `untagged` says
    that the post names the brand without addressing it: its author may not expect an answer.
    """

    now: datetime
    published_at: datetime
    followers: int | None = None
    reposts: int = 0
    earlier_complaints: Sequence[datetime] = ()
    untagged: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """The thresholds of triage. A probability at or above its threshold counts as seen.

    `complaint` and `label` (causes and threats) are the model's own where they are None: it knows best how sure it is
    when it is right. From an escalation of `at_once` on a post becomes a case whatever its kind. `wide_reach`,
    `reposts` and `long_wait` must be positive.
    """

    complaint: float | None = None
    question: float = 0.5
    label: float | None = None
    at_once: float = 0.5
    wide_reach: int = 10_000
    reposts: int = 20
    repeat_window: timedelta = timedelta(days=14)
    long_wait: timedelta = timedelta(hours=4)
    playbooks: Mapping[str, str] = field(default_factory=dict)
    """Playbook by cause; the key `default` is for causes without one of their own."""


SEVERITY_WORDS: Mapping[Severity, str] = {
    Severity.NO_EXPLICIT_REPROACH: "complaint without open reproach",
    Severity.DISAPPROVAL: "disapproves of what we did",
    Severity.ACCUSATION: "accuses us",
    Severity.BLAME: "blames us",
}
THREAT_WORDS: Mapping[Threat, str] = {
    Threat.LEGAL: "threatens with a lawyer or a court",
    Threat.REGULATOR: "threatens with a regulator",
    Threat.MEDIA: "threatens to go to the media",
    Threat.PUBLIC_SHAMING: "warns others off in public",
    Threat.SAFETY: "somebody's safety may be at stake",
}
CHURN_WORDS: Mapping[Churn, str] = {
    Churn.CONSIDERING: "thinks of leaving",
    Churn.DECIDED: "has decided to leave",
    Churn.LEFT: "has left already",
}


def triage(assessment: Assessment, context: Context, rules: Rules) -> Triage:
    """Decide what one mention needs. Complaints, questions and what the model does not know become cases."""
    if assessment.abstained:
        reason = f"the model does not know: {assessment.abstain_reason or 'no reason given'}"
        return _for_a_person(reason, assessment.escalation, context, rules)
    kind = assessment.kind_label
    complaint, question = assessment.kind[Kind.COMPLAINT], assessment.kind[Kind.QUESTION]
    enough = assessment.complaint_threshold if rules.complaint is None else rules.complaint
    if complaint >= enough:
        return _complaint(assessment, context, rules)
    risk, why = _risk(assessment, context, rules)
    threats = assessment.likely_threats(rules.label)
    if question >= rules.question:
        reasons = [f"question {question:.0%}", *_alarms(threats), *_situation(context, rules), *why]
        return Triage(True, Kind.QUESTION, None, risk, tuple(reasons), threats=threats)
    if complaint + question >= max(enough, rules.question):
        reason = f"complaint {complaint:.0%} or question {question:.0%}: somebody waits for an answer"
        severity = max(assessment.severity, key=lambda s: assessment.severity[s])
        reasons = [reason, *_situation(context, rules), *why]
        return Triage(True, kind, severity if complaint >= question else None, risk, tuple(reasons))
    if assessment.escalation >= rules.at_once:
        reason = f"{kind.value} {assessment.kind[kind]:.0%}, but a person should look"
        reasons = [reason, *_alarms(threats), *_situation(context, rules), *why]
        return Triage(True, kind, None, risk, tuple(reasons), threats=threats)
    return Triage(False, kind, None, 0.0, (f"{kind.value} {assessment.kind[kind]:.0%}",))


def unreadable(context: Context, rules: Rules) -> Triage:
    """The decision when the model failed on a text: a person looks, the post is never dropped."""
    return _for_a_person("the model failed on this text", _NOT_KNOWN, context, rules)


# The risk of a post of which nothing is known: a chosen figure, near the share of posts that need a person at once.
_NOT_KNOWN = 0.1


def _for_a_person(reason: str, escalation: float, context: Context, rules: Rules) -> Triage:
    reasons = (reason, *_situation(context, rules))
    risk = round(raised(max(escalation, _NOT_KNOWN), _pressure(context, rules)), 4)
    return Triage(True, None, None, risk, reasons, needs_human=True)


def _risk(assessment: Assessment, context: Context, rules: Rules) -> tuple[float, list[str]]:
    """The risk, and the line that says what it is made of where there is something to say."""
    pushes = _pressure(context, rules)
    risk = round(raised(assessment.escalation, pushes), 4)
    line = sentence(risk, (*named(assessment.escalation_parts), *pushes))
    return risk, [] if line is None else [line]


def _alarms(threats: Sequence[Threat]) -> list[str]:
    return [THREAT_WORDS[threat] for threat in threats]


def _complaint(assessment: Assessment, context: Context, rules: Rules) -> Triage:
    severity = max(assessment.severity, key=lambda s: assessment.severity[s])
    causes = assessment.likely_causes(rules.label)
    threats = assessment.likely_threats(rules.label)
    churn = assessment.churn_label
    reasons = [f"{SEVERITY_WORDS[severity]} ({assessment.kind[Kind.COMPLAINT]:.0%})"]
    reasons += _alarms(threats)
    if churn is not Churn.NONE:
        reasons.append(CHURN_WORDS[churn])
    if causes:
        reasons.append("about " + ", ".join(cause.value.replace("_", " ") for cause in causes))
    risk, why = _risk(assessment, context, rules)
    reasons += [*_situation(context, rules), *why]
    return Triage(
        needs_case=True,
        kind=Kind.COMPLAINT,
        severity=severity,
        risk=risk,
        reasons=tuple(reasons),
        causes=causes,
        churn=churn,
        threats=threats,
        playbook=_playbook(causes, rules),
    )


def _situation(context: Context, rules: Rules) -> list[str]:
    """The context's part of the reasons, in words."""
    words: list[str] = []
    if repeats := _repeats(context, rules):
        words.append(f"writes for the {ordinal(repeats + 1)} time in {rules.repeat_window.days} days")
    if context.followers is not None and context.followers >= rules.wide_reach:
        words.append(f"{context.followers:,} followers")
    if context.reposts >= rules.reposts:
        words.append(f"passed on {context.reposts} times")
    waited = context.now - context.published_at
    if waited >= rules.long_wait:
        words.append(f"was waiting {_hours(waited)} before we saw it")
    if context.untagged:
        words.append("names us without addressing us")
    return words


def _pressure(context: Context, rules: Rules) -> tuple[Share, ...]:
    """How far the context alone raises the risk."""
    return pressure(
        Circumstances(
            earlier=_repeats(context, rules),
            followers=context.followers,
            wide_reach=rules.wide_reach,
            reposts=context.reposts,
            many_reposts=rules.reposts,
            waited=context.now - context.published_at,
            long_wait=rules.long_wait,
        )
    )


def _repeats(context: Context, rules: Rules) -> int:
    earliest = context.published_at - rules.repeat_window
    return sum(earliest <= moment < context.published_at for moment in context.earlier_complaints)


def _playbook(causes: Sequence[Cause], rules: Rules) -> str | None:
    named = (rules.playbooks[cause.value] for cause in causes if cause.value in rules.playbooks)
    return next(named, rules.playbooks.get("default"))


def _hours(amount: timedelta) -> str:
    hours = amount.total_seconds() / 3600
    return f"{hours / 24:.0f} days" if hours >= 48 else f"{hours:.0f} h"
