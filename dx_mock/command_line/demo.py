"""``dx-mock demo``: a LAG migration with virtual interfaces across two accounts, drawn at each step."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dx_mock.mock import MockDirectConnect

NETWORK_TEAM = "111111111111"
APPLICATION_TEAM = "222222222222"


def main(write: Callable[[str], Any] = print) -> None:
    """Run the demo, which needs neither credentials nor a network."""
    from dx_mock.mock import mock_directconnect

    with mock_directconnect(others="block") as dx:
        _story(dx, write)


def _story(dx: MockDirectConnect, write: Callable[[str], Any]) -> None:
    numbers = itertools.count(1)

    def show(what: str) -> None:
        write(f"\n{next(numbers)}. {what}\n")
        write("\n".join(f"   {line}" for line in dx.topology().to_text().splitlines()))

    network = dx.client("us-east-1", NETWORK_TEAM)
    application = dx.client("us-east-1", APPLICATION_TEAM)
    write(
        "dx_mock demo: the network team moves two virtual interfaces, one of them the application team's,\n"
        "from a single connection to a LAG."
    )
    connection = network.create_connection(location="EqDC2", bandwidth="10Gbps", connectionName="ashburn")[
        "connectionId"
    ]
    show("Account 111111111111 orders a connection. AWS has not looked at it yet.")

    network.describe_connections(connectionId=connection)
    gateway = network.create_direct_connect_gateway(directConnectGatewayName="backbone")
    own = network.create_private_virtual_interface(
        connectionId=connection,
        newPrivateVirtualInterface={
            "virtualInterfaceName": "backbone",
            "vlan": 101,
            "asn": 65001,
            "directConnectGatewayId": gateway["directConnectGateway"]["directConnectGatewayId"],
        },
    )["virtualInterfaceId"]
    hosted = network.allocate_private_virtual_interface(
        connectionId=connection,
        ownerAccount=APPLICATION_TEAM,
        newPrivateVirtualInterfaceAllocation={
            "virtualInterfaceName": "application",
            "vlan": 102,
            "asn": 65002,
        },
    )["virtualInterfaceId"]
    show("It is up. Two virtual interfaces: one of its own, one that account 222222222222 must confirm.")

    theirs = application.create_direct_connect_gateway(directConnectGatewayName="application")
    application.confirm_private_virtual_interface(
        virtualInterfaceId=hosted,
        directConnectGatewayId=theirs["directConnectGateway"]["directConnectGatewayId"],
    )
    application.describe_virtual_interfaces()
    show("The application team has confirmed with its own gateway.")

    lag = network.create_lag(
        numberOfConnections=3,
        location="EqDC2",
        connectionsBandwidth="10Gbps",
        lagName="ashburn",
        connectionId=connection,
    )["lagId"]
    show("A LAG of three takes the connection in, and both virtual interfaces go with it.")

    network.describe_lags(lagId=lag)
    network.update_lag(lagId=lag, minimumLinks=2)
    dx.link_down(connection)
    show("The new links are provisioned; two must be up. The old fibre is pulled: everything stays up.")

    network.describe_lags(lagId=lag)
    another = network.describe_lags(lagId=lag)["lags"][0]["connections"][0]["connectionId"]
    dx.link_down(another)
    show("A second link fails: the LAG is below its minimum, and what rides on it goes down.")

    dx.link_up(another)
    network.update_lag(lagId=lag, minimumLinks=1)
    network.disassociate_connection_from_lag(connectionId=connection, lagId=lag)
    network.delete_connection(connectionId=connection)
    states = {
        vif["virtualInterfaceName"]: vif["virtualInterfaceState"]
        for vif in network.describe_virtual_interfaces()["virtualInterfaces"]
    }
    show("The link is mended and the old connection is cancelled. The migration is done.")
    write(f"\nVirtual interfaces {own} and {hosted}: {states}")
