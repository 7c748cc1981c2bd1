"""The setting ``release`` in every way in: what it makes of a LAG tells which world it is."""

from __future__ import annotations

import json

import boto3
import pytest
import requests

import dx_mock
from dx_mock import mock_directconnect
from tests.command_line.test_serve import client as client_of
from tests.command_line.test_serve import serve
from tests.helpers import make_lag

RELEASE = "2017-02-17"


def state_of_a_lag(client):
    return make_lag(client)["lagState"]


@mock_directconnect(release=RELEASE)
def test_decorator():
    assert state_of_a_lag(boto3.client("directconnect", "us-east-1")) == "requested"


def test_context_manager_and_start():
    with mock_directconnect(release=RELEASE) as dx:
        assert state_of_a_lag(dx.client()) == "requested"
        assert dx.world.settings.release == RELEASE
    dx = mock_directconnect(release="latest")
    dx.start()
    try:
        assert (state_of_a_lag(dx.client()), dx.world.settings.quotas["connections_per_lag"]) == ("pending", 4)
    finally:
        dx.stop()


@pytest.mark.directconnect(release=RELEASE)
def test_marker(directconnect):
    assert state_of_a_lag(directconnect.client()) == "requested"


def test_wrong_marker(pytester):
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.directconnect(release="2017")
        def test_it(directconnect): ...
        """
    )
    result = pytester.runpytest_inprocess("-p", "no:randomly", "-p", "no:xdist")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*release must be one of '2017-02-17', 'latest', or None*"])


@pytest.mark.parametrize("release", [None, RELEASE, "latest"])
def test_server(release):
    """... whose control API tells it, and keeps it when it begins again."""
    with dx_mock.server(release=release) as srv:
        url = srv.endpoint_url
        for _ in range(2):
            assert requests.get(f"{url}/dx-mock/health", timeout=10).json()["release"] == release
            assert state_of_a_lag(client_of(url)) == ("requested" if release == RELEASE else "pending")
            assert requests.post(f"{url}/dx-mock/reset", timeout=10).ok


def test_command_line():
    with serve("--release", RELEASE) as endpoint_url:
        assert state_of_a_lag(client_of(endpoint_url)) == "requested"


def test_quirks_of_the_command_line_go_first():
    with serve("--release", RELEASE, "--quirk", "lag_initial_state=pending") as endpoint_url:
        assert state_of_a_lag(client_of(endpoint_url)) == "pending"


@pytest.mark.parametrize("form", ["mapping", "file"])
def test_topology(form, tmp_path):
    """What a topology says holds where no setting says."""
    topology = {"release": RELEASE, "lags": [{
        "lagName": "l", "location": "EqDC2", "connectionsBandwidth": "1Gbps", "numberOfConnections": 1,
    }]}  # fmt: skip
    if form == "file":
        pytest.importorskip("yaml")
        file = tmp_path / "world.json"
        file.write_text(json.dumps(topology))
        topology = file
    for setting, state in ((None, "requested"), ("latest", "pending")):
        with mock_directconnect(topology=topology, release=setting) as dx:
            assert dx.client().describe_lags()["lags"][0]["lagState"] == "available"
            assert state_of_a_lag(dx.client()) == state


def test_topology_with_an_unknown_release():
    with pytest.raises(ValueError, match=r"topology \(release\): '2017' is not known here"):
        mock_directconnect(topology={"release": "2017"})


def test_topology_that_the_release_refuses():
    """The rules of the world hold for what is declared in it."""
    topology = {"release": RELEASE, "connections": [
        {"connectionName": "c", "location": "EqDC2", "bandwidth": "100Gbps"}
    ]}  # fmt: skip
    with pytest.raises(ValueError, match="Bandwidth 100Gbps is not valid"):
        mock_directconnect(topology=topology).start()


def test_snapshot():
    """The world that goes on is of the release of the snapshot, whatever this mock's is."""
    with mock_directconnect(release=RELEASE, quotas={"connections_per_lag": 3}) as dx:
        snapshot = json.loads(json.dumps(dx.snapshot()))
    with mock_directconnect(release="latest") as dx:
        dx.restore(snapshot)
        assert state_of_a_lag(dx.client()) == "requested"
        settings = dx.world.settings
        assert (settings.release, settings.quotas["connections_per_lag"]) == (RELEASE, 3)
        assert dx.snapshot() == {**dx.snapshot(), "settings": snapshot["settings"]}


def test_in_motos_place():
    """``dx_mock.install`` takes it, too."""
    from moto import mock_aws

    dx_mock.install(release=RELEASE)
    try:
        with mock_aws():
            assert state_of_a_lag(boto3.client("directconnect", "us-east-1")) == "requested"
    finally:
        dx_mock.uninstall()
