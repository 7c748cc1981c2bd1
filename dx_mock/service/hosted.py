"""Hosted connections: what partners sell on their interconnects and LAGs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.graph.resources import Connection, Lag, Parent
from dx_mock.graph.states import LEAVING, noun_of
from dx_mock.rules.account_ids import check_owner_account
from dx_mock.rules.bandwidths import HOSTED_BANDWIDTHS, LARGEST_ON_INTERCONNECT, megabits
from dx_mock.rules.names import check_name
from dx_mock.rules.vlans import check_vlan
from dx_mock.service.connections import ConnectionRules
from dx_mock.service.lookups import HOSTED, INTERCONNECT
from dx_mock.service.paging import Page, page_size
from dx_mock.service.peers import check_addresses_free
from dx_mock.support import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class HostedConnectionRules(ConnectionRules):
    """Rules of hosted connections: docs/operations/hosted-connections.md."""

    def allocate_hosted_connection(
        self,
        parent_id: str,
        *,
        owner: str,
        bandwidth: str,
        name: str,
        vlan: int,
        tags: Iterable[Mapping[str, Any]] | None = None,
        interconnects_only: bool = False,
    ) -> Connection:
        """Order a hosted connection for another account on an interconnect or LAG of this partner."""
        self.require_partner()
        if interconnects_only:
            self.own(INTERCONNECT, parent_id, without=LEAVING)
        parent = self._parent(parent_id)
        check_name("Connection", name)
        check_owner_account(owner)
        check_vlan(vlan)
        if bandwidth not in HOSTED_BANDWIDTHS[self.quirks["hosted_speeds"]]:
            raise errors.BANDWIDTH_INVALID(bandwidth=bandwidth)
        if interconnects_only and megabits(bandwidth) > megabits(LARGEST_ON_INTERCONNECT):
            raise errors.BANDWIDTH_INVALID(bandwidth=bandwidth)
        self._check_capacity(parent, bandwidth)
        self._check_vlan_free(parent, vlan)
        checked_tags = self.new_tags(tags)

        hosted = Connection(
            self.ids.physical("dxcon"),
            "hosted connection",
            owner,
            name,
            self.region_name,
            parent.location,
            bandwidth,
            "ordering",
            vlan=vlan,
            partner_name=self.partner_name,
            tags=checked_tags,
            parent=parent,
        )
        self.backend.add(hosted)
        self.backend.host(hosted, parent)
        return hosted

    @property
    def partner_name(self) -> str:
        """Return what customers read as ``partnerName``: the partner's own name."""
        return self.engine.settings.partners[self.account_id]

    def _parent(self, parent_id: str) -> Parent:
        parent = self.live_carrier(parent_id)
        hosts = parent.allows_hosted if isinstance(parent, Lag) else parent.kind == "interconnect"
        if not hosts:
            raise errors.PARENT_NOT_HOSTING(id=parent_id)
        if isinstance(parent, Connection) and parent.lag is not None:
            # A member of a LAG carries nothing of its own any more: its LAG does.
            raise errors.PARENT_NOT_HOSTING(id=parent_id)
        return parent

    @staticmethod
    def _check_capacity(parent: Parent, bandwidth: str) -> None:
        """Refuse more than one port of the parent has; partners may oversubscribe the sum.

        AWS polices each to its own bandwidth [documented: API:AllocateHostedConnection].
        """
        if megabits(bandwidth) > megabits(parent.bandwidth):
            raise errors.HOSTED_BANDWIDTH_EXCEEDS(bandwidth=bandwidth, id=parent.id)

    @staticmethod
    def _check_vlan_free(parent: Parent, vlan: int) -> None:
        if vlan in (parent.hosted or {}) or vlan in (parent.virtual_interfaces or {}):
            raise errors.VLAN_IN_USE(vlan=vlan)

    def list_hosted_connections(
        self, parent_id: str, max_results: int | None, next_token: str | None
    ) -> Page[Connection]:
        """Return the hosted connections on an interconnect or LAG of this partner."""
        self.require_partner()
        page_size(max_results)
        found = self.backend.resources.get(parent_id)
        hosted_too = self.quirks["describe_hosted_connections_hosted_id"] == "answer"
        if (
            isinstance(found, Connection)
            and found.kind == "hosted connection"
            and found.parent is not None
            and self.account_id in (found.owner, found.parent.owner)
            and hosted_too
        ):
            return Page([found])
        mine = (
            isinstance(found, (Connection, Lag))
            and found.owner == self.account_id
            and found.kind != "hosted connection"
        )
        if not mine and hosted_too:
            raise errors.CONNECTION_NOT_FOUND(id=parent_id)
        if not mine:
            raise errors.HOSTED_PARENT_MISSING(account=self.account_id, id=parent_id)
        assert isinstance(found, (Connection, Lag))
        scope = f"DescribeHostedConnections {parent_id}"
        return self.page_of(self._hosted_on(found), max_results, next_token, scope)

    def list_connections_on_interconnect(self, interconnect_id: str) -> list[Connection]:
        """Return the hosted connections on an interconnect (deprecated operation)."""
        self.require_partner()
        return self._hosted_on(self.own_interconnect(interconnect_id))

    def _hosted_on(self, parent: Parent) -> list[Connection]:
        """Return what is hosted here, then what was, while that is listed: orders are seen rejected."""
        live = sorted((parent.hosted or {}).values(), key=lambda each: each.sequence)
        listing = self.backend.listing(("hosted connection", parent.owner))
        return [*live, *(each for _, each in listing.deleted.after(0) if each.parent is parent)]

    def associate_hosted_connection(self, connection_id: str, parent_id: str) -> tuple[Connection, bool]:
        """Move a hosted connection with its virtual interfaces to another interconnect or LAG.

        Returns:
            The hosted connection, and whether it was somewhere else before.
        """
        self.require_partner()
        hosted = self._own_hosted(connection_id)
        target = self._parent(parent_id)
        if target is hosted.parent:
            return hosted, False
        self.check_settled(hosted)
        assert hosted.vlan is not None
        if target.location != hosted.location:
            raise errors.HOSTED_ELSEWHERE(id=connection_id, parent=target.id)
        self._check_capacity(target, hosted.bandwidth)
        self._check_vlan_free(target, hosted.vlan)
        for vif in (hosted.virtual_interfaces or {}).values():
            check_addresses_free(vif, target)
        self.backend.host(hosted, target)
        return hosted, True

    def _own_hosted(self, connection_id: str) -> Connection:
        """Return a hosted connection that is on an interconnect or LAG of this account."""
        found = self.own(HOSTED, connection_id, without=LEAVING)
        if found.parent is None:
            raise errors.NOT_HOSTED(what=noun_of(found), id=connection_id)
        if found.parent.owner != self.account_id:
            raise errors.NOT_HOSTED_HERE(id=connection_id, account=self.account_id)
        return found
