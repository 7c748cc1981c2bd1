"""Whom a server answers: not pages of other sites, whatever they ask for (issue 17)."""

from __future__ import annotations

import json
import re
import signal
import socket

import pytest

import dx_mock
from dx_mock.http_server.admission import Admission
from tests.http_server.clients import client, popen
from tests.http_server.raw import CHUNKED, TARGET, ask, end_of, plug, read, request, works

pytest.importorskip("flask")

JSON = "Content-Type: application/json\r\n"
#: one request to everything that a server answers: control API, page, both protocols, moto's services
EVERYTHING = {
    "control": request(b"", "{more}", path="/dx-mock/reset"),
    "control with a body": request(b'{"minutes": 5}', JSON + "{more}", path="/dx-mock/clock/advance"),
    "world": request(b"", "{more}", "GET", "/dx-mock/topology"),
    "json": request(headers=TARGET + "{more}"),
    "path": request(headers="{more}", path="/service/OvertureService/operation/DescribeConnections"),
    "text": request(
        b"{}",
        "Content-Type: text/plain\r\n{more}",
        path="/service/OvertureService/operation/DescribeConnections",
    ),
    "preflight": request(b"", "Access-Control-Request-Method: POST\r\n{more}", "OPTIONS"),
    "preflight of the control API": request(
        b"", "Access-Control-Request-Method: PUT\r\n{more}", "OPTIONS", "/dx-mock/snapshot"
    ),
    "moto": request(b"Action=DescribeVpcs&Version=2016-11-15", "{more}"),
    "moto by GET": request(b"", "{more}", "GET", "/?Action=DescribeVpcs&Version=2016-11-15"),
    "moto's S3": request(b"content", "{more}", "PUT", "/bucket/key"),
    "moto-api": request(b"", "{more}", path="/moto-api/reset"),
    "moto's dashboard": request(b"", "{more}", "GET", "/moto-api/"),
    "an empty body in chunks": CHUNKED[:-2] + b"{more}\r\n0\r\n\r\n",
    "a body in chunks": CHUNKED[:-2] + b"{more}\r\n2\r\n{}\r\n0\r\n\r\n",
    "HTTP/1.0": request(headers=TARGET + "{more}").replace(b"HTTP/1.1", b"HTTP/1.0"),
}


def with_headers(sent, more="", host=None):
    sent = sent.replace(b"{more}", more.encode("latin-1"))
    return sent if host is None else sent.replace(b"Host: localhost", b"Host: " + host.encode("latin-1"))


@pytest.fixture(scope="module")
def srv():
    with dx_mock.server(calls=1000) as running:
        yield running


def refused(srv, sent, status):
    """A request that is refused before anything of the server has seen it, with no header for strangers."""
    calls, before = len(srv.mock.calls), srv.mock.snapshot()
    answer, _ = ask(srv.endpoint_url, sent)
    assert answer[0] == status, answer
    assert not [name for name in answer[1] if name.startswith("access-control")]
    assert b"Traceback" not in answer[2]
    assert (len(srv.mock.calls), srv.mock.snapshot()) == (calls, before)
    return json.loads(answer[2]) if answer[2] else None


