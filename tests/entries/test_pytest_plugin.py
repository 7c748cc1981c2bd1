"""The pytest plugin as a user's suite sees it."""

from __future__ import annotations

import re
import sys

import pytest

from dx_mock import mock_directconnect

PASSING = """
    import boto3, pytest

    @pytest.mark.parametrize("number", range(40))
    def test_alone(directconnect, number):
        client = boto3.client("directconnect", region_name="us-east-1")
        assert client.describe_connections()["connections"] == []
        client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName=str(number))
        assert len(client.describe_connections()["connections"]) == 1
"""

FAILING = """
    import boto3, pytest
    from dx_mock import mock_directconnect

    def order():
        client = boto3.client("directconnect", region_name="us-east-1")
        for number in range(12):
            client.create_lag(
                numberOfConnections=1, location="EqDC2" if number else "EqLD5", connectionsBandwidth="1Gbps",
                lagName=f"bundle {number}",
            )

    def test_fixture(directconnect):
        order()

    @mock_directconnect(quotas={"lags_per_region": 50, "connections_per_location": 50})
    def test_decorator():
        order()

    def test_context():
        with mock_directconnect():
            raise AssertionError("inside")

    def test_without():
        assert False
"""


def run(pytester, *arguments, **files):
    """Run a suite with the plugin as it is installed, and with what ``arguments`` name."""
    pytester.makepyfile(**files)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [("-n", "8"), ("-p", "randomly", "-p", "no:xdist"), ("-p", "no:randomly")]
)
def test_workers_and_order(pytester, arguments):
    """Every test has a world of its own, in eight workers and in random order."""
    run(pytester, *arguments, test_it=PASSING).assert_outcomes(passed=40)


def test_every_test_has_a_world_of_its_own(suite):
    assert suite(test_it=PASSING).counts() == {"passed": 40}


def test_report_of_a_failure(suite):
    """The tree and the last calls, for every way in; nothing where no mock was active."""
    done = suite(test_it=FAILING)
    assert done.counts() == {"failed": 4}
    fixture, decorator, context, without = done.output.split("FAILURES", 1)[1].split("____ test_")[1:]
    assert "Direct Connect" in fixture
    assert "(nothing exists)" in fixture
    assert "<CreateLag(numberOfConnections=1, location='EqLD5'" in fixture
    assert "Direct Connect" in decorator
    assert "us-east-1\n└─" in decorator or "(nothing exists)" in decorator
    assert "0 calls:" in context
    assert "Direct Connect" not in without


def test_report_shows_the_last_calls_only(suite):
    done = suite(
        test_it="""
            def test_it(directconnect):
                client = directconnect.client()
                made = client.create_direct_connect_gateway(directConnectGatewayName="g")
                made = made["directConnectGateway"]["directConnectGatewayId"]
                for number in range(24):
                    client.describe_direct_connect_gateways(maxResults=number + 1)
                assert False
        """,
    )
    pytest.LineMatcher(done.output.splitlines()).fnmatch_lines(
        ["*- Direct Connect -*", "Direct Connect gateways", "last 10 of 25 calls:"]
    )
    assert done.output.count("<DescribeDirectConnectGateways(") == 10


MISUSE = {
    "provisionning='auto'": "unknown setting 'provisionning'",
    "provisioning='never'": "provisioning must be one of 'auto', 'manual', 'timed', not 'never'",
    "'manual'": "takes keyword settings such as provisioning='manual', not ('manual',)",
    "leftovers='maybe'": "leftovers must be 'ignore' or 'fail', not 'maybe'",
    "topology='nowhere.yaml'": "can't read the topology nowhere.yaml",
    "quotas={'lag': 1}": "unknown quota 'lag'",
}


def test_settings_errors(suite):
    """One sentence in each test's report, no traceback of ours."""
    tests = [
        f"@pytest.mark.directconnect({marker})\ndef test_number_{number}():\n    pass\n"
        for number, marker in enumerate(MISUSE)
    ]
    done = suite(test_it="\n".join(["import pytest", *tests]))
    assert done.counts() == {"error": len(MISUSE)}
    reports = done.output.split("ERROR at setup of test_number_")[1:]
    for report, text in zip(reports, MISUSE.values(), strict=True):
        assert text in report
        assert not re.search(r"\.py:\d", report)


def test_marker_alone_and_a_topology_beside_the_test(suite):
    done = suite(
        estate__yaml="connections: [{connectionName: c, location: EqDC2, bandwidth: 1Gbps}]",
        test_it="""
            import boto3, pytest

            pytestmark = pytest.mark.directconnect(topology="estate.yaml")

            @pytest.mark.directconnect(seed=3)
            def test_it():
                client = boto3.client("directconnect", region_name="us-east-1")
                assert len(client.describe_connections()["connections"]) == 1
        """,
    )
    assert done.counts() == {"passed": 1}


def test_leftovers(suite):
    done = suite(
        test_it="""
            import pytest

            @pytest.mark.directconnect(leftovers="fail")
            def test_it(directconnect):
                directconnect.client().create_connection(
                    location="EqDC2", bandwidth="1Gbps", connectionName="forgotten"
                )
        """,
    )
    assert done.counts() == {"passed": 1, "error": 1}
    pytest.LineMatcher(done.output.splitlines()).fnmatch_lines(
        ["*1 resource is left:*", "*connection dxcon-* 'forgotten'*"]
    )


def test_no_cost_when_unused(pytester):
    """A suite that does not use it loads the plugin, and nothing else of dx_mock, not even when it fails."""
    done = run(
        pytester,
        "-p",
        "no:xdist",
        test_it="""
            import sys

            def loaded():
                return sorted(name for name in sys.modules if name.startswith(("dx_mock", "boto", "moto")))

            def test_failing():
                assert False

            def test_it():
                assert loaded() == ["dx_mock", "dx_mock.pytest_plugin"]
        """,
    )
    done.assert_outcomes(passed=1, failed=1)


def test_an_error_that_takes_no_attributes():
    """Nothing is hidden where an exception has no room for the word that the mock leaves."""

    class Bare(Exception):
        __slots__ = ()

        def __setattr__(self, name, value):
            raise AttributeError(name)

    with pytest.raises(Bare), mock_directconnect():
        raise Bare


def test_the_plugin_is_this_one():
    assert "dx_mock.pytest_plugin" in sys.modules
