"""The record's filter and assertions, and what is left over at the end of a test."""

from __future__ import annotations

import json

import pytest

from tests.helpers import CONNECTION, connect, make_lag, members


def test_filter(client, dx):
    connect(client)
    connect(client, connectionName="other")
    client.describe_connections()
    assert len(dx.calls.of("CreateConnection")) == 2
    (one,) = dx.calls.of("CreateConnection", connectionName="other")
    assert one.parameters == {**CONNECTION, "connectionName": "other"}
    assert dx.calls.of("CreateConnection", lagId=None) == []


def test_assertions_that_hold(client, dx):
    connect(client)
    assert dx.calls.assert_called("CreateConnection", bandwidth="1Gbps") is dx.calls[0]
    assert dx.calls.assert_called_once("CreateConnection") is dx.calls[0]
    dx.calls.assert_not_called("DeleteConnection")


def test_messages_show_the_nearest_miss(client, dx):
    with pytest.raises(AssertionError, match=r"CreateLag\(\) was not called. There were no calls at all."):
        dx.calls.assert_called("CreateLag")
    connect(client)
    with pytest.raises(
        AssertionError, match=r"CreateConnection\(bandwidth='10Gbps'\) was not called. The near"
    ):
        dx.calls.assert_called("CreateConnection", bandwidth="10Gbps")
    with pytest.raises(AssertionError, match="Did you mean CreateConnection"):
        dx.calls.assert_called("CreateConnections")
    with pytest.raises(AssertionError, match="Called were: CreateConnection"):
        dx.calls.assert_called("TagResource")
    connect(client)
    with pytest.raises(AssertionError, match="was called 2 times, not once"):
        dx.calls.assert_called_once("CreateConnection")
    with pytest.raises(AssertionError, match="was called: <CreateConnection"):
        dx.calls.assert_not_called("CreateConnection")


def test_assert_clean(client, dx):
    dx.assert_clean()
    lag = make_lag(client)
    client.describe_lags()
    with pytest.raises(AssertionError, match="3 resources are left") as caught:
        dx.assert_clean()
    assert f"lag {lag['lagId']} 'lag' of 123456789012 in us-east-1" in str(caught.value)
    for member in members(lag):
        client.delete_connection(connectionId=member)
    client.delete_lag(lagId=lag["lagId"])
    dx.assert_clean()


def test_leftovers_of_a_test(pytester):
    """The marker's option makes a test fail that leaves something behind."""
    pytester.makepyfile(
        """
        import boto3, pytest

        ORDER = {"location": "EqDC2", "bandwidth": "1Gbps", "connectionName": "c"}

        @pytest.mark.directconnect(leftovers="fail")
        def test_dirty():
            boto3.client("directconnect", region_name="us-east-1").create_connection(**ORDER)

        @pytest.mark.directconnect(leftovers="fail")
        def test_clean():
            client = boto3.client("directconnect", region_name="us-east-1")
            client.delete_connection(connectionId=client.create_connection(**ORDER)["connectionId"])

        @pytest.mark.directconnect(leftovers="sweep")
        def test_wrong():
            pass
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:randomly")
    result.assert_outcomes(passed=2, errors=2)
    result.stdout.fnmatch_lines(
        ["*1 resource is left:*", "*leftovers must be 'ignore' or 'fail', not 'sweep'*"]
    )


def test_calls_as_json(dx):
    """Replies as they are on the wire; errors with code and message, also those of faults."""
    client = dx.client()
    made = connect(client)
    client.describe_loa(connectionId=made)
    with pytest.raises(client.exceptions.DirectConnectClientException):
        client.describe_lags(lagId="x")
    dx.faults.add(error="ReadTimeoutError", applied=True)
    client.describe_lags()
    created, letter, refused, lost, _ = (call.to_dict() for call in dx.calls)
    json.dumps([created, letter, refused, lost], allow_nan=False)
    assert (created["operation"], created["regionName"]) == ("CreateConnection", "us-east-1")
    assert (created["reply"]["connectionId"], created["error"], created["applied"]) == (made, None, True)
    assert letter["reply"]["loaContent"].startswith("JVBERi")
    assert refused["error"] == {
        "code": "DirectConnectClientException",
        "message": "Lag ID x has an invalid format.",
    }
    assert (refused["reply"], refused["applied"]) == (None, False)
    assert (lost["error"]["code"], lost["reply"], lost["applied"]) == ("ReadTimeoutError", None, True)