@pytest.mark.parametrize(
    "more",
    [
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
        "Origin: http://localhost:1\r\n",
        "Origin: http://localhost.evil.example\r\n",
        "Origin: chrome-extension://abcdefghijklmnop\r\n",
        "Origin: http://localhost\r\nSec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-origin, same-origin\r\n",
        "Referer: http://evil.example/page\r\n",
        "Referer: http://localhost@evil.example/page\r\n",
    ],
)
def test_pages_of_other_sites(srv, more):
    for sent in EVERYTHING.values():
        refused(srv, with_headers(sent, more), 403)


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "http://",
        "http://[",
        "localhost",
        "http://a b",
        "http://x:y",
        "http://a@b",
        "\xff",
        "http://localhost:99999",
        "http://localhost, http://localhost",
    ],
)
def test_malformed_origins(srv, origin):
    for sent in EVERYTHING.values():
        refused(srv, with_headers(sent, f"Origin: {origin}\r\n"), 400)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:80",
        "localhost.evil.example",
        "127.0.0.1.nip.io",
        "evil",
        "evil.amazonaws.com",
        "evil.localdomain",
        "directconnect.evil.example",
        "x" * 5000,
    ],
)
def test_other_names(srv, host):
    """A page that moved its own name to this machine sends the name."""
    for sent in EVERYTHING.values():
        refused(srv, with_headers(sent, "", host), 403)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "[",
        "]:x",
        "directconnect.[.amazonaws.com",
        "a:b:c",
        "\xff",
        "a b",
        "u@localhost",
        "localhost:99999",
        "localhost, localhost",
        "localhost/",
        ".",
        "a..b",
    ],
)
def test_malformed_hosts(srv, host):
    for sent in EVERYTHING.values():
        refused(srv, with_headers(sent, "", host), 400)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:80",
        "localhost.",
        "a.localhost",
        "my-world.localhost:4000",
        "127.0.0.1",
        "127.1.2.3:99",
        "[::1]",
        "[::1]:4000",
        "10.0.0.7",
        "[fe80::1]",
        "directconnect.eu-west-1.amazonaws.com",
    ],
)
def test_names_of_this_machine(srv, host):
    """And addresses, which no page can move; AWS's own names, too."""
    assert ask(srv.endpoint_url, with_headers(EVERYTHING["json"], "", host))[0][0] == 200


def test_no_host(srv):
    """HTTP/1.1 requires one; HTTP/1.0, which browsers don't speak, does not."""
    sent = request(headers=TARGET).replace(b"Host: localhost\r\n", b"")
    assert ask(srv.endpoint_url, sent)[0][0] == 400
    assert ask(srv.endpoint_url, sent.replace(b"HTTP/1.1", b"HTTP/1.0"))[0][0] == 200
    s3 = request(b"", "", "GET", "/no-such-bucket").replace(b"Host: localhost\r\n", b"")
    assert ask(srv.endpoint_url, s3.replace(b"HTTP/1.1", b"HTTP/1.0"))[0][0] == 404


@pytest.mark.parametrize(
    "more",
    [
        "",
        "Sec-Fetch-Site: none\r\n",
        "Sec-Fetch-Site: same-origin\r\n",
        "Origin: {origin}\r\nSec-Fetch-Site: same-origin\r\n",
        "Origin: https://{host}\r\n",
        "Referer: {origin}/dx-mock/\r\n",
    ],
)
def test_own_pages_and_programs(srv, more):
    host = srv.endpoint_url.removeprefix("http://")
    more = more.format(origin=srv.endpoint_url, host=host)
    for what in ("control", "json", "path", "moto", "moto's dashboard"):
        assert ask(srv.endpoint_url, with_headers(EVERYTHING[what], more, host))[0][0] < 300


def test_a_link_to_the_page_may_be_followed(srv):
    """It is the same for everybody; what it asks for then is asked by itself."""
    link = "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nReferer: https://docs.example/\r\n"
    for path in ("/dx-mock/", "/dx-mock"):
        assert ask(srv.endpoint_url, request(b"", link, "GET", path))[0][0] in (200, 308)
    refused(srv, request(b"", link, "GET", "/dx-mock/?x=1"), 403)
    refused(srv, request(b"", link, "GET", "/dx-mock/health"), 403)
    refused(srv, request(b"", link, path="/dx-mock/"), 403)


def test_moto_allows_no_origin(srv):
    """Moto allows every origin to read its answers; this server's answers have no such header."""
    host = srv.endpoint_url.removeprefix("http://")
    more = f"Origin: {srv.endpoint_url}\r\n"
    answer, _ = ask(srv.endpoint_url, with_headers(EVERYTHING["moto"], more, host))
    assert answer[0] == 200
    assert not [name for name in answer[1] if name.startswith("access-control")]


def test_a_large_refused_body_is_not_kept(srv):
    """It is read so that the answer arrives, and the connection closes."""
    with plug(srv.endpoint_url) as connection:
        connection.sendall(request(b"x" * 2_000_000, "Origin: null\r\n", "PUT", "/bucket/key"))
        stream = connection.makefile("rb")
        assert read(stream)[0] == 403
        assert end_of(stream)


