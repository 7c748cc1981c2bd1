"""Billing modes of connections (User Guide, flat-rate connections)."""

from __future__ import annotations

from datetime import timedelta

from dx_mock.support import errors

#: How connections are billed where nothing is said [guessed: the model names no default].
PAY_AS_YOU_GO = "PayAsYouGo"
#: Ports that have flat rates [documented: UG:flat-rate-connections].
FLAT_RATE_BANDWIDTHS = ("10Gbps", "100Gbps")
#: So many changes of one connection within six months [documented: UG:flat-rate-connections].
CHANGES = 3
PERIOD = timedelta(days=183)


def is_flat(mode: str | None) -> bool:
    """Return whether a mode is a flat rate."""
    return mode is not None and mode != PAY_AS_YOU_GO


def check_mode(mode: str | None, bandwidth: str) -> None:
    """Refuse a flat rate on a port that has none."""
    if is_flat(mode) and bandwidth not in FLAT_RATE_BANDWIDTHS:
        raise errors.BILLING_OF_BANDWIDTH(mode=mode, bandwidth=bandwidth)
