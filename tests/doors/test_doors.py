"""The doors: nesting with moto, raw HTTP, endpoints, clients made early, other services."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from email.utils import parsedate_to_datetime

import boto3
import botocore.session
import pytest
import requests
import urllib3
from botocore.awsrequest import AWSRequest
from moto import mock_aws

import dx_mock
from dx_mock import mock_directconnect
from dx_mock.doors.other_services import BlockedServiceError
from tests.helpers import CONNECTION, connect

HOST = "https://directconnect.us-east-1.amazonaws.com/"


def here(**options):
    """A client as code under test makes it."""
    return boto3.client("directconnect", **{"region_name": "us-east-1", **options})


def raw(operation, parameters=None, url=HOST, body=None, **headers):
    """A request of the JSON protocol made with requests."""
    content = json.dumps(parameters or {}) if body is None else body
    return requests.post(
        url,
        data=content,
        headers={
            "X-Amz-Target": f"OvertureService.{operation}",
            "Content-Type": "application/x-amz-json-1.1",
            **headers,
        },
        timeout=5,
    )


def is_ours(connection_id):
    """Whether an id has AWS's form; moto's have not."""
    return connection_id.startswith("dxcon-") and len(connection_id) == 14


# --- nesting with moto -------------------------------------------------------------------------------------


def test_inside_of_mock_aws():
    with mock_aws():
        bucket = boto3.client("s3", region_name="us-east-1")
        bucket.create_bucket(Bucket="bucket")
        with mock_directconnect():
            assert is_ours(connect(here()))
            assert is_ours(raw("DescribeConnections").json()["connections"][0]["connectionId"])
            assert len(bucket.list_buckets()["Buckets"]) == 1
        assert len(bucket.list_buckets()["Buckets"]) == 1
        assert here().describe_connections()["connections"] == []  # moto's again


def test_around_mock_aws():
    with mock_directconnect():
        made = connect(here())
        with mock_aws():
            boto3.client("ec2", region_name="us-east-1").create_vpc(CidrBlock="10.0.0.0/16")
            assert here().describe_connections()["connections"][0]["connectionId"] == made
            assert raw("DescribeConnections").json()["connections"][0]["connectionId"] == made
        assert raw("DescribeConnections").json()["connections"][0]["connectionId"] == made
        assert is_ours(connect(here()))


@mock_aws
@mock_directconnect
def test_decorators_ours_inside():
    assert is_ours(connect(here()))
    boto3.client("sts", region_name="us-east-1").get_caller_identity()


@mock_directconnect
@mock_aws
def test_decorators_motos_inside():
    assert is_ours(connect(here()))
    boto3.client("sts", region_name="us-east-1").get_caller_identity()


def test_moto_has_its_place_back_afterwards():
    with mock_directconnect(), mock_aws():
        connect(here())
    with mock_aws():
        made = here().create_connection(**CONNECTION)["connectionId"]
        assert not is_ours(made)


# --- raw HTTP ----------------------------------------------------------------------------------------------


def test_raw_http_through_requests(directconnect):
    """Recorded: ANS: status, headers, compact body of 18 bytes when there is nothing."""
    answer = raw("DescribeConnections")
    assert answer.status_code == 200
    assert answer.content == b'{"connections":[]}'
    assert answer.headers["content-length"] == "18"
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    assert answer.headers["x-amzn-requestid"]


def test_raw_errors(directconnect):
    """Recorded: ANS, TF#9317: 400, connection: close, __type without a namespace, message in small letters."""
    answer = raw("DescribeLags", {"lagId": "nonsense"})
    assert answer.status_code == 400
    assert answer.headers["connection"] == "close"
    assert answer.content == (
        b'{"__type":"DirectConnectClientException","message":"Lag ID nonsense has an invalid format."}'
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://directconnect.eu-west-1.amazonaws.com/",
        "https://directconnect-fips.eu-west-1.amazonaws.com/",
        "https://directconnect.eu-west-1.api.aws/",
        "http://directconnect.eu-west-1.amazonaws.com:80/",
    ],
)
def test_every_form_of_endpoint(directconnect, url):
    connect(directconnect.client("eu-west-1"), location="EirCL")
    (shown,) = raw("DescribeConnections", url=url).json()["connections"]
    assert shown["region"] == "eu-west-1"


