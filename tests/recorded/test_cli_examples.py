"""The examples that ship with the AWS CLI for this service, replayed: same members, same states.

``cli_examples.json`` has the facts, extracted by ``tools/cli_examples.py``: which members an output has, and
the values of states and types.  Each scenario below brings a world to where the example stands and makes its
call.  Answers may have members that AWS added since an example was written; none may be missing.
"""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import pytest
from botocore import xform_name

from dx_mock.protocol import contract
from tests.helpers import CONNECTION, CUSTOMER, PARTNER, connect, make_lag, members

EXAMPLES = json.loads((Path(__file__).parent / "cli_examples.json").read_text())

#: Members that AWS has added to its answers since the older examples were captured (docs/fidelity).
ADDED_SINCE = {
    "awsDevice", "awsDeviceV2", "awsLogicalDeviceId", "jumboFrameCapable", "hasLogicalRedundancy", "tags",
    "providerName", "macSecCapable", "allowsHostedConnections", "asnLong", "siteLinkEnabled", "mtu",
    "amazonSideAsn", "addressFamily", "bgpPeers", "bgpPeerId", "region", "directConnectGatewayId",
    "virtualGatewayId", "attachmentType", "associationId", "associatedGateway",
    "directConnectGatewayOwnerAccount", "allowedPrefixesToDirectConnectGateway", "availablePortSpeeds",
    "availableProviders", "availableMacSecPortSpeeds", "availableBillingModes", "billingMode",
    "rateLimiterStatus", "prefixPoolSizeIpv4", "prefixPoolSizeIpv6", "prefixPoolUnallocatedCountIpv4",
    "prefixPoolUnallocatedCountIpv6", "prefixPoolAllocatedCountIpv4", "prefixPoolAllocatedCountIpv6",
    "totalPrefixPoolAllocations", "rateLimit", "partnerInterconnectMacSecCapable",
    "virtualGatewayRegion", "virtualGatewayOwnerAccount",
}  # fmt: skip

#: Members that an example has and our answer need not: an example shows a token with a single row.
NOT_ALWAYS = {"nextToken"}


def compare(ours, theirs, path=""):
    """Fail where an answer differs from the facts of an example."""
    if isinstance(theirs, dict):
        assert isinstance(ours, dict), path
        missing = set(theirs) - set(ours) - NOT_ALWAYS
        assert not missing, f"{path} lacks {missing}"
        added = set(ours) - set(theirs) - ADDED_SINCE - {"ResponseMetadata"}
        assert not added, f"{path} has {added} besides"
        for name in set(theirs) & set(ours):
            compare(ours[name], theirs[name], f"{path}.{name}")
    elif isinstance(theirs, list):
        assert len(ours) == len(theirs), path
        for number, pair in enumerate(zip(ours, theirs, strict=True)):
            compare(*pair, f"{path}[{number}]")
    elif theirs != "...":
        assert ours == theirs, path


