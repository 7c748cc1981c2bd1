"""Ports that nobody deleted cost money: let tests fail that leave some behind."""

import contextlib

import boto3
import pytest


@contextlib.contextmanager
def lab_link(client):
    """The code under test: a link for the time of an experiment."""
    made = client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="lab")
    try:
        yield made["connectionId"]
    finally:
        client.delete_connection(connectionId=made["connectionId"])


@pytest.mark.directconnect(leftovers="fail")
def test_nothing_is_left():
    """It would fail at its end, with a list of what is left."""
    client = boto3.client("directconnect", region_name="us-east-1")
    with contextlib.suppress(ZeroDivisionError), lab_link(client):
        raise ZeroDivisionError


def test_in_the_middle_of_a_test(directconnect):
    client = boto3.client("directconnect", region_name="us-east-1")
    with lab_link(client), pytest.raises(AssertionError, match="1 resource is left"):
        directconnect.assert_clean()
    directconnect.assert_clean()
