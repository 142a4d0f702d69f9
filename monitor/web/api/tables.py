"""Cases as a table that a spreadsheet may open: every id stays text, and no cell is a formula.

A spreadsheet takes a cell for a formula when it begins with one of `FORMULA`, and it may split a line where another
separator than ours stands, so each place where a cell could begin is made safe (OWASP, "CSV Injection").
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from monitor.domain.model import Case
from monitor.store.queue import QueueRow

FORMULA = "=+-@＝＋－＠"
_BEGINS = re.compile(rf"""((?:^|[;,|\t\r\n'"])[\s\ufeff\u200b\u00a0]*)(?=[{re.escape(FORMULA)}])""")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LEADS = ("\t", "\r", "\n")
BOM = "\ufeff"
"""Without it spreadsheets take our letters for Latin ones."""

COLUMNS = (
    "case", "version", "brand", "status", "severity", "risk", "causes", "labels", "lang", "assignee",
    "opened_at", "waiting_since", "due_at", "first_reply_at", "resolved_at", "customer_posts", "brand_replies",
    "handoffs", "reopened", "customer", "customer_handle", "customer_name", "conversation", "first_post", "reasons",
)  # fmt: skip


def lines(rows: Iterable[QueueRow]) -> Iterator[str]:
    """The table, line by line, the names of the columns first."""
    yield BOM + _line(COLUMNS)
    for row in rows:
        yield _line(_cells(row))


def cell(value: object) -> str:
    """A value as a cell that is only ever text or a plain number."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    text = _UNSEEN.sub("", str(value))
    safe = _BEGINS.sub(r"\1'", text)
    return f"'{safe}" if safe.startswith(_LEADS) else safe


def _cells(row: QueueRow) -> Iterator[object]:
    case, author = row.case, row.author
    plain = {name: getattr(case, name) for name in COLUMNS if name in Case.__dataclass_fields__}
    told = plain | {
        "case": case.id,
        "risk": f"{case.risk:.3f}",
        "causes": " ".join(case.causes),
        "labels": ", ".join(case.tags),
        "due_at": case.due_at,
        # A number of 19 digits would lose its last ones: with the platform before it, it is text to everybody.
        "customer": f"{case.platform}:{case.customer_id}",
        "conversation": f"{case.platform}:{case.conversation_id}",
        "first_post": f"{case.platform}:{case.first_post_id}",
        "customer_handle": author.handle if author is not None else None,
        "customer_name": author.name if author is not None else None,
        "reasons": "; ".join(case.reasons),
    }
    return (told[name] for name in COLUMNS)


def _line(values: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow([cell(value) for value in values])
    return written.getvalue()
