"""The AWS SDK for JavaScript against the server."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.environments import cache, client_variables

pytestmark = pytest.mark.acceptance
_PROJECT = Path(__file__).parent / "javascript"


def _project() -> Path:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are not on this machine")
    place = cache() / "javascript"
    place.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "script.mjs"):
        shutil.copy(_PROJECT / name, place / name)
    if not (place / "node_modules" / "@aws-sdk" / "client-direct-connect").exists():
        words = [npm, "install", "--silent", "--no-audit", "--no-fund"]
        done = subprocess.run(words, cwd=place, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"the SDK can't be installed: {done.stderr.strip()[-300:]}")
    return place


def test_every_command_and_a_connection(endpoint_url):
    """Every command gets an answer or a modelled refusal; bytes and times arrive as the SDK's own types."""
    done = subprocess.run(
        ["node", "script.mjs"],
        cwd=_project(),
        env={**client_variables(endpoint_url), "AWS_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found["commands"]) >= 63
    assert set(found["commands"].values()) == {"answered", "DirectConnectClientException"}, found["commands"]
    assert found["commands"]["DescribeConnectionsCommand"] == "answered"
    assert (found["letter"], found["issuedIsDate"], found["name"]) == ("%PDF-", True, "from JavaScript")
