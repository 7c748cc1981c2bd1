"""HTTP that is none, and connections by the thousand (issue: server)."""

from __future__ import annotations

import gc
import json
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import dx_mock
from tests.helpers import connect
from tests.http_server.clients import client, popen
from tests.http_server.raw import (
    CHUNKED,
    LIMIT,
    TARGET,
    ask,
    end_of,
    plug,
    read,
    refusal,
    request,
    sized,
    works,
)

pytest.importorskip("flask")


@pytest.fixture
def srv(capfd):
    """A running server that writes nothing to the console, whatever it is sent."""
    with dx_mock.server() as running:
        yield running
    assert capfd.readouterr() == ("", "")


# --- HTTP that is none -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",  # TLS
        b"POST\r\n\r\n",
        b"POST / HTTP/9\r\n\r\n",
        b"post / HTTP/1.1\r\n\r\n",
        b"POST http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\nContent-Length: 5\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + b"".join(b"x-%d: %s\r\n" % (n, b"y" * 100) for n in range(2000)) + b"\r\n",
        b"POST /" + b"x" * 200_000 + b" HTTP/1.1\r\n\r\n",
        sized(-5) + b"{}",
        sized("+2") + b"{}",
        sized("0x2") + b"{}",
        sized("2 2") + b"{}",
        sized("") + b"{}",
        sized("9" * 6000) + b"{}",
        sized(10**15) + b"{}",
        sized("2\r\nContent-Length: 3") + b"{}",
        CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"2\r\n{}x\r\n0\r\n\r\n",
        CHUNKED + b"2;=;\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"0" * 100_000,
        CHUNKED + b"0\r\n" + b"x: y\r\n" * 100_000,
        CHUNKED.replace(b"chunked", b"gzip") + b"{}",
        CHUNKED.replace(b"chunked", b"chunked, gzip") + b"{}",
    ],
)
def test_malformed_http_is_refused(srv, sent):
    """With an error of the protocol; the connection is closed, so nothing after it is taken for a request."""
    with plug(srv.endpoint_url) as connection:
        connection.sendall(sent)
        stream = connection.makefile("rb")
        refusal(read(stream))
        assert end_of(stream)
    assert works(srv.endpoint_url)


@pytest.mark.parametrize(
    "sent",
    [b"", b"\r\n\r\n", b"POST / HT", sized(10) + b"{}", CHUNKED + b"5\r\n{}", CHUNKED + b"2\r\n{}\r\n"],
)
def test_requests_that_break_off(srv, sent):
    with plug(srv.endpoint_url) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        assert end_of(connection.makefile("rb"))
    assert works(srv.endpoint_url)


@pytest.mark.parametrize("chunked", [True, False])
def test_an_endless_body(srv, chunked):
    """Read for a while and thrown away, then refused: memory does not grow, and the sender is told."""
    piece = b"x" * 65536
    with plug(srv.endpoint_url) as connection:
        connection.sendall(CHUNKED if chunked else sized(2**40))
        sent = 0
        try:
            while sent < 2**28:
                connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
                sent += len(piece)
        except (ConnectionError, BrokenPipeError):
            pass
        assert sent < 2**26
    assert works(srv.endpoint_url)


# --- connections -------------------------------------------------------------------------------------------


def test_a_connection_is_kept(srv):
    """Two calls on one connection, two at once in a row (pipelined), and none is mixed up."""
    second = "X-Amz-Target: OvertureService.DescribeLags\r\n"
    with plug(srv.endpoint_url) as connection:
        stream = connection.makefile("rb")
        for _ in range(2):
            connection.sendall(request() + request(headers=second))
            assert [read(stream)[2], read(stream)[2]] == [b'{"connections":[]}', b'{"lags":[]}']


def test_the_rest_of_a_refused_request_is_no_request(srv):
    """A body that is not read must not be answered as a request of its own."""
    hidden = request(headers="X-Amz-Target: OvertureService.DescribeLags\r\n")
    for sent in (
        request(b"x" * (LIMIT + 1)) + hidden,
        request(b"{") + hidden,
        sized(-1) + hidden,
        CHUNKED + b"zz\r\n" + hidden,
        request(hidden, "X-Amz-Target: OvertureService.MakeCoffee\r\n"),
    ):
        with plug(srv.endpoint_url) as connection:
            connection.sendall(sent)
            stream = connection.makefile("rb")
            refusal(read(stream))
            assert end_of(stream)
    assert srv.mock.calls.of("DescribeLags") == []


def test_clients_that_stall_hold_up_nobody(srv):
    """Hundreds of half requests, more than there are threads; others are served, and stop() does not wait."""
    with ExitStack() as stack:
        for sent in (b"", b"POST / HTTP/1.1\r\nHost:", sized(100) + b"{", CHUNKED + b"5\r\n{") * 40:
            connection = stack.enter_context(plug(srv.endpoint_url))
            connection.sendall(sent)
        for _ in range(10):
            assert works(srv.endpoint_url)
        srv.stop()


