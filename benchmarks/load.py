"""Many clients of a server over the loopback, from one thread, with as little work of their own as possible."""

from __future__ import annotations

import re
import selectors
import socket
import time

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


class _Client:
    """A client: what it sends again and again, on one connection if the server keeps it, and what has come."""

    def __init__(self, place: tuple[str, int], request: bytes) -> None:
        self.place = place
        self.request = request
        self.received = b""
        self.socket = self._connected()

    def _connected(self) -> socket.socket:
        found = socket.create_connection(self.place, timeout=30)
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return found

    def send(self) -> None:
        """Ask."""
        self.received = b""
        self.socket.sendall(self.request)

    def connect_again(self) -> None:
        """Begin a new connection, as the server has closed this one."""
        self.socket.close()
        self.socket = self._connected()

    def has_answer(self) -> tuple[bool, bool]:
        """Read what has come, and return whether the answer is whole, and whether the connection is kept.

        Raises:
            RuntimeError: If the server refuses, or closes the connection before it has answered.
        """
        piece = self.socket.recv(65536)
        self.received += piece
        head, found, body = self.received.partition(b"\r\n\r\n")
        if (found and b" 200 " not in head[:14]) or (not piece and not found):
            raise RuntimeError(f"the server answered {self.received[:200]!r}")
        length = _LENGTH.search(head) if found else None
        whole = not piece or (length is not None and len(body) >= int(length[1]))
        return whole, bool(piece) and b"connection: close" not in head.lower()


def request(place: str, headers: dict[str, str], body: bytes) -> bytes:
    """Return a POST request to ``/`` as it is on the wire."""
    lines = [f"{name}: {value}" for name, value in {"Host": place, **headers}.items()]
    return "\r\n".join(["POST / HTTP/1.1", *lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def rate(place: str, asked: bytes, clients: int, duration: float) -> float:
    """Return the answers a second that a number of clients get together, each asking again when it has one."""
    host, _, port = place.rpartition(":")
    with selectors.DefaultSelector() as selector:
        everybody = [_Client((host, int(port)), asked) for _ in range(clients)]
        try:
            everybody[0].send()  # what is loaded for the first answer is not measured
            while not everybody[0].has_answer()[0]:
                pass
            everybody[0].connect_again()
            for each in everybody:
                selector.register(each.socket, selectors.EVENT_READ, each)
                each.send()
            start, answers = time.perf_counter(), 0
            while (now := time.perf_counter()) < start + duration:
                for key, _ in selector.select(timeout=1):
                    each = key.data
                    whole, kept = each.has_answer()
                    if whole:
                        answers += 1
                        if not kept:
                            selector.unregister(each.socket)
                            each.connect_again()
                            selector.register(each.socket, selectors.EVENT_READ, each)
                        each.send()
            return answers / (now - start)
        finally:
            for each in everybody:
                each.socket.close()
