"""Recorded answers of AWS, replayed: members, states, ids and texts.

Each test names the source by its key: docs/fidelity/sources.md.
"""

from __future__ import annotations

import json
import re

import pytest
import requests

from tests.helpers import CUSTOMER, PARTNER, refused

ENDPOINT = "https://directconnect.us-west-2.amazonaws.com/"

#: What AWS sends since 2025 besides the members recorded in 2017 [recorded: ANS, TUT].
CONNECTION_SINCE = {"jumboFrameCapable", "hasLogicalRedundancy", "tags", "macSecCapable"}
LAG_SINCE = {
    "awsDeviceV2", "awsLogicalDeviceId", "allowsHostedConnections", "jumboFrameCapable",
    "hasLogicalRedundancy", "tags", "macSecCapable",
}  # fmt: skip
#: Members of the newest model only [documented: model].
NEWER = re.compile(
    "billingMode|rateLimiterStatus|prefixPool.*|partnerInterconnectMacSecCapable|ResponseMetadata"
)


def members_of(answer):
    """The members of an answer that the recordings could have."""
    return {name for name in answer if not NEWER.fullmatch(name)}


CONNECTION_2017 = {
    "ownerAccount", "connectionId", "connectionName", "connectionState", "region", "location", "bandwidth",
}  # fmt: skip
LAG_2017 = {
    "lagId", "lagName", "lagState", "ownerAccount", "region", "location", "connectionsBandwidth",
    "numberOfConnections", "minimumLinks", "awsDevice", "connections",
}  # fmt: skip

pytestmark = pytest.mark.directconnect(
    provisioning="manual", partners=[PARTNER], quirks={"location_without_room": "echo"}
)


@pytest.fixture
def west(dx):
    """us-west-2, where the Ansible collection's answers were recorded."""
    return dx.client("us-west-2")


def order(client, **changes):
    """The order of the recordings."""
    return client.create_connection(
        **{
            "location": "EqSe2",
            "bandwidth": "1Gbps",
            "connectionName": "ansible-test-connection",
            **changes,
        }
    )


def test_connection_from_order_to_cancellation(west):
    """ANS: create, describe and delete have the same seven members; requested, then deleted at once."""
    made = order(west)
    assert members_of(made) == CONNECTION_2017 | CONNECTION_SINCE
    assert (made["connectionState"], made["location"], made["region"]) == ("requested", "EqSe2", "us-west-2")
    (shown,) = west.describe_connections(connectionId=made["connectionId"])["connections"]
    assert shown == {name: value for name, value in made.items() if name != "ResponseMetadata"}
    gone = west.delete_connection(connectionId=made["connectionId"])
    assert members_of(gone) == members_of(made)
    assert gone["connectionState"] == "deleted"
    assert (gone["connectionName"], gone["bandwidth"]) == (made["connectionName"], made["bandwidth"])


def test_deleted_connections_are_still_listed_and_last(west):
    """ANS: DescribeConnections lists deleted connections, after the live ones."""
    first, second = order(west)["connectionId"], order(west)["connectionId"]
    west.delete_connection(connectionId=first)
    states = [
        (each["connectionId"], each["connectionState"]) for each in west.describe_connections()["connections"]
    ]
    assert states == [(second, "requested"), (first, "deleted")]


def test_lag_with_one_connection(west):
    """ANS: pending, a device, one requested member without a device, minimumLinks 0."""
    lag = west.create_lag(
        numberOfConnections=1, location="EqSe2", connectionsBandwidth="1Gbps", lagName="ansible_lag_1"
    )
    assert members_of(lag) == LAG_2017 | LAG_SINCE
    assert (lag["lagState"], lag["minimumLinks"], lag["numberOfConnections"]) == ("pending", 0, 1)
    assert re.fullmatch(r"EqSe2-[0-9a-z]{12,13}", lag["awsDevice"])
    (member,) = lag["connections"]
    assert members_of(member) == CONNECTION_2017 | CONNECTION_SINCE | {"lagId"}
    assert member["connectionState"] == "requested"
    assert member["connectionName"] == f"Requested Connection 1 for Lag {lag['lagId']}"


