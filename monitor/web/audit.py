"""The audit trail, for administrators: who did what to whose access, and whether the trail is whole."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from monitor.domain.access import Agent, Rank
from monitor.domain.audit import Deed, Entry
from monitor.web.auth import monitor, needs
from monitor.web.present import N_, Wording
from monitor.web.templating import render, wording

router = APIRouter(prefix="/audit")

PAGE = 50

DEEDS: Mapping[Deed, str] = {
    Deed.SET_UP: N_("became the first administrator"),
    Deed.LOGGED_IN: N_("signed in"),
    Deed.LOGIN_REFUSED: N_("was refused: wrong password"),
    Deed.LOGGED_OUT: N_("signed out"),
    Deed.SESSION_REVOKED: N_("signed somebody out"),
    Deed.PASSWORD_CHANGED: N_("changed a password"),
    Deed.INVITED: N_("gave out a code"),
    Deed.AGENT_ADDED: N_("added somebody"),
    Deed.RANK_CHANGED: N_("changed what somebody may do"),
    Deed.AGENT_DISABLED: N_("shut somebody out"),
    Deed.AGENT_ENABLED: N_("let somebody in again"),
    Deed.TOKEN_CREATED: N_("made a token"),
    Deed.TOKEN_REVOKED: N_("revoked a token"),
    Deed.DENIED: N_("asked for what is not allowed"),
    Deed.EXPORTED: N_("exported"),
}
DETAILS: Mapping[str, str] = {
    "rank": N_("rank"),
    "before": N_("before"),
    "after": N_("after"),
    "prefix": N_("prefix"),
    "scopes": N_("scopes"),
    "sessions": N_("sessions"),
    "request": N_("request"),
    "form": N_("form"),
    "cases": N_("cases"),
}
"""What the details of an entry are of, by their names in the trail."""


@router.get("")
def audit_page(
    request: Request,
    admin: Annotated[Agent, Depends(needs(Rank.ADMIN))],
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    about: Annotated[str, Query(max_length=80)] = "",
    check: bool = False,
) -> Response:
    team, say = monitor(request).team, wording(request, admin)
    entries = team.trail(before=before, about=about or None, limit=PAGE)
    return render(
        request,
        "audit.html",
        place="people",
        entries=[entry for _, entry in entries],
        older=entries[-1][0] if len(entries) == PAGE else None,
        about=about,
        deed_words={deed: say.text(words) for deed, words in DEEDS.items()},
        details=partial(details, say=say),
        checked=check,
        broken=team.first_broken_entry() if check else None,
    )


def details(entry: Entry, say: Wording) -> str:
    """What an entry holds besides who did what to whom."""
    return "; ".join(
        f"{say.text(DETAILS.get(name, name))}: {_told(value, say)}" for name, value in entry.detail.items()
    )


def _told(value: str, say: Wording) -> str:
    return say.label(Rank(value)) if value in set(Rank) else value
