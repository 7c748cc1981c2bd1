"""Connections and interconnects: the operations that order, describe, change and cancel ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.handlers.shapes.port_shapes import connection, interconnect

if TYPE_CHECKING:
    from types_boto3_directconnect import type_defs as types

    from dx_mock.service.caller import Caller


def create_connection(caller: Caller, request: Any) -> types.ConnectionTypeDef:
    """Answer CreateConnection."""
    return connection(
        caller,
        caller.order_port(
            "connection",
            name=request["connectionName"],
            location=request["location"],
            bandwidth=request["bandwidth"],
            lag_id=request.get("lagId"),
            tags=request.get("tags"),
            provider_name=request.get("providerName"),
            request_macsec=request.get("requestMACSec", False),
            billing_mode=request.get("billingMode"),
        ),
    )


def describe_connections(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DescribeConnections."""
    page = caller.list_connections(
        request.get("connectionId"), request.get("maxResults"), request.get("nextToken")
    )
    return {
        "connections": [connection(caller, found) for found in page],
        "nextToken": page.next_token,
    }


def update_connection(caller: Caller, request: Any) -> types.ConnectionTypeDef:
    """Answer UpdateConnection."""
    return connection(
        caller,
        caller.update_connection(
            request["connectionId"], request.get("connectionName"), request.get("encryptionMode")
        ),
    )


def confirm_connection(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer ConfirmConnection."""
    return {"connectionState": caller.confirm_connection(request["connectionId"]).stage}


def delete_connection(caller: Caller, request: Any) -> types.ConnectionTypeDef:
    """Answer DeleteConnection."""
    return connection(caller, caller.delete_connection(request["connectionId"]))


def create_interconnect(caller: Caller, request: Any) -> types.InterconnectTypeDef:
    """Answer CreateInterconnect."""
    caller.require_partner()
    return interconnect(
        caller,
        caller.order_port(
            "interconnect",
            name=request["interconnectName"],
            location=request["location"],
            bandwidth=request["bandwidth"],
            lag_id=request.get("lagId"),
            tags=request.get("tags"),
            provider_name=request.get("providerName"),
            request_macsec=request.get("requestMACSec", False),
        ),
    )


def describe_interconnects(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DescribeInterconnects."""
    page = caller.list_interconnects(
        request.get("interconnectId"), request.get("maxResults"), request.get("nextToken")
    )
    return {
        "interconnects": [interconnect(caller, found) for found in page],
        "nextToken": page.next_token,
    }


def delete_interconnect(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DeleteInterconnect."""
    return {"interconnectState": caller.delete_interconnect(request["interconnectId"]).stage}
