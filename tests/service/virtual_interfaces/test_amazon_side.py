"""What AWS chooses and demands for its side: ASNs, addresses of allocated transit ones; SiteLink."""

from __future__ import annotations

import boto3
import pytest

from tests.helpers import CUSTOMER, connect, needs, refused
from tests.service.virtual_interfaces.helpers import (
    TRANSIT,
    allocate_private,
    gateway,
    look,
    private,
    public,
    state,
    transit,
)

DIFFER = "BGP ASN 64999 is the Amazon side ASN of the gateway {}; the two must differ."


@pytest.fixture
def connection(client):
    return connect(client)


def allocate_transit(client, connection, **more):
    return client.allocate_transit_virtual_interface(
        connectionId=connection,
        ownerAccount=CUSTOMER,
        newTransitVirtualInterfaceAllocation={**TRANSIT, **more},
    )["virtualInterface"]


# --- the customer's ASN -------------------------------------------------------------------------------------


@pytest.mark.parametrize("member", ["asn", "asnLong"])
@pytest.mark.parametrize("create", [private, transit])
@needs("NewBGPPeer.asnLong")
def test_the_customers_asn_is_not_the_gateways(dx, client, connection, create, member):
    """Documented: UG:WorkingWithVirtualInterfaces."""
    made = gateway(client)
    numbers = {"asn": None, member: 64999}
    with refused(dx, DIFFER.format(made)):
        create(client, connection, directConnectGatewayId=made, **numbers)
    create(client, connection, directConnectGatewayId=made, asn=64998)


def test_of_a_virtual_private_gateway(dx, client, connection):
    """The same rule where EC2 knows the ASN; nobody knows that of a made-up gateway."""
    private(client, connection, vlan=1, asn=64512)
    ec2 = boto3.client("ec2", region_name="us-east-1")
    made = ec2.create_vpn_gateway(Type="ipsec.1", AmazonSideAsn=64999)["VpnGateway"]["VpnGatewayId"]
    with refused(dx, DIFFER.format(made)):
        private(client, connection, vlan=2, asn=64999, virtualGatewayId=made)


def test_of_a_public_one_it_may_be_anything(client, connection):
    """It has no gateway."""
    assert public(client, connection, asn=64999)["asn"] == 64999


def test_at_the_confirmation(dx, client, customer, connection):
    """Where the owner chooses the gateway."""
    vif = allocate_private(client, connection, CUSTOMER, asn=64999)
    made = gateway(customer)
    with refused(dx, DIFFER.format(made)):
        customer.confirm_private_virtual_interface(
            virtualInterfaceId=vif["virtualInterfaceId"], directConnectGatewayId=made
        )
    assert state(customer, vif) == "confirming"


def test_of_another_peer(dx, client, connection):
    made = gateway(client)
    vif = private(client, connection, directConnectGatewayId=made)
    with refused(dx, DIFFER.format(made)):
        client.create_bgp_peer(
            virtualInterfaceId=vif["virtualInterfaceId"],
            newBGPPeer={"addressFamily": "ipv6", "asn": 64999},
        )


# --- allocated transit virtual interfaces ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("region", "location", "asn"), [("eu-west-1", "EqLD5", 9059), ("us-east-1", "EqDC2", 7224)]
)
def test_addresses_of_an_allocated_transit_one(dx, region, location, asn):
    """Both "" until it is confirmed, then of a /29; AWS's old ASN of the Region before [recorded: TF#44208]."""
    client, customer = dx.client(region), dx.client(region, account_id=CUSTOMER)
    vif = allocate_transit(client, connect(client, location=location))
    made = gateway(customer)
    for shown in (vif, look(client, vif), look(customer, vif)):
        (peer,) = shown["bgpPeers"]
        for each in (shown, peer):
            assert (each["amazonAddress"], each["customerAddress"]) == ("", "")
        assert shown["amazonSideAsn"] == asn
        assert "None" not in shown["customerRouterConfig"]
    customer.confirm_transit_virtual_interface(
        virtualInterfaceId=vif["virtualInterfaceId"], directConnectGatewayId=made
    )
    shown = look(customer, vif)
    (peer,) = shown["bgpPeers"]
    for each in (shown, peer):
        amazon, theirs = each["amazonAddress"], each["customerAddress"]
        assert amazon.endswith("/29")
        first, sixth = (int(address.split("/")[0].split(".")[3]) for address in (amazon, theirs))
        assert (first % 8, sixth % 8) == (1, 6)
    assert shown["amazonSideAsn"] == 64999
    assert (shown["virtualInterfaceState"], peer["bgpStatus"]) == ("available", "up")


def test_addresses_that_were_chosen_are_kept(client, connection):
    """Recorded: CLI example."""
    given = {"amazonAddress": "192.168.1.1/30", "customerAddress": "192.168.1.2/30"}
    vif = allocate_transit(client, connection, **given)
    assert {name: vif[name] for name in given} == given


def test_no_router_configuration_before_the_confirmation(dx, client, customer, connection):
    """There are no addresses to put into it [guessed]."""
    vif = allocate_transit(client, connection)
    with refused(dx, "is in state confirming"):
        customer.describe_router_configuration(
            virtualInterfaceId=vif["virtualInterfaceId"],
            routerTypeIdentifier="CiscoSystemsInc-2900SeriesRouters-IOS124",
        )


# --- SiteLink ----------------------------------------------------------------------------------------------


def test_site_link_of_a_hosted_one_is_its_owners(client, customer, connection):
    """Set by its owner once it is available; true and false again [client-proven: TF#49571]."""
    vif = allocate_transit(client, connection)
    name = {"virtualInterfaceId": vif["virtualInterfaceId"]}
    customer.confirm_transit_virtual_interface(**name, directConnectGatewayId=gateway(customer))
    for value in (True, False):
        customer.update_virtual_interface_attributes(**name, enableSiteLink=value)
        assert look(customer, vif)["siteLinkEnabled"] is value
        assert look(customer, vif)["virtualInterfaceState"] == "available"
