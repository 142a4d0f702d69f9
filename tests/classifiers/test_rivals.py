"""Two models on the same rows: chance is told from loss, in every head and language."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from classifiers.contract import Assessment, Cause, Kind
from classifiers.dataset import Example
from classifiers.metrics import interval_of_difference, macro_f1
from classifiers.rivals import ALL, COMPLAINT, Comparison, Outcome, compare
from classifiers.sets import Target
from tests.fakes import spread
from tests.make import make_assessment

KINDS = list(Kind)


def rows(n: int, lang: str = "en", *, causes: bool = False) -> list[Example]:
    """Rows of every kind in turn; with `causes` about delivery where they are complaints."""
    made = []
    for number in range(n):
        kind = KINDS[number % 4]
        targets = {"kind": Target(frozenset({kind.value}))}
        if causes:
            yes = frozenset({"delivery"} if kind is Kind.COMPLAINT else ())
            targets["causes"] = Target(yes, frozenset(cause.value for cause in Cause) - yes)
        made.append(Example(f"{lang} {number}", lang, "corpus_en", "test", targets))
    return made


def said(examples: Sequence[Example], right: float, seed: int = 1) -> list[Assessment]:
    """Verdicts of a model whose kind is right with the probability `right`, and which names no cause."""
    picker = random.Random(seed)
    made = []
    for example in examples:
        (truth,) = example.targets["kind"].yes
        kind = Kind(truth) if picker.random() < right else picker.choice([k for k in KINDS if k != truth])
        made.append(make_assessment(kind=spread(Kind, kind), causes=dict.fromkeys(Cause, 0.01)))
    return made


def cell(found: Sequence[Comparison], head: str, lang: str = ALL) -> Comparison:
    return next(one for one in found if (one.head, one.lang) == (head, lang))


def test_the_same_verdicts_are_even_everywhere() -> None:
    examples = rows(80)

    found = compare(examples, said(examples, 0.7), said(examples, 0.7))

    assert {(one.difference, one.low, one.high, one.outcome) for one in found} == {(0.0, 0.0, 0.0, Outcome.EVEN)}


def test_a_clear_loss_is_a_loss_and_the_other_way_round_a_gain() -> None:
    examples = rows(200)
    good, bad = said(examples, 0.95), said(examples, 0.4)

    lost, won = compare(examples, good, bad), compare(examples, bad, good)

    assert {one.outcome for one in lost} == {Outcome.LOSS}
    assert {one.outcome for one in won} == {Outcome.GAIN}
    assert cell(lost, "kind").difference == pytest.approx(-cell(won, "kind").difference)
    assert (cell(lost, "kind").low, cell(lost, "kind").high) == pytest.approx(
        (-cell(won, "kind").high, -cell(won, "kind").low)
    )


def test_a_small_slip_is_within_chance() -> None:
    examples = rows(60)
    worse = said(examples, 1.0)
    worse[0] = make_assessment(kind=spread(Kind, Kind.OTHER))

    found = compare(examples, said(examples, 1.0), worse)

    assert cell(found, "kind").difference < 0
    assert cell(found, "kind").outcome is Outcome.EVEN


def test_a_language_that_loses_is_found_although_the_whole_gains() -> None:
    english, latvian = rows(400), rows(80, "lv")
    examples = [*english, *latvian]
    champion = [*said(english, 0.5), *said(latvian, 0.9)]
    challenger = [*said(english, 0.9), *said(latvian, 0.4)]

    found = compare(examples, champion, challenger)

    assert cell(found, ALL).outcome is Outcome.GAIN
    assert cell(found, ALL, "lv").outcome is Outcome.LOSS
    assert cell(found, ALL, "en").outcome is Outcome.GAIN


def test_a_head_that_loses_is_found_although_the_others_gain() -> None:
    examples = rows(200, causes=True)
    champion = [
        replace(verdict, causes=dict.fromkeys(Cause, 0.01) | {Cause.DELIVERY: 0.99 * (KINDS[n % 4] is Kind.COMPLAINT)})
        for n, verdict in enumerate(said(examples, 0.5))
    ]

    found = compare(examples, champion, said(examples, 0.95))

    assert cell(found, "kind").outcome is Outcome.GAIN
    assert cell(found, "causes").outcome is Outcome.LOSS
    assert (cell(found, "causes").champion, cell(found, "causes").challenger) == (1.0, 0.0)


def test_the_interval_over_all_is_that_of_the_paired_bootstrap() -> None:
    examples = rows(120)
    champion, challenger = said(examples, 0.8), said(examples, 0.7, seed=2)
    import numpy as np

    def table(verdicts: Sequence[Assessment]) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
        return np.array([[verdict.kind_label is kind for kind in KINDS] for verdict in verdicts])

    truth = np.array([[example.targets["kind"].yes == {kind.value} for kind in KINDS] for example in examples])
    known = interval_of_difference(truth, table(champion), table(challenger), macro_f1)

    mine = cell(compare(examples, champion, challenger), "kind")

    assert (mine.low, mine.high) == pytest.approx((known.low, known.high), abs=0.02)


def test_a_cell_needs_more_than_a_head_or_a_language_to_be_lost() -> None:
    examples = [*rows(60), *rows(60, "lv"), *rows(60, "bg")]
    champion, challenger = said(examples, 0.85), said(examples, 0.7, seed=2)

    found = compare(examples, champion, challenger)
    alone = compare(examples[:60], champion[:60], challenger[:60])

    assert cell(found, "kind", "en").high > cell(alone, "kind").high
    assert cell(found, "kind", "en").low < cell(alone, "kind").low


def test_a_single_post_is_never_a_loss_beyond_chance() -> None:
    examples = rows(40)
    one = frozenset({"delivery"})
    others = frozenset(cause.value for cause in Cause)
    examples = [
        replace(row, targets=row.targets | {"causes": Target(one if n == 0 else frozenset(), others - one)})
        if n == 0
        else replace(row, targets=row.targets | {"causes": Target(frozenset(), others)})
        for n, row in enumerate(examples)
    ]
    blind = said(examples, 1.0)
    seeing = [
        replace(verdict, causes=verdict.causes | {Cause.DELIVERY: 0.9}) if n == 0 else verdict
        for n, verdict in enumerate(blind)
    ]

    found = cell(compare(examples, seeing, blind), "causes")

    assert (found.champion, found.challenger) == (1.0, 0.0)
    assert found.outcome is Outcome.EVEN


def test_fewer_than_ten_rows_say_nothing() -> None:
    examples = [*rows(40), *rows(9, "lv")]

    found = compare(examples, said(examples, 0.5), said(examples, 0.5))

    assert {one.lang for one in found} == {ALL, "en"}
    assert cell(found, "kind").n == 49
    assert compare([], [], []) == []


def test_a_head_without_anything_to_find_says_nothing() -> None:
    nothing = Target(frozenset(), frozenset(cause.value for cause in Cause))
    examples = [replace(row, targets=row.targets | {"causes": nothing}) for row in rows(40)]

    found = compare(examples, said(examples, 1.0), said(examples, 0.5))

    assert {one.head for one in found} == {ALL, COMPLAINT, "kind"}


def test_only_rows_that_tell_a_head_are_counted_in_it() -> None:
    vague = Target(frozenset({"question", "praise", "other"}))
    unknown = Target(frozenset({"complaint", "question"}))
    examples = rows(40)
    examples += [Example(f"v {n}", "en", "reviews", "dev", {"kind": vague}) for n in range(5)]
    examples += [Example(f"u {n}", "en", "reviews", "dev", {"kind": unknown}) for n in range(5)]
    verdicts = [make_assessment()] * 50

    found = compare(examples, verdicts, verdicts)

    assert (cell(found, "kind").n, cell(found, COMPLAINT).n) == (40, 45)


def test_a_complaint_and_a_cause_are_said_from_the_models_own_thresholds_on() -> None:
    examples = rows(40, causes=True)
    shy = [
        replace(verdict, kind={**spread(Kind, Kind.OTHER, 0.6), Kind.COMPLAINT: 0.3} if n % 4 == 0 else verdict.kind)
        for n, verdict in enumerate(said(examples, 1.0))
    ]
    bold = [replace(verdict, thresholds={"kind": 0.25, "causes.delivery": 0.005}) for verdict in shy]

    found = compare(examples, shy, bold)

    assert cell(found, COMPLAINT).challenger == 1.0
    assert cell(found, COMPLAINT).champion < 1.0
    assert cell(found, "causes").challenger > cell(found, "causes").champion == 0.0


def test_the_figures_are_the_same_each_time() -> None:
    examples = rows(60)
    champion, challenger = said(examples, 0.8), said(examples, 0.7, seed=2)

    assert compare(examples, champion, challenger) == compare(examples, champion, challenger)
