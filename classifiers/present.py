"""An assessment as plain JSON values: the output of the `classify` command and of anything that exports verdicts."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from classifiers.contract import Assessment

_DIGITS = 4


def as_dict(assessment: Assessment, id: str | int | None = None) -> dict[str, Any]:
    """The documented output object; probabilities rounded to four digits, `severity` null unless a complaint.

    Keys: id, lang, kind {label, p: {name: p}}, sentiment {label, p}, severity {label, p} or null, causes {name: p},
    stage {label, p}, churn {label, p}, threats {name: p}, escalation, abstained, abstain_reason, abstain_code, model.
    Where `p` is one number it is the probability of the label beside it.
    """
    severity = assessment.severity_label
    return {
        "id": id,
        "lang": assessment.lang,
        "kind": {"label": assessment.kind_label.value, "p": _rounded(assessment.kind)},
        "sentiment": _winner(assessment.sentiment_label, assessment.sentiment),
        "severity": None if severity is None else _winner(severity, assessment.severity),
        "causes": _rounded(assessment.causes),
        "stage": _winner(assessment.stage_label, assessment.stage),
        "churn": _winner(assessment.churn_label, assessment.churn),
        "threats": _rounded(assessment.threats),
        "escalation": round(assessment.escalation, _DIGITS),
        "abstained": assessment.abstained,
        "abstain_reason": assessment.abstain_reason,
        "abstain_code": None if assessment.abstain_code is None else assessment.abstain_code.value,
        "model": assessment.model,
    }


def _winner(label: StrEnum, probabilities: Mapping[Any, float]) -> dict[str, Any]:
    return {"label": label.value, "p": round(probabilities[label], _DIGITS)}


def _rounded(probabilities: Mapping[Any, float]) -> dict[str, float]:
    return {label.value: round(p, _DIGITS) for label, p in probabilities.items()}
