"""Who answers what: every cell of the table in docs/architecture.md, with every door.

aiobotocore's cells are in ``tests/acceptance/aio/suite.py``.
"""

from __future__ import annotations

import asyncio
import http.client
import pickle
import re
import socket
import threading
import urllib.request
from pathlib import Path
from typing import get_args

import aiohttp
import boto3
import httpx
import pytest
import requests
import urllib3
from botocore import exceptions
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.loaders import Loader
from botocore.utils import InstanceMetadataFetcher
from moto import mock_aws

from dx_mock import mock_directconnect
from dx_mock.doors import other_services, policy
from dx_mock.doors.other_services import BlockedServiceError, RefusedLookupError, UnansweredServiceError
from dx_mock.doors.policy import Kind
from dx_mock.engine.settings import Others
from dx_mock.protocol import regions
from dx_mock.rules import hosts
from tests.doors.outside import Outside

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"
OTHERS = get_args(Others)
DIRECT_CONNECT = "https://directconnect.eu-west-1.amazonaws.com/"
STS = "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
RANGES = "https://ip-ranges.amazonaws.com/ip-ranges.json"
METADATA = "http://169.254.169.254/latest/meta-data/"
#: Where nobody listens.
HERE, ELSEWHERE = "http://127.0.0.1:9", "http://minio.example:9000"
TARGET = {"X-Amz-Target": "OvertureService.DescribeConnections"}


def table():
    """The rows of the page: for each kind what becomes of it, by ``others``."""
    text = PAGE.read_text(encoding="utf-8").partition("## Who answers what")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    found = {}
    for first, *cells in rows:
        for kind in Kind:
            if first.startswith(kind.value):
                found[kind] = dict(zip(OTHERS, cells, strict=True))
    return found


TABLE = table()