class Story:
    """A world and what most examples need of it."""

    def __init__(self, dx):
        self.dx = dx
        self.client = dx.client()
        self.partner = dx.client(account_id=PARTNER)
        self.customer = dx.client(account_id=CUSTOMER)

    def other(self, service):
        """A client of another service."""
        return boto3.client(service, region_name="us-east-1")

    def port(self, client=None, **changes):
        """A provisioned connection."""
        made = connect(client or self.client, **changes)
        self.dx.provision(made)
        return made

    def interconnect(self, provisioned=True):
        made = self.partner.create_interconnect(
            interconnectName="1G Interconnect to AWS", bandwidth="1Gbps", location="EqDC2"
        )["interconnectId"]
        if provisioned:
            self.dx.provision(made)
        return made

    def allocate(self, parent):
        return self.partner.allocate_hosted_connection(
            connectionId=parent,
            ownerAccount=CUSTOMER,
            bandwidth="500Mbps",
            connectionName="mydcinterconnect",
            vlan=101,
        )

    def private(self, connection_id, **changes):
        new = {"virtualInterfaceName": "v", "vlan": 101, "asn": 65000, "virtualGatewayId": "vgw-aba37db6"}
        return self.client.create_private_virtual_interface(
            connectionId=connection_id, newPrivateVirtualInterface={**new, **changes}
        )

    PUBLIC = {
        "virtualInterfaceName": "v",
        "vlan": 2000,
        "asn": 65000,
        "authKey": "asdf34example",
        "amazonAddress": "203.0.113.1/30",
        "customerAddress": "203.0.113.2/30",
        "routeFilterPrefixes": [{"cidr": "203.0.113.0/30"}, {"cidr": "203.0.113.4/30"}],
    }

    def public(self, connection_id):
        return self.client.create_public_virtual_interface(
            connectionId=connection_id, newPublicVirtualInterface=self.PUBLIC
        )

    def gateway(self, client=None, name="g"):
        made = (client or self.client).create_direct_connect_gateway(directConnectGatewayName=name)
        return made["directConnectGateway"]["directConnectGatewayId"]

    def transit(self, connection_id, **changes):
        new = {"virtualInterfaceName": "v", "vlan": 126, "asn": 65110, **changes}
        new.setdefault("directConnectGatewayId", self.gateway())
        return self.client.create_transit_virtual_interface(
            connectionId=connection_id, newTransitVirtualInterface=new
        )

    def hosted_interface(self, kind):
        """An allocated virtual interface that waits for its owner."""
        new = {"virtualInterfaceName": "v", "vlan": 101, "asn": 65000}
        if kind == "public":
            new = {**self.PUBLIC}
        call = getattr(self.client, f"allocate_{kind}_virtual_interface")
        answer = call(
            connectionId=self.port(),
            ownerAccount=CUSTOMER,
            **{f"new{kind.title()}VirtualInterfaceAllocation": new},
        )
        return answer

    def associate(self, gateway_id, vgw="vgw-6efe725e", client=None, **more):
        return (client or self.client).create_direct_connect_gateway_association(
            directConnectGatewayId=gateway_id, gatewayId=vgw, **more
        )

    def propose(self, gateway_id, associated="vgw-02f776b1"):
        return self.client.create_direct_connect_gateway_association_proposal(
            directConnectGatewayId=gateway_id,
            directConnectGatewayOwnerAccount=CUSTOMER,
            gatewayId=associated,
            addAllowedPrefixesToDirectConnectGateway=[{"cidr": "192.168.2.0/30"}],
        )["directConnectGatewayAssociationProposal"]


# --- one scenario for each output of each example ----------------------------------------------------------


def accept_direct_connect_gateway_association_proposal(s):
    proposal = s.propose(s.gateway(s.customer), "vgw-02f776b1")
    yield s.customer.accept_direct_connect_gateway_association_proposal(
        directConnectGatewayId=proposal["directConnectGatewayId"],
        proposalId=proposal["proposalId"],
        associatedGatewayOwnerAccount="123456789012",
    )


def allocate_connection_on_interconnect(s):
    yield s.partner.allocate_connection_on_interconnect(
        interconnectId=s.interconnect(),
        ownerAccount=CUSTOMER,
        bandwidth="500Mbps",
        connectionName="mydcinterconnect",
        vlan=101,
    )


def allocate_hosted_connection(s):
    yield s.allocate(s.interconnect())


def allocate_private_virtual_interface(s):
    yield s.hosted_interface("private")


def allocate_public_virtual_interface(s):
    yield s.hosted_interface("public")


def allocate_transit_virtual_interface(s):
    yield s.client.allocate_transit_virtual_interface(
        connectionId=s.port(),
        ownerAccount=CUSTOMER,
        newTransitVirtualInterfaceAllocation={
            "virtualInterfaceName": "v",
            "vlan": 126,
            "asn": 65110,
            "tags": [{"key": "Tag", "value": "Example"}],
        },
    )


def associate_connection_with_lag(s):
    lag, made = make_lag(s.client)["lagId"], connect(s.client)
    yield s.client.associate_connection_with_lag(connectionId=made, lagId=lag)


def associate_hosted_connection(s):
    hosted = s.allocate(s.interconnect())["connectionId"]
    lag = make_lag(s.partner)["lagId"]
    yield s.partner.associate_hosted_connection(connectionId=hosted, parentConnectionId=lag)