def test_lag_is_emptied_and_deleted(west):
    """ANS: disassociation drops lagId only; the empty LAG is pending, then deleted at once."""
    lag = west.create_lag(
        numberOfConnections=1, location="EqSe2", connectionsBandwidth="1Gbps", lagName="ansible_lag_1"
    )
    (member,) = lag["connections"]
    freed = west.disassociate_connection_from_lag(connectionId=member["connectionId"], lagId=lag["lagId"])
    assert members_of(freed) == CONNECTION_2017 | CONNECTION_SINCE
    assert freed["connectionName"] == f"Requested Connection 1 for Lag {lag['lagId']}"
    (empty,) = west.describe_lags(lagId=lag["lagId"])["lags"]
    assert (empty["lagState"], empty["numberOfConnections"], empty["connections"]) == ("pending", 0, [])
    gone = west.delete_lag(lagId=lag["lagId"])
    assert (gone["lagState"], gone["numberOfConnections"], gone["connections"]) == ("deleted", 0, [])
    assert west.delete_connection(connectionId=member["connectionId"])["connectionState"] == "deleted"


def test_update_lag_answers_the_whole_lag(west):
    """ANS: only the attribute that was named differs."""
    lag = west.create_lag(
        numberOfConnections=2, location="EqSe2", connectionsBandwidth="1Gbps", lagName="ansible_lag_2"
    )
    updated = west.update_lag(lagId=lag["lagId"], lagName="ansible_lag_2_update")
    for answer in (lag, updated):
        answer.pop("ResponseMetadata")
    assert updated == {**lag, "lagName": "ansible_lag_2_update"}
    assert west.update_lag(lagId=lag["lagId"], minimumLinks=1)["minimumLinks"] == 1


def test_devices_are_a_small_pool(dx):
    """ANS: two LAGs made at different times got the same device; 4 devices over 9 LAGs."""
    west = dx.client("us-west-2")
    devices = set()
    for _ in range(9):
        lag = west.create_lag(
            numberOfConnections=1, location="EqSe2", connectionsBandwidth="1Gbps", lagName="l"
        )
        devices.add(lag["awsDevice"])
    assert len(devices) <= 4


def test_ids(west):
    """Of about 35 ids all are ff, fg or fh and six of a-z, 0-9 [recorded: ANS, C7N, NB, FLUID]."""
    lag = west.create_lag(numberOfConnections=1, location="EqSe2", connectionsBandwidth="1Gbps", lagName="l")
    assert re.fullmatch(r"dxlag-f[fgh][a-z0-9]{6}", lag["lagId"])
    assert re.fullmatch(r"dxcon-f[fgh][a-z0-9]{6}", lag["connections"][0]["connectionId"])
    request = lag["ResponseMetadata"]["RequestId"]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", request)


@pytest.mark.parametrize(
    ("operation", "parameters", "message"),
    [
        ("describe_lags", {"lagId": "dxlag-XXXXXXXX"}, "Could not find Lag with ID dxlag-XXXXXXXX"),  # E1 ANS
        ("describe_lags", {"lagId": "doesntexist"}, "Lag ID doesntexist has an invalid format."),  # E2 ANS
        ("describe_connections", {"connectionId": "dxcon-fg000000"}, "Could not find Connection with ID"),  # E3
        (
            "describe_connections",
            {"connectionId": "fake"},
            "Connection ID fake has an invalid format",
        ),  # E4 SMK
        (
            "describe_interconnects",
            {},
            "Account 123456789012 is not an authorized Direct Connect partner in us-west-2.",
        ),  # E11 OVM, XP
    ],
)
def test_texts(dx, west, operation, parameters, message):
    """E1 to E4, E11, word for word."""
    with refused(dx, message):
        getattr(west, operation)(**parameters)


def test_confirm_of_a_requested_connection(dx, west):
    """E5, SDKGO."""
    made = order(west)["connectionId"]
    with refused(dx, f"ConfirmConnection failed. {made} is in state requested"):
        west.confirm_connection(connectionId=made)


def test_provisioned_connection(dx, west):
    """C7N: a provisioned 1G connection has its devices, jumbo frames, no redundancy, and its tags."""
    made = order(west, providerName="Equinix", tags=[{"key": "Name", "value": "x"}])["connectionId"]
    dx.provision(made)
    dx.link_down(made)
    (shown,) = west.describe_connections(connectionId=made)["connections"]
    assert members_of(shown) == CONNECTION_2017 | CONNECTION_SINCE | {
        "awsDevice",
        "awsDeviceV2",
        "awsLogicalDeviceId",
        "providerName",
    }
    assert shown["connectionState"] == "down"
    assert (shown["jumboFrameCapable"], shown["hasLogicalRedundancy"]) == (True, "no")
    arn = f"arn:aws:directconnect:us-west-2:123456789012:dxcon/{made}"
    (row,) = west.describe_tags(resourceArns=[arn])["resourceTags"]
    assert row == {"resourceArn": arn, "tags": [{"key": "Name", "value": "x"}]}


