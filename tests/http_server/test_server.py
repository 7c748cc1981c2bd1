"""The server: the same world over HTTP, moto's services beside it (issue: server)."""

from __future__ import annotations

import http.client
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import boto3
import pytest
import requests
from botocore.config import Config

import dx_mock
from dx_mock import mock_directconnect
from dx_mock.http_server.server import ServerError
from tests.helpers import CONNECTION, CUSTOMER, PARTNER, connect

pytest.importorskip("flask")


@pytest.fixture
def srv():
    """A running server."""
    with dx_mock.server(partners=[PARTNER]) as running:
        yield running


def client(srv, service="directconnect", account="123456789012", region="us-east-1", **more):
    """A client of the server that acts as an account."""
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=srv.endpoint_url,
        aws_access_key_id=account,
        aws_secret_access_key="x",
        **more,
    )


def test_a_world_over_http(srv):
    made = connect(client(srv))
    (shown,) = client(srv).describe_connections()["connections"]
    assert (shown["connectionId"], shown["connectionState"]) == (made, "available")
    assert shown["ownerAccount"] == "123456789012"
    assert client(srv, account=CUSTOMER).describe_connections()["connections"] == []
    assert client(srv, region="us-west-2").describe_connections()["connections"] == []


def test_a_browser_is_led_to_the_page(srv):
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    led = requests.get(srv.endpoint_url, headers=accept, timeout=10)
    assert [each.status_code for each in led.history] == [303]
    assert led.url == f"{srv.endpoint_url}/dx-mock/"
    assert "<title>dx_mock</title>" in led.text
    for method, url, headers in (
        ("GET", "/", {}),
        ("GET", "/?list-type=2", accept),
        (
            "GET",
            "/",
            {**accept, "Authorization": "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request"},
        ),
        ("POST", "/", accept),
    ):
        asked = requests.request(
            method, srv.endpoint_url + url, headers=headers, timeout=10, allow_redirects=False
        )
        assert asked.status_code != 303, (method, url)


def test_buckets_are_listed_still(srv):
    """``GET /`` is S3's ListBuckets."""
    s3 = client(srv, "s3")
    s3.create_bucket(Bucket="bucket")
    assert "bucket" in [
        each["Name"] for each in s3.list_buckets()["Buckets"]
    ]  # servers of a process share moto
    s3.delete_bucket(Bucket="bucket")


def test_the_hands_of_the_server(srv):
    made = connect(client(srv))
    client(srv).describe_connections()
    srv.mock.link_down(made)
    assert client(srv).describe_connections()["connections"][0]["connectionState"] == "down"
    assert srv.mock.calls.assert_called("CreateConnection", bandwidth="1Gbps")
    assert made in srv.mock.topology().to_text()


def test_clients_of_the_servers_mock_go_to_the_server():
    """They act as the account that was asked for, also while another mock is active, and never go to AWS."""
    server = dx_mock.server()
    with mock_directconnect() as other, server:
        made = connect(server.mock.client("eu-west-1", CUSTOMER), location="EqLD5")
        (shown,) = client(server, account=CUSTOMER, region="eu-west-1").describe_connections()["connections"]
        assert (shown["connectionId"], shown["ownerAccount"]) == (made, CUSTOMER)
        assert other.client("eu-west-1", CUSTOMER).describe_connections()["connections"] == []
    with pytest.raises(RuntimeError, match="this server is not running"):
        server.mock.client()


def test_the_mock_of_a_server_ends_with_it(srv):
    """Also after another service was called, which is answered in its world."""
    client(srv, "sts").get_caller_identity()
    with pytest.raises(RuntimeError, match="that of a server; stop the server"):
        srv.mock.stop()
    assert client(srv).describe_connections()["connections"] == []


def test_errors_over_http(srv):
    dx = client(srv)
    with pytest.raises(dx.exceptions.DirectConnectClientException, match="Lag ID x has an invalid format"):
        dx.describe_lags(lagId="x")


def test_binary_and_times_over_http(srv):
    made = connect(client(srv))
    client(srv).describe_connections()
    assert client(srv).describe_loa(connectionId=made)["loaContent"].startswith(b"%PDF")
    (shown,) = client(srv).describe_connections()["connections"]
    assert shown["loaIssueTime"] == srv.mock.clock.now()


