"""One world: everything that exists between the start and the end of a mock."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from dx_mock.engine import consequences
from dx_mock.engine.accounts import default_account_id
from dx_mock.engine.lifecycle import Lifecycle
from dx_mock.engine.record import Calls
from dx_mock.engine.settings import Settings
from dx_mock.graph.backends import Graph
from dx_mock.moto_services.transitions import transition
from dx_mock.service import DirectConnectBackend
from dx_mock.support.clock import Clock
from dx_mock.support.ids import IdFactory, base36


class World:
    """Settings, clock, ids, graph, state machines and the record, and the lock that guards them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.lock = threading.RLock()
        self.clock = Clock(self._on_advance, self._before_advance)
        self.ids = IdFactory(settings.seed)
        self.graph = Graph(self._device_name)
        self.lifecycle = Lifecycle(settings.provisioning, self.clock, transition)
        self.calls = Calls()
        #: made when a test asks for them: calls of all others pass by an empty tuple
        self.faults: Any = ()
        self.active = False
        #: requests with a client token: what they asked for and what they were answered
        self.client_tokens: dict[str, tuple[dict[str, Any], Mapping[str, Any]]] = {}
        #: who calls that no key, role or header says
        self.default_account_id = default_account_id()
        #: the mock_aws that was started for other services
        self.moto: Any = None
        #: moto's server answers the other services of this world
        self.moto_serves = False
        self._backends: dict[tuple[str, str], DirectConnectBackend] = {}
        consequences.install(self)

    def backend(self, account_id: str, region_name: str) -> DirectConnectBackend:
        """What one account sees in one Region."""
        found = self._backends.get((account_id, region_name))
        if found is None:
            found = self._backends[account_id, region_name] = DirectConnectBackend(
                self, account_id, region_name
            )
        return found

    def forget_backends(self) -> None:
        """Let backends be made anew: they keep settings and shapes."""
        self._backends.clear()

    @classmethod
    def begun(cls, settings: Settings) -> World:
        """A world with what was declared for it, or nothing.

        Raises:
            ValueError: the service refuses what is declared; the message says where.
        """
        world = cls(settings)
        if settings.topology is not None:
            from dx_mock.world.building import build

            build(world, settings.topology)
        return world

    def reset(self) -> None:
        """Begin again, in place: nothing exists but what was declared, and nothing has been called."""
        from dx_mock.world import snapshot

        with self.lock:
            snapshot.put_back(self, snapshot.take(World.begun(self.settings)))
            self.calls.clear()
            self.calls.forgotten = 0
            self.faults = ()

    def resource(self, resource_id: str) -> Any:
        """The resource with an id, whoever owns it.

        Raises:
            LookupError: there is none in this world.
        """
        try:
            return self.graph.resources[resource_id]
        except (KeyError, TypeError):
            raise LookupError(
                f"no resource {resource_id!r} in this mock; it has {len(self.graph.resources)} resources"
            ) from None

    def _device_name(self, region: str, location: str, number: int) -> str:
        """A name such as ``EqSe2-1bwfvazist2k0``: the location without its room [recorded: ANS]."""
        site = location.split("-", 1)[0]
        digest = self.ids.derive(f"device:{region}:{site}:{number}")
        return f"{site}-{base36(int.from_bytes(digest, 'big'), 13)}"

    def _before_advance(self) -> None:
        # A deletion under way ends before time passes, so that its retention counts from here.
        with self.lock:
            self.lifecycle.settle_deletions()

    def _on_advance(self) -> None:
        with self.lock:
            self.lifecycle.run_calendar()
