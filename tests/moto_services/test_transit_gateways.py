"""Transit gateways in moto's EC2 with a Direct Connect gateway on them."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.helpers import connect, refused
from tests.service.gateways.test_associations import associate, associations, ec2, transit_gateway
from tests.service.gateways.test_gateways import gateway
from tests.service.virtual_interfaces.helpers import state, transit

pytest.importorskip("moto")


def attachments(client, **more):
    """(id, state) of the attachments of Direct Connect gateways."""
    found = client.describe_transit_gateway_attachments(
        Filters=[{"Name": "resource-type", "Values": ["direct-connect-gateway"]}], **more
    )["TransitGatewayAttachments"]
    return [(each["TransitGatewayAttachmentId"], each["State"]) for each in found]


@pytest.fixture
def linked(client):
    """A gateway, a transit gateway on it, and their association."""
    made, tgw = gateway(client)["directConnectGatewayId"], transit_gateway()
    association = associate(client, made, tgw, "10.0.0.0/8")["associationId"]
    client.describe_direct_connect_gateways()
    return made, tgw, association


def table_of(tgw):
    """The default route table of a transit gateway."""
    (found,) = ec2().describe_transit_gateways(TransitGatewayIds=[tgw])["TransitGateways"]
    return found["Options"]["AssociationDefaultRouteTableId"]


def needs_route_tables():
    """Older versions of moto have room for one attachment in a route table."""
    from moto.ec2.models import transit_gateway_route_tables as models

    if not hasattr(models, "RouteTableAssociation"):
        pytest.skip("moto 5.1 has route tables with several attachments")


def test_a_transit_gateway_with_an_association_is_not_deleted(client, linked):
    """``IncorrectState``, word for word [recorded: TF#8490, TF#8752, TF#9339, aws-nuke#961]."""
    _, tgw, association = linked
    ((attachment, _),) = attachments(ec2())
    with pytest.raises(ClientError) as caught:
        ec2().delete_transit_gateway(TransitGatewayId=tgw)
    assert caught.value.response["Error"] == {
        "Code": "IncorrectState",
        "Message": f"{tgw} has non-deleted DirectConnect Gateway Attachments: {attachment}.",
    }
    client.delete_direct_connect_gateway_association(associationId=association)
    ec2().delete_transit_gateway(TransitGatewayId=tgw)


def test_deleted_attachments_are_listed_for_a_while(client, dx, linked):
    """As ``deleted``, several after several associations [recorded: TF#46716, TF#49784]."""
    made, tgw, association = linked
    for _ in range(2):
        client.delete_direct_connect_gateway_association(associationId=association)
        assert associations(client, directConnectGatewayId=made) == []
        association = associate(client, made, tgw, "10.0.0.0/8")["associationId"]
        client.describe_direct_connect_gateways()
    assert [shown for _, shown in attachments(ec2())] == ["deleted", "deleted", "available"]
    dx.clock.advance(hours=1)
    assert [shown for _, shown in attachments(ec2())] == ["available"]


def test_vpc_attachments_are_of_vpcs(client, linked):
    """Documented: DescribeTransitGatewayVpcAttachments."""
    _, tgw, _ = linked
    there = ec2()
    vpc = there.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = there.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
    there.create_transit_gateway_vpc_attachment(TransitGatewayId=tgw, VpcId=vpc, SubnetIds=[subnet])
    found = there.describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"]
    assert [each["VpcId"] for each in found] == [vpc]
    assert len(attachments(there)) == 1


def test_route_table_associations(client, linked):
    """The attachment is in the default route table [documented: TGW]; not once it is deleted."""
    needs_route_tables()
    made, tgw, association = linked
    ((attachment, _),) = attachments(ec2())
    table = {"TransitGatewayRouteTableId": table_of(tgw)}
    (found,) = ec2().get_transit_gateway_route_table_associations(**table)["Associations"]
    assert (found["ResourceId"], found["ResourceType"]) == (made, "direct-connect-gateway")
    assert found["TransitGatewayAttachmentId"] == attachment
    (found,) = ec2().get_transit_gateway_route_table_propagations(**table)[
        "TransitGatewayRouteTablePropagations"
    ]
    assert found["ResourceId"] == made
    client.delete_direct_connect_gateway_association(associationId=association)
    client.describe_direct_connect_gateways()
    assert ec2().get_transit_gateway_route_table_associations(**table)["Associations"] == []
    assert (
        ec2().get_transit_gateway_route_table_propagations(**table)["TransitGatewayRouteTablePropagations"]
        == []
    )


def test_propagated_routes(client, dx, linked):
    """What the customer's routers announce, of type direct-connect-gateway [documented: TGW]."""
    needs_route_tables()
    made, tgw, _ = linked
    vif = transit(client, connect(client), directConnectGatewayId=made)
    state(client, vif)
    dx.announce(vif["virtualInterfaceId"], ["192.168.0.0/16", "172.16.0.0/12"])

    def routes(**more):
        filters = [{"Name": "type", "Values": ["propagated"]}]
        return ec2().search_transit_gateway_routes(
            TransitGatewayRouteTableId=table_of(tgw), Filters=filters, **more
        )["Routes"]

    found = {route["DestinationCidrBlock"]: route for route in routes()}
    assert set(found) == {"192.168.0.0/16", "172.16.0.0/12"}
    route = found["192.168.0.0/16"]
    assert (route["Type"], route["State"]) == ("propagated", "active")
    (over,) = route["TransitGatewayAttachments"]
    assert (over["ResourceId"], over["ResourceType"]) == (made, "direct-connect-gateway")
    dx.link_down(vif["connectionId"])
    assert routes() == []


def test_an_association_under_a_private_ip_vpn_stays(client, dx, linked):
    """``has non-deleted Private IP VPN`` [client-proven: TF (it tries again)]."""
    _, tgw, association = linked
    there = ec2()
    ((attachment, _),) = attachments(there)
    customer = there.create_customer_gateway(Type="ipsec.1", IpAddress="10.0.0.1", BgpAsn=65000)[
        "CustomerGateway"
    ]
    vpn = there.create_vpn_connection(
        Type="ipsec.1",
        CustomerGatewayId=customer["CustomerGatewayId"],
        TransitGatewayId=tgw,
        Options={"OutsideIpAddressType": "PrivateIpv4", "TransportTransitGatewayAttachmentId": attachment},
    )["VpnConnection"]["VpnConnectionId"]
    with refused(dx, f"{attachment} has non-deleted Private IP VPN: {vpn}"):
        client.delete_direct_connect_gateway_association(associationId=association)
    assert dx.calls[-1].error.wording == "client-proven"
    there.delete_vpn_connection(VpnConnectionId=vpn)
    client.delete_direct_connect_gateway_association(associationId=association)
