"""Writing a reply on the page: the check, templates and macros, the win-back checklist, the way to the composer.

Nothing is posted from here: the text is copied, or the platform's own composer is opened with it.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from monitor.domain.access import Agent, Rank
from monitor.domain.composer import LIMITS, ReplyPrices
from monitor.domain.reply_template import HalfFilled, Then
from monitor.domain.win_back import Mark, Step
from monitor.errors import Conflict, NotAllowed
from monitor.web.actions import parts, refused
from monitor.web.auth import local_path, monitor, needs
from monitor.web.cases import CaseId
from monitor.web.refusals import refusal
from monitor.web.reply_words import AMOUNT_KINDS, STATES, STEPS, remarks
from monitor.web.story import Told
from monitor.web.templating import is_fragment, render, wording

router = APIRouter(prefix="/cases/{case_id}")

Worker = Annotated[Agent, Depends(needs(Rank.AGENT))]
Words = Annotated[str, Form(max_length=10_000)]
Reason = Annotated[str, Form(max_length=500)]
Version = Annotated[int | None, Form(ge=0, le=2**62)]
TemplateId = Annotated[int, Path(ge=1, le=2**62)]
To = Annotated[str, Form(max_length=2000)]


@router.get("/reply")
def reply(request: Request, agent: Worker, case_id: CaseId) -> Response:
    """What helps with a reply; for whoever has no script a page to write it on."""
    name = "reply_help.html" if is_fragment(request) else "reply.html"
    return render(request, name, agent=agent, place="queue", **_context(request, agent, case_id))


@router.post("/reply-check")
def check(request: Request, agent: Worker, case_id: CaseId, text: Words = "") -> Response:
    """The remarks on a draft."""
    checked = monitor(request).replies.check(case_id, text)
    shown: dict[str, Any] = {
        "checked": checked,
        "remarks": remarks(checked.warnings, wording(request, agent)),
        "STEPS": STEPS,
    }
    if is_fragment(request):
        return render(request, "reply_check.html", agent=agent, case_id=case_id, **shown)
    context = _context(request, agent, case_id, text)
    return render(request, "reply.html", agent=agent, place="queue", **(context | shown))


@router.post("/composer")
def composer(request: Request, agent: Worker, case_id: CaseId, text: Words = "") -> Response:
    """The way to the platform's composer with the text in it, and what posting it by the API would cost."""
    try:
        ready = monitor(request).replies.ready(case_id, text)
    except (HalfFilled, NotAllowed) as reason:
        return _stopped(request, agent, case_id, reason, text)
    if is_fragment(request):
        return render(request, "reply_ready.html", agent=agent, ready=ready, prices=ReplyPrices(), case_id=case_id)
    context = _context(request, agent, case_id, text)
    return render(request, "reply.html", agent=agent, place="queue", **(context | {"ready": ready}))


@router.post("/templates/{template_id}/fill")
async def fill(request: Request, agent: Worker, case_id: CaseId, template_id: TemplateId) -> Response:
    """The finished text of a template, from a form with one field `blank:NAME` for each blank."""
    from starlette.concurrency import run_in_threadpool

    form = await request.form()
    given = {
        name.removeprefix("blank:"): str(value)[:2000] for name, value in form.items() if name.startswith("blank:")
    }

    def filled() -> Response:
        try:
            text = monitor(request).replies.fill(case_id, template_id, agent, given)
        except HalfFilled as reason:
            return _stopped(request, agent, case_id, reason, "")
        if is_fragment(request):
            return render(request, "reply_text.html", agent=agent, text=text)
        context = _context(request, agent, case_id, text)
        return render(request, "reply.html", agent=agent, place="queue", **context)

    return await run_in_threadpool(filled)


