"""Which language a text is in: by script and letter n-grams, by the platform's hint where the text is too short.

The languages to choose from are a parameter, because every one that cannot occur is only a chance of a mistake. They
should still hold the likely ones that no model here was trained on: a text can only be recognised as foreign if its
language is among them.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers import language_table
from classifiers.language_table import Scorer, Table
from classifiers.ngrams import words
from classifiers.preprocess import letters, words_only
from classifiers.script import OWN, Script, scripts

UNKNOWN = "und"
"""The language of a text that nobody could name (ISO 639-2, undetermined)."""

DEFAULT_LANGUAGES = (
    "ar", "be", "bg", "bs", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "hy",
    "id", "it", "ja", "ka", "ko", "lt", "lv", "mk", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv",
    "th", "tr", "uk", "zh",
)  # fmt: skip
"""All that can be told apart."""

_CYRILLIC = frozenset({"be", "bg", "mk", "ru", "sr", "uk"})
_ARABIC = frozenset({"ar", "fa"})
_ONE_WITH_MANY_NAMES = (frozenset({"bs", "hr", "sr"}),)
"""A choice within such a group is no doubt about what the text says."""

_MIN_LETTERS = 12
_MIN_MARGIN = 0.15
_SURE_MARGIN = 0.5

# What platforms and data sets say, and what ISO 639-1 says. X uses the codes of 1989 and codes of its own.
_ALIASES = {"in": "id", "iw": "he", "ji": "yi", "nb": "no", "nn": "no", "sh": "sr", "fil": "tl"}
_NOT_LANGUAGES = frozenset({"und", "zxx", "qam", "qct", "qht", "qme", "qst", "art", "mul", "mis"})


def language_code(hint: str | None) -> str | None:
    """The platform's language hint as ISO 639-1 (`pt-BR` -> `pt`, `in` -> `id`); None where it names no language."""
    code = (hint or "").strip().lower().replace("_", "-").split("-")[0]
    if not 2 <= len(code) <= 3 or not code.isalpha() or code in _NOT_LANGUAGES:
        return None
    return _ALIASES.get(code, code)


class LanguageIdentifier:
    """Names the language of normalised texts; one instance may serve many threads.

    `languages` are ISO 639-1 codes, at least two, each in the `table` (None: the shipped one) or one with a script of
    its own (else ValueError). A text under `min_letters` letters, or whose best two candidates lie less than
    `min_margin` (probability) apart, takes the hint instead; where there is a hint, the text overrules it only by a
    margin of `sure_margin`.
    """

    def __init__(
        self,
        languages: Sequence[str] = DEFAULT_LANGUAGES,
        *,
        min_letters: int = _MIN_LETTERS,
        min_margin: float = _MIN_MARGIN,
        sure_margin: float = _SURE_MARGIN,
        table: Table | None = None,
    ) -> None:
        self.languages = tuple(languages)
        self._min_letters = min_letters
        self._min_margin = min_margin
        self._sure_margin = max(sure_margin, min_margin)
        self._scorer = Scorer(table or language_table.read())
        _check(self.languages, self._scorer.languages)
        self._candidates = {script: self._possible(script) for script in Script}
        self._rivals = _rivals(self._scorer.languages)

    def identify(self, texts: Sequence[str], hints: Sequence[str | None]) -> list[str]:
        """One ISO 639-1 code or `UNKNOWN` per text, in order; `hints` are the platform's, one per text or None."""
        hinted = [language_code(hint) for hint in hints]
        found = [hint or UNKNOWN for hint in hinted]
        long_enough = [i for i, text in enumerate(texts) if letters(text) >= self._min_letters]
        cleaned = [words(words_only(texts[i])) for i in long_enough]
        for i, (code, margin) in zip(long_enough, self._best(cleaned), strict=True):
            if code and margin >= (self._sure_margin if hinted[i] else self._min_margin):
                found[i] = code
        return found

    def _best(self, cleaned: Sequence[str]) -> list[tuple[str | None, float]]:
        """The likeliest language of each text, and by how much (probability) it leads."""
        written = scripts(cleaned)
        best: list[tuple[str | None, float]] = [self._by_script(script) for script in written]
        open_ones = [i for i, script in enumerate(written) if self._candidates[script].any()]
        logits = self._scorer.logits([cleaned[i] for i in open_ones])
        for i, row in zip(open_ones, logits, strict=True):
            best[i] = self._leader(np.where(self._candidates[written[i]], row, -np.inf))
        return best

    def _by_script(self, script: Script) -> tuple[str | None, float]:
        code = OWN.get(script)
        return (code, 1.0) if code in self.languages else (None, 0.0)

    def _leader(self, logits: NDArray[np.float32]) -> tuple[str, float]:
        first = int(logits.argmax())
        weights = np.exp(logits - logits[first])
        margin = (1.0 - weights[self._rivals[first]].max(initial=0.0)) / weights.sum()
        return self._scorer.languages[first], float(margin)

    def _possible(self, script: Script) -> NDArray[np.bool_]:
        """Which of the table's languages may be meant by a text in this script.

        Latin letters write all but the Arabic ones: who has no Cyrillic keyboard transliterates.
        """
        known = self._scorer.languages
        kinds = {Script.CYRILLIC: _CYRILLIC, Script.ARABIC: _ARABIC, Script.LATIN: frozenset(known) - _ARABIC}
        return np.array([code in kinds.get(script, ()) and code in self.languages for code in known], dtype=np.bool_)


def _check(languages: Sequence[str], in_table: Sequence[str]) -> None:
    known = sorted({*in_table, *OWN.values()})
    for code in languages:
        if code not in known:
            raise ValueError(f"language {code!r} is not one that can be recognised: choose from {', '.join(known)}")
    if len(set(languages)) < 2:
        raise ValueError("language identification needs at least two languages to choose between")


def _rivals(languages: Sequence[str]) -> NDArray[np.bool_]:
    """(languages, languages): whether the second being nearly as likely makes the first doubtful."""

    def same(one: str, other: str) -> bool:
        return one == other or any({one, other} <= group for group in _ONE_WITH_MANY_NAMES)

    return np.array([[not same(one, other) for other in languages] for one in languages], dtype=np.bool_)
