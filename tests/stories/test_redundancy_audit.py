"""An audit that says which gateways would not survive the loss of a location or a device."""

from __future__ import annotations

from collections import defaultdict

import boto3
import pytest

from tests.helpers import connect, make_lag, one
from tests.service.virtual_interfaces.helpers import gateway, private, state

# --- the automation ---------------------------------------------------------------------------------------


def audit(region):
    """For every Direct Connect gateway: what it lacks of two locations and two devices that are up."""
    network = boto3.client("directconnect", region_name=region)
    gateways = network.describe_direct_connect_gateways()["directConnectGateways"]
    paths = defaultdict(list)
    for vif in network.describe_virtual_interfaces()["virtualInterfaces"]:
        if vif["virtualInterfaceState"] == "available" and vif["directConnectGatewayId"]:
            paths[vif["directConnectGatewayId"]].append(vif)
    report = {}
    for each in gateways:
        found = paths[each["directConnectGatewayId"]]
        problems = []
        if len({vif["location"] for vif in found}) < 2:
            problems.append("one location")
        if len({vif["awsLogicalDeviceId"] for vif in found}) < 2:
            problems.append("one device")
        if len(found) < 2:
            problems.append("one path" if found else "no path")
        report[each["directConnectGatewayId"]] = problems
    return report


# --- the test ---------------------------------------------------------------------------------------------


def test_no_path(client):
    dxgw = gateway(client)
    assert audit("us-east-1") == {dxgw: ["one location", "one device", "no path"]}


def test_two_connections_on_one_device(client):
    """Connections of one location share a device unless orders are spread."""
    dxgw = gateway(client)
    for _ in range(2):
        vif = private(client, connect(client), directConnectGatewayId=dxgw)
        assert state(client, vif) == "available"
    assert audit("us-east-1") == {dxgw: ["one location", "one device"]}


@pytest.mark.directconnect(quirks={"device_placement": "spread"})
def test_two_devices_in_one_location(client):
    dxgw = gateway(client)
    connections = [connect(client) for _ in range(2)]
    for connection in connections:
        private(client, connection, directConnectGatewayId=dxgw)
    client.describe_virtual_interfaces()
    assert len({one(client, connection)["awsDeviceV2"] for connection in connections}) == 2
    assert audit("us-east-1") == {dxgw: ["one location"]}


def test_lag_is_one_path(client):
    """However many links it has: all on one device."""
    dxgw = gateway(client)
    private(client, make_lag(client, numberOfConnections=4)["lagId"], directConnectGatewayId=dxgw)
    client.describe_virtual_interfaces()
    assert audit("us-east-1") == {dxgw: ["one location", "one device", "one path"]}


def test_two_locations_and_an_outage(dx, client):
    """Resilient; then a fibre is cut, and the audit says what is left."""
    dxgw = gateway(client)
    vifs = [
        private(client, connect(client, location=location), directConnectGatewayId=dxgw)
        for location in ("EqDC2", "CSVA1")
    ]
    assert [state(client, vif) for vif in vifs] == ["available", "available"]
    assert audit("us-east-1") == {dxgw: []}
    dx.link_down(vifs[1]["connectionId"])
    assert audit("us-east-1") == {dxgw: ["one location", "one device", "one path"]}
    dx.link_up(vifs[1]["connectionId"])
    client.start_bgp_failover_test(virtualInterfaceId=vifs[0]["virtualInterfaceId"])
    assert audit("us-east-1") == {dxgw: ["one location", "one device", "one path"]}
    dx.clock.advance(hours=3)
    assert audit("us-east-1") == {dxgw: []}
