"""moto's state manager decides for Direct Connect as well: here a LAG needs three looks."""

import boto3
import pytest
from moto.moto_api import state_manager


@pytest.fixture
def _three_looks():
    state_manager.set_transition("directconnect::lag", {"progression": "manual", "times": 3})
    yield
    state_manager.unset_transition("directconnect::lag")


@pytest.mark.usefixtures("_three_looks")
def test_a_lag_that_takes_its_time(directconnect):
    client = boto3.client("directconnect", region_name="us-east-1")
    lag = client.create_lag(
        numberOfConnections=2, location="EqDC2", connectionsBandwidth="10Gbps", lagName="backbone"
    )["lagId"]
    states = [client.describe_lags(lagId=lag)["lags"][0]["lagState"] for _ in range(3)]
    assert states == ["pending", "pending", "available"]
