"""Dedicated connections and interconnects: ordering, changing and cancelling ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.graph.resources import Connection, ConnectionKind, Lag
from dx_mock.graph.states import GONE, LEAVING, MOVING, connection_state, is_up, lag_links_up, noun_of
from dx_mock.rules.bandwidths import (
    DEDICATED_BANDWIDTHS,
    INTERCONNECT_BANDWIDTHS,
    LARGE_BANDWIDTHS,
    MACSEC_BANDWIDTHS,
)
from dx_mock.rules.names import check_name
from dx_mock.service.billing import BillingRules
from dx_mock.service.capacity import check_pool_without
from dx_mock.service.lookups import CONNECTION, DELETABLE
from dx_mock.service.paging import Page, page_size
from dx_mock.support import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ENCRYPTION_MODES = ("no_encrypt", "should_encrypt", "must_encrypt")


class ConnectionRules(BillingRules):
    """Rules of connections and interconnects: docs/operations/connections.md, hosted-connections.md."""

    # --- ordering ------------------------------------------------------------------------------------------

    def order_port(
        self,
        kind: ConnectionKind,
        *,
        name: str,
        location: str,
        bandwidth: str,
        lag_id: str | None = None,
        tags: Iterable[Mapping[str, Any]] | None = None,
        provider_name: str | None = None,
        request_macsec: bool = False,
        billing_mode: str | None = None,
    ) -> Connection:
        """Order a connection or interconnect, into a LAG if one is named."""
        check_name("Connection" if kind == "connection" else "Interconnect", name)
        code = self.check_port(kind, location, bandwidth, request_macsec)
        lag = self.live_lag(lag_id) if lag_id is not None else None
        self.check_room_at_location(code, 1)
        if lag is not None:
            self._check_new_member(lag, code, bandwidth, request_macsec)
        else:
            self.check_billing_mode(code, bandwidth, billing_mode)
        checked_tags = self.new_tags(tags)
        size = self.quotas["ports_per_device"]
        if lag is not None and lag.device is not None:
            device = lag.device if len(lag.device.ports) < size else None
        else:
            device = self.backend.free_device(code, 1, size, spread=self.spreads)
        if device is None:
            raise errors.NO_PORTS(location=code)

        connection = self.new_port(
            kind, name, code, bandwidth, provider_name=provider_name, request_macsec=request_macsec
        )
        connection.tags = checked_tags
        connection.billing_mode = billing_mode if lag is None else lag.billing_mode
        self.backend.plug(connection, device)
        if lag is not None:
            self.backend.join_lag(connection, lag)
            connection.encryption_mode = lag.encryption_mode
            self.graph.history.note(connection)
        return connection

    @property
    def spreads(self) -> bool:
        """Whether orders go to the emptiest device of a location."""
        return self.quirks["device_placement"] == "spread"

    def new_port(
        self,
        kind: ConnectionKind,
        name: str,
        location: str,
        bandwidth: str,
        *,
        provider_name: str | None,
        request_macsec: bool,
    ) -> Connection:
        """Add a new port to the graph, in its first stage, not yet on a device."""
        connection = Connection(
            self.ids.physical("dxcon"),
            kind,
            self.account_id,
            name,
            self.region_name,
            location,
            bandwidth,
            "requested",
            provider_name=provider_name,
            macsec_requested=request_macsec,
            encryption_mode="should_encrypt" if request_macsec else None,
        )
        self.backend.add(connection)
        self.lifecycle.plan(connection)
        return connection

    def check_port(self, kind: str, location: str, bandwidth: str, request_macsec: bool) -> str:
        """Refuse a port that can't be ordered at a location, and return the code in AWS's spelling."""
        code, site = self.location(location)
        if bandwidth not in self.port_speeds(kind):
            raise errors.BANDWIDTH_INVALID(bandwidth=bandwidth)
        if not site.offers(bandwidth):
            raise errors.BANDWIDTH_NOT_OFFERED(bandwidth=bandwidth, location=code)
        if request_macsec and (bandwidth not in MACSEC_BANDWIDTHS or not site.offers_macsec(bandwidth)):
            raise errors.MACSEC_NOT_OFFERED(bandwidth=bandwidth, location=code)
        return code

    def port_speeds(self, kind: str = "connection") -> tuple[str, ...]:
        """Return the speeds of ports that can be ordered in this world, where a location offers them."""
        speeds = INTERCONNECT_BANDWIDTHS if kind == "interconnect" else DEDICATED_BANDWIDTHS
        return speeds[self.quirks["port_speeds"]]

    def check_room_at_location(self, location: str, count: int) -> None:
        """Refuse orders above the quota of active connections at a location."""
        limit = self.quotas["connections_per_location"]
        active = self.backend.connection_count[location, self.account_id]
        if count and active + count > limit:
            raise errors.CONNECTIONS_PER_LOCATION(location=location, limit=limit)

    def lag_limit(self, bandwidth: str) -> int:
        """Return how many connections a LAG of a bandwidth may have."""
        large = bandwidth in LARGE_BANDWIDTHS
        return self.quotas["connections_per_lag_100g" if large else "connections_per_lag"]

    def _check_new_member(self, lag: Lag, location: str, bandwidth: str, request_macsec: bool) -> None:
        if bandwidth != lag.bandwidth:
            raise errors.ORDER_FOR_LAG_BANDWIDTH(bandwidth=bandwidth, lag_id=lag.id)
        if location != lag.location:
            raise errors.ORDER_FOR_LAG_LOCATION(location=location, lag_id=lag.id)
        if request_macsec != lag.macsec_requested:
            raise errors.MACSEC_MISMATCH_NEW()
        limit = self.lag_limit(bandwidth)
        if len(lag.members) >= limit:
            raise errors.CONNECTIONS_PER_LAG(limit=limit)

    # --- looking -------------------------------------------------------------------------------------------

    def list_connections(
        self, connection_id: str | None, max_results: int | None, next_token: str | None
    ) -> Page[Connection]:
        """Return the account's connections, hosted ones that it owns included."""
        if connection_id is not None:
            if max_results is not None:
                page_size(max_results)
            found = self.find(CONNECTION, connection_id)
            if found is not None:
                return Page((found,))
            if self.quirks["describe_connections_unknown_id"] == "empty":
                return Page()
            raise errors.CONNECTION_NOT_FOUND(id=connection_id)
        return self.page_of_listing("connection", max_results, next_token, "DescribeConnections")

    def list_interconnects(
        self, interconnect_id: str | None, max_results: int | None, next_token: str | None
    ) -> Page[Connection]:
        """Return a partner's interconnects."""
        self.require_partner()
        if interconnect_id is not None:
            page_size(max_results)
            return Page([self.own_interconnect(interconnect_id)])
        return self.page_of_listing("interconnect", max_results, next_token, "DescribeInterconnects")

    # --- changing ------------------------------------------------------------------------------------------

    def update_connection(
        self, connection_id: str, name: str | None, encryption_mode: str | None
    ) -> Connection:
        """Rename a connection or set its MACsec mode; nothing else of it can change."""
        connection = self.own_connection(connection_id)
        if connection.stage in LEAVING:
            raise errors.CONNECTION_NOT_FOUND(id=connection_id)
        if name is not None:
            check_name("Connection", name)
        if encryption_mode is not None:
            self.check_encryption_mode(connection, encryption_mode)
            if connection.lag is not None:
                raise errors.ENCRYPTION_MODE_OF_LAG(id=connection.id, lag_id=connection.lag.id)
        if name is not None:
            connection.name = name
        if encryption_mode is not None:
            connection.encryption_mode = encryption_mode
            self.graph.history.note(connection)
        return connection

    def check_encryption_mode(self, resource: Connection | Lag, mode: str) -> None:
        """Refuse a MACsec mode that does not exist, or on a port without MACsec."""
        if mode not in ENCRYPTION_MODES:
            raise errors.ENCRYPTION_MODE_INVALID(mode=mode)
        if not resource.macsec_requested:
            raise errors.NOT_MACSEC_CAPABLE(id=resource.id)

    # --- confirming and cancelling -------------------------------------------------------------------------

    def confirm_connection(self, connection_id: str) -> Connection:
        """Accept a hosted connection that a partner has ordered for this account."""
        connection = self.own(CONNECTION, connection_id, unknown=errors.CONFIRM_NOT_FOUND)
        if connection.kind != "hosted connection" or connection.stage != "ordering":
            raise errors.CONFIRM_FAILED(id=connection_id, state=connection_state(connection))
        self.lifecycle.enter(connection, "pending")
        return connection

    def delete_connection(self, connection_id: str) -> Connection:
        """Cancel a connection: at once while it is fresh, else by way of ``deleting``."""
        connection = self.own(DELETABLE, connection_id, without=GONE)
        if connection.stage == "deleting":
            return connection
        self._check_unused(connection)
        if connection.stage == "ordering":
            # Declined by the customer it is rejected [documented: API:Connection]; withdrawn by the partner it
            # is just gone.
            declined = connection.owner == self.account_id
            self.lifecycle.enter(connection, "rejected" if declined else "deleted")
        else:
            self._cancel(connection)
        return connection

    def delete_interconnect(self, interconnect_id: str) -> Connection:
        """Cancel an interconnect without hosted connections."""
        self.require_partner()
        connection = self.own_interconnect(interconnect_id)
        if connection.stage == "deleted":
            raise errors.INTERCONNECT_NOT_FOUND(id=interconnect_id)
        if connection.stage != "deleting":
            self._check_unused(connection)
            self._cancel(connection)
        return connection

    def _check_unused(self, connection: Connection) -> None:
        if connection.virtual_interfaces:
            raise errors.CONNECTION_HAS_VIFS(what=noun_of(connection), id=connection.id)
        if connection.hosted:
            raise errors.INTERCONNECT_HAS_HOSTED(id=connection.id)
        # That the last member may be deleted nobody says: clients do it [client-proven: TF].
        if connection.kind != "hosted connection":
            self.check_can_leave("Deleting", connection, last_too=True)

    @staticmethod
    def check_can_leave(action: str, connection: Connection, *, last_too: bool) -> None:
        """Refuse to take a member away where its LAG falls below ``minimumLinks`` by that [documented: 2017].

        Operational connections count, so that a LAG that has too few already loses any of them.

        Args:
            action: what is tried, for the message.
            connection: the one that would go.
            last_too: whether the last member may go all the same.
        """
        lag = connection.lag
        if lag is None or (last_too and len(lag.members) == 1):
            return
        before = lag_links_up(lag)
        if before >= lag.minimum_links > before - is_up(connection):
            raise errors.MINIMUM_LINKS_BROKEN(
                action=action, what=noun_of(connection), id=connection.id, lag_id=lag.id
            )
        if lag is not None:
            check_pool_without(lag, connection)

    @staticmethod
    def check_settled(connection: Connection) -> None:
        """Refuse to move a connection that is on its way already [recorded: E6 (of a disassociation)]."""
        if connection.membership in MOVING:
            raise errors.CONNECTION_TRANSITIONING(id=connection.id)

    def interrupt(self, connection: Connection) -> None:
        """Begin the interruption that a move makes, after the answer to the call [documented: 2017].

        The answer has the state that was there before [recorded: CLI (requested ones), ANS (down)].
        """
        live = connection.stage == "available"
        self.lifecycle.enter(connection, "interrupted" if live else "transitioning", "lag membership")
        lag = connection.lag
        if lag is not None and lag.stage == "requested" and connection.loa_ready:
            self.lifecycle.plan(lag)

    def _cancel(self, connection: Connection) -> None:
        fresh = connection.stage == "requested"
        if connection.kind != "hosted connection":
            self.backend.leave_lag(connection)
        self.lifecycle.enter(connection, "deleted" if fresh else "deleting")
