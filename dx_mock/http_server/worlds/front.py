"""The front of a server with worlds: each request goes to the world that it names, or to the server's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dx_mock.doors import http_requests
from dx_mock.http_server.control_api import Control
from dx_mock.http_server.failures import failure
from dx_mock.http_server.worlds.hosting import seen_inside
from dx_mock.http_server.worlds.keeping import DamagedWorld
from dx_mock.http_server.worlds.naming import world_of
from dx_mock.http_server.worlds.registry import NoSuchWorld

if TYPE_CHECKING:
    from dx_mock.http_server.sockets import Rules
    from dx_mock.http_server.worlds.hosting import Wsgi
    from dx_mock.http_server.worlds.registry import Worlds

_UNKNOWN, _DAMAGED = "UnknownWorldException", "DamagedWorldException"

Respond = Callable[[dict[str, Any], Callable[..., Any], http_requests.Answer], Iterable[bytes]]


class Front:
    """A WSGI application that hands a request to its world.

    Args:
        worlds: the worlds.
        own: the application of the server's own world.
        respond: passes an answer to WSGI.
    """

    def __init__(self, worlds: Worlds, own: Wsgi, respond: Respond) -> None:
        self._worlds = worlds
        self._own = own
        self._respond = respond

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        address = world_of(environ, self._worlds.has)
        if address is None:
            with self._worlds.using_own() as own:
                answering = self._own if own is None else own.answer_as_it_is
                return answering(environ, start_response)
        try:
            with self._worlds.using(address.name) as hosted:
                return hosted.answer(address, start_response)
        except NoSuchWorld as problem:
            answer = _refusal(address.environ, 404, _UNKNOWN, str(problem))
        except DamagedWorld as problem:
            answer = _refusal(address.environ, 500, _DAMAGED, str(problem))
        return self._respond(environ, start_response, answer)


class RulesInWorlds:
    """The server's rules for the transport, which looks at requests before anybody has found their world."""

    def __init__(self, worlds: Worlds, rules: Rules) -> None:
        self._worlds = worlds
        self._rules = rules
        self.begin: Callable[[], None] = rules.begin
        self.end: Callable[[Mapping[str, Any], int, float, int], None] = rules.end

    def _inside(self, environ: Mapping[str, str]) -> Mapping[str, str]:
        address = world_of(environ, self._worlds.has)
        return environ if address is None else seen_inside(address, Control)

    def limit(self, environ: Mapping[str, str]) -> int | None:
        """Return the size limit of a request's body in bytes; None means the transport's own limit."""
        return self._rules.limit(self._inside(environ))

    def admit(self, environ: Mapping[str, str]) -> tuple[int, str] | None:
        """Return why a request may not be asked; None if it may."""
        refused = self._rules.admit(environ)
        if refused is None:
            return None
        # Credentials of a role count where moto's STS has given them out: in the world.
        address = world_of(environ, self._worlds.has)
        with self._worlds.state_of(None if address is None else address.name):
            return self._rules.admit(environ)

    def refusal(self, environ: Mapping[str, str], status: int, reason: str) -> http_requests.Answer:
        """Build the response to a request that can't be read."""
        return self._rules.refusal(self._inside(environ), status, reason)


def _refusal(environ: Mapping[str, str], status: int, code: str, sentence: str) -> http_requests.Answer:
    """Return the answer to a request for a world that can't be called, in the form that its client reads."""
    if Control.takes(environ):
        return Control.problem(status, sentence)
    return failure(environ, code, sentence, status)
