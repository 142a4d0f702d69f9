"""From several people's answers to one: the newest word wins, and dispute is noticed."""

from datetime import timedelta

from monitor.domain.agreement import Agreed, Review, agreed
from tests.make import NOW


def review(agent: str, hours: int = 0, **labels: object) -> Review:
    return Review(agent, labels, NOW + timedelta(hours=hours))  # type: ignore[arg-type]


def test_one_persons_word_is_taken_as_it_is() -> None:
    found = agreed([review("anna", kind="complaint", causes=["delivery"])])

    assert found == Agreed({"kind": "complaint", "causes": ["delivery"]}, ("anna",), 1.0, disputed=False)


def test_people_who_say_the_same_agree_whatever_the_order_of_their_lists() -> None:
    found = agreed([review("anna", causes=["delivery", "ignored"]), review("berta", causes=["ignored", "delivery"])])

    assert (found.agreement, found.disputed) == (1.0, False)
    assert found.agents == ("anna", "berta")


def test_answers_to_different_questions_add_up() -> None:
    found = agreed([review("anna", kind="complaint"), review("berta", churn="left")])

    assert found.labels == {"kind": "complaint", "churn": "left"}
    assert not found.disputed


def test_in_a_dispute_the_newest_word_wins_and_the_agreement_says_how_far() -> None:
    found = agreed([review("berta", 2, kind="praise"), review("anna", 1, kind="complaint", churn="none")])

    assert found.labels == {"kind": "praise", "churn": "none"}
    assert found.disputed
    assert found.agreement == 2 / 3


def test_a_reproach_and_no_complaint_cannot_both_hold() -> None:
    found = agreed([review("anna", severity="blame"), review("berta", 1, kind="question")])

    assert found.labels == {"kind": "question"}
    assert (found.disputed, found.agreement) == (True, 0.5)


def test_none_of_several_labels_is_an_answer_too() -> None:
    found = agreed([review("anna", causes=[]), review("berta", 1, causes=["delivery"])])

    assert found.disputed


def test_what_is_no_label_and_what_was_left_open_do_not_count() -> None:
    found = agreed([review("anna", kind="complaint", severity=None, sure=True)])

    assert found.labels == {"kind": "complaint"}
    assert found.agreement == 1.0


def test_a_review_that_says_nothing_gives_no_labels() -> None:
    assert agreed([review("anna")]) == Agreed({}, ("anna",), 1.0, disputed=False)
