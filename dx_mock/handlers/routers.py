"""Configurations for the customer's router."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dx_mock.service.caller import Caller


def describe_router_configuration(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DescribeRouterConfiguration.

    Limit: The texts are ours, for the types of the catalogue; AWS's own templates are not public.
    """
    vif, router, text = caller.router_configuration(
        request["virtualInterfaceId"], request.get("routerTypeIdentifier")
    )
    return {
        "customerRouterConfig": text,
        "router": {
            "vendor": router.vendor,
            "platform": router.platform,
            "software": router.software,
            "xsltTemplateName": router.xslt,
            # present as "" where there is none [client-proven: TF]
            "xsltTemplateNameForMacSec": router.xslt_macsec,
            "routerTypeIdentifier": router.id,
        },
        "virtualInterfaceId": vif.id,
        "virtualInterfaceName": vif.name,
    }
