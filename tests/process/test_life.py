"""The life of a mock: whatever goes wrong, everything is put back, and nobody reaches AWS by mistake."""

from __future__ import annotations

import gc
import os
import random
import subprocess
import sys
import threading
import time
import types
import warnings

import boto3
import pytest
import requests
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto import mock_aws

import dx_mock
from dx_mock import mock_directconnect
from dx_mock.moto_services import runtime
from dx_mock.process import current_world, forks
from tests.helpers import connect

ORIGINAL = BaseClient._make_request


def vpcs(client):
    return {each["VpcId"] for each in client.describe_vpcs()["Vpcs"]}


def ec2():
    return boto3.client("ec2", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y")


def is_over():
    return BaseClient._make_request is ORIGINAL and current_world.current() is None


# --- ends --------------------------------------------------------------------------------------------------


def test_motos_stop_raises():
    """Everything of ours is put back, then the error goes on."""
    dx = mock_directconnect().start()
    ec2().describe_vpcs()
    services = dx.world.ports.other_services
    stop = services.stop

    def failing(*heirs):
        stop(*heirs)
        raise RuntimeError("moto failed")

    services.stop = failing
    with pytest.raises(RuntimeError, match="moto failed"):
        dx.stop()
    assert is_over()
    assert not dx.is_active
    with mock_directconnect() as again:
        connect(again.client())


def test_a_door_that_does_not_close(monkeypatch):
    """The other doors close all the same."""
    from dx_mock.doors import urllib3_pools

    uninstall = urllib3_pools.uninstall

    def failing():
        uninstall()
        raise RuntimeError("stuck")

    dx = mock_directconnect().start()
    with monkeypatch.context() as patch:
        patch.setattr(urllib3_pools, "uninstall", failing)
        with pytest.raises(RuntimeError, match="stuck"):
            dx.stop()
    assert is_over()


def test_a_door_that_does_not_open(monkeypatch):
    from dx_mock.doors import urllib3_pools

    def failing():
        raise RuntimeError("stuck")

    dx = mock_directconnect()
    with monkeypatch.context() as patch:
        patch.setattr(urllib3_pools, "install", failing)
        with pytest.raises(RuntimeError, match="stuck"):
            dx.start()
    assert is_over()
    assert not dx.is_active
    with dx:
        connect(dx.client())


def test_stopped_by_whoever_finds_it():
    """``active_mock()`` is the mock itself."""
    dx = mock_directconnect().start()
    assert dx_mock.active_mock() is dx
    dx_mock.active_mock().stop()
    assert is_over()
    with pytest.raises(RuntimeError, match="not started"):
        dx.stop()


def test_a_mock_that_nobody_can_stop():
    """It closes and warns; what it has patched is put back."""
    client = boto3.client(
        "directconnect", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y"
    )
    dx = mock_directconnect().start()
    connect(client)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        del dx
        gc.collect()
    assert "garbage-collected while it was active" in str(said[0].message)
    assert is_over()


def test_a_mock_that_is_collected_in_the_middle_of_a_change():
    """Then its doors are closed by who begins or ends next."""
    dx = mock_directconnect().start()
    with warnings.catch_warnings(record=True) as said, current_world.changing():
        warnings.simplefilter("always")
        del dx
        gc.collect()
        assert current_world.current() is None
    assert [each.category for each in said] == [ResourceWarning]
    assert is_over()


def test_a_mock_that_is_collected_while_another_thread_holds_a_lock():
    """Whoever collects waits for nobody."""
    dx = mock_directconnect().start()
    world = dx.world
    held, go = threading.Event(), threading.Event()

    def hold():
        with world.lock:
            held.set()
            go.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        del dx
        gc.collect()
    assert [each.category for each in said] == [ResourceWarning]
    assert current_world.current() is None
    go.set()
    thread.join()
    with mock_directconnect():
        pass
    assert is_over()


def test_a_mock_that_was_stopped_says_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            dx = mock_directconnect()
            with dx:
                pass
            del dx
            gc.collect()


# --- clients of a mock -------------------------------------------------------------------------------------


def test_a_mocks_client_is_its_own():
    """Wherever it is used: inside of another mock, in a thread."""
    with mock_directconnect() as outer:
        client = outer.client()
        with mock_directconnect(quotas={"connections_per_location": 50}) as inner:
            connect(client)
            assert inner.calls == []
            thread = threading.Thread(target=connect, args=(inner.client(),))
            thread.start()
            thread.join()
            assert len(inner.calls) == 1
            outer.faults.add("DescribeLags", error=503)
            client.describe_lags()  # the full way is to the same world
            assert inner.calls.of("DescribeLags") == []
        assert [call.operation for call in outer.calls] == ["CreateConnection", "DescribeLags", "DescribeLags"]


def test_a_client_of_a_mock_that_is_not_active():
    dx = mock_directconnect()
    client = dx.client()
    with pytest.raises(RuntimeError, match="this mock is not started, and its clients call on nobody else"):
        client.describe_lags()
    with dx:
        client.describe_lags()
        assert len(dx.calls) == 1
    with pytest.raises(RuntimeError, match="this mock is not started"):
        client.describe_lags()
    with mock_directconnect() as other, pytest.raises(RuntimeError, match="this mock is not started"):
        client.describe_lags()
    assert other.calls == []
    dx.resume()
    client.describe_lags()
    dx.stop()


def test_a_client_of_a_mock_goes_nowhere_else(dx, monkeypatch):
    """Not to an endpoint that the environment names, which may be a server of this process."""
    with dx_mock.server() as served:
        monkeypatch.setenv("AWS_ENDPOINT_URL", served.endpoint_url)
        connect(dx.client())
        assert len(dx.calls) == 1


# --- a mock inside a mock ----------------------------------------------------------------------------------


@pytest.mark.parametrize("outer_called_first", [False, True])
def test_other_services_of_nested_mocks(outer_called_first):
    """Mocks that are active at once share what moto has, whoever called it first; it ends with the last."""
    client = ec2()
    with mock_directconnect():
        if outer_called_first:
            client.describe_vpcs()
        with mock_directconnect():
            made = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        assert made in vpcs(client)
    with mock_directconnect():
        assert made not in vpcs(client)


def test_the_outer_one_ends_first():
    client = ec2()
    outer, inner = mock_directconnect(), mock_directconnect()
    outer.start()
    inner.start()
    made = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    outer.stop()
    assert made in vpcs(client)
    inner.stop()
    with mock_directconnect():
        assert made not in vpcs(client)


def test_a_mock_without_other_services_inherits_none():
    client = ec2()
    with mock_directconnect(others="block"):
        with mock_directconnect():
            client.describe_vpcs()
        with pytest.raises(Exception, match="block"):
            client.describe_vpcs()


@pytest.mark.parametrize("others", ["block", "pass"])
def test_one_that_can_not_use_it_is_no_heir(others):
    """Whichever was opened last."""
    client = ec2()
    first, second, third = mock_directconnect(), mock_directconnect(), mock_directconnect(others=others)
    first.start()
    second.start()
    made = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    third.start()
    second.stop()
    third.stop()
    assert made in vpcs(client)
    first.stop()
    assert not runtime.moto_is_active()


def test_mocks_side_by_side_keep_what_moto_has():
    """One ends while another one, in another thread, begins and calls."""
    client, problems = ec2(), []

    def work(seed):
        chance = random.Random(seed)
        for _ in range(25):
            with mock_directconnect(others=chance.choice(["moto", "block"])) as dx:
                if dx.settings.others == "moto":
                    made = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
                    if made not in vpcs(client):
                        problems.append(made)

    workers = [threading.Thread(target=_noting, args=(work, seed, problems)) for seed in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(60)
    assert problems == []
    assert not runtime.moto_is_active()


def _noting(work, seed, problems):
    try:
        work(seed)
    except Exception as error:
        problems.append(error)


def test_while_another_thread_is_in_the_middle_of_importing_moto(monkeypatch):
    monkeypatch.setitem(sys.modules, "moto.core.models", types.ModuleType("moto.core.models"))
    with mock_directconnect():
        assert not runtime.moto_is_active() and not runtime.moto_is_the_tests_own()
        found = requests.post("https://directconnect.us-east-1.amazonaws.com/", data="{}", timeout=5)
        assert found.json()["__type"] == "UnknownOperationException"


def test_motos_own_mock_outlives_us():
    client = ec2()
    with mock_aws():
        with mock_directconnect(), mock_directconnect():
            made = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        assert made in vpcs(boto3.client("ec2", region_name="us-east-1"))


# --- forks -------------------------------------------------------------------------------------------------

FORKS = """
import faulthandler, os, sys, threading, time, warnings
warnings.simplefilter("ignore", DeprecationWarning)
from dx_mock import mock_directconnect

over = threading.Event()

def live():
    while not over.is_set():
        with mock_directconnect() as dx:
            dx.client().describe_lags()
        time.sleep(0.001)

threads = [threading.Thread(target=live, daemon=True) for _ in range(4)]
for thread in threads:
    thread.start()
hung = 0
for _ in range({forks}):
    child = os.fork()
    if not child:
        faulthandler.dump_traceback_later(40, exit=True)
        with mock_directconnect() as dx:
            dx.client().describe_lags()
        os._exit(0)
    deadline = time.monotonic() + 50
    while not (done := os.waitpid(child, os.WNOHANG))[0]:
        if time.monotonic() > deadline:
            os.kill(child, 9)
            os.waitpid(child, 0)
            hung += 1
            break
        time.sleep(0.005)
    else:
        assert os.waitstatus_to_exitcode(done[1]) == 0
over.set()
for thread in threads:
    thread.join(20)
print("hung:", hung)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks are for POSIX")
def test_forks_while_other_threads_begin_and_end_mocks():
    """From the first one on, which is in the middle of its imports then; no child hangs."""
    done = subprocess.run(
        [sys.executable, "-c", FORKS.format(forks=12)], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.stdout, done.returncode) == ("hung: 0\n", 0), done.stderr[-3000:]


def test_a_fork_waits_for_every_lock():
    """One that is held is waited for; where two are taken in another order nobody waits for ever."""
    first, second = forks._locks[0], forks._locks[-1]
    assert first is not second
    go, released = threading.Event(), threading.Event()

    def hold():
        with second:
            go.set()
            time.sleep(0.05)
            with first:
                pass
            released.set()

    thread = threading.Thread(target=hold)
    thread.start()
    go.wait(10)
    taken = forks._take_all()
    assert released.is_set()
    forks.release(taken)
    thread.join()


def test_refusals_are_no_ends(dx):
    """A refused call leaves the mock active."""
    with pytest.raises(ClientError):
        dx.client().describe_lags(lagId="x")
    assert dx.is_active
