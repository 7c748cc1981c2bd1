"""The rules for new virtual interfaces, each with the text that AWS gives."""

from __future__ import annotations

import pytest

from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, members, needs, one, refused
from tests.service.virtual_interfaces.helpers import (
    PRIVATE,
    PUBLIC,
    allocate_private,
    hosted,
    look,
    private,
    public,
)


@pytest.fixture
def connection(client):
    return connect(client)


# --- where ------------------------------------------------------------------------------------------------


def test_unknown_connection(dx, client):
    """E3: absence in operations of the physical layer."""
    with refused(dx, "Could not find Connection with ID dxcon-fg000000"):
        private(client, "dxcon-fg000000")


def test_unknown_lag(dx, client):
    """E1."""
    with refused(dx, "Could not find Lag with ID dxlag-fg000000"):
        private(client, "dxlag-fg000000")


@pytest.mark.parametrize(
    ("connection_id", "text"),
    [
        ("nonsense", "Connection ID nonsense has an invalid format."),
        ("", "Connection ID  has an invalid format."),
        ("dxlag-!", "Lag ID dxlag-! has an invalid format."),
        ("dxvif-fg000000", "Connection ID dxvif-fg000000 has an invalid format."),
    ],
)
def test_malformed_connection_id(dx, client, connection_id, text):
    """E2 and E4: the format is checked before anything is looked up [inferred: from E1 and E2]."""
    with refused(dx, text):
        private(client, connection_id)


def test_connection_of_another_account_or_region(dx, connection):
    """Foreign ids never leak that they exist [inferred: from E3]."""
    for client in (dx.client(account_id=CUSTOMER), dx.client("us-west-2")):
        with refused(dx, f"Could not find Connection with ID {connection}"):
            private(client, connection)


@pytest.mark.directconnect(provisioning="manual")
def test_connection_that_is_not_available_yet(dx, client):
    """E14, two sources: requested and pending connections carry nothing yet."""
    connection = connect(client)
    with refused(dx, "The specified Connection ID is not available"):
        private(client, connection)
    dx.issue_loa(connection)
    with refused(dx, "The specified Connection ID is not available"):
        private(client, connection)
    dx.provision(connection)
    assert private(client, connection)["connectionId"] == connection


@pytest.mark.directconnect(provisioning="manual")
def test_connection_that_is_deleted(dx, client):
    """A connection that is being deleted is not available (E14); a deleted one is not found (E3)."""
    connection = connect(client)
    dx.provision(connection)
    client.delete_connection(connectionId=connection)
    assert one(client, connection)["connectionState"] == "deleted"
    with refused(dx, f"Could not find Connection with ID {connection}"):
        private(client, connection)


def test_connection_that_is_down(dx, client, connection):
    """Nothing documents a refusal, and the AWS CLI's examples have virtual interfaces on such connections."""
    dx.provision(connection)
    dx.link_down(connection)
    made = private(client, connection)
    assert look(client, made)["virtualInterfaceState"] == "down"


@pytest.mark.directconnect(provisioning="manual")
def test_lag_that_is_not_available_yet(dx, client):
    """E14 holds for LAGs as well."""
    lag = make_lag(client)
    with refused(dx, "The specified Connection ID is not available"):
        private(client, lag["lagId"])
    dx.provision(lag["lagId"])
    assert private(client, lag["lagId"])["connectionId"] == lag["lagId"]


def test_member_of_a_lag(dx, client):
    """The LAG carries what its members would [guessed]."""
    lag = make_lag(client)
    member = members(lag)[0]
    with refused(dx, f"Connection {member} is a member of Lag {lag['lagId']}"):
        private(client, member)


@pytest.mark.directconnect(partners=[PARTNER])
def test_lag_and_interconnect_of_a_partner(dx):
    """The release of 2017-02-17: they can't be configured directly."""
    partner = dx.client(account_id=PARTNER)
    lag = make_lag(partner)["lagId"]
    interconnect = partner.create_interconnect(interconnectName="i", bandwidth="1Gbps", location="EqDC2")
    for carrier in (lag, interconnect["interconnectId"]):
        with refused(dx, f"Virtual Interfaces cannot be configured directly on {carrier}"):
            private(partner, carrier)


# --- VLANs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vlan", [0, 4095, -1, 5000])
def test_vlan_out_of_range(dx, client, connection, vlan):
    """802.1Q has no other numbers for traffic [guessed: CloudFormation allows 0 to 4095]."""
    with refused(dx, f"Vlan {vlan} is not valid"):
        private(client, connection, vlan=vlan)


