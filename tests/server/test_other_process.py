"""boto3 against a server in another process: paginators, and its own retries with faults of the server."""

from __future__ import annotations

import json
import subprocess
import sys

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from tests.helpers import CONNECTION, LAG

pytest.importorskip("flask")
pytest.importorskip("waitress")

#: A server whose world meets the faults that standard input says, a list of arguments for each line.
FAULTY = """
import json, sys
import dx_mock
with dx_mock.server() as srv:
    print(srv.endpoint_url, flush=True)
    for line in sys.stdin:
        srv.mock.faults.add(**json.loads(line))
        print("added", flush=True)
"""


def client(endpoint_url, **config):
    return boto3.client(
        "directconnect",
        region_name="us-east-1",
        endpoint_url=endpoint_url,
        aws_access_key_id="123456789012",
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


@pytest.fixture(scope="module")
def faulty():
    """Endpoint of a server, and a function that adds a fault to it."""
    words = [sys.executable, "-c", FAULTY]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        found = process.stdout.readline().strip()

        def add(operation, **fault):
            print(json.dumps({"operation": operation, **fault}), file=process.stdin, flush=True)
            assert process.stdout.readline() == "added\n"

        yield found, add
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def test_paginators(endpoint_url):
    """What boto3 puts together from pages of two is what one page has, for each of its paginators."""
    dx = client(endpoint_url)
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


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("error", ["ThrottlingException", 503, "ConnectionClosedError"])
def test_retries(faulty, mode, error):
    """boto3 tries again after each, in all of its modes, and says so."""
    endpoint_url, add = faulty
    add("DescribeLags", error=error)
    answer = client(endpoint_url, retries={"mode": mode, "total_max_attempts": 3}).describe_lags()
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


def test_without_retries(faulty):
    """With one attempt the fault arrives as boto3's own exception."""
    endpoint_url, add = faulty
    dx = client(endpoint_url, retries={"total_max_attempts": 1})
    add("DescribeLags", error="ThrottlingException")
    with pytest.raises(ClientError, match="Rate exceeded"):
        dx.describe_lags()
    add("DescribeLags", error="ConnectionClosedError")
    with pytest.raises(ConnectionClosedError):
        dx.describe_lags()
    assert dx.describe_lags()["lags"] == []


def test_a_lost_reply_is_paid_twice(faulty):
    """What was done although the reply was lost is done again by the retry: CreateConnection has no token."""
    endpoint_url, add = faulty
    dx = client(endpoint_url, retries={"mode": "standard"})
    add("CreateConnection", error="ConnectionClosedError", applied=True)
    dx.create_connection(**CONNECTION)
    assert len(dx.describe_connections()["connections"]) == 2
