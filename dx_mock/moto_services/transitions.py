"""moto's state manager: transitions that a test has set for Direct Connect are honoured here, too.

``state_manager.set_transition("directconnect::connection", {"progression": "manual", "times": 2})``, in this
process or over ``/moto-api/``, goes before the ``provisioning`` of the mock, for its model.  Seconds count on
the mock's clock.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Mapping
from typing import Any

MODULE = "moto.moto_api"

#: machine -> moto's name of the model, and what of an operation's name shows it
MODELS: Mapping[str, tuple[str, re.Pattern[str]]] = {
    "connection": ("directconnect::connection", re.compile(r"Connections|Lags$|Loa$")),
    "hosted connection": ("directconnect::connection", re.compile(r"Connections")),
    "interconnect": ("directconnect::interconnect", re.compile(r"Interconnects|Lags$|Loa$")),
    "lag": ("directconnect::lag", re.compile(r"Lags$")),
    "lag membership": ("directconnect::lag", re.compile(r"Lags$|Connections$")),
    "virtual interface": ("directconnect::virtual-interface", re.compile(r"VirtualInterfaces$")),
    "bgp peer": ("directconnect::bgp-peer", re.compile(r"VirtualInterfaces$")),
    "gateway": ("directconnect::gateway", re.compile(r"Gateways$")),
    "association": ("directconnect::association", re.compile(r"GatewayAssociations$")),
}
_ID = re.compile(r"dx(con|lag|vif|peer)-|[0-9a-f]{8}-[0-9a-f]{4}-")


def transition(machine: str) -> Mapping[str, Any] | None:
    """Return what a test has told moto's state manager about a machine; None where it has told nothing.

    Raises:
        ValueError: If it is not a transition that moto's documentation knows.
    """
    module: Any = sys.modules.get(MODULE)
    if module is None or machine not in MODELS:
        return None
    model = MODELS[machine][0]
    chosen: Mapping[str, Any] | None = getattr(module.state_manager, "_transitions", {}).get(model)
    if chosen is None:
        return None
    needed = {"immediate": None, "manual": "times", "time": "seconds"}
    kind = str(chosen.get("progression"))
    value = chosen.get(needed.get(kind) or "", 0)
    if kind not in needed or isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise ValueError(
            f"moto's state manager has {dict(chosen)!r} for {model}: progression must be 'immediate', 'manual' "
            "with a number of times, or 'time' with seconds"
        )
    return chosen


def shows(operation: str, named: Collection[str], machine: str, resource: Any) -> bool:
    """Return whether a call that looks shows a resource: by what it lists, and by the ids that it names."""
    if not MODELS[machine][1].search(operation):
        return False
    ids = {name for name in named if _ID.match(name)}
    parents = (getattr(resource, name, None) for name in ("virtual_interface", "lag", "gateway"))
    return not ids or bool(ids & {resource.id, *(getattr(each, "id", None) for each in parents)})


class MotoTransitions:
    """moto's state manager as a world asks it."""

    def transition(self, machine: str) -> Mapping[str, Any] | None:
        """Return what a test has told moto's state manager about a machine."""
        return transition(machine)

    def shows(self, operation: str, named: Collection[str], machine: str, resource: Any) -> bool:
        """Return whether a call that looks shows a resource."""
        return shows(operation, named, machine, resource)
