"""Faults and botocore's real retry code: how often it tries, what is done, and what a token makes of it."""

from __future__ import annotations

import os
import time

import boto3
import pytest
import requests
from botocore import exceptions
from botocore.config import Config
from botocore.exceptions import ClientError

import dx_mock
from dx_mock import mock_directconnect
from dx_mock.protocol import contract
from tests.helpers import connect, make_lag

MODES = ["legacy", "standard", "adaptive"]


@pytest.fixture(autouse=True)
def _nobody_sleeps(monkeypatch):
    def sleep(seconds):
        assert not seconds, "somebody slept"

    monkeypatch.setattr(time, "sleep", sleep)


def client_of(mode="standard", **retries):
    config = Config(retries={"mode": mode, **retries})
    return boto3.client("directconnect", region_name="us-east-1", config=config)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("attempts", [1, 2, 4, 7])
@pytest.mark.parametrize("error", ["ThrottlingException", 500, "ReadTimeoutError"])
def test_as_many_attempts_as_the_client_is_told(dx, mode, attempts, error):
    """``total_max_attempts`` in every mode; the error at the end says how many there were."""
    dx.faults.add("DescribeLags", error=error, times=None)
    with pytest.raises((ClientError, exceptions.ReadTimeoutError)) as caught:
        client_of(mode, total_max_attempts=attempts).describe_lags()
    assert len(dx.calls) == attempts
    if isinstance(caught.value, ClientError):
        metadata = caught.value.response["ResponseMetadata"]
        assert metadata["RetryAttempts"] == attempts - 1
        assert metadata.get("MaxAttemptsReached", attempts == 1)


@pytest.mark.parametrize(("mode", "attempts"), [("legacy", 5), ("standard", 3), ("adaptive", 3)])
def test_as_many_as_botocore_tries_by_itself(dx, mode, attempts):
    """The defaults of the modes [documented: BOTO3]."""
    dx.faults.add("DescribeLags", error="ThrottlingException", times=attempts - 1)
    assert client_of(mode).describe_lags()["ResponseMetadata"]["RetryAttempts"] == attempts - 1
    dx.faults.add("DescribeLags", error="ThrottlingException", times=attempts)
    with pytest.raises(ClientError, match="reached max retries"):
        client_of(mode).describe_lags()


def test_as_many_as_the_environment_says(dx, monkeypatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "6")
    monkeypatch.setenv("AWS_RETRY_MODE", "standard")
    dx.faults.add("DescribeLags", error=503, times=5)
    found = boto3.Session().client("directconnect", region_name="us-east-1").describe_lags()
    assert found["ResponseMetadata"]["RetryAttempts"] == 5
    assert "AWS_MAX_ATTEMPTS" in os.environ


@pytest.mark.parametrize("mode", ["standard", "adaptive"])
def test_the_quota_of_retries_runs_out(dx, mode):
    """500 tokens, 5 for each retry, 10 after a time-out [documented: BOTO3]: then no more is tried."""
    client = client_of(mode, total_max_attempts=3)
    dx.faults.add("DescribeLags", error=500, times=None)
    counts = []
    for _ in range(60):
        before = len(dx.calls)
        with pytest.raises(ClientError):
            client.describe_lags()
        counts.append(len(dx.calls) - before)
    assert counts[:10] == [3] * 10
    assert counts[-1] == 1


def test_a_client_that_was_throttled_does_not_wait_in_adaptive_mode(dx):
    """Its rate limiter would hold up later calls, too."""
    client = client_of("adaptive", total_max_attempts=5)
    dx.faults.add("Describe*", error="ThrottlingException", times=12)
    for _ in range(20):
        try:
            client.describe_lags()
        except client.exceptions.ClientError:
            continue
    assert client.describe_lags()["lags"] == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("error", ["ReadTimeoutError", "ConnectionClosedError", 503])
def test_done_once_for_each_attempt(dx, mode, error):
    """A reply that is lost: the attempt is done, neither not at all nor twice."""
    client = client_of(mode, total_max_attempts=3)
    dx.faults.add("CreateConnection", error=error, applied=True, times=2)
    made = connect(client)
    shown = [each["connectionId"] for each in client.describe_connections()["connections"]]
    assert len(shown) == 3
    assert made in shown
    assert [call.applied for call in dx.calls.of("CreateConnection")] == [True] * 3
    assert [call.reply is None for call in dx.calls.of("CreateConnection")] == [True, True, False]