@pytest.fixture
def outside(monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "REALKEY")
    for name in ("AWS_SESSION_TOKEN", "AWS_EC2_METADATA_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    return Outside(monkeypatch)


def outcome(outside, call):
    """What became of a request."""
    before = len(outside.seen)
    try:
        found = call()
    except Exception as error:
        if _refusal(error) is not None:
            assert len(outside.seen) == before
            return "refused"
        if len(outside.seen) > before or _reached_nobody(error):
            return "passed on"
        raise
    assert len(outside.seen) == before
    return "the world" if found == b'{"connections":[]}' else f"moto: {found!r}"


def _chain(error):
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _refusal(error):
    found = [each for each in _chain(error) if isinstance(each, UnansweredServiceError)]
    return found[0] if found else None


def _reached_nobody(error):
    return any(
        isinstance(each, (ConnectionRefusedError, exceptions.EndpointConnectionError)) for each in _chain(error)
    )


def expected(kind, others):
    return TABLE[kind][others]


def agrees(found, cell):
    """Whether what became of a request is what a cell says."""
    return found.startswith("moto: ") if cell.startswith("moto") else found == cell


# --- the page, the code ------------------------------------------------------------------------------------


@pytest.mark.parametrize("others", OTHERS)
@pytest.mark.parametrize("kind", Kind)
def test_the_page_has_every_cell(kind, others):
    """As the code has it, by their first words."""
    short = {"the world": "WORLD", "moto, else refused": "MOTO", "refused": "REFUSED", "passed on": "PASSED"}
    assert short[TABLE[kind][others]] == policy.DECISIONS[kind][others].name


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("directconnect.us-east-1.amazonaws.com", Kind.DIRECT_CONNECT),
        ("directconnect-fips.us-gov-west-1.amazonaws.com", Kind.DIRECT_CONNECT),
        ("directconnect.eu-west-1.api.aws", Kind.DIRECT_CONNECT),
        ("directconnect.cn-north-1.api.amazonwebservices.com.cn", Kind.DIRECT_CONNECT),
        ("directconnect.us-iso-east-1.c2s.ic.gov", Kind.DIRECT_CONNECT),
        pytest.param(
            "directconnect.eusc-de-east-1.amazonaws.eu",
            Kind.DIRECT_CONNECT,
            marks=pytest.mark.skipif(
                "eusc-de-east-1" not in regions.known(), reason="the installed botocore has no such partition"
            ),
        ),
        ("EC2.us-east-1.AMAZONAWS.com.", Kind.AWS_SERVICE),
        ("ec2.us-east-1.api.aws", Kind.AWS_SERVICE),
        ("ec2.cn-north-1.amazonaws.com.cn", Kind.AWS_SERVICE),
        ("ec2.us-isob-east-1.sc2s.sgov.gov", Kind.AWS_SERVICE),
        ("ec2.eu-isoe-west-1.cloud.adc-e.uk", Kind.AWS_SERVICE),
        ("amazonaws.com", Kind.AWS_SERVICE),
        ("us-east-1.signin.aws.amazon.com", Kind.AWS_SERVICE),
        ("abc.lambda-url.us-east-1.on.aws", Kind.AWS_SERVICE),
        ("us-east-1.oauth.signin.aws", Kind.AWS_SERVICE),
        ("anything.new.aws", Kind.AWS_SERVICE),
        ("d-1234567890.awsapps.com", Kind.AWS_SERVICE),
        ("d111111abcdef8.cloudfront.net", Kind.OTHER_HOST),
        ("mine.us-east-1.elasticbeanstalk.com", Kind.OTHER_HOST),
        ("a1234567890abcdef.awsglobalaccelerator.com", Kind.OTHER_HOST),
        ("mine.auth.us-east-1.amazoncognito.com", Kind.OTHER_HOST),
        ("cdk.aws.dev", Kind.OTHER_HOST),
        ("laws", Kind.OTHER_HOST),
        ("paws.example", Kind.OTHER_HOST),
        ("169.254.169.254", Kind.METADATA),
        ("instance-data.ec2.internal", Kind.METADATA),
        ("instance-data", Kind.METADATA),
        ("169.254.170.2", Kind.METADATA),
        ("169.254.170.23", Kind.METADATA),
        ("[fd00:ec2::254]", Kind.METADATA),
        ("FD00:EC2:0:0:0:0:0:254", Kind.METADATA),
        ("::ffff:169.254.169.254", Kind.METADATA),
        ("2852039166", Kind.METADATA),
        ("0xA9FEA9FE", Kind.METADATA),
        ("notamazonaws.com", Kind.OTHER_HOST),
        ("amazonaws.com.example", Kind.OTHER_HOST),
        ("10.0.0.1", Kind.OTHER_HOST),
        ("localhost", Kind.OTHER_HOST),
    ],
)
def test_kinds_of_hosts(host, kind):
    assert policy.kind_of(hosts.plain(host)) is kind
    if kind is Kind.OTHER_HOST:
        here = Kind.CUSTOM_LOOPBACK if host == "localhost" else Kind.CUSTOM_ELSEWHERE
        assert policy.kind_of(hosts.plain(host), by_client=True) is here


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("s3.localhost", True),
        ("localhost.localdomain", True),
        ("localhost6.localdomain6", True),
        ("ip6-localhost", True),
        ("127.8.9.1", True),
        ("2130706433", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("0.0.0.0", True),
        ("minio.localdomain", False),
        ("localhost.example", False),
        ("123456789012.127.0.0.1", False),
        ("192.168.0.1", False),
        ("host.docker.internal", False),
    ],
)
def test_endpoints_on_this_machine(host, here):
    kind = policy.kind_of(hosts.plain(host), by_client=True)
    assert kind is (Kind.CUSTOM_LOOPBACK if here else Kind.CUSTOM_ELSEWHERE)


def _addresses():
    """All endpoints that the installed botocore has, whatever their Region is."""
    loader = Loader()
    for service in loader.list_available_services("endpoint-rule-set-1"):
        yield from hosts._urls(loader.load_service_model(service, "endpoint-rule-set-1"))
    for partition in loader.load_data("endpoints")["partitions"]:
        for known in partition["services"].values():
            for one in known.get("endpoints", {}).values():
                for each in (one, *one.get("variants", ())):
                    yield f"https://{each.get('hostname', 'x.amazonaws.com')}"


