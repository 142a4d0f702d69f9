"""Runs migrations on the connection that `monitor.store.migrate` hands over: everything in one transaction, or nothing.

SQLite alters a table by copying it, and with foreign keys enforced the copy's DROP TABLE would delete the children's
rows. So enforcement is off before BEGIN, and the rows are counted before and after.
"""

from typing import Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy import Connection, inspect, text

from monitor.errors import StoreError
from monitor.store.schema import metadata
from monitor.store.types import CleanText, Label, UtcDateTime, Words

LOCK = 6_741_093_551  # any number, the same in every version of the program


def run(connection: Connection) -> None:
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Not through SQLAlchemy: its first statement opens the transaction, in which the pragma does nothing.
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=plain_type,
        include_name=lambda name, _kind, _parents: not (name or "").startswith("fulltext_"),
        transactional_ddl=True,  # true of SQLite too, once BEGIN is ours
    )
    with connection.begin():
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        before = row_counts(connection)
        context.run_migrations()
        check(connection, before)


def plain_type(kind: str, item: object, _context: object) -> str | Literal[False]:
    """A new step spells our column types out, so that it stays true when they change."""
    if kind != "type":
        return False
    spelled: dict[type, str] = {
        UtcDateTime: "sa.DateTime(timezone=True).with_variant(sa.String(32), 'sqlite')",
        Label: "sa.String(40)",
        CleanText: "sa.Text()",
        Words: "sa.JSON()",
        sa.JSON: "sa.JSON()",
    }
    return spelled.get(type(item), False)


def row_counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    if connection.dialect.name != "sqlite":
        return {}  # PostgreSQL alters in place
    names = inspect(connection).get_table_names()
    counted = {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}  # noqa: S608
    counted.pop("alembic_version", None)
    return counted


def check(connection: Connection, before: dict[str, int]) -> None:
    """Refuse to commit when a table that is still there lost rows, or rows lost what they refer to."""
    if connection.dialect.name != "sqlite":
        return
    after = row_counts(connection)
    changed = sorted(name for name in before.keys() & after.keys() if before[name] != after[name])
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if changed or broken:
        raise StoreError(f"The migration would lose data and was undone; tables: {', '.join(changed) or broken[0][0]}.")


run(context.config.attributes["connection"])
