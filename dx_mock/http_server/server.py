"""One world for clients in other processes: moto's server, with dx_mock in the place of its Direct Connect.

The world of a server answers requests to Direct Connect, moto's application those to every other service.
Several servers in one process have Direct Connect worlds of their own, but share moto's backends: resources of
EC2 that are made through one server exist in all of them.
"""

from __future__ import annotations

import logging
import socket
import sys
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dx_mock.doors import http_requests, opening
from dx_mock.engine.record import LastCalls
from dx_mock.http_server import lacking, reach
from dx_mock.http_server.admission import Admission
from dx_mock.http_server.failures import failure
from dx_mock.http_server.measures import Measures
from dx_mock.http_server.worlds.front import Front, RulesInWorlds
from dx_mock.http_server.worlds.hosting import OwnWorld
from dx_mock.http_server.worlds.limits import MOST, TTL, Limits
from dx_mock.http_server.worlds.registry import Worlds
from dx_mock.http_server.worlds.store import Store
from dx_mock.mock import MockDirectConnect, mock_directconnect
from dx_mock.moto_services import recorder
from dx_mock.moto_services.health import endpoint as health
from dx_mock.process import current_world, served_endpoints
from dx_mock.rules import hosts
from dx_mock.support import errors

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from dx_mock.engine.settings import MockSettings
    from dx_mock.http_server.control_api import Control
    from dx_mock.http_server.control_api.messages import WorldsOfServer
    from dx_mock.http_server.sockets import Rules, Transport
    from dx_mock.http_server.worlds.hosting import Wsgi
    from dx_mock.world.world import World

#: moto's service prefix of Direct Connect in ``X-Amz-Target`` and in the paths of RPC v2 CBOR.
_TARGET = "OvertureService"
#: Headers that are the connection's, not the answer's.
HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailers",
     "transfer-encoding", "upgrade"}
)  # fmt: skip
#: How many connections may be open at once; beyond that the longest idle ones are closed.
MAX_CONNECTIONS = 4096

_log = logging.getLogger(__name__)


class ServerError(RuntimeError):
    """The server can't be started; the message says why."""


