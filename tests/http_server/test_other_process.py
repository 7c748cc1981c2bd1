"""boto3 against a server in another process: paginators, and its own retries with faults of the server."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.helpers import CONNECTION, LAG

pytest.importorskip("flask")
pytest.importorskip("waitress")


def client(endpoint_url, account_id="123456789012", **config):
    return boto3.client(
        "directconnect",
        region_name="us-east-1",
        endpoint_url=endpoint_url,
        aws_access_key_id=account_id,
        aws_secret_access_key="x",
        config=Config(**config),
    )


@pytest.fixture(scope="module")
def endpoint_url():
    """``dx-mock serve``."""
    command = [sys.executable, "-m", "dx_mock", "serve", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield json.loads(process.stdout.readline())["endpoint_url"]
        process.terminate()
        assert process.wait(timeout=30) == 0


def meet(endpoint_url, operation, **fault):
    """Let the next call of an operation meet a fault, by the hands that the server has for other processes."""
    body = json.dumps({"operation": operation, **fault}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{endpoint_url}/dx-mock/faults", body, headers)
    urllib.request.urlopen(request, timeout=30).close()


def test_paginators(endpoint_url):
    """What boto3 puts together from pages of two is what one page has, for each of its paginators."""
    dx = client(endpoint_url, "222222222222")  # the world is that of all tests of this module
    for number in range(5):
        dx.create_direct_connect_gateway(directConnectGatewayName=f"g{number}")
        dx.create_connection(**CONNECTION)
    for _ in range(2):
        dx.create_lag(**{**LAG, "numberOfConnections": 1})
    listings = {
        "describe_direct_connect_gateways": 5,
        "describe_connections": 7,
        "describe_lags": 2,
    }
    paged = [listing for listing in listings if dx.can_paginate(listing)]
    assert "describe_direct_connect_gateways" in paged
    for listing in paged:
        paginator = dx.get_paginator(listing)
        (key,) = [each.expression for each in paginator.result_keys]
        whole = getattr(dx, listing)()[key]
        pages = [page[key] for page in paginator.paginate(PaginationConfig={"PageSize": 2})]
        assert len(whole) == listings[listing]
        assert all(1 <= len(page) <= 2 for page in pages)
        assert [row for page in pages for row in page] == whole


@pytest.mark.slow  # botocore really waits between its attempts
@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("error", ["ThrottlingException", 503, "ConnectionClosedError"])
def test_retries(endpoint_url, mode, error):
    """boto3 tries again after each, in all of its modes, and says so."""
    meet(endpoint_url, "DescribeLags", error=error)
    answer = client(endpoint_url, retries={"mode": mode, "total_max_attempts": 3}).describe_lags()
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


def test_without_retries(endpoint_url):
    """With one attempt the fault arrives as boto3's own exception."""
    dx = client(endpoint_url, retries={"total_max_attempts": 1})
    meet(endpoint_url, "DescribeLags", error="ThrottlingException")
    with pytest.raises(ClientError, match="Rate exceeded"):
        dx.describe_lags()
    meet(endpoint_url, "DescribeLags", error="ConnectionClosedError")
    with pytest.raises(ConnectionClosedError):
        dx.describe_lags()
    assert "lags" in dx.describe_lags()


def test_a_lost_reply_is_paid_twice(endpoint_url):
    """What was done although the reply was lost is done again by the retry: CreateConnection has no token."""
    dx = client(endpoint_url, retries={"mode": "standard"})
    meet(endpoint_url, "CreateConnection", error="ConnectionClosedError", applied=True)
    dx.create_connection(**{**CONNECTION, "connectionName": "twice"})
    names = [each["connectionName"] for each in dx.describe_connections()["connections"]]
    assert names.count("twice") == 2
