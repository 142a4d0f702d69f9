"""The people of the team: passwords, ranks, sessions, tokens, and an audit trail that can only grow."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_REFUSAL = "the audit trail can only be added to"
_SQLITE_TRIGGERS = [
    f"CREATE TRIGGER audit_no_{word.lower()} BEFORE {word} ON audit BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    for word in ("UPDATE", "DELETE")
]
_POSTGRES_TRIGGERS = [
    f"CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
    "CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
]


def upgrade() -> None:
    with op.batch_alter_table("agents") as batch:
        batch.add_column(sa.Column("display_name", sa.Text()))
        batch.add_column(sa.Column("rank", sa.String(40)))
        batch.add_column(sa.Column("password_hash", sa.Text()))
        batch.add_column(sa.Column("locale", sa.Text()))
        batch.add_column(sa.Column("zone", sa.Text()))
        batch.add_column(sa.Column("preferences", sa.JSON()))
        batch.add_column(sa.Column("disabled_at", UTC))
    op.execute("UPDATE agents SET display_name = name, rank = 'agent', preferences = '{}'")
    with op.batch_alter_table("agents") as batch:
        batch.alter_column("display_name", existing_type=sa.Text(), nullable=False)
        batch.alter_column("rank", existing_type=sa.String(40), nullable=False)
        batch.alter_column("preferences", existing_type=sa.JSON(), nullable=False)
    op.create_table(
        "web_sessions",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("agent_id", ROW_ID, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("seen_at", UTC, nullable=False),
        sa.Column("expires_at", UTC, nullable=False),
        sa.Column("ended_at", UTC),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_web_sessions_agent_id_agents"),
        sa.PrimaryKeyConstraint("id", name="pk_web_sessions"),
        sa.UniqueConstraint("hash", name="uq_web_sessions_hash"),
    )
    op.create_index("ix_web_sessions_agent_id", "web_sessions", ["agent_id"])
    op.create_table(
        "api_tokens",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("agent_id", ROW_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("expires_at", UTC),
        sa.Column("used_at", UTC),
        sa.Column("revoked_at", UTC),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_api_tokens_agent_id_agents"),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("hash", name="uq_api_tokens_hash"),
    )
    op.create_index("ix_api_tokens_agent_id", "api_tokens", ["agent_id"])
    op.create_table(
        "setup_codes",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("agent_id", ROW_ID),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("expires_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name="fk_setup_codes_agent_id_agents"),
        sa.PrimaryKeyConstraint("hash", name="pk_setup_codes"),
    )
    op.create_index("ix_setup_codes_agent_id", "setup_codes", ["agent_id"])
    op.create_table(
        "login_tries",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_login_tries"),
    )
    op.create_index("ix_login_tries_last_at", "login_tries", ["last_at"])
    op.create_table(
        "audit",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("deed", sa.String(40), nullable=False),
        sa.Column("actor", sa.Text()),
        sa.Column("subject", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_actor", "audit", ["actor"])
    for statement in _SQLITE_TRIGGERS if _on_sqlite() else _POSTGRES_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit")
    if not _on_sqlite():
        op.execute("DROP FUNCTION refuse_audit_change()")
    op.drop_table("login_tries")
    op.drop_table("setup_codes")
    op.drop_table("api_tokens")
    op.drop_table("web_sessions")
    with op.batch_alter_table("agents") as batch:
        for name in ("display_name", "rank", "password_hash", "locale", "zone", "preferences", "disabled_at"):
            batch.drop_column(name)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
