"""The record's filter and assertions, and what is left over at the end of a test."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.helpers import CONNECTION, connect, make_lag, members, needs


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
        AssertionError,
        match=r"\(bandwidth='10Gbps'\) was not called. The nearest call has bandwidth='1Gbps': <",
    ):
        dx.calls.assert_called("CreateConnection", bandwidth="10Gbps")
    with pytest.raises(AssertionError, match="Called were: CreateConnection"):
        dx.calls.assert_called("TagResource")
    connect(client)
    with pytest.raises(AssertionError, match="was called 2 times, not once"):
        dx.calls.assert_called_once("CreateConnection")
    with pytest.raises(AssertionError, match="was called: <CreateConnection"):
        dx.calls.assert_not_called("CreateConnection")


def test_the_nearest_miss_is_the_one_with_the_fewest_differences(client, dx):
    connect(client, connectionName="other", bandwidth="10Gbps")
    connect(client, connectionName="right", bandwidth="10Gbps")
    connect(client, connectionName="wrong")
    with pytest.raises(AssertionError) as caught:
        dx.calls.assert_called("CreateConnection", connectionName="right", bandwidth="10Gbps", lagId="dxlag-x")
    assert "The nearest call has no lagId: <CreateConnection(" in str(caught.value)
    assert "connectionName='right'" in str(caught.value).partition("nearest")[2]


@pytest.mark.parametrize("name", ["CreateConnections", "create_connection", "createconnection"])
def test_a_misspelled_operation_is_no_operation_that_was_not_called(client, dx, name):
    for method in (
        dx.calls.of,
        dx.calls.assert_called,
        dx.calls.assert_called_once,
        dx.calls.assert_not_called,
    ):
        with pytest.raises(ValueError, match=f"no operation '{name}'; did you mean 'CreateConnection'?"):
            method(name)
    with pytest.raises(ValueError, match="no operation 5"):
        dx.calls.of(5)


def test_the_record_is_a_list_with_a_line_for_each_call(client, dx):
    assert repr(dx.calls) == "[]"
    connect(client)
    client.describe_lags()
    assert repr(dx.calls).splitlines()[0] == "["
    assert [line[:18] for line in repr(dx.calls).splitlines()[1:-1]] == [
        "  <CreateConnectio",
        "  <DescribeLags() ",
    ]
    assert dx.calls[1:][0] is dx.calls[-1]
    assert [call.operation for call in reversed(dx.calls)] == ["DescribeLags", "CreateConnection"]
    dx.calls.clear()
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


def test_leftovers_of_a_test(suite):
    """The marker's option makes a test fail that leaves something behind."""
    done = suite(
        test_it="""
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
    assert done.counts() == {"passed": 2, "error": 2}
    pytest.LineMatcher(done.output.splitlines()).fnmatch_lines(
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


@needs("DescribeLags.maxResults")
def test_whose_words_a_refusal_has(dx, client):
    """Recorded ones and ours can be told apart; what botocore raises is as AWS shapes it."""
    for call, wording in (
        (lambda: client.describe_lags(lagId="x"), "recorded"),
        (lambda: client.describe_connections(connectionId="x"), "client-proven"),
        (lambda: client.describe_lags(maxResults=-1), "unrecorded"),
    ):
        with pytest.raises(ClientError) as caught:
            call()
        assert set(caught.value.response["Error"]) == {"Code", "Message"}
        assert dx.calls[-1].error.wording == wording
    dx.faults.add("DescribeLags", error="DirectConnectClientException", message="of the test")
    with pytest.raises(ClientError):
        client.describe_lags()
    assert dx.calls[-1].error.wording is None
