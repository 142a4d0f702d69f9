"""The sentences of the page: gathered from its source, and merged into the catalogs of the languages.

`python -m tests.web.catalogs` writes `messages.pot` and every `messages.po` anew (`make catalogs`) and says what is
still to be translated. What is written depends on the sentences alone: no dates and no line numbers, sorted.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from babel.util import pathmatch

from monitor.web.languages import LANGUAGES, SOURCE

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "monitor" / "web" / "locale"
TEMPLATE = LOCALE / "messages.pot"
TRANSLATED = sorted(set(LANGUAGES) - {SOURCE})
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

KEYWORDS = {
    "_": None,
    "gettext": None,
    "N_": None,
    "text": None,  # Wording.text
    "ngettext": (1, 2),
    "plural": (1, 2),  # Wording.plural
    "NN_": (1, 2),
}
"""What marks a sentence: the names of the functions, and which of their arguments are one sentence in both numbers."""

_NOISE = re.compile(
    rb'^"(?:Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|'
    rb"Generated-By):.*\n",
    re.MULTILINE,
)
"""Headers that change by themselves, and those that say nothing."""

_HEAD = "# The sentences of the page, gathered by `make catalogs`. Translate them in the catalogs of the languages."


def po_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "messages.po"


def gathered() -> Catalog:
    """Every sentence that the source marks."""
    found = _catalog()
    for mapping in PROJECT["tool"]["babel"]["mappings"]:
        options = {name: str(value) for name, value in mapping.items() if name not in ("method", "pattern")}
        for file in _files(mapping["pattern"]):
            marked = extract_from_file(
                mapping["method"], file, keywords=KEYWORDS, options=options, strip_comment_tags=True
            )
            for _line, sentence, _comments, context in marked:
                found.add(sentence, context=context)
    return found


def _catalog(locale: str | None = None) -> Catalog:
    return Catalog(locale, header_comment=_HEAD, fuzzy=False)


def _files(pattern: str) -> Iterator[Path]:
    root = ROOT / pattern.partition("*")[0]
    files = [root] if root.is_file() else sorted(root.rglob("*.*"))
    return (file for file in files if pathmatch(pattern, file.relative_to(ROOT).as_posix()))


def kept(path: Path, locale: str | None = None) -> Catalog:
    """The catalog as it stands in the file; an empty one where there is none."""
    if not path.is_file():
        return _catalog(locale)
    with path.open("rb") as source:
        return read_po(source, locale=locale, abort_invalid=True)


def merged(language: str, sentences: Catalog) -> Catalog:
    """The catalog of the language with exactly these sentences, its translations kept, its head as it was."""
    catalog = kept(po_of(language), language)
    head = catalog.header_comment
    catalog.update(sentences, no_fuzzy_matching=True)
    catalog.header_comment = head
    catalog.obsolete.clear()
    return catalog


def written(catalog: Catalog) -> bytes:
    """The file of a catalog."""
    out = BytesIO()
    write_po(out, catalog, width=120, no_location=True, sort_output=True)
    return _NOISE.sub(b"", out.getvalue())


def sentences_of(catalog: Catalog) -> Iterator[Message]:
    """The messages of a catalog without the one that holds its headers."""
    return (message for message in catalog if message.id)


def english(message: Message) -> str:
    """The sentence in the words of the source; its plural where it has one."""
    return message.id[-1] if isinstance(message.id, list | tuple) else str(message.id)


def forms(message: Message) -> list[str]:
    """The translations: one, or one for each grammatical number."""
    return [message.string or ""] if isinstance(message.string, str | None) else [form or "" for form in message.string]


def untranslated(catalog: Catalog, sentences: Catalog) -> list[str]:
    """What of the sentences is missing, empty or only guessed in the catalog; of a plural every form must be there."""
    return [english(message) for message in sentences_of(sentences) if not _complete(catalog, message)]


def _complete(catalog: Catalog, message: Message) -> bool:
    found = catalog.get(message.id, message.context)
    if found is None or found.fuzzy or found.pluralizable != message.pluralizable:
        return False
    wanted = catalog.num_plurals if message.pluralizable else 1
    return len(forms(found)) == wanted and all(forms(found))


def main() -> None:
    sentences = gathered()
    LOCALE.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(written(sentences))
    for language in TRANSLATED:
        path = po_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(merged(language, sentences)))
        lacking = untranslated(kept(path, language), sentences)
        sys.stdout.write(f"{language}: {len(sentences)} sentences, {len(lacking)} to translate\n")
        sys.stdout.writelines(f"  {sentence}\n" for sentence in lacking)


if __name__ == "__main__":
    main()
