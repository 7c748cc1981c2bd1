"""CreateBGPPeer and DeleteBGPPeer."""

from __future__ import annotations

import ipaddress

import pytest

from tests.helpers import CUSTOMER, PARTNER, STRANGER, connect, make_lag, needs, refused
from tests.service.virtual_interfaces.helpers import (
    allocate_private,
    hosted,
    look,
    private,
    public,
    sessions,
    state,
)


@pytest.fixture
def vif(client):
    made = private(client, connect(client))
    assert state(client, made) == "available"
    return made


def add(client, vif, **peer):
    return client.create_bgp_peer(
        virtualInterfaceId=vif["virtualInterfaceId"], newBGPPeer={"asn": 64600, "addressFamily": "ipv6", **peer}
    )["virtualInterface"]


def remove(client, vif, **which):
    return client.delete_bgp_peer(virtualInterfaceId=vif["virtualInterfaceId"], **which)["virtualInterface"]


@needs("BGPPeer.asnLong")
def test_first_peer_is_that_of_the_virtual_interface(vif):
    """Made from its own ASN and addresses."""
    (peer,) = vif["bgpPeers"]
    for name in ("asn", "asnLong", "authKey", "addressFamily", "amazonAddress", "customerAddress"):
        assert peer[name] == vif[name]


def test_ipv6_peer_of_the_cli_example(client, vif):
    """The AWS CLI's create-bgp-peer: pending, addresses of one /125; the virtual interface stays available."""
    made = add(client, vif)
    assert made["virtualInterfaceState"] == "available"
    assert (made["asn"], made["addressFamily"]) == (65000, "ipv4")
    first, second = made["bgpPeers"]
    assert first["bgpPeerState"] == "available"
    assert (second["bgpPeerState"], second["bgpStatus"]) == ("pending", "down")
    assert (second["asn"], second["addressFamily"]) == (64600, "ipv6")
    ours, theirs = (ipaddress.ip_interface(second[f"{end}Address"]) for end in ("amazon", "customer"))
    assert ours.network == theirs.network
    assert sessions(client, vif) == [("available", "up")] * 2


def test_ipv4_peer_beside_ipv6(client):
    """The other way round; an IPv4 pair is AWS's choice or the caller's."""
    made = private(client, connect(client), addressFamily="ipv6")
    answer = add(client, made, addressFamily="ipv4", amazonAddress="10.0.0.1/30", customerAddress="10.0.0.2/30")
    assert [peer["addressFamily"] for peer in answer["bgpPeers"]] == ["ipv6", "ipv4"]


def test_peer_of_a_public_one_is_verified(client):
    """Verifying is for public ones only [documented: API:BGPPeer]."""
    made = public(client, connect(client))
    assert state(client, made) == "available"
    assert add(client, made)["bgpPeers"][1]["bgpPeerState"] == "verifying"
    assert sessions(client, made)[1] == ("available", "up")


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_one_peer_of_a_family(dx, client, vif, family):
    """Unless the connection has logical redundancy [documented: API:CreateBGPPeer]."""
    if family == "ipv6":
        add(client, vif)
    with refused(dx, f"A BGP Peer of address family {family} already exists"):
        add(client, vif, addressFamily=family)


@pytest.mark.directconnect(quirks={"logical_redundancy": "yes"})
def test_two_peers_of_a_family_with_logical_redundancy(dx, client, vif):
    """Documented: then there may be two, on addresses of their own."""
    made = add(client, vif, addressFamily="ipv4")
    first, second = made["bgpPeers"]
    assert first["amazonAddress"] != second["amazonAddress"]
    with refused(dx, "A BGP Peer of address family ipv4 already exists"):
        add(client, vif, addressFamily="ipv4")


@pytest.mark.directconnect(quirks={"logical_redundancy": "yes"})
def test_second_peer_on_the_same_addresses(dx, client):
    pair = {"amazonAddress": "10.0.0.1/29", "customerAddress": "10.0.0.2/29"}
    made = private(client, connect(client), **pair)
    with refused(dx, "Address 10.0.0.5/30 is already in use"):
        add(client, made, addressFamily="ipv4", amazonAddress="10.0.0.5/30", customerAddress="10.0.0.6/30")


