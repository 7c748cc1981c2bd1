"""A server whose world is the one that a mock has in this process: what ``dx.serve()`` runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dx_mock.doors import policy
from dx_mock.doors.policy import Decision, Kind
from dx_mock.http_server import ways_out
from dx_mock.http_server.admission import Admission, Refused
from dx_mock.http_server.failures import failure
from dx_mock.http_server.server import Application, Server, ServerError, respond
from dx_mock.moto_services.runtime import moto_is_the_tests_own

if TYPE_CHECKING:
    from dx_mock.http_server.control_api import Control
    from dx_mock.mock import MockDirectConnect
    from dx_mock.world.world import World


class ServerOfAWorld(Server):
    """A server that begins no world, and is gone when the mock that has its world ends.

    It is a proxy of its clients as well, for plain HTTP; ``tunnels_url`` is the one for all else.
    """

    _tunnels: ways_out.Tunnels | None = None

    def __init__(self, mock: MockDirectConnect, host: str, port: int) -> None:
        super().__init__(mock, host, port, admission=_Admission(self))

    @property
    def tunnels_url(self) -> str:
        """The proxy for what is encrypted.

        Raises:
            RuntimeError: If it is not running.
        """
        if self._tunnels is None:
            raise RuntimeError("this server is not running; use it as a context manager or call start()")
        return self._tunnels.url

    def start(self) -> Server:
        """Begin to answer, as a proxy, too."""
        super().start()
        try:
            self._tunnels = ways_out.Tunnels(self._mock.world)
        except OSError as problem:
            super().stop()
            raise ServerError(f"can't listen on 127.0.0.1: {problem}") from None
        self._tunnels.start()
        return self

    def stop(self) -> None:
        """End both."""
        tunnels, self._tunnels = self._tunnels, None
        if tunnels is not None:
            tunnels.stop()
        super().stop()

    def is_here(self, asked: str) -> bool:
        """Return whether a client of the proxy asks for the endpoint, whatever it has put before its name.

        S3 Control puts the account there, S3 the name of an access point.
        """
        here = self.endpoint_url.removeprefix("http://")
        return asked == here or asked.endswith(f".{here}")

    def _opened(self) -> World:
        return self._mock.world

    def _room_for_worlds(self, moto: Any) -> None:
        """Have no other worlds: this server belongs to one."""

    def _application(self, world: World, moto: Any, control: Control) -> Callable[..., Iterable[bytes]]:
        return _Proxy(self, world, Application(world, _Others(world, moto), control))


class _Admission(Admission):
    """The rules for who may ask, where a client may take the server for its proxy.

    Its request names the host in the first line, which a browser does for its proxy only; what other hosts say
    of pages is theirs.
    """

    def __init__(self, server: ServerOfAWorld) -> None:
        super().__init__()
        self._server = server

    def refusal(self, environ: Mapping[str, Any]) -> Refused | None:
        """Return why a request is refused; None if it may go on."""
        asked = environ["dx_mock.proxied"]
        if not asked:
            return super().refusal(environ)
        if not self._server.is_here(asked):
            return None
        return super().refusal({**environ, "HTTP_HOST": self._server.endpoint_url.removeprefix("http://")})


class _Proxy:
    """The application, and a proxy for what children ask of other hosts over plain HTTP."""

    def __init__(self, server: ServerOfAWorld, world: World, application: Application) -> None:
        self._server = server
        self._world = world
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked = environ["dx_mock.proxied"]
        if not asked or self._server.is_here(asked):
            return self._application(environ, start_response)
        url = environ["REQUEST_URI"]
        if not url.lower().startswith("http://"):
            message = "this proxy takes requests over plain HTTP; what is encrypted has one of its own"
            return respond(environ, start_response, failure(environ, "BadRequestException", message, 400))
        host = policy.host_of(url)
        kind = policy.kind_of(host)
        why = ways_out.refusal(self._world, host)
        if why is not None and kind is not Kind.METADATA:
            return self._application(environ, start_response)
        if why is not None:
            return respond(environ, start_response, failure(environ, "UnansweredServiceError", why, 403))
        try:
            return ways_out.forward(environ, start_response, url)
        except OSError as problem:
            message = f"{host} can't be reached: {problem}"
            return respond(environ, start_response, failure(environ, "EndpointConnectionError", message, 502))


class _Others:
    """The other services of a world that is active in this process, by the same table as for its own calls."""

    def __init__(self, world: World, moto: Callable[..., Iterable[bytes]]) -> None:
        self._world = world
        self._moto = moto

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        others = self._world.settings.others
        decision = policy.DECISIONS[Kind.AWS_SERVICE][others]
        if decision is Decision.MOTO or moto_is_the_tests_own():
            self._world.ports.other_services.start()  # a later start would empty what is made here
            return self._moto(environ, start_response)
        what = f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '/')}"
        message = (
            f"{what} was sent to the endpoint of mock_directconnect(others={others!r}), which answers Direct "
            f"Connect only: set others='moto' to have moto answer it"
        )
        return respond(environ, start_response, failure(environ, "UnansweredServiceError", message, 400))
