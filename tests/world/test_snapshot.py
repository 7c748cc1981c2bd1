"""Snapshots: everything, as JSON, and a restored world goes on exactly like the original."""

from __future__ import annotations

import copy
import gc
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_mock import mock_directconnect
from dx_mock.world.snapshot import SCHEMA_VERSION, SnapshotError, digest
from tests import invariants
from tests.helpers import CUSTOMER, LAG, PARTNER, connect, examples, for_all, make_lag, members, needs, state


def build(dx):
    """A world with something of most kinds, some of it on its way."""
    client, partner, customer = dx.client(), dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    connection = connect(client, tags=[{"key": "a", "value": "b"}])
    lag = make_lag(client, connectionsBandwidth="10Gbps", requestMACSec=True)["lagId"]
    client.describe_lags()
    gateway = client.create_direct_connect_gateway(directConnectGatewayName="g")["directConnectGateway"]
    new = {"virtualInterfaceName": "v", "vlan": 101, "asn": 65000}
    vif = client.create_private_virtual_interface(
        connectionId=lag,
        newPrivateVirtualInterface={**new, "directConnectGatewayId": gateway["directConnectGatewayId"]},
    )["virtualInterfaceId"]
    interconnect = partner.create_interconnect(interconnectName="i", bandwidth="1Gbps", location="CSVA1")[
        "interconnectId"
    ]
    partner.describe_interconnects()
    hosted = partner.allocate_hosted_connection(
        connectionId=interconnect, ownerAccount=CUSTOMER, bandwidth="50Mbps", connectionName="h", vlan=7
    )["connectionId"]
    customer.confirm_connection(connectionId=hosted)
    client.describe_loa(connectionId=connection)
    dx.clock.advance(hours=1)
    dx.bgp_down(vif)
    gone = connect(client)
    client.delete_connection(connectionId=gone)
    connect(client)  # nobody has looked at it yet
    return client


def go_on(dx):
    """What happens after the snapshot, as answers: ids, states, times."""
    client = dx.client()
    answers = [client.describe_connections(maxResults=2)]
    answers.append(client.describe_connections(nextToken=answers[0]["nextToken"]))
    answers.append(client.create_lag(**LAG))
    answers.append(client.describe_lags())
    answers.append(client.describe_virtual_interfaces())
    dx.clock.advance(days=2)
    answers.append(client.describe_connections())
    answers.append(dx.client(account_id=CUSTOMER).describe_connections())
    answers.append(dx.client(account_id=PARTNER).describe_interconnects())
    lag = answers[2]
    answers.append(client.disassociate_connection_from_lag(connectionId=members(lag)[0], lagId=lag["lagId"]))
    answers.append(dx.topology().to_text())
    return answers


@pytest.mark.parametrize("provisioning", ["auto", "manual", "timed"])
@needs("DescribeConnections.maxResults")
def test_a_restored_world_goes_on_like_the_original(provisioning):
    with mock_directconnect(provisioning="auto", partners=[PARTNER], seed=3) as dx:
        build(dx)
        dx.world.lifecycle.policy = provisioning
        object.__setattr__(dx.settings, "provisioning", provisioning)
        taken = json.loads(json.dumps(dx.snapshot()))
        before = state(dx.world)
        original = go_on(dx)
        dx.restore(taken)
        assert state(dx.world) == before
        assert go_on(dx) == original
    with mock_directconnect(quotas={"lags_per_region": 1}) as other:
        connect(other.client())
        other.restore(taken)
        assert state(other.world) == before
        assert go_on(other) == original
        assert other.snapshot() != taken


def test_a_snapshot_is_a_copy(dx):
    client = dx.client()
    made = connect(client)
    taken = dx.snapshot()
    text = json.dumps(taken)
    client.update_connection(connectionId=made, connectionName="new")
    assert json.dumps(taken) == text
    dx.restore(taken)
    dx.restore(taken)  # and it can be used again
    assert client.describe_connections()["connections"][0]["connectionName"] == "c"
    assert dx.snapshot()["settings"] == taken["settings"]


def test_restore_empties_what_came_later(dx):
    client = dx.client()
    empty = dx.snapshot()
    for _ in range(3):
        connect(client)
    dx.restore(empty)
    assert client.describe_connections()["connections"] == []
    assert dx.topology().to_text() == "(nothing exists)"


