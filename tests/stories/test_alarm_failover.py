"""An alarm on a bad path drains it by a BGP failover test; the alarm's end lets it back in."""

from __future__ import annotations

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.helpers import connect, refused
from tests.service.virtual_interfaces.helpers import gateway, private, sessions, state

# --- the automation ---------------------------------------------------------------------------------------


class NoSafePath(Exception):
    """Draining this path would leave no other."""


def lambda_handler(event, context):
    """What SNS calls when the alarm of a virtual interface changes."""
    network = boto3.client("directconnect")
    outcomes = []
    for record in event["Records"]:
        alarm = json.loads(record["Sns"]["Message"])
        dimensions = {each["name"]: each["value"] for each in alarm["Trigger"]["Dimensions"]}
        vif_id = dimensions["VirtualInterfaceId"]
        if alarm["NewStateValue"] == "ALARM":
            outcomes.append(drain(network, vif_id))
        elif alarm["NewStateValue"] == "OK":
            outcomes.append(restore(network, vif_id))
    return outcomes


def drain(network, vif_id):
    """Take the sessions of a virtual interface down for four hours, if another one carries the traffic."""
    (vif,) = network.describe_virtual_interfaces(virtualInterfaceId=vif_id)["virtualInterfaces"]
    others = [
        each
        for each in network.describe_virtual_interfaces()["virtualInterfaces"]
        if each["directConnectGatewayId"] == vif["directConnectGatewayId"]
        and each["virtualInterfaceId"] != vif_id
        and each["virtualInterfaceState"] == "available"
    ]
    if not others:
        raise NoSafePath(vif_id)
    up = [peer["bgpPeerId"] for peer in vif["bgpPeers"] if peer["bgpStatus"] == "up"]
    test = network.start_bgp_failover_test(virtualInterfaceId=vif_id, bgpPeers=up, testDurationInMinutes=240)[
        "virtualInterfaceTest"
    ]
    return test["testId"]


def restore(network, vif_id):
    """End the test early; it may have ended by itself."""
    running = [
        test
        for test in network.list_virtual_interface_test_history(virtualInterfaceId=vif_id)[
            "virtualInterfaceTestHistory"
        ]
        if "endTime" not in test
    ]
    if not running:
        return None
    return network.stop_bgp_failover_test(virtualInterfaceId=vif_id)["virtualInterfaceTest"]["testId"]


# --- the test ---------------------------------------------------------------------------------------------


def alarm(vif, new_state):
    trigger = {"Dimensions": [{"name": "VirtualInterfaceId", "value": vif["virtualInterfaceId"]}]}
    message = json.dumps({"NewStateValue": new_state, "Trigger": trigger})
    return {"Records": [{"Sns": {"Message": message}}]}


@pytest.fixture
def paths(client, monkeypatch):
    """Two virtual interfaces to one gateway, on connections of their own."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    dxgw = gateway(client)
    made = [
        private(client, connect(client, location=location), directConnectGatewayId=dxgw)
        for location in ("EqDC2", "CSVA1")
    ]
    assert [state(client, vif) for vif in made] == ["available", "available"]
    return made


def test_drain_and_restore(dx, client, paths):
    """The path is drained, the other one carries on; when the alarm ends it is let in again."""
    bad, good = paths
    (test_id,) = lambda_handler(alarm(bad, "ALARM"), None)
    assert (state(client, bad), sessions(client, bad)) == ("testing", [("available", "down")])
    assert (state(client, good), sessions(client, good)) == ("available", [("available", "up")])
    dx.clock.advance(minutes=30)
    assert lambda_handler(alarm(bad, "OK"), None) == [test_id]
    assert sessions(client, bad) == [("available", "up")]
    (test,) = client.list_virtual_interface_test_history(testId=test_id)["virtualInterfaceTestHistory"]
    assert (test["endTime"] - test["startTime"]).total_seconds() == 30 * 60


def test_it_ends_by_itself(dx, client, paths):
    """Nobody clears the alarm: after four hours the path is back all the same."""
    bad, _ = paths
    lambda_handler(alarm(bad, "ALARM"), None)
    dx.clock.advance(hours=4)
    assert state(client, bad) == "available"
    assert lambda_handler(alarm(bad, "OK"), None) == [None]


def test_last_path_is_not_drained(dx, client, paths):
    """With the other connection down there is no path to move to."""
    bad, good = paths
    dx.link_down(good["connectionId"])
    with pytest.raises(NoSafePath):
        lambda_handler(alarm(bad, "ALARM"), None)
    assert state(client, bad) == "available"
    assert not dx.calls.of("StartBgpFailoverTest")


def test_alarm_that_fires_twice(dx, client, paths):
    """The second call is refused and changes nothing."""
    bad, _ = paths
    lambda_handler(alarm(bad, "ALARM"), None)
    with pytest.raises(ClientError, match="already in progress"):
        lambda_handler(alarm(bad, "ALARM"), None)
    with refused(dx, "already in progress"):
        client.start_bgp_failover_test(virtualInterfaceId=bad["virtualInterfaceId"])
