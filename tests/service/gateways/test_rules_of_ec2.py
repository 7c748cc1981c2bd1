"""Rules between a gateway and what EC2 has: VPCs, ASNs, Regions; and what proposals show afterwards."""

from __future__ import annotations

import pytest

from tests.helpers import CUSTOMER, connect, refused
from tests.service.gateways.test_associations import (
    associate,
    associations,
    ec2,
    propose,
    transit_gateway,
    virtual_gateway,
)
from tests.service.gateways.test_gateways import gateway

pytest.importorskip("moto")


def proposals(client, **filters):
    """Proposals as they are listed."""
    answer = client.describe_direct_connect_gateway_association_proposals(**filters)
    return answer["directConnectGatewayAssociationProposals"]


def test_vpcs_of_one_gateway_do_not_overlap(client, dx):
    """Documented: UG:virtualgateways."""
    made = gateway(client)["directConnectGatewayId"]
    associate(client, made, virtual_gateway(cidr="10.1.0.0/16"))
    inside, beside = virtual_gateway(cidr="10.1.4.0/24"), virtual_gateway(cidr="10.2.0.0/16")
    with refused(dx, "The CIDR 10.1.4.0/24 of the VPC overlaps with 10.1.0.0/16 of another VPC"):
        associate(client, made, inside)
    associate(client, made, beside)
    associate(client, gateway(client)["directConnectGatewayId"], inside)


def test_vpcs_of_other_accounts_count_too(client, dx):
    """Documented: UG:virtualgateways; the other VPC came by a proposal."""
    made = gateway(client)["directConnectGatewayId"]
    customer = dx.client(account_id=CUSTOMER)
    theirs = virtual_gateway(ec2(CUSTOMER))
    proposal = propose(customer, made, theirs, owner="123456789012")["proposalId"]
    associate(client, made, virtual_gateway())
    with refused(dx, "overlaps with 10.1.0.0/16 of another VPC"):
        client.accept_direct_connect_gateway_association_proposal(
            directConnectGatewayId=made, proposalId=proposal, associatedGatewayOwnerAccount=CUSTOMER
        )


def test_transit_gateways_have_asns_of_their_own(client, dx):
    """Documented: UG:direct-connect-transit-gateways."""
    made = gateway(client)["directConnectGatewayId"]
    first, second = transit_gateway(), transit_gateway()
    associate(client, made, first, "10.0.0.0/16")
    with refused(dx, f"The TransitGateway {second} has the same ASN as {first}"):
        associate(client, made, second, "10.1.0.0/16")
    associate(client, made, transit_gateway(asn=64701), "10.1.0.0/16")


def test_association_is_deleted_in_its_region_by_its_accounts(client, dx):
    """``Direct Connect Gateway Association does not exist``, from elsewhere [recorded: TF#9117]."""
    made, vgw = gateway(client)["directConnectGatewayId"], virtual_gateway()
    association = associate(client, made, vgw)["associationId"]
    text = "Direct Connect Gateway Association does not exist"
    for other in (dx.client("us-west-2"), dx.client(account_id=CUSTOMER)):
        with refused(dx, text):
            other.delete_direct_connect_gateway_association(associationId=association)
        assert dx.calls[-1].error.message == text
    with refused(dx, text):
        dx.client("us-west-2").delete_direct_connect_gateway_association(
            directConnectGatewayId=made, virtualGatewayId=vgw
        )
    client.delete_direct_connect_gateway_association(associationId=association)
    assert associations(client, associationId=association) == []


@pytest.mark.parametrize(
    "call",
    [
        lambda client, dx: client.create_private_virtual_interface(
            connectionId=connect(client),
            newPrivateVirtualInterface={
                "virtualInterfaceName": "v", "vlan": 1, "asn": 65000, "directConnectGatewayId": "x",
            },
        ),
        lambda client, dx: client.describe_direct_connect_gateways(directConnectGatewayId="x"),
        lambda client, dx: client.delete_direct_connect_gateway(directConnectGatewayId="x"),
        lambda client, dx: client.describe_direct_connect_gateway_attachments(directConnectGatewayId="x"),
        lambda client, dx: client.describe_direct_connect_gateway_associations(directConnectGatewayId="x"),
        lambda client, dx: client.create_direct_connect_gateway_association(
            directConnectGatewayId="x", gatewayId="vgw-12345678"
        ),
    ],
)  # fmt: skip
def test_malformed_ids_of_gateways(client, dx, call):
    """``DirectConnectGatewayID``, in one word, wherever one is given [recorded: TF#37907]."""
    with pytest.raises(client.exceptions.DirectConnectClientException) as caught:
        call(client, dx)
    assert caught.value.response["Error"]["Message"] == "DirectConnectGatewayID x has an invalid format."
    assert dx.calls[-1].error.wording == "recorded"


def test_an_accepted_proposal_shows_both_lists(client, dx):
    """Recorded: TF#19741.  It is gone within four days, and the association stays."""
    customer = dx.client(account_id=CUSTOMER)
    made = gateway(client)["directConnectGatewayId"]
    proposal = propose(customer, made, virtual_gateway(ec2(CUSTOMER)), "10.1.0.0/16", owner="123456789012")
    assert "existingAllowedPrefixesToDirectConnectGateway" not in proposal
    client.accept_direct_connect_gateway_association_proposal(
        directConnectGatewayId=made,
        proposalId=proposal["proposalId"],
        associatedGatewayOwnerAccount=CUSTOMER,
        overrideAllowedPrefixesToDirectConnectGateway=[{"cidr": "10.0.0.0/8"}],
    )
    (shown,) = proposals(customer, proposalId=proposal["proposalId"])
    assert shown["proposalState"] == "accepted"
    for list_of in ("existing", "requested"):
        assert shown[f"{list_of}AllowedPrefixesToDirectConnectGateway"] == [{"cidr": "10.0.0.0/8"}]
    dx.clock.advance(days=4)
    assert proposals(customer) == []
    assert len(associations(client, directConnectGatewayId=made)) == 1
