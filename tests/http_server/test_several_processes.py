"""``dx-mock serve --workers N``: worlds spread over processes, behind one address."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest
import requests
from botocore.config import Config

from dx_mock.http_server.worlds.homes import home_of
from tests.helpers import connect

pytest.importorskip("flask")
pytestmark = pytest.mark.skipif(not hasattr(socket, "send_fds"), reason="sockets can't be handed over here")

ACCOUNT = "123456789012"
NAMES = [f"w{number}" for number in range(8)]


@contextmanager
def serving(*options):
    """A server in processes of its own: its address, and the process in front."""
    command = [sys.executable, "-m", "dx_mock", "serve", "--json", "--workers", "2", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield json.loads(line)["endpoint_url"], process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def url():
    """A server with two processes, and worlds in both."""
    assert {home_of(name, 2) for name in NAMES} == {0, 1}
    with serving() as (address, _):
        for name in NAMES:
            made = requests.post(f"{address}/dx-mock/worlds", json={"name": name}, timeout=30)
            assert made.status_code == 201, made.text
        yield address


def client(url, service="directconnect", account=ACCOUNT, **config):
    """A client of a world."""
    keys = {"aws_access_key_id": account, "aws_secret_access_key": "x"}
    given = Config(s3={"addressing_style": "path"}, **config)
    return boto3.client(service, region_name="us-east-1", endpoint_url=url, config=given, **keys)


def _with_header(header, request, **_):
    request.headers.__setitem__(*header)


def children(process):
    """The processes that another one has begun."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            pid, rest = status.read_text().split(" (", 1)
            if int(rest.rpartition(")")[2].split()[1]) == process.pid:
                found.append(int(pid))
    return found


def test_each_world_is_in_one_process(url):
    for number, name in enumerate(NAMES):
        for _ in range(number % 3 + 1):
            connect(client(f"{url}/worlds/{name}"))
        client(f"{url}/worlds/{name}", "ec2").create_vpc(CidrBlock=f"10.{number}.0.0/16")
    for number, name in enumerate(NAMES):
        shown = client(f"{url}/worlds/{name}").describe_connections()["connections"]
        assert len(shown) == number % 3 + 1
        vpcs = client(f"{url}/worlds/{name}", "ec2").describe_vpcs()["Vpcs"]
        assert {vpc["CidrBlock"] for vpc in vpcs} == {"172.31.0.0/16", f"10.{number}.0.0/16"}
    assert client(url).describe_connections()["connections"] == []


def test_one_connection_for_worlds_of_all_processes(url):
    """A connection that is kept stays with one process, which asks the others."""
    with requests.Session() as session:
        for _ in range(3):
            for name in NAMES:
                clock = session.get(f"{url}/worlds/{name}/dx-mock/clock", timeout=30)
                assert clock.status_code == 200, clock.text
            assert session.get(f"{url}/dx-mock/health", timeout=30).json()["resources"] == 0
        body = b"x" * 300_000
        for name in NAMES[:4]:
            s3 = client(f"{url}/worlds/{name}", "s3")
            s3.create_bucket(Bucket="bucket")
            s3.put_object(Bucket="bucket", Key="a key/with é", Body=body)
            signed = s3.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "a key/with é"})
            assert session.get(signed, timeout=30).content == body


@pytest.mark.parametrize("way", ["header", "key", "host"])
def test_the_other_ways_to_name_a_world(url, way):
    for name in NAMES[:4]:
        made = client(url, account=f"{name}.{ACCOUNT}" if way == "key" else ACCOUNT)
        if way != "key":
            host = f"{name}.localhost:{urlsplit(url).port}"
            header = ("x-dx-mock-world", name) if way == "header" else ("Host", host)
            add = partial(_with_header, header)
            made.meta.events.register("before-send", add)
        made.create_direct_connect_gateway(directConnectGatewayName=way)
        gateways = client(f"{url}/worlds/{name}").describe_direct_connect_gateways()["directConnectGateways"]
        assert way in [each["directConnectGatewayName"] for each in gateways]


def test_buckets_of_the_servers_own_world_by_host(url):
    s3 = client(url, "s3")
    for bucket in ("bucket-one", "bucket-two", "bucket-three"):
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="k", Body=bucket.encode(), ACL="public-read")
        connection = http.client.HTTPConnection("127.0.0.1", urlsplit(url).port, timeout=30)
        with contextlib.closing(connection):
            connection.request("GET", "/k", headers={"Host": f"{bucket}.localhost:{urlsplit(url).port}"})
            assert connection.getresponse().read() == bucket.encode()


def test_lists_are_those_of_all_processes(url):
    found = requests.get(f"{url}/dx-mock/worlds", params={"limit": 3}, timeout=30).json()
    assert (found["total"], [each["name"] for each in found["worlds"]]) == (len(NAMES), NAMES[:3])
    found = requests.get(f"{url}/dx-mock/worlds", params={"after": "w5"}, timeout=30).json()
    assert [each["name"] for each in found["worlds"]] == ["w6", "w7"]
    for name in NAMES:
        about = requests.get(f"{url}/dx-mock/worlds/{name}", timeout=30).json()
        assert (about["name"], about["endpoint_url"]) == (name, f"{url}/worlds/{name}")
        again = requests.post(f"{url}/dx-mock/worlds", json={"name": name}, timeout=30)
        assert (again.status_code, "already" in again.json()["error"]) == (409, True)
    for name in ("none", "nobody", "nowhere"):
        assert requests.delete(f"{url}/dx-mock/worlds/{name}", timeout=30).status_code == 404
        assert requests.get(f"{url}/worlds/{name}/dx-mock/health", timeout=30).status_code == 404


