"""Uses that nobody would recommend: ends in the wrong order, forks, other people's patches, leaks."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import unittest
import warnings
import weakref

import boto3
import pytest
from botocore.stub import Stubber

from dx_mock import active_mock, mock_directconnect
from dx_mock.process import current_world
from tests.helpers import CONNECTION, connect


def here():
    return boto3.client("directconnect", region_name="us-east-1")


def count(client=None):
    return len((client or here()).describe_connections()["connections"])


@pytest.fixture
def _bare_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


# --- the order of ends -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("_bare_environment")
def test_credentials_stay_until_the_last_mock_ends():
    before = dict(os.environ)
    first, second = mock_directconnect().start(), mock_directconnect().start()
    first.stop()
    boto3.DEFAULT_SESSION = None  # whoever looks for credentials now must find some
    connect(here())
    second.stop()
    assert dict(os.environ) == before


@pytest.mark.usefixtures("_bare_environment")
def test_credentials_that_a_test_sets_are_its_own():
    with mock_directconnect():
        os.environ["AWS_ACCESS_KEY_ID"] = "222222222222"
        assert here().create_connection(**CONNECTION)["ownerAccount"] == "222222222222"
    assert os.environ.pop("AWS_ACCESS_KEY_ID") == "222222222222"
    assert "AWS_SECRET_ACCESS_KEY" not in os.environ


def test_generators_closed_in_the_order_of_their_beginning():
    """As fixtures are whose finalizers go wrong; nothing is left, and each world is the right one."""

    def world(seed):
        with mock_directconnect(seed=seed):
            connect(here())
            yield seed

    before = dict(os.environ)
    many = [world(seed) for seed in range(4)]
    for each in many:
        next(each)
    for each in many[:-1]:
        each.close()
        assert count() == 1
    assert active_mock().settings.seed == 3
    many[-1].close()
    assert current_world.current() is None
    assert dict(os.environ) == before


def test_stopped_twice():
    mock = mock_directconnect().start()
    mock.stop()
    with pytest.raises(RuntimeError, match="this mock is not started"):
        mock.stop()
    with mock_directconnect() as dx:
        dx.stop()
        with pytest.raises(RuntimeError, match="this mock is not started"):
            dx.stop()
        dx.start()  # the context manager stops it
    assert current_world.current() is None


def test_an_exception_in_setup_leaves_nothing_active():
    @mock_directconnect
    class Tests:
        def setup_method(self):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Tests().setup_method()
    assert current_world.current() is None


def test_moto_outlives_the_mock():
    """mock_aws begun inside and ended outside; requests work afterwards, and the next mock, too.

    ``responses`` keeps what it finds in the place of ``HTTPAdapter.send`` when it is imported.
    """
    code = """
import requests
from dx_mock import mock_directconnect

def refused():
    try:
        requests.get("http://127.0.0.1:9/", timeout=5)
    except requests.ConnectionError:
        return True

original = requests.adapters.HTTPAdapter.send
dx = mock_directconnect().start()
from moto import mock_aws
outlives = mock_aws()
outlives.start()
dx.stop()
assert refused()
with mock_directconnect():
    assert refused()
    headers = {"X-Amz-Target": "OvertureService.DescribeLags", "Content-Type": "application/x-amz-json-1.1"}
    answer = requests.post("https://directconnect.us-east-1.amazonaws.com/", "{}", headers=headers, timeout=5)
    assert answer.json() == {"lags": []}
outlives.stop()
assert refused()
with mock_directconnect():
    assert refused()
assert refused()
assert requests.adapters.HTTPAdapter.send is original
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)


# --- decorating what is decorated ------------------------------------------------------------------------


def test_a_decorated_class_of_a_decorated_base():
    @mock_directconnect
    class Base:
        def setup_method(self):
            connect(here())

    @mock_directconnect(seed=5)
    class Tests(Base):
        def setup_method(self):
            connect(here())
            super().setup_method()

    for _ in range(2):
        test = Tests()
        test.setup_method(None)
        assert count() == 2  # of the world of the class, with its settings
        assert active_mock().settings.seed == 5
        test.teardown_method(None)
        assert current_world.current() is None


