"""Coroutines: each task in the world that it opened, and boto3, aiobotocore and aioboto3 alike.

The tests with aiobotocore need it installed: ``pip install aiobotocore``.
"""

import asyncio

import boto3
import pytest

from dx_mock import mock_directconnect

ORDER = {"location": "EqDC2", "bandwidth": "1Gbps", "connectionName": "uplink"}


def client():
    return boto3.client("directconnect", region_name="us-east-1")


async def test_tasks_in_worlds_of_their_own():
    async def order(number):
        async with mock_directconnect(seed=number):
            found = client()
            for _ in range(number):
                await asyncio.to_thread(found.create_connection, **ORDER)
                await asyncio.sleep(0)  # the others have their turn
            return len(found.describe_connections()["connections"])

    assert await asyncio.gather(*(order(number) for number in range(1, 5))) == [1, 2, 3, 4]


async def test_tasks_in_one_world():
    async with mock_directconnect(quotas={"connections_per_location": 50}) as dx:
        found = client()
        await asyncio.gather(*(asyncio.to_thread(found.create_connection, **ORDER) for _ in range(20)))
        assert len({call.reply["connectionId"] for call in dx.calls}) == 20


@mock_directconnect(provisioning="manual")
async def test_a_decorated_coroutine():
    made = client().create_connection(**ORDER)
    assert made["connectionState"] == "requested"


async def test_aiobotocore():
    session = pytest.importorskip("aiobotocore.session", reason="aiobotocore is not installed")
    async with (
        mock_directconnect() as dx,
        session.get_session().create_client("directconnect", region_name="us-east-1") as found,
    ):
        dx.faults.add("CreateConnection", error="ThrottlingException")  # botocore's retries, but no pause
        made = await found.create_connection(**ORDER)
        shown = await found.describe_connections(connectionId=made["connectionId"])
        assert shown["connections"][0]["connectionState"] == "available"
        assert len(dx.calls) == 3
