"""A user's own mocks of ``responses``, around and inside of the mock and moto's, in every order of ending."""

from __future__ import annotations

import itertools
import unittest.mock
from contextlib import ExitStack

import boto3
import pytest
import requests
import responses
import urllib3
from moto import mock_aws
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.util.retry import Retry

from dx_mock import mock_directconnect
from dx_mock.doors.other_services import UnansweredServiceError
from tests.doors.outside import Outside

U, OTHER = "http://h.invalid/", "http://other.invalid/"
HOST = "https://directconnect.us-east-1.amazonaws.com/"
STS = "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"
HEADERS = {"X-Amz-Target": "OvertureService.DescribeConnections"}

SEND = HTTPAdapter.send


@pytest.fixture(autouse=True)
def outside(monkeypatch):
    found = Outside(monkeypatch)
    yield found
    assert HTTPAdapter.send is SEND


def call_ec2():
    return boto3.client("ec2", region_name="us-east-1").describe_vpcs()["Vpcs"]


def connections(http=requests):
    return http.post(HOST, data=b"{}", headers=HEADERS, timeout=5)


def refused_by_responses(url=OTHER):
    with pytest.raises(requests.ConnectionError, match="Connection refused by Responses"):
        requests.get(url, timeout=5)


def test_inside_of_the_mock():
    """moto#6417: a call to another service in the middle of it changes nothing."""
    with mock_directconnect():
        with responses.RequestsMock() as mocked:
            mocked.get(U, body="mine")
            assert requests.get(U, timeout=5).text == "mine"
            assert call_ec2()
            assert requests.get(U, timeout=5).text == "mine"
            refused_by_responses()
        assert connections().json() == {"connections": []}
        assert "GetCallerIdentityResult" in requests.get(STS, timeout=5).text


def test_around_the_mock(outside):
    """The mock that was opened last answers what is its own, and hands on what is not."""
    with responses.RequestsMock() as mocked:
        mocked.get(U, body="mine")
        with mock_directconnect():
            assert connections().json() == {"connections": []}
            assert requests.get(U, timeout=5).text == "mine"
            assert "GetCallerIdentityResult" in requests.get(STS, timeout=5).text
            assert requests.get(U, timeout=5).text == "mine"
            refused_by_responses()
        refused_by_responses(HOST)
    assert outside.seen == []


@pytest.mark.parametrize("others", ["moto", "block"])
@pytest.mark.parametrize(
    "url", ["https://ip-ranges.amazonaws.com/ip-ranges.json", "https://ec2.us-east-1.api.aws/"]
)
def test_a_refusal_leaves_it_to_the_mock_around(outside, url, others):
    """What nobody answers here is theirs to answer, to refuse, or to let through to our other door."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        mocked.get(url, body="mine")
        mocked.add_passthru("https://sdb.amazonaws.com/")
        with mock_directconnect(others="block"), mock_directconnect(others=others):
            assert requests.get(url, timeout=5).text == "mine"
            refused_by_responses(f"{url}other")
            with pytest.raises(UnansweredServiceError):
                requests.get("https://sdb.amazonaws.com/", timeout=5)
    assert outside.seen == []


@responses.activate
@mock_directconnect
def test_activate_around():
    responses.get(U, body="mine")
    assert call_ec2()
    assert requests.get(U, timeout=5).text == "mine"
    assert connections().status_code == 200
    assert [call.request.url for call in responses.calls] == [U]


@mock_directconnect
@responses.activate
def test_activate_inside():
    responses.get(U, body="mine")
    assert call_ec2()
    assert requests.get(U, timeout=5).text == "mine"
    refused_by_responses(HOST)  # as without us: who was opened last answers


@mock_directconnect
@responses.activate(registry=responses.registries.OrderedRegistry, assert_all_requests_are_fired=True)
def test_registries_and_assertions():
    for text in ("one", "two"):
        responses.get(U, body=text)
    assert requests.get(U, timeout=5).text == "one"
    assert call_ec2()
    assert requests.get(U, timeout=5).text == "two"


def test_requests_that_were_not_fired():
    mocked = responses.RequestsMock(assert_all_requests_are_fired=True)
    with mock_directconnect():
        mocked.start()
        mocked.get(U)
        call_ec2()
        with pytest.raises(AssertionError, match="Not all requests have been executed"):
            mocked.stop()


@pytest.mark.parametrize("how", ["prefix", "response"])
def test_passthru(outside, how):
    """What a user's mock lets through comes to us below it."""
    with mock_directconnect(), responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        if how == "prefix":
            mocked.add_passthru("https://")
        else:
            mocked.add(responses.PassthroughResponse("POST", HOST))
            mocked.add(responses.PassthroughResponse("GET", STS))
        assert connections().json() == {"connections": []}
        assert "GetCallerIdentityResult" in requests.get(STS, timeout=5).text
    assert outside.seen == []


