"""The recorded virtual interfaces, member for member."""

from __future__ import annotations

import pytest

from dx_mock.protocol import contract
from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, needs
from tests.service.virtual_interfaces.helpers import allocate_private, hosted, look, private, public

#: CreatePrivateVirtualInterface, in wire order [recorded: FLUID]
FLUID = [
    "ownerAccount", "virtualInterfaceId", "location", "connectionId", "virtualInterfaceType",
    "virtualInterfaceName", "vlan", "asn", "amazonSideAsn", "authKey", "amazonAddress", "customerAddress",
    "addressFamily", "virtualInterfaceState", "customerRouterConfig", "mtu", "jumboFrameCapable",
    "virtualGatewayId", "directConnectGatewayId", "routeFilterPrefixes", "bgpPeers", "region", "awsDeviceV2",
    "tags",
]  # fmt: skip
FLUID_PEER = [
    "bgpPeerId", "asn", "authKey", "addressFamily", "amazonAddress", "customerAddress", "bgpPeerState",
    "bgpStatus", "awsDeviceV2",
]  # fmt: skip
#: and what newer ones have besides [recorded: NB; documented: API:VirtualInterface (asnLong)]
SINCE_2023 = {"awsLogicalDeviceId", "siteLinkEnabled"}
SINCE_2025 = {"asnLong"}


