import boto3
import pytest

from dx_mock import mock_directconnect


@mock_directconnect
def test_decorator():
    client = boto3.client("directconnect", region_name="us-east-1")
    made = client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="c")
    assert made["connectionState"] == "requested"
    assert client.describe_connections()["connections"][0]["connectionState"] == "available"


def test_fixture(client):
    assert client.describe_connections()["connections"] == []


@pytest.mark.directconnect(provisioning="manual")
def test_marker():
    client = boto3.client("directconnect", region_name="us-east-1")
    client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="c")
    assert client.describe_connections()["connections"][0]["connectionState"] == "requested"
