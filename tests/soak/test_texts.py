"""Two thousand odd texts through the shipped classifier, and that the trial notices what it is there for."""

import dataclasses
import math
from collections.abc import Sequence
from itertools import islice

import pytest

from classifiers.contract import Assessment, Kind, Text
from classifiers.load import load
from tests.soak.texts import KINDS, Found, faults, odd_texts, trial


def quiet(_: str) -> None:
    """The suite needs no progress."""


@pytest.fixture(scope="module")
def verdict() -> Assessment:
    return load(threads=1).classify([Text("my order is late")])[0]


@pytest.mark.slow
def test_no_odd_text_raises_or_gets_a_verdict_that_is_none() -> None:
    found = trial(load(threads=1), 2_000, seed=7, told=quiet)
    assert found.clean, str(found)
    assert sum(found.tried.values()) == 2_000
    assert set(found.tried) == {maker.__name__ for maker, _ in KINDS}


def test_the_same_seed_gives_the_same_texts() -> None:
    assert list(islice(odd_texts(3), 50)) == list(islice(odd_texts(3), 50))


def test_lone_surrogates_control_characters_and_every_plane_occur() -> None:
    seen = {letter for _, text in islice(odd_texts(3), 400) for letter in text.text}
    assert any("\ud800" <= letter <= "\udfff" for letter in seen)
    assert "\x00" in seen
    assert {ord(letter) >> 16 for letter in seen} >= {0, 1, 2, 14, 15, 16}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"escalation": math.nan}, "escalation"),
        ({"escalation": 1.5}, "escalation"),
        ({"kind": dict.fromkeys(Kind, 0.5)}, "kind sums to 2.0"),
        ({"kind": dict.fromkeys(Kind, math.nan)}, "kind holds"),
        ({"abstained": True, "abstain_reason": None}, "without a reason"),
    ],
)
def test_a_wrong_verdict_is_noticed(verdict: Assessment, change: dict[str, object], fault: str) -> None:
    assert faults(verdict) == []
    assert fault in " ".join(faults(dataclasses.replace(verdict, **change)))  # type: ignore[arg-type]


class Breaks:
    """Raises over a batch that holds `on`; with `forgets`, gives one verdict too few."""

    name = "breaks-1"

    def __init__(self, verdict: Assessment, *, on: str | None = "\x00", forgets: bool = False) -> None:
        self.verdict = verdict
        self.on = on
        self.forgets = forgets

    def classify(self, texts: Sequence[Text]) -> list[Assessment]:
        if self.on and any(self.on in text.text for text in texts):
            raise ValueError("NUL")
        return [self.verdict] * (len(texts) - self.forgets)


def test_each_text_that_raises_is_named_alone(verdict: Assessment) -> None:
    found = trial(Breaks(verdict), 300, seed=2, told=quiet)
    culprits = sum("\x00" in text.text for _, text in islice(odd_texts(2), 300))
    assert 0 < culprits == len(found.raised)
    assert not found.clean
    assert "NUL" in str(found)


def test_a_lost_verdict_is_noticed(verdict: Assessment) -> None:
    found = trial(Breaks(verdict, on=None, forgets=True), 100, seed=2, told=quiet)
    assert found.wrong == ["number 0 and on: 99 verdicts for 100 texts"]


def test_nothing_tried_is_clean_and_has_no_rate() -> None:
    assert Found().clean
    assert "0 texts" in str(Found())
