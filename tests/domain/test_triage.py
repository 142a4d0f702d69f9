"""Triage: what becomes a case, how urgent it is, and the words that say why."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.contract import Assessment, Cause, Churn, Kind, Sentiment, Severity, Stage, Threat
from monitor.domain.triage import Context, Rules, triage, unreadable

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def spread(labels: type[StrEnum], likely: StrEnum, p: float) -> dict[Any, float]:
    rest = (1 - p) / (len(labels) - 1)
    return {label: p if label is likely else rest for label in labels}


def assessment(
    kind: Kind = Kind.COMPLAINT,
    p: float = 0.9,
    *,
    severity: Severity = Severity.DISAPPROVAL,
    causes: Mapping[Cause, float] | None = None,
    churn: Churn = Churn.NONE,
    threats: Mapping[Threat, float] | None = None,
    escalation: float = 0.1,
    abstain: str | None = None,
    parts: Mapping[str, float] | None = None,
    thresholds: Mapping[str, float] | None = None,
) -> Assessment:
    return Assessment(
        model="test",
        lang="en",
        kind=spread(Kind, kind, p),
        sentiment=spread(Sentiment, Sentiment.NEGATIVE, 0.8),
        severity=spread(Severity, severity, 0.7),
        causes={cause: (causes or {}).get(cause, 0.01) for cause in Cause},
        stage=spread(Stage, Stage.SUPPORT, 0.6),
        churn=spread(Churn, churn, 0.8),
        threats={threat: (threats or {}).get(threat, 0.01) for threat in Threat},
        escalation=escalation,
        abstained=abstain is not None,
        abstain_reason=abstain,
        escalation_parts=parts or {},
        thresholds=thresholds or {},
    )


def context(**changes: Any) -> Context:
    return Context(**{"now": NOW, "published_at": NOW - timedelta(minutes=2)} | changes)


def test_a_clear_complaint_becomes_a_case_with_its_severity_and_causes() -> None:
    decided = triage(assessment(causes={Cause.OUTAGE: 0.9, Cause.IGNORED: 0.6}), context(), Rules())

    assert decided.needs_case
    assert decided.kind is Kind.COMPLAINT
    assert decided.severity is Severity.DISAPPROVAL
    assert decided.causes == (Cause.OUTAGE, Cause.IGNORED)
    assert decided.reasons[0] == "disapproves of what we did (90%)"
    assert "about outage, ignored" in decided.reasons


def test_a_question_becomes_a_case_without_severity() -> None:
    decided = triage(assessment(Kind.QUESTION), context(), Rules())

    assert decided.needs_case
    assert decided.kind is Kind.QUESTION
    assert decided.severity is None
    assert decided.reasons == ("question 90%",)


@pytest.mark.parametrize("kind", [Kind.PRAISE, Kind.OTHER])
def test_praise_and_other_posts_need_no_case(kind: Kind) -> None:
    decided = triage(assessment(kind), context(), Rules())

    assert not decided.needs_case
    assert decided.risk == 0
    assert decided.reasons == (f"{kind.value} 90%",)


def test_a_post_torn_between_complaint_and_question_still_waits_for_an_answer() -> None:
    torn = assessment()
    torn = Assessment(**{name: getattr(torn, name) for name in Assessment.__slots__} | {
        "kind": {Kind.COMPLAINT: 0.45, Kind.QUESTION: 0.4, Kind.PRAISE: 0.05, Kind.OTHER: 0.1}
    })  # fmt: skip

    decided = triage(torn, context(), Rules())

    assert decided.needs_case
    assert decided.reasons[0] == "complaint 45% or question 40%: somebody waits for an answer"


def test_what_the_model_does_not_know_goes_to_a_person_with_its_reason() -> None:
    decided = triage(assessment(abstain="language ja is not covered"), context(), Rules())

    assert decided.needs_case
    assert decided.needs_human
    assert decided.kind is None
    assert decided.reasons == ("the model does not know: language ja is not covered",)


def test_a_text_that_broke_the_model_goes_to_a_person() -> None:
    decided = unreadable(context(), Rules())

    assert decided.needs_case
    assert decided.needs_human
    assert decided.reasons == ("the model failed on this text",)


def test_a_third_contact_is_said_and_raises_the_risk() -> None:
    earlier = [NOW - timedelta(days=1), NOW - timedelta(days=5)]

    once = triage(assessment(), context(), Rules())
    third = triage(assessment(), context(earlier_complaints=earlier), Rules())

    assert "writes for the 3rd time in 14 days" in third.reasons
    assert third.risk > once.risk


def test_contacts_outside_the_window_do_not_count_as_repeats() -> None:
    decided = triage(assessment(), context(earlier_complaints=[NOW - timedelta(days=15)]), Rules())

    assert not any("time in" in reason for reason in decided.reasons)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"followers": 12_500}, "12,500 followers"),
        ({"reposts": 40}, "passed on 40 times"),
        ({"published_at": NOW - timedelta(hours=5)}, "was waiting 5 h before we saw it"),
        ({"published_at": NOW - timedelta(days=3)}, "was waiting 3 days before we saw it"),
    ],
)
def test_reach_and_waiting_raise_the_risk_and_are_named(changes: dict[str, Any], words: str) -> None:
    calm = triage(assessment(), context(), Rules())
    pressed = triage(assessment(), context(**changes), Rules())

    assert words in pressed.reasons
    assert pressed.risk > calm.risk


def test_a_post_that_does_not_address_us_says_so_without_more_risk() -> None:
    plain = triage(assessment(), context(), Rules())
    untagged = triage(assessment(), context(untagged=True), Rules())

    assert "names us without addressing us" in untagged.reasons
    assert untagged.risk == plain.risk


def test_the_parts_of_the_risk_are_said_with_their_amounts() -> None:
    said = assessment(escalation=0.35, parts={"base": -5.0, "regulator": 2.1, "complaint": 0.8, "blame": 0.01})
    earlier = [NOW - timedelta(days=1), NOW - timedelta(days=5)]

    decided = triage(said, context(earlier_complaints=earlier), Rules())

    assert decided.reasons[-1] == "risk 59%: threat of a regulator +2.1, 3rd contact +1.0, complaint +0.8"
    assert decided.risk == pytest.approx(0.594, abs=0.001)


def test_a_risk_without_parts_is_not_explained() -> None:
    assert not any(reason.startswith("risk") for reason in triage(assessment(), context(), Rules()).reasons)


def test_the_models_own_thresholds_hold_where_the_rules_name_none() -> None:
    said = assessment(
        p=0.55,
        causes={Cause.DELIVERY: 0.3},
        threats={Threat.LEGAL: 0.3},
        thresholds={"kind": 0.5, "causes.delivery": 0.25, "threats.legal": 0.35},
    )

    decided = triage(said, context(), Rules())

    assert (decided.kind, decided.causes, decided.threats) == (Kind.COMPLAINT, (Cause.DELIVERY,), ())
    assert triage(said, context(), Rules(label=0.2)).threats == (Threat.LEGAL,)


def test_a_model_that_wants_to_be_surer_of_a_complaint_is_heard() -> None:
    unsure = assessment(p=0.55, thresholds={"kind": 0.75})

    assert not triage(unsure, context(), Rules()).needs_case
    assert triage(unsure, context(), Rules(complaint=0.5)).kind is Kind.COMPLAINT


@pytest.mark.parametrize("kind", [Kind.PRAISE, Kind.OTHER])
def test_a_post_that_needs_a_person_at_once_becomes_a_case_whatever_it_is(kind: Kind) -> None:
    danger = assessment(kind, threats={Threat.SAFETY: 0.9}, escalation=0.7)

    decided = triage(danger, context(), Rules())

    assert decided.needs_case
    assert (decided.kind, decided.severity, decided.risk) == (kind, None, 0.7)
    assert decided.threats == (Threat.SAFETY,)
    assert decided.reasons == (f"{kind.value} 90%, but a person should look", "somebody's safety may be at stake")


def test_a_question_with_a_threat_says_so_and_has_its_risk() -> None:
    decided = triage(assessment(Kind.QUESTION, threats={Threat.MEDIA: 0.8}, escalation=0.4), context(), Rules())

    assert decided.reasons == ("question 90%", "threatens to go to the media")
    assert (decided.threats, decided.risk) == ((Threat.MEDIA,), 0.4)


def test_what_the_model_does_not_know_is_never_calmer_than_an_unread_post() -> None:
    assert triage(assessment(abstain="too little text", escalation=0.01), context(), Rules()).risk == 0.1
    assert triage(assessment(abstain="too close to call", escalation=0.8), context(), Rules()).risk == 0.8


def test_threats_and_leaving_are_spelled_out() -> None:
    decided = triage(
        assessment(threats={Threat.LEGAL: 0.8}, churn=Churn.DECIDED, severity=Severity.BLAME), context(), Rules()
    )

    assert decided.reasons[:3] == ("blames us (90%)", "threatens with a lawyer or a court", "has decided to leave")
    assert decided.threats == (Threat.LEGAL,)


def test_the_playbook_follows_the_likeliest_cause_that_has_one() -> None:
    rules = Rules(playbooks={"billing_refund": "refund", "default": "listen"})

    refund = triage(assessment(causes={Cause.OUTAGE: 0.9, Cause.BILLING_REFUND: 0.7}), context(), rules)
    listen = triage(assessment(causes={Cause.OUTAGE: 0.9}), context(), rules)

    assert refund.playbook == "refund"
    assert listen.playbook == "listen"


@pytest.mark.parametrize(
    ("number", "word"), [(2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (21, "21st"), (22, "22nd")]
)
def test_ordinals_read_like_english(number: int, word: str) -> None:
    earlier = [NOW - timedelta(hours=n) for n in range(1, number)]

    decided = triage(assessment(), context(earlier_complaints=earlier), Rules())

    assert f"writes for the {word} time in 14 days" in decided.reasons


@given(
    escalation=st.floats(0, 1),
    followers=st.one_of(st.none(), st.integers(0, 10**8)),
    reposts=st.integers(0, 10**6),
    repeats=st.integers(0, 30),
    waited=st.timedeltas(timedelta(0), timedelta(days=400)),
)
def test_context_never_lowers_the_risk_and_it_stays_a_probability(
    escalation: float, followers: int | None, reposts: int, repeats: int, waited: timedelta
) -> None:
    published = NOW - waited
    earlier = [published - timedelta(hours=n + 1) for n in range(repeats)]
    surroundings = Context(NOW, published, followers, reposts, earlier)

    decided = triage(assessment(escalation=escalation), surroundings, Rules())

    assert round(escalation, 4) <= decided.risk <= 1
