"""Which world a piece of code is in.

A mock is active in the context (thread, asyncio task) that opened it; code in a context without a mock of
its own, such as a worker thread of the code under test, is in the one that was opened last in the process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dx_mock.world.world import World

_in_context: ContextVar[tuple[World, ...]] = ContextVar("dx_mock_worlds", default=())
_in_process: list[World] = []
#: held by who begins or ends, so that none opens the doors while the last one closes them
lock = threading.RLock()


def current() -> World | None:
    """The world of the calling code, or None outside every mock."""
    for world in reversed(_in_context.get()):
        if world.active:
            return world
    return _in_process[-1] if _in_process else None


def enter(world: World) -> bool:
    """Make a world active; says whether it is the only one in the process."""
    with lock:
        world.active = True
        _in_process.append(world)
        _in_context.set((*(each for each in _in_context.get() if each.active), world))
        return len(_in_process) == 1


@contextmanager
def within(world: World) -> Iterator[None]:
    """Let the calling code be in a world that is active nowhere else: a server's, while it answers."""
    before = _in_context.get()
    world.active = True
    _in_context.set((*before, world))
    try:
        yield
    finally:
        _in_context.set(before)


def leave(world: World) -> bool:
    """End a world; says whether it was the last one in the process."""
    with lock:
        world.active = False
        _in_process.remove(world)
        # A world may end in another context than it began in (async fixtures); there it is skipped.
        _in_context.set(tuple(each for each in _in_context.get() if each.active))
        return not _in_process


def note(error: BaseException | None, world: World | None) -> None:
    """Leave word at an error of the world that it came through, for the report of a failed test."""
    if error is not None and world is not None and getattr(error, "_dx_mock_world", None) is None:
        with suppress(AttributeError, TypeError):  # some exceptions have no room for it
            error._dx_mock_world = world  # type: ignore[attr-defined]


# --- forks -------------------------------------------------------------------------------------------------

#: the worlds whose locks a fork holds
_held: list[World] = []


def _before_fork() -> None:
    """Wait until no thread is in the middle of a change: the child would have half of it, and its locks."""
    lock.acquire()
    _held.extend(_in_process)
    for world in _held:
        world.lock.acquire()


def _after_fork() -> None:
    while _held:
        _held.pop().lock.release()
    lock.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)
