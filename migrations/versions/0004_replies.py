"""Replying: templates, the ledger of compensations, and the index by which our latest replies are read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reply_templates",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text()),
        sa.Column("bodies", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("assign", sa.Text()),
        sa.Column("then", sa.String(40), nullable=False),
        sa.Column("snooze_minutes", sa.Integer()),
        sa.Column("updated_by", sa.Text()),
        sa.Column("updated_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reply_templates"),
        sa.UniqueConstraint("owner", "name", name="uq_reply_templates_owner_name"),
    )
    op.create_table(
        "compensations",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("case_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", UTC, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", UTC),
        sa.Column("paid_at", UTC),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_compensations_case_id_cases"),
        sa.PrimaryKeyConstraint("id", name="pk_compensations"),
    )
    op.create_index("ix_compensations_case", "compensations", ["case_id"])
    _create_partial("uq_compensations_requested", "compensations", ["case_id"], "state = 'requested'", unique=True)
    _create_partial("ix_posts_replies", "posts", ["brand", "published_at"], "role = 'reply'")


def _create_partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    op.drop_index("ix_posts_replies", "posts")
    op.drop_table("compensations")
    op.drop_table("reply_templates")
