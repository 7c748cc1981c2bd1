"""What virtual interfaces lead to: Direct Connect gateways and virtual private gateways."""

from __future__ import annotations

import boto3
import pytest

from tests.helpers import CUSTOMER, connect, make_lag, needs, refused
from tests.service.virtual_interfaces.helpers import TRANSIT, gateway, look, private, state, transit


@pytest.fixture
def connection(client):
    return connect(client)


def attachments(client, **filters):
    found = client.describe_direct_connect_gateway_attachments(**filters)
    return [
        (each["virtualInterfaceId"], each["attachmentState"], each["attachmentType"])
        for each in found["directConnectGatewayAttachments"]
    ]


# --- Direct Connect gateways ------------------------------------------------------------------------------


@needs("CreateDirectConnectGateway.tags")
def test_tags_of_a_gateway_have_no_exceptions_of_their_own(dx, client):
    """CreateDirectConnectGateway declares none [documented: model]."""
    twice = [{"key": "a"}, {"key": "a"}]
    with refused(dx, "Tag keys must be unique", code="DirectConnectClientException"):
        client.create_direct_connect_gateway(directConnectGatewayName="g", tags=twice)


def test_private_on_a_direct_connect_gateway(client, connection):
    """``amazonSideAsn`` is the gateway's, 64999 in the capture; the other id is "" [recorded: FLUID]."""
    dxgw = gateway(client, 64999)
    made = private(client, connection, directConnectGatewayId=dxgw)
    assert made["amazonSideAsn"] == 64999
    assert (made["virtualGatewayId"], made["directConnectGatewayId"]) == ("", dxgw)
    assert "<amazon_bgp_asn>64999</amazon_bgp_asn>" in made["customerRouterConfig"]
    assert attachments(client, directConnectGatewayId=dxgw) == [
        (made["virtualInterfaceId"], "attached", "privateVirtualInterface")
    ]


def test_transit(client, connection):
    """Wrapped; its attachment is of its type [recorded: NB, BF]."""
    dxgw = gateway(client)
    made = transit(client, connection, directConnectGatewayId=dxgw, mtu=8500)
    assert (made["virtualInterfaceType"], made["virtualInterfaceState"]) == ("transit", "pending")
    assert (made["mtu"], made["amazonSideAsn"], made["directConnectGatewayId"]) == (8500, 64999, dxgw)
    assert state(client, made) == "available"
    assert attachments(client, virtualInterfaceId=made["virtualInterfaceId"]) == [
        (made["virtualInterfaceId"], "attached", "transitVirtualInterface")
    ]


def test_transit_on_nine_thousand(dx, client, connection):
    """1500 or 8500, nothing else [documented: API:CreateTransitVirtualInterface]."""
    dxgw = gateway(client)
    with refused(dx, "MTU 9001 is not valid for a transit virtual interface"):
        transit(client, connection, directConnectGatewayId=dxgw, mtu=9001)


def test_gateway_that_is_not_there(dx, client, connection):
    """Unknown, or another account's."""
    foreign = gateway(dx.client(account_id=CUSTOMER))
    for dxgw in ("00000000-0000-4000-8000-000000000000", foreign):
        with refused(dx, dxgw):
            private(client, connection, directConnectGatewayId=dxgw)


def test_one_type_a_gateway(dx, client, connection):
    """Private and transit use don't mix [documented: UG:direct-connect-transit-gateways]."""
    dxgw = gateway(client)
    private(client, connection, directConnectGatewayId=dxgw)
    with refused(dx, dxgw):
        transit(client, connection, directConnectGatewayId=dxgw)


@pytest.mark.directconnect(quotas={"vifs_per_gateway": 1})
def test_virtual_interfaces_on_one_gateway(dx, client, connection):
    dxgw = gateway(client)
    private(client, connection, vlan=1, directConnectGatewayId=dxgw)
    with refused(dx, dxgw):
        private(client, connection, vlan=2, directConnectGatewayId=dxgw)


@pytest.mark.directconnect(quotas={"transit_vifs_per_connection": 2})
@pytest.mark.parametrize("on_lag", [False, True])
def test_transit_virtual_interfaces_on_one_port(dx, client, on_lag):
    """A quota of their own, 4 by default [documented: UG:limits]."""
    carrier = make_lag(client)["lagId"] if on_lag else connect(client)
    dxgw = gateway(client)
    for vlan in (1, 2):
        transit(client, carrier, vlan=vlan, directConnectGatewayId=dxgw)
    with refused(dx, f"Exceeded the maximum number of virtual interfaces on {carrier}. The limit is 2"):
        transit(client, carrier, vlan=3, directConnectGatewayId=dxgw)
    private(client, carrier, vlan=3)


@pytest.mark.directconnect(quotas={"vifs_per_connection": 3, "transit_vifs_per_connection": 4})
def test_all_virtual_interfaces_on_one_port(dx, client, connection):
    """51 in all where 50 private and public ones are allowed [documented: UG:limits]; here 4 and 3."""
    dxgw = gateway(client)
    for vlan in (1, 2, 3):
        private(client, connection, vlan=vlan)
    transit(client, connection, vlan=4, directConnectGatewayId=dxgw)
    with refused(dx, "The limit is 4"):
        transit(client, connection, vlan=5, directConnectGatewayId=dxgw)


