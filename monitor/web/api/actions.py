"""What is done to one case. Every action says which version it saw: whoever was slower is told, and nothing is lost."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Depends, Header, Request, Response

from monitor.domain.access import Rank
from monitor.domain.model import Case
from monitor.errors import Conflict, NotAllowed
from monitor.services.noting import LONGEST_MARK, note_once
from monitor.services.review import Review
from monitor.web.api import requests, schemas
from monitor.web.api.caller import Number, Worker
from monitor.web.api.openapi import ETAG, IF_MATCH, failures
from monitor.web.api.problems import Trouble
from monitor.web.api.versions import Stale, seen, tag
from monitor.web.auth import monitor
from monitor.wiring import App

router = APIRouter(prefix="/cases/{case_id}/actions", tags=["Actions"])

Done: TypeAlias = schemas.Case


@dataclass(frozen=True, slots=True)
class Acting:
    """One action: on which case, by whom, and which version of it (None: any) that person or program saw."""

    program: App
    response: Response
    agent: str
    case_id: int
    version: int | None

    def do(self, action: Callable[[Review], Case]) -> Done:
        """Act, and give the case as it is then, with its ETag. Raises `Stale` when somebody was faster."""
        try:
            case = action(self.program.review)
        except Conflict:
            if self.version is None:
                raise
            raise self._stale() from None
        self.response.headers["ETag"] = tag(case.version)
        return schemas.Case.model_validate(case)

    def _stale(self) -> Stale:
        full = self.program.desk.case(self.case_id, self.agent)
        others = (each.event for each in reversed(full.events) if each.event.actor != self.agent)
        return Stale(full.case, next(others, None))


def acting(
    request: Request,
    response: Response,
    agent: Worker,
    case_id: Number,
    if_match: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Acting:
    return Acting(monitor(request), response, agent.name, case_id, seen(if_match))


Act = Annotated[Acting, Depends(acting)]


def _action(name: str, operation: str, summary: str, *more: Trouble) -> Callable[[Callable[..., Done]], Any]:
    """The route of an action."""
    always = (Trouble.NOT_FOUND, Trouble.CONFLICT, Trouble.NOT_POSSIBLE, Trouble.STALE, Trouble.VERSION_MISSING)
    return router.post(
        f"/{name}",
        operation_id=operation,
        summary=summary,
        responses={200: {"description": "The case as it is now.", "headers": ETAG}, **failures(*always, *more)},
        openapi_extra={"parameters": [IF_MATCH]},
    )


@_action("claim", "claimCase", "Take a case that nobody has")
def claim(act: Act) -> Done:
    """A case of a colleague is not taken: assign it to yourself."""
    return act.do(lambda review: review.claim(act.case_id, act.agent, version=act.version))


@_action("assign", "assignCase", "Give a case to somebody")
def assign(act: Act, body: requests.Assign) -> Done:
    """A change of hands counts as a hand-off."""
    to = worker(act.program, body.to)
    return act.do(lambda review: review.assign(act.case_id, to, by=act.agent, version=act.version))


@_action("release", "releaseCase", "Put a case back for anybody")
def release(act: Act) -> Done:
    """Nobody has the case then."""
    return act.do(lambda review: review.release(act.case_id, act.agent, version=act.version))


@_action("snooze", "snoozeCase", "Put a case out of sight until a moment")
def snooze(act: Act, body: requests.Snooze) -> Done:
    """The promises keep running: snoozing buys quiet, not time."""
    return act.do(
        lambda review: review.snooze(act.case_id, act.agent, until=body.until, keep=body.keep, version=act.version)
    )


@_action("resolve", "resolveCase", "Close a case as done")
def resolve(act: Act) -> Done:
    """A customer who writes again opens it again."""
    return act.do(lambda review: review.resolve(act.case_id, act.agent, version=act.version))


@_action("dismiss", "dismissCase", "Close a case that is none")
def dismiss(act: Act, body: requests.Dismiss) -> Done:
    """It leaves the response figures."""
    reason = body.reason.strip()
    return act.do(lambda review: review.dismiss(act.case_id, act.agent, reason=reason, version=act.version))


@_action("reopen", "reopenCase", "Open a closed case again")
def reopen(act: Act) -> Done:
    """Whoever waited then waits again, on the clock that was running."""
    return act.do(lambda review: review.reopen(act.case_id, act.agent, version=act.version))


@_action("note", "noteCase", "Write a note for colleagues", Trouble.KEY_REUSED)
def note(
    act: Act,
    body: requests.Note,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=LONGEST_MARK,
            description="Any text of your own: under one key the same note is written once, however often it is sent.",
        ),
    ] = None,
) -> Done:
    """Repeated under its Idempotency-Key, it answers with the case as it is now and writes nothing."""
    if idempotency_key is None:
        return act.do(lambda review: review.note(act.case_id, act.agent, body.text, version=act.version))
    app = act.program
    return act.do(
        lambda _: note_once(
            app.database, app.clock, act.case_id, act.agent, body.text, mark=idempotency_key, version=act.version
        )
    )


@_action("label", "labelCase", "Say what the case's first post is")
def label(act: Act, body: requests.Labels) -> Done:
    """Kept as a review to train on; the case follows it."""
    return act.do(lambda review: review.label(act.case_id, act.agent, body.labels(), version=act.version))


@_action("accept", "acceptCase", "Say that the model is right about the case's first post")
def accept(act: Act) -> Done:
    """Kept as a review to train on."""
    return act.do(lambda review: review.accept(act.case_id, act.agent, version=act.version))


@_action("tags", "tagCase", "Put labels of the team on a case, or take them off")
def tags(act: Act, body: requests.Tags) -> Done:
    """Labels have no case; a label that is there already, or is not there, changes nothing."""
    return act.do(
        lambda review: review.tag(act.case_id, act.agent, add=body.add, remove=body.remove, version=act.version)
    )


@_action("merge", "mergeCase", "Close a case into another one of the same customer")
def merge(act: Act, body: requests.Merge) -> Done:
    """The answer, and its ETag, is the case that goes on."""
    return act.do(
        lambda review: review.merge(
            act.case_id, body.into, act.agent, version=act.version, into_version=body.into_version
        )
    )


@_action("undo", "undoCase", "Take back what a person did to a case")
def undo(act: Act, body: requests.Undo) -> Done:
    """However long ago; not what a later action has built on. Taking back an undo does it again."""
    return act.do(lambda review: review.undo(act.case_id, body.key, act.agent, version=act.version))


def worker(program: App, name: str) -> str:
    """The login name of somebody who works on cases. Raises NotFound and NotAllowed."""
    person = program.team.person(name)
    if not person.may(Rank.AGENT):
        raise NotAllowed(f"{person.name} does not work on cases")
    return person.name
