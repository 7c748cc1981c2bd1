"""Customer agreements and billing modes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.handlers.shapes.port_shapes import connection

if TYPE_CHECKING:
    from dx_mock.service.caller import Caller


def describe_customer_metadata(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DescribeCustomerMetadata.

    Limit: Only agreements that were confirmed are listed; AWS's own names are unknown.
    """
    return {
        "agreements": [
            {"agreementName": name, "status": status} for name, status in caller.agreements().items()
        ],
        "nniPartnerType": caller.partner_type,
    }


def confirm_customer_agreement(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer ConfirmCustomerAgreement.

    Limit: Any name is accepted, as AWS's own are unknown.
    """
    return {"status": caller.confirm_agreement(request.get("agreementName"))}


def update_connections_billing_mode(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer UpdateConnectionsBillingMode.

    Limit: Nothing is billed; a mode is only shown.
    """
    changed = caller.set_billing_mode(request["connectionIds"], request["billingMode"])
    return {
        "billingMode": request["billingMode"],
        "connections": [connection(caller, each) for each in changed],
    }
