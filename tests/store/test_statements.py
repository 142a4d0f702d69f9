"""The upsert and the look-up of many keys: the same on both databases, at any size."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.store.db import Database
from monitor.store.statements import BATCH, among, batches, matching, upsert
from monitor.store.tables import gaps, posts, spending
from tests.make import NOW, make_post

Row = dict[str, Any]


def row(source: str, requests: int = 1, day: str = "2026-03-02") -> Row:
    return {"source": source, "day": day, "requests": requests, "money": 0.0}


def kept(database: Database) -> dict[str, int]:
    with database.read() as session:
        rows = session.execute(sa.select(spending.c.source, spending.c.requests)).all()
    return {row.source: row.requests for row in rows}


def put(database: Database, rows: Sequence[Row], **how: Any) -> Sequence[Any]:
    with database.write() as session:
        return upsert(session, spending, rows, key=("source", "day"), **how)


def test_new_rows_are_inserted(database: Database) -> None:
    put(database, [row("a", 1), row("b", 2)])

    assert kept(database) == {"a": 1, "b": 2}


def test_without_columns_to_update_the_first_row_stays(database: Database) -> None:
    put(database, [row("a", 1)])
    put(database, [row("a", 2)])

    assert kept(database) == {"a": 1}


def test_columns_to_update_are_overwritten_and_no_others(database: Database) -> None:
    put(database, [row("a", 1)])
    with database.write() as session:
        changed = row("a", 5) | {"money": 9.0}
        upsert(session, spending, [changed], key=("source", "day"), update=("requests",))
        assert session.execute(sa.select(spending.c.requests, spending.c.money)).one() == (5, 0.0)


def test_the_last_of_several_rows_with_one_key_wins(database: Database) -> None:
    put(database, [row("a", 1), row("a", 2), row("a", 3)], update=("requests",))

    assert kept(database) == {"a": 3}


def test_a_column_can_be_computed_from_the_old_and_the_new_row(database: Database) -> None:
    for _ in range(3):
        put(database, [row("a", 2)], also=lambda new: {"requests": spending.c.requests + new.requests})

    assert kept(database) == {"a": 6}


def test_the_rows_that_were_written_are_returned_and_only_those(database: Database) -> None:
    put(database, [row("a")])

    returned = put(database, [row("a"), row("b"), row("c")], returning=[spending.c.source])

    assert sorted(each.source for each in returned) == ["b", "c"]


def test_more_rows_than_one_statement_takes_are_all_returned(database: Database) -> None:
    rows = [row(str(number)) for number in range(3 * BATCH + 7)]

    returned = put(database, rows, returning=[spending.c.source])

    assert {each.source for each in returned} == {each["source"] for each in rows}


def test_no_rows_are_no_work(database: Database) -> None:
    assert put(database, [], returning=[spending.c.source]) == ()


def test_two_writers_of_the_same_rows_never_wait_for_each_other_in_a_circle(database: Database) -> None:
    names = [str(number) for number in range(60)]
    errors: list[Exception] = []

    def work(order: Sequence[str]) -> None:
        try:
            for number in range(8):
                put(database, [row(name, number) for name in order], update=("requests",))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(order,)) for order in (names, names[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert len(kept(database)) == 60


def test_a_surrogate_key_is_given_by_the_database(database: Database) -> None:
    gap = {"source": "x", "stream": "s", "since_id": "1", "until_id": "2", "reason": "deep", "opened_at": NOW}
    key = ("source", "stream", "since_id", "until_id")
    with database.write() as session:
        first = upsert(session, gaps, [gap], key=key, returning=[gaps.c.id])
        again = upsert(session, gaps, [gap], key=key, returning=[gaps.c.id])

    assert isinstance(first[0].id, int)
    assert again == []


@pytest.mark.parametrize("count, sizes", [(0, []), (1, [1]), (3, [3]), (4, [3, 1]), (7, [3, 3, 1])])
def test_batches_hold_everything_once_in_order(count: int, sizes: list[int]) -> None:
    found = list(batches(range(count), 3))

    assert [len(batch) for batch in found] == sizes
    assert [item for batch in found for item in batch] == list(range(count))


def save(database: Database, *items: Any) -> None:
    rows = [
        {column.name: getattr(item, column.name) for column in posts.c if hasattr(item, column.name)} for item in items
    ]
    for each in rows:
        del each["id"]
    with database.write() as session:
        session.execute(posts.insert(), rows)


def found(database: Database, keys: Sequence[tuple[str, str, str]]) -> list[str]:
    with database.read() as session:
        return sorted(r.external_id for r in matching(session, sa.select(posts), posts.c.external_id, keys))


def test_rows_match_on_all_three_parts_of_a_key(database: Database) -> None:
    save(
        database,
        make_post(external_id="1"),
        make_post(external_id="2"),
        make_post(external_id="1", brand="other"),
        make_post(external_id="1", platform="y"),
    )

    assert found(database, [("acme", "x", "1")]) == ["1"]
    assert found(database, [("acme", "x", "1"), ("other", "x", "1"), ("acme", "y", "2")]) == ["1", "1"]


def test_a_key_asked_twice_is_found_once(database: Database) -> None:
    save(database, make_post(external_id="1"))

    assert found(database, [("acme", "x", "1")] * 3) == ["1"]


def test_no_keys_match_nothing(database: Database) -> None:
    save(database, make_post(external_id="1"))

    assert found(database, []) == []


def test_more_keys_than_one_statement_takes_are_all_looked_up(database: Database) -> None:
    many = [make_post(external_id=str(number)) for number in range(2 * BATCH + 3)]
    save(database, *many)

    keys = [("acme", "x", post.external_id) for post in many]

    assert len(found(database, keys)) == len(many)


def test_among_nothing_is_nothing(database: Database) -> None:
    save(database, make_post())

    with database.read() as session:
        rows = session.execute(sa.select(posts.c.id).where(among(session, posts.c.external_id, []))).all()

    assert rows == []


def test_among_takes_numbers_too(database: Database) -> None:
    save(database, make_post(), make_post())

    with database.read() as session:
        ids = session.execute(sa.select(posts.c.id)).scalars().all()
        again = session.execute(sa.select(posts.c.id).where(among(session, posts.c.id, list(ids)))).scalars().all()

    assert sorted(again) == sorted(ids)
