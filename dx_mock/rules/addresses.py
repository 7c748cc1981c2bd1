"""Address arithmetic, all of it done by :mod:`ipaddress`."""

from __future__ import annotations

import ipaddress


def overlapping(first: str | None, second: str | None) -> bool:
    """Whether two interface addresses such as ``169.254.1.1/30`` are in networks that share addresses."""
    if first is None or second is None:
        return False
    one, other = ipaddress.ip_interface(first).network, ipaddress.ip_interface(second).network
    return one.version == other.version and one.overlaps(other)
