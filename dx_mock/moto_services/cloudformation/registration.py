"""Direct Connect in moto's CloudFormation: the types of AWS::DirectConnect are found while a mock is active."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from dx_mock.moto_services.cloudformation import gateway_types, port_types, virtual_interface_types
from dx_mock.moto_services.cloudformation.resource import Resource
from dx_mock.support.patches import Patches

MODULE = "moto.cloudformation.parsing"

_patches = Patches()


def install() -> None:
    """Let moto's CloudFormation find our types."""
    parsing: Any = sys.modules.get(MODULE)
    if parsing is None or _patches:
        return
    for name, ours in (
        ("resource_class_from_type", lambda found: found),
        ("resource_name_property_from_type", lambda found: None),
    ):
        if hasattr(parsing, name):
            _add_types(parsing, name, ours)


def _add_types(parsing: Any, name: str, ours: Callable[[Any], Any]) -> None:
    original = getattr(parsing, name)

    def look_up(resource_type: str) -> Any:
        found = types().get(resource_type)
        return original(resource_type) if found is None else ours(found)

    _patches.set(parsing, name, look_up)


def uninstall() -> None:
    """Put moto's look-up back."""
    _patches.undo()


@cache
def types() -> dict[str, type[Resource]]:
    """Our classes by the names of their types."""
    classes: tuple[type[Resource], ...] = (
        port_types.Connection,
        port_types.Lag,
        gateway_types.DirectConnectGateway,
        gateway_types.DirectConnectGatewayAssociation,
        virtual_interface_types.PrivateVirtualInterface,
        virtual_interface_types.PublicVirtualInterface,
        virtual_interface_types.TransitVirtualInterface,
    )
    return {f"AWS::DirectConnect::{each.__name__}": each for each in classes}
