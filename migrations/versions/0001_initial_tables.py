"""The tables to start with."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("followers", sa.Integer()),
        sa.Column("following", sa.Integer()),
        sa.Column("posts", sa.Integer()),
        sa.PrimaryKeyConstraint("external_id", "platform", name="pk_accounts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "agents",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("created_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agents"),
        sa.UniqueConstraint("email", name="uq_agents_email"),
        sa.UniqueConstraint("name", name="uq_agents_name"),
    )
    op.create_table(
        "cases",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("first_post_id", sa.Text(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("severity", sa.String(40)),
        sa.Column("risk", sa.Float(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("opened_at", UTC, nullable=False),
        sa.Column("opened_ingested_at", UTC, nullable=False),
        sa.Column("lang", sa.Text()),
        sa.Column("causes", sa.JSON(), nullable=False),
        sa.Column("needs_human", sa.Boolean(), nullable=False),
        sa.Column("assignee", sa.Text()),
        sa.Column("claimed_at", UTC),
        sa.Column("snoozed_until", UTC),
        sa.Column("waiting_since", UTC),
        sa.Column("waiting_post_id", sa.Text()),
        sa.Column("first_reply_at", UTC),
        sa.Column("first_reply_ingested_at", UTC),
        sa.Column("first_reply_by", sa.Text()),
        sa.Column("last_customer_at", UTC),
        sa.Column("last_reply_at", UTC),
        sa.Column("resolved_at", UTC),
        sa.Column("first_resolved_at", UTC),
        sa.Column("closed_through", UTC),
        sa.Column("begins_after", UTC),
        sa.Column("customer_posts", sa.Integer(), nullable=False),
        sa.Column("brand_replies", sa.Integer(), nullable=False),
        sa.Column("handoffs", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("breached", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("due_at", UTC, nullable=False),
        sa.Column("next_deadline_at", UTC),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    op.create_index("ix_cases_all", "cases", ["priority", "due_at", "id"])
    op.create_index(
        "ix_cases_assignee_queue",
        "cases",
        ["assignee", "priority", "due_at", "id"],
        sqlite_where=sa.text("live IS 1"),
        postgresql_where=sa.text("live IS true"),
    )
    op.create_index(
        "ix_cases_brand_queue",
        "cases",
        ["brand", "priority", "due_at", "id"],
        sqlite_where=sa.text("live IS 1"),
        postgresql_where=sa.text("live IS true"),
    )
    op.create_index("ix_cases_conversation", "cases", ["conversation_id", "brand", "platform"])
    op.create_index(
        "ix_cases_counts",
        "cases",
        ["brand", "status", "breached", "needs_human", "assignee", "live"],
        sqlite_where=sa.text("live IS 1"),
        postgresql_where=sa.text("live IS true"),
    )
    op.create_index(
        "ix_cases_lang_queue",
        "cases",
        ["lang", "priority", "due_at", "id"],
        sqlite_where=sa.text("live IS 1"),
        postgresql_where=sa.text("live IS true"),
    )
    op.create_index("ix_cases_opened", "cases", ["brand", "opened_at"])
    op.create_index(
        "ix_cases_queue",
        "cases",
        ["priority", "due_at", "id"],
        sqlite_where=sa.text("live IS 1"),
        postgresql_where=sa.text("live IS true"),
    )
    op.create_index(
        "ix_cases_sweep",
        "cases",
        ["next_deadline_at"],
        sqlite_where=sa.text("next_deadline_at IS NOT NULL"),
        postgresql_where=sa.text("next_deadline_at IS NOT NULL"),
    )
    op.create_index(
        "uq_cases_live_conversation",
        "cases",
        ["conversation_id", "brand", "platform"],
        unique=True,
        sqlite_where=sa.text("live IS 1"),
        postgresql_where=sa.text("live IS true"),
    )

    op.create_table(
        "cursors",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("position", sa.Text()),
        sa.Column("window_since", sa.Text()),
        sa.Column("window_top", sa.Text()),
        sa.Column("window_resume_below", sa.Text()),
        sa.Column("window_returned", sa.Integer()),
        sa.Column("window_opened_at", UTC),
        sa.Column("last_success_at", UTC),
        sa.Column("last_error_at", UTC),
        sa.Column("last_error", sa.Text()),
        sa.Column("errors_in_a_row", sa.Integer(), nullable=False),
        sa.Column("retry_at", UTC),
        sa.PrimaryKeyConstraint("source", "stream", name="pk_cursors"),
    )
    op.create_table(
        "dead_letters",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", UTC, nullable=False),
        sa.Column("last_seen_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dead_letters"),
        sa.UniqueConstraint("source", "stream", "sha256", name="uq_dead_letters_source_stream_sha256"),
    )
    op.create_table(
        "follower_snapshots",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("followers", sa.Integer()),
        sa.Column("following", sa.Integer()),
        sa.Column("posts", sa.Integer()),
        sa.Column("taken_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("platform", "account_id", "day", name="pk_follower_snapshots"),
    )
    op.create_table(
        "gaps",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("since_id", sa.Text(), nullable=False),
        sa.Column("until_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", UTC, nullable=False),
        sa.Column("closed_at", UTC),
        sa.Column("outcome", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_gaps"),
        sa.UniqueConstraint("source", "stream", "since_id", "until_id", name="uq_gaps_source_stream_since_id_until_id"),
    )
    op.create_table(
        "heartbeats",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("last_at", UTC, nullable=False),
        sa.Column("last_ok_at", UTC),
        sa.Column("duration", sa.Float(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("failures_in_a_row", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("job", name="pk_heartbeats"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("expires_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )
    op.create_table(
        "posts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", UTC, nullable=False),
        sa.Column("ingested_at", UTC, nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("lang", sa.Text()),
        sa.Column("in_reply_to", sa.Text()),
        sa.Column("in_reply_to_author", sa.Text()),
        sa.Column("repost_of", sa.Text()),
        sa.Column("automated", sa.Boolean(), nullable=False),
        sa.Column("reach", sa.JSON(), nullable=False),
        sa.Column("needs_answer", sa.Boolean()),
        sa.Column("edited_at", UTC),
        sa.Column("erased_at", UTC),
        sa.Column("triaged_at", UTC),
        sa.PrimaryKeyConstraint("id", name="pk_posts"),
        sa.UniqueConstraint("external_id", "brand", "platform", name="uq_posts_external_id_brand_platform"),
    )
    op.create_index("ix_posts_author", "posts", ["author_id", "brand", "platform"])
    op.create_index("ix_posts_conversation", "posts", ["conversation_id", "brand", "platform"])
    op.create_index(
        "ix_posts_in_reply_to",
        "posts",
        ["in_reply_to", "brand", "platform", "published_at"],
        sqlite_where=sa.text("in_reply_to IS NOT NULL"),
        postgresql_where=sa.text("in_reply_to IS NOT NULL"),
    )
    op.create_index("ix_posts_published", "posts", ["brand", "published_at"])
    op.create_index(
        "ix_posts_untriaged",
        "posts",
        ["published_at", "id"],
        sqlite_where=sa.text("triaged_at IS NULL AND erased_at IS NULL AND role = 'mention'"),
        postgresql_where=sa.text("triaged_at IS NULL AND erased_at IS NULL AND role = 'mention'"),
    )

    op.create_table(
        "spending",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("money", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("source", "day", name="pk_spending"),
    )
    op.create_table(
        "assessments",
        sa.Column("post_id", ROW_ID, nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("sentiment", sa.String(40), nullable=False),
        sa.Column("severity", sa.String(40)),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("churn", sa.String(40), nullable=False),
        sa.Column("escalation", sa.Float(), nullable=False),
        sa.Column("abstained", sa.Boolean(), nullable=False),
        sa.Column("abstain_reason", sa.Text()),
        sa.Column("probabilities", sa.JSON(), nullable=False),
        sa.Column("assessed_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_assessments_post_id_posts"),
        sa.PrimaryKeyConstraint("post_id", "model", name="pk_assessments"),
    )
    op.create_table(
        "case_events",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("case_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text()),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_events_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_case_events"),
        sa.UniqueConstraint("case_id", "key", name="uq_case_events_case_id_key"),
    )
    op.create_table(
        "deadlines",
        sa.Column("case_id", ROW_ID, nullable=False),
        sa.Column("target", sa.String(40), nullable=False),
        sa.Column("started_at", UTC, nullable=False),
        sa.Column("due_at", UTC, nullable=False),
        sa.Column("warn_at", UTC),
        sa.Column("met_at", UTC),
        sa.Column("stopped_at", UTC),
        sa.Column("warned", sa.Boolean(), nullable=False),
        sa.Column("breached", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_deadlines_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "target", "started_at", name="pk_deadlines"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reviews",
        sa.Column("post_id", ROW_ID, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("reviewed_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_reviews_post_id_posts"),
        sa.PrimaryKeyConstraint("post_id", "agent", name="pk_reviews"),
    )


def downgrade() -> None:
    op.drop_table("reviews")
    op.drop_table("deadlines")
    op.drop_table("case_events")
    op.drop_table("assessments")
    op.drop_table("spending")

    op.drop_table("posts")
    op.drop_table("leases")
    op.drop_table("heartbeats")
    op.drop_table("gaps")
    op.drop_table("follower_snapshots")
    op.drop_table("dead_letters")
    op.drop_table("cursors")

    op.drop_table("cases")
    op.drop_table("agents")
    op.drop_table("accounts")
