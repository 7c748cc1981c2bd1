"""Worlds on disk: they outlive the server, cost no memory while nobody calls, and are found by the thousand."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

import dx_mock
from dx_mock.http_server.worlds import registry
from dx_mock.http_server.worlds.registry import NoSuchWorld
from dx_mock.http_server.worlds.store import Store
from dx_mock.moto_services import state_on_disk
from dx_mock.support.misuse import Misuse
from tests.helpers import connect

pytest.importorskip("flask")

ACCOUNT = "123456789012"


def client(url, service="directconnect", account=ACCOUNT):
    """A client of a world."""
    keys = {"aws_access_key_id": account, "aws_secret_access_key": "x"}
    config = Config(s3={"addressing_style": "path"})
    return boto3.client(service, region_name="us-east-1", endpoint_url=url, config=config, **keys)


def make(url, **wanted):
    """The address of a new world."""
    answer = requests.post(f"{url}/dx-mock/worlds", json=wanted, timeout=10)
    assert answer.status_code == 201, answer.text
    return answer.json()["endpoint_url"]


def about(url, name):
    """What the server says about a world."""
    return requests.get(f"{url}/dx-mock/worlds/{name}", timeout=10).json()


@contextmanager
def serving(data, *options):
    """A server in a process of its own: its address, and the process."""
    command = [sys.executable, "-m", "dx_mock", "serve", "--json", "--data", str(data), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield json.loads(line)["endpoint_url"], process
    finally:
        process.kill()
        process.communicate(timeout=30)


def everything(url):
    """A world with something of everything, as a client sees it."""
    made = connect(client(url))
    requests.post(f"{url}/dx-mock/resources/{made}/link-down", timeout=10)
    requests.post(f"{url}/dx-mock/clock/advance", json={"days": 3}, timeout=10)
    fault = {"operation": "DescribeLags", "error": "Throttling", "times": 3, "probability": 1.0}
    requests.post(f"{url}/dx-mock/faults", json=fault, timeout=10)
    client(url, "ec2").create_vpc(CidrBlock="10.6.0.0/16")
    client(url, "s3").create_bucket(Bucket="bucket")
    client(url, "s3").put_object(Bucket="bucket", Key="k", Body=b"kept")
    client(url, "secretsmanager").create_secret(Name="s", SecretString="kept")
    client(url, "sqs").create_queue(QueueName="q")
    return seen(url)


def seen(url):
    """What a client sees of it."""
    ask = lambda path: requests.get(f"{url}/dx-mock/{path}", timeout=10).json()  # noqa: E731
    return {
        "connections": client(url).describe_connections()["connections"],
        "clock": ask("clock")["now"],
        "faults": ask("faults"),
        "first call": ask("calls")["calls"][0],
        "vpcs": sorted(vpc["CidrBlock"] for vpc in client(url, "ec2").describe_vpcs()["Vpcs"]),
        "images": len(client(url, "ec2").describe_images()["Images"]) > 1000,
        "object": client(url, "s3").get_object(Bucket="bucket", Key="k")["Body"].read(),
        "secret": client(url, "secretsmanager").get_secret_value(SecretId="s")["SecretString"],
        "queues": [each.rpartition("/")[2] for each in client(url, "sqs").list_queues()["QueueUrls"]],
    }


@pytest.fixture(scope="module")
def kept_ec2():
    """Skip where moto's EC2 has what can't be written: that of 5.0 has functions in it."""
    from moto.ec2.models import EC2Backend

    try:
        state_on_disk.write(EC2Backend("us-east-1", "123456789012"))
    except Exception as problem:
        pytest.skip(f"the EC2 of this moto can't be written: {problem}")


@pytest.mark.usefixtures("kept_ec2")
def test_a_killed_server_goes_on_where_it_was(tmp_path):
    with serving(tmp_path) as (url, process):
        before = everything(make(url, name="one", settings={"provisioning": "timed", "seed": 3}))
        own = everything(url)
        time.sleep(1.5)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
    with serving(tmp_path) as (url, _):
        assert about(url, "one")["in_memory"] is False
        assert seen(f"{url}/worlds/one") == before
        assert seen(url) == own
        health = requests.get(f"{url}/worlds/one/dx-mock/health", timeout=10).json()
        assert health["provisioning"] == "timed"
        total = requests.get(f"{url}/worlds/one/dx-mock/calls", timeout=10).json()["total"]
        connect(client(f"{url}/worlds/one"))
        calls = requests.get(f"{url}/worlds/one/dx-mock/calls", timeout=10).json()["calls"]
        assert (len(calls), calls[-1]["number"]) == (total + 1, total + 1)


def test_an_ended_server_has_everything(tmp_path):
    with dx_mock.server(data=tmp_path) as srv:
        connect(client(make(srv.endpoint_url, name="one")))
        make(srv.endpoint_url, name="two")
        requests.delete(f"{srv.endpoint_url}/dx-mock/worlds/two", timeout=10)
    with dx_mock.server(data=tmp_path) as srv:
        url = f"{srv.endpoint_url}/worlds/one"
        assert [each.name for each in srv.worlds.listing()[1]] == ["one"]
        assert len(client(url).describe_connections()["connections"]) == 1
        with pytest.raises(ClientError, match="no world 'two'"):
            client(f"{srv.endpoint_url}/worlds/two").describe_connections()


@pytest.mark.usefixtures("kept_ec2")
def test_idle_worlds_leave_memory_and_come_back(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "IDLE", 0.2)
    with dx_mock.server(data=tmp_path) as srv:
        url = make(srv.endpoint_url, name="idle")
        before = everything(url)
        deadline = time.monotonic() + 20
        while about(srv.endpoint_url, "idle")["in_memory"] and time.monotonic() < deadline:
            time.sleep(0.1)
        facts = about(srv.endpoint_url, "idle")
        assert (facts["in_memory"], facts["resources"]) == (False, 1)
        assert "idle" not in srv.worlds._worlds
        assert seen(url) == before
        assert about(srv.endpoint_url, "idle")["in_memory"] is True


@pytest.mark.usefixtures("kept_ec2")
def test_a_service_that_cannot_be_written_keeps_its_world_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(registry, "IDLE", 0.2)
    with dx_mock.server(data=tmp_path) as srv:
        url = make(srv.endpoint_url, name="keys")
        client(url, "kms").create_key()
        client(url, "ec2").create_vpc(CidrBlock="10.6.0.0/16")
        time.sleep(2)
        facts = about(srv.endpoint_url, "keys")
        assert (facts["not_kept"], facts["in_memory"]) == (["kms"], True)
        assert len(client(url, "kms").list_keys()["Keys"]) == 1
    with dx_mock.server(data=tmp_path) as srv:
        url = f"{srv.endpoint_url}/worlds/keys"
        assert client(url, "kms").list_keys()["Keys"] == []
        assert len(client(url, "ec2").describe_vpcs()["Vpcs"]) == 2


def test_reset_and_its_topology_outlive_the_server(tmp_path):
    with dx_mock.server(data=tmp_path) as srv:
        url = make(srv.endpoint_url, name="t", topology="development")
        connect(client(url))
    with dx_mock.server(data=tmp_path) as srv:
        url = f"{srv.endpoint_url}/worlds/t"
        assert len(client(url).describe_connections()["connections"]) == 3
        requests.post(f"{url}/dx-mock/reset", timeout=10)
        assert len(client(url).describe_connections()["connections"]) == 2
    with dx_mock.server(data=tmp_path) as srv:
        calls = requests.get(f"{srv.endpoint_url}/worlds/t/dx-mock/calls", timeout=10).json()["calls"]
        assert [(each["number"], each["operation"]) for each in calls] == [(1, "DescribeConnections")]


def test_time_to_live_counts_on_disk_too(tmp_path):
    with dx_mock.server(data=tmp_path) as srv:
        make(srv.endpoint_url, name="brief", ttl=0.5)
        make(srv.endpoint_url, name="long")
    time.sleep(0.6)
    with dx_mock.server(data=tmp_path) as srv:
        deadline = time.monotonic() + 10
        while srv.worlds.listing()[0] > 1 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert [each.name for each in srv.worlds.listing()[1]] == ["long"]


def test_ten_thousand_worlds(tmp_path):
    """Found and listed at once; a call to one of them comes back soon, and memory has only that one."""
    with dx_mock.server(data=tmp_path, max_worlds=10_001) as srv:
        connect(client(make(srv.endpoint_url, name="w-5000x")))
        srv.worlds._save_changes()
        db = srv.worlds._keeper.store._db
        db.execute("BEGIN")
        columns = "created, used, ttl, ends, resources, calls, not_kept FROM worlds WHERE name = 'w-5000x'"
        for number in range(9_999):
            db.execute(f"INSERT INTO worlds SELECT ?, {columns}", (f"w-{number:05}",))
            db.execute(
                "INSERT INTO contents SELECT ?, world, aside, others FROM contents WHERE name = 'w-5000x'",
                (f"w-{number:05}",),
            )
        db.execute("COMMIT")
    with dx_mock.server(data=tmp_path, max_worlds=10_001) as srv:
        start = time.perf_counter()
        total, found = srv.worlds.listing("w-09", "", 1000)
        listed = time.perf_counter() - start
        assert (total, len(found)) == (999, 999)
        assert srv.worlds.listing()[0] == 10_000
        taken = []
        for number in range(0, 9_999, 500):
            start = time.perf_counter()
            with srv.worlds.using(f"w-{number:05}") as hosted:
                assert len(hosted.mock.world.graph.resources) == 1
            taken.append(time.perf_counter() - start)
        assert len(srv.worlds._worlds) == 20
        # The machine may be busy with something else meanwhile, but not all the time.
        assert listed < 0.5
        assert min(taken) < 0.02


def test_what_is_damaged_is_refused_by_itself(tmp_path):
    with dx_mock.server(data=tmp_path) as srv:
        for name in ("good", "bad", "worse"):
            connect(client(make(srv.endpoint_url, name=name)))
    import sqlite3

    db = sqlite3.connect(tmp_path / "worlds.sqlite3")
    db.execute("UPDATE contents SET world = x'00' WHERE name = 'bad'")
    evil = state_on_disk.write({}).replace(b"}", b"cposix\nsystem\n(S'touch evil'\ntR")
    db.execute("UPDATE contents SET aside = ? WHERE name = 'worse'", (evil,))
    db.commit()
    db.close()
    with dx_mock.server(data=tmp_path) as srv:
        for name in ("bad", "worse"):
            answer = requests.get(f"{srv.endpoint_url}/worlds/{name}/dx-mock/clock", timeout=10)
            assert answer.status_code == 500
            assert f"the world '{name}' can't be read" in answer.json()["error"]
        assert len(client(f"{srv.endpoint_url}/worlds/good").describe_connections()["connections"]) == 1
    assert not os.path.exists("evil")


@pytest.mark.parametrize("value", [os.system, print, eval, subprocess.Popen, sys.exit])
def test_only_data_is_read(value):
    import pickle

    with pytest.raises(state_on_disk.UnreadableState):
        state_on_disk.read(pickle.dumps(value))


def test_directories_that_cannot_be_used(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Misuse, match="file"):
        dx_mock.server(data=tmp_path / "file").start()
    (tmp_path / "worlds.sqlite3").write_bytes(b"no database" * 100)
    with pytest.raises(Misuse, match="not a database"):
        dx_mock.server(data=tmp_path).start()


def test_two_servers_do_not_share_a_directory(tmp_path):
    with dx_mock.server(data=tmp_path) as srv:
        with pytest.raises(Misuse, match=f"process {os.getpid()}"):
            dx_mock.server(data=tmp_path).start()
        make(srv.endpoint_url, name="still")
    with dx_mock.server(data=tmp_path) as srv:
        assert srv.worlds.has("still")


def test_one_or_all_worlds_are_kept(tmp_path):
    command = [sys.executable, "-m", "dx_mock", "serve", "--data", str(tmp_path), "--snapshot", "w.json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "give one of them" in done.stderr) == (2, True)


def test_what_a_full_disk_could_not_take_is_written_later(tmp_path):
    with dx_mock.server(data=tmp_path) as srv:
        world = make(srv.endpoint_url, name="w")
        store = srv.worlds._keeper.store
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        srv.worlds._save_changes()
        store._db.execute(f"PRAGMA max_page_count = {pages}")  # SQLite's own full disk
        for number in range(20):
            connect(client(world, account=f"{number:012}"))
        time.sleep(0.1)
        with pytest.raises(sqlite3.OperationalError, match="full"):
            srv.worlds._keeper.save(srv.worlds._worlds["w"])
        store._db.execute("PRAGMA max_page_count = 1000000")
    with dx_mock.server(data=tmp_path) as srv:
        assert about(srv.endpoint_url, "w")["resources"] == 20
        shown = client(f"{srv.endpoint_url}/worlds/w", account=f"{19:012}").describe_connections()
        assert len(shown["connections"]) == 1


def test_a_commit_that_fails_leaves_no_transaction_behind(tmp_path):
    store = Store(tmp_path)
    store._db.execute("CREATE TABLE p (id INTEGER PRIMARY KEY)")
    store._db.execute("CREATE TABLE c (p INTEGER REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED)")
    store._db.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(sqlite3.IntegrityError), store._writing():
        store._db.execute("INSERT INTO c VALUES (1)")  # noticed when it is committed
    with store._writing():
        store._db.execute("INSERT INTO p VALUES (1)")
    store.close()


def test_a_request_that_waits_for_a_world_that_ends_meanwhile_is_refused(tmp_path):
    with dx_mock.server(data=tmp_path) as srv:
        make(srv.endpoint_url, name="w")
        hosted = srv.worlds._worlds["w"]
        hosted.pausing = True  # as while it is written
        asked = []

        def ask():
            try:
                with srv.worlds.using("w"):
                    asked.append("answered")
            except NoSuchWorld:
                asked.append("refused")

        waiting = threading.Thread(target=ask)
        waiting.start()
        time.sleep(0.2)
        srv.worlds.end("w")
        with srv.worlds._lock:
            hosted.pausing = False
            srv.worlds._lock.notify_all()
        waiting.join(10)
        assert asked == ["refused"]


class _Unreadable(Exception):
    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")


def test_refused_calls_do_not_damage_a_world(tmp_path):
    with dx_mock.server(data=tmp_path) as srv:
        for url in (srv.endpoint_url, make(srv.endpoint_url, name="w")):
            with pytest.raises(ClientError, match="invalid format"):
                client(url).describe_connections(connectionId="dxcon-x")
        before = requests.get(f"{url}/dx-mock/calls", timeout=10).json()
        assert before["calls"][0]["error"]
    with dx_mock.server(data=tmp_path) as srv:
        for url in (srv.endpoint_url, f"{srv.endpoint_url}/worlds/w"):
            assert requests.get(f"{url}/dx-mock/calls", timeout=10).json() == before
            assert client(url).describe_connections()["connections"] == []


def test_an_error_that_can_not_be_read_again_does_not_damage_a_world(tmp_path):
    with dx_mock.server(data=tmp_path) as srv:
        client(srv.endpoint_url).describe_lags()
        srv.mock.world.calls[0].error = _Unreadable("A", "b")
    with dx_mock.server(data=tmp_path) as srv:
        (call,) = requests.get(f"{srv.endpoint_url}/dx-mock/calls", timeout=10).json()["calls"]
        assert call["operation"] == "DescribeLags"


def test_what_was_reset_after_a_restart_stays_away_after_the_next(tmp_path):
    with dx_mock.server(data=tmp_path) as srv:
        for url in (srv.endpoint_url, make(srv.endpoint_url, name="w")):
            client(url, "sqs").create_queue(QueueName="q")
    with dx_mock.server(data=tmp_path) as srv:
        for url in (srv.endpoint_url, f"{srv.endpoint_url}/worlds/w"):
            assert requests.post(f"{url}/moto-api/reset", timeout=10).ok
    with dx_mock.server(data=tmp_path) as srv:
        for url in (srv.endpoint_url, f"{srv.endpoint_url}/worlds/w"):
            assert "QueueUrls" not in client(url, "sqs").list_queues()
