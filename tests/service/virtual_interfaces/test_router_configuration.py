"""DescribeRouterConfiguration and ``customerRouterConfig``."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET

import pytest

from dx_mock.catalogue import router_types
from dx_mock.catalogue.router_types import ROUTER_TYPES
from dx_mock.graph.resources import MacSecKey
from tests.helpers import CUSTOMER, PARTNER, STRANGER, connect, refused
from tests.service.virtual_interfaces.helpers import (
    allocate_private,
    gateway,
    hosted,
    look,
    private,
    public,
    transit,
)

IOS = [name for name in ROUTER_TYPES if name.endswith("IOS124")]
NX_OS = [name for name in ROUTER_TYPES if "NXOS" in name]
JUNOS = [name for name in ROUTER_TYPES if "JunOS" in name]
PAN_OS = [name for name in ROUTER_TYPES if "PANOS" in name]


def describe(client, vif, router_type):
    return client.describe_router_configuration(
        virtualInterfaceId=vif["virtualInterfaceId"], routerTypeIdentifier=router_type
    )


def text_of(client, vif, router_type):
    return describe(client, vif, router_type)["customerRouterConfig"]


@pytest.fixture
def vif(client):
    """A private virtual interface with a peer of each family."""
    made = private(
        client,
        connect(client, bandwidth="10Gbps"),
        mtu=8500,
        authKey="0x123pK5_VBqv.UQ3kJ4123_",
        amazonAddress="169.254.255.1/30",
        customerAddress="169.254.255.2/30",
    )
    client.create_bgp_peer(
        virtualInterfaceId=made["virtualInterfaceId"], newBGPPeer={"asn": 65000, "addressFamily": "ipv6"}
    )
    return made


# --- the table --------------------------------------------------------------------------------------------


def test_table_of_router_types():
    """The nine types of Terraform's documentation and no more [client-proven: TF]."""
    assert len(IOS) == len(JUNOS) == 3
    assert len(NX_OS) == 2
    assert len(PAN_OS) == 1
    assert len(ROUTER_TYPES) == 9
    assert {row.id for row in ROUTER_TYPES.values() if row.xslt_macsec} == {
        "CiscoSystemsInc-Nexus9KSeriesSwitches-NXOS93",
        "JuniperNetworksInc-MMXSeriesRouters-JunOS95",
    }


def test_answer(client, vif):
    """Which members there are; an empty MACsec template is present as "" [client-proven: TF]."""
    answer = describe(client, vif, "CiscoSystemsInc-2900SeriesRouters-IOS124")
    assert answer["router"] == {
        "vendor": "Cisco Systems, Inc.",
        "platform": "2900 Series Routers",
        "software": "IOS 12.4+",
        "xsltTemplateName": "customer-router-cisco-generic.xslt",
        "xsltTemplateNameForMacSec": "",
        "routerTypeIdentifier": "CiscoSystemsInc-2900SeriesRouters-IOS124",
    }
    assert answer["virtualInterfaceId"] == vif["virtualInterfaceId"]
    assert answer["virtualInterfaceName"] == "private"


def test_refusals(dx, client, vif):
    """The type is optional in the model, but the call fails without it [client-proven: TF]."""
    with refused(dx, "routerTypeIdentifier must be specified."):
        client.describe_router_configuration(virtualInterfaceId=vif["virtualInterfaceId"])
    with refused(dx, "Router type nonsense is not supported."):
        describe(client, vif, "nonsense")
    with refused(dx, "does not exist"):
        describe(client, {"virtualInterfaceId": "dxvif-fg000000"}, IOS[0])
    with refused(dx, "does not exist"):
        describe(dx.client(account_id=STRANGER), vif, IOS[0])


def test_without_jinja2(dx, client, vif, monkeypatch):
    """One clear sentence that names the extra."""
    monkeypatch.setitem(sys.modules, "jinja2", None)
    router_types._environment.cache_clear()
    try:
        with refused(dx, "pip install 'dx-mock[router]'", code="DirectConnectServerException"):
            describe(client, vif, IOS[0])
    finally:
        router_types._environment.cache_clear()


