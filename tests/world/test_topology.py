"""The topology: the same graph as text, Mermaid, DOT and dict."""

from __future__ import annotations

import dataclasses
import json
import re

import boto3
import pytest

from dx_mock.world.topology import Node, Topology
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


# --- texts that are markup somewhere -----------------------------------------------------------------------

HOSTILE = [
    'say "hello"',
    "two\nlines\r\n\ttab",
    "<script>alert(1)</script>",
    "a --> b; n1 --- n2",
    "end]; subgraph x",
    '%%{init: {"theme": "dark"}}%%',
    "#quot; &lt; &amp; #35;",
    "`**bold**`",
    "back\\slash \\N \\",
    "Zürich 中文 🔗 \u202eright to left",
    "nul \x00 and bell \x07",
    "style a fill:#f9f;",
    "x" * 5000,
    "",
]


def picture_of(texts):
    """A picture in which the texts stand wherever a text can."""
    nodes = [Node(f"dxcon-{number}", text, text, text, text) for number, text in enumerate(texts)]
    root = Node("us-east-1", "region", "", children=[Node(text, "location", text) for text in texts])
    return Topology([root, Node("ids", "group", "", children=nodes)], [("dxcon-0", "dxcon-1", "attached to")])


def test_hostile_texts_stay_in_their_lines():
    """A line for each thing in the tree; statements of one known form each in Mermaid."""
    texts = picture_of(HOSTILE)
    lines = texts.to_text().splitlines()
    assert len(lines) == 2 + 2 * len(HOSTILE)
    assert max(map(len, lines)) < 1000
    head, *statements = texts.to_mermaid().splitlines()
    assert head == "flowchart LR"
    label = r"(?:[^\W]|[ .,/()\-+_=]|#\d+;|#quot;|<br/>|…)*"
    for statement in statements:
        assert re.fullmatch(rf'    n\d+(\["{label}"\]| --> n\d+| -\. attached to \.-> n\d+)', statement)
    assert len(statements) == len(texts.to_dict()["nodes"]) + len(texts.to_dict()["links"])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # pydot's, of its parser
@pytest.mark.parametrize("text", HOSTILE)
def test_dot_says_what_was_meant(text):
    """Read by pydot's parser: the nodes and edges that were meant, and no others."""
    import pydot

    picture = Topology(
        [Node("dxcon-1", "connection", text, "down", children=[Node("dxvif-1", text, text)])], []
    )
    (graph,) = pydot.graph_from_dot_data(picture.to_dot())
    nodes = [node for node in graph.get_nodes() if node.get_name() not in ("node", '"\\n"')]
    assert [node.get_name() for node in nodes] == ['"dxcon-1"', '"dxvif-1"']
    assert [(edge.get_source(), edge.get_destination()) for edge in graph.get_edges()] == [
        ('"dxcon-1"', '"dxvif-1"')
    ]
    assert nodes[0].get_label().startswith('"connection dxcon-1\\n')
    assert nodes[0].get_label().endswith('down"')


def test_a_gateway_that_is_not_direct_connects_own(dx):
    """A virtual private gateway is in the picture because something is attached to it."""
    client = dx.client()
    made = connect(client)
    dx.provision(made)
    vif = {"virtualInterfaceName": "v", "vlan": 101, "asn": 65000, "virtualGatewayId": "vgw-12345678"}
    dx.world.settings = dataclasses.replace(dx.world.settings, others="block")
    client.create_private_virtual_interface(connectionId=made, newPrivateVirtualInterface=vif)
    picture = dx.topology().to_dict()
    nodes = {node["id"]: node["kind"] for node in picture["nodes"]}
    assert nodes["vgw-12345678"] == "virtual private gateway"
    assert {end for link in picture["links"] for end in (link["from"], link["to"])} <= set(nodes)
    assert "-. attached to .->" in dx.topology().to_mermaid()
    assert dx.topology("us-west-2").to_text() == "(nothing exists)"


def test_a_transit_gateway_of_several_gateways_is_drawn_once(dx):
    client, ec2 = dx.client(), boto3.client("ec2", region_name="us-east-1")
    transit_gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    for asn in (65001, 65002):
        made = client.create_direct_connect_gateway(directConnectGatewayName=f"g{asn}", amazonSideAsn=asn)
        client.create_direct_connect_gateway_association(
            directConnectGatewayId=made["directConnectGateway"]["directConnectGatewayId"],
            gatewayId=transit_gateway,
            addAllowedPrefixesToDirectConnectGateway=[{"cidr": "10.0.0.0/8"}],
        )
    picture = dx.topology().to_dict()
    assert [node["id"] for node in picture["nodes"]].count(transit_gateway) == 1
    assert [link["to"] for link in picture["links"]].count(transit_gateway) == 2
    assert dx.topology().to_dot().count(f'"{transit_gateway}" [label=') == 1
    assert '["Direct Connect gateways"]' in dx.topology().to_mermaid()


def test_no_name_of_a_region(dx):
    """Not an empty picture, which would look like an answer."""
    for wrong in (5, ["us-east-1"], b"us-east-1"):
        with pytest.raises(TypeError, match="takes the name of a Region, not"):
            dx.topology(wrong)
