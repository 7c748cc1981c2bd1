"""Regions: a name that botocore does not know is an endpoint that can't be reached."""

from __future__ import annotations

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

import dx_mock
from dx_mock import mock_directconnect
from dx_mock.protocol import regions
from tests.helpers import connect


def client_of(region, **options):
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y"}
    return boto3.client("directconnect", region_name=region, **{**keys, **options})


@pytest.mark.parametrize("mode", ["legacy", "standard"])
def test_a_typo_in_a_region(dx, mode):
    """As botocore fails to connect, after its own attempts, and with the nearest name."""
    heard = []
    client = client_of("us-est-1", config=Config(retries={"mode": mode, "total_max_attempts": 3}))
    client.meta.events.register("after-call-error", lambda exception, **_: heard.append(exception))
    with pytest.raises(EndpointConnectionError) as caught:
        client.describe_connections()
    assert str(caught.value) == (
        'Could not connect to the endpoint URL: "https://directconnect.us-est-1.amazonaws.com/": '
        "'us-est-1' is not a Region that the installed botocore knows; did you mean 'us-east-1'? "
        "MOTO_ALLOW_NONEXISTENT_REGION=true allows made-up ones."
    )
    assert heard == [caught.value]
    assert dx.calls == []


def test_a_client_that_is_older_than_the_mock():
    client = client_of("eu-wset-1")
    with mock_directconnect(), pytest.raises(EndpointConnectionError, match="did you mean 'eu-west-1'"):
        client.describe_connections()


def test_a_hand_in_such_a_region(dx):
    with pytest.raises(EndpointConnectionError, match="'mars' is not a Region"):
        dx.client("mars").describe_connections()


def test_made_up_ones_by_motos_setting(dx, monkeypatch):
    """``MOTO_ALLOW_NONEXISTENT_REGION``, which is read for every call [ours: as moto reads it]."""
    client = client_of("us-est-1")
    monkeypatch.setenv("MOTO_ALLOW_NONEXISTENT_REGION", "true")
    assert client.describe_connections()["connections"] == []
    monkeypatch.setenv("MOTO_ALLOW_NONEXISTENT_REGION", "false")
    with pytest.raises(EndpointConnectionError):
        client.describe_connections()


def test_an_endpoint_of_its_own_is_reached_whatever_the_region(dx):
    client = client_of("local", endpoint_url="http://localhost:4566")
    assert client.describe_connections()["connections"] == []


def test_every_region_that_botocore_lists(dx):
    session = botocore.session.Session()
    for partition in session.get_available_partitions():
        for region in session.get_available_regions("directconnect", partition):
            assert region in regions.known()
    for region in regions.known():
        assert regions.problem(region) == ""
        assert client_of(region).describe_connections()["connections"] == []


def test_pseudo_regions(dx):
    """``aws-global`` is where services without Regions are; ``fips-...`` is botocore's for FIPS in a Region."""
    with pytest.raises(EndpointConnectionError):
        client_of("aws-global").describe_connections()
    connect(client_of("fips-us-east-1"))
    assert dx.calls[-1].region_name == "us-east-1"


# --- declared, and by the control API ----------------------------------------------------------------------


def declared(region):
    return {
        "connections": [{"location": "EqDC2", "bandwidth": "1Gbps", "connectionName": "c", "region": region}]
    }


def test_in_a_topology(monkeypatch):
    with pytest.raises(ValueError, match=r"connections\[0\].*'us-est-1' is not a Region.*'us-east-1'\?"):
        mock_directconnect(topology=declared("us-est-1")).start()
    with pytest.raises(RuntimeError):
        dx_mock.active_mock()
    monkeypatch.setenv("MOTO_ALLOW_NONEXISTENT_REGION", "true")
    with pytest.raises(ValueError, match="topology") as caught:
        mock_directconnect(topology=declared("us-est-1")).start()
    assert "is not a Region" not in str(caught.value)  # it goes on to the location, which is elsewhere


def test_a_drawing_of_such_a_region(dx):
    with pytest.raises(ValueError, match=r"topology\(\): 'us-est-1' is not a Region.*'us-east-1'"):
        dx.topology("us-est-1")


def test_the_control_api():
    import json
    import urllib.error
    import urllib.request

    with dx_mock.server() as srv:
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{srv.endpoint_url}/dx-mock/topology?region=us-est-1", timeout=10)
        with caught.value as answer:
            assert answer.status == 400
            assert "'us-est-1' is not a Region" in json.dumps(json.load(answer))
