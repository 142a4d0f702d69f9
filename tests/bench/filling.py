"""A large database in a minute: the rows are made by the database itself, from arithmetic on a row number.

Multiplying by a large prime scatters the values, so that neighbours in time are not neighbours in any other index.
"""

from typing import Any

from monitor.store.db import Database, Session
from monitor.store.schema import metadata

PRIME = 2_654_435_761
FIRST_SECOND = 1_767_225_600  # 2026-01-01


def fill(database: Database, *, posts: int, cases: int) -> None:
    """Posts (one in six a reply of ours) and cases, half of them live, each with two deadlines."""
    with database.write() as session:
        _insert(session, "accounts", _accounts(), posts // 3)
        _insert(session, "posts", _posts(session), posts)
        _insert(session, "post_words", _words(), posts)
        _insert(session, "cases", _cases(session), cases)
        _insert(session, "case_tags", {"case_id": "n * 200", "tag": "'vip'"}, cases // 200)
        _insert(session, "case_tags", {"case_id": "n * 2", "tag": "'storm'"}, cases // 2)
        for target in ("first_response", "resolution"):
            _insert(session, "deadlines", _deadlines(session, target), cases)
    with database.write() as session:
        for table in metadata.sorted_tables:
            session.exec_driver_sql(f"ANALYZE {table.name}")


def _insert(session: Session, table: str, columns: dict[str, str], n: int) -> None:
    names, values = ", ".join(columns), ", ".join(columns.values())
    insert = f"INSERT INTO {table} ({names}) SELECT {values} FROM"
    if session.dialect.name == "sqlite":
        numbers = f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {n})"
        session.exec_driver_sql(f"{numbers} {insert} numbers")
    else:
        session.exec_driver_sql(f"{insert} generate_series(1, CAST({n} AS bigint)) n".replace("%", "%%"))


def _scattered(among: int, number: str = "n") -> str:
    return f"({number} * {PRIME} % {among})"


def _chosen(*choices: str) -> str:
    """One of the choices; name one several times to have it more often."""
    cases = " ".join(f"WHEN {at} THEN {choice}" for at, choice in enumerate(choices))
    return f"(CASE {_scattered(len(choices))} {cases} END)"


def _moment(session: Session, seconds: str) -> str:
    if session.dialect.name == "sqlite":
        return f"strftime('%Y-%m-%d %H:%M:%S', {FIRST_SECOND} + {seconds}, 'unixepoch') || '.000000+00:00'"
    return f"to_timestamp({FIRST_SECOND} + {seconds})"


def _truth(session: Session, condition: str) -> str:
    return f"({condition})" if session.dialect.name == "postgresql" else f"(CASE WHEN {condition} THEN 1 ELSE 0 END)"


def _text(number: str, prefix: str = "") -> str:
    return f"'{prefix}' || CAST({number} AS TEXT)"


def _brand(number: str) -> str:
    return f"CASE {number} % 7 WHEN 0 THEN 'rare' WHEN 1 THEN 'second' WHEN 2 THEN 'second' ELSE 'acme' END"


_LANG = "CASE WHEN n % 100 = 0 THEN 'lv' WHEN n % 10 = 0 THEN 'bg' WHEN n % 3 = 0 THEN 'ru' ELSE 'en' END"


def _accounts() -> dict[str, str]:
    return {
        "external_id": _text("n"),
        "platform": "'x'",
        "handle": _text("n", "customer"),
        "name": "'A Customer'",
        "followers": _scattered(9973),
    }


def _posts(session: Session) -> dict[str, str]:
    return {
        "brand": _brand("n"),
        "platform": "'x'",
        "external_id": _text("n", "18"),
        "conversation_id": _text("n - n % 3", "18"),
        "author_id": _text(_scattered(300_007)),
        "text": _text("n", "@acme my parcel is two weeks late and nobody answers my messages, number "),
        "published_at": _moment(session, "n"),
        "ingested_at": _moment(session, "n + 20"),
        "role": "CASE WHEN n % 6 = 5 THEN 'reply' ELSE 'mention' END",
        "lang": _LANG,
        "in_reply_to": f"CASE WHEN n % 6 = 5 THEN {_text('n - 1', '18')} END",
        "automated": _truth(session, "n < 0"),
        "reach": """'{"likes":1,"replies":0}'""",
        "needs_answer": _truth(session, "n % 2 = 0"),
        "triaged_at": f"CASE WHEN n % 500 <> 0 THEN {_moment(session, 'n + 30')} END",
    }


def _words() -> dict[str, str]:
    """The texts of `_posts` as they are folded, with handles and names."""
    said = _text("n", "acme my parcel is two weeks late and nobody answers my messages number ")
    return {"post_id": "n", "words": f"{said} || {_text(_scattered(300_007), ' customer')} || ' a customer'"}


def _cases(session: Session) -> dict[str, str]:
    numbers = dict.fromkeys(("brand_replies", "handoffs", "reopened"), "0")
    severities = ("disapproval", "accusation", "blame", "no_explicit_reproach", "disapproval", "accusation")
    priorities = ("20", "10", "0", "30", "20", "10", "40")  # of these severities, and of none
    causes = ("""'["delivery"]'""", """'["outage"]'""", """'["delivery","ignored"]'""", "'[]'", "'[]'")
    return {
        "id": "n",
        "brand": _brand("n * 3"),
        "platform": "'x'",
        "lang": _LANG,
        "conversation_id": _text("n * 3", "18"),
        "first_post_id": _text("n * 3", "18"),
        "waiting_post_id": _text("n * 3", "18"),
        "customer_id": _text(_scattered(300_007, "n * 3")),
        "status": "CASE WHEN n % 2 = 1 THEN 'resolved' WHEN n % 8 = 0 THEN 'waiting' ELSE 'open' END",
        "live": _truth(session, "n % 2 = 0"),
        "severity": _chosen(*(f"'{severity}'" for severity in severities), "NULL"),
        "risk": f"({_scattered(1000)} / 1000.0)",
        "priority": f"{_chosen(*priorities)} + 9 - {_scattered(1000)} / 100",
        "reasons": """'["accuses the brand","12,000 followers"]'""",
        "targets": """'{"policy":"standard","calendar":"office","first_response":3600.0,"warn_before":900.0}'""",
        "causes": _chosen(*causes) if session.dialect.name == "sqlite" else f"CAST({_chosen(*causes)} AS json)",
        "needs_human": _truth(session, "n % 50 = 0"),
        "assignee": "CASE WHEN n % 4 = 0 THEN 'agent' || CAST(n % 25 AS TEXT) END",
        "breached": _truth(session, "n % 40 = 0"),
        "opened_at": _moment(session, "n * 3"),
        "opened_ingested_at": _moment(session, "n * 3 + 20"),
        "waiting_since": _moment(session, "n * 3"),
        "due_at": _moment(session, f"{_scattered(600_011)}"),
        "next_deadline_at": f"CASE WHEN n % 2 = 0 THEN {_moment(session, _scattered(600_011))} END",
        "customer_posts": "1",
        "version": "1",
        **numbers,
    }


def _deadlines(session: Session, target: str) -> dict[str, Any]:
    return {
        "case_id": "n",
        "target": f"'{target}'",
        "started_at": _moment(session, "n * 3"),
        "due_at": _moment(session, _scattered(600_011)),
        "warned": _truth(session, "n < 0"),
        "breached": _truth(session, "n % 40 = 0"),
    }
