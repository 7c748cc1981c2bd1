"""The seven types of AWS::DirectConnect in moto's CloudFormation (Template Reference, resource schemas)."""

from __future__ import annotations

import json

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from dx_mock import mock_directconnect
from tests.helpers import CUSTOMER, connect, needs, one, one_lag
from tests.service.gateways.test_associations import transit_gateway, virtual_gateway

CONNECTION = {"Bandwidth": "1Gbps", "ConnectionName": "c", "Location": "EqDC2"}
LAG = {"LagName": "lag", "Location": "EqDC2", "ConnectionsBandwidth": "1Gbps"}
GATEWAY = {"DirectConnectGatewayName": "g", "AmazonSideAsn": "64800"}
PEER = {"AddressFamily": "ipv4", "Asn": "65000"}
INTERFACE = {"VirtualInterfaceName": "v", "Vlan": 101, "BgpPeers": [PEER]}


class Stack:
    """A stack, by its client."""

    def __init__(self, **resources):
        self.client = boto3.client("cloudformation", region_name="us-east-1")
        self.client.create_stack(StackName="s", TemplateBody=self.template(resources))

    def template(self, resources):
        """A template, every attribute of every resource among its outputs."""
        body, outputs = {}, {}
        for name, (kind, properties) in resources.items():
            body[name] = {"Type": f"AWS::DirectConnect::{kind}", "Properties": properties}
            outputs[name] = {"Value": {"Ref": name}}
            for attribute in ATTRIBUTES[kind]:
                outputs[name + attribute] = {"Value": {"Fn::GetAtt": [name, attribute]}}
        return json.dumps({"Resources": body, "Outputs": outputs})

    def update(self, **resources):
        """Give it another template."""
        self.client.update_stack(StackName="s", TemplateBody=self.template(resources))

    def delete(self):
        """Delete it."""
        self.client.delete_stack(StackName="s")

    @property
    def outputs(self):
        """What its outputs are."""
        stack = self.client.describe_stacks(StackName="s")["Stacks"][0]
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


ATTRIBUTES = {
    "Connection": ["ConnectionArn", "ConnectionId"],
    "Lag": ["LagArn", "LagId"],
    "DirectConnectGateway": ["DirectConnectGatewayArn", "DirectConnectGatewayId"],
    "DirectConnectGatewayAssociation": ["AssociationId"],
    "PrivateVirtualInterface": ["VirtualInterfaceArn", "VirtualInterfaceId"],
    "PublicVirtualInterface": ["VirtualInterfaceArn", "VirtualInterfaceId"],
    "TransitVirtualInterface": ["VirtualInterfaceArn", "VirtualInterfaceId"],
}


def ref(name):
    """A reference to another resource of the stack."""
    return {"Ref": name}


def tag(value):
    """Tags in a template."""
    return [{"Key": "k", "Value": value}]


def live(client):
    """Names of connections that are there."""
    found = client.describe_connections()["connections"]
    return {each["connectionName"] for each in found if each["connectionState"] != "deleted"}


def interfaces(client):
    """Virtual interfaces that are there."""
    found = client.describe_virtual_interfaces()["virtualInterfaces"]
    return [each for each in found if each["virtualInterfaceState"] not in {"deleting", "deleted"}]


def gateway_states(client):
    """The states of all gateways, two looks after whatever was done to them."""
    client.describe_direct_connect_gateways()
    found = client.describe_direct_connect_gateways()["directConnectGateways"]
    return {each["directConnectGatewayState"] for each in found}


def test_life_of_a_connection(client):
    """Ref is the ARN; the name and tags are updated in place, another bandwidth is another connection."""
    stack = Stack(C=("Connection", {**CONNECTION, "Tags": tag("1")}))
    out = stack.outputs
    first = out["CConnectionId"]
    arn = f"arn:aws:directconnect:us-east-1:123456789012:dxcon/{first}"
    assert out["C"] == out["CConnectionArn"] == arn
    assert one(client, first)["tags"] == [{"key": "k", "value": "1"}]
    stack.update(C=("Connection", {**CONNECTION, "ConnectionName": "d", "Tags": tag("2")}))
    assert one(client, first)["connectionName"] == "d"
    assert one(client, first)["tags"] == [{"key": "k", "value": "2"}]
    stack.update(C=("Connection", {**CONNECTION, "ConnectionName": "d"}))
    assert one(client, first)["tags"] == []
    stack.update(C=("Connection", {**CONNECTION, "ConnectionName": "e", "Bandwidth": "10Gbps"}))
    assert stack.outputs["CConnectionId"] != first
    assert live(client) == {"e"}
    stack.delete()
    assert live(client) == set()


