"""What does our code do when AWS is slow, throttles, or fails?  botocore's retries run, nobody sleeps."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectTimeoutError


def client_of(mode, attempts):
    retries = {"mode": mode, "total_max_attempts": attempts}
    return boto3.client("directconnect", region_name="us-east-1", config=Config(retries=retries))


def inventory(client):
    """The code under test: all LAGs, or None where AWS can't say just now."""
    try:
        return [each["lagName"] for each in client.describe_lags()["lags"]]
    except ConnectTimeoutError:
        return None
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] in {"ThrottlingException", "503"}:
            return None
        raise


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_two_throttled_attempts_are_no_problem(directconnect, mode):
    directconnect.faults.add("DescribeLags", error="ThrottlingException", times=2)
    assert inventory(client_of(mode, attempts=3)) == []
    assert len(directconnect.calls) == 3


@pytest.mark.parametrize("error", ["ThrottlingException", 503, "ConnectTimeoutError"])
def test_an_outage_is_not_an_empty_inventory(directconnect, error):
    with directconnect.faults.add("Describe*", error=error, times=None):
        assert inventory(client_of("standard", attempts=3)) is None
    assert inventory(client_of("standard", attempts=3)) == []


def test_other_refusals_are_ours_to_see(directconnect):
    directconnect.faults.add("DescribeLags", error="AccessDeniedException")
    with pytest.raises(ClientError, match="not authorized"):
        inventory(client_of("standard", attempts=3))


def test_a_flaky_day(directconnect):
    """One attempt in four fails, by the seed of the mock: the same ones on every run."""
    directconnect.faults.add("*", error="InternalFailure", probability=0.25, times=None)
    client = client_of("legacy", attempts=10)
    found = [inventory(client) for _ in range(20)]
    assert found == [[]] * 20
    assert len(directconnect.calls) > 20


def test_only_one_location_fails(directconnect):
    directconnect.faults.add(
        "CreateLag",
        error="DirectConnectServerException",
        message="No capacity at this location",
        when={"location": "EqDC2"},
        times=None,
    )
    client = client_of("standard", attempts=2)
    order = {"numberOfConnections": 2, "connectionsBandwidth": "10Gbps", "lagName": "backbone"}
    with pytest.raises(ClientError, match="No capacity"):
        client.create_lag(location="EqDC2", **order)
    assert client.create_lag(location="CSVA1", **order)["location"] == "CSVA1"