def test_clients_that_do_not_read(srv):
    """Answers wait for their client without a thread; stop() drops them after a while."""
    with ExitStack() as stack:
        locations = request(headers="X-Amz-Target: OvertureService.DescribeLocations\r\n")
        for _ in range(20):
            connection = stack.enter_context(plug(srv.endpoint_url))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(locations * 50)
        assert works(srv.endpoint_url)


def test_too_many_connections_close_the_idle_ones(monkeypatch):
    monkeypatch.setattr("dx_mock.http_server.server.MAX_CONNECTIONS", 40)
    with dx_mock.server() as srv, ExitStack() as stack:
        first = stack.enter_context(plug(srv.endpoint_url))
        for _ in range(100):
            stack.enter_context(plug(srv.endpoint_url))
            assert works(srv.endpoint_url)
        assert end_of(first.makefile("rb"))


def test_requests_that_never_end_are_dropped(monkeypatch):
    """A byte now and then does not keep a connection for ever."""
    monkeypatch.setattr("dx_mock.http_server.sockets.UNFINISHED", 0.2)
    with dx_mock.server() as srv, plug(srv.endpoint_url) as connection:
        with pytest.raises(ConnectionError):  # noqa: PT012
            while True:
                connection.sendall(b"P")
                time.sleep(0.02)
        assert works(srv.endpoint_url)


def test_clients_of_other_services_that_wait_hold_up_nobody(monkeypatch):
    """As those of SQS do for messages: each has a thread, and none of Direct Connect's."""
    begun, release = threading.Semaphore(0), threading.Event()

    def wait(self, environ, start_response):
        begun.release()
        assert release.wait(60)
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    monkeypatch.setattr("dx_mock.http_server.server._Moto.__call__", wait)
    with dx_mock.server() as srv, ExitStack() as stack:
        waiting = [stack.enter_context(plug(srv.endpoint_url)) for _ in range(60)]
        for connection in waiting:
            connection.sendall(request(b"", ""))
        for _ in waiting:
            assert begun.acquire(timeout=60)
        for _ in range(20):
            assert works(srv.endpoint_url)
        release.set()
        for connection in waiting:
            assert read(connection.makefile("rb"))[0] == 200


def test_a_call_that_hangs_does_not_keep_the_server_from_stopping(monkeypatch):
    """It has a moment to end; what it answers later finds nobody."""
    monkeypatch.setattr("dx_mock.http_server.sockets._GRACE", 0.1)
    begun, release, ended = threading.Event(), threading.Event(), threading.Event()

    def hang(self, environ, start_response):
        begun.set()
        release.wait(60)
        ended.set()
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    monkeypatch.setattr("dx_mock.http_server.server._Moto.__call__", hang)
    with dx_mock.server() as srv, plug(srv.endpoint_url) as connection:
        connection.sendall(request(b"", ""))
        assert begun.wait(60)
        srv.stop()
        assert end_of(connection.makefile("rb"))
    assert not ended.is_set()
    release.set()
    assert ended.wait(60)


@pytest.mark.parametrize("keep", ["close", "keep-alive"])
def test_http_1_0(srv, keep):
    """A connection is kept where the client asks for it, and only there."""
    sent = request(headers=f"{TARGET}Connection: {keep}\r\n").replace(b"HTTP/1.1", b"HTTP/1.0")
    with plug(srv.endpoint_url) as connection:
        connection.sendall(sent)
        stream = connection.makefile("rb")
        assert read(stream)[0] == 200
        if keep == "close":
            assert end_of(stream)
        else:
            connection.sendall(sent)
            assert read(stream)[0] == 200


