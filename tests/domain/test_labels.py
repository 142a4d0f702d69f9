"""What a person says about a post, in words that are typed."""

import pytest

from classifiers.contract import Cause, Churn, Kind, Severity, Threat
from monitor.domain.labels import Labels, labels_of, parse


def test_words_become_labels() -> None:
    found = labels_of(["kind=complaint", "severity=blame", "causes=delivery,ignored", "churn=left", "threats=legal"])

    assert found == Labels(
        kind=Kind.COMPLAINT,
        severity=Severity.BLAME,
        causes=(Cause.DELIVERY, Cause.IGNORED),
        churn=Churn.LEFT,
        threats=(Threat.LEGAL,),
    )


def test_none_can_be_said_of_what_there_may_be_several() -> None:
    found = labels_of(["threats="])

    assert found.threats == ()
    assert found.as_dict() == {"threats": []}


def test_spelling_is_forgiven_where_it_is_clear() -> None:
    assert labels_of(["causes= Slow-Response,slow response"]).causes == (Cause.SLOW_RESPONSE,)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say at least one thing"),
        (["complaint"], "'complaint' is no label: write one of kind"),
        (["mood=bad"], "'mood=bad' is no label"),
        (["kind=rant"], "'rant' is not a kind; there are: complaint"),
        (["kind="], "'' is not a kind"),
        (["causes=delivery,weather"], "'weather' is not a cause"),
        (["causes=delivery", "causes=ignored"], "causes is said twice"),
        (["kind=praise", "severity=blame"], "a praise has no severity"),
    ],
)
def test_what_makes_no_sense_is_explained(words: list[str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        labels_of(words)


def test_a_label_is_found_by_its_name() -> None:
    assert parse(Kind, " Praise ") is Kind.PRAISE
