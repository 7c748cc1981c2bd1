"""Gateways, associations, proposals and attachments in the shapes of the API [recorded: NB, CLI]."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from dx_mock.graph.gateway_resources import Association, Attachment, Gateway, Proposal
from dx_mock.handlers.shapes.port_shapes import tags_of

if TYPE_CHECKING:
    from types_boto3_directconnect import type_defs as types

    from dx_mock.service.caller import Caller


def gateway(caller: Caller, found: Gateway) -> types.DirectConnectGatewayTypeDef:
    """Return the shape of a Direct Connect gateway."""
    shape: dict[str, Any] = {
        "directConnectGatewayId": found.id,
        "directConnectGatewayName": found.name,
        "amazonSideAsn": found.asn,
        "ownerAccount": found.owner,
        "directConnectGatewayState": found.stage,
        "stateChangeError": found.state_change_error,
        "totalPrefixPoolAllocations": sum(
            (each.virtual_interface.prefix_pool_ipv4 or 0) + (each.virtual_interface.prefix_pool_ipv6 or 0)
            for each in found.attachments.values()
        ),
        "tags": tags_of(caller, found),
    }
    return cast("types.DirectConnectGatewayTypeDef", shape)


def _prefixes(cidrs: list[str] | None) -> list[dict[str, str]] | None:
    return None if cidrs is None else [{"cidr": cidr} for cidr in cidrs]


def _associated(found: Association | Proposal) -> dict[str, str]:
    return {
        "id": found.associated_id,
        "type": found.associated_type,
        "ownerAccount": found.owner,
        "region": found.region,
    }


def association(found: Association) -> types.DirectConnectGatewayAssociationTypeDef:
    """Return an association; a virtual private gateway's has three older members besides [recorded: NB]."""
    shape: dict[str, Any] = {
        "directConnectGatewayId": found.gateway.id,
        "directConnectGatewayOwnerAccount": found.gateway.owner,
        "associationState": found.stage,
        "associatedGateway": _associated(found),
        "associationId": found.id,
        "allowedPrefixesToDirectConnectGateway": _prefixes(found.prefixes),
    }
    if found.associated_type == "virtualPrivateGateway":
        shape["virtualGatewayId"] = found.associated_id
        shape["virtualGatewayRegion"] = found.region
        shape["virtualGatewayOwnerAccount"] = found.owner
    return cast("types.DirectConnectGatewayAssociationTypeDef", shape)


def proposal(found: Proposal) -> types.DirectConnectGatewayAssociationProposalTypeDef:
    """Return a proposal; without an association yet it has no existing prefixes.

    [recorded: CLI:create-direct-connect-gateway-association-proposal]
    """
    shape: dict[str, Any] = {
        "proposalId": found.id,
        "directConnectGatewayId": found.gateway.id,
        "directConnectGatewayOwnerAccount": found.gateway.owner,
        "proposalState": found.stage,
        "associatedGateway": _associated(found),
        "existingAllowedPrefixesToDirectConnectGateway": _prefixes(found.existing),
        "requestedAllowedPrefixesToDirectConnectGateway": _prefixes(found.requested),
    }
    return cast("types.DirectConnectGatewayAssociationProposalTypeDef", shape)


def attachment(found: Attachment) -> types.DirectConnectGatewayAttachmentTypeDef:
    """Return an attachment; its type is spelled with a small letter on the wire [recorded: NB, BF]."""
    vif = found.virtual_interface
    shape: dict[str, Any] = {
        "directConnectGatewayId": found.gateway.id,
        "virtualInterfaceId": vif.id,
        "virtualInterfaceRegion": vif.region,
        "virtualInterfaceOwnerAccount": vif.owner,
        "attachmentState": found.stage,
        "attachmentType": f"{vif.type}VirtualInterface",
    }
    return cast("types.DirectConnectGatewayAttachmentTypeDef", shape)
