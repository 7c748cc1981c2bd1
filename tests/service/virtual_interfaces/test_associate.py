"""AssociateVirtualInterface: every case [documented: 2017, API:AssociateVirtualInterface]."""

from __future__ import annotations

import pytest

from tests.helpers import CUSTOMER, PARTNER, STRANGER, connect, make_lag, members, needs, refused
from tests.service.virtual_interfaces.helpers import (
    allocate_private,
    hosted,
    look,
    private,
    public,
    sessions,
    state,
)


def associate(client, vif, carrier):
    return client.associate_virtual_interface(
        virtualInterfaceId=vif["virtualInterfaceId"], connectionId=carrier
    )


@needs("VirtualInterface.asnLong")
def test_from_a_connection_to_a_lag(client):
    """The old peer deleting, a new one pending, no other change [recorded: CLI:associate-virtual-interface]."""
    vif = private(client, connect(client), tags=[{"key": "a", "value": "b"}])
    before = look(client, vif)
    lag = make_lag(client)["lagId"]
    client.describe_lags()
    moved = associate(client, vif, lag)
    assert moved["connectionId"] == lag
    assert moved["virtualInterfaceState"] == "pending"
    old, new = moved["bgpPeers"]
    assert (old["bgpPeerState"], old["bgpStatus"]) == ("deleting", "down")
    assert (new["bgpPeerState"], new["bgpStatus"]) == ("pending", "down")
    assert old["bgpPeerId"] == before["bgpPeers"][0]["bgpPeerId"] != new["bgpPeerId"]
    for name in ("asn", "asnLong", "authKey", "addressFamily", "amazonAddress", "customerAddress"):
        assert old[name] == new[name] == before[name]
    gone = {"ResponseMetadata", "connectionId", "virtualInterfaceState", "bgpPeers", "awsDeviceV2"}
    same = before.keys() - gone - {"awsLogicalDeviceId"}
    assert {name: moved[name] for name in same} == {name: before[name] for name in same}

    settled = look(client, vif)
    assert settled["virtualInterfaceState"] == "available"
    assert [peer["bgpPeerId"] for peer in settled["bgpPeers"]] == [new["bgpPeerId"]]
    assert sessions(client, vif) == [("available", "up")]


def test_both_ends_know(client):
    """Listed under the new carrier, and no more under the old one, which can be deleted then."""
    connection, other = connect(client), connect(client)
    vif = private(client, connection)
    associate(client, vif, other)
    ids = [
        [each["virtualInterfaceId"] for each in client.describe_virtual_interfaces(connectionId=carrier)[
            "virtualInterfaces"]]
        for carrier in (connection, other)
    ]  # fmt: skip
    assert ids == [[], [vif["virtualInterfaceId"]]]
    client.delete_connection(connectionId=connection)


def test_to_another_location(client):
    """``location`` is the target's."""
    vif = private(client, connect(client))
    moved = associate(client, vif, connect(client, location="CSVA1"))
    assert moved["location"] == "CSVA1"
    assert moved["awsDeviceV2"].startswith("CSVA1-")
    assert [peer["awsDeviceV2"].split("-")[0] for peer in moved["bgpPeers"]] == ["EqDC2", "CSVA1"]


def test_from_a_lag_to_a_connection(client):
    lag = make_lag(client)["lagId"]
    vif = private(client, lag)
    connection = connect(client)
    assert associate(client, vif, connection)["connectionId"] == connection
    client.delete_lag(lagId=lag)


def test_public_virtual_interface_keeps_its_prefixes(client):
    vif = public(client, connect(client))
    state(client, vif)
    moved = associate(client, vif, connect(client))
    assert moved["virtualInterfaceState"] == "pending"
    assert moved["routeFilterPrefixes"] == vif["routeFilterPrefixes"]


def test_vlan_in_use_on_the_target(dx, client):
    """The release of 2017-02-17; the text is E13's."""
    target = connect(client)
    vif = private(client, connect(client))
    private(client, target)
    with refused(dx, "Vlan 101 is already in use"):
        associate(client, vif, target)


@pytest.mark.parametrize("there", ["192.168.1.1/30", "192.168.1.5/29"])
def test_address_in_use_on_the_target(dx, client, there):
    """The release of 2017-02-17: the same address, or one in a network that shares addresses."""
    target = connect(client)
    pair = {"amazonAddress": "192.168.1.1/30", "customerAddress": "192.168.1.2/30"}
    vif = private(client, connect(client), **pair)
    other = "192.168.1.2/30" if there.endswith("30") else "192.168.1.6/29"
    private(client, target, vlan=5, amazonAddress=there, customerAddress=other)
    with refused(dx, f"Address 192.168.1.1/30 is already in use on {target}"):
        associate(client, vif, target)


