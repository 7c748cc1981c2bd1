"""The topology: the same graph as text, Mermaid, DOT and dict (design, section 2)."""

from __future__ import annotations

import json

import pytest

from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, members

pytestmark = pytest.mark.directconnect(partners=[PARTNER])


@pytest.fixture
def estate(dx):
    """A LAG with a virtual interface on a gateway, an interconnect with a customer, a far connection."""
    client, partner = dx.client(), dx.client(account_id=PARTNER)
    lag = make_lag(client, lagName="my lag")
    client.describe_lags()
    gateway = client.create_direct_connect_gateway(directConnectGatewayName="gw")["directConnectGateway"]
    vif = client.create_private_virtual_interface(
        connectionId=lag["lagId"],
        newPrivateVirtualInterface={
            "virtualInterfaceName": "v",
            "vlan": 101,
            "asn": 65000,
            "directConnectGatewayId": gateway["directConnectGatewayId"],
        },
    )["virtualInterfaceId"]
    interconnect = partner.create_interconnect(interconnectName="i", bandwidth="1Gbps", location="CSVA1")[
        "interconnectId"
    ]
    partner.describe_interconnects()
    hosted = partner.allocate_hosted_connection(
        connectionId=interconnect, ownerAccount=CUSTOMER, bandwidth="50Mbps", connectionName="h", vlan=7
    )["connectionId"]
    far = connect(dx.client("us-west-2"), location="SNAP")
    gone = connect(client)
    client.delete_connection(connectionId=gone)
    client.describe_virtual_interfaces()
    return {
        "lag": lag["lagId"],
        "members": members(lag),
        "gateway": gateway["directConnectGatewayId"],
        "vif": vif,
        "interconnect": interconnect,
        "hosted": hosted,
        "far": far,
        "gone": gone,
    }


def test_dict(dx, estate):
    picture = dx.topology().to_dict()
    json.dumps(picture)
    nodes = {node["id"]: node for node in picture["nodes"]}
    links = {(link["from"], link["to"], link["kind"]) for link in picture["links"]}
    assert len(nodes) == len(picture["nodes"])
    assert (estate["lag"], estate["vif"], "carries") in links
    assert (estate["vif"], estate["gateway"], "attached to") in links
    assert (estate["interconnect"], estate["hosted"], "carries") in links
    assert {(estate["lag"], member, "carries") for member in estate["members"]} <= links
    assert (nodes[estate["hosted"]]["owner"], nodes[estate["hosted"]]["state"]) == (CUSTOMER, "ordering")
    assert nodes[estate["vif"]]["state"] == "available"
    assert estate["gone"] not in nodes
    assert {end for _, end, _ in links} <= set(nodes)


def test_text(dx, estate):
    text = dx.topology().to_text()
    assert text == str(dx.topology())
    lines = text.splitlines()
    assert lines[0] == "us-east-1"
    assert "us-west-2" in lines
    (vif,) = [line for line in lines if estate["vif"] in line]
    assert vif.endswith(f"-> {estate['gateway']}")
    assert "BGP 1/1 up available [123456789012]" in vif
    dx.link_down(estate["members"][0])
    assert "DOWN" in dx.topology().to_text()


def test_one_region(dx, estate):
    west = dx.topology("us-west-2")
    assert estate["far"] in west.to_text()
    assert estate["lag"] not in west.to_text()
    assert estate["gateway"] not in west.to_text()
    assert estate["gateway"] in dx.topology(region_name="us-east-1").to_text()
    assert dx.topology("eu-west-1").to_text() == "(nothing exists)"


def test_mermaid_and_dot(dx, estate):
    mermaid, dot = dx.topology().to_mermaid(), dx.topology().to_dot()
    assert mermaid.startswith("flowchart LR\n")
    assert "#quot;my lag#quot;" in mermaid
    assert mermaid.count("-->") == sum(link["kind"] == "carries" for link in dx.topology().to_dict()["links"])
    assert "-. attached to .->" in mermaid
    assert dot.startswith("digraph dx_mock {\n")
    assert dot.endswith("}\n")
    assert f'"{estate["lag"]}" -> "{estate["vif"]}";' in dot
    assert '\\"my lag\\"' in dot
    for line in dot.splitlines():  # every quote is closed
        assert (line.count('"') - line.count('\\"')) % 2 == 0


def test_a_topology_does_not_follow_later_changes(dx, estate):
    before = dx.topology()
    text = before.to_text()
    connect(dx.client())
    assert before.to_text() == text


def test_details(dx, estate):
    """What a picture needs to draw, under the names of the API."""
    nodes = {node["id"]: node for node in dx.topology().to_dict()["nodes"]}
    lag, vif, hosted = nodes[estate["lag"]], nodes[estate["vif"]], nodes[estate["hosted"]]
    assert (lag["name"], lag["region"], lag["kind"]) == ("my lag", "us-east-1", "lag")
    assert (lag["details"]["linksUp"], lag["details"]["minimumLinks"]) == (2, 0)
    assert (hosted["details"]["vlan"], hosted["details"]["linkUp"]) == (7, True)
    (peer,) = vif["details"]["bgpPeers"]
    assert (vif["details"]["type"], vif["details"]["vlan"], peer["bgpStatus"]) == ("private", 101, "up")
    assert nodes[estate["gateway"]]["details"] == {"asn": 64512}
    assert nodes["us-east-1/EqDC2"]["name"] == "Equinix DC2/DC11, Ashburn, VA"
    dx.link_down(estate["members"][0])
    dx.link_down(estate["members"][1])
    nodes = {node["id"]: node for node in dx.topology().to_dict()["nodes"]}
    assert nodes[estate["members"][0]]["details"]["linkUp"] is False
    assert nodes[estate["vif"]]["details"]["bgpPeers"][0]["bgpStatus"] == "down"
