"""What did our code ask AWS for?  ``dx.calls`` has every call, in order, with what came of it."""

import boto3
import pytest
from botocore.exceptions import ClientError


def deploy(client):
    """The code under test."""
    client.create_lag(
        numberOfConnections=2,
        location="EqDC2",
        connectionsBandwidth="10Gbps",
        lagName="backbone",
        tags=[{"key": "owner", "value": "network"}],
    )
    client.describe_lags()


def test_what_was_ordered(directconnect):
    deploy(boto3.client("directconnect", region_name="us-east-1"))
    calls = directconnect.calls
    assert [call.operation for call in calls] == ["CreateLag", "DescribeLags"]
    order = calls.assert_called_once("CreateLag", location="EqDC2")
    assert order.parameters["tags"] == [{"key": "owner", "value": "network"}]
    assert order.reply["lagState"] == "pending"
    calls.assert_not_called("DeleteLag")


def test_a_message_shows_the_nearest_miss(directconnect):
    deploy(boto3.client("directconnect", region_name="us-east-1"))
    with pytest.raises(AssertionError, match="The nearest call has numberOfConnections=2"):
        directconnect.calls.assert_called("CreateLag", lagName="backbone", numberOfConnections=4)


def test_refusals_are_in_it_too(directconnect):
    client = directconnect.client("eu-west-1", account_id="222222222222")
    with pytest.raises(ClientError):
        client.delete_lag(lagId="dxlag-fg000000")
    (refused,) = directconnect.calls.of("DeleteLag")
    assert (refused.account_id, refused.region_name) == ("222222222222", "eu-west-1")
    assert refused.error.code == "DirectConnectClientException"
