"""Direct Connect gateways, their associations, proposals and attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.handlers.shapes.gateway_shapes import association, attachment, gateway, proposal

if TYPE_CHECKING:
    from dx_mock.service.caller import Caller


def create_direct_connect_gateway(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer CreateDirectConnectGateway."""
    made = caller.create_gateway(
        request["directConnectGatewayName"], request.get("amazonSideAsn"), request.get("tags")
    )
    return {"directConnectGateway": gateway(caller, made)}


def describe_direct_connect_gateways(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DescribeDirectConnectGateways."""
    page = caller.list_gateways(
        request.get("directConnectGatewayId"), request.get("maxResults"), request.get("nextToken")
    )
    return {
        "directConnectGateways": [gateway(caller, found) for found in page],
        "nextToken": page.next_token,
    }


def update_direct_connect_gateway(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer UpdateDirectConnectGateway."""
    found = caller.update_gateway(request["directConnectGatewayId"], request["newDirectConnectGatewayName"])
    return {"directConnectGateway": gateway(caller, found)}


def delete_direct_connect_gateway(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DeleteDirectConnectGateway."""
    found = caller.delete_gateway(request["directConnectGatewayId"])
    return {"directConnectGateway": gateway(caller, found)}


def describe_direct_connect_gateway_attachments(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DescribeDirectConnectGatewayAttachments."""
    page = caller.list_attachments(
        request.get("directConnectGatewayId"),
        request.get("virtualInterfaceId"),
        request.get("maxResults"),
        request.get("nextToken"),
    )
    return {
        "directConnectGatewayAttachments": [attachment(found) for found in page],
        "nextToken": page.next_token,
    }


def create_direct_connect_gateway_association(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer CreateDirectConnectGatewayAssociation."""
    made = caller.create_association(
        request["directConnectGatewayId"],
        request.get("gatewayId") or request.get("virtualGatewayId"),
        request.get("addAllowedPrefixesToDirectConnectGateway"),
    )
    return {"directConnectGatewayAssociation": association(made)}


def describe_direct_connect_gateway_associations(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DescribeDirectConnectGatewayAssociations."""
    page = caller.list_associations(
        request.get("associationId"),
        request.get("associatedGatewayId") or request.get("virtualGatewayId"),
        request.get("directConnectGatewayId"),
        request.get("maxResults"),
        request.get("nextToken"),
    )
    return {
        "directConnectGatewayAssociations": [association(found) for found in page],
        "nextToken": page.next_token,
    }


def update_direct_connect_gateway_association(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer UpdateDirectConnectGatewayAssociation."""
    found = caller.update_association(
        request.get("associationId"),
        request.get("addAllowedPrefixesToDirectConnectGateway"),
        request.get("removeAllowedPrefixesToDirectConnectGateway"),
    )
    return {"directConnectGatewayAssociation": association(found)}


def delete_direct_connect_gateway_association(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DeleteDirectConnectGatewayAssociation."""
    found = caller.delete_association(
        request.get("associationId"), request.get("directConnectGatewayId"), request.get("virtualGatewayId")
    )
    return {"directConnectGatewayAssociation": association(found)}


def create_direct_connect_gateway_association_proposal(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer CreateDirectConnectGatewayAssociationProposal."""
    made = caller.create_proposal(
        request["directConnectGatewayId"],
        request["directConnectGatewayOwnerAccount"],
        request["gatewayId"],
        request.get("addAllowedPrefixesToDirectConnectGateway"),
        request.get("removeAllowedPrefixesToDirectConnectGateway"),
    )
    return {"directConnectGatewayAssociationProposal": proposal(made)}


def accept_direct_connect_gateway_association_proposal(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer AcceptDirectConnectGatewayAssociationProposal."""
    made = caller.accept_proposal(
        request["directConnectGatewayId"],
        request["proposalId"],
        request["associatedGatewayOwnerAccount"],
        request.get("overrideAllowedPrefixesToDirectConnectGateway"),
    )
    return {"directConnectGatewayAssociation": association(made)}


def delete_direct_connect_gateway_association_proposal(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DeleteDirectConnectGatewayAssociationProposal."""
    found = caller.delete_proposal(request["proposalId"])
    return {"directConnectGatewayAssociationProposal": proposal(found)}


def describe_direct_connect_gateway_association_proposals(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DescribeDirectConnectGatewayAssociationProposals."""
    page = caller.list_proposals(
        request.get("directConnectGatewayId"),
        request.get("proposalId"),
        request.get("associatedGatewayId"),
        request.get("maxResults"),
        request.get("nextToken"),
    )
    return {
        "directConnectGatewayAssociationProposals": [proposal(found) for found in page],
        "nextToken": page.next_token,
    }