def test_connections_of_a_lag(client):
    """A LAG has no connections of its own; they name it, by ARN or id, and may leave it."""
    stack = Stack(
        L=("Lag", LAG),
        A=("Connection", {**CONNECTION, "ConnectionName": "a", "LagId": ref("L")}),
        B=(
            "Connection",
            {**CONNECTION, "ConnectionName": "b", "LagId": {"Fn::GetAtt": ["L", "LagId"]}},
        ),
    )
    out = stack.outputs
    assert out["L"] == f"arn:aws:directconnect:us-east-1:123456789012:dxlag/{out['LLagId']}"
    lag = one_lag(client, out["LLagId"])
    assert {each["connectionName"] for each in lag["connections"]} == {"a", "b"}
    stack.update(
        L=("Lag", {**LAG, "LagName": "other", "MinimumLinks": 1}),
        A=("Connection", {**CONNECTION, "ConnectionName": "a", "LagId": ref("L")}),
        B=("Connection", {**CONNECTION, "ConnectionName": "b"}),
    )
    lag = one_lag(client, out["LLagId"])
    assert (lag["lagName"], lag["minimumLinks"]) == ("other", 1)
    assert [each["connectionName"] for each in lag["connections"]] == ["a"]
    stack.update(L=("Lag", LAG))
    stack.delete()
    assert live(client) == set()
    assert one_lag(client, out["LLagId"])["lagState"] == "deleted"


def test_state_is_an_attribute(client):
    """ConnectionState and LagState are what the service says when the output is made."""
    stack = Stack(C=("Connection", CONNECTION), L=("Lag", LAG))
    template = {
        "Resources": {
            "C": {"Type": "AWS::DirectConnect::Connection", "Properties": CONNECTION},
            "L": {"Type": "AWS::DirectConnect::Lag", "Properties": LAG},
        },
        "Outputs": {
            "C": {"Value": {"Fn::GetAtt": ["C", "ConnectionState"]}},
            "L": {"Value": {"Fn::GetAtt": ["L", "LagState"]}},
        },
    }
    stack.client.update_stack(StackName="s", TemplateBody=json.dumps(template))
    assert stack.outputs == {"C": "available", "L": one_lag(client, _only_lag(client))["lagState"]}


def _only_lag(client):
    return client.describe_lags()["lags"][0]["lagId"]


def test_an_attribute_that_does_not_exist(client):
    """A template with an output of an unknown attribute is refused before anything is made."""
    template = {
        "Resources": {"C": {"Type": "AWS::DirectConnect::Connection", "Properties": CONNECTION}},
        "Outputs": {"C": {"Value": {"Fn::GetAtt": ["C", "Nothing"]}}},
    }
    stacks = boto3.client("cloudformation", region_name="us-east-1")
    with pytest.raises(ClientError):
        stacks.create_stack(StackName="s", TemplateBody=json.dumps(template))
    assert live(client) == set()


def test_private_virtual_interface_on_a_gateway(client):
    """Properties take ARNs; peers, MTU and names change in place, another VLAN is another interface."""
    base = {"C": ("Connection", CONNECTION), "G": ("DirectConnectGateway", GATEWAY)}
    properties = {**INTERFACE, "ConnectionId": ref("C"), "DirectConnectGatewayId": ref("G")}
    stack = Stack(**base, V=("PrivateVirtualInterface", properties))
    out = stack.outputs
    assert out["G"] == f"arn:aws:directconnect::123456789012:dx-gateway/{out['GDirectConnectGatewayId']}"
    assert out["V"] == f"arn:aws:directconnect:us-east-1:123456789012:dxvif/{out['VVirtualInterfaceId']}"
    (shown,) = interfaces(client)
    assert shown["amazonSideAsn"] == 64800
    assert shown["directConnectGatewayId"] == out["GDirectConnectGatewayId"]
    six = {"AddressFamily": "ipv6", "Asn": "65000"}
    stack.update(
        **base,
        V=(
            "PrivateVirtualInterface",
            {**properties, "Mtu": 9001, "VirtualInterfaceName": "w", "BgpPeers": [PEER, six]},
        ),
    )
    (shown,) = interfaces(client)
    assert (shown["virtualInterfaceName"], shown["mtu"]) == ("w", 9001)
    assert {each["addressFamily"] for each in shown["bgpPeers"]} == {"ipv4", "ipv6"}
    stack.update(**base, V=("PrivateVirtualInterface", {**properties, "BgpPeers": [six]}))
    (shown,) = interfaces(client)
    assert [each["addressFamily"] for each in shown["bgpPeers"]] == ["ipv6"]
    stack.update(**base, V=("PrivateVirtualInterface", {**properties, "Vlan": 102}))
    (shown,) = interfaces(client)
    assert shown["vlan"] == 102
    assert stack.outputs["VVirtualInterfaceId"] != out["VVirtualInterfaceId"]
    stack.delete()
    assert interfaces(client) == []
    assert gateway_states(client) <= {"deleting", "deleted"}
    assert live(client) == set()


