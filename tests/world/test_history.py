"""The history: what is kept of what happened, when it happened, and that nothing else is."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import freezegun
import pytest
import time_machine
from botocore.exceptions import ClientError

from dx_mock import mock_directconnect
from dx_mock.graph import history as module
from dx_mock.graph.history import RETENTION
from tests.helpers import connect, make_lag, members
from tests.invariants import check_history
from tests.moto_services.metrics import data, query, watcher
from tests.service.virtual_interfaces.helpers import gateway, private

THEN = datetime(2026, 11, 27, 12, 0, tzinfo=timezone.utc)


def pasts(world):
    """Everything that is remembered, as plain data."""
    return {
        past.id: (past.born, past.first, tuple(past.points), past.facts)
        for past in world.graph.history.pasts.values()
    }


def stages(dx, resource_id):
    """The stages of a resource with the hours after the beginning."""
    past = dx.world.graph.history.pasts[resource_id]
    begin = datetime(2026, 1, 1, tzinfo=timezone.utc)
    first = [((past.born - begin) / timedelta(hours=1), past.first[0])]
    return first + [
        ((when - begin) / timedelta(hours=1), value) for when, name, value in past.points if name == "stage"
    ]


def test_a_refused_call_leaves_no_trace(dx, client):
    """What was due before it is taken back, in the history too."""
    connection = connect(client)
    lag = make_lag(client)["lagId"]
    dx.clock.advance(hours=1)
    before = pasts(dx.world)
    with pytest.raises(ClientError):
        client.associate_connection_with_lag(connectionId=connection, lagId="dxlag-ffffffff")
    with pytest.raises(ClientError):
        client.describe_connections(connectionId="dxcon-ffffffff")
    assert pasts(dx.world) == before
    client.describe_lags(lagId=lag)
    assert pasts(dx.world) != before
    check_history(dx.world)


def test_a_look_adds_nothing(dx, client):
    lag = make_lag(client)["lagId"]
    private(client, lag)
    client.describe_virtual_interfaces()
    before = pasts(dx.world)
    dx.clock.advance(days=400)
    client.describe_lags()
    client.describe_virtual_interfaces()
    dx.topology(), dx.snapshot(), dx.timeline(), repr(dx)
    assert pasts(dx.world) == before


def test_what_nobody_looked_at_was_ready_all_the_same(dx, client):
    """With "auto" a connection is available since it was ordered, whenever somebody looks."""
    connection = connect(client)
    dx.clock.advance(hours=3)
    client.describe_connections()
    assert stages(dx, connection) == [(0, "available")]


@pytest.mark.directconnect(provisioning="manual")
def test_what_waits_for_hands_is_ready_when_they_were_there(dx, client):
    connection = connect(client)
    dx.clock.advance(hours=2)
    dx.provision(connection)
    assert stages(dx, connection) == [(0, "requested"), (2, "pending"), (2, "available")]


@pytest.mark.directconnect(provisioning="timed")
def test_the_calendar_takes_steps_when_they_fall_due(dx, client):
    """A clock that is moved far in one go has the same past as one that is moved in small steps."""
    connection = connect(client)
    dx.clock.advance(days=10)
    assert stages(dx, connection) == [(0, "requested"), (72, "pending"), (144, "available")]


def test_what_is_older_than_fifteen_months_is_forgotten(dx, client, monkeypatch):
    monkeypatch.setattr(module, "_BETWEEN_PRUNINGS", 1)
    connection = connect(client)
    client.describe_connections()
    for _ in range(5):
        dx.link_down(connection)
        dx.clock.advance(days=150)
        dx.traffic(connection, egress_bps=_)
        dx.link_up(connection)
    past = dx.world.graph.history.pasts[connection]
    assert past.born == dx.clock.now() - RETENTION
    assert all(when >= past.born for when, _, _ in past.points)
    check_history(dx.world)
    assert dx.timeline(connection).lines[0].bands[-1].state == "available"


def test_a_clock_that_goes_back(client, dx):
    """What was later has happened now; the past stays in order, and the metrics go up to now."""
    with freezegun.freeze_time(THEN) as frozen:
        connection = connect(client)
        client.describe_connections()
        frozen.move_to(THEN + timedelta(hours=5))
        dx.link_down(connection)
        frozen.move_to(THEN + timedelta(hours=1))
        dx.link_up(connection)
        check_history(dx.world)
        assert [band.state for band in dx.timeline(connection).lines[0].bands] == ["available"]


def test_an_older_snapshot_has_a_past_from_its_moment_on(dx, client):
    """Those of before have no history: it begins with what there is."""
    connection = connect(client)
    client.describe_connections()
    dx.clock.advance(hours=1)
    from dx_mock.world.snapshot import digest

    old = dx.snapshot()
    old["version"] = 3
    del old["ahead"], old["settings"]["clock"], old["state"]["history"], old["state"]["due_since"]
    old["digest"] = digest(old)
    dx.restore(json.loads(json.dumps(old)))
    check_history(dx.world)
    assert dx.world.graph.history.pasts[connection].born == dx.clock.now()
    assert dx.world.settings.clock == "fixed"


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[0].__setitem__(1, "Fork"),
        lambda rows: rows[0][4].append("more"),
        lambda rows: rows[0][5].append([0, "stage", "available"]),
        lambda rows: rows[0][5].append([2**53, "spoon", 1]),
        lambda rows: rows[0][5].append([2**53, "egress_bps", "fast"]),
        lambda rows: rows[0][5].append([2**53, "stage", {"a": 1}]),
        lambda rows: rows[0].__setitem__(3, "today"),
    ],
)
def test_a_damaged_history_is_refused(dx, client, change):
    from dx_mock.world.snapshot import SnapshotError, digest

    connect(client)
    client.describe_connections()
    before = pasts(dx.world)
    taken = json.loads(json.dumps(dx.snapshot()))
    change(taken["state"]["history"])
    taken["digest"] = digest(taken)
    with pytest.raises(SnapshotError, match="damaged"):
        dx.restore(taken)
    assert pasts(dx.world) == before


def test_a_snapshot_brings_the_past_of_all_kinds_back(dx, client):
    lag = make_lag(client, connectionsBandwidth="10Gbps", requestMACSec=True)
    client.describe_lags()
    client.associate_mac_sec_key(connectionId=lag["lagId"], ckn="a" * 64, cak="b" * 64)
    vif = private(client, lag["lagId"], directConnectGatewayId=gateway(client))["virtualInterfaceId"]
    client.describe_virtual_interfaces()
    dx.announce(vif, ["10.0.0.0/8", "2001:db8::/32"])
    dx.clock.advance(minutes=7)
    dx.traffic(lag["lagId"], egress_bps=1.5, errors=2)
    dx.light(members(lag)[0], rx=-9.25)
    dx.link_down(members(lag)[1])
    before, text = pasts(dx.world), dx.timeline().to_text()
    values = {past.id: past.values for past in dx.world.graph.history.pasts.values()}
    taken = json.loads(json.dumps(dx.snapshot()))
    with mock_directconnect() as other:
        other.restore(taken)
        assert pasts(other.world) == before
        assert {past.id: past.values for past in other.world.graph.history.pasts.values()} == values
        assert other.timeline().to_text() == text
        assert other.snapshot() == taken
        assert relations(other.world) == relations(dx.world)


def relations(world):
    """Who was ever related to whom."""
    return {key: set(ids) for key, ids in world.graph.history.related.items()}


# --- hands -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"egress_bps": -1}, ValueError, "egress_bps must be a number from 0"),
        ({"egress_bps": "1G"}, TypeError, "egress_bps must be a number or a function"),
        ({"ingress_pps": True}, TypeError, "ingress_pps"),
        ({"errors": float("nan")}, ValueError, "errors"),
        ({"errors": 10**400}, ValueError, "errors must be a number from 0 to 1e\\+21"),
        ({"egress_bps": lambda time: None}, ValueError, "a curve must return a number"),
    ],
)
def test_traffic_says_what_is_wrong(dx, client, arguments, error, text):
    connection = connect(client)
    before = pasts(dx.world)
    with pytest.raises(error, match=text):
        dx.traffic(connection, **arguments)
    client.describe_connections()
    assert not any(name == "egress_bps" for _, name, _ in dx.world.graph.history.pasts[connection].points)
    assert before.keys() == pasts(dx.world).keys()


def test_traffic_and_light_want_the_right_resources(dx, client):
    connection, between = connect(client), gateway(client)
    vif = private(client, connection, directConnectGatewayId=between)["virtualInterfaceId"]
    with pytest.raises(ValueError, match="not a connection, LAG or virtual interface"):
        dx.traffic(between, egress_bps=1)
    with pytest.raises(ValueError, match="errors are counted at the port"):
        dx.traffic(vif, errors=1)
    with pytest.raises(LookupError, match="no resource"):
        dx.traffic("dxcon-ffffffff", egress_bps=1)
    with pytest.raises(ValueError, match="not a connection or interconnect"):
        dx.light(vif, rx=-1)
    with pytest.raises(ValueError, match="has lane 1 only, not 2"):
        dx.light(connection, rx=-1, lane=2)
    with pytest.raises(TypeError, match="rx must be a level in dBm"):
        dx.light(connection, rx="dark")
    client.describe_virtual_interfaces()
    client.delete_virtual_interface(virtualInterfaceId=vif)
    with pytest.raises(ValueError, match=f"nothing goes through {vif}"):
        dx.traffic(vif, egress_bps=1)


# --- the machine's clock -----------------------------------------------------------------------------------


def test_the_clock_can_be_the_machines():
    with mock_directconnect(clock="machine") as dx:
        before = datetime.now(timezone.utc)
        assert before <= dx.clock.now() <= datetime.now(timezone.utc)
        dx.clock.advance(hours=1)
        ahead = dx.clock.now() - datetime.now(timezone.utc)
        assert timedelta(minutes=59) < ahead <= timedelta(hours=1)


@pytest.mark.parametrize("travel", [freezegun.freeze_time, lambda to: time_machine.travel(to, tick=False)])
def test_the_machines_clock_with_freezegun_and_time_machine(travel):
    """Their time is the machine's for the test, and a monitor that asks for its last hour finds it."""
    with travel(THEN), mock_directconnect(clock="machine") as dx:
        assert dx.clock.now() == THEN
        connection = connect(dx.client())
        with travel(THEN + timedelta(minutes=30)):
            dx.link_down(connection)
        with travel(THEN + timedelta(minutes=60)):
            now = datetime.now(timezone.utc)
            asked = query("ConnectionState", ConnectionId=connection)
            found = data(watcher(), [asked], now - timedelta(hours=1), now + timedelta(hours=1))
            assert found == {"average": [1.0] * 6 + [0.0] * 6}


