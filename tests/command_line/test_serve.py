"""dx-mock serve in processes of its own: ready line, signals, the snapshot file (issue: server)."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

import dx_mock
from dx_mock import mock_directconnect
from dx_mock.__main__ import main
from dx_mock.http_server.file_lock import AlreadyLocked, FileLock
from dx_mock.http_server.snapshot_file import SnapshotFile
from dx_mock.support.misuse import Misuse
from tests.helpers import connect
from tests.http_server.clients import client, popen, serve
from tests.http_server.raw import ask, request
from tests.invariants import check as check_world

pytest.importorskip("flask")

ENDLESS = {"connections_per_location": 10**6, "ports_per_device": 10**6}
QUOTAS = [word for name, value in ENDLESS.items() for word in ("--quota", f"{name}={value}")]


def ended(process, number=signal.SIGTERM):
    """Exit code, standard output and error of a server that was told to end."""
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.fixture
def started():
    """Start servers by hand; none outlives the test."""
    processes = []

    def start(*options, **more):
        processes.append(popen(*options, **more))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


# --- ready -------------------------------------------------------------------------------------------------


def test_the_ready_line(started):
    """One line on standard output, which is closed after it; for people or as JSON."""
    process = started()
    out = process.stdout.read()  # ends: a script may read to the end
    assert out.startswith("dx-mock is ready: http://127.0.0.1:")
    assert client(out.split()[-1]).describe_connections()["connections"] == []
    assert ended(process) == (0, "", "")
    process = started("--json")
    ready = json.loads(process.stdout.read())
    assert (set(ready), ready["pid"]) == ({"endpoint_url", "pid"}, process.pid)
    assert ended(process) == (0, "", "")


@pytest.mark.parametrize("way", ["nobody reads", "closed", "full"])
def test_a_standard_output_that_is_broken(started, tmp_path, way):
    """Says so in one sentence and serves: whoever gave the port can do without the line."""
    file = tmp_path / "world.json"
    if way == "full" and not os.path.exists("/dev/full"):
        pytest.skip("needs Linux's /dev/full")
    with dx_mock.server() as other:
        port = other.endpoint_url.rpartition(":")[2]  # free in a moment
    options = ["--port", port, "--snapshot", str(file)]
    if way == "nobody reads":
        reading, writing = os.pipe()
        os.close(reading)
        process = started(*options, stdout=writing)
        os.close(writing)
    elif way == "closed":
        process = started(*options, stdout=None, preexec_fn=lambda: os.close(1))
    else:
        with open("/dev/full", "w") as full:
            process = started(*options, stdout=full)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            assert ask(f"http://127.0.0.1:{port}", request())[0][0] == 200
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    code, _, err = ended(process)
    assert code == 0
    assert "Traceback" not in err
    assert way == "closed" or err.startswith("dx-mock: can't print the ready line: ")
    assert json.loads(file.read_text())


@pytest.mark.slow
def test_words_of_moto_do_not_stop_a_server_whose_output_nobody_reads(started):
    """It prints a line for every odd host, more of them than the pipe holds."""
    odd = request(b"", "Authorization: AWS4-HMAC-SHA256 Credential=a/b/c/nonsense/aws4_request\r\n")
    process = started("--json", pipesize=4096)
    endpoint_url = json.loads(process.stdout.readline())["endpoint_url"]
    for _ in range(60):
        ask(endpoint_url, odd)
    assert client(endpoint_url).describe_connections()["connections"] == []
    assert ended(process) == (0, "", "")


def test_options_reach_the_world():
    """Quotas and quirks by name."""
    options = ["--quota", "connections_per_location=1", "--quirk", "describe_connections_unknown_id=empty"]
    with serve(*options, "--calls", "2", "--provisioning", "manual") as endpoint_url:
        dx = client(endpoint_url)
        made = connect(dx)
        with pytest.raises(dx.exceptions.DirectConnectClientException):
            connect(dx)
        assert dx.describe_connections(connectionId="dxcon-fg000000")["connections"] == []
        (shown,) = dx.describe_connections(connectionId=made)["connections"]
        assert shown["connectionState"] == "requested"


def test_a_record_of_the_last_calls():
    """For servers that run for days; what came before is forgotten, the order stays."""
    with dx_mock.server(calls=3) as srv:
        dx = client(srv.endpoint_url)
        for number in range(5):
            connect(dx, connectionName=str(number))
        assert [each.parameters["connectionName"] for each in srv.mock.calls] == ["2", "3", "4"]
    with pytest.raises(ValueError, match="calls must be a whole number of 1 or more, or None for all, not 0"):
        dx_mock.server(calls=0)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--quota", "lags_per_region"], "--quota wants NAME=VALUE, not 'lags_per_region'"),
        (["--quota", "lags_per_region=many"], "--quota wants a whole number, not 'many'"),
        (["--quota", "lags_per_region=-1"], "quota 'lags_per_region' must be a whole number of 0 or more"),
        (["--quota", "lags=1"], "unknown quota 'lags'"),
        (["--calls", "few"], "--calls wants a whole number, not 'few'"),
        (["--calls", "0"], "calls must be a whole number of 1 or more"),
        (["--host", "a" * 100], "can't listen on aaaa"),
        (["--host", "a b"], "host must be an address or a name to listen on, not 'a b'"),
        (["--host", ""], "host must be an address or a name to listen on, not ''"),
        (["--host", "0.0.0.0"], "on 0.0.0.0 everybody who reaches this machine could change the world"),
        (["--host", "::"], "--i-know-it-is-open"),
        (["--token", "short"], "a token has 8 to 512 letters"),
        (["--allow-host", "a b"], "'a b' is not the name of a host"),
        (["--topology", "/no/such/file.yaml"], "/no/such/file.yaml"),
        (
            ["--snapshot", "/no/such/directory/world.json"],
            "can't write the snapshot /no/such/directory/world.json",
        ),
        (["--snapshot", "/"], "can't write the snapshot /: it is a directory"),
        (["--snapshot", f"{__file__}/world.json"], "can't write the snapshot"),
        (["--snapshot", "/proc/world.json"], "can't write the snapshot /proc/world.json"),
    ],
)
def test_misuse_is_found_out_at_the_start(capsys, options, text):
    """In one sentence, before anybody has made a world that could be lost; exit code 2."""
    assert main(["serve", *options]) == 2
    shown = capsys.readouterr()
    assert text in shown.err
    assert shown.err.count("\n") == 1
    assert shown.out == ""


def test_a_port_that_is_taken(started):
    with dx_mock.server() as other:
        process = started("--port", other.endpoint_url.rpartition(":")[2])
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, "")
    assert err.startswith("dx-mock: can't listen on 127.0.0.1:")
    assert err.count("\n") == 1


# --- the end -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    [signal.SIGTERM, signal.SIGINT, pytest.param(signal.SIGHUP, marks=pytest.mark.slow)],
)
def test_signals_end_it_and_save(tmp_path, number):
    file = tmp_path / "world.json"
    with serve("--snapshot", str(file), number=number) as endpoint_url:
        made = connect(client(endpoint_url))
    assert made in file.read_text()
    assert os.listdir(tmp_path) == ["world.json"]
    with serve("--snapshot", str(file), number=number) as endpoint_url:
        (shown,) = client(endpoint_url).describe_connections()["connections"]
        assert shown["connectionId"] == made


def test_nohup(started):
    """A process that is told to ignore SIGHUP does."""
    process = started("--json", hangup=signal.SIG_IGN)
    endpoint_url = json.loads(process.stdout.readline())["endpoint_url"]
    process.send_signal(signal.SIGHUP)
    assert client(endpoint_url).describe_connections()["connections"] == []
    assert ended(process) == (0, "", "")


def test_the_file_keeps_its_mode_and_its_link(tmp_path):
    """A symbolic link stays one, and who could read the file before still can."""
    file, link = tmp_path / "real" / "world.json", tmp_path / "link.json"
    file.parent.mkdir()
    with closing(SnapshotFile(file)) as opened:
        opened.save({"a": 1})
    file.chmod(0o640)
    link.symlink_to(file)
    with closing(SnapshotFile(link)) as opened:
        opened.save({"a": 2})
    assert link.is_symlink()
    assert json.loads(file.read_text()) == {"a": 2}
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert os.listdir(file.parent) == ["world.json"]


def test_nothing_is_lost_when_the_directory_has_gone(started, tmp_path, monkeypatch):
    """The world is saved elsewhere, and the message says where."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    directory = tmp_path / "gone"
    directory.mkdir()
    process = started("--json", "--snapshot", str(directory / "world.json"))
    made = connect(client(json.loads(process.stdout.readline())["endpoint_url"]))
    shutil.rmtree(directory)
    code, _, err = ended(process)
    assert code == 2
    assert err.count("\n") == 1
    assert "can't write the snapshot" in err
    place = Path(err.split("it is in ")[1].split(" instead")[0])
    assert made in place.read_text()


