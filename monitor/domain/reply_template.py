"""Templates: replies with blanks, so that nothing canned can be sent half-filled.

`{{customer}}` is filled from the case, `{{customer|there}}` with a word in its place where the case knows none, and
`{{?issue}}` is a blank that a person must fill each time. A template with actions is a macro.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum

from monitor.errors import MonitorError

VARIABLES: Mapping[str, str] = {
    "customer": "the customer's name as the account shows it",
    "handle": "the customer's handle, without @",
    "brand": "the brand as people write it",
    "agent": "who writes, by the name shown to customers",
    "case": "the number of the case",
}
"""What a case can fill in, and what each means."""

LONGEST_BLANK = 80
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_BLANK = re.compile(r"\{\{\s*(\??)\s*([^{}|]*?)\s*(?:\|([^{}]*))?\}\}")
_LOOSE = re.compile(r"\{\{|\}\}")


class TemplateError(MonitorError):
    """The template cannot be kept like that."""


class HalfFilled(MonitorError):
    """Something in the template is still to be filled in."""

    def __init__(self, blanks: Sequence[str]) -> None:
        self.blanks = tuple(blanks)
        super().__init__(f"still to be filled in: {', '.join(blanks)}")


class Then(StrEnum):
    """What a macro does to the status of its case."""

    NOTHING = "nothing"
    RESOLVE = "resolve"
    SNOOZE = "snooze"


@dataclass(frozen=True, slots=True)
class Actions:
    """What a macro does besides its text: tags to add, whom to give the case (`me`, or an agent), and its status."""

    tags: tuple[str, ...] = ()
    assign: str | None = None
    then: Then = Then.NOTHING
    snooze_for: timedelta | None = None

    @property
    def any(self) -> bool:
        return bool(self.tags or self.assign or self.then is not Then.NOTHING)


@dataclass(frozen=True, slots=True)
class Template:
    """A reply to start from, in one or more languages.

    `owner` is the agent whose own it is; None is the team's. `brand` narrows it to one brand. `name` is what one types
    after `/` in the composer.
    """

    name: str
    bodies: Mapping[str, str]
    title: str = ""
    owner: str | None = None
    brand: str | None = None
    actions: Actions = field(default_factory=Actions)
    updated_by: str | None = None
    updated_at: datetime | None = None
    id: int | None = None

    def body(self, lang: str | None, fallback: Sequence[str] = ("en",)) -> tuple[str, str] | None:
        """The text in `lang`, else in the first language of `fallback` that it has, else in any; with its language."""
        for wanted in (lang, *fallback, *sorted(self.bodies)):
            if wanted is not None and wanted in self.bodies:
                return wanted, self.bodies[wanted]
        return None


def validated(template: Template) -> Template:
    """The template if it can be kept; `TemplateError` says what is wrong and what to write instead."""
    if not _NAME.fullmatch(template.name):
        raise TemplateError(f'"{template.name}" cannot be typed after /: use a-z, 0-9, - and _, as in late-parcel')
    if not template.bodies and not template.actions.any:
        raise TemplateError(f"/{template.name} neither says nor does anything: give it a text or an action")
    for lang, body in template.bodies.items():
        if not re.fullmatch(r"[a-z]{2,3}", lang):
            raise TemplateError(f'"{lang}" is not a language: write an ISO 639-1 code, as in en or lv')
        if not body.strip():
            raise TemplateError(f"the text in {lang} is empty: write one, or leave the language out")
        _check_blanks(body, lang)
    if template.actions.then is Then.SNOOZE and not template.actions.snooze_for:
        raise TemplateError("a macro that snoozes says for how long")
    return template


def _check_blanks(body: str, lang: str) -> None:
    for asked, name, _ in _BLANK.findall(body):
        if not name or len(name) > LONGEST_BLANK:
            raise TemplateError(f'"{{{{{name}}}}}" ({lang}) has no name: write {{{{customer}}}} or {{{{?issue}}}}')
        if not asked and name not in VARIABLES:
            close = get_close_matches(name, VARIABLES, n=1)
            hint = f"did you mean {{{{{close[0]}}}}}?" if close else f"there are: {', '.join(VARIABLES)}"
            raise TemplateError(
                f"{{{{{name}}}}} ({lang}) is nothing a case knows: {hint} A person fills {{{{?{name}}}}}"
            )
    if _LOOSE.search(_BLANK.sub("", body)):
        raise TemplateError(f"a blank is not closed ({lang}): write {{{{customer}}}} or {{{{?issue}}}}")


@dataclass(frozen=True, slots=True)
class Blank:
    """One thing to fill in; `asked` when only a person can."""

    name: str
    asked: bool
    default: str | None = None


def blanks_of(body: str) -> tuple[Blank, ...]:
    """The blanks in order, each once."""
    found: dict[tuple[str, bool], Blank] = {}
    for asked, name, default in _BLANK.findall(body):
        key = (name, bool(asked))
        found.setdefault(key, Blank(name, bool(asked), default.strip() or None))
    return tuple(found.values())


def open_blanks(text: str) -> tuple[str, ...]:
    """The names of the blanks that a draft still has; a bare `{{` counts too."""
    names = [blank.name for blank in blanks_of(text)]
    return tuple(names) if names or not _LOOSE.search(text) else ("{{",)


def prefilled(body: str, known: Mapping[str, str | None]) -> str:
    """The body with what the case knows in it; the rest stays a blank for the person to fill."""

    def put(found: re.Match[str]) -> str:
        asked, name, default = found.groups()
        value = "" if asked else (known.get(name) or (default or "").strip())
        return value or found[0]

    return _BLANK.sub(put, body)


def fill(body: str, known: Mapping[str, str | None], given: Mapping[str, str]) -> str:
    """The finished text. `HalfFilled` names every blank that neither the case nor the person filled."""
    missing: dict[str, None] = {}

    def put(found: re.Match[str]) -> str:
        asked, name, default = found.groups()
        value = given.get(name, "").strip() or ("" if asked else known.get(name) or (default or "").strip())
        if not value or _LOOSE.search(value):
            missing[name] = None
        return value

    text = _BLANK.sub(put, body)
    if missing:
        raise HalfFilled(tuple(missing))
    return text


def lookup(templates: Sequence[Template], typed: str, *, lang: str | None = None) -> list[Template]:
    """The templates that `/typed` may mean, the best first: whose name begins so, then whose words contain it."""
    wanted = typed.removeprefix("/").strip().casefold()

    def rank(template: Template) -> tuple[int, int, int, str]:
        name = template.name.casefold()
        text = " ".join((template.title, *template.bodies.values())).casefold()
        fit = (
            0
            if name == wanted
            else 1
            if name.startswith(wanted)
            else 2
            if wanted in name
            else 3
            if wanted in text
            else 9
        )
        return (fit, lang not in template.bodies, template.owner is None, template.name)

    return sorted((t for t in templates if rank(t)[0] < 9), key=rank)
