"""The output object of the `classify` command."""

import json

import pytest

from classifiers.contract import AbstainCode, Assessment, Cause, Churn, Kind, Sentiment, Severity, Stage, Threat
from classifiers.present import as_dict


def assessment(
    kind: Kind = Kind.COMPLAINT, *, abstained: bool = False, reason: str | None = None, code: AbstainCode | None = None
) -> Assessment:
    return Assessment(
        model="compact-1",
        lang="lv",
        kind={one: 0.7 if one is kind else 0.1 for one in Kind},
        sentiment={Sentiment.NEGATIVE: 0.812345, Sentiment.NEUTRAL: 0.1, Sentiment.POSITIVE: 0.087655},
        severity={one: 0.6 if one is Severity.BLAME else 0.4 / 3 for one in Severity},
        causes={cause: 0.9 if cause is Cause.DELIVERY else 0.01 for cause in Cause},
        stage={one: 0.5 if one is Stage.SUPPORT else 0.1 for one in Stage},
        churn={one: 0.7 if one is Churn.LEFT else 0.1 for one in Churn},
        threats=dict.fromkeys(Threat, 0.02),
        escalation=0.123456,
        abstained=abstained,
        abstain_reason=reason,
        abstain_code=code,
    )


class TestObject:
    def test_it_has_the_documented_keys_in_order(self) -> None:
        assert list(as_dict(assessment(), "7")) == [
            "id",
            "lang",
            "kind",
            "sentiment",
            "severity",
            "causes",
            "stage",
            "churn",
            "threats",
            "escalation",
            "abstained",
            "abstain_reason",
            "abstain_code",
            "model",
        ]

    def test_the_kind_carries_all_its_probabilities(self) -> None:
        kind = as_dict(assessment())["kind"]
        assert kind["label"] == "complaint"
        assert kind["p"] == {"complaint": 0.7, "question": 0.1, "praise": 0.1, "other": 0.1}

    @pytest.mark.parametrize(
        ("head", "label", "p"),
        [
            ("sentiment", "negative", 0.8123),
            ("severity", "blame", 0.6),
            ("stage", "support", 0.5),
            ("churn", "left", 0.7),
        ],
    )
    def test_other_exclusive_heads_carry_the_winner_and_its_probability(self, head: str, label: str, p: float) -> None:
        assert as_dict(assessment())[head] == {"label": label, "p": p}

    def test_every_cause_and_threat_is_named(self) -> None:
        shown = as_dict(assessment())
        assert set(shown["causes"]) == {cause.value for cause in Cause}
        assert shown["causes"]["delivery"] == 0.9
        assert set(shown["threats"]) == {threat.value for threat in Threat}

    @pytest.mark.parametrize("kind", [Kind.QUESTION, Kind.PRAISE, Kind.OTHER])
    def test_only_a_complaint_has_a_severity(self, kind: Kind) -> None:
        assert as_dict(assessment(kind))["severity"] is None

    def test_probabilities_are_rounded_to_four_digits(self) -> None:
        assert as_dict(assessment())["escalation"] == 0.1235

    def test_the_id_is_given_back_as_it_came(self) -> None:
        assert as_dict(assessment(), "a-1")["id"] == "a-1"
        assert as_dict(assessment(), 17)["id"] == 17
        assert as_dict(assessment())["id"] is None

    def test_an_abstained_verdict_says_why(self) -> None:
        shown = as_dict(assessment(abstained=True, reason="too little text", code=AbstainCode.SHORT))
        assert shown["abstained"] is True
        assert shown["abstain_reason"] == "too little text"
        assert shown["abstain_code"] == "short"

    def test_a_verdict_that_is_sure_has_no_code(self) -> None:
        assert as_dict(assessment())["abstain_code"] is None

    def test_it_is_plain_json(self) -> None:
        shown = as_dict(assessment(), "7")
        assert json.loads(json.dumps(shown)) == shown