def test_moves_and_the_other_kinds(client):
    """ConnectionId moves an interface; public ones have prefixes, transit ones a gateway."""
    public = {
        **INTERFACE,
        "Vlan": 102,
        "ConnectionId": ref("A"),
        "RouteFilterPrefixes": ["203.0.113.0/30"],
        "BgpPeers": [{**PEER, "AmazonAddress": "203.0.113.1/30", "CustomerAddress": "203.0.113.2/30"}],
    }
    transit = {**INTERFACE, "ConnectionId": ref("A"), "DirectConnectGatewayId": ref("G")}
    base = {
        "A": ("Connection", CONNECTION),
        "B": ("Connection", CONNECTION),
        "G": ("DirectConnectGateway", GATEWAY),
        "P": ("PublicVirtualInterface", public),
    }
    stack = Stack(**base, T=("TransitVirtualInterface", transit))
    out = stack.outputs
    shown = {each["virtualInterfaceType"]: each for each in interfaces(client)}
    assert shown["public"]["routeFilterPrefixes"] == [{"cidr": "203.0.113.0/30"}]
    assert shown["transit"]["connectionId"] == out["AConnectionId"]
    stack.update(**base, T=("TransitVirtualInterface", {**transit, "ConnectionId": ref("B")}))
    shown = {each["virtualInterfaceType"]: each for each in interfaces(client)}
    assert shown["transit"]["virtualInterfaceId"] == out["TVirtualInterfaceId"]
    assert shown["transit"]["connectionId"] == out["BConnectionId"]


def test_hosted_virtual_interface(dx):
    """The account of the role allocates; the stack's account owns and confirms [documented: CFN]."""
    owner = dx.client(account_id=CUSTOMER)
    connection = connect(owner)
    owner.describe_connections()
    role = f"arn:aws:iam::{CUSTOMER}:role/allocate"
    Stack(
        G=("DirectConnectGateway", GATEWAY),
        V=(
            "PrivateVirtualInterface",
            {
                **INTERFACE,
                "ConnectionId": connection,
                "DirectConnectGatewayId": ref("G"),
                "AllocatePrivateVirtualInterfaceRoleArn": role,
            },
        ),
    )
    (shown,) = interfaces(dx.client())
    assert (shown["ownerAccount"], shown["connectionId"]) == ("123456789012", connection)
    assert shown["virtualInterfaceState"] == "available"


def test_association_and_its_prefixes(client):
    """Ref is the id of the association; its prefixes change in place, and gateways wait for its end."""
    associated = transit_gateway()
    properties = {
        "DirectConnectGatewayId": ref("G"),
        "AssociatedGatewayId": associated,
        "AllowedPrefixesToDirectConnectGateway": ["10.1.0.0/16"],
    }
    base = {"G": ("DirectConnectGateway", GATEWAY)}
    stack = Stack(**base, A=("DirectConnectGatewayAssociation", properties))
    out = stack.outputs
    assert out["A"] == out["AAssociationId"]
    changed = {**properties, "AllowedPrefixesToDirectConnectGateway": ["10.2.0.0/16"]}
    stack.update(**base, A=("DirectConnectGatewayAssociation", changed))
    answer = client.describe_direct_connect_gateway_associations(associationId=out["A"])
    (shown,) = answer["directConnectGatewayAssociations"]
    assert shown["allowedPrefixesToDirectConnectGateway"] == [{"cidr": "10.2.0.0/16"}]
    stack.delete()
    assert gateway_states(client) <= {"deleting", "deleted"}


