"""Locations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.catalogue import locations

if TYPE_CHECKING:
    from dx_mock.backend import DirectConnectBackend


def describe_locations(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """DescribeLocations: a site that is returned by room has an element per room [recorded: DXL]."""
    return {
        "locations": [
            {
                "locationCode": code,
                "locationName": location.name,
                "region": location.region,
                "availablePortSpeeds": list(location.port_speeds),
                "availableProviders": list(location.providers),
                "availableMacSecPortSpeeds": list(location.macsec_port_speeds),
            }
            for location in locations(backend.region_name)
            for code in location.rooms or (location.code,)
        ]
    }
