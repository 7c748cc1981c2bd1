"""Many worlds behind one server: they see nothing of each other, in Direct Connect and in moto's services."""

from __future__ import annotations

import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

import dx_mock
from tests.helpers import CUSTOMER, PARTNER, connect

pytest.importorskip("flask")

ACCOUNT = "123456789012"
_clients = []
PATHS = Config(s3={"addressing_style": "path"})


@pytest.fixture
def srv():
    """A running server."""
    with dx_mock.server(partners=[PARTNER], seed=5) as running:
        yield running


def client(url, service="directconnect", account=ACCOUNT, config=PATHS):
    """A client of a world."""
    keys = {"aws_access_key_id": account, "aws_secret_access_key": "x"}
    made = boto3.client(service, region_name="us-east-1", endpoint_url=url, config=config, **keys)
    _clients.append(made)
    return made


@pytest.fixture(autouse=True)
def _closed():
    """Close the connections of the test's clients."""
    yield
    while _clients:
        _clients.pop().close()


def make(srv, **wanted):
    """The address of a new world."""
    answer = requests.post(f"{srv.endpoint_url}/dx-mock/worlds", json=wanted, timeout=10)
    assert answer.status_code == 201, answer.text
    return answer.json()["endpoint_url"]


def refused(srv, status, **wanted):
    """The sentence with which a world is refused."""
    answer = requests.post(f"{srv.endpoint_url}/dx-mock/worlds", json=wanted, timeout=10)
    assert answer.status_code == status, answer.text
    return answer.json()["error"]


def names(srv, **query):
    """The names of the worlds."""
    found = requests.get(f"{srv.endpoint_url}/dx-mock/worlds", params=query, timeout=10).json()
    return [each["name"] for each in found["worlds"]]


def connections(url, account=ACCOUNT):
    """How many connections a world shows to an account."""
    return len(client(url, account=account).describe_connections()["connections"])


def test_two_worlds_and_the_servers_own_see_nothing_of_each_other(srv):
    one, two = make(srv, name="one"), make(srv, name="two")
    first, second = connect(client(one)), connect(client(two))
    assert first == second  # the same seed: each begins for itself
    connect(client(two))
    assert [connections(url) for url in (one, two, srv.endpoint_url)] == [1, 2, 0]
    assert client(one).describe_connections()["connections"][0]["ownerAccount"] == ACCOUNT
    srv.mock.calls.assert_not_called("CreateConnection")


