"""Prowler's two checks of Direct Connect, unmodified, against the server."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from typing import Any

import pytest

import dx_mock
from dx_mock.engine.declarations.estates import ESTATES
from tests.acceptance.environments import client_variables, python_environment
from tests.acceptance.pages import examples

pytestmark = pytest.mark.acceptance

CONNECTIONS, INTERFACES = "directconnect_connection_redundancy", "directconnect_virtual_interface_redundancy"
IRELAND = "eu-west-1"


def port(name: str, location: str) -> dict[str, Any]:
    """A connection in the other Region."""
    return {"connectionName": name, "location": location, "bandwidth": "1Gbps", "region": IRELAND}


def interface(connection: str, vlan: int) -> dict[str, Any]:
    """A private virtual interface of one virtual private gateway, in the other Region."""
    return {
        "type": "private",
        "virtualInterfaceName": f"to the VPC {vlan}",
        "connectionId": connection,
        "vlan": vlan,
        "asn": 65000,
        "virtualGatewayId": "vgw-0123456789abcdef0",
        "region": IRELAND,
    }


def with_more(estate: str, ports: list[Any], interfaces: list[Any]) -> dict[str, Any]:
    """A ready-made estate, and something in the other Region."""
    ready: Mapping[str, Any] = ESTATES[estate]
    return {
        **ready,
        "connections": [*ready["connections"], *ports],
        "virtualInterfaces": [*ready["virtualInterfaces"], *interfaces],
    }


@pytest.fixture
def scan(tmp_path):
    """Run the command of the page about Prowler against a world; its exit code and its findings."""
    programs = python_environment("prowler", "prowler")

    def run(topology: Any) -> tuple[int, set[tuple[str, str, str, str]]]:
        with dx_mock.server(topology=topology) as srv:
            command = examples("prowler.md")["command"].replace("http://127.0.0.1:4000", srv.endpoint_url)
            variables = client_variables(srv.endpoint_url)
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", command],
                env={**variables, "PATH": f"{programs}{os.pathsep}{variables['PATH']}"},
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            # What Prowler can't read of an answer it logs as an error, and goes on without.
            assert " ERROR: " not in done.stdout + done.stderr, done.stdout + done.stderr
            assert {call.operation for call in srv.mock.calls} == {
                "DescribeConnections",
                "DescribeVirtualInterfaces",
            }
            assert not any(call.error for call in srv.mock.calls)
        (file,) = (tmp_path / "findings").glob("*.ocsf.json")
        found = [
            (
                each["metadata"]["event_code"],
                each["cloud"]["region"],
                each["status_code"],
                each["status_detail"],
            )
            for each in json.loads(file.read_text())
        ]
        assert len(found) == len(set(found))
        return done.returncode, set(found)

    return run


def gateway_of(findings: set[tuple[str, str, str, str]]) -> str:
    """The id of the Direct Connect gateway that is spoken of."""
    (found,) = (text for *_, text in findings if text.startswith("Direct Connect gateway "))
    return found.split()[3]


def test_redundant_estates(scan):
    """Maximum resiliency in one Region; in another two connections to one virtual private gateway.

    Prowler wants ``virtualGatewayId`` and ``directConnectGatewayId`` of every interface, "" where it has none.
    """
    world = with_more(
        "maximum-resiliency",
        [port("Dublin", "EirCL"), port("London", "EqLD5")],
        [interface("Dublin", 201), interface("London", 202)],
    )
    code, found = scan(world)
    assert code == 0
    several = "has more than 1 VIFs and the VIFs are on more than one DX connection."
    assert found == {
        (CONNECTIONS, "us-east-1", "PASS", "There are 4 Direct Connect connections across 2 locations."),
        (CONNECTIONS, IRELAND, "PASS", "There are 2 Direct Connect connections across 2 locations."),
        (INTERFACES, "us-east-1", "PASS", f"Direct Connect gateway {gateway_of(found)} {several}"),
        (INTERFACES, IRELAND, "PASS", f"Virtual private gateway vgw-0123456789abcdef0 {several}"),
    }


def test_estates_with_a_single_point_of_failure(scan):
    """The development model has one location; a single connection carries the only interface of a gateway."""
    code, found = scan(with_more("development", [port("Dublin", "EirCL")], [interface("Dublin", 201)]))
    assert code == 3
    one = "There is only one location EqDC2 used by all the Direct Connect connections."
    several = "has more than 1 VIFs and the VIFs are on more than one DX connection."
    assert found == {
        (CONNECTIONS, "us-east-1", "FAIL", one),
        (CONNECTIONS, IRELAND, "FAIL", "There is only one Direct Connect connection."),
        (INTERFACES, "us-east-1", "PASS", f"Direct Connect gateway {gateway_of(found)} {several}"),
        (INTERFACES, IRELAND, "FAIL", "Virtual private gateway vgw-0123456789abcdef0 only has one VIF."),
    }
