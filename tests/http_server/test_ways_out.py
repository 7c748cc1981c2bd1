"""Children of ``dx.serve()`` that go past its endpoint: held, answered or let through as in this process."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest
import requests
import urllib3
from botocore.config import Config
from moto import mock_aws

from dx_mock import mock_directconnect
from dx_mock.http_server import ways_out
from dx_mock.http_server.server import ServerError

AWS = "ec2.eu-west-1.amazonaws.com"

CHILD = """
import json, sys
left = []

def look(event, given):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        left.append(given[0])
    elif event == "socket.connect" and isinstance(given[1], tuple):
        left.append(given[1][0])

sys.addaudithook(look)
import boto3
from botocore.config import Config

once = {"retries": {"total_max_attempts": 1}, "connect_timeout": 5, "read_timeout": 20}
try:
    found = %s
except Exception as error:
    found = f"{type(error).__name__}: {error}"
print(json.dumps([found, sorted(set(left) - {"127.0.0.1", "localhost"})]))
"""


def child(endpoint, code):
    """What a process that begins anew has got, and which other hosts it has looked up or connected to."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD % code],
        env={**os.environ, **endpoint.environment},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _held(found):
    return found.startswith("ProxyConnectionError: ")


EC2 = "[each['CidrBlock'] for each in boto3.client('ec2', config=Config(**once%s)%s).describe_vpcs()['Vpcs']]"
URLLIB = "__import__('urllib.request', fromlist=['x']).urlopen('%s', timeout=20).read().decode()"

CODES = {
    "configured endpoints are ignored": (EC2 % (", ignore_configured_endpoint_urls=True", ""), _held),
    "dual-stack": (EC2 % (", ignore_configured_endpoint_urls=True, use_dualstack_endpoint=True", ""), _held),
    "an endpoint of its own": (EC2 % ("", f", endpoint_url='https://{AWS}'"), _held),
    "an endpoint without encryption": (
        EC2 % ("", f", endpoint_url='http://{AWS}'"),
        lambda found: found == ["172.31.0.0/16"],
    ),
    "S3 Control": (  # the account stands before the host
        "boto3.client('s3control').list_access_points(AccountId='123456789012')['AccessPointList']",
        lambda found: found == [] or "(NotImplemented)" in found,  # older versions of moto lack it
    ),
    "an access point": (  # its name stands there
        "boto3.client('s3').get_object(Bucket='arn:aws:s3:us-east-1:123456789012:accesspoint/my', Key='k')",
        lambda found: "(NoSuchBucket)" in found,
    ),
    "a key that is quoted": (
        "[boto3.client('s3').create_bucket(Bucket='bucket'),"
        " boto3.client('s3').put_object(Bucket='bucket', Key='a b/c%2Fd', Body=b'x'),"
        " boto3.client('s3').list_objects_v2(Bucket='bucket')['Contents'][0]['Key']][-1]",
        lambda found: found == "a b/c%2Fd",
    ),
    "the metadata service": (URLLIB % "http://169.254.169.254/latest/", lambda found: "403" in found),
    "another library": (
        URLLIB % "https://ip-ranges.amazonaws.com/ip-ranges.json",
        lambda found: "403 ip-ranges.amazonaws.com was called by a child process" in found,
    ),
    "Direct Connect without encryption": (
        URLLIB % "http://directconnect.eu-west-1.amazonaws.com/",
        lambda found: "HTTP Error" in found,  # no operation is named
    ),
}


@pytest.mark.parametrize("what", CODES)
def test_nothing_leaves_from_children(what):
    code, expected = CODES[what]
    with mock_directconnect() as dx, dx.serve() as endpoint:
        found, left = child(endpoint, code)
    assert expected(found), found
    assert left == []


@pytest.mark.parametrize(
    ("service", "call"),
    [
        ("ec2", "describe_vpcs"),
        ("s3", "list_buckets"),
        ("iam", "list_users"),
        ("sqs", "list_queues"),
        ("lambda", "list_functions"),
        ("route53", "list_hosted_zones"),
        ("cloudwatch", "list_metrics"),
        ("sns", "list_topics"),
        ("elbv2", "describe_load_balancers"),
        ("dynamodb", "list_tables"),
    ],
)
@pytest.mark.parametrize("others", ["block", "pass"])
def test_others_are_refused_in_each_protocol(service, call, others):
    """So that every client can read the sentence."""
    keys = {"aws_access_key_id": "123456789012", "aws_secret_access_key": "x", "region_name": "us-east-1"}
    with mock_directconnect(others=others) as dx, dx.serve() as endpoint:
        config = Config(proxies={"http": endpoint.url}, retries={"total_max_attempts": 1})
        client = boto3.client(service, endpoint_url=endpoint.url, config=config, **keys)
        with pytest.raises(client.exceptions.ClientError) as caught:
            getattr(client, call)()
    error = caught.value.response["Error"]
    assert error["Code"] == "UnansweredServiceError"
    assert f"mock_directconnect(others={others!r}), which answers Direct Connect only" in error["Message"]
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


