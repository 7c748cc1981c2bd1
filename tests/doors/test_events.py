"""botocore's events and answers: who listens hears what botocore itself would have told, in its order."""

from __future__ import annotations

import copy
import http.server
import inspect
import json
import pickle
import threading

import boto3
import botocore.endpoint
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.handlers import disable_signing

from dx_mock.doors import listeners
from dx_mock.doors.listeners import EVENTS as NEWEST_EVENTS
from dx_mock.protocol import contract
from tests.helpers import CONNECTION, connect

KEYS = {"aws_access_key_id": "x", "aws_secret_access_key": "y"}
#: What the installed botocore emits: an older one has no "before-parse", so that nobody hears it here either.
EMITTED = inspect.getsource(botocore.endpoint)
EVENTS = [name for name in NEWEST_EVENTS if name != "before-parse" or name in EMITTED]
ALL = ("before-parameter-build", "before-call", *EVENTS, "after-call")
MODES = ("legacy", "standard", "adaptive")


def client_of(**options):
    return boto3.client("directconnect", region_name="us-east-1", **{**KEYS, **options})


def recorder(client, events=ALL):
    """Listen to events of a client; gives the list of their names."""
    heard: list[str] = []
    for event in events:
        client.meta.events.register(event, lambda event_name, **_: heard.append(event_name))
    return heard


