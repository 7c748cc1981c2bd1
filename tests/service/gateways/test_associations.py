"""Associations and proposals, with moto's EC2 behind them."""

from __future__ import annotations

import boto3
import pytest

from dx_mock import mock_directconnect
from tests.helpers import CUSTOMER, PARTNER, refused, state
from tests.service.gateways.test_gateways import UNKNOWN, gateway, interface

pytest.importorskip("moto")


def ec2(account="123456789012", region="us-east-1"):
    """An EC2 client of an account."""
    if account == "123456789012":
        return boto3.client("ec2", region_name=region)
    role = boto3.client("sts", region_name=region).assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/r", RoleSessionName="test"
    )["Credentials"]
    return boto3.client(
        "ec2",
        region_name=region,
        aws_access_key_id=role["AccessKeyId"],
        aws_secret_access_key=role["SecretAccessKey"],
        aws_session_token=role["SessionToken"],
    )


def virtual_gateway(client=None, cidr="10.1.0.0/16", attach=True):
    """The id of a virtual private gateway, attached to a VPC of its own."""
    client = client or ec2()
    made = client.create_vpn_gateway(Type="ipsec.1", AmazonSideAsn=64600)["VpnGateway"]["VpnGatewayId"]
    if attach:
        vpc = client.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
        client.attach_vpn_gateway(VpnGatewayId=made, VpcId=vpc)
    return made


def transit_gateway(client=None, asn=64700):
    """The id of a transit gateway."""
    client = client or ec2()
    made = client.create_transit_gateway(Options={"AmazonSideAsn": asn})
    return made["TransitGateway"]["TransitGatewayId"]


def associate(client, gateway_id, associated, *prefixes):
    """An association as it is answered."""
    more = {"addAllowedPrefixesToDirectConnectGateway": [{"cidr": each} for each in prefixes]}
    return client.create_direct_connect_gateway_association(
        directConnectGatewayId=gateway_id, gatewayId=associated, **(more if prefixes else {})
    )["directConnectGatewayAssociation"]


def associations(client, **filters):
    """Associations as they are listed."""
    answer = client.describe_direct_connect_gateway_associations(**filters)
    return answer["directConnectGatewayAssociations"]


def prefixes_of(association):
    """The allowed prefixes."""
    return [each["cidr"] for each in association["allowedPrefixesToDirectConnectGateway"]]


def test_association_of_a_virtual_private_gateway(client):
    """Recorded: NB, with the three older members; the VPC's CIDRs are the default [client-proven: TF]."""
    made, vgw = gateway(client)["directConnectGatewayId"], virtual_gateway()
    answer = associate(client, made, vgw)
    association_id = answer.pop("associationId")
    assert answer == {
        "directConnectGatewayId": made,
        "directConnectGatewayOwnerAccount": "123456789012",
        "associationState": "associating",
        "associatedGateway": {
            "id": vgw,
            "type": "virtualPrivateGateway",
            "ownerAccount": "123456789012",
            "region": "us-east-1",
        },
        "allowedPrefixesToDirectConnectGateway": [{"cidr": "10.1.0.0/16"}],
        "virtualGatewayId": vgw,
        "virtualGatewayRegion": "us-east-1",
        "virtualGatewayOwnerAccount": "123456789012",
    }
    for filters in (
        {"associationId": association_id},
        {"associatedGatewayId": vgw},
        {"virtualGatewayId": vgw},
        {"directConnectGatewayId": made},
    ):
        (shown,) = associations(client, **filters)
        assert shown["associationState"] == "associated"


def test_association_by_the_old_member(client):
    """virtualGatewayId, from before transit gateways."""
    made, vgw = gateway(client)["directConnectGatewayId"], virtual_gateway()
    answer = client.create_direct_connect_gateway_association(
        directConnectGatewayId=made, virtualGatewayId=vgw
    )["directConnectGatewayAssociation"]
    assert answer["virtualGatewayId"] == vgw
    gone = client.delete_direct_connect_gateway_association(directConnectGatewayId=made, virtualGatewayId=vgw)
    assert gone["directConnectGatewayAssociation"]["associationState"] == "disassociating"
    assert associations(client, directConnectGatewayId=made) == []


