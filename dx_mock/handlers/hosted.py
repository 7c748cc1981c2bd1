"""Hosted connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.handlers.shapes.port_shapes import connection

if TYPE_CHECKING:
    from types_boto3_directconnect import type_defs as types

    from dx_mock.service.caller import Caller


def allocate_hosted_connection(caller: Caller, request: Any) -> types.ConnectionTypeDef:
    """Answer AllocateHostedConnection."""
    return connection(
        caller,
        caller.allocate_hosted_connection(
            request["connectionId"],
            owner=request["ownerAccount"],
            bandwidth=request["bandwidth"],
            name=request["connectionName"],
            vlan=request["vlan"],
            tags=request.get("tags"),
        ),
    )


def allocate_connection_on_interconnect(caller: Caller, request: Any) -> types.ConnectionTypeDef:
    """Answer AllocateConnectionOnInterconnect (deprecated), which takes interconnects only, and no tags."""
    return connection(
        caller,
        caller.allocate_hosted_connection(
            request["interconnectId"],
            owner=request["ownerAccount"],
            bandwidth=request["bandwidth"],
            name=request["connectionName"],
            vlan=request["vlan"],
            interconnects_only=True,
        ),
    )


def describe_hosted_connections(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DescribeHostedConnections."""
    page = caller.list_hosted_connections(
        request["connectionId"], request.get("maxResults"), request.get("nextToken")
    )
    return {
        "connections": [connection(caller, found) for found in page],
        "nextToken": page.next_token,
    }


def describe_connections_on_interconnect(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DescribeConnectionsOnInterconnect (deprecated)."""
    found = caller.list_connections_on_interconnect(request["interconnectId"])
    return {"connections": [connection(caller, each) for each in found]}


def associate_hosted_connection(caller: Caller, request: Any) -> types.ConnectionTypeDef:
    """Answer AssociateHostedConnection."""
    found, moved = caller.associate_hosted_connection(request["connectionId"], request["parentConnectionId"])
    answer = connection(caller, found)
    if moved:
        caller.interrupt(found)
    return answer