def body(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


@pytest.mark.directconnect(partners=[PARTNER])
@needs("VirtualInterface.asnLong")
def test_private_on_a_hosted_connection(dx):
    """FLUID: a hosted connection of 100 Mbit/s; every member, its order and its constant values."""
    region = "ap-southeast-2"
    partner, customer = dx.client(region, PARTNER), dx.client(region, CUSTOMER)
    interconnect = partner.create_interconnect(interconnectName="i", bandwidth="1Gbps", location="EqSY3")
    connection = partner.allocate_hosted_connection(
        connectionId=interconnect["interconnectId"],
        ownerAccount=CUSTOMER,
        bandwidth="100Mbps",
        connectionName="h",
        vlan=101,
    )["connectionId"]
    customer.confirm_connection(connectionId=connection)
    made = body(private(customer, connection))
    newer = SINCE_2023 | SINCE_2025
    assert [name for name in made if name not in newer] == FLUID
    assert set(made) == {*FLUID, *newer}
    (peer,) = made["bgpPeers"]
    assert [name for name in peer if name not in newer] == FLUID_PEER
    assert made == {
        **made,
        "ownerAccount": CUSTOMER,
        "connectionId": connection,
        "virtualInterfaceType": "private",
        "addressFamily": "ipv4",
        "virtualInterfaceState": "pending",
        "mtu": 1500,
        "jumboFrameCapable": False,
        "directConnectGatewayId": "",
        "routeFilterPrefixes": [],
        "region": region,
        "tags": [],
        "siteLinkEnabled": False,
    }
    assert (peer["bgpPeerState"], peer["bgpStatus"]) == ("pending", "down")
    for name in ("asn", "asnLong", "authKey", "addressFamily", "amazonAddress", "customerAddress"):
        assert peer[name] == made[name]
    assert made["awsDeviceV2"] == made["awsLogicalDeviceId"] == peer["awsDeviceV2"]
    assert made["awsDeviceV2"].startswith("EqSY3-")


def test_private_of_the_cli_example(client):
    """The AWS CLI's create-private-virtual-interface: what is given comes back."""
    given = {
        "virtualInterfaceName": "PrivateVirtualInterface",
        "vlan": 101,
        "asn": 65000,
        "authKey": "asdf34example",
        "amazonAddress": "192.168.1.1/30",
        "customerAddress": "192.168.1.2/30",
        "virtualGatewayId": "vgw-aba37db6",
    }
    made = client.create_private_virtual_interface(
        connectionId=connect(client), newPrivateVirtualInterface=given
    )
    assert {name: made[name] for name in given} == given
    assert made["virtualInterfaceState"] == "pending"


def test_public_of_the_cli_example(client):
    """The AWS CLI's create-public-virtual-interface: verifying, Amazon's public ASN, no gateways."""
    made = public(client, connect(client), authKey="asdf34example")
    assert made["virtualInterfaceState"] == "verifying"
    assert made["amazonSideAsn"] == 7224
    assert (made["virtualGatewayId"], made["directConnectGatewayId"]) == ("", "")
    assert made["routeFilterPrefixes"] == [{"cidr": "203.0.113.0/30"}, {"cidr": "203.0.113.4/30"}]
    assert [peer["bgpPeerState"] for peer in made["bgpPeers"]] == ["verifying"]
    assert made["mtu"] == 1500


def test_allocated_of_the_cli_example(client):
    """The AWS CLI's allocate-private-virtual-interface: the recipient owns it, nothing leads anywhere yet."""
    made = allocate_private(client, connect(client), CUSTOMER)
    assert made["ownerAccount"] == CUSTOMER
    assert made["virtualInterfaceState"] == "confirming"
    assert made["amazonSideAsn"] == 7224
    assert (made["virtualGatewayId"], made["directConnectGatewayId"]) == ("", "")


def test_allocated_transit_of_the_cli_example(client):
    """The AWS CLI's allocate-transit-virtual-interface, wrapped; peer pending and down."""
    lag = make_lag(client)["lagId"]
    answer = client.allocate_transit_virtual_interface(
        connectionId=lag,
        ownerAccount=CUSTOMER,
        newTransitVirtualInterfaceAllocation={
            "virtualInterfaceName": "Example Transit Virtual Interface",
            "vlan": 126,
            "asn": 65110,
            "mtu": 1500,
            "authKey": "0xzxgA9YoW9h58u8SEXAMPLE",
            "amazonAddress": "192.168.1.1/30",
            "customerAddress": "192.168.1.2/30",
            "addressFamily": "ipv4",
            "tags": [{"key": "Tag", "value": "Example"}],
        },
    )
    assert set(body(answer)) == {"virtualInterface"}
    made = answer["virtualInterface"]
    assert made["connectionId"] == lag
    assert made["virtualInterfaceType"] == "transit"
    assert made["virtualInterfaceState"] == "confirming"
    assert made["jumboFrameCapable"] is True
    assert [(p["bgpPeerState"], p["bgpStatus"]) for p in made["bgpPeers"]] == [("pending", "down")]
    assert made["tags"] == [{"key": "Tag", "value": "Example"}]
    # tags belong to the owner of the resource, the allocator never reads them again [client-proven: TF]
    assert look(client, made)["tags"] == []


def test_wrapped_and_flat_answers(client):
    """Gateway-like operations wrap, others are flat, some return a state only [recorded: FLUID, CLI]."""
    vif = private(client, connect(client))
    vif_id = vif["virtualInterfaceId"]
    flat = client.update_virtual_interface_attributes(virtualInterfaceId=vif_id, virtualInterfaceName="new")
    assert flat["virtualInterfaceName"] == "new"
    wrapped = client.create_bgp_peer(
        virtualInterfaceId=vif_id, newBGPPeer={"asn": 64600, "addressFamily": "ipv6"}
    )
    assert set(body(wrapped)) == {"virtualInterface"}
    only_state = client.delete_virtual_interface(virtualInterfaceId=vif_id)
    assert body(only_state) == {"virtualInterfaceState": "deleting"}


def test_device_is_that_of_the_carrier(client):
    """A LAG's virtual interface is on the LAG's device."""
    lag = make_lag(client)
    made = private(client, lag["lagId"])
    assert made["awsDeviceV2"] == made["bgpPeers"][0]["awsDeviceV2"] == lag["awsDeviceV2"]


@pytest.mark.directconnect(partners=[PARTNER])
def test_device_of_a_hosted_connection(dx):
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    connection = hosted(partner, customer, CUSTOMER)
    made = look(customer, private(customer, connection))
    shown = customer.describe_connections(connectionId=connection)["connections"][0]
    assert made["awsDeviceV2"] == shown["awsDeviceV2"]


def test_members_that_the_installed_model_lacks_are_not_sent(client):
    """The model of the installed botocore is the contract."""
    made = body(private(client, connect(client)))
    shape = contract.service_model().shape_for("VirtualInterface")
    assert set(made) <= set(shape.members)
    assert set(made["bgpPeers"][0]) <= set(contract.service_model().shape_for("BGPPeer").members)
