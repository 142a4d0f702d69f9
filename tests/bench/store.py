"""How fast the store is, beside the naive way: `python -m tests.bench.store` (`make bench`).

Posts per second go through `save_page` into SQLite with `synchronous=FULL`; queue pages are read from a database of a
million posts and 200,000 cases, half of them live, at random depths. Times are wall-clock times, of a busy machine too.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from monitor.domain.model import Account, Post
from monitor.domain.search import Search, parse_search
from monitor.services.desk import BUILT_IN, MOST_COUNTED
from monitor.store import cases, intake, migrate, queue
from monitor.store.db import Database
from monitor.store.finding import Asker, conditions
from monitor.store.tables import cases as cases_table
from monitor.store.tables import posts
from tests.bench.filling import fill
from tests.conftest import POSTGRES_URL, created_database
from tests.make import make_account, make_change, make_post, make_reply

AIM_POSTS, AIM_CASES, AIM_PAGE_MS = 8000, 2000, 20.0
FILTERS = {
    "all live": "",
    "one brand": "brand:second",
    "rare language": "lang:lv",
    "blame": "severity:blame",
    "a cause": "cause:outage",
    "one agent": "assignee:agent7",
    "breached, of a brand": "brand:acme is:breached",
    "every status": "is:any",
    "nobody's": "status:open,waiting is:unassigned",
    "breaching": "is:breaching",
    "needs a label": "is:needs-label",
    "a word of every post": "parcel",
    "a word of one post": "150000",
    "two words, a language": "parcel late lang:bg",
    "an author": "from:@Customer150000",
    "a label of few": "label:vip",
    "a label of many": "label:storm",
    "many followers": "followers:>9900",
    "some followers": "followers:>5000 lang:ru",
}
"""Searches by what they are about."""
ASKER = Asker("agent7", datetime(2026, 1, 5, tzinfo=UTC))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--ingest", type=int, default=20_000, help="posts to send through save_page, per batch size")
    parser.add_argument("--pages", type=int, default=200, help="queue pages to read, per filter")
    given = parser.parse_args()
    console = Console(width=110)
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with ExitStack() as stack:
        console.print(ingest(stack.enter_context(sqlite_database()), given.ingest))
        for database in (stack.enter_context(sqlite_database()), stack.enter_context(postgres_database())):
            started = time.perf_counter()
            fill(database, posts=given.posts, cases=given.cases)
            took = time.perf_counter() - started
            console.print(f"{database.dialect}: {given.posts:,} posts and {given.cases:,} cases made in {took:.0f} s")
            console.print(pages(database, given.pages))


@contextmanager
def sqlite_database() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        migrate.upgrade(url)
        database = Database(url)
        yield database
        database.dispose()


@contextmanager
def postgres_database() -> Iterator[Database]:
    with created_database(POSTGRES_URL, f"monitor_bench_{os.getpid()}") as url:
        migrate.upgrade(url)
        database = Database(url)
        yield database
        database.dispose()


def ingest(database: Database, n: int) -> Table:
    """New posts and opened cases per second into SQLite, durable after every batch."""
    table = Table("into SQLite, synchronous=FULL", "batch", "per second", "of CPU time", "× row by row", "aim")
    naive = rate(lambda: row_by_row(database, page(1000)[0]), 1000)[0]
    for batch in (100, 500, 1000):
        found, wrote = page(n)
        wall, cpu = rate(partial(in_batches, database, found, wrote, batch), n)
        table.add_row("new posts and their authors", f"{batch}", *shown(wall, cpu, naive), f"≥ {AIM_POSTS:,}")
        wall, cpu = rate(partial(in_batches, database, found, wrote, batch), n)
        table.add_row("the same posts again", f"{batch}", *shown(wall, cpu, naive), "")
    changes = [make_change() for _ in range(5000)]

    def open_cases() -> None:
        for start in range(0, len(changes), 250):
            with database.write() as session:
                cases.save_changes(session, changes[start : start + 250])

    wall, cpu = rate(open_cases, len(changes))
    table.add_row("cases opened", "250", *shown(wall, cpu, naive), f"≥ {AIM_CASES:,}")
    table.add_row("naive: one INSERT and commit a post", "1", f"{naive:,.0f}", "", "1.0", "")
    return table


def shown(wall: float, cpu: float, naive: float) -> tuple[str, str, str]:
    return f"{wall:,.0f}", f"{cpu:,.0f}", f"{wall / naive:,.1f}"


def rate(work: Callable[[], object], n: int) -> tuple[float, float]:
    """How many a second, by the clock and by the processor's time."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return n / (time.perf_counter() - wall), n / (time.process_time() - cpu)


