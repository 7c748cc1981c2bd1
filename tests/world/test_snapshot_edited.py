"""Snapshots that a hand has edited into nonsense are refused when they are loaded, with where (issue 17)."""

from __future__ import annotations

import copy
import json
import random

import pytest

from dx_mock import mock_directconnect
from dx_mock.protocol import contract
from dx_mock.support.errors import ServiceError
from dx_mock.world.dispatcher import Call
from dx_mock.world.snapshot import SnapshotError, digest

PARTNER, CUSTOMER = "111111111111", "123456789012"

WORLD = {
    "partners": [PARTNER],
    "connections": [{"connectionName": "one", "location": "EqDC2", "bandwidth": "10Gbps"}],
    "lags": [
        {"lagName": "bundle", "location": "EqDC2", "connectionsBandwidth": "10Gbps", "numberOfConnections": 2}
    ],
    "interconnects": [
        {"account": PARTNER, "interconnectName": "port", "location": "EqDC2", "bandwidth": "10Gbps"}
    ],
    "hostedConnections": [
        {"account": PARTNER, "connectionId": "port", "ownerAccount": CUSTOMER, "connectionName": "hosted",
         "bandwidth": "500Mbps", "vlan": 7}
    ],
    "directConnectGateways": [{"directConnectGatewayName": "gateway"}],
    "virtualInterfaces": [
        {"type": "private", "virtualInterfaceName": "uplink", "connectionId": "one", "vlan": 101, "asn": 65000,
         "directConnectGatewayId": "gateway"}
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def taken():
    """A snapshot with something of every kind, and with steps that are due."""
    with mock_directconnect(topology=WORLD, provisioning="timed") as dx:
        client = dx.client()
        client.create_connection(location="CSVA1", bandwidth="1Gbps", connectionName="ordered")
        (vif,) = client.describe_virtual_interfaces()["virtualInterfaces"]
        client.start_bgp_failover_test(virtualInterfaceId=vif["virtualInterfaceId"])
        return dx.snapshot()


def number_of(snapshot, cls, name=None):
    """The place in the table of an object of a class."""
    for place, row in enumerate(snapshot["objects"]):
        if row["class"] == cls and name in (None, row["fields"].get("name")):
            return place
    raise AssertionError(f"no {cls}")


def fields(snapshot, cls, name=None):
    return snapshot["objects"][number_of(snapshot, cls, name)]["fields"]


def region(snapshot):
    return snapshot["state"]["regions"]["us-east-1"]


def listing(snapshot, kind):
    return next(rows for (name, _), *rows in region(snapshot)["listings"] if name == kind)


def a_listing_points_at_a_device(snapshot):
    listing(snapshot, "lag")[0][0][1] = {"$object": number_of(snapshot, "Device")}


def a_listing_has_another_kind(snapshot):
    listing(snapshot, "lag")[0][0][1] = {"$object": number_of(snapshot, "VirtualInterface")}


def a_listing_has_another_number(snapshot):
    listing(snapshot, "lag")[0][0][0] = 10_000


def nothing_is_listed(snapshot):
    listing(snapshot, "lag")[0].clear()


def remove(snapshot, link):
    """Remove an object from the resources and from every listing."""
    snapshot["state"]["resources"].remove(link)
    for _, live, deleted in region(snapshot)["listings"]:
        for rows in (live, deleted):
            rows[:] = [row for row in rows if row[1] != link]


def a_member_is_not_there(snapshot):
    member = fields(snapshot, "Lag")["members"]["$map"][0][1]
    fields(snapshot, "Device")["ports"]["$map"] = []
    remove(snapshot, member)


def a_member_has_another_name(snapshot):
    fields(snapshot, "Lag")["members"]["$map"][0][0] = "dxcon-ffffffff"


def a_member_is_not_in_it(snapshot):
    place = fields(snapshot, "Lag")["members"]["$map"][0][1]["$object"]
    snapshot["objects"][place]["fields"]["lag"] = None


def a_member_is_forgotten(snapshot):
    fields(snapshot, "Lag")["members"]["$map"].pop()


def a_resource_is_a_device(snapshot):
    snapshot["state"]["resources"].append({"$object": number_of(snapshot, "Device")})


def a_resource_is_there_twice(snapshot):
    fields(snapshot, "Connection", "one")["id"] = fields(snapshot, "Connection", "port")["id"]


def a_parent_is_not_there(snapshot):
    for row in snapshot["objects"]:
        if row["class"] == "Device":
            row["fields"]["ports"]["$map"] = []
    remove(snapshot, {"$object": number_of(snapshot, "Connection", "port")})


def a_virtual_interface_is_elsewhere(snapshot):
    fields(snapshot, "VirtualInterface")["parent"] = {"$object": number_of(snapshot, "Lag")}


def a_virtual_interface_has_another_vlan(snapshot):
    fields(snapshot, "VirtualInterface")["vlan"] = 999


def a_port_has_what_is_not_there(snapshot):
    fields(snapshot, "Device")["ports"]["$map"][0][1] = "dxcon-ffffffff"


def a_device_is_elsewhere(snapshot):
    fields(snapshot, "Device")["location"] = "EqLD5"


def a_peer_is_not_there(snapshot):
    snapshot["state"]["resources"].remove({"$object": number_of(snapshot, "BgpPeer")})


def a_test_is_not_there(snapshot):
    fields(snapshot, "VirtualInterface")["test_id"] = "nothing"


def a_gateway_is_not_there(snapshot):
    snapshot["state"]["resources"].remove({"$object": number_of(snapshot, "Gateway")})


def a_plan_is_a_devices(snapshot):
    snapshot["state"]["calendar"][0][3] = {"$object": number_of(snapshot, "Device")}


def a_plan_has_no_steps(snapshot):
    snapshot["state"]["calendar"][0][2] = "coffee machine"


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        (a_listing_points_at_a_device, r"each lag of account 123456789012 in us-east-1 has the device"),
        (a_listing_has_another_kind, r"the listing of each lag .* which does not belong there"),
        (a_listing_has_another_number, r"has the lag 'dxlag-\w+' at 10000, which does not belong there"),
        (nothing_is_listed, r"the lag 'dxlag-\w+' is not listed as lag of account 123456789012 in us-east-1"),
        (a_member_is_not_there, r"the lag 'dxlag-\w+' has the member 'dxcon-\w+', which is not there"),
        (a_member_has_another_name, r"has the member 'dxcon-ffffffff', which is not there"),
        (a_member_is_not_in_it, r"has the member 'dxcon-\w+', which is not in it"),
        (a_member_is_forgotten, r"'dxcon-\w+' is not among the members of the lag 'dxlag-\w+'"),
        (a_resource_is_a_device, r"resources\[\d+\] is the device"),
        (a_resource_is_there_twice, r"resources\[\d+\]: there are two of 'dxcon-\w+'"),
        (a_parent_is_not_there, r"is on the interconnect 'dxcon-\w+', which is not there"),
        (a_virtual_interface_is_elsewhere, r"on VLAN 101, which is elsewhere|is not among what the lag"),
        (a_virtual_interface_has_another_vlan, r"on VLAN 101, which is elsewhere|is not among what"),
        (a_port_has_what_is_not_there, r"port 1 of the device '.*' has 'dxcon-ffffffff', which is not on it"),
        (a_device_is_elsewhere, r"the device '.*' stands at EqDC2 in us-east-1, where it does not belong"),
        (a_peer_is_not_there, r"has the BGP peer 'dxpeer-\w+', which is not there"),
        (a_test_is_not_there, r"is in the failover test 'nothing', which is not there"),
        (a_gateway_is_not_there, r"has the gateway '.*', which is not there"),
        (a_plan_is_a_devices, r"calendar\[0\] plans a step of the device"),
        (a_plan_has_no_steps, r"calendar\[0\] plans a step of 'coffee machine'"),
    ],
)  # fmt: skip
def test_what_is_wrong_and_where(taken, edit, where):
    edited = copy.deepcopy(taken)
    edit(edited)
    assert edited != taken
    edited["digest"] = digest(edited)
    with mock_directconnect() as dx:
        before = dx.snapshot()
        with pytest.raises(SnapshotError, match=where) as caught:
            dx.restore(edited)
        assert str(caught.value).startswith("the snapshot is damaged: ")
        assert dx.snapshot() == before


