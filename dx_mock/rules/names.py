"""Names, bandwidths, VLANs and accounts: what a well-formed one looks like."""

from __future__ import annotations

import re

from dx_mock.support import errors

#: Connections, LAGs and interconnects [documented: CloudFormation schema].  Virtual interfaces and gateways
#: have the same letters and 100 of them at most.
_NAME = re.compile(r"[\w \-,/]*", re.UNICODE)
CONNECTION_NAME_LENGTH = 200
VIRTUAL_INTERFACE_NAME_LENGTH = 100

#: Ports that can be ordered [documented: CreateConnection, CreateLag].
DEDICATED_BANDWIDTHS = ("1Gbps", "10Gbps", "100Gbps", "400Gbps")
#: Ports on which partners host connections [documented: CreateInterconnect].
INTERCONNECT_BANDWIDTHS = ("1Gbps", "10Gbps", "100Gbps")
#: Hosted connections [documented: AllocateHostedConnection].
HOSTED_BANDWIDTHS = (
    "50Mbps", "100Mbps", "200Mbps", "300Mbps", "400Mbps", "500Mbps",
    "1Gbps", "2Gbps", "5Gbps", "10Gbps", "25Gbps",
)  # fmt: skip
#: Hosted connections by the older operation [documented: AllocateConnectionOnInterconnect].
INTERCONNECT_HOSTED_BANDWIDTHS = HOSTED_BANDWIDTHS[:-1]
#: Speeds that have MACsec where a location offers it: never 1G [documented].
MACSEC_BANDWIDTHS = ("10Gbps", "100Gbps", "400Gbps")
#: Speeds that count as large for the size of a LAG [documented].
LARGE_BANDWIDTHS = ("100Gbps", "400Gbps")

_ACCOUNT = re.compile(r"[0-9]{12}")


def megabits(bandwidth: str) -> int:
    """A bandwidth such as ``500Mbps`` or ``10Gbps`` in Mbit/s."""
    number, unit = bandwidth[:-4], bandwidth[-4:]
    return int(number) * (1000 if unit == "Gbps" else 1)


def check_name(what: str, name: str, limit: int = CONNECTION_NAME_LENGTH) -> str:
    """``name`` if a resource can have it."""
    if not 1 <= len(name) <= limit or not _NAME.fullmatch(name):
        shown = name if len(name) <= 220 else name[:220] + "..."
        raise errors.NAME_INVALID(what=what, name=shown, limit=limit)
    return name


def check_vlan(vlan: int) -> int:
    """``vlan`` if it is a VLAN number of 802.1Q that can carry traffic."""
    if not 1 <= vlan <= 4094:
        raise errors.VLAN_INVALID(vlan=vlan)
    return vlan


def check_owner_account(account: str) -> str:
    """``account`` if it has the form of an AWS account id."""
    if not _ACCOUNT.fullmatch(account):
        raise errors.OWNER_ACCOUNT_INVALID(account=account)
    return account
