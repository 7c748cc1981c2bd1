"""Customer agreements, partner types and billing modes."""

from __future__ import annotations

from dx_mock.graph.resources import Connection
from dx_mock.graph.states import LEAVING
from dx_mock.service.base import BaseRules
from dx_mock.service.lookups import CONNECTION
from dx_mock.support import errors


class CustomerRules(BaseRules):
    """Rules of agreements and billing (behaviour.md sections 11.7, 11.8 and 16)."""

    @property
    def partner_type(self) -> str:
        """``nniPartnerType``: partners of the settings are of the newer type, which can sell every speed."""
        return "v2" if self.is_partner else "nonPartner"

    def agreements(self) -> dict[str, str]:
        """The agreements that the account has confirmed, with their status."""
        return dict(self.graph.agreements.get(self.account_id, {}))

    def confirm_agreement(self, name: str | None) -> str:
        """Sign an agreement; gives its status."""
        if not name:
            raise errors.AGREEMENT_NAME_MISSING()
        self.graph.agreements.setdefault(self.account_id, {})[name] = "signed"
        return "signed"

    def set_billing_mode(self, connection_ids: list[str], mode: str) -> list[Connection]:
        """Change how connections are billed, all of them or none."""
        connections = {}
        for connection_id in connection_ids:
            connection = self.own(CONNECTION, connection_id, without=LEAVING)
            if connection.kind == "hosted connection":
                raise errors.BILLING_OF_HOSTED(id=connection_id)
            if connection.lag is not None:
                raise errors.BILLING_OF_LAG_MEMBER(id=connection_id, lag_id=connection.lag.id)
            connections[connection.id] = connection
        for connection in connections.values():
            connection.billing_mode = mode
        return list(connections.values())
