"""Run Cloud Custodian's own command in a process with the mock, and print what it found and did.

Arguments: the file with the policies, and a directory for Custodian's output.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from dx_mock import mock_directconnect


def order(dx):
    """Two connections, two gateways, two virtual interfaces, of which one is down."""
    client = dx.client()
    port = {"location": "EqDC2", "bandwidth": "1Gbps"}
    team = [{"key": "Team", "value": "old"}]
    lab = [{"key": "Stage", "value": "lab"}]
    tagged = client.create_connection(
        connectionName="tagged", **port, tags=[{"key": "Owner", "value": "me"}, *team]
    )
    client.create_connection(connectionName="untagged", **port)
    client.describe_connections()
    ids = []
    for name, tags in (("lab", lab), ("live", None)):
        more = {"tags": tags} if tags else {}
        made = client.create_direct_connect_gateway(directConnectGatewayName=name, **more)
        ids.append(made["directConnectGateway"]["directConnectGatewayId"])
    for vlan, (name, tags) in enumerate((("up", lab), ("down", [])), start=101):
        made = client.create_private_virtual_interface(
            connectionId=tagged["connectionId"],
            newPrivateVirtualInterface={
                "virtualInterfaceName": name,
                "vlan": vlan,
                "asn": 65000,
                "directConnectGatewayId": ids[0],
                **({"tags": tags} if tags else {}),
            },
        )
    client.describe_virtual_interfaces()
    dx.bgp_down(made["virtualInterfaceId"])


def tags(client):
    """Tags by the name of their resource, after the policies."""
    seen = {}
    for operation, member, name in (
        ("describe_connections", "connections", "connectionName"),
        ("describe_direct_connect_gateways", "directConnectGateways", "directConnectGatewayName"),
        ("describe_virtual_interfaces", "virtualInterfaces", "virtualInterfaceName"),
    ):
        for found in getattr(client, operation)()[member]:
            seen[found[name]] = {each["key"]: each.get("value", "") for each in found.get("tags", [])}
    return seen


def main(policies, output):
    """Order, run, report."""
    from c7n import cli

    with mock_directconnect() as dx:
        order(dx)
        sys.argv = ["custodian", "run", "--region", "us-east-1", "--cache-period", "0", "-s", output, policies]
        try:
            cli.main()
        except SystemExit as end:
            if end.code:
                raise
        matched = {
            found.parent.name: len(json.loads(found.read_text()))
            for found in Path(output).rglob("resources.json")
        }
        print(json.dumps({"matched": matched, "tags": tags(dx.client())}))


if __name__ == "__main__":
    main(*sys.argv[1:])
