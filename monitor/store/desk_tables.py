"""The tables of the desk: what agents keep around cases, the words that posts are found by, the indexes of views."""

import sqlalchemy as sa

from monitor.domain.presence import Doing
from monitor.store.tables import RowId, accounts, case_events, cases, live, metadata, partial_index, posts
from monitor.store.types import CleanText, Label, UtcDateTime

saved_views = sa.Table(
    "saved_views",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column(
        "owner", CleanText, nullable=False
    ),  # an agent's name; empty for the team, so that names are unique there
    sa.Column("name", CleanText, nullable=False),
    sa.Column("query", CleanText, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.UniqueConstraint("owner", "name"),
)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("case_id", sa.ForeignKey(cases.c.id), primary_key=True),
    sa.Column("agent", CleanText, primary_key=True),
    sa.Column("text", CleanText, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

presence = sa.Table(
    "presence",
    metadata,
    sa.Column("case_id", sa.ForeignKey(cases.c.id), primary_key=True),
    sa.Column("agent", CleanText, primary_key=True),
    sa.Column("doing", Label(Doing), nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
)
sa.Index("ix_presence_seen", presence.c.seen_at)

holds = sa.Table(
    "holds",
    metadata,
    sa.Column("case_id", sa.ForeignKey(cases.c.id), primary_key=True, autoincrement=False),
    sa.Column("agent", CleanText, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)
sa.Index("ix_holds_agent", holds.c.agent)

case_tags = sa.Table(
    "case_tags",
    metadata,
    sa.Column("case_id", sa.ForeignKey(cases.c.id), primary_key=True),
    sa.Column("tag", CleanText, primary_key=True),
)
sa.Index("ix_case_tags_tag", case_tags.c.tag, case_tags.c.case_id)

post_words = sa.Table(
    "post_words",
    metadata,
    sa.Column("post_id", sa.ForeignKey(posts.c.id), primary_key=True, autoincrement=False),
    sa.Column("words", CleanText, nullable=False),
)
# Not here but in the migration, because each database spells them in its own way: the full-text index over these words
# (`fulltext_post_words`) and the index over handles in any case (`fulltext_accounts_handle`).

desk_indexes = (
    partial_index(
        "ix_cases_status_queue",
        cases.c.status,
        cases.c.assignee,
        cases.c.priority,
        cases.c.due_at,
        cases.c.id,
        where=live,
    ),
    partial_index("ix_cases_due", cases.c.due_at, where=live),
    partial_index(
        "ix_cases_needs_human",
        cases.c.priority,
        cases.c.due_at,
        cases.c.id,
        where=live & cases.c.needs_human.is_(True),
    ),
    sa.Index("ix_accounts_followers", accounts.c.followers),
    sa.Index("ix_cases_customer", cases.c.customer_id, cases.c.platform),
    partial_index("ix_cases_merged_into", cases.c.merged_into, where=cases.c.merged_into.is_not(None)),
    partial_index(
        "ix_case_events_actor", case_events.c.actor, case_events.c.id, where=case_events.c.actor.is_not(None)
    ),
    partial_index("ix_case_events_bulk", case_events.c.bulk, where=case_events.c.bulk.is_not(None)),
)
