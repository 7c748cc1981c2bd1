"""Autonomous system numbers of BGP peers, and the two members that carry them (behaviour.md section 4.4)."""

from __future__ import annotations

from dx_mock.support import errors

#: The most that ``asn`` takes, a 32-bit signed number [documented].
LARGEST_SHORT = 2147483646
#: The most that ``asnLong`` takes [documented].
LARGEST_LONG = 4294967294
#: The Amazon side of public virtual interfaces and of those that nobody has confirmed [cli-ex].
AMAZON_PUBLIC_ASN = 7224


def choose_asn(asn: int | None, asn_long: int | None) -> int:
    """The number that a request means: ``asnLong`` counts where both are given [documented]."""
    if asn_long is not None:
        if not 1 <= asn_long <= LARGEST_LONG:
            raise errors.ASN_INVALID(member="asnLong", asn=asn_long, limit=LARGEST_LONG)
        return asn_long
    if asn is None:
        raise errors.ASN_MISSING()
    if not 1 <= asn <= LARGEST_SHORT:
        raise errors.ASN_INVALID(member="asn", asn=asn, limit=LARGEST_SHORT)
    return asn


def short_asn(asn: int) -> int:
    """What the member ``asn`` shows: 0 where the number is too large for it [documented]."""
    return asn if asn <= 2147483647 else 0
