"""The tables of the team: people, their sessions and tokens, and the trail of what was done to either.

No secret is kept as it is: passwords are hashed slowly, codes and tokens, which nobody can guess, by SHA-256.
"""

import sqlalchemy as sa

from monitor.domain.access import Rank, Scope
from monitor.domain.audit import Deed
from monitor.store.tables import Json, RowId, metadata
from monitor.store.types import CleanText, Label, UtcDateTime, Words

Digest = sa.String(64)

agents = sa.Table(
    "agents",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("name", CleanText, nullable=False, unique=True),
    sa.Column("email", CleanText, unique=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("display_name", CleanText, nullable=False),
    sa.Column("rank", Label(Rank), nullable=False),
    sa.Column("password_hash", CleanText),
    sa.Column("locale", CleanText),
    sa.Column("zone", CleanText),
    sa.Column("preferences", Json, nullable=False),
    sa.Column("disabled_at", UtcDateTime),
)

web_sessions = sa.Table(
    "web_sessions",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("hash", Digest, nullable=False, unique=True),
    sa.Column("agent_id", sa.ForeignKey(agents.c.id), nullable=False, index=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("address", CleanText, nullable=False),
    sa.Column("user_agent", CleanText, nullable=False),
)

api_tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("hash", Digest, nullable=False, unique=True),
    sa.Column("agent_id", sa.ForeignKey(agents.c.id), nullable=False, index=True),
    sa.Column("name", CleanText, nullable=False),
    sa.Column("prefix", CleanText, nullable=False),
    sa.Column("scopes", Words(Scope), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime),
    sa.Column("used_at", UtcDateTime),
    sa.Column("revoked_at", UtcDateTime),
)

# Without a person the code makes the first administrator; with one it lets that person choose a password.
setup_codes = sa.Table(
    "setup_codes",
    metadata,
    sa.Column("hash", Digest, primary_key=True),
    sa.Column("agent_id", sa.ForeignKey(agents.c.id), index=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)

login_tries = sa.Table(
    "login_tries",
    metadata,
    sa.Column("key", Digest, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=False, index=True),
)

# Rows are only ever added: triggers of the migration refuse everything else.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", RowId, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("deed", Label(Deed), nullable=False),
    sa.Column("actor", CleanText, index=True),
    sa.Column("subject", CleanText),
    sa.Column("address", CleanText),
    sa.Column("detail", Json, nullable=False),
    sa.Column("seal", Digest, nullable=False),
)
