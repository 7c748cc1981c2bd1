"""A suite as a user writes it: pytest runs it, mypy strict and pyright check it, with every type that is said.

It uses what the documentation shows, and imports nothing of dx_mock but its public face.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

import dx_mock
from dx_mock import (
    CallRecord,
    Calls,
    Clock,
    Endpoint,
    Fault,
    Faults,
    LostReply,
    MarkerSettings,
    MockDirectConnect,
    MockSettings,
    Quirks,
    Quotas,
    Server,
    ServiceError,
    SnapshotError,
    Topology,
    UnansweredServiceError,
    active_mock,
    directconnect_marker,
    mock_directconnect,
)

if TYPE_CHECKING:
    from types_boto3_directconnect import DirectConnectClient
    from typing_extensions import assert_type
else:

    def assert_type(value, _):
        return value


def order(client: DirectConnectClient) -> str:
    """Return the id of a new connection."""
    return client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="one")["connectionId"]


# --- decorators: what is decorated keeps its type ---------------------------------------------------------


@mock_directconnect
def names(prefix: str, /, count: int = 1, *, upper: bool = False) -> list[str]:
    """Have every kind of parameter."""
    assert_type(active_mock(), MockDirectConnect)
    found = [f"{prefix}{number}" for number in range(count)]
    return [each.upper() for each in found] if upper else found


@mock_directconnect(provisioning="manual", partners=["111111111111"])
async def state(seconds: float) -> str:
    """Be a coroutine function."""
    await asyncio.sleep(seconds)
    client = active_mock().client()
    return client.describe_connections(connectionId=order(client))["connections"][0]["connectionState"]


@mock_directconnect()
def states() -> Iterator[str]:
    """Be a generator function."""
    yield active_mock().client().describe_connections()["connections"][0]["connectionState"]


@mock_directconnect
async def numbers() -> AsyncIterator[int]:
    """Be an asynchronous generator function."""
    yield len(active_mock().calls)


@mock_directconnect(seed=7)
class TestOrders:
    """Be a class; a decorated class is that class."""

    bandwidth: str = "1Gbps"

    def test_order(self) -> None:
        assert order(active_mock().client()).startswith("dxcon-")


def test_decorated_functions_keep_their_types() -> None:
    assert_type(names("a", 2, upper=True), list[str])
    assert names("a", 2, upper=True) == ["A0", "A1"]
    assert asyncio.run(state(0.0)) == "requested"
    assert_type(states(), Iterator[str])
    assert_type(numbers(), AsyncIterator[int])
    assert_type(TestOrders, type[TestOrders])
    assert_type(TestOrders().bandwidth, str)


def test_methods_keep_their_types() -> None:
    class Tool:
        @mock_directconnect
        def run(self, name: str) -> int:
            return len(name)

        @staticmethod
        @mock_directconnect
        def double(number: int) -> int:
            return 2 * number

    assert_type(Tool().run("abc"), int)
    assert_type(Tool.double(2), int)
    assert (Tool().run("abc"), Tool.double(2)) == (3, 4)


# --- pytest: the fixture and its marker ---------------------------------------------------------------------


@directconnect_marker(provisioning="timed", leftovers="fail", quotas={"connections_per_lag": 4})
def test_marker(directconnect: MockDirectConnect) -> None:
    assert directconnect.settings.provisioning == "timed"
    assert directconnect.settings.quotas["connections_per_lag"] == 4


@pytest.mark.directconnect(partners={"111111111111": "Carrier"})
def test_the_marker_of_pytest(directconnect: MockDirectConnect) -> None:
    assert directconnect.settings.partners == {"111111111111": "Carrier"}


# --- settings -----------------------------------------------------------------------------------------------


def test_settings_in_a_variable() -> None:
    quotas: Quotas = {"lags_per_region": 1}
    quirks: Quirks = {"delete_lag_with_members": "refuse"}
    settings: MockSettings = {"quotas": quotas, "quirks": quirks, "others": "block", "release": "latest"}
    with mock_directconnect(**settings) as dx:
        assert_type(dx, MockDirectConnect)
    more: MarkerSettings = {**settings, "leftovers": "ignore"}
    assert more["leftovers"] == "ignore"
    with dx_mock.server(port=0, calls=10, **settings) as server:
        assert_type(server, Server)
        assert_type(server.mock, MockDirectConnect)
        assert_type(server.endpoint_url, str)
    dx_mock.install(**settings)
    dx_mock.uninstall()


def test_settings_of_no_type(tmp_path: Any) -> None:
    read: dict[str, Any] = {"provisioning": "auto", "allow_hosts": ["minio.example.com"]}
    with mock_directconnect(**read):
        pass


# --- hands --------------------------------------------------------------------------------------------------


def test_record() -> None:
    with mock_directconnect() as dx:
        client = boto3.client("directconnect", region_name="us-east-1")
        with pytest.raises(client.exceptions.DirectConnectClientException):
            client.describe_lags(lagId="x")
        assert_type(dx.calls, Calls)
        assert_type(dx.calls[-1], CallRecord)
        assert dx.calls[-1].error.code == "DirectConnectClientException"
        assert_type(dx.calls[-1].parameters, dict[str, Any])
        assert dx.calls.of("DescribeLags", lagId="x")[0].error.wording is not None
        assert_type(dx.calls.assert_called("DescribeLags"), CallRecord)
        error = dx.calls[-1].error
        assert isinstance(error, ServiceError)
        assert_type(error.message, str)


def test_faults() -> None:
    with mock_directconnect() as dx:
        assert_type(dx.faults, Faults)
        with dx.faults.add("DescribeLags", error="ReadTimeoutError", applied=True, times=None) as fault:
            assert_type(fault, Fault)
            with pytest.raises(Exception, match="timeout"):
                dx.client().describe_lags()
            assert_type(fault.struck, int)
        dx.faults.add(error=503, latency=timedelta(seconds=2), when=lambda given: "lagId" in given)
        dx.faults.add("Create*", error="DirectConnectServerException", message="no")
        assert isinstance(dx.calls[-1].error, LostReply)
        assert dx.calls[-1].error.code == "ReadTimeoutError"


def test_time_topology_snapshots() -> None:
    with mock_directconnect() as dx:
        assert_type(dx.clock, Clock)
        assert_type(dx.clock.advance(days=3, minutes=0.5), datetime)
        dx.clock.advance(timedelta(days=1))
        assert_type(dx.topology(), Topology)
        assert_type(dx.snapshot(), dict[str, Any])
        with pytest.raises(SnapshotError):
            dx.restore({})
        with dx.serve() as endpoint:
            assert_type(endpoint, Endpoint)
            assert_type(endpoint.url, str)


async def test_async_with() -> None:
    async with mock_directconnect(others="block") as dx:
        assert_type(dx, MockDirectConnect)
        with pytest.raises(UnansweredServiceError):
            boto3.client("ec2", region_name="us-east-1").describe_vpcs()