def test_a_snapshot_is_there_before_the_first_answer():
    with mock_directconnect(seed=7) as dx:
        made = connect(dx.client())
        snapshot = dx.snapshot()
    with dx_mock.server(snapshot=snapshot) as srv:
        (shown,) = client(srv.endpoint_url).describe_connections()["connections"]
        assert shown["connectionId"] == made
    with pytest.raises(ValueError, match="this is not a snapshot of dx_mock"):
        dx_mock.server(snapshot={}).start()


def test_stopped_in_heavy_traffic_it_saves_what_it_has_answered(started, tmp_path):
    """Every order that was answered is in the file, and the world in it is consistent."""
    file = tmp_path / "world.json"
    process = started("--json", "--snapshot", str(file), *QUOTAS)
    endpoint_url = json.loads(process.stdout.readline())["endpoint_url"]
    busy = threading.Semaphore(0)

    def order(number):
        config = Config(retries={"total_max_attempts": 1}, read_timeout=30)
        dx, made = client(endpoint_url, account=f"{number:012}", config=config), []
        try:
            while True:
                made.append(connect(dx, connectionName=str(len(made))))
                busy.release()
        except (BotoCoreError, ClientError):
            return made

    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(order, number) for number in range(8)]
        for _ in range(200):
            assert busy.acquire(timeout=60)
        assert ended(process) == (0, "", "")
        answered = {each for future in running for each in future.result()}
    assert len(answered) >= 200
    with mock_directconnect() as dx:
        dx.restore(json.loads(file.read_text()))
        assert answered <= set(dx.world.graph.resources)
        check_world(dx.world)


