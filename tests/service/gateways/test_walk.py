"""The same graph from every end: gateways down to locations, locations up to gateways."""

from __future__ import annotations

import pytest

from tests.helpers import CUSTOMER, PARTNER, connect, make_lag
from tests.service.gateways.test_associations import associate, virtual_gateway
from tests.service.gateways.test_gateways import gateway, interface


def from_gateways(client):
    """Edges found by starting at the gateways."""
    edges = set()
    for found in client.describe_direct_connect_gateways()["directConnectGateways"]:
        identity = found["directConnectGatewayId"]
        for each in client.describe_direct_connect_gateway_associations(directConnectGatewayId=identity)[
            "directConnectGatewayAssociations"
        ]:
            edges.add(("gateway", identity, "associated", each["associatedGateway"]["id"]))
        for each in client.describe_direct_connect_gateway_attachments(directConnectGatewayId=identity)[
            "directConnectGatewayAttachments"
        ]:
            edges.add(("gateway", identity, "attached", each["virtualInterfaceId"]))
            edges |= from_interface(client, each["virtualInterfaceId"])
    return edges


def from_interface(client, vif):
    """Edges found by going down from a virtual interface."""
    (shown,) = client.describe_virtual_interfaces(virtualInterfaceId=vif)["virtualInterfaces"]
    carrier = shown["connectionId"]
    edges = {("interface", vif, "on", carrier), ("carrier", carrier, "at", shown["location"])}
    if carrier.startswith("dxlag-"):
        try:
            (lag,) = client.describe_lags(lagId=carrier)["lags"]
        except client.exceptions.DirectConnectClientException:
            return edges  # the LAG is another account's
        for member in lag["connections"]:
            edges.add(("member", member["connectionId"], "of", carrier))
    return edges


def from_locations(client):
    """The same edges found by starting at the locations."""
    edges = set()
    codes = {each["locationCode"] for each in client.describe_locations()["locations"]}
    carriers = [(each["lagId"], each) for each in client.describe_lags()["lags"]]
    carriers += [(each["connectionId"], each) for each in client.describe_connections()["connections"]]
    for identity, carrier in carriers:
        assert carrier["location"] in codes
        interfaces = client.describe_virtual_interfaces(connectionId=identity)["virtualInterfaces"]
        for vif in interfaces:
            edges.add(("interface", vif["virtualInterfaceId"], "on", identity))
            edges.add(("carrier", identity, "at", carrier["location"]))
            edges |= {
                ("member", each["connectionId"], "of", identity) for each in carrier.get("connections", ())
            }
            identity_of = vif["directConnectGatewayId"]
            edges.add(("gateway", identity_of, "attached", vif["virtualInterfaceId"]))
            for each in client.describe_direct_connect_gateway_associations(directConnectGatewayId=identity_of)[
                "directConnectGatewayAssociations"
            ]:
                edges.add(("gateway", identity_of, "associated", each["associatedGateway"]["id"]))
    return edges


@pytest.fixture
def estate(dx):
    """A gateway with an interface on a LAG and one on a connection elsewhere, and a virtual private gateway."""
    client = dx.client()
    made = gateway(client)["directConnectGatewayId"]
    lag = make_lag(client)["lagId"]
    client.describe_lags()
    interface(client, made, connection_id=lag)
    far = connect(client, location="CSVA1")
    client.describe_connections()
    interface(client, made, vlan=102, connection_id=far)
    associate(client, made, virtual_gateway())
    client.describe_direct_connect_gateways()
    return client


def test_from_both_ends(estate):
    down, up = from_gateways(estate), from_locations(estate)
    assert down == up
    assert {kind for kind, *_ in down} == {"gateway", "interface", "carrier", "member"}
    assert len(down) == 1 + 2 + 2 + 2 + 2


def test_the_picture_has_the_same_edges(dx, estate):
    """dx.topology() shows what the API says, down to the location."""
    links = {(link["from"], link["to"]) for link in dx.topology().to_dict()["links"]}
    for kind, start, _, end in from_gateways(estate):
        if kind == "carrier":
            assert (f"us-east-1/{end}", start) in links
        elif (kind == "gateway" and end.startswith("dxvif-")) or kind in ("interface", "member"):
            assert (end, start) in links


def test_in_every_account_that_may_see_it(dx):
    """A owns the LAG, B the gateway: both see the same virtual interface on the same LAG at the same place."""
    carrier, owner = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    lag = make_lag(carrier)["lagId"]
    carrier.describe_lags()
    made = gateway(owner)["directConnectGatewayId"]
    vif = carrier.allocate_private_virtual_interface(
        connectionId=lag,
        ownerAccount=CUSTOMER,
        newPrivateVirtualInterfaceAllocation={"virtualInterfaceName": "v", "vlan": 7, "asn": 65000},
    )["virtualInterfaceId"]
    owner.confirm_private_virtual_interface(virtualInterfaceId=vif, directConnectGatewayId=made)
    for client in (carrier, owner):
        client.describe_virtual_interfaces()
    shared = {
        ("interface", vif, "on", lag),
        ("carrier", lag, "at", "EqDC2"),
        ("gateway", made, "attached", vif),
    }
    assert shared == from_gateways(owner)
    assert shared <= from_locations(carrier)
    assert from_gateways(carrier) == set()
    assert from_locations(owner) == set()
