"""Routes of virtual interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.graph.states import device_of

if TYPE_CHECKING:
    from dx_mock.service.caller import Caller


def list_virtual_interface_routes(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer ListVirtualInterfaceRoutes.

    Limit: AWS's own public prefixes are not among them.
    """
    vif, page = caller.list_routes(
        request.get("virtualInterfaceId"),
        request.get("filters", {}),
        request.get("maxResults"),
        request.get("nextToken"),
    )
    device = device_of(vif.parent)
    return {
        "virtualInterfaceId": vif.id,
        "routes": [
            {
                "cidr": route.cidr,
                "routeDirection": route.direction,
                "addressFamily": route.family,
                "asPath": [{"pathType": "seq", "path": list(route.path)}],
                "communities": list(route.communities),
                "awsLogicalDeviceId": device,
                "routeInstalledAt": route.installed_at,
            }
            for route in page
        ],
        "nextToken": page.next_token,
    }
