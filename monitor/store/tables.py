"""The tables. Names are the domain's words; a column named like a field holds that field.

Every constraint has a name, enumerations are kept by value, moments are UTC, ids of platforms are text.
"""

from typing import Any

import sqlalchemy as sa

from classifiers.contract import Cause, Churn, Kind, Sentiment, Severity, Stage
from monitor.domain.model import EventKind, Role, Status, Target
from monitor.store.types import CleanText, Label, UtcDateTime, Words

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes only an INTEGER PRIMARY KEY the row's own id.
RowId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Json = sa.JSON(none_as_null=True)


def partial_index(name: str, *columns: sa.Column[Any], where: sa.ColumnElement[bool], unique: bool = False) -> sa.Index:
    return sa.Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("external_id", CleanText, primary_key=True),
    sa.Column("platform", CleanText, primary_key=True),
    sa.Column("handle", CleanText, nullable=False),
    sa.Column("name", CleanText, nullable=False),
    sa.Column("followers", sa.Integer),
    sa.Column("following", sa.Integer),
    sa.Column("posts", sa.Integer),
    sqlite_with_rowid=False,
)

posts = sa.Table(
    "posts",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("brand", CleanText, nullable=False),
    sa.Column("platform", CleanText, nullable=False),
    sa.Column("external_id", CleanText, nullable=False),
    sa.Column("conversation_id", CleanText, nullable=False),
    sa.Column("author_id", CleanText, nullable=False),
    sa.Column("text", CleanText, nullable=False),
    sa.Column("published_at", UtcDateTime, nullable=False),
    sa.Column("ingested_at", UtcDateTime, nullable=False),
    sa.Column("role", Label(Role), nullable=False),
    sa.Column("lang", CleanText),
    sa.Column("in_reply_to", CleanText),
    sa.Column("in_reply_to_author", CleanText),
    sa.Column("repost_of", CleanText),
    sa.Column("automated", sa.Boolean, nullable=False),
    sa.Column("reach", Json, nullable=False),
    sa.Column("needs_answer", sa.Boolean),
    sa.Column("edited_at", UtcDateTime),
    sa.Column("erased_at", UtcDateTime),
    sa.Column("triaged_at", UtcDateTime),
    sa.UniqueConstraint("external_id", "brand", "platform"),
)
# The most telling column leads every index: a planner without statistics then cannot choose a wrong one.
# Literals, not parameters: a planner proves that a partial index serves a query only by the words of both.
answering = posts.c.in_reply_to.is_not(None)
untriaged = (
    posts.c.triaged_at.is_(None) & posts.c.erased_at.is_(None) & (posts.c.role == sa.literal_column("'mention'"))
)
answer = (posts.c[name] for name in ("in_reply_to", "brand", "platform", "published_at"))
post_indexes = (
    sa.Index("ix_posts_conversation", posts.c.conversation_id, posts.c.brand, posts.c.platform),
    sa.Index("ix_posts_author", posts.c.author_id, posts.c.brand, posts.c.platform),
    sa.Index("ix_posts_published", posts.c.brand, posts.c.published_at),
    partial_index("ix_posts_in_reply_to", *answer, where=answering),
    partial_index("ix_posts_untriaged", posts.c.published_at, posts.c.id, where=untriaged),
)

assessments = sa.Table(
    "assessments",
    metadata,
    sa.Column("post_id", sa.ForeignKey(posts.c.id), primary_key=True),
    sa.Column("model", CleanText, primary_key=True),
    sa.Column("lang", CleanText, nullable=False),
    sa.Column("kind", Label(Kind), nullable=False),
    sa.Column("sentiment", Label(Sentiment), nullable=False),
    sa.Column("severity", Label(Severity)),
    sa.Column("stage", Label(Stage), nullable=False),
    sa.Column("churn", Label(Churn), nullable=False),
    sa.Column("escalation", sa.Float, nullable=False),
    sa.Column("abstained", sa.Boolean, nullable=False),
    sa.Column("abstain_reason", CleanText),
    sa.Column("probabilities", Json, nullable=False),
    sa.Column("assessed_at", UtcDateTime, nullable=False),
)

reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("post_id", sa.ForeignKey(posts.c.id), primary_key=True),
    sa.Column("agent", CleanText, primary_key=True),
    sa.Column("labels", Json, nullable=False),
    sa.Column("reviewed_at", UtcDateTime, nullable=False),
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("brand", CleanText, nullable=False),
    sa.Column("platform", CleanText, nullable=False),
    sa.Column("conversation_id", CleanText, nullable=False),
    sa.Column("customer_id", CleanText, nullable=False),
    sa.Column("first_post_id", CleanText, nullable=False),
    sa.Column("status", Label(Status), nullable=False),
    sa.Column("severity", Label(Severity)),
    sa.Column("risk", sa.Float, nullable=False),
    sa.Column("reasons", Words, nullable=False),
    sa.Column("targets", Json, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("opened_ingested_at", UtcDateTime, nullable=False),
    sa.Column("lang", CleanText),
    sa.Column("causes", Words(Cause), nullable=False),
    sa.Column("needs_human", sa.Boolean, nullable=False),
    sa.Column("assignee", CleanText),
    sa.Column("claimed_at", UtcDateTime),
    sa.Column("snoozed_until", UtcDateTime),
    sa.Column("waiting_since", UtcDateTime),
    sa.Column("waiting_post_id", CleanText),
    sa.Column("first_reply_at", UtcDateTime),
    sa.Column("first_reply_ingested_at", UtcDateTime),
    sa.Column("first_reply_by", CleanText),
    sa.Column("last_customer_at", UtcDateTime),
    sa.Column("last_reply_at", UtcDateTime),
    sa.Column("resolved_at", UtcDateTime),
    sa.Column("first_resolved_at", UtcDateTime),
    sa.Column("closed_through", UtcDateTime),
    sa.Column("begins_after", UtcDateTime),
    sa.Column("customer_posts", sa.Integer, nullable=False),
    sa.Column("brand_replies", sa.Integer, nullable=False),
    sa.Column("handoffs", sa.Integer, nullable=False),
    sa.Column("reopened", sa.Integer, nullable=False),
    sa.Column("keeps_snooze", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("merged_into", RowId),
    sa.Column("version", sa.Integer, nullable=False),
    # Copies of what the case itself knows, so that the queue and the sweep are index scans.
    sa.Column("live", sa.Boolean, nullable=False),
    sa.Column("breached", sa.Boolean, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("next_deadline_at", UtcDateTime),
)
live = cases.c.live.is_(True)
_conversation = (cases.c.conversation_id, cases.c.brand, cases.c.platform)
_counted = (cases.c.brand, cases.c.status, cases.c.breached, cases.c.needs_human, cases.c.assignee, cases.c.live)
_queue_order = (cases.c.priority, cases.c.due_at, cases.c.id)
case_indexes = (
    partial_index("uq_cases_live_conversation", *_conversation, where=live, unique=True),
    sa.Index("ix_cases_conversation", *_conversation),
    sa.Index("ix_cases_opened", cases.c.brand, cases.c.opened_at),
    partial_index("ix_cases_sweep", cases.c.next_deadline_at, where=cases.c.next_deadline_at.is_not(None)),
    partial_index("ix_cases_queue", *_queue_order, where=live),
    partial_index("ix_cases_brand_queue", cases.c.brand, *_queue_order, where=live),
    partial_index("ix_cases_lang_queue", cases.c.lang, *_queue_order, where=live),
    partial_index("ix_cases_assignee_queue", cases.c.assignee, *_queue_order, where=live),
    sa.Index("ix_cases_all", *_queue_order),
    partial_index("ix_cases_counts", *_counted, where=live),
)

deadlines = sa.Table(
    "deadlines",
    metadata,
    sa.Column("case_id", sa.ForeignKey(cases.c.id), primary_key=True),
    sa.Column("target", Label(Target), primary_key=True),
    sa.Column("started_at", UtcDateTime, primary_key=True),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("warn_at", UtcDateTime),
    sa.Column("met_at", UtcDateTime),
    sa.Column("stopped_at", UtcDateTime),
    sa.Column("warned", sa.Boolean, nullable=False),
    sa.Column("breached", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)

case_events = sa.Table(
    "case_events",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("case_id", sa.ForeignKey(cases.c.id), nullable=False),
    sa.Column("kind", Label(EventKind), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("key", CleanText, nullable=False),
    sa.Column("actor", CleanText),
    sa.Column("data", Json, nullable=False),
    sa.Column("changes", Json),
    sa.Column("bulk", CleanText),
    sa.UniqueConstraint("case_id", "key"),
)

cursors = sa.Table(
    "cursors",
    metadata,
    sa.Column("source", CleanText, primary_key=True),
    sa.Column("stream", CleanText, primary_key=True),
    sa.Column("position", CleanText),
    sa.Column("window_since", CleanText),
    sa.Column("window_top", CleanText),
    sa.Column("window_resume_below", CleanText),
    sa.Column("window_returned", sa.Integer),
    sa.Column("window_opened_at", UtcDateTime),
    sa.Column("last_success_at", UtcDateTime),
    sa.Column("last_error_at", UtcDateTime),
    sa.Column("last_error", CleanText),
    sa.Column("errors_in_a_row", sa.Integer, nullable=False),
    sa.Column("retry_at", UtcDateTime),
)

gaps = sa.Table(
    "gaps",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("source", CleanText, nullable=False),
    sa.Column("stream", CleanText, nullable=False),
    sa.Column("since_id", CleanText, nullable=False),
    sa.Column("until_id", CleanText, nullable=False),
    sa.Column("reason", CleanText, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("outcome", CleanText),
    sa.UniqueConstraint("source", "stream", "since_id", "until_id"),
)

dead_letters = sa.Table(
    "dead_letters",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("source", CleanText, nullable=False),
    sa.Column("stream", CleanText, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Column("error", CleanText, nullable=False),
    sa.Column("position", CleanText, nullable=False),
    sa.Column("external_id", CleanText),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("first_seen_at", UtcDateTime, nullable=False),
    sa.Column("last_seen_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("source", "stream", "sha256"),
)

follower_snapshots = sa.Table(
    "follower_snapshots",
    metadata,
    sa.Column("platform", CleanText, primary_key=True),
    sa.Column("account_id", CleanText, primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("followers", sa.Integer),
    sa.Column("following", sa.Integer),
    sa.Column("posts", sa.Integer),
    sa.Column("taken_at", UtcDateTime, nullable=False),
)

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", CleanText, primary_key=True),
    sa.Column("holder", CleanText, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)

spending = sa.Table(
    "spending",
    metadata,
    sa.Column("source", CleanText, primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("requests", sa.Integer, nullable=False),
    sa.Column("money", sa.Float, nullable=False),
)

heartbeats = sa.Table(
    "heartbeats",
    metadata,
    sa.Column("job", CleanText, primary_key=True),
    sa.Column("last_at", UtcDateTime, nullable=False),
    sa.Column("last_ok_at", UtcDateTime),
    sa.Column("duration", sa.Float, nullable=False),
    sa.Column("error", CleanText),
    sa.Column("failures_in_a_row", sa.Integer, nullable=False),
)