# --- names, tokens, addresses ------------------------------------------------------------------------------


def test_more_names():
    with dx_mock.server(host_names=["dx-mock", "*.Example.com"]) as srv:
        for host, status in {"DX-mock:4000": 200, "a.b.example.com": 200, "example.com": 403, "x": 403}.items():
            assert ask(srv.endpoint_url, request(host=host))[0][0] == status


@pytest.mark.parametrize("name", ["", "*", "a b", "http://x", "x:80", "*.*.com", "a..b", 5, None])
def test_names_that_are_none(name):
    with pytest.raises(ValueError, match="is not the name of a host"):
        dx_mock.server(host_names=[name])


@pytest.mark.parametrize("host", ["", " ", "\t", "a b", None, 5, "127.0.0.1\n"])
def test_hosts_to_listen_on_that_are_none(host):
    """An empty one would mean every address of the machine to the socket library."""
    with pytest.raises(ValueError, match="host must be an address or a name to listen on"):
        dx_mock.server(host=host)


@pytest.mark.parametrize("token", ["", "short", "with a space", "\u00e9" * 10, "x" * 1000, 5])
def test_tokens_that_are_none(token):
    with pytest.raises(ValueError, match="a token has 8 to 512"):
        Admission(token=token)


def test_beyond_the_loopback():
    """Somebody has to say that it is meant; there is an address to use, and a warning."""
    with pytest.raises(RuntimeError, match=r"on 0\.0\.0\.0 everybody .* \(i_know_it_is_open"):
        dx_mock.server(host="0.0.0.0").start()
    with dx_mock.server() as srv:
        assert srv.warning is None
    with dx_mock.server(host="0.0.0.0", i_know_it_is_open=True) as srv:
        assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+", srv.endpoint_url)
        assert "whoever reaches the port" in srv.warning
        assert works(srv.endpoint_url)
    with dx_mock.server(host="0.0.0.0", token="secret-token") as srv:
        assert "whoever has the token" in srv.warning


TOKEN = "secret-token"


@pytest.fixture(scope="module")
def guarded():
    with dx_mock.server(token=TOKEN) as running:
        yield running


@pytest.mark.parametrize(
    "more",
    [
        "",
        "Authorization: Bearer wrong-token\r\n",
        "Authorization: Bearer\r\n",
        "X-Amz-Security-Token: \xff\r\n",
        f"Authorization: {TOKEN}\r\n",
    ],
)
def test_without_the_token(guarded, more):
    for sent in EVERYTHING.values():
        refused(guarded, with_headers(sent, more), 401)


def test_with_the_token(guarded):
    for more in (f"Authorization: Bearer {TOKEN}\r\n", f"X-Amz-Security-Token: {TOKEN}\r\n"):
        for what in ("control", "json", "path", "moto", "moto's dashboard"):
            assert ask(guarded.endpoint_url, with_headers(EVERYTHING[what], more))[0][0] < 300
    for path in ("/dx-mock/", "/dx-mock/health"):
        assert ask(guarded.endpoint_url, request(b"", "", "GET", path))[0][0] == 200
    refused(guarded, request(b"", "", "GET", "/dx-mock/health?x=1"), 401)


def test_clients_with_the_token(guarded):
    """As the session token of their credentials, in headers and presigned URLs; a role's own from there on."""
    keys = {"aws_session_token": TOKEN}
    assert client(guarded.endpoint_url, **keys).describe_connections()["connections"] == []
    sts = client(guarded.endpoint_url, "sts", **keys)
    role = sts.assume_role(RoleArn="arn:aws:iam::222222222222:role/r", RoleSessionName="session")["Credentials"]
    names = {
        "AccessKeyId": "aws_access_key_id",
        "SecretAccessKey": "aws_secret_access_key",
        "SessionToken": "aws_session_token",
    }
    found = {own: role[name] for name, own in names.items()}
    assert client(guarded.endpoint_url, "sts", **found).get_caller_identity()["Account"] == "222222222222"
    assert client(guarded.endpoint_url, **found).describe_connections()["connections"] == []
    url = client(guarded.endpoint_url, "sts", **keys).generate_presigned_url("get_caller_identity", {})
    sent = request(b"", "", "GET", "/?" + url.partition("?")[2])
    assert ask(guarded.endpoint_url, sent)[0][0] == 200
    with pytest.raises(Exception, match="this server wants its token"):
        client(guarded.endpoint_url).describe_connections()