# --- the proxies themselves --------------------------------------------------------------------------------


class Elsewhere(BaseHTTPRequestHandler):
    """Another host, on this machine."""

    protocol_version = "HTTP/1.1"

    def _answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told = json.dumps([self.command, self.path, self.headers["Host"], body.decode()]).encode()
        self.send_response(418, "I'm a teapot")
        self.send_header("Content-Length", str(len(told)))
        self.send_header("X-Mine", "yes")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(told)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _answer

    def do_CONNECT(self):
        self.server.asked.append((self.path, self.headers["Proxy-Authorization"]))
        self.send_response(200)
        self.end_headers()
        self.connection.sendall(b"through the proxy of this process")
        self.close_connection = True

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def elsewhere():
    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _name(server):
    return f"127.0.0.1:{server.server_address[1]}"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "HEAD", "DELETE"])
def test_plain_requests_to_other_hosts_are_passed_on(elsewhere, method):
    with mock_directconnect() as dx, dx.serve() as endpoint:
        proxies = {"http": endpoint.url}
        session = requests.Session()
        session.trust_env = False
        for number in range(3):
            body = f"body {number}" if method in {"POST", "PUT"} else ""
            url = f"http://{_name(elsewhere)}/a%2Fb?c=d%20e&n={number}"
            found = session.request(method, url, data=body, proxies=proxies, timeout=10)
            assert (found.status_code, found.reason, found.headers["x-mine"]) == (418, "I'm a teapot", "yes")
            if method != "HEAD":
                assert found.json() == [method, f"/a%2Fb?c=d%20e&n={number}", _name(elsewhere), body]


def test_pages_are_told_from_programs_all_the_same(elsewhere):
    """A page of another site may not ask the endpoint, by whatever name; other hosts say themselves who may."""
    page = {"Origin": "http://page.example", "Sec-Fetch-Site": "cross-site"}
    with mock_directconnect() as dx, dx.serve() as endpoint:
        proxy = urllib3.ProxyManager(endpoint.url)
        here = endpoint.url.removeprefix("http://")
        for url, headers, status in (
            (f"http://{here}/dx-mock/health", {}, 200),
            (f"http://x.{here}/dx-mock/health", {}, 200),
            (f"http://{here}/dx-mock/topology", page, 403),
            (f"http://x.{here}/dx-mock/topology", page, 403),
            (f"http://{_name(elsewhere)}/dx-mock/topology", page, 418),
        ):
            assert proxy.request("GET", url, headers=headers, retries=False).status == status
        moved = {"Host": f"page.example:{here.partition(':')[2]}"}
        assert requests.get(f"{endpoint.url}/dx-mock/topology", headers=moved, timeout=5).status_code == 403


def test_a_host_that_can_not_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
    with mock_directconnect() as dx, dx.serve() as endpoint:
        found = urllib3.ProxyManager(endpoint.url).request("GET", url, retries=False)
        assert found.status == 502
        assert "127.0.0.1 can't be reached" in found.data.decode()
        status, text = tunnel(endpoint, url.removeprefix("http://").rstrip("/"))
        assert (status, "127.0.0.1 can't be reached" in text) == ("502", True)


