"""Who is calling: every service of the server agrees, whichever way an account is told (issue: server)."""

from __future__ import annotations

import pytest

import dx_mock
from tests.helpers import CUSTOMER, PARTNER, connect
from tests.http_server.clients import client, serve

pytest.importorskip("flask")

#: sees itself alone in the tests below
HUB = "444455556666"


@pytest.fixture(scope="module", params=["thread", pytest.param("process", marks=pytest.mark.slow)])
def endpoint(request):
    """A server in a thread of this process, and one in a process of its own."""
    if request.param == "thread":
        with dx_mock.server(partners=[PARTNER]) as running:
            yield running.endpoint_url
    else:
        with serve("--partners", PARTNER) as endpoint_url:
            yield endpoint_url


def by_key(endpoint, account):
    """A 12-digit access key."""
    return lambda service, **more: client(endpoint, service, account, **more)


def by_header(endpoint, account):
    """The header of moto, which goes before the key."""

    def make(service, **more):
        made = client(endpoint, service, "999999999999", **more)
        made.meta.events.register(
            "before-sign",
            lambda request, **_: request.headers.add_header("x-moto-account-id", account),
        )
        return made

    return make


def by_role(endpoint, account):
    """The credentials of a role of the account, assumed from another one."""
    sts = client(endpoint, "sts", HUB)
    found = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/tests", RoleSessionName="session")[
        "Credentials"
    ]
    keys = {
        "aws_access_key_id": found["AccessKeyId"],
        "aws_secret_access_key": found["SecretAccessKey"],
        "aws_session_token": found["SessionToken"],
    }
    return lambda service, **more: client(endpoint, service, **keys, **more)


def by_user(endpoint, account):
    """The access key of an IAM user of the account."""
    iam = client(endpoint, "iam", account)
    iam.create_user(UserName="tester")
    found = iam.create_access_key(UserName="tester")["AccessKey"]
    keys = {"aws_access_key_id": found["AccessKeyId"], "aws_secret_access_key": found["SecretAccessKey"]}
    return lambda service, **more: client(endpoint, service, **keys, **more)


@pytest.mark.parametrize(
    ("way", "account"),
    [
        (by_key, "100000000001"),
        (by_header, "100000000002"),
        (by_role, "100000000003"),
        (by_user, "100000000004"),
        (by_key, "000000000005"),
    ],
)
def test_every_service_agrees_on_who_is_calling(endpoint, way, account):
    """STS, Direct Connect, EC2, the Tagging API, Secrets Manager and IAM."""
    make = way(endpoint, account)
    assert make("sts").get_caller_identity()["Account"] == account
    dx = make("directconnect")
    made = connect(dx, tags=[{"key": "team", "value": "network"}], bandwidth="10Gbps", requestMACSec=True)
    (shown,) = dx.describe_connections()["connections"]
    assert shown["ownerAccount"] == account
    vpc = make("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    (found,) = make("ec2").describe_vpcs(VpcIds=[vpc])["Vpcs"]
    assert found["OwnerId"] == account
    (row,) = make("resourcegroupstaggingapi").get_resources(TagFilters=[{"Key": "team"}])[
        "ResourceTagMappingList"
    ]
    assert row["ResourceARN"] == f"arn:aws:directconnect:us-east-1:{account}:dxcon/{made}"
    (key,) = dx.associate_mac_sec_key(connectionId=made, ckn="ab" * 32, cak="cd" * 32)["macSecKeys"]
    assert key["secretARN"].split(":")[4] == account
    assert make("secretsmanager").get_secret_value(SecretId=key["secretARN"])["ARN"] == key["secretARN"]
    role = make("iam").create_role(RoleName=f"r{account}", AssumeRolePolicyDocument="{}")["Role"]
    assert role["Arn"].split(":")[4] == account
    # The same account by its number, and nobody else, sees all that.
    assert len(client(endpoint, account=account).describe_connections()["connections"]) == 1
    assert client(endpoint, account=HUB).describe_connections()["connections"] == []
    with pytest.raises(client(endpoint, "ec2", HUB).exceptions.ClientError, match="InvalidVpcID"):
        client(endpoint, "ec2", HUB).describe_vpcs(VpcIds=[vpc])


def test_an_unknown_key_is_the_default_account(endpoint):
    """As with moto, and the same answer from both."""
    keys = {"aws_access_key_id": "AKIA0123456789ABCDEF"}
    assert client(endpoint, "sts", **keys).get_caller_identity()["Account"] == "123456789012"
    made = connect(client(endpoint, region="eu-west-1", **keys), location="EqLD5")
    (shown,) = client(endpoint, region="eu-west-1").describe_connections(connectionId=made)["connections"]
    assert shown["ownerAccount"] == "123456789012"


def test_a_hosted_connection_from_a_partner_to_a_customer(endpoint):
    """Two accounts over HTTP: ordered by one, confirmed by the other (documented: AllocateHostedConnection)."""
    partner, customer = by_role(endpoint, PARTNER)("directconnect"), client(endpoint, account=CUSTOMER)
    parent = partner.create_interconnect(interconnectName="i", bandwidth="10Gbps", location="EqDC2")
    partner.describe_interconnects()
    hosted = partner.allocate_hosted_connection(
        connectionId=parent["interconnectId"],
        ownerAccount=CUSTOMER,
        bandwidth="500Mbps",
        connectionName="h",
        vlan=42,
    )["connectionId"]
    (shown,) = customer.describe_connections(connectionId=hosted)["connections"]
    assert (shown["connectionState"], shown["ownerAccount"]) == ("ordering", CUSTOMER)
    customer.confirm_connection(connectionId=hosted)
    (shown,) = customer.describe_connections(connectionId=hosted)["connections"]
    assert shown["connectionState"] == "available"
    (seen,) = partner.describe_hosted_connections(connectionId=parent["interconnectId"])["connections"]
    assert seen["connectionId"] == hosted
    with pytest.raises(customer.exceptions.DirectConnectClientException):
        customer.describe_hosted_connections(connectionId=parent["interconnectId"])


def test_a_proposal_with_a_gateway_of_another_account(endpoint):
    """The VGW is in the EC2 of whoever proposes; the Direct Connect gateway belongs to another account."""
    owner, other = by_header(endpoint, "200000000001"), by_role(endpoint, "200000000002")
    gateway = owner("directconnect").create_direct_connect_gateway(directConnectGatewayName="g")
    gateway = gateway["directConnectGateway"]["directConnectGatewayId"]
    ec2 = other("ec2")
    vgw = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    ec2.attach_vpn_gateway(VpnGatewayId=vgw, VpcId=vpc)
    order = {"directConnectGatewayId": gateway, "gatewayId": vgw}
    proposal = other("directconnect").create_direct_connect_gateway_association_proposal(
        **order, directConnectGatewayOwnerAccount="200000000001"
    )["directConnectGatewayAssociationProposal"]
    assert proposal["associatedGateway"]["ownerAccount"] == "200000000002"
    accepted = owner("directconnect").accept_direct_connect_gateway_association_proposal(
        directConnectGatewayId=gateway,
        proposalId=proposal["proposalId"],
        associatedGatewayOwnerAccount="200000000002",
    )["directConnectGatewayAssociation"]
    assert accepted["allowedPrefixesToDirectConnectGateway"] == [{"cidr": "10.8.0.0/16"}]
    # Who does not own the VGW can't associate it: in its EC2 there is none.
    with pytest.raises(owner("directconnect").exceptions.DirectConnectClientException):
        owner("directconnect").create_direct_connect_gateway_association(**order)
