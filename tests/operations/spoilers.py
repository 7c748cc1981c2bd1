"""What spoils a call in ``order_of_checks.py`` and has to be made first, each when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable

from tests.helpers import connect
from tests.operations.estate import Estate
from tests.service.virtual_interfaces.helpers import private


def _once(e: Estate, name: str, make: Callable[[], str]) -> str:
    """What is made when it is first asked for."""
    made: dict[str, str] = e.__dict__.setdefault("made", {})
    if name not in made:
        made[name] = make()
    return made[name]


def ordered(e: Estate) -> str:
    """A connection that waits for its first step by hands, whoever looks."""
    found = [each for each in e.dx.world.graph.resources.values() if getattr(each, "name", "") == "waiting"]
    if found:
        return str(found[0].id)
    lifecycle = e.dx.world.lifecycle
    lifecycle.policy = "manual"
    made: str = e.client.create_connection(location="CSVA1", bandwidth="1Gbps", connectionName="waiting")[
        "connectionId"
    ]
    lifecycle.policy = "auto"
    return made


def taken(e: Estate) -> int:
    """A VLAN that is in use on the connection."""
    vif: int = e.dx.world.graph.resources[e.private].vlan
    return vif


def testing(e: Estate) -> str:
    """A virtual interface in a failover test."""

    def make() -> str:
        made: str = private(e.client, e.port(), vlan=5)["virtualInterfaceId"]
        e.dx.provision(made)
        e.client.start_bgp_failover_test(virtualInterfaceId=made)
        return made

    return _once(e, "testing", make)


def carrying(e: Estate) -> str:
    """A connection with a virtual interface."""
    carrier: str = e.dx.world.graph.resources[e.on_gateway].parent.id
    return carrier


def used(e: Estate) -> str:
    """A gateway with a virtual interface."""
    if not e.dx.world.graph.resources[e.other_gateway].attachments:
        private(e.client, e.port(), vlan=6, directConnectGatewayId=e.other_gateway)
    return e.other_gateway


def confirmed(e: Estate) -> str:
    """A connection that the calling account owns and that is hosted."""

    def make() -> str:
        made: str = e.partner.allocate_hosted_connection(
            connectionId=e.interconnect, ownerAccount="123456789012", bandwidth="50Mbps",
            connectionName="h", vlan=300,
        )["connectionId"]  # fmt: skip
        return made

    return _once(e, "confirmed", make)


def declined(e: Estate) -> str:
    """A hosted connection that its customer did not want."""

    def make() -> str:
        made = e.allocate(301)
        e.customer.delete_connection(connectionId=made)
        return made

    return _once(e, "declined", make)


def of_partner(e: Estate) -> str:
    """A connection of the partner that hosts nothing."""
    return _once(
        e, "of partner",
        lambda: connect(e.partner),
    )  # fmt: skip


def slow(e: Estate) -> str:
    """A connection of 1 Gbps."""
    return _once(e, "slow", lambda: e.port(bandwidth="1Gbps"))


def lag_elsewhere(e: Estate) -> str:
    """A LAG at another location."""
    return _once(
        e, "elsewhere",
        lambda: e.client.create_lag(
            numberOfConnections=1, location="CSVA1", connectionsBandwidth="10Gbps", lagName="l"
        )["lagId"],
    )  # fmt: skip


def full_group(e: Estate) -> str:
    """A resiliency group with a connection."""

    def make() -> str:
        group = e._group()
        e.client.associate_connections_to_resiliency_group(
            resiliencyGroupId=group, connectionIdentifiers=[e.other_connection]
        )
        return group

    return _once(e, "full group", make)