def test_every_endpoint_of_botocore_is_aws():
    """By its rules and its older tables; those that are put together from a custom endpoint are not meant."""
    suffix = re.compile(r"\{[^}]*(dnsSuffix|dualStackDnsSuffix)\}")
    unknown = set()
    for address in _addresses():
        host = suffix.sub("amazonaws.com", address.partition("://")[2]).partition("/")[0]
        plain = re.sub(r"\{[^}]*\}", "x", host)
        if host and "{url#" not in host and not hosts.is_aws(plain) and plain != "localhost:8000":
            unknown.add(host)
    assert unknown == set()


@pytest.mark.parametrize(
    "host",
    ["us-gov-west-1.signin.amazonaws-us-gov.com", "cn-north-1.signin.amazonaws.cn", "x.signin.c2shome.ic.gov"],
)
def test_sign_in_of_other_partitions(host):
    if "signin" not in Loader().list_available_services("endpoint-rule-set-1"):
        return  # an older botocore, which calls none of them
    assert policy.kind_of(host) is Kind.AWS_SERVICE


# --- clients of botocore -----------------------------------------------------------------------------------


def _once(**options):
    return {"region_name": "eu-west-1", "config": Config(retries={"total_max_attempts": 1}), **options}


def connections():
    found = boto3.client("directconnect", **_once()).describe_connections()
    return b'{"connections":[]}' if found["connections"] == [] else found


def ask_metadata():
    found = InstanceMetadataFetcher(timeout=1, num_attempts=1).retrieve_iam_role_credentials()
    if not found:
        raise exceptions.EndpointConnectionError(endpoint_url=METADATA)
    return found


BY_CLIENT = {
    Kind.DIRECT_CONNECT: connections,
    Kind.AWS_SERVICE: lambda **options: boto3.client("ec2", **_once(**options)).describe_vpcs()["Vpcs"],
    Kind.METADATA: ask_metadata,
    Kind.CUSTOM_LOOPBACK: lambda: BY_CLIENT[Kind.AWS_SERVICE](endpoint_url=HERE),
    Kind.CUSTOM_ELSEWHERE: lambda: BY_CLIENT[Kind.AWS_SERVICE](endpoint_url=ELSEWHERE),
}


@pytest.mark.parametrize("others", OTHERS)
@pytest.mark.parametrize("kind", BY_CLIENT)
def test_clients(outside, kind, others):
    """Any other host is a custom endpoint for a client."""
    with mock_directconnect(others=others):
        found = outcome(outside, BY_CLIENT[kind])
    cell = expected(kind, others)
    if kind is Kind.CUSTOM_ELSEWHERE and others == "moto":  # moto has no such address
        cell = "refused"
    assert agrees(found, cell)


@pytest.mark.parametrize("others", OTHERS)
@pytest.mark.parametrize("service", ["directconnect", "ec2"])
def test_clients_made_before(outside, service, others):
    client = boto3.client(service, **_once())
    call = client.describe_connections if service == "directconnect" else client.describe_vpcs
    hooks = list(client.meta.events._emitter._handlers.prefix_search("before-send"))
    with mock_directconnect(others=others):
        found = outcome(outside, call)
    kind = Kind.DIRECT_CONNECT if service == "directconnect" else Kind.AWS_SERVICE
    cell = expected(kind, others)
    assert agrees(found, "moto" if cell == "the world" else cell)  # any answer will do
    assert list(client.meta.events._emitter._handlers.prefix_search("before-send")) == hooks