def test_association_of_a_transit_gateway(client):
    """Documented: no older members; the attachment shows in EC2 and is deleted again."""
    made, tgw = gateway(client)["directConnectGatewayId"], transit_gateway()
    answer = associate(client, made, tgw, "10.0.0.0/8", "10.0.0.0/8", "2001:0db8::/32")
    assert answer["associatedGateway"]["type"] == "transitGateway"
    assert not {"virtualGatewayId", "virtualGatewayRegion", "virtualGatewayOwnerAccount"} & set(answer)
    assert prefixes_of(answer) == ["10.0.0.0/8", "2001:db8::/32"]
    filters = [{"Name": "resource-type", "Values": ["direct-connect-gateway"]}]
    (shown,) = ec2().describe_transit_gateway_attachments(Filters=filters)["TransitGatewayAttachments"]
    assert (shown["TransitGatewayId"], shown["ResourceId"]) == (tgw, made)
    client.delete_direct_connect_gateway_association(associationId=answer["associationId"])
    client.describe_direct_connect_gateways()
    (shown,) = ec2().describe_transit_gateway_attachments(Filters=filters)["TransitGatewayAttachments"]
    assert shown["State"] == "deleted"


def test_refused_associations(client, dx):
    """E18, and the rules of the User Guide."""
    made = gateway(client)["directConnectGatewayId"]
    vgw, loose, tgw = virtual_gateway(), virtual_gateway(attach=False), transit_gateway(asn=64512)
    with refused(dx, "The VirtualGateway vgw-00000000 does not exist."):
        associate(client, made, "vgw-00000000")
    with refused(dx, f"The VirtualGateway {vgw} does not exist."):
        associate(dx.client("us-west-2"), made, vgw)
    with refused(dx, f"The VirtualGateway {loose} is not attached to a VPC."):
        associate(client, made, loose)
    with refused(dx, "The TransitGateway tgw-00000000 does not exist."):
        associate(client, made, "tgw-00000000", "10.0.0.0/8")
    with refused(dx, f"The TransitGateway {tgw} and the Direct Connect Gateway cannot have the same ASN."):
        associate(client, made, tgw, "10.0.0.0/8")
    with refused(dx, "Gateway ID igw-1 has an invalid format."):
        associate(client, made, "igw-1")
    with refused(dx, "One of gatewayId and virtualGatewayId must be specified."):
        client.create_direct_connect_gateway_association(directConnectGatewayId=made)
    with refused(dx, f"The Direct Connect Gateway {UNKNOWN} does not exist."):
        associate(client, UNKNOWN, vgw)
    with refused(dx, "Prefix 10.0.0.1/8 is not valid."):
        associate(client, made, vgw, "10.0.0.1/8")
    transit = transit_gateway()
    with refused(dx, "Allowed prefixes must be specified"):
        associate(client, made, transit)
    associate(client, made, vgw)
    with refused(dx, "already exists"):
        associate(client, made, vgw)
    other = gateway(client)["directConnectGatewayId"]
    with refused(dx, f"The VirtualGateway {vgw} is already associated with Direct Connect Gateway {made}."):
        associate(client, other, vgw)
    with refused(dx, "cannot be used for transit virtual interfaces"):
        associate(client, made, transit, "10.0.0.0/8")


def test_transit_prefixes(client, dx):
    """Documented: at most 200 per association, none may overlap with another transit gateway's."""
    made = gateway(client)["directConnectGatewayId"]
    associate(client, made, transit_gateway(), "10.0.0.0/16", "2001:db8::/32")
    second = transit_gateway(asn=64701)
    with refused(dx, "The routes overlap: prefix 10.0.1.0/24 overlaps with 10.0.0.0/16"):
        associate(client, made, second, "10.0.1.0/24")
    many = [f"10.{n // 256}.{n % 256}.0/24" for n in range(256, 457)]
    with refused(dx, "Exceeded the maximum number of allowed prefixes on the association. The limit is 200"):
        associate(client, made, second, *many)
    assert len(prefixes_of(associate(client, made, second, *many[:200]))) == 200


