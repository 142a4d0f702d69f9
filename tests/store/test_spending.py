"""Spending: what a source has cost today, added up over every process."""

import threading

import pytest

from monitor.store import spending
from monitor.store.db import Database

TODAY, TOMORROW = "2026-03-02", "2026-03-03"


def add(database: Database, requests: int, money: float, source: str = "x", day: str = TODAY) -> None:
    with database.write() as session:
        spending.add(session, source, day, requests=requests, money=money)


def spent(database: Database, source: str = "x", day: str = TODAY) -> tuple[int, float]:
    with database.read() as session:
        return spending.spent(session, source, day)


def test_nothing_is_spent_at_first(database: Database) -> None:
    assert spent(database) == (0, 0.0)


def test_what_is_spent_adds_up(database: Database) -> None:
    add(database, 1, 0.5)
    add(database, 3, 0.25)

    assert spent(database) == (4, 0.75)


def test_days_and_sources_are_apart(database: Database) -> None:
    add(database, 1, 0.5)
    add(database, 2, 1.0, day=TOMORROW)
    add(database, 4, 2.0, source="y")

    assert (spent(database), spent(database, day=TOMORROW), spent(database, "y")) == ((1, 0.5), (2, 1.0), (4, 2.0))


def test_no_amount_is_lost_between_processes(database: Database) -> None:
    threads = [threading.Thread(target=lambda: [add(database, 1, 0.25) for _ in range(10)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert spent(database) == (40, pytest.approx(10.0))
