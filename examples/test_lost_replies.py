"""The reply was lost, not the order: a retry that does not look first orders a second port, and pays for it."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

ORDER = {"location": "EqDC2", "bandwidth": "10Gbps", "connectionName": "Ashburn uplink"}


@pytest.fixture
def client(directconnect):
    # One attempt only: our own code decides what happens after a time-out.
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client("directconnect", region_name="us-east-1", config=config)


def ports(client):
    return client.describe_connections()["connections"]


def naive(client):
    try:
        return client.create_connection(**ORDER)
    except ReadTimeoutError:
        return client.create_connection(**ORDER)


def careful(client):
    try:
        return client.create_connection(**ORDER)
    except ReadTimeoutError:
        for each in ports(client):
            if each["connectionName"] == ORDER["connectionName"]:
                return each
        return client.create_connection(**ORDER)


def test_the_naive_way_orders_twice(directconnect, client):
    directconnect.faults.add("CreateConnection", applied=True)
    naive(client)
    assert len(ports(client)) == 2


def test_the_careful_way_orders_once(directconnect, client):
    directconnect.faults.add("CreateConnection", applied=True)
    made = careful(client)
    assert [each["connectionId"] for each in ports(client)] == [made["connectionId"]]
    lost = directconnect.calls[0]
    assert lost.applied
    assert lost.reply is None


def test_and_orders_again_where_the_request_never_arrived(directconnect, client):
    directconnect.faults.add("CreateConnection", error="ReadTimeoutError")
    careful(client)
    assert len(ports(client)) == 1
