"""A script that moves virtual interfaces from a connection to a LAG, one after the other."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.helpers import connect, make_lag, one
from tests.service.virtual_interfaces.helpers import gateway, look, private, public, sessions, state

# --- the automation ---------------------------------------------------------------------------------------


class MigrationFailed(Exception):
    """What was moved before is where it should be; the rest is where it was."""


def migrate(connection_id, lag_id, wait, attempts=20):
    """Move every virtual interface and wait for its BGP session before the next; then say what was moved."""
    network = boto3.client("directconnect", region_name="us-east-1")
    moved = []
    there = network.describe_virtual_interfaces(connectionId=connection_id)["virtualInterfaces"]
    for vif in sorted(there, key=lambda each: each["vlan"]):
        if vif["virtualInterfaceState"] not in ("available", "down"):
            continue
        vif_id = vif["virtualInterfaceId"]
        try:
            answer = network.associate_virtual_interface(virtualInterfaceId=vif_id, connectionId=lag_id)
        except ClientError as error:
            raise MigrationFailed(vif_id, moved) from error
        assert {peer["bgpPeerState"] for peer in answer["bgpPeers"]} == {"deleting", "pending"}
        for _ in range(attempts):
            (now,) = network.describe_virtual_interfaces(virtualInterfaceId=vif_id)["virtualInterfaces"]
            peers = [peer for peer in now["bgpPeers"] if peer["bgpPeerState"] != "deleting"]
            if peers and all(peer["bgpStatus"] == "up" for peer in peers):
                break
            wait()
        else:
            raise MigrationFailed(vif_id, moved)
        moved.append(vif_id)
    return moved


# --- the test ---------------------------------------------------------------------------------------------


def never():
    raise AssertionError("there is nothing to wait for")


def test_migration(client):
    """Three virtual interfaces of two types; then the old connection can go."""
    connection = connect(client)
    dxgw = gateway(client)
    vifs = [
        private(client, connection, vlan=10),
        private(client, connection, vlan=20, directConnectGatewayId=dxgw),
        public(client, connection, vlan=30),
    ]
    client.describe_virtual_interfaces()
    before = [look(client, vif) for vif in vifs]
    lag = make_lag(client)["lagId"]
    client.describe_lags()

    assert migrate(connection, lag, never) == [vif["virtualInterfaceId"] for vif in vifs]

    kept = ("virtualInterfaceName", "vlan", "asn", "authKey", "amazonAddress", "customerAddress", "mtu",
            "virtualGatewayId", "directConnectGatewayId", "routeFilterPrefixes")  # fmt: skip
    for vif, old in zip(vifs, before, strict=True):
        new = look(client, vif)
        assert new["connectionId"] == lag
        assert {name: new[name] for name in kept} == {name: old[name] for name in kept}
        assert new["bgpPeers"][0]["bgpPeerId"] != old["bgpPeers"][0]["bgpPeerId"]
    assert client.delete_connection(connectionId=connection)["connectionState"] == "deleting"
    assert one(client, connection)["connectionState"] == "deleted"


@pytest.mark.directconnect(provisioning="timed")
def test_migration_waits_for_bgp(dx, client):
    """Ten minutes each on the mock's clock: the script waits for one before it moves the next."""
    connection, lag = connect(client), make_lag(client)["lagId"]
    dx.clock.advance(days=7)
    for vlan in (10, 20):
        private(client, connection, vlan=vlan)
    dx.clock.advance(minutes=10)
    started = dx.clock.now()
    assert len(migrate(connection, lag, lambda: dx.clock.advance(minutes=1))) == 2
    assert (dx.clock.now() - started).total_seconds() == 20 * 60


@pytest.mark.directconnect(provisioning="timed")
def test_router_that_does_not_come_up(dx, client):
    """The first session never comes back: nothing else is moved."""
    connection, lag = connect(client), make_lag(client)["lagId"]
    dx.clock.advance(days=7)
    first, second = private(client, connection, vlan=10), private(client, connection, vlan=20)
    dx.clock.advance(minutes=10)
    dx.bgp_down(first["virtualInterfaceId"])
    with pytest.raises(MigrationFailed) as failure:
        migrate(connection, lag, lambda: dx.clock.advance(minutes=1))
    assert failure.value.args == (first["virtualInterfaceId"], [])
    assert look(client, second)["connectionId"] == connection


def test_vlan_that_is_taken(client):
    """The second one meets its VLAN on the LAG: the first stays moved, the second where it was."""
    connection, lag = connect(client), make_lag(client)["lagId"]
    first, second = private(client, connection, vlan=10), private(client, connection, vlan=20)
    private(client, lag, vlan=20)
    client.describe_virtual_interfaces()
    with pytest.raises(MigrationFailed) as failure:
        migrate(connection, lag, never)
    assert failure.value.args == (second["virtualInterfaceId"], [first["virtualInterfaceId"]])
    assert "Vlan 20 is already in use" in str(failure.value.__cause__)
    assert look(client, first)["connectionId"] == lag
    assert look(client, second)["connectionId"] == connection
    assert (state(client, second), sessions(client, second)) == ("available", [("available", "up")])
