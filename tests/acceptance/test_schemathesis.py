"""The control API under schemathesis: whatever its document allows or forbids, the answers are as it says.

Examples, coverage of boundaries, fuzzing and chains of calls, with every check of schemathesis, over HTTP.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dx_mock
from dx_mock.http_server.control_api import Control
from dx_mock.http_server.control_api.endpoints import PREFIX, endpoints

pytest.importorskip("flask")
pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

_HERE = Path(__file__).parent / "schemathesis"

#: Something of every kind in many states; it comes back with the same ids when the world is reset.
_WORLD = {
    "connections": [
        {"connectionName": name, "location": "EqDC2", "bandwidth": "1Gbps", "state": name.split()[0]}
        for name in ("available", "pending", "down", "requested", "requested too", "requested as well")
    ],
    "lags": [
        {"lagName": "lag", "location": "EqDC2", "connectionsBandwidth": "10Gbps", "numberOfConnections": 2}
    ],
    "directConnectGateways": [{"directConnectGatewayName": "gateway"}],
    "virtualInterfaces": [
        {
            "type": "private",
            "virtualInterfaceName": "interface",
            "connectionId": "available",
            "vlan": 101,
            "asn": 65000,
            "directConnectGatewayId": "gateway",
        }
    ],
}


def _program() -> str:
    found = shutil.which(
        "schemathesis", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    )
    if found is None:
        pytest.skip("schemathesis is not installed: pip install --group acceptance")
    return found


def _named(path: str) -> str:
    """A path with a star for what is variable."""
    return re.sub(r"(resources|faults|worlds)/[^/]+", r"\1/*", path)


def test_every_check_of_every_operation(tmp_path, monkeypatch):
    program, done_well, answer = _program(), set(), Control._answer

    def noting(self, environ):
        found = answer(self, environ)
        if found[0] < 300:
            done_well.add((environ["REQUEST_METHOD"], _named(environ["PATH_INFO"])))
        return found

    monkeypatch.setattr(Control, "_answer", noting)
    with dx_mock.server(provisioning="manual", topology=_WORLD) as srv:
        ids = ",".join(srv.mock.world.graph.resources)
        done = subprocess.run(
            [
                *(program, "--config-file", str(_HERE / "schemathesis.toml"), "run"),
                f"{srv.endpoint_url}/dx-mock/openapi.json",
                *("--checks", "all", "--max-examples", "25", "--seed", "1", "--no-color"),
            ],
            env={
                **os.environ,
                "PYTHONPATH": str(_HERE),
                "SCHEMATHESIS_HOOKS": "hooks",
                "DX_MOCK_IDS": ids,
                "DX_MOCK_API": f"{srv.endpoint_url}{PREFIX}",
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    count = len(endpoints()) - 1  # it leaves out the document itself
    assert f"Tested: {count}\n" in done.stdout, done.stdout
    generated, passed = map(int, re.search(r"(\d+) generated, (\d+) passed", done.stdout).groups())
    assert generated == passed > 500
    # It did not only knock: but for snapshots, whose digest it can't guess, everything has been done.
    every = {(endpoint.method, _named(PREFIX + endpoint.path)) for endpoint in endpoints()}
    assert every - done_well == {("PUT", "/dx-mock/snapshot")}
