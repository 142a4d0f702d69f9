"""The tables: every constraint has a name, and the questions that are asked all day are answered by an index."""

from dataclasses import fields
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from monitor.domain.model import Account, Case, Deadline, Event, FollowerSnapshot, Post
from monitor.store import intake, tables
from monitor.store.cases import save_changes
from monitor.store.db import Database, Session
from monitor.store.tables import cases, live, metadata, posts, untriaged
from monitor.store.types import UtcDateTime
from tests.make import NOW, make_change, make_post


@pytest.mark.parametrize(
    "noun, table, elsewhere",
    [
        (Account, tables.accounts, set()),
        (Post, tables.posts, set()),
        (Case, tables.cases, {"deadlines", "tags"}),
        (Deadline, tables.deadlines, set()),
        (Event, tables.case_events, set()),
        (FollowerSnapshot, tables.follower_snapshots, set()),
    ],
)
def test_every_field_of_a_noun_has_its_column(noun: type, table: sa.Table, elsewhere: set[str]) -> None:
    assert {field.name for field in fields(noun)} - elsewhere <= set(table.c.keys())


def test_every_constraint_and_index_has_a_name() -> None:
    for table in metadata.sorted_tables:
        for constraint in (*table.constraints, *table.indexes):
            assert constraint.name, constraint


def test_no_enumeration_is_native_and_every_moment_is_utc() -> None:
    for table in metadata.sorted_tables:
        for column in table.c:
            assert not isinstance(column.type, sa.Enum), column
            assert not isinstance(column.type, sa.DateTime), f"{column} must be {UtcDateTime.__name__}"


def test_names_fit_postgresql() -> None:
    names = [item.name for table in metadata.sorted_tables for item in (*table.constraints, *table.indexes)]

    assert all(len(str(name)) <= postgresql.dialect().max_identifier_length for name in names)


BY_KEY = (posts.c.brand == "acme") & (posts.c.platform == "x")
CASE_KEY = (cases.c.brand == "acme") & (cases.c.platform == "x")
QUEUE = (cases.c.priority, cases.c.due_at, cases.c.id)
SWEEP = cases.c.next_deadline_at
QUESTIONS = [
    (sa.select(posts).where(BY_KEY, posts.c.external_id == "77"), "posts_external_id_brand_platform"),
    (sa.select(posts).where(BY_KEY, posts.c.conversation_id == "77"), "ix_posts_conversation"),
    (sa.select(posts).where(BY_KEY, posts.c.author_id == "77"), "ix_posts_author"),
    (sa.select(posts).where(BY_KEY, posts.c.in_reply_to == "77"), "ix_posts_in_reply_to"),
    (sa.select(posts).where(posts.c.brand == "acme", posts.c.published_at < NOW), "ix_posts_published"),
    (sa.select(posts).where(untriaged).order_by(posts.c.published_at, posts.c.id).limit(9), "ix_posts_untriaged"),
    (sa.select(cases).where(CASE_KEY, cases.c.conversation_id == "77"), "ix_cases_conversation"),
    (sa.select(cases).where(CASE_KEY, cases.c.conversation_id == "77", live), "_conversation"),
    (sa.select(cases).where(live).order_by(*QUEUE).limit(50), "ix_cases_queue"),
    (sa.select(cases).where(live, cases.c.brand == "acme").order_by(*QUEUE).limit(50), "queue"),
    (sa.select(cases).where(live, cases.c.assignee == "anna").order_by(*QUEUE).limit(50), "ix_cases_assignee_queue"),
    (sa.select(cases).where(live, cases.c.lang == "lv").order_by(*QUEUE).limit(50), "ix_cases_lang_queue"),
    (sa.select(cases).order_by(*QUEUE).limit(50), "ix_cases_all"),
    (sa.select(sa.func.count().filter(cases.c.status == "open")).where(live, cases.c.brand == "rare"), "counts"),
    (sa.select(cases).where(cases.c.brand == "acme", cases.c.opened_at < NOW), "ix_cases_opened"),
    (sa.select(cases).where(SWEEP <= NOW).order_by(SWEEP).limit(10), "ix_cases_sweep"),
]


