"""An existing suite with moto's ``mock_aws``: one line, and Direct Connect is this one inside of it.

Instead of the fixture: ``directconnect_in_mock_aws = true`` in pytest's configuration.
"""

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

import dx_mock


@pytest.fixture(scope="module", autouse=True)
def _direct_connect_inside_of_moto():
    dx_mock.install()  # the one line; in conftest.py it is all that a suite needs
    yield
    dx_mock.uninstall()


@mock_aws
def test_a_suite_as_it_was():
    vpc = boto3.client("ec2", region_name="us-east-1").create_vpc(CidrBlock="10.0.0.0/16")  # moto, as before
    assert vpc["Vpc"]["CidrBlock"] == "10.0.0.0/16"
    client = boto3.client("directconnect", region_name="us-east-1")
    made = client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="uplink")
    shown = client.describe_connections(connectionId=made["connectionId"])["connections"]
    assert shown[0]["connectionState"] == "available"


@mock_aws
def test_what_moto_let_pass():
    client = boto3.client("directconnect", region_name="us-east-1")
    with pytest.raises(ClientError, match="Location nowhere is not valid"):
        client.create_connection(location="nowhere", bandwidth="1Gbps", connectionName="uplink")


def test_the_hands_work_there_too():
    with mock_aws():
        client = boto3.client("directconnect", region_name="us-east-1")
        made = client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="uplink")
        client.describe_connections()
        dx_mock.active_mock().link_down(made["connectionId"])
        assert client.describe_connections()["connections"][0]["connectionState"] == "down"
