"""Bandwidths: which speeds ports and hosted connections have, and what they amount to."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Ports that can be ordered, by the quirk ``port_speeds``
#: [documented: API:CreateConnection, API:CreateLag, 2017].
DEDICATED_BANDWIDTHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"up_to_400g": ("1Gbps", "10Gbps", "100Gbps", "400Gbps"), "up_to_10g": ("1Gbps", "10Gbps")}
)
#: Ports on which partners host connections, by the same quirk [documented: API:CreateInterconnect, 2017].
INTERCONNECT_BANDWIDTHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"up_to_400g": ("1Gbps", "10Gbps", "100Gbps"), "up_to_10g": ("1Gbps", "10Gbps")}
)
_HOSTED_BELOW_1G = ("50Mbps", "100Mbps", "200Mbps", "300Mbps", "400Mbps", "500Mbps")
#: Hosted connections, by the quirk ``hosted_speeds`` [documented: API:AllocateHostedConnection, 2017].
HOSTED_BANDWIDTHS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "up_to_25g": (*_HOSTED_BELOW_1G, "1Gbps", "2Gbps", "5Gbps", "10Gbps", "25Gbps"),
        "up_to_500m": _HOSTED_BELOW_1G,
    }
)
#: The most that the deprecated operation allocates [documented: API:AllocateConnectionOnInterconnect].
LARGEST_ON_INTERCONNECT = "10Gbps"
#: Speeds that have MACsec where a location offers it: never 1G
#: [documented: UG:direct-connect-mac-sec-getting-started].
MACSEC_BANDWIDTHS = ("10Gbps", "100Gbps", "400Gbps")
#: Speeds that count as large for the size of a LAG [documented: UG:limits].
LARGE_BANDWIDTHS = ("100Gbps", "400Gbps")


def megabits(bandwidth: str) -> int:
    """Return a bandwidth such as ``500Mbps`` or ``10Gbps`` in Mbit/s."""
    number, unit = bandwidth[:-4], bandwidth[-4:]
    return int(number) * (1000 if unit == "Gbps" else 1)