def test_association_across_accounts(dx):
    """With a role of the gateway's owner, a proposal is made and accepted [documented: CFN]."""
    theirs = dx.client(account_id=CUSTOMER)
    gateway = theirs.create_direct_connect_gateway(directConnectGatewayName="g")["directConnectGateway"]
    associated = virtual_gateway()
    stack = Stack(
        A=(
            "DirectConnectGatewayAssociation",
            {
                "DirectConnectGatewayId": gateway["directConnectGatewayId"],
                "AssociatedGatewayId": associated,
                "AcceptDirectConnectGatewayAssociationProposalRoleArn": f"arn:aws:iam::{CUSTOMER}:role/r",
            },
        )
    )
    answer = theirs.describe_direct_connect_gateway_associations(associationId=stack.outputs["A"])
    (shown,) = answer["directConnectGatewayAssociations"]
    assert shown["associatedGateway"]["ownerAccount"] == "123456789012"
    assert shown["directConnectGatewayOwnerAccount"] == CUSTOMER


def test_what_direct_connect_refuses(client):
    """The refusal is in the error of CloudFormation, and nothing was made."""
    with pytest.raises(ClientError, match="Resource handler returned message"):
        Stack(C=("Connection", {**CONNECTION, "Location": "Nowhere"}))
    assert live(client) == set()


@pytest.mark.parametrize(
    ("asn", "short"), [("65000", 65000), ("4200000001", 0), ("4294967294", 0), (65000, 65000)]
)
@needs("VirtualInterface.asnLong")
def test_asn_of_a_peer(client, asn, short):
    """A string, 1 to 4294967294 [documented: CFN (the schema)]."""
    peers = {"BgpPeers": [{**PEER, "Asn": asn}]}
    stack = Stack(
        C=("Connection", {**CONNECTION}),
        G=("DirectConnectGateway", GATEWAY),
    )
    gateway = stack.outputs["GDirectConnectGatewayId"]
    properties = {**INTERFACE, **peers, "ConnectionId": ref("C"), "DirectConnectGatewayId": gateway}
    client.describe_connections()
    stack.update(
        C=("Connection", CONNECTION), G=("DirectConnectGateway", GATEWAY),
        V=("PrivateVirtualInterface", properties),
    )  # fmt: skip
    (shown,) = client.describe_virtual_interfaces()["virtualInterfaces"]
    assert (shown["asn"], shown["asnLong"]) == (short, int(asn))


@pytest.mark.parametrize(
    ("kind", "properties", "problem"),
    [
        ("Connection", {**CONNECTION, "Colour": "blue"}, r"#: extraneous key \[Colour\]"),
        ("Lag", {**LAG, "NumberOfConnections": 2}, r"#: extraneous key \[NumberOfConnections\]"),
        ("DirectConnectGateway", {**GATEWAY, "Name": "g"}, r"#: extraneous key \[Name\]"),
        (
            "PublicVirtualInterface",
            {**INTERFACE, "ConnectionId": "dxcon-fg000000", "Mtu": 1500},
            r"#: extraneous key \[Mtu\]",
        ),
        (
            "TransitVirtualInterface",
            {**INTERFACE, "ConnectionId": "dxcon-fg000000", "BgpPeers": [{**PEER, "AsnLong": 1}]},
            r"#/BgpPeers/0: extraneous key \[AsnLong\]",
        ),
        (
            "PrivateVirtualInterface",
            {**INTERFACE, "ConnectionId": "dxcon-fg000000", "BgpPeers": [{**PEER, "Asn": "AS65000"}]},
            "#/BgpPeers/0/Asn: AS65000 is not an ASN",
        ),
    ],
)
def test_properties_that_the_schema_lacks(client, dx, kind, properties, problem):
    """They fail the stack [documented: CFN (additionalProperties)]; nothing was made."""
    with pytest.raises(ClientError, match=problem):
        Stack(X=(kind, properties))
    assert dx.world.graph.resources == {}


def test_beside_a_mock_of_moto():
    """A mock of moto may be the outer one; its CloudFormation is as before when ours ends."""
    from moto.cloudformation import parsing

    before = parsing.resource_class_from_type
    with mock_aws(), mock_directconnect() as dx:
        assert parsing.resource_class_from_type is not before
        Stack(C=("Connection", CONNECTION))
        assert live(dx.client()) == {"c"}
    assert parsing.resource_class_from_type is before