class Server:
    """A server with a world of its own, made by ``dx_mock.server()``."""

    def __init__(
        self,
        mock: MockDirectConnect,
        host: str,
        port: int,
        snapshot: Mapping[str, Any] | None = None,
        calls: int | None = None,
        admission: Admission | None = None,
        open_to_all: bool = False,
        worlds: Limits | None = None,
        data: Path | None = None,
    ) -> None:
        self._mock = mock
        self._host = host
        self._port = port
        self._snapshot = snapshot
        self._calls = calls
        self._admission = admission or Admission()
        self._open_to_all = open_to_all
        self._measures = Measures()
        self._limits = worlds
        self._data = data
        self._transport: Transport | None = None
        self._worlds: Worlds | None = None

    @property
    def made_of(self) -> tuple[Any, ...]:
        """The arguments that it was made with."""
        return (
            self._mock, self._host, self._port, self._snapshot, self._calls, self._admission, self._open_to_all,
            self._limits, self._data,
        )  # fmt: skip

    @property
    def worlds(self) -> Worlds:
        """The other worlds of this server, which see nothing of each other.

        Raises:
            RuntimeError: If it is not running, or has one world only.
        """
        if self._worlds is None:
            raise RuntimeError("this server is not running, or serves the world of a mock only")
        return self._worlds

    @property
    def endpoint_url(self) -> str:
        """The server's URL, for ``endpoint_url`` and ``AWS_ENDPOINT_URL``.

        Raises:
            RuntimeError: If it is not running.
        """
        if self._transport is None:
            raise RuntimeError("this server is not running; use it as a context manager or call start()")
        return reach.url(self._host, self._transport.port)

    @property
    def warning(self) -> str | None:
        """What somebody should know who let it listen beyond the loopback, else None."""
        if self._transport is None or reach.is_loopback(self._transport.address):
            return None
        return reach.warning(self._host, self._transport.port, self._admission.token is not None)

    @property
    def mock(self) -> MockDirectConnect:
        """The mock whose world the server serves, with all of its methods."""
        return self._mock

    def start(self) -> Server:
        """Bind the port, begin to answer, and return the server.

        Raises:
            ServerError: If moto's server is not installed, or the port can't be bound.
            SnapshotError: (a ValueError) If what it should begin with is not a snapshot.
        """
        if self._transport is not None:
            raise RuntimeError("this server is running already")
        from dx_mock.http_server.control_api import Control

        sockets = _sockets()
        listening, worlds = self._bound(), None
        try:
            moto = _Moto()
            worlds = self._room_for_worlds(moto)
            control = Control(self._mock, self._metrics, None if worlds is None else self._about_worlds(worlds))
            application: Wsgi = self._application(self._opened(), moto, control)
            rules: Rules = _Rules(control, self._admission, self._measures)
            if worlds is not None:
                if self._data is not None and self._is_here(""):
                    worlds.keep(OwnWorld(self._mock, application, self._calls or sys.maxsize))
                application, rules = self._fronted(worlds, application, rules)
            self._transport = sockets.Transport(listening, application, rules, most_connections())
        except BaseException:
            listening.close()
            if worlds is not None:
                worlds.close()
            raise
        served_endpoints.add(self.endpoint_url)
        opening.open_server()
        if worlds is not None:
            worlds.start()
        self._worlds = worlds
        self._transport.start()
        return self

    def idle(self) -> float:
        """Return for how many seconds nobody has asked anything; probes of health and metrics do not count."""
        return self._measures.idle()

    def _metrics(self) -> str:
        return self._measures.text(self._mock, self._transport.connections if self._transport else 0)

    def _room_for_worlds(self, moto: Any) -> Worlds | None:
        """Return what keeps the other worlds of this server."""

        def serving(world: World, control: Control) -> Wsgi:
            return Application(world, moto, control)

        base, store = self._mock.settings, self._store()
        worlds = Worlds(base, lambda: self.endpoint_url, serving, self._limits, store, self._is_here)
        return worlds.open()

    def _store(self) -> Store | None:
        return None if self._data is None else Store(self._data)

    def _is_here(self, name: str) -> bool:
        """Return whether a world lives in this process; the server's own has no name."""
        return True

    def _about_worlds(self, worlds: Worlds) -> WorldsOfServer:
        return worlds

    def _fronted(self, worlds: Worlds, application: Wsgi, rules: Rules) -> tuple[Wsgi, Rules]:
        return Front(worlds, application, respond), RulesInWorlds(worlds, rules)

    def _opened(self) -> World:
        """Return the world as it is before the first call."""
        world = self._mock.open(lambda: self.endpoint_url)
        if self._calls is not None:
            world.calls = LastCalls(self._calls)
        if self._snapshot is not None:
            self._mock.restore(self._snapshot)
        return world

    def _application(self, world: World, moto: Any, control: Control) -> Callable[..., Iterable[bytes]]:
        return Application(world, moto, control)

    def bind(self) -> socket.socket:
        """Return a socket that listens where this server would.

        Raises:
            ServerError: If it can't be bound, or must not be without a token.
        """
        return self._bound()

    def _bound(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            bound = socket.create_server((self._host, self._port), family=family, backlog=512)
        except (OSError, UnicodeError) as problem:  # a host name may be too long to be looked up
            raise ServerError(f"can't listen on {self._host}:{self._port}: {problem}") from None
        if not (self._open_to_all or self._admission.token or reach.is_loopback(bound.getsockname()[0])):
            bound.close()
            raise ServerError(
                f"on {self._host} everybody who reaches this machine could change the world: set a token "
                f"(token=..., --token), or say that this is meant (i_know_it_is_open=True, --i-know-it-is-open)"
            )
        return bound

    def stop(self) -> None:
        """Finish the answers under way and free the port.  Stopping twice does no harm."""
        if self._transport is None:
            return
        served_endpoints.remove(self.endpoint_url)
        self._transport.stop()
        if self._worlds is not None:
            self._worlds.stop()
            self._worlds = None
        opening.close_server()
        self._transport = None

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Server {self.endpoint_url}>" if self._transport is not None else "<Server, not running>"


class Application:
    """A WSGI application that answers Direct Connect and the control API, and leaves the rest to moto's."""

    def __init__(self, world: World, others: Callable[..., Iterable[bytes]], control: Control) -> None:
        self._world = world
        self._others = others
        self._control = control

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self._control.takes(environ):
            return self._control(environ, start_response)
        if _is_a_browsers_first_look(environ):
            return respond(
                environ, start_response, (303, {"location": "/dx-mock/", "content-length": "0"}, b"")
            )
        if not _is_ours(environ):
            with current_world.within(self._world):
                if health.is_meant(_headers(environ), environ.get("PATH_INFO", "/")):
                    return respond(environ, start_response, self._health(environ))
                return self._others(environ, start_response)
        headers, path, method = _headers(environ), environ.get("PATH_INFO", "/"), environ["REQUEST_METHOD"]
        body = environ["wsgi.input"].read(http_requests.MAX_BODY + 1)
        recorder.record(method, f"http://{headers.get('host', '')}{path}", headers, body)
        found = http_requests.answer(
            self._world, headers, body, region=_region(environ), path=path, method=method
        )
        return respond(environ, start_response, found)

    def _health(self, environ: dict[str, Any]) -> http_requests.Answer:
        body = environ["wsgi.input"].read(http_requests.MAX_BODY + 1)
        return health.answer(self._world, _headers(environ), body, environ.get("PATH_INFO", "/"))


class _Moto:
    """moto's application, imported when the first client calls one of its services."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._application: Callable[..., Iterable[bytes]] | None = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        missing: list[Any] = []  # status and headers of an answer that may only say that moto has no such route

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            # Headers of the connection are set by the transport; moto copies some from recorded answers.
            # And no page of another origin may read an answer, whatever moto allows.
            kept = [each for each in headers if not _is_left_out(each[0].lower())]
            if status.startswith(("404", "405")):
                missing[:] = status, kept
                return None
            return start_response(status, kept, *more)

        try:
            with self._lock:
                application = self._application or self._load()
            answered = application(environ, start)
            if not missing:
                return answered
            body = b"".join(answered)
            status, headers = missing
            if lacking.is_no_route(environ, status, headers, body):
                return respond(environ, start_response, lacking.answer(environ))
            start_response(status, headers)
            return [body]
        except NotImplementedError:
            return respond(environ, start_response, lacking.answer(environ))
        except Exception as problem:  # a bug of moto's: neither the client nor the console gets a traceback
            what = f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '/')}"
            message = f"moto failed to answer {what}: {type(problem).__name__}: {problem}"
            _log.debug("%s", message, exc_info=True)
            return respond(environ, start_response, failure(environ, "InternalFailure", message, 500))

    def _load(self) -> Callable[..., Iterable[bytes]]:
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        class KnownServices(DomainDispatcherApplication):  # type: ignore[misc]
            """moto's, which prints a line and fails on services that it does not have."""

            def get_backend_for_host(self, host: str | None) -> Any:
                known = host is None or "amazonaws.com" not in host
                if not known and not any(
                    pattern.match(f"http://{host}") for _, pattern in self.backend_url_patterns
                ):
                    raise NotImplementedError(f"moto has no service at {host}")
                return super().get_backend_for_host(host)

        self._application = application = KnownServices(create_backend_app)
        return application


class _Rules:
    """The rules for the transport: who may ask, how large a body may be, and the answers to other requests."""

    def __init__(self, control: Control, admission: Admission, measures: Measures) -> None:
        self._control = control
        self._admission = admission
        self.begin, self.end = measures.begin, measures.end

    def admit(self, environ: Mapping[str, str]) -> tuple[int, str] | None:
        """Return why a request may not be asked; None if it may."""
        return self._admission.refusal(environ)

    def limit(self, environ: Mapping[str, str]) -> int | None:
        """Return the size limit of a body in bytes; None, as for moto's S3, means the transport's limit."""
        if self._control.takes(environ):
            return self._control.limit(environ)
        return http_requests.MAX_BODY if _is_ours(environ) else None

    def refusal(self, environ: Mapping[str, str], status: int, reason: str) -> http_requests.Answer:
        """Build the response to a request that is malformed or too large, or may not be asked."""
        if self._control.takes(environ):
            return self._control.refusal(environ, status, reason)
        if status in (401, 403):
            return failure(environ, "AccessDeniedException", reason, status)
        if not _is_ours(environ):
            return failure(environ, "BadRequestException", reason, status)
        error = (
            errors.BODY_TOO_LARGE(limit=http_requests.MAX_BODY)
            if status == 413
            else errors.INVALID_REQUEST(reason=reason)
        )
        return http_requests.failure(
            error, str(uuid.uuid4()), environ.get("HTTP_SMITHY_PROTOCOL") == "rpc-v2-cbor"
        )


def _is_left_out(name: str) -> bool:
    return name in HOP_BY_HOP or name.startswith("access-control-")


def respond(
    environ: dict[str, Any], start_response: Callable[..., Any], found: http_requests.Answer
) -> Iterable[bytes]:
    """Pass an answer to WSGI, without ``connection: close``, which the transport adds."""
    status, headers, content = found
    if headers.get("connection") == "close":
        environ["dx_mock.close"]()
    kept = [(name, value) for name, value in headers.items() if name not in HOP_BY_HOP]
    start_response(f"{status} {http_requests.phrase(status)}", kept)
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else content]