@pytest.mark.parametrize("others", ["moto", "block"])
@pytest.mark.parametrize(
    "config", [{"use_dualstack_endpoint": True}, {"use_fips_endpoint": True}], ids=["dual-stack", "fips"]
)
def test_what_moto_does_not_answer(outside, monkeypatch, config, others):
    """boto3#4387, botocore#3060: other endpoints of a service; not sent, and not signed with real keys."""
    from botocore.auth import SigV4Auth

    def sign(*_):
        raise AssertionError("it was signed")

    monkeypatch.setattr(SigV4Auth, "add_auth", sign)
    with mock_directconnect(others=others):
        client = boto3.client("ec2", region_name="us-east-1", config=Config(**config))
        assert outcome(outside, lambda: client.create_vpc(CidrBlock="10.0.0.0/16")) == "refused"


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_a_refusal_is_final(outside, monkeypatch, mode):
    """No retry follows, whatever the mode: wherever in botocore it comes from."""
    import time

    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("somebody waits for another attempt"))
    config = Config(retries={"mode": mode, "total_max_attempts": 4})
    asked = []
    with mock_directconnect(others="pass"):
        client = boto3.client("ec2", region_name="us-east-1", config=config, endpoint_url=ELSEWHERE)
    client.meta.events.register("before-send", lambda request, **_: asked.append(request.url))
    with mock_directconnect(), pytest.raises(UnansweredServiceError):
        client.describe_vpcs()
    assert asked == [f"{ELSEWHERE}/"]  # whoever listens hears of it, once

    def send_elsewhere(request, **_):
        asked.append(request.url)
        request.url = "https://ec2.us-east-1.api.aws/"

    with mock_directconnect():
        client = boto3.client("ec2", region_name="us-east-1", config=config)
        client.meta.events.register_first("before-send", send_elsewhere)
        with pytest.raises(UnansweredServiceError, match=r"api\.aws"):
            client.describe_vpcs()
    assert len(asked) == 2
    assert outside.seen == []


class _Who:
    """The body of an answer of a test's own."""

    def stream(self):
        yield b"<Response><GetCallerIdentityResult><Account>9</Account></GetCallerIdentityResult></Response>"


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("others", ["moto", "block"])
def test_a_handler_of_the_tests_own_answers_what_is_refused(outside, monkeypatch, others, mode):
    """It hears of the call as without us; real keys sign nothing."""
    import time

    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("somebody waits for another attempt"))
    config = Config(use_dualstack_endpoint=others == "moto", retries={"mode": mode, "total_max_attempts": 3})
    signed = []

    def answer(request, **_):
        signed.append(request.headers["Authorization"])
        return AWSResponse(request.url, 200, {}, _Who()) if len(signed) == 1 else None

    with mock_directconnect(others=others):
        service = "ec2" if others == "moto" else "sts"  # moto has no dual-stack endpoint of EC2
        client = boto3.client(service, region_name="us-east-1", config=config)
        call = client.describe_vpcs if others == "moto" else client.get_caller_identity
        client.meta.events.register("before-send", answer)
        assert call()["ResponseMetadata"]["HTTPStatusCode"] == 200
        with pytest.raises(UnansweredServiceError):
            call()
    assert len(signed) == 2
    assert [each for each in signed if b"REALKEY" in each or b"DXMOCK" not in each] == []
    assert outside.seen == []


def test_moto_does_nothing_for_a_call_that_is_refused(outside):
    """It is active for the mock around, and would hear of the call with the others who listen."""
    with mock_directconnect():
        client = boto3.client("ec2", region_name="us-east-1")
        before = len(client.describe_vpcs()["Vpcs"])
        client.meta.events.register("before-send", lambda **_: None)
        with mock_directconnect(others="block"), pytest.raises(UnansweredServiceError):
            client.create_vpc(CidrBlock="10.0.0.0/16")
        assert len(client.describe_vpcs()["Vpcs"]) == before


# --- requests and urllib3 ----------------------------------------------------------------------------------


def by_requests(url):
    method = "POST" if "directconnect" in url else "GET"
    return requests.request(method, url, data=b"{}", headers=TARGET, timeout=5).content


def by_urllib3(url):
    method = "POST" if "directconnect" in url else "GET"
    with urllib3.PoolManager(retries=False, timeout=5) as http:
        return http.request(method, url, body=b"{}", headers=TARGET).data


def by_a_pool(url):
    parts = urllib3.util.parse_url(url)
    with urllib3.connection_from_url(url, retries=False, timeout=5) as pool:
        method = "POST" if "directconnect" in url else "GET"
        return pool.urlopen(method, parts.request_uri, body=b"{}", headers=TARGET).data


RAW = {
    Kind.DIRECT_CONNECT: DIRECT_CONNECT,
    Kind.AWS_SERVICE: STS,
    Kind.METADATA: METADATA,
    Kind.OTHER_HOST: "http://store.example/",
}
LIBRARIES = [by_requests, by_urllib3, by_a_pool]


