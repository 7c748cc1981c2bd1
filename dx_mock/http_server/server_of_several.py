"""One of the processes of a server that has several, each with its worlds."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dx_mock.http_server.server import Server
from dx_mock.http_server.worlds.handing import HandedConnections
from dx_mock.http_server.worlds.homes import Forwarding, Peers, RulesOfPeers, WorldsOfPeers
from dx_mock.http_server.worlds.store import Store

if TYPE_CHECKING:
    from dx_mock.http_server.control_api.messages import WorldsOfServer
    from dx_mock.http_server.sockets import Rules
    from dx_mock.http_server.worlds.hosting import Wsgi
    from dx_mock.http_server.worlds.registry import Worlds


class ServerOfSeveral(Server):
    """A server whose connections another process accepts, and that has a part of the worlds."""

    def join(
        self, number: int, receiving: int, sending: Sequence[int], address: Any, secret: str
    ) -> ServerOfSeveral:
        """Be one of several, and return the server.

        Args:
            number: which of them, from 0.
            receiving: the file number from which connections come.
            sending: those that hand connections to each of them.
            address: where clients connect.
            secret: what only these processes know.
        """
        self._receiving = receiving
        self._address = address
        self._peers = Peers(number, [socket.socket(fileno=each) for each in sending], secret)
        return self

    def _bound(self) -> socket.socket:
        return HandedConnections(self._receiving, self._address)

    def _store(self) -> Store | None:
        return None if self._data is None else Store(self._data, alone=False)

    def _is_here(self, name: str) -> bool:
        return self._peers.has(name)

    def _about_worlds(self, worlds: Worlds) -> WorldsOfServer:
        return WorldsOfPeers(self._peers, worlds)

    def _fronted(self, worlds: Worlds, application: Wsgi, rules: Rules) -> tuple[Wsgi, Rules]:
        here, inside = super()._fronted(worlds, application, rules)
        return Forwarding(self._peers, worlds, here), RulesOfPeers(self._peers, worlds, inside)