def test_it_is_taken_as_it_is(taken):
    with mock_directconnect() as dx:
        dx.restore(json.loads(json.dumps(taken)))
        assert dx.snapshot() == taken


def mutated(taken, seed):
    """A snapshot in which links were moved and parts dropped at random, with a digest that fits."""
    chance = random.Random(seed)
    edited = copy.deepcopy(taken)
    links, holders = [], []

    def walk(value):
        if isinstance(value, dict):
            if "$object" in value:
                links.append(value)
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            if value:
                holders.append(value)
            for each in value:
                walk(each)

    walk([edited["state"], edited["objects"]])
    for _ in range(chance.randint(1, 3)):
        if chance.random() < 0.6:
            chance.choice(links)["$object"] = chance.randrange(len(edited["objects"]))
        else:
            holder = chance.choice(holders)
            if holder:
                holder.pop(chance.randrange(len(holder)))
    edited["digest"] = digest(edited)
    return edited


@pytest.mark.parametrize("seed", range(150))
def test_random_edits_are_refused_or_work(taken, seed):
    """What is loaded answers every call that looks, steps on, and can be saved and loaded again."""
    with mock_directconnect() as dx:
        try:
            dx.restore(mutated(taken, seed))
        except SnapshotError:
            return
        world = dx.world
        for account in (PARTNER, CUSTOMER):
            for name in contract.operation_names():
                if name.startswith(("Describe", "List")):
                    operation = contract.service_model().operation_model(name)
                    reply = world.dispatch(Call(operation, {}, account, "us-east-1"))
                    assert reply.error is None or isinstance(reply.error, ServiceError)
                    assert reply.error is None or reply.error.code != "DirectConnectServerException"
        dx.topology().to_text()
        dx.clock.advance(days=30)
        again = dx.snapshot()
        dx.restore(again)
        assert dx.snapshot() == again