# --- the texts, read by parsers of the vendors' syntax ----------------------------------------------------


def cisco(text, syntax):
    ciscoconfparse2 = pytest.importorskip("ciscoconfparse2")
    return ciscoconfparse2.CiscoConfParse(text.splitlines(), syntax=syntax)


def children(parsed, parent):
    (found,) = parsed.find_objects(f"^{parent}$")
    return [child.text.strip() for child in found.all_children]


@pytest.mark.parametrize("router_type", IOS)
def test_ios(client, vif, router_type):
    parsed = cisco(text_of(client, vif, router_type), "ios")
    ipv6 = look(client, vif)["bgpPeers"][1]
    unit = children(parsed, r"interface GigabitEthernet0/1\.101")
    assert "encapsulation dot1Q 101" in unit
    assert "ip address 169.254.255.2 255.255.255.252" in unit
    assert f"ipv6 address {ipv6['customerAddress']}" in unit
    assert "mtu 8500" in children(parsed, "interface GigabitEthernet0/1")
    bgp = children(parsed, "router bgp 65000")
    assert "neighbor 169.254.255.1 remote-as 64512" in bgp
    assert "neighbor 169.254.255.1 password 0x123pK5_VBqv.UQ3kJ4123_" in bgp
    assert f"neighbor {ipv6['amazonAddress'][:-4]} activate" in bgp
    assert "network 0.0.0.0" in bgp


@pytest.mark.parametrize("router_type", NX_OS)
def test_nx_os(client, vif, router_type):
    parsed = cisco(text_of(client, vif, router_type), "nxos")
    unit = children(parsed, r"interface Ethernet1/1\.101")
    assert "encapsulation dot1q 101" in unit
    assert "ip address 169.254.255.2/30" in unit
    bgp = children(parsed, "router bgp 65000")
    assert "neighbor 169.254.255.1" in bgp
    assert bgp.count("remote-as 64512") == 2
    assert "network 0.0.0.0/0" in bgp
    assert parsed.find_objects("^feature bgp$")
    assert not parsed.find_objects("macsec")


@pytest.mark.parametrize("router_type", JUNOS)
def test_junos(client, vif, router_type):
    text = text_of(client, vif, router_type)
    assert text.count("{") == text.count("}")
    parsed = cisco(text, "junos")
    lines = [obj.text.strip() for obj in parsed.find_objects(r"\S")]
    assert "vlan-id 101" in lines
    assert "address 169.254.255.2/30" in lines
    assert "peer-as 64512" in lines
    assert "local-as 65000" in lines
    assert 'authentication-key "0x123pK5_VBqv.UQ3kJ4123_"' in lines
    interface = next(obj for obj in parsed.find_objects(r"^\s*ge-0/0/1"))
    assert "vlan-id 101" in [child.text.strip() for child in interface.all_children]
    neighbor = next(obj for obj in parsed.find_objects(r"neighbor 169\.254\.255\.1"))
    assert neighbor.parent.text.strip().startswith("group DIRECT-CONNECT")


@pytest.mark.parametrize("router_type", PAN_OS)
def test_pan_os(client, vif, router_type):
    parser = pytest.importorskip("netutils.config.parser")
    text = text_of(client, vif, router_type)
    lines = [line.config_line for line in parser.PaloAltoNetworksConfigParser(text).config_lines]
    wanted = [
        "layer3 units ethernet1/1.101 tag 101",
        "layer3 units ethernet1/1.101 ip 169.254.255.2/30",
        "protocol bgp local-as 65000",
        "protocol bgp router-id 169.254.255.2",
        "peer amazon-1 peer-as 64512",
        "peer amazon-1 peer-address ip 169.254.255.1",
        'auth-profile direct-connect-1 secret "0x123pK5_VBqv.UQ3kJ4123_"',
        "peer amazon-2 address-family-identifier ipv6",
    ]
    for end in wanted:
        assert sum(line.endswith(end) for line in lines) == 1, end
    for line in text.splitlines():
        assert line.startswith(("set ", "#"))


