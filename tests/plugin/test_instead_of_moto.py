"""``dx_mock.install()``: this mock inside every ``@mock_aws``."""

from __future__ import annotations

import sys
import unittest

import boto3
import pytest
import requests
from botocore.exceptions import ClientError
from moto import mock_aws

import dx_mock
from tests.helpers import connect


@pytest.fixture(autouse=True)
def _installed():
    dx_mock.install()
    yield
    dx_mock.uninstall()


def client():
    return boto3.client("directconnect", region_name="us-east-1")


def ours():
    """Whether Direct Connect is this one: moto's makes up its ids."""
    return connect(client())[:8] in {"dxcon-ff", "dxcon-fg", "dxcon-fh"}


def test_context_and_hands():
    with mock_aws():
        assert ours()
        dx_mock.active_mock().assert_clean  # noqa: B018
        vpc = boto3.client("ec2", region_name="us-east-1").create_vpc(CidrBlock="10.0.0.0/16")
        assert vpc["Vpc"]["VpcId"]
    with pytest.raises(RuntimeError):
        dx_mock.active_mock()


@mock_aws
def test_decorated_function():
    assert ours()
    assert len(client().describe_connections()["connections"]) == 1


@mock_aws
class TestDecorated:
    def setup_method(self, method=None):
        connect(client())

    def test_keeps_what_setup_made(self):
        assert len(client().describe_connections()["connections"]) == 1
        connect(client())

    def test_and_nothing_of_other_tests(self):
        assert len(client().describe_connections()["connections"]) == 1


def test_unittest_class():
    """The same for unittest, as a class that is run here."""

    @mock_aws
    class Tests(unittest.TestCase):
        def setUp(self):
            connect(client())

        def test_one(self):
            assert len(client().describe_connections()["connections"]) == 1

        def test_two(self):
            assert len(client().describe_connections()["connections"]) == 1

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Tests).run(result)
    assert (result.testsRun, result.failures, result.errors) == (2, [], [])


def test_nested_is_one_world():
    with mock_aws():
        connect(client())
        with mock_aws():
            assert len(client().describe_connections()["connections"]) == 1
        assert len(client().describe_connections()["connections"]) == 1


def test_a_client_made_before():
    early = client()
    with mock_aws(), pytest.raises(ClientError, match="Could not find Connection"):
        early.describe_connections(connectionId="dxcon-fg000000")


def test_moto_api_reset():
    with mock_aws():
        connect(client())
        requests.post("http://motoapi.amazonaws.com/moto-api/reset", timeout=5)
        assert client().describe_connections()["connections"] == []


def test_settings_hold_for_all():
    dx_mock.uninstall()
    dx_mock.install(provisioning="manual", topology="development")
    with mock_aws():
        made = connect(client())
        shown = client().describe_connections()["connections"]
        assert len(shown) == 3
        assert (
            client().describe_connections(connectionId=made)["connections"][0]["connectionState"] == "requested"
        )


def test_misuse():
    with pytest.raises(RuntimeError, match="has been called already"):
        dx_mock.install()
    dx_mock.uninstall()
    dx_mock.uninstall()
    with pytest.raises(TypeError, match="unknown setting 'provisionning'"):
        dx_mock.install(provisionning="auto")
    with mock_aws(), pytest.raises(RuntimeError, match="before mock_aws starts"):
        dx_mock.install()
    dx_mock.install()
    with mock_aws(), pytest.raises(RuntimeError, match="after mock_aws has ended"):
        dx_mock.uninstall()


def test_uninstall_gives_moto_its_place_back():
    models = sys.modules["moto.core.models"]
    dx_mock.uninstall()
    assert models.MockAWS.start.__module__ == "moto.core.models"
    with mock_aws():
        client().describe_connections()
        with pytest.raises(RuntimeError):
            dx_mock.active_mock()


def test_as_an_option_of_pytest(pytester):
    """One line in the configuration; moto is not loaded for it before a test does."""
    pytester.makeini("[pytest]\ndirectconnect_in_mock_aws = true\n")
    pytester.makepyfile(
        """
        import sys
        import boto3

        def test_early():
            assert "moto" not in sys.modules

        def test_it():
            from moto import mock_aws

            with mock_aws():
                client = boto3.client("directconnect", region_name="us-east-1")
                made = client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="c")
                assert made["connectionId"].startswith("dxcon-f")
                assert made["connectionState"] == "requested"
        """
    )
    done = pytester.runpytest_subprocess("-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider")
    done.assert_outcomes(passed=2)
