"""One deed to many cases, with the number said before it is done; and undo of one's own last doing, whatever it was."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from monitor.domain.access import Agent, Rank
from monitor.domain.deeds import Deed, DeedKind
from monitor.domain.snoozing import Preset
from monitor.errors import Conflict, NotAllowed
from monitor.services.bulk import Done, LastAction
from monitor.web.actions import parts
from monitor.web.auth import local_path, monitor, needs
from monitor.web.forms import moment_of, words_of
from monitor.web.present import NN_, Wording
from monitor.web.queue import listing_of
from monitor.web.refusals import refusal
from monitor.web.story import DEEDS, Told
from monitor.web.templating import here, is_fragment, render, shown_case, wording

router = APIRouter()

Worker = Annotated[Agent, Depends(needs(Rank.AGENT))]

MOST_CASES = 1000
MOST_ROWS = 200
"""Rows that are drawn anew after a bulk action; what lies further down is read with the next page."""


class BulkForm(BaseModel):
    """`action` is a kind of deed, with the moment of a snooze behind a colon; `everything` means all that match."""

    case: list[int] = Field([], max_length=MOST_CASES)
    action: str = Field("", max_length=40)
    assignee: str = Field("", max_length=80)
    tags: str = Field("", max_length=400)
    everything: bool = False
    expected: int | None = Field(None, ge=0)
    view: str = Field("", max_length=80)
    q: str = Field("", max_length=1000)
    to: str = Field("", max_length=2000)


@router.post("/bulk")
def bulk(request: Request, agent: Worker, form: Annotated[BulkForm, Form()]) -> Response:
    """Do it to the chosen cases, or ask first where it is to all that match."""
    app, say = monitor(request), wording(request, agent)
    try:
        deed = deed_of(request, form, say)
        if not form.everything:
            return _told(request, agent, form, app.bulk.do(deed, form.case, agent.name), deed)
        listed = listing_of(request, agent, form.view, form.q)
        if listed.wrong:
            raise NotAllowed(listed.wrong)
        if form.expected is None:
            count = app.desk.count(listed.search, agent=agent.name)
            return _asked(request, agent, form, count)
        done = app.bulk.do_all(deed, listed.search, agent.name, expected=form.expected)
    except (NotAllowed, ValueError) as reason:
        return _refused(request, agent, str(reason), form)
    except Conflict as reason:
        return _refused(request, agent, str(reason), form)
    return _told(request, agent, form, done, deed)


@router.post("/undo")
def undo(request: Request, agent: Worker, to: Annotated[str, Form(max_length=2000)] = "") -> Response:
    """Take back the newest thing that the person did and that still stands; again, the one before."""
    app, say = monitor(request), wording(request, agent)
    last = app.bulk.last_action_of(agent.name)
    try:
        done = app.bulk.undo_last(agent.name)
    except NotAllowed as reason:
        return _refused(request, agent, str(reason), BulkForm(to=to))
    if done is None or last is None:
        return _refused(request, agent, say.text("There is nothing of yours to take back"), BulkForm(to=to))
    if not is_fragment(request):
        return RedirectResponse(local_path(to or "/queue"), 303)
    told = Told(say.text("Taken back: %(what)s", what=words_of_last(last, say)))
    cases = [*done.done, *(refusal.case_id for refusal in done.refused)][:MOST_ROWS]
    opened = shown_case(here(request))
    ordered = sorted(cases, key=lambda case: case != opened)
    return parts(request, agent, ordered, told, pane=opened in cases)


def words_of_last(last: LastAction, say: Wording) -> str:
    """What the person did last, in a few words."""
    what = say.text(DEEDS.get(last.event.kind.value.replace("_", " "), last.event.kind.value))
    if last.cases > 1:
        return say.plural("%(what)s, %(n)s case", "%(what)s, %(n)s cases", last.cases, what=what)
    return say.text("%(what)s, case %(number)s", what=what, number=last.case_id)


def deed_of(request: Request, form: BulkForm, say: Wording) -> Deed:
    """The deed that the pressed button means. Raises NotAllowed and ValueError for what is none."""
    name, _, moment = form.action.partition(":")
    if name not in set(DeedKind) or name == DeedKind.NOTE:
        raise NotAllowed("choose what is to be done with the cases")
    kind = DeedKind(name)
    if kind is DeedKind.ASSIGN:
        to = monitor(request).team.person(form.assignee)
        if not to.may(Rank.AGENT):
            raise NotAllowed(f"{to.name} does not work on cases")
        return Deed(kind, to=to.name)
    if kind is DeedKind.SNOOZE:
        calendar = monitor(request).handlings.default.calendar
        preset = Preset(moment) if moment in set(Preset) else None
        return Deed(kind, until=moment_of(preset, "", calendar, say))
    return Deed(kind, add=tuple(words_of(form.tags))) if kind is DeedKind.TAG else Deed(kind)


_DID = {
    DeedKind.CLAIM: NN_("You have %(n)s case", "You have %(n)s cases"),
    DeedKind.ASSIGN: NN_("Gave %(n)s case to %(to)s", "Gave %(n)s cases to %(to)s"),
    DeedKind.RELEASE: NN_("Put %(n)s case back", "Put %(n)s cases back"),
    DeedKind.SNOOZE: NN_("Snoozed %(n)s case", "Snoozed %(n)s cases"),
    DeedKind.RESOLVE: NN_("Resolved %(n)s case", "Resolved %(n)s cases"),
    DeedKind.DISMISS: NN_("Dismissed %(n)s case", "Dismissed %(n)s cases"),
    DeedKind.TAG: NN_("Labelled %(n)s case", "Labelled %(n)s cases"),
}
_CLOSING = (DeedKind.SNOOZE, DeedKind.RESOLVE, DeedKind.DISMISS)


def _told(request: Request, agent: Agent, form: BulkForm, done: Done, deed: Deed) -> Response:
    say = wording(request, agent)
    one, many = _DID[deed.kind]
    words = say.plural(one, many, len(done.done), to=deed.to or "")
    if done.refused:
        left = say.plural("%(n)s was left as it is", "%(n)s were left as they are", len(done.refused))
        words = f"{words} · {left}: {refusal(done.refused[0].reason, say)}"
    if not is_fragment(request):
        return RedirectResponse(local_path(form.to or "/queue"), 303)
    told = Told(words)
    shown = list(done.done)[:MOST_ROWS]
    opened = shown_case(here(request))
    ordered = sorted(shown, key=lambda case: case != opened)
    return parts(request, agent, ordered, told, pane=opened in shown, gone=deed.kind in _CLOSING)


def _asked(request: Request, agent: Agent, form: BulkForm, count: int) -> Response:
    """How many it would be, and the button that does it."""
    say = wording(request, agent)
    return render(
        request,
        "_bulk_preview.html" if is_fragment(request) else "bulk_preview.html",
        agent=agent,
        words=say.plural("%(n)s case matches.", "%(n)s cases match.", count),
        count=count,
        form=form,
    )


def _refused(request: Request, agent: Agent, words: str, form: BulkForm) -> Response:
    name = "refused.html" if is_fragment(request) else "refused_page.html"
    sentence = refusal(words, wording(request, agent))
    sentence = sentence[:1].upper() + sentence[1:]
    return render(request, name, status_code=409, agent=agent, words=sentence, back=local_path(form.to or "/queue"))
