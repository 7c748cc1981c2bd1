"""Direct Connect gateways."""

from __future__ import annotations

from typing import Any

from dx_mock import errors
from dx_mock.backend.base import BaseBackend
from dx_mock.graph.resources import VirtualInterface


class GatewaysBackend(BaseBackend):
    """Rules of Direct Connect gateways (behaviour.md section 10)."""

    def gateway_for_virtual_interface(self, gateway_id: str, vif_type: str) -> Any:
        """The gateway that a virtual interface of a type may be attached to."""
        raise errors.VIRTUAL_GATEWAY_NOT_FOUND(id=gateway_id)

    def attach_virtual_interface(self, vif: VirtualInterface) -> None:
        """Attach a virtual interface to the gateway that it names."""

    def detach_virtual_interface(self, vif: VirtualInterface) -> None:
        """Detach a virtual interface from its gateway."""
