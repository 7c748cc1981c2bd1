"""All worlds of a server: made, found, listed, ended, and ended by themselves when nobody uses them."""

from __future__ import annotations

import bisect
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

from dx_mock.http_server.control_api.messages import TooManyWorlds, WorldExists
from dx_mock.http_server.worlds.hosting import HostedWorld, OwnWorld, Serving, settings_of
from dx_mock.http_server.worlds.keeping import Keeper, row_of
from dx_mock.http_server.worlds.limits import Limits
from dx_mock.http_server.worlds.naming import NAME, RULE
from dx_mock.moto_services import state_by_world

if TYPE_CHECKING:
    from dx_mock.engine.settings import Settings
    from dx_mock.http_server.worlds.store import Row, Store

#: Seconds between two looks for worlds that have changed, or that nobody uses.
_PAUSE = 0.5
#: Seconds without a request after which a world that is on disk leaves memory.
IDLE = 30.0
#: Seconds that writing a world waits for its requests under way, such as a client that waits for a message.
_PATIENCE = 0.25

_log = logging.getLogger(__name__)


class NoSuchWorld(LookupError):
    """There is no world of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no world {name[:100]!r}; POST /dx-mock/worlds makes one")

    @classmethod
    def told(cls, sentence: str) -> NoSuchWorld:
        """Return the error as another process of the server told it."""
        found = cls("")
        found.args = (sentence,)
        return found


class Facts(NamedTuple):
    """What is told about a world."""

    name: str
    created: float
    used: float
    ttl: float | None
    in_memory: bool
    resources: int
    calls: int
    not_kept: tuple[str, ...]


class Worlds:
    """The worlds of one server.

    Args:
        base: the settings of the server's own world, which others begin with.
        endpoint: gives the server's address.
        serving: makes the application of a world.
        limits: what they may.
        store: where they are on disk, if they are.
        is_here: whether a name is one of this process's, where a server has several.
    """

    def __init__(
        self,
        base: Settings,
        endpoint: Callable[[], str],
        serving: Serving,
        limits: Limits | None = None,
        store: Store | None = None,
        is_here: Callable[[str], bool] = bool,
    ) -> None:
        self._base = base
        self._endpoint = endpoint
        self._serving = serving
        self.limits: Limits = limits or Limits()
        self._is_here = is_here
        self._keeper = None if store is None else Keeper(store)
        #: held for moments only, and told whenever a request ends or a world has been written
        self._lock = threading.Condition(threading.RLock())
        #: those in memory
        self._worlds: dict[str, HostedWorld] = {}
        #: their names in order, for lists page by page
        self._names: list[str] = []
        #: names of worlds that are being made or read, by whom nobody has to wait for another
        self._coming: set[str] = set()
        self.own: OwnWorld | None = None
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    # --- life ----------------------------------------------------------------------------------------------

    def open(self) -> Worlds:
        """Let moto's services belong to worlds from now on, and return this."""
        state_by_world.open_worlds()
        return self

    def start(self) -> None:
        """Begin to look after them."""
        self._over.clear()
        self._thread = threading.Thread(target=self._look_after, name="dx_mock worlds", daemon=True)
        self._thread.start()

    def keep(self, own: OwnWorld) -> None:
        """Keep the server's own world on disk as well, and go on with what is there of it.

        Raises:
            DamagedWorld: If that can't be read.
        """
        assert self._keeper is not None
        if self._keeper.load("", lambda: own) is None:
            self._keeper.add(own)
        self.own = own

    def stop(self) -> None:
        """End all of them; what is on disk stays there."""
        if self._thread is None:
            return
        self._over.set()
        self._thread.join()
        self._thread = None
        self._save_changes()
        with self._lock:
            ended = list(self._worlds.values())
            self._worlds.clear()
            self._names.clear()
        for hosted in ended:
            hosted.forget()
        self.close()

    def close(self) -> None:
        """Close what is on disk, and let moto's services be as they were."""
        if self._keeper is not None:
            self._keeper.store.close()
        state_by_world.close_worlds()

    def _look_after(self) -> None:
        while not self._over.wait(_PAUSE):
            for task in (self._save_changes, self.end_unused, self._leave_memory):
                try:
                    task()
                except Exception:  # what fails for one world must not end the rest
                    _log.exception("dx_mock failed to look after its worlds")

    def end_unused(self) -> None:
        """End the worlds whose time to live is over."""
        now = time.time()
        with self._lock:
            over = [each for each in self._worlds.values() if _is_over(each, now)]
            for hosted in over:
                self._drop(hosted)
            names = [each.name for each in over]
            if self._keeper is not None:
                waiting = self._keeper.store.over(now)
                names += [name for name in waiting if self._may_end(name)]
                if names:
                    self._keeper.store.remove(names)
        for hosted in over:
            hosted.forget()

    def _may_end(self, name: str) -> bool:
        return bool(name) and name not in self._worlds and name not in self._coming and self._is_here(name)

    def _save_changes(self) -> None:
        if self._keeper is None:
            return
        with self._lock:
            hosted = [*self._worlds.values(), *([self.own] if self.own is not None else [])]
        for each in hosted:
            if not self._keeper.has_changed(each):
                continue
            try:
                with self._at_rest(each):
                    self._keeper.save(each)
            except Exception:
                _log.exception("dx_mock failed to write the world %r; it tries again", each.name)

    @contextmanager
    def _at_rest(self, hosted: HostedWorld) -> Iterator[None]:
        """Let the requests of a world wait: moto's services have no lock that would keep them whole."""
        if hosted.others.is_empty:
            yield
            return
        with self._lock:
            hosted.pausing = True
            deadline = time.monotonic() + _PATIENCE
            while hosted.busy and time.monotonic() < deadline:
                self._lock.wait(deadline - time.monotonic())
        try:
            yield
        finally:
            with self._lock:
                hosted.pausing = False
                self._lock.notify_all()

    def _leave_memory(self) -> None:
        """Let go of worlds that nobody has called for a while and that are on disk."""
        if self._keeper is None:
            return
        before = time.time() - IDLE
        with self._lock:
            idle = [
                each
                for each in self._worlds.values()
                if each.used < before and not each.busy and self._keeper.is_written(each)
            ]
            for hosted in idle:
                self._drop(hosted)
        for hosted in idle:
            hosted.forget()

    # --- one world -----------------------------------------------------------------------------------------

    def has(self, name: str) -> bool:
        """Return whether there is a world of that name."""
        return name in self._worlds or (
            self._keeper is not None and bool(NAME.fullmatch(name)) and self._keeper.store.has(name)
        )

    @contextmanager
    def using(self, name: str) -> Iterator[HostedWorld]:
        """Give a world for a request; it does not end meanwhile by itself.

        Raises:
            NoSuchWorld: If there is none.
        """
        with self._lock:
            hosted = self._found(name)
            while hosted.pausing:
                self._lock.wait()
                hosted = self._found(name)  # it may have been ended meanwhile, or made anew
            self._begin_use(hosted)
        try:
            yield hosted
        finally:
            self._end_use(hosted)

    @contextmanager
    def using_own(self) -> Iterator[OwnWorld | None]:
        """Give the server's own world for a request, if it is kept here."""
        own = self.own
        if own is None:
            yield None
            return
        with self._lock:
            self._begin_use(own)
        try:
            yield own
        finally:
            self._end_use(own)

    def state_of(self, name: str | None) -> AbstractContextManager[None]:
        """Return a context in which moto's services are those of a world, if it is in memory."""
        hosted = self.own if name is None else self._worlds.get(name)
        return nullcontext() if hosted is None else hosted.within()

    def _begin_use(self, hosted: HostedWorld) -> None:
        while hosted.pausing:
            self._lock.wait()
        hosted.busy += 1
        hosted.used = time.time()

    def _end_use(self, hosted: HostedWorld) -> None:
        with self._lock:
            hosted.changes += 1
            hosted.busy -= 1
            hosted.used = time.time()
            self._lock.notify_all()

    def _found(self, name: str) -> HostedWorld:
        """Return a world, from disk if need be; the lock is held."""
        while name in self._coming:
            self._lock.wait()
        hosted = self._worlds.get(name)
        if hosted is not None:
            return hosted
        if self._keeper is None or not NAME.fullmatch(name) or not self._keeper.store.has(name):
            raise NoSuchWorld(name)
        keeper = self._keeper
        with self._alone(name):
            found = keeper.load(name, lambda: self._new(name, self._base))
        if found is None:
            raise NoSuchWorld(name)
        self._take(found)
        return found

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """Do something for a name without the lock, which the caller has taken once."""
        self._coming.add(name)
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
            self._coming.discard(name)
            self._lock.notify_all()

    def _new(self, name: str, settings: Settings) -> HostedWorld:
        return HostedWorld(name, settings, lambda: self.address(name), self._serving, self.limits.calls)

    def make(
        self,
        name: str | None = None,
        settings: Mapping[str, Any] | None = None,
        snapshot: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Facts:
        """Make a world.

        Args:
            name: its name; one that is free if left out.
            settings: those that differ from the server's own world.
            snapshot: what it begins with, settings included.
            **more: ``topology`` and ``ttl``, where they differ from the server's.

        Raises:
            WorldExists: If the name is taken.
            TooManyWorlds: If the server has as many as it may.
            TypeError, ValueError: If the name, a setting, the topology or the snapshot is impossible.
        """
        chosen = name if name is not None else f"w-{secrets.token_hex(6)}"
        if not NAME.fullmatch(chosen):
            raise ValueError(f"a world's name has {RULE}; not {chosen[:100]!r}")
        fresh = "topology" in more or snapshot is not None
        wanted = settings_of(self._base, settings or {}, more.get("topology"), is_given=fresh)
        with self._lock:
            while chosen in self._coming:
                self._lock.wait()
            self._check_room(chosen)
            with self._alone(chosen):
                hosted = self._new(chosen, wanted)
                hosted.ttl = more.get("ttl", self.limits.ttl)
                if snapshot is not None:
                    hosted.restore(snapshot)
                if self._keeper is not None and not self._keeper.add(hosted):
                    raise WorldExists(f"there is a world {chosen!r} already")
            self._take(hosted)
        return _facts(row_of(hosted), in_memory=True)

    def _check_room(self, name: str) -> None:
        if self.has(name):
            raise WorldExists(f"there is a world {name!r} already")
        count = len(self._worlds) if self._keeper is None else self._keeper.store.count()
        if count + len(self._coming) >= self.limits.most:
            raise TooManyWorlds(
                f"this server has {self.limits.most} worlds, as many as it may; DELETE those that are done"
            )

    def address(self, name: str) -> str:
        """Return the address of a world."""
        return f"{self._endpoint()}/worlds/{name}"

    def about(self, name: str) -> Facts:
        """Return the facts about a world, which does not count as a use of it.

        Raises:
            NoSuchWorld: If there is none.
        """
        with self._lock:
            hosted = self._worlds.get(name)
        if hosted is not None:
            return _facts(row_of(hosted), in_memory=True)
        row = None
        if self._keeper is not None and NAME.fullmatch(name):
            row = self._keeper.store.about(name)
        if row is None:
            raise NoSuchWorld(name)
        return _facts(row, in_memory=False)

    def end(self, name: str) -> None:
        """End a world.

        Raises:
            NoSuchWorld: If there is none.
        """
        with self._lock:
            while name in self._coming:
                self._lock.wait()
            hosted = self._worlds.get(name)
            if hosted is not None:
                self._drop(hosted)
            kept = self._keeper is not None and bool(NAME.fullmatch(name))
            removed = self._keeper.store.remove([name]) if kept and self._keeper is not None else 0
        if hosted is None and not removed:
            raise NoSuchWorld(name)
        if hosted is not None:
            hosted.forget()

    def _take(self, hosted: HostedWorld) -> None:
        self._worlds[hosted.name] = hosted
        bisect.insort(self._names, hosted.name)

    def _drop(self, hosted: HostedWorld) -> None:
        del self._worlds[hosted.name]
        del self._names[bisect.bisect_left(self._names, hosted.name)]
        if self._keeper is not None:
            self._keeper.forget(hosted)

    # --- all of them ---------------------------------------------------------------------------------------

    def listing(self, prefix: str = "", after: str = "", limit: int = 1000) -> tuple[int, list[Facts]]:
        """Return how many have a prefix, and the facts about those that come next in order."""
        return self._listing(prefix, after, limit)

    def listing_here(self, prefix: str, after: str, limit: int) -> tuple[int, list[Facts]]:
        """Return the same of the worlds of this process, where a server has several."""
        if self._keeper is None:
            return self._listing(prefix, after, limit)
        names = [name for name in self._keeper.store.names(prefix) if self._is_here(name)]
        found = [name for name in names if name > after][:limit]
        return len(names), [self.about(name) for name in found if self.has(name)]

    def _listing(self, prefix: str, after: str, limit: int) -> tuple[int, list[Facts]]:
        if self._keeper is not None:
            rows = self._keeper.store.listing(prefix, after, limit)
            with self._lock:
                live = {row.name: self._worlds[row.name] for row in rows if row.name in self._worlds}
            found = [
                _facts(row_of(live[row.name]) if row.name in live else row, in_memory=row.name in live)
                for row in rows
            ]
            return self._keeper.store.count(prefix), found
        with self._lock:
            first = bisect.bisect_left(self._names, prefix)
            end = bisect.bisect_left(self._names, f"{prefix}\x7f") if prefix else len(self._names)
            start = max(first, bisect.bisect_right(self._names, after)) if after else first
            hosted = [self._worlds[name] for name in self._names[start : min(start + limit, end)]]
        return end - first, [_facts(row_of(each), in_memory=True) for each in hosted]


def _is_over(hosted: HostedWorld, now: float) -> bool:
    return hosted.ttl is not None and not hosted.busy and now - hosted.used > hosted.ttl


def _facts(row: Row, *, in_memory: bool) -> Facts:
    return Facts(*row[:4], in_memory, *row[4:])
