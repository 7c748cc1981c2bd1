"""How connections are billed: flat rates, what goes together, and how often it may change."""

from __future__ import annotations

from collections.abc import Collection

from dx_mock.graph.resources import Connection
from dx_mock.graph.states import LEAVING
from dx_mock.rules.billing_modes import CHANGES, PAY_AS_YOU_GO, PERIOD, check_mode, is_flat
from dx_mock.service.base import BaseRules
from dx_mock.service.lookups import CONNECTION
from dx_mock.support import errors


class BillingRules(BaseRules):
    """Rules of billing modes (User Guide, flat-rate connections)."""

    def check_billing_mode(
        self, location: str, bandwidth: str, mode: str | None, besides: Collection[str] = ()
    ) -> None:
        """Refuse a mode that a port can't have, or another flat rate than those at its location.

        ``besides`` are the ids of connections whose own mode does not count because it is changed, too.
        Connections that are paid as they go may stand beside: one of them can join a LAG of a flat rate.
        """
        check_mode(mode, bandwidth)
        if not is_flat(mode):
            return
        for _, other in self.backend.listing(("connection", self.account_id)).live.after(0):
            there = other.billing_mode
            if other.location == location and other.id not in besides and is_flat(there) and there != mode:
                raise errors.BILLING_OF_LOCATION(mode=mode, other=there, location=location)

    def set_billing_mode(self, connection_ids: list[str], mode: str) -> list[Connection]:
        """Change how connections are billed, all of them or none."""
        connections: dict[str, Connection] = {}
        for connection_id in connection_ids:
            connection = self.own(CONNECTION, connection_id, without=LEAVING)
            if connection.kind == "hosted connection":
                raise errors.BILLING_OF_HOSTED(id=connection_id)
            if connection.lag is not None:
                raise errors.BILLING_OF_LAG_MEMBER(id=connection_id, lag_id=connection.lag.id)
            connections[connection.id] = connection
        changed = [each for each in connections.values() if (each.billing_mode or PAY_AS_YOU_GO) != mode]
        since = self.clock.now() - PERIOD
        for connection in changed:
            self.check_billing_mode(connection.location, connection.bandwidth, mode, connections)
            if sum(moment > since for moment in connection.billing_changes) >= CHANGES:
                raise errors.BILLING_CHANGES(id=connection.id, limit=CHANGES)
        for connection in changed:
            connection.billing_mode = mode
            connection.billing_changes = [*connection.billing_changes, self.clock.now()]
        return list(connections.values())
