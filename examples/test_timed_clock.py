"""Days in a moment: with ``provisioning="timed"`` everything takes as long as in AWS, virtually."""

from datetime import timedelta

import boto3
import pytest

pytestmark = pytest.mark.directconnect(provisioning="timed")


def wait_until_available(client, connection_id, pause, patience=timedelta(days=14)):
    """The code under test: ask every six hours; give up after two weeks."""
    waited = timedelta()
    while waited <= patience:
        (shown,) = client.describe_connections(connectionId=connection_id)["connections"]
        if shown["connectionState"] == "available":
            return waited
        pause(timedelta(hours=6))
        waited += timedelta(hours=6)
    raise TimeoutError(f"{connection_id} is {shown['connectionState']} after {patience}")


def test_a_port_takes_days(directconnect):
    client = boto3.client("directconnect", region_name="us-east-1")
    made = client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="uplink")
    # The letter within 72 hours, the cross connect some days later.
    waited = wait_until_available(client, made["connectionId"], directconnect.clock.advance)
    assert timedelta(days=3) < waited < timedelta(days=14)


def test_a_proposal_expires_after_seven_days(directconnect):
    owner = directconnect.client(account_id="111111111111")
    network = directconnect.client(account_id="222222222222")
    keys = {"aws_access_key_id": "222222222222", "aws_secret_access_key": "any"}
    ec2 = boto3.client("ec2", region_name="us-east-1", **keys)  # moto's, in the same account
    transit_gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    made = owner.create_direct_connect_gateway(directConnectGatewayName="shared")
    gateway = made["directConnectGateway"]["directConnectGatewayId"]
    directconnect.provision(gateway)
    network.create_direct_connect_gateway_association_proposal(
        directConnectGatewayId=gateway,
        directConnectGatewayOwnerAccount="111111111111",
        gatewayId=transit_gateway,
    )

    def states():
        shown = owner.describe_direct_connect_gateway_association_proposals(directConnectGatewayId=gateway)
        return [each["proposalState"] for each in shown["directConnectGatewayAssociationProposals"]]

    directconnect.clock.advance(days=6, hours=23)
    assert states() == ["requested"]
    directconnect.clock.advance(hours=1)
    assert states() == ["deleted"]