@pytest.mark.directconnect(partners=[PARTNER], quirks={"logical_redundancy": "yes"})
def test_hosted_connections_are_not_redundant(dx):
    """``hasLogicalRedundancy`` of them is "unknown" [recorded: BF, PF]."""
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    made = private(customer, hosted(partner, customer, CUSTOMER))
    with refused(dx, "already exists"):
        add(customer, made, addressFamily="ipv4")


@pytest.mark.parametrize(
    ("peer", "text"),
    [
        ({"asn": None}, "Either asn or asnLong must be specified."),
        ({"asn": 0}, "BGP ASN must have value greater than or equal to 1"),
        ({"authKey": "short"}, "The authentication key must have 6 to 80 characters"),
        ({"amazonAddress": "2001:db8::1/125"}, "must be omitted for address family ipv6"),
    ],
)
def test_rules_of_a_peer(dx, client, vif, peer, text):
    """The same as those of a new virtual interface."""
    new = {"asn": 64600, "addressFamily": "ipv6", **peer}
    new = {name: value for name, value in new.items() if value is not None}
    with refused(dx, text):
        client.create_bgp_peer(virtualInterfaceId=vif["virtualInterfaceId"], newBGPPeer=new)


def test_members_that_the_model_has_as_optional(dx, client, vif):
    """Missing ones are refused by the service."""
    with refused(dx, "virtualInterfaceId must be specified."):
        client.create_bgp_peer(newBGPPeer={"asn": 1})
    with refused(dx, "newBGPPeer must be specified."):
        client.create_bgp_peer(virtualInterfaceId=vif["virtualInterfaceId"])
    with refused(dx, "virtualInterfaceId must be specified."):
        client.delete_bgp_peer(bgpPeerId="dxpeer-fg000000")
    with refused(dx, "bgpPeerId must be specified."):
        client.delete_bgp_peer(virtualInterfaceId=vif["virtualInterfaceId"])


@needs("BGPPeer.asnLong")
def test_long_asn(client, vif):
    """Asn is 0 where it is too small [documented: API:BGPPeer]."""
    made = client.create_bgp_peer(
        virtualInterfaceId=vif["virtualInterfaceId"],
        newBGPPeer={"asnLong": 4200000000, "addressFamily": "ipv6"},
    )["virtualInterface"]
    assert (made["bgpPeers"][1]["asn"], made["bgpPeers"][1]["asnLong"]) == (0, 4200000000)
    customer_address = made["bgpPeers"][1]["customerAddress"]
    answer = remove(client, vif, asnLong=4200000000, customerAddress=customer_address)
    assert answer["bgpPeers"][1]["bgpPeerState"] == "deleting"


# --- deleting ---------------------------------------------------------------------------------------------


def test_delete_by_asn_and_address_of_the_cli_example(client, vif):
    """The AWS CLI's delete-bgp-peer: still shown, deleting; gone after that."""
    second = add(client, vif)["bgpPeers"][1]
    answer = remove(client, vif, asn=64600, customerAddress=second["customerAddress"])
    assert answer["virtualInterfaceState"] == "available"
    assert [peer["bgpPeerState"] for peer in answer["bgpPeers"]] == ["available", "deleting"]
    assert sessions(client, vif) == [("available", "up")]


def test_delete_the_first_peer(client, vif):
    """The virtual interface shows the settings of the one that is left [guessed]."""
    second = add(client, vif)["bgpPeers"][1]
    remove(client, vif, bgpPeerId=vif["bgpPeers"][0]["bgpPeerId"])
    shown = look(client, vif)
    assert [peer["bgpPeerId"] for peer in shown["bgpPeers"]] == [second["bgpPeerId"]]
    for name in ("asn", "authKey", "addressFamily", "amazonAddress", "customerAddress"):
        assert shown[name] == second[name]
    assert add(client, vif, addressFamily="ipv4")["bgpPeers"][1]["addressFamily"] == "ipv4"


