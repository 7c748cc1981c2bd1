"""Shared fixtures, the check of every answer by botocore's output shapes, and that of every name looked up."""

from __future__ import annotations

import gc
import os
import weakref
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from dx_mock.process import quick_registration, shared_files
from dx_mock.world.world import World
from tests import names
from tests.conformance import check_reply
from tests.docs.runner import Runner
from tests.helpers import CUSTOMER, PARTNER
from tests.invariants import check_history
from tests.suites import Suite

pytest_plugins = ["pytester"]

# How long an example takes is the machine's matter, not the test's.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """An option for the run that shows that sharing does not show."""
    parser.addoption(
        "--every-session-reads",
        action="store_true",
        help="sessions share nothing of botocore's files, whatever a test sets",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Leave botocore alone where the option says so."""
    if config.getoption("--every-session-reads"):
        shared_files.install = quick_registration.install = lambda: None


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Tests of what is turned off can't be run."""
    off = config.getoption("--every-session-reads")
    return True if off and collection_path.name == "test_shared_files.py" else None


def pytest_collection_finish() -> None:
    """Leave what the modules of tests and libraries hold out of every later walk of the garbage collector.

    A test that collects, or asks who refers to an object, walks a million objects otherwise: 0.2 s each time.
    """
    gc.collect()
    gc.freeze()


names.watch()
# A client that is made outside of every mock, on a machine without keys, would ask for some.
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"


@pytest.fixture(autouse=True)
def _no_names():
    """Nobody looks up another machine, whoever catches the error."""
    names.looked_up.clear()
    yield
    assert names.looked_up == []


@pytest.fixture(autouse=True)
def conformance(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every answer of every test has the types, enums and members of the installed model, and no nulls.

    When a test is over, the history of its worlds knows of everything that they have become.
    """
    dispatch = World.dispatch
    worlds = weakref.WeakSet()

    def checking_dispatch(world, call):
        worlds.add(world)
        reply = dispatch(world, call)
        check_reply(call.operation, reply)
        return reply

    monkeypatch.setattr(World, "dispatch", checking_dispatch)
    yield
    for world in worlds:
        check_history(world)


@pytest.fixture(scope="session")
def runner():
    """Runs files and suites in processes of their own, which begin with boto3 and pytest imported."""
    found = Runner()
    yield found
    found.close()


@pytest.fixture
def suite(runner, tmp_path):
    """Runs a small suite: ``suite(test_it="def test_it(): ...")``."""
    return Suite(runner, tmp_path)


@pytest.fixture
def dx(directconnect):
    """The mock of the test, by a short name."""
    return directconnect


@pytest.fixture
def client(directconnect):
    """A client of the default account in us-east-1."""
    return directconnect.client()


@pytest.fixture
def partner(dx):
    """The client of a partner: an account that is one if the world's ``partners`` name it."""
    return dx.client(account_id=PARTNER)


@pytest.fixture
def customer(dx):
    """The client of the partner's customer, to whom others allocate."""
    return dx.client(account_id=CUSTOMER)