@pytest.mark.directconnect(quotas={"vgws_per_gateway": 1, "tgws_per_gateway": 1})
def test_quotas(client, dx):
    """Documented: 20 virtual private gateways, 6 transit gateways."""
    private, transit = (gateway(client)["directConnectGatewayId"] for _ in range(2))
    associate(client, private, virtual_gateway())
    associate(client, transit, transit_gateway(), "10.0.0.0/16")
    vgw, tgw = virtual_gateway(), transit_gateway()
    with refused(dx, "The limit is 1"):
        associate(client, private, vgw)
    with refused(dx, "The limit is 1"):
        associate(client, transit, tgw, "10.1.0.0/16")


def test_update(client, dx):
    """CLI example: updating, the new prefixes first; then associated."""
    made, vgw = gateway(client)["directConnectGatewayId"], virtual_gateway()
    association = associate(client, made, vgw)["associationId"]
    client.describe_direct_connect_gateways()
    answer = client.update_direct_connect_gateway_association(
        associationId=association,
        addAllowedPrefixesToDirectConnectGateway=[{"cidr": "10.2.0.0/16"}],
        removeAllowedPrefixesToDirectConnectGateway=[{"cidr": "10.1.0.0/16"}],
    )["directConnectGatewayAssociation"]
    assert answer["associationState"] == "updating"
    assert prefixes_of(answer) == ["10.2.0.0/16"]
    (shown,) = associations(client, associationId=association)
    assert shown["associationState"] == "associated"
    with refused(dx, "Prefix 10.9.0.0/16 is not among the allowed prefixes."):
        client.update_direct_connect_gateway_association(
            associationId=association,
            removeAllowedPrefixesToDirectConnectGateway=[{"cidr": "10.9.0.0/16"}],
        )
    with refused(dx, "Association ID  has an invalid format."):
        client.update_direct_connect_gateway_association()
    with refused(dx, "Direct Connect Gateway Association does not exist"):
        client.update_direct_connect_gateway_association(associationId=UNKNOWN)


def test_describe_needs_a_filter_and_checks_ids(client, dx):
    """E25 word for word, recorded: TF#9317, TF#8773; unknown ones give an empty list."""
    with refused(dx, "At least one of"):
        associations(client)
    with refused(dx, "Association ID x has an invalid format."):
        associations(client, associationId="x")
    with refused(dx, "Association ID  has an invalid format."):
        associations(client, associationId="")
    assert associations(client, associationId=UNKNOWN) == []
    with refused(dx, "does not exist"):
        client.delete_direct_connect_gateway_association(associationId=UNKNOWN)


def test_delete_by_gateways_that_are_not_associated(client, dx):
    """``No association exists`` is what Terraform's provider of 2018 matched [client-proven: E30]."""
    made, vgw = gateway(client)["directConnectGatewayId"], virtual_gateway()
    pair = {"directConnectGatewayId": made, "virtualGatewayId": vgw}
    with refused(dx, f"No association exists between Direct Connect Gateway {made} and {vgw}"):
        client.delete_direct_connect_gateway_association(**pair)
    assert dx.calls[-1].error.wording == "client-proven"
    associate(client, made, vgw)
    with refused(dx, "No association exists"):  # an account that may not see it
        dx.client(account_id=CUSTOMER).delete_direct_connect_gateway_association(**pair)
    answer = client.delete_direct_connect_gateway_association(**pair)
    assert answer["directConnectGatewayAssociation"]["associationState"] == "disassociating"


def test_deleting_a_gateway_with_associations_fails_later(client):
    """It is accepted, and the gateway is available again [client-proven: TF (its sweeper)]."""
    made = gateway(client)["directConnectGatewayId"]
    associate(client, made, virtual_gateway())
    answer = client.delete_direct_connect_gateway(directConnectGatewayId=made)["directConnectGateway"]
    assert answer["directConnectGatewayState"] == "deleting"
    (shown,) = client.describe_direct_connect_gateways()["directConnectGateways"]
    assert shown["directConnectGatewayState"] == "available"
    assert made in shown["stateChangeError"]


