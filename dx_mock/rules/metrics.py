"""The metrics of Direct Connect in CloudWatch, as the User Guide lists them."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, NamedTuple

NAMESPACE = "AWS/DX"

#: How often a datapoint is reported: every five minutes, or every minute where the table says "1 minute
#: minimum" [documented: UG:monitoring-cloudwatch].
FIVE_MINUTES, MINUTE = timedelta(minutes=5), timedelta(minutes=1)

#: Light in dBm of a healthy port, good for every speed, and of a dark fibre [guessed].
LIGHT, DARK = -2.5, -40.0

#: How long after its last datapoint a metric is listed [documented: CW].
LISTED = timedelta(days=14)

About = Literal["state", "connection", "light", "encryption", "interface", "session", "limit"]


class Metric(NamedTuple):
    """One metric: its unit as CloudWatch has it, how often it is reported, and what about.

    What has none of CloudWatch's units, as a Boolean, has the unit "None" there [documented: CW].
    ``counts`` is true of one that counts what happened since the last datapoint.
    """

    name: str
    unit: str
    about: About
    every: timedelta = FIVE_MINUTES
    counts: bool = False


_BITS, _PER_SECOND = "Bits/Second", "Count/Second"

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        # connections [documented: UG:monitoring-cloudwatch]
        Metric("ConnectionState", "None", "state"),
        Metric("ConnectionBpsEgress", _BITS, "connection", MINUTE),
        Metric("ConnectionBpsIngress", _BITS, "connection", MINUTE),
        Metric("ConnectionPpsEgress", _PER_SECOND, "connection", MINUTE),
        Metric("ConnectionPpsIngress", _PER_SECOND, "connection", MINUTE),
        Metric("ConnectionErrorCount", "Count", "connection", counts=True),
        # "no longer in use": it is listed and counts nothing [guessed]
        Metric("ConnectionCRCErrorCount", "Count", "connection", counts=True),
        Metric("ConnectionLightLevelTx", "None", "light"),
        Metric("ConnectionLightLevelRx", "None", "light"),
        Metric("ConnectionEncryptionState", "None", "encryption"),
        Metric("ConnectionDiscardsPpsEgress", _PER_SECOND, "connection", MINUTE),
        # virtual interfaces [documented: UG:monitoring-cloudwatch]
        Metric("VirtualInterfaceBpsEgress", _BITS, "interface"),
        Metric("VirtualInterfaceBpsIngress", _BITS, "interface"),
        Metric("VirtualInterfacePpsEgress", _PER_SECOND, "interface"),
        Metric("VirtualInterfacePpsIngress", _PER_SECOND, "interface"),
        Metric("VirtualInterfaceBgpStatus", "None", "session"),
        Metric("VirtualInterfaceBgpPrefixesAccepted", "Count", "session"),
        Metric("VirtualInterfaceBgpPrefixesAdvertised", "Count", "session"),
        # rate-limited ones; what is policed is in bytes [documented: UG:vif-rate-limiters]
        Metric("VirtualInterfaceUtilizationIngress", "Percent", "limit"),
        Metric("VirtualInterfaceUtilizationEgress", "Percent", "limit"),
        Metric("VirtualInterfacePolicedPpsIngress", _PER_SECOND, "limit"),
        Metric("VirtualInterfacePolicedPpsEgress", _PER_SECOND, "limit"),
        Metric("VirtualInterfacePolicedBpsIngress", "Bytes/Second", "limit"),
        Metric("VirtualInterfacePolicedBpsEgress", "Bytes/Second", "limit"),
    )
}

FAMILIES = ("ipv4", "ipv6")


def lanes_of(bandwidth: str) -> int:
    """Return how many optical lanes a port has: those of 100G and 400G have four [guessed]."""
    return 4 if bandwidth in {"100Gbps", "400Gbps"} else 1