def test_the_same_calls_to_other_services(srv):
    """Each world has a VPC, a bucket, a queue and a secret of the same name, and the account has its number."""
    urls = [make(srv), make(srv), srv.endpoint_url]
    for url in urls:
        ec2 = client(url, "ec2")
        before = len(ec2.describe_vpcs()["Vpcs"])
        vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]
        assert vpc["OwnerId"] == ACCOUNT
        assert len(ec2.describe_vpcs()["Vpcs"]) == before + 1
        client(url, "s3").create_bucket(Bucket="bucket")
        client(url, "s3").put_object(Bucket="bucket", Key="a key", Body=url.encode())
        arn = client(url, "secretsmanager").create_secret(Name="s", SecretString=url)["ARN"]
        assert arn.startswith(f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:")
        assert client(url, "sts").get_caller_identity()["Account"] == ACCOUNT
    try:
        for url in urls:
            read = client(url, "s3").get_object(Bucket="bucket", Key="a key")["Body"].read()
            assert read == url.encode()
            assert client(url, "secretsmanager").get_secret_value(SecretId="s")["SecretString"] == url
            assert len(client(url, "ec2").describe_vpcs()["Vpcs"]) <= 2
    finally:
        requests.post(f"{srv.endpoint_url}/moto-api/reset", timeout=10)


def test_a_role_of_one_world_is_unknown_in_another(srv):
    """Credentials of AssumeRole are those of the role's account in their world, and of nobody in the other."""
    one, two = make(srv), make(srv)
    role = f"arn:aws:iam::{CUSTOMER}:role/r"
    keys = client(one, "sts").assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    assert client(one, "sts", keys["AccessKeyId"]).get_caller_identity()["Account"] == CUSTOMER
    assert client(two, "sts", keys["AccessKeyId"]).get_caller_identity()["Account"] == ACCOUNT
    connect(client(one, account=keys["AccessKeyId"]))
    assert connections(one, CUSTOMER) == 1


def test_rules_that_ask_ec2_ask_that_of_their_world(srv):
    one, two = make(srv), make(srv)
    ec2 = client(one, "ec2")
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.attach_vpn_gateway(VpcId=vpc, VpnGatewayId=gateway)
    client(two, "ec2").create_vpn_gateway(Type="ipsec.1")
    for url in (one, two):
        made = client(url).create_direct_connect_gateway(directConnectGatewayName="g")
        target = made["directConnectGateway"]["directConnectGatewayId"]
        wanted = {"directConnectGatewayId": target, "gatewayId": gateway}
        if url == one:
            client(url).create_direct_connect_gateway_association(**wanted)
        else:
            with pytest.raises(ClientError, match=gateway):
                client(url).create_direct_connect_gateway_association(**wanted)


def test_an_address_of_a_queue_is_in_its_world(srv):
    """Clients of SQS call the address that they are told, whatever way named the world."""
    make(srv, name="queues")
    for url in (f"{srv.endpoint_url}/worlds/queues",):
        queue = client(url, "sqs").create_queue(QueueName="q")["QueueUrl"]
        assert queue == f"{url}/{ACCOUNT}/q"
        client(url, "sqs").send_message(QueueUrl=queue, MessageBody="m")
        assert client(url, "sqs").receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "m"


@pytest.mark.parametrize("way", ["path", "header", "key", "host"])
@pytest.mark.parametrize("service", ["directconnect", "ec2"])
def test_four_ways_to_name_a_world(srv, way, service):
    make(srv, name="named")
    url, keys = srv.endpoint_url, ACCOUNT
    if way == "path":
        url += "/worlds/named"
    elif way == "key":
        keys = f"named.{ACCOUNT}"
    made = client(url, service, keys)
    if way in {"header", "host"}:
        port = urlsplit(url).port
        header = ("x-dx-mock-world", "named") if way == "header" else ("Host", f"named.localhost:{port}")
        made.meta.events.register("before-send", lambda request, **_: request.headers.__setitem__(*header))
    if service == "ec2":
        made.create_vpc(CidrBlock="10.7.0.0/16")
        found = client(f"{srv.endpoint_url}/worlds/named", "ec2").describe_vpcs()["Vpcs"]
        assert "10.7.0.0/16" in {each["CidrBlock"] for each in found}
        found = client(srv.endpoint_url, "ec2").describe_vpcs()["Vpcs"]
        assert "10.7.0.0/16" not in {each["CidrBlock"] for each in found}
    else:
        connect(made)
        assert connections(f"{srv.endpoint_url}/worlds/named") == 1
        assert connections(srv.endpoint_url) == 0


def test_a_host_that_names_no_world_names_a_bucket_as_before(srv):
    client(srv.endpoint_url, "s3").create_bucket(Bucket="bucket")
    client(srv.endpoint_url, "s3").put_object(Bucket="bucket", Key="k", Body=b"1", ACL="public-read")
    try:
        for bucket in ("bucket", "worlds"):
            connection = http.client.HTTPConnection("127.0.0.1", urlsplit(srv.endpoint_url).port, timeout=10)
            connection.request("GET", "/k", headers={"Host": f"{bucket}.localhost:80"})
            answer = connection.getresponse()
            assert (answer.status, answer.read()[:1]) == ((200, b"1") if bucket == "bucket" else (404, b"<"))
            connection.close()
        client(srv.endpoint_url, "s3").create_bucket(Bucket="worlds")
        client(srv.endpoint_url, "s3").put_object(Bucket="worlds", Key="no/world", Body=b"2")
        assert client(srv.endpoint_url, "s3").get_object(Bucket="worlds", Key="no/world")["Body"].read() == b"2"
    finally:
        requests.post(f"{srv.endpoint_url}/moto-api/reset", timeout=10)


@pytest.mark.parametrize("service", ["directconnect", "ec2", "sts", "secretsmanager"])
def test_a_world_that_is_not_there_is_one_final_error(srv, service):
    calls = {
        "directconnect": "describe_connections",
        "ec2": "describe_vpcs",
        "sts": "get_caller_identity",
        "secretsmanager": "list_secrets",
    }
    sent = []
    made = client(f"{srv.endpoint_url}/worlds/none", service)
    made.meta.events.register("before-send", lambda **_: sent.append(1) and None)
    with pytest.raises(ClientError) as caught:
        getattr(made, calls[service])()
    assert caught.value.response["Error"]["Code"] == "UnknownWorldException"
    assert "no world 'none'" in caught.value.response["Error"]["Message"]
    assert len(sent) == 1


def test_the_hands_and_the_page_under_a_world(srv):
    url = make(srv, name="hands", settings={"provisioning": "manual"})
    made = connect(client(url))
    for path, state in (("issue-loa", "pending"), ("provision", "available"), ("link-down", "down")):
        done = requests.post(f"{url}/dx-mock/resources/{made}/{path}", timeout=10)
        assert done.json()["state"] == state
    assert "<title>" in requests.get(f"{url}/dx-mock/", timeout=10).text
    there = requests.get(f"{url}/dx-mock", timeout=10, allow_redirects=False)
    assert (there.status_code, there.headers["Location"]) == (308, "/worlds/hands/dx-mock/")
    assert requests.get(f"{url}/dx-mock/calls", timeout=10).json()["total"] == 1
    assert requests.get(f"{srv.endpoint_url}/dx-mock/calls", timeout=10).json()["total"] == 0
    inner = requests.get(f"{url}/dx-mock/worlds", timeout=10)
    assert (inner.status_code, "one world" in inner.json()["error"]) == (404, True)


def test_reset_of_moto_empties_one_world(srv):
    one, two = make(srv), make(srv)
    for url in (one, two):
        client(url, "ec2").create_vpc(CidrBlock="10.3.0.0/16")
        connect(client(url))
    assert requests.post(f"{one}/moto-api/reset", timeout=10).status_code == 200
    assert [len(client(url, "ec2").describe_vpcs()["Vpcs"]) for url in (one, two)] == [1, 2]
    assert [connections(url) for url in (one, two)] == [0, 1]
    tags = client(two, "resourcegroupstaggingapi").get_resources()["ResourceTagMappingList"]
    assert isinstance(tags, list)


def test_settings_topology_and_snapshot(srv):
    plain, timed = make(srv), make(srv, settings={"provisioning": "timed", "quotas": {}, "seed": 9})
    assert requests.get(f"{plain}/dx-mock/health", timeout=10).json()["provisioning"] == "auto"
    assert requests.get(f"{timed}/dx-mock/health", timeout=10).json()["provisioning"] == "timed"
    assert client(plain, account=PARTNER).describe_interconnects()["interconnects"] == []
    estate = make(srv, topology="maximum-resiliency")
    snapshot = requests.get(f"{estate}/dx-mock/snapshot", timeout=10).json()
    copy = make(srv, snapshot=snapshot)
    assert connections(copy) == connections(estate) == 4
    connect(client(copy))
    assert [connections(copy), connections(estate)] == [5, 4]


def test_whole_numbers_in_any_spelling(srv):
    """2.0 is a whole number in JSON."""
    url = make(srv, settings={"seed": 7.0, "quotas": {"connections_per_location": 1.0}})
    connect(client(url))
    with pytest.raises(ClientError, match="maximum"):
        connect(client(url))


def test_what_is_refused(srv, tmp_path):
    make(srv, name="taken")
    assert "already" in refused(srv, 409, name="taken")
    for name in ("", "A", "a_b", "-a", "a" * 64, "a/b", "é", "a\n"):
        assert refused(srv, 400, name=name)
    file = tmp_path / "t.json"
    file.write_text('{"region": "us-east-1"}')
    assert "not" in refused(srv, 400, topology=str(file))
    assert refused(srv, 400, topology={"nonsense": 1})
    assert refused(srv, 400, topology={}, snapshot={"format": "dx_mock snapshot"})
    assert "provisioning" in refused(srv, 400, settings={"provisioning": "never"})
    assert "quota" in refused(srv, 400, settings={"quotas": {"nonsense": 1}})
    for ttl in (0, -1, "1", True, 1e300):
        assert refused(srv, 400, ttl=ttl)
    assert names(srv) == ["taken"]
    for method in ("get", "delete"):
        answer = getattr(requests, method)(f"{srv.endpoint_url}/dx-mock/worlds/none", timeout=10)
        assert answer.status_code == 404


def test_a_name_in_the_path(srv):
    url = f"{srv.endpoint_url}/dx-mock/worlds"
    made = requests.put(f"{url}/mine", json={"settings": {"seed": 9}}, timeout=10)
    assert (made.status_code, made.json()["name"]) == (201, "mine")
    assert requests.put(f"{url}/bare", timeout=10).status_code == 201
    assert requests.put(f"{url}/mine", timeout=10).status_code == 409
    assert requests.put(f"{url}/other", json={"name": "another"}, timeout=10).status_code == 400
    assert requests.put(f"{url}/Not", timeout=10).status_code == 400
    assert names(srv) == ["bare", "mine"]


def test_lists_page_by_page(srv):
    for number in range(12):
        make(srv, name=f"ci-{number:02}")
    make(srv, name="other")
    assert names(srv, prefix="ci-", limit=5) == [f"ci-{number:02}" for number in range(5)]
    assert names(srv, prefix="ci-", after="ci-09") == ["ci-10", "ci-11"]
    assert names(srv, after="ci-11") == ["other"]
    answer = requests.get(f"{srv.endpoint_url}/dx-mock/worlds", params={"prefix": "ci-"}, timeout=10).json()
    assert answer["total"] == 12
    about = requests.get(f"{srv.endpoint_url}/dx-mock/worlds/ci-03", timeout=10).json()
    assert about in answer["worlds"]


def test_ended_is_gone(srv):
    url = make(srv, name="short")
    connect(client(url))
    assert requests.delete(f"{srv.endpoint_url}/dx-mock/worlds/short", timeout=10).json() == {"removed": 1}
    with pytest.raises(ClientError, match="no world 'short'"):
        client(url).describe_connections()
    assert connections(make(srv, name="short")) == 0


def test_a_world_that_nobody_uses_ends():
    with dx_mock.server() as srv:
        make(srv, name="brief", ttl=0.2)
        kept = make(srv, name="kept", ttl=30)
        connect(client(kept))
        deadline = time.monotonic() + 10
        while "brief" in names(srv) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert names(srv) == ["kept"]
        assert connections(kept) == 1


def test_only_so_many_worlds():
    with dx_mock.server(max_worlds=2) as srv:
        make(srv, name="a")
        make(srv, name="b")
        assert "2 worlds" in refused(srv, 503, name="c")
        requests.delete(f"{srv.endpoint_url}/dx-mock/worlds/a", timeout=10)
        make(srv, name="c")


def test_many_worlds_at_once(srv):
    """Threads make worlds, work in them and throw them away; each sees what it has made and nothing else."""

    def story(number):
        url = make(srv, name=f"t{number}")
        ec2 = client(url, "ec2")
        ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")
        for _ in range(number % 3 + 1):
            connect(client(url))
        vpcs = {each["CidrBlock"] for each in ec2.describe_vpcs()["Vpcs"]} - {"172.31.0.0/16"}
        found = connections(url), vpcs
        requests.delete(f"{srv.endpoint_url}/dx-mock/worlds/t{number}", timeout=10)
        return found

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(story, range(24)))
    assert seen == [(number % 3 + 1, {f"10.{number}.0.0/16"}) for number in range(24)]
    assert names(srv) == []


