"""Which world a piece of code is in.

A mock is active in the context (thread, asyncio task) that opened it; code in a context without a mock of
its own, such as a worker thread of the code under test, is in the one that was opened last in the process.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING

from dx_mock.process import forks

if TYPE_CHECKING:
    from dx_mock.world.world import World

_in_context: ContextVar[tuple[World, ...]] = ContextVar("dx_mock_worlds", default=())
_in_process: list[World] = []
_lock = forks.lock()
forks.held_as_well(lambda: [world.lock for world in list(_in_process)])
#: the thread that begins or ends a mock, and how many times it is in ``changing``
_changing: int | None = None
_depth = 0
#: what is still to be done for mocks that were collected while they were active
_abandoned: deque[Callable[[], None]] = deque()


@contextmanager
def changing() -> Iterator[None]:
    """Begin or end a mock, alone: none opens the doors while the last one closes them."""
    global _changing, _depth
    if _changing != threading.get_ident():
        with forks.gate:
            pass
    with _lock:
        # Counted, not put back: after an interrupt, an outer one may be left before an inner one.
        _changing, _depth = threading.get_ident(), _depth + 1
        try:
            yield
        finally:
            _depth -= 1
            if not _depth:
                _changing = None
                _clear_up()


def _clear_up() -> None:
    while _abandoned:
        _abandoned.popleft()()


def abandon(world: World, end: Callable[[], None]) -> None:
    """End a world whose mock is being collected: now, or when that can wait for nobody.

    Objects are collected at any time, in the middle of anything that any thread does.  So the world answers
    nothing from here on; what takes locks is done only if nobody holds one, else by who begins or ends next.
    """
    world.active = False
    taken = None if _changing == threading.get_ident() else forks.all_free()
    if taken is None:
        _abandoned.append(end)
        return
    try:
        end()
    finally:
        forks.release(taken)


def current() -> World | None:
    """Return the world of the calling code, or None outside every mock."""
    for world in reversed(_in_context.get()):
        if world.active:
            return world
    if not _in_process:
        return None
    for world in reversed(_in_process):
        if world.active:
            return world
    return None


def that_decides(world: World) -> World:
    """Return the world whose settings say what may leave, for the calling code and its current world.

    Code without a mock of its own may belong to any that is active; if one of them lets nothing out, that one.
    """
    if world.settings.others != "pass" or any(each is world for each in _in_context.get()):
        return world
    held = [each for each in list(_in_process) if each.active and each.settings.others != "pass"]
    return held[-1] if held else world


def others_than(world: World) -> list[World]:
    """Return the other worlds that are active, wherever they are, the one that was opened last first."""
    return [each for each in reversed(list(_in_process)) if each is not world and each.active]


def enter(world: World) -> bool:
    """Make a world active, and return whether it is the only one in the process."""
    with changing():
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
    """End a world, and return whether it was the last one in the process."""
    with changing():
        world.active = False
        if world in _in_process:
            _in_process.remove(world)
        # A world may end in another context than it began in (async fixtures); there it is skipped.
        _in_context.set(tuple(each for each in _in_context.get() if each.active))
        return not _in_process


def note(error: BaseException | None, world: World | None) -> None:
    """Leave word at an error of the world that it came through, for the report of a failed test."""
    if error is not None and world is not None and getattr(error, "_dx_mock_world", None) is None:
        with suppress(AttributeError, TypeError):  # some exceptions have no room for it
            error._dx_mock_world = world  # type: ignore[attr-defined]
