"""Why something was refused, in the language of the reader: the sentences of the errors, as they are raised below.

A refusal that is missing here would be shown in English to everybody.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from monitor.domain.compensation import BadAmount, State, money
from monitor.domain.model import Status
from monitor.web.phrasebook import Phrase, Phrasebook, amount
from monitor.web.present import N_, Wording
from monitor.web.reply_words import STATES

SENTENCES = (
    N_("This name and this password do not belong together, or the account is disabled."),
    N_("Too many wrong passwords; wait before the next try."),
    N_("The present password is not right."),
    N_("The two passwords are not the same."),
    N_("This password repeats itself or follows the keyboard. Several words together are better."),
    N_("This password is built on digits or on words that are tried first. Choose others."),
    N_("This password is too easy to guess."),
    N_("This code is not right, was used already, or is too old; ask for a new one."),
    N_("A login name has 1 to 40 small letters, digits, dots, dashes or underscores; a letter or digit at both ends."),
    N_("Somebody in the team has this name or this e-mail address already."),
    N_("The team would be left without an administrator; make somebody else one first."),
    N_("A token needs at least one scope: read, act or admin."),
    N_("Only an administrator can have a token with the scope admin."),
    N_("A viewer can only have a token with the scope read."),
    N_("This session is not there, or is over already."),
    N_("Your rank does not allow this; ask an administrator of the team."),
    N_("Nobody here has the name that you are logged in under; ask an administrator to add you."),
    N_("This is not a time zone: write for example Europe/Riga."),
    N_("Only leads change what the whole team sees."),
    N_("Somebody else changed this case first; read it again."),
    N_("This is not possible in the present state of the case."),
    N_("There is nothing by that name."),
    N_("There is no such view."),
    N_("There is no such page of the queue; begin with the first."),
    N_("This draft was changed in another window; look at it before you go on."),
    N_("There is a draft of yours in this case already; look at it before you go on."),
    N_("Something in the template is still to be filled in."),
    N_("This is not an amount of money."),
    N_("This key cannot be bound."),
    N_("This is no search."),
    N_("Ctrl with a letter belongs to the browser; choose a key without it"),
    N_("say what it is: a complaint, a question, praise, or none of our business"),
    N_("say the number of the case to merge this one into"),
    N_("say until when to snooze"),
    N_("that moment is over already; choose another"),
    N_("choose what is to be done with the cases"),
    N_("assign needs somebody"),
    N_("tag needs a label to add or to remove"),
    N_("a note without words helps nobody"),
    N_("there is nothing to send yet"),
    N_("only what a person did can be taken back, and this is no such thing"),
    N_("templates of the team are a lead's to change; keep one of your own"),
    N_("this template is somebody else's"),
    N_("say what the compensation is for"),
    N_("nobody decides their own request; ask another lead"),
    N_("say why it is refused: the agent has to explain it"),
    N_("say why the step is not called for: the next reader wonders"),
)
"""Those that are always the same."""

_WITH_PLACES = (
    N_("A password has at least %(least)s characters. Several words together make a good one."),
    N_("A password has at most %(most)s characters."),
    N_("There is no case %(number)s."),
    N_("There is no compensation %(number)s."),
    N_("There is no token %(number)s."),
    N_("There is no template %(number)s."),
    N_("There is no saved view %(number)s."),
    N_("There is no post %(number)s."),
    N_("Nobody in the team is called %(name)s."),
    N_("%(name)s is disabled: enable the account first."),
    N_("Nothing was done under the name %(name)s."),
    N_("Nothing like %(event)s happened to case %(number)s."),
    N_("The first post of case %(number)s is gone; there is nothing to label."),
    N_("The first post of case %(number)s is gone; there is no label to take back."),
    N_("There were %(before)s cases and now there are %(now)s; look again."),
    N_("a draft has at most %(most)s characters; this one has %(length)s"),
    N_("the name of a view has 1 to %(most)s characters; this one has %(length)s"),
    N_("the view %(name)s is the team's"),
    N_("the view %(name)s is %(owner)s's"),
    N_("there is a view named %(name)s already; choose another name"),
    N_("a label has 1 to %(most)s characters; this one has %(length)s"),
    N_("case %(number)s would have %(length)s labels; at most %(most)s are any help"),
    N_("the model does not know what case %(number)s is; say it yourself"),
    N_("%(name)s does not work on cases"),
    N_("%(name)s holds case %(number)s already; assign it to take it over"),
    N_("cannot snooze until %(at)s: that is over already"),
    N_("case %(number)s is %(status)s; reopen it first"),
    N_("case %(number)s is %(status)s, there is nothing to reopen"),
    N_("case %(number)s was merged into case %(into)s; undo the merge instead"),
    N_("case %(number)s cannot be merged into itself"),
    N_("case %(number)s is %(status)s; only live cases are merged"),
    N_("cases %(number)s and %(into)s are of two customers; only cases of one are merged"),
    N_("cases %(number)s and %(into)s are of two brands; only cases of one are merged"),
    N_("cases %(number)s and %(into)s are of two platforms; only cases of one are merged"),
    N_(
        "case %(number)s was waiting before case %(into)s was closed and came back; "
        "merge case %(second)s into case %(first)s instead"
    ),
    N_("the customer has written since; close case %(number)s anew if that is answered too"),
    N_("%(name)s took this back already, on %(at)s"),
    N_("%(name)s %(deed)s on %(at)s; take that back first"),
    N_("%(name)s has said something else about this post since"),
    N_("the case has changed since: its %(field)s is another by now"),
    N_("%(currency)s is not a currency: write its three capital letters, as in EUR"),
    N_("%(amount)s is not an amount in %(currency)s: write for example 12.50"),
    N_("compensations are in %(currency)s here, and this is in %(other)s"),
    N_("%(name)s reads only; ask an agent to give something"),
    N_("a request for case %(number)s waits for a decision already"),
    N_("%(name)s %(state)s this already"),
    N_("%(name)s may not decide this; a lead may"),
    N_("%(amount)s in one case is above the authority of %(name)s; ask somebody with a higher limit"),
    N_("only what is granted can be paid, and this is %(state)s"),
    N_("%(key)s has no key of its own that could be changed"),
    N_("%(key)s is no key: write a letter, Shift+E, or two keys one after the other: g q"),
    N_("%(key)s is the key of “%(words)s”; give that another key first"),
    N_("A search has at most %(most)s characters; this one has %(length)s."),
    N_("A search has at most %(most)s terms; this one has %(length)s."),
    N_("At character %(place)s: %(why)s."),
)

_WRONG_SEARCHES = (
    N_("a case has one %(key)s; for either of them write %(example)s"),
    N_("a - stands alone; put it right before what you do not want"),
    N_("there are no letters or digits in this to search for"),
    N_("there is no key %(word)s; %(known)s, or quote it to search for the words: %(example)s"),
    N_("%(key)s has no more or less; write %(example)s"),
    N_("%(key)s: what? %(known)s"),
    N_("%(key)s is never %(word)s; %(known)s"),
    N_("%(key)s does not take %(word)s; %(known)s"),
    N_('this quote is not closed; add a " at its end'),
)
_KNOWN = (
    N_("did you mean %(words)s or %(other)s?"),
    N_("did you mean %(words)s?"),
    N_("there are: %(words)s"),
    N_("write %(words)s, %(other)s or %(third)s"),
    N_("write %(words)s"),
)
_DEEDS = (
    N_("merged it into another case"),
    N_("merged another case into it"),
    N_("changed its labels"),
    N_("said what it is"),
    N_("claimed it"),
    N_("assigned it"),
    N_("released it"),
    N_("snoozed it"),
    N_("resolved it"),
    N_("reopened it"),
    N_("dismissed it"),
    N_("noted it"),
)
_FIELDS: Mapping[str, str] = {
    "status": N_("status"),
    "assignee": N_("assignee"),
    "snoozed until": N_("end of the snooze"),
    "keeps snooze": N_("end of the snooze"),
    "severity": N_("severity"),
    "causes": N_("causes"),
    "needs human": N_("verdict"),
    "merged into": N_("merge"),
}


def refusal(sentence: str, say: Wording) -> str:
    """Why something was refused, as the reader says it."""
    return _BOOK.said(sentence, say)


def recognised(sentence: str) -> bool:
    """Whether the refusal is one that the page can say in every language."""
    return _BOOK.recognise(sentence) is not None


def _status(written: str, say: Wording) -> str:
    return say.label(Status(written)).lower() if written in set(Status) else written


def _state(written: str, say: Wording) -> str:
    return say.text(STATES[State(written)]) if written in set(State) else written


def _money(written: str, say: Wording) -> str:
    """`12.50 EUR` as the reader writes it; what was typed and is no amount stays as it was."""
    number, _, currency = written.partition(" ")
    try:
        return say.money(money(number, currency).minor, currency)
    except BadAmount:
        return written


def _moment(written: str, say: Wording) -> str:
    """`2026-03-02 09:30 UTC`, or a moment as ISO 8601 writes it."""
    try:
        moment = datetime.fromisoformat(written.removesuffix(" UTC"))
    except ValueError:
        return written
    return say.moment(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))


_HINTS = Phrasebook(map(Phrase, _KNOWN), {})
_SEARCHES = Phrasebook(map(Phrase, _WRONG_SEARCHES), {"known": _HINTS.said})
_DID = Phrasebook(map(Phrase, _DEEDS), {})
_BOOK = Phrasebook(
    map(Phrase, (*SENTENCES, *_WITH_PLACES)),
    {
        "why": _SEARCHES.said,
        "deed": _DID.said,
        "status": _status,
        "state": _state,
        "at": _moment,
        "amount": _money,
        "field": lambda written, say: say.text(_FIELDS[written]) if written in _FIELDS else written,
        "words": lambda written, say: say.text(written),
        **dict.fromkeys(("least", "most", "length", "before", "now"), amount),
    },
)
