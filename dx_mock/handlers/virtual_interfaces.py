"""Virtual interfaces: flat in most answers, wrapped in those of transit ones [recorded: FLUID, CLI]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.handlers.shapes.virtual_interface_shapes import virtual_interface

if TYPE_CHECKING:
    from types_boto3_directconnect import type_defs as types

    from dx_mock.graph.resources import VirtualInterfaceType
    from dx_mock.service.caller import Caller


def create_private_virtual_interface(caller: Caller, request: Any) -> types.VirtualInterfaceTypeDef:
    """Answer CreatePrivateVirtualInterface."""
    new = request["newPrivateVirtualInterface"]
    return virtual_interface(caller, caller.create_virtual_interface(request["connectionId"], "private", new))


def create_public_virtual_interface(caller: Caller, request: Any) -> types.VirtualInterfaceTypeDef:
    """Answer CreatePublicVirtualInterface."""
    new = request["newPublicVirtualInterface"]
    return virtual_interface(caller, caller.create_virtual_interface(request["connectionId"], "public", new))


def create_transit_virtual_interface(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer CreateTransitVirtualInterface."""
    new = request["newTransitVirtualInterface"]
    found = caller.create_virtual_interface(request["connectionId"], "transit", new)
    return {"virtualInterface": virtual_interface(caller, found)}


def allocate_private_virtual_interface(caller: Caller, request: Any) -> types.VirtualInterfaceTypeDef:
    """Answer AllocatePrivateVirtualInterface."""
    return _allocate(caller, request, "private", "newPrivateVirtualInterfaceAllocation")


def allocate_public_virtual_interface(caller: Caller, request: Any) -> types.VirtualInterfaceTypeDef:
    """Answer AllocatePublicVirtualInterface."""
    return _allocate(caller, request, "public", "newPublicVirtualInterfaceAllocation")


def allocate_transit_virtual_interface(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer AllocateTransitVirtualInterface."""
    return {"virtualInterface": _allocate(caller, request, "transit", "newTransitVirtualInterfaceAllocation")}


def _allocate(
    caller: Caller, request: Any, vif_type: VirtualInterfaceType, member: str
) -> types.VirtualInterfaceTypeDef:
    found = caller.allocate_virtual_interface(
        request["connectionId"], vif_type, request["ownerAccount"], request[member]
    )
    shape = virtual_interface(caller, found)
    # This answer repeats the tags to the allocator, who never reads them again
    # [recorded: CLI:allocate-transit-virtual-interface; client-proven: TF].
    shape["tags"] = [{"key": key, "value": value} for key, value in (found.tags or {}).items()]
    return shape


def confirm_private_virtual_interface(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer ConfirmPrivateVirtualInterface."""
    return _confirm(caller, request, "private")


def confirm_public_virtual_interface(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer ConfirmPublicVirtualInterface."""
    return _confirm(caller, request, "public")


def confirm_transit_virtual_interface(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer ConfirmTransitVirtualInterface."""
    return _confirm(caller, request, "transit")


def _confirm(caller: Caller, request: Any, vif_type: str) -> dict[str, Any]:
    found = caller.confirm_virtual_interface(request["virtualInterfaceId"], vif_type, request)
    return {"virtualInterfaceState": found.stage}


def describe_virtual_interfaces(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DescribeVirtualInterfaces."""
    page = caller.list_virtual_interfaces(
        request.get("connectionId"),
        request.get("virtualInterfaceId"),
        request.get("maxResults"),
        request.get("nextToken"),
    )
    return {
        "virtualInterfaces": [virtual_interface(caller, found) for found in page],
        "nextToken": page.next_token,
    }


def associate_virtual_interface(caller: Caller, request: Any) -> types.VirtualInterfaceTypeDef:
    """Answer AssociateVirtualInterface."""
    found = caller.associate_virtual_interface(request["virtualInterfaceId"], request["connectionId"])
    return virtual_interface(caller, found)


def delete_virtual_interface(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DeleteVirtualInterface."""
    found = caller.delete_virtual_interface(request["virtualInterfaceId"])
    return {"virtualInterfaceState": found.stage}


def update_virtual_interface_attributes(caller: Caller, request: Any) -> types.VirtualInterfaceTypeDef:
    """Answer UpdateVirtualInterfaceAttributes.

    Limit: The number of rate limiters and the sizes of prefix pools are guessed.
    """
    found = caller.update_virtual_interface(
        request["virtualInterfaceId"],
        request.get("virtualInterfaceName"),
        request.get("mtu"),
        request.get("enableSiteLink"),
        request,
    )
    return virtual_interface(caller, found)


def describe_virtual_gateways(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DescribeVirtualGateways (deprecated) with the account's gateways in the Region, from EC2.

    Limit: The gateways are those of moto's EC2; without EC2 there are none.
    """
    return {
        "virtualGateways": [
            {"virtualGatewayId": found.id, "virtualGatewayState": found.state}
            for found in caller.list_virtual_gateways()
        ]
    }
