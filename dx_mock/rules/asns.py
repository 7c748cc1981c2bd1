"""Autonomous system numbers of BGP peers, and the two members that carry them."""

from __future__ import annotations

from dx_mock.support import errors

#: The most that ``asn`` takes, a 32-bit signed number [documented: API:NewBGPPeer].
LARGEST_SHORT = 2147483646
#: The most that ``asnLong`` takes [documented: API:NewBGPPeer].
LARGEST_LONG = 4294967294
#: The Amazon side of public virtual interfaces, and in most Regions of what nobody has confirmed
#: [recorded: CLI].
AMAZON_PUBLIC_ASN = 7224
_OLD_ASNS = {"eu-west-1": 9059}


def choose_asn(asn: int | None, asn_long: int | None) -> int:
    """Return the number that a request means: ``asnLong`` counts of two [documented: API:NewBGPPeer]."""
    if asn_long is not None:
        return _check("asnLong", asn_long, LARGEST_LONG)
    if asn is None:
        raise errors.ASN_MISSING()
    return _check("asn", asn, LARGEST_SHORT)


def _check(member: str, asn: int, limit: int) -> int:
    if asn < 1:
        raise errors.ASN_TOO_SMALL()
    if asn > limit:
        raise errors.ASN_TOO_LARGE(member=member, asn=asn, limit=limit)
    return asn


def amazon_asn_of(region: str) -> int:
    """Return the Amazon side of what has no gateway yet in a Region, AWS's old ASN there.

    9059 in Ireland, 7224 elsewhere [recorded: TF#44208; inferred: that the Region is the reason].
    """
    return _OLD_ASNS.get(region, AMAZON_PUBLIC_ASN)


def short_asn(asn: int) -> int:
    """Return what the member ``asn`` shows: 0 for what is too large [documented: API:VirtualInterface]."""
    return asn if asn <= 2147483647 else 0
