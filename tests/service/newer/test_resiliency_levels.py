"""What resiliency model the connections of a group meet, and what groups are made of."""

from __future__ import annotations

import json

import pytest

from dx_mock import mock_directconnect
from dx_mock.protocol import bodies, contract
from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, members, refused
from tests.service.virtual_interfaces.helpers import hosted

pytestmark = pytest.mark.skipif(
    "CreateResiliencyGroup" not in contract.operation_names(),
    reason="the installed botocore has no CreateResiliencyGroup",
)


def new_group(client, **changes):
    """The id of a new group."""
    request = {"resiliencyGroupName": "group", "intendedResiliencyModel": "maximum-resiliency", **changes}
    return client.create_resiliency_group(**request)["resiliencyGroup"]["resiliencyGroupId"]


def put(client, group, *connections):
    """Associate connections with a group, by ids or ARNs."""
    return client.associate_connections_to_resiliency_group(
        resiliencyGroupId=group, connectionIdentifiers=list(connections)
    )["resiliencyGroupAssociations"]


def listed(client, group):
    """The ids of a group's connections, with the states of their associations."""
    found = client.list_resiliency_group_associations(resiliencyGroupId=group)["items"]
    return [(each["connectionArn"].rpartition("/")[2], each["state"]) for each in found]


@pytest.mark.directconnect(quirks={"device_placement": "spread"})
def test_levels_follow_the_members(client, dx):
    """Documented: Resiliency Toolkit.  Members come, go, are deleted, and move to other devices."""
    group = new_group(client)
    assert dx.resiliency_level(group) is None
    here = [connect(client), connect(client)]
    there = [connect(client, location="CSVA1"), connect(client, location="CSVA1")]
    put(client, group, here[0])
    assert dx.resiliency_level(group) is None
    put(client, group, here[1])
    assert dx.resiliency_level(group) == "basic-resiliency"
    put(client, group, there[0])
    assert dx.resiliency_level(group) == "high-resiliency"
    put(client, group, there[1])
    assert dx.resiliency_level(group) == "maximum-resiliency"
    dx.provision(there[1])
    dx.link_down(there[1])
    assert dx.resiliency_level(group) == "maximum-resiliency"  # an outage does not change a design
    client.delete_connection(connectionId=there[1])
    assert dx.resiliency_level(group) == "high-resiliency"
    client.disassociate_connections_from_resiliency_group(
        resiliencyGroupId=group, connectionIdentifiers=[there[0]]
    )
    assert dx.resiliency_level(group) == "basic-resiliency"


@pytest.mark.directconnect(quirks={"device_placement": "spread"}, provisioning="manual")
def test_a_lag_brings_its_members_to_one_device(client, dx):
    """Documented: all members of a LAG end on the same device, so that they are not diverse."""
    group = new_group(client)
    pair = [connect(client), connect(client)]
    put(client, group, *pair)
    assert dx.resiliency_level(group) == "basic-resiliency"
    lag = make_lag(client, connectionId=pair[0], numberOfConnections=1)["lagId"]
    client.associate_connection_with_lag(connectionId=pair[1], lagId=lag)  # requested: it moves there
    assert dx.resiliency_level(group) is None
    assert [name for name, _ in listed(client, group)] == pair


@pytest.mark.directconnect(partners=[PARTNER])
def test_hosted_connections_are_where_their_parents_are(dx):
    """Documented: a group has connections; a hosted one ends on its interconnect's device."""
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    group = new_group(customer)
    far = connect(customer, location="CSVA1")
    put(customer, group, hosted(partner, customer, CUSTOMER), far)
    assert dx.resiliency_level(group) == "high-resiliency"


@pytest.mark.directconnect(provisioning="timed")
def test_what_leaves_counts_no_more(client, dx):
    """Documented: associating, associated, disassociating; by the clock."""
    group = new_group(client)
    first, second = connect(client), connect(client, location="CSVA1")
    put(client, group, first, second)
    assert listed(client, group) == [(first, "associating"), (second, "associating")]
    dx.clock.advance(minutes=1)
    assert listed(client, group) == [(first, "associated"), (second, "associated")]
    assert dx.resiliency_level(group) == "high-resiliency"
    client.disassociate_connections_from_resiliency_group(
        resiliencyGroupId=group, connectionIdentifiers=[second]
    )
    assert listed(client, group) == [(first, "associated"), (second, "disassociating")]
    assert dx.resiliency_level(group) is None
    other = new_group(client)
    with refused(dx, f"Connection {second} is already associated"):
        put(client, other, second)
    dx.clock.advance(minutes=1)
    assert listed(client, group) == [(first, "associated")]
    put(client, other, second)


