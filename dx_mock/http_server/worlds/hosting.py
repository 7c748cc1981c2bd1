"""One world of a server: its Direct Connect, its control API and moto's services, with everything it owns."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from dx_mock.engine.record import LastCalls
from dx_mock.engine.settings import Settings
from dx_mock.http_server.control_api import Control
from dx_mock.mock import MockDirectConnect
from dx_mock.moto_services.state_by_world import MotoState

if TYPE_CHECKING:
    from dx_mock.http_server.worlds.naming import Address
    from dx_mock.world.world import World

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
#: makes the application of a world: what answers Direct Connect, the control API and the rest
Serving = Callable[["World", Control], Wsgi]


class HostedWorld:
    """A world that is in memory now.

    Args:
        name: its name.
        settings: how it begins, and what it begins with.
        endpoint: gives its address.
        serving: makes the application that answers its requests.
        calls: how many of the last calls its record keeps.
    """

    def __init__(
        self, name: str, settings: Settings, endpoint: Callable[[], str], serving: Serving, calls: int
    ) -> None:
        self._begin(name, MockDirectConnect(settings), calls)
        with self.within():
            world = self.mock.open(endpoint)
        world.calls = LastCalls(calls)
        self._control = Control(self.mock)
        self._application = serving(world, self._control)

    def _begin(self, name: str, mock: MockDirectConnect, calls: int) -> None:
        self.name = name
        self.mock = mock
        self.calls = calls
        self.others: MotoState = MotoState()
        #: seconds without a request after which it ends; None means never
        self.ttl: float | None = None
        self.created: float = time.time()
        self.used: float = self.created
        #: how many requests are under way
        self.busy = 0
        #: counts what may have changed it
        self.changes: int = 0
        #: whether requests wait while it is written
        self.pausing = False
        #: services of moto whose contents can't be written
        self.not_kept: tuple[str, ...] = ()

    @contextmanager
    def within(self) -> Iterator[None]:
        """Let moto's services be this world's while the calling code runs."""
        with self.others.within(f"/worlds/{self.name}" if self.name else ""):
            yield

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Go on with the world of a snapshot.

        Raises:
            SnapshotError: If it is not one.
        """
        with self.within():
            self.mock.restore(snapshot)

    def answer(self, address: Address, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request as WSGI does."""
        environ = seen_inside(address, self._control)
        self.changes += 1
        with self.within():
            return self._application(environ, start_response)

    def forget(self) -> None:
        """Let go of everything; whoever still has an answer under way finishes it."""
        self.mock.world.active = False
        if not self.busy:
            self.others.clear()


class OwnWorld(HostedWorld):
    """The server's own world, where it is kept on disk as well.

    Args:
        mock: its mock, whose world is open.
        application: what answers its requests.
        calls: how many of the last calls its record keeps.
    """

    def __init__(self, mock: MockDirectConnect, application: Wsgi, calls: int) -> None:
        self._begin("", mock, calls)
        self._application = application

    def answer_as_it_is(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request that names no world."""
        self.changes: int = self.changes + 1
        with self.within():
            return self._application(environ, start_response)


def seen_inside(address: Address, control: Control | type[Control]) -> dict[str, Any]:
    """Return a request as the world's application takes it."""
    environ = address.environ
    if control.takes(environ):
        environ["SCRIPT_NAME"] = address.prefix
        return environ
    if "dx_mock.host" in environ:
        environ["HTTP_HOST"] = environ["dx_mock.host"]
    raw = environ.get("RAW_URI")
    if raw is not None and address.prefix and raw.startswith(address.prefix):
        environ["RAW_URI"] = environ["REQUEST_URI"] = raw[len(address.prefix) :] or "/"
    return environ


def settings_of(base: Settings, given: Mapping[str, Any], topology: Any, *, is_given: bool) -> Settings:
    """Return the settings of a new world: those of the server's own world, but for what was given.

    Raises:
        TypeError, ValueError: If one has an impossible value; the message says which.
    """
    if not given and not is_given:
        return base
    by_themselves = {"release", "quotas", "quirks", "topology"}
    names = [each.name for each in fields(Settings) if each.name not in by_themselves]
    known: dict[str, Any] = {name: getattr(base, name) for name in names}
    known["release"] = given.get("release", base.release)
    if "release" not in given:  # else what the release sets goes before the server's
        known["quotas"], known["quirks"] = base.quotas, base.quirks
    for name in ("quotas", "quirks"):
        if name in given and name in known:
            known[name] = {**known[name], **given[name]}
    # What goes into a mapping is in it by now.
    rest = {name: each for name, each in given.items() if name not in known or name not in ("quotas", "quirks")}
    found = Settings.check(**{**known, **rest}, topology=topology if is_given else None)
    return found if is_given or base.topology is None else replace(found, topology=base.topology)
