"""Locks across forks: a child has the forking thread only, and what the others held would stay held for ever.

So a fork waits until it holds every lock of the package itself, which means that no other thread is in the
middle of a change, or of an import that a lock is held for.  The locks are taken in one order, and given back
whenever one is not free: code that takes two of them in another order meets no deadlock.
"""

from __future__ import annotations

import concurrent.futures.thread
import logging
import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

#: They have handlers for forks, too, which take locks.  The last one registered is the first one called:
#: theirs must be called after ours, for who holds our lock may be logging.
_REGISTERED_BEFORE = (logging, concurrent.futures.thread)

#: Seconds that a fork waits for one lock, then it does without: its own thread may hold moto's.
_PATIENCE = 5.0
_PATIENCE_WITH_OURS = 60.0

#: Whoever begins or ends a mock passes here first; a fork closes it, or it might wait for ever.
gate: threading.Lock = threading.Lock()

_locks: list[Any] = []
_more: list[Callable[[], Iterable[Any]]] = []
_others: list[Callable[[], Iterable[Any]]] = []
#: what the fork under way holds
_held: list[Any] = []


def lock() -> Any:
    """Return a new lock for a module, which may be taken more than once by the thread that has it."""
    made = threading.RLock()
    _locks.append(made)
    return made


def held_as_well(locks: Callable[[], Iterable[Any]]) -> None:
    """Let a fork hold more locks, those that there are then."""
    _more.append(locks)


def of_somebody_else(locks: Callable[[], Iterable[Any]]) -> None:
    """Let a fork hold the locks of another library, too, for as long as its own thread lets it."""
    _others.append(locks)


def all_free() -> list[Any] | None:
    """Take all of our locks if nobody holds one, the calling thread included; None if somebody does.

    For code that runs at any time, in the middle of anything: when an object is collected.  moto's lock must be
    free as well; it is not taken, for only one can.
    """
    if any(each.locked() for each in _of_others()):
        return None
    taken: list[Any] = []
    for each in _ours():
        if _is_mine(each) or not each.acquire(blocking=False):
            release(taken)
            return None
        taken.append(each)
    return taken


def release(taken: list[Any]) -> None:
    """Give locks back."""
    while taken:
        taken.pop().release()


def _all() -> list[Any]:
    return [*_ours(), *_of_others()]


def _ours() -> list[Any]:
    return [*_locks, *(each for locks in _more for each in locks())]


def _of_others() -> list[Any]:
    return [each for locks in _others for each in locks()]


def _is_mine(each: Any) -> bool:
    """Return whether the calling thread holds a lock already, which it could take once more."""
    owned: Callable[[], bool] | None = getattr(each, "_is_owned", None)
    return owned is not None and owned()


def _take_all() -> list[Any]:
    first: Any = None
    given_up: list[Any] = []
    while True:
        taken: list[Any] = []
        if first is not None:
            patience = _PATIENCE if first in _of_others() else _PATIENCE_WITH_OURS
            (taken if first.acquire(timeout=patience) else given_up).append(first)
        first = _take([each for each in _all() if each not in given_up], taken)
        if first is None and all(each in taken or each in given_up for each in _all()):
            return taken
        release(taken)


def _take(wanted: list[Any], taken: list[Any]) -> Any:
    """Take what is free; return the first one that is not."""
    for each in wanted:
        if each in taken:
            continue
        if not each.acquire(blocking=False):
            return each
        taken.append(each)
    return None


def _before() -> None:
    gate.acquire()
    _held.extend(_take_all())


def _after() -> None:
    release(_held)
    gate.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_after, after_in_child=_after)
