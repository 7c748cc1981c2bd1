"""Decorator, context manager, start and stop, nesting: one object behind all of them."""

from __future__ import annotations

import asyncio
import copy
import gc
import os
import pickle
import socket
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from dx_mock import active_mock, mock_directconnect
from dx_mock.doors import opening
from dx_mock.process import current_world
from tests.helpers import CONNECTION, connect


def here():
    """A client as code under test makes it."""
    return boto3.client("directconnect", region_name="us-east-1")


def count(client=None):
    """How many connections there are."""
    return len((client or here()).describe_connections()["connections"])


@mock_directconnect
def test_decorator_without_parentheses():
    assert count() == 0
    connect(here())
    assert count() == 1


@mock_directconnect(provisioning="manual")
@pytest.mark.parametrize("number", [1, 2])
def test_decorator_with_settings_and_parameters(number):
    for _ in range(number):
        connect(here())
    states = {each["connectionState"] for each in here().describe_connections()["connections"]}
    assert states == {"requested"}
    assert count() == number


@mock_directconnect
async def test_decorated_coroutine():
    await asyncio.sleep(0)
    connect(here())
    assert count() == 1


@mock_directconnect
class TestDecoratedClass:
    """Every test has its own world, begun before setup_method."""

    def setup_method(self):
        connect(here())

    def test_one(self):
        assert count() == 1
        connect(here())

    def test_two(self):
        assert count() == 1
        connect(here())

    async def test_three(self):
        assert count() == 1


class TestSubclass(TestDecoratedClass):
    def setup_method(self, method):
        super().setup_method(method)
        connect(here())

    def test_one(self):
        assert count() == 2

    test_two = test_three = None


@mock_directconnect(provisioning="manual")
class TestUnittest(unittest.TestCase):
    """unittest's setUp is inside the mock."""

    def setUp(self):
        self.made = connect(here())

    def test_one(self):
        (shown,) = here().describe_connections()["connections"]
        assert shown["connectionState"] == "requested"
        connect(here())

    def test_two(self):
        assert count() == 1
        connect(here())


