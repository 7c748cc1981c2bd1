"""Asynchronous suites: pytest-asyncio and anyio's plugin, each where it wants marks and where it does not."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow

SUITE = """
import asyncio

import boto3
import pytest
{imports}

from dx_mock import active_mock, mock_directconnect

{marks}


def order():
    client = boto3.client("directconnect", region_name="us-east-1")
    client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="c")
    return client


async def test_fixture(directconnect):
    await asyncio.sleep(0)
    order()
    directconnect.calls.assert_called_once("CreateConnection")


@pytest.mark.directconnect(provisioning="manual")
async def test_marker():
    order()
    await asyncio.sleep(0)
    assert active_mock().settings.provisioning == "manual"


@mock_directconnect
async def test_decorator():
    await asyncio.sleep(0)
    order()
    assert len(active_mock().calls) == 1


@mock_directconnect(seed=5)
class TestDecorated:
    async def test_one(self):
        await asyncio.sleep(0)
        order()
        assert (active_mock().settings.seed, len(active_mock().calls)) == (5, 1)

    async def test_two(self):
        order()
        assert len(active_mock().calls) == 1


{fixture}
@mock_directconnect
async def client():
    yield order()


async def test_asynchronous_fixture(client):
    await asyncio.sleep(0)
    assert len(client.describe_connections()["connections"]) == 1


async def test_nothing_is_left():
    with pytest.raises(RuntimeError, match="no mock_directconnect is active"):
        active_mock()
"""

BACKEND = """

@pytest.fixture
def anyio_backend():
    return "asyncio"
"""


@pytest.mark.parametrize(
    ("options", "imports", "marks", "fixture"),
    [
        pytest.param(
            ["-o", "asyncio_mode=strict"],
            "import pytest_asyncio",
            "pytestmark = pytest.mark.asyncio",
            "@pytest_asyncio.fixture",
            id="asyncio-strict",
        ),
        pytest.param(["-o", "asyncio_mode=auto"], "", "", "@pytest.fixture", id="asyncio-auto"),
        pytest.param(
            ["-p", "no:asyncio"],
            "",
            "pytestmark = pytest.mark.anyio" + BACKEND,
            "@pytest.fixture",
            id="anyio",
        ),
        pytest.param(
            ["-p", "no:asyncio", "-o", "anyio_mode=auto"], "", BACKEND, "@pytest.fixture", id="anyio-auto"
        ),
    ],
)
def test_suites(pytester: pytest.Pytester, options, imports, marks, fixture):
    if "anyio" in marks + " ".join(options):
        pytest.importorskip("anyio.pytest_plugin")
    pytester.makepyfile(SUITE.format(imports=imports, marks=marks, fixture=fixture))
    loop = [] if "no:asyncio" in options else ["-o", "asyncio_default_fixture_loop_scope=function"]
    done = pytester.runpytest_subprocess(
        "-p", "no:cacheprovider", "-p", "no:randomly", "-W", "error", *options, *loop
    )
    done.assert_outcomes(passed=7)