# --- accounts and lengths ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "account",
    [
        "x",
        "12345678901",
        "1234567890123",
        "\xb2" * 12,
        "123456789012, 123456789012",
        "../../etc",
        "12345678901a",
    ],
)
def test_accounts_that_are_none(srv, account):
    for what in ("json", "path", "moto", "moto's S3"):
        found = refused(srv, with_headers(EVERYTHING[what], f"x-moto-account-id: {account}\r\n"), 400)
        assert "x-moto-account-id must have twelve digits" in found["message"]


def test_accounts_that_are_none_in_process():
    requests = pytest.importorskip("requests")
    headers = {"X-Amz-Target": "OvertureService.DescribeConnections", "x-moto-account-id": "x"}
    with dx_mock.mock_directconnect() as dx:
        url = "https://directconnect.us-east-1.amazonaws.com/"
        answer = requests.post(url, data=b"{}", headers=headers, timeout=10)
        assert answer.status_code == 400
        assert answer.json()["message"] == "The header x-moto-account-id must have twelve digits, not x."
        assert dx.calls == []


def test_two_lengths_close_the_connection(srv):
    """Proxies that go by the other length would take what follows for another request, or not."""
    hidden = request(headers="X-Amz-Target: OvertureService.DescribeLags\r\n")
    chunked = CHUNKED.replace(b"Transfer-Encoding", b"Content-Length: 4\r\nTransfer-Encoding")
    old = CHUNKED.replace(b"HTTP/1.1", b"HTTP/1.0")
    for sent in (chunked + b"2\r\n{}\r\n0\r\n\r\n" + hidden, old + b"2\r\n{}\r\n0\r\n\r\n" + hidden):
        with plug(srv.endpoint_url) as connection:
            connection.sendall(sent)
            stream = connection.makefile("rb")
            answer = read(stream)
            assert answer[0] == 400
            assert answer[1]["connection"] == "close"
            assert end_of(stream)
    assert srv.mock.calls.of("DescribeLags") == []


# --- the command -------------------------------------------------------------------------------------------


def ended(process):
    process.send_signal(signal.SIGTERM)
    found = process.communicate(timeout=30)
    assert process.returncode == 0
    return found


def test_the_command_beyond_the_loopback():
    """One warning on standard error with an address for others, and an address to use here."""
    process = popen("--json", "--host", "0.0.0.0", "--token")
    try:
        ready = json.loads(process.stdout.readline())
        assert ready["endpoint_url"].startswith("http://127.0.0.1:")
        assert ready["page_url"] == f"{ready['endpoint_url']}/dx-mock/#token={ready['token']}"
        bearer = f"Authorization: Bearer {ready['token']}\r\n"
        assert ask(ready["endpoint_url"], request(headers=TARGET + bearer))[0][0] == 200
        assert ask(ready["endpoint_url"], request())[0][0] == 401
        _, errors = ended(process)
        assert re.fullmatch(
            r"dx-mock: listening beyond the loopback: whoever has the token .* http://\S+\n", errors
        )
    finally:
        process.kill()
        process.communicate()


def test_a_token_that_is_given_is_not_printed(monkeypatch):
    monkeypatch.setenv("DX_MOCK_TOKEN", "a-token-of-the-environment")
    process = popen()
    try:
        line = process.stdout.readline()
        url = re.fullmatch(r"dx-mock is ready: (\S+)\n", line)[1]
        assert ask(url, request())[0][0] == 401
        assert ended(process) == ("", "")
    finally:
        process.kill()
        process.communicate()


def test_a_host_by_name():
    """Its own name is one of those that it answers to."""
    with dx_mock.server(host=socket.gethostname(), i_know_it_is_open=True) as srv:
        assert works(srv.endpoint_url)
        assert ask(srv.endpoint_url, request(host=socket.gethostname()))[0][0] == 200
