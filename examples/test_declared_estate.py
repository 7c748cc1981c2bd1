"""A world that is there when the test begins: from a file beside it, from a mapping, or ready-made."""

import boto3
import pytest

from dx_mock import mock_directconnect


@pytest.mark.directconnect(topology="estate.yaml")
def test_a_file(directconnect):
    client = directconnect.client("eu-central-1", account_id="444444444444")
    states = {
        each["connectionName"]: each["connectionState"] for each in client.describe_connections()["connections"]
    }
    # "requested" is where it begins; a test's first look is a look like any other.
    assert states["frankfurt"] == "available"
    assert set(states) == {"frankfurt", "spare"}
    assert directconnect.calls.of("CreateConnection") == []  # what was declared was not called


def test_a_mapping():
    port = {"connectionName": "uplink", "location": "EqDC2", "bandwidth": "1Gbps", "state": "down"}
    with mock_directconnect(topology={"connections": [port]}):
        client = boto3.client("directconnect", region_name="us-east-1")
        assert client.describe_connections()["connections"][0]["connectionState"] == "down"


def test_a_mistake_is_found_at_its_place():
    port = {"connectionName": "uplink", "location": "EqDC2", "bandwith": "1Gbps"}
    with pytest.raises(ValueError, match=r"connections.*bandwith"):
        mock_directconnect(topology={"connections": [port]})
