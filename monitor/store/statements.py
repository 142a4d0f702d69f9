"""The few statements that databases spell or weigh differently: the upsert, and looking up many keys at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Column, ColumnElement, CursorResult, Row, Select, Table, any_, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from monitor.store.db import Session

T = TypeVar("T")
Key: TypeAlias = tuple[str, str, str]
"""Brand, platform and an external id: of a post, a conversation or an author."""
Excluded: TypeAlias = ReadOnlyColumnCollection[str, ColumnElement[Any]]
Values: TypeAlias = Mapping[str, Any]

BATCH = 1000
"""Keys per IN list: well below what either database takes, and enough to make a round trip worth it."""


def upsert(
    session: Session,
    table: Table,
    rows: Iterable[Values],
    *,
    key: Sequence[str],
    update: Sequence[str] = (),
    also: Callable[[Excluded], Mapping[str, Any]] | None = None,
    returning: Sequence[Column[Any]] = (),
) -> Sequence[Row[Any]]:
    """Insert the rows; where `key` is taken, overwrite the columns of `update` (and `also`), or leave the row alone.

    Rows are de-duplicated by key, the last wins: PostgreSQL raises where SQLite accepts. They are written in the order
    of their keys, so that two writers never wait for each other in a circle. `returning` gives the rows written.
    """
    unique = {tuple(row[name] for name in key): row for row in rows}
    if not unique:
        return ()
    ordered = [unique[each] for each in sorted(unique)]
    insert = sqlite.insert(table) if session.dialect.name == "sqlite" else postgresql.insert(table)
    changes: dict[str, Any] = {name: insert.excluded[name] for name in update}
    if also is not None:
        changes |= also(insert.excluded)
    if changes:
        statement = insert.on_conflict_do_update(index_elements=list(key), set_=changes)
    else:
        statement = insert.on_conflict_do_nothing(index_elements=list(key))
    if not returning:
        session.execute(statement, ordered)
        return ()
    result: CursorResult[Any] = session.execute(statement.returning(*returning), ordered)
    return result.all()


def batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    waiting = list(items)
    for start in range(0, len(waiting), size):
        yield waiting[start : start + size]


def matching(session: Session, statement: Select[Any], column: Column[Any], keys: Iterable[Key]) -> Iterator[Row[Any]]:
    """The rows of `statement` whose brand, platform and `column` are one of `keys`."""
    table = column.table
    by_brand: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for brand, platform, external_id in keys:
        by_brand[brand, platform][external_id] = None
    for (brand, platform), ids in by_brand.items():
        ours = statement.where(table.c.brand == brand, table.c.platform == platform)
        for batch in batches(ids):
            yield from session.execute(ours.where(among(session, column, batch))).all()


def among(session: Session, column: Column[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """`column IN (values)`; on PostgreSQL one array, so that one prepared statement serves every length."""
    if session.dialect.name == "sqlite":
        return column.in_(values)
    return column == any_(bindparam(None, list(values), type_=postgresql.ARRAY(column.type)))
