"""moto's state manager, in this process and over ``/moto-api/``."""

from __future__ import annotations

import json

import pytest
import requests
from moto.moto_api import state_manager

import dx_mock
from tests.helpers import connect, make_lag, one, one_lag
from tests.virtual_interfaces.helpers import gateway, look, private

NAMES = ("connection", "interconnect", "lag", "virtual-interface", "bgp-peer", "gateway", "association")


@pytest.fixture(autouse=True)
def _put_back():
    yield
    for name in NAMES:
        state_manager.unset_transition(f"directconnect::{name}")


def choose(name, **transition):
    state_manager.set_transition(f"directconnect::{name}", transition)


def state_of(client, connection):
    return one(client, connection)["connectionState"]


def test_manual_counts_looks(client):
    """As moto's documentation has it: a state lasts as many describes; other resources' do not count."""
    choose("connection", progression="manual", times=2)
    made, other = connect(client), connect(client)
    assert [state_of(client, made) for _ in range(5)] == [
        "requested", "pending", "pending", "available", "available",
    ]  # fmt: skip
    assert state_of(client, other) == "requested"


def test_time_goes_by_the_clock(client, dx):
    choose("connection", progression="time", seconds=60)
    made = connect(client)
    assert state_of(client, made) == "requested"
    dx.clock.advance(seconds=60)
    assert state_of(client, made) == "pending"
    dx.clock.advance(seconds=60)
    assert state_of(client, made) == "available"


@pytest.mark.directconnect(provisioning="manual")
def test_immediate_goes_before_the_policy(client):
    choose("connection", progression="immediate")
    assert state_of(client, connect(client)) == "available"
    state_manager.unset_transition("directconnect::connection")
    assert state_of(client, connect(client)) == "requested"


def test_every_model(client, dx):
    """Each of the seven names holds its own resource back, and nothing else."""
    port = connect(client)
    client.describe_connections()
    choose("lag", progression="manual", times=2)
    lag = make_lag(client)["lagId"]
    assert [one_lag(client, lag)["lagState"] for _ in range(2)] == ["pending", "available"]
    choose("virtual-interface", progression="manual", times=2)
    vif = private(client, port)
    assert [look(client, vif)["virtualInterfaceState"] for _ in range(2)] == ["pending", "available"]
    choose("bgp-peer", progression="manual", times=2)
    peer = {"addressFamily": "ipv6", "asn": 65000}
    client.create_bgp_peer(virtualInterfaceId=vif["virtualInterfaceId"], newBGPPeer=peer)
    shown = [look(client, vif)["bgpPeers"][1]["bgpPeerState"] for _ in range(2)]
    assert shown == ["pending", "available"]
    choose("gateway", progression="manual", times=2)
    made = gateway(client)  # available at once: only its deletion takes time
    client.delete_direct_connect_gateway(directConnectGatewayId=made)
    states = [
        client.describe_direct_connect_gateways(directConnectGatewayId=made)["directConnectGateways"][0][
            "directConnectGatewayState"
        ]
        for _ in range(2)
    ]
    assert states == ["deleting", "deleted"]


@pytest.mark.directconnect(partners=["123456789012"])
def test_interconnects(client):
    choose("interconnect", progression="manual", times=2)
    client.create_interconnect(interconnectName="i", bandwidth="1Gbps", location="EqDC2")
    states = [client.describe_interconnects()["interconnects"][0]["interconnectState"] for _ in range(4)]
    assert states == ["requested", "pending", "pending", "available"]


@pytest.mark.directconnect(others="block")
def test_associations(client):
    choose("association", progression="manual", times=2)
    made = gateway(client)
    client.create_direct_connect_gateway_association(directConnectGatewayId=made, gatewayId="vgw-12345678")
    states = [
        client.describe_direct_connect_gateway_associations(directConnectGatewayId=made)[
            "directConnectGatewayAssociations"
        ][0]["associationState"]
        for _ in range(2)
    ]
    assert states == ["associating", "associated"]


def test_deletion_waits_for_looks_too(client, dx):
    made = connect(client)
    dx.provision(made)
    choose("connection", progression="manual", times=2)
    client.delete_connection(connectionId=made)
    assert [state_of(client, made) for _ in range(2)] == ["deleting", "deleted"]


def test_hands_are_still_hands(client, dx):
    choose("connection", progression="manual", times=5)
    made = connect(client)
    dx.provision(made)
    assert state_of(client, made) == "available"


def test_a_snapshot_has_the_count(client, dx):
    choose("connection", progression="manual", times=2)
    made = connect(client)
    state_of(client, made)
    dx.restore(json.loads(json.dumps(dx.snapshot())))
    assert state_of(client, made) == "pending"


def test_over_moto_api():
    """Set over HTTP at the server."""
    with dx_mock.server() as srv:
        url = f"{srv.endpoint_url}/moto-api/state-manager/set-transition"
        body = {
            "model_name": "directconnect::connection",
            "transition": {"progression": "manual", "times": 2},
        }
        requests.post(url, json=body, timeout=5).raise_for_status()
        dx = srv.mock
        import boto3

        client = boto3.client(
            "directconnect",
            region_name="us-east-1",
            endpoint_url=srv.endpoint_url,
            aws_access_key_id="123456789012",
            aws_secret_access_key="x",
        )
        made = connect(client)
        assert [state_of(client, made) for _ in range(2)] == ["requested", "pending"]
        assert len(dx.calls) == 3
        requests.post(f"{srv.endpoint_url}/moto-api/reset", timeout=5).raise_for_status()
        assert client.describe_connections()["connections"] == []


@pytest.mark.parametrize(
    "bad", [{"progression": "slow"}, {"progression": "manual"}, {"progression": "time", "seconds": -1}]
)
def test_impossible_transitions(client, dx, bad, caplog):
    """The answer says what is wrong."""
    from dx_mock.integrations.transitions import transition

    if bad == {"progression": "manual"}:
        bad = {"progression": "manual", "times": "two"}
    choose("connection", **bad)
    with pytest.raises(
        ValueError, match=r"moto's state manager has .* for directconnect::connection: progression"
    ):
        transition("connection")