# --- killed ------------------------------------------------------------------------------------------------

SAVING = """
import json, sys
from pathlib import Path
from dx_mock.http_server.snapshot_file import SnapshotFile
file = SnapshotFile(Path(sys.argv[1]))
print("ready", flush=True)
number = 0
while True:
    number += 1
    file.save({"numbers": [number] * 200_000})
"""


def kill_while_saving(tmp_path, delays):
    """Start, save again and again, kill -9; what is left is whole, and no litter piles up."""
    file = tmp_path / "world.json"
    with closing(SnapshotFile(file)) as first:
        first.save({"numbers": [0] * 200_000})
    litter = 0
    for delay in delays:
        process = subprocess.Popen([sys.executable, "-c", SAVING, str(file)], stdout=subprocess.PIPE)
        assert process.stdout.readline() == b"ready\n"
        time.sleep(delay)
        process.kill()
        process.communicate()
        numbers = json.loads(file.read_text())["numbers"]
        assert len(numbers) == 200_000
        assert len(set(numbers)) == 1
        left = set(os.listdir(tmp_path)) - {"world.json", ".world.json.lock"}  # the lock went with its holder
        litter += len(left)
        assert len(left) <= 1  # what the last one left: that of those before was removed when it started
    SnapshotFile(file).close()
    assert os.listdir(tmp_path) == ["world.json"]
    return litter


def test_killed_while_it_saves(tmp_path):
    kill_while_saving(tmp_path, [0.01, 0.05])


@pytest.mark.slow
def test_killed_at_many_moments(tmp_path):
    """Most of them in the middle of writing, as the files that are left show."""
    assert kill_while_saving(tmp_path, [number * 0.0077 for number in range(30)]) > 5


