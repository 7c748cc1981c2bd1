"""What child processes ask of other hosts than the endpoint of ``dx.serve()``, which is their proxy.

A child that goes past ``AWS_ENDPOINT_URL`` is held here, by the same table as in this process.  Requests over
plain HTTP come to the endpoint itself; what is encrypted comes as CONNECT, and can be let through or refused.
"""

from __future__ import annotations

import select
import socket
import socketserver
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from dx_mock.doors import other_services, policy
from dx_mock.doors.policy import Decision
from dx_mock.http_server.server import HOP_BY_HOP

if TYPE_CHECKING:
    from dx_mock.world.world import World

#: Seconds until a host that can be reached has answered, and until a tunnel where nothing happens is closed.
_REACHED, _IDLE = 30, 600
#: The longest head of a request for a tunnel, in bytes.
_HEAD = 64 * 1024
#: Headers of a request that are the connection's, as WSGI has them.
_OF_THE_CONNECTION = frozenset(
    f"HTTP_{name.replace('-', '_').upper()}" for name in (*HOP_BY_HOP, "proxy-connection")
)


def refusal(world: World, host: str) -> str | None:
    """Return why a child may not reach a host, in one sentence; None where it may."""
    kind = policy.kind_of(host)
    settings = world.settings
    if policy.decide(kind, host, settings.others, settings.allow_hosts) is Decision.PASSED:
        return None
    return (
        f"{host} was called by a child process of mock_directconnect, which does not reach it: let its client "
        f"take AWS_ENDPOINT_URL of the environment, or set allow_hosts=[{host!r}] to let it through"
    )


def forward(environ: dict[str, Any], start_response: Callable[..., Any], url: str) -> Iterable[bytes]:
    """Pass a request over plain HTTP on to the host that it is for, and its answer back, piece by piece.

    Raises:
        OSError: If the host can't be reached.
    """
    import urllib3

    headers = {
        name[5:].replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("HTTP_") and name not in _OF_THE_CONNECTION
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-")] = environ[name]
    through = _proxy_for(urlsplit(url).hostname or "", "http")
    timeout = urllib3.Timeout(connect=_REACHED, read=_IDLE)
    pool: Any = urllib3.ProxyManager(through) if through else urllib3.PoolManager()
    try:
        with other_services.passing(url):
            answer = pool.request(
                environ["REQUEST_METHOD"],
                url,
                body=environ["wsgi.input"].read() or None,
                headers=headers,
                timeout=timeout,
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
    except urllib3.exceptions.HTTPError as problem:
        raise OSError(str(problem)) from problem
    kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP]
    start_response(f"{answer.status} {answer.reason or 'Unknown'}", kept)
    return answer.stream(decode_content=False)  # type: ignore[no-any-return]


def _proxy_for(host: str, scheme: str) -> str | None:
    """Return the proxy of this process for a host; one that does not speak HTTP is left alone."""
    found = getproxies().get(scheme, "")
    return found if found.startswith("http://") and not proxy_bypass(host) else None


class Tunnels:
    """A proxy for what is encrypted: a tunnel to a host that may be reached, a sentence for all others."""

    def __init__(self, world: World) -> None:
        class Handler(_Tunnel):
            refusal = staticmethod(lambda host: refusal(world, host))

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="dx_mock tunnels", daemon=True
        )

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End; tunnels that are open are closed."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[_Tunnel]) -> None:
        self.open: set[socket.socket] = set()
        super().__init__(address, handler)

    def server_close(self) -> None:
        """Close everything."""
        super().server_close()
        for each in list(self.open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def handle_error(self, *_: Any) -> None:
        """Say nothing: a child that goes away in the middle does not belong in a test's standard error."""


class _Tunnel(socketserver.BaseRequestHandler):
    server: _Server
    refusal: Callable[[str], str | None]

    def handle(self) -> None:
        """Answer one connection of a child."""
        self.server.open.add(self.request)
        try:
            self._answer()
        finally:
            self.server.open.discard(self.request)

    def _answer(self) -> None:
        self.request.settimeout(_REACHED)
        head = _head(self.request)
        method, _, rest = head.partition(b"\r\n")[0].decode("latin-1").partition(" ")
        where = rest.partition(" ")[0]
        try:
            host, port = policy.host_of(f"https://{where}"), urlsplit(f"//{where}").port or 443
        except ValueError:  # brackets that do not match, or a port that is none
            host = ""
        if method != "CONNECT" or not host:
            self._refuse(400, "this is the proxy of dx.serve() for what is encrypted, and takes CONNECT only")
            return
        why = self.refusal(host)
        if why is not None:
            self._refuse(403, why)
            return
        try:
            with other_services.passing(f"https://{where}"):
                there = _reach(host, port)
        except (OSError, UnicodeError) as problem:  # a name may be too long to be looked up
            self._refuse(502, f"{host} can't be reached: {problem}")
            return
        with there:
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            _pass_on(self.request, there)

    def _refuse(self, status: int, why: str) -> None:
        """Answer with a sentence, in the first line, too: that is what most clients show."""
        line = why.encode("ascii", "replace").replace(b"\r", b" ").replace(b"\n", b" ")
        body = why.encode() + b"\n"
        self.request.sendall(
            b"HTTP/1.1 %d %b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n"
            b"Connection: close\r\n\r\n%b" % (status, line, len(body), body)
        )


def _head(connection: socket.socket) -> bytes:
    """Return a head, to the empty line; no more: what follows is the tunnel's."""
    found = b""
    while not found.endswith(b"\r\n\r\n") and len(found) < _HEAD:
        one = connection.recv(1)
        if not one:
            break
        found += one
    return found


def _reach(host: str, port: int) -> socket.socket:
    """Return a connection to a host, through the proxy of this process where it has one.

    Raises:
        OSError: If it can't be reached.
    """
    through = _proxy_for(host, "https")
    if through is None:
        return socket.create_connection((host, port), timeout=_REACHED)
    proxy = urlsplit(through)
    there = socket.create_connection((proxy.hostname, proxy.port or 80), timeout=_REACHED)
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    who = f"Proxy-Authorization: Basic {_basic(proxy)}\r\n" if proxy.username else ""
    there.sendall(f"CONNECT {where} HTTP/1.1\r\nHost: {where}\r\n{who}\r\n".encode("latin-1"))
    status = _head(there).partition(b"\r\n")[0].decode("latin-1")
    if " 200" not in status:
        there.close()
        raise OSError(f"the proxy {proxy.hostname} says {status!r}")
    return there


def _basic(proxy: Any) -> str:
    from base64 import b64encode
    from urllib.parse import unquote

    return b64encode(f"{unquote(proxy.username)}:{unquote(proxy.password or '')}".encode()).decode()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Pass bytes in both directions until one side ends."""
    sides = {one: other, other: one}
    while True:
        ready = select.select(list(sides), [], [], _IDLE)[0]
        if not ready:
            return
        for side in ready:
            data = side.recv(64 * 1024)
            if not data:
                return
            sides[side].sendall(data)
