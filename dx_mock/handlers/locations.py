"""Locations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dx_mock.catalogue import locations
from dx_mock.protocol.contract import service_model
from dx_mock.rules.billing_modes import FLAT_RATE_BANDWIDTHS, is_flat

if TYPE_CHECKING:
    from dx_mock.service.caller import Caller


def _billing_modes() -> list[str]:
    """Return what can be asked for, if the model knows billing modes; offered everywhere [guessed]."""
    shapes = service_model()
    if "RequestBillingMode" not in shapes.shape_names:
        return []
    modes: Any = shapes.shape_for("RequestBillingMode")
    return list(modes.enum)


#: 100G, 1G, 10G [recorded: TF#19257, TUT]; where 400G comes nobody has recorded.
_ORDER = ("100G", "1G", "10G", "400G")


def in_order(speeds: Iterable[str]) -> list[str]:
    """Return port speeds in the order in which AWS lists them."""
    return sorted(speeds, key=_ORDER.index)


def describe_locations(caller: Caller, request: Any) -> dict[str, Any]:
    """DescribeLocations: a site that is returned by room has an element per room [recorded: DXL].

    Limit: The sites are those of the day on which the catalogue was made; AWS adds some every month.  The
    providers are known of every site of us-east-1 and us-west-2; most others have none here.
    """
    ordered = caller.port_speeds()

    def offered(speeds: Iterable[str]) -> list[str]:
        return [speed for speed in speeds if f"{speed}bps" in ordered]

    return {
        "locations": [
            {
                "locationCode": code,
                "locationName": location.name,
                "region": location.region,
                "availablePortSpeeds": in_order(offered(location.port_speeds)),
                "availableProviders": list(location.providers),
                "availableMacSecPortSpeeds": in_order(offered(location.macsec_port_speeds)),
                "availableBillingModes": [
                    {
                        "billingMode": mode,
                        "availablePortSpeeds": [
                            speed
                            for speed in in_order(offered(location.port_speeds))
                            if not is_flat(mode) or f"{speed}bps" in FLAT_RATE_BANDWIDTHS
                        ],
                        "includedRegions": [location.region],
                    }
                    for mode in _billing_modes()
                ],
            }
            for location in locations(caller.region_name)
            for code in location.rooms or (location.code,)
        ]
    }
