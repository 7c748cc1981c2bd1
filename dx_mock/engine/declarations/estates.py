"""Ready-made estates: the models of AWS's Resiliency Toolkit, and a partner with two customers.

[documented: UG:resiliency_toolkit]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_PARTNER, _FIRST, _SECOND = "111111111111", "222222222222", "333333333333"


def _port(name: str, location: str, device: int) -> dict[str, Any]:
    return {"connectionName": name, "location": location, "bandwidth": "10Gbps", "device": device}


def _interface(name: str, vlan: int) -> dict[str, Any]:
    """Return a transit virtual interface on the connection of the same name."""
    return {
        "type": "transit",
        "virtualInterfaceName": name,
        "connectionId": name,
        "vlan": vlan,
        "asn": 65000,
        "directConnectGatewayId": "gateway",
    }


def _dedicated(*ports: dict[str, Any]) -> dict[str, Any]:
    """Return connections, each with a virtual interface to the same Direct Connect gateway."""
    return {
        "region": "us-east-1",
        "connections": list(ports),
        "directConnectGateways": [{"directConnectGatewayName": "gateway", "amazonSideAsn": 64512}],
        "virtualInterfaces": [
            _interface(port["connectionName"], vlan) for vlan, port in enumerate(ports, start=101)
        ],
    }


def _hosted(name: str, owner: str, vlan: int) -> dict[str, Any]:
    return {
        "account": _PARTNER,
        "connectionId": "interconnect",
        "ownerAccount": owner,
        "connectionName": name,
        "bandwidth": "500Mbps",
        "vlan": vlan,
    }


ESTATES: Mapping[str, Mapping[str, Any]] = {
    # Separate connections on separate devices in more than one location: survives the loss of a location
    # together with that of a device elsewhere.
    "maximum-resiliency": _dedicated(
        _port("Ashburn 1", "EqDC2", 1),
        _port("Ashburn 2", "EqDC2", 2),
        _port("Reston 1", "CSVA1", 1),
        _port("Reston 2", "CSVA1", 2),
    ),
    # One connection at each of several locations: survives the loss of a location.
    "high-resiliency": _dedicated(_port("Ashburn", "EqDC2", 1), _port("Reston", "CSVA1", 1)),
    # Separate connections on separate devices in one location: survives the loss of a device.
    "development": _dedicated(_port("Ashburn 1", "EqDC2", 1), _port("Ashburn 2", "EqDC2", 2)),
    # A partner's interconnect with hosted connections for two customers, one of whom has not accepted yet.
    "partner": {
        "region": "us-east-1",
        "partners": [_PARTNER],
        "interconnects": [
            {
                "account": _PARTNER,
                "interconnectName": "interconnect",
                "location": "EqDC2",
                "bandwidth": "10Gbps",
            }
        ],
        "hostedConnections": [
            _hosted("first customer", _FIRST, 101),
            {**_hosted("second customer", _SECOND, 102), "state": "ordering"},
        ],
        "directConnectGateways": [{"account": _FIRST, "directConnectGatewayName": "gateway"}],
        "virtualInterfaces": [
            {
                "account": _FIRST,
                "type": "private",
                "connectionId": "first customer",
                "virtualInterfaceName": "first customer",
                "vlan": 101,
                "asn": 65000,
                "directConnectGatewayId": "gateway",
            }
        ],
    },
}
