"""What answers look like: one case and what belongs to it, for the description of the interface."""

from typing import Any

from classifiers.contract import Cause, Churn, Kind, Sentiment, Severity, Stage, Threat

_OPENED, _DUE = "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"

DEADLINE: dict[str, Any] = {
    "target": "first_response",
    "started_at": _OPENED,
    "due_at": _DUE,
    "met_at": None,
    "stopped_at": None,
    "warned": False,
    "breached": False,
    "running": True,
}
CASE: dict[str, Any] = {
    "id": 17,
    "version": 3,
    "brand": "acme",
    "platform": "x",
    "conversation_id": "1899000000000000001",
    "customer_id": "44196397",
    "first_post_id": "1899000000000000001",
    "status": "open",
    "severity": "accusation",
    "risk": 0.42,
    "reasons": ["accuses the brand", "second complaint within 14 days"],
    "causes": ["delivery"],
    "lang": "en",
    "needs_human": False,
    "labels": ["vip"],
    "assignee": "ilze",
    "claimed_at": "2026-03-02T09:12:00Z",
    "snoozed_until": None,
    "opened_at": _OPENED,
    "waiting_since": _OPENED,
    "due_at": _DUE,
    "first_reply_at": None,
    "first_reply_by": None,
    "last_customer_at": _OPENED,
    "last_reply_at": None,
    "resolved_at": None,
    "customer_posts": 1,
    "brand_replies": 0,
    "handoffs": 0,
    "reopened": 0,
    "merged_into": None,
    "deadlines": [DEADLINE],
}
POST: dict[str, Any] = {
    "id": 90210,
    "brand": "acme",
    "platform": "x",
    "external_id": "1899000000000000001",
    "conversation_id": "1899000000000000001",
    "author_id": "44196397",
    "text": "@acme my parcel is two weeks late and nobody answers",
    "lang": "en",
    "role": "mention",
    "published_at": _OPENED,
    "ingested_at": "2026-03-02T09:00:20Z",
    "in_reply_to": None,
    "automated": False,
    "reach": {"likes": 1, "replies": 0},
}
ACCOUNT: dict[str, Any] = {
    "platform": "x",
    "external_id": "44196397",
    "handle": "anna_writes",
    "name": "Anna",
    "followers": 120,
    "following": 80,
    "posts": 900,
}


def _likely(labels: Any, likely: str) -> dict[str, float]:
    rest = round(0.1 / (len(labels) - 1), 4)
    return {label.value: 0.9 if label.value == likely else rest for label in labels}


ASSESSMENT: dict[str, Any] = {
    "model": "compact/1",
    "lang": "en",
    "kind": _likely(Kind, "complaint"),
    "sentiment": _likely(Sentiment, "negative"),
    "severity": _likely(Severity, "accusation"),
    "causes": {cause.value: 0.91 if cause is Cause.DELIVERY else 0.03 for cause in Cause},
    "stage": _likely(Stage, "delivery_use"),
    "churn": _likely(Churn, "none"),
    "threats": {threat.value: 0.01 for threat in Threat},
    "escalation": 0.2,
    "abstained": False,
    "abstain_reason": None,
    "abstain_code": None,
}
_LABELS = {"kind": "complaint", "severity": "accusation", "causes": ["delivery"]}
_IN_FULL = {"post": POST, "author": ACCOUNT, "assessment": ASSESSMENT, "reviews": {"ilze": _LABELS}}
_ROW = {
    "case": CASE,
    "post": POST,
    "author": ACCOUNT,
    "presence": [{"agent": "petar", "doing": "viewing", "seen_at": "2026-03-02T09:30:00Z"}],
    "held_by": None,
}
_EVENT: dict[str, Any] = {
    "kind": "claimed",
    "at": "2026-03-02T09:12:00Z",
    "key": "claimed:2",
    "actor": "ilze",
    "data": {},
    "bulk": None,
    "undoable": True,
    "undone_by": None,
}
_PAST = {
    "id": 9,
    "brand": "acme",
    "platform": "x",
    "status": "resolved",
    "severity": "disapproval",
    "causes": ["delivery"],
    "opened_at": "2026-02-20T14:00:00Z",
    "ended_at": "2026-02-21T08:30:00Z",
    "assignee": "petar",
    "certain": True,
}
_HISTORY = {
    "open": [],
    "past": [_PAST],
    "total": 2,
    "complaints": 1,
    "repeat_contacts": 1,
    "handoffs": 0,
    "told_to": ["ilze"],
    "languages": ["en"],
    "first_contact_at": "2026-02-20T14:00:00Z",
    "last_contact_at": _OPENED,
    "last_reply_at": "2026-02-20T15:10:00Z",
}
_VIEW = {"key": "view-4", "id": 4, "name": "Outages in Riga", "q": "cause:outage lang:lv", "built_in": False}
_ME = {"name": "ilze", "display_name": "Ilze", "rank": "agent", "locale": "lv", "zone": "Europe/Riga"}

EXAMPLES: dict[str, dict[str, Any]] = {
    "Case": CASE,
    "CasePage": {"items": [_ROW], "next": "MTgyMy4xNzcyNDQ0MDAwMDAwMDAwLjE3"},
    "CaseRow": _ROW,
    "CaseInFull": {
        "case": CASE,
        "customer": ACCOUNT,
        "thread": [{**_IN_FULL, "ours": False, "waiting": True, "answers": None, "answered_by": None, "held_by": None}],
        "events": [_EVENT],
        "history": _HISTORY,
        "merged": [],
        "playbook": "Look up the parcel before you answer.",
    },
    "Done": {
        "bulk": "0f8fad5bd9cb469fa16570867728950e",
        "done": [17],
        "untouched": [21],
        "refused": [{"case_id": 22, "reason": "case 22 is resolved; reopen it first"}],
    },
    "View": {**_VIEW, "team": True, "count": 12, "more": False},
    "Views": {"items": [{**_VIEW, "team": True, "count": 12, "more": False}]},
    "Counts": {"views": {"mine": {"count": 4, "more": False}, "all": {"count": 10_000, "more": True}}, "found": 40},
    "PostInFull": _IN_FULL,
    "Doubts": {"items": [{"post": POST, "assessment": ASSESSMENT, "margin": 0.04}]},
    "Reviewed": {"post_id": 90210, "agent": "ilze", "labels": _LABELS, "case": CASE},
    "Me": _ME,
    "Agents": {"items": [{**_ME, "email": "ilze@example.org", "disabled_at": None}]},
}
"""By the names of the schemas."""