def test_every_question_is_answered_by_its_index(database: Database) -> None:
    with database.write() as session:
        if database.dialect == "postgresql":
            fill_and_analyse(session)  # it plans by what is there; SQLite by the shape of the question
        plans = [(plan(session, question), index) for question, index in QUESTIONS]

    for found, index in plans:
        assert index.replace("posts_external_id_brand_platform", UNIQUE_POST[database.dialect]) in found, found


UNIQUE_POST = {"sqlite": "sqlite_autoindex_posts_1", "postgresql": "uq_posts_external_id_brand_platform"}


def plan(session: Session, question: sa.Select[Any]) -> str:
    """How the database would answer."""
    compiled = question.compile(dialect=session.dialect, compile_kwargs={"render_postcompile": True})
    explain = "EXPLAIN QUERY PLAN" if session.dialect.name == "sqlite" else "EXPLAIN"
    parameters = {
        name: process(value) if (process := compiled._bind_processors.get(name)) else value
        for name, value in compiled.params.items()
    }
    bound: Any = (
        parameters if compiled.positiontup is None else tuple(parameters[name] for name in compiled.positiontup)
    )
    return "\n".join(str(row[-1]) for row in session.exec_driver_sql(f"{explain} {compiled}", bound))


def fill_and_analyse(session: Session) -> None:
    """Many posts and cases; half of the cases are live, few are assigned or have passed deadlines."""
    post: dict[str, Any] = {
        "brand": "'acme'",
        "platform": "'x'",
        "external_id": "n",
        "conversation_id": "n / 2",
        "author_id": "n / 3",
        "text": "'text'",
        "published_at": ":now + n * interval '1 second' - interval '90 seconds'",
        "ingested_at": ":now",
        "role": "'mention'",
        "in_reply_to": "n",
        "automated": "false",
        "reach": "'{}'",
        "triaged_at": "CASE WHEN n < 100 THEN NULL ELSE :now END",
    }
    case: dict[str, Any] = {
        **{name: post[name] for name in ("platform", "conversation_id")},
        "brand": "CASE WHEN n % 50 = 0 THEN 'rare' ELSE 'acme' END",
        **dict.fromkeys(("reasons", "causes"), "'[]'"),
        **dict.fromkeys(("customer_posts", "brand_replies", "handoffs", "reopened", "version", "risk"), "0"),
        **dict.fromkeys(("needs_human", "breached"), "false"),
        "customer_id": "n",
        "first_post_id": "n",
        "status": "'open'",
        "targets": "'{}'",
        "opened_at": post["published_at"],
        "opened_ingested_at": ":now",
        "due_at": ":now",
        "live": "n % 2 = 0",
        "priority": "n % 50",
        "next_deadline_at": post["published_at"],
        "assignee": "CASE WHEN n % 500 = 0 THEN 'anna' END",
    }
    for table, columns in (("posts", post), ("cases", case)):
        values = ", ".join(columns.values())
        insert = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM generate_series(1, 20000) n"
        session.execute(sa.text(insert), {"now": NOW})
        session.exec_driver_sql(f"ANALYZE {table}")


def test_a_post_is_kept_once_for_each_brand_that_watches(database: Database) -> None:
    post = make_post()
    with database.write() as session:
        intake.save_page(session, accounts=(), posts=[post, make_post(external_id=post.external_id, brand="other")])

    assert copying_is_refused(database, posts)


def test_the_database_itself_refuses_a_second_live_case_of_a_conversation(database: Database) -> None:
    with database.write() as session:
        save_changes(session, [make_change(conversation_id="7")])

    assert copying_is_refused(database, cases)


def copying_is_refused(database: Database, table: sa.Table) -> bool:
    names = ", ".join(column.name for column in table.c if column.name != "id")
    with pytest.raises(IntegrityError), database.write() as session:
        session.exec_driver_sql(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {table.name}")
    return True
