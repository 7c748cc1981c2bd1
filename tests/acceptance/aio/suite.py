"""aiobotocore and aioboto3 in an environment of their own; run by ``test_aiobotocore.py``."""

import asyncio
import json
import socket
import subprocess
import sys

import aioboto3
import boto3
import pytest
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from aiobotocore.utils import AioInstanceMetadataFetcher
from botocore import exceptions
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core import enable_iam_authentication
from moto.core.exceptions import ServiceNotWhitelisted

import dx_mock
from dx_mock import mock_directconnect
from dx_mock.doors.other_services import UnansweredServiceError

ORDER = {"location": "EqDC2", "bandwidth": "1Gbps", "connectionName": "c"}


def client(**more):
    return get_session().create_client("directconnect", region_name="us-east-1", **more)


async def test_a_connection():
    async with mock_directconnect() as dx, client() as dxc:
        made = await dxc.create_connection(**ORDER)
        shown = await dxc.describe_connections(connectionId=made["connectionId"])
        assert shown["connections"][0]["connectionState"] == "available"
        assert [call.operation for call in dx.calls] == ["CreateConnection", "DescribeConnections"]
        letter = await dxc.describe_loa(connectionId=made["connectionId"])
        assert letter["loaContent"].startswith(b"%PDF")


@mock_directconnect(seed=3)
async def test_decorated_coroutine():
    async with client() as dxc:
        with pytest.raises(ClientError, match="Could not find Connection") as caught:
            await dxc.describe_connections(connectionId="dxcon-fg000000")
        assert type(caught.value) is dxc.exceptions.DirectConnectClientException


async def test_a_client_made_before():
    async with client(aws_access_key_id="222222222222", aws_secret_access_key="x") as dxc:
        with mock_directconnect():
            assert (await dxc.create_connection(**ORDER))["ownerAccount"] == "222222222222"


async def test_aioboto3():
    async with mock_directconnect(), aioboto3.Session().client("directconnect", region_name="us-east-1") as dxc:
        await dxc.create_connection(**ORDER)
        assert len((await dxc.describe_connections())["connections"]) == 1


async def test_paginators():
    async with mock_directconnect(topology="maximum-resiliency"), client() as dxc:
        pages = dxc.get_paginator("describe_direct_connect_gateways").paginate()
        assert [len(page["directConnectGateways"]) async for page in pages] == [1]


async def test_each_task_in_its_own_world():
    """Concurrent tasks, each in the world that it opened."""

    async def task(number):
        async with mock_directconnect(seed=number) as dx, client() as dxc:
            for _ in range(number + 1):
                await dxc.create_connection(**ORDER)
                await asyncio.sleep(0)
            assert len(dx.calls) == number + 1
            return len((await dxc.describe_connections())["connections"])

    assert await asyncio.gather(*(task(number) for number in range(9))) == list(range(1, 10))


async def test_tasks_share_the_world_around_them():
    async with mock_directconnect(quotas={"connections_per_location": 50}) as dx, client() as dxc:
        await asyncio.gather(*(dxc.create_connection(**ORDER) for _ in range(20)))
        assert len(dx.calls) == 20
        assert len({call.reply["connectionId"] for call in dx.calls}) == 20


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
async def test_faults_and_retries(mode):
    retries = AioConfig(retries={"mode": mode, "total_max_attempts": 3})
    async with mock_directconnect() as dx, client(config=retries) as dxc:
        for error in ("ThrottlingException", "ReadTimeoutError", 503):
            dx.faults.add("DescribeLags", error=error)
            answer = await dxc.describe_lags()
            assert answer["ResponseMetadata"]["RetryAttempts"] == 1
        dx.faults.add("CreateConnection", error="ConnectionClosedError", applied=True, times=None)
        with pytest.raises(exceptions.ConnectionClosedError):
            await dxc.create_connection(**ORDER)
        assert len((await dxc.describe_connections())["connections"]) == 3