def test_hosted_connection(dx):
    """PF, BF, FLUID: ordering, pending, available; VLAN and partner shown, no port speeds of its own device."""
    partner, customer = dx.client("us-west-2", PARTNER), dx.client("us-west-2", CUSTOMER)
    interconnect = partner.create_interconnect(interconnectName="i", bandwidth="10Gbps", location="EqSe2-EQ")[
        "interconnectId"
    ]
    dx.provision(interconnect)
    made = partner.allocate_hosted_connection(
        connectionId=interconnect, ownerAccount=CUSTOMER, bandwidth="100Mbps", connectionName="h", vlan=4094
    )["connectionId"]
    answer = customer.confirm_connection(connectionId=made)
    assert {**answer, "ResponseMetadata": 0} == {"connectionState": "pending", "ResponseMetadata": 0}
    dx.provision(made)
    (shown,) = customer.describe_connections(connectionId=made)["connections"]
    assert (shown["connectionState"], shown["vlan"], shown["location"]) == ("available", 4094, "EqSe2-EQ")
    assert shown["partnerName"]
    assert shown["hasLogicalRedundancy"] == "unknown"
    assert shown["tags"] == []
    assert shown["awsDeviceV2"].startswith("EqSe2-")
    assert (shown["jumboFrameCapable"], shown["macSecCapable"]) == (False, False)
    with refused(dx, f"{PARTNER} DescribeHostedConnections failed for connection {made} doesn't exist."):
        partner.describe_hosted_connections(connectionId=made)  # E12, TF#43499
    with refused(dx, "Vlan 4094 is already in use"):  # E13, OESS
        partner.allocate_hosted_connection(
            connectionId=interconnect,
            ownerAccount=CUSTOMER,
            bandwidth="100Mbps",
            connectionName="h",
            vlan=4094,
        )


def raw(operation, parameters):
    """A request as curl would make it."""
    return requests.post(
        ENDPOINT,
        data=json.dumps(parameters),
        headers={
            "X-Amz-Target": f"OvertureService.{operation}",
            "Content-Type": "application/x-amz-json-1.1",
        },
        timeout=5,
    )


def test_an_empty_answer_has_18_bytes(dx):
    """ANS content-length: {"connections":[]}."""
    answer = raw("DescribeConnections", {})
    assert answer.headers["content-length"] == "18"
    assert answer.content == b'{"connections":[]}'


def test_a_body_is_compact_and_has_no_nulls(dx):
    """ANS: seven members in 187 bytes; the same seven of ours take as many."""
    answer = raw(
        "CreateConnection",
        {"location": "EqSe2", "bandwidth": "1Gbps", "connectionName": "ansible-test-connection"},
    )
    assert b"null" not in answer.content
    assert b": " not in answer.content
    seven = {name: value for name, value in answer.json().items() if name in CONNECTION_2017}
    size = len(json.dumps(seven, separators=(",", ":")))
    # The recording has a name that is not known; a byte more or less per letter of it.
    assert abs(size - 187) < 20


def test_an_error_body(dx):
    """ANS, TF#9317: HTTP 400, connection: close, __type without prefix and message in small letters."""
    answer = raw("DescribeLags", {"lagId": "doesntexist"})
    assert (answer.status_code, answer.headers["connection"]) == (400, "close")
    assert answer.json() == {
        "__type": "DirectConnectClientException",
        "message": "Lag ID doesntexist has an invalid format.",
    }


def test_loa_issue_time_is_epoch_seconds(dx, west):
    """CLI example: 1491568964.0, a JSON number."""
    made = order(west)["connectionId"]
    dx.issue_loa(made)
    west.describe_loa(connectionId=made)
    (shown,) = raw("DescribeConnections", {"connectionId": made}).json()["connections"]
    assert shown["loaIssueTime"] == dx.clock.now().timestamp()
