"""A world of a running server for one test: by the fixture, by ``borrow_world()``, under xdist."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

import dx_mock
from dx_mock.http_server.worlds.borrowed import WorldError
from tests.helpers import CUSTOMER, connect

pytest.importorskip("flask")

PROGRAM = """\
import boto3
client, ec2 = boto3.client("directconnect"), boto3.client("ec2")
assert client.describe_connections()["connections"] == []
client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName="c")
ec2.create_vpc(CidrBlock="10.8.0.0/16")
print(len(ec2.describe_vpcs()["Vpcs"]))
"""
SUITE = """
    import os, subprocess, sys, pytest

    @pytest.mark.parametrize("number", range(6))
    def test_program(directconnect_world, number):
        env = {**os.environ, **directconnect_world.environment()}
        done = subprocess.run([sys.executable, "program.py"], env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() == "2"
        assert len(directconnect_world.calls("CreateConnection")) == 1

    @pytest.mark.directconnect_world(provisioning="manual", name="mine")
    def test_settings(directconnect_world):
        assert directconnect_world.name == "mine"
        assert directconnect_world.ask("GET", "health")["provisioning"] == "manual"
"""


@pytest.fixture
def srv():
    """A running server."""
    with dx_mock.server() as running:
        yield running


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_the_fixture_with_one_server_for_all(pytester, srv, monkeypatch, workers):
    """Programs of tests in several workers share a server, and nothing else."""
    monkeypatch.setenv("DX_MOCK_SERVER", srv.endpoint_url)
    pytester.makepyfile(test_it=SUITE, program=PROGRAM)
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider", *workers)
    done.assert_outcomes(passed=7)
    assert srv.worlds.listing() == (0, [])
    assert len(srv.mock.world.graph.resources) == 0


def test_the_fixture_without_a_server_starts_one(pytester, monkeypatch):
    monkeypatch.delenv("DX_MOCK_SERVER", raising=False)
    pytester.makepyfile(test_it=SUITE)
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-k", "settings").assert_outcomes(
        passed=1, deselected=6
    )


def test_the_server_of_the_configuration(pytester, srv, monkeypatch):
    monkeypatch.delenv("DX_MOCK_SERVER", raising=False)
    pytester.makeini(f"[pytest]\ndirectconnect_server = {srv.endpoint_url}\n")
    pytester.makepyfile(
        test_it=f"""
        def test_it(directconnect_world):
            assert directconnect_world.url.startswith("{srv.endpoint_url}/worlds/")
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("marker", "sentence"),
    [
        ("provisioning='never'", "provisioning"),
        ("nonsense=1", "nonsense"),
        ("'manual'", "keyword settings"),
        ("topology='nowhere'", "nowhere"),
    ],
)
def test_a_misused_marker_is_one_sentence(pytester, srv, monkeypatch, marker, sentence):
    monkeypatch.setenv("DX_MOCK_SERVER", srv.endpoint_url)
    pytester.makepyfile(
        test_it=f"""
        import pytest
        @pytest.mark.directconnect_world({marker})
        def test_it(directconnect_world): pass
        """
    )
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines([f"*@pytest.mark.directconnect_world*{sentence}*"])


def test_hands_and_clients(srv):
    with dx_mock.borrow_world(srv.endpoint_url, provisioning="manual") as world:
        made = connect(world.client(account_id=CUSTOMER))
        assert world.issue_loa(made)["state"] == "pending"
        assert world.provision(made)["state"] == "available"
        assert world.link_down(made)["state"] == "down"
        assert world.link_up(made)["state"] == "available"
        assert world.calls("CreateConnection")[0]["accountId"] == CUSTOMER
        with pytest.raises(WorldError, match="dxcon-x"):
            world.provision("dxcon-x")
        assert world.environment(CUSTOMER)["AWS_ENDPOINT_URL"] == world.url
    with pytest.raises(RuntimeError, match="not taken"):
        _ = world.url
    world.stop()
    with world:  # and again, as a mock can be started again
        assert world.client(account_id=CUSTOMER).describe_connections()["connections"] == []


def test_who_has_ended_it_meanwhile_is_told(srv):
    world = dx_mock.borrow_world(srv.endpoint_url).start()
    srv.worlds.end(world.name)
    with pytest.raises(WorldError, match="there is no world"):
        world.stop()


def test_where_no_server_is(monkeypatch):
    monkeypatch.delenv("DX_MOCK_SERVER", raising=False)
    with pytest.raises(ValueError, match="DX_MOCK_SERVER"):
        dx_mock.borrow_world()
    with pytest.raises(ValueError, match="http"):
        dx_mock.borrow_world("127.0.0.1:8555")
    with pytest.raises(WorldError, match="no server of dx_mock"):
        dx_mock.borrow_world("http://127.0.0.1:9").start()


def test_it_costs_no_imports():
    """A test that starts programs does not pay for boto3, moto and the rest."""
    code = (
        "import sys, json, dx_mock; dx_mock.borrow_world('http://127.0.0.1:9'); "
        "print(json.dumps([each for each in ('boto3', 'moto', 'flask', 'responses') if each in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert json.loads(done.stdout) == []
