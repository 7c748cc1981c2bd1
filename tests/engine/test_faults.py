"""Errors, delays and lost replies on purpose, through botocore's own retries, and through every other door."""

from __future__ import annotations

import time

import boto3
import pytest
import requests
import urllib3
from botocore import exceptions
from botocore.config import Config
from botocore.exceptions import ClientError

import dx_mock.support.clock
from dx_mock import mock_directconnect
from dx_mock.protocol import contract
from tests.helpers import connect, state

MODES = ["legacy", "standard", "adaptive"]


@pytest.fixture(autouse=True)
def _nobody_sleeps(monkeypatch):
    def sleep(seconds):
        assert not seconds, "somebody slept"

    monkeypatch.setattr(time, "sleep", sleep)


def client_of(mode="legacy", attempts=3, **more):
    retries = {"mode": mode, "total_max_attempts": attempts}
    return boto3.client("directconnect", region_name="us-east-1", config=Config(retries=retries, **more))


def code_of(caught):
    return caught.value.response["Error"]["Code"]


# --- what a client meets -----------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "error", ["ThrottlingException", "InternalFailure", 503, "ReadTimeoutError", "ConnectTimeoutError",
              "EndpointConnectionError", "ConnectionClosedError"]
)  # fmt: skip
def test_retried_by_botocore(dx, mode, error):
    """Once, and botocore tries again; more often than it tries, and the caller meets the error."""
    client = client_of(mode)
    fault = dx.faults.add("DescribeConnections", error=error)
    answer = client.describe_connections()
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    assert fault.struck == 1
    assert [call.error is None for call in dx.calls] == [False, True]
    dx.faults.add("DescribeConnections", error=error, times=None)
    kind = ClientError if str(error) not in dir(exceptions) else getattr(exceptions, error)
    with pytest.raises(kind):
        client.describe_connections()
    assert len(dx.calls) == 2 + 3
    dx.faults.clear()
    assert client.describe_connections()["ResponseMetadata"]["RetryAttempts"] == 0


@pytest.mark.parametrize("mode", MODES)
def test_refusals_are_not_retried(dx, mode):
    dx.faults.add("CreateLag", error="DirectConnectClientException", message="no capacity here")
    with pytest.raises(ClientError, match="no capacity here") as caught:
        client_of(mode).create_lag(
            numberOfConnections=1, location="EqDC2", connectionsBandwidth="1Gbps", lagName="l"
        )
    assert code_of(caught) == "DirectConnectClientException"
    assert type(caught.value).__name__ == "DirectConnectClientException"
    assert len(dx.calls) == 1


@pytest.mark.skipif(contract.status_of("DirectConnectServerException") != 500, reason="an older model")
def test_server_exception_of_the_model(dx):
    """Newer models say HTTP 500, which botocore retries."""
    dx.faults.add("DescribeLags", error="DirectConnectServerException", times=None)
    with pytest.raises(ClientError) as caught:
        client_of(attempts=2).describe_lags()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 1


def test_server_exception_of_2019(dx):
    """It came with HTTP 400 (recorded: terraform#22961), which a fault can ask for; botocore does not retry."""
    dx.faults.add("DescribeLags", error="DirectConnectServerException", status=400, times=None)
    with pytest.raises(ClientError) as caught:
        client_of(attempts=2).describe_lags()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0


@pytest.mark.parametrize(
    "code",
    ["AccessDeniedException", "ExpiredTokenException", "IncompleteSignature", "UnrecognizedClientException"],
)
def test_common_errors_of_credentials_are_403(dx, code):
    """Documented: API reference, common errors."""
    dx.faults.add("DescribeLags", error=code, times=None)
    with pytest.raises(ClientError) as caught:
        client_of(attempts=1).describe_lags()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"error": "InternalFailure", "status": 200}, "from 400 to 599"),
        ({"error": "InternalFailure", "status": True}, "from 400 to 599"),
        ({"error": 503, "status": 500}, "needs an error of the service"),
        ({"latency": 1, "status": 500}, "needs an error of the service"),
    ],
)
def test_statuses_that_are_none(dx, arguments, text):
    with pytest.raises(ValueError, match=text):
        dx.faults.add(**arguments)


def test_a_bare_status_has_no_code_of_the_service(dx):
    dx.faults.add(error=502)
    with pytest.raises(ClientError) as caught:
        client_of(attempts=1).describe_lags()
    assert code_of(caught) == "502"


