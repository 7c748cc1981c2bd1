"""Resources in the shapes of the API: which members are present and which are absent [recorded: ANS, C7N, TUT].

Members without a value are None here and are left out on the wire.  Everything is a copy, so that a caller
can't change the graph through an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from dx_mock.graph.resources import Connection, Lag, MacSecKey
from dx_mock.graph.states import (
    NOT_SET_UP,
    billing_mode_shown,
    carries_jumbo_frames,
    connection_state,
    device_of,
    is_encrypted,
    lag_state,
    macsec_governor,
)
from dx_mock.protocol import contract
from dx_mock.rules.bandwidths import MACSEC_BANDWIDTHS
from dx_mock.rules.billing_modes import PAY_AS_YOU_GO
from dx_mock.service import capacity

if TYPE_CHECKING:
    from types_boto3_directconnect.type_defs import (
        ConnectionTypeDef,
        InterconnectTypeDef,
        LagTypeDef,
        MacSecKeyTypeDef,
        TagTypeDef,
    )

    from dx_mock.service.caller import Caller


#: How many shapes are kept for later calls.
_KEPT = 1000


def tags_of(caller: Caller, resource: Any) -> list[TagTypeDef]:
    """Return the tags of a resource as its owner sees them; others see none [client-proven: TF]."""
    if not resource.tags or resource.owner != caller.account_id:
        return []
    return [{"key": key, "value": value} for key, value in resource.tags.items()]


def mac_sec_keys(keys: list[MacSecKey] | None) -> list[MacSecKeyTypeDef]:
    """Return the keys of a connection or LAG, without the key material."""
    return [
        {"secretARN": key.secret_arn, "ckn": key.ckn, "state": key.stage, "startOn": key.start_on}
        for key in keys or ()
    ]


def is_macsec_capable(resource: Connection | Lag) -> bool:
    """Return whether MACsec was asked for, of a port that has it [recorded: C7N, TUT, BF (false on others)]."""
    return resource.macsec_requested and resource.bandwidth in MACSEC_BANDWIDTHS


def _port(caller: Caller, connection: Connection) -> dict[str, Any]:
    """Return the members that connections and interconnects have in common.

    Members without a value are left out here, not on the wire, because this runs for every row of a listing.
    """
    hosted = connection.kind == "hosted connection"
    shape: dict[str, Any] = {
        "region": connection.region,
        "location": connection.location,
        "bandwidth": connection.bandwidth,
        "jumboFrameCapable": carries_jumbo_frames(connection),
        "tags": tags_of(caller, connection),
        "macSecCapable": False,
        "hasLogicalRedundancy": "unknown",
    }
    # Until AWS has approved the order, no device is shown although a port is reserved [recorded: TUT, ANS].
    device = None
    if hosted:
        if connection.stage != "ordering":
            device = device_of(connection)
    elif connection.loa_ready and connection.device is not None:
        shape["awsDevice"] = device = connection.device.name
        shape["hasLogicalRedundancy"] = caller.quirks["logical_redundancy"]
    if device is not None:
        shape["awsDeviceV2"] = shape["awsLogicalDeviceId"] = device
    if connection.loa_issue_time is not None:
        shape["loaIssueTime"] = connection.loa_issue_time
    if connection.lag is not None:
        shape["lagId"] = connection.lag.id
    if connection.provider_name is not None:
        shape["providerName"] = connection.provider_name
    if connection.macsec_requested and is_macsec_capable(connection):
        governor = macsec_governor(connection)
        shape["macSecCapable"] = True
        shape["portEncryptionStatus"] = f"Encryption {'Up' if is_encrypted(connection) else 'Down'}"
        shape["encryptionMode"] = governor.encryption_mode
        shape["macSecKeys"] = mac_sec_keys(governor.macsec_keys)
    elif (
        device is not None
        and connection.kind == "connection"
        and connection.bandwidth in MACSEC_BANDWIDTHS
        and caller.quirks["encryption_mode_unset"] == "unknown"
    ):
        shape["encryptionMode"] = "unknown"  # [recorded: upjet#592, TF#29789, TF#35697, TF#37907]
    return shape


def connection(caller: Caller, found: Connection) -> ConnectionTypeDef:
    """Return the shape of a connection, dedicated or hosted.

    The shape of an ordinary connection follows from a few facts; it is reused while these are the same.
    """
    if found.kind != "connection" or found.macsec_requested or found.virtual_interfaces or found.billing_mode:
        return _connection(caller, found)
    facts = (
        found.name,
        found.stage,
        found.link_up,
        found.windows,
        found.lag,
        found.membership,
        found.device,
        found.loa_ready,
        found.loa_issue_time,
        found.provider_name,
        found.tags,
        found.billing_mode,
    )
    known = caller.shapes.get(found.id)
    if known is not None and known[0] == facts:
        return cast("ConnectionTypeDef", known[1])
    shape = contract.Prepared(cast("dict[str, Any]", _connection(caller, found)))
    if len(caller.shapes) > _KEPT:
        caller.shapes.clear()
    caller.shapes[found.id] = (facts, shape)
    return cast("ConnectionTypeDef", shape)


def _connection(caller: Caller, found: Connection) -> ConnectionTypeDef:
    shape = _port(caller, found)
    shape["ownerAccount"] = found.owner
    shape["connectionId"] = found.id
    shape["connectionName"] = found.name
    shape["connectionState"] = connection_state(found)
    if found.vlan is not None:
        shape["vlan"] = found.vlan
        shape["partnerName"] = found.partner_name
        # Absent on those of interconnects without MACsec [recorded: BF, FAB].
        if found.parent is not None and is_macsec_capable(found.parent):
            shape["partnerInterconnectMacSecCapable"] = True
    if found.kind == "connection":
        shape["billingMode"] = billing_mode_shown(found, caller.backend.resiliency_groups.values())
        shape.update(capacity.status(found, caller.quotas["rate_limiters_per_connection"]))
    return cast("ConnectionTypeDef", shape)


def interconnect(caller: Caller, found: Connection) -> InterconnectTypeDef:
    """Return the shape of an interconnect, which has neither an owner nor a VLAN."""
    shape: dict[str, Any] = {
        "interconnectId": found.id,
        "interconnectName": found.name,
        "interconnectState": connection_state(found),
        **_port(caller, found),
    }
    return cast("InterconnectTypeDef", shape)


def lag(caller: Caller, found: Lag) -> LagTypeDef:
    """Return a LAG with its members; a device is shown from the start [recorded: ANS]."""
    device = found.device.name if found.device is not None else None
    capable = is_macsec_capable(found)
    shape: dict[str, Any] = {
        "connectionsBandwidth": found.bandwidth,
        "numberOfConnections": len(found.members),
        "lagId": found.id,
        "ownerAccount": found.owner,
        "lagName": found.name,
        "lagState": lag_state(found),
        "location": found.location,
        "region": found.region,
        "minimumLinks": found.minimum_links,
        "awsDevice": device,
        "awsDeviceV2": device,
        "awsLogicalDeviceId": device,
        "connections": [connection(caller, member) for member in found.members.values()],
        "allowsHostedConnections": found.allows_hosted,
        "jumboFrameCapable": carries_jumbo_frames(found),
        "hasLogicalRedundancy": (
            "unknown" if found.stage in NOT_SET_UP else caller.quirks["logical_redundancy"]
        ),
        "tags": tags_of(caller, found),
        "providerName": found.provider_name,
        "macSecCapable": capable,
        "encryptionMode": found.encryption_mode if capable else None,
        "macSecKeys": mac_sec_keys(found.macsec_keys) if capable else None,
    }
    shape["billingMode"] = found.billing_mode or PAY_AS_YOU_GO
    shape.update(capacity.status(found, caller.quotas["rate_limiters_per_connection"]))
    return cast("LagTypeDef", shape)