async def test_other_services():
    async with mock_directconnect(), get_session().create_client("ec2", region_name="us-east-1") as ec2:
        assert (await ec2.create_vpc(CidrBlock="10.0.0.0/16"))["Vpc"]["CidrBlock"] == "10.0.0.0/16"
        assert (
            len((await ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}]))["Vpcs"]) == 1
        )
        async with get_session().create_client("sts", region_name="us-east-1") as sts:
            assert (await sts.get_caller_identity())["Account"] == "123456789012"


# --- who answers what: the cells of the table in docs/architecture.md --------------------------------------

ELSEWHERE, HERE = "http://minio.example:9000", "http://127.0.0.1:9"
CELLS = [
    # what is asked, and what becomes of it with others="moto", "block" and "pass"
    ("Direct Connect", ("world", "world", "world")),
    ("EC2", ("moto", "refused", "passed")),
    ("EC2, dual-stack", ("refused", "refused", "passed")),
    ("EC2 on this machine", ("passed", "passed", "passed")),
    ("EC2 elsewhere", ("refused", "refused", "passed")),
    ("metadata", ("refused", "refused", "passed")),
]


@pytest.fixture
def outside(monkeypatch):
    """Hosts that somebody has looked up or connected to; nothing leaves."""
    seen = []
    getaddrinfo, connect = socket.getaddrinfo, socket.socket.connect

    def look_up(host, *args, **kwargs):
        if host == "127.0.0.1":
            return getaddrinfo(host, *args, **kwargs)
        seen.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "there is no network in this test")

    def reach(self, address):
        if address[0] != "127.0.0.1":
            seen.append(address[0])
            raise OSError("there is no network in this test")
        return connect(self, address)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket.socket, "connect", reach, raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "REALKEY")
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED", raising=False)
    return seen


async def ask(what):
    """What is answered."""
    if what == "metadata":
        return await AioInstanceMetadataFetcher(num_attempts=1).retrieve_iam_role_credentials()
    once = {"retries": {"total_max_attempts": 1}}
    service = "directconnect" if what == "Direct Connect" else "ec2"
    options = {
        "EC2, dual-stack": {"config": AioConfig(use_dualstack_endpoint=True, **once)},
        "EC2 on this machine": {"endpoint_url": HERE, "config": AioConfig(**once)},
        "EC2 elsewhere": {"endpoint_url": ELSEWHERE, "config": AioConfig(**once)},
    }.get(what, {"config": AioConfig(**once)})
    async with get_session().create_client(service, region_name="us-east-1", **options) as made:
        if service == "ec2":
            return (await made.describe_vpcs())["Vpcs"]
        return (await made.describe_connections())["connections"]


@pytest.mark.parametrize("place", range(3), ids=["moto", "block", "pass"])
@pytest.mark.parametrize(("what", "cells"), CELLS, ids=[what for what, _ in CELLS])
async def test_who_answers(outside, what, cells, place):
    found = None
    async with mock_directconnect(others=("moto", "block", "pass")[place]):
        try:
            found = await ask(what)
        except UnansweredServiceError:
            outcome = "refused"
        except exceptions.EndpointConnectionError:
            outcome = "passed"
        else:
            outcome = "world" if found == [] else "passed" if found == {} else "moto"
    assert outcome == cells[place]
    if outcome == "passed" and what != "EC2 on this machine":
        assert outside
    else:
        assert outside == []


async def test_allowed(outside):
    async with mock_directconnect(allow_hosts=["minio.example"]):
        with pytest.raises(exceptions.EndpointConnectionError):
            await ask("EC2 elsewhere")
    assert outside == ["minio.example"]


async def test_an_assumed_role():
    async with mock_directconnect() as dx, get_session().create_client("sts", region_name="us-east-1") as sts:
        role = await sts.assume_role(
            RoleArn="arn:aws:iam::333333333333:role/network", RoleSessionName="session"
        )
        keys = role["Credentials"]
        async with client(
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        ) as dxc:
            assert (await dxc.create_connection(**ORDER))["ownerAccount"] == "333333333333"
        assert dx.calls[-1].account_id == "333333333333"


