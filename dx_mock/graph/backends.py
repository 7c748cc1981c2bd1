"""The resource graph: a backend for each Region, one for the gateways of each partition, and one index of ids.

Only the methods here change links, and each leaves both ends consistent.  They trust their callers: the rules
of the service have decided before whether a change is allowed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from dx_mock.graph.gateway_resources import Association, Attachment, Gateway, Proposal
from dx_mock.graph.history import History
from dx_mock.graph.journal import Journal
from dx_mock.graph.listing import Listing
from dx_mock.graph.resiliency_groups import ResiliencyGroup
from dx_mock.graph.resources import (
    BgpPeer,
    BgpTest,
    Connection,
    Device,
    Lag,
    Parent,
    VirtualInterface,
)

#: How many devices a location has in a Region: "a small reused pool" [recorded: ANS (4 over 9 LAGs)].
DEVICES_PER_LOCATION = 4

ListingKey = tuple[str, str]  # kind, account
GlobalResource = Gateway | Association | Proposal | Attachment

#: Kinds of resources that have a place in a listing, or in the order of their making.
_COUNTED = frozenset(
    {
        "connection",
        "interconnect",
        "hosted connection",
        "lag",
        "virtual interface",
        "resiliency group",
        "resiliency association",
    }
)


class Graph:
    """All resources of a world by their ids, and the backends that hold them."""

    def __init__(self, device_name: Callable[[str, str, int], str], now: Callable[[], datetime]) -> None:
        #: the one index of ids
        self.resources: dict[str, Any] = {}
        #: by Region
        self.backends: dict[str, DirectConnectBackend] = {}
        #: by partition
        self.global_backends: dict[str, GlobalBackend] = {}
        #: account -> name of a customer agreement -> status; an account signs once, for every Region
        self.agreements: dict[str, dict[str, str]] = {}
        #: the order of listings: counts creations and deletions
        self.sequence: int = 0
        self.device_name = device_name
        #: what is changed before a call that may be refused
        self.journal: Journal = Journal()
        #: what happened when
        self.history: History = History(self.journal, now)

    def next_sequence(self) -> int:
        """Return a number above all that were returned before."""
        if self.journal.is_open:
            self.journal.note(partial(setattr, self, "sequence", self.sequence))
        self.sequence += 1
        return self.sequence

    def backend(self, region: str) -> DirectConnectBackend:
        """Return the backend of a Region, made at the first use."""
        found = self.backends.get(region)
        if found is None:
            found = self.backends[region] = DirectConnectBackend(self, region)
        return found

    def global_backend(self, partition: str) -> GlobalBackend:
        """Return the backend of a partition's gateways, made at the first use."""
        found = self.global_backends.get(partition)
        if found is None:
            found = self.global_backends[partition] = GlobalBackend(self, partition)
        return found

    def home_of(self, resource: Any) -> DirectConnectBackend | GlobalBackend:
        """Return the backend that holds a resource, or would hold a new one."""
        if isinstance(resource, GlobalResource):
            gateway = resource if isinstance(resource, Gateway) else resource.gateway
            return self.global_backend(gateway.partition)
        return self.backend(resource.region)

    def forget(self, resource: Any) -> None:
        """Remove every trace of a resource whose time among the deleted ones is over."""
        self.home_of(resource).forget(resource)

    def drop_id(self, known: dict[str, Any], resource_id: str) -> None:
        """Remove an id from an index; while the journal is open when everything stands.

        To put it back in its place would cost a copy of the whole index.  Whoever walks through an index in a
        call looks at stages: what has ended may still be there.
        """
        self.journal.afterwards(partial(_drop_same, known, resource_id, known.get(resource_id)))

    def take_over(self, other: Graph) -> None:
        """Take over the contents of another graph, which must not be used any more.

        The journal stays: whoever writes into it knows it.
        """
        self.history.take_over(other.history)
        self.resources, self.agreements, self.sequence = other.resources, other.agreements, other.sequence
        self.backends, self.global_backends = other.backends, other.global_backends
        for backend in self.backends.values():
            backend.graph = self
        for partition in self.global_backends.values():
            partition.graph = self


def _drop_same(known: dict[str, Any], resource_id: str, resource: Any) -> None:
    """Remove a resource from an index, unless another has its id by now: a MACsec key that is there again."""
    if known.get(resource_id) is resource:
        known.pop(resource_id, None)


