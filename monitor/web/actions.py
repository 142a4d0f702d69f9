"""What people do to one case on the page: one form, one call of a service, and the parts of the page that changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from monitor.domain.access import Agent, Rank
from monitor.domain.calendar import BusinessCalendar
from monitor.domain.model import Case, EventKind
from monitor.errors import Conflict, NotAllowed
from monitor.services.desk import CaseInFull
from monitor.services.review import Review
from monitor.web.auth import local_path, monitor, needs
from monitor.web.cases import CaseId, case_context
from monitor.web.forms import ActionForm, labels_of, moment_of, words_of
from monitor.web.present import N_, Wording
from monitor.web.refusals import refusal
from monitor.web.story import Told, tell
from monitor.web.templating import is_fragment, render, wording

router = APIRouter(prefix="/cases")

Worker = Annotated[Agent, Depends(needs(Rank.AGENT))]


class Act(StrEnum):
    """The actions, by the names in their addresses."""

    CLAIM = "claim"
    ASSIGN = "assign"
    RELEASE = "release"
    SNOOZE = "snooze"
    RESOLVE = "resolve"
    DISMISS = "dismiss"
    REOPEN = "reopen"
    NOTE = "note"
    LABEL = "label"
    ACCEPT = "accept"
    TAGS = "tags"
    MERGE = "merge"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Doing:
    """One action being done: who does it to which case of which page, with what."""

    request: Request
    agent: Agent
    case_id: int
    form: ActionForm

    @property
    def review(self) -> Review:
        return monitor(self.request).review

    @property
    def calendar(self) -> BusinessCalendar:
        return monitor(self.request).handlings.default.calendar

    @property
    def say(self) -> Wording:
        return wording(self.request, self.agent)


def _assign(do: Doing) -> Case:
    to = monitor(do.request).team.person(do.form.assignee)
    if not to.may(Rank.AGENT):
        raise NotAllowed(f"{to.name} does not work on cases")
    return do.review.assign(do.case_id, to.name, by=do.agent.name, version=do.form.version)


def _snooze(do: Doing) -> Case:
    until = moment_of(do.form.preset, do.form.until, do.calendar, do.say)
    return do.review.snooze(do.case_id, do.agent.name, until=until, keep=bool(do.form.keep), version=do.form.version)


def _tag(do: Doing) -> Case:
    """The box holds all labels of the case: what is not in it any more is taken off."""
    wanted = set(words_of(do.form.tags))
    before = set(words_of(do.form.had))
    add, remove = wanted - before, before - wanted
    return do.review.tag(do.case_id, do.agent.name, add=add, remove=remove, version=do.form.version)


def _merge(do: Doing) -> Case:
    if do.form.into is None:
        raise NotAllowed("say the number of the case to merge this one into")
    return do.review.merge(do.case_id, do.form.into, do.agent.name, version=do.form.version)


_DO: Mapping[Act, Callable[[Doing], Case]] = {
    Act.CLAIM: lambda do: do.review.claim(do.case_id, do.agent.name, version=do.form.version),
    Act.ASSIGN: _assign,
    Act.RELEASE: lambda do: do.review.release(do.case_id, do.agent.name, version=do.form.version),
    Act.SNOOZE: _snooze,
    Act.RESOLVE: lambda do: do.review.resolve(do.case_id, do.agent.name, version=do.form.version),
    Act.DISMISS: lambda do: do.review.dismiss(
        do.case_id, do.agent.name, reason=do.form.reason.strip(), version=do.form.version
    ),
    Act.REOPEN: lambda do: do.review.reopen(do.case_id, do.agent.name, version=do.form.version),
    # Notes of two people do not get into each other's way: no version.
    Act.NOTE: lambda do: do.review.note(do.case_id, do.agent.name, do.form.text.strip()),
    Act.LABEL: lambda do: do.review.label(do.case_id, do.agent.name, labels_of(do.form), version=do.form.version),
    Act.ACCEPT: lambda do: do.review.accept(do.case_id, do.agent.name, version=do.form.version),
    Act.TAGS: _tag,
    Act.MERGE: _merge,
    Act.UNDO: lambda do: do.review.undo(do.case_id, do.form.key, do.agent.name),
}

DONE: Mapping[Act, str] = {
    Act.CLAIM: N_("You have case %(number)s"),
    Act.ASSIGN: N_("Case %(number)s is with %(assignee)s"),
    Act.RELEASE: N_("Case %(number)s is back for anybody"),
    Act.SNOOZE: N_("Snoozed case %(number)s"),
    Act.RESOLVE: N_("Resolved case %(number)s"),
    Act.DISMISS: N_("Dismissed case %(number)s"),
    Act.REOPEN: N_("Opened case %(number)s again"),
    Act.NOTE: N_("Noted on case %(number)s"),
    Act.LABEL: N_("Kept your word on case %(number)s"),
    Act.ACCEPT: N_("Kept your word on case %(number)s"),
    Act.TAGS: N_("Changed the labels of case %(number)s"),
    Act.MERGE: N_("Merged case %(number)s"),
    Act.UNDO: N_("Took it back on case %(number)s"),
}
CLOSING = frozenset((Act.SNOOZE, Act.RESOLVE, Act.DISMISS, Act.MERGE))
"""After these the case has gone from where it was: its row says so, and offers to take it back."""


def _route(act: Act) -> Callable[..., Response]:
    def endpoint(request: Request, agent: Worker, case_id: CaseId, form: Annotated[ActionForm, Form()]) -> Response:
        do = Doing(request, agent, case_id, form)
        try:
            case = _DO[act](do)
        except Conflict:
            return _conflict(do, act)
        except NotAllowed as reason:
            return refused(request, agent, case_id, str(reason))
        return changed(do, act, case)

    endpoint.__name__ = act.value
    return endpoint


for _act in Act:
    router.add_api_route(f"/{{case_id}}/{_act.value}", _route(_act), methods=["POST"], name=f"case_{_act.value}")


def changed(do: Doing, act: Act, case: Case) -> Response:
    """The parts of the page that the action changed; without a script the page that the person was on."""
    if not is_fragment(do.request):
        return RedirectResponse(local_path(do.form.to or f"/cases/{do.case_id}"), 303)
    last = do.say.text(DONE[act], number=do.case_id, assignee=case.assignee or "")
    told = Told(last, event_key(act, case, do.form.version), do.case_id)
    return parts(do.request, do.agent, [do.case_id], told, pane=bool(do.form.pane), gone=act in CLOSING)


def parts(
    request: Request, agent: Agent, case_ids: list[int], told: Told, *, pane: bool = False, gone: bool = False
) -> Response:
    """Rows, the case where `pane` says that it is open, and the bar below, each to be put in its place."""
    rows = monitor(request).desk.rows(case_ids, agent=agent.name)
    return render(
        request,
        "changed.html",
        agent=agent,
        rows=rows,
        done={row.case.id: told for row in rows} if gone else {},
        last=told,
        **(case_context(request, agent, case_ids[0]) if pane else {"full": None}),
    )


def event_key(act: Act, case: Case, version: int | None) -> str | None:
    """The key of the event that the action left, by which it is taken back; `version` is that of the case before."""
    match act:
        case Act.SNOOZE:
            return f"{EventKind.SNOOZED.value}:{case.version}"
        case Act.RESOLVE:
            return f"{EventKind.RESOLVED.value}:{case.version}"
        case Act.DISMISS:
            return f"{EventKind.DISMISSED.value}:{case.version}"
        case Act.MERGE if version is not None:  # the case that comes back is the one that goes on
            return f"{EventKind.MERGED_INTO.value}:{version + 1}"
        case _:
            return None


def refused(request: Request, agent: Agent, case_id: int, words: str) -> Response:
    """Why the action makes no sense now; nothing has changed."""
    name = "refused.html" if is_fragment(request) else "refused_page.html"
    sentence = refusal(words, wording(request, agent))
    sentence = sentence[:1].upper() + sentence[1:]
    return render(request, name, status_code=409, agent=agent, words=sentence, back=f"/cases/{case_id}")


@dataclass(frozen=True, slots=True)
class Again:
    """The same form once more, on the case as it now is."""

    action: Act
    fields: list[tuple[str, str]]


def _conflict(do: Doing, act: Act) -> Response:
    """Somebody was faster: who, with what, and the case as it now is."""
    context = case_context(do.request, do.agent, do.case_id)
    full: CaseInFull = context["full"]
    news = next((item.event for item in reversed(full.events) if item.event.actor != do.agent.name), None)
    faster = do.say.text("The case has changed since you saw it.")
    if news is not None:
        faster = f"{tell(news, do.say)} · {do.say.ago(news.at)}"
    rows = monitor(do.request).desk.rows([do.case_id], agent=do.agent.name)
    return render(
        do.request,
        "conflict.html" if is_fragment(do.request) else "conflict_page.html",
        status_code=409,
        agent=do.agent,
        rows=rows,
        done={},
        form=do.form,
        faster=faster,
        again=Again(act, do.form.again()),
        **context,
    )
