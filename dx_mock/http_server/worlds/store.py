"""Worlds on disk, in SQLite: thousands are found and listed at once, and are whole if the server is killed."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from dx_mock.http_server.worlds.contents import Contents
from dx_mock.support.misuse import Misuse

#: The version of the tables; another one is refused.
VERSION = 1
#: Seconds to wait for another process of the same server that writes.
_PATIENCE = 30.0

_TABLES = """
CREATE TABLE IF NOT EXISTS worlds (
    name TEXT PRIMARY KEY,
    created REAL NOT NULL,
    used REAL NOT NULL,
    ttl REAL,
    ends REAL,
    resources INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    not_kept TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ends ON worlds (ends) WHERE ends IS NOT NULL;
CREATE TABLE IF NOT EXISTS contents (
    name TEXT PRIMARY KEY, world BLOB NOT NULL, aside BLOB NOT NULL, others BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS calls (
    name TEXT NOT NULL, number INTEGER NOT NULL, call BLOB NOT NULL, PRIMARY KEY (name, number)
) WITHOUT ROWID;
"""


class Row(NamedTuple):
    """What the table has about a world."""

    name: str
    created: float
    used: float
    ttl: float | None
    resources: int
    calls: int
    not_kept: tuple[str, ...]

    @property
    def ends(self) -> float | None:
        """The time at which it ends unless somebody uses it."""
        return None if self.ttl is None else self.used + self.ttl


_FACTS = "name, created, used, ttl, resources, calls, not_kept"


def _row(found: tuple[str, float, float, float | None, int, int, str]) -> Row:
    return Row(*found[:6], tuple(filter(None, found[6].split(","))))


def _hold(file: Path) -> int | None:
    """Keep others out of a directory while this process lives, where files can be locked.

    Raises:
        Misuse: If somebody has it.
    """
    try:
        import fcntl
    except ImportError:  # does not exist on Windows
        return None
    held = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        owner = os.pread(held, 20, 0).decode(errors="replace").strip()
        os.close(held)
        process = f"process {owner}" if owner else "an unknown process"
        raise Misuse(f"another server, {process}, keeps its worlds in {file.parent}") from None
    os.ftruncate(held, 0)
    os.pwrite(held, str(os.getpid()).encode(), 0)
    return held


class Store:
    """The worlds in a directory.

    Args:
        directory: the directory; it is made if it is missing.
        alone: whether nobody else may have it, which a process of several of one server may not ask.

    Raises:
        Misuse: If the directory can't be used, is of another version, or another server has it.
    """

    def __init__(self, directory: Path, *, alone: bool = True) -> None:
        self.directory = directory
        self._lock = threading.RLock()
        self._held: int | None = None
        file = directory / "worlds.sqlite3"
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if alone:
                self._held = _hold(directory / "lock")
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
            self._db = sqlite3.connect(file, timeout=_PATIENCE, check_same_thread=False, isolation_level=None)
            version = self._prepared()
        except (OSError, sqlite3.Error) as problem:
            self._let_go()
            reason = getattr(problem, "strerror", None) or problem
            raise Misuse(f"can't keep worlds in {directory}: {reason}") from None
        if version not in (0, VERSION):
            self.close()
            raise Misuse(f"{file} has version {version} of the tables, but this dx_mock reads {VERSION} only")

    def _prepared(self) -> int:
        """Prepare the tables and return the version that was there."""
        db = self._db
        # With a log beside the file a killed process loses nothing that was written; after a loss of power the
        # last moments may be missing.
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        with self._writing():
            version: int = db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                for statement in filter(str.strip, _TABLES.split(";")):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {VERSION}")
        return version

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Write all of it or nothing."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite may have ended it itself, where the disk is full
                    self._db.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the file; what was written is in it."""
        with self._lock:
            self._db.close()
            self._let_go()

    def _let_go(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None

    # --- looking ---------------------------------------------------------------------------------------------

    def has(self, name: str) -> bool:
        """Return whether there is a world of that name."""
        with self._lock:
            return self._db.execute("SELECT 1 FROM worlds WHERE name = ?", (name,)).fetchone() is not None

    def about(self, name: str) -> Row | None:
        """Return what the table has about a world."""
        with self._lock:
            found = self._db.execute(f"SELECT {_FACTS} FROM worlds WHERE name = ?", (name,)).fetchone()
        return None if found is None else _row(found)

    def count(self, prefix: str = "") -> int:
        """Return how many worlds have a prefix; the server's own is not counted."""
        with self._lock:
            found: int = self._db.execute(
                "SELECT count(*) FROM worlds WHERE name > ? AND name >= ? AND name < ?",
                ("", prefix, f"{prefix}\x7f"),
            ).fetchone()[0]
        return found

    def listing(self, prefix: str, after: str, limit: int) -> list[Row]:
        """Return the worlds with a prefix that come after a name, in order."""
        with self._lock:
            rows = self._db.execute(
                f"SELECT {_FACTS} FROM worlds WHERE name > ? AND name >= ? AND name < ? ORDER BY name LIMIT ?",
                (after, prefix, f"{prefix}\x7f", limit),
            ).fetchall()
        return [_row(each) for each in rows]

    def names(self, prefix: str) -> list[str]:
        """Return the names of the worlds with a prefix, in order."""
        with self._lock:
            rows = self._db.execute(
                "SELECT name FROM worlds WHERE name > '' AND name >= ? AND name < ? ORDER BY name",
                (prefix, f"{prefix}\x7f"),
            ).fetchall()
        return [name for (name,) in rows]

    def over(self, now: float) -> list[str]:
        """Return the worlds whose time to live is over, by what was written."""
        with self._lock:
            rows = self._db.execute("SELECT name FROM worlds WHERE ends < ?", (now,)).fetchall()
        return [name for (name,) in rows]

    def contents(self, name: str) -> tuple[Contents, list[tuple[int, bytes]]] | None:
        """Return everything of a world, and its record."""
        with self._lock:
            found = self._db.execute(
                "SELECT world, aside, others FROM contents WHERE name = ?", (name,)
            ).fetchone()
            calls = self._db.execute(
                "SELECT number, call FROM calls WHERE name = ? ORDER BY number", (name,)
            ).fetchall()
        return None if found is None else (Contents(found[0], found[1], found[2], ()), calls)

    # --- changing --------------------------------------------------------------------------------------------

    def add(self, row: Row, contents: Contents) -> bool:
        """Write a new world; return whether the name was free."""
        with self._writing():
            if self._db.execute("SELECT 1 FROM worlds WHERE name = ?", (row.name,)).fetchone():
                return False
            self._db.execute(
                "INSERT INTO worlds VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*row[:4], row.ends, row.resources, row.calls, ",".join(row.not_kept)),
            )
            self._db.execute("INSERT INTO contents VALUES (?, ?, ?, ?)", (row.name, *contents[:3]))
        return True

    def save(
        self,
        row: Row,
        parts: dict[str, bytes],
        calls: Sequence[tuple[int, bytes]],
        first_call: int,
        last_call: int,
    ) -> bool:
        """Write what has changed of a world; return whether it is still there.

        Args:
            row: the facts about it.
            parts: the parts of its contents that have changed.
            calls: the calls that are new in its record.
            first_call: the number of the first call that the record has.
            last_call: that of the last one.
        """
        with self._writing():
            done = self._db.execute(
                "UPDATE worlds SET used = ?, ends = ?, resources = ?, calls = ?, not_kept = ? "
                "WHERE name = ? AND created = ?",
                (row.used, row.ends, row.resources, row.calls, ",".join(row.not_kept), row.name, row.created),
            )
            if not done.rowcount:
                return False
            for part, content in parts.items():
                self._db.execute(f"UPDATE contents SET {part} = ? WHERE name = ?", (content, row.name))
            self._db.executemany(
                "INSERT OR REPLACE INTO calls VALUES (?, ?, ?)", [(row.name, *each) for each in calls]
            )
            self._db.execute(
                "DELETE FROM calls WHERE name = ? AND (number < ? OR number > ?)",
                (row.name, first_call, last_call),
            )
            return True

    def remove(self, names: Iterable[str]) -> int:
        """Remove worlds with everything in them; return how many were there."""
        removed = 0
        with self._writing():
            for name in names:
                removed += self._db.execute("DELETE FROM worlds WHERE name = ?", (name,)).rowcount
                self._db.execute("DELETE FROM contents WHERE name = ?", (name,))
                self._db.execute("DELETE FROM calls WHERE name = ?", (name,))
        return removed
