"""Pagination: sizes, tokens, the last page."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_mock import mock_directconnect
from dx_mock.graph.listing import Numbered
from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, needs, refused

MANY = {"connections_per_location": 10**6, "ports_per_device": 10**6, "lags_per_region": 10**6}

pytestmark = pytest.mark.directconnect(quotas=MANY)


def walk(call, key, **parameters):
    """Every page of a listing."""
    pages, token = [], None
    while True:
        answer = call(**parameters, **({"nextToken": token} if token else {}))
        pages.append(answer[key])
        token = answer.get("nextToken")
        if token is None:
            return pages


@needs("DescribeConnections.maxResults")
def test_pages_of_connections(client):
    """Above 100 means 100; without maxResults a page has 100."""
    made = [connect(client) for _ in range(150)]
    for parameters, sizes in (
        ({}, [100, 50]),
        ({"maxResults": 1000}, [100, 50]),
        ({"maxResults": 75}, [75, 75]),
        ({"maxResults": 149}, [100, 50]),
    ):
        pages = walk(client.describe_connections, "connections", **parameters)
        assert [len(page) for page in pages] == sizes
        assert [each["connectionId"] for page in pages for each in page] == made


@needs("DescribeConnections.maxResults")
def test_the_token_is_opaque_and_in_awss_form(client):
    """CLI examples: base64 of JSON with v, s, i, c."""
    for _ in range(2):
        connect(client)
    token = client.describe_connections(maxResults=1)["nextToken"]
    assert set(json.loads(base64.b64decode(token))) == {"v", "s", "i", "c"}


@needs("DescribeConnections.maxResults")
def test_changes_between_pages_lose_and_repeat_nothing(client):
    """What is there all the time is shown exactly once; what is new comes last."""
    made = [connect(client) for _ in range(10)]
    first = client.describe_connections(maxResults=4)
    for gone in (made[1], made[5]):
        client.delete_connection(connectionId=gone)
    new = connect(client)
    shown, token = [each["connectionId"] for each in first["connections"]], first["nextToken"]
    while token:
        answer = client.describe_connections(maxResults=4, nextToken=token)
        shown += [each["connectionId"] for each in answer["connections"]]
        token = answer.get("nextToken")
    assert len(shown) == len(set(shown))
    assert set(shown) == {*made, new} - {made[5]}
    assert shown[-1] == new


@pytest.mark.directconnect(partners=[PARTNER], quotas=MANY)
@needs("DescribeConnections.maxResults")
def test_every_paged_operation(dx):
    """DescribeLags, DescribeInterconnects, DescribeHostedConnections."""
    partner = dx.client(account_id=PARTNER)
    lags = [make_lag(partner, numberOfConnections=1)["lagId"] for _ in range(3)]
    interconnects = [
        partner.create_interconnect(interconnectName="i", bandwidth="1Gbps", location="EqDC2")["interconnectId"]
        for _ in range(3)
    ]
    hosted = [
        partner.allocate_hosted_connection(
            connectionId=lags[0], ownerAccount=CUSTOMER, bandwidth="50Mbps", connectionName="h", vlan=vlan
        )["connectionId"]
        for vlan in (30, 20, 10)
    ]
    for call, key, identity, expected, parameters in (
        (partner.describe_lags, "lags", "lagId", lags, {}),
        (partner.describe_interconnects, "interconnects", "interconnectId", interconnects, {}),
        (
            partner.describe_hosted_connections,
            "connections",
            "connectionId",
            hosted,
            {"connectionId": lags[0]},
        ),
    ):
        pages = walk(call, key, maxResults=2, **parameters)
        assert [[each[identity] for each in page] for page in pages] == [expected[:2], expected[2:]]


@pytest.mark.parametrize("number", [0, -1, -(2**31)])
@needs("DescribeConnections.maxResults")
def test_max_results_below_one(client, dx, number):
    """Guessed."""
    for call in (client.describe_connections, client.describe_lags):
        with refused(dx, f"The maxResults {number} is not valid."):
            call(maxResults=number)


@needs("DescribeConnections.maxResults")
def test_bad_tokens(client, dx):
    """A token that was not made by this operation for this account and Region is an error."""
    for _ in range(2):
        connect(client)
        make_lag(client, numberOfConnections=1)
    token = client.describe_connections(maxResults=1)["nextToken"]
    content = json.loads(base64.b64decode(token))
    forged = base64.b64encode(json.dumps({**content, "i": "0.0.999"}).encode()).decode()
    deep = base64.b64encode(b"[" * 100_000).decode()
    for bad in (
        "",
        "x",
        "====",
        "é",
        forged,
        token[:-4],
        deep,
        client.describe_lags(maxResults=1)["nextToken"],
    ):
        with refused(dx, "is not valid."):
            client.describe_connections(nextToken=bad)
    for other in (dx.client(account_id=CUSTOMER), dx.client("us-west-2")):
        with refused(dx, "is not valid."):
            other.describe_connections(nextToken=token)
    client.describe_connections(nextToken=token)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 300)), max_size=400), st.integers(0, 300))
def test_numbered_is_a_sorted_dict(changes, place):
    """Whatever is added and removed, walking from a place gives what is above it, in order."""
    numbered, model = Numbered(), {}
    for adds, number in changes:
        if adds:
            numbered.add(number, model.setdefault(number, str(number)))
        else:
            numbered.remove(number)
            model.pop(number, None)
    assert list(numbered.after(place)) == sorted(item for item in model.items() if item[0] > place)
    assert len(numbered) == len(model)


@settings(max_examples=15, deadline=None)
@given(st.data())
@needs("DescribeConnections.maxResults")
def test_walking_while_the_world_changes(data):
    """Property: what exists from the first page to the last is shown once, nothing is shown twice."""
    with mock_directconnect(quotas=MANY) as dx:
        client = dx.client()
        stay = {connect(client) for _ in range(data.draw(st.integers(1, 12)))}
        gone: set[str] = set()
        shown: list[str] = []
        token = None
        while True:
            answer = client.describe_connections(
                maxResults=data.draw(st.integers(1, 5)), **({"nextToken": token} if token else {})
            )
            shown += [each["connectionId"] for each in answer["connections"]]
            token = answer.get("nextToken")
            if token is None:
                break
            if data.draw(st.booleans()) and stay:
                victim = data.draw(st.sampled_from(sorted(stay)))
                stay.remove(victim)
                gone.add(victim)
                client.delete_connection(connectionId=victim)
        assert len(shown) == len(set(shown))
        assert stay <= set(shown)
