"""Link aggregation groups: making them, moving connections in and out, undoing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.graph.resources import Connection, Device, Lag, VirtualInterface
from dx_mock.graph.states import LEAVING, NOT_SET_UP, noun_of
from dx_mock.rules.names import check_name
from dx_mock.rules.virtual_interface_values import broken_limit
from dx_mock.service.capacity import check_taken_together
from dx_mock.service.connections import ConnectionRules
from dx_mock.service.lookups import LAG, PORT
from dx_mock.service.paging import Page, page_size
from dx_mock.service.peers import check_addresses_free
from dx_mock.support import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class LagRules(ConnectionRules):
    """Rules of LAGs: docs/operations/lags.md [documented: 2017]."""

    # --- making --------------------------------------------------------------------------------------------

    def create_lag(
        self,
        *,
        name: str,
        location: str,
        bandwidth: str,
        number_of_connections: int,
        connection_id: str | None = None,
        tags: Iterable[Mapping[str, Any]] | None = None,
        child_tags: Iterable[Mapping[str, Any]] | None = None,
        provider_name: str | None = None,
        request_macsec: bool = False,
        billing_mode: str | None = None,
    ) -> Lag:
        """Make a LAG of so many connections in total, an existing one included; all or nothing."""
        check_name("Lag", name)
        # A partner's LAG is one of interconnects: its members become such when they leave
        # it [documented: API:CreateLag].
        kind = "interconnect" if self.is_partner else "connection"
        code = self.check_port(kind, location, bandwidth, request_macsec)
        if number_of_connections < 1:
            raise errors.NUMBER_OF_CONNECTIONS_INVALID(number=number_of_connections)
        limit = self.lag_limit(bandwidth)
        if number_of_connections > limit:
            raise errors.CONNECTIONS_PER_LAG(limit=limit)
        existing = None
        if connection_id is not None:
            existing = self.live_port(connection_id)
            self._check_joins(existing, bandwidth, code, request_macsec)
        lags = len(self.backend.listing(("lag", self.account_id)).live)
        if lags >= self.quotas["lags_per_region"]:
            raise errors.LAGS_PER_REGION(region=self.region_name, limit=self.quotas["lags_per_region"])
        new = number_of_connections - (existing is not None)
        self.check_room_at_location(code, new)
        lag_tags, connection_tags = self.new_tags(tags), self.new_tags(child_tags)
        self.check_billing_mode(code, bandwidth, billing_mode)
        device = self._device_for(existing, code, new)

        lag = Lag(
            self.ids.physical("dxlag"),
            self.account_id,
            name,
            self.region_name,
            code,
            bandwidth,
            self.quirks["lag_initial_state"],
            device,
            allows_hosted=self.is_partner,
            provider_name=provider_name,
            macsec_requested=request_macsec,
            encryption_mode="should_encrypt" if request_macsec else None,
            tags=lag_tags,
            billing_mode=billing_mode,
        )
        self.backend.add(lag)
        for number in range(1, new + 1):
            member = self.new_port(
                "connection",
                f"Requested Connection {number} for Lag {lag.id}",
                code,
                bandwidth,
                provider_name=provider_name,
                request_macsec=request_macsec,
            )
            member.tags = dict(connection_tags) if connection_tags else None
            member.billing_mode = billing_mode
            self.backend.plug(member, device)
            self.backend.join_lag(member, lag)
        if existing is not None:
            self._take_in(existing, lag, brings_interfaces=True, brings_hosted=True)
        self.lifecycle.plan(lag)
        return lag

    def _device_for(self, existing: Connection | None, location: str, new: int) -> Device:
        """Return the device for a new LAG: that of the existing connection, or one with room for all."""
        size = self.quotas["ports_per_device"]
        device: Device | None
        if existing is not None and existing.device is not None:
            device = existing.device
            if len(device.ports) + new <= size:
                return device
            if existing.stage != "requested":
                raise errors.NO_PORTS(location=location)
            new += 1  # its port is only reserved yet and can be moved
        device = self.backend.free_device(location, new, size, spread=self.spreads)
        if device is None:
            raise errors.NO_PORTS(location=location)
        return device

    def _check_joins(self, connection: Connection, bandwidth: str, location: str, request_macsec: bool) -> None:
        """Refuse a connection that can't be in a LAG of this kind, or can't leave the one that it is in."""
        if connection.kind == "hosted connection":
            raise errors.LAG_HOSTED_MEMBER(id=connection.id)
        if connection.bandwidth != bandwidth:
            raise errors.LAG_BANDWIDTH(what=noun_of(connection), id=connection.id)
        if connection.location != location:
            raise errors.LAG_LOCATION(what=noun_of(connection), id=connection.id)
        if connection.macsec_requested != request_macsec:
            raise errors.MACSEC_MISMATCH(id=connection.id)
        self.check_settled(connection)
        self.check_can_leave("Associating", connection, last_too=False)

    def _take_in(
        self, connection: Connection, lag: Lag, *, brings_interfaces: bool, brings_hosted: bool
    ) -> None:
        """Make a connection a member, with what rides on it where that moves along."""
        if lag.device is not None:
            self.backend.plug(connection, lag.device)
        self.backend.join_lag(connection, lag)
        # The connection's own keys are dropped and the LAG's hold for it [documented: UG:lags].
        self.backend.drop_keys(connection)
        connection.encryption_mode = lag.encryption_mode
        self.graph.history.note(connection)
        connection.billing_mode = lag.billing_mode
        coming: list[Connection | VirtualInterface] = []
        if brings_interfaces:
            coming += (connection.virtual_interfaces or {}).values()
        if brings_hosted:
            coming += (connection.hosted or {}).values()
        for rider in coming:
            self.backend.bring(connection, lag, rider)

    # --- looking -------------------------------------------------------------------------------------------

    def list_lags(self, lag_id: str | None, max_results: int | None, next_token: str | None) -> Page[Lag]:
        """Return the account's LAGs, empty and deleted ones included."""
        if lag_id is not None:
            page_size(max_results)
            return Page([self.own_lag(lag_id)])
        return self.page_of_listing("lag", max_results, next_token, "DescribeLags")

    # --- changing ------------------------------------------------------------------------------------------

    def update_lag(
        self,
        lag_id: str,
        name: str | None,
        minimum_links: int | None,
        encryption_mode: str | None,
    ) -> Lag:
        """Rename a LAG, set how many links it needs, or its MACsec mode."""
        lag = self.live_lag(lag_id)
        if name is not None:
            check_name("Lag", name)
        if minimum_links is not None:
            if minimum_links < 0:
                raise errors.MINIMUM_LINKS_NEGATIVE()
            if minimum_links > len(lag.members):
                raise errors.MINIMUM_LINKS_TOO_HIGH()
        if encryption_mode is not None:
            self.check_encryption_mode(lag, encryption_mode)
        if name is not None:
            lag.name = name
        if minimum_links is not None:
            lag.minimum_links = minimum_links
        if encryption_mode is not None:
            lag.encryption_mode = encryption_mode
            for member in lag.members.values():
                member.encryption_mode = encryption_mode
                self.graph.history.note(member)
        self.graph.history.note(lag)
        return lag

    def delete_lag(self, lag_id: str) -> Lag:
        """Delete a LAG on which nothing rides; its connections become standalone."""
        lag = self.own_lag(lag_id)
        if lag.stage == "deleted":
            raise errors.LAG_NOT_FOUND(id=lag_id)
        if lag.stage == "deleting":
            return lag
        if lag.virtual_interfaces:
            raise errors.LAG_HAS_VIFS(id=lag_id)
        if lag.hosted:
            raise errors.LAG_HAS_HOSTED(id=lag_id)
        if lag.members and self.quirks["delete_lag_with_members"] == "refuse":
            raise errors.LAG_HAS_MEMBERS(id=lag_id)
        # An empty one is gone at once [recorded: ANS, CLI (young ones)], as one never set up.
        fresh = lag.stage in NOT_SET_UP or not lag.members
        for member in list(lag.members.values()):
            self._set_free(member)
        self.lifecycle.enter(lag, "deleted" if fresh else "deleting")
        return lag

    # --- membership ----------------------------------------------------------------------------------------

    def associate_connection_with_lag(self, connection_id: str, lag_id: str) -> Connection:
        """Move a connection, standalone or from another LAG, into a LAG."""
        connection = self.live_port(connection_id)
        lag = self.live_lag(lag_id)
        if connection.lag is lag:
            raise errors.ALREADY_IN_LAG(what=noun_of(connection), id=connection_id, lag_id=lag_id)
        self._check_joins(connection, lag.bandwidth, lag.location, lag.macsec_requested)
        limit = self.lag_limit(lag.bandwidth)
        if len(lag.members) >= limit:
            raise errors.CONNECTIONS_PER_LAG(limit=limit)
        standalone = connection.lag is None
        hosted = self.quirks["lag_association_hosted_connections"]
        if standalone and hosted == "refuse" and connection.hosted:
            raise errors.INTERCONNECT_MOVES_WITH_HOSTED(id=connection_id, lag_id=lag_id)
        follows = standalone and self.quirks["lag_association_virtual_interfaces"] == "follow"
        brings = standalone and hosted == "follow"
        self._check_same_device(connection, lag)
        interfaces = list((connection.virtual_interfaces or {}).values()) if follows else []
        self._check_no_clash(interfaces, list((connection.hosted or {}).values()) if brings else [], lag)

        self._take_in(connection, lag, brings_interfaces=follows, brings_hosted=brings)
        return connection

    def _check_same_device(self, connection: Connection, lag: Lag) -> None:
        if lag.device is None or connection.device is lag.device:
            return
        # A port that is only reserved yet moves to the LAG's device [client-proven: TF (acceptance tests)].
        if connection.stage != "requested":
            raise errors.LAG_DEVICE(what=noun_of(connection), id=connection.id)
        if len(lag.device.ports) >= self.quotas["ports_per_device"]:
            raise errors.NO_PORTS(location=lag.location)

    def _check_no_clash(self, coming: list[VirtualInterface], hosted: list[Connection], lag: Lag) -> None:
        """Refuse what would move along where its VLAN or an address is in use on the LAG, or it is too much.

        Conflicts of both kinds are refused of every move [documented: API:AssociateVirtualInterface, 2017].
        """
        for vlan in (*(vif.vlan for vif in coming), *(each.vlan for each in hosted)):
            if vlan in (lag.virtual_interfaces or {}) or vlan in (lag.hosted or {}):
                raise errors.VLAN_IN_USE(vlan=vlan)
        on_hosted = [vif for each in hosted for vif in (each.virtual_interfaces or {}).values()]
        for vif in (*coming, *on_hosted):
            check_addresses_free(vif, lag)
        if coming:
            there = (lag.virtual_interfaces or {}).values()
            limit = broken_limit([vif.type for vif in (*there, *coming)], self.quotas)
            if limit is not None:
                raise errors.VIFS_PER_CONNECTION(id=lag.id, limit=limit)
            check_taken_together(lag, coming, self.quotas["rate_limiters_per_connection"])

    def disassociate_connection_from_lag(self, connection_id: str, lag_id: str) -> Connection:
        """Make a member standalone; virtual interfaces and hosted connections stay on the LAG."""
        connection = self.own(PORT, connection_id, without=LEAVING, unknown=errors.CONNECTION_DOES_NOT_EXIST)
        lag = self.own(LAG, lag_id, without=LEAVING, unknown=errors.LAG_DOES_NOT_EXIST)
        if connection.lag is not lag or connection.kind == "hosted connection":
            raise errors.NOT_IN_LAG(what=noun_of(connection), id=connection_id, lag_id=lag_id)
        self.check_settled(connection)
        # The last one may go, whatever the minimum [documented: 2017].
        self.check_can_leave("Disassociating", connection, last_too=True)
        self._set_free(connection)
        return connection

    def _set_free(self, connection: Connection) -> None:
        """Take a member out of its LAG.

        A partner's connection becomes an interconnect [documented: API:DisassociateConnectionFromLag].

        The LAG's keys stay with the LAG, so that the mode falls as it does when the last key goes [guessed].
        """
        self.backend.leave_lag(connection)
        if connection.encryption_mode == "must_encrypt":
            connection.encryption_mode = "should_encrypt"
            self.graph.history.note(connection)
        if self.is_partner and connection.kind == "connection":
            self.backend.convert_to_interconnect(connection)
