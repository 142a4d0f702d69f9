"""The tables of replying: templates, and the ledger of compensations."""

import sqlalchemy as sa

from monitor.domain.compensation import Kind, State
from monitor.domain.reply_template import Then
from monitor.store.tables import Json, RowId, cases, metadata, partial_index, posts
from monitor.store.types import CleanText, Label, UtcDateTime, Words

reply_templates = sa.Table(
    "reply_templates",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column(
        "owner", CleanText, nullable=False
    ),  # an agent's name; empty for the team, so that names are unique there
    sa.Column("name", CleanText, nullable=False),
    sa.Column("title", CleanText, nullable=False),
    sa.Column("brand", CleanText),
    sa.Column("bodies", Json, nullable=False),
    sa.Column("tags", Words, nullable=False),
    sa.Column("assign", CleanText),
    sa.Column("then", Label(Then), nullable=False),
    sa.Column("snooze_minutes", sa.Integer),
    sa.Column("updated_by", CleanText),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("owner", "name"),
)

compensations = sa.Table(
    "compensations",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("case_id", sa.ForeignKey(cases.c.id), nullable=False),
    sa.Column("kind", Label(Kind), nullable=False),
    sa.Column("minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("reason", CleanText, nullable=False),
    sa.Column("requested_by", CleanText, nullable=False),
    sa.Column("requested_at", UtcDateTime, nullable=False),
    sa.Column("state", Label(State), nullable=False),
    sa.Column("decided_by", CleanText),
    sa.Column("decided_at", UtcDateTime),
    sa.Column("paid_at", UtcDateTime),
    sa.Column("note", CleanText, nullable=False),
)
# Literals, so that a planner sees by the words that the partial index serves the query.
requested = compensations.c.state == sa.literal_column("'requested'")
needs_authority = sa.exists().where(compensations.c.case_id == cases.c.id, requested).correlate(cases)
"""A case that waits for somebody who may grant what was asked for: `is:needs-authority`."""

ours = posts.c.role == sa.literal_column("'reply'")
reply_indexes = (
    sa.Index("ix_compensations_case", compensations.c.case_id),
    partial_index("uq_compensations_requested", compensations.c.case_id, where=requested, unique=True),
    partial_index("ix_posts_replies", posts.c.brand, posts.c.published_at, where=ours),
)