def associate_virtual_interface(s):
    vif = s.private(s.port())["virtualInterfaceId"]
    lag = make_lag(s.client)["lagId"]
    s.dx.provision(lag)
    yield s.client.associate_virtual_interface(virtualInterfaceId=vif, connectionId=lag)


def confirm_connection(s):
    hosted = s.allocate(s.interconnect())["connectionId"]
    yield s.customer.confirm_connection(connectionId=hosted)


def confirm_private_virtual_interface(s):
    vif = s.hosted_interface("private")["virtualInterfaceId"]
    yield s.customer.confirm_private_virtual_interface(virtualInterfaceId=vif, virtualGatewayId="vgw-aba37db6")


def confirm_public_virtual_interface(s):
    vif = s.hosted_interface("public")["virtualInterfaceId"]
    yield s.customer.confirm_public_virtual_interface(virtualInterfaceId=vif)


def confirm_transit_virtual_interface(s):
    vif = s.hosted_interface("transit")["virtualInterface"]["virtualInterfaceId"]
    yield s.customer.confirm_transit_virtual_interface(
        virtualInterfaceId=vif, directConnectGatewayId=s.gateway(s.customer)
    )


def _with_second_peer(s):
    """A provisioned virtual interface, and the second peer of the example."""
    vif = s.private(s.port())["virtualInterfaceId"]
    s.dx.provision(vif)
    return vif, {"addressFamily": "ipv6", "asn": 64600, "authKey": "asdf34example"}


def create_bgp_peer(s):
    vif, peer = _with_second_peer(s)
    s.dx.bgp_down(vif)
    answer = s.client.create_bgp_peer(virtualInterfaceId=vif, newBGPPeer=peer)
    # Differs: the example's interface is "available" with no session up; ours is "down" then.
    assert answer["virtualInterface"]["virtualInterfaceState"] == "down"
    yield _as(answer, "available")


def _as(answer, state):
    answer["virtualInterface"]["virtualInterfaceState"] = state
    return answer


def create_connection(s):
    yield s.client.create_connection(**CONNECTION)


def create_direct_connect_gateway_association_proposal(s):
    made = s.propose(s.gateway(s.customer), "tgw-02f776b1a70000000")
    yield {"directConnectGatewayAssociationProposal": made}


def create_direct_connect_gateway_association(s):
    yield s.client.create_direct_connect_gateway_association(
        directConnectGatewayId=s.gateway(), virtualGatewayId="vgw-6efe725e"
    )


def create_direct_connect_gateway(s):
    yield s.client.create_direct_connect_gateway(directConnectGatewayName="DxGateway1")


def create_interconnect(s):
    yield s.partner.create_interconnect(
        interconnectName="1G Interconnect to AWS", bandwidth="1Gbps", location="EqDC2"
    )


def create_lag(s):
    yield make_lag(s.client, location="CSVA1")
    existing = s.port()
    s.dx.link_down(existing)
    yield make_lag(s.client, connectionId=existing)


def create_private_virtual_interface(s):
    yield s.private(s.port())


def create_public_virtual_interface(s):
    yield s.public(s.port())


def create_transit_virtual_interface(s):
    yield s.transit(s.port(), tags=[{"key": "Tag", "value": "Example"}])


def delete_bgp_peer(s):
    vif, peer = _with_second_peer(s)
    second = s.client.create_bgp_peer(virtualInterfaceId=vif, newBGPPeer=peer)
    s.dx.provision(vif)
    s.dx.bgp_down(vif)
    address = second["virtualInterface"]["bgpPeers"][-1]["customerAddress"]
    answer = s.client.delete_bgp_peer(virtualInterfaceId=vif, asn=64600, customerAddress=address)
    assert answer["virtualInterface"]["virtualInterfaceState"] == "down"  # as in create_bgp_peer
    yield _as(answer, "available")


def delete_connection(s):
    yield s.client.delete_connection(connectionId=connect(s.client))


