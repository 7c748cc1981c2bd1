"""Virtual interfaces that cross accounts."""

from __future__ import annotations

import pytest

from tests.helpers import CUSTOMER, STRANGER, connect, refused
from tests.service.virtual_interfaces.helpers import PUBLIC, VGW, allocate_private, look, private, state


@pytest.fixture
def connection(client):
    return connect(client)


def confirm(client, vif, **gateway):
    return client.confirm_private_virtual_interface(
        virtualInterfaceId=vif["virtualInterfaceId"], **(gateway or {"virtualGatewayId": VGW})
    )["virtualInterfaceState"]


def allocate_public(client, connection):
    return client.allocate_public_virtual_interface(
        connectionId=connection, ownerAccount=CUSTOMER, newPublicVirtualInterfaceAllocation=PUBLIC
    )


def test_allocate_and_confirm(client, customer, connection):
    """confirming, for as long as it takes; then pending, then available, with the accepter's gateway."""
    vif = allocate_private(client, connection, CUSTOMER)
    for _ in range(2):
        assert state(client, vif) == state(customer, vif) == "confirming"
    assert confirm(customer, vif) == "pending"
    for viewer in (client, customer):
        shown = look(viewer, vif)
        assert shown["virtualInterfaceState"] == "available"
        assert shown["ownerAccount"] == CUSTOMER
        assert shown["virtualGatewayId"] == VGW
        assert shown["amazonSideAsn"] == 64512


def test_peers_wait_for_the_confirmation(client, customer, connection):
    """Pending and down until then [recorded: CLI]."""
    vif = allocate_private(client, connection, CUSTOMER)
    for expected in (("pending", "down"), ("available", "up")):
        (peer,) = look(customer, vif)["bgpPeers"]
        assert (peer["bgpPeerState"], peer["bgpStatus"]) == expected
        if expected[1] == "down":
            confirm(customer, vif)


def test_public_goes_to_verification(client, customer, connection):
    """ConfirmPublicVirtualInterface answers verifying [recorded: CLI:confirm-public-virtual-interface]."""
    vif = allocate_public(client, connection)
    assert vif["virtualInterfaceState"] == "confirming"
    vif_id = vif["virtualInterfaceId"]
    confirmed = customer.confirm_public_virtual_interface(virtualInterfaceId=vif_id)
    assert confirmed["virtualInterfaceState"] == "verifying"
    shown = look(customer, vif)
    assert (shown["virtualInterfaceState"], shown["amazonSideAsn"]) == ("available", 7224)


def test_both_parties_list_it(client, customer, connection):
    """The owner of the connection and that of the virtual interface [client-proven: TF]."""
    vif = allocate_private(client, connection, CUSTOMER)
    for viewer in (client, customer):
        for filters in ({}, {"connectionId": connection}):
            found = viewer.describe_virtual_interfaces(**filters)["virtualInterfaces"]
            assert [each["virtualInterfaceId"] for each in found] == [vif["virtualInterfaceId"]]


def test_strangers_see_nothing(dx, client, connection):
    vif = allocate_private(client, connection, CUSTOMER)
    stranger = dx.client(account_id=STRANGER)
    for filters in ({}, {"connectionId": connection}, {"virtualInterfaceId": vif["virtualInterfaceId"]}):
        assert stranger.describe_virtual_interfaces(**filters)["virtualInterfaces"] == []


def test_owner_of_the_connection_sees_only_its_carrier_not_the_other_ones(client, customer, connection):
    """What the customer has elsewhere is not shown."""
    private(customer, connect(customer))
    assert client.describe_virtual_interfaces()["virtualInterfaces"] == []


def test_tags_are_for_the_owner(client, customer, connection):
    """client-proven: TF."""
    tags = [{"key": "team", "value": "net"}]
    vif = allocate_private(client, connection, CUSTOMER, tags=tags)
    assert look(customer, vif)["tags"] == tags
    assert look(client, vif)["tags"] == []