@pytest.fixture
def aws():
    """An HTTP server on loopback that answers any request with the statuses and bodies of a list."""
    answers: list[tuple[int, bytes]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            status, body = answers.pop(0)
            self.send_response(status)
            self.send_header("content-type", "application/x-amz-json-1.1")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    server.answers = answers
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("mode", MODES)
def test_the_order_of_real_botocore(aws, mode):
    """boto3#2251: the events of one call, against botocore that talks to a server."""
    from dx_mock import mock_directconnect

    config = Config(retries={"mode": mode})
    real = client_of(config=config, endpoint_url=f"http://127.0.0.1:{aws.server_port}")
    truth = recorder(real)
    aws.answers.append((200, b'{"connections":[]}'))
    real.describe_connections()
    refusal = b'{"__type":"DirectConnectClientException","message":"no"}'
    aws.answers.append((400, refusal))
    with pytest.raises(ClientError):
        real.describe_lags(lagId="x")
    real.close()
    with mock_directconnect():
        mine = client_of(config=config)
        heard = recorder(mine)
        mine.describe_connections()
        with pytest.raises(ClientError):
            mine.describe_lags(lagId="x")
    assert heard == truth
    assert {name.split(".")[0] for name in heard} == set(ALL)


@pytest.mark.parametrize("event", EVENTS)
def test_each_event_is_heard_by_who_listens_to_it_alone(dx, event):
    client = client_of()
    client.describe_connections()
    heard = recorder(client, [event])
    client.describe_connections()
    assert [name.split(".")[0] for name in heard] == [event]
    assert len(dx.calls) == 2


@pytest.mark.parametrize("event", EVENTS)
def test_a_listener_that_leaves(dx, event):
    client = client_of()
    heard: list[str] = []

    def listen(event_name, **_):
        heard.append(event_name)

    operation = f"{event}.direct-connect.DescribeConnections"
    client.meta.events.register(operation, listen)
    client.describe_connections()
    client.describe_lags()
    client.meta.events.unregister(operation, listen)
    client.describe_connections()
    assert heard == [operation]


def test_a_listener_of_the_session(dx):
    session = botocore.session.Session()
    heard = []
    session.register("response-received", lambda event_name, **_: heard.append(event_name))
    session.create_client("directconnect", region_name="us-east-1", **KEYS).describe_lags()
    assert heard == ["response-received.direct-connect.DescribeLags"]


def test_a_client_without_credentials_is_heard_too(monkeypatch, tmp_path):
    """A client that was made where there were no keys, before the mock."""
    from dx_mock import mock_directconnect

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    client = boto3.Session().client("directconnect", region_name="us-east-1")
    heard = recorder(client, EVENTS)
    with mock_directconnect():
        client.describe_lags()
    assert {name.split(".")[0] for name in heard} == set(EVENTS)


def test_an_answer_given_before_sending_counts(dx):
    """boto3#2251: a ``before-send`` handler that returns a response."""

    class Body:
        def stream(self):
            yield b'{"connections":[{"connectionId":"mine"}]}'

    client = client_of()
    client.meta.events.register("before-send", lambda request, **_: AWSResponse(request.url, 200, {}, Body()))
    assert client.describe_connections()["connections"] == [{"connectionId": "mine"}]
    assert dx.calls == []


@pytest.mark.parametrize("mode", MODES)
def test_a_retry_handler_of_the_users(dx, mode):
    """botocore#1605: three attempts, as the handler asks for."""
    client = client_of(config=Config(retries={"mode": mode}))
    asked = []

    def again(attempts, **_):
        asked.append(attempts)
        return 0 if attempts < 3 else None

    client.meta.events.register_first("needs-retry.direct-connect.DescribeConnections", again)
    answer = client.describe_connections()
    assert asked == [1, 2, 3]
    assert len(dx.calls) == 3
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2


def test_a_retry_handler_made_with_botocores_tools(dx):
    """botocore#1605: ``botocore.retryhandler`` is what people make theirs with."""
    from botocore.retryhandler import create_retry_handler

    rule = {
        "max_attempts": 2,
        "delay": {"type": "exponential", "base": 1, "growth_factor": 2},
        "policies": {
            "odd": {
                "applies_when": {
                    "response": {"http_status_code": 400, "service_error_code": "DirectConnectClientException"}
                }
            }
        },
    }
    handler = create_retry_handler({"__default__": rule, "DescribeLags": rule}, "DescribeLags")
    client = client_of()
    client.meta.events.register_first("needs-retry.direct-connect.DescribeLags", handler)
    with pytest.raises(ClientError):
        client.describe_lags(lagId="x")
    assert len(dx.calls) == 2


def test_a_header_that_a_listener_adds(dx):
    """Moto's header says who calls, wherever it was added."""

    def say_who(request, **_):
        request.headers["x-moto-account-id"] = "222222222222"

    client = client_of()
    client.meta.events.register("before-sign", say_who)
    connect(client)
    assert dx.calls[-1].account_id == "222222222222"


@pytest.mark.parametrize("mode", MODES)
def test_what_botocore_registers_itself_is_not_a_listener(dx, mode):
    """Clients as they come, of a session that was made before or after moto was loaded."""
    client = client_of(config=Config(retries={"mode": mode}))
    for name in contract.operation_names():
        operation = client.meta.service_model.operation_model(name)
        assert not listeners.anyone(client.meta.events, operation)


def test_the_users_functions_of_botocore_change_nothing(dx):
    """``disable_signing`` is a common one; nothing is signed here anyway."""
    client = client_of()
    client.meta.events.register("choose-signer.direct-connect.*", disable_signing)
    assert is_plain(client.describe_connections()["ResponseMetadata"])


def is_plain(metadata):
    return metadata["HTTPStatusCode"] == 200 and metadata["RetryAttempts"] == 0


# --- answers -----------------------------------------------------------------------------------------------


def test_headers_of_an_answer(dx):
    """moto#6116: content-length and date are there; the date is the mock's."""
    client = client_of()
    connect(client)
    dx.clock.advance(days=31, seconds=5)
    answer = client.describe_connections()
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    dx.clock.advance(days=1)  # the date is that of the answer, whenever somebody looks
    assert headers["date"] == "Sun, 01 Feb 2026 00:00:05 GMT"
    assert headers["x-amzn-requestid"] == answer["ResponseMetadata"]["RequestId"]
    assert headers["content-type"] == "application/x-amz-json-1.1"
    assert set(headers) == {"x-amzn-requestid", "date", "content-type", "content-length"}
    empty = client.describe_lags()["ResponseMetadata"]["HTTPHeaders"]
    assert empty["content-length"] == str(len(b'{"lags":[]}'))


def test_headers_of_an_error(dx):
    with pytest.raises(ClientError) as caught:
        client_of().describe_lags(lagId="nonsense")
    headers = caught.value.response["ResponseMetadata"]["HTTPHeaders"]
    body = b'{"__type":"DirectConnectClientException","message":"Lag ID nonsense has an invalid format."}'
    assert headers["content-length"] == str(len(body))
    assert headers["date"] == "Thu, 01 Jan 2026 00:00:00 GMT"
    assert headers["connection"] == "close"


def test_both_ways_give_the_same_headers(dx):
    client = client_of()
    connect(client)
    short = client.describe_connections()["ResponseMetadata"]
    recorder(client)
    full = client.describe_connections()["ResponseMetadata"]
    for metadata in (short, full):
        metadata["HTTPHeaders"] = {**metadata["HTTPHeaders"], "x-amzn-requestid": metadata.pop("RequestId")}
    assert short.keys() == full.keys()
    for metadata in (short, full):
        metadata["HTTPHeaders"].pop("x-amzn-requestid")
    assert short == full


@pytest.mark.parametrize(
    "look",
    [
        dict,
        lambda headers: {**headers},
        lambda headers: headers | {},
        lambda headers: {} | headers,
        copy.copy,
        copy.deepcopy,
        lambda headers: headers.copy(),
        lambda headers: pickle.loads(pickle.dumps(headers)),
        lambda headers: json.loads(json.dumps(headers)),
        lambda headers: dict(headers.items()),
        lambda headers: dict(zip(headers.keys(), headers.values(), strict=True)),
        lambda headers: {name: headers[name] for name in headers},
        lambda headers: eval(repr(headers)),
        lambda headers: [headers.setdefault("x", "y"), headers.pop("x"), headers][2],
    ],
)
def test_headers_are_a_dict_whatever_is_done_first(dx, look):
    headers = client_of().describe_lags()["ResponseMetadata"]["HTTPHeaders"]
    seen = look(headers)
    assert seen == headers
    assert len(headers) == 4
    assert "content-length" in seen
    assert isinstance(headers, dict)


def test_headers_that_nobody_has_looked_at_are_compared(dx):
    first, second = ({**client_of().describe_lags()["ResponseMetadata"], "RequestId": ""} for _ in range(2))
    for metadata in (first, second):
        dict.__setitem__(metadata["HTTPHeaders"], "x-amzn-requestid", "")
    assert first == second


def test_the_body_is_there_for_who_looks(dx):
    """``after-call``: ``http_response.text``, ``.content`` and ``.raw``."""
    client = client_of()
    made = connect(client)
    seen = []
    client.meta.events.register("after-call", lambda http_response, **_: seen.append(http_response))
    client.describe_connections(connectionId=made)
    with pytest.raises(ClientError):
        client.describe_lags(lagId="nonsense")
    answer, error = seen
    assert json.loads(answer.text)["connections"][0]["connectionId"] == made
    assert json.loads(answer.content)["connections"][0]["connectionName"] == CONNECTION["connectionName"]
    assert answer.raw.read() == answer.content
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert json.loads(error.text)["message"] == "Lag ID nonsense has an invalid format."
