"""A backend for each Region and partition, one index of ids, and one mock for each world."""

from __future__ import annotations

import pytest

from dx_mock import active_mock, mock_directconnect
from dx_mock.engine.settings import Settings
from dx_mock.graph.backends import DirectConnectBackend
from dx_mock.service.caller import Caller
from dx_mock.world.beginning import begin
from tests.helpers import CUSTOMER, connect, make_lag, refused


def test_a_region_holds_the_resources_of_all_accounts(dx):
    ours, theirs = connect(dx.client()), connect(dx.client(account_id=CUSTOMER))
    elsewhere = connect(dx.client("us-west-2"), location="EqSe2-EQ")
    east, west = dx.world.backends["us-east-1"], dx.world.backends["us-west-2"]
    assert type(east) is DirectConnectBackend
    assert set(east.resources) == {ours, theirs}
    assert set(west.resources) == {elsewhere}
    assert set(dx.world.graph.resources) == {ours, theirs, elsewhere}
    assert "us-east-1, 2 resources" in repr(east)


def test_what_another_region_has_is_not_there(dx):
    lag = make_lag(dx.client())["lagId"]
    with refused(dx, f"Could not find Lag with ID {lag}"):
        dx.client("us-west-2").describe_lags(lagId=lag)
    dx.provision(lag)  # the hands know no Regions


@pytest.mark.parametrize(("region", "partition"), [("us-east-1", "aws"), ("cn-north-1", "aws-cn")])
def test_gateways_belong_to_a_partition(dx, region, partition):
    made = dx.client(region).create_direct_connect_gateway(directConnectGatewayName="g")
    gateway = made["directConnectGateway"]["directConnectGatewayId"]
    assert list(dx.world.global_backends[partition].gateways) == [gateway]
    assert all(gateway not in backend.resources for backend in dx.world.backends.values())
    assert dx.world.resource(gateway).id == gateway


def test_a_caller_holds_rules_and_no_resources(dx):
    caller = dx.world.caller("123456789012", "us-east-1")
    connection = connect(dx.client())
    assert type(caller) is Caller
    assert caller.own_connection(connection) is dx.world.backends["us-east-1"].resources[connection]
    assert dx.world.caller("123456789012", "us-east-1") is caller
    assert not any(
        connection in str(value) for name, value in vars(caller).items() if name in vars(caller.backend)
    )


def test_the_active_mock_is_the_very_object():
    with mock_directconnect(seed=1) as outer:
        assert active_mock() is outer
        with mock_directconnect(seed=2) as inner:
            assert active_mock() is inner
            assert active_mock().world is inner.world
        assert active_mock() is outer
    with pytest.raises(RuntimeError, match="no mock_directconnect is active"):
        active_mock()


def test_the_active_mock_inside_of_a_decorated_function_can_be_stopped_and_told(directconnect):
    seen = []

    @mock_directconnect(seed=3)
    def decorated():
        seen.append(active_mock())
        return active_mock()

    (mock,) = {decorated(), *seen}
    assert not mock.is_active
    assert active_mock() is directconnect


def test_the_fixture_is_the_active_mock(directconnect):
    assert active_mock() is directconnect
    assert active_mock().faults is directconnect.faults


def test_faults_are_made_with_the_world(dx):
    assert dx.world.faults is dx.faults
    dx.faults.add("CreateLag", error="ThrottlingException")
    assert len(dx.world.faults) == 1


def test_a_world_needs_no_other_service():
    """The empty ports: a world without moto, as rules may use it."""
    world = begin(Settings.check())
    caller = world.caller("123456789012", "us-east-1")
    assert caller.list_virtual_gateways() == []
    assert caller.candidate("vgw-12345678").id == "vgw-12345678"
    assert not world.ports.other_services.is_in_play()
