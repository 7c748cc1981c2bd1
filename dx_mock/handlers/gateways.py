"""Direct Connect gateways, their associations, proposals and attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.handlers.shapes.gateway_shapes import association, attachment, gateway, proposal

if TYPE_CHECKING:
    from dx_mock.service import DirectConnectBackend


def create_direct_connect_gateway(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """CreateDirectConnectGateway."""
    made = backend.create_gateway(
        request["directConnectGatewayName"], request.get("amazonSideAsn"), request.get("tags")
    )
    return {"directConnectGateway": gateway(backend, made)}


def describe_direct_connect_gateways(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """DescribeDirectConnectGateways."""
    page = backend.list_gateways(
        request.get("directConnectGatewayId"), request.get("maxResults"), request.get("nextToken")
    )
    return {
        "directConnectGateways": [gateway(backend, found) for found in page],
        "nextToken": page.next_token,
    }


def update_direct_connect_gateway(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """UpdateDirectConnectGateway."""
    found = backend.update_gateway(request["directConnectGatewayId"], request["newDirectConnectGatewayName"])
    return {"directConnectGateway": gateway(backend, found)}


def delete_direct_connect_gateway(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """DeleteDirectConnectGateway."""
    found = backend.delete_gateway(request["directConnectGatewayId"])
    return {"directConnectGateway": gateway(backend, found)}


def describe_direct_connect_gateway_attachments(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """DescribeDirectConnectGatewayAttachments."""
    page = backend.list_attachments(
        request.get("directConnectGatewayId"),
        request.get("virtualInterfaceId"),
        request.get("maxResults"),
        request.get("nextToken"),
    )
    return {
        "directConnectGatewayAttachments": [attachment(found) for found in page],
        "nextToken": page.next_token,
    }


def create_direct_connect_gateway_association(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """CreateDirectConnectGatewayAssociation."""
    made = backend.create_association(
        request["directConnectGatewayId"],
        request.get("gatewayId") or request.get("virtualGatewayId"),
        request.get("addAllowedPrefixesToDirectConnectGateway"),
    )
    return {"directConnectGatewayAssociation": association(made)}


def describe_direct_connect_gateway_associations(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """DescribeDirectConnectGatewayAssociations."""
    page = backend.list_associations(
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


def update_direct_connect_gateway_association(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """UpdateDirectConnectGatewayAssociation."""
    found = backend.update_association(
        request.get("associationId"),
        request.get("addAllowedPrefixesToDirectConnectGateway"),
        request.get("removeAllowedPrefixesToDirectConnectGateway"),
    )
    return {"directConnectGatewayAssociation": association(found)}


def delete_direct_connect_gateway_association(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """DeleteDirectConnectGatewayAssociation."""
    found = backend.delete_association(
        request.get("associationId"), request.get("directConnectGatewayId"), request.get("virtualGatewayId")
    )
    return {"directConnectGatewayAssociation": association(found)}


def create_direct_connect_gateway_association_proposal(
    backend: DirectConnectBackend, request: Any
) -> dict[str, Any]:
    """CreateDirectConnectGatewayAssociationProposal."""
    made = backend.create_proposal(
        request["directConnectGatewayId"],
        request["directConnectGatewayOwnerAccount"],
        request["gatewayId"],
        request.get("addAllowedPrefixesToDirectConnectGateway"),
        request.get("removeAllowedPrefixesToDirectConnectGateway"),
    )
    return {"directConnectGatewayAssociationProposal": proposal(made)}


def accept_direct_connect_gateway_association_proposal(
    backend: DirectConnectBackend, request: Any
) -> dict[str, Any]:
    """AcceptDirectConnectGatewayAssociationProposal."""
    made = backend.accept_proposal(
        request["directConnectGatewayId"],
        request["proposalId"],
        request["associatedGatewayOwnerAccount"],
        request.get("overrideAllowedPrefixesToDirectConnectGateway"),
    )
    return {"directConnectGatewayAssociation": association(made)}


def delete_direct_connect_gateway_association_proposal(
    backend: DirectConnectBackend, request: Any
) -> dict[str, Any]:
    """DeleteDirectConnectGatewayAssociationProposal."""
    found = backend.delete_proposal(request["proposalId"])
    return {"directConnectGatewayAssociationProposal": proposal(found)}


def describe_direct_connect_gateway_association_proposals(
    backend: DirectConnectBackend, request: Any
) -> dict[str, Any]:
    """DescribeDirectConnectGatewayAssociationProposals."""
    page = backend.list_proposals(
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