@pytest.mark.parametrize("vlan", [1, 4094])
def test_vlan_at_the_edges(client, connection, vlan):
    assert private(client, connection, vlan=vlan)["vlan"] == vlan


def test_vlan_in_use(dx, client, connection):
    """E13, on connections and on LAGs; whatever the type."""
    lag = make_lag(client)["lagId"]
    for carrier in (connection, lag):
        private(client, carrier)
        with refused(dx, "Vlan 101 is already in use"):
            private(client, carrier)
        with refused(dx, "Vlan 101 is already in use"):
            public(client, carrier, vlan=101)


def test_vlan_of_a_deleted_virtual_interface_is_free(client, connection):
    made = private(client, connection)
    client.delete_virtual_interface(virtualInterfaceId=made["virtualInterfaceId"])
    assert private(client, connection)["vlan"] == 101


@pytest.mark.directconnect(partners=[PARTNER])
def test_hosted_connection_has_one_vlan_and_one_virtual_interface(dx):
    """E15 as it was recorded; the VLAN is the connection's [documented: UG:WorkingWithVirtualInterfaces]."""
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    connection = hosted(partner, customer, CUSTOMER, vlan=77)
    with refused(dx, f"Vlan 78 does not match Vlan 77 of the hosted connection {connection}"):
        private(customer, connection, vlan=78)
    private(customer, connection, vlan=77)
    text = f"Exceeded the maximum number of virtual interfaces on {connection}. The limit is 1"
    with refused(dx, text):
        private(customer, connection, vlan=77)
    with refused(dx, text):
        private(customer, connection, vlan=78)


@pytest.mark.directconnect(partners=[PARTNER])
def test_hosted_connection_that_nobody_confirmed(dx):
    """E14 in state ordering."""
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    interconnect = partner.create_interconnect(interconnectName="i", bandwidth="1Gbps", location="EqDC2")
    connection = partner.allocate_hosted_connection(
        connectionId=interconnect["interconnectId"],
        ownerAccount=CUSTOMER,
        bandwidth="100Mbps",
        connectionName="h",
        vlan=101,
    )["connectionId"]
    with refused(dx, "The specified Connection ID is not available"):
        private(customer, connection)


# --- quotas -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on_lag", [False, True])
def test_fifty_private_and_public_virtual_interfaces(dx, client, on_lag):
    """The quota of 50 counts both types together [documented: UG:limits]; the text is E15's."""
    carrier = make_lag(client)["lagId"] if on_lag else connect(client)
    for vlan in range(1, 50):
        private(client, carrier, vlan=vlan)
    public(client, carrier, vlan=50)
    with refused(dx, f"Exceeded the maximum number of virtual interfaces on {carrier}. The limit is 50"):
        private(client, carrier, vlan=51)


@pytest.mark.directconnect(quotas={"vifs_per_connection": 2})
def test_quota_can_be_changed(dx, client, connection):
    private(client, connection, vlan=1)
    private(client, connection, vlan=2)
    with refused(dx, "The limit is 2"):
        private(client, connection, vlan=3)


# --- ASNs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "asn", "asn_long"),
    [
        ({"asn": 65000}, 65000, 65000),
        ({"asn": 1}, 1, 1),
        ({"asn": 2147483646}, 2147483646, 2147483646),
        ({"asn": None, "asnLong": 65000}, 65000, 65000),
        ({"asn": None, "asnLong": 2147483648}, 0, 2147483648),
        ({"asn": None, "asnLong": 4294967294}, 0, 4294967294),
        ({"asn": 65000, "asnLong": 4200000000}, 0, 4200000000),
    ],
)
@needs("VirtualInterface.asnLong")
def test_asn_and_asn_long(client, connection, given, asn, asn_long):
    """Both show the number, asn 0 where it is too small; asnLong counts of two [documented: API:NewBGPPeer]."""
    made = private(client, connection, **given)
    for shown in (made, made["bgpPeers"][0]):
        assert (shown["asn"], shown["asnLong"]) == (asn, asn_long)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"asn": None}, "Either asn or asnLong must be specified."),
        ({"asn": 0}, "BGP ASN must have value greater than or equal to 1"),
        ({"asn": -5}, "BGP ASN must have value greater than or equal to 1"),
        ({"asn": 2147483647}, "The asn 2147483647 is not valid"),
        ({"asn": None, "asnLong": 0}, "BGP ASN must have value greater than or equal to 1"),
        ({"asn": 65000, "asnLong": 4294967295}, "The asnLong 4294967295 is not valid"),
    ],
)
@needs("VirtualInterface.asnLong")
def test_asn_out_of_range(dx, client, connection, given, text):
    """1 to 2147483646 and 1 to 4294967294 [documented: API:NewPrivateVirtualInterface; recorded: TF#47658]."""
    with refused(dx, text):
        private(client, connection, **given)