def test_last_peer_stays(dx, client, vif):
    """E23."""
    with refused(dx, "The last BGP Peer on a Virtual Interface cannot be deleted"):
        remove(client, vif, bgpPeerId=vif["bgpPeers"][0]["bgpPeerId"])


def test_peer_that_is_gone_already(dx, client, vif):
    """E23 again, not "not found" [client-proven: TF]."""
    second = add(client, vif)["bgpPeers"][1]["bgpPeerId"]
    remove(client, vif, bgpPeerId=second)
    for peer_id in (second, "dxpeer-fg000000"):
        with refused(dx, "The last BGP Peer on a Virtual Interface cannot be deleted"):
            remove(client, vif, bgpPeerId=peer_id)
    add(client, vif)
    with refused(dx, "The last BGP Peer on a Virtual Interface cannot be deleted"):
        remove(client, vif, bgpPeerId=second)


@pytest.mark.directconnect(provisioning="timed")
def test_peers_that_are_being_deleted_do_not_count(dx, client):
    """Neither as the last one, nor as the one of a family."""
    connection = connect(client)
    dx.clock.advance(days=7)
    vif = private(client, connection)
    second = add(client, vif)["bgpPeers"][1]["bgpPeerId"]
    remove(client, vif, bgpPeerId=second)
    assert sessions(client, vif) == [("pending", "down"), ("deleting", "down")]
    with refused(dx, "The last BGP Peer"):
        remove(client, vif, bgpPeerId=vif["bgpPeers"][0]["bgpPeerId"])
    assert len(add(client, vif)["bgpPeers"]) == 3
    dx.clock.advance(minutes=1)
    assert len(look(client, vif)["bgpPeers"]) == 2


def test_peer_under_test_stays(dx, client, vif):
    second = add(client, vif)["bgpPeers"][1]["bgpPeerId"]
    state(client, vif)
    client.start_bgp_failover_test(virtualInterfaceId=vif["virtualInterfaceId"], bgpPeers=[second])
    with refused(dx, f"The BGP Peer {second} is in a failover test."):
        remove(client, vif, bgpPeerId=second)
    with refused(dx, "CreateBGPPeer failed."):
        add(client, vif)


def test_both_parties_may(dx, client):
    """The owner of the virtual interface and that of the connection [guessed]; strangers find nothing."""
    made = allocate_private(client, connect(client), CUSTOMER)
    customer, stranger = dx.client(account_id=CUSTOMER), dx.client(account_id=STRANGER)
    customer.confirm_private_virtual_interface(
        virtualInterfaceId=made["virtualInterfaceId"], virtualGatewayId="vgw-12345678"
    )
    second = add(customer, made)["bgpPeers"][1]["bgpPeerId"]
    remove(client, made, bgpPeerId=second)
    with refused(dx, "does not exist"):
        add(stranger, made)


def test_all_peers_move(client, vif):
    """AssociateVirtualInterface begins every session anew."""
    add(client, vif)
    assert sessions(client, vif) == [("available", "up")] * 2
    lag = make_lag(client)["lagId"]
    moved = client.associate_virtual_interface(virtualInterfaceId=vif["virtualInterfaceId"], connectionId=lag)
    states = [(peer["addressFamily"], peer["bgpPeerState"]) for peer in moved["bgpPeers"]]
    assert sorted(states) == [
        ("ipv4", "deleting"), ("ipv4", "pending"), ("ipv6", "deleting"), ("ipv6", "pending"),
    ]  # fmt: skip
    assert sessions(client, vif) == [("available", "up")] * 2


def test_session_that_is_down_stays_down_when_it_moves(dx, client, vif):
    """The customer's router does not come up because AWS moved."""
    dx.bgp_down(vif["virtualInterfaceId"])
    client.associate_virtual_interface(
        virtualInterfaceId=vif["virtualInterfaceId"], connectionId=connect(client)
    )
    assert (state(client, vif), sessions(client, vif)) == ("down", [("available", "down")])
