"""Why a case stands where it does, in the language of the reader: the reasons of triage, as it wrote them down."""

import gettext
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

from babel.numbers import format_decimal

from classifiers.contract import Cause, Kind
from monitor.web.languages import SOURCE
from monitor.web.phrasebook import Phrase, Phrasebook
from monitor.web.present import N_, NN_, Wording

_NAMES: Mapping[str, str] = {
    "threat of a lawyer or a court": N_("threat of a lawyer or a court"),
    "threat of a regulator": N_("threat of a regulator"),
    "threat of the media": N_("threat of the media"),
    "somebody's safety": N_("somebody's safety"),
    "public warning": N_("public warning"),
    "complaint": N_("complaint"),
    "disapproval": N_("disapproval"),
    "accusation": N_("accusation"),
    "blame": N_("blame"),
    "thinks of leaving": N_("thinks of leaving"),
    "decided to leave": N_("decided to leave"),
    "has left": N_("has left"),
    "leaving in anger": N_("leaving in anger"),
    "shaming in anger": N_("shaming in anger"),
    "wide reach": N_("wide reach"),
    "reposts": N_("reposts"),
    "long wait": N_("long wait"),
}
"""What a risk is made of."""

_CONTACT = re.compile(r"(\d+)(?:st|nd|rd|th) contact")


def reason(sentence: str, say: Wording) -> str:
    """One reason of triage, or of the model for not knowing, as the reader says it."""
    return _remembered(sentence, say.language, say.catalog)


@lru_cache(maxsize=4096)
def _remembered(sentence: str, language: str, spoken: gettext.NullTranslations) -> str:
    """A list has hundreds of reasons, most of them the same; when it is read makes no difference to them."""
    return _BOOK.said(sentence, Wording(datetime.min.replace(tzinfo=UTC), language, catalog=spoken))


def recognised(sentence: str) -> bool:
    """Whether the reason is one that the page can say in every language."""
    return _BOOK.recognise(sentence) is not None


def _kind(written: str, say: Wording) -> str:
    return say.label(Kind(written)) if written in set(Kind) else written


def _causes(written: str, say: Wording) -> str:
    known = {cause.value.replace("_", " "): cause for cause in Cause}
    return ", ".join(say.label(known[word]) if word in known else word for word in written.split(", "))


def _nth(written: str, say: Wording) -> str:
    """`3rd` in English, and the number alone where the sentence gives it the ending."""
    return written if say.language == SOURCE else written.rstrip("stndrh")


def _parts(written: str, say: Wording) -> str:
    return ", ".join(_part(part, say) for part in written.split(", "))


def _part(written: str, say: Wording) -> str:
    """`threat of a regulator +2.1`: a name and an amount."""
    name, _, amount = written.rpartition(" ")
    contact = _CONTACT.fullmatch(name)
    if contact is not None:
        name = say.text("contact no. %(nth)s", nth=contact[1])
    elif name in _NAMES:
        name = say.text(_NAMES[name])
    try:
        return f"{name} {format_decimal(float(amount), '+0.0;-0.0', locale=say.language)}"
    except ValueError:
        return written


_BOOK = Phrasebook(
    (
        Phrase(N_("complaint without open reproach (%(percent)s)")),
        Phrase(N_("disapproves of what we did (%(percent)s)")),
        Phrase(N_("accuses us (%(percent)s)")),
        Phrase(N_("blames us (%(percent)s)")),
        Phrase(N_("question %(percent)s")),
        Phrase(N_("complaint %(percent)s or question %(other)s: somebody waits for an answer")),
        Phrase(N_("%(kind)s %(percent)s, but a person should look")),
        Phrase(N_("threatens with a lawyer or a court")),
        Phrase(N_("threatens with a regulator")),
        Phrase(N_("threatens to go to the media")),
        Phrase(N_("warns others off in public")),
        Phrase(N_("somebody's safety may be at stake")),
        Phrase(N_("thinks of leaving")),
        Phrase(N_("has decided to leave")),
        Phrase(N_("has left already")),
        Phrase(N_("about %(causes)s")),
        Phrase(*NN_("writes for the %(nth)s time in %(n)s day", "writes for the %(nth)s time in %(n)s days")),
        Phrase(*NN_("%(n)s follower", "%(n)s followers")),
        Phrase(*NN_("passed on %(n)s time", "passed on %(n)s times")),
        Phrase(*NN_("was waiting %(n)s day before we saw it", "was waiting %(n)s days before we saw it")),
        Phrase(N_("was waiting %(hours)s h before we saw it")),
        Phrase(N_("names us without addressing us")),
        Phrase(N_("risk %(percent)s: %(parts)s")),
        Phrase(N_("the model failed on this text")),
        Phrase(N_("the model does not know: %(why)s")),
        Phrase(N_("no reason given")),
        Phrase(N_("too little text")),
        Phrase(N_("language not recognised")),
        Phrase(N_("language %(tongue)s is not one the model was trained in")),
        Phrase(N_("too close to call")),
    ),
    {
        "other": lambda written, say: say.percent(int(written.removesuffix("%")) / 100),
        "kind": _kind,
        "causes": _causes,
        "nth": _nth,
        "parts": _parts,
        "why": reason,
        "tongue": lambda written, say: say.tongue(written),
    },
)
