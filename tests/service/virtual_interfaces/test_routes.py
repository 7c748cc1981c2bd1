"""Routes: what ``dx.announce`` says and what the gateways allow.

Nothing was recorded; the rules are those of the model's documentation and of the User Guide's quotas.
"""

from __future__ import annotations

import boto3
import pytest

from dx_mock.protocol import contract
from dx_mock.support.clock import EPOCH
from tests.helpers import STRANGER, connect, refused
from tests.service.virtual_interfaces.helpers import gateway, private, public, sessions, state, transit

listing = pytest.mark.skipif(
    "ListVirtualInterfaceRoutes" not in contract.operation_names(),
    reason="the installed botocore has no ListVirtualInterfaceRoutes",
)


@pytest.fixture
def vif(client):
    made = private(client, connect(client))
    state(client, made)
    return made


def routes(client, vif, **filters):
    return client.list_virtual_interface_routes(virtualInterfaceId=vif["virtualInterfaceId"], filters=filters)[
        "routes"
    ]


def cidrs(client, vif, **filters):
    return [route["cidr"] for route in routes(client, vif, **filters)]


@listing
def test_accepted_routes(dx, client, vif):
    """Every member; the path is the customer's ASN, the time that of the announcement."""
    dx.announce(vif["virtualInterfaceId"], ["10.0.0.0/8"])
    dx.clock.advance(hours=1)
    dx.announce(vif["virtualInterfaceId"], ["10.0.0.0/8", "192.168.0.0/16"])
    first, second = routes(client, vif)
    assert first == {
        "cidr": "10.0.0.0/8",
        "routeDirection": "accepted",
        "addressFamily": "ipv4",
        "asPath": [{"pathType": "seq", "path": [65000]}],
        "communities": [],
        "awsLogicalDeviceId": vif["awsLogicalDeviceId"],
        "routeInstalledAt": EPOCH,
    }
    assert (second["routeInstalledAt"] - EPOCH).total_seconds() == 3600
    dx.announce(vif["virtualInterfaceId"], [])
    assert routes(client, vif) == []


@listing
def test_routes_need_a_session(dx, client, vif):
    """Of their own family: there is no IPv6 without an IPv6 peer."""
    vif_id = vif["virtualInterfaceId"]
    dx.announce(vif_id, ["10.0.0.0/8", "2001:db8::/32"])
    assert cidrs(client, vif) == ["10.0.0.0/8"]
    client.create_bgp_peer(virtualInterfaceId=vif_id, newBGPPeer={"asn": 65000, "addressFamily": "ipv6"})
    assert cidrs(client, vif) == ["10.0.0.0/8", "2001:db8::/32"]
    dx.bgp_down(vif_id, vif["bgpPeers"][0]["bgpPeerId"])
    assert cidrs(client, vif) == ["2001:db8::/32"]
    dx.link_down(vif["connectionId"])
    assert cidrs(client, vif) == []


@listing
def test_route_filters_of_a_public_one(dx, client):
    """AWS takes what the route filters cover, whole or in parts."""
    made = public(client, connect(client))
    dx.announce(made["virtualInterfaceId"], ["203.0.113.0/30", "203.0.113.4/31", "198.51.100.0/24"])
    assert cidrs(client, made) == ["203.0.113.0/30", "203.0.113.4/31"]


@listing
def test_advertised_routes_of_a_gateway(dx, client):
    """What the allowed prefixes let pass of a VPC, with the gateway's ASN as path [documented: UG]."""
    ec2 = boto3.client("ec2", region_name="us-east-1")
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    vgw = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpcId=vpc, VpnGatewayId=vgw)
    dxgw = gateway(client)
    made = private(client, connect(client), directConnectGatewayId=dxgw)
    assert routes(client, made) == []
    client.create_direct_connect_gateway_association(
        directConnectGatewayId=dxgw,
        gatewayId=vgw,
        addAllowedPrefixesToDirectConnectGateway=[{"cidr": "10.0.0.0/8"}],
    )
    (route,) = routes(client, made)
    assert (route["cidr"], route["routeDirection"]) == ("10.7.0.0/16", "advertised")
    assert route["asPath"] == [{"pathType": "seq", "path": [64999]}]