def test_a_client_made_before_the_mock_and_without_credentials(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    session = boto3.Session(region_name="us-east-1")
    client = session.client("directconnect")
    with mock_directconnect() as dx:
        dx.faults.add("DescribeConnections", error="ThrottlingException")
        assert client.describe_connections()["connections"] == []
        assert len(dx.calls) == 2


def test_with_moto_active(dx):
    """The hook of moto, which botocore runs besides, neither answers nor does the call a second time."""
    boto3.client("ec2", region_name="us-east-1").describe_vpcs()
    client = boto3.client("directconnect", region_name="us-east-1")
    dx.faults.add("CreateConnection", error="ReadTimeoutError", applied=True)
    with pytest.raises(exceptions.ReadTimeoutError):
        client_of(attempts=1).create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="c")
    assert len(client.describe_connections()["connections"]) == 1
    dx.faults.add("CreateConnection", latency=1)
    connect(client)
    assert len(client.describe_connections()["connections"]) == 2


# --- a lost reply ------------------------------------------------------------------------------------------


def test_applied_and_retried(dx):
    """The classic: done, the reply lost, and done again by the retry."""
    dx.faults.add("CreateConnection", applied=True)
    made = connect(client_of())
    shown = dx.client().describe_connections()["connections"]
    assert len(shown) == 2
    assert made in {each["connectionId"] for each in shown}
    first, second, _ = dx.calls
    assert first.applied and first.reply is None
    assert "reply was lost: ReadTimeoutError" in repr(first)
    assert second.reply["connectionId"] == made


def test_not_applied_changes_nothing(dx, client):
    before = state(dx.world)
    dx.faults.add("CreateConnection", error="ConnectionClosedError")
    with pytest.raises(exceptions.ConnectionClosedError):
        connect(client_of(attempts=1))
    assert state(dx.world) == before
    assert not dx.calls[0].applied


# --- latency -----------------------------------------------------------------------------------------------


def test_latency_passes_on_the_clock(dx):
    before = dx.clock.now()
    dx.faults.add("DescribeLags", latency=2.5)
    client_of().describe_lags()
    assert (dx.clock.now() - before).total_seconds() == 2.5


def test_latency_beyond_the_read_timeout(dx):
    """Done, but the client does not wait for it."""
    dx.faults.add("CreateConnection", latency=61)
    with pytest.raises(exceptions.ReadTimeoutError):
        connect(client_of(attempts=1, read_timeout=60))
    assert len(dx.client().describe_connections()["connections"]) == 1


def test_latency_and_an_error_add_up(dx):
    before = dx.clock.now()
    dx.faults.add("*", latency=1, times=None)
    dx.faults.add("DescribeLags", error="ThrottlingException")
    client_of().describe_lags()
    assert (dx.clock.now() - before).total_seconds() == 2


# --- which calls -------------------------------------------------------------------------------------------


def struck(dx, calls=10):
    """Which of some calls a fault struck."""
    client = client_of(attempts=1)
    found = []
    for number in range(calls):
        try:
            client.describe_lags()
        except ClientError:
            found.append(number)
    return found


def test_times_and_after(dx):
    dx.faults.add("DescribeLags", error="InternalFailure", after=2, times=3)
    assert struck(dx) == [2, 3, 4]


def test_probability_goes_by_the_seed():
    """About half; the same with the same seed, and others with another."""
    found = []
    for seed in (1, 1, 2):
        with mock_directconnect(seed=seed) as dx:
            dx.faults.add("DescribeLags", error="InternalFailure", probability=0.5, times=None)
            found.append(struck(dx, 40))
    assert found[0] == found[1] != found[2]
    assert 8 < len(found[0]) < 32


def test_patterns_and_predicates(dx):
    client = client_of(attempts=1)
    one, other = connect(client), connect(client)
    dx.faults.add("Delete*", error="InternalFailure", when={"connectionId": one}, times=None)
    dx.faults.add("UpdateConnection", error=500, when=lambda p: p["connectionName"] == "x")
    client.delete_connection(connectionId=other)
    with pytest.raises(ClientError):
        client.delete_connection(connectionId=one)
    client.update_connection(connectionId=one, connectionName="y")
    with pytest.raises(ClientError):
        client.update_connection(connectionId=one, connectionName="x")


def test_as_a_context_manager(dx):
    with dx.faults.add(error="InternalFailure", times=None) as fault:
        assert struck(dx, 2) == [0, 1]
        assert repr(fault) == "<Fault *: InternalFailure; struck always>"
    assert struck(dx, 2) == []
    assert list(dx.faults) == []


def test_faults_end_with_the_mock():
    mock = mock_directconnect()
    with mock as dx:
        dx.faults.add(error=500, times=None)
    with mock as dx:
        assert len(dx.faults) == 0
        dx.client().describe_lags()


