"""One path through three accounts: A owns the connection, B the Direct Connect gateway, C the VPC."""

from __future__ import annotations

import boto3

from tests.helpers import connect, make_lag

A, B, C = "111111111111", "222222222222", "333333333333"
INTERFACE = {"virtualInterfaceName": "v", "vlan": 101, "asn": 65000}


def path(dx):
    """Everything from the LAG of A to the virtual private gateway of C, by id."""
    owner, gateways, vpcs = (dx.client(account_id=account) for account in (A, B, C))
    lag = make_lag(owner)["lagId"]
    owner.describe_lags()
    vif = owner.allocate_private_virtual_interface(
        connectionId=lag, ownerAccount=B, newPrivateVirtualInterfaceAllocation=INTERFACE
    )["virtualInterfaceId"]
    gateway = gateways.create_direct_connect_gateway(directConnectGatewayName="g", amazonSideAsn=64800)
    gateway = gateway["directConnectGateway"]["directConnectGatewayId"]
    gateways.confirm_private_virtual_interface(virtualInterfaceId=vif, directConnectGatewayId=gateway)
    ec2 = boto3.client("ec2", region_name="us-east-1", aws_access_key_id=C, aws_secret_access_key="x")
    vgw = ec2.create_vpn_gateway(Type="ipsec.1", AmazonSideAsn=64700)["VpnGateway"]["VpnGatewayId"]
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    ec2.attach_vpn_gateway(VpnGatewayId=vgw, VpcId=vpc)
    proposal = vpcs.create_direct_connect_gateway_association_proposal(
        directConnectGatewayId=gateway, directConnectGatewayOwnerAccount=B, gatewayId=vgw
    )["directConnectGatewayAssociationProposal"]["proposalId"]
    gateways.accept_direct_connect_gateway_association_proposal(
        directConnectGatewayId=gateway, proposalId=proposal, associatedGatewayOwnerAccount=C
    )
    return {"lag": lag, "vif": vif, "gateway": gateway, "vgw": vgw}


def edges(client):
    """What hangs on what, as far as an account sees it, found from every end."""
    found = set()
    for lag in client.describe_lags()["lags"]:
        found |= {("member", each["connectionId"], lag["lagId"]) for each in lag["connections"]}
    for each in client.describe_connections()["connections"]:
        if "lagId" in each:
            found.add(("member", each["connectionId"], each["lagId"]))
    for each in client.describe_virtual_interfaces()["virtualInterfaces"]:
        found.add(("rides on", each["virtualInterfaceId"], each["connectionId"]))
    return found


def gateway_edges(client, gateway):
    """What hangs on a gateway, from the gateway's end."""
    attachments = client.describe_direct_connect_gateway_attachments(directConnectGatewayId=gateway)
    associations = client.describe_direct_connect_gateway_associations(directConnectGatewayId=gateway)
    return {
        ("attached", each["virtualInterfaceId"], each["attachmentState"])
        for each in attachments["directConnectGatewayAttachments"]
    } | {
        ("associated", each["associatedGateway"]["id"], each["associationState"])
        for each in associations["directConnectGatewayAssociations"]
    }


def test_the_whole_path_stands(dx):
    """Each account sees its part, and the parts fit together."""
    ids = path(dx)
    owner, gateways, vpcs = (dx.client(account_id=account) for account in (A, B, C))
    assert gateway_edges(gateways, ids["gateway"]) == {
        ("attached", ids["vif"], "attached"),
        ("associated", ids["vgw"], "associated"),
    }
    assert ("rides on", ids["vif"], ids["lag"]) in edges(owner)
    assert edges(gateways) == {("rides on", ids["vif"], ids["lag"])}
    assert edges(vpcs) == set()
    for client in (owner, gateways):
        (shown,) = client.describe_virtual_interfaces()["virtualInterfaces"]
        assert shown["virtualInterfaceState"] == "available"
        assert shown["ownerAccount"] == B
    members = [each for each in edges(owner) if each[0] == "member"]
    assert len(members) == 2


def test_each_end_of_an_association_finds_it(dx):
    """By gateway, by associated gateway, by its id; from another Region, too."""
    ids = path(dx)
    gateways, vpcs = dx.client(account_id=B), dx.client(account_id=C)

    def found(client, **by):
        answer = client.describe_direct_connect_gateway_associations(**by)
        return [each["associationId"] for each in answer["directConnectGatewayAssociations"]]

    (association,) = found(gateways, directConnectGatewayId=ids["gateway"])
    assert found(vpcs, associatedGatewayId=ids["vgw"]) == [association]
    assert found(gateways, associationId=association) == [association]
    far = dx.client("eu-west-1", B)
    assert found(far, directConnectGatewayId=ids["gateway"]) == [association]
    answer = gateways.describe_direct_connect_gateway_attachments(virtualInterfaceId=ids["vif"])
    assert answer["directConnectGatewayAttachments"][0]["directConnectGatewayId"] == ids["gateway"]


def test_the_drawing_has_the_same_edges(dx):
    """``dx.topology()`` across accounts has everything that the accounts see between them."""
    ids = path(dx)
    lonely = connect(dx.client(account_id=A))
    drawing = dx.topology().to_dict()
    seen = {each["id"] for each in drawing["nodes"]}
    assert {*ids.values(), lonely} <= seen


def test_a_failure_at_one_end_shows_at_the_other(dx):
    """A's fibres are cut: B's virtual interface is down; mended, it is up again."""
    ids = path(dx)
    owner, gateways = dx.client(account_id=A), dx.client(account_id=B)
    members = [each["connectionId"] for each in owner.describe_lags()["lags"][0]["connections"]]

    def state():
        (shown,) = gateways.describe_virtual_interfaces(virtualInterfaceId=ids["vif"])["virtualInterfaces"]
        return shown["virtualInterfaceState"]

    for member in members:
        dx.link_down(member)
    assert state() == "down"
    dx.link_up(members[0])
    assert state() == "available"
