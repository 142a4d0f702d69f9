"""Which language a text is in: lingua over a short configured list, the platform's hint where the text is too short.

The list is a parameter because it costs memory (some 480 MB for the default sixteen; all 75 take 1.2 GB) and because
every language that cannot occur is only a chance of a mistake. It should still hold the likely languages that no model
here was trained on: a text can only be recognised as foreign if its language is on the list.
"""

from collections.abc import Sequence

from lingua import ConfidenceValue, IsoCode639_1, LanguageDetector, LanguageDetectorBuilder

from classifiers.preprocess import letters, words_only

UNKNOWN = "und"
"""The language of a text that nobody could name (ISO 639-2, undetermined)."""

DEFAULT_LANGUAGES = ("bg", "lv", "ru", "en", "de", "es", "fr", "pl", "tr", "uk", "pt", "it", "nl", "lt", "et", "ro")

_MIN_LETTERS = 20
_MIN_MARGIN = 0.15
_SURE_MARGIN = 0.5

# What platforms and data sets say, and what lingua and ISO 639-1 say. X uses the codes of 1989 and codes of its own.
_ALIASES = {"in": "id", "iw": "he", "ji": "yi", "nb": "no", "nn": "no", "sh": "sr", "fil": "tl"}
_TO_LINGUA = {"no": "nb"}
_NOT_LANGUAGES = frozenset({"und", "zxx", "qam", "qct", "qht", "qme", "qst", "art", "mul", "mis"})


def language_code(hint: str | None) -> str | None:
    """The platform's language hint as ISO 639-1 (`pt-BR` -> `pt`, `in` -> `id`); None where it names no language."""
    code = (hint or "").strip().lower().replace("_", "-").split("-")[0]
    if not 2 <= len(code) <= 3 or not code.isalpha() or code in _NOT_LANGUAGES:
        return None
    return _ALIASES.get(code, code)


class LanguageIdentifier:
    """Names the language of normalised texts; one instance may serve many threads.

    `languages` are ISO 639-1 codes, at least two, each known to lingua (else ValueError). A text under `min_letters`
    letters, or whose best two candidates lie less than `min_margin` (probability) apart, takes the hint instead; where
    there is a hint, the text overrules it only by a margin of `sure_margin`.
    """

    def __init__(
        self,
        languages: Sequence[str] = DEFAULT_LANGUAGES,
        *,
        min_letters: int = _MIN_LETTERS,
        min_margin: float = _MIN_MARGIN,
        sure_margin: float = _SURE_MARGIN,
    ) -> None:
        self.languages = tuple(languages)
        self._min_letters = min_letters
        self._min_margin = min_margin
        self._sure_margin = max(sure_margin, min_margin)
        self._detector = _detector(self.languages)

    def identify(self, texts: Sequence[str], hints: Sequence[str | None]) -> list[str]:
        """One ISO 639-1 code or `UNKNOWN` per text, in order; `hints` are the platform's, one per text or None."""
        hinted = [language_code(hint) for hint in hints]
        found = [hint or UNKNOWN for hint in hinted]
        long_enough = [i for i, text in enumerate(texts) if letters(text) >= self._min_letters]
        words = [words_only(texts[i]) for i in long_enough]
        confidences = self._detector.compute_language_confidence_values_in_parallel(words) if words else []
        for i, values in zip(long_enough, confidences, strict=True):
            found[i] = self._decide(values, hinted[i])
        return found

    def _decide(self, values: Sequence[ConfidenceValue], hint: str | None) -> str:
        best, second = values[0], values[1]
        if best.value - second.value < (self._sure_margin if hint else self._min_margin):
            return hint or UNKNOWN
        code = best.language.iso_code_639_1.name.lower()
        return _ALIASES.get(code, code)


def _detector(languages: Sequence[str]) -> LanguageDetector:
    codes = []
    for language in languages:
        code = getattr(IsoCode639_1, _TO_LINGUA.get(language, language).upper(), None)
        if not isinstance(code, IsoCode639_1):
            raise ValueError(f"language {language!r} is not one that lingua can recognise: use ISO 639-1 codes")
        codes.append(code)
    if len(set(languages)) < 2:
        raise ValueError("language identification needs at least two languages to choose between")
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()
