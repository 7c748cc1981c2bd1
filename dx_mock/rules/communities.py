"""BGP communities that Direct Connect knows (User Guide, routing policies and BGP communities)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

#: How far a public prefix goes: Region, continent, world [documented: UG:routing-and-bgp].
SCOPES = ("7224:9100", "7224:9200", "7224:9300")
#: Where a route of AWS comes from: the Region, the continent [documented: UG:routing-and-bgp].
ORIGINS = ("7224:8100", "7224:8200")
#: Local preference of a private or transit prefix: low, medium, high [documented: UG:routing-and-bgp].
PREFERENCES = ("7224:7100", "7224:7200", "7224:7300")

_SUPPORTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"public": (*SCOPES, *ORIGINS), "private": PREFERENCES, "transit": PREFERENCES}
)
_COMMUNITY = re.compile(r"(?P<asn>[0-9]{1,5}):(?P<value>[0-9]{1,5})")


def is_community(text: object) -> bool:
    """Return whether something is a community, ``ASN:value`` of 16 bits each."""
    match = _COMMUNITY.fullmatch(text) if isinstance(text, str) else None
    return match is not None and all(int(each) <= 65535 for each in match.groups())


def supported_communities(vif_type: str, communities: Iterable[str]) -> tuple[str, ...]:
    """Return those that a route shows; all others are left out [documented: UG:bgp-route-visibility]."""
    return tuple(each for each in communities if each in _SUPPORTED[vif_type])
