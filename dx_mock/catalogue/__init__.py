"""Real locations: a data file and its loader.

``locations.json`` has a location per line.  Its speeds and names come from daily collections
of DescribeLocations and from the User Guide [recorded: DXL; documented: UG].  Sites that the API returns by
room have ``rooms``; the code without a room is understood too, as it was in 2017 [recorded: ANS].
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from dx_mock.support import package_files


@dataclass(frozen=True, slots=True)
class Location:
    """A Direct Connect location as one Region sees it.  Speeds are ``1G``, ``10G``, ``100G``, ``400G``."""

    code: str
    name: str
    region: str
    port_speeds: tuple[str, ...]
    macsec_port_speeds: tuple[str, ...]
    providers: tuple[str, ...]
    rooms: tuple[str, ...] = ()

    def offers(self, bandwidth: str) -> bool:
        """Return whether a port of a bandwidth such as ``10Gbps`` can be ordered; True if none is known."""
        return not self.port_speeds or bandwidth.removesuffix("bps") in self.port_speeds

    def offers_macsec(self, bandwidth: str) -> bool:
        """Return whether a port of that bandwidth can be ordered with MACsec."""
        return bandwidth.removesuffix("bps") in self.macsec_port_speeds


def _location(row: dict[str, Any]) -> Location:
    return Location(
        code=row["locationCode"],
        name=row["locationName"],
        region=row["region"],
        port_speeds=tuple(row["availablePortSpeeds"]),
        macsec_port_speeds=tuple(row["availableMacSecPortSpeeds"]),
        providers=tuple(row["availableProviders"]),
        rooms=tuple(row.get("rooms", ())),
    )


@lru_cache(maxsize=1)
def _by_region() -> dict[str, tuple[Location, ...]]:
    regions: dict[str, list[Location]] = {}
    for row in json.loads(package_files.read(__name__, "locations.json")):
        regions.setdefault(row["region"], []).append(_location(row))
    return {region: tuple(found) for region, found in regions.items()}


def locations(region: str) -> Sequence[Location]:
    """Return the locations that have devices of a Region."""
    return _by_region().get(region, ())


@cache
def _codes(region: str) -> dict[str, tuple[str, Location]]:
    codes = {}
    for location in locations(region):
        for code in (location.code, *location.rooms):
            codes[code.lower()] = (code, location)
    return codes


def find_location(region: str, code: str) -> tuple[str, Location] | None:
    """Return the location with a code in any case, and the code as AWS spells it."""
    return _codes(region).get(code.lower())