def test_other_partitions(directconnect):
    connect(directconnect.client("cn-north-1"), location="SINJI")
    answer = raw("DescribeConnections", url="https://directconnect.cn-north-1.amazonaws.com.cn/")
    assert answer.json()["connections"][0]["region"] == "cn-north-1"


def test_the_account_of_raw_http(directconnect):
    """The access key of the signature, or moto's header."""
    connect(directconnect.client(account_id="222222222222"))
    signature = (
        "AWS4-HMAC-SHA256 Credential=222222222222/20260101/us-east-1/directconnect/aws4_request, "
        "SignedHeaders=host, Signature=00"
    )
    assert len(raw("DescribeConnections", Authorization=signature).json()["connections"]) == 1
    header = {"x-moto-account-id": "222222222222"}
    assert len(raw("DescribeConnections", **header).json()["connections"]) == 1
    assert raw("DescribeConnections").json()["connections"] == []


def test_raw_http_through_urllib3(directconnect):
    http = urllib3.PoolManager()
    answer = http.request(
        "POST", HOST, body=b"{}", headers={"X-Amz-Target": "OvertureService.DescribeConnections"}
    )
    assert (answer.status, answer.data) == (200, b'{"connections":[]}')


@pytest.mark.parametrize(
    ("target", "body", "code", "status"),
    [
        ("OvertureService.DescribeLags", b"{", "DirectConnectClientException", 400),
        ("OvertureService.DescribeLags", b"[]", "DirectConnectClientException", 400),
        ("OvertureService.DescribeLags", b"null", "DirectConnectClientException", 400),
        ("OvertureService.DescribeLags", b"\xff\xfe", "DirectConnectClientException", 400),
        ("OvertureService.DescribeLags", b"[" * 100_000, "DirectConnectClientException", 400),
        ("OvertureService.DescribeLags", b'{"lagId":5}', "DirectConnectClientException", 400),
        ("OvertureService.DeleteLag", b"", "DirectConnectClientException", 400),
        ("OvertureService.DeleteLag", b'{"lagId":null}', "DirectConnectClientException", 400),
        ("OvertureService.DeleteLag", b"{}" + b" " * 2**20, "RequestEntityTooLargeException", 413),
        ("OvertureService.MakeCoffee", b"{}", "UnknownOperationException", 404),
        ("SomethingElse.DescribeLags", b"{}", "UnknownOperationException", 404),
        ("", b"{}", "UnknownOperationException", 404),
    ],
)
def test_bad_raw_requests(directconnect, target, body, code, status):
    """An error of the protocol in JSON, never a traceback, and nothing changed.

    Statuses of unknown operations and large bodies: documented, API reference, common errors.
    """
    answer = requests.post(HOST, data=body, headers={"X-Amz-Target": target}, timeout=5)
    assert answer.status_code == status
    assert answer.json()["__type"] == code
    assert answer.json()["message"]
    assert directconnect.world.graph.resources == {}


def test_headers_of_an_answer(directconnect):
    """Recorded: ANS.  Length and date are sent; the date is that of the world's clock."""
    answer = raw("DescribeConnections")
    assert answer.headers["content-length"] == "18"
    sent = parsedate_to_datetime(answer.headers["date"])
    assert sent == directconnect.clock.now().replace(microsecond=0)
    directconnect.clock.advance(hours=1)
    refused = raw("DescribeConnections", {"connectionId": "x"})
    assert parsedate_to_datetime(refused.headers["date"]) == sent + timedelta(hours=1)


