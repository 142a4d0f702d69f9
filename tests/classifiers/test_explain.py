"""Which words carried a verdict: checked against a classifier whose every word has a known vote."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.contract import (
    Assessment,
    Cause,
    Churn,
    Classifier,
    Kind,
    Sentiment,
    Severity,
    Stage,
    Text,
    Threat,
)
from classifiers.explain import ROWS, Explanation, as_dict, asserted, explain
from classifiers.load import load

Votes = Mapping[StrEnum, Mapping[str, float]]


class Voting:
    """Says of a label the log-odds that the words of the text vote for it, `start` without any of them."""

    name = "voting-1"

    def __init__(self, votes: Votes, start: float = -1.0) -> None:
        self._votes, self._start = votes, start
        self.calls: list[list[str]] = []

    def classify(self, texts: Sequence[Text]) -> list[Assessment]:
        self.calls.append([text.text for text in texts])
        return [self._one(text) for text in texts]

    @property
    def rows(self) -> int:
        return sum(len(call) for call in self.calls)

    def _one(self, text: Text) -> Assessment:
        def p(label: StrEnum) -> float:
            votes = self._votes.get(label, {})
            return sigmoid(self._start + sum(vote * text.text.count(word) for word, vote in votes.items()))

        return Assessment(
            model=self.name,
            lang=text.lang or "und",
            kind=self._chosen(Kind, Kind.COMPLAINT, p),
            sentiment=self._chosen(Sentiment, Sentiment.NEGATIVE, p),
            severity=self._chosen(Severity, Severity.BLAME, p),
            causes={cause: p(cause) for cause in Cause},
            stage=self._chosen(Stage, Stage.SUPPORT, p),
            churn=self._chosen(Churn, Churn.DECIDED, p),
            threats={threat: p(threat) for threat in Threat},
            escalation=0.25,
            escalation_parts={"base": -2.0, "legal": 0.90139},
        )

    @staticmethod
    def _chosen(labels: type, label: StrEnum, p) -> dict:  # type: ignore[no-untyped-def, type-arg]
        rest = [other for other in labels if other is not label]
        return {label: p(label), **dict.fromkeys(rest, (1 - p(label)) / len(rest))}


def sigmoid(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


COMPLAINT: Votes = {Kind.COMPLAINT: {"late": 1.5, "never": 2.5, "thanks": -1.0}}


def weights(explanation: Explanation, place: int = 0) -> dict[str, float]:
    words = explanation.labels[place].words
    return {explanation.text[word.start : word.end]: round(word.weight, 3) for word in words}


class TestWeights:
    def test_a_word_weighs_what_the_log_odds_lose_without_it(self) -> None:
        told = explain(Voting(COMPLAINT), "so late, never came, thanks")
        assert weights(told) == {"never": 2.5, "late": 1.5, "so": 0, "came": 0, "thanks": -1.0}

    def test_the_strongest_comes_first_and_equals_keep_the_order_of_the_text(self) -> None:
        told = explain(Voting(COMPLAINT), "so late, never came, thanks")
        assert list(weights(told)) == ["never", "late", "so", "came", "thanks"]

    def test_labels_that_are_nearly_sure_still_have_weights(self) -> None:
        told = explain(Voting({Kind.COMPLAINT: {"late": 6.0}}), "late late late")
        assert told.labels[0].probability > 0.9999999
        assert all(5 < word.weight <= 6 for word in told.labels[0].words)

    def test_a_word_that_occurs_twice_is_weighed_at_each_place(self) -> None:
        told = explain(Voting({Kind.COMPLAINT: {"late": 1.0}}), "late and late")
        found = [(word.start, round(word.weight, 3)) for word in told.labels[0].words]
        assert found == [(0, 1.0), (9, 1.0), (5, 0)]

    def test_one_call_is_enough_for_a_post(self) -> None:
        classifier = Voting(COMPLAINT)
        explain(classifier, "never came", "en")
        assert classifier.calls == [["never came", " came", "never "]]

    def test_the_hint_goes_with_every_variant(self) -> None:
        assert explain(Voting(COMPLAINT), "never", "lv").assessment.lang == "lv"

    def test_the_verdict_is_that_on_the_whole_text(self) -> None:
        classifier = Voting(COMPLAINT)
        told = explain(classifier, "never came")
        assert told.assessment == classifier.classify([Text("never came")])[0]


class TestLabels:
    def test_what_was_asserted_is_explained_in_order(self) -> None:
        votes: Votes = {
            label: {"never": 4.0}
            for label in (Kind.COMPLAINT, Severity.BLAME, Churn.DECIDED, Cause.DELIVERY, Threat.LEGAL)
        }
        told = explain(Voting(votes), "never again")
        found = [(carried.head, carried.label.value) for carried in told.labels]
        assert found == [
            ("kind", "complaint"),
            ("severity", "blame"),
            ("churn", "decided"),
            ("causes", "delivery"),
            ("threats", "legal"),
        ]
        assert all(carried.probability == pytest.approx(sigmoid(3.0)) for carried in told.labels)

    def test_what_was_not_asserted_is_left_out(self) -> None:
        told = explain(Voting({Churn.DECIDED: {}}, start=-5.0), "good morning")
        assert [carried.head for carried in told.labels] == ["kind"]

    def test_of_several_causes_the_most_probable_is_explained(self) -> None:
        votes: Votes = {Cause.DELIVERY: {"late": 3.0}, Cause.IGNORED: {"late": 5.0}}
        causes = [c.label for c in explain(Voting(votes), "late").labels if c.head == "causes"]
        assert causes == [Cause.IGNORED]

    def test_others_can_be_asked_about(self) -> None:
        told = explain(Voting({Threat.MEDIA: {"press": 0.5}}), "the press", labels=[Threat.MEDIA, Sentiment.NEGATIVE])
        assert [carried.label for carried in told.labels] == [Threat.MEDIA, Sentiment.NEGATIVE]
        assert weights(told)["press"] == 0.5

    def test_a_threshold_of_the_model_decides_what_was_asserted(self) -> None:
        [verdict] = Voting({Threat.LEGAL: {"sue": 0.5}}).classify([Text("sue")])
        assert Threat.LEGAL not in asserted(verdict)
        assert Threat.LEGAL in asserted(replace(verdict, thresholds={"threats.legal": 0.3}))


WORDS = [
    ("don't", ["don't"]),
    ("Nestrādā! Kāpēc?", ["Nestrādā", "Kāpēc"]),
    ("@acme #fail", ["@acme", "#fail"]),
    ("see https://x.co/a?b=1 now", ["see", "https://x.co/a?b=1", "now"]),
    ("came late.Never", ["came", "late", "Never"]),
    ("3.50 euro", ["3.50", "euro"]),
    ("la\u200bte", ["la\u200bte"]),
    ("кафе\u0301", ["кафе\u0301"]),
    ("😡😡 late 👍🏽", ["😡😡", "late", "👍🏽"]),
    ("👩\u200d👩\u200d👧", ["👩\u200d👩\u200d👧"]),
    ("❤️🇱🇻", ["❤️🇱🇻"]),
    ("東京都", ["東京", "都"]),
    ("ไม่ดี", ["ไม่", "ดี"]),
    ("... !!! —", []),
    ("", []),
    ("\ud83d \x00", []),
]


class TestWords:
    @pytest.mark.parametrize(("text", "expected"), WORDS, ids=range(len(WORDS)))
    def test_what_a_word_is(self, text: str, expected: list[str]) -> None:
        words = sorted(explain(Voting({}), text).labels[0].words, key=lambda word: word.start)
        assert [text[word.start : word.end] for word in words] == expected

    def test_places_are_those_of_the_text_as_it_was_given(self) -> None:
        text = "  &amp; \u200f@acme   NEVER &#33; never"
        told = explain(Voting(COMPLAINT), text)
        strongest = told.labels[0].words[0]
        assert text[strongest.start : strongest.end] == "never"
        assert strongest.start == text.index("never")


class TestLongTexts:
    def test_the_word_that_matters_is_found_among_thousands(self) -> None:
        classifier = Voting(COMPLAINT)
        text = "word " * 9_000 + "never " + "word " * 9_000
        told = explain(classifier, text)
        strongest = told.labels[0].words[0]
        assert (strongest.start, round(strongest.weight, 3)) == (text.index("never"), 2.5)
        assert classifier.rows <= ROWS + 1
        assert len(classifier.calls) == 3

    def test_several_are_found_in_different_places(self) -> None:
        text = "late " + "word " * 300 + "never " + "word " * 300
        strongest = list(weights(explain(Voting(COMPLAINT), text)).items())[:2]
        assert strongest == [("never", 2.5), ("late", 1.5)]

    def test_a_word_for_the_second_label_is_found_too(self) -> None:
        votes: Votes = {**COMPLAINT, Threat.LEGAL: {"lawyer": 6.0}}
        text = "never " + "word " * 400 + "lawyer " + "word " * 400
        told = explain(Voting(votes), text)
        threat = next(place for place, carried in enumerate(told.labels) if carried.head == "threats")
        assert next(iter(weights(told, threat))) == "lawyer"

    @pytest.mark.parametrize("words", [1, ROWS - 1, ROWS, 200, 5_000, 64_000])
    def test_the_budget_holds(self, words: int) -> None:
        classifier = Voting({})
        told = explain(classifier, "a " * words)
        assert classifier.rows <= ROWS + 1
        assert len(told.labels[0].words) >= min(words, ROWS // 4)

    def test_a_text_of_a_hundred_thousand_words_costs_little_more(self) -> None:
        classifier = Voting({})
        explain(classifier, "a " * 100_000)
        assert classifier.rows <= 2 * ROWS


@given(st.text(max_size=60) | st.text(alphabet="aя😡 \u200d\u0301@#'-.\ud800", max_size=60))
def test_any_text_is_explained_with_words_inside_it(text: str) -> None:
    told = explain(Voting(COMPLAINT), text)
    words = sorted(told.labels[0].words, key=lambda word: word.start)
    edges = [edge for word in words for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert all(0 <= word.start < word.end <= len(text) for word in words)
    assert explain(Voting(COMPLAINT), text) == told


def test_the_object_for_programs_says_it_all_in_plain_values() -> None:
    told = as_dict(explain(Voting(COMPLAINT), "never, thanks"))
    assert told["labels"][0] == {
        "head": "kind",
        "label": "complaint",
        "p": 0.6225,
        "words": [
            {"word": "never", "start": 0, "end": 5, "weight": 2.5},
            {"word": "thanks", "start": 7, "end": 13, "weight": -1.0},
        ],
    }
    assert told["escalation_parts"] == {"base": -2.0, "legal": 0.901}


class TestEngines:
    def test_both_engines_find_the_same_words(self, torch_classifier: Classifier, onnx_classifier: Classifier) -> None:
        text = "No answer to my mails for a month. My lawyer will write next."
        torch, onnx = (explain(each, text, "en") for each in (torch_classifier, onnx_classifier))
        assert [carried.label for carried in torch.labels] == [carried.label for carried in onnx.labels]
        for ours, theirs in zip(torch.labels, onnx.labels, strict=True):
            found = {word.start: word.weight for word in theirs.words}
            assert {word.start: word.weight for word in ours.words} == pytest.approx(found, abs=1.0)

    @pytest.mark.parametrize("text", ["", "🙂", "\ud800", "@@@", "x" * 100_000, "late " * 20_000], ids=range(6))
    def test_no_text_is_too_odd(self, torch_classifier: Classifier, text: str) -> None:
        assert explain(torch_classifier, text).labels[0].head == "kind"


# Written for this test, each with the words that carry its threat.
PLANTED = [
    ("en", "Still no refund after two months, my lawyer will contact you", "lawyer", Threat.LEGAL),
    ("en", "You double charged me and ignore my emails. See you in court.", "court", Threat.LEGAL),
    ("en", "If the parcel is not here tomorrow I will sue you", "sue", Threat.LEGAL),
    ("en", "Three weeks without internet, I am filing a complaint with the ombudsman", "ombudsman", Threat.REGULATOR),
    ("en", "This charger started smoking next to my child, it is a fire hazard", "fire", Threat.SAFETY),
    ("bg", "Вече два месеца чакам парите си, моят адвокат ще се свърже с вас", "адвокат", Threat.LEGAL),
    ("bg", "Не ми връщате парите, ще ви съдя", "съдя", Threat.LEGAL),
    ("bg", "Никой не отговаря, подавам жалба в КЗП", "КЗП|жалба", Threat.REGULATOR),
    ("bg", "Ако не решите проблема до петък, ще се видим в съда", "съда", Threat.LEGAL),
    ("bg", "Ще разкажа за вас на журналисти от телевизията", "журналисти", Threat.MEDIA),
    ("lv", "Naudu neatdodat jau divus mēnešus, mans jurists ar jums sazināsies", "jurists", Threat.LEGAL),
    ("lv", "Ja līdz piektdienai nebūs atbildes, tiksimies tiesā", "tiesā", Threat.LEGAL),
    ("lv", "Neviens neatbild, rakstu iesniegumu PTAC", "PTAC", Threat.REGULATOR),
    ("lv", "Mans advokāts jau gatavo prasību pret jums", "advokāts", Threat.LEGAL),
    ("lv", "Sūdzēšos patērētāju aizsardzības centram par jūsu rēķiniem", "patērētāju|aizsardzības", Threat.REGULATOR),
    ("ru", "Второй месяц не возвращаете деньги, с вами свяжется мой адвокат", "адвокат", Threat.LEGAL),
    ("ru", "Заказ так и не привезли, подаю на вас в суд", "суд", Threat.LEGAL),
    ("ru", "На звонки не отвечаете, пишу жалобу в Роспотребнадзор", "Роспотребнадзор", Threat.REGULATOR),
    ("ru", "Мой юрист уже готовит иск против вашей компании", "юрист|иск", Threat.LEGAL),
    ("ru", "Если не вернёте деньги, обращусь в прокуратуру", "прокуратуру", Threat.LEGAL),
]


def test_the_shipped_model_threatens_with_the_words_that_threaten() -> None:
    """In most posts a threatening word is among the three strongest."""
    classifier = load()
    found = 0
    for lang, text, planted, threat in PLANTED:
        strongest = explain(classifier, text, lang, labels=[threat]).labels[0].words[:3]
        found += any(word in text[place.start : place.end] for word in planted.split("|") for place in strongest)
    assert found >= 0.6 * len(PLANTED)
