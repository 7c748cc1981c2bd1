"""The engine of a world: lock, clock, ids, graph, state machines, record, faults, settings and ports."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from dx_mock.engine.accounts import default_account_id
from dx_mock.engine.consequences import Consequences
from dx_mock.engine.faults import Faults
from dx_mock.engine.lifecycle import Lifecycle
from dx_mock.engine.maintenance_steps import MaintenanceSteps
from dx_mock.engine.ports import Ports
from dx_mock.engine.record import Calls
from dx_mock.engine.settings import Settings
from dx_mock.graph.backends import DirectConnectBackend, GlobalBackend, Graph
from dx_mock.support.clock import Clock
from dx_mock.support.ids import IdFactory, base36


class Engine:
    """The part of a world that is independent of accounts and calls."""

    def __init__(self, settings: Settings, ports: Ports | None = None) -> None:
        self.settings = settings
        self.ports: Ports = ports or Ports()
        self.lock: threading.RLock = threading.RLock()
        self.clock: Clock = Clock(self._on_advance, self._before_advance, settings.clock)
        self.ids: IdFactory = IdFactory(settings.seed)
        self.graph: Graph = Graph(self._device_name, self.clock.now)
        self.lifecycle: Lifecycle = Lifecycle(
            settings.provisioning,
            self.clock,
            self.graph.journal,
            self.graph.history,
            self.ports.transitions.transition,
        )
        self.graph.history.now = self.lifecycle.happening
        self.calls: Calls = Calls()
        self.faults: Faults = Faults(settings.seed)
        self.active = False
        #: requests with a client token: their parameters and their answers
        self.client_tokens: dict[str, tuple[dict[str, Any], Mapping[str, Any]]] = {}
        #: the caller's account if no key, role or header tells it
        self.default_account_id: str = default_account_id()
        consequences = Consequences(self.graph, self.lifecycle, self.ports.ec2)
        self.lifecycle.effects.update(consequences.effects())
        self.lifecycle.ready.update(consequences.conditions())
        self.maintenance: MaintenanceSteps = MaintenanceSteps(self.graph, self.lifecycle)

    @property
    def backends(self) -> Mapping[str, DirectConnectBackend]:
        """The resource graphs by the names of their Regions, for each Region in which anything was made."""
        return self.graph.backends

    @property
    def global_backends(self) -> Mapping[str, GlobalBackend]:
        """Gateways and their connections, by partition."""
        return self.graph.global_backends

    def resource(self, resource_id: str) -> Any:
        """Return the resource with an id, whoever owns it.

        Raises:
            LookupError: If there is none in this world.
        """
        try:
            return self.graph.resources[resource_id]
        except (KeyError, TypeError):
            raise LookupError(
                f"no resource {resource_id!r} in this mock; it has {len(self.graph.resources)} resources"
            ) from None

    def _device_name(self, region: str, location: str, number: int) -> str:
        """Return a name such as ``EqSe2-1bwfvazist2k0``: the location without its room [recorded: ANS]."""
        site = location.split("-", 1)[0]
        digest = self.ids.derive(f"device:{region}:{site}:{number}")
        return f"{site}-{base36(int.from_bytes(digest, 'big'), 13)}"

    def _before_advance(self) -> None:
        # Deletions under way end before time passes, so that their retention counts from this moment.
        with self.lock:
            self.lifecycle.settle_deletions()

    def _on_advance(self) -> None:
        with self.lock:
            self.lifecycle.run_calendar()
            self.ports.observers.time_has_passed(self)
