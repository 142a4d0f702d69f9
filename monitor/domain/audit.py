"""The audit trail: who did what to whose access, when and from where. It holds no post text and no secret.

Every entry carries a seal over itself and the seal before it, so that an entry that was changed or taken out shows.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

FIRST_SEAL = ""


class Deed(StrEnum):
    """What can be done that is worth a line."""

    SET_UP = "set_up"
    LOGGED_IN = "logged_in"
    LOGIN_REFUSED = "login_refused"
    LOGGED_OUT = "logged_out"
    SESSION_REVOKED = "session_revoked"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the word for it
    INVITED = "invited"
    AGENT_ADDED = "agent_added"
    RANK_CHANGED = "rank_changed"
    AGENT_DISABLED = "agent_disabled"
    AGENT_ENABLED = "agent_enabled"
    TOKEN_CREATED = "token_created"  # noqa: S105 - the word for it
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the word for it
    DENIED = "denied"
    EXPORTED = "exported"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `actor` is None where nobody is known; `subject` is whom or what it was done to."""

    at: datetime
    deed: Deed
    actor: str | None
    subject: str | None = None
    address: str | None = None
    detail: Mapping[str, str] = field(default_factory=dict)


def seal(before: str, entry: Entry) -> str:
    """The seal of `entry` after an entry with the seal `before`: SHA-256 over both, in hexadecimal."""
    said = [
        before,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.deed.value,
        entry.actor,
        entry.subject,
        entry.address,
        sorted(entry.detail.items()),
    ]
    return sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def first_broken(trail: Iterable[tuple[Entry, str]], before: str = FIRST_SEAL) -> int | None:
    """The place, from 0, of the first entry whose seal does not fit; None for a trail that is whole.

    `trail` is in the order it was written, beginning after the entry with the seal `before`.
    """
    for place, (entry, kept) in enumerate(trail):
        if seal(before, entry) != kept:
            return place
        before = kept
    return None