def test_everything_else_goes_on_untouched(outside):
    """A stream is not read before it is sent."""

    class Stream:
        def __iter__(self):
            return iter([b"a"])

    with mock_directconnect(), pytest.raises(requests.ConnectionError):
        requests.post(U, data=Stream(), timeout=5)
    assert outside.seen == ["h.invalid"]


KINDS = {
    "ours": mock_directconnect,
    "moto": mock_aws,
    "user": lambda: responses.RequestsMock(assert_all_requests_are_fired=False),
    "other": mock_directconnect,
}


@pytest.mark.parametrize("begun", [order for size in (2, 3) for order in itertools.permutations(KINDS, size)])
def test_every_order(begun):
    """Begun and ended in any order, with and without a call to another service: all is as before at the end."""
    for ended in itertools.permutations(begun):
        if _others_are_wrong_by_themselves(begun, ended):
            continue
        mocks = {name: KINDS[name]() for name in begun}
        for name in begun:
            mocks[name].start()
        if "ours" in begun or "other" in begun:
            boto3.client("sts", region_name="us-east-1").get_caller_identity()
        for name in ended:
            mocks[name].stop()
        assert HTTPAdapter.send is SEND, (begun, ended)
        assert HTTPConnectionPool.urlopen.__module__ == "urllib3.connectionpool"


def _others_are_wrong_by_themselves(begun, ended):
    """Moto and a user's mock leave ``requests`` broken where the one that began first ends first."""
    both = [name for name in begun if name in ("moto", "user")]
    return both == [name for name in ended if name in both] and len(both) == 2


def test_patches_of_the_users_that_end_later():
    """Whatever way they were made: what they put back is what was there before all."""

    def mine(*_, **__):
        return "mine"

    for make in ("patch", "started", "monkeypatch"):
        with ExitStack() as ended, pytest.MonkeyPatch.context() as patch:
            dx = mock_directconnect().start()
            if make == "monkeypatch":
                patch.setattr(HTTPAdapter, "send", mine)
            else:
                mocked = unittest.mock.patch.object(HTTPAdapter, "send", mine)
                if make == "started":
                    mocked.start()
                    ended.callback(mocked.stop)
                else:
                    ended.enter_context(mocked)
            dx.stop()
        assert HTTPAdapter.send is SEND, make


def test_stopall():
    """``mock.patch.stopall()`` in a user's tearDown leaves us in place."""
    with mock_directconnect():
        call_ec2()
        unittest.mock.patch.stopall()
        assert connections().json() == {"connections": []}
        assert call_ec2()


def test_mock_aws_that_outlives_the_mock(outside):
    """Moto was started for the mock; a test's own goes on answering ``requests`` when the mock has ended."""
    dx = mock_directconnect().start()
    call_ec2()
    with mock_aws():
        dx.stop()
        assert "GetCallerIdentityResult" in requests.get(STS, timeout=5).text
    assert outside.seen == []


def test_starting_moto_changes_nothing_that_is_seen(monkeypatch):
    """moto#2172: the environment, the default session, the adapter, a client's hooks."""
    import os

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "mine")
    boto3.setup_default_session()
    client = boto3.client("ec2", region_name="us-east-1")
    with mock_directconnect():
        connections()

        def seen():
            hooks = list(client.meta.events._emitter._handlers.prefix_search("before-send"))
            return dict(os.environ), boto3.DEFAULT_SESSION, HTTPAdapter.send, hooks

        before = seen()
        assert client.describe_vpcs()["Vpcs"]
        after = seen()
        assert after == before
        assert after[1] is before[1] and after[2] is before[2]
    boto3.DEFAULT_SESSION = None


def test_pytest_responses(pytester):
    """moto#1598: its plugin starts a mock of ``responses`` around every test."""
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makeconftest(
        """
        import responses

        def pytest_runtest_setup(item):
            responses.start()

        def pytest_runtest_teardown(item):
            responses.stop()
            responses.reset()
        """
    )
    pytester.makepyfile(
        """
        import boto3, pytest, requests, responses
        from requests.adapters import HTTPAdapter

        SEND = []

        def refused():
            with pytest.raises(requests.ConnectionError, match="Connection refused by Responses"):
                requests.get("http://h.invalid/", timeout=5)

        def test_one(directconnect):
            SEND.append(responses._real_send)
            assert boto3.client("ec2", region_name="us-east-1").describe_vpcs()["Vpcs"]
            refused()
            responses.get("http://h.invalid/", body="mine")
            assert requests.get("http://h.invalid/", timeout=5).text == "mine"

        def test_two():
            refused()

        def test_three(directconnect):
            refused()

        def test_four():
            responses.stop()
            assert HTTPAdapter.send is SEND[0]
            responses.start()
        """
    )
    pytester.runpytest("-p", "no:randomly", "-p", "no:cacheprovider").assert_outcomes(passed=4)


