"""An answer leaves in one send(), so that a client which has its head has its body, too (issue 17)."""

from __future__ import annotations

import pytest

import dx_mock
from tests.http_server.clients import client
from tests.http_server.raw import CHUNKED, plug, read, request

pytest.importorskip("flask")


@pytest.fixture
def sends(monkeypatch):
    """What each call of the channels' ``send`` was given."""
    from dx_mock.http_server import sockets

    found = []
    send = sockets._Channel.send

    def recording(self, data, do_close=True):
        found.append(bytes(data))
        return send(self, data, do_close)

    monkeypatch.setattr(sockets._Channel, "send", recording)
    return found


@pytest.fixture
def srv():
    with dx_mock.server() as running:
        yield running


def ask(srv, sent):
    with plug(srv.endpoint_url) as connection:
        connection.sendall(sent)
        return read(connection.makefile("rb"))


CONTROL = "Content-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request(), 200),
        (request(b'{"lagId": "x"}', "X-Amz-Target: OvertureService.DescribeLags\r\n"), 400),
        (request(headers="X-Amz-Target: OvertureService.MakeCoffee\r\n"), 404),
        (request(b"x" * (2**20 + 1)), 413),
        (CHUNKED + b"zz\r\n", 400),
        (request(b"", "", "GET", "/dx-mock/clock"), 200),
        (request(b"", "", "GET", "/dx-mock/nothing"), 404),
        (request(b'{"minutes": 5}', CONTROL, path="/dx-mock/clock/advance"), 200),
        (request(headers="X-Amz-Target: OvertureService.DescribeLocations\r\n"), 200),
    ],
)
def test_answers_of_dx_mock(srv, sends, sent, status):
    assert ask(srv, sent)[0] == status
    assert len(sends) == 1


def test_answers_of_moto(srv, sends):
    """Good ones, refusals, and ones without a body."""
    ec2, s3, sts = (client(srv.endpoint_url, service) for service in ("ec2", "s3", "sts"))
    calls = [
        lambda: ec2.describe_vpcs(),
        lambda: sts.get_caller_identity(),
        lambda: s3.create_bucket(Bucket="bucket"),
        lambda: s3.head_bucket(Bucket="bucket"),
        lambda: s3.delete_bucket(Bucket="bucket"),
    ]
    for call in calls:
        del sends[:]
        call()
        assert len(sends) == 1, sends
    del sends[:]
    with pytest.raises(ec2.exceptions.ClientError):
        ec2.describe_vpcs(VpcIds=["vpc-12345678"])
    assert len(sends) == 1


def test_an_answer_that_the_application_gives_in_parts(sends):
    """Head, chunks and the last chunk fit into one packet; what is large leaves in pieces of about 64 kB."""
    from dx_mock.http_server import server, sockets

    parts = [b"one", b"", b"two"]

    def application(self, environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return iter(parts)

    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(server.Application, "__call__", application)
        with dx_mock.server() as srv:
            for more in (0, 20):
                parts += [b"x" * 10_000] * more
                del sends[:]
                with plug(srv.endpoint_url) as connection:
                    connection.sendall(request())
                    content = b"".join(iter(lambda: connection.recv(65536), b""))
                head, _, body = content.partition(b"\r\n\r\n")
                assert b"chunked" in head
                assert body.startswith(b"3\r\none\r\n3\r\ntwo\r\n")
                assert body.endswith(b"\r\n0\r\n\r\n")
                assert body.count(b"x") == 10_000 * more
                assert len(sends) <= 1 + more * 10_000 // sockets._PIECE
                assert b"".join(sends) == content


def test_pipelined_requests(srv, sends):
    """One send() for each of the answers, in order."""
    second = request(headers="X-Amz-Target: OvertureService.DescribeLags\r\n")
    with plug(srv.endpoint_url) as connection:
        connection.sendall(request() + second + request())
        stream = connection.makefile("rb")
        bodies = [read(stream)[2] for _ in range(3)]
    assert bodies == [b'{"connections":[]}', b'{"lags":[]}', b'{"connections":[]}']
    assert len(sends) == 3
