"""The loop that waits for sockets: what an idle connection costs does not grow with their number.

waitress asks every connection at every turn whether it wants to read or write, and takes one new connection a
turn: with thousands that are open, a new client waits for seconds.
"""

from __future__ import annotations

import selectors
from typing import Any

from waitress import wasyncore

_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class EventLoop(dict[int, Any]):
    """The map of waitress's sockets by their numbers, which notices each that comes or goes.

    What a connection waits for changes only from when a request has begun to arrive until its answer has left;
    only those that are in between are asked at each turn.
    """

    def __init__(self) -> None:
        super().__init__()
        self._selector = selectors.DefaultSelector()
        self._waits_for: dict[int, int] = {}
        self._changing: set[int] = set()

    def __setitem__(self, number: int, channel: Any) -> None:
        super().__setitem__(number, channel)
        self._changing.add(number)

    def __delitem__(self, number: int) -> None:
        super().__delitem__(number)
        self._changing.discard(number)
        if self._waits_for.pop(number, 0):
            self._selector.unregister(number)

    def turn(self, timeout: float) -> None:
        """Wait for sockets, at most some seconds, and let each that is ready read and write."""
        for number in list(self._changing):
            self._ask(number)
        for key, ready in self._selector.select(timeout):
            channel = self.get(key.fd)
            if channel is None:  # closed by what came before it in this turn
                continue
            self._changing.add(key.fd)
            if ready & _READ:
                wasyncore.read(channel)
            if ready & _WRITE and self.get(key.fd) is channel:
                wasyncore.write(channel)

    def _ask(self, number: int) -> None:
        """Let the selector know what a socket waits for now."""
        channel = self[number]
        wanted = (_READ if channel.readable() else 0) | (
            _WRITE if channel.writable() and not channel.accepting else 0
        )
        before = self._waits_for.get(number, 0)
        if wanted == _READ:
            self._changing.discard(number)
        if wanted == before:
            return
        if not wanted:
            self._selector.unregister(number)
            del self._waits_for[number]
            return
        if before:
            self._selector.modify(number, wanted)
        else:
            self._selector.register(number, wanted)
        self._waits_for[number] = wanted

    def close(self) -> None:
        """Free what the operating system holds for it."""
        self._selector.close()
