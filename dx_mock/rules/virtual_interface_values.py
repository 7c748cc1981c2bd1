"""Virtual interfaces: authentication keys, MTUs, gateways."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from dx_mock.support import errors

#: 6 to 80 printable characters [documented: API:NewBGPPeer, CFN (which characters)].
_AUTH_KEY = re.compile(r"""[A-Za-z0-9\\!"#$%&'()*+,\-./:;<=>?@\[\]^_`{|}~]{6,80}""")
#: What AWS's own keys consist of, after "0x" [recorded: FLUID, CLI].
AUTH_KEY_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_."
AUTH_KEY_LENGTH = 22

DEFAULT_MTU = 1500
#: 9001 was the jumbo size of private virtual interfaces until about 2025, and clients still send it
#: [documented: API:CreatePrivateVirtualInterface (8500); client-proven: TF (9001)].
MTUS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"private": (1500, 8500, 9001), "transit": (1500, 8500), "public": (1500,)}
)


def broken_limit(types: Iterable[str], quotas: Mapping[str, int]) -> int | None:
    """Return the limit of a dedicated connection or LAG that interfaces of these types exceed, if any.

    50 private and public ones, 4 transit ones, 51 in all [documented: UG:limits].
    """
    transit = Counter(each == "transit" for each in types)
    for count, limit in (
        (transit[True], quotas["transit_vifs_per_connection"]),
        (transit[False], quotas["vifs_per_connection"]),
        (transit.total(), quotas["vifs_per_connection"] + 1),
    ):
        if count > limit:
            return limit
    return None


_VIRTUAL_GATEWAY_ID = re.compile(r"vgw-[0-9a-f]{8,17}")


def check_auth_key(key: str) -> str:
    """Return ``key`` if BGP sessions can be authenticated with it."""
    if not _AUTH_KEY.fullmatch(key):
        raise errors.AUTH_KEY_INVALID()
    return key


def check_mtu(vif_type: str, mtu: int) -> int:
    """Return ``mtu`` if virtual interfaces of a type can have it."""
    allowed = MTUS[vif_type]
    if mtu not in allowed:
        raise errors.MTU_INVALID(mtu=mtu, type=vif_type, allowed=", ".join(map(str, allowed)))
    return mtu


def check_virtual_gateway_id(gateway_id: str) -> str:
    """Return ``gateway_id`` if it looks like a virtual private gateway's."""
    if not _VIRTUAL_GATEWAY_ID.fullmatch(gateway_id):
        raise errors.VIRTUAL_GATEWAY_ID_FORMAT(id=gateway_id)
    return gateway_id