def test_other_services_are_motos(srv):
    vpc = client(srv, "ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    assert vpc in [each["VpcId"] for each in client(srv, "ec2").describe_vpcs()["Vpcs"]]
    assert client(srv, "sts").get_caller_identity()["Account"]


def test_large_bodies_of_other_services(srv):
    """The limit of Direct Connect's requests is not that of S3's; HEAD has a length and no body."""
    s3, content = client(srv, "s3", config=Config(s3={"addressing_style": "path"})), b"x" * (3 * 2**20)
    s3.create_bucket(Bucket="dx-mock-tests")
    s3.put_object(Bucket="dx-mock-tests", Key="a/b c?", Body=content)
    assert s3.head_object(Bucket="dx-mock-tests", Key="a/b c?")["ContentLength"] == len(content)
    assert s3.get_object(Bucket="dx-mock-tests", Key="a/b c?")["Body"].read() == content


def test_an_address_of_ipv6():
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError as problem:
        pytest.skip(f"this machine has no IPv6 on its loopback interface: {problem}")
    with dx_mock.server(host="::1") as srv:
        assert srv.endpoint_url.startswith("http://[::1]:")
        assert client(srv).describe_connections()["connections"] == []


def test_gateways_of_ec2_are_known(srv):
    """Associations are checked against the EC2 of the same server."""
    vgw = client(srv, "ec2").create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    vpc = client(srv, "ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    client(srv, "ec2").attach_vpn_gateway(VpnGatewayId=vgw, VpcId=vpc)
    made = client(srv).create_direct_connect_gateway(directConnectGatewayName="g")["directConnectGateway"]
    association = client(srv).create_direct_connect_gateway_association(
        directConnectGatewayId=made["directConnectGatewayId"], gatewayId=vgw
    )["directConnectGatewayAssociation"]
    assert association["allowedPrefixesToDirectConnectGateway"] == [{"cidr": "10.9.0.0/16"}]


def test_servers_keep_their_own_worlds(srv):
    connect(client(srv))
    with dx_mock.server() as other:
        assert other.endpoint_url != srv.endpoint_url
        assert client(other).describe_connections()["connections"] == []


def test_a_server_beside_a_mock_in_the_process(srv):
    """A client of the server reaches it over the wire; all others are in the mock."""
    connect(client(srv))
    with mock_directconnect():
        assert len(client(srv).describe_connections()["connections"]) == 1
        here = boto3.client("directconnect", region_name="us-east-1")
        assert here.describe_connections()["connections"] == []


def test_a_port_that_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServerError, match=f"can.t listen on 127.0.0.1:{port}"):
            dx_mock.server(port=port).start()


def test_start_and_stop():
    srv = dx_mock.server()
    with pytest.raises(RuntimeError, match="not running"):
        _ = srv.endpoint_url
    srv.start()
    with pytest.raises(RuntimeError, match="running already"):
        srv.start()
    port = urlsplit(srv.endpoint_url).port
    srv.stop()
    srv.stop()
    socket.create_server(("127.0.0.1", port)).close()  # the port is free again


def test_wrong_settings():
    with pytest.raises(TypeError, match="unknown setting 'provisionning'"):
        dx_mock.server(provisionning="auto")


TARGET = {"X-Amz-Target": "OvertureService.DescribeConnections"}


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        (TARGET, b"{", 400, "DirectConnectClientException"),
        (TARGET, b"x" * (2**20 + 1), 413, "RequestEntityTooLargeException"),
        # chunked, two megabytes
        (TARGET, iter([b"{" * 1000] * 2000), 413, "RequestEntityTooLargeException"),
        ({"X-Amz-Target": "OvertureService.MakeCoffee"}, b"{}", 404, "UnknownOperationException"),
        ({**TARGET, "smithy-protocol": "rpc-v2-cbor"}, b"\xff\xff", 400, None),
    ],
)
def test_bad_requests_get_errors_of_the_protocol(srv, headers, body, status, code):
    """Statuses: documented, API reference, common errors."""
    answer = requests.post(srv.endpoint_url, data=body, headers=headers, timeout=10)
    assert answer.status_code == status
    if code is not None:
        assert answer.json()["__type"] == code
    assert b"Traceback" not in answer.content
    assert requests.post(srv.endpoint_url, data=b"{}", headers=TARGET, timeout=10).status_code == 200


def test_bad_chunking_and_garbage(srv):
    place = urlsplit(srv.endpoint_url)
    for sent in (
        b"POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: OvertureService.DescribeConnections\r\n"
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n"
        b"X-Amz-Target: OvertureService.DescribeConnections\r\n\r\n",
    ):
        with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(65536)
        assert b"Traceback" not in answer
    assert client(srv).describe_connections()["connections"] == []


def test_many_clients_at_once_lose_nothing(srv):
    place = urlsplit(srv.endpoint_url)

    def order(number):
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
        body = json.dumps({**CONNECTION, "location": "EqDC2", "connectionName": str(number)})
        headers = {
            "X-Amz-Target": "OvertureService.CreateConnection",
            "x-moto-account-id": f"{number:012}",
        }
        connection.request("POST", "/", body, headers)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer["connectionId"]

    with ThreadPoolExecutor(32) as pool:
        made = list(pool.map(order, range(200)))
    assert len(set(made)) == 200


def test_cbor(srv):
    """RPC v2 CBOR, which the newest model lists first: through botocore's own client of that protocol."""
    try:
        from botocore.serialize import RpcV2CBORSerializer
    except ImportError:
        pytest.skip("the installed botocore has no CBOR")
    from botocore.parsers import RpcV2CBORParser

    from dx_mock.protocol import contract

    operation = contract.service_model().operation_model("CreateConnection")
    request = RpcV2CBORSerializer().serialize_to_request(CONNECTION, operation)
    answer = requests.post(
        srv.endpoint_url + "/service/OvertureService/operation/CreateConnection",
        data=request["body"],
        headers={"smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor"},
        timeout=10,
    )
    assert answer.headers["smithy-protocol"] == "rpc-v2-cbor"
    parsed = RpcV2CBORParser().parse(
        {"body": answer.content, "headers": answer.headers, "status_code": answer.status_code},
        operation.output_shape,
    )
    assert parsed["connectionState"] == "requested"


def test_retries_are_botocores(srv):
    """A client of the server is a client like any other: signature, transport, retries."""
    dx = client(srv, config=Config(retries={"mode": "standard", "max_attempts": 2}))
    assert dx.describe_connections()["ResponseMetadata"]["RetryAttempts"] == 0


def test_moto_answers_itself_beside_a_server():
    """A mock of moto's in the process of a server keeps its own Direct Connect."""
    from moto import mock_aws

    with dx_mock.server() as srv, mock_aws():
        client = boto3.client("directconnect", region_name="us-east-1")
        client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="moto's")
        assert len(client.describe_connections()["connections"]) == 1
        assert srv.mock.calls == []