def _is_a_browsers_first_look(environ: Mapping[str, str]) -> bool:
    """Return whether somebody opens the endpoint in a browser: no client of AWS asks for HTML, unsigned."""
    return (
        environ.get("REQUEST_METHOD") in ("GET", "HEAD")
        and environ.get("PATH_INFO") in ("", "/")
        and not environ.get("QUERY_STRING")
        and "text/html" in environ.get("HTTP_ACCEPT", "")
        and "HTTP_AUTHORIZATION" not in environ
    )


def _is_ours(environ: Mapping[str, str]) -> bool:
    """Return whether a request is one to Direct Connect, by its WSGI environment."""
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
    found = {
        name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")
    }
    if "CONTENT_TYPE" in environ:
        found["content-type"] = environ["CONTENT_TYPE"]
    return found


def _region(environ: Mapping[str, str]) -> str | None:
    """Return the Region of a host such as ``directconnect.eu-west-1.amazonaws.com``, else None."""
    return hosts.region_of_direct_connect(environ.get("HTTP_HOST", "").lower().partition(":")[0])


def _sockets() -> Any:
    """Return the module that serves HTTP, after checking that the packages it needs are installed."""
    needed = ("moto", "flask", "flask_cors", "waitress", "jsonschema")
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise ServerError(
            f"the server needs packages that are not installed: pip install 'dx-mock[server]' "
            f"(missing: {', '.join(missing)})"
        )
    from dx_mock.http_server import sockets

    return sockets


