"""Customer agreements and partner types."""

from __future__ import annotations

from dx_mock.service.base import BaseRules
from dx_mock.support import errors


class CustomerRules(BaseRules):
    """Rules of agreements [documented: API:ConfirmCustomerAgreement, API:DescribeCustomerMetadata]."""

    @property
    def partner_type(self) -> str:
        """``nniPartnerType``: partners of the settings are of the newer type, which can sell every speed."""
        return "v2" if self.is_partner else "nonPartner"

    def agreements(self) -> dict[str, str]:
        """Return the agreements that the account has confirmed, with their status."""
        return dict(self.graph.agreements.get(self.account_id, {}))

    def confirm_agreement(self, name: str | None) -> str:
        """Sign an agreement, and return its status."""
        if not name:
            raise errors.AGREEMENT_NAME_MISSING()
        self.graph.agreements.setdefault(self.account_id, {})[name] = "signed"
        return "signed"
