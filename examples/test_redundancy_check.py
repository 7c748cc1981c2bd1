"""Does our estate survive the loss of a location?  The check under test, run on AWS's own resiliency models."""

import boto3
import pytest


def interfaces(client):
    return client.describe_virtual_interfaces()["virtualInterfaces"]


def survives_losing_a_location(client):
    """The code under test: is a virtual interface up at a second location?"""
    up = {each["location"] for each in interfaces(client) if each["virtualInterfaceState"] == "available"}
    return len(up) > 1


@pytest.mark.parametrize(
    "survives",
    [
        pytest.param(True, marks=pytest.mark.directconnect(topology="maximum-resiliency")),
        pytest.param(True, marks=pytest.mark.directconnect(topology="high-resiliency")),
        pytest.param(False, marks=pytest.mark.directconnect(topology="development")),
    ],
)
def test_the_models_of_the_resiliency_toolkit(directconnect, survives):
    assert survives_losing_a_location(boto3.client("directconnect", region_name="us-east-1")) is survives


@pytest.mark.directconnect(topology="high-resiliency")
def test_what_is_left_after_a_cut(directconnect):
    """Redundancy that is already in use is none."""
    client = boto3.client("directconnect", region_name="us-east-1")
    directconnect.link_down(client.describe_connections()["connections"][0]["connectionId"])
    assert not survives_losing_a_location(client)