@pytest.mark.parametrize("others", OTHERS)
@pytest.mark.parametrize("kind", RAW)
@pytest.mark.parametrize("library", LIBRARIES)
def test_raw_http(outside, library, kind, others):
    with mock_directconnect(others=others):
        assert agrees(outcome(outside, lambda: library(RAW[kind])), expected(kind, others))


@pytest.mark.parametrize("url", ["http://169.254.170.2/v2/credentials", "http://[fd00:ec2::254]/latest/"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_the_other_metadata_services(outside, library, url):
    with mock_directconnect():
        assert outcome(outside, lambda: library(url)) == "refused"


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_first_request_is_as_the_second(outside, library):
    """moto#6417: moto has no such host, and says so from the first request on."""
    with mock_directconnect():
        assert [outcome(outside, lambda: library(RANGES)) for _ in range(2)] == ["refused", "refused"]
        assert outcome(outside, lambda: library(STS)).startswith("moto: ")
        assert outcome(outside, lambda: library(RANGES)) == "refused"


@pytest.mark.parametrize("others", ["moto", "block"])
@pytest.mark.parametrize("url", [RANGES, METADATA, "https://ec2.us-east-1.api.aws/"])
@pytest.mark.parametrize(
    ("library", "kinds"),
    [
        (by_requests, (requests.exceptions.ConnectionError, requests.RequestException, OSError)),
        (by_urllib3, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.HTTPError)),
        (by_a_pool, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.HTTPError)),
    ],
)
def test_a_refusal_is_an_error_of_the_library(outside, library, kinds, url, others):
    """Which the code under test catches where it expects that a service can't be reached."""
    with mock_directconnect(others=others), pytest.raises(UnansweredServiceError) as caught:
        library(url)
    error = caught.value
    assert all(isinstance(error, kind) for kind in kinds)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))
    assert error.__cause__ is None and str(error).startswith(url)
    if library is by_requests:
        assert error.request.url == url and error.response is None


@pytest.mark.parametrize("library", LIBRARIES)
def test_an_operation_that_moto_does_not_have(outside, library):
    """No connection failed: the error is moto's kind, whoever asks."""
    with mock_directconnect(), pytest.raises(other_services.MissingOperationError) as caught:
        library("https://sts.us-east-1.amazonaws.com/?Action=DecodeAuthorizationMessage&Version=2011-06-15")
    assert isinstance(caught.value, NotImplementedError) and not isinstance(caught.value, OSError)


def test_a_refusal_beside_a_mock_of_the_tests_own(outside):
    """Where moto lets it through to the network: whatever was there first."""
    url = "https://ec2.us-east-1.api.aws/"
    with mock_aws(), mock_directconnect(), pytest.raises(requests.RequestException) as caught:
        requests.get(url)
    assert isinstance(caught.value, UnansweredServiceError)
    with mock_directconnect(), mock_aws(), pytest.raises(UnansweredServiceError):
        requests.get(url)


IN_A_QUERY = [
    f"{STS}&next=http://store.example/",
    f"{STS}&next=//store.example/",
    f"{STS}#http://store.example/",
]


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("url", IN_A_QUERY)
def test_a_url_in_a_query(outside, library, url):
    """It is not the one that is asked for."""
    with mock_directconnect():
        assert outcome(outside, lambda: library(url)).startswith("moto: ")
    with mock_directconnect(others="block"):
        assert outcome(outside, lambda: library(url)) == "refused"


@pytest.mark.parametrize("raise_on_status", [True, False])
def test_a_refusal_is_not_tried_again(outside, raise_on_status):
    session = requests.Session()
    retries = urllib3.Retry(3, backoff_factor=100, raise_on_status=raise_on_status)
    session.mount("https://", requests.adapters.HTTPAdapter(max_retries=retries))
    with mock_directconnect(others="block"):
        with pytest.raises(UnansweredServiceError):
            session.get(STS)
        with urllib3.PoolManager(retries=retries) as http, pytest.raises(UnansweredServiceError):
            http.request("GET", STS)