def signed(change):
    """A change whose author knows what a digest is."""

    def changed(snapshot):
        found = change(snapshot)
        return {**found, "digest": digest(found)}

    return changed


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda s: "x", "this is not a snapshot of dx_mock"),
        (lambda s: {}, "this is not a snapshot of dx_mock"),
        (lambda s: {**s, "version": 99}, "has schema version 99, but this dx_mock reads versions 2 to 4 only"),
        (lambda s: {key: value for key, value in s.items() if key != "ids"}, "it has no 'ids'"),
        (lambda s: {**s, "objects": s["objects"][:1]}, "the snapshot is damaged"),
        (lambda s: {**s, "objects": [{"class": "Submarine", "fields": {}}]}, "its digest does not fit"),
        (signed(lambda s: {**s, "objects": [{"class": "Submarine", "fields": {}}]}), "'Submarine', which this"),
        (signed(lambda s: {**s, "clock": "2026-01-01T00:00:00"}), "is not in UTC"),
        (signed(lambda s: {**s, "ids": "x"}), "the snapshot is damaged"),
        (lambda s: {**s, "version": "2"}, "has schema version '2'"),
        (lambda s: {**s, 5: 6}, "the snapshot is damaged"),
        (lambda s: {**s, "settings": {"provisioning": "fast"}}, "the snapshot is damaged"),
        (lambda s: {**s, "clock": "noon"}, "the snapshot is damaged"),
        (lambda s: {**s, "state": {}}, "the snapshot is damaged"),
    ],
)
def test_what_is_no_snapshot_is_refused_and_changes_nothing(dx, change, text):
    client = dx.client()
    make_lag(client)
    client.describe_lags()
    taken = dx.snapshot()
    with pytest.raises(ValueError, match="snapshot") as caught:
        dx.restore(change(copy.deepcopy(taken)))
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)
    assert dx.snapshot() == taken


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(["connect", "lag", "delete", "look", "wait", "down"]), max_size=12), st.data())
def test_any_world_survives(actions, data):
    """Property: snapshot, restore and snapshot again give the same, and the next id is the same."""
    with mock_directconnect(provisioning=data.draw(st.sampled_from(["auto", "manual", "timed"]))) as dx:
        client = dx.client()
        made = []
        for action in actions:
            if action == "connect" and len(made) < 8:
                made.append(connect(client))
            elif action == "lag" and len(made) < 8:
                made.append(members(make_lag(client, numberOfConnections=1))[0])
            elif action == "delete" and made:
                client.delete_connection(connectionId=made.pop())
            elif action == "look":
                client.describe_connections()
            elif action == "wait":
                dx.clock.advance(hours=30)
            elif action == "down" and made:
                dx.link_down(made[-1])
        taken = dx.snapshot()
        with mock_directconnect() as other:
            other.restore(json.loads(json.dumps(taken)))
            assert other.snapshot() == taken
            restored = other.client().describe_connections()
        assert client.describe_connections() == restored


def _in_region(taken, part, value):
    """The snapshot with another value of a part of its Region."""
    (region,) = taken["state"]["regions"].values()
    region[part] = value
    return taken


def _spoil(taken, name, value):
    """The snapshot with another value in a field of its first object that has one."""
    row = next(row for row in taken["objects"] if name in row["fields"])
    row["fields"][name] = value
    return taken


@pytest.mark.parametrize(
    "change",
    [
        lambda s: _spoil(s, "name", 5),
        lambda s: _spoil(s, "link_up", "no"),
        lambda s: _spoil(s, "sequence", True),
        lambda s: _spoil(s, "members", {"$map": [["a", 5]]}),
        lambda s: _spoil(s, "device", {"$object": 10**9}),
        lambda s: _spoil(s, "kind", "submarine"),
        lambda s: _spoil(s, "ports", {"$map": [["one", "dxcon-x"]]}),
        lambda s: _spoil(s, "loa_issue_time", {"$time": "9999-12-31T00:00:00+00:00"}),
        lambda s: {**s, "clock": 5.5},
        lambda s: {**s, "clock": "1850-01-01T00:00:00+00:00"},
        lambda s: {**s, "clock": "9999-01-01T00:00:00+00:00"},
        lambda s: {**s, "state": {**s["state"], "sequence": "7"}},
        lambda s: {**s, "state": {**s["state"], "resources": [5]}},
        lambda s: {**s, "state": {**s["state"], "calendar": [["now", 1, "lag", 5]]}},
        lambda s: _in_region(s, "listings", [[["lag", "a"], [["x", 1]], []]]),
        lambda s: _in_region(s, "devices", {"$map": [["EqDC2", [5]]]}),
        lambda s: _in_region(s, "connection_count", {"$map": [["EqDC2", 5]]}),
        lambda s: {**s, "state": {**s["state"], "regions": {"us-east-1": 5}}},
    ],
)
def test_what_has_wrong_types_is_refused_and_changes_nothing(dx, change):
    """A world from outside can't make later calls fail inside."""
    make_lag(dx.client())
    taken = dx.snapshot()
    with pytest.raises(ValueError, match="snapshot") as caught:
        dx.restore(signed(change)(copy.deepcopy(taken)))
    assert "\n" not in str(caught.value)
    assert dx.snapshot() == taken


# --- damage ------------------------------------------------------------------------------------------------

VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8),
    st.just([]), st.just({}), st.just({"$object": 0}), st.just({"$time": "soon"}), st.just({"$map": [[[], 1]]}),
)  # fmt: skip


def places(value, path=()):
    """The way to everything in some JSON."""
    yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from places(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from places(each, (*path, number))


@pytest.fixture(scope="module")
def sound():
    """A snapshot of a world with something of most kinds, and the ways to everything in it."""
    with mock_directconnect(provisioning="timed", partners=[PARTNER]) as dx:
        dx.world.lifecycle.policy = "auto"
        build(dx)
        dx.world.lifecycle.policy = "timed"
        snapshot = dx.snapshot()
    return json.dumps(snapshot), list(places(snapshot))[1:]


def damage(text, path, value, how):
    """A snapshot with one thing replaced, removed, or put in twice."""
    snapshot = json.loads(text)
    *way, last = path
    holder = snapshot
    for step in way:
        holder = holder[step]
    if how == "remove":
        del holder[last]
    elif how == "twice" and isinstance(holder, list):
        holder.insert(last, copy.deepcopy(holder[last]))
    else:
        holder[last] = value
    return snapshot


HOW = st.sampled_from(["replace", "remove", "twice"])


@examples(few=40, many=400)
def test_damage_is_refused_and_changes_nothing(sound, examples):
    """Property: whatever is changed in a snapshot, restore says so, and the world is as it was."""
    text, ways = sound

    @for_all(examples, st.data(), VALUES, HOW)
    def check(data, value, how):
        changed = damage(text, data.draw(st.sampled_from(ways)), value, how)
        with mock_directconnect() as dx:
            connect(dx.client())
            before = dx.snapshot()
            if changed == json.loads(text) and json.dumps(changed) == text:
                dx.restore(changed)
                return
            with pytest.raises(SnapshotError) as caught:
                dx.restore(changed)
            assert "\n" not in str(caught.value)
            assert dx.snapshot() == before


@examples(few=40, many=400)
def test_forged_snapshots_are_read_whole_or_not_at_all(sound, examples):
    """Property: with a digest that fits there is still no other error than SnapshotError."""
    text, ways = sound
    ways = [way for way in ways if way != ("digest",)]

    @for_all(examples, st.data(), VALUES, HOW)
    def check(data, value, how):
        changed = damage(text, data.draw(st.sampled_from(ways)), value, how)
        changed["digest"] = digest(changed)
        with mock_directconnect() as dx:
            connect(dx.client())
            before = dx.snapshot()
            try:
                dx.restore(changed)
            except SnapshotError:
                assert dx.snapshot() == before


def test_other_json_writers_may_have_written_it(dx):
    """Order of keys, white space and escapes do not count."""
    build_text = json.dumps(dx.snapshot())
    connect(dx.client(), tags=[{"key": "Ort", "value": "Zürich"}])
    taken = dx.snapshot()
    for again in (
        json.loads(json.dumps(taken, sort_keys=True, indent=3)),
        json.loads(json.dumps(taken, ensure_ascii=False)),
        dict(reversed(taken.items())),
    ):
        dx.restore(json.loads(build_text))
        dx.restore(again)
        assert dx.snapshot() == taken


def test_a_snapshot_of_version_2_is_still_read(dx):
    """What an earlier dx_mock wrote, with links, plans, keys and two partitions in it, goes on as it was."""
    written = json.loads((Path(__file__).parent / "snapshots" / "version-2.json").read_text())
    dx.restore(written["snapshot"])
    assert dx.topology().to_text() == written["topology"]
    invariants.check(dx.world)
    assert sorted(dx.world.backends) == ["us-east-1", "us-west-2"]
    assert sorted(dx.world.global_backends) == ["aws", "aws-cn"]
    taken = dx.snapshot()
    assert taken["version"] == SCHEMA_VERSION
    with mock_directconnect() as other:
        other.restore(taken)
        assert other.snapshot() == taken
    customer = dx.client(account_id="222222222222")
    (gone,) = dx.client("us-west-2", account_id="222222222222").describe_connections()["connections"]
    assert gone["connectionState"] == "deleted"
    (lag,) = customer.describe_lags()["lags"]
    assert [key["state"] for key in lag["macSecKeys"]] == ["associated"]
    assert customer.describe_customer_metadata()["agreements"] == [{"agreementName": "a", "status": "signed"}]


@pytest.mark.parametrize("collects", [True, False])
def test_garbage_is_collected_as_before(dx, collects):
    """Whether a snapshot can be restored or not, and whatever the user has set."""
    before = gc.isenabled()
    (gc.enable if collects else gc.disable)()
    try:
        dx.restore(dx.snapshot())
        with pytest.raises(ValueError, match="not a snapshot"):
            dx.restore({})
        assert gc.isenabled() is collects
    finally:
        (gc.enable if before else gc.disable)()
