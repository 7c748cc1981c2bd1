"""Virtual interfaces: flat in most answers, wrapped in those of transit ones [recorded: FLUID; cli-ex]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.handlers.vif_shapes import virtual_interface

if TYPE_CHECKING:
    from types_boto3_directconnect import type_defs as types

    from dx_mock.backend import DirectConnectBackend


def create_private_virtual_interface(
    backend: DirectConnectBackend, request: Any
) -> types.VirtualInterfaceTypeDef:
    """CreatePrivateVirtualInterface."""
    new = request["newPrivateVirtualInterface"]
    return virtual_interface(backend, backend.create_virtual_interface(request["connectionId"], "private", new))


def create_public_virtual_interface(
    backend: DirectConnectBackend, request: Any
) -> types.VirtualInterfaceTypeDef:
    """CreatePublicVirtualInterface."""
    new = request["newPublicVirtualInterface"]
    return virtual_interface(backend, backend.create_virtual_interface(request["connectionId"], "public", new))


def create_transit_virtual_interface(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """CreateTransitVirtualInterface."""
    new = request["newTransitVirtualInterface"]
    found = backend.create_virtual_interface(request["connectionId"], "transit", new)
    return {"virtualInterface": virtual_interface(backend, found)}


def describe_virtual_interfaces(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """DescribeVirtualInterfaces."""
    page = backend.list_virtual_interfaces(
        request.get("connectionId"),
        request.get("virtualInterfaceId"),
        request.get("maxResults"),
        request.get("nextToken"),
    )
    return {
        "virtualInterfaces": [virtual_interface(backend, found) for found in page],
        "nextToken": page.next_token,
    }


def associate_virtual_interface(backend: DirectConnectBackend, request: Any) -> types.VirtualInterfaceTypeDef:
    """AssociateVirtualInterface."""
    found = backend.associate_virtual_interface(request["virtualInterfaceId"], request["connectionId"])
    return virtual_interface(backend, found)


def delete_virtual_interface(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """DeleteVirtualInterface."""
    found = backend.delete_virtual_interface(request["virtualInterfaceId"])
    return {"virtualInterfaceState": found.stage}
