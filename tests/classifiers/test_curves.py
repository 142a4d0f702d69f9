"""What a team finds at its capacity, and how right the model is where it dares to speak."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.answers import judged
from classifiers.contract import Threat
from classifiers.curves import (
    CAPACITIES,
    AtCapacity,
    abstention_curve,
    escalation_curve,
    groups,
    kind_curve,
    recall_at,
    urgent,
)
from classifiers.dataset import Example
from classifiers.sets import Target
from tests.classifiers.verdicts import SaysWhatTheTextSays, example, kinds


def labelled(text: str, *threats: str, kind: str = "complaint", **heads: object) -> Example:
    """A wholly labelled post; without threats and severity nobody need hurry."""
    said = frozenset(threats)
    none = frozenset(threat.value for threat in Threat) - said
    return example(text, kind=kind, **({"churn": "none", "threats": Target(said, none)} | heads))


def curve(*examples: Example) -> dict[float, AtCapacity]:
    return {one.capacity: one for one in escalation_curve("all", judged(SaysWhatTheTextSays(), examples))}


class TestWhoIsUrgent:
    def test_a_threat_with_a_lawyer_is(self) -> None:
        assert urgent(labelled("x", "legal")) is True

    def test_a_calm_question_is_not(self) -> None:
        assert urgent(labelled("x", kind="question")) is False

    def test_blame_from_somebody_who_leaves_is(self) -> None:
        assert urgent(labelled("x", severity="blame", churn="decided")) is True

    def test_without_all_labels_nobody_knows(self) -> None:
        assert urgent(example("x", kind="complaint")) is None
        assert urgent(labelled("x", churn=frozenset({"left", "decided"}))) is None
        assert urgent(labelled("x", threats=Target(frozenset({"legal"})))) is None


class TestEscalation:
    def test_the_first_in_order_are_found(self) -> None:
        found = curve(labelled("other ! !", "legal"), *[labelled("other")] * 8, labelled("other !", "media"))
        assert (found[0.1].recall, found[0.2].recall) == (0.5, 1.0)
        assert (found[0.1].n, found[0.1].urgent) == (10, 2)

    def test_the_wrong_order_finds_nobody(self) -> None:
        found = curve(labelled("other", "legal"), *[labelled("other !")] * 9)
        assert found[0.3].recall == 0.0

    def test_a_perfect_order_finds_no_more_than_a_team_can_look_at(self) -> None:
        found = curve(*[labelled("other ! ! !", "legal")] * 4, *[labelled("other")] * 6)
        assert found[0.2].recall == found[0.2].best == 0.5

    def test_the_interval_holds_the_figure(self) -> None:
        posts = [labelled(f"other {'! ' * (number % 4)}", *["legal"] * (number % 3 == 0)) for number in range(40)]
        for one in curve(*posts).values():
            assert one.low <= one.recall <= one.high

    def test_every_capacity_has_its_point(self) -> None:
        assert tuple(curve(labelled("other", "legal"), labelled("other"))) == CAPACITIES

    def test_rows_without_all_labels_do_not_count(self) -> None:
        found = curve(labelled("other !", "legal"), example("other ! !", kind="complaint"), labelled("other"))
        assert found[0.3].n == 2

    def test_where_nobody_is_urgent_there_is_no_curve(self) -> None:
        assert curve(labelled("other"), labelled("other")) == {}
        assert curve() == {}

    def test_equals_are_taken_in_their_order(self) -> None:
        truth = np.array([[True, False, False, True]])
        assert recall_at(truth, np.zeros((1, 4)), 0.5).tolist() == [0.5]

    def test_nobody_to_find_is_no_number(self) -> None:
        assert np.isnan(recall_at(np.zeros((1, 4), dtype=bool), np.zeros((1, 4)), 0.5)).all()

    @given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=40))
    def test_more_capacity_never_finds_fewer(self, posts: list[tuple[bool, float]]) -> None:
        truth, risk = (np.array([side]) for side in zip(*posts, strict=True))
        if truth.any():
            found = [recall_at(truth, risk, capacity)[0] for capacity in CAPACITIES]
            assert found == sorted(found)


class TestAbstention:
    def test_the_widest_margins_speak_first(self) -> None:
        margin = np.arange(10, 0, -1) / 10
        right = np.array([True] * 5 + [False] * 5)
        points = abstention_curve("all", margin, right, np.ones(10, dtype=bool))
        accuracy = {one.coverage: one.accuracy for one in points if not one.rule}
        assert accuracy[0.5] == 1.0
        assert accuracy[0.8] == pytest.approx(5 / 8)
        assert accuracy[1.0] == 0.5

    def test_the_shipped_rule_has_its_own_point(self) -> None:
        right = np.array([True, True, False, False])
        answered = np.array([True, True, True, False])
        (rule,) = [one for one in abstention_curve("all", np.ones(4), right, answered) if one.rule]
        assert (rule.coverage, rule.accuracy) == (0.75, pytest.approx(2 / 3))

    def test_a_rule_that_never_speaks_has_no_accuracy(self) -> None:
        points = abstention_curve("all", np.ones(2), np.ones(2, dtype=bool), np.zeros(2, dtype=bool))
        assert not [one for one in points if one.rule]

    def test_nothing_to_judge_has_no_curve(self) -> None:
        none = np.zeros(0, dtype=bool)
        assert abstention_curve("all", np.zeros(0), none, none) == []
        assert kind_curve("all", judged(SaysWhatTheTextSays(), [example("no label")])) == []

    def test_of_kinds_the_verdicts_are_compared_with_the_labels(self) -> None:
        rows = [
            *kinds("complaint:complaint", "praise:praise", "other:complaint"),
            example("complaint odd", kind="praise"),
        ]
        points = {
            one.rule: one for one in kind_curve("all", judged(SaysWhatTheTextSays(), rows)) if one.coverage != 0.5
        }
        assert points[False].accuracy == 0.5
        assert (points[True].coverage, points[True].accuracy) == (0.75, pytest.approx(2 / 3))


class TestGroups:
    def test_all_and_every_language(self) -> None:
        masks = groups([example("a", "lv"), example("b", "bg"), example("c", "lv")])
        assert list(masks) == ["all", "lang:bg", "lang:lv"]
        assert masks["lang:lv"].tolist() == [True, False, True]
        assert masks["all"].all()
