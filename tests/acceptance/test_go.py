"""A Go client that closes a request's body at the answer's headers, as the AWS SDK for Go v2 does.

Under load such a client loses what it has not read by then and sends the request again, a Create or Delete,
too; nothing is lost where an answer leaves in one packet (docs/server.md).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import dx_mock

pytestmark = pytest.mark.acceptance

_CALLS = 150


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """The compiled client."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("no Go on this machine (Debian: golang-go)")
    place = tmp_path_factory.mktemp("go")
    source = Path(__file__).parent / "go" / "client.go"
    environment = {**os.environ, "GO111MODULE": "off", "GOPROXY": "off", "GOCACHE": str(place / "cache")}
    built = subprocess.run(
        [go, "build", "-o", str(place / "client"), str(source)],
        env={**environment, "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return place / "client"


def test_no_answer_is_lost(program):
    with dx_mock.server(quotas={"connections_per_location": 1000}) as srv:
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        done = subprocess.run(
            [program, srv.endpoint_url, str(_CALLS)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)
        assert len(srv.mock.calls.of("CreateConnection")) == _CALLS