def test_a_deletion_that_was_done_is_refused_the_second_time(dx):
    """What a retry of something that is not idempotent meets."""
    client = client_of(total_max_attempts=2)
    lag = make_lag(client, numberOfConnections=1)
    member = lag["connections"][0]["connectionId"]
    dx.faults.add("DisassociateConnectionFromLag", applied=True)
    with pytest.raises(ClientError, match="is not associated with"):
        client.disassociate_connection_from_lag(connectionId=member, lagId=lag["lagId"])


def with_token():
    """Operations whose input has a client token, as the installed model knows them."""
    model = contract.service_model()
    shapes = ((name, model.operation_model(name).input_shape) for name in model.operation_names)
    return [name for name, shape in shapes if shape is not None and "clientToken" in shape.members]


@pytest.mark.skipif("CreateResiliencyGroup" not in with_token(), reason="a model without client tokens")
@pytest.mark.parametrize("mode", MODES)
def test_a_client_token_makes_a_retry_harmless(dx, mode):
    """Done once, whatever was lost; without one, which botocore does not make here, for each attempt."""
    client = client_of(mode, total_max_attempts=3)
    order = {"resiliencyGroupName": "r", "intendedResiliencyModel": "maximum-resiliency"}

    def groups():
        return sum(each.kind == "resiliency group" for each in dx.world.graph.resources.values())

    dx.faults.add("CreateResiliencyGroup", applied=True, times=2)
    client.create_resiliency_group(**order)
    assert groups() == 3
    dx.faults.add("CreateResiliencyGroup", applied=True, times=2)
    made = client.create_resiliency_group(**order, clientToken="once")
    assert groups() == 4
    assert [call.applied for call in dx.calls.of("CreateResiliencyGroup", clientToken="once")] == [True] * 3
    again = client.create_resiliency_group(**order, clientToken="once")
    assert {**again, "ResponseMetadata": 0} == {**made, "ResponseMetadata": 0}
    assert groups() == 4


# --- the other doors ---------------------------------------------------------------------------------------

HEADERS = {"X-Amz-Target": "OvertureService.CreateConnection", "Content-Type": "application/x-amz-json-1.1"}
BODY = '{"location": "EqDC2", "bandwidth": "1Gbps", "connectionName": "c"}'


def test_raw_http_loses_replies_too(dx):
    dx.faults.add("CreateConnection", applied=True)
    url = "https://directconnect.us-east-1.amazonaws.com/"
    with pytest.raises(requests.ReadTimeout):
        requests.post(url, data=BODY, headers=HEADERS, timeout=5)
    assert len(dx.client().describe_connections()["connections"]) == 1
    before = dx.clock.now()
    dx.faults.add("CreateConnection", latency=3, error="ThrottlingException")
    assert requests.post(url, data=BODY, headers=HEADERS, timeout=5).status_code == 400
    assert (dx.clock.now() - before).total_seconds() == 3
    assert len(dx.client().describe_connections()["connections"]) == 1


def test_the_server_loses_replies_too(monkeypatch):
    """Over a real socket; botocore tries again there as it would with AWS, and sleeps as it would."""
    monkeypatch.undo()
    with dx_mock.server(seed=5) as srv:
        config = Config(retries={"mode": "standard", "total_max_attempts": 2})
        client = boto3.client(
            "directconnect",
            region_name="us-east-1",
            endpoint_url=srv.endpoint_url,
            aws_access_key_id="123456789012",
            aws_secret_access_key="x",
            config=config,
        )
        srv.mock.faults.add("CreateConnection", applied=True)
        made = connect(client)
        shown = client.describe_connections()["connections"]
        assert len(shown) == 2
        assert made in {each["connectionId"] for each in shown}
        before = srv.mock.clock.now()
        srv.mock.faults.add("DescribeLags", latency=90, error=503)
        assert client.describe_lags()["ResponseMetadata"]["RetryAttempts"] == 1
        assert (srv.mock.clock.now() - before).total_seconds() == 90
        client.close()


def test_faults_of_one_world_are_not_anothers():
    with mock_directconnect() as outer:
        outer.faults.add(error=500, times=None)
        with mock_directconnect():
            assert client_of().describe_lags()["lags"] == []
        with pytest.raises(ClientError):
            client_of(total_max_attempts=1).describe_lags()
