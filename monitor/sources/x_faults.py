"""What an answer of X means for us: a document to read, or one of our own errors. Pure but for the limits it tells.

Messages hold a status, X's name of the problem and what X says about our own request; never a post, never a token.
"""

import json
from datetime import UTC, datetime, time, timedelta

import requests

from monitor.errors import BudgetExhausted, SourceError, SourceRefused
from monitor.sources import x_values as read
from monitor.sources.x_limits import RateLimits
from monitor.sources.x_transport import Refused
from monitor.sources.x_values import Json

_LONGEST_DETAIL = 200
_OUT_OF_MONEY = ("usage-capped", "usagecapexceeded", "creditsdepleted", "credits-depleted", "spendcapreached")


def document(response: requests.Response) -> Json:
    """The JSON object in a successful answer; `SourceError` for anything else that calls itself one."""
    try:
        # Bytes, not text: X speaks UTF-8, whatever the header says.
        parsed = json.loads(response.content)
    except (ValueError, RecursionError):
        # The cause is cut off: it carries the whole answer.
        raise SourceError(f"X's answer is not JSON ({_shape(response)})") from None
    if not isinstance(parsed, dict):
        raise SourceError(f"X's answer is not an object ({_shape(response)})")
    if not parsed.keys() & {"data", "errors", "meta"}:
        # Taking this for "nothing new" would make a broken server look like a quiet day.
        raise SourceError(f"X's answer has neither data, errors nor meta ({_shape(response)})")
    return parsed


def error_of(
    refused: Refused, *, endpoint: str, limits: RateLimits, now: datetime, secrets: tuple[str, ...]
) -> SourceError:
    """Our error for an answer that is not 2xx."""
    response = refused.response
    status = response.status_code
    problem = _problem(response)
    said = f"{status} {_said(problem, secrets)}".strip()
    if status == 402 or (status in (403, 429) and _out_of_money(problem)):
        return BudgetExhausted(f"X's credits are used up ({said})", retry_at=_end_of_cap(problem, now))
    if status == 429:
        return limits.refused(endpoint, response.headers, now)
    if status in (401, 403):
        return SourceRefused(f"X refuses our credentials for {endpoint} ({said})")
    return SourceError(f"X could not answer for {endpoint} ({said})")


def _problem(response: requests.Response) -> Json:
    try:
        return read.mapping(json.loads(response.content))
    except (ValueError, RecursionError):
        return {}


def _out_of_money(problem: Json) -> bool:
    named = f"{problem.get('type')} {problem.get('title')} {problem.get('reason')}".lower().replace(" ", "")
    return any(word in named for word in _OUT_OF_MONEY)


def _end_of_cap(problem: Json, now: datetime) -> datetime | None:
    """A daily cap ends at midnight; out of credits, or over a month's cap, only a person can end it."""
    if problem.get("period") != "Daily":
        return None
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), tzinfo=UTC)


def _said(problem: Json, secrets: tuple[str, ...]) -> str:
    """What X says about our request, on one line."""
    errors = problem.get("errors")
    first = read.mapping(errors[0]) if isinstance(errors, list) and errors else {}
    words = [problem.get("title"), first.get("message") or problem.get("detail")]
    line = " ".join(": ".join(word for word in words if isinstance(word, str)).split())
    for secret in secrets:
        line = line.replace(secret, "***")
    return read.readable(line)[:_LONGEST_DETAIL]


def _shape(response: requests.Response) -> str:
    kind = response.headers.get("content-type", "no type").partition(";")[0][:40]
    return f"{response.status_code}, {kind}, {len(response.content)} bytes"
