"""The world outside in a test: what is looked up there, or connected to, without any of it happening."""

from __future__ import annotations

import socket

LOOPBACK = {"127.0.0.1", "::1", "localhost", "", None}


class Outside:
    """In the place of the network, below everything that a mock patches."""

    def __init__(self, monkeypatch):
        #: hosts that somebody has looked up or connected to
        self.seen: list[str] = []
        self._getaddrinfo, self._connect = socket.getaddrinfo, socket.socket.connect
        monkeypatch.setattr(socket, "getaddrinfo", self._look_up)
        monkeypatch.setattr(socket.socket, "connect", lambda *given: self._reach(*given), raising=False)

    def _look_up(self, host, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        if name in LOOPBACK:
            return self._getaddrinfo(host, *args, **kwargs)
        self.seen.append(name)
        raise socket.gaierror(socket.EAI_NONAME, "there is no network in this test")

    def _reach(self, sock, address):
        if not isinstance(address, tuple) or address[0] in LOOPBACK:
            return self._connect(sock, address)
        self.seen.append(address[0])
        raise OSError("there is no network in this test")