@router.post("/templates/{template_id}/apply")
def apply(
    request: Request, agent: Worker, case_id: CaseId, template_id: TemplateId, version: Version = None, to: To = ""
) -> Response:
    """Do what a macro does to the case."""
    app = monitor(request)
    try:
        case = app.replies.apply(case_id, template_id, agent, version=version)
    except Conflict:
        return refused(request, agent, case_id, wording(request, agent).text("The case has changed since you saw it."))
    except NotAllowed as reason:
        return refused(request, agent, case_id, str(reason))
    if not is_fragment(request):
        return RedirectResponse(local_path(to or f"/cases/{case_id}"), 303)
    words = wording(request, agent).text("Did what the macro does on case %(number)s", number=case_id)
    return parts(request, agent, [case_id], Told(words, None, case_id), pane=True, gone=not case.status.live)


@router.get("/win-back")
def win_back(request: Request, agent: Worker, case_id: CaseId) -> Response:
    """The checklist of winning the customer back."""
    return _win_back(request, agent, case_id)


@router.post("/win-back")
def mark(
    request: Request,
    agent: Worker,
    case_id: CaseId,
    step: Annotated[Step, Form()],
    mark: Annotated[Mark, Form()],
    reason: Reason = "",
    version: Version = None,
    to: To = "",
) -> Response:
    """Tick, skip or clear a step."""
    try:
        monitor(request).replies.mark(case_id, agent, [(step, mark)], reason=reason, version=version)
    except NotAllowed as why:
        return _win_back(request, agent, case_id, str(why))
    if not is_fragment(request):
        return RedirectResponse(local_path(to or f"/cases/{case_id}/reply"), 303)
    return _win_back(request, agent, case_id)


@router.put("/draft", status_code=204)
def draft(request: Request, agent: Worker, case_id: CaseId, text: Words = "", version: Version = None) -> Response:
    """Keep what one has begun to write. The answer names the version that the next save is to carry."""
    kept = monitor(request).workplace.save_draft(case_id, agent.name, text, version=version)
    return Response(status_code=204, headers={"X-Draft-Version": str(kept.version if kept else 0)})


def _win_back(request: Request, agent: Agent, case_id: int, wrong: str = "") -> Response:
    checklist = monitor(request).replies.win_back(case_id)
    if not is_fragment(request):
        context = _context(request, agent, case_id) | {"wrong": wrong}
        return render(request, "reply.html", status_code=409 if wrong else 200, agent=agent, place="queue", **context)
    shown: dict[str, Any] = {"win_back": checklist, "STEPS": STEPS, "Mark": Mark, "wrong": wrong, "case_id": case_id}
    return render(request, "win_back.html", status_code=409 if wrong else 200, agent=agent, **shown)


def _stopped(request: Request, agent: Agent, case_id: int, reason: Exception, text: str) -> Response:
    """What keeps a text from going out, and the text as it was."""
    say = wording(request, agent)
    words = refusal(str(reason), say)
    if isinstance(reason, HalfFilled):
        words = say.text("Still to be filled in: %(blanks)s.", blanks=", ".join(reason.blanks))
    if is_fragment(request):
        return render(request, "reply_stopped.html", status_code=422, agent=agent, words=words)
    context = _context(request, agent, case_id, text) | {"stopped": words}
    return render(request, "reply.html", status_code=422, agent=agent, place="queue", **context)


def _context(request: Request, agent: Agent, case_id: int, text: str | None = None) -> dict[str, Any]:
    """What the templates of replying need."""
    app = monitor(request)
    full = app.desk.case(case_id, agent.name)
    if text is None:
        text = full.draft.text if full.draft is not None else ""
    return {
        "full": full,
        "case": full.case,
        "case_id": case_id,
        "text": text,
        "shown": app.replies.templates(case_id, agent),
        "win_back": app.replies.win_back(case_id, text),
        "account": app.compensations.account(case_id, agent),
        "limit": LIMITS.get(full.case.platform),
        "prices": ReplyPrices(),
        "STEPS": STEPS,
        "AMOUNT_KINDS": AMOUNT_KINDS,
        "STATES": STATES,
        "Mark": Mark,
        "Then": Then,
        "checked": None,
        "remarks": (),
        "ready": None,
        "stopped": "",
        "wrong": "",
        "typed": {},
    }