def tunnel(endpoint, where, say=b"", line="CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n"):
    """Ask for a tunnel, and say something in it."""
    port = int(endpoint.environment["HTTPS_PROXY"].rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as there:
        there.sendall(line.replace("%s", where).encode() + say)
        found = b"".join(iter(lambda: there.recv(1000), b"")).decode()
    return found.partition(" ")[2][:3], found


@pytest.mark.parametrize("problem", [UnicodeError("label too long"), OSError("no route")])
def test_a_name_that_can_not_be_looked_up(monkeypatch, problem):
    def fail(*_):
        raise problem

    monkeypatch.setattr(ways_out, "_reach", fail)
    with mock_directconnect() as dx, dx.serve() as endpoint:
        status, text = tunnel(endpoint, "store.example:443")
    assert (status, str(problem) in text) == ("502", True)


@pytest.mark.parametrize("url", ["https://store.example/", "ftp://store.example/", f"https://{AWS}/"])
def test_what_the_proxy_for_plain_http_does_not_take(url):
    with mock_directconnect() as dx, dx.serve() as endpoint:
        port = int(endpoint.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as there:
            there.sendall(f"GET {url} HTTP/1.1\r\nHost: store.example\r\nConnection: close\r\n\r\n".encode())
            assert b"".join(iter(lambda: there.recv(1000), b"")).startswith(b"HTTP/1.1 400 ")


def test_a_tunnel(elsewhere):
    with mock_directconnect() as dx, dx.serve() as endpoint:
        say = b"GET /in HTTP/1.1\r\nHost: inside\r\nConnection: close\r\n\r\n"
        status, text = tunnel(endpoint, _name(elsewhere), say)
    assert status == "200"
    assert text.endswith('["GET", "/in", "inside", ""]')


@pytest.mark.parametrize(
    "where", [f"{AWS}:443", "169.254.169.254:443", "[fd00:ec2::254]:443", "EC2.US-EAST-1.API.AWS.:443"]
)
@pytest.mark.parametrize("others", ["moto", "block"])
def test_no_tunnel_to_what_may_not_be_reached(where, others):
    with mock_directconnect(others=others) as dx, dx.serve() as endpoint:
        status, text = tunnel(endpoint, where)
    first, rest = text.partition("\r\n")[::2]
    assert status == "403"
    assert "was called by a child process of mock_directconnect" in first
    assert rest.endswith(first.partition(" 403 ")[2] + "\n")


@pytest.mark.parametrize(
    "line",
    [
        "GET / HTTP/1.1\r\n\r\n",
        "CONNECT\r\n\r\n",
        "CONNECT a:b HTTP/1.1\r\n\r\n",
        "CONNECT a:99999 HTTP/1.1\r\n\r\n",
        "CONNECT [::1 HTTP/1.1\r\n\r\n",
        "\r\n\r\n",
        "\x00\r\n\r\n",
    ],
)
def test_what_is_no_question_for_a_tunnel(line):
    with mock_directconnect() as dx, dx.serve() as endpoint:
        assert tunnel(endpoint, "x", line=line)[0] == "400"
        assert tunnel(endpoint, f"{AWS}:443")[0] == "403"


@pytest.mark.parametrize("others", ["moto", "block", "pass"])
@pytest.mark.parametrize("allow", [[], ["*.amazonaws.com", "169.254.169.254"]])
@pytest.mark.parametrize(
    "host", [AWS, "directconnect.us-east-1.amazonaws.com", "169.254.169.254", "store.example"]
)
def test_the_same_table(host, allow, others):
    """As for libraries without a door in this process: nothing encrypted can be answered."""
    with mock_directconnect(others=others, allow_hosts=allow) as dx:
        why = ways_out.refusal(dx.world, host)
    refused = host != "store.example" and (host.startswith("directconnect") or (others != "pass" and not allow))
    assert (why is not None) is refused


def test_the_proxy_of_this_process_is_asked(elsewhere, monkeypatch):
    """Where there is one, and it is meant for the host."""
    proxy = f"http://me:p%40ss@{_name(elsewhere)}"
    for name in ("https_proxy", "HTTPS_PROXY", "http_proxy"):
        monkeypatch.setenv(name, proxy)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    with mock_directconnect() as dx, dx.serve() as endpoint:
        status, text = tunnel(endpoint, "store.example:8443")
        assert (status, "through the proxy of this process" in text) == ("200", True)
        whose = "Basic " + base64.b64encode(b"me:p@ss").decode()
        assert elsewhere.asked == [("store.example:8443", whose)]
        assert tunnel(endpoint, f"{AWS}:443")[0] == "403"
        found = urllib3.ProxyManager(endpoint.url).request("GET", "http://store.example/x", retries=False)
        assert json.loads(found.data)[1] == "http://store.example/x"
        say = b"GET /in HTTP/1.1\r\nHost: inside\r\nConnection: close\r\n\r\n"
        assert tunnel(endpoint, _name(elsewhere), say)[1].endswith('"inside", ""]')
    assert len(elsewhere.asked) == 1


def test_a_mock_of_the_tests_own_answers_children():
    with mock_directconnect(others="block") as dx, dx.serve() as endpoint, mock_aws():
        once = Config(retries={"total_max_attempts": 1}, proxies={"http": endpoint.url})
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y", "region_name": "eu-west-1"}
        client = boto3.client("ec2", endpoint_url=endpoint.url, config=once, **keys)
        assert client.describe_vpcs()["Vpcs"]


def test_it_ends():
    """Tunnels that are open as well, and a start that fails leaves nothing."""
    with mock_directconnect() as dx:
        endpoint = dx.serve().start()
        tunnels = int(endpoint.environment["HTTPS_PROXY"].rpartition(":")[2])
        with socket.create_server(("127.0.0.1", 0)) as there:
            where = f"127.0.0.1:{there.getsockname()[1]}"
            with socket.create_connection(("127.0.0.1", tunnels), timeout=10) as here:
                here.sendall(f"CONNECT {where} HTTP/1.1\r\n\r\n".encode())
                assert b" 200 " in here.recv(100)
                endpoint.stop()
                assert here.recv(10) == b""
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", tunnels), timeout=5)
        with pytest.raises(RuntimeError, match="not running"):
            endpoint.environment  # noqa: B018


def test_a_start_that_fails(monkeypatch):
    def fail(world):
        raise OSError("no port is left")

    monkeypatch.setattr(ways_out, "Tunnels", fail)
    with mock_directconnect() as dx:
        endpoint = dx.serve()
        with pytest.raises(ServerError, match=r"can't listen on 127\.0\.0\.1: no port is left"):
            endpoint.start()
        with pytest.raises(RuntimeError, match="not running"):
            endpoint.url  # noqa: B018
