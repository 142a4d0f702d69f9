"""Words of Bulgarian, Latvian and Russian with the English that they mean, written by hand for this project.

`glossary/<lang>.tsv` holds a form a line, as people type it, and one to three meanings, the usual one first:

    nestrādā<TAB>doesn't work / is not working

    python -m classifiers.glossary      counts the entries anew in glossary/README.md
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path

LANGUAGES = ("bg", "lv", "ru")
FOLDER = Path(str(resources.files("classifiers"))) / "glossary"
BETWEEN = " / "

MOST_MEANINGS = 3

_NAMES = {"bg": "Bulgarian", "lv": "Latvian", "ru": "Russian"}
_COUNTED = re.compile(r"(?:^\| (?:[A-Z]\w+ `\w+\.tsv`|all) \|.*\n)+", re.MULTILINE)


@dataclass(frozen=True)
class Glossary:
    """`entries` are the meanings of each form of one language, the usual meaning first."""

    lang: str
    entries: Mapping[str, tuple[str, ...]]

    def pairs(self) -> Iterator[tuple[str, str, float]]:
        """(English meaning, form, weight): the usual meaning weighs 1, the second 1/2, the third 1/3."""
        for form, meanings in self.entries.items():
            for place, meaning in enumerate(meanings, start=1):
                yield meaning, form, 1.0 / place

    @cached_property
    def forms(self) -> Mapping[str, Mapping[str, float]]:
        """The other way round: the forms that may stand for an English word or phrase in small letters, weighed."""
        found: dict[str, dict[str, float]] = {}
        for meaning, form, weight in self.pairs():
            weights = found.setdefault(meaning.lower(), {})
            weights[form] = max(weight, weights.get(form, 0.0))
        return found


def read_glossary(lang: str, folder: Path = FOLDER) -> Glossary:
    """The glossary of one of `LANGUAGES`.

    FileNotFoundError where there is none for a language, ValueError for a line that is no entry.
    """
    path = folder / f"{lang}.tsv"
    entries: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        form, tab, said = line.partition("\t")
        meanings = tuple(said.split(BETWEEN))
        if not (form and tab and all(meanings)) or "\t" in said or len(meanings) > MOST_MEANINGS:
            raise ValueError(f"{path}, line {number}: expected a form, a tab and 1 to {MOST_MEANINGS} meanings")
        if form in entries:
            raise ValueError(f"{path}, line {number}: {form!r} is there already; join the two lines")
        entries[form] = meanings
    return Glossary(lang, entries)


def counted(card: str, folder: Path = FOLDER) -> str:
    """The text of a data card with the rows of its table counted anew. ValueError where it has no such table."""
    rows, forms, meanings = [], 0, 0
    for lang in LANGUAGES:
        glossary = read_glossary(lang, folder)
        said = sum(map(len, glossary.entries.values()))
        rows.append(f"| {_NAMES[lang]} `{lang}.tsv` | {len(glossary.entries):,} | {said:,} |\n")
        forms, meanings = forms + len(glossary.entries), meanings + said
    rows.append(f"| all | {forms:,} | {meanings:,} |\n")
    written, places = _COUNTED.subn("".join(rows), card)
    if places != 1:
        raise ValueError("the card needs one table with a row for every language and one for all")
    return written


def main(folder: Path = FOLDER) -> int:
    """Count the entries anew in the folder's README.md; 0 when it is written."""
    card = folder / "README.md"
    card.write_text(counted(card.read_text(encoding="utf-8"), folder), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
