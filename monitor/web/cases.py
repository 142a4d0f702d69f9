"""One case: in the pane beside the list, on a page of its own, and the words that carried the verdict on it."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response

from classifiers.contract import Assessment
from monitor.domain.access import Agent, Rank
from monitor.domain.snoozing import presets
from monitor.services.desk import CaseInFull
from monitor.web.auth import monitor, signed_in
from monitor.web.templating import is_fragment, render, wording

router = APIRouter(prefix="/cases")

Reader = Annotated[Agent, Depends(signed_in)]
CaseId = Annotated[int, Path(ge=1, le=2**62)]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of the post that opened the case: by the model, by `reviewers`, and by who looks (`mine`)."""

    post_id: int | None = None
    text: str = ""
    lang: str | None = None
    assessment: Assessment | None = None
    reviewers: tuple[str, ...] = ()
    mine: dict[str, Any] | None = None

    @property
    def mine_kind(self) -> str | None:
        return (self.mine or {}).get("kind")


@dataclass(frozen=True, slots=True)
class Notice:
    """A line above a case: how it looks, its sign, its words."""

    words: str
    look: str = "soon"
    icon: str = "alert"


@router.get("/{case_id}")
def case(request: Request, agent: Reader, case_id: CaseId) -> Response:
    """The case; for the script of the page the pane alone."""
    name = "_case.html" if is_fragment(request) else "case.html"
    return render(request, name, agent=agent, place="queue", **case_context(request, agent, case_id))


@router.get("/{case_id}/why")
def why(request: Request, agent: Reader, case_id: CaseId) -> Response:
    """The words that carried the verdict. Asks the model, so it takes a moment, and the first time seconds."""
    app = monitor(request)
    verdict = verdict_of(app.desk.case(case_id, agent.name), agent)
    carried = app.carried(verdict.text, verdict.lang) if verdict.text else []
    name = "_why.html" if is_fragment(request) else "why.html"
    return render(request, name, agent=agent, why=carried, case_id=case_id)


def case_context(request: Request, agent: Agent, case_id: int, notice: Notice | None = None) -> dict[str, Any]:
    """What the template of a case needs. Raises NotFound."""
    app = monitor(request)
    full = app.desk.case(case_id, agent.name)
    return {
        "full": full,
        "verdict": verdict_of(full, agent),
        "notice": notice,
        **choices(request, agent, full),
    }


def choices(request: Request, agent: Agent, full: CaseInFull | None = None) -> dict[str, Any]:
    """What the menus offer: colleagues who can work on cases, and until when to snooze."""
    app, say = monitor(request), wording(request, agent)
    team = [one for one in app.team.everybody() if one.may(Rank.AGENT)]
    calendar = app.handlings.of(full.case.brand if full is not None else "").calendar
    return {"team": team, "presets": presets(say.now, say.zone, calendar)}


def verdict_of(full: CaseInFull, agent: Agent) -> Verdict:
    """The verdict on the post that opened the case; an empty one where that post is gone."""
    item = next((each for each in full.thread if each.post.external_id == full.case.first_post_id), None)
    if item is None or not item.post.text:
        return Verdict()
    said = {name: dict(labels) for name, labels in (item.labels or {}).items()}
    post = item.post
    return Verdict(post.id, post.text, post.lang, item.assessment, tuple(said), said.get(agent.name))
