"""Locations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dx_mock.catalogue import locations
from dx_mock.protocol.contract import service_model

if TYPE_CHECKING:
    from dx_mock.service.caller import Caller


def _billing_modes() -> list[str]:
    """What can be asked for, where the installed model knows of billing modes; offered everywhere [guessed]."""
    shapes = service_model()
    if "RequestBillingMode" not in shapes.shape_names:
        return []
    modes: Any = shapes.shape_for("RequestBillingMode")
    return list(modes.enum)


def describe_locations(caller: Caller, request: Any) -> dict[str, Any]:
    """DescribeLocations: a site that is returned by room has an element per room [recorded: DXL].

    Limit: The sites are those of the day on which the catalogue was made; AWS adds some every month.
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
                "availablePortSpeeds": offered(location.port_speeds),
                "availableProviders": list(location.providers),
                "availableMacSecPortSpeeds": offered(location.macsec_port_speeds),
                "availableBillingModes": [
                    {
                        "billingMode": mode,
                        "availablePortSpeeds": offered(location.port_speeds),
                        "includedRegions": [location.region],
                    }
                    for mode in _billing_modes()
                ],
            }
            for location in locations(caller.region_name)
            for code in location.rooms or (location.code,)
        ]
    }
