"""The graph of one world: every resource by id, the links between them, and who may list what.

Only the methods here change links, and each leaves both ends consistent.  They trust their callers: whether
a change is allowed is decided before, by the backend.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from dx_mock.graph.listing import Listing
from dx_mock.graph.resources import BgpPeer, BgpTest, Connection, Device, Lag, Parent, VirtualInterface

#: How many devices a location has in a Region: "a small reused pool" [recorded: ANS, 4 over 9 LAGs].
DEVICES_PER_LOCATION = 4

ListingKey = tuple[str, str, str]  # kind, Region, account


class Graph:
    """Resources and links; see the module's docstring."""

    def __init__(self, device_name: Callable[[str, str, int], str]) -> None:
        self.resources: dict[str, Any] = {}
        self.devices: dict[tuple[str, str], list[Device]] = {}
        self.devices_by_name: dict[str, Device] = {}
        self.listings: dict[ListingKey, Listing[Any]] = {}
        #: gateways and what connects them, by kind and id: few enough to be searched
        self.globals: dict[str, dict[str, Any]] = {
            kind: {}
            for kind in (
                "gateway",
                "association",
                "proposal",
                "attachment",
                "resiliency group",
                "resiliency association",
            )
        }
        #: ARN of a secret that Direct Connect made -> the name of the key (CKN) in it
        self.secrets: dict[str, str] = {}
        #: account -> name of a customer agreement -> status
        self.agreements: dict[str, dict[str, str]] = {}
        #: active dedicated connections and interconnects by Region, location, account
        self.connection_count: Counter[tuple[str, str, str]] = Counter()
        #: grows with every creation and every deletion; the order of listings
        self.sequence = 0
        self._device_name = device_name

    # --- resources and listings ----------------------------------------------------------------------------

    def next_sequence(self) -> int:
        """A number above all that were given before."""
        self.sequence += 1
        return self.sequence

    def add(self, resource: Any) -> None:
        """Make a new resource known: by id and, where its kind is listed, in its owner's listing."""
        self.resources[resource.id] = resource
        if resource.kind in self.globals:
            self.globals[resource.kind][resource.id] = resource
            resource.sequence = self.next_sequence()
        if isinstance(resource, (Connection, Lag, VirtualInterface)):
            resource.sequence = self.next_sequence()
            for key in self.listing_keys(resource):
                self.listing(key).live.add(resource.sequence, resource)
            self._count(resource, 1)

    def listing(self, key: ListingKey) -> Listing[Any]:
        """The listing of a kind in a Region for an account; made when it is first asked for."""
        found = self.listings.get(key)
        if found is None:
            found = self.listings[key] = Listing()
        return found

    def listing_keys(self, resource: Connection | Lag | VirtualInterface) -> Iterable[ListingKey]:
        """Where a resource is listed: under its owner, a virtual interface under its carrier's owner too."""
        region = resource.region
        if isinstance(resource, VirtualInterface):
            return {
                (resource.kind, region, resource.owner),
                (resource.kind, region, resource.parent.owner),
            }
        # A hosted connection is one more connection to the customer who owns it.
        kind = "interconnect" if resource.kind == "interconnect" else resource.kind
        return (("connection" if kind == "hosted connection" else kind, region, resource.owner),)

    def retire(self, resource: Connection | Lag | VirtualInterface) -> None:
        """Cut a deleted resource's links and list it among the deleted ones."""
        keys = list(self.listing_keys(resource))
        if isinstance(resource, VirtualInterface):
            self._unmount(resource)
        elif isinstance(resource, Connection):
            self._free_port(resource)
            if resource.kind == "hosted connection":
                self._unhost(resource)  # ``lag`` is its parent then, not a LAG that it is a member of
            else:
                self.leave_lag(resource)
        else:
            for member in list(resource.members.values()):
                self.leave_lag(member)
        self._count(resource, -1)
        if isinstance(resource, (Connection, Lag)):
            self.drop_keys(resource)
            for group in self.globals["resiliency group"].values():
                association = group.associations.pop(resource.id, None)
                if association is not None:
                    self.forget(association)
        resource.tags = None  # tags vanish with their resource [documented]
        number = self.next_sequence()
        for key in keys:
            listing = self.listing(key)
            listing.live.remove(resource.sequence)
            listing.deleted.add(number, resource)
        resource.sequence = number

    def forget(self, resource: Any) -> None:
        """Remove every trace of a resource whose time among the deleted ones is over."""
        self.resources.pop(resource.id, None)
        self.globals.get(resource.kind, {}).pop(resource.id, None)
        if isinstance(resource, (Connection, Lag, VirtualInterface)):
            for key in self.listing_keys(resource):
                self.listing(key).deleted.remove(resource.sequence)

    def _count(self, resource: Any, step: int) -> None:
        if isinstance(resource, Connection) and resource.kind != "hosted connection":
            self.connection_count[resource.region, resource.location, resource.owner] += step

    # --- devices and ports ---------------------------------------------------------------------------------

    def devices_at(self, region: str, location: str) -> list[Device]:
        """The pool of a location's devices in a Region."""
        pool = self.devices.get((region, location))
        if pool is None:
            pool = self.devices[region, location] = [
                Device(self._device_name(region, location, number), location, region)
                for number in range(DEVICES_PER_LOCATION)
            ]
            self.devices_by_name.update((device.name, device) for device in pool)
        return pool

    def free_device(self, region: str, location: str, ports: int, size: int, *, spread: bool) -> Device | None:
        """A device with ``ports`` free of ``size``: the first with room, or with ``spread`` the emptiest."""
        pool = self.devices_at(region, location)
        candidates = [device for device in pool if len(device.ports) + ports <= size]
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
            connection.device.give_back(connection.port)
            connection.port = None

    # --- LAG membership ------------------------------------------------------------------------------------

    def join_lag(self, connection: Connection, lag: Lag) -> None:
        """Make a connection a member, the last in the list; it leaves the LAG that it was in."""
        if connection.lag is not None:
            self.leave_lag(connection)
        connection.lag = lag
        lag.members[connection.id] = connection

    def leave_lag(self, connection: Connection) -> None:
        """Make a member standalone; what rides on the LAG stays there."""
        if connection.lag is not None:
            del connection.lag.members[connection.id]
            connection.lag = None

    # --- what rides on connections and LAGs ----------------------------------------------------------------

    def host(self, hosted: Connection, parent: Parent) -> None:
        """Put a hosted connection on an interconnect or LAG, taking it away from where it was."""
        self._unhost(hosted)
        assert hosted.vlan is not None
        if parent.hosted is None:
            parent.hosted = {}
        parent.hosted[hosted.vlan] = hosted
        hosted.parent = parent
        hosted.lag = parent if isinstance(parent, Lag) else None

    def _unhost(self, hosted: Connection) -> None:
        there = hosted.parent.hosted if hosted.parent is not None else None
        if there and hosted.vlan is not None and there.get(hosted.vlan) is hosted:
            del there[hosted.vlan]

    def mount(self, vif: VirtualInterface, parent: Parent) -> None:
        """Put a virtual interface on a connection or LAG, taking it away from where it was."""
        before = set(self.listing_keys(vif))
        self._unmount(vif)
        if parent.virtual_interfaces is None:
            parent.virtual_interfaces = {}
        parent.virtual_interfaces[vif.vlan] = vif
        vif.parent = parent
        vif.location = parent.location
        if vif.sequence:  # it is listed already, perhaps under another carrier's owner
            after = set(self.listing_keys(vif))
            for key in before - after:
                self.listing(key).live.remove(vif.sequence)
            for key in after - before:
                self.listing(key).live.add(vif.sequence, vif)

    def _unmount(self, vif: VirtualInterface) -> None:
        mounted = vif.parent.virtual_interfaces
        if mounted and mounted.get(vif.vlan) is vif:
            del mounted[vif.vlan]

    # --- BGP failover tests --------------------------------------------------------------------------------

    def tests_of(self, region: str, owner: str) -> Listing[Any]:
        """The BGP failover tests of an account in a Region, in order of their start."""
        return self.listing(("bgp test", region, owner))

    def begin_test(self, test: BgpTest, vif: VirtualInterface) -> None:
        """Put a test into the history of its owner and hold its peers down."""
        self.resources[test.id] = test
        test.sequence = self.next_sequence()
        self.tests_of(test.region, test.owner).live.add(test.sequence, test)
        vif.test_id = test.id
        for peer_id in test.peer_ids:
            vif.peers[peer_id].under_test = True

    def end_test(self, test: BgpTest) -> VirtualInterface | None:
        """Let the peers of a test go; gives its virtual interface."""
        vif = self.resources.get(test.virtual_interface_id)
        if not isinstance(vif, VirtualInterface):
            return None
        vif.test_id = None
        for peer in vif.peers.values():
            peer.under_test = False
        return vif

    def forget_test(self, test: BgpTest) -> None:
        """Remove a test whose time in the history is over."""
        self.resources.pop(test.id, None)
        self.tests_of(test.region, test.owner).live.remove(test.sequence)

    def remove_peer(self, peer: BgpPeer) -> None:
        """Take a BGP peer off its virtual interface."""
        self.resources.pop(peer.id, None)
        if peer.virtual_interface is not None:
            peer.virtual_interface.peers.pop(peer.id, None)

    def drop_keys(self, holder: Connection | Lag) -> None:
        """Forget the MACsec keys of a port or LAG."""
        for key in holder.macsec_keys or ():
            self.forget(key)
        holder.macsec_keys = None

    def convert_to_interconnect(self, connection: Connection) -> None:
        """Turn a partner's connection into an interconnect, in the listings too."""
        (before,) = self.listing_keys(connection)
        connection.kind = "interconnect"
        (after,) = self.listing_keys(connection)
        if before != after:
            self.listing(before).live.remove(connection.sequence)
            self.listing(after).live.add(connection.sequence, connection)
