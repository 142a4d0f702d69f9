"""Brands as people type them on the command line."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from monitor.errors import NotFound

if TYPE_CHECKING:
    from monitor.wiring import App


def refuse_unknown(app: "App", brands: Iterable[str]) -> None:
    """A mistyped brand must not look like one that nobody writes to."""
    wanted = set(brands)
    if not wanted:
        return
    known = {*app.reports.brands(), *(brand.name for brand in app.config.brands)}
    for brand in sorted(wanted - known):
        near = get_close_matches(brand, known, n=1)
        remedy = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(known)[:10]) or 'none yet'}."
        raise NotFound(f"There is no brand {brand!r}: {remedy}")