@pytest.mark.parametrize("router_type", ROUTER_TYPES)
def test_every_type_knows_the_facts(client, vif, router_type):
    """VLAN, addresses, ASNs and keys are in every text; nothing of the templates is left."""
    shown = look(client, vif)
    text = text_of(client, vif, router_type)
    for peer in shown["bgpPeers"]:
        for fact in (
            peer["customerAddress"].split("/")[0],
            peer["amazonAddress"].split("/")[0],
            peer["authKey"],
        ):
            assert fact in text
    assert vif["virtualInterfaceId"] in text
    assert "101" in text
    assert "{{" not in text and "{%" not in text
    assert text.endswith("\n") and not text.endswith("\n\n")


# --- what goes into them ----------------------------------------------------------------------------------


@pytest.mark.parametrize("router_type", ROUTER_TYPES)
def test_public_virtual_interface_announces_its_route_filters(client, router_type):
    vif = public(client, connect(client))
    text = text_of(client, vif, router_type)
    for start in ("203.0.113.0", "203.0.113.4"):
        assert start in text
    assert "0.0.0.0/0" not in text


def test_private_virtual_interface_announces_what_it_was_told(dx, client, vif):
    dx.announce(vif["virtualInterfaceId"], ["10.0.0.0/8"])
    text = text_of(client, vif, IOS[0])
    assert "network 10.0.0.0 mask 255.0.0.0" in text
    assert "network 0.0.0.0\n" not in text
    assert "network ::/0" in text


@pytest.mark.directconnect(quirks={"logical_redundancy": "yes"})
@pytest.mark.parametrize("router_type", [IOS[0], NX_OS[0], JUNOS[0]])
def test_second_peer_of_a_family(client, router_type):
    """The second address is a secondary one, another ASN a local one of the session."""
    made = private(client, connect(client))
    client.create_bgp_peer(virtualInterfaceId=made["virtualInterfaceId"], newBGPPeer={"asn": 65001})
    text = text_of(client, made, router_type)
    if router_type in JUNOS:
        assert text.count("family inet {") == 1
        assert "local-as 65001;" in text
    else:
        assert text.count(" secondary\n") == 1
        assert "local-as 65001 no-prepend replace-as" in text
        assert text.count("router bgp") == 1


def test_peer_on_its_way_out_is_left_out(client, vif):
    client.delete_bgp_peer(
        virtualInterfaceId=vif["virtualInterfaceId"], bgpPeerId=look(client, vif)["bgpPeers"][1]["bgpPeerId"]
    )
    assert "ipv6" not in text_of(client, vif, IOS[0])


@pytest.mark.directconnect(partners=[PARTNER])
def test_on_a_hosted_connection(dx):
    """The VLAN is that of the hosted connection, the port the customer's to the partner."""
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    made = private(customer, hosted(partner, customer, CUSTOMER, vlan=77), vlan=77)
    assert "encapsulation dot1Q 77" in text_of(customer, made, IOS[0])


@pytest.mark.directconnect(provisioning="timed")
def test_of_one_that_is_being_deleted(dx, client):
    """There is no session left to configure [guessed]."""
    connection = connect(client)
    dx.clock.advance(days=7)
    made = private(client, connection)
    client.delete_virtual_interface(virtualInterfaceId=made["virtualInterfaceId"])
    with refused(dx, "DescribeRouterConfiguration failed."):
        describe(client, made, IOS[0])


def with_macsec(dx, client, mode):
    """A virtual interface on a connection with a MACsec key in use."""
    connection = connect(client, bandwidth="10Gbps", requestMACSec=True)
    made = private(client, connection)
    port = dx.world.resource(connection)
    port.macsec_keys = [MacSecKey("key", "arn:aws:secretsmanager:::secret:x", "ab" * 32, "associated", "")]
    port.encryption_mode = mode
    dx.world.graph.history.note(port)
    return made