def test_wrong_account_confirms(dx, client, connection):
    """Not found, for strangers and for the owner of the connection alike."""
    vif = allocate_private(client, connection, CUSTOMER)
    for other in (client, dx.client(account_id=STRANGER)):
        with refused(dx, f"The Virtual Interface {vif['virtualInterfaceId']} does not exist."):
            confirm(other, vif)


def test_confirming_twice(dx, client, customer, connection):
    """In the style of E5."""
    vif = allocate_private(client, connection, CUSTOMER)
    confirm(customer, vif)
    text = f"ConfirmPrivateVirtualInterface failed. {vif['virtualInterfaceId']} is in state available"
    with refused(dx, text):
        confirm(customer, vif)


def test_confirming_ones_own(dx, client, connection):
    vif = private(client, connection)
    with refused(dx, f"{vif['virtualInterfaceId']} is in state available"):
        confirm(client, vif)


def test_confirming_as_another_type(dx, client, customer, connection):
    vif = allocate_private(client, connection, CUSTOMER)
    with refused(dx, f"ConfirmPublicVirtualInterface failed. {vif['virtualInterfaceId']} is a private"):
        customer.confirm_public_virtual_interface(virtualInterfaceId=vif["virtualInterfaceId"])


def test_confirming_needs_one_gateway(dx, client, customer, connection):
    vif = allocate_private(client, connection, CUSTOMER)
    with refused(dx, "Exactly one of virtualGatewayId and directConnectGatewayId"):
        customer.confirm_private_virtual_interface(virtualInterfaceId=vif["virtualInterfaceId"])
    assert confirm(customer, vif) == "pending"


def test_declining(dx, client, customer, connection):
    """Deleted by its owner while it is confirming, it is rejected [documented: API:VirtualInterface]."""
    vif = allocate_private(client, connection, CUSTOMER)
    deleted = customer.delete_virtual_interface(virtualInterfaceId=vif["virtualInterfaceId"])
    assert deleted["virtualInterfaceState"] == "rejected"
    assert state(client, vif) == state(customer, vif) == "rejected"
    allocate_private(client, connection, CUSTOMER)
    with refused(dx, "does not exist"):
        confirm(customer, vif)


def test_withdrawing(client, customer, connection):
    """Deleted by the owner of the connection it is just deleted."""
    vif = allocate_private(client, connection, CUSTOMER)
    deleted = client.delete_virtual_interface(virtualInterfaceId=vif["virtualInterfaceId"])
    assert deleted["virtualInterfaceState"] == "deleting"
    assert state(customer, vif) == "deleted"


@pytest.mark.parametrize("who", ["client", "customer"])
def test_either_party_deletes(request, client, customer, connection, who):
    """By the owner of the connection or that of the virtual interface [client-proven: TF]."""
    vif = allocate_private(client, connection, CUSTOMER)
    confirm(customer, vif)
    request.getfixturevalue(who).delete_virtual_interface(virtualInterfaceId=vif["virtualInterfaceId"])
    assert state(client, vif) == "deleted"


def test_connection_with_a_virtual_interface_of_another_account_stays(dx, client, connection):
    """Its owner's connection can't be deleted under it."""
    allocate_private(client, connection, CUSTOMER)
    with refused(dx, f"Connection {connection} cannot be deleted until its Virtual Interfaces are deleted."):
        client.delete_connection(connectionId=connection)


@pytest.mark.directconnect(provisioning="timed")
def test_hours_pass_before_the_confirmation(dx, client, customer):
    """Nothing happens to a virtual interface that nobody confirms; after that it takes minutes."""
    connection = connect(client)
    dx.clock.advance(days=7)
    vif = allocate_private(client, connection, CUSTOMER)
    dx.clock.advance(days=30)
    assert look(customer, vif)["bgpPeers"][0]["bgpPeerState"] == "pending"
    assert state(customer, vif) == "confirming"
    confirm(customer, vif)
    dx.clock.advance(minutes=9)
    assert state(customer, vif) == "pending"
    dx.clock.advance(minutes=1)
    assert state(customer, vif) == "available"
    assert look(customer, vif)["bgpPeers"][0]["bgpStatus"] == "up"
