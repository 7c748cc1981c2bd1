"""Cloud Custodian's Direct Connect resources, unmodified: in a process with the mock, and with the server."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

import dx_mock
from tests.acceptance.environments import client_variables, python_environment
from tests.acceptance.pages import examples

pytestmark = pytest.mark.acceptance

HERE = Path(__file__).parent / "custodian"
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def programs():
    """The environment's programs, with what the mock needs in Custodian's process."""
    return python_environment(
        "custodian",
        "c7n>=0.9.40",
        "boto3>=1.43.11",
        "moto[ec2,resourcegroupstaggingapi]>=5.0.12",
        "responses>=0.25",
        "pydyf>=0.11",
    )


@pytest.fixture(scope="module")
def report(programs, tmp_path_factory):
    """What the policies matched, and the tags after them."""
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


def test_the_page(programs, tmp_path):
    """The policies and the command of the page about Custodian, as they stand there, against a server."""
    page = examples("custodian.md")
    (tmp_path / "policies.yml").write_text(page["policies"])
    with dx_mock.server(topology="development") as srv:
        client = srv.mock.client()
        first, second = client.describe_connections()["connections"]
        owned = f"arn:aws:directconnect:us-east-1:123456789012:dxcon/{first['connectionId']}"
        client.tag_resource(resourceArn=owned, tags=[{"key": "Owner", "value": "me"}])
        down = client.describe_virtual_interfaces(connectionId=second["connectionId"])["virtualInterfaces"][0]
        srv.mock.bgp_down(down["virtualInterfaceId"])

        variables = client_variables(srv.endpoint_url)
        done = subprocess.run(
            [
                "bash",
                "-euo",
                "pipefail",
                "-c",
                page["command"].replace("http://127.0.0.1:4000", srv.endpoint_url),
            ],
            env={**variables, "PATH": f"{programs}{os.pathsep}{variables['PATH']}"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        matched = {
            found.parent.name: [
                each.get("virtualInterfaceId", each["connectionId"]) for each in json.loads(found.read_text())
            ]
            for found in (tmp_path / "out").rglob("resources.json")
        }
        assert matched == {
            "connections-without-owner": [second["connectionId"]],
            "interfaces-that-are-down": [down["virtualInterfaceId"]],
        }
        connections = client.describe_connections()["connections"]
        assert [each["tags"] for each in connections] == [
            [{"key": "Owner", "value": "me"}],
            [{"key": "Owner", "value": "network"}],
        ]
        tags = {
            each["virtualInterfaceId"]: {tag["key"] for tag in each["tags"]}
            for each in client.describe_virtual_interfaces()["virtualInterfaces"]
        }
        assert tags.pop(down["virtualInterfaceId"]) == {"custodian"}
        assert list(tags.values()) == [set()]