# --- retries, and replies that are lost --------------------------------------------------------------------


def session(**policy):
    found = requests.Session()
    found.mount("https://", HTTPAdapter(max_retries=Retry(allowed_methods=None, backoff_factor=5, **policy)))
    return found


def pool(**policy):
    return urllib3.PoolManager(retries=Retry(allowed_methods=None, backoff_factor=5, **policy))


@pytest.fixture
def nobody_sleeps(monkeypatch):
    import time

    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("somebody sleeps"))


def test_retries_of_adapters(dx, nobody_sleeps):
    """``Retry(status_forcelist=[503])`` and the like see the faults of the test."""
    dx.faults.add("DescribeConnections", error=503, times=2)
    answer = connections(session(total=3, status_forcelist=[503]))
    assert (answer.status_code, len(dx.calls)) == (200, 3)
    dx.faults.add("DescribeConnections", error=503, times=None)
    with pytest.raises(requests.exceptions.RetryError):
        connections(session(total=3, status_forcelist=[503]))
    assert len(dx.calls) == 7
    assert connections(session(total=1, status_forcelist=[503], raise_on_status=False)).status_code == 503


def test_retries_of_pools(dx, nobody_sleeps):
    dx.faults.add("DescribeConnections", error=503, times=2)
    answer = pool(total=3, status_forcelist=[503]).request("POST", HOST, body=b"{}", headers=HEADERS)
    assert (answer.status, len(dx.calls)) == (200, 3)
    assert [each.status for each in answer.retries.history] == [503, 503]
    dx.faults.add("DescribeConnections", error=503, times=None)
    with pytest.raises(urllib3.exceptions.MaxRetryError):
        pool(total=3, status_forcelist=[503]).request("POST", HOST, body=b"{}", headers=HEADERS)
    assert len(dx.calls) == 7


LOST = {
    "ConnectTimeoutError": (requests.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError),
    "EndpointConnectionError": (requests.ConnectionError, urllib3.exceptions.NewConnectionError),
    "ConnectionClosedError": (requests.ConnectionError, urllib3.exceptions.ProtocolError),
    "ReadTimeoutError": (requests.ReadTimeout, urllib3.exceptions.ReadTimeoutError),
}


@pytest.mark.parametrize("name", LOST)
def test_lost_replies(dx, name):
    """An exception of the library, through every door; moto's inside of ours, too."""
    for_requests, for_urllib3 = LOST[name]
    dx.faults.add("DescribeConnections", error=name, times=None)
    with pytest.raises(for_requests) as caught:
        connections()
    assert caught.value.request.url == HOST
    with mock_aws(), pytest.raises(for_requests):
        connections()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        mocked.add(responses.PassthroughResponse("POST", HOST))
        with pytest.raises(for_requests):
            connections()
    with pytest.raises(for_urllib3):
        urllib3.PoolManager().request("POST", HOST, body=b"{}", headers=HEADERS, retries=False)
    with pytest.raises(urllib3.exceptions.MaxRetryError) as ended:
        pool(total=1).request("POST", HOST, body=b"{}", headers=HEADERS)
    assert isinstance(ended.value.reason, for_urllib3)


@pytest.mark.parametrize("name", LOST)
def test_retries_after_lost_replies(dx, nobody_sleeps, name):
    dx.faults.add("DescribeConnections", error=name, times=2)
    assert connections(session(total=2)).status_code == 200
    dx.faults.add("DescribeConnections", error=name, times=2)
    answer = pool(total=2).request("POST", HOST, body=b"{}", headers=HEADERS)
    assert (answer.status, len(dx.calls)) == (200, 6)
    dx.faults.add("DescribeConnections", error=name, times=3)
    with pytest.raises(requests.ConnectionError):
        connections(session(total=2))
    assert len(dx.calls) == 9


def test_nothing_is_kept_of_the_requests(dx):
    """A record of requests would grow for as long as the process lives."""
    import gc

    from requests import PreparedRequest

    for _ in range(20):
        connections()
    gc.collect()
    assert sum(isinstance(each, PreparedRequest) for each in gc.get_objects()) < 5
