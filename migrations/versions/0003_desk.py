"""The desk: saved views, drafts, presence, leases of cases, labels; undo, merging, and the words that posts are found by."""

import sqlalchemy as sa
from alembic import op

from monitor.domain.folding import folded

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True).with_variant(sa.String(32), "sqlite")
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

BATCH = 2000

_INDEX_WORDS = "INSERT INTO fulltext_post_words (rowid, words) VALUES (new.post_id, new.words)"
_FORGET_WORDS = (
    "INSERT INTO fulltext_post_words (fulltext_post_words, rowid, words) VALUES ('delete', old.post_id, old.words)"
)
_SQLITE = (
    "CREATE VIRTUAL TABLE fulltext_post_words USING fts5"
    " (words, content='post_words', content_rowid='post_id', tokenize='unicode61 remove_diacritics 0', detail=none, prefix='2 3 4')",
    f"CREATE TRIGGER fulltext_words_in AFTER INSERT ON post_words BEGIN {_INDEX_WORDS}; END",
    f"CREATE TRIGGER fulltext_words_out AFTER DELETE ON post_words BEGIN {_FORGET_WORDS}; END",
    f"CREATE TRIGGER fulltext_words_over AFTER UPDATE ON post_words BEGIN {_FORGET_WORDS}; {_INDEX_WORDS}; END",
    "CREATE INDEX fulltext_accounts_handle ON accounts (handle COLLATE NOCASE)",
)
_POSTGRES = (
    "CREATE INDEX fulltext_post_words ON post_words USING gin (array_to_tsvector(string_to_array(words, ' ')))",
    "CREATE INDEX fulltext_accounts_handle ON accounts (lower(handle))",
)


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
        sa.UniqueConstraint("owner", "name", name="uq_saved_views_owner_name"),
    )
    op.create_table(
        "drafts",
        sa.Column("case_id", ROW_ID, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_drafts_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "agent", name="pk_drafts"),
    )
    op.create_table(
        "presence",
        sa.Column("case_id", ROW_ID, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("doing", sa.String(40), nullable=False),
        sa.Column("seen_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_presence_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "agent", name="pk_presence"),
    )
    op.create_index("ix_presence_seen", "presence", ["seen_at"])
    op.create_table(
        "holds",
        sa.Column("case_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("expires_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_holds_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", name="pk_holds"),
    )
    op.create_index("ix_holds_agent", "holds", ["agent"])
    op.create_table(
        "case_tags",
        sa.Column("case_id", ROW_ID, nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_tags_case_id_cases"),
        sa.PrimaryKeyConstraint("case_id", "tag", name="pk_case_tags"),
    )
    op.create_index("ix_case_tags_tag", "case_tags", ["tag", "case_id"])
    op.create_table(
        "post_words",
        sa.Column("post_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name="fk_post_words_post_id_posts"),
        sa.PrimaryKeyConstraint("post_id", name="pk_post_words"),
    )
    op.add_column("cases", sa.Column("keeps_snooze", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("cases", sa.Column("merged_into", ROW_ID))
    op.add_column("case_events", sa.Column("changes", sa.JSON()))
    op.add_column("case_events", sa.Column("bulk", sa.Text()))
    _create_indexes()
    for statement in _SQLITE if _on_sqlite() else _POSTGRES:
        op.execute(statement)
    _fold_the_posts()


def _create_indexes() -> None:
    live = "live IS 1" if _on_sqlite() else "live IS true"
    doubtful = "needs_human IS 1" if _on_sqlite() else "needs_human IS true"
    order = ["priority", "due_at", "id"]
    _create_partial("ix_cases_status_queue", "cases", ["status", "assignee", *order], live)
    _create_partial("ix_cases_due", "cases", ["due_at"], live)
    _create_partial("ix_cases_needs_human", "cases", order, f"{live} AND {doubtful}")
    _create_partial("ix_cases_merged_into", "cases", ["merged_into"], "merged_into IS NOT NULL")
    _create_partial("ix_case_events_actor", "case_events", ["actor", "id"], "actor IS NOT NULL")
    _create_partial("ix_case_events_bulk", "case_events", ["bulk"], "bulk IS NOT NULL")
    op.create_index("ix_cases_customer", "cases", ["customer_id", "platform"])
    op.create_index("ix_accounts_followers", "accounts", ["followers"])


def _create_partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _fold_the_posts() -> None:
    """Let the posts that are there be found too. Folding is part of the program: a post is folded alike at all times."""
    connection = op.get_bind()
    posts = sa.table("posts", *map(sa.column, ("id", "platform", "author_id", "text", "role", "erased_at")))
    accounts = sa.table("accounts", *map(sa.column, ("external_id", "platform", "handle", "name")))
    words = sa.table("post_words", sa.column("post_id"), sa.column("words"))
    wrote = (accounts.c.external_id == posts.c.author_id) & (accounts.c.platform == posts.c.platform)
    named = sa.select(posts.c.id, posts.c.text, accounts.c.handle, accounts.c.name)
    found = named.select_from(posts.outerjoin(accounts, wrote)).order_by(posts.c.id).limit(BATCH)
    last = 0
    while True:
        kept = (posts.c.id > last, posts.c.role != "repost", posts.c.erased_at.is_(None))
        rows = connection.execute(found.where(*kept)).all()
        if not rows:
            return
        folding = ({"post_id": row.id, "words": folded(row.text, row.handle or "", row.name or "")} for row in rows)
        connection.execute(words.insert(), list(folding))
        last = rows[-1].id


def downgrade() -> None:
    if _on_sqlite():
        for trigger in ("fulltext_words_in", "fulltext_words_out", "fulltext_words_over"):
            op.execute(f"DROP TRIGGER {trigger}")
        op.execute("DROP TABLE fulltext_post_words")
    op.execute("DROP INDEX fulltext_accounts_handle")
    for name, table in (
        ("ix_accounts_followers", "accounts"),
        ("ix_cases_customer", "cases"),
        ("ix_case_events_bulk", "case_events"),
        ("ix_case_events_actor", "case_events"),
        ("ix_cases_merged_into", "cases"),
        ("ix_cases_needs_human", "cases"),
        ("ix_cases_due", "cases"),
        ("ix_cases_status_queue", "cases"),
    ):
        op.drop_index(name, table)
    for table, names in (("case_events", ("bulk", "changes")), ("cases", ("merged_into", "keeps_snooze"))):
        for name in names:
            op.drop_column(table, name)
    for name in ("post_words", "case_tags", "holds", "presence", "drafts", "saved_views"):
        op.drop_table(name)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
