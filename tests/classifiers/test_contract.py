"""What an assessment asserts: at thresholds that are given, or at the model's own."""

from dataclasses import replace

import pytest

from classifiers.contract import AbstainCode, Cause, Kind, Severity, Threat
from tests.make import make_assessment

VERDICT = make_assessment(
    causes=dict.fromkeys(Cause, 0.01) | {Cause.DELIVERY: 0.4, Cause.OUTAGE: 0.6, Cause.OTHER: 0.25},
    threats=dict.fromkeys(Threat, 0.01) | {Threat.LEGAL: 0.3},
)
OWN = {"kind": 0.7, "causes.delivery": 0.35, "causes.outage": 0.65, "causes.other": 0.25, "threats.legal": 0.2}


def test_a_classifier_that_names_no_threshold_asserts_at_a_half() -> None:
    assert VERDICT.likely_causes() == (Cause.OUTAGE,)
    assert VERDICT.likely_threats() == ()
    assert VERDICT.complaint_threshold == 0.5


def test_each_label_is_asserted_at_the_models_own_threshold() -> None:
    said = replace(VERDICT, thresholds=OWN)

    assert said.likely_causes() == (Cause.DELIVERY, Cause.OTHER)
    assert said.likely_threats() == (Threat.LEGAL,)
    assert said.complaint_threshold == 0.7


def test_a_threshold_that_is_asked_for_goes_before_the_models_own() -> None:
    said = replace(VERDICT, thresholds=OWN)

    assert said.likely_causes(0.5) == (Cause.OUTAGE,)
    assert said.likely_threats(0.31) == ()


def test_a_probability_at_its_threshold_counts() -> None:
    assert VERDICT.likely_causes(0.6) == (Cause.OUTAGE,)


def test_the_most_probable_comes_first() -> None:
    assert VERDICT.likely_causes(0.2) == (Cause.OUTAGE, Cause.DELIVERY, Cause.OTHER)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.COMPLAINT])
def test_only_a_complaint_has_a_severity(kind: Kind) -> None:
    assert make_assessment(severity=Severity.BLAME).severity_label is Severity.BLAME
    assert make_assessment(kind=kind, severity=Severity.BLAME).severity_label is None


def test_the_codes_for_not_knowing_are_what_pages_translate() -> None:
    assert [code.value for code in AbstainCode] == ["short", "language_unknown", "language_untrained", "margin"]
