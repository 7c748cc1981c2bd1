"""VLANs: the numbers that virtual interfaces and hosted connections can have."""

from __future__ import annotations

from dx_mock.support import errors


def check_vlan(vlan: int) -> int:
    """Return ``vlan`` if it is a VLAN number of 802.1Q that can carry traffic."""
    if not 1 <= vlan <= 4094:
        raise errors.VLAN_INVALID(vlan=vlan)
    return vlan
