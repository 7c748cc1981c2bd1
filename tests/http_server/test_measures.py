"""Metrics, access log, and the end of a server that nobody asks (issue 17)."""

from __future__ import annotations

import json
import re
import signal
import threading
import time
import urllib.request

import pytest
from botocore.exceptions import ClientError

import dx_mock
from dx_mock.protocol import contract
from tests.helpers import connect
from tests.http_server.clients import client, popen
from tests.http_server.raw import TARGET, ask, plug, read, request

pytest.importorskip("flask")

SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="[^"\\]*",?)*)\})? (\S+)')


@pytest.fixture
def srv():
    with dx_mock.server() as running:
        yield running


def metrics(srv):
    """The samples of a server by name and labels, after a check of the format."""
    with urllib.request.urlopen(f"{srv.endpoint_url}/dx-mock/metrics", timeout=30) as answer:
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        text = answer.read().decode()
    assert text.endswith("\n")
    found, kinds = {}, {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            assert name not in kinds
            kinds[name] = kind
        elif not line.startswith("# HELP "):
            name, labels, value = SAMPLE.fullmatch(line).groups()
            family = re.sub("_(bucket|sum|count)$", "", name) if "request_seconds" in name else name
            assert family in kinds
            key = name, *sorted(re.findall(r'([a-z]+)="([^"]*)"', labels or ""))
            assert key not in found
            found[key] = float(value)
    return found


def calls(found, service, operation, outcome):
    key = ("operation", operation), ("outcome", outcome), ("service", service)
    return found.get(("dx_mock_calls_total", *key), 0)


def test_calls_by_operation_and_outcome(srv):
    made = client(srv.endpoint_url)
    connect(made)
    for _ in range(3):
        made.describe_connections()
    with pytest.raises(ClientError):
        made.describe_lags(lagId="x")
    client(srv.endpoint_url, "ec2").describe_vpcs()
    srv.mock.faults.add("DeleteLag", error="ConnectionClosedError")
    srv.mock.faults.add("CreateLag", error="DirectConnectServerException")
    failure = contract.status_of("DirectConnectServerException")  # 400 in older models
    assert ask(srv.endpoint_url, request(headers="X-Amz-Target: OvertureService.DeleteLag\r\n"))[0] is None
    assert (
        ask(srv.endpoint_url, request(headers="X-Amz-Target: OvertureService.CreateLag\r\n"))[0][0] == failure
    )
    ask(srv.endpoint_url, request(headers="X-Amz-Target: OvertureService.MakeCoffee\r\n"))
    ask(srv.endpoint_url, request(headers=TARGET + "Origin: null\r\n"))
    ask(srv.endpoint_url, b"\x00\r\n\r\n")
    found = metrics(srv)
    assert calls(found, "directconnect", "CreateConnection", "ok") == 1
    assert calls(found, "directconnect", "DescribeConnections", "ok") == 3
    assert calls(found, "directconnect", "DescribeConnections", "refused") == 1  # the one of a stranger's page
    assert calls(found, "directconnect", "DescribeLags", "refused") == 1
    assert calls(found, "directconnect", "DeleteLag", "lost") == 1
    assert calls(found, "directconnect", "CreateLag", "failed" if failure == 500 else "refused") == 1
    assert calls(found, "ec2", "", "ok") == 1
    assert calls(found, "unsigned", "", "refused") == 2
    assert calls(metrics(srv), "dx-mock", "", "ok") == 1
    assert found["dx_mock_worlds",] == 1
    assert found["dx_mock_resources",] == 1
    assert found["dx_mock_connections",] >= 1
    assert found.get(("process_resident_memory_bytes",), 10**8) > 10**7
    assert time.time() - 600 < found["process_start_time_seconds",] <= time.time()


def test_how_long_calls_take(srv):
    made = client(srv.endpoint_url)
    for _ in range(5):
        made.describe_connections()
    found = metrics(srv)
    mine = ("service", "directconnect")
    assert found["dx_mock_request_seconds_count", mine] == 5
    assert 0 < found["dx_mock_request_seconds_sum", mine] < 5
    buckets = [value for (name, *labels), value in found.items() if name.endswith("_bucket") and mine in labels]
    assert buckets == sorted(buckets)
    assert found["dx_mock_request_seconds_bucket", ("le", "+Inf"), mine] == 5


def test_made_up_services_do_not_pile_up(srv):
    for number in range(250):
        scope = f"Authorization: AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/made{number}/aws4_request\r\n"
        ask(srv.endpoint_url, request(b"", scope + "Origin: null\r\n"))
    services = {dict(labels)["service"] for name, *labels in metrics(srv) if name == "dx_mock_calls_total"}
    assert len(services) <= 201
    assert "other" in services


def test_idle(srv):
    """Probes do not count, and a request that takes long does."""
    assert srv.idle() < 60
    time.sleep(0.3)
    urllib.request.urlopen(f"{srv.endpoint_url}/dx-mock/health", timeout=30).close()
    metrics(srv)
    assert srv.idle() > 0.25
    client(srv.endpoint_url).describe_connections()
    assert srv.idle() < 0.25


# --- the command -------------------------------------------------------------------------------------------


def ended(process, number=signal.SIGTERM):
    if number:
        process.send_signal(number)
    found = process.communicate(timeout=60)
    assert process.returncode == 0, found
    return found


@pytest.fixture
def started():
    processes = []

    def start(*options, **more):
        process = popen("--json", *options, **more)
        processes.append(process)
        return process, json.loads(process.stdout.readline())["endpoint_url"]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_the_access_log(started):
    process, url = started("--access-log")
    client(url).describe_connections()
    ask(url, request(b"", "", "GET", "/dx-mock/nothing\x1b[31m?token=secret"))
    ask(url, request(b"", "", "GET", "/dx-mock/clock?token=secret"))
    _, errors = ended(process)
    lines = errors.splitlines()
    assert len(lines) == 3
    assert re.search(
        r' dx_mock\.access: 127\.0\.0\.1 "POST /" directconnect\.DescribeConnections 200 [\d.]+ ms$', lines[0]
    )
    assert "secret" not in errors
    assert "\x1b" not in errors
    assert '"GET /dx-mock/clock" dx-mock 400' in lines[2]


def test_structured_logs(started):
    """What goes wrong in dx_mock, too, is one object a line."""
    process, url = started("--access-log", "--log-format", "json")
    client(url).describe_connections()
    ask(url, request(headers=TARGET + "Origin: null\r\n"))
    _, errors = ended(process)
    first, second = map(json.loads, errors.splitlines())
    assert first.pop("milliseconds") >= 0
    assert first.pop("time").endswith("+00:00")
    assert first == {
        "level": "info", "logger": "dx_mock.access", "client": "127.0.0.1", "method": "POST", "path": "/",
        "service": "directconnect", "operation": "DescribeConnections", "status": 200, "outcome": "ok",
        "bytes": len('{"connections":[]}'),
    }  # fmt: skip
    assert (second["status"], second["outcome"]) == (403, "refused")


def test_no_log_unless_asked_for(started):
    process, url = started()
    client(url).describe_connections()
    assert ended(process) == ("", "")


def test_it_ends_when_nobody_asks(started, tmp_path):
    """As at a SIGTERM: the world is saved; probes do not keep it."""
    file = tmp_path / "world.json"
    process, url = started("--idle-exit", "0.1", "--snapshot", str(file))
    begun = time.monotonic()
    made = connect(client(url))
    while process.poll() is None and time.monotonic() - begun < 60:
        time.sleep(0.3)
        ask_health(url)
    assert 5 < time.monotonic() - begun < 30
    assert ended(process, None) == ("", "")
    assert made in file.read_text()


def ask_health(url):
    try:
        urllib.request.urlopen(f"{url}/dx-mock/health", timeout=10).close()
    except OSError:  # it has ended
        return


@pytest.mark.parametrize("value", ["0", "-1", "soon", "nan"])
def test_times_that_are_none(value, capsys):
    from dx_mock.__main__ import main

    assert main(["serve", "--idle-exit", value]) == 2
    assert capsys.readouterr().err == f"dx-mock: --idle-exit wants a number of minutes, not {value!r}\n"


def test_sigterm_drains(monkeypatch):
    """What is under way is answered, new connections are refused meanwhile, and idle ones are closed."""
    begun, release = threading.Event(), threading.Event()

    def wait(self, environ, start_response):
        begun.set()
        assert release.wait(60)
        start_response("200 OK", [("Content-Length", "4")])
        return [b"done"]

    monkeypatch.setattr("dx_mock.http_server.server._Moto.__call__", wait)
    with dx_mock.server() as srv, plug(srv.endpoint_url) as busy, plug(srv.endpoint_url) as idle:
        url = srv.endpoint_url
        busy.sendall(request(b"", ""))
        assert begun.wait(60)
        stopping = threading.Thread(target=srv.stop)
        stopping.start()
        assert idle.makefile("rb").read() == b""
        with pytest.raises(ConnectionRefusedError):
            plug(url)
        release.set()
        assert read(busy.makefile("rb"))[2] == b"done"
        stopping.join(60)
        assert not stopping.is_alive()
