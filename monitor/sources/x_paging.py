"""Pure: how a `PageRequest` becomes the bounds of a request to X, within what X accepts.

Pages are told apart by `until_id`, never by X's page tokens: an id still means something after a crash or a week.
"""

from datetime import datetime, timedelta

from monitor.sources import x_snowflake
from monitor.sources.base import PageRequest

# Recent search looks back seven days and refuses anything earlier; the quarter of an hour forgives unequal clocks.
SEARCH_WINDOW = timedelta(days=7) - timedelta(minutes=15)
# It leaves out the newest half-minute, and refuses a start within it.
SEARCH_LAG = timedelta(seconds=30)


def bounds(request: PageRequest, *, now: datetime, window: timedelta | None = None) -> dict[str, object] | None:
    """The parameters that bound a page; None when nothing can lie within, so that no request need be spent.

    `window` is how far back X looks; an older lower bound, which X would refuse, becomes the window's edge.
    """
    params: dict[str, object] = {}
    since_id, start = request.since_id, request.since_time
    edge = None if window is None else now - window
    if since_id is not None and edge is not None and _older(since_id, edge):
        since_id, start = None, edge
    if since_id is not None:
        params["since_id"] = since_id
        start = x_snowflake.moment_of(since_id)
    elif start is not None:
        start = start if edge is None else min(max(start, edge), now - 2 * SEARCH_LAG)
        params["start_time"] = start
    if request.until_id is not None:
        newest = x_snowflake.moment_of(request.until_id)
        floor = max((moment for moment in (start, edge) if moment is not None), default=None)
        if floor is not None and newest is not None and newest < floor:
            return None
        if since_id is not None and _nothing_between(since_id, request.until_id):
            return None
        params["until_id"] = request.until_id
    return params


def _older(external_id: str, moment: datetime) -> bool:
    born = x_snowflake.moment_of(external_id)
    return born is None or born < moment


def _nothing_between(since_id: str, until_id: str) -> bool:
    return x_snowflake.is_id(since_id) and x_snowflake.is_id(until_id) and int(until_id) <= int(since_id) + 1
