"""A client of the control API, and something for it to lay hands on."""

from __future__ import annotations

import pytest

from tests.helpers import connect


@pytest.fixture
def http(dx):
    """A client of the control API of the test's mock."""
    client = pytest.importorskip("werkzeug.test").Client
    from dx_mock.http_server.control_api import Control

    return client(Control(dx))


@pytest.fixture
def vif(dx, client):
    """A private virtual interface with two BGP sessions that are up."""
    made = connect(client)
    dx.provision(made)
    gateway = client.create_direct_connect_gateway(directConnectGatewayName="g")["directConnectGateway"]
    new = {
        "virtualInterfaceName": "v",
        "vlan": 101,
        "asn": 65000,
        "directConnectGatewayId": gateway["directConnectGatewayId"],
    }
    created = client.create_private_virtual_interface(connectionId=made, newPrivateVirtualInterface=new)
    vif_id = created["virtualInterfaceId"]
    client.create_bgp_peer(virtualInterfaceId=vif_id, newBGPPeer={"asn": 65000, "addressFamily": "ipv6"})
    dx.provision(vif_id)
    return vif_id
