"""Calls as CloudTrail has them: records with AWS's masks, and LookupEvents."""

from __future__ import annotations

import json
from datetime import timedelta

import boto3
import pytest
from botocore.exceptions import ClientError

import dx_mock
from tests.helpers import CUSTOMER, connect
from tests.service.virtual_interfaces.helpers import gateway, private

KEY = "not-to-be-shown"


def trail(account="123456789012", region="us-east-1", **more):
    return boto3.client(
        "cloudtrail", region_name=region, aws_access_key_id=account, aws_secret_access_key="x", **more
    )


def test_a_creation(dx, client):
    """[documented: UG:logging_dc_api_calls]."""
    made = connect(client, connectionName="one")
    (record,) = dx.calls.to_cloudtrail()
    assert record["requestParameters"] == {
        "location": "EqDC2", "bandwidth": "1Gbps", "connectionName": "one",
    }  # fmt: skip
    assert record["responseElements"]["connectionId"] == made
    expected = {
        "eventTime": "2026-01-01T00:00:00Z",
        "eventSource": "directconnect.amazonaws.com",
        "eventName": "CreateConnection",
        "awsRegion": "us-east-1",
        "readOnly": False,
        "recipientAccountId": "123456789012",
    }
    assert {name: record[name] for name in expected} == expected
    assert "errorCode" not in record
    json.dumps(record)


def test_masks(dx, client):
    """What AWS does not show [documented: UG:logging_dc_api_calls]."""
    link = connect(client)
    client.describe_connections()
    private(
        client,
        link,
        directConnectGatewayId=gateway(client),
        authKey=KEY,
        amazonAddress="169.254.10.1/30",
        customerAddress="169.254.10.2/30",
        asn=65012,
    )
    record = next(
        each for each in dx.calls.to_cloudtrail() if each["eventName"] == "CreatePrivateVirtualInterface"
    )
    asked, answered = record["requestParameters"]["newPrivateVirtualInterface"], record["responseElements"]
    for part in (asked, answered):
        assert part["asn"] == -1
        assert {part[name] for name in ("authKey", "amazonAddress", "customerAddress")} == {"[PROTECTED]"}
    assert answered["customerRouterConfig"] == "[PROTECTED]"
    assert answered["bgpPeers"][0]["asn"] == -1
    text = json.dumps(record)
    assert KEY not in text
    assert "169.254.10" not in text
    assert "65012" not in text


def test_looks_have_no_response_elements(dx, client):
    """[documented: UG:logging_dc_api_calls]."""
    made = connect(client)
    client.describe_connections()
    client.describe_virtual_interfaces(connectionId=made)
    _, connections, interfaces = dx.calls.to_cloudtrail()
    assert (connections["requestParameters"], connections["responseElements"]) == (None, None)
    assert (interfaces["requestParameters"], interfaces["responseElements"]) == ({"connectionId": made}, None)
    assert connections["readOnly"] is True


def test_refusals_and_faults(dx, client):
    """A refusal has its code; a call that never arrived is not there, one whose reply was lost is."""
    with pytest.raises(ClientError):
        client.delete_connection(connectionId="dxcon-ffffffff")
    (refused,) = dx.calls.to_cloudtrail()
    assert refused["errorCode"] == "DirectConnectClientException"
    assert "dxcon-ffffffff" in refused["errorMessage"]
    assert refused["responseElements"] is None
    dx.calls.clear()
    dx.faults.add("CreateLag", error="ConnectTimeoutError", times=None)
    dx.faults.add("CreateConnection", error="ReadTimeoutError", applied=True, times=None)
    lag = {"numberOfConnections": 1, "location": "EqDC2", "connectionsBandwidth": "1Gbps", "lagName": "l"}
    with pytest.raises(Exception, match="timeout"):
        client.create_lag(**lag)
    with pytest.raises(Exception, match="timeout"):
        connect(client)
    records = dx.calls.to_cloudtrail()
    assert {record["eventName"] for record in records} == {"CreateConnection"}
    assert all(record["responseElements"]["connectionId"] for record in records)


def test_lookup_events(dx, client):
    """Latest first, of this account and Region, with the record as JSON."""
    one = connect(client)
    dx.clock.advance(hours=1)
    client.describe_connections()
    connect(dx.client(account_id=CUSTOMER))
    connect(dx.client("us-west-2"), location="EqSe2-EQ")
    events = trail().lookup_events()["Events"]
    assert [event["EventName"] for event in events] == ["DescribeConnections", "CreateConnection"]
    assert (events[0]["EventTime"] - events[1]["EventTime"]) == timedelta(hours=1)
    assert json.loads(events[1]["CloudTrailEvent"]) == dx.calls.to_cloudtrail()[0]
    assert events[1]["Resources"] == [{"ResourceType": "AWS::DirectConnect::Connection", "ResourceName": one}]
    assert len(trail(CUSTOMER).lookup_events()["Events"]) == 1
    assert len(trail(region="us-west-2").lookup_events()["Events"]) == 1


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("EventName", "CreateConnection", 2),
        ("EventName", "DeleteConnection", 0),
        ("ReadOnly", "true", 1),
        ("EventSource", "directconnect.amazonaws.com", 3),
        ("EventSource", "ec2.amazonaws.com", 0),
        ("Username", "root", 3),
        ("ResourceName", "dxcon-ffffffff", 0),
        ("ResourceType", "AWS::DirectConnect::Connection", 2),
    ],
)
def test_attributes(dx, client, key, value, found):
    connect(client)
    connect(client)
    client.describe_connections()
    asked = [{"AttributeKey": key, "AttributeValue": value}]
    assert len(trail().lookup_events(LookupAttributes=asked)["Events"]) == found


def test_times_and_pages(dx, client):
    for _ in range(5):
        connect(client)
        dx.clock.advance(days=1)
    api, now = trail(), dx.clock.now()
    assert len(api.lookup_events(StartTime=now - timedelta(days=2))["Events"]) == 2
    assert len(api.lookup_events(EndTime=now - timedelta(days=4))["Events"]) == 2
    pages = [
        len(page["Events"])
        for page in api.get_paginator("lookup_events").paginate(PaginationConfig={"PageSize": 2})
    ]
    assert pages == [2, 2, 1]
    with pytest.raises(api.exceptions.InvalidTimeRangeException):
        api.lookup_events(StartTime=now, EndTime=now - timedelta(days=1))
    with pytest.raises(api.exceptions.InvalidNextTokenException):
        api.lookup_events(NextToken="17")
    dx.clock.advance(days=90)
    assert api.lookup_events()["Events"] == []


def test_over_the_server():
    pytest.importorskip("flask")
    with dx_mock.server() as srv:
        keys = {"region_name": "us-east-1", "aws_access_key_id": "123456789012", "aws_secret_access_key": "x"}
        connect(boto3.client("directconnect", endpoint_url=srv.endpoint_url, **keys))
        (event,) = trail(endpoint_url=srv.endpoint_url).lookup_events()["Events"]
        assert event["EventName"] == "CreateConnection"
