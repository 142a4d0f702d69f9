"""What others have published on the sets that the model is measured on, and how our figure is computed beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from classifiers.answers import Answers
from classifiers.dataset import Example
from classifiers.figures import Held
from classifiers.metrics import label_f1, macro_f1, tally
from classifiers.tasks import COMPLAINT


@dataclass(frozen=True, slots=True)
class Claim:
    """A published figure in percent, and whose it is."""

    value: float
    whose: str


@dataclass(frozen=True, slots=True)
class Published:
    """One set and head, the measure that its literature uses, what is published, and what keeps it from comparing.

    `measure`: `macro-F1` over the set's classes, `F1 of positive and negative` (their mean, neutral posts counting as
    errors only), or `macro-F1, mean over languages`.
    """

    name: str
    source: str
    head: str
    measure: str
    claims: tuple[Claim, ...]
    mind: str


MACRO = "macro-F1"
POLAR = "F1 of positive and negative"
OVER_LANGUAGES = "macro-F1, mean over languages"

_OTHER_ROWS = "published on other rows of the same set"

PUBLISHED = (
    Published(
        "Complaints on Twitter, English",
        "xci_acl2023",
        COMPLAINT,
        MACRO,
        (
            Claim(79, "Preoţiuc-Pietro et al., ACL 2019: logistic regression with distant supervision"),
            Claim(87, "Jin & Aletras, COLING 2020: transformers"),
            Claim(88.2, "Jin & Aletras, NAACL 2021: severity learnt beside"),
        ),
        "cross-validated there, so on other rows; English models alone",
    ),
    Published(
        "Severity of complaints, English",
        "xci_acl2023",
        "severity",
        MACRO,
        (Claim(55.7, "Jin & Aletras, NAACL 2021"),),
        "cross-validated there, so on other rows",
    ),
    Published("Complaints to brands, English", "rigaut_brand_complaints", COMPLAINT, MACRO, (), "none known"),
    Published(
        "UMSAB, eight languages",
        "umsab",
        "sentiment",
        OVER_LANGUAGES,
        (
            Claim(51.0, "fastText, in Barbieri et al., LREC 2022"),
            Claim(64.8, "XLM-R, in Barbieri et al., LREC 2022"),
            Claim(69.4, "XLM-T, all languages at once, Barbieri et al., LREC 2022"),
        ),
        _OTHER_ROWS + " (its test split)",
    ),
    Published("Tweets about food, Latvian", "lv_ltec", "sentiment", MACRO, (), "none known in macro-F1"),
    Published(
        "SentiRuEval-2016, Russian",
        "sentirueval2016",
        "sentiment",
        POLAR,
        (
            Claim(55.2, "best of the competition, banks (Lukashevich & Rubtsova 2016)"),
            Claim(55.9, "best of the competition, telecoms (Lukashevich & Rubtsova 2016)"),
            Claim(65.9, "RuBERT, banks"),
            Claim(66.4, "RuBERT, telecoms"),
        ),
        _OTHER_ROWS + " (its test split, later months); banks and telecoms together here",
    ),
    Published(
        "SemEval 2013 to 2016, English",
        "semeval2013_2016_en",
        "sentiment",
        MACRO,
        (
            Claim(62.9, "SVM, in TweetEval (Barbieri et al. 2020)"),
            Claim(71.3, "RoBERTa-base, in TweetEval (Barbieri et al. 2020)"),
            Claim(73.4, "BERTweet, on the board of TweetEval"),
            Claim(73.7, "TimeLMs (Loureiro et al. 2022)"),
        ),
        "published as macro-recall on the test split of SemEval-2017, which is another measure on other rows",
    ),
    Published("Comments on films, Bulgarian", "bg_cinexio", "sentiment", MACRO, (), "none known in macro-F1"),
    Published("OpenSentiment, Russian", "ru_opensentiment", "sentiment", MACRO, (), "none known"),
)


def held(examples: Sequence[Example], ours: Sequence[Answers], tfidf: Sequence[Answers] = ()) -> tuple[Held, ...]:
    """Our figure, and TF-IDF's where it was run, for every row of PUBLISHED whose set was measured."""
    mine, theirs = _by_task(ours), _by_task(tfidf)
    rows = []
    for one in PUBLISHED:
        given = mine.get((one.source, one.head))
        other = theirs.get((one.source, one.head))
        if given is not None:
            simple = measured_as(one.measure, other, examples) if other is not None else None
            rows.append(Held(one.name, len(given.rows), measured_as(one.measure, given, examples), simple))
    return tuple(rows)


def measured_as(measure: str, given: Answers, examples: Sequence[Example]) -> float:
    """The answers in the measure of the literature, 0 to 1. ValueError for a measure that is none of the three."""
    if measure == MACRO:
        return float(macro_f1(tally(given.truth, given.said)))
    if measure == POLAR:
        polar = [given.task.names.index(label) for label in ("positive", "negative")]
        return float(label_f1(tally(given.truth, given.said))[polar].mean())
    if measure == OVER_LANGUAGES:
        langs = np.array([examples[row].lang for row in given.rows])
        own = [langs == lang for lang in sorted(set(langs.tolist()))]
        return float(np.mean([macro_f1(tally(given.truth[rows], given.said[rows])) for rows in own]))
    raise ValueError(f"no such measure: {measure!r}; there are {MACRO}, {POLAR} and {OVER_LANGUAGES}")


def _by_task(given: Sequence[Answers]) -> Mapping[tuple[str, str], Answers]:
    return {(one.task.source, one.task.head): one for one in given}