# --- the other doors ---------------------------------------------------------------------------------------

HEADERS = {"X-Amz-Target": "OvertureService.DescribeLags", "Content-Type": "application/x-amz-json-1.1"}
URL = "https://directconnect.us-east-1.amazonaws.com/"


@pytest.mark.parametrize(
    ("name", "of_requests", "of_urllib3"),
    [
        ("ReadTimeoutError", requests.ReadTimeout, urllib3.exceptions.ReadTimeoutError),
        ("ConnectTimeoutError", requests.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError),
        ("ConnectionClosedError", requests.ConnectionError, urllib3.exceptions.ProtocolError),
        ("EndpointConnectionError", requests.ConnectionError, urllib3.exceptions.NewConnectionError),
    ],
)
def test_raw_http(dx, name, of_requests, of_urllib3):
    dx.faults.add("DescribeLags", error=name, times=2)
    with pytest.raises(of_requests):
        requests.post(URL, data="{}", headers=HEADERS, timeout=5)
    with pytest.raises(of_urllib3):
        urllib3.PoolManager(retries=False).request("POST", URL, body="{}", headers=HEADERS)
    assert requests.post(URL, data="{}", headers=HEADERS, timeout=5).json() == {"lags": []}


def test_raw_statuses(dx):
    dx.faults.add("DescribeLags", error=503)
    dx.faults.add("DescribeLags", error="TooManyRequestsException")
    bare = requests.post(URL, data="{}", headers=HEADERS, timeout=5)
    assert (bare.status_code, bare.text, bare.reason) == (503, "", "Service Unavailable")
    throttled = requests.post(URL, data="{}", headers=HEADERS, timeout=5)
    assert (throttled.status_code, throttled.json()["__type"]) == (429, "TooManyRequestsException")


def test_over_the_server():
    """A broken connection is a broken connection there."""
    with dx_mock.server() as srv:
        client = boto3.client(
            "directconnect",
            region_name="us-east-1",
            endpoint_url=srv.endpoint_url,
            aws_access_key_id="123456789012",
            aws_secret_access_key="x",
            config=Config(retries={"total_max_attempts": 1}),
        )
        srv.mock.faults.add("DescribeLags", error="ReadTimeoutError", applied=True)
        with pytest.raises(exceptions.ConnectionClosedError):
            client.describe_lags()
        srv.mock.faults.add("DescribeLags", error="ThrottlingException")
        with pytest.raises(ClientError, match="Rate exceeded"):
            client.describe_lags()
        assert client.describe_lags()["lags"] == []


# --- misuse ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"operation": "CreateLga", "error": 500}, "no operation 'CreateLga'; did you mean 'CreateLag'?"),
        ({"error": "ThrotlingException"}, "did you mean 'ThrottlingException'?"),
        ({"error": 418}, "unknown error 418"),
        ({}, "a fault needs an error, a latency or applied=True"),
        ({"error": "ConnectTimeoutError", "applied": True}, "never arrives"),
        ({"error": 500, "times": -1}, "times must be a whole number"),
        ({"error": 500, "after": True}, "after must be a whole number"),
        ({"error": 500, "probability": 2}, "probability must be a number from 0 to 1"),
        ({"latency": -1}, "latency must be seconds"),
        ({"latency": 1e300}, "from 0 to 7 days"),
        ({"latency": float("nan")}, "latency must be seconds"),
    ],
)
def test_misuse(dx, arguments, text):
    with pytest.raises(ValueError, match=text.replace("?", r"\?")):
        dx.faults.add(**arguments)
    with pytest.raises(TypeError, match="when must be"):
        dx.faults.add(error=500, when=3)
    assert len(dx.faults) == 0


def test_latency_at_the_end_of_time(dx):
    """The clock stops there; the call is answered."""
    dx.clock.advance(dx_mock.support.clock.LATEST - dx.clock.now())
    dx.faults.add(latency=60)
    assert dx.client().describe_lags()["lags"] == []
    assert dx.clock.now() == dx_mock.support.clock.LATEST


def test_faults_are_numbered(dx):
    with pytest.raises(ValueError, match="a fault needs"):
        dx.faults.add()
    first, second = dx.faults.add(error=500), dx.faults.add(error=500, when={"lagId": "x"})
    first.remove()
    assert (first.number, second.number, dx.faults.add(error=500).number) == (1, 2, 3)
    assert second.when == {"lagId": "x"}


def test_a_message_that_is_no_string(dx):
    with pytest.raises(TypeError, match="message must be a string, not 5"):
        dx.faults.add("CreateLag", error="ThrottlingException", message=5)
