"""The queue: three panes on one page, and the parts of it that are read anew while one works."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from monitor.domain.access import Agent, Rank
from monitor.domain.search_terms import Is
from monitor.errors import NotFound
from monitor.services.review import WAITING_FOR_ANYBODY
from monitor.store.queue import QueuePage
from monitor.web.auth import monitor, needs, signed_in
from monitor.web.cases import case_context, choices
from monitor.web.listing import HOME, Listing, listing
from monitor.web.present import VIEWS, Wording
from monitor.web.story import Told, standing
from monitor.web.templating import is_fragment, render, with_case, wording

router = APIRouter()

Reader = Annotated[Agent, Depends(signed_in)]
Asked = Annotated[str | None, Query(max_length=1000)]
Key = Annotated[str | None, Query(max_length=80)]
After = Annotated[str | None, Query(max_length=200)]
Numbers = Annotated[str, Query(max_length=20_000)]

PAGE = 50
MOST_ROWS = 500
_NOTHING = QueuePage((), None)


@router.get("/")
def start(agent: Reader) -> Response:  # noqa: ARG001 - strangers are sent to log in
    return RedirectResponse("/queue", 303)


@router.get("/queue")
def queue(
    request: Request,
    agent: Reader,
    view: Key = None,
    q: Asked = None,
    after: After = None,
    case: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """The whole page; `case` is open in it."""
    desk, say = monitor(request).desk, wording(request, agent)
    views = desk.views(agent.name)
    listed = listing(views, view, q, agent.preferences.get("view", HOME))
    return render(
        request,
        "queue.html",
        agent=agent,
        **_rows(request, agent, listed, after, case),
        **_pane(request, agent, case),
        place="queue",
        title=title(listed, say),
        count=listed.view.count if listed.view else None,
        counted_on=listed.view.more if listed.view else False,
        views=views,
        view_key=listed.key,
        query=listed.query,
        searched=listed.text,
        wrong_search=listed.wrong,
        last_event=desk.last_event(),
    )


@router.get("/queue/rows")
def more_rows(request: Request, agent: Reader, view: Key = None, q: Asked = None, after: After = None) -> Response:
    """The rows behind `after`; the page that begins with them for whoever has no script."""
    listed = listing_of(request, agent, view, q)
    if not is_fragment(request):
        return RedirectResponse(listed.link(after=after), 303)
    return render(request, "_rows.html", agent=agent, **_rows(request, agent, listed, after))


@router.get("/queue/row")
def some_rows(request: Request, agent: Reader, ids: Numbers = "", left: Numbers = "") -> Response:
    """These rows as they now are, each to be put in its place; of those that `left` the view it is said how."""
    say, gone = wording(request, agent), set(numbers(left))
    rows = monitor(request).desk.rows(numbers(ids)[:MOST_ROWS], agent=agent.name)
    done = {row.case.id: Told(standing(row.case, say)) for row in rows if row.case.id in gone}
    return render(request, "changed.html", agent=agent, rows=rows, done=done, full=None)


@router.get("/queue/views")
def views(request: Request, agent: Reader, view: Key = None) -> Response:
    """The views with their counts."""
    counted = monitor(request).desk.views(agent.name)
    return render(request, "_views.html", agent=agent, views=counted, view_key=view or "")


@router.get("/queue/news")
def news(
    request: Request,
    agent: Reader,
    view: Key = None,
    q: Asked = None,
    since: Annotated[int, Query(ge=0, le=2**62)] = 0,
    seen: Numbers = "",
) -> Response:
    """What a page that shows the cases `seen` has to tell since that event."""
    listed = listing_of(request, agent, view, q)
    told = monitor(request).desk.news(listed.search, numbers(seen)[:MOST_ROWS], since, agent=agent.name)
    return JSONResponse(
        {"arrived": told.arrived, "changed": told.changed, "left": told.left, "upto": told.upto, "more": told.more}
    )


@router.post("/next")
def take_next(
    request: Request,
    agent: Annotated[Agent, Depends(needs(Rank.AGENT))],
    q: Annotated[str, Form(max_length=1000)] = "",
    skip: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Give the person the most urgent case that nobody has, to look at first; `skip` are those passed over before."""
    say, review = wording(request, agent), monitor(request).review
    listed = listing([], None, q)
    search = WAITING_FOR_ANYBODY.and_also(listed.search) if q and not listed.wrong else WAITING_FOR_ANYBODY
    passed = numbers(skip)
    case = review.next_for(agent.name, skip=passed, search=search)
    if case is None and passed:
        case = review.next_for(agent.name, search=search)
    if not is_fragment(request):
        return RedirectResponse(with_case(listed.link() if q else "/queue", case.id if case else None), 303)
    if case is None:
        return render(request, "refused.html", agent=agent, words=say.text("Nobody waits: there is nothing to take."))
    told = Told(say.text("Case %(number)s is yours to look at first", number=case.id))
    headers = {"HX-Trigger": json.dumps({"case:take": {"id": case.id}})}
    rows = monitor(request).desk.rows([case.id or 0], agent=agent.name)
    return render(request, "changed.html", headers=headers, agent=agent, rows=rows, done={}, full=None, last=told)


@router.get("/search")
def search_help(request: Request, agent: Reader) -> Response:
    """How to search."""
    name = "_search_help.html" if is_fragment(request) else "search.html"
    return render(request, name, agent=agent, words=[word.value for word in Is])


def listing_of(request: Request, agent: Agent, view: str | None, query: str | None) -> Listing:
    """What was asked for, in a request that shows no views."""
    counted = [] if query else monitor(request).desk.views(agent.name)
    return listing(counted, view, query, agent.preferences.get("view", HOME))


def title(listed: Listing, say: Wording) -> str:
    """The heading of the list."""
    if listed.view is None:
        return say.text("Search results")
    return say.text(VIEWS[listed.key]) if listed.view.built_in and listed.key in VIEWS else listed.view.name


def numbers(text: str) -> list[int]:
    """The numbers of a list like `4,8,15`; what is none is left out."""
    return [int(part) for part in text.split(",") if part.isascii() and part.isdigit() and len(part) < 19]


def _rows(
    request: Request, agent: Agent, listed: Listing, after: str | None, case: int | None = None
) -> dict[str, Any]:
    """A page of the list for its template, and the way to the next. A search that is none finds nothing."""
    desk = monitor(request).desk
    page = _NOTHING if listed.wrong else desk.page(listed.search, agent=agent.name, after=after, limit=PAGE)
    return {
        "rows": page.rows,
        "done": {},
        "open_case": case,
        "after": page.after,
        "after_page": after,
        "more_url": listed.link(after=page.after),
        "more_fragment": listed.fragment(after=page.after),
    }


def _pane(request: Request, agent: Agent, case: int | None) -> dict[str, Any]:
    """The open case for its template; a case that is not there leaves the pane empty."""
    if case is not None:
        try:
            return case_context(request, agent, case)
        except NotFound:
            pass
    return {"full": None, **choices(request, agent)}
