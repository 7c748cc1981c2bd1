"""Connections that one process accepts and another one answers: sockets travel over a socket between them.

The process that accepts looks at the beginning of a request without reading it (``MSG_PEEK``) and hands the
socket over; from then on the client speaks to the other process alone.  Nothing is copied.
"""

from __future__ import annotations

import socket
from typing import Any

#: What travels beside a socket: something has to.
_MARK = b"."


def channel() -> tuple[socket.socket, socket.socket]:
    """Return the two ends over which sockets travel: the receiving one and the sending one."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)


def hand_over(sending: socket.socket, connection: socket.socket) -> None:
    """Give a connection to the process at the other end; this process should close it then.

    Raises:
        OSError: If that process has ended.
    """
    socket.send_fds(sending, [_MARK], [connection.fileno()])


class HandedConnections(socket.socket):
    """A socket to listen on, whose new connections are those that another process hands over.

    Args:
        receiving: the file number of the receiving end.
        address: where the other process listens, which is what clients call.
    """

    def __init__(self, receiving: int, address: Any) -> None:
        super().__init__(fileno=receiving)
        self._address = address

    @property
    def family(self) -> socket.AddressFamily:
        """The family of the connections."""
        return socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET

    def listen(self, backlog: int = 0, /) -> None:
        """Do nothing: the other process listens."""

    def getsockname(self) -> Any:
        """Return the address that clients call."""
        return self._address

    def accept(self) -> tuple[socket.socket, Any]:
        """Return the next connection and the address of its client.

        Raises:
            BlockingIOError: If none is there, or none will come.
        """
        mark, handed, *_ = socket.recv_fds(self, len(_MARK), 1)
        if not mark or not handed:
            raise BlockingIOError
        connection = _Handed(fileno=handed[0])
        if connection.is_of_a_peer:
            return connection, ("127.0.0.1", 0)
        return connection, connection.getpeername()


class _Handed(socket.socket):
    """A connection of a client, or of another process of this server, which does not come over TCP."""

    @property
    def is_of_a_peer(self) -> bool:
        """Whether another process of this server is at the other end."""
        return super().family not in (socket.AF_INET, socket.AF_INET6)

    def setsockopt(self, level: int, *option: Any) -> None:
        """Set an option, unless it is one of TCP on a connection without."""
        if level != socket.IPPROTO_TCP or not self.is_of_a_peer:
            super().setsockopt(level, *option)
