"""Ansible's five modules for Direct Connect, unmodified, as playbooks against the server."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

import dx_mock
from tests.acceptance.environments import python_environment
from tests.acceptance.pages import examples
from tests.acceptance.served import Served

pytestmark = pytest.mark.acceptance

BOOKS = Path(__file__).parent / "ansible"
ACCOUNT, PARTNER, CUSTOMER = "123456789012", "111111111111", "222222222222"


@pytest.fixture
def program(tmp_path):
    """Run a command line with Ansible in an environment without AWS's variables; gives what came of it."""
    programs = python_environment("ansible", "ansible", "boto3>=1.43.11")

    def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))}
        return subprocess.run(
            words,
            env={
                **kept,
                "PATH": f"{programs}{os.pathsep}{kept['PATH']}",
                "LC_ALL": "C.UTF-8",
                "ANSIBLE_CONFIG": str(BOOKS / "ansible.cfg"),
                "ANSIBLE_HOME": str(tmp_path / "ansible"),
                **variables,
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture
def play(program):
    """Play a playbook, or the stage of it that a tag says; the results of its tasks by their names.

    The result of a task with a loop is the list of its results.
    """

    def run(
        dx: Served, book: str, tag: str = "all", account: str = ACCOUNT, **variables: str
    ) -> dict[str, Any]:
        told = {"endpoint": dx.server.endpoint_url, "account": account, **variables}
        done = program("ansible-playbook", str(BOOKS / book), "--tags", tag, "--extra-vars", json.dumps(told))
        assert done.returncode == 0, done.stdout + done.stderr
        assert not done.stderr, done.stderr
        return results(done.stdout)

    return run


def results(output: str) -> dict[str, Any]:
    """The results of the tasks in the output of Ansible's JSON callback."""
    found = {}
    for each in json.loads(output)["plays"]:
        for task in each["tasks"]:
            result = task["hosts"]["localhost"]
            found[task["task"]["name"]] = result.get("results", result)
    return found


def changes(done: dict[str, Any]) -> dict[str, Any]:
    """Whether each task changed something; of a failed one its message."""

    def outcome(result: dict[str, Any]) -> Any:
        return result["msg"] if result.get("failed") else result["changed"]

    return {
        name: [outcome(each) for each in result] if isinstance(result, list) else outcome(result)
        for name, result in done.items()
    }


def facts(result: dict[str, Any], *names: str) -> tuple[Any, ...]:
    """Some of the facts in a result."""
    return tuple(result[name] for name in names)


def test_the_page(program, tmp_path):
    """The playbook and the command of the page about Ansible, as they stand there."""
    page = examples("ansible.md")
    (tmp_path / "play.yml").write_text(page["playbook"])
    with dx_mock.server(topology="partner") as srv:
        command = page["command"].replace("http://127.0.0.1:4000", srv.endpoint_url)
        done = program("bash", "-euo", "pipefail", "-c", command)
        assert done.returncode == 0, done.stdout + done.stderr
        assert changes(results(done.stdout)) == {
            "Order a port": True,
            "Make a LAG of it and another port": True,
            "Make a gateway": True,
            "Put a virtual interface on the LAG": True,
            "Accept what the partner offers, as its second customer": True,
            "Everything works": False,
            "Take the LAG away, with all that is on it": True,
        }
        dx = srv.mock.client()
        states = {each["connectionState"] for each in dx.describe_connections()["connections"]}
        assert states == {"deleted"}
        assert {each["lagState"] for each in dx.describe_lags()["lags"]} == {"deleted"}


def test_connection(play):
    """From the order over letter and cross connect into LAGs and out of them, replaced, and absent."""
    with dx_mock.server(provisioning="manual") as srv:
        dx = Served(srv)
        ordered = play(dx, "connection.yml", "order")
        assert changes(ordered) == {"ordered": True, "ordered again": False}
        shown = ordered["ordered"]["connection"]
        assert ordered["ordered again"]["connection"] == shown
        assert facts(shown, "connection_name", "bandwidth", "location") == ("to AWS", "1Gbps", "EqDC2")
        assert facts(shown, "connection_state", "owner_account", "region") == (
            "requested",
            ACCOUNT,
            "us-east-1",
        )
        assert not {"aws_device", "lag_id", "loa_issue_time"} & set(shown)
        made = shown["connection_id"]

        dx.issue_loa(made)
        dx.client().describe_loa(connectionId=made)
        shown = play(dx, "connection.yml", "letter")["with a letter"]["connection"]
        assert facts(shown, "connection_id", "connection_state") == (made, "pending")
        assert shown["aws_device"].startswith("EqDC2-")
        assert shown["loa_issue_time"].startswith(dx.clock.now().date().isoformat())

        dx.provision(made)
        assert dx.client().describe_connections()["connections"][0]["connectionState"] == "available"


def test_connection_in_lags(play):
    """A live connection moves twice within one task: no hand can help: interruptions end by themselves."""
    with dx_mock.server() as srv:
        dx = Served(srv)
        made = play(dx, "connection.yml", "order")["ordered"]["connection"]["connection_id"]
        done = play(dx, "connection.yml", "live")
        assert changes(done) == {
            "live": False,
            "of another speed": False,
            "LAGs": [True, True],
            "member": [True, False, True, False],
            "on its own": [True, False],
            "forced": [True, False],
            "absent": True,
            "absent again": False,
        }
        assert facts(done["live"]["connection"], "connection_id", "connection_state") == (made, "available")
        assert done["of another speed"]["connection"] == done["live"]["connection"]
        first, second = (each["lag_id"] for each in done["LAGs"])
        lags = [each["connection"]["lag_id"] for each in done["member"]]
        assert lags == [first, first, second, second]
        assert done["on its own"][0]["connection"] == done["live"]["connection"]
        anew, again = (each["connection"] for each in done["forced"])
        assert anew["bandwidth"] == "10Gbps"
        assert anew["connection_id"] == again["connection_id"] and anew["connection_id"] != made
        assert "connection" not in done["absent"]
        states = {
            each["connectionId"]: each["connectionState"]
            for each in dx.client().describe_connections()["connections"]
        }
        assert (states[made], states[anew["connection_id"]]) == ("deleted", "deleted")


def test_unknown_connection_as_in_2017(play):
    """The module's own message is for the empty list that the service answered when it was written."""
    with dx_mock.server(quirks={"describe_connections_unknown_id": "empty"}) as srv:
        done = play(Served(srv), "connection.yml", "unknown")
    assert changes(done) == {"unknown": "The Direct Connect connection dxcon-ffffffff does not exist."}


def test_link_aggregation_group(play):
    """Ordered, changed, forced away with its interface and members, and made of a connection."""
    with dx_mock.server() as srv:
        dx = Served(srv)
        done = play(dx, "lag.yml")
        said = changes(done)
        assert said.pop("too many links").startswith("The number of connections 2 must be greater than")
        assert said.pop("not forced").startswith("There are a minimum number of links")
        assert said == {
            "ordered": True,
            "ordered again": False,
            "more links": [True, False],
            "renamed": True,
            "a virtual interface": True,
            "forced": True,
            "absent": False,
            "unknown": "The Direct Connect link aggregation group dxlag-ffffffff does not exist.",
            "a connection": True,
            "of a connection": True,
            "without its members": True,
        }
        shown = done["ordered"]
        assert facts(shown, "lag_name", "lag_state", "location") == ("to AWS", "available", "EqDC2")
        assert facts(shown, "connections_bandwidth", "number_of_connections", "minimum_links") == (
            "10Gbps",
            2,
            1,
        )
        assert facts(shown, "owner_account", "region") == (ACCOUNT, "us-east-1")
        assert {each["aws_device"] for each in shown["connections"]} == {shown["aws_device"]}
        assert [facts(each, "lag_id", "bandwidth", "connection_state") for each in shown["connections"]] == [
            (shown["lag_id"], "10Gbps", "available")
        ] * 2
        assert [each["minimum_links"] for each in done["more links"]] == [2, 2]
        assert facts(done["renamed"], "lag_id", "lag_name", "minimum_links") == (shown["lag_id"], "renamed", 1)
        assert done["a virtual interface"]["connection_id"] == shown["lag_id"]

        single = done["a connection"]["connection"]["connection_id"]
        grown = [each["connection_id"] for each in done["of a connection"]["connections"]]
        assert len(grown) == 2 and single in grown
        client = dx.client()
        assert {each["lagState"] for each in client.describe_lags()["lags"]} == {"deleted"}
        found = {each["connectionId"]: each for each in client.describe_connections()["connections"]}
        gone = {found[each["connection_id"]]["connectionState"] for each in shown["connections"]}
        left = {found[each]["connectionState"] for each in grown}
        assert (gone, left) == ({"deleted"}, {"available"})
        assert not any("lagId" in each for each in found.values())
        interfaces = client.describe_virtual_interfaces()["virtualInterfaces"]
        assert [each["virtualInterfaceState"] for each in interfaces] == ["deleted"]


def test_gateway(play):
    """Made, attached to a virtual private gateway of EC2, detached and deleted; AWS takes its time for each.

    Of detaching and deleting the module says ``changed: false``.  Deleted while it is being detached, it
    comes back.
    """
    with dx_mock.server(provisioning="timed") as srv:
        dx = Served(srv)
        ec2 = dx.client("ec2")
        attached = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.attach_vpn_gateway(VpcId=vpc, VpnGatewayId=attached)
        client = dx.client()

        done = play(dx, "gateway.yml", "made", virtual_gateway_id=attached)
        assert changes(done) == {"made": True, "made again": False, "attached": True}
        shown = done["made"]
        assert facts(shown, "direct_connect_gateway_name", "amazon_side_asn") == ("to AWS", 64513)
        assert facts(shown, "direct_connect_gateway_state", "owner_account") == ("available", ACCOUNT)
        made = shown["direct_connect_gateway_id"]
        told = {"virtual_gateway_id": attached, "gateway_id": made}

        def association() -> tuple[str, str]:
            (found,) = client.describe_direct_connect_gateway_associations(directConnectGatewayId=made)[
                "directConnectGatewayAssociations"
            ]
            return found["virtualGatewayId"], found["associationState"]

        assert association() == (attached, "associating")
        dx.clock.advance(minutes=20)
        assert association() == (attached, "associated")
        done = play(dx, "gateway.yml", "associated", **told)
        assert changes(done) == {"attached again": False, "detached": False, "too early": False}
        assert association() == (attached, "disassociating")
        dx.clock.advance(minutes=5)
        (found,) = client.describe_direct_connect_gateways(directConnectGatewayId=made)["directConnectGateways"]
        assert found["directConnectGatewayState"] == "available" and found["stateChangeError"]

        dx.clock.advance(minutes=20)
        done = play(dx, "gateway.yml", "disassociated", **told)
        assert changes(done) == {"absent": False, "made anew": False}
        assert done["made anew"]["direct_connect_gateway_state"] == "deleting"
        dx.clock.advance(minutes=5)
        anew = play(dx, "gateway.yml", "made", virtual_gateway_id=attached)
        assert changes(anew) == {"made": True, "made again": False, "attached": True}
        assert anew["made"]["direct_connect_gateway_id"] != made


def test_virtual_interface(play):
    """A private one is made and moved, a public one has its prefixes; both go by id and by name."""
    with dx_mock.server() as srv:
        dx = Served(srv)
        done = play(dx, "virtual_interface.yml")
        assert changes(done) == {
            "connections": [True, True],
            "a gateway": True,
            "private": True,
            "private again": False,
            "moved": [True, False],
            "public": [True, False],
            "absent by id": [True, False],
            "absent by name": [True, False],
        }
        first, second = (each["connection"]["connection_id"] for each in done["connections"])
        gateway = done["a gateway"]["direct_connect_gateway_id"]

        shown = done["private"]
        assert facts(shown, "virtual_interface_name", "virtual_interface_type", "vlan") == (
            "office",
            "private",
            101,
        )
        assert facts(shown, "asn", "amazon_side_asn", "address_family") == (65010, 64513, "ipv4")
        assert facts(shown, "direct_connect_gateway_id", "virtual_gateway_id") == (gateway, "")
        assert facts(shown, "connection_id", "location", "owner_account") == (first, "EqDC2", ACCOUNT)
        assert facts(shown, "amazon_address", "customer_address") == ("169.254.10.1/30", "169.254.10.2/30")
        assert facts(shown, "virtual_interface_state", "route_filter_prefixes") == ("available", [])
        assert f"<bgp_auth_key>{shown['auth_key']}</bgp_auth_key>" in shown["customer_router_config"]
        (peer,) = shown["bgp_peers"]
        assert facts(peer, "bgp_peer_state", "bgp_status", "asn", "address_family") == (
            "available",
            "up",
            65010,
            "ipv4",
        )
        assert facts(peer, "amazon_address", "customer_address") == ("169.254.10.1/30", "169.254.10.2/30")
        assert peer["auth_key"] == shown["auth_key"]
        moved = [facts(each, "virtual_interface_id", "connection_id") for each in done["moved"]]
        assert moved == [(shown["virtual_interface_id"], second)] * 2

        public = done["public"][0]
        assert facts(public, "virtual_interface_type", "amazon_side_asn", "connection_id") == (
            "public",
            7224,
            first,
        )
        assert {each["cidr"] for each in public["route_filter_prefixes"]} == {
            "203.0.113.0/24",
            "198.51.100.128/25",
        }
        assert facts(public, "virtual_gateway_id", "direct_connect_gateway_id") == ("", "")
        interfaces = dx.client().describe_virtual_interfaces()["virtualInterfaces"]
        assert [each["virtualInterfaceState"] for each in interfaces] == ["deleted", "deleted"]


def test_confirm_connection(play):
    """A partner's customer confirms what was allocated to it, once."""
    with dx_mock.server(provisioning="manual", partners=[PARTNER]) as srv:
        dx = Served(srv)
        partner = dx.client(account_id=PARTNER)
        order = {"interconnectName": "backbone", "bandwidth": "10Gbps", "location": "EqDC2"}
        interconnect = partner.create_interconnect(**order)["interconnectId"]
        dx.provision(interconnect)
        hosted = partner.allocate_hosted_connection(
            connectionId=interconnect,
            ownerAccount=CUSTOMER,
            bandwidth="500Mbps",
            connectionName="hosted",
            vlan=101,
        )["connectionId"]

        done = play(dx, "confirm.yml", "ordered", account=CUSTOMER)
        assert changes(done) == {"by name": [True, False]}
        assert [each["connection_state"] for each in done["by name"]] == ["pending", "pending"]

        dx.provision(hosted)
        done = play(dx, "confirm.yml", "live", account=CUSTOMER, connection_id=hosted)
        assert changes(done) == {"by id": False, "not there": "Could not find a valid DirectConnect connection"}
        assert done["by id"]["connection_state"] == "available"