def test_one_name_is_made_once(srv):
    """Of many who make the same world at once one succeeds."""
    barrier, statuses = threading.Barrier(8), []

    def try_it():
        barrier.wait()
        url = f"{srv.endpoint_url}/dx-mock/worlds"
        statuses.append(requests.post(url, json={"name": "one"}, timeout=10).status_code)

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(statuses) == [201] + [409] * 7


def test_malformed_requests_to_a_world(srv):
    """Refused as everywhere, in the form of whom they were meant for."""
    url = make(srv, name="m")
    large = requests.post(f"{url}/dx-mock/clock/advance", data=b" " * (2 << 20), timeout=10)
    assert (large.status_code, "larger" in large.json()["error"]) == (413, True)
    target = {
        "X-Amz-Target": "OvertureService.DescribeConnections",
        "Content-Type": "application/x-amz-json-1.1",
    }
    broken = requests.post(url, data=b"{", headers=target, timeout=10)
    assert (broken.status_code, "__type" in broken.json()) == (400, True)
    assert json.loads(requests.post(url, data=b"{}", headers=target, timeout=10).text) == {"connections": []}


def test_moto_is_as_it_was_when_the_last_server_ends():
    from moto.core.base_backend import BackendDict, InstanceTrackerMeta
    from moto.ec2.models import ec2_backends

    before, known = dict(vars(BackendDict)), dict(ec2_backends)
    with dx_mock.server() as srv:
        url = make(srv)
        client(url, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
        with dx_mock.server():
            pass
        assert len(client(url, "ec2").describe_vpcs()["Vpcs"]) == 2
        assert dict(ec2_backends) == known
    assert dict(vars(BackendDict)) == before
    assert "instances_tracked" not in vars(InstanceTrackerMeta)