async def test_through_the_server():
    with dx_mock.server() as srv:
        async with client(
            endpoint_url=srv.endpoint_url, aws_access_key_id="222222222222", aws_secret_access_key="x"
        ) as dxc:
            made = await asyncio.gather(*(dxc.create_connection(**ORDER) for _ in range(5)))
            assert {each["ownerAccount"] for each in made} == {"222222222222"}


@pytest.fixture(scope="module")
def served():
    """The endpoint of ``dx-mock serve`` in a process of its own."""
    words = [sys.executable, "-m", "dx_mock", "serve", "--json", "--seed", "7"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    yield json.loads(process.stdout.readline())["endpoint_url"]
    process.terminate()
    assert process.wait(timeout=30) == 0
    process.stdout.close()


def client_of(served, account_id):
    """A client with as many connections as tasks."""
    return client(
        endpoint_url=served,
        aws_access_key_id=account_id,
        aws_secret_access_key="x",
        config=AioConfig(max_pool_connections=60),
    )


async def test_no_lost_update(served):
    """Tasks that change one connection at the same time: every change is there afterwards."""
    async with client_of(served, "222222222222") as dxc:
        made = (await dxc.create_connection(**ORDER))["connectionId"]
        arn = f"arn:aws:directconnect:us-east-1:222222222222:dxcon/{made}"
        keys = {f"key-{number}" for number in range(40)}
        add = [dxc.tag_resource(resourceArn=arn, tags=[{"key": key, "value": key}]) for key in keys]
        await asyncio.gather(*add)
        (found,) = (await dxc.describe_tags(resourceArns=[arn]))["resourceTags"]
        assert {tag["key"]: tag["value"] for tag in found["tags"]} == {key: key for key in keys}
        gone = {f"key-{number}" for number in range(0, 40, 2)}
        await asyncio.gather(*(dxc.untag_resource(resourceArn=arn, tagKeys=[key]) for key in gone))
        (found,) = (await dxc.describe_tags(resourceArns=[arn]))["resourceTags"]
        assert {tag["key"] for tag in found["tags"]} == keys - gone


async def test_tasks_from_order_to_deletion(served):
    """Stories side by side, in more tasks than the client has connections: none sees another's resources."""

    async def story(dxc, number):
        name = f"gateway {number}"
        made = (await dxc.create_direct_connect_gateway(directConnectGatewayName=name))["directConnectGateway"]
        by_id = {"directConnectGatewayId": made["directConnectGatewayId"]}
        await dxc.update_direct_connect_gateway(**by_id, newDirectConnectGatewayName=f"new {name}")
        (shown,) = (await dxc.describe_direct_connect_gateways(**by_id))["directConnectGateways"]
        assert shown["directConnectGatewayName"] == f"new {name}"
        if number % 2:
            await dxc.delete_direct_connect_gateway(**by_id)
        return made["directConnectGatewayId"]

    async with client_of(served, "333333333333") as dxc:
        made = await asyncio.gather(*(story(dxc, number) for number in range(100)))
        assert len(set(made)) == 100
        pages = dxc.get_paginator("describe_direct_connect_gateways").paginate(PaginationConfig={"PageSize": 7})
        rows = [row async for page in pages for row in page["directConnectGateways"]]
        left = {
            row["directConnectGatewayId"] for row in rows if row["directConnectGatewayState"] == "available"
        }
        assert left == set(made[::2])


async def test_one_place_is_given_once(served):
    """Of tasks that ask for more than the quota exactly as many succeed as it allows."""
    async with client_of(served, "444444444444") as dxc:
        answers = await asyncio.gather(
            *(dxc.create_connection(**ORDER) for _ in range(30)), return_exceptions=True
        )
        refused = [each for each in answers if isinstance(each, ClientError)]
        made = {each["connectionId"] for each in answers if not isinstance(each, Exception)}
        assert len(made) == 10
        assert {type(each) for each in refused} == {dxc.exceptions.DirectConnectClientException}
        assert len(refused) == 20
        shown = (await dxc.describe_connections())["connections"]
        assert {each["connectionId"] for each in shown} == made


async def test_faults_and_retries_over_the_server():
    """Its own retries see the server's faults; a reply that is lost costs a second connection."""
    retries = AioConfig(retries={"mode": "standard", "total_max_attempts": 2})
    with dx_mock.server() as srv:
        async with client(
            endpoint_url=srv.endpoint_url, aws_access_key_id="x", aws_secret_access_key="x", config=retries
        ) as dxc:
            for error in ("ThrottlingException", 503, "ConnectionClosedError"):
                srv.mock.faults.add("DescribeLags", error=error)
                answer = await dxc.describe_lags()
                assert answer["ResponseMetadata"]["RetryAttempts"] == 1
            srv.mock.faults.add("CreateConnection", error="ConnectionClosedError", applied=True)
            await dxc.create_connection(**ORDER)
            assert len((await dxc.describe_connections())["connections"]) == 2


def test_everything_is_put_back():
    from aiobotocore.client import AioBaseClient

    before = AioBaseClient._make_request
    with mock_directconnect():
        assert AioBaseClient._make_request is not before
    assert AioBaseClient._make_request is before


async def test_permissions_of_motos_iam():
    """Moto's IAM decides about asynchronous clients, too (moto#2300)."""
    with mock_directconnect():
        iam = boto3.client("iam", region_name="us-east-1")
        iam.create_user(UserName="u")
        statement = {"Effect": "Allow", "Action": "directconnect:Describe*", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": statement})
        iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=document)
        made = iam.create_access_key(UserName="u")["AccessKey"]
        keys = {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"]}
        with enable_iam_authentication():
            async with client(**keys) as dxc:
                assert (await dxc.describe_connections())["connections"] == []
                with pytest.raises(ClientError, match="AccessDeniedException"):
                    await dxc.create_connection(**ORDER)


async def test_whitelist_of_moto():
    """``core.service_whitelist`` holds for them in moto's place (moto#7942)."""
    dx_mock.install()
    try:
        with mock_aws(config={"core": {"service_whitelist": ["ec2"]}}):
            async with client() as dxc:
                with pytest.raises(ServiceNotWhitelisted):
                    await dxc.describe_connections()
        with mock_aws(config={"core": {"service_whitelist": ["directconnect"]}}):
            async with client() as dxc:
                assert (await dxc.describe_connections())["connections"] == []
    finally:
        dx_mock.uninstall()


async def test_s3_with_a_body():
    """moto#9784: what aiobotocore sends has a body that botocore's own classes have not."""
    async with mock_directconnect(), get_session().create_client("s3", region_name="us-east-1") as s3:
        await s3.create_bucket(Bucket="bucket")
        await s3.put_object(Bucket="bucket", Key="key", Body=b"abc")
        answer = await s3.get_object(Bucket="bucket", Key="key")
        async with answer["Body"] as body:
            assert await body.read() == b"abc"


EVENTS = (
    "request-created",
    "choose-signer",
    "before-sign",
    "before-send",
    "before-parse",
    "response-received",
    "needs-retry",
)


@pytest.mark.parametrize("event", EVENTS)
async def test_who_listens_hears_it(event):
    """As with botocore: listeners after ``before-call`` get the full way."""
    heard = []
    async with mock_directconnect() as dx, client() as dxc:
        await dxc.describe_lags()
        dxc.meta.events.register(event, lambda event_name, **_: heard.append(event_name.split(".")[0]))
        await dxc.describe_lags()
        assert heard == [event]
        assert len(dx.calls) == 2


async def test_all_events_in_their_order():
    """Those of a client that talks to a server on loopback are the truth."""
    orders = []
    with dx_mock.server() as srv:
        for endpoint in (srv.endpoint_url, None):
            heard = []
            async with (
                mock_directconnect(),
                client(endpoint_url=endpoint, aws_access_key_id="x", aws_secret_access_key="y") as dxc,
            ):
                for event in ("before-call", *EVENTS, "after-call"):
                    dxc.meta.events.register(
                        event, lambda event_name, heard=heard, **_: heard.append(event_name)
                    )
                await dxc.describe_lags()
                with pytest.raises(ClientError):
                    await dxc.describe_lags(lagId="x")
            orders.append(heard)
    assert orders[0] == orders[1]
    assert len(orders[0]) == 18


async def test_a_retry_handler_of_the_users():
    async with mock_directconnect() as dx, client() as dxc:
        dxc.meta.events.register_first(
            "needs-retry.direct-connect.DescribeLags", lambda attempts, **_: 0 if attempts < 3 else None
        )
        await dxc.describe_lags()
        assert len(dx.calls) == 3


async def test_headers_and_body():
    async with mock_directconnect(), client() as dxc:
        seen = []

        async def look(http_response, **_):
            seen.append((await http_response.text, http_response.headers["Content-Length"]))

        dxc.meta.events.register("after-call", look)
        answer = await dxc.describe_lags()
        assert seen == [('{"lags":[]}', "11")]
        assert answer["ResponseMetadata"]["HTTPHeaders"]["date"] == "Thu, 01 Jan 2026 00:00:00 GMT"


async def test_no_credentials(monkeypatch, tmp_path):
    """Lent to one client, kept by no session; the environment is not touched."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    session = get_session()
    async with mock_directconnect():
        async with session.create_client("directconnect", region_name="us-east-1") as dxc:
            await dxc.create_connection(**ORDER)
        assert (await session.get_credentials()).access_key == "DXMOCK"
    assert session._credentials is None
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "222222222222")
    async with (
        mock_directconnect(),
        get_session().create_client("directconnect", region_name="us-east-1") as dxc,
    ):
        assert (await dxc.create_connection(**ORDER))["ownerAccount"] == "222222222222"


@pytest.mark.parametrize(
    "lines",
    [
        "role_arn = arn:aws:iam::333333333333:role/network\nweb_identity_token_file = token\n",
        "role_arn = arn:aws:iam::333333333333:role/network\nsource_profile = source\n"
        "[profile source]\naws_access_key_id = x\naws_secret_access_key = y\n",
        "sso_start_url = https://sign-on.example/start\nsso_region = us-east-1\n"
        "sso_account_id = 333333333333\nsso_role_name = network\n",
    ],
)
async def test_the_account_of_a_role_from_the_first_call(lines, monkeypatch, tmp_path):
    (tmp_path / "config").write_text(f"[profile p]\n{lines}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    session = aioboto3.Session(profile_name="p")
    async with mock_directconnect(others="block") as dx, session.client("directconnect", "us-east-1") as dxc:
        dx.faults.add("CreateConnection", error=503)
        assert (await dxc.create_connection(**ORDER))["ownerAccount"] == "333333333333"


async def test_a_program_that_a_profile_names_is_not_run(monkeypatch, tmp_path):
    (tmp_path / "config").write_text(
        f"[profile p]\ncredential_process = touch {tmp_path}/ran\naws_account_id = 222222222222\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    session = aioboto3.Session(profile_name="p")
    async with mock_directconnect(), session.client("directconnect", "us-east-1") as dxc:
        assert (await dxc.create_connection(**ORDER))["ownerAccount"] == "222222222222"
    assert not (tmp_path / "ran").exists()


async def test_a_region_that_does_not_exist():
    async with (
        mock_directconnect(),
        get_session().create_client("directconnect", region_name="us-est-1") as dxc,
    ):
        with pytest.raises(exceptions.EndpointConnectionError, match="did you mean 'us-east-1'"):
            await dxc.describe_lags()


async def test_a_handler_of_the_tests_own_answers_what_is_refused(monkeypatch):
    """It hears of the call as without us; real keys sign nothing."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "REALKEY")
    signed = []

    def hear(request, **_):
        signed.append(request.headers["Authorization"])

    async with (
        mock_directconnect(others="block"),
        get_session().create_client("ec2", region_name="us-east-1") as ec2,
    ):
        ec2.meta.events.register("before-send", hear)
        with pytest.raises(UnansweredServiceError):
            await ec2.describe_vpcs()
    assert len(signed) == 1
    assert b"REALKEY" not in signed[0] and b"DXMOCK" in signed[0]
