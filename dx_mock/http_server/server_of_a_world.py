"""A server whose world is the one that a mock has in this process: what ``dx.serve()`` runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from dx_mock.doors import policy
from dx_mock.doors.policy import Decision, Kind
from dx_mock.http_server.server import Application, Server, failure, respond
from dx_mock.moto_services.runtime import moto_is_the_tests_own

if TYPE_CHECKING:
    from dx_mock.http_server.control_api import Control
    from dx_mock.world.world import World


class ServerOfAWorld(Server):
    """A server that begins no world, and is gone when the mock that has its world ends."""

    def _opened(self) -> World:
        return self._mock.world

    def _application(self, world: World, moto: Any, control: Control) -> Application:
        return Application(world, _Others(world, moto), control)


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
        return respond(environ, start_response, failure("UnansweredServiceError", message, 400))
