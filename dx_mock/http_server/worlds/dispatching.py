"""The process in front of several: it accepts connections and hands each to the process that has its world."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Sequence

from dx_mock.http_server.worlds.handing import hand_over
from dx_mock.http_server.worlds.homes import home_of
from dx_mock.http_server.worlds.naming import world_of

#: Bytes of a request that are looked at; one whose head is longer goes to the first process, which refuses it.
_LOOK = 64 * 1024
#: Seconds until a connection that sends nothing, or no whole head, is closed.
_UNFINISHED = 120.0
#: Seconds between looks at a head that comes in pieces: the first, and the longest.
_SOON, _LATE = 0.002, 0.1
_HEADERS = {
    "host": "HTTP_HOST",
    "authorization": "HTTP_AUTHORIZATION",
    "x-dx-mock-world": "HTTP_X_DX_MOCK_WORLD",
}


class Dispatching:
    """A loop in a thread of its own.

    Args:
        listening: where clients connect.
        sending: what hands connections to each process.
        most: how many connections may wait for the rest of a head; beyond that the oldest are closed.
    """

    def __init__(self, listening: socket.socket, sending: Sequence[socket.socket], most: int) -> None:
        self._listening = listening
        self._sending = sending
        self._most = most
        self._selector = selectors.DefaultSelector()
        #: connections whose head has begun: when to look again, and how long to wait then
        self._begun: dict[socket.socket, tuple[float, float]] = {}
        self._since: dict[socket.socket, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dx_mock front", daemon=True)

    def start(self) -> None:
        """Begin to accept."""
        self._listening.setblocking(False)
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it accepts."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Accept nothing more; what was handed over is not concerned."""
        self._over.set()
        self._thread.join()
        for each in list(self._since):
            self._close(each)
        self._listening.close()
        self._selector.close()

    def _run(self) -> None:
        swept = time.monotonic()
        while not self._over.is_set():
            pause = 0.5
            if self._begun:
                pause = min(max(min(due for due, _ in self._begun.values()) - time.monotonic(), 0), pause)
            for key, _ in self._selector.select(pause):
                if key.fileobj is self._listening:
                    self._accept()
                elif key.fileobj in self._since:  # else it was closed in this turn, for a newer one
                    self._look(key.fileobj)
            now = time.monotonic()
            for each in [each for each, (due, _) in self._begun.items() if due <= now]:
                self._look(each)
            if now - swept > 1:
                swept = now
                for each in [each for each, since in self._since.items() if now - since > _UNFINISHED]:
                    self._close(each)

    def _accept(self) -> None:
        for _ in range(256):
            try:
                connection, _address = self._listening.accept()
            except OSError:  # no more, or too many files are open: later
                return
            if len(self._since) >= self._most:
                self._close(next(iter(self._since)))
            connection.setblocking(False)
            self._since[connection] = time.monotonic()
            self._selector.register(connection, selectors.EVENT_READ)

    def _look(self, connection: socket.socket) -> None:
        """Hand a connection over if it is known by now which world it wants."""
        try:
            head = connection.recv(_LOOK, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            head = b""
        if not head:
            self._close(connection)
            return
        home = _home(head, len(self._sending))
        if home is None:
            self._look_again(connection)
            return
        with contextlib.suppress(OSError):  # that process has ended: the client meets a closed connection
            hand_over(self._sending[home], connection)
        self._close(connection)

    def _look_again(self, connection: socket.socket) -> None:
        """Look later: what was not read would wake the loop again and again."""
        if connection in self._begun:
            wait = min(self._begun[connection][1] * 2, _LATE)
        else:
            wait = _SOON
            self._selector.unregister(connection)
        self._begun[connection] = time.monotonic() + wait, wait

    def _close(self, connection: socket.socket) -> None:
        if self._begun.pop(connection, None) is None:
            with contextlib.suppress(KeyError):
                self._selector.unregister(connection)
        self._since.pop(connection, None)
        connection.close()


def _home(head: bytes, count: int) -> int | None:
    """Return which process has the world that the beginning of a request names; None while nobody can say."""
    line, ended, rest = head.partition(b"\n")
    if not ended:
        return None if len(head) < _LOOK else 0
    words = line.decode("latin-1").split()
    path = words[1].partition("?")[0] if len(words) > 1 else ""
    if "://" in path[:10]:
        path = "/" + path.split("://", 1)[1].partition("/")[2]
    environ = {"PATH_INFO": path}
    if not path.startswith("/worlds/"):
        lines = rest.replace(b"\r\n", b"\n").partition(b"\n\n")
        if not lines[1] and len(head) < _LOOK and not rest.startswith((b"\r\n", b"\n")):
            return None
        for each in lines[0].decode("latin-1").split("\n"):
            name, _, value = each.partition(":")
            if name.lower() in _HEADERS:
                environ[_HEADERS[name.lower()]] = value.strip()
    # Whether such a world exists is decided by the process that would have it.
    address = world_of(environ, lambda name: True)
    return home_of(None if address is None else address.name, count)
