"""Failed logins are counted by digest, one transaction at a time, and forgotten."""

import threading
from datetime import timedelta

from monitor.domain.throttle import Tries
from monitor.store import login_tries
from monitor.store.db import Database
from tests.make import NOW


def test_a_count_starts_at_nothing_and_is_kept(database: Database) -> None:
    with database.write() as session:
        assert login_tries.locked(session, ["a", "b", "a"], NOW) == {"a": Tries(0, NOW), "b": Tries(0, NOW)}
        login_tries.save(session, {"a": Tries(3, NOW)})
    with database.write() as session:
        later = NOW + timedelta(hours=1)
        assert login_tries.locked(session, ["a", "b"], later) == {"a": Tries(3, NOW), "b": Tries(0, NOW)}


def test_what_is_forgotten_starts_anew(database: Database) -> None:
    with database.write() as session:
        login_tries.save(session, {"a": Tries(3, NOW), "b": Tries(4, NOW)})
        login_tries.forget(session, ["a"])
        assert login_tries.locked(session, ["a", "b"], NOW) == {"a": Tries(0, NOW), "b": Tries(4, NOW)}


def test_old_counts_are_swept_away(database: Database) -> None:
    with database.write() as session:
        login_tries.save(session, {"old": Tries(3, NOW), "new": Tries(3, NOW + timedelta(hours=1))})
        login_tries.sweep(session, NOW + timedelta(minutes=1))
        assert login_tries.locked(session, ["old", "new"], NOW)["old"] == Tries(0, NOW)
        assert login_tries.locked(session, ["old", "new"], NOW)["new"].failures == 3


def test_tries_at_the_same_moment_are_all_counted(database: Database) -> None:
    def fail() -> None:
        with database.write() as session:
            before = login_tries.locked(session, ["b", "a"], NOW)
            login_tries.save(session, {key: Tries(tries.failures + 1, NOW) for key, tries in before.items()})

    threads = [threading.Thread(target=fail) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.write() as session:
        assert {tries.failures for tries in login_tries.locked(session, ["a", "b"], NOW).values()} == {20}
