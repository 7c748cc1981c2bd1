"""moto's state manager, in this process and over ``/moto-api/``."""

from __future__ import annotations

import json

import boto3
import pytest
import requests
from moto.moto_api import state_manager

import dx_mock
from tests.helpers import connect, make_lag, one, one_lag
from tests.service.virtual_interfaces.helpers import gateway, look, private

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
    assert [state_of_gateway(client, made) for _ in range(2)] == ["deleting", None]


def state_of_gateway(client, made):
    """The state of a gateway; None for one that is not returned, as deleted ones are."""
    answer = client.describe_direct_connect_gateways(directConnectGatewayId=made)["directConnectGateways"]
    return answer[0]["directConnectGatewayState"] if answer else None


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


@pytest.fixture
def served():
    """A server, a client of it, and what sets a transition at it over HTTP."""
    with dx_mock.server(partners=["123456789012"]) as srv:
        client = boto3.client(
            "directconnect",
            region_name="us-east-1",
            endpoint_url=srv.endpoint_url,
            aws_access_key_id="123456789012",
            aws_secret_access_key="x",
        )

        def post(action, name, **more):
            url = f"{srv.endpoint_url}/moto-api/state-manager/{action}-transition"
            body = {"model_name": f"directconnect::{name}", **more}
            requests.post(url, json=body, timeout=5).raise_for_status()

        yield srv, client, post
        requests.post(f"{srv.endpoint_url}/moto-api/reset", timeout=5).raise_for_status()  # moto's EC2 as well
        client.close()


def states_of_connection(client):
    made = connect(client)
    return lambda: state_of(client, made)


def states_of_interconnect(client):
    made = client.create_interconnect(interconnectName="i", bandwidth="1Gbps", location="EqDC2")[
        "interconnectId"
    ]
    return lambda: client.describe_interconnects(interconnectId=made)["interconnects"][0]["interconnectState"]


def states_of_lag(client):
    made = make_lag(client)["lagId"]
    return lambda: one_lag(client, made)["lagState"]


def states_of_virtual_interface(client):
    vif = private(client, connect(client))
    return lambda: look(client, vif)["virtualInterfaceState"]


def states_of_peer(client):
    vif = private(client, connect(client))
    look(client, vif)
    peer = {"addressFamily": "ipv6", "asn": 65000}
    client.create_bgp_peer(virtualInterfaceId=vif["virtualInterfaceId"], newBGPPeer=peer)
    return lambda: look(client, vif)["bgpPeers"][1]["bgpPeerState"]


def states_of_gateway(client):
    made = gateway(client)
    client.delete_direct_connect_gateway(directConnectGatewayId=made)
    return lambda: state_of_gateway(client, made)


def states_of_association(client):
    made = gateway(client)
    endpoint_url = client.meta.endpoint_url
    keys = {"aws_access_key_id": "123456789012", "aws_secret_access_key": "x"}
    ec2 = boto3.client("ec2", region_name="us-east-1", endpoint_url=endpoint_url, **keys)
    vgw = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpnGatewayId=vgw, VpcId=ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])
    ec2.close()
    client.create_direct_connect_gateway_association(directConnectGatewayId=made, gatewayId=vgw)
    shown = client.describe_direct_connect_gateway_associations
    return lambda: shown(directConnectGatewayId=made)["directConnectGatewayAssociations"][0]["associationState"]


@pytest.mark.parametrize(
    ("name", "begin", "first", "second"),
    [
        ("connection", states_of_connection, "requested", "pending"),
        ("interconnect", states_of_interconnect, "requested", "pending"),
        ("lag", states_of_lag, "pending", "available"),
        ("virtual-interface", states_of_virtual_interface, "pending", "available"),
        ("bgp-peer", states_of_peer, "pending", "available"),
        ("gateway", states_of_gateway, "deleting", None),
        ("association", states_of_association, "associating", "associated"),
    ],
)
def test_over_moto_api(served, name, begin, first, second):
    """Each of the seven models, set, counted, timed and unset over HTTP."""
    srv, client, post = served
    post("set", name, transition={"progression": "manual", "times": 3})
    state = begin(client)
    assert [state() for _ in range(3)] == [first, first, second]
    post("set", name, transition={"progression": "time", "seconds": 60})
    state = begin(client)
    assert [state(), state()] == [first, first]
    srv.mock.clock.advance(seconds=60)
    assert state() == second
    post("unset", name)
    assert begin(client)() not in (first, "requested")


def test_reset_over_moto_api(served):
    srv, client, _ = served
    connect(client)
    requests.post(f"{srv.endpoint_url}/moto-api/reset", timeout=5).raise_for_status()
    assert client.describe_connections()["connections"] == []


@pytest.mark.parametrize(
    "bad", [{"progression": "slow"}, {"progression": "manual"}, {"progression": "time", "seconds": -1}]
)
def test_impossible_transitions(client, dx, bad, caplog):
    """The answer says what is wrong."""
    from dx_mock.moto_services.transitions import transition

    if bad == {"progression": "manual"}:
        bad = {"progression": "manual", "times": "two"}
    choose("connection", **bad)
    with pytest.raises(
        ValueError, match=r"moto's state manager has .* for directconnect::connection: progression"
    ):
        transition("connection")
