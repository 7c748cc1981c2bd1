"""Connections and interconnects: the operations that order, show, change and cancel ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.handlers.shapes.port_shapes import connection, interconnect

if TYPE_CHECKING:
    from types_boto3_directconnect import type_defs as types

    from dx_mock.service import DirectConnectBackend


def create_connection(backend: DirectConnectBackend, request: Any) -> types.ConnectionTypeDef:
    """CreateConnection."""
    return connection(
        backend,
        backend.order_port(
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


def describe_connections(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """DescribeConnections."""
    page = backend.list_connections(
        request.get("connectionId"), request.get("maxResults"), request.get("nextToken")
    )
    return {
        "connections": [connection(backend, found) for found in page],
        "nextToken": page.next_token,
    }


def update_connection(backend: DirectConnectBackend, request: Any) -> types.ConnectionTypeDef:
    """UpdateConnection."""
    return connection(
        backend,
        backend.update_connection(
            request["connectionId"], request.get("connectionName"), request.get("encryptionMode")
        ),
    )


def confirm_connection(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """ConfirmConnection."""
    return {"connectionState": backend.confirm_connection(request["connectionId"]).stage}


def delete_connection(backend: DirectConnectBackend, request: Any) -> types.ConnectionTypeDef:
    """DeleteConnection."""
    return connection(backend, backend.delete_connection(request["connectionId"]))


def create_interconnect(backend: DirectConnectBackend, request: Any) -> types.InterconnectTypeDef:
    """CreateInterconnect."""
    backend.require_partner()
    return interconnect(
        backend,
        backend.order_port(
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


def describe_interconnects(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """DescribeInterconnects."""
    page = backend.list_interconnects(
        request.get("interconnectId"), request.get("maxResults"), request.get("nextToken")
    )
    return {
        "interconnects": [interconnect(backend, found) for found in page],
        "nextToken": page.next_token,
    }


def delete_interconnect(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """DeleteInterconnect."""
    return {"interconnectState": backend.delete_interconnect(request["interconnectId"]).stage}