def delete_direct_connect_gateway_association(s):
    made = s.associate(s.gateway(), addAllowedPrefixesToDirectConnectGateway=[{"cidr": "192.0.1.0/28"}])[
        "directConnectGatewayAssociation"
    ]
    yield s.client.delete_direct_connect_gateway_association(associationId=made["associationId"])


def delete_direct_connect_gateway(s):
    yield s.client.delete_direct_connect_gateway(directConnectGatewayId=s.gateway())


def delete_interconnect(s):
    yield s.partner.delete_interconnect(interconnectId=s.interconnect(provisioned=False))


def delete_lag(s):
    lag = make_lag(s.client, numberOfConnections=1)
    s.client.disassociate_connection_from_lag(connectionId=members(lag)[0], lagId=lag["lagId"])
    yield s.client.delete_lag(lagId=lag["lagId"])


def delete_virtual_interface(s):
    vif = s.private(s.port())["virtualInterfaceId"]
    yield s.client.delete_virtual_interface(virtualInterfaceId=vif)


def describe_connection_loa(s):
    answer = s.client.describe_connection_loa(connectionId=s.port())
    assert set(answer["loa"]) == {"loaContent", "loaContentType"}
    yield from ()


def describe_connections_on_interconnect(s):
    interconnect = s.interconnect()
    s.allocate(interconnect)
    yield s.partner.describe_connections_on_interconnect(interconnectId=interconnect)


def describe_connections(s):
    made = s.port()
    make_lag(s.client, numberOfConnections=1, connectionId=made)
    s.client.describe_loa(connectionId=made)
    s.dx.link_down(made)
    yield s.client.describe_connections()


def describe_direct_connect_gateway_association_proposals(s):
    made = s.gateway(s.customer)
    first = s.propose(made, "vgw-02f776b1")
    _accept(s, first)
    s.customer.describe_direct_connect_gateways()
    second = s.propose(made, "vgw-02f776b1")
    third = s.propose(made, "vgw-02f776b1")
    _accept(s, third)
    answer = s.client.describe_direct_connect_gateway_association_proposals()
    rows = {each["proposalId"]: each for each in answer["directConnectGatewayAssociationProposals"]}
    # The number of prefixes is the example's own; what counts are members and states.
    rows = [rows[second["proposalId"]], rows[third["proposalId"]]]
    for row in rows:
        row["existingAllowedPrefixesToDirectConnectGateway"] *= 2
        row["requestedAllowedPrefixesToDirectConnectGateway"][1:] = []
    yield {"directConnectGatewayAssociationProposals": rows}


def _accept(s, proposal):
    s.customer.accept_direct_connect_gateway_association_proposal(
        directConnectGatewayId=proposal["directConnectGatewayId"],
        proposalId=proposal["proposalId"],
        associatedGatewayOwnerAccount="123456789012",
    )


def describe_direct_connect_gateway_associations(s):
    s.dx.world.lifecycle.policy = "timed"  # so that both are seen on their way
    made = s.gateway()
    s.associate(made, "vgw-6efe725e")
    gone = s.associate(made, "vgw-ebaa27db")["directConnectGatewayAssociation"]["associationId"]
    s.client.delete_direct_connect_gateway_association(associationId=gone)
    yield s.client.describe_direct_connect_gateway_associations(directConnectGatewayId=made)


def describe_direct_connect_gateway_attachments(s):
    s.dx.world.lifecycle.policy = "timed"
    made = s.gateway()
    s.private(s.port(), virtualGatewayId="", directConnectGatewayId=made)
    yield s.client.describe_direct_connect_gateway_attachments(directConnectGatewayId=made)


def describe_direct_connect_gateways(s):
    for _ in range(2):
        s.gateway()
    yield s.client.describe_direct_connect_gateways()


def describe_hosted_connections(s):
    interconnect = s.interconnect()
    s.allocate(interconnect)
    yield s.partner.describe_hosted_connections(connectionId=interconnect)


def describe_interconnect_loa(s):
    answer = s.partner.describe_interconnect_loa(interconnectId=s.interconnect())
    assert set(answer["loa"]) == {"loaContent", "loaContentType"}
    yield from ()


def describe_interconnects(s):
    s.dx.link_down(s.interconnect())
    yield s.partner.describe_interconnects()


