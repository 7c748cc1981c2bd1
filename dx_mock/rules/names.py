"""Names, bandwidths, VLANs and accounts: what a well-formed one looks like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from dx_mock.support import errors
from dx_mock.support.text import shortened

#: Connections, LAGs and interconnects [documented: CFN].  Virtual interfaces and gateways
#: have the same letters and 100 of them at most.
_NAME = re.compile(r"[\w \-,/]*", re.UNICODE)
CONNECTION_NAME_LENGTH = 200
VIRTUAL_INTERFACE_NAME_LENGTH = 100

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

_ACCOUNT = re.compile(r"[0-9]{12}")


def megabits(bandwidth: str) -> int:
    """Return a bandwidth such as ``500Mbps`` or ``10Gbps`` in Mbit/s."""
    number, unit = bandwidth[:-4], bandwidth[-4:]
    return int(number) * (1000 if unit == "Gbps" else 1)


def check_name(what: str, name: str, limit: int = CONNECTION_NAME_LENGTH) -> str:
    """Return ``name`` if a resource can have it."""
    if not 1 <= len(name) <= limit or not _NAME.fullmatch(name):
        raise errors.NAME_INVALID(what=what, name=shortened(name, 220), limit=limit)
    return name


def check_vlan(vlan: int) -> int:
    """Return ``vlan`` if it is a VLAN number of 802.1Q that can carry traffic."""
    if not 1 <= vlan <= 4094:
        raise errors.VLAN_INVALID(vlan=vlan)
    return vlan


def check_owner_account(account: str) -> str:
    """Return ``account`` if it has the form of an AWS account id."""
    if not _ACCOUNT.fullmatch(account):
        raise errors.OWNER_ACCOUNT_INVALID(account=account)
    return account
