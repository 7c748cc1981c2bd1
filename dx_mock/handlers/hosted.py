"""Hosted connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.handlers.shapes.port_shapes import connection

if TYPE_CHECKING:
    from types_boto3_directconnect import type_defs as types

    from dx_mock.service import DirectConnectBackend


def allocate_hosted_connection(backend: DirectConnectBackend, request: Any) -> types.ConnectionTypeDef:
    """AllocateHostedConnection."""
    return connection(
        backend,
        backend.allocate_hosted_connection(
            request["connectionId"],
            owner=request["ownerAccount"],
            bandwidth=request["bandwidth"],
            name=request["connectionName"],
            vlan=request["vlan"],
            tags=request.get("tags"),
        ),
    )


def allocate_connection_on_interconnect(backend: DirectConnectBackend, request: Any) -> types.ConnectionTypeDef:
    """AllocateConnectionOnInterconnect (deprecated): for interconnects only, and without tags."""
    return connection(
        backend,
        backend.allocate_hosted_connection(
            request["interconnectId"],
            owner=request["ownerAccount"],
            bandwidth=request["bandwidth"],
            name=request["connectionName"],
            vlan=request["vlan"],
            interconnects_only=True,
        ),
    )


def describe_hosted_connections(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """DescribeHostedConnections."""
    page = backend.list_hosted_connections(
        request["connectionId"], request.get("maxResults"), request.get("nextToken")
    )
    return {
        "connections": [connection(backend, found) for found in page],
        "nextToken": page.next_token,
    }


def describe_connections_on_interconnect(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """DescribeConnectionsOnInterconnect (deprecated)."""
    found = backend.list_connections_on_interconnect(request["interconnectId"])
    return {"connections": [connection(backend, each) for each in found]}


def associate_hosted_connection(backend: DirectConnectBackend, request: Any) -> types.ConnectionTypeDef:
    """AssociateHostedConnection."""
    found = backend.associate_hosted_connection(request["connectionId"], request["parentConnectionId"])
    return connection(backend, found)