@listing
def test_advertised_routes_of_a_vpc(client):
    """A virtual private gateway announces the CIDRs of its VPC."""
    ec2 = boto3.client("ec2", region_name="us-east-1")
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    vgw = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    made = private(client, connect(client), virtualGatewayId=vgw)
    assert cidrs(client, made) == []
    ec2.attach_vpn_gateway(VpcId=vpc, VpnGatewayId=vgw)
    assert cidrs(client, made) == ["10.7.0.0/16"]


@listing
def test_site_link_brings_the_routes_of_other_sites(dx, client):
    """Of those with SiteLink on the same gateway, while their sessions are up."""
    dxgw = gateway(client)
    here, there, without = (
        private(client, connect(client), vlan=vlan, asn=65000 + vlan, directConnectGatewayId=dxgw,
                enableSiteLink=vlan < 3)
        for vlan in (1, 2, 3)
    )  # fmt: skip
    state(client, here)
    dx.announce(there["virtualInterfaceId"], ["10.2.0.0/16"])
    dx.announce(without["virtualInterfaceId"], ["10.3.0.0/16"])
    (route,) = routes(client, here)
    assert (route["cidr"], route["asPath"][0]["path"]) == ("10.2.0.0/16", [64999, 65002])
    dx.bgp_down(there["virtualInterfaceId"])
    assert routes(client, here) == []


@listing
def test_filters(dx, client, vif):
    vif_id = vif["virtualInterfaceId"]
    client.create_bgp_peer(virtualInterfaceId=vif_id, newBGPPeer={"asn": 65001, "addressFamily": "ipv6"})
    state(client, vif)
    dx.announce(vif_id, ["10.0.0.0/8", "172.16.0.0/12", "2001:db8::/32"])
    assert cidrs(client, vif, routeDirection="advertised") == []
    assert cidrs(client, vif, routeDirection="accepted", addressFamily="ipv6") == ["2001:db8::/32"]
    assert cidrs(client, vif, cidrs=["172.16.0.0/12", "10.0.0.0/9"]) == ["172.16.0.0/12"]
    assert cidrs(client, vif, asPath=[65001]) == ["2001:db8::/32"]
    assert cidrs(client, vif, asPath=[65001, 65000]) == []
    assert cidrs(client, vif, communities=["7224:8100"]) == []
    with refused(dx, "CIDR nonsense is not valid."):
        routes(client, vif, cidrs=["nonsense"])
    with refused(dx, "virtualInterfaceId must be specified."):
        client.list_virtual_interface_routes()
    with refused(dx, "does not exist"):
        routes(dx.client(account_id=STRANGER), vif)


@listing
def test_pages(dx, client, vif):
    """In order of address; an announcement between two pages neither loses nor repeats a route."""
    vif_id = vif["virtualInterfaceId"]
    made = [f"10.{number}.0.0/16" for number in range(5)]
    dx.announce(vif_id, reversed(made))
    first = client.list_virtual_interface_routes(virtualInterfaceId=vif_id, maxResults=2)
    dx.announce(vif_id, ["9.0.0.0/8", *made])
    rest = client.list_virtual_interface_routes(virtualInterfaceId=vif_id, nextToken=first["nextToken"])
    assert [route["cidr"] for route in first["routes"] + rest["routes"]] == made
    assert "nextToken" not in rest


@pytest.mark.parametrize("family", ["ipv4", "ipv6"])
def test_a_hundred_routes_and_one_more(dx, client, vif, family):
    """The session of the family goes down above 100 [documented: UG:limits]; the other one stays up."""
    vif_id = vif["virtualInterfaceId"]
    client.create_bgp_peer(virtualInterfaceId=vif_id, newBGPPeer={"asn": 65000, "addressFamily": "ipv6"})
    state(client, vif)
    form = "10.{}.0.0/16" if family == "ipv4" else "2001:db8:{}::/48"
    dx.announce(vif_id, [form.format(number) for number in range(100)])
    assert sessions(client, vif) == [("available", "up")] * 2
    dx.announce(vif_id, [form.format(number) for number in range(101)])
    down = sessions(client, vif).index(("available", "down"))
    assert down == ("ipv4", "ipv6").index(family)
    assert sessions(client, vif)[1 - down] == ("available", "up")
    assert state(client, vif) == "available"
    dx.announce(vif_id, [form.format(number) for number in range(100)])
    assert sessions(client, vif) == [("available", "up")] * 2


