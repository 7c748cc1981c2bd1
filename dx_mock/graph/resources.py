"""The resources of the graph: plain data with links to one another.

``stage`` is where a resource is in its state machine (:mod:`dx_mock.engine.lifecycle`); what the API calls its
state follows from the stage and from the links that carry it (:mod:`dx_mock.graph.states`).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Union

ConnectionKind = Literal["connection", "interconnect", "hosted connection"]
VirtualInterfaceType = Literal["private", "public", "transit"]


@dataclass(slots=True, eq=False)
class Device:
    """An AWS device at a location, with the ports that are taken on it."""

    name: str
    location: str
    region: str
    #: port number -> id of the connection on it
    ports: dict[int, str] = field(default_factory=dict)
    #: a heap of the ports that were freed
    freed: list[int] = field(default_factory=list)

    def take(self, connection_id: str) -> int:
        """Take the lowest free port for ``connection_id`` and return its number."""
        port = heapq.heappop(self.freed) if self.freed else len(self.ports) + 1
        self.ports[port] = connection_id
        return port

    def give_back(self, port: int) -> None:
        """Free a port."""
        if self.ports.pop(port, None) is not None:
            heapq.heappush(self.freed, port)


@dataclass(slots=True, eq=False)
class MacSecKey:
    """A MACsec secret on a connection or LAG; the key itself is not kept."""

    id: str
    secret_arn: str
    ckn: str
    stage: str
    start_on: str
    kind: str = "macsec key"
    region: str = ""
    holder: Connection | Lag | None = None


@dataclass(slots=True, eq=False)
class Connection:
    """A dedicated connection, an interconnect or a hosted connection: all have ``dxcon-`` ids."""

    id: str
    kind: ConnectionKind
    owner: str
    name: str
    region: str
    location: str
    bandwidth: str
    stage: str
    #: order of creation in the world, for listings
    sequence: int = 0
    #: replaced as a whole, never changed in place
    tags: dict[str, str] | None = None
    provider_name: str | None = None
    macsec_requested: bool = False
    encryption_mode: str | None = None
    macsec_keys: list[MacSecKey] | None = None
    billing_mode: str | None = None

    #: when the billing mode was changed
    billing_changes: list[datetime] = field(default_factory=list)

    lag: Lag | None = None
    #: stage of its last move into a LAG, out of one, or to another parent: ``interrupted`` while it has no link
    #: because of that, ``transitioning`` where it had none before (error E6)
    membership: str | None = None
    device: Device | None = None
    port: int | None = None
    link_up: bool = True
    #: how many maintenance windows hold the link down now
    windows: int = 0
    loa_issue_time: datetime | None = None
    #: when AWS issued the letter; ``loaIssueTime`` is when it was asked for
    loa_ready: bool = False
    #: stage of the last change of MACsec keys, ``pending`` while it lasts
    key_change: str | None = None
    #: a hosted connection that was updated for jumbo frames
    jumbo_frames: bool = False

    #: of a hosted connection
    parent: Connection | Lag | None = None
    vlan: int | None = None
    #: the interconnect that has brought it to a LAG, as long as that one is on its way
    moving_with: Connection | None = None
    partner_name: str | None = None

    #: hosted connections and virtual interfaces by VLAN; None until the first, which saves memory
    hosted: dict[int, Connection] | None = None
    virtual_interfaces: dict[int, VirtualInterface] | None = None

    @property
    def has_light(self) -> bool:
        """Whether the fibre is in place and AWS is not at work at its end."""
        return self.link_up and not self.windows


@dataclass(slots=True, eq=False)
class Lag:
    """A link aggregation group."""

    id: str
    owner: str
    name: str
    region: str
    location: str
    bandwidth: str
    stage: str
    device: Device | None
    allows_hosted: bool = False
    sequence: int = 0
    minimum_links: int = 0
    tags: dict[str, str] | None = None
    provider_name: str | None = None
    macsec_requested: bool = False
    encryption_mode: str | None = None
    macsec_keys: list[MacSecKey] | None = None
    billing_mode: str | None = None
    #: by id, in the order that DescribeLags shows
    members: dict[str, Connection] = field(default_factory=dict)
    hosted: dict[int, Connection] | None = None
    virtual_interfaces: dict[int, VirtualInterface] | None = None
    kind: Literal["lag"] = "lag"


@dataclass(slots=True, eq=False)
class BgpPeer:
    """One BGP session of a virtual interface, of one address family."""

    id: str
    asn: int
    address_family: Literal["ipv4", "ipv6"]
    auth_key: str
    stage: str
    #: None on an allocated transit one until its owner confirms it
    amazon_address: str | None
    customer_address: str | None
    #: the device it stays on after its virtual interface has moved to another
    device: str | None = None
    region: str = ""
    #: the customer's router has the session up; the link may still be down
    session_up: bool = True
    virtual_interface: VirtualInterface | None = None
    #: a BGP failover test holds the session down
    under_test: bool = False
    kind: Literal["bgp peer"] = "bgp peer"


@dataclass(slots=True, eq=False)
class BgpTest:
    """A BGP failover test of a virtual interface: running, or in the history."""

    id: str
    owner: str
    region: str
    virtual_interface_id: str
    peer_ids: list[str]
    minutes: int
    start: datetime
    stage: str = "running"
    end: datetime | None = None
    sequence: int = 0
    kind: Literal["bgp test"] = "bgp test"


@dataclass(slots=True, eq=False)
class VirtualInterface:
    """A private, public or transit virtual interface on a connection or LAG."""

    id: str
    type: VirtualInterfaceType
    owner: str
    name: str
    region: str
    location: str
    vlan: int
    asn: int
    stage: str
    parent: Connection | Lag
    amazon_side_asn: int = 7224
    sequence: int = 0
    tags: dict[str, str] | None = None
    auth_key: str = ""
    address_family: Literal["ipv4", "ipv6"] = "ipv4"
    amazon_address: str | None = None
    customer_address: str | None = None
    mtu: int = 1500
    virtual_gateway_id: str = ""
    gateway_id: str = ""
    route_filter_prefixes: list[str] = field(default_factory=list)
    site_link: bool = False
    peers: dict[str, BgpPeer] = field(default_factory=dict)
    rate_limit: str | None = None
    prefix_pool_ipv4: int | None = None
    prefix_pool_ipv6: int | None = None
    #: prefixes that the customer's router announces, with the time of each (``dx.announce``)
    announced: dict[str, datetime] = field(default_factory=dict)
    #: the connection that has brought it to a LAG, as long as that one is on its way
    moving_with: Connection | None = None
    #: BGP communities of those that have any, such as 7224:7100
    communities: dict[str, list[str]] = field(default_factory=dict)
    #: id of the BGP failover test that is running
    test_id: str | None = None
    kind: Literal["virtual interface"] = "virtual interface"


Parent = Union[Connection, Lag]
Resource = Union[Connection, Lag, VirtualInterface, BgpPeer, BgpTest, MacSecKey]
