"""Routes in EC2's tables follow the BGP sessions, so that traffic moves where operators look."""

from __future__ import annotations

import ipaddress

import pytest
from botocore.exceptions import ClientError

from tests.helpers import connect
from tests.moto_services.test_transit_gateways import needs_route_tables, table_of
from tests.service.gateways.test_associations import associate, ec2, transit_gateway
from tests.service.virtual_interfaces.helpers import gateway, private, state, transit

ON_PREMISES = "192.168.7.7"


class Network:
    """A VPC with a virtual private gateway that propagates to its route table."""

    def __init__(self):
        self.ec2 = ec2()
        self.vpc = self.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        self.table = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        self.vgw = self.ec2.create_vpn_gateway(Type="ipsec.1", AmazonSideAsn=64600)["VpnGateway"][
            "VpnGatewayId"
        ]
        self.ec2.attach_vpn_gateway(VpnGatewayId=self.vgw, VpcId=self.vpc)

    def propagate(self):
        self.ec2.enable_vgw_route_propagation(GatewayId=self.vgw, RouteTableId=self.table)

    def routes(self):
        """Destination and target of each route but the local one."""
        (table,) = self.ec2.describe_route_tables(RouteTableIds=[self.table])["RouteTables"]
        return {
            route.get("DestinationCidrBlock") or route["DestinationIpv6CidrBlock"]: route
            for route in table["Routes"]
            if route["GatewayId"] != "local"
        }

    def next_hop(self, address):
        """Where a packet goes: the longest prefix decides."""
        fitting = [
            (ipaddress.ip_network(cidr).prefixlen, route["GatewayId"])
            for cidr, route in self.routes().items()
            if ipaddress.ip_address(address) in ipaddress.ip_network(cidr)
        ]
        return max(fitting)[1] if fitting else None


@pytest.fixture
def network(dx):
    return Network()


def announcing(dx, client, *prefixes, **wanted):
    """A private virtual interface whose router announces prefixes."""
    link = connect(client)
    client.describe_connections()
    made = private(client, link, **wanted)
    assert state(client, made) == "available"
    dx.announce(made["virtualInterfaceId"], prefixes)
    return made


def test_a_virtual_interface_on_the_gateway(dx, client, network):
    """Routes arrive with propagation, and go when the session goes [documented: PROPAGATION]."""
    made = announcing(dx, client, "192.168.0.0/16", "172.16.0.0/12", virtualGatewayId=network.vgw)
    assert network.routes() == {}
    network.propagate()
    assert set(network.routes()) == {"192.168.0.0/16", "172.16.0.0/12"}
    assert {route["GatewayId"] for route in network.routes().values()} == {network.vgw}
    assert network.next_hop(ON_PREMISES) == network.vgw
    dx.announce(made["virtualInterfaceId"], ["172.16.0.0/12"])
    assert set(network.routes()) == {"172.16.0.0/12"}
    dx.bgp_down(made["virtualInterfaceId"])
    assert network.routes() == {}
    dx.bgp_up(made["virtualInterfaceId"])
    assert set(network.routes()) == {"172.16.0.0/12"}
    network.ec2.disable_vgw_route_propagation(GatewayId=network.vgw, RouteTableId=network.table)
    assert network.routes() == {}


def test_traffic_moves(dx, client, network):
    """Two links to one gateway and a way of last resort: traffic moves when both are down."""
    dxgw = gateway(client)
    associate(client, dxgw, network.vgw, "10.1.0.0/16")
    client.describe_direct_connect_gateway_associations(directConnectGatewayId=dxgw)
    first = announcing(dx, client, "192.168.0.0/16", directConnectGatewayId=dxgw)
    second = announcing(dx, client, "192.168.0.0/16", directConnectGatewayId=dxgw, vlan=102)
    backup = network.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    network.ec2.attach_internet_gateway(InternetGatewayId=backup, VpcId=network.vpc)
    network.ec2.create_route(RouteTableId=network.table, DestinationCidrBlock="0.0.0.0/0", GatewayId=backup)
    network.propagate()
    assert network.next_hop(ON_PREMISES) == network.vgw
    dx.link_down(first["connectionId"])
    assert network.next_hop(ON_PREMISES) == network.vgw
    dx.link_down(second["connectionId"])
    assert network.next_hop(ON_PREMISES) == backup
    dx.link_up(first["connectionId"])
    assert network.next_hop(ON_PREMISES) == network.vgw


def test_traffic_moves_in_a_transit_gateway(dx, client):
    """The same in the route table of a transit gateway, during a failover test [documented: TGW]."""
    needs_route_tables()
    dxgw, tgw = gateway(client), transit_gateway()
    associate(client, dxgw, tgw, "10.0.0.0/8")
    client.describe_direct_connect_gateways()
    link = connect(client)
    client.describe_connections()
    made = transit(client, link, directConnectGatewayId=dxgw)
    assert state(client, made) == "available"
    dx.announce(made["virtualInterfaceId"], ["192.168.0.0/16"])

    def routes():
        filters = [{"Name": "type", "Values": ["propagated"]}]
        found = ec2().search_transit_gateway_routes(TransitGatewayRouteTableId=table_of(tgw), Filters=filters)
        return [route["DestinationCidrBlock"] for route in found["Routes"]]

    assert routes() == ["192.168.0.0/16"]
    client.start_bgp_failover_test(virtualInterfaceId=made["virtualInterfaceId"], testDurationInMinutes=10)
    assert routes() == []
    dx.clock.advance(minutes=10)
    assert routes() == ["192.168.0.0/16"]


def test_a_static_route_goes_before(dx, client, network):
    """[documented: PROPAGATION]."""
    announcing(dx, client, "192.168.0.0/16", virtualGatewayId=network.vgw)
    network.propagate()
    other = network.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    network.ec2.attach_internet_gateway(InternetGatewayId=other, VpcId=network.vpc)
    network.ec2.create_route(RouteTableId=network.table, DestinationCidrBlock="192.168.0.0/16", GatewayId=other)
    assert network.next_hop(ON_PREMISES) == other
    network.ec2.delete_route(RouteTableId=network.table, DestinationCidrBlock="192.168.0.0/16")
    assert network.next_hop(ON_PREMISES) == network.vgw


def test_filters_and_what_a_table_shows(dx, client, network):
    announcing(dx, client, "192.168.0.0/16", virtualGatewayId=network.vgw)
    network.propagate()
    network.propagate()
    filters = [{"Name": "route.destination-cidr-block", "Values": ["192.168.0.0/16"]}]
    (table,) = network.ec2.describe_route_tables(Filters=filters)["RouteTables"]
    (route,) = [each for each in table["Routes"] if each["GatewayId"] != "local"]
    assert route["State"] == "active"
    if "PropagatingVgws" in table:  # since moto 5.2
        assert table["PropagatingVgws"] == [{"GatewayId": network.vgw}]
        assert route["Origin"] == "EnableVgwRoutePropagation"


def test_what_can_not_propagate(network):
    other = network.ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    for wanted, code in (
        ({"GatewayId": other}, "Gateway.NotAttached"),
        ({"GatewayId": "vgw-ffffffff"}, "InvalidGatewayID.NotFound"),
        ({"RouteTableId": "rtb-ffffffff"}, "InvalidRouteTableID.NotFound"),
    ):
        with pytest.raises(ClientError) as caught:
            network.ec2.enable_vgw_route_propagation(
                **{"GatewayId": network.vgw, "RouteTableId": network.table, **wanted}
            )
        assert caught.value.response["Error"]["Code"] == code
