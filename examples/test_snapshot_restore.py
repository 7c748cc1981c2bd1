"""Build an estate once, and give every test its own copy: snapshots are plain JSON."""

import json

import boto3
import pytest

from dx_mock import mock_directconnect


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    """A snapshot in a file, as it could be checked in or come from another machine."""
    file = tmp_path_factory.mktemp("estate") / "estate.json"
    with mock_directconnect() as dx:
        client = dx.client()
        lag = client.create_lag(
            numberOfConnections=2, location="EqDC2", connectionsBandwidth="10Gbps", lagName="backbone"
        )
        dx.provision(lag["lagId"])
        dx.clock.advance(days=30)
        file.write_text(json.dumps(dx.snapshot()))
    return file


@pytest.fixture
def client(directconnect, estate):
    directconnect.restore(json.loads(estate.read_text()))
    return boto3.client("directconnect", region_name="us-east-1")


def test_take_the_lag_apart(client):
    (lag,) = client.describe_lags()["lags"]
    for member in lag["connections"]:
        client.disassociate_connection_from_lag(connectionId=member["connectionId"], lagId=lag["lagId"])
    client.delete_lag(lagId=lag["lagId"])
    assert client.describe_lags()["lags"][0]["lagState"] == "deleted"


def test_nothing_of_that_here(client):
    (lag,) = client.describe_lags()["lags"]
    assert (lag["lagState"], lag["numberOfConnections"]) == ("available", 2)


def test_try_both_ways(directconnect, client):
    """Back to where the decision was: the same calls get the same answers, ids and times included."""
    before = directconnect.snapshot()
    first = client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="spare")
    directconnect.restore(before)
    second = client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="spare")
    assert first == second


def test_what_was_changed_on_its_way_is_refused(directconnect, estate):
    damaged = json.loads(estate.read_text())
    damaged["ids"] += 1
    with pytest.raises(ValueError, match="its digest does not fit"):
        directconnect.restore(damaged)