def test_a_lost_reply_is_lost_on_the_way_between_processes(url):
    """A fault that breaks a connection breaks that of the client, whoever has it."""
    for name in NAMES[:4]:
        fault = {"operation": "DescribeLags", "error": "ConnectionClosedError"}
        requests.post(f"{url}/worlds/{name}/dx-mock/faults", json=fault, timeout=30)
    with requests.Session() as session:
        session.get(f"{url}/dx-mock/clock", timeout=30)
        for name in NAMES[:4]:
            target = {"X-Amz-Target": "OvertureService.DescribeLags"}
            with pytest.raises(requests.ConnectionError):
                session.post(f"{url}/worlds/{name}", data=b"{}", headers=target, timeout=30)
            assert session.post(f"{url}/worlds/{name}", data=b"{}", headers=target, timeout=30).json() == {
                "lags": []
            }


def test_a_head_in_pieces(url):
    """The process in front waits for as much as it needs, and for nobody else meanwhile."""
    half = socket.create_connection(("127.0.0.1", urlsplit(url).port), timeout=30)
    with half:
        for piece in (b"GET /worl", b"ds/w3/dx-mock/clock HTTP/1.1\r", b"\nHost: x", b".localhost\r\n"):
            half.sendall(piece)
            time.sleep(0.05)
            assert requests.get(f"{url}/worlds/w1/dx-mock/clock", timeout=30).status_code == 200
        half.sendall(b"Connection: close\r\n\r\n")
        content = b""
        while piece := half.recv(4096):
            content += piece
    assert content.startswith(b"HTTP/1.1 200")


def test_many_at_once(url):
    """More clients of the wrong process than it has threads: nobody waits for each other for ever."""

    def story(number):
        with requests.Session() as session:
            for turn in range(10):
                name = NAMES[(number + turn) % len(NAMES)]
                assert session.get(f"{url}/worlds/{name}/dx-mock/clock", timeout=60).status_code == 200
                made = session.post(f"{url}/dx-mock/worlds", json={"name": f"m{number}-{turn}"}, timeout=60)
                assert made.status_code == 201, made.text
                gone = session.delete(f"{url}/dx-mock/worlds/m{number}-{turn}", timeout=60)
                assert gone.status_code == 200, gone.text
        return True

    with ThreadPoolExecutor(32) as pool:
        assert all(pool.map(story, range(32)))
    assert requests.get(f"{url}/dx-mock/worlds", timeout=30).json()["total"] == len(NAMES)


def test_a_directory_for_another_number_of_processes(tmp_path):
    with serving("--data", str(tmp_path)) as (url, process):
        for name in NAMES[:4]:
            requests.post(f"{url}/dx-mock/worlds", json={"name": name}, timeout=30)
            connect(client(f"{url}/worlds/{name}"))
        connect(client(url))
        time.sleep(1.5)
        for pid in (process.pid, *children(process)):
            os.kill(pid, signal.SIGKILL)
    with serving("--data", str(tmp_path), "--workers", "3") as (url, _):
        found = requests.get(f"{url}/dx-mock/worlds", timeout=30).json()
        assert [each["name"] for each in found["worlds"]] == NAMES[:4]
        for place in ("", *(f"/worlds/{name}" for name in NAMES[:4])):
            assert len(client(f"{url}{place}").describe_connections()["connections"]) == 1


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the processes are looked up in /proc")
@pytest.mark.parametrize("victim", ["front", "one of them"])
def test_none_is_left_when_one_ends(victim):
    with serving() as (_, process):
        begun = children(process)
        assert len(begun) == 2
        os.kill(process.pid if victim == "front" else begun[1], signal.SIGKILL)
        assert process.wait(30) == (-signal.SIGKILL if victim == "front" else 2)
        deadline = time.monotonic() + 30
        while any(Path(f"/proc/{pid}").exists() for pid in begun) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert [pid for pid in begun if Path(f"/proc/{pid}").exists()] == []
        if victim != "front":
            assert f"process {begun[1]} of the server ended" in process.stderr.read()


def test_what_can_not_begin_is_one_sentence(tmp_path):
    for options, sentence in (
        (("--workers", "0"), "1 or more"),
        (("--provisioning", "never"), "provisioning"),
        (("--data", "x", "--snapshot", "y"), "give one of them"),
    ):
        command = [sys.executable, "-m", "dx_mock", "serve", "--workers", "2", *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=tmp_path)
        assert (done.returncode, sentence in done.stderr) == (2, True), done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("sent", [b"", b"GET /dx-mock/health HTTP/1.1\r\nHo"])
def test_half_requests_do_not_use_up_the_files_of_the_process_in_front(sent):
    """More than it may open: it closes the oldest of them."""
    files = 200
    command = f"import resource; resource.setrlimit(resource.RLIMIT_NOFILE, ({files}, {files})); "
    command += "import sys; from dx_mock.__main__ import main; sys.exit(main())"
    options = ["serve", "--json", "--workers", "2"]
    process = subprocess.Popen([sys.executable, "-c", command, *options], stdout=subprocess.PIPE, text=True)
    with contextlib.ExitStack() as held:
        held.callback(process.wait, 60)
        held.callback(process.terminate)
        address = urlsplit(json.loads(process.stdout.readline())["endpoint_url"])
        process.stdout.close()
        for _ in range(files + 100):
            plug = held.enter_context(socket.create_connection((address.hostname, address.port), timeout=10))
            plug.sendall(sent)
        begun = time.monotonic()
        client = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        held.callback(client.close)
        client.request("GET", "/dx-mock/health")
        assert client.getresponse().status == 200
        assert time.monotonic() - begun < 5