def test_deleted_virtual_interfaces_are_in_nobodys_way(client):
    target = connect(client)
    there = private(client, target)
    client.delete_virtual_interface(virtualInterfaceId=there["virtualInterfaceId"])
    assert associate(client, private(client, connect(client)), target)["connectionId"] == target


def test_to_where_it_is(dx, client):
    """Not documented; refused rather than interrupted for nothing [guessed]."""
    connection = connect(client)
    vif = private(client, connection)
    with refused(dx, f"is already associated with {connection}"):
        associate(client, vif, connection)


def test_unknown_ids(dx, client):
    vif, target = private(client, connect(client)), connect(client)
    with refused(dx, "Could not find Connection with ID dxcon-fg000000"):
        associate(client, vif, "dxcon-fg000000")
    with refused(dx, "Could not find Lag with ID dxlag-fg000000"):
        associate(client, vif, "dxlag-fg000000")
    with refused(dx, "does not exist"):
        associate(client, {"virtualInterfaceId": "dxvif-fg000000"}, target)
    with refused(dx, "Virtual Interface ID nonsense has an invalid format."):
        associate(client, {"virtualInterfaceId": "nonsense"}, target)


def test_target_in_another_region(dx, client):
    """A carrier of another Region is simply not found."""
    target = connect(dx.client("us-west-2"), location="EqSe2-EQ")
    vif = private(client, connect(client))
    with refused(dx, f"Could not find Connection with ID {target}"):
        associate(client, vif, target)


@pytest.mark.directconnect(provisioning="manual")
def test_target_that_is_not_available(dx, client):
    connection, target = connect(client), connect(client)
    dx.provision(connection)
    vif = private(client, connection)
    with refused(dx, "The specified Connection ID is not available"):
        associate(client, vif, target)


def test_member_of_a_lag_as_target(dx, client):
    lag = make_lag(client)
    vif = private(client, connect(client))
    with refused(dx, "is a member of Lag"):
        associate(client, vif, members(lag)[0])


@pytest.mark.directconnect(quotas={"vifs_per_connection": 1})
def test_full_target(dx, client):
    target = connect(client)
    private(client, target, vlan=5)
    vif = private(client, connect(client))
    with refused(dx, f"Exceeded the maximum number of virtual interfaces on {target}. The limit is 1"):
        associate(client, vif, target)


def test_running_failover_test(dx, client):
    vif = private(client, connect(client))
    state(client, vif)
    client.start_bgp_failover_test(virtualInterfaceId=vif["virtualInterfaceId"])
    target = connect(client)
    client.describe_connections()
    with refused(dx, f"AssociateVirtualInterface failed. {vif['virtualInterfaceId']} is in state testing"):
        associate(client, vif, target)


# --- hosted connections -----------------------------------------------------------------------------------


@pytest.mark.directconnect(partners=[PARTNER])
def test_of_a_hosted_connection_to_a_lag(dx, partner, customer):
    """The release of 2017-02-17: hosted connections go with theirs, by AssociateHostedConnection."""
    vif = private(customer, hosted(partner, customer, CUSTOMER))
    lag = make_lag(customer)["lagId"]
    with refused(dx, "use AssociateHostedConnection"):
        associate(customer, vif, lag)


@pytest.mark.directconnect(partners=[PARTNER])
def test_between_hosted_connections(dx, partner, customer):
    """VLANs are fixed [documented: UG:WorkingWithVirtualInterfaces]."""
    vif = private(customer, hosted(partner, customer, CUSTOMER))
    target = hosted(partner, customer, CUSTOMER)
    with refused(dx, "cannot be moved between hosted connections"):
        associate(customer, vif, target)


@pytest.mark.directconnect(partners=[PARTNER])
def test_from_a_hosted_connection_to_a_dedicated_one_and_back(dx, partner, customer):
    """Only LAGs and other hosted connections are ruled out; back needs the VLAN of the hosted connection."""
    connection = hosted(partner, customer, CUSTOMER, vlan=101)
    vif = private(customer, connection, vlan=101)
    dedicated = connect(customer)
    assert associate(customer, vif, dedicated)["connectionId"] == dedicated
    assert associate(customer, vif, connection)["connectionId"] == connection
    other = private(customer, dedicated, vlan=55)
    with refused(dx, "The limit is 1"):
        associate(customer, other, connection)