@pytest.mark.parametrize("sent", [b"", b"POST / HTTP/1.1\r\nHost: localhost\r\n"])
def test_thousands_of_half_open_connections(sent):
    """A new client does not wait for those that are there, nor for those that come at the same time."""
    resource = pytest.importorskip("resource")
    count = 4000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 6000:
        pytest.skip("this process may not open that many files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 6000), hard))
    process = popen("--json")
    try:
        url = json.loads(process.stdout.readline())["endpoint_url"]
        place = urlsplit(url)
        with ExitStack() as stack:
            for _ in range(count):
                one = stack.enter_context(socket.socket())
                one.setblocking(False)
                with suppress(BlockingIOError):
                    one.connect((place.hostname, place.port))
                if sent:
                    with suppress(OSError):
                        one.send(sent)
            waits = []
            for _ in range(5):
                begun = time.monotonic()
                assert works(url)
                waits.append(time.monotonic() - begun)
            # Hundredths of a second on a machine that does nothing else; it was seven.
            assert min(waits) < 2
    finally:
        process.kill()
        process.communicate()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_open_connections_cost_no_time(srv):
    """The loop sleeps while nobody asks, whatever the connections were used for before."""
    slow = request(headers="X-Amz-Target: OvertureService.DescribeLocations\r\n")
    with ExitStack() as stack:
        for number in range(60):
            connection = stack.enter_context(plug(srv.endpoint_url))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall([b"", b"POST / HT", request(), slow * 50][number % 4])
        used = []
        while not used or (used[-1] >= 0.3 and len(used) < 30):  # until the answers under way are given
            before = time.process_time()
            time.sleep(1)
            used.append(time.process_time() - before)
        assert used[-1] < 0.3, "the loop never sleeps"


def test_idle_connections_are_closed(monkeypatch):
    monkeypatch.setattr("dx_mock.http_server.sockets.IDLE", 0.5)
    with dx_mock.server() as srv, plug(srv.endpoint_url) as connection:
        stream = connection.makefile("rb")
        connection.sendall(request())
        assert read(stream)[0] == 200
        assert end_of(stream)
        assert works(srv.endpoint_url)


def open_files():
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux's /proc")
def test_nothing_is_left_of_a_server():
    """Threads and files, after good and bad clients: of the clients while it runs, of itself afterwards."""
    with dx_mock.server() as srv:  # once before, for what is imported
        works(srv.endpoint_url)
    gc.collect()
    threads, files = threading.active_count(), open_files()
    for _ in range(3):
        with dx_mock.server() as srv:
            running = open_files()
            with ExitStack() as stack:
                for _ in range(50):
                    stack.enter_context(plug(srv.endpoint_url)).sendall(sized(100) + b"{")
                assert works(srv.endpoint_url)
                ask(srv.endpoint_url, b"\x00\r\n\r\n")
                assert open_files() > running
            deadline = time.monotonic() + 20
            while open_files() > running and time.monotonic() < deadline:
                time.sleep(0.01)
            assert open_files() == running
    assert (threading.active_count(), open_files()) == (threads, files)


@contextmanager
def many_files(count):
    """Let this process open many files, or skip."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard not in (-1, resource.RLIM_INFINITY) and hard < count:
        pytest.skip(f"this machine allows {hard} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.slow
def test_two_thousand_idle_connections():
    """Beside which eight clients work without an error; nothing is left of them in the server."""
    process = popen("--json")
    try:
        endpoint_url = json.loads(process.stdout.readline())["endpoint_url"]
        with many_files(4000), ExitStack() as stack:
            assert works(endpoint_url)
            before = files_of(process)
            for _ in range(2000):
                stack.enter_context(plug(endpoint_url))

            def work(number):
                dx = client(endpoint_url, account=f"{number:012}")
                for _ in range(10):
                    connect(dx, location=("EqDC2", "CSVA1")[number % 2], connectionName=str(number))
                    dx.describe_connections()
                return len(dx.describe_connections()["connections"])

            with ThreadPoolExecutor(8) as pool:
                assert set(pool.map(work, range(8))) == {10}
            assert before is None or files_of(process) > 2000
        gc.collect()  # the clients of boto3, which keep their connections
        deadline = time.monotonic() + 60
        while before is not None and files_of(process) > before and time.monotonic() < deadline:
            time.sleep(0.05)
        assert before is None or files_of(process) <= before
        process.terminate()
        assert process.communicate(timeout=30) == ("", "")
    finally:
        process.kill()
        process.communicate()


def files_of(process):
    """How many files a process has open; None where that is unknown."""
    try:
        return len(os.listdir(f"/proc/{process.pid}/fd"))
    except FileNotFoundError:
        return None


@pytest.mark.slow
def test_more_connections_than_files():
    """A server that may open few files closes the idle ones; nobody is locked out, nothing is printed."""
    with many_files(2000):
        process = popen("--json", preexec_fn=lambda: _few_files(200))
        try:
            endpoint_url = json.loads(process.stdout.readline())["endpoint_url"]
            with ExitStack() as stack:
                for _ in range(600):
                    stack.enter_context(plug(endpoint_url))
                deadline = time.monotonic() + 30
                while time.monotonic() < deadline:
                    try:
                        served = works(endpoint_url)
                        break
                    except (ConnectionError, TypeError):
                        continue
                assert served
            process.terminate()
            assert process.communicate(timeout=30) == ("", "")
        finally:
            process.kill()
            process.communicate()


def _few_files(count):
    import resource

    resource.setrlimit(resource.RLIMIT_NOFILE, (count, count))


@pytest.mark.parametrize(
    "sent",
    [
        request(b"", headers="Expect: 100-continue\r\n", method="GET", path="/dx-mock/clock"),
        request(b"", headers=f"{TARGET}Expect: 100-continue\r\nOrigin: null\r\n"),
        request(b"", headers=f"{TARGET}Expect: 100-continue\r\nContent-Length: x\r\n", length=False),
    ],
)
def test_who_expects_to_continue_with_nothing_gets_the_answer(srv, sent):
    begun = time.monotonic()
    answer, _ = ask(srv.endpoint_url, sent)
    assert answer[0] in (200, 400, 403)
    assert time.monotonic() - begun < 10


def test_an_empty_object_is_put(srv):
    s3 = client(srv.endpoint_url, service="s3")
    s3.create_bucket(Bucket="empty")
    s3.put_object(Bucket="empty", Key="k", Body=b"")
    assert s3.head_object(Bucket="empty", Key="k")["ContentLength"] == 0
    s3.close()
