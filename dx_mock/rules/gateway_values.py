"""Direct Connect gateways: ASNs, prefixes and the ids of what they are associated with."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Any

from dx_mock.support import errors

#: What a gateway has where none is asked for [documented: API:CreateDirectConnectGateway].
DEFAULT_ASN = 64512
#: Private ASNs of 2 and 4 bytes [documented: API:CreateDirectConnectGateway]; AWS's old ones
#: are refused [recorded: TF#6242], but pass the check of Terraform's provider: the quirk ``legacy_asns``.
_ASN_RANGES = ((64512, 65534), (4200000000, 4294967294))
_LEGACY_ASNS = frozenset({7224, 9059, 10124, 17493})

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ASSOCIABLE = re.compile(r"(vgw|tgw)-[0-9a-f]{8}([0-9a-f]{9})?")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def check_asn(asn: int, *, legacy: bool) -> int:
    """Return ``asn`` if a gateway can have it on the Amazon side; ``legacy`` takes AWS's old ones, too."""
    if (legacy and asn in _LEGACY_ASNS) or any(low <= asn <= high for low, high in _ASN_RANGES):
        return asn
    raise errors.GATEWAY_ASN_INVALID(asn=asn)


def is_uuid(text: str) -> bool:
    """Return whether a text has the form of the ids of gateways, associations and proposals."""
    return _UUID.fullmatch(text) is not None


def check_associable(gateway_id: str) -> str:
    """Return ``vgw`` or ``tgw``, after the form of the id."""
    match = _ASSOCIABLE.fullmatch(gateway_id)
    if match is None:
        raise errors.ASSOCIABLE_ID_FORMAT(id=gateway_id)
    return match[1]


def read_prefixes(given: Iterable[Mapping[str, Any]] | None) -> list[str]:
    """Return the prefixes of a request in AWS's spelling, each once, in order."""
    found: dict[str, None] = {}
    for each in given or ():
        cidr = each.get("cidr", "")
        try:
            found[str(ipaddress.ip_network(cidr))] = None
        except ValueError:
            raise errors.PREFIX_INVALID(cidr=cidr) from None
    return list(found)


def check_no_overlap(prefixes: Iterable[str], others: Iterable[str]) -> None:
    """Refuse prefixes that overlap with those of other transit gateways [documented: UG]."""
    networks = [ipaddress.ip_network(other) for other in others]
    for prefix in prefixes:
        network = ipaddress.ip_network(prefix)
        for other in networks:
            if network.version == other.version and network.overlaps(other):
                raise errors.PREFIXES_OVERLAP(prefix=prefix, other=other)