def test_the_machines_clock_goes_on_after_a_restore():
    """It is as far ahead of the machine's as it was, never behind the snapshot."""
    with freezegun.freeze_time(THEN) as frozen:
        with mock_directconnect(clock="machine") as dx:
            dx.clock.advance(hours=2)
            taken = json.loads(json.dumps(dx.snapshot()))
        frozen.move_to(THEN + timedelta(hours=5))
        with mock_directconnect() as dx:
            dx.restore(taken)
            assert dx.clock.now() == THEN + timedelta(hours=7)
            frozen.move_to(THEN + timedelta(hours=6))
            assert dx.clock.now() == THEN + timedelta(hours=8)
        frozen.move_to(THEN - timedelta(days=9))
        with mock_directconnect() as dx:
            dx.restore(taken)
            assert dx.clock.now() == THEN + timedelta(hours=2)


def test_every_way_in_takes_the_clock(tmp_path):
    @mock_directconnect(clock="machine")
    def decorated():
        from dx_mock import active_mock

        return active_mock().clock.follows

    assert decorated() == "machine"
    with mock_directconnect(topology={"clock": "machine"}) as dx:
        assert dx.clock.follows == "machine"
    with mock_directconnect(topology={"clock": "machine"}, clock="fixed") as dx:
        assert dx.clock.now() == datetime(2026, 1, 1, tzinfo=timezone.utc)
    with pytest.raises(ValueError, match="clock must be one of 'fixed', 'machine'"):
        mock_directconnect(clock="wall")


@pytest.mark.directconnect(clock="machine")
def test_the_fixture_takes_the_clock(dx):
    assert dx.clock.follows == "machine"
