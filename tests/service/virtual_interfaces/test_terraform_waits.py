"""The waits of Terraform's provider, tuned against AWS [client-proven: TF].

A wait polls until the state is a target; any state that is neither pending nor target is an error for it.
"""

from __future__ import annotations

import pytest

from tests.helpers import CUSTOMER, connect
from tests.service.virtual_interfaces.helpers import allocate_private, gateway, private, public, transit

pytestmark = pytest.mark.directconnect(provisioning="timed")


def wait(dx, read, *, pending, target, minutes=10):
    """Poll every minute of the mock's clock; gives the states that were seen."""
    seen = []
    for _ in range(minutes + 1):
        state = read()
        seen.append(state)
        if state in target:
            return seen
        assert state in pending, f"unexpected state {state}, wanted {target}"
        dx.clock.advance(minutes=1)
    raise AssertionError(f"timeout while waiting for {target}; saw {seen}")


def state_of(client, vif_id):
    """As the provider reads it: nothing for what is deleted or not there."""
    found = client.describe_virtual_interfaces(virtualInterfaceId=vif_id)["virtualInterfaces"]
    if not found or found[0]["virtualInterfaceState"] == "deleted":
        return "gone"
    return found[0]["virtualInterfaceState"]


@pytest.fixture
def connection(dx, client):
    made = connect(client)
    dx.clock.advance(days=7)
    return made


@pytest.mark.parametrize("kind", ["private", "transit"])
def test_create(dx, client, connection, kind):
    make = private if kind == "private" else transit
    vif_id = make(client, connection, directConnectGatewayId=gateway(client))["virtualInterfaceId"]
    seen = wait(dx, lambda: state_of(client, vif_id), pending={"pending"}, target={"available", "down"})
    assert seen[0] == "pending"
    assert seen[-1] == "available"


def test_create_without_a_router(dx, client, connection):
    """Down is as good as available: no router is configured yet."""
    vif_id = private(client, connection)["virtualInterfaceId"]
    dx.bgp_down(vif_id)
    seen = wait(dx, lambda: state_of(client, vif_id), pending={"pending"}, target={"available", "down"})
    assert seen[-1] == "down"


def test_create_public(dx, client, connection):
    """It does not wait for the verification, which takes days."""
    vif_id = public(client, connection)["virtualInterfaceId"]
    target = {"available", "down", "verifying"}
    assert wait(dx, lambda: state_of(client, vif_id), pending={"pending"}, target=target) == ["verifying"]


def test_allocate_and_accept(dx, client, connection):
    vif_id = allocate_private(client, connection, CUSTOMER)["virtualInterfaceId"]
    target = {"available", "confirming", "down"}
    assert wait(dx, lambda: state_of(client, vif_id), pending={"pending"}, target=target) == ["confirming"]
    customer = dx.client(account_id=CUSTOMER)
    customer.confirm_private_virtual_interface(virtualInterfaceId=vif_id, virtualGatewayId="vgw-12345678")
    pending = {"confirming", "pending"}
    seen = wait(dx, lambda: state_of(customer, vif_id), pending=pending, target={"available", "down"})
    assert seen[-1] == "available"


@pytest.mark.parametrize("settled", [True, False])
def test_delete(dx, client, connection, settled):
    vif_id = private(client, connection)["virtualInterfaceId"]
    dx.clock.advance(minutes=10 if settled else 0)
    client.delete_virtual_interface(virtualInterfaceId=vif_id)
    pending = {"available", "confirming", "deleting", "down", "pending", "rejected", "verifying"}
    seen = wait(dx, lambda: state_of(client, vif_id), pending=pending, target={"gone"})
    assert set(seen) == {"deleting", "gone"}


def test_update_of_the_mtu(dx, client, connection):
    vif_id = private(client, connection)["virtualInterfaceId"]
    dx.clock.advance(minutes=10)
    client.update_virtual_interface_attributes(virtualInterfaceId=vif_id, mtu=8500)
    seen = wait(dx, lambda: state_of(client, vif_id), pending={"pending"}, target={"available", "down"})
    assert (seen[0], seen[-1]) == ("pending", "available")


def test_bgp_peer(dx, client, connection):
    vif_id = private(client, connection)["virtualInterfaceId"]
    made = client.create_bgp_peer(virtualInterfaceId=vif_id, newBGPPeer={"asn": 65000, "addressFamily": "ipv6"})
    peer_id = made["virtualInterface"]["bgpPeers"][1]["bgpPeerId"]

    def read():
        (vif,) = client.describe_virtual_interfaces(virtualInterfaceId=vif_id)["virtualInterfaces"]
        found = [peer for peer in vif["bgpPeers"] if peer["bgpPeerId"] == peer_id]
        return found[0]["bgpPeerState"] if found else "gone"

    assert wait(dx, read, pending={"pending"}, target={"available", "verifying"})[-1] == "available"
    client.delete_bgp_peer(virtualInterfaceId=vif_id, bgpPeerId=peer_id)
    assert wait(dx, read, pending={"available", "deleting", "pending", "verifying"}, target={"gone", "deleted"})