# --- every other library -----------------------------------------------------------------------------------


def by_http_client(url):
    parts = urllib3.util.parse_url(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.host.strip("[]"), parts.port, timeout=5)
    try:
        connection.request("GET", parts.request_uri)
    finally:
        connection.close()


def by_httpx(url):
    with httpx.Client(trust_env=False) as client:
        return client.get(url)


def by_httpx_async(url):
    async def get():
        async with httpx.AsyncClient(trust_env=False) as client:
            return await client.get(url)

    return asyncio.run(get())


def by_aiohttp(url):
    async def get():
        async with aiohttp.ClientSession() as session, session.get(url) as found:
            return found.status

    return asyncio.run(get())


def by_name(url):
    return socket.gethostbyname(urllib3.util.parse_url(url).host.strip("[]"))


@pytest.mark.parametrize("others", OTHERS)
@pytest.mark.parametrize("kind", RAW)
@pytest.mark.parametrize("library", [by_http_client, by_httpx, by_httpx_async, by_aiohttp])
def test_libraries_without_a_door(outside, library, kind, others):
    """Nobody can answer there: what the world or moto answers elsewhere is refused."""
    cell = expected(kind, others)
    with mock_directconnect(others=others):
        found = outcome(outside, lambda: library(RAW[kind]))
    assert found == ("passed on" if cell == "passed on" else "refused")


def test_their_errors_show_the_sentence(outside):
    """In an error of their own, which their users expect."""
    with mock_directconnect():
        for library, kind in (
            (by_http_client, RefusedLookupError),
            (by_httpx, httpx.ConnectError),
            (by_httpx_async, httpx.ConnectError),
            (by_aiohttp, aiohttp.ClientOSError),
        ):
            with pytest.raises(kind, match=r"ec2\.us-east-1\.amazonaws\.com was looked up inside"):
                library("https://ec2.us-east-1.amazonaws.com/")


@pytest.mark.parametrize("look_up", [socket.gethostbyname, socket.gethostbyname_ex])
def test_looking_up_a_name(look_up):
    with mock_directconnect(), pytest.raises(RefusedLookupError):
        getattr(socket, look_up.__name__)("ec2.us-east-1.amazonaws.com")


def test_a_name_is_looked_up_for_the_task_that_asks(outside):
    """Two tasks in worlds of their own: the one that may is not refused because of the other."""

    async def look_up(others):
        async with mock_directconnect(others=others):
            await asyncio.sleep(0.05)
            with pytest.raises(OSError) as caught:  # noqa: PT011
                await asyncio.get_running_loop().getaddrinfo("sts.us-east-1.amazonaws.com", 443)
            return type(caught.value)

    async def both():
        return await asyncio.gather(look_up("pass"), look_up("moto"))

    assert asyncio.run(both()) == [socket.gaierror, RefusedLookupError]


@pytest.mark.parametrize("order", [("pass", "moto"), ("moto", "pass"), ("pass", "block"), ("block", "pass")])
def test_a_thread_that_may_belong_to_either_of_two_mocks(outside, order):
    """A worker of the code under test, while tests run side by side: one of them lets nothing out."""
    begun, ended = threading.Barrier(3, timeout=30), threading.Event()

    def test(others):
        with mock_directconnect(others=others):
            begun.wait()
            ended.wait(30)

    tests = [threading.Thread(target=test, args=(others,)) for others in order]
    for each in tests:
        each.start()
    begun.wait()
    try:
        found = [outcome(outside, lambda: by_requests(RANGES)), outcome(outside, lambda: by_httpx(STS))]
    finally:
        ended.set()
        for each in tests:
            each.join(30)
    assert found == ["refused", "refused"]