@pytest.mark.slow
def test_killed_while_it_ends(started, tmp_path):
    """The whole command: told to end, then killed at some moment of that."""
    file = tmp_path / "world.json"
    with mock_directconnect(quotas=ENDLESS) as dx:
        for number in range(500):
            connect(dx.client(), connectionName=str(number))
        with closing(SnapshotFile(file)) as saved:
            saved.save(dx.snapshot())
    for delay in range(8):
        process = started("--json", "--snapshot", str(file))
        connect(client(json.loads(process.stdout.readline())["endpoint_url"]))
        process.terminate()
        time.sleep(delay * 0.03)
        process.kill()
        process.communicate()
        with mock_directconnect() as dx:
            dx.restore(json.loads(file.read_text()))
            assert len(dx.world.graph.resources) >= 500
    with serve("--snapshot", str(file)):
        pass
    assert os.listdir(tmp_path) == ["world.json"]


def test_files_of_living_processes_are_left_alone(tmp_path):
    """Another server may be saving there at this moment."""
    living = tmp_path / f".world.json.{os.getppid()}.tmp"
    foreign = tmp_path / ".world.json.notes.tmp"
    living.touch()
    foreign.touch()
    SnapshotFile(tmp_path / "world.json").close()
    assert living.exists()
    assert foreign.exists()


def test_a_snapshot_that_is_nested_too_deeply(tmp_path):
    file = tmp_path / "world.json"
    file.write_text("[" * 100_000)
    with closing(SnapshotFile(file)) as opened, pytest.raises(Misuse, match="read the snapshot"):
        opened.load()


# --- two servers and one file ------------------------------------------------------------------------------


def test_a_second_server_is_refused(started, tmp_path):
    """In one sentence that names the first, by whatever name it calls the file; the first goes on."""
    file, link = tmp_path / "world.json", tmp_path / "link.json"
    first = started("--json", "--snapshot", str(file))
    url = json.loads(first.stdout.readline())["endpoint_url"]
    connect(client(url))
    link.symlink_to(file)
    for name in (file, link):
        second = started("--snapshot", str(name))
        out, err = second.communicate(timeout=60)
        assert (out, second.returncode) == ("", 2)
        assert err == f"dx-mock: the snapshot {name} is that of another server, process {first.pid}\n"
    first.terminate()
    assert first.communicate(timeout=60) == ("", "")
    assert len(json.loads(file.read_text())["state"]["resources"]) == 1
    with serve("--snapshot", str(link)) as url:
        assert len(client(url).describe_connections()["connections"]) == 1
    assert sorted(os.listdir(tmp_path)) == ["link.json", "world.json"]


def test_the_lock_of_a_killed_server_is_nobodys(started, tmp_path):
    process = started("--json", "--snapshot", str(tmp_path / "world.json"))
    process.stdout.readline()
    process.kill()
    process.communicate()
    with serve("--snapshot", str(tmp_path / "world.json")):
        pass
    assert os.listdir(tmp_path) == ["world.json"]


def test_one_of_many_at_once_has_the_lock(tmp_path):
    """Who waits for the file of a lock that is being removed does not end up with a lock of nothing."""
    held, most, lock = 0, 0, threading.Lock()

    def take():
        nonlocal held, most
        for _ in range(200):
            try:
                taken = FileLock(tmp_path / "lock")
            except AlreadyLocked:
                continue
            with lock:
                held += 1
                most = max(most, held)
            with lock:
                held -= 1
            taken.release()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert os.listdir(tmp_path) == []


def test_a_read_only_file_is_refused_at_the_start(tmp_path, capsys):
    """Although it could be replaced: somebody has said that it should stay as it is."""
    file = tmp_path / "world.json"
    file.write_text("{}")
    file.chmod(0o444)
    assert main(["serve", "--snapshot", str(file)]) == 2
    assert capsys.readouterr().err == f"dx-mock: can't write the snapshot {file}: it is read-only\n"
    assert os.listdir(tmp_path) == ["world.json"]


def test_no_partial_file_stays_behind(tmp_path, monkeypatch):
    """On a disk that is full everywhere, too."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))

    def full(value, file):
        file.write("{")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with closing(SnapshotFile(tmp_path / "world.json")) as file:
        monkeypatch.setattr("dx_mock.http_server.snapshot_file.json.dump", full)
        with pytest.raises(Misuse, match="No space left"):
            file.save_somewhere({})
    assert os.listdir(elsewhere) == []
    assert os.listdir(tmp_path) == ["elsewhere"]