def test_level_of_what_is_no_group(client, dx):
    """Misuse is answered with a sentence."""
    connection = connect(client)
    with pytest.raises(ValueError, match=f"{connection} is a connection, not a resiliency group"):
        dx.resiliency_level(connection)
    with pytest.raises(LookupError, match="no resource 'dxrg-x' in this mock"):
        dx.resiliency_level("dxrg-x")


def test_in_the_picture(client, dx):
    """Groups are in the topology with the model that they are for and the one that they meet."""
    group = new_group(client, intendedResiliencyModel="basic-resiliency")
    first, second = connect(client), connect(client, location="CSVA1")
    put(client, group, first, second)
    picture = dx.topology().to_dict()
    (node,) = [node for node in picture["nodes"] if node["id"] == group]
    assert node["label"] == '"group" for basic-resiliency, meets high-resiliency'
    linked = {(link["from"], link["to"]) for link in picture["links"] if link["kind"] == "groups"}
    assert linked == {(group, first), (group, second)}
    assert f"-> {first}, {second}" in dx.topology().to_text()
    assert group not in dx.topology("us-west-2").to_text()
    assert group not in {node["id"] for node in dx.topology("us-west-2").to_dict()["nodes"]}


@pytest.mark.directconnect(partners=[PARTNER])
def test_what_can_not_be_in_a_group(client, dx):
    """Documented: connections, by id or ARN, of this account and Region; each in one group (guessed)."""
    partner = dx.client(account_id=PARTNER)
    group, theirs = new_group(client), new_group(partner)
    interconnect = partner.create_interconnect(interconnectName="i", bandwidth="1Gbps", location="EqDC2")
    port = interconnect["interconnectId"]
    lag = make_lag(client)
    foreign = connect(dx.client(account_id=CUSTOMER))
    far = connect(dx.client("us-west-2"), location="EqSe2-EQ")
    gone = connect(client)
    client.delete_connection(connectionId=gone)
    fine = connect(client)
    for wrong in (lag["lagId"], group, "dxcon-", "dxcon-00000000", foreign, far, gone):
        with refused(dx, wrong):
            put(client, group, fine, wrong)
    arn = f"arn:aws:directconnect:us-east-1:{PARTNER}:dxcon/{port}"
    for wrong in (port, arn):
        with refused(dx, "Could not find Connection with ID"):
            put(partner, theirs, wrong)
    mine = "arn:aws:directconnect:us-east-1:123456789012:"
    for wrong in (f"{mine}dxlag/{lag['lagId']}", f"{mine}dxcon/{gone}", f"{mine}dxcon/{foreign}", "arn:aws:x"):
        with refused(dx, wrong):
            put(client, group, fine, wrong)
    put(client, group, members(lag)[0])  # a member of a LAG is a connection
    (same,) = put(client, group, fine, f"{mine}dxcon/{fine}")
    assert same["connectionArn"] == f"{mine}dxcon/{fine}"


def test_groups_that_are_going(client, dx):
    """Documented: deleting, then deleted; neither takes connections or a new name (guessed)."""
    group, connection = new_group(client), connect(client)
    client.delete_resiliency_group(resiliencyGroupId=group)
    client.list_resiliency_groups()
    text = f"Could not find Resiliency Group with ID {group}"
    with refused(dx, text):
        put(client, group, connection)
    with refused(dx, text):
        client.update_resiliency_group(resiliencyGroupId=group, resiliencyGroupName="n")
    with refused(dx, text):
        client.delete_resiliency_group(resiliencyGroupId=group)
    with refused(dx, text):
        client.disassociate_connections_from_resiliency_group(
            resiliencyGroupId=group, connectionIdentifiers=[connection]
        )
    assert client.get_resiliency_group(resiliencyGroupId=group)["resiliencyGroup"]["state"] == "deleted"
    assert listed(client, group) == []


@pytest.mark.directconnect(provisioning="timed")
def test_deleting_twice(client, dx):
    """Documented: asynchronous; while it is under way the call answers the same."""
    group = new_group(client)
    for _ in range(2):
        gone = client.delete_resiliency_group(resiliencyGroupId=group)["resiliencyGroup"]
        assert gone["state"] == "deleting"
    dx.clock.advance(minutes=5)
    assert client.get_resiliency_group(resiliencyGroupId=group)["resiliencyGroup"]["state"] == "deleted"
    dx.clock.advance(minutes=15)
    with refused(dx, "Could not find Resiliency Group"):
        client.get_resiliency_group(resiliencyGroupId=group)


