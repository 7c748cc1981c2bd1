"""Rate limits of virtual interfaces and pools of inbound prefixes (members of the newest model).

Supported rate limits are the list in the model's documentation of ``rateLimit``.
"""

from __future__ import annotations

import re

from dx_mock.rules.bandwidths import LARGE_BANDWIDTHS
from dx_mock.support import errors

#: Inbound prefixes of one address family on one connection, by its bandwidth [documented: UG:prefix-controls].
_POOL_SIZES = {"1Gbps": 5000, "10Gbps": 5000, "100Gbps": 30_000, "400Gbps": 50_000}
#: So many members of a LAG count for its pools: of small ports, and of 100 and 400 Gbps
#: [documented: UG:prefix-controls].
_COUNTED_MEMBERS, _COUNTED_LARGE_MEMBERS = 4, 2
#: What a virtual interface may be given of each family [documented: UG:prefix-allocations]; at least 100 on a
#: hosted connection [documented: UG:prefix-allocations, TF#49608, TF#49711].
MOST_PREFIXES = 1000
LEAST_HOSTED_PREFIXES = 100
#: What a private or transit virtual interface takes of the pool where nothing is said
#: [documented: UG:prefix-controls].
DEFAULT_PREFIXES = 100

#: Mbit/s [documented: API:VirtualInterface (rateLimit)].
_SUPPORTED = frozenset(
    (
        50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1200, 1500, 1800, 2000, 2100, 2400, 2700, 3000,
        3200, 3600, 4000, 5000, 6000, 7000, 8000, 9000, 10_000, 12_000, 15_000, 18_000, 20_000, 21_000, 24_000,
        27_000, 30_000, 32_000, 36_000, 40_000, 50_000, 60_000, 70_000, 80_000, 100_000, 120_000, 150_000,
        180_000, 200_000, 210_000, 240_000, 270_000, 300_000, 320_000, 360_000, 400_000, 450_000, 480_000,
        500_000, 540_000, 600_000, 700_000, 800_000, 900_000, 1_000_000, 1_100_000, 1_200_000, 1_300_000,
        1_400_000, 1_500_000, 1_600_000,
    )
)  # fmt: skip
_RATE = re.compile(r"(?P<number>[0-9]+(\.[0-9])?)(?P<unit>[MGT])bps")
_UNITS = {"M": 1, "G": 1000, "T": 1_000_000}


def pool_size(bandwidth: str, members: int = 1) -> int:
    """Return the inbound prefixes of one family of a connection, or of a LAG with so many active members."""
    most = _COUNTED_LARGE_MEMBERS if bandwidth in LARGE_BANDWIDTHS else _COUNTED_MEMBERS
    return _POOL_SIZES[bandwidth] * max(1, min(members, most))


def check_count(count: int, *, hosted: bool) -> int:
    """Return ``count`` if a virtual interface can be given so many prefixes."""
    least = LEAST_HOSTED_PREFIXES if hosted else 0
    if not least <= count <= MOST_PREFIXES:
        raise errors.PREFIX_COUNT_INVALID(count=count, least=least, most=MOST_PREFIXES)
    return count


def check_rate(rate: str, carrier_megabits: int, carrier_id: str) -> str:
    """Return ``rate`` if it is supported and not above the bandwidth of the connection or LAG."""
    match = _RATE.fullmatch(rate)
    megabits = round(float(match["number"]) * _UNITS[match["unit"]]) if match else 0
    if megabits not in _SUPPORTED or rate != spell(megabits):
        raise errors.RATE_LIMIT_INVALID(rate=rate)
    if megabits > carrier_megabits:
        raise errors.RATE_LIMIT_EXCEEDS(rate=rate, id=carrier_id)
    return rate


def megabits_of(rate: str) -> int:
    """Return a supported rate in Mbit/s."""
    match = _RATE.fullmatch(rate)
    assert match is not None
    return round(float(match["number"]) * _UNITS[match["unit"]])


def spell(megabits: int) -> str:
    """Mbit/s as the API spells them: ``50Mbps``, ``1.2Gbps``, ``1Tbps``."""
    for unit, size in (("T", 1_000_000), ("G", 1000)):
        if megabits >= size and megabits * 10 % size == 0:
            return f"{megabits / size:g}{unit}bps"
    return f"{megabits}Mbps"
