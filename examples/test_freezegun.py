"""A suite that holds the time with freezegun or time-machine: the mock's clock follows, backwards too."""

from datetime import datetime, timedelta, timezone

import boto3
import freezegun
import time_machine

from dx_mock import mock_directconnect


def state_of(client, connection_id):
    return client.describe_connections(connectionId=connection_id)["connections"][0]["connectionState"]


def order():
    client = boto3.client("directconnect", region_name="us-east-1")
    made = client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="uplink")
    return client, made["connectionId"]


@mock_directconnect(provisioning="timed")
def test_freezegun():
    with freezegun.freeze_time("2030-01-01") as frozen:
        client, made = order()
        frozen.tick(timedelta(hours=71))
        assert state_of(client, made) == "requested"
        frozen.tick(timedelta(hours=1))
        assert state_of(client, made) == "pending"  # the letter: within 72 hours


def test_time_machine():
    start = datetime(2030, 1, 1, tzinfo=timezone.utc)
    with time_machine.travel(start, tick=False) as traveller, mock_directconnect(provisioning="timed") as dx:
        client, made = order()
        dx.clock.advance(hours=71)  # on top of theirs
        assert state_of(client, made) == "requested"
        traveller.shift(timedelta(hours=1))
        assert state_of(client, made) == "pending"
        assert dx.clock.now() == start + timedelta(days=3)