@pytest.mark.parametrize("name", ["", "a b", "é", "a\n", "x" * 256, "a/b"])
def test_names_that_are_not_allowed(client, dx, name):
    """Documented: 1 to 255 letters, digits, - and _; checked past botocore's own validation, too."""
    from dx_mock.doors.http_requests import answer

    body = bodies.write_json({"resiliencyGroupName": name, "intendedResiliencyModel": "basic-resiliency"})
    headers = {"x-amz-target": "OvertureService.CreateResiliencyGroup"}
    status, _, content = answer(dx.world, headers, body)
    refusal = json.loads(content)
    assert (status, refusal["__type"]) == (400, "DirectConnectClientException")
    assert "resiliencyGroupName" in refusal["message"]
    assert client.list_resiliency_groups()["items"] == []
    new_group(client, resiliencyGroupName="x" * 255)


@pytest.mark.directconnect(quotas={"connections_per_location": 100, "ports_per_device": 100})
def test_a_group_has_any_number_of_connections(client):
    """50 is the length of one request [documented: UG:flat-rate-connections]."""
    group, made = new_group(client), [connect(client) for _ in range(60)]
    put(client, group, *made[:50])
    put(client, group, *made[50:])
    assert len(client.list_resiliency_group_associations(resiliencyGroupId=group)["items"]) == 60


def test_groups_are_a_regions(client, dx):
    """Documented: ListResiliencyGroups gives those of the current Region."""
    group, far = new_group(client), dx.client("us-west-2")
    assert far.list_resiliency_groups()["items"] == []
    with refused(dx, f"Could not find Resiliency Group with ID {group}"):
        far.get_resiliency_group(resiliencyGroupId=group)
    with refused(dx, f"Could not find Resiliency Group with ID {group}"):
        far.delete_resiliency_group(resiliencyGroupId=group)


def test_pages_of_associations(client, dx):
    """Documented: maxResults and nextToken; a token is of its group only (guessed)."""
    group, other = new_group(client), new_group(client)
    made = [connect(client) for _ in range(3)]
    put(client, group, *made)
    first = client.list_resiliency_group_associations(resiliencyGroupId=group, maxResults=2)
    rest = client.list_resiliency_group_associations(resiliencyGroupId=group, nextToken=first["nextToken"])
    found = [each["connectionArn"].rpartition("/")[2] for each in first["items"] + rest["items"]]
    assert found == made
    assert "nextToken" not in rest
    with refused(dx, "oken"):
        client.list_resiliency_group_associations(resiliencyGroupId=other, nextToken=first["nextToken"])


def test_tags_of_a_group(client, dx):
    """Documented: tags of the resource, by an ARN without a Region; exceptions of the tags."""
    tags = [{"key": "k", "value": "v"}]
    group = new_group(client, tags=tags)
    arn = f"arn:aws:directconnect::123456789012:dx-resiliency-group/{group}"
    client.tag_resource(resourceArn=arn, tags=[{"key": "more"}])
    shown = client.get_resiliency_group(resiliencyGroupId=group)["resiliencyGroup"]
    assert [tag["key"] for tag in shown["tags"]] == ["k", "more"]
    with refused(dx, "", "DuplicateTagKeysException"):
        new_group(client, tags=tags * 2)
    with refused(dx, "", "TooManyTagsException"):
        new_group(client, tags=[{"key": str(number)} for number in range(51)])
    with refused(dx, arn.replace("::", ":us-east-1:")):
        client.tag_resource(resourceArn=arn.replace("::", ":us-east-1:"), tags=tags)


def test_groups_in_a_snapshot(client, dx):
    """Groups, associations and their plans come back."""
    group, pair = new_group(client), [connect(client), connect(client, location="CSVA1")]
    put(client, group, *pair)
    taken = json.loads(json.dumps(dx.snapshot()))
    with mock_directconnect() as fresh:
        fresh.restore(taken)
        client = fresh.client()
        assert listed(client, group) == [(each, "associated") for each in pair]
        assert fresh.resiliency_level(group) == "high-resiliency"
        client.delete_connection(connectionId=pair[0])
        assert listed(client, group) == [(pair[1], "associated")]


def test_the_kind_by_its_name(dx, client):
    """What a hand was given, in words that a reader knows."""
    gateway = client.create_direct_connect_gateway(directConnectGatewayName="g")["directConnectGateway"]
    with pytest.raises(ValueError, match="is a Direct Connect gateway, not a resiliency group"):
        dx.resiliency_level(gateway["directConnectGatewayId"])