@mock_directconnect
class TestUnittestAsync(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        connect(here())

    async def test_it(self):
        assert count() == 1


@mock_directconnect
class TestUnittestClassSetUp(unittest.TestCase):
    """What setUpClass makes is there in every test of the class."""

    @classmethod
    def setUpClass(cls):
        cls.made = connect(here())

    def test_one(self):
        assert count() == 1

    def test_two(self):
        assert count() == 1


def test_a_decorated_function_keeps_its_name_and_result():
    @mock_directconnect
    def answer(number, *, plus=0):
        """Adds up."""
        return number + plus

    assert answer(40, plus=2) == 42
    assert answer.__name__ == "answer"
    assert answer.__doc__ == "Adds up."


def test_a_decorated_generator():
    @mock_directconnect
    def numbers():
        connect(here())
        yield count()
        yield count()

    assert list(numbers()) == [1, 1]


def test_what_can_not_be_decorated():
    with pytest.raises(TypeError, match="can decorate functions and classes"):
        mock_directconnect()(5)


def test_the_mock_ends_after_an_error():
    with pytest.raises(ZeroDivisionError), mock_directconnect():
        raise ZeroDivisionError
    assert current_world.current() is None


def test_each_run_begins_empty():
    mock = mock_directconnect()
    for _ in range(2):
        with mock:
            assert count() == 0
            connect(here())


def test_nested_mocks_keep_to_their_own_worlds():
    """The inner one answers while it is active; the outer one is as it was."""
    client = here_after = None
    with mock_directconnect() as outer:
        client = here()
        connect(client)
        with mock_directconnect(seed=5) as inner:
            assert count(client) == 0
            connect(client)
            connect(client)
            assert count() == 2
        assert count(client) == 1
        here_after = len(outer.calls)
    assert here_after == 2
    assert len(inner.calls) == 4


COPIES = {"copy": copy.copy, "deepcopy": copy.deepcopy, "pickle": lambda dx: pickle.loads(pickle.dumps(dx))}


@pytest.mark.parametrize("stopped", [False, True])
@pytest.mark.parametrize("way", COPIES)
def test_a_copy_is_a_mock_of_its_own(way, stopped):
    """It has the settings, not the world, which goes on when a copy ends or is forgotten."""
    with mock_directconnect(seed=7) as dx:
        connect(here())
        if stopped:
            dx.stop()
        twin = COPIES[way](dx)
        assert not twin.is_active
        assert twin.settings == dx.settings
        with pytest.raises(RuntimeError, match="is not started"):
            twin.stop()
        with twin:
            assert count() == 0
        del twin
        gc.collect()
        if stopped:
            dx.resume()
        assert dx.is_active
        assert count() == 1
        with pytest.raises(OSError, match="was looked up inside mock_directconnect"):
            socket.getaddrinfo("ec2.us-east-1.amazonaws.com", 443)


def test_mocks_that_end_in_another_order():
    first, second = mock_directconnect().start(), mock_directconnect().start()
    connect(here())
    first.stop()
    assert count() == 1
    second.stop()
    assert current_world.current() is None


def test_worker_threads_are_in_the_world_that_is_active():
    found = []
    with mock_directconnect():
        connect(here())
        thread = threading.Thread(target=lambda: found.append(count()))
        thread.start()
        thread.join()
    assert found == [1]


def test_threads_with_mocks_of_their_own():
    """Two threads at once, each in its own world."""
    barrier = threading.Barrier(2)
    found = {}

    def work(number):
        with mock_directconnect(seed=number):
            barrier.wait(10)
            for _ in range(number):
                connect(here())
            barrier.wait(10)
            found[number] = count()
            barrier.wait(10)

    threads = [threading.Thread(target=work, args=(number,)) for number in (1, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {1: 1, 3: 3}


async def test_tasks_with_mocks_of_their_own():
    """Concurrent tasks, each in its own world."""

    async def work(number):
        async with mock_directconnect():
            for _ in range(number):
                connect(here())
                await asyncio.sleep(0)
            return count()

    assert await asyncio.gather(*(work(number) for number in (1, 2, 3))) == [1, 2, 3]


def test_the_environment_is_put_back(monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    before, session = dict(os.environ), boto3.DEFAULT_SESSION
    with mock_directconnect():
        connect(here())
        assert dict(os.environ) == before
    assert dict(os.environ) == before
    if session is not None:
        assert boto3.DEFAULT_SESSION is session  # a new one would cost most of a test's time
    found = boto3.DEFAULT_SESSION._session._credentials
    assert found is None or found.access_key != "DXMOCK"


def test_a_clients_own_account(dx):
    """A 12-digit access key stands for the account of that number."""
    client = boto3.client(
        "directconnect",
        region_name="us-east-1",
        aws_access_key_id="222222222222",
        aws_secret_access_key="x",
    )
    assert client.create_connection(**CONNECTION)["ownerAccount"] == "222222222222"
    assert dx.client().describe_connections()["connections"] == []


def test_motos_default_account(monkeypatch):
    """MOTO_ACCOUNT_ID, as moto has it."""
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "999999999999")
    with mock_directconnect() as dx:
        assert here().create_connection(**CONNECTION)["ownerAccount"] == "999999999999"
        assert count(dx.client()) == 1


def test_motos_account_header(dx):
    """``x-moto-account-id``, which a client sends by a hook of its own."""
    client = dx.client()

    def add_header(params, **_):
        params["headers"]["x-moto-account-id"] = "444444444444"

    client.meta.events.register("before-call", add_header)
    assert client.create_connection(**CONNECTION)["ownerAccount"] == "444444444444"


def test_credentials_from_outside_are_not_refreshed(dx):
    """Instance metadata, SSO and the like are never asked while a mock is active."""
    from botocore.credentials import DeferredRefreshableCredentials

    def refresh():
        raise AssertionError("the credentials were refreshed")

    client = dx.client()
    client._request_signer._credentials = DeferredRefreshableCredentials(refresh, "iam-role")
    assert client.create_connection(**CONNECTION)["ownerAccount"] == "123456789012"


def test_assumed_roles_are_motos():
    """An assumed role acts as the account of its role, for Direct Connect as for everything of moto's."""
    with mock_directconnect() as dx:
        role = boto3.client("sts", region_name="us-east-1").assume_role(
            RoleArn="arn:aws:iam::555555555555:role/network", RoleSessionName="test"
        )["Credentials"]
        client = boto3.client(
            "directconnect",
            region_name="us-east-1",
            aws_access_key_id=role["AccessKeyId"],
            aws_secret_access_key=role["SecretAccessKey"],
            aws_session_token=role["SessionToken"],
        )
        assert client.create_connection(**CONNECTION)["ownerAccount"] == "555555555555"
        assert count(dx.client(account_id="555555555555")) == 1


@mock_directconnect(provisioning="manual")
def test_hands_inside_of_a_decorated_test():
    dx = active_mock()
    made = connect(here())
    dx.provision(made)
    assert here().describe_connections()["connections"][0]["connectionState"] == "available"
    assert dx.calls.of("CreateConnection")


def test_no_mock_is_active_here():
    with pytest.raises(RuntimeError, match="no mock_directconnect is active here"):
        active_mock()


def test_one_begins_while_the_last_one_ends(monkeypatch):
    """In two threads: the one that ends does not close the doors of the one that begins."""
    closing, begun, ended = threading.Event(), threading.Event(), threading.Event()
    close_all = opening.close_all

    def slow():
        closing.set()
        begun.wait(0.2)
        close_all()

    def begin():
        assert closing.wait(10)
        monkeypatch.setattr(opening, "close_all", close_all)
        with mock_directconnect() as dx:
            begun.set()
            assert ended.wait(10)
            return dx.client().describe_connections()["connections"]

    monkeypatch.setattr(opening, "close_all", slow)
    with ThreadPoolExecutor(1) as pool:
        with mock_directconnect():
            found = pool.submit(begin)
        ended.set()
        assert found.result(30) == []