def most_connections() -> int:
    """Return how many connections may be open: some thousands, but not all files that this process may open."""
    try:
        import resource
    except ImportError:  # does not exist on Windows
        return 500
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MAX_CONNECTIONS if files < 0 else min(MAX_CONNECTIONS, files * 3 // 4)


def server(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    snapshot: Mapping[str, Any] | None = None,
    calls: int | None = None,
    host_names: Iterable[str] = (),
    token: str | None = None,
    i_know_it_is_open: bool = False,
    max_worlds: int = MOST,
    world_ttl: float | None = TTL,
    data: str | PathLike[str] | None = None,
    **settings: Unpack[MockSettings],
) -> Server:
    """Make a server with a world of its own: ``with dx_mock.server() as srv: srv.endpoint_url``.

    Args:
        host: the address to listen on.
        port: the port; 0 takes a free one.
        snapshot: what ``snapshot()`` of a mock returned, to continue with that world and its
            settings.
        calls: how many of the last calls the record keeps; all of them by default, which would fill the memory
            of a server that runs for days.
        host_names: what else clients call the server in the ``Host`` header, besides localhost and addresses;
            ``*.example.com`` for all of a domain.
        token: what every request must have with it, as bearer or as the session token of AWS credentials.
        i_know_it_is_open: listen beyond the loopback without a token, where everybody who reaches the port can
            read and change the world.
        max_worlds: how many worlds clients may make beside the server's own.
        world_ttl: seconds without a request after which such a world ends; None means never.
        data: the directory in which all worlds are kept, so that they go on when the server does.
        **settings: those of ``dx_mock.mock_directconnect``.

    Raises:
        TypeError, ValueError: If a setting is unknown or has an impossible value.
    """
    if not isinstance(host, str) or not host or any(each.isspace() for each in host):
        raise ValueError(f"host must be an address or a name to listen on, not {host!r}")
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        raise ValueError(f"port must be a number from 0 to 65535, not {port!r}")
    if calls is not None and (isinstance(calls, bool) or not isinstance(calls, int) or calls < 1):
        raise ValueError(f"calls must be a whole number of 1 or more, or None for all, not {calls!r}")
    if isinstance(host_names, str):
        raise TypeError(f"host_names must be a list of names, not the string {host_names!r}")
    named = () if hosts.address_of(hosts.plain(host)) is not None else (host,)
    admission = Admission((*named, *host_names), token)
    limits = Limits.check(max_worlds, world_ttl, calls)
    where = None if data is None else Path(data)
    mock: MockDirectConnect = mock_directconnect(**settings)
    return Server(mock, host, port, snapshot, calls, admission, i_know_it_is_open, limits, where)
