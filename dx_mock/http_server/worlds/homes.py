"""Worlds in several processes: which process has a world, and how another one reaches it.

A connection that is kept may bring requests for worlds of any process: the one that has the connection asks the
one that has the world, over a pair of sockets, in plain HTTP.
"""

from __future__ import annotations

import hmac
import http.client
import json
import secrets
import socket
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from dx_mock.engine.faults import LostReply
from dx_mock.http_server.control_api import Control
from dx_mock.http_server.control_api.messages import PREFIX, TooManyWorlds, WorldExists
from dx_mock.http_server.worlds.handing import hand_over
from dx_mock.http_server.worlds.naming import world_of
from dx_mock.http_server.worlds.registry import Facts, NoSuchWorld, Worlds

if TYPE_CHECKING:
    from dx_mock.doors.http_requests import Answer
    from dx_mock.http_server.sockets import Rules
    from dx_mock.http_server.worlds.hosting import Wsgi

#: Says that another process of the server has decided that this one answers.
DECIDED = "HTTP_X_DX_MOCK_DECIDED"
#: Set while another process asks for what is in this one.
_for_a_peer: ContextVar[bool] = ContextVar("dx_mock_for_a_peer", default=False)
#: Headers that belong to one connection.
_OF_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host"})
#: Seconds to wait for another process, above what clients of moto's queues wait.
_PATIENCE = 300.0


def home_of(name: str | None, count: int) -> int:
    """Return the number of the process that has a world; the server's own is in the first one."""
    return zlib.crc32(name.encode()) % count if name else 0


