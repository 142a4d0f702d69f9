"""Copies of the data that can be trusted: consistent while the program runs, verified, never overwritten by accident.

SQLite through its backup API (copying the file misses the write-ahead log), PostgreSQL through pg_dump and pg_restore.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import URL

from monitor.errors import StoreError
from monitor.store import migrate
from monitor.store.db import parse_url


def backup(url: str, path: Path) -> None:
    """Write a verified copy of the database to `path`, which only its owner can read; an older file is replaced."""
    parsed = parse_url(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _beside(path) as copy:
        if parsed.get_backend_name() == "sqlite":
            _copy_sqlite(_existing(parsed), copy)
            _verify_sqlite(copy)
        else:
            _run("pg_dump", parsed, "--format=custom", f"--file={copy}")
            _run("pg_restore", parsed, "--list", str(copy), connect=False)
        copy.replace(path)


def restore(url: str, path: Path, *, force: bool = False) -> None:
    """Make the database what the copy holds. A database with tables is only written over with `force`.

    A copy of an older version of the program is brought up to date by the next `upgrade`.
    """
    parsed = parse_url(url)
    if not path.is_file():
        raise StoreError(f"There is no backup at {path}.")
    sqlite = parsed.get_backend_name() == "sqlite"
    if sqlite:
        _verify_sqlite(path)
    else:
        _run("pg_restore", parsed, "--list", str(path), connect=False)
    if not force and _has_tables(url):
        raise StoreError("The database is not empty; restore with force to replace what it holds.")
    if sqlite:
        _copy_sqlite(path, Path(str(parsed.database)))
    else:
        _run("pg_restore", parsed, "--clean", "--if-exists", "--no-owner", "--single-transaction", str(path))
    if migrate.current(url) is None:
        raise StoreError("The backup holds no tables of this program.")


def _has_tables(url: str) -> bool:
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(str(parsed.database)).exists():
        return False
    return migrate.current(url) is not None


def _existing(url: URL) -> Path:
    path = Path(str(url.database))
    if not path.is_file():
        raise StoreError(f"There is no database at {path}.")
    return path


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A temporary file next to `path`, so that putting it there is one step; gone if that step is not reached."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        copy = Path(file.name)
    try:
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def _copy_sqlite(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
    except sqlite3.Error as error:
        raise StoreError(f"{source} could not be copied to {target}: {error}") from error


def _verify_sqlite(path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
            orphans = connection.execute("PRAGMA foreign_key_check").fetchone()
            # An empty file is a sound SQLite database too.
            named = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
            ours = connection.execute(named).fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"{path} is not a SQLite database: {error}") from error
    if verdict != "ok" or orphans is not None:
        raise StoreError(f"{path} is damaged; use an earlier backup.")
    if ours is None:
        raise StoreError(f"{path} holds no tables of this program.")


def _run(program: str, url: URL, *arguments: str, connect: bool = True) -> None:
    found = shutil.which(program)
    if found is None:
        raise StoreError(f"{program} is not installed; it comes with PostgreSQL (on Debian: postgresql-client).")
    # The password travels in the environment: a command line can be read by every user of the machine.
    password = {} if url.password is None else {"PGPASSWORD": str(url.password)}
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    target = [f"--dbname={plain}"] if connect else []
    command = [found, *target, *arguments]
    done = subprocess.run(command, env=os.environ | password, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise StoreError(f"{program} failed: {done.stderr.strip()}")
