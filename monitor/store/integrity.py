"""Whether the database is whole: what SQLite's quick check says; PostgreSQL looks after itself and is only asked."""

from sqlalchemy.exc import DatabaseError

from monitor.errors import StoreError
from monitor.store.db import Database

_MOST = 5


def complaints(database: Database) -> list[str]:
    """What is wrong with the database file, the first few; `StoreError` where it cannot even be read."""
    check = f"PRAGMA quick_check({_MOST})" if database.dialect == "sqlite" else "SELECT 'ok'"
    try:
        with database.read() as session:
            found = [str(row[0]) for row in session.exec_driver_sql(check)]
    except DatabaseError as error:
        raise StoreError(f"The database cannot be read: {str(error.orig).strip()}") from error
    return [] if found == ["ok"] else found