class GlobalBackend:
    """Direct Connect gateways of one partition and their connections: the same from every Region of it."""

    def __init__(self, graph: Graph, partition: str) -> None:
        self.graph = graph
        self.partition = partition
        self.gateways: dict[str, Gateway] = {}
        self.associations: dict[str, Association] = {}
        self.proposals: dict[str, Proposal] = {}
        self.attachments: dict[str, Attachment] = {}

    def __repr__(self) -> str:
        return f"<GlobalBackend {self.partition}, {len(self.gateways)} gateways>"

    def _of_kind(self, resource: GlobalResource) -> dict[str, Any]:
        if isinstance(resource, Gateway):
            return self.gateways
        if isinstance(resource, Association):
            return self.associations
        return self.proposals if isinstance(resource, Proposal) else self.attachments

    def add(self, resource: GlobalResource) -> None:
        """Make a new resource known."""
        resource.sequence = self.graph.next_sequence()
        self.hold(resource)

    def hold(self, resource: GlobalResource) -> None:
        """Put a resource in place under its id; it has been listed before."""
        self.graph.resources[resource.id] = self._of_kind(resource)[resource.id] = resource
        self.graph.history.note(resource, held=True)

    def forget(self, resource: GlobalResource) -> None:
        """Remove every trace of a resource, but for its past."""
        self.graph.history.end(resource)
        of_kind = self._of_kind(resource)
        self.graph.journal.keep_items(of_kind)
        of_kind.pop(resource.id, None)
        self.graph.drop_id(self.graph.resources, resource.id)