class Peers:
    """The processes of a server, as one of them sees the others.

    Args:
        number: the number of this process, from 0.
        sending: what hands connections to each process.
        secret: what only these processes know.
    """

    def __init__(self, number: int, sending: Sequence[socket.socket], secret: str) -> None:
        self.number = number
        self._sending = sending
        self._secret = secret

    @property
    def count(self) -> int:
        """How many processes there are."""
        return len(self._sending)

    def has(self, name: str | None) -> bool:
        """Return whether a world lives in this process."""
        return home_of(name, self.count) == self.number

    def have_decided(self, environ: Mapping[str, Any]) -> bool:
        """Return whether another process has let a request in, and decided that this one answers it."""
        return hmac.compare_digest(str(environ.get(DECIDED, "")).encode(), self._secret.encode())

    @property
    def decision(self) -> dict[str, str]:
        """The header that says so."""
        return {"x-dx-mock-decided": self._secret}

    def home_of_request(self, environ: Mapping[str, Any], exists: Callable[[str], bool]) -> int:
        """Return the number of the process that answers a request.

        What a host or a path of S3 names may be a world or a bucket: whose the world would be knows.
        """
        if self.have_decided(environ):
            return self.number
        address = world_of(environ, lambda name: not self.has(name) or exists(name))
        return home_of(None if address is None else address.name, self.count)

    def ask(self, number: int, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Any:
        """Send a request to another process and return its answer, read.

        Raises:
            OSError, http.client.HTTPException: If it did not answer.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        connection = http.client.HTTPConnection("localhost", timeout=_PATIENCE)
        ours.settimeout(_PATIENCE)
        connection.sock = ours
        try:
            with theirs:
                hand_over(self._sending[number], theirs)
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.putheader("content-length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, answer.reason, answer.getheaders(), answer.read()
        finally:
            connection.close()


class Forwarding:
    """A WSGI application that answers requests of this process's worlds and passes the others on."""

    def __init__(self, peers: Peers, worlds: Worlds, here: Wsgi) -> None:
        self._peers = peers
        self._worlds = worlds
        self._here = here

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        home = self._peers.home_of_request(environ, self._worlds.has)
        if home == self._peers.number or _is_about_worlds(environ):
            token = _for_a_peer.set(self._peers.have_decided(environ))
            try:
                return self._here(environ, start_response)
            finally:
                _for_a_peer.reset(token)
        body = environ["wsgi.input"].read()
        headers = {
            name[5:].replace("_", "-").lower(): str(value)
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        kept = {name: value for name, value in headers.items() if name not in _OF_CONNECTION}
        kept |= {"host": headers.get("host", ""), **self._peers.decision}
        if environ.get("CONTENT_TYPE"):
            kept["content-type"] = environ["CONTENT_TYPE"]
        target = environ.get("REQUEST_URI") or environ.get("PATH_INFO", "/")
        try:
            status, reason, found, content = self._peers.ask(
                home, environ["REQUEST_METHOD"], target, kept, body
            )
        except (http.client.RemoteDisconnected, http.client.IncompleteRead):
            raise LostReply("ConnectionClosedError") from None  # a fault of the test broke it there
        passed = [(name, value) for name, value in found if name.lower() not in _OF_CONNECTION]
        start_response(f"{status} {reason}", [*passed, ("Content-Length", str(len(content)))])
        return [content]


class RulesOfPeers:
    """The rules for the transport: who waits for another process uses up no thread of this one's worlds."""

    def __init__(self, peers: Peers, worlds: Worlds, rules: Rules) -> None:
        self._peers = peers
        self._worlds = worlds
        self._rules = rules
        self.begin: Callable[[], None] = rules.begin
        self.end: Callable[[Mapping[str, Any], int, float, int], None] = rules.end

    def admit(self, environ: Mapping[str, str]) -> tuple[int, str] | None:
        """Return why a request may not be asked; None if it may, as another process has found already."""
        return None if self._peers.have_decided(environ) else self._rules.admit(environ)

    def limit(self, environ: Mapping[str, str]) -> int | None:
        """Return the size limit of a request's body in bytes; None for what other threads answer."""
        if not self._peers.have_decided(environ) and (
            _is_about_worlds(environ)
            or self._peers.home_of_request(environ, self._worlds.has) != self._peers.number
        ):
            return None
        return self._rules.limit(environ)

    def refusal(self, environ: Mapping[str, str], status: int, reason: str) -> Answer:
        """Build the response to a request that can't be read."""
        return self._rules.refusal(environ, status, reason)


def _is_about_worlds(environ: Mapping[str, Any]) -> bool:
    """Return whether a request is for the endpoints about worlds, which any process answers."""
    path = str(environ.get("PATH_INFO", ""))
    return Control.takes(environ) and (path == f"{PREFIX}/worlds" or path.startswith(f"{PREFIX}/worlds/"))


class WorldsOfPeers:
    """The worlds of all processes, for the endpoints about worlds."""

    def __init__(self, peers: Peers, worlds: Worlds) -> None:
        self._peers = peers
        self._worlds = worlds

    def make(self, **wanted: Any) -> Facts:
        """Make a world where its name belongs.

        Raises:
            WorldExists, TooManyWorlds, ValueError: If it can't be made.
        """
        name = wanted.setdefault("name", f"w-{secrets.token_hex(6)}")
        if self._peers.has(name):
            return self._worlds.make(**wanted)
        return _facts(self._ask(name, "POST", "/worlds", wanted))

    def about(self, name: str) -> Facts:
        """Return the facts about a world.

        Raises:
            NoSuchWorld: If there is none.
        """
        if self._peers.has(name):
            return self._worlds.about(name)
        return _facts(self._ask(name, "GET", f"/worlds/{name}"))

    def end(self, name: str) -> None:
        """End a world.

        Raises:
            NoSuchWorld: If there is none.
        """
        if self._peers.has(name):
            self._worlds.end(name)
        else:
            self._ask(name, "DELETE", f"/worlds/{name}")

    def listing(self, prefix: str, after: str, limit: int) -> tuple[int, list[Facts]]:
        """Return how many there are, and the facts about those that come next, of all processes."""
        total, found = self._worlds.listing_here(prefix, after, limit)
        for number in () if _for_a_peer.get() else range(self._peers.count):
            if number != self._peers.number:
                query = urlencode({"prefix": prefix, "after": after, "limit": limit})
                more = self._read(number, "GET", f"/worlds?{query}", None)
                total += more["total"]
                found += map(_facts, more["worlds"])
        return total, sorted(found)[:limit]

    def _ask(self, name: str, method: str, path: str, body: Any = None) -> Any:
        try:
            return self._read(home_of(name, self._peers.count), method, path, body)
        except _Refused as refusal:
            kinds: dict[int, Callable[[str], Exception]] = {
                404: NoSuchWorld.told,
                409: WorldExists,
                503: TooManyWorlds,
            }
            raise kinds.get(refusal.status, ValueError)(refusal.sentence) from None

    def _read(self, number: int, method: str, path: str, body: Any) -> Any:
        headers = {"host": "localhost", "content-type": "application/json", **self._peers.decision}
        content = b"" if body is None else json.dumps(body).encode()
        status, _, _, answer = self._peers.ask(number, method, f"{PREFIX}{path}", headers, content)
        found = json.loads(answer)
        if status >= 300:
            raise _Refused(status, found["error"])
        return found


class _Refused(Exception):
    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


def _facts(found: Mapping[str, Any]) -> Facts:
    from datetime import datetime

    return Facts(
        found["name"],
        datetime.fromisoformat(found["created"]).timestamp(),
        datetime.fromisoformat(found["used"]).timestamp(),
        found["ttl"],
        found["in_memory"],
        found["resources"],
        found["calls"],
        tuple(found["not_kept"]),
    )