@pytest.mark.parametrize(
    ("mode", "policy"), [("must_encrypt", "must-secure"), ("should_encrypt", "should-secure")]
)
def test_macsec_of_nx_os(dx, client, mode, policy):
    text = text_of(client, with_macsec(dx, client, mode), NX_OS[1])
    parsed = cisco(text, "nxos")
    assert parsed.find_objects("^feature macsec$")
    assert f"key {'ab' * 32}" in children(parsed, "key chain DIRECT-CONNECT macsec")
    assert f"security-policy {policy}" in children(parsed, "macsec policy DIRECT-CONNECT")
    assert "macsec keychain DIRECT-CONNECT policy DIRECT-CONNECT" in children(parsed, "interface Ethernet1/1")


@pytest.mark.parametrize(("mode", "lenient"), [("must_encrypt", False), ("should_encrypt", True)])
def test_macsec_of_junos(dx, client, mode, lenient):
    text = text_of(client, with_macsec(dx, client, mode), "JuniperNetworksInc-MMXSeriesRouters-JunOS95")
    lines = [obj.text.strip() for obj in cisco(text, "junos").find_objects(r"\S")]
    assert f"ckn {'ab' * 32}" in lines
    assert "connectivity-association DIRECT-CONNECT-1" in lines
    assert ("should-secure" in lines) is lenient


def test_macsec_where_a_type_has_no_template(dx, client):
    assert "macsec" not in text_of(client, with_macsec(dx, client, "must_encrypt"), IOS[0]).lower()


# --- customerRouterConfig ---------------------------------------------------------------------------------


def test_xml_is_the_recorded_one(client):
    """To the byte: the AWS CLI's example of CreatePublicVirtualInterface, with our id."""
    made = public(client, connect(client), authKey="asdf34example")
    assert made["customerRouterConfig"] == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<logical_connection id="{made["virtualInterfaceId"]}">\n'
        "  <vlan>2000</vlan>\n"
        "  <customer_address>203.0.113.2/30</customer_address>\n"
        "  <amazon_address>203.0.113.1/30</amazon_address>\n"
        "  <bgp_asn>65000</bgp_asn>\n"
        "  <bgp_auth_key>asdf34example</bgp_auth_key>\n"
        "  <amazon_bgp_asn>7224</amazon_bgp_asn>\n"
        "  <connection_type>public</connection_type>\n"
        "</logical_connection>\n"
    )


def test_xml_with_an_ipv6_peer(client, vif):
    """The AWS CLI's examples of CreateBGPPeer and DeleteBGPPeer: it comes after IPv4, and goes at once."""
    shown = look(client, vif)
    root = ET.fromstring(shown["customerRouterConfig"])
    peer = shown["bgpPeers"][1]
    assert [element.tag for element in root] == [
        "vlan", "customer_address", "amazon_address", "bgp_asn", "bgp_auth_key",
        "ipv6_customer_address", "ipv6_amazon_address", "ipv6_bgp_asn", "ipv6_bgp_auth_key",
        "amazon_bgp_asn", "connection_type",
    ]  # fmt: skip
    assert root.findtext("ipv6_customer_address") == peer["customerAddress"]
    answer = client.delete_bgp_peer(virtualInterfaceId=vif["virtualInterfaceId"], bgpPeerId=peer["bgpPeerId"])
    assert "ipv6" not in answer["virtualInterface"]["customerRouterConfig"]


def test_xml_is_well_formed_whatever_the_key(client):
    made = private(client, connect(client), authKey="<&>\"'key")
    assert ET.fromstring(made["customerRouterConfig"]).findtext("bgp_auth_key") == "<&>\"'key"


def test_xml_of_an_allocated_one_has_amazons_public_asn(client):
    """7224 until it is confirmed [recorded: CLI]."""
    made = allocate_private(client, connect(client), CUSTOMER)
    assert ET.fromstring(made["customerRouterConfig"]).findtext("amazon_bgp_asn") == "7224"
    assert made["amazonSideAsn"] == 7224


def test_type_of_transit(client):
    """``connection_type`` is the type of the virtual interface [recorded: CLI]."""
    made = transit(client, connect(client), directConnectGatewayId=gateway(client))
    assert ET.fromstring(made["customerRouterConfig"]).findtext("connection_type") == "transit"