def test_null_and_unknown_members_are_ignored(directconnect):
    answer = raw("CreateConnection", {**CONNECTION, "lagId": None, "colour": "blue"})
    assert answer.status_code == 200
    assert "lagId" not in answer.json()


def test_requests_to_elsewhere_pass(directconnect, tmp_path):
    """Only AWS's hosts are answered here; a local server is reached."""
    import http.server
    import threading

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert requests.get(f"http://127.0.0.1:{server.server_port}/", timeout=5).status_code == 204
        thread.join()


# --- clients and endpoints ---------------------------------------------------------------------------------


def test_a_client_made_before_the_mock():
    client = here(aws_access_key_id="x", aws_secret_access_key="y")
    with mock_directconnect():
        assert is_ours(connect(client))
    with mock_directconnect():
        assert client.describe_connections()["connections"] == []


def test_a_botocore_client(directconnect):
    client = botocore.session.get_session().create_client("directconnect", region_name="us-east-1")
    assert is_ours(connect(client))


def test_a_session_of_its_own(directconnect):
    session = boto3.Session(region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y")
    assert is_ours(connect(session.client("directconnect")))


@pytest.mark.parametrize("url", ["http://localhost:4566", "https://directconnect.example.org/path"])
def test_endpoint_url(directconnect, url):
    assert is_ours(connect(here(endpoint_url=url)))


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DIRECT_CONNECT"])
def test_endpoint_from_the_environment(directconnect, monkeypatch, name):
    monkeypatch.setenv(name, "http://localhost:4566")
    client = boto3.Session().client("directconnect", region_name="us-east-1")
    assert client.meta.endpoint_url == "http://localhost:4566"
    assert is_ours(connect(client))


@pytest.mark.parametrize("option", ["use_fips_endpoint", "use_dualstack_endpoint"])
def test_fips_and_dual_stack(directconnect, option):
    from botocore.config import Config

    assert is_ours(connect(here(config=Config(**{option: True}))))


def test_no_credentials_at_all(monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    early = boto3.Session().client("directconnect", region_name="us-east-1")
    with mock_directconnect():
        assert is_ours(connect(early))
        assert is_ours(connect(boto3.Session().client("directconnect", region_name="us-east-1")))


def test_errors_are_the_clients_exceptions(client):
    """As botocore raises them: modelled classes with their members."""
    with pytest.raises(client.exceptions.DirectConnectClientException) as caught:
        client.describe_lags(lagId="x")
    assert caught.value.response["message"] == caught.value.response["Error"]["Message"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    tags = [{"key": "a"}, {"key": "a"}]
    with pytest.raises(client.exceptions.DuplicateTagKeysException):
        client.create_connection(**CONNECTION, tags=tags)


def test_hooks_and_stubs_of_the_user_come_first(client):
    """A Stubber answers before us, and after-call hooks see our response."""
    from botocore.stub import Stubber

    with Stubber(client) as stub:
        stub.add_response("describe_connections", {"connections": [{"connectionId": "stubbed"}]})
        assert client.describe_connections()["connections"][0]["connectionId"] == "stubbed"
    seen = []
    client.meta.events.register(
        "after-call", lambda http_response, **_: seen.append(http_response.headers["X-Amzn-RequestId"])
    )
    answer = client.describe_connections()
    assert seen == [answer["ResponseMetadata"]["RequestId"]]


def test_a_client_made_before_the_import():
    """Modules of the code under test make clients when they are imported, long before the mock."""
    code = """
import boto3
keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y"}
client = boto3.client("directconnect", region_name="us-east-1", **keys)
from dx_mock import mock_directconnect
with mock_directconnect():
    made = client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="c")
    assert made["connectionState"] == "requested"
    import requests  # only now, inside of the mock
    answer = requests.post(
        "https://directconnect.us-east-1.amazonaws.com/", data="{}",
        headers={"X-Amz-Target": "OvertureService.DescribeConnections"},
    )
    assert answer.json()["connections"][0]["connectionId"] == made["connectionId"]
    from moto import mock_aws
    with mock_aws():
        answer = requests.post(
            "https://directconnect.us-east-1.amazonaws.com/", data="{}",
            headers={"X-Amz-Target": "OvertureService.DescribeConnections"},
        )
        assert answer.json()["connections"][0]["connectionId"] == made["connectionId"]
import sys
from datetime import timedelta
from email.utils import parsedate_to_datetime
assert not any("dx_mock" in type(finder).__module__ for finder in sys.meta_path)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def patched():
    """What may be patched while a mock is active."""
    import asyncio.base_events
    import http.client
    import socket

    import aiohttp.connector
    import aiohttp.resolver
    import httpcore._async.http_proxy
    import httpcore._sync.http_proxy
    from botocore.client import BaseClient
    from botocore.httpsession import URLLib3Session
    from requests.adapters import HTTPAdapter
    from urllib3.connectionpool import HTTPConnectionPool

    places = [
        (BaseClient, "_make_request"),
        (BaseClient, "__init__"),
        (URLLib3Session, "send"),
        (HTTPAdapter, "send"),
        (HTTPConnectionPool, "urlopen"),
        (socket, "getaddrinfo"),
        (socket, "gethostbyname"),
        (socket.socket, "connect"),
        (socket.socket, "connect_ex"),
        (http.client.HTTPConnection, "putrequest"),
        (http.client.HTTPConnection, "set_tunnel"),
        (asyncio.base_events.BaseEventLoop, "getaddrinfo"),
        (aiohttp.connector.BaseConnector, "connect"),
        (aiohttp.resolver.AsyncResolver, "resolve"),
        (httpcore._sync.http_proxy.ForwardHTTPConnection, "handle_request"),
        (httpcore._async.http_proxy.AsyncTunnelHTTPConnection, "handle_async_request"),
    ]
    found = {(str(owner), name): vars(owner).get(name, "inherited") for owner, name in places}
    return {**found, "meta_path": list(sys.meta_path)}


def test_everything_is_put_back():
    """What is patched while a mock is active is the very object of before afterwards."""
    before = patched()
    with mock_directconnect(), mock_directconnect(), mock_aws():
        connect(here())
        raw("DescribeConnections")
        unlike = [name for name, value in patched().items() if value is not before[name]]
        assert len(unlike) == len(before)
    after = patched()
    assert [name for name, value in after.items() if name != "meta_path" and value is not before[name]] == []
    assert after["meta_path"] == before["meta_path"]


@pytest.mark.parametrize("seed", range(20))
def test_everything_is_put_back_in_any_order(seed):
    """Mocks, moto's and a user's own, begun and ended at random, with calls between."""
    import random

    import responses

    dice, before = random.Random(seed), patched()
    running: list[tuple[str, object]] = []
    users: list[object] = []  # moto's and a user's own patch in the order in which they must end, as without us
    for _ in range(30):
        step = dice.choice(["ours", "moto", "user", "end", "end", "end", "call", "raw"])
        if step == "ours":
            running.append(("ours", mock_directconnect().start()))
        elif step in ("moto", "user") and len(users) < 3:
            made = mock_aws() if step == "moto" else responses.RequestsMock(assert_all_requests_are_fired=False)
            made.start()
            users.append(made)
        elif step == "end" and (running or users):
            if running and dice.random() < 0.6:
                running.pop(dice.randrange(len(running)))[1].stop()
            elif users:
                users.pop().stop()
        elif step == "call" and running:
            boto3.client("sts", region_name="us-east-1").get_caller_identity()
        elif step == "raw" and running and not users:
            raw("DescribeConnections")
    rest = [made for _, made in running]
    dice.shuffle(rest)
    for made in rest:
        made.stop()
    while users:
        users.pop().stop()
    after = patched()
    assert [name for name, value in after.items() if name != "meta_path" and value is not before[name]] == []
    assert after["meta_path"] == before["meta_path"]


# --- other services ----------------------------------------------------------------------------------------


def test_other_services_by_moto_on_demand():
    """A client that is older than the mock, and one that is new."""
    early = boto3.client("ec2", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y")
    with mock_directconnect():
        vpc = early.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        late = boto3.client("ec2", region_name="us-east-1")
        for client in (early, late):  # each call is done once
            before = len(late.describe_vpn_gateways()["VpnGateways"])
            client.create_vpn_gateway(Type="ipsec.1")
            assert len(late.describe_vpn_gateways()["VpnGateways"]) == before + 1
        assert late.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["VpcId"] == vpc
        assert requests.get("https://sts.us-east-1.amazonaws.com/", timeout=5).status_code < 500
    with mock_directconnect():
        vpcs = boto3.client("ec2", region_name="us-east-1").describe_vpcs()["Vpcs"]
        assert vpc not in [each["VpcId"] for each in vpcs]


@pytest.mark.directconnect(others="block")
def test_other_services_blocked(directconnect):
    client = boto3.client("ec2", region_name="us-east-1")
    with pytest.raises(BlockedServiceError, match=r"ec2\.DescribeVpcs was called inside"):
        client.describe_vpcs()
    with pytest.raises(BlockedServiceError, match=r"^https://ec2\.us-east-1.* was called inside"):
        requests.get("https://ec2.us-east-1.amazonaws.com/", timeout=5)
    connect(here())


async def test_what_moto_does_not_answer_either():
    """A client of aiobotocore whose request a hook has sent to somebody else."""
    from dx_mock.doors import aiobotocore

    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y"}
    client = boto3.client("ec2", region_name="us-east-1", **keys)
    operation = client.meta.service_model.operation_model("DescribeVpcs")
    request = AWSRequest("GET", url="http://store.example/")
    with pytest.raises(BlockedServiceError) as caught:
        await aiobotocore._Moto(operation).send(request.prepare())
    assert str(caught.value) == (
        "ec2.DescribeVpcs was called inside mock_directconnect at http://store.example/, but moto does not "
        "answer it: set allow_hosts=['store.example'] to let it through."
    )


def test_other_services_passed_on(monkeypatch):
    """others="pass" lets them through to where their endpoint is; here to a port where nobody listens."""
    from botocore.config import Config
    from botocore.exceptions import EndpointConnectionError

    with mock_directconnect(others="pass"):
        client = boto3.client(
            "ec2",
            region_name="us-east-1",
            endpoint_url="http://127.0.0.1:9",
            aws_access_key_id="x",
            aws_secret_access_key="y",
            config=Config(retries={"max_attempts": 0}),
        )
        with pytest.raises(EndpointConnectionError):
            client.describe_vpcs()
        assert is_ours(connect(here(aws_access_key_id="x", aws_secret_access_key="y")))


# --- moto's own way in -------------------------------------------------------------------------------------


def test_directconnect_backends(dx):
    connect(dx.client("us-east-1"))
    connect(dx.client("us-west-2", "222222222222"), location="SNAP")
    assert list(dx_mock.directconnect_backends) == ["123456789012", "222222222222"]
    assert list(dx_mock.directconnect_backends["222222222222"]) == ["us-west-2"]
    caller = dx_mock.directconnect_backends["123456789012"]["us-east-1"]
    backend = dx.world.backends["us-east-1"]
    assert type(backend).__name__ == "DirectConnectBackend"
    assert caller.backend is backend
    assert len(caller.list_connections(None, None, None)) == 1


def test_directconnect_backends_outside_of_a_mock():
    with pytest.raises(RuntimeError, match="no mock_directconnect is active"):
        list(dx_mock.directconnect_backends)