@pytest.mark.directconnect(partners=[PARTNER])
def test_to_a_lag_of_a_partner(dx, partner):
    """Partners' LAGs can't be configured directly."""
    lag = make_lag(partner)["lagId"]
    vif = private(partner, connect(partner))
    with refused(dx, f"Virtual Interfaces cannot be configured directly on {lag}"):
        associate(partner, vif, lag)


# --- whose it is ------------------------------------------------------------------------------------------


def allocated(dx, client):
    """A virtual interface on the default account's connection that CUSTOMER owns."""
    vif = allocate_private(client, connect(client), CUSTOMER)
    dx.client(account_id=CUSTOMER).confirm_private_virtual_interface(
        virtualInterfaceId=vif["virtualInterfaceId"], virtualGatewayId="vgw-12345678"
    )
    return vif


def test_owner_of_the_connection_moves_a_hosted_virtual_interface(dx, client, customer):
    """The release of 2017-02-17; it stays the customer's."""
    vif = allocated(dx, client)
    target = connect(client)
    moved = associate(client, vif, target)
    assert (moved["connectionId"], moved["ownerAccount"]) == (target, CUSTOMER)
    assert state(customer, vif) == "available"


def test_owner_of_a_hosted_virtual_interface_moves_it(dx, client, customer):
    """Model: the owner of the virtual interface may, to a connection of its own; it leaves the other's list."""
    vif = allocated(dx, client)
    target = connect(customer)
    assert associate(customer, vif, target)["connectionId"] == target
    assert state(customer, vif) == "available"
    assert client.describe_virtual_interfaces()["virtualInterfaces"] == []


@pytest.mark.directconnect(quirks={"virtual_interface_move_by": "physical_owner"})
def test_quirk_owner_of_a_hosted_virtual_interface_does_not_move_it(dx, client, customer):
    """The release of 2017-02-17: only the owner of the physical connection does."""
    vif = allocated(dx, client)
    target = connect(customer)
    with refused(dx, "by the owner of the physical connection only"):
        associate(customer, vif, target)
    assert associate(client, vif, connect(client))["connectionId"] != target


@pytest.mark.directconnect(partners=[PARTNER], quirks={"virtual_interface_move_by": "physical_owner"})
def test_quirk_one_on_a_hosted_connection_is_moved_by_the_partner(dx, partner, customer):
    """The release of 2017-02-17 calls those hosted whose connection is not of the owner of the port."""
    vif = private(customer, hosted(partner, customer, CUSTOMER))
    own = connect(customer)
    with refused(dx, "by the owner of the physical connection only"):
        associate(customer, vif, own)
    assert state(customer, vif) == "available"
    target = connect(partner)
    assert associate(partner, vif, target)["connectionId"] == target
    assert state(customer, vif) == "available"


def test_target_must_be_ones_own(dx, client, customer):
    vif = private(client, connect(client))
    target = connect(customer)
    with refused(dx, f"Could not find Connection with ID {target}"):
        associate(client, vif, target)


def test_strangers_find_nothing(dx, client):
    vif = private(client, connect(client))
    stranger = dx.client(account_id=STRANGER)
    target = connect(stranger)
    with refused(dx, "does not exist"):
        associate(stranger, vif, target)


def test_hosted_virtual_interface_that_nobody_confirmed(dx, client):
    """Its owner has not accepted it yet; there is nothing to move [guessed]."""
    vif = allocate_private(client, connect(client), CUSTOMER)
    target = connect(client)
    with refused(dx, f"{vif['virtualInterfaceId']} is in state confirming"):
        associate(client, vif, target)


# --- what comes with LAG operations -----------------------------------------------------------------------


def test_virtual_interfaces_follow_their_connection_into_a_lag(client):
    """Both operations take them along [documented: API:CreateLag, API:AssociateConnectionWithLag]."""
    connection = connect(client)
    vif = private(client, connection)
    before = look(client, vif)
    lag = make_lag(client, connectionId=connection)["lagId"]
    after = look(client, vif)
    assert after["connectionId"] == lag
    assert [p["bgpPeerId"] for p in after["bgpPeers"]] == [p["bgpPeerId"] for p in before["bgpPeers"]]


