"""Endpoints that answer wrongly, slowly or not at all: a clear report and an exit code, never a traceback."""

from __future__ import annotations

import gc
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest
from botocore.config import Config

from dx_mock import conform
from dx_mock.__main__ import main

ONLY = [
    "describe-connections-all",
    "describe-lags-unknown",
    "gateway-life",
    "describe-tags-unknown",
    "describe-lags-malformed",
]


def client(url, **config):
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    given = {"parameter_validation": False, "retries": {"max_attempts": 0}, "read_timeout": 1, **config}
    return boto3.client(
        "directconnect", region_name="us-east-1", endpoint_url=url, config=Config(**given), **keys
    )


class Endpoint:
    """A server on this machine that answers every request with the same bytes."""

    def __init__(self, answer):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.server.requests.append(self.headers.get("X-Amz-Target", ""))
                answer(self)

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None
        self.server.requests = []
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def says(status, body, kind="application/x-amz-json-1.1", **headers):
    """Return a way to answer."""

    def answer(handler):
        handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def breaks(handler):
    handler.connection.shutdown(socket.SHUT_RDWR)


def truncates(handler):
    says(200, b'{"connections": [', Content_Length="5000")(handler)
    handler.close_connection = True


def hangs(handler):
    time.sleep(5)


def drips(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(80):
        handler.wfile.write(b" ")
        time.sleep(0.1)


def raw(data):
    def answer(handler):
        handler.wfile.write(data)
        handler.close_connection = True

    return answer


ANSWERS = {
    "wrong JSON": says(200, b'{"connections": '),
    "JSON of another shape": says(200, b'{"connections": {"a": 5}, "lags": 7, "directConnectGateway": "x"}'),
    "a list": says(200, b"[1, 2, 3]"),
    "a number": says(200, b"5"),
    "null": says(200, b"null"),
    "nothing": says(200, b""),
    "bytes that are no text": says(200, bytes(range(256))),
    "HTML": says(200, b"<html><body>Please log in</body></html>", "text/html"),
    "a 200 with an error": says(200, b'{"__type": "InternalFailure", "message": "no"}'),
    "500 of AWS": says(500, b'{"__type": "InternalFailure", "message": "no"}'),
    "500 with HTML": says(500, b"<html>oops</html>", "text/html"),
    "502": says(502, b"", "text/plain"),
    "503": says(503, b"slow down", "text/plain"),
    "403 of a proxy": says(403, b"<html>denied by Acme proxy</html>", "text/html"),
    "404": says(404, b"not here", "text/plain"),
    "a redirect": says(302, b"", Location="https://elsewhere.example/"),
    "a redirect to itself": says(307, b"", Location="/"),
    "an error without a message": says(400, b'{"__type": "DirectConnectClientException"}'),
    "an error whose message is a list": says(400, b'{"__type": "SomeException", "message": [1]}'),
    "an error whose type is a number": says(400, b'{"__type": 5, "message": {}}'),
    "a type of odd characters": says(400, b'{"__type": "<script>alert(1)</script>", "message": "no"}'),
    "a broken connection": breaks,
    "a truncated body": truncates,
    "no HTTP": raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "a status that is none": raw(b"HTTP/1.1 abc def\r\n\r\n"),
    "endless headers": raw(b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 500 + b"\r\n"),
    "a body of many megabytes": says(400, b'{"__type": "X", "message": "' + b"a@b:c-" * 10**6 + b'"}'),
}  # fmt: skip


# botocore leaves a connection that broke off within a body to the garbage collector: collected at once, below.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_becomes_a_report(name):
    with Endpoint(ANSWERS[name]) as endpoint:
        report = conform.run(client(endpoint.url), "free", only=ONLY, pause=0, time_limit=30)
    gc.collect()
    assert report.exit_code in {1, 2}
    assert len(list(report)) == len(ONLY)
    assert report.count("same") == 0
    assert "differs" in report.to_text()
    text = report.to_json() + report.to_html() + report.to_text()
    assert json.loads(report.to_json())["findings"]
    for word in ("Traceback", "Acme", "<script>", "elsewhere", "OpenSSH"):
        assert word not in text


def test_what_may_have_been_made_is_named():
    """The answer to CreateDirectConnectGateway is an error of the server: nobody knows."""
    with Endpoint(ANSWERS["500 of AWS"]) as endpoint:
        report = conform.run(client(endpoint.url), "free", only=["gateway-life"], pause=0)
    (left,) = report.left
    assert left.startswith(
        "look with 'aws directconnect describe-direct-connect-gateways' for dx-mock-conform-"
    )
    assert left.endswith(
        "aws directconnect delete-direct-connect-gateway --direct-connect-gateway-id <gateway>"
    )
    assert "dx-mock-conform-" not in report.to_json() + report.to_html() + report.to_text()


def test_nobody_is_there():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        report = conform.run(client(f"http://127.0.0.1:{taken.getsockname()[1]}"), pause=0)
    assert report.exit_code == 2
    assert report.interrupted == (
        "the last 3 questions had no answer that a client can read (EndpointConnectionError)"
    )
    assert report.count("not asked") == len(list(report)) - 3


def test_an_endpoint_that_hangs_ends_the_run():
    with Endpoint(hangs) as endpoint:
        begun = time.monotonic()
        report = conform.run(client(endpoint.url), pause=0)
    assert time.monotonic() - begun < 30
    assert report.exit_code == 2
    assert report.interrupted == "the last 3 questions had no answer that a client can read (ReadTimeoutError)"


def test_the_time_of_a_run_ends():
    with Endpoint(lambda handler: (time.sleep(0.3), says(200, b"{}")(handler))) as endpoint:
        report = conform.run(client(endpoint.url), pause=0, time_limit=1)
    assert report.interrupted == "the time of the run was over"
    assert report.exit_code == 2
    assert 0 < len([each for each in report if each.verdict != "not asked"]) < 6


def test_too_many_calls_are_answered_by_longer_waits():
    """Three waits at most for a call, each longer, and a longer pause from then on."""
    from dx_mock.conform.asking import Asker, NotAsked
    from dx_mock.conform.questions import questions

    (question,) = questions("refused", ["describe-lags-unknown"])
    waits = []
    with Endpoint(says(400, b'{"__type": "ThrottlingException", "message": "Rate exceeded"}')) as endpoint:
        asker = Asker(client(endpoint.url), 0.2, sleep=waits.append)
        with pytest.raises(NotAsked, match="the endpoint wants fewer calls"):
            asker.ask(question)
    assert len(endpoint.server.requests) == 4
    backed_off = [wait for wait in waits if wait in {1.0, 2.0, 4.0}]
    assert backed_off == [1.0, 2.0, 4.0]
    assert asker.pause == 1.6


def test_calls_keep_a_pause_between_them():
    from dx_mock.conform.asking import Asker
    from dx_mock.conform.questions import questions

    now = [0.0]
    waits = []

    def sleep(seconds):
        waits.append(round(seconds, 3))
        now[0] += seconds

    with Endpoint(says(400, b'{"__type": "DirectConnectClientException", "message": "no"}')) as endpoint:
        asker = Asker(client(endpoint.url), conform.PAUSE, clock=lambda: now[0], sleep=sleep)
        for question in questions("refused", ONLY[:2]):
            asker.ask(question)
    assert waits == [0.34]


@pytest.mark.parametrize(
    "code", ["UnrecognizedClientException", "ExpiredTokenException", "InvalidSignatureException"]
)
def test_credentials_that_are_not_accepted_end_the_run(code):
    body = json.dumps({"__type": code, "message": "The security token of jane is invalid."}).encode()
    with Endpoint(says(400, body)) as endpoint:
        report = conform.run(client(endpoint.url), pause=0)
    assert report.interrupted == f"the endpoint does not accept the credentials: {code}"
    assert (report.exit_code, len(endpoint.server.requests)) == (2, 1)


def test_calls_that_the_credentials_may_not_make_are_not_asked():
    body = b'{"__type": "AccessDeniedException", "message": "User: arn:aws:iam::210987654321:user/jane is not"}'
    with Endpoint(says(400, body)) as endpoint:
        report = conform.run(client(endpoint.url), "free", only=ONLY, pause=0)
    assert report.count("not asked") == len(ONLY)
    assert report.exit_code == 2
    assert report.left == []
    assert "the credentials may not call DescribeLags" in report.to_text()


# --- the command -------------------------------------------------------------------------------------------


@pytest.fixture
def keys(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")


@pytest.mark.parametrize("name", ["HTML", "wrong JSON", "a list", "403 of a proxy", "a broken connection"])
def test_the_command_says_it_in_one_line(name, keys, capsys):
    questions = [word for each in ONLY for word in ("--question", each)]
    with Endpoint(ANSWERS[name]) as endpoint:
        code = main(["conform", "--endpoint", endpoint.url, "--yes", *questions])
    out, err = capsys.readouterr()
    # botocore takes a body that is not JSON in an answer of 200 for one without members.
    assert code == (1 if name in {"HTML", "wrong JSON"} else 2)
    assert "Traceback" not in out + err
    assert "differs    describe-connections-all" in out
    assert "connections missing" in out or "no answer that a client can read" in out or "HTTP 403" in out


def test_the_command_breaks_off_an_answer_that_never_ends(keys, capsys, monkeypatch):
    """Bytes that drip are no time-out of a socket: the run's own time ends the call."""
    monkeypatch.setattr("dx_mock.command_line.interrupts.GRACE", 0.5)
    with Endpoint(drips) as endpoint:
        begun = time.monotonic()
        code = main(
            ["conform", "--endpoint", endpoint.url, "--yes", "--time-limit", "1", "--question", ONLY[0]]
        )
    assert (code, time.monotonic() - begun < 6) == (2, True)
    assert "an answer took longer than the run may take" in capsys.readouterr().out
