"""Cloud Custodian's Direct Connect resources, unmodified and in one process with the mock."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.environments import python_environment

pytestmark = pytest.mark.acceptance

HERE = Path(__file__).parent / "custodian"
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """What the policies matched, and the tags after them."""
    programs = python_environment(
        "custodian",
        "c7n>=0.9.40",
        "boto3>=1.43.11",
        "moto[ec2,resourcegroupstaggingapi]>=5.0.12",
        "responses>=0.25",
        "pydyf>=0.11",
    )
    done = subprocess.run(
        [
            str(programs / "python"),
            str(HERE / "script.py"),
            str(HERE / "policies.yml"),
            str(tmp_path_factory.mktemp("custodian")),
        ],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "PYTHONPATH": str(ROOT),
            "AWS_DEFAULT_REGION": "us-east-1",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_filters(report):
    """Filters by tags (for which Custodian asks the Tagging API) and by state match what they should."""
    assert report["matched"] == {
        "connections-without-owner": 1,
        "connections-of-old-teams": 1,
        "gateways-of-the-lab": 1,
        "virtual-interfaces-down": 1,
        "virtual-interfaces-by-tag": 1,
    }


def test_tag_actions(report):
    """The actions tag, remove-tag and mark-for-op arrive, and at no other resource."""
    tags = report["tags"]
    assert tags["untagged"] == {"Owner": "network"}
    assert tags["tagged"] == {"Owner": "me"}
    assert tags["lab"] == {"Stage": "lab", "Owner": "lab"}
    assert tags["live"] == {}
    assert tags["up"] == {"Owner": "lab"}
    assert "notify" in tags["down"]["custodian"]