class DirectConnectBackend:
    """Everything in one Region, of all accounts: resources, the links between them, devices and listings."""

    def __init__(self, graph: Graph, region_name: str) -> None:
        self.graph = graph
        self.region_name = region_name
        self.resources: dict[str, Any] = {}
        #: by location
        self.devices: dict[str, list[Device]] = {}
        self.listings: dict[ListingKey, Listing[Any]] = {}
        self.resiliency_groups: dict[str, ResiliencyGroup] = {}
        #: ARN of a secret that Direct Connect made -> the name of the key (CKN) in it
        self.secrets: dict[str, str] = {}
        #: active dedicated connections and interconnects by location and account
        self.connection_count: Counter[tuple[str, str]] = Counter()

    def __repr__(self) -> str:
        return f"<DirectConnectBackend {self.region_name}, {len(self.resources)} resources>"

    # --- resources and listings ----------------------------------------------------------------------------

    def add(self, resource: Any) -> None:
        """Add a new resource: to the index of ids and, if its kind is listed, to its owner's listing."""
        self.hold(resource)
        if resource.kind in _COUNTED:
            resource.sequence = self.graph.next_sequence()
        if isinstance(resource, (Connection, Lag, VirtualInterface)):
            for key in self.listing_keys(resource):
                self.listing(key).live.add(resource.sequence, resource)
            self._count(resource, 1)

    def hold(self, resource: Any) -> None:
        """Put a resource in place under its id; it has been listed before."""
        self.graph.resources[resource.id] = self.resources[resource.id] = resource
        if isinstance(resource, ResiliencyGroup):
            self.resiliency_groups[resource.id] = resource
        self.graph.history.note(resource, held=True)

    def _drop(self, resource: Any) -> None:
        self.graph.history.end(resource)
        for known in (self.graph.resources, self.resources):
            self.graph.drop_id(known, resource.id)

    def listing(self, key: ListingKey) -> Listing[Any]:
        """Return the listing of a kind for an account, made at the first use."""
        found = self.listings.get(key)
        if found is None:
            found = self.listings[key] = Listing()
        return found

    def listing_keys(self, resource: Connection | Lag | VirtualInterface) -> Iterable[ListingKey]:
        """Return where a resource is listed: by its owner, what rides on others' by the carrier's owner too."""
        if isinstance(resource, VirtualInterface):
            return {(resource.kind, resource.owner), (resource.kind, resource.parent.owner)}
        if isinstance(resource, Connection) and resource.parent is not None:
            # A connection like any other to the customer who owns it, an order to the partner who hosts it.
            return (("connection", resource.owner), (resource.kind, resource.parent.owner))
        return ((resource.kind, resource.owner),)

    def list_order(self, hosted: Connection) -> None:
        """List a hosted connection for the partner who hosts it, unless it is there already."""
        _, key = self.listing_keys(hosted)
        listing = self.listing(key)
        gone = hosted.stage in ("deleted", "rejected")
        (listing.deleted if gone else listing.live).add(hosted.sequence, hosted)

    def retire(self, resource: Connection | Lag | VirtualInterface) -> None:
        """Cut a deleted resource's links and list it among the deleted ones."""
        journal = self.graph.journal
        journal.keep(resource)
        keys = list(self.listing_keys(resource))
        if isinstance(resource, VirtualInterface):
            self._unmount(resource)
        elif isinstance(resource, Connection):
            self._free_port(resource)
            if resource.kind == "hosted connection":
                self._unhost(resource)  # ``lag`` is its parent then, not a LAG of which it is a member
            else:
                self.leave_lag(resource)
        else:
            for member in list(resource.members.values()):
                self.leave_lag(member)
        self._count(resource, -1)
        if isinstance(resource, (Connection, Lag)):
            self.drop_keys(resource)
            for group in self.resiliency_groups.values():
                if resource.id in group.associations:
                    journal.keep(group)
                    self.forget(group.associations.pop(resource.id))
        resource.tags = None  # tags vanish with their resource [documented: UG:using-tags]
        number = self.graph.next_sequence()
        for key in keys:
            listing = self.listing(key)
            journal.note(partial(listing.live.add, resource.sequence, resource))
            journal.note(partial(listing.deleted.remove, number))
            listing.live.remove(resource.sequence)
            listing.deleted.add(number, resource)
        resource.sequence = number

    def forget(self, resource: Any) -> None:
        """Remove every trace of a resource whose time among the deleted ones is over."""
        self._drop(resource)
        self.resiliency_groups.pop(resource.id, None)
        if isinstance(resource, (Connection, Lag, VirtualInterface)):
            for key in self.listing_keys(resource):
                self.listing(key).deleted.remove(resource.sequence)

    def _count(self, resource: Any, step: int) -> None:
        if isinstance(resource, Connection) and resource.kind != "hosted connection":
            place = resource.location, resource.owner
            self.graph.journal.keep_item(self.connection_count, place)
            self.connection_count[place] += step

    # --- devices and ports ---------------------------------------------------------------------------------

    def devices_at(self, location: str) -> list[Device]:
        """Return the pool of a location's devices."""
        pool = self.devices.get(location)
        if pool is None:
            name = self.graph.device_name
            pool = self.devices[location] = [
                Device(name(self.region_name, location, number), location, self.region_name)
                for number in range(DEVICES_PER_LOCATION)
            ]
        return pool

    def free_device(self, location: str, ports: int, size: int, *, spread: bool) -> Device | None:
        """Return a device with ``ports`` of ``size`` ports free: the first, or the emptiest with ``spread``."""
        candidates = [device for device in self.devices_at(location) if len(device.ports) + ports <= size]
        if spread:
            return min(candidates, key=lambda device: len(device.ports), default=None)
        return candidates[0] if candidates else None

    def plug(self, connection: Connection, device: Device) -> None:
        """Put a connection on a port of a device."""
        if connection.device is not device:
            self._free_port(connection)
            connection.device = device
            connection.port = device.take(connection.id)

    def _free_port(self, connection: Connection) -> None:
        if connection.device is not None and connection.port is not None:
            self.graph.journal.keep(connection)
            self.graph.journal.keep(connection.device)
            connection.device.give_back(connection.port)
            connection.port = None

    # --- LAG membership ------------------------------------------------------------------------------------

    def join_lag(self, connection: Connection, lag: Lag) -> None:
        """Make a connection the last member of a LAG; it leaves the LAG that it was in."""
        if connection.lag is not None:
            self.leave_lag(connection)
        connection.lag = lag
        lag.members[connection.id] = connection
        self.graph.history.note(connection)

    def leave_lag(self, connection: Connection) -> None:
        """Make a member standalone; hosted connections and virtual interfaces stay on the LAG."""
        if connection.lag is not None:
            self.end_move(connection)
            self.graph.journal.keep(connection)
            self.graph.journal.keep(connection.lag)
            del connection.lag.members[connection.id]
            connection.lag = None
            self.graph.history.note(connection)

    def bring(self, connection: Connection, lag: Lag, rider: Connection | VirtualInterface) -> None:
        """Move what rides on a connection to the LAG that the connection has joined."""
        if isinstance(rider, Connection):
            self.host(rider, lag)
        else:
            self.mount(rider, lag)
        rider.moving_with = connection
        self.graph.history.note(rider)

    def end_move(self, connection: Connection) -> None:
        """Let go of what a connection has brought to its LAG: it rides on the LAG alone now."""
        lag = connection.lag
        if lag is not None and connection.kind != "hosted connection":
            riders: list[Connection | VirtualInterface] = [*(lag.virtual_interfaces or {}).values()]
            riders += (lag.hosted or {}).values()
            for rider in riders:
                if rider.moving_with is connection:
                    self.graph.journal.keep(rider)
                    rider.moving_with = None
                    self.graph.history.note(rider)

    # --- hosted connections and virtual interfaces ---------------------------------------------------------

    def host(self, hosted: Connection, parent: Parent) -> None:
        """Put a hosted connection on an interconnect or LAG, and take it off its previous one."""
        self._unhost(hosted)
        assert hosted.vlan is not None
        if parent.hosted is None:
            parent.hosted = {}
        parent.hosted[hosted.vlan] = hosted
        hosted.parent = parent
        hosted.moving_with = None
        hosted.lag = parent if isinstance(parent, Lag) else None
        self.graph.history.note(hosted)

    def _unhost(self, hosted: Connection) -> None:
        there = hosted.parent.hosted if hosted.parent is not None else None
        if there and hosted.vlan is not None and there.get(hosted.vlan) is hosted:
            self.graph.journal.keep(hosted.parent)
            del there[hosted.vlan]

    def mount(self, vif: VirtualInterface, parent: Parent) -> None:
        """Put a virtual interface on a connection or LAG, and take it off its previous one."""
        before = set(self.listing_keys(vif))
        self._unmount(vif)
        if parent.virtual_interfaces is None:
            parent.virtual_interfaces = {}
        parent.virtual_interfaces[vif.vlan] = vif
        vif.parent = parent
        vif.moving_with = None
        vif.location = parent.location
        self.graph.history.note(vif)
        if vif.sequence:  # it is listed already, perhaps under another carrier's owner
            after = set(self.listing_keys(vif))
            for key in before - after:
                self.listing(key).live.remove(vif.sequence)
            for key in after - before:
                self.listing(key).live.add(vif.sequence, vif)

    def _unmount(self, vif: VirtualInterface) -> None:
        mounted = vif.parent.virtual_interfaces
        if mounted and mounted.get(vif.vlan) is vif:
            self.graph.journal.keep(vif.parent)
            del mounted[vif.vlan]

    # --- BGP failover tests --------------------------------------------------------------------------------

    def tests_of(self, owner: str) -> Listing[Any]:
        """Return the BGP failover tests of an account, in order of their start."""
        return self.listing(("bgp test", owner))

    def begin_test(self, test: BgpTest, vif: VirtualInterface) -> None:
        """Add a test to the history of its owner and hold its peers down."""
        self.hold(test)
        test.sequence = self.graph.next_sequence()
        self.tests_of(test.owner).live.add(test.sequence, test)
        vif.test_id = test.id
        for peer_id in test.peer_ids:
            vif.peers[peer_id].under_test = True
            self.graph.history.note(vif.peers[peer_id])

    def end_test(self, test: BgpTest) -> VirtualInterface | None:
        """Release the peers of a test and return its virtual interface."""
        vif = self.resources.get(test.virtual_interface_id)
        if not isinstance(vif, VirtualInterface):
            return None
        self.graph.journal.keep(vif)
        vif.test_id = None
        for peer in vif.peers.values():
            self.graph.journal.keep(peer)
            peer.under_test = False
            self.graph.history.note(peer)
        return vif

    def forget_test(self, test: BgpTest) -> None:
        """Remove a test whose time in the history is over."""
        self._drop(test)
        self.tests_of(test.owner).live.remove(test.sequence)

    def remove_peer(self, peer: BgpPeer) -> None:
        """Take a BGP peer off its virtual interface."""
        self._drop(peer)
        if peer.virtual_interface is not None:
            self.graph.journal.keep(peer.virtual_interface)
            peer.virtual_interface.peers.pop(peer.id, None)

    def drop_keys(self, holder: Connection | Lag) -> None:
        """Forget the MACsec keys of a port or LAG."""
        for key in holder.macsec_keys or ():
            self.forget(key)
        self.graph.journal.keep(holder)
        holder.macsec_keys = None

    def convert_to_interconnect(self, connection: Connection) -> None:
        """Turn a partner's connection into an interconnect, in the listings too."""
        (before,) = self.listing_keys(connection)
        connection.kind = "interconnect"
        self.graph.history.note(connection)
        (after,) = self.listing_keys(connection)
        if before != after:
            self.listing(before).live.remove(connection.sequence)
            self.listing(after).live.add(connection.sequence, connection)
