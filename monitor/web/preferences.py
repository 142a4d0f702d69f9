"""How a person likes the page: its look, its keys, what follows an action. Kept with the person, not the browser."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from monitor.domain.access import Agent
from monitor.web.auth import local_path, monitor, signed_in
from monitor.web.keys import KEYS, BadKey, remapped
from monitor.web.templating import is_fragment, render

router = APIRouter(prefix="/preferences")

Me = Annotated[Agent, Depends(signed_in)]

CHOICES: Mapping[str, tuple[str, ...]] = {
    "theme": ("auto", "light", "dark", "contrast", "contrast-dark"),
    "density": ("comfortable", "compact"),
    "keys": ("on", "off"),
    "go-on": ("on", "off"),
    "notify": ("off", "on"),
}
"""What can be chosen, the first by default."""


async def form_of(request: Request) -> FormData:
    """The form as it was sent: which fields it has depends on which keys there are."""
    return await request.form(max_fields=len(KEYS) + len(CHOICES) + 10)


@router.get("")
def preferences_page(request: Request, me: Me) -> Response:
    return _page(request, me)


@router.post("")
def keep(request: Request, me: Me, form: Annotated[FormData, Depends(form_of)]) -> Response:
    """Keep what was sent, and leave the rest as it is."""
    said = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    try:
        chosen = changed(me.preferences, said)
    except BadKey as error:
        return _page(request, me, problem=str(error), status=422)
    monitor(request).team.save_profile(me, preferences=chosen)
    if is_fragment(request):
        return Response(status_code=204)
    return RedirectResponse(local_path(said.get("to") or "/preferences"), 303)


def changed(kept: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """The preferences after a form. Values that nobody offered are ignored. Raises `BadKey`."""
    if said.get("reset") == "keys":
        return {name: value for name, value in kept.items() if not name.startswith("key.")}
    chosen = dict(kept)
    chosen |= {name: said[name] for name, offered in CHOICES.items() if said.get(name) in offered}
    for key in KEYS:
        wanted = said.get(f"key.{key.does}", "").strip()
        if wanted and wanted != chosen.get(f"key.{key.does}", key.key):
            chosen |= remapped(chosen, key.does, wanted)
    return {name: value for name, value in chosen.items() if value != _shipped(name)}


def _shipped(name: str) -> str | None:
    """What holds where nothing was chosen: not worth keeping."""
    if name in CHOICES:
        return CHOICES[name][0]
    return next((key.key for key in KEYS if name == f"key.{key.does}"), None)


def _page(request: Request, me: Agent, problem: str = "", status: int = 200) -> Response:
    return render(request, "preferences.html", status_code=status, agent=me, place="preferences", problem=problem)