def test_a_decorated_unittest_class_of_a_decorated_base():
    @mock_directconnect
    class Base(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            connect(here())

    @mock_directconnect
    class Tests(Base):
        def test_it(self):
            assert count() == 1

    class Undecorated(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            connect(here())

    @mock_directconnect
    class Inheriting(Undecorated):
        def test_it(self):
            assert count() == 1

    for cls in (Tests, Inheriting):
        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(cls).run(result)
        assert (result.testsRun, result.failures, result.errors) == (1, [], [])
    assert current_world.current() is None


@mock_directconnect
class TestSetupClass:
    """What setup_class makes is there in every test of the class, as with unittest's setUpClass."""

    @classmethod
    def setup_class(cls):
        cls.made = connect(here())

    @pytest.mark.parametrize("number", range(2))
    def test_it(self, number):
        assert here().describe_connections(connectionId=self.made)["connections"]


async def test_a_decorated_async_generator():
    seen = []

    @mock_directconnect
    async def numbers():
        connect(here())
        try:
            seen.append((yield count()))
        except ZeroDivisionError:
            seen.append("thrown")
            yield count()

    assert [each async for each in numbers()] == [1]
    generator = numbers()
    assert await generator.__anext__() == 1
    assert await generator.athrow(ZeroDivisionError()) == 1
    await generator.aclose()
    generator = numbers()
    await generator.__anext__()
    await generator.aclose()
    assert seen == [None, "thrown"]
    assert current_world.current() is None


# --- clients of all kinds --------------------------------------------------------------------------------


def test_a_client_made_in_another_thread_and_before():
    made = []
    thread = threading.Thread(target=lambda: made.append(boto3.Session().client("directconnect", "us-east-1")))
    thread.start()
    thread.join()
    with mock_directconnect():
        connect(made[0])
        assert count() == 1


def test_a_client_made_before_dx_mock_is_imported():
    code = """
import boto3
client = boto3.client("directconnect", region_name="us-east-1", aws_access_key_id="222222222222",
                      aws_secret_access_key="x")
from dx_mock import mock_directconnect
with mock_directconnect():
    made = client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="c")
    assert made["ownerAccount"] == "222222222222"
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)


def test_stubber_and_hooks_of_the_user_come_first(dx):
    client = here()
    seen = []
    client.meta.events.register("before-parameter-build.direct-connect", lambda **kw: seen.append("build"))
    client.meta.events.register("after-call.direct-connect", lambda parsed, **kw: seen.append("after"))
    with Stubber(client) as stubber:
        stubber.add_client_error("describe_connections", "Mine")
        with pytest.raises(client.exceptions.ClientError, match="Mine"):
            client.describe_connections()
    assert len(dx.calls) == 0
    assert count(client) == 0
    assert seen == ["build", "after"] * 2


# --- processes -------------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_forks_while_threads_are_at_work(dx):
    """The child has the world as it was, whole, and no lock that nobody gives back."""
    connect(here())
    ended = threading.Event()

    def work():
        client = here()
        while not ended.is_set():
            client.update_connection(connectionId=made, connectionName="new")

    made = dx.calls[0].reply["connectionId"]
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    client = here()
    codes = []
    try:
        for _ in range(10):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of just this
                child = os.fork()
            if child == 0:
                signal.alarm(20)
                try:
                    connect(client)
                    os._exit(0 if count(client) == 2 else 3)
                except BaseException:
                    os._exit(4)
            codes.append(os.waitpid(child, 0)[1])
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert codes == [0] * 10
    assert count() == 1


def _in_a_world_of_its_own(number):
    with mock_directconnect(seed=number):
        connect(here())
        return active_mock().settings.seed, count()


def test_spawned_processes_have_worlds_of_their_own(dx):
    connect(here())
    connect(here())
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map(_in_a_world_of_its_own, [3]) == [(3, 1)]
        pool.close()
        pool.join()
    assert count() == 2


# --- nothing stays ---------------------------------------------------------------------------------------


def _everything(dx):
    client = here()
    connect(client)
    boto3.client("ec2", region_name="us-east-1").describe_vpcs()
    dx.faults.add("DescribeLags", latency=1)
    client.describe_lags()
    dx.restore(dx.snapshot())
    dx.topology().to_dot()
    client.describe_connections()


def test_worlds_are_freed():
    """After the end, though clients, threads and tasks that were in them live on."""
    worlds = []

    @mock_directconnect
    def decorated():
        worlds.append(weakref.ref(active_mock().world))
        _everything(active_mock())

    async def task():
        async with mock_directconnect() as dx:
            worlds.append(weakref.ref(dx.world))
            connect(here())
            await asyncio.sleep(0)

    async def tasks():
        await asyncio.gather(task(), task())

    early = here()
    decorated()
    asyncio.run(tasks())
    with mock_directconnect():
        connect(early)
        worlds.append(weakref.ref(active_mock().world))
    gc.collect()
    assert [world() for world in worlds] == [None] * 4


@pytest.mark.slow
def test_no_warning_of_things_left_open():
    code = """
import gc, boto3
from dx_mock import mock_directconnect, server
with mock_directconnect() as dx:
    client = boto3.client("directconnect", region_name="us-east-1")
    client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="c")
    boto3.client("ec2", region_name="us-east-1").describe_vpcs()
with server() as srv:
    client = boto3.client("directconnect", region_name="us-east-1", endpoint_url=srv.endpoint_url,
                          aws_access_key_id="1" * 12, aws_secret_access_key="x")
    client.describe_connections()
    client.close()
gc.collect()
"""
    command = [sys.executable, "-X", "dev", "-W", "error", "-W", "default::ResourceWarning", "-c", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert "ResourceWarning" not in done.stderr, done.stderr
