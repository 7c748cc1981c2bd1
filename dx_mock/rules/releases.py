"""Which AWS a world is: the quotas and quirks that a release sets, beside one another.

Left out, a world is AWS as it was last seen: the latest recorded behaviour, else the latest documented one; one
number is of 2017, the ten connections of a LAG.  A release sets names of :mod:`dx_mock.rules.quotas` and
:mod:`dx_mock.rules.quirks` only, so that each difference can be had alone, too, and no rule asks for a release.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

#: The names of :data:`RELEASES`, for type checkers.
ReleaseName = Literal["2017-02-17", "latest"]


class Release(NamedTuple):
    """What differs from the defaults in one release."""

    quotas: Mapping[str, int]
    quirks: Mapping[str, str]


RELEASES: Mapping[str, Release] = MappingProxyType(
    {
        # The API change of 2017-02-17, which brought LAGs [documented: 2017].
        "2017-02-17": Release(
            quotas={"connections_per_lag": 10},
            quirks={
                "port_speeds": "up_to_10g",
                "hosted_speeds": "up_to_500m",
                "lag_initial_state": "requested",
                "lag_association_virtual_interfaces": "stay",
                "lag_association_hosted_connections": "refuse",
                "virtual_interface_move_by": "physical_owner",
                "private_route_filters": "accept",
                "automatic_addresses": "/30",
            },
        ),
        # AWS as it was last seen, in everything [documented: API:CreateLag (numberOfConnections)].
        "latest": Release(quotas={"connections_per_lag": 4}, quirks={}),
    }
)