def test_private_interfaces_and_virtual_gateways_share_a_gateway(client, dx):
    """Private use is one: interfaces and virtual private gateways go together."""
    made = gateway(client)["directConnectGatewayId"]
    interface(client, made)
    associate(client, made, virtual_gateway())
    tgw = transit_gateway()
    with refused(dx, "is used for private virtual interfaces or their gateways"):
        associate(client, made, tgw, "10.0.0.0/8")


# --- proposals ---------------------------------------------------------------------------------------------


def propose(client, gateway_id, associated, *prefixes, owner=PARTNER, remove=()):
    """A proposal as it is answered."""
    more = {}
    if prefixes:
        more["addAllowedPrefixesToDirectConnectGateway"] = [{"cidr": each} for each in prefixes]
    if remove:
        more["removeAllowedPrefixesToDirectConnectGateway"] = [{"cidr": each} for each in remove]
    return client.create_direct_connect_gateway_association_proposal(
        directConnectGatewayId=gateway_id,
        directConnectGatewayOwnerAccount=owner,
        gatewayId=associated,
        **more,
    )["directConnectGatewayAssociationProposal"]


def accept(client, proposal, **more):
    """The association that accepting a proposal makes."""
    return client.accept_direct_connect_gateway_association_proposal(
        directConnectGatewayId=proposal["directConnectGatewayId"],
        proposalId=proposal["proposalId"],
        associatedGatewayOwnerAccount=proposal["associatedGateway"]["ownerAccount"],
        **more,
    )["directConnectGatewayAssociation"]


def proposals(client, **filters):
    """Proposals as they are listed."""
    answer = client.describe_direct_connect_gateway_association_proposals(**filters)
    return answer["directConnectGatewayAssociationProposals"]


@pytest.fixture
def owner(dx):
    """The account that owns the gateway."""
    return dx.client(account_id=PARTNER)


def test_the_story_of_a_proposal(client, owner, dx):
    """Requested, accepted once [recorded: CLI], E26 after that."""
    made = gateway(owner)["directConnectGatewayId"]
    vgw = virtual_gateway()
    proposal = propose(client, made, vgw, "10.1.0.0/24")
    assert proposal["proposalState"] == "requested"
    assert "existingAllowedPrefixesToDirectConnectGateway" not in proposal
    assert proposal["requestedAllowedPrefixesToDirectConnectGateway"] == [{"cidr": "10.1.0.0/24"}]
    for side in (client, owner):
        assert [each["proposalId"] for each in proposals(side)] == [proposal["proposalId"]]
    assert proposals(dx.client(account_id=CUSTOMER)) == []

    association = accept(owner, proposal)
    assert association["associationState"] == "associating"
    assert association["directConnectGatewayOwnerAccount"] == PARTNER
    assert association["virtualGatewayOwnerAccount"] == "123456789012"
    assert prefixes_of(association) == ["10.1.0.0/24"]
    assert proposals(client)[0]["proposalState"] == "accepted"
    with refused(
        dx, f"Direct Connect Gateway Association Proposal {proposal['proposalId']} has been accepted!"
    ):
        accept(owner, proposal)
    for side in (client, owner):
        (shown,) = associations(side, directConnectGatewayId=made)
        assert shown["associationState"] == "associated"
    dx.clock.advance(days=3)
    assert proposals(client) == []

    again = propose(client, made, vgw, "10.2.0.0/24")
    assert again["existingAllowedPrefixesToDirectConnectGateway"] == [{"cidr": "10.1.0.0/24"}]
    changed = accept(owner, again)
    assert changed["associationState"] == "updating"
    assert prefixes_of(changed) == ["10.2.0.0/24", "10.1.0.0/24"]