# --- authentication keys ----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["asdf34example", "x" * 6, "x" * 80, "0x123pK5_VBqv.UQ3kJ4123_"])
def test_auth_key_that_is_given(client, connection, key):
    made = private(client, connection, authKey=key)
    assert made["authKey"] == made["bgpPeers"][0]["authKey"] == key


@pytest.mark.parametrize("key", ["short", "x" * 81, "with space", "", "naïve-key"])
def test_auth_key_that_is_not_valid(dx, client, connection, key):
    """6 to 80 characters of a set [documented: API:NewBGPPeer, CFN]."""
    with refused(dx, "The authentication key must have 6 to 80 characters"):
        private(client, connection, authKey=key)


def test_auth_key_of_aws(client, connection):
    """The text "0x" and 22 characters [recorded: FLUID, CLI]; another one for each peer."""
    keys = {private(client, connection, vlan=vlan)["authKey"] for vlan in range(1, 20)}
    assert len(keys) == 19
    for key in keys:
        assert key.startswith("0x")
        assert len(key) == 24
        assert key[2:].replace("_", "a").replace(".", "a").isalnum()


# --- the order of checks ----------------------------------------------------------------------------------


def test_order_of_checks(dx, client, connection):
    """Format, existence, state, then relations, in an order of our own [guessed]."""
    private(client, connection)
    wrong = {
        "connectionId": "nonsense",
        "new": {**PRIVATE, "asn": 0, "amazonAddress": "10.0.0.0/30", "customerAddress": "10.0.0.3/30",
                "directConnectGatewayId": "00000000-0000-4000-8000-000000000000", "mtu": 9000},
    }  # fmt: skip
    repairs = [
        ("Connection ID nonsense has an invalid format.", {"connectionId": "dxcon-fg000000"}),
        ("Could not find Connection", {"connectionId": connection}),
        ("Vlan 101 is already in use", {"vlan": 102}),
        ("BGP ASN must have value greater than or equal to 1", {"asn": 65000}),
        ("Amazon Address is address 0 on its subnet.", {"amazonAddress": "10.0.0.1/30"}),
        ("Customer Address is the broadcast address on its subnet.", {"customerAddress": "10.0.0.2/30"}),
        ("Exactly one of virtualGatewayId and directConnectGatewayId", {"directConnectGatewayId": None}),
        ("MTU 9000 is not valid for a private virtual interface", {"mtu": 1500}),
    ]
    for text, repair in repairs:
        with refused(dx, text):
            client.create_private_virtual_interface(
                connectionId=wrong["connectionId"], newPrivateVirtualInterface=wrong["new"]
            )
        wrong["connectionId"] = repair.pop("connectionId", wrong["connectionId"])
        wrong["new"] = {k: v for k, v in {**wrong["new"], **repair}.items() if v is not None}
    assert client.create_private_virtual_interface(
        connectionId=wrong["connectionId"], newPrivateVirtualInterface=wrong["new"]
    )


# --- gateways ---------------------------------------------------------------------------------------------


def test_private_needs_exactly_one_gateway(dx, client, connection):
    """Terraform's schema says so."""
    with refused(dx, "Exactly one of virtualGatewayId and directConnectGatewayId"):
        private(client, connection, virtualGatewayId=None)
    with refused(dx, "Exactly one of virtualGatewayId and directConnectGatewayId"):
        client.create_private_virtual_interface(
            connectionId=connection,
            newPrivateVirtualInterface={
                **PRIVATE,
                "directConnectGatewayId": "00000000-0000-4000-8000-000000000000",
            },
        )


def test_transit_needs_a_direct_connect_gateway(dx, client, connection):
    with refused(dx, "directConnectGatewayId must be specified."):
        client.create_transit_virtual_interface(
            connectionId=connection,
            newTransitVirtualInterface={"virtualInterfaceName": "t", "vlan": 1, "asn": 65000},
        )


@pytest.mark.parametrize("missing", ["vlan", "virtualInterfaceName"])
def test_members_that_are_optional_in_the_model_only(dx, client, connection, missing):
    new = {"virtualInterfaceName": "t", "vlan": 1, "asn": 65000}
    del new[missing]
    with refused(dx, f"{missing} must be specified."):
        client.create_transit_virtual_interface(connectionId=connection, newTransitVirtualInterface=new)


@pytest.mark.parametrize("gateway", ["vgw-", "vgw-XYZ", "igw-12345678", "nonsense"])
def test_malformed_virtual_private_gateway(dx, client, connection, gateway):
    with refused(dx, f"VirtualGatewayID {gateway} has an invalid format."):
        private(client, connection, virtualGatewayId=gateway)