def test_site_link(client, connection):
    """With a Direct Connect gateway [documented: UG:WorkingWithVirtualInterfaces]; can be changed later."""
    dxgw = gateway(client)
    made = private(client, connection, directConnectGatewayId=dxgw, enableSiteLink=True)
    assert made["siteLinkEnabled"] is True
    changed = client.update_virtual_interface_attributes(
        virtualInterfaceId=made["virtualInterfaceId"], enableSiteLink=False
    )
    assert changed["siteLinkEnabled"] is False


def test_deletion_detaches(client, connection):
    """Detaching, then gone; the gateway can be deleted after that."""
    dxgw = gateway(client)
    made = private(client, connection, directConnectGatewayId=dxgw)
    state(client, made)
    client.delete_virtual_interface(virtualInterfaceId=made["virtualInterfaceId"])
    client.describe_virtual_interfaces()
    assert [each[1] for each in attachments(client, directConnectGatewayId=dxgw)] in ([], ["detached"])
    client.delete_direct_connect_gateway(directConnectGatewayId=dxgw)


def test_attachment_stays_when_it_moves(client, connection):
    """AssociateVirtualInterface changes the port only [inferred: from CLI:associate-virtual-interface]."""
    dxgw = gateway(client)
    made = private(client, connection, directConnectGatewayId=dxgw)
    before = attachments(client, directConnectGatewayId=dxgw)
    client.associate_virtual_interface(
        virtualInterfaceId=made["virtualInterfaceId"], connectionId=make_lag(client)["lagId"]
    )
    assert attachments(client, directConnectGatewayId=dxgw) == before
    assert look(client, made)["directConnectGatewayId"] == dxgw


def test_accepter_confirms_with_a_gateway_of_its_own(dx, client, connection):
    """The accepter owns the attachment [documented: API:ConfirmTransitVirtualInterface]."""
    customer = dx.client(account_id=CUSTOMER)
    made = client.allocate_transit_virtual_interface(
        connectionId=connection, ownerAccount=CUSTOMER, newTransitVirtualInterfaceAllocation=TRANSIT
    )["virtualInterface"]
    vif_id, theirs, ours = made["virtualInterfaceId"], gateway(customer, 65100), gateway(client)
    with refused(dx, ours):
        customer.confirm_transit_virtual_interface(virtualInterfaceId=vif_id, directConnectGatewayId=ours)
    confirmed = customer.confirm_transit_virtual_interface(
        virtualInterfaceId=vif_id, directConnectGatewayId=theirs
    )
    assert confirmed["virtualInterfaceState"] == "pending"
    assert look(client, made)["amazonSideAsn"] == 65100
    (attachment,) = customer.describe_direct_connect_gateway_attachments(virtualInterfaceId=vif_id)[
        "directConnectGatewayAttachments"
    ]
    assert attachment["virtualInterfaceOwnerAccount"] == CUSTOMER


# --- virtual private gateways -----------------------------------------------------------------------------


@pytest.fixture
def ec2(directconnect):
    """Moto's EC2, in play because it is used."""
    return boto3.client("ec2", region_name="us-east-1")


def test_virtual_private_gateway_of_moto(client, connection, ec2):
    """Its ASN is the Amazon side's [recorded: NB (64520)]; DescribeVirtualGateways lists it [recorded: CLI]."""
    vgw = ec2.create_vpn_gateway(Type="ipsec.1", AmazonSideAsn=64520)["VpnGateway"]["VpnGatewayId"]
    made = private(client, connection, virtualGatewayId=vgw)
    assert (made["amazonSideAsn"], made["virtualGatewayId"]) == (64520, vgw)
    assert client.describe_virtual_gateways()["virtualGateways"] == [
        {"virtualGatewayId": vgw, "virtualGatewayState": "available"}
    ]


def test_virtual_private_gateway_that_is_not_there(dx, client, connection, ec2):
    """E18: once EC2 has any, it knows which there are; until then a made-up id does no harm."""
    ec2.describe_vpn_gateways()
    private(client, connection, vlan=1)
    ec2.create_vpn_gateway(Type="ipsec.1")
    with refused(dx, "The VirtualGateway vgw-aba37db6 does not exist."):
        private(client, connection, vlan=2)


def test_virtual_private_gateway_of_another_region(dx, client, connection):
    """E18 again."""
    elsewhere = boto3.client("ec2", region_name="us-west-2")
    vgw = elsewhere.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    with refused(dx, f"The VirtualGateway {vgw} does not exist."):
        private(client, connection, virtualGatewayId=vgw)


def test_virtual_private_gateway_that_is_not_available(dx, client, connection, ec2):
    """E17."""
    from moto.ec2.models import ec2_backends

    vgw = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2_backends["123456789012"]["us-east-1"].vpn_gateways[vgw].state = "pending"
    with refused(dx, f"The VirtualGateway {vgw} is not available"):
        private(client, connection, virtualGatewayId=vgw)


def test_no_virtual_private_gateways(client):
    """Without EC2 there are none to list, and any well-formed id will do for a virtual interface."""
    assert client.describe_virtual_gateways()["virtualGateways"] == []