def test_connections_that_are_open_since_before(outside, monkeypatch):
    """Nothing is looked up for them any more."""
    monkeypatch.setattr(socket, "getaddrinfo", _to_this_machine(socket.getaddrinfo))
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://ip-ranges.amazonaws.com:{server.getsockname()[1]}/"
        answers = threading.Thread(target=_answer_on_one_connection, args=(server,), daemon=True)
        answers.start()
        connection = http.client.HTTPConnection(*urllib3.util.parse_url(url).netloc.split(":"), timeout=5)
        with httpx.Client(trust_env=False) as client:
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"ok"
            assert client.get(url).text == "ok"
            with mock_directconnect():
                for path in ("/", "/?next=http://store.example/", "http://store.example/"):
                    with pytest.raises(RefusedLookupError):
                        connection.request("GET", path)
                with pytest.raises(httpx.ConnectError, match="was looked up inside mock_directconnect"):
                    client.get(url)
            assert client.get(url).text == "ok"
        connection.close()


def _to_this_machine(getaddrinfo):
    return lambda host, *args, **kwargs: getaddrinfo("127.0.0.1", *args, **kwargs)


def _answer_on_one_connection(server):
    """Answer whatever comes on connections that stay open."""
    while True:
        try:
            connection = server.accept()[0]
        except OSError:
            return
        threading.Thread(target=_answer_all, args=(connection,), daemon=True).start()


def _answer_all(connection):
    with connection:
        while connection.recv(10_000):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


class Proxy:
    """A proxy on this machine, which would be asked for AWS's hosts."""

    def __init__(self):
        self.asked = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                connection = self._socket.accept()[0]
            except OSError:
                return
            with connection:
                self.asked.append(connection.recv(1000).partition(b"\r")[0].decode())
                connection.sendall(
                    b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


@pytest.fixture
def proxy(monkeypatch):
    found = Proxy()
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, found.url)
        monkeypatch.setenv(name.upper(), found.url)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    yield found
    found.close()


def by_urllib(url):
    with urllib.request.build_opener().open(url, timeout=5) as found:
        return found.read()


def by_httpx_proxy(url):
    with httpx.Client() as client:
        client.get(url).raise_for_status()


def by_httpx_async_proxy(url):
    async def get():
        async with httpx.AsyncClient() as client:
            (await client.get(url)).raise_for_status()

    asyncio.run(get())


def by_aiohttp_proxy(url):
    async def get():
        async with aiohttp.ClientSession(trust_env=True) as session, session.get(url) as found:
            found.raise_for_status()

    asyncio.run(get())


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "library",
    [by_urllib, by_httpx_proxy, by_httpx_async_proxy, by_aiohttp_proxy, by_requests, by_urllib3],
)
def test_through_a_proxy(outside, proxy, library, scheme):
    """A company's proxy looks the name up by itself: it is not asked either."""
    url = f"{scheme}://ip-ranges.amazonaws.com/"
    with mock_directconnect():
        assert outcome(outside, lambda: library(url)) == "refused"
        assert proxy.asked == []
        if library is not by_urllib3:  # it takes no proxy from the environment
            with pytest.raises(Exception, match=r"502|Proxy|Tunnel"):
                _ask(library, f"{scheme}://store.example/")
            assert len(proxy.asked) == 1


def _ask(library, url):
    if library is by_requests:
        requests.get(url, timeout=5).raise_for_status()
    else:
        library(url)


def test_code_outside_of_every_mock_is_left_alone(outside):
    with mock_directconnect():
        pass
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("ec2.us-east-1.amazonaws.com", 443)
    assert outside.seen == ["ec2.us-east-1.amazonaws.com"]


# --- what goes before the table ----------------------------------------------------------------------------


def test_hosts_that_may_be_reached(outside):
    allowed = ["minio.example", "*.api.aws", "169.254.169.254"]
    dual_stack = {"config": Config(use_dualstack_endpoint=True, retries={"total_max_attempts": 1})}
    for others in ("moto", "block"):
        with mock_directconnect(others=others, allow_hosts=allowed):
            assert outcome(outside, BY_CLIENT[Kind.CUSTOM_ELSEWHERE]) == "passed on"
            assert outcome(outside, lambda: BY_CLIENT[Kind.AWS_SERVICE](**dual_stack)) == "passed on"
            assert outcome(outside, lambda: by_requests(METADATA)) == "passed on"
            assert outcome(outside, lambda: by_httpx("https://ec2.us-east-1.api.aws/")) == "passed on"
            assert outcome(outside, lambda: by_requests("http://169.254.170.2/")) == "refused"
            assert outcome(outside, lambda: by_requests(RANGES)) == "refused"
            assert (
                outcome(outside, lambda: by_requests("https://directconnect.eu-west-1.api.aws/")) == "the world"
            )


