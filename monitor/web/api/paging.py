"""Pages of a list: a cursor that says nothing to its reader, and the link to the next page (RFC 8288)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from starlette.datastructures import URL

from monitor.errors import MonitorError

LONGEST_CURSOR = 200
MOST = 200
"""Cases of one page."""


class BadCursor(MonitorError):
    """This cursor was not given by this program; begin with the first page."""


def cursor(place: str | None) -> str | None:
    """The cursor for a place in the list."""
    return None if place is None else urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place(given: str | None) -> str | None:
    """The place that a cursor stands for. Raises `BadCursor`."""
    if given is None:
        return None
    try:
        found = urlsafe_b64decode(given.encode("ascii") + b"=" * (-len(given) % 4)).decode("ascii")
    except ValueError:
        raise BadCursor from None
    if cursor(found) != given:
        raise BadCursor
    return found


def next_link(url: URL, after: str) -> str:
    """The value of the header Link: the same list behind the cursor."""
    return f'<{url.include_query_params(after=after)}>; rel="next"'
