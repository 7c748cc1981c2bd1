"""Libraries of C, and gevent, in an environment of their own; run by ``test_c_libraries.py``."""

import sys

import boto3
import pytest

from dx_mock import mock_directconnect
from dx_mock.doors.other_services import RefusedLookupError

AWS = "ec2.us-east-1.amazonaws.com"
METADATA = "169.254.169.254"


@pytest.fixture(autouse=True)
def before():
    """Everything is the very object of before."""
    import awscrt.aio.http
    import awscrt.http
    import awscrt.mqtt
    import awscrt.mqtt5
    import awscrt.s3
    import gevent.socket
    import pycurl

    owners = [
        pycurl,
        gevent.socket,
        awscrt.http.HttpClientConnection,
        awscrt.http.HttpClientConnectionBase,
        awscrt.s3.S3Client,
        awscrt.mqtt.Connection,
        awscrt.mqtt5.Client,
    ]
    there = [dict(vars(owner)) for owner in owners]
    yield
    assert [dict(vars(owner)) for owner in owners] == there


# --- pycurl ------------------------------------------------------------------------------------------------


def easy(url):
    import pycurl

    handle = pycurl.Curl()
    handle.setopt(pycurl.URL, url)
    handle.setopt(pycurl.CONNECTTIMEOUT_MS, 500)
    handle.perform()


def by_string(url):
    import pycurl

    pycurl.Curl().setopt_string(pycurl.URL, url)


def subclass(url):
    import pycurl

    class Mine(pycurl.Curl):
        pass

    Mine().setopt(pycurl.URL, url)


def multi(url):
    import pycurl

    together, handle = pycurl.CurlMulti(), pycurl.Curl()
    together.add_handle(handle)
    handle.setopt(pycurl.URL, url)


@pytest.mark.parametrize("way", [easy, by_string, subclass, multi])
@pytest.mark.parametrize(
    "url", [f"https://{AWS}/", AWS, f"http://{METADATA}/latest", f"HTTPS://{AWS}".encode()]
)
def test_pycurl(way, url):
    import pycurl

    if way is by_string and isinstance(url, bytes):
        url = url.decode()
    with mock_directconnect(), pytest.raises(pycurl.error, match="was looked up inside mock_direct") as caught:
        way(url)
    assert caught.value.args[0] == pycurl.E_COULDNT_CONNECT
    assert isinstance(caught.value.__cause__, RefusedLookupError)


def test_pycurl_goes_on_elsewhere():
    import pycurl

    with mock_directconnect(), pytest.raises(pycurl.error, match=r"127\.0\.0\.1"):
        easy("http://127.0.0.1:9/")
    with mock_directconnect(others="pass"):
        kept = pycurl.Curl()
        kept.setopt(pycurl.URL, f"https://{AWS}/")
    kept.setopt(pycurl.URL, f"https://{AWS}/")
    with mock_directconnect(), pytest.raises(pycurl.error, match="was looked up inside"):
        kept.duphandle().setopt(pycurl.URL, AWS)


# --- awscrt ------------------------------------------------------------------------------------------------


def http(host):
    import awscrt.http

    return awscrt.http.HttpClientConnection.new(host_name=host, port=443)


def aio_http(host):
    import asyncio

    import awscrt.aio.http

    return asyncio.run(awscrt.aio.http.AIOHttpClientConnection.new(host_name=host, port=443))


def mqtt(host):
    import awscrt.mqtt

    client = awscrt.mqtt.Client()
    return awscrt.mqtt.Connection(client=client, host_name=host, port=8883, client_id="c").connect()


def mqtt5(host):
    import awscrt.mqtt5

    return awscrt.mqtt5.Client(awscrt.mqtt5.ClientOptions(host_name=host, port=8883))


@pytest.mark.parametrize("way", [http, aio_http, mqtt, mqtt5])
@pytest.mark.parametrize("host", [AWS, "data.iot.us-east-1.amazonaws.com", METADATA])
def test_awscrt(way, host):
    with mock_directconnect(), pytest.raises(RefusedLookupError):
        way(host)


def test_transfers_to_s3_by_awscrt(tmp_path):
    """As boto3 does by itself on large instances."""
    from boto3.s3.transfer import TransferConfig

    (tmp_path / "file").write_text("text")
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y", "region_name": "us-east-1"}
    with mock_directconnect():
        client = boto3.client("s3", **keys)
        client.create_bucket(Bucket="bucket")
        preferred = TransferConfig(preferred_transfer_client="crt")
        with pytest.raises(Exception, match="was looked up inside mock_directconnect"):
            client.upload_file(str(tmp_path / "file"), "bucket", "key", Config=preferred)
        client.upload_file(str(tmp_path / "file"), "bucket", "key")
        assert client.get_object(Bucket="bucket", Key="key")["Body"].read() == b"text"


# --- gevent ------------------------------------------------------------------------------------------------

GEVENT = """
from gevent import monkey
monkey.patch_all()
import socket, http.client, gevent, gevent.socket
from dx_mock import mock_directconnect
before = dict(vars(socket)), dict(vars(gevent.socket)), dict(vars(socket.socket))
with mock_directconnect() as dx:
    for ask in (
        lambda: socket.create_connection(("AWS", 443), timeout=5),
        lambda: socket.getaddrinfo("AWS", 443),
        lambda: socket.gethostbyname("AWS"),
        lambda: http.client.HTTPSConnection("AWS", timeout=5).request("GET", "/"),
        lambda: socket.socket().connect(("METADATA", 80)),
    ):
        try:
            gevent.spawn(ask).get(timeout=20)
        except OSError as error:
            assert "was looked up inside" in str(error), error
        else:
            raise AssertionError("it left")
    assert gevent.spawn(lambda: dx.client().describe_connections()["connections"]).get(timeout=20) == []
assert (dict(vars(socket)), dict(vars(gevent.socket)), dict(vars(socket.socket))) == before
"""


def test_gevent():
    import subprocess

    code = GEVENT.replace("AWS", AWS).replace("METADATA", METADATA)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