def test_a_mock_of_the_tests_own_comes_first(outside):
    """moto#7942: it answers, whatever ``others`` says, and what it was told to let through passes."""
    config = {"core": {"passthrough": {"services": ["s3"]}}}
    with mock_aws(config=config), mock_directconnect(others="block"):
        assert outcome(outside, BY_CLIENT[Kind.AWS_SERVICE]).startswith("moto: ")
        assert outcome(outside, lambda: by_requests(STS)).startswith("moto: ")
        assert outcome(outside, lambda: by_urllib3(STS)).startswith("moto: ")
        assert outcome(outside, boto3.client("s3", **_once()).list_buckets) == "passed on"
        assert outside.seen == ["s3.eu-west-1.amazonaws.com"]
        assert by_requests(METADATA) == b"iam"  # moto's own
    with mock_directconnect(others="block"):
        with mock_aws():
            assert outcome(outside, BY_CLIENT[Kind.AWS_SERVICE]).startswith("moto: ")
        assert outcome(outside, BY_CLIENT[Kind.AWS_SERVICE]) == "refused"


def test_a_mock_inside_that_blocks(outside):
    """That moto was started for the mock around it does not matter."""
    with mock_directconnect():
        assert outcome(outside, BY_CLIENT[Kind.AWS_SERVICE]).startswith("moto: ")
        with mock_directconnect(others="block"):
            assert outcome(outside, BY_CLIENT[Kind.AWS_SERVICE]) == "refused"
            assert outcome(outside, lambda: by_requests(STS)) == "refused"
        assert outcome(outside, BY_CLIENT[Kind.AWS_SERVICE]).startswith("moto: ")


@pytest.mark.parametrize(
    ("others", "call", "words"),
    [
        (
            "block",
            BY_CLIENT[Kind.AWS_SERVICE],
            ["ec2.DescribeVpcs", "others='moto'", "allow_hosts=['ec2.eu-west-1"],
        ),
        (
            "moto",
            BY_CLIENT[Kind.CUSTOM_ELSEWHERE],
            ["ec2.DescribeVpcs", ELSEWHERE, "allow_hosts=['minio.example']"],
        ),
        ("moto", lambda: by_requests(METADATA), [METADATA, "no metadata service", "AWS_ACCESS_KEY_ID"]),
        ("moto", lambda: by_urllib3(RANGES), [RANGES, "moto does not answer it", "allow_hosts=['ip-ranges."]),
        ("moto", lambda: by_http_client(DIRECT_CONNECT), ["directconnect.eu-west-1", "use boto3", "serve()"]),
    ],
)
def test_one_sentence(outside, others, call, words):
    """What was asked, why nobody answers, what to set."""
    with mock_directconnect(others=others), pytest.raises(UnansweredServiceError) as caught:
        call()
    text = str(caught.value)
    assert [word for word in words if word not in text] == []
    assert "\n" not in text and text.endswith(".") and ". " not in text
    assert isinstance(caught.value, BlockedServiceError)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), str(again)) == (type(caught.value), text)


def test_profiles_that_ask_the_metadata_service(outside, monkeypatch, tmp_path):
    """``credential_source = Ec2InstanceMetadata``."""
    file = tmp_path / "config"
    file.write_text(
        "[profile instance]\nrole_arn = arn:aws:iam::111111111111:role/r\n"
        "credential_source = Ec2InstanceMetadata\nregion = us-east-1\n"
    )
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    with mock_directconnect():
        session = boto3.Session(profile_name="instance")
        assert outcome(outside, lambda: session.client("ec2").describe_vpcs()) == "refused"


def test_credentials_that_were_lent_are_taken_back(monkeypatch, tmp_path):
    """A client without any: moto reads the account out of a signature."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    client = boto3.Session().client("ec2", region_name="us-east-1")
    with mock_directconnect():
        assert client.describe_vpcs()["Vpcs"]
    assert client._request_signer._credentials is None
    assert not other_services._lent