def page(n: int) -> tuple[list[Post], list[Account]]:
    """Posts of a real mix: two thirds mentions in three scripts, a third replies, out of order; and their authors."""
    texts = (
        "@acme where is my parcel? It is two weeks late now.",
        "@acme где моя посылка? Уже две недели!",
        "@acme paldies 🙏",
    )
    mentions = [make_post(text=random.choice(texts) * 2, author_id=str(random.randrange(n))) for _ in range(n * 2 // 3)]
    replies = [make_reply(post) for post in mentions[: n - len(mentions)]]
    found = random.sample(mentions + replies, n)
    return found, [make_account(external_id=post.author_id) for post in found]


def in_batches(database: Database, found: Sequence[Post], wrote: Sequence[Account], batch: int) -> None:
    for start in range(0, len(found), batch):
        with database.write() as session:
            part = slice(start, start + batch)
            intake.save_page(session, accounts=wrote[part], posts=found[part])


def row_by_row(database: Database, found: Sequence[Post]) -> None:
    names = [column.name for column in posts.c if column.name != "id" and hasattr(found[0], column.name)]
    for post in found:
        with database.write() as session:
            session.execute(posts.insert().values({name: getattr(post, name) for name in names}))


def pages(database: Database, n: int) -> Table:
    """Reading queue pages of 50 at random depths; the naive way is OFFSET, at the same depths."""
    title = f"queue pages of 50, {database.dialect}"
    table = Table(title, "p50 ms", "p95 ms", f"aim p95 < {AIM_PAGE_MS:.0f}", "OFFSET p95 ms", "OFFSET ÷ keyset")
    for name, text in FILTERS.items():
        table.add_row(name, *page_times(database, parse_search(text), n))
    counted = [timed(database, queue.queue_counts) for _ in range(10)]
    table.add_row("counts of the queue", f"{statistics.median(counted):.1f}", f"{quantile(counted):.1f}", "", "", "")
    views = [timed(database, count_views) for _ in range(20)]
    table.add_row(
        "counts of the built-in views", f"{statistics.median(views):.1f}", f"{quantile(views):.1f}", "", "", ""
    )
    return table


def count_views(session: sa.Connection) -> object:
    return queue.counts(session, list(BUILT_IN.values()), ASKER, most=MOST_COUNTED + 1)


def page_times(database: Database, wanted: Search, n: int) -> tuple[str, ...]:
    found = list(places(database, wanted, n))
    keyset = [timed(database, lambda s, t=token: queue.queue_page(s, wanted, ASKER, after=t)) for _, token in found]  # type: ignore[misc]
    offset = [timed(database, lambda s, d=depth: by_offset(s, wanted, d)) for depth, _ in found[: n // 4]]  # type: ignore[misc]
    p95 = quantile(keyset)
    verdict = "yes" if p95 < AIM_PAGE_MS else "NO"
    naive = quantile(offset)
    return f"{statistics.median(keyset):.1f}", f"{p95:.1f}", verdict, f"{naive:.1f}", f"{naive / p95:.1f}"


def places(database: Database, wanted: Search, n: int) -> Iterator[tuple[int, str | None]]:
    """Random depths of the queue, as a number of rows and as the token of a page; the first page is one in four."""
    order = (cases_table.c.priority, cases_table.c.due_at, cases_table.c.id)
    with database.read() as session:
        found = conditions(session, wanted, ASKER)
        rows = session.execute(sa.select(*order).where(*found).order_by(*order)).all()
    for _ in range(n):
        depth = random.randrange(len(rows)) if rows and random.random() < 0.75 else 0
        yield depth, queue._token(*rows[depth - 1]) if depth else None


def by_offset(session: sa.Connection, wanted: Search, depth: int) -> object:
    order = (cases_table.c.priority, cases_table.c.due_at, cases_table.c.id)
    statement = cases.ALL_CASES.where(*conditions(session, wanted, ASKER)).order_by(*order)
    found = session.execute(statement.offset(depth).limit(50)).all()
    return list(queue.rows_of(session, cases.whole(session, found)))


def timed(database: Database, work: Callable[[sa.Connection], object]) -> float:
    started = time.perf_counter()
    with database.read() as session:
        work(session)
    return (time.perf_counter() - started) * 1000


def quantile(times: Sequence[float], part: float = 0.95) -> float:
    return sorted(times)[min(int(len(times) * part), len(times) - 1)]


if __name__ == "__main__":
    main()
