"""LAGs and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.handlers.shapes.port_shapes import connection, lag

if TYPE_CHECKING:
    from types_boto3_directconnect import type_defs as types

    from dx_mock.service.caller import Caller


def create_lag(caller: Caller, request: Any) -> types.LagTypeDef:
    """Answer CreateLag."""
    existing = request.get("connectionId")
    made = caller.create_lag(
        name=request["lagName"],
        location=request["location"],
        bandwidth=request["connectionsBandwidth"],
        number_of_connections=request["numberOfConnections"],
        connection_id=existing,
        tags=request.get("tags"),
        child_tags=request.get("childConnectionTags"),
        provider_name=request.get("providerName"),
        request_macsec=request.get("requestMACSec", False),
        billing_mode=request.get("billingMode"),
    )
    answer = lag(caller, made)
    if existing is not None:
        caller.interrupt(made.members[existing])
    return answer


def describe_lags(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DescribeLags."""
    page = caller.list_lags(request.get("lagId"), request.get("maxResults"), request.get("nextToken"))
    return {"lags": [lag(caller, found) for found in page], "nextToken": page.next_token}


def update_lag(caller: Caller, request: Any) -> types.LagTypeDef:
    """Answer UpdateLag."""
    return lag(
        caller,
        caller.update_lag(
            request["lagId"],
            request.get("lagName"),
            request.get("minimumLinks"),
            request.get("encryptionMode"),
        ),
    )


def delete_lag(caller: Caller, request: Any) -> types.LagTypeDef:
    """Answer DeleteLag."""
    return lag(caller, caller.delete_lag(request["lagId"]))


def associate_connection_with_lag(caller: Caller, request: Any) -> types.ConnectionTypeDef:
    """Answer AssociateConnectionWithLag.

    Limit: Sources disagree on what happens to hosted connections and virtual interfaces; a quirk chooses.
    """
    found = caller.associate_connection_with_lag(request["connectionId"], request["lagId"])
    answer = connection(caller, found)
    caller.interrupt(found)
    return answer


def disassociate_connection_from_lag(caller: Caller, request: Any) -> types.ConnectionTypeDef:
    """Answer DisassociateConnectionFromLag."""
    found = caller.disassociate_connection_from_lag(request["connectionId"], request["lagId"])
    answer = connection(caller, found)
    caller.interrupt(found)
    return answer