# --- MTU and SiteLink -------------------------------------------------------------------------------------


@pytest.mark.parametrize("mtu", [1500, 8500, 9001])
def test_mtu_of_private(client, connection, mtu):
    """8500 is today's [documented: API:CreatePrivateVirtualInterface], 9001 older [client-proven: TF]."""
    assert private(client, connection, mtu=mtu)["mtu"] == mtu


def test_mtu_that_is_not_offered(dx, client, connection):
    with refused(dx, "MTU 9000 is not valid for a private virtual interface"):
        private(client, connection, mtu=9000)


@pytest.mark.directconnect(partners=[PARTNER])
def test_jumbo_frames_update_a_hosted_connection(dx):
    """The setting updates a connection that does not support them yet [documented: UG:set-jumbo-frames-vif]."""
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    connection = hosted(partner, customer, CUSTOMER)
    assert one(customer, connection)["jumboFrameCapable"] is False  # recorded: FLUID
    assert private(customer, connection, mtu=9001)["jumboFrameCapable"] is True
    assert one(customer, connection)["jumboFrameCapable"] is True


@pytest.mark.directconnect(partners=[PARTNER], quirks={"jumbo_frames_on_hosted_connections": "refuse"})
def test_quirk_jumbo_frames_need_a_port_that_carries_them(dx):
    """A hosted connection of 100 Mbit/s does not [recorded: FLUID]."""
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    connection = hosted(partner, customer, CUSTOMER)
    with refused(dx, f"{connection} does not support jumbo frames."):
        private(customer, connection, mtu=9001)
    assert private(customer, connection)["jumboFrameCapable"] is False


def test_site_link_needs_a_direct_connect_gateway(dx, client, connection):
    """Not on a virtual private gateway [documented: UG:WorkingWithVirtualInterfaces]."""
    with refused(dx, "SiteLink requires"):
        private(client, connection, enableSiteLink=True)


# --- names and tags ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "x" * 101, "with;semicolon"])
def test_name_that_is_not_valid(dx, client, connection, name):
    """1 to 100 letters and a few signs [documented: API:NewPrivateVirtualInterface, CFN]."""
    with refused(dx, "Virtual interface name"):
        private(client, connection, virtualInterfaceName=name)


def test_names_need_not_be_unique(client, connection):
    for vlan in (1, 2):
        assert private(client, connection, vlan=vlan, virtualInterfaceName="x" * 100)


def test_tags(dx, client, connection):
    """Given at creation, shown inline; the tag exceptions are those of the model."""
    made = private(client, connection, tags=[{"key": "team", "value": "net"}])
    assert made["tags"] == [{"key": "team", "value": "net"}]
    with refused(dx, "Tag keys must be unique", code="DuplicateTagKeysException"):
        private(client, connection, vlan=5, tags=[{"key": "a"}, {"key": "a"}])
    many = [{"key": str(number)} for number in range(51)]
    with refused(dx, "The number of tags exceeds the limit of 50", code="TooManyTagsException"):
        private(client, connection, vlan=5, tags=many)


# --- allocation -------------------------------------------------------------------------------------------


def test_allocating_to_oneself(dx, client, connection):
    """E16."""
    with refused(dx, "Cannot allocate VirtualInterface for the connection owner."):
        allocate_private(client, connection, "123456789012")


def test_the_owner_is_checked_before_the_addresses(dx, client, connection):
    """Recorded: TF#12336."""
    new = {**PRIVATE, "amazonAddress": "10.0.0.0/30", "customerAddress": "10.0.0.3/30"}
    del new["virtualGatewayId"]
    with refused(dx, "Cannot allocate VirtualInterface for the connection owner."):
        client.allocate_private_virtual_interface(
            connectionId=connection, ownerAccount="123456789012", newPrivateVirtualInterfaceAllocation=new
        )


@pytest.mark.parametrize("owner", ["12345", "abcdefghijkl", ""])
def test_allocating_to_no_account(dx, client, connection, owner):
    with refused(dx, "Owner account"):
        allocate_private(client, connection, owner)


def test_public_allocation_and_creation_have_the_same_rules(dx, client, connection):
    with refused(dx, "Amazon Address is not allowed to contain a private IP"):
        client.allocate_public_virtual_interface(
            connectionId=connection,
            ownerAccount=CUSTOMER,
            newPublicVirtualInterfaceAllocation={
                **PUBLIC, "amazonAddress": "10.0.0.1/30", "customerAddress": "10.0.0.2/30",
            },
        )  # fmt: skip
