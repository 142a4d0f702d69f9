"""Everything that the page can refuse is refused in the language of the reader."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest

from monitor.domain.access import Denied
from monitor.domain.model import EventKind
from monitor.domain.search import SearchError, parse_search
from monitor.domain.undo import in_words
from monitor.errors import Conflict, MonitorError, NotAllowed, NotFound
from monitor.web.languages import catalog
from monitor.web.present import Wording
from monitor.web.refusals import SENTENCES, recognised, refusal
from monitor.web.story import DEEDS
from tests.make import make_event

ROOT = Path(__file__).parents[2] / "monitor"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

ONLY_FOR_PROGRAMS = {
    "services/labelling.py": "posts are labelled by number on the command line and through /api",
    "services/noting.py": "the idempotency keys of /api",
}
FILLED_IN = {
    "cases 7 and 7 are of two 7; only cases of one are merged": "cases 7 and 8 are of two brands; "
    "only cases of one are merged",
    "the view 7 is 7": "the view 'late' is ilze's",
}
"""What a place can hold where any number would not do."""

ANSWERED_OTHERWISE = {"StoreError", "ConfigError", "TemplateError", "CannotListen", "HalfFilled", "SearchError"}
"""Errors that stop the program, that the command line alone can see, or that are said in parts."""


BY_PEOPLE = {EventKind(name.replace(" ", "_")) for name in DEEDS}


def say(language: str) -> Wording:
    return Wording(NOW, language, catalog=catalog(language))


def raised() -> Iterator[tuple[str, str]]:
    """Where each error is raised with words, and those words with a number wherever something is filled in."""
    for folder in ("domain", "services", "store", "web"):
        for file in sorted((ROOT / folder).glob("*.py")):
            name = file.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
                    words = sentence(node.exc.args[0])
                    if words is not None and ast.unparse(node.exc.func) in kinds(name):
                        yield name, words


def sentence(node: ast.expr) -> str | None:
    match node:
        case ast.Constant(value=str(words)):
            return words
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts)
        case _:
            return None


def kinds(name: str) -> set[str]:
    """The errors that a module knows by name and that people see."""
    known = vars(import_module("monitor." + name.removesuffix(".py").replace("/", ".")))
    ours = {each for each, value in known.items() if isinstance(value, type) and issubclass(value, MonitorError)}
    return ours - ANSWERED_OTHERWISE


RAISED = sorted(set(raised()))


def test_the_source_is_really_read() -> None:
    assert len(RAISED) > 60
    assert ("domain/actions.py", "a note without words helps nobody") in RAISED
    assert ("domain/actions.py", "case 7 is 7; reopen it first") in RAISED


@pytest.mark.parametrize(("module", "words"), RAISED)
def test_every_refusal_is_known(module: str, words: str) -> None:
    if module not in ONLY_FOR_PROGRAMS:
        assert recognised(FILLED_IN.get(words, words)), f"{module}: add it to monitor/web/refusals.py"


@pytest.mark.parametrize("error", [Denied, Conflict, NotAllowed, NotFound, SearchError])
def test_what_an_error_says_by_itself_is_known(error: type[MonitorError]) -> None:
    assert str(error()) in SENTENCES


@pytest.mark.parametrize("module", ["services.access", "services.team", "services.tokens", "domain.access"])
def test_so_is_what_the_errors_of_access_say_by_themselves(module: str) -> None:
    found = [
        value
        for value in vars(import_module(f"monitor.{module}")).values()
        if isinstance(value, type) and issubclass(value, MonitorError) and value is not MonitorError
    ]
    assert found
    for error in found:
        words = (error.__doc__ or "").strip()
        assert recognised(words), error.__name__


SEARCHES = (
    *("lnag:lv", "cause:foo", "is:", "risk:9", "- x", '"abc', "followers:x", "lang:lv lang:ru", "lang:>x", "opened:5"),
    *("from:", "...", "x" * 1001, "a " * 31, "severity:blam", "lang:en,", "assignee:", "zzz:1", "status:opn"),
)


@pytest.mark.parametrize("language", ["bg", "ru"])
@pytest.mark.parametrize("text", SEARCHES)
def test_a_wrong_search_is_explained_in_the_language(text: str, language: str) -> None:
    with pytest.raises(SearchError) as error:
        parse_search(" ".join(f"a{n}" for n in range(31)) if text == "a " * 31 else text)

    said = refusal(str(error.value), say(language))

    assert said != str(error.value)
    for english in ("character", "there", "write", "what?", "mean", "never", "take", "quote", "term", "alone"):
        assert english not in re.split(r"[^a-z?]+", said)


@pytest.mark.parametrize(
    ("sentence", "language", "said"),
    [
        ("case 4 is resolved; reopen it first", "ru", "обращение № 4 уже закрыто (решено); сначала откройте его снова"),
        (
            "ilze snoozed it on 2026-03-02 08:30 UTC; take that back first",
            "bg",
            "ilze го отложи (08:30); първо отменете това",
        ),
        (
            "cannot snooze until 2026-03-01T10:00:00+00:00: that is over already",
            "lv",
            "nevar atlikt līdz 1. marts, 10:00: tas jau ir pagājis",
        ),
        (
            "5000.00 EUR in one case is above the authority of ilze; ask somebody with a higher limit",
            "lv",
            "5\xa0000,00 EUR vienā lietā pārsniedz pilnvaras (ilze); vērsieties pie kolēģa ar augstāku limitu",
        ),
        (
            '"ten" is not an amount in EUR: write for example 12.50',
            "bg",
            '"ten" не е сума в EUR: напишете например 12,50',
        ),
        ("There were 1,200 cases and now there are 7; look again.", "lv", None),
        ("only what is granted can be paid, and this is requested", "bg", None),
        ("the case has changed since: its snoozed until is another by now", "ru", None),
    ],
)
def test_what_stands_in_its_places_is_said_too(sentence: str, language: str, said: str | None) -> None:
    told = refusal(sentence, say(language))
    assert told == said if said is not None else told != sentence
    assert "%(" not in told


@pytest.mark.parametrize("kind", sorted(BY_PEOPLE - {EventKind.UNDONE}))
def test_what_a_colleague_did_since_is_said(kind: EventKind) -> None:
    deed = in_words(make_event(kind=kind, actor="ilze"))
    told = refusal(f"ilze {deed} on 2026-03-02 08:30 UTC; take that back first", say("ru"))
    assert re.findall(r"[A-Za-z]+", told) == ["ilze"]


@pytest.mark.parametrize("words", ["", "case", "Something else entirely.", "%(name)s", "случай № 4"])
def test_words_of_another_making_are_left_as_they_are(words: str) -> None:
    assert refusal(words, say("lv")) == words


def test_in_english_a_refusal_stays_what_it_was() -> None:
    for words in ("case 4 cannot be merged into itself", *SENTENCES):
        assert refusal(words, say("en")) == words


def test_no_sentence_would_break_a_translation() -> None:
    """A per cent sign would be read as a place to fill in."""
    assert not any("%" in sentence for sentence in SENTENCES)