def test_override_of_prefixes(client, owner):
    """Client-proven: TF; what was overridden shows as requested afterwards."""
    made = gateway(owner)["directConnectGatewayId"]
    proposal = propose(client, made, virtual_gateway())
    override = [{"cidr": "10.9.0.0/16"}]
    association = accept(owner, proposal, overrideAllowedPrefixesToDirectConnectGateway=override)
    assert prefixes_of(association) == ["10.9.0.0/16"]
    assert proposals(client)[0]["requestedAllowedPrefixesToDirectConnectGateway"] == override


def test_proposals_expire(client, owner, dx):
    """Documented: 7 days, visible 3 days after."""
    proposal = propose(client, gateway(owner)["directConnectGatewayId"], virtual_gateway())
    dx.clock.advance(days=7)
    assert proposals(client)[0]["proposalState"] == "deleted"
    with refused(dx, "is not found"):
        accept(owner, proposal)
    dx.clock.advance(days=3)
    assert proposals(client) == []


def test_proposals_can_be_deleted(client, owner, dx):
    """E28 substring; either side withdraws or declines."""
    made = gateway(owner)["directConnectGatewayId"]
    proposal = propose(client, made, virtual_gateway())["proposalId"]
    answer = owner.delete_direct_connect_gateway_association_proposal(proposalId=proposal)
    assert answer["directConnectGatewayAssociationProposal"]["proposalState"] == "deleted"
    with refused(dx, f"Direct Connect Gateway Association Proposal {UNKNOWN} is not found"):
        client.delete_direct_connect_gateway_association_proposal(proposalId=UNKNOWN)


def test_an_accepted_proposal_can_be_deleted(client, owner):
    """Client-proven: Terraform's provider deletes an accepted proposal, and the association is still there."""
    made = gateway(owner)["directConnectGatewayId"]
    proposal = propose(client, made, virtual_gateway())
    accept(owner, proposal)
    client.delete_direct_connect_gateway_association_proposal(proposalId=proposal["proposalId"])
    assert proposals(client)[0]["proposalState"] == "deleted"
    (left,) = associations(owner, directConnectGatewayId=made)
    assert left["associationState"] == "associated"


@pytest.mark.directconnect(quirks={"delete_accepted_proposal": "refuse"})
def test_quirk_an_accepted_proposal_can_not_be_deleted(client, owner, dx):
    """The user guide deletes only proposals that wait for an answer."""
    proposal = propose(client, gateway(owner)["directConnectGatewayId"], virtual_gateway())
    accept(owner, proposal)
    with refused(dx, "has been accepted!"):
        client.delete_direct_connect_gateway_association_proposal(proposalId=proposal["proposalId"])


@pytest.mark.parametrize("transit", [False, True])
@pytest.mark.parametrize("quirks", [{}, {"proposal_accepted_elsewhere": "proposal"}])
def test_accepted_in_another_region(quirks, transit):
    """It does not exist [recorded: TF#37791], or by the quirk is not found in the proposal [recorded: E27]."""
    with mock_directconnect(quirks=quirks, partners=[PARTNER]) as dx:
        theirs = transit_gateway() if transit else virtual_gateway()
        made = gateway(dx.client(account_id=PARTNER))["directConnectGatewayId"]
        proposal = propose(dx.client(), made, theirs, "10.1.0.0/16")
        kind = "Transit Gateway" if transit else "Virtual Gateway"
        of_proposal = f"{kind} in the Direct Connect Gateway Association Proposal {proposal['proposalId']}"
        missing = f"The {kind.replace(' ', '')} {theirs} does not exist."
        with refused(dx, f"The {of_proposal} is not found" if quirks else missing):
            accept(dx.client("us-west-2", PARTNER), proposal)
        assert dx.calls[-1].error.wording == ("unrecorded" if transit else "recorded")


