"""The keys of the page, as data: the page's help is written from this table, and its script binds what it says.

A key is a letter as printed on a Latin keyboard, a named key, a pair with Shift or Ctrl (`Shift+E`), or a sequence
(`g q`). The script finds letters by their place where the layout is not Latin. Nothing is bound to Alt or, but for
`Ctrl+K` and `Ctrl+Enter`, to Ctrl with a letter: those belong to the browser and to people who type accents.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from monitor.errors import MonitorError
from monitor.web.present import N_

_KEY = re.compile(r"(?:(?:Shift|Ctrl)\+)?(?:[!-~]|Enter|Escape)(?: [!-~])?")
_UNBOUND = {"'", "Ctrl+", "Tab"}  # the apostrophe begins an accent on Latvian keyboards
_FIXED_CTRL = {"Ctrl+k", "Ctrl+Enter"}


class BadKey(MonitorError):
    """This key cannot be bound."""


class Group(StrEnum):
    """The headings of the help."""

    MOVE = N_("Move")
    WORK = N_("Work on the case")
    JUDGE = N_("Say what it is")
    SELECT = N_("Select")
    GO = N_("Go to")
    PAGE = N_("Page")


@dataclass(frozen=True, slots=True)
class Key:
    """What a key does. `does` names the action for the script and for the button that does the same.

    `typing` keys work inside text boxes too; `fixed` ones cannot be given another key.
    """

    does: str
    key: str
    words: str
    group: Group
    typing: bool = False
    fixed: bool = False


KEYS: tuple[Key, ...] = (
    Key("next", "j", N_("Next case"), Group.MOVE),
    Key("previous", "k", N_("Previous case"), Group.MOVE),
    Key("open", "o", N_("Open the case (Enter too)"), Group.MOVE),
    Key("back", "u", N_("Back to the list"), Group.MOVE),
    Key("next-post", "]", N_("Next post of the thread"), Group.MOVE),
    Key("previous-post", "[", N_("Previous post of the thread"), Group.MOVE),
    Key("take-next", "n", N_("Take the most urgent case that nobody holds"), Group.WORK),
    Key("claim", "i", N_("Assign to me"), Group.WORK),
    Key("assign", "a", N_("Assign to somebody"), Group.WORK),
    Key("resolve", "e", N_("Resolve"), Group.WORK),
    Key("resolve-next", "Shift+E", N_("Resolve and take the next"), Group.WORK),
    Key("dismiss", "d", N_("Dismiss: it is no case"), Group.WORK),
    Key("snooze", "s", N_("Snooze"), Group.WORK),
    Key("reply", "r", N_("Reply"), Group.WORK),
    Key("template", "t", N_("Insert a template"), Group.WORK),
    Key("note", "m", N_("Write a note for colleagues"), Group.WORK),
    Key("tags", "l", N_("Labels"), Group.WORK),
    Key("undo", "z", N_("Undo my last action; again for the one before"), Group.WORK),
    Key("accept", "y", N_("The model is right"), Group.JUDGE),
    Key("complaint", "c", N_("It is a complaint"), Group.JUDGE),
    Key("not-complaint", "h", N_("It is not a complaint"), Group.JUDGE),
    Key("severity", "p", N_("Priority: say how hard it reproaches us"), Group.JUDGE),
    *(
        Key(f"cause-{n}", str(n), words, Group.JUDGE, fixed=True)
        for n, words in enumerate(
            (
                N_("Cause: outage"),
                N_("Cause: billing or refund"),
                N_("Cause: delivery"),
                N_("Cause: product fault"),
                N_("Cause: slow response"),
                N_("Cause: ignored"),
                N_("Cause: wrong information"),
                N_("Cause: rude or indifferent"),
                N_("Cause: had to repeat"),
            ),
            start=1,
        )
    ),
    Key("why", "w", N_("Show the words that carried the verdict"), Group.JUDGE),
    Key("select", "x", N_("Select the case"), Group.SELECT),
    Key("select-down", "Shift+J", N_("Select, and go down"), Group.SELECT),
    Key("select-up", "Shift+K", N_("Select, and go up"), Group.SELECT),
    Key("select-all", "* a", N_("Select all that are shown"), Group.SELECT),
    Key("select-none", "* n", N_("Select none"), Group.SELECT),
    Key("go-all", "g q", N_("The whole queue"), Group.GO),
    Key("go-mine", "g m", N_("My cases"), Group.GO),
    Key("go-unassigned", "g u", N_("Cases that nobody has"), Group.GO),
    Key("go-snoozed", "g s", N_("Snoozed cases"), Group.GO),
    Key("go-needs-label", "g l", N_("Cases that the model is unsure of"), Group.GO),
    Key("search", "/", N_("Search"), Group.GO),
    Key("refresh", "v", N_("Show what is new"), Group.GO),
    Key("row-menu", ".", N_("What can be done with the case"), Group.PAGE),
    Key("palette", "Ctrl+k", N_("Every command, by name"), Group.PAGE, typing=True, fixed=True),
    Key("theme", "Shift+T", N_("Light or dark"), Group.PAGE),
    Key("help", "?", N_("These keys"), Group.PAGE),
    Key("escape", "Escape", N_("Close what is open, leave the text box"), Group.PAGE, typing=True, fixed=True),
    Key("send", "Ctrl+Enter", N_("Send what is being written"), Group.PAGE, typing=True, fixed=True),
)


def key_table(preferences: Mapping[str, str]) -> tuple[Key, ...]:
    """The keys as this person has set them; none while they are switched off, but for those that close and search."""
    if preferences.get("keys") == "off":
        return tuple(key for key in KEYS if key.fixed and key.typing)
    chosen = (replace(key, key=preferences.get(f"key.{key.does}", key.key)) for key in KEYS)
    return tuple(chosen)


def remapped(preferences: Mapping[str, str], does: str, key: str) -> dict[str, str]:
    """The preference that gives `does` another key. Raises `BadKey` with the reason where that cannot be."""
    known = {one.does: one for one in KEYS}
    if does not in known or known[does].fixed:
        raise BadKey(f"{does!r} has no key of its own that could be changed")
    wanted = key.strip()
    if not _KEY.fullmatch(wanted) or wanted in _UNBOUND:
        raise BadKey(f"{wanted!r} is no key: write a letter, Shift+E, or two keys one after the other: g q")
    if wanted.startswith("Ctrl+") and wanted not in _FIXED_CTRL:
        raise BadKey("Ctrl with a letter belongs to the browser; choose a key without it")
    for other in key_table(preferences):
        if other.does != does and (other.key == wanted or _hides(other.key, wanted)):
            raise BadKey(f"{wanted} is the key of “{other.words}”; give that another key first")
    return {f"key.{does}": wanted}


def _hides(one: str, other: str) -> bool:
    """Whether one of the two is how the other begins: then the longer one could never be typed."""
    return one.partition(" ")[0] == other.partition(" ")[0] and (" " in one) != (" " in other)
