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
from dx_mock import mock_directconnect
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
        with pytest.raises(AssertionError, match="1 resource is left"):
            dx_mock.active_mock().assert_clean()
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


# --- all of moto's ways ------------------------------------------------------------------------------------


def balanced():
    """Nothing of moto's or ours is active."""
    with pytest.raises(RuntimeError, match="no mock_directconnect is active"):
        dx_mock.active_mock()
    return sys.modules["moto.core.models"].MockAWS._nested_count == 0


def test_with_a_config():
    with mock_aws(config={"core": {"reset_boto3_session": False}, "batch": {"use_docker": False}}):
        assert ours()
    assert balanced()


@mock_aws(config={"core": {"mock_credentials": True}})
def test_decorated_with_a_config():
    assert ours()


def test_start_and_stop_and_their_options():
    """``start(reset=False)`` goes on with the last world, ``stop(remove_data=False)`` keeps it."""
    mock = mock_aws()
    mock.start()
    connect(client())
    mock.stop(remove_data=False)
    assert balanced()
    mock.start(reset=False)
    assert len(client().describe_connections()["connections"]) == 1
    mock.stop()
    mock.start()
    assert client().describe_connections()["connections"] == []
    mock.stop()
    assert balanced()


def test_stops_in_another_order():
    first, second = mock_aws(), mock_aws()
    first.start()
    connect(client())
    second.start()
    first.stop()
    assert len(client().describe_connections()["connections"]) == 1
    second.stop()
    assert balanced()


def test_errors_keep_it_balanced():
    class Boom(Exception):
        pass

    @mock_aws
    def decorated():
        connect(client())
        raise Boom

    @mock_aws
    class Tests(unittest.TestCase):
        def setUp(self):
            connect(client())
            raise Boom

        def test_it(self):
            raise AssertionError("never reached")

    for _ in range(2):
        with pytest.raises(Boom):
            decorated()
        assert balanced()
        with pytest.raises(Boom), mock_aws(), mock_aws():
            raise Boom
        assert balanced()
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Tests).run(result)
    assert len(result.errors) == 1
    with mock_aws():
        assert client().describe_connections()["connections"] == []


def test_a_world_that_can_not_be_made_keeps_it_balanced():
    """The service refuses what was declared: moto's mock is not left behind."""
    dx_mock.uninstall()
    lags = [{"lagName": "l", "location": "EqDC2", "connectionsBandwidth": "1Gbps", "numberOfConnections": 99}]
    dx_mock.install(topology={"lags": lags})
    for _ in range(2):
        with pytest.raises(ValueError, match="lags"), mock_aws():
            raise AssertionError("never reached")
        assert balanced()


def test_our_own_mock_inside_and_outside():
    """Each keeps its world; the innermost answers."""
    with mock_directconnect(seed=1) as outside:
        connect(client())
        with mock_aws():
            assert client().describe_connections()["connections"] == []
            connect(client())
            with mock_directconnect() as inside:
                assert client().describe_connections()["connections"] == []
                assert len(inside.calls) == 1
            assert len(client().describe_connections()["connections"]) == 1
        assert len(client().describe_connections()["connections"]) == 1
        assert outside.is_active
    assert balanced()


@pytest.mark.slow
def test_pytest_suites_of_all_kinds(pytester):
    """Session, class and function fixtures, classes with setup, unittest, parametrized tests."""
    pytester.makeini(
        "[pytest]\ndirectconnect_in_mock_aws = true\nasyncio_mode = auto\n"
        "asyncio_default_fixture_loop_scope = function\n"
    )
    common = """
        import unittest
        import boto3, pytest
        from moto import mock_aws

        def client():
            return boto3.client("directconnect", region_name="us-east-1")

        def order():
            made = client().create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="c")
            assert made["connectionId"][:8] in {"dxcon-ff", "dxcon-fg", "dxcon-fh"}
            return made["connectionId"]

        def count():
            return len(client().describe_connections()["connections"])
    """
    pytester.makepyfile(
        test_session=common
        + """
        @pytest.fixture(scope="session")
        def aws():
            with mock_aws():
                order()
                yield

        @pytest.mark.parametrize("number", range(3))
        def test_shared(aws, number):
            assert count() == 1

        @mock_aws
        def test_nested_in_the_session(aws):
            assert count() == 1
        """,
        test_kinds=common
        + """
        @pytest.fixture
        def aws():
            with mock_aws():
                yield order()

        def test_fixture(aws):
            assert count() == 1

        @mock_aws
        @pytest.mark.parametrize("number", range(2))
        def test_decorated(number):
            order()
            assert count() == 1

        @mock_aws
        class TestClass:
            def setup_method(self, method=None):
                order()

            def test_one(self):
                assert count() == 1
                order()

            def test_two(self):
                assert count() == 1

        @mock_aws
        class TestCase(unittest.TestCase):
            def setUp(self):
                order()

            def test_one(self):
                assert count() == 1
                order()

            def test_two(self):
                assert count() == 1

        class TestStart(unittest.TestCase):
            def setUp(self):
                self.mock = mock_aws()
                self.mock.start()
                self.addCleanup(self.mock.stop)
                order()

            def test_it(self):
                assert count() == 1
        """,
    )
    options = ("-p", "no:xdist", "-p", "no:cacheprovider")
    # Apart: what is nested in a mock_aws of the whole session is in that one's world, as with moto.
    pytester.runpytest_subprocess(*options, "test_session.py").assert_outcomes(passed=4)
    pytester.runpytest_subprocess(*options, "test_kinds.py").assert_outcomes(passed=8)


def test_a_failure_shows_the_world(suite):
    """Though moto has ended it before pytest reports."""
    done = suite(
        pytest__ini="[pytest]\ndirectconnect_in_mock_aws = true\n",
        test_it="""
        import unittest
        import boto3
        from dx_mock import mock_directconnect
        from moto import mock_aws

        def order():
            client = boto3.client("directconnect", region_name="us-east-1")
            client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="fibre")

        @mock_aws
        def test_function():
            order()
            assert False

        @mock_aws
        class TestMoto(unittest.TestCase):
            def test_it(self):
                order()
                self.fail()

        @mock_directconnect
        class TestOurs(unittest.TestCase):
            def test_it(self):
                order()
                self.fail()

        @mock_directconnect
        class TestAsync(unittest.IsolatedAsyncioTestCase):
            async def test_it(self):
                order()
                self.fail()
        """,
    )
    assert done.counts() == {"failed": 4}
    reports = done.output.split("FAILURES", 1)[1]
    assert reports.count("- Direct Connect -") == 4
    assert reports.count("1 call:\n  <CreateConnection(") == 4


@pytest.mark.usefixtures("_plugin_alone")
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
