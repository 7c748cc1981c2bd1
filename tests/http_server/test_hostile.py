"""Calls and bodies that nobody in their right mind would send: refused, never a crash (issue: server)."""

from __future__ import annotations

import json

import pytest

import dx_mock
from tests.helpers import connect, has
from tests.http_server.clients import client
from tests.http_server.raw import LIMIT, TARGET, ask, plug, read, refusal, request, works

pytest.importorskip("flask")


@pytest.fixture
def srv(capfd):
    """A running server that writes nothing to the console, whatever it is sent."""
    with dx_mock.server() as running:
        yield running
    assert capfd.readouterr() == ("", "")


# --- what is no call ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("headers", ["", TARGET])
def test_other_methods(srv, method, headers):
    """Guessed: Direct Connect's operations are POSTed, whatever the target says."""
    sent = request(b"", headers, method, host="directconnect.eu-west-1.amazonaws.com")
    code, message = refusal(ask(srv.endpoint_url, sent)[0])
    assert code == "UnknownOperationException"
    assert f"The {method} request" in message


def test_head_has_no_body(srv):
    with plug(srv.endpoint_url) as connection:
        connection.sendall(request(b"", TARGET, "HEAD"))
        received = connection.makefile("rb").read()
    assert received.startswith(b"HTTP/1.1 404 ")
    assert received.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "headers",
    [
        "",
        "X-Amz-Target: \r\n",
        "X-Amz-Target: OvertureService.\r\n",
        "X-Amz-Target: OvertureService.describeconnections\r\n",
        "X-Amz-Target: OvertureService.DescribeConnections.\r\n",
        "X-Amz-Target: OvertureService.DescribeConnections, OvertureService.DescribeConnections\r\n",
        "X-Amz-Target: DynamoDB_20120810.ListTables\r\n",
        "X-Amz-Target: OvertureService.\xff\xfe\r\n",
        f"X-Amz-Target: OvertureService.{'x' * 10_000}\r\n",
    ],
)
def test_targets_that_are_none(srv, headers):
    """An operation that the model lacks is UnknownOperationException (documented: AWS JSON 1.1)."""
    sent = request(b"{}", headers, host="directconnect.us-east-1.amazonaws.com")
    code, message = refusal(ask(srv.endpoint_url, sent)[0])
    assert code == "UnknownOperationException"
    assert len(message) < 600


@pytest.mark.parametrize(
    "headers",
    [
        "",
        "Content-Type: text/html\r\n",
        "Content-Type: application/json; charset=utf-16\r\n",
        "Content-Type: \xff\r\n",
        "Authorization: nonsense\r\n",
        "Authorization: AWS4-HMAC-SHA256 Credential=///directconnect/aws4_request\r\n",
        "x-moto-account-id: \r\n",
        "Accept-Encoding: gzip\r\nExpect: 100-continue\r\n",
    ],
)
def test_headers_that_do_not_matter(srv, headers):
    sent = request(b"{}", TARGET + headers)
    with plug(srv.endpoint_url) as connection:
        connection.sendall(sent)
        stream = connection.makefile("rb")
        if "Expect" in headers:
            assert stream.readline() == b"HTTP/1.1 100 Continue\r\n"
            assert stream.readline() == b"\r\n"
        assert read(stream)[0] == 200


