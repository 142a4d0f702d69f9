"""Templates: found, filled and escaped in one place. Everything is escaped, whatever a template's name ends in."""

import gettext
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from classifiers.contract import Cause, Kind, Severity
from monitor.domain.access import Agent, Rank, allows
from monitor.web import chips, reasons, refusals, story
from monitor.web.keys import KEYS, Group, key_table
from monitor.web.languages import LANGUAGES, catalog, language_for
from monitor.web.present import CAUSE_KEYS, CAUSES, VIEWS, Wording, platform_link

TEMPLATES = Path(__file__).parent / "templates"


def render(
    request: Request,
    name: str,
    *,
    status_code: int = 200,
    headers: dict[str, str] | None = None,
    agent: Agent | None = None,
    **context: Any,
) -> HTMLResponse:
    """The template filled for the person who asks. A name that the template uses and nobody gave is an error."""
    return HTMLResponse(page(request, name, agent=agent, **context), status_code, headers)


def page(request: Request, name: str, *, agent: Agent | None = None, **context: Any) -> str:
    """What `render` answers, as text."""
    reader = agent or getattr(request.state, "agent", None)
    say = wording(request, reader)
    where = here(request)
    preferences = dict(reader.preferences) if reader is not None else {}
    table = key_table(preferences)
    known = {
        "agent": reader,
        "say": say,
        "preferences": preferences,
        "key_groups": [(group, [key for key in table if key.group is group]) for group in Group],
        "hints": {key.does: key.key for key in table},
        "may": partial(_may, reader),
        "calendars": request.app.state.monitor.handlings.calendars,
        "place": "",
        "searched": "",
        "here": where,
        "here_list": with_case(where, None),
        "row_url": partial(with_case, where),
        "link": platform_link,
        "last": None,
        "oob": False,
    }
    return environment(say.language).get_template(name).render(known | context)


def here(request: Request) -> str:
    """The page that a person is on, as a path of our own: a fragment belongs to the page that asked for it."""
    if request.method != "GET" or is_fragment(request):
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
        return shown.path + (f"?{shown.query}" if shown.query else "") or "/queue"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def with_case(where: str, case_id: int | None) -> str:
    """The queue as it is being looked at, with this case open in it, or (None) none."""
    shown = urlsplit(where)
    asked = parse_qsl(shown.query) if shown.path == "/queue" else []
    kept = [(name, value) for name, value in asked if name != "case"]
    query = urlencode(kept if case_id is None else [*kept, ("case", str(case_id))])
    return f"/queue?{query}" if query else "/queue"


def shown_case(where: str) -> int | None:
    """The case that is open on the page."""
    found = dict(parse_qsl(urlsplit(where).query)).get("case", "")
    return int(found) if found.isascii() and found.isdigit() else None


def is_fragment(request: Request) -> bool:
    """Whether the page's own script asks, and wants the part that changed rather than a whole page."""
    return request.headers.get("HX-Request") == "true"


def wording(request: Request, agent: Agent | None) -> Wording:
    """How things are said to that person now: the chosen language and zone, else the browser's and the brand's."""
    language = language_for(agent.locale if agent is not None else None, request.headers.get("Accept-Language", ""))
    app = request.app.state.monitor
    now: datetime = app.clock.now()
    own = zone(agent.zone) if agent is not None and agent.zone else None
    return Wording(now, language, own or app.handlings.default.calendar.zone, catalog(language))


def zone(name: str) -> ZoneInfo | None:
    """The time zone of that name; None when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=len(LANGUAGES))
def environment(language: str) -> Environment:
    """The templates in one language. Autoescape is forced: `select_autoescape` leaves some file names raw."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    sentences: gettext.NullTranslations = catalog(language)
    made.install_gettext_translations(sentences, newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {
        "chip": chips.chip,
        "promise": chips.promise,
        "held": chips.held,
        "tell": story.tell,
        "reason": reasons.reason,
        "refusal": refusals.refusal,
        "LANGUAGES": LANGUAGES,
        "all_keys": [(group, [key for key in KEYS if key.group is group]) for group in Group],
        "VIEWS": VIEWS,
        "CAUSES": CAUSES,
        "CAUSE_KEYS": CAUSE_KEYS,
        "Cause": Cause,
        "Kind": Kind,
        "Severity": Severity,
        "Rank": Rank,
    }
    return made


def _may(agent: Agent | None, needed: Rank) -> bool:
    return agent is not None and allows(agent.rank, needed)