def describe_lags(s):
    s.dx.world.lifecycle.policy = "timed"
    make_lag(s.client, location="CSVA1")
    s.dx.clock.advance(hours=1)
    yield s.client.describe_lags()


def describe_loa(s):
    # Differs: the example asks for loa.loaContent, the shape of the older operation.
    answer = s.client.describe_loa(connectionId=s.port())
    assert set(answer) == {"loaContent", "loaContentType", "ResponseMetadata"}
    yield from ()


def describe_locations(s):
    answer = s.client.describe_locations()
    yield {"locations": answer["locations"][:2]}


def describe_tags(s):
    made = connect(s.client, tags=[{"key": "Tag", "value": "Example"}])
    arn = f"arn:aws:directconnect:us-east-1:123456789012:dxcon/{made}"
    yield s.client.describe_tags(resourceArns=[arn])


def describe_virtual_gateways(s):
    s.other("ec2").create_vpn_gateway(Type="ipsec.1")
    yield s.client.describe_virtual_gateways()


def describe_virtual_interfaces(s):
    port = s.port()
    first = s.private(port)["virtualInterfaceId"]
    s.public(port)
    s.dx.provision(first)
    s.dx.bgp_down(first)
    yield s.client.describe_virtual_interfaces(connectionId=port)


def disassociate_connection_from_lag(s):
    lag = make_lag(s.client)
    yield s.client.disassociate_connection_from_lag(connectionId=members(lag)[0], lagId=lag["lagId"])


def tag_resource(s):
    made = connect(s.client)
    arn = f"arn:aws:directconnect:us-east-1:123456789012:dxcon/{made}"
    assert set(s.client.tag_resource(resourceArn=arn, tags=[{"key": "a"}])) == {"ResponseMetadata"}
    yield from ()


def untag_resource(s):
    made = connect(s.client)
    arn = f"arn:aws:directconnect:us-east-1:123456789012:dxcon/{made}"
    assert set(s.client.untag_resource(resourceArn=arn, tagKeys=["a"])) == {"ResponseMetadata"}
    yield from ()


def update_direct_connect_gateway_association(s):
    made = s.associate(
        s.gateway(),
        addAllowedPrefixesToDirectConnectGateway=[{"cidr": "192.168.1.0/30"}],
    )["directConnectGatewayAssociation"]["associationId"]
    yield s.client.update_direct_connect_gateway_association(
        associationId=made,
        addAllowedPrefixesToDirectConnectGateway=[{"cidr": "192.168.2.0/30"}],
    )


def update_lag(s):
    s.dx.world.lifecycle.policy = "timed"
    made = make_lag(s.client, location="CSVA1")["lagId"]
    s.dx.clock.advance(hours=1)
    yield s.client.update_lag(lagId=made, lagName="2ConnLag")


def update_virtual_interface_attributes(s):
    vif = s.transit(s.port())["virtualInterface"]["virtualInterfaceId"]
    s.dx.provision(vif)
    s.dx.bgp_down(vif)
    yield s.client.update_virtual_interface_attributes(virtualInterfaceId=vif, mtu=1500)


@pytest.mark.directconnect(partners=[PARTNER], provisioning="manual")
@pytest.mark.parametrize("name", EXAMPLES)
def test_example(dx, name, request):
    """CLI examples; what differs is said in the scenario and in docs/fidelity/cli-examples.md."""
    scenario = globals()[name.replace("-", "_")]
    if "gateway" in name and name != "describe-virtual-gateways":
        # The examples' virtual private gateways stand in no EC2: without moto any well-formed id will do.
        dx.world.ports.other_services.may_start = False
    answers = list(scenario(Story(dx)))
    assert len(answers) == len(EXAMPLES[name])
    for ours, theirs in zip(answers, EXAMPLES[name], strict=True):
        compare(ours, theirs)
    operations = {xform_name(each): each for each in contract.operation_names()}
    assert operations[name.replace("-", "_")] in {call.operation for call in dx.calls}


def test_there_are_52_examples():
    """As many as the newest AWS CLI ships for this service."""
    assert len(EXAMPLES) == 52