def test_jumbo_frames_go_along_to_a_lag(client):
    """Documented; every LAG does."""
    vif = private(client, connect(client), mtu=9001)
    assert associate(client, vif, make_lag(client)["lagId"])["mtu"] == 9001


@pytest.mark.directconnect(partners=[PARTNER], quirks={"jumbo_frames_on_hosted_connections": "refuse"})
def test_quirk_jumbo_frames_to_a_small_hosted_connection(dx, partner, customer):
    """``jumboFrameCapable`` is false on one [recorded: FLUID]."""
    target = hosted(partner, customer, CUSTOMER)
    vif = private(customer, connect(customer), mtu=9001)
    with refused(dx, f"{target} does not support jumbo frames."):
        associate(customer, vif, target)


@pytest.mark.directconnect(quotas={"vifs_per_connection": 1})
def test_virtual_interfaces_that_would_be_too_many_on_the_lag(dx, client):
    """The quota of a LAG holds however they come to it [documented: UG:limits]."""
    connection, lag = connect(client), make_lag(client, numberOfConnections=1)["lagId"]
    private(client, connection, vlan=1)
    private(client, lag, vlan=2)
    client.describe_lags()
    with refused(dx, f"Exceeded the maximum number of virtual interfaces on {lag}. The limit is 1"):
        client.associate_connection_with_lag(connectionId=connection, lagId=lag)


def _refuses_to_delete_a_peer(dx, partner, vif, carrier):
    """Nothing of it is configured: the last peer or not, the carrier is the reason."""
    (peer,) = look(partner, vif)["bgpPeers"]
    with refused(dx, f"Virtual Interfaces cannot be configured directly on {carrier}"):
        partner.delete_bgp_peer(virtualInterfaceId=vif["virtualInterfaceId"], bgpPeerId=peer["bgpPeerId"])


@pytest.mark.directconnect(partners=[PARTNER], quirks={"lag_association_virtual_interfaces": "stay"})
def test_virtual_interfaces_left_on_what_became_an_interconnect(dx, partner):
    """The release of 2017-02-17: the same holds there; it can leave and be deleted."""
    connection, lag = connect(partner), make_lag(partner)["lagId"]
    vif, other = private(partner, connection, vlan=1), private(partner, connection, vlan=2)
    partner.associate_connection_with_lag(connectionId=connection, lagId=lag)
    partner.describe_lags()
    partner.disassociate_connection_from_lag(connectionId=connection, lagId=lag)
    assert partner.describe_interconnects(interconnectId=connection)["interconnects"]
    text = f"Virtual Interfaces cannot be configured directly on {connection}"
    with refused(dx, text):
        partner.update_virtual_interface_attributes(virtualInterfaceId=vif["virtualInterfaceId"], mtu=9001)
    with refused(dx, text):
        partner.create_bgp_peer(
            virtualInterfaceId=vif["virtualInterfaceId"], newBGPPeer={"asn": 1, "addressFamily": "ipv6"}
        )
    _refuses_to_delete_a_peer(dx, partner, vif, connection)
    assert associate(partner, vif, connect(partner))
    partner.delete_virtual_interface(virtualInterfaceId=other["virtualInterfaceId"])


@pytest.mark.directconnect(partners=[PARTNER])
def test_virtual_interfaces_that_came_to_a_partners_lag(dx, partner):
    """The release of 2017-02-17: they can't be configured directly; they can leave and be deleted."""
    connection, target = connect(partner), connect(partner)
    staying, leaving = private(partner, connection, vlan=1), private(partner, connection, vlan=2)
    lag = make_lag(partner, connectionId=connection)["lagId"]
    vif_id = staying["virtualInterfaceId"]
    assert look(partner, staying)["connectionId"] == lag
    with refused(dx, f"Virtual Interfaces cannot be configured directly on {lag}"):
        partner.update_virtual_interface_attributes(virtualInterfaceId=vif_id, mtu=9001)
    with refused(dx, f"Virtual Interfaces cannot be configured directly on {lag}"):
        partner.create_bgp_peer(virtualInterfaceId=vif_id, newBGPPeer={"asn": 1, "addressFamily": "ipv6"})
    partner.describe_connections()
    _refuses_to_delete_a_peer(dx, partner, staying, lag)
    assert associate(partner, leaving, target)["connectionId"] == target
    assert partner.delete_virtual_interface(virtualInterfaceId=vif_id)["virtualInterfaceState"] == "deleting"
