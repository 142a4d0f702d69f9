"""Which state of a case a program has seen: ETag, If-None-Match and If-Match (RFC 9110).

The ETag of a case in full is `"7-3f2a…"`: the version of the case, and a digest of all that is said of it, which other
things change too (a colleague's review of a later post, another case of the customer). An action asks for the version
alone, so `"7"` is as good in If-Match, and is the ETag of what an action answers.
"""

import re
from hashlib import sha256

from monitor.domain.model import Case, Event
from monitor.errors import MonitorError

_TAG = re.compile(r'"(\d{1,18})(?:-[0-9a-f]+)?"')
_NEVER = -1
"""A version that no case has."""


class VersionMissing(MonitorError):
    """Send If-Match with the ETag of the case that you saw, or If-Match: * where any version will do."""


class Stale(MonitorError):
    """The case has changed since you read it."""

    def __init__(self, case: Case, faster: Event | None) -> None:
        """`case` as it now is, and `faster` the newest thing that somebody else did to it."""
        done = f" {faster.actor or 'The program'} was faster: {faster.kind.value.replace('_', ' ')}." if faster else ""
        super().__init__(f"Case {case.id} has version {case.version} by now.{done}")
        self.case = case
        self.faster = faster


def tag(version: int, content: bytes | None = None) -> str:
    """The ETag of a version of a case; with `content`, of exactly these bytes."""
    return f'"{version}"' if content is None else f'"{version}-{sha256(content).hexdigest()[:16]}"'


def seen(if_match: str | None) -> int | None:
    """The version that If-Match asks for; None for any. What is no ETag of ours never matches.

    Raises `VersionMissing`.
    """
    if if_match is None or not if_match.strip():
        raise VersionMissing
    if if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(if_match.strip())
    return int(found[1]) if found else _NEVER


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether the client has exactly this already."""
    if if_none_match is None:
        return False
    known = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return etag in known or known == ["*"]