def test_a_thousand_routes_on_a_public_one(dx, client):
    """Documented: quotas."""
    made = public(client, connect(client))
    prefixes = [f"198.{18 + number // 256}.{number % 256}.0/24" for number in range(1001)]
    dx.announce(made["virtualInterfaceId"], prefixes[:1000])
    assert state(client, made) == "available"
    dx.announce(made["virtualInterfaceId"], prefixes)
    assert state(client, made) == "down"


@listing
def test_communities_of_a_private_one(dx, client, vif):
    """Only those that are supported are shown, as ``ASN:value`` [documented: UG:bgp-route-visibility]."""
    dx.announce(
        vif["virtualInterfaceId"],
        {"10.0.0.0/8": ["7224:7300", "65000:1", "7224:9100"], "10.1.0.0/16": ["7224:7100"], "10.2.0.0/16": []},
    )
    shown = {route["cidr"]: route["communities"] for route in routes(client, vif)}
    assert shown == {"10.0.0.0/8": ["7224:7300"], "10.1.0.0/16": ["7224:7100"], "10.2.0.0/16": []}
    assert cidrs(client, vif, communities=["7224:7300"]) == ["10.0.0.0/8"]
    assert cidrs(client, vif, communities=["65000:1"]) == []
    dx.announce(vif["virtualInterfaceId"], ["10.0.0.0/8"])
    assert routes(client, vif)[0]["communities"] == []


@listing
def test_communities_of_a_public_one(dx, client):
    """How far a prefix goes [documented: UG:routing-and-bgp]."""
    made = public(client, connect(client), routeFilterPrefixes=[{"cidr": "198.51.100.0/24"}])
    state(client, made)
    dx.announce(made["virtualInterfaceId"], {"198.51.100.0/24": ["7224:9200", "7224:7300"]})
    assert [route["communities"] for route in routes(client, made)] == [["7224:9200"]]


@pytest.mark.parametrize(
    ("prefixes", "error"),
    [
        ({"10.0.0.0/8": ["7224"]}, ValueError),
        ({"10.0.0.0/8": ["7224:99999"]}, ValueError),
        ({"10.0.0.0/8": [7224]}, ValueError),
        ({"10.0.0.0/8": "7224:7100"}, TypeError),
        ({"10.0.0.0/8": 7}, TypeError),
        ({"10.0.0.0/99": []}, ValueError),
    ],
)
def test_communities_that_are_none(dx, client, vif, prefixes, error):
    with pytest.raises(error, match=r"10\.0\.0\.0|communit"):
        dx.announce(vif["virtualInterfaceId"], prefixes)
    assert dx.world.resource(vif["virtualInterfaceId"]).announced == {}


@listing
@pytest.mark.parametrize(
    ("allowed", "announced"),
    [
        (["10.1.0.0/16"], ["10.1.0.0/16"]),
        (["10.0.0.0/8"], ["10.1.0.0/16"]),
        (["10.1.4.0/24"], []),
        (["192.168.0.0/16", "10.1.0.0/16"], ["10.1.0.0/16"]),
    ],
)
def test_allowed_prefixes_filter_the_cidrs_of_a_vpc(dx, client, allowed, announced):
    """Documented: UG:allowed-to-prefixes; with a transit gateway they are what is announced."""
    from tests.service.gateways.test_associations import associate, transit_gateway, virtual_gateway

    made = gateway(client)
    vif = private(client, connect(client), directConnectGatewayId=made)
    associate(client, made, virtual_gateway(cidr="10.1.0.0/16"), *allowed)
    client.describe_virtual_interfaces()
    assert cidrs(client, vif, routeDirection="advertised") == announced
    (path,) = {str(route["asPath"]) for route in routes(client, vif, routeDirection="advertised")} or {""}
    assert path in ("", "[{'pathType': 'seq', 'path': [64999]}]")
    other = gateway(client, 64998)
    beside = transit(client, connect(client), directConnectGatewayId=other)
    associate(client, other, transit_gateway(), *allowed)
    client.describe_virtual_interfaces()
    assert set(cidrs(client, beside, routeDirection="advertised")) == set(allowed)
