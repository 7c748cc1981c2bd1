"""The same world for clients in other processes: moto's server, with ours in the place of its Direct Connect.

Requests to Direct Connect are answered by the world of the server that they came to; every other service by
moto's application.  Several servers in one process keep their own Direct Connect worlds, but moto's backends
are the process': what a client makes in EC2 through one server, another sees.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dx_mock.faults import LostReply
from dx_mock.interception import active, doors, endpoints, http
from dx_mock.mock import MockDirectConnect, mock_directconnect

if TYPE_CHECKING:
    from dx_mock.world import World

#: moto's service prefix of Direct Connect in ``X-Amz-Target`` and in the paths of RPC v2 CBOR.
_TARGET = "OvertureService"


class ServerError(RuntimeError):
    """The server could not be started; the message says why."""


class Server:
    """A running server; see :func:`server`."""

    def __init__(self, mock: MockDirectConnect, host: str, port: int) -> None:
        self._mock = mock
        self._host = host
        self._port = port
        self._server: Any = None
        self._thread: threading.Thread | None = None

    @property
    def endpoint_url(self) -> str:
        """Where it answers, for ``endpoint_url`` and ``AWS_ENDPOINT_URL``.

        Raises:
            RuntimeError: it is not running.
        """
        if self._server is None:
            raise RuntimeError("this server is not running; use it as a context manager or call start()")
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._server.server_address[1]}"

    @property
    def mock(self) -> MockDirectConnect:
        """The tester's hands on the world of this server."""
        return self._mock

    def start(self) -> Server:
        """Bind the port and begin to answer; returns the server.

        Raises:
            ServerError: moto's server is not installed, or the port can't be bound.
        """
        if self._server is not None:
            raise RuntimeError("this server is running already")
        try:
            from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
            from werkzeug.serving import WSGIRequestHandler, make_server
        except ImportError as missing:
            raise ServerError(f"the server needs moto's: pip install 'dx-mock[server]' ({missing})") from None

        class QuietHandler(WSGIRequestHandler):  # type: ignore[misc]
            """Answers as HTTP/1.1 and writes no log."""

            protocol_version = "HTTP/1.1"

            def log(self, type: str, message: str, *args: Any) -> None:
                """Nothing: a test's output is its own."""

        world = self._mock.open()
        application = _Application(world, DomainDispatcherApplication(create_backend_app))
        # werkzeug would end the process where a port is taken, so the socket is made here.
        with self._bound() as listening:
            self._server = make_server(
                self._host,
                listening.getsockname()[1],
                application,
                threaded=True,
                request_handler=QuietHandler,
                fd=listening.fileno(),
            )
        self._server.daemon_threads = True
        endpoints.add(self.endpoint_url)
        doors.open_server()
        self._thread = threading.Thread(target=self._server.serve_forever, name="dx_mock server", daemon=True)
        self._thread.start()
        return self

    def _bound(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            return socket.create_server((self._host, self._port), family=family, backlog=512)
        except OSError as problem:
            raise ServerError(f"can't listen on {self._host}:{self._port}: {problem}") from None

    def stop(self) -> None:
        """End it; the port is free afterwards.  Stopping twice does no harm."""
        if self._server is None:
            return
        endpoints.remove(self.endpoint_url)
        doors.close_server()
        self._server.shutdown()
        self._server.server_close()
        assert self._thread is not None
        self._thread.join()
        self._server = None

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Server {self.endpoint_url}>" if self._server is not None else "<Server, not running>"


class _Application:
    """Takes requests to Direct Connect out of moto's WSGI application."""

    def __init__(self, world: World, others: Any) -> None:
        self._world = world
        self._others = others

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not _is_ours(environ):
            with active.within(self._world):
                answer: Iterable[bytes] = self._others(environ, start_response)
                return answer
        headers = _headers(environ)
        path = environ.get("PATH_INFO", "/")
        try:
            found = http.answer(self._world, headers, _body(environ), region=_region(environ), path=path)
        except LostReply:
            raise _hung_up(environ) from None
        status, out, content = found
        start_response(f"{status} {HTTPStatus(status).phrase}", list(out.items()))
        return [content]


def _hung_up(environ: dict[str, Any]) -> ConnectionError:
    """End the connection without an answer, as a fault of the test wants it; gives werkzeug's word for it."""
    connection = environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    return ConnectionResetError("a fault of the test")


def _is_ours(environ: dict[str, Any]) -> bool:
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    path = environ.get("PATH_INFO", "/")
    host = environ.get("HTTP_HOST", "").lower()
    return (
        target.startswith(f"{_TARGET}.")
        or path.startswith(f"/service/{_TARGET}/operation/")
        or host.startswith(("directconnect.", "directconnect-fips."))
        or "/directconnect/aws4_request" in environ.get("HTTP_AUTHORIZATION", "")
    )


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    return {
        name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")
    }


def _region(environ: dict[str, Any]) -> str | None:
    """The Region of a host such as ``directconnect.eu-west-1.amazonaws.com``; the signature says it else."""
    match = http.HOST.fullmatch(urlsplit(f"//{environ.get('HTTP_HOST', '')}").hostname or "")
    return match["region"] if match else None


def _body(environ: dict[str, Any]) -> bytes:
    """The body, at most a byte more than is accepted: that it is too large is found out by its length."""
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):  # chunked
        content: bytes = stream.read(http.MAX_BODY + 1)
        return content
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    content = stream.read(min(max(length, 0), http.MAX_BODY + 1))
    return content


def server(host: str = "127.0.0.1", port: int = 0, **settings: Any) -> Server:
    """A server with a world of its own: ``with dx_mock.server() as srv: srv.endpoint_url``.

    Args:
        host: the address to listen on.
        port: the port; 0 takes a free one.
        settings: those of :func:`dx_mock.mock_directconnect`.

    Raises:
        TypeError, ValueError: a setting is unknown or has an impossible value.
    """
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        raise ValueError(f"port must be a number from 0 to 65535, not {port!r}")
    mock: MockDirectConnect = mock_directconnect(**settings)
    return Server(mock, host, port)
