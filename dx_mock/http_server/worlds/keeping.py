"""Worlds between memory and disk: written when they have changed, read when somebody calls them."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dx_mock.http_server.worlds import contents
from dx_mock.http_server.worlds.contents import Contents
from dx_mock.http_server.worlds.store import Row, Store

if TYPE_CHECKING:
    from dx_mock.engine.record import CallRecord
    from dx_mock.http_server.worlds.hosting import HostedWorld

_log = logging.getLogger(__name__)


class _Written:
    """What the disk has of a world that is in memory."""

    def __init__(self) -> None:
        self.changes = -1
        #: of its parts
        self.digests: dict[str, bytes] = {}
        #: the last call that was written, and its number
        self.call: CallRecord | None = None
        self.number = 0


class DamagedWorld(RuntimeError):
    """What is on disk of a world can't be read."""


class Keeper:
    """What writes worlds into a store, and reads them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._written: dict[HostedWorld, _Written] = {}

    def add(self, hosted: HostedWorld) -> bool:
        """Write a new world; return whether its name was free."""
        written = _Written()
        changes = hosted.changes
        parts, digests = self._parts(hosted, written)
        found = Contents(parts["world"], parts["aside"], parts.get("others", b""), hosted.not_kept)
        if not self.store.add(row_of(hosted), found):
            return False
        written.changes, written.digests = changes, digests
        self._written[hosted] = written
        return True

    def has_changed(self, hosted: HostedWorld) -> bool:
        """Return whether a world may differ from what was written."""
        written = self._written.get(hosted)
        return written is None or written.changes != hosted.changes

    def is_written(self, hosted: HostedWorld) -> bool:
        """Return whether the disk has all of a world, so that memory need not."""
        return not self.has_changed(hosted) and not hosted.not_kept

    def save(self, hosted: HostedWorld) -> None:
        """Write what has changed of a world since it was written, if anything may have."""
        written = self._written.setdefault(hosted, _Written())
        changes = hosted.changes
        if written.changes == changes:
            return
        calls, *numbers = _new_calls(hosted, written)
        parts, digests = self._parts(hosted, written)
        # Only now: what the disk could not take is written the next time.
        if self.store.save(row_of(hosted), parts, contents.pack_calls(calls), *numbers):
            written.changes, written.digests = changes, digests
            written.number = numbers[1]
            written.call = calls[-1][1] if calls else written.call

    def _parts(self, hosted: HostedWorld, written: _Written) -> tuple[dict[str, bytes], dict[str, bytes]]:
        """Return the parts that differ from what was written, and the digests of all."""
        found = {"world": contents.pack_world(hosted), "aside": contents.pack_aside(hosted)}
        if not hosted.others.is_empty or "others" in written.digests:
            found["others"], lost = contents.pack_others(hosted)
            if set(lost) - set(hosted.not_kept):
                _log.warning(
                    "the world %r stays in memory: moto's %s can't be written", hosted.name, ", ".join(lost)
                )
            hosted.not_kept = lost
        digests = {part: hashlib.blake2b(content).digest() for part, content in found.items()}
        changed = {part: each for part, each in found.items() if written.digests.get(part) != digests[part]}
        return changed, digests

    def forget(self, hosted: HostedWorld) -> None:
        """Note that a world is not in memory any more."""
        self._written.pop(hosted, None)

    def load(self, name: str, begin: Callable[[], HostedWorld]) -> HostedWorld | None:
        """Return a world as it was written; None if there is none.

        Raises:
            DamagedWorld: If it can't be read.
        """
        row, found = self.store.about(name), self.store.contents(name)
        if row is None or found is None:
            return None
        hosted = begin()
        try:
            contents.unpack(hosted, *found)
        except Exception as problem:  # a damaged world can raise anything
            hosted.forget()
            raise DamagedWorld(f"the world {name!r} can't be read from disk: {problem}") from None
        hosted.created, hosted.used, hosted.ttl = row.created, row.used, row.ttl
        written = _Written()
        written.changes = hosted.changes
        if found[0].others:
            written.digests["others"] = b""  # the disk has some, so that their absence is written, too
        record: Any = hosted.mock.world.calls
        if record:
            written.number, written.call = record.forgotten + len(record), record[-1]
        self._written[hosted] = written
        return hosted


def row_of(hosted: HostedWorld) -> Row:
    """Return the facts about a world that is in memory."""
    world = hosted.mock.world
    return Row(
        hosted.name,
        hosted.created,
        hosted.used,
        hosted.ttl,
        len(world.graph.resources),
        len(world.calls),
        hosted.not_kept,
    )


def _new_calls(hosted: HostedWorld, written: _Written) -> tuple[list[tuple[int, CallRecord]], int, int]:
    """Return the calls that were not written yet, and the numbers of the first and last that the record has."""
    world = hosted.mock.world
    with world.lock:
        record = world.calls
        first = record.forgotten + 1
        place = written.number - first
        # A record that was begun anew counts from 1 again.
        continues = place < 0 or (place < len(record) and record[place] is written.call)
        start = max(place + 1, 0) if continues else 0
        found = [(first + number, record[number]) for number in range(start, len(record))]
        return found, first, record.forgotten + len(record)