def test_the_gateway_of_a_proposal_is_gone(client, owner, dx):
    """E27 word for word, recorded: TF#13455; one that is there and not attached is refused as such."""
    vgw = virtual_gateway()
    proposal = propose(client, gateway(owner)["directConnectGatewayId"], vgw)
    (vpc,) = ec2().describe_vpn_gateways(VpnGatewayIds=[vgw])["VpnGateways"][0]["VpcAttachments"]
    ec2().detach_vpn_gateway(VpnGatewayId=vgw, VpcId=vpc["VpcId"])
    with refused(dx, f"The VirtualGateway {vgw} is not attached to a VPC."):
        accept(owner, proposal)
    ec2().delete_vpn_gateway(VpnGatewayId=vgw)
    text = "The Virtual Gateway in the Direct Connect Gateway Association Proposal "
    with refused(dx, f"{text}{proposal['proposalId']} is not found"):
        accept(owner, proposal)


def test_refused_proposals(client, owner, dx):
    """Whose gateways and proposals."""
    made, vgw = gateway(owner)["directConnectGatewayId"], virtual_gateway()
    with refused(dx, f"The Direct Connect Gateway {made} does not exist."):
        propose(client, made, vgw, owner=CUSTOMER)
    with refused(dx, "The VirtualGateway vgw-00000000 does not exist."):
        propose(client, made, "vgw-00000000")
    proposal = propose(client, made, vgw)
    with refused(dx, "does not exist"):
        accept(client, proposal)  # not the owner of the gateway


def test_three_accounts(dx):
    """Account A owns the connection, B the gateway, C the virtual private gateway (issue: one test)."""
    carrier, middle, far = (dx.client(account_id=account) for account in (PARTNER, CUSTOMER, "333333333333"))
    made = gateway(middle)["directConnectGatewayId"]
    connection = carrier.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="c")
    carrier.describe_connections()
    vif = carrier.allocate_private_virtual_interface(
        connectionId=connection["connectionId"],
        ownerAccount=CUSTOMER,
        newPrivateVirtualInterfaceAllocation={"virtualInterfaceName": "v", "vlan": 7, "asn": 65000},
    )["virtualInterfaceId"]
    middle.confirm_private_virtual_interface(virtualInterfaceId=vif, directConnectGatewayId=made)
    vgw = virtual_gateway(ec2("333333333333"), cidr="10.77.0.0/16")
    proposal = propose(far, made, vgw, owner=CUSTOMER)
    association = accept(middle, proposal)
    assert prefixes_of(association) == ["10.77.0.0/16"]
    (attachment,) = middle.describe_direct_connect_gateway_attachments(directConnectGatewayId=made)[
        "directConnectGatewayAttachments"
    ]
    assert attachment["virtualInterfaceOwnerAccount"] == CUSTOMER
    for side in (carrier, middle):
        (shown,) = side.describe_virtual_interfaces(virtualInterfaceId=vif)["virtualInterfaces"]
        assert (shown["virtualInterfaceState"], shown["ownerAccount"]) == ("available", CUSTOMER)
    for side in (middle, far):
        (shown,) = associations(side, associatedGatewayId=vgw)
        assert shown["associationState"] == "associated"
    assert associations(carrier, associatedGatewayId=vgw) == []


@pytest.mark.directconnect(others="block")
def test_without_ec2_any_well_formed_gateway_will_do(client):
    """others="block" and no moto: nothing can be checked."""
    made = gateway(client)["directConnectGatewayId"]
    assert associate(client, made, "vgw-12345678", "10.0.0.0/16")["associationState"] == "associating"


def test_moto_that_fails_leaves_nothing_half_done(dx, client, monkeypatch):
    """A client that tries the call again is not told that the association exists."""
    made, transit = gateway(client)["directConnectGatewayId"], transit_gateway()
    before = state(dx.world)
    call = dx.world.caller("123456789012", "us-east-1").create_association
    with monkeypatch.context() as broken:
        broken.setattr(dx.world.ports.ec2, "begin_association", lambda *_: {}["nothing"])
        with pytest.raises(KeyError):
            call(made, transit, [{"cidr": "10.0.0.0/8"}])
    assert state(dx.world) == before
    assert associate(client, made, transit, "10.0.0.0/8")["associationState"] == "associating"