# --- bodies ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{", "not a valid JSON object"),
        (b"null", "expected an object"),
        (b'"x"', "expected an object"),
        (b"\xff\xfe{}", "not a valid JSON object"),
        (b'{"connectionId": "\xc3"}', "not a valid JSON object"),
        (b"\xef\xbb\xbf{}", "not a valid JSON object"),
        ("{}".encode("utf-16"), "not a valid JSON object"),
        (b"[" * 500_000, "nested too deeply"),
        (b'{"x":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
        (b'{"maxResults": NaN}', "NaN is not JSON"),
        (b'{"maxResults": -Infinity}', "-Infinity is not JSON"),
        (b'{"maxResults": ' + b"9" * 100_000 + b"}", "a number is too long"),
        (b'{"maxResults": ' + b"9" * 400 + b"}", "can not be converted to an Integer"),
        (b'{"maxResults": 1e999}', "can not be converted to an Integer"),
        (b'{"maxResults": 1.5}', "can not be converted to an Integer"),
        (b'{"connectionId": "\\ud800"}', "Connection ID ? has an invalid format"),
        (b'{"connectionId": "\\u0000"}', "has an invalid format"),
        (b'{"connectionId": "' + b"x" * 1_000_000 + b'"}', "has an invalid format"),
        (b"x" * (LIMIT + 1), "larger than 1048576 bytes"),
    ],
)
def test_bodies_that_are_refused(srv, body, text):
    if "can not be converted" in text and not has("DescribeConnections.maxResults"):
        pytest.skip("the installed botocore has no maxResults, so that its value does not matter")
    answer, closed = ask(srv.endpoint_url, request(body))
    code, message = refusal(answer)
    large = len(body) > LIMIT  # documented: API reference, common errors
    assert (answer[0], code) == (
        (413, "RequestEntityTooLargeException") if large else (400, "DirectConnectClientException")
    )
    assert text in message
    assert closed  # recorded: connection: close
    assert works(srv.endpoint_url)


def test_the_last_of_two_members_counts(srv):
    """Guessed: as the JSON parsers of Java and Python have it."""
    answer, _ = ask(srv.endpoint_url, request(b'{"connectionId": "x", "connectionId": null}'))
    assert answer[0] == 200


def test_half_a_surrogate_pair_does_not_come_back(srv):
    """No UTF-8 has one: a question mark stands for it, as where Java writes one (guessed)."""
    made = connect(client(srv.endpoint_url))
    arn = f"arn:aws:directconnect:us-east-1:123456789012:dxcon/{made}"
    body = json.dumps({"resourceArn": arn, "tags": [{"key": "k", "value": "\ud83d \U0001f600"}]}).encode()
    answer, _ = ask(srv.endpoint_url, request(body, "X-Amz-Target: OvertureService.TagResource\r\n"))
    assert b"\xed\xa0" not in answer[2]
    assert json.loads(answer[2]) is not None


@pytest.mark.parametrize(
    "body",
    [b"\xff", b"\xbf", b"\x81" * 100_000, b"\xa1\x80\x01", b"\xa1\x61a\x5b" + b"\x7f" * 8, b"\x83\x01"],
)  # fmt: skip
def test_cbor_that_is_none(srv, body):
    """Errors of RPC v2 CBOR are CBOR."""
    pytest.importorskip("botocore.serialize").__dict__.get("RpcV2CBORSerializer") or pytest.skip("no CBOR")
    headers = "smithy-protocol: rpc-v2-cbor\r\n"
    path = "/service/OvertureService/operation/DescribeConnections"
    (status, found, content), _ = ask(srv.endpoint_url, request(body, headers, path=path))
    assert (status, found["content-type"], found["smithy-protocol"]) == (400, "application/cbor", "rpc-v2-cbor")
    assert b"The request body is not a valid CBOR map" in content


# --- moto's services ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sent",
    [
        request(b"", "", "GET"),
        request(b"\xff" * 100, "", "POST", path="/%ff%00"),
        request(b"Action=Nonsense&Version=1", "Content-Type: application/x-www-form-urlencoded\r\n"),
        request(b"{}", "X-Amz-Target: nonsense\r\n"),
        request(b"{", "X-Amz-Target: DynamoDB_2012.X\r\nAuthorization: AWS4 Credential=a/b/c/dynamodb/x\r\n"),
        request(b"", "Authorization: AWS4-HMAC-SHA256 Credential=a/b/c/nonsense/aws4_request\r\n"),
    ],
)  # fmt: skip
def test_garbage_for_other_services(sent, capfd):
    """It answers as it likes; where it fails, the client reads one sentence, and nobody a traceback."""
    with dx_mock.server() as srv:
        (status, _, body), _ = ask(srv.endpoint_url, sent)
        assert works(srv.endpoint_url)
    assert 200 <= status < 600
    assert b"Traceback" not in body
    assert capfd.readouterr().err == ""
