"""Move a virtual interface from a connection to a LAG and watch it survive a cut fibre."""

import boto3
import pytest


@pytest.fixture
def client(directconnect):
    return boto3.client("directconnect", region_name="us-east-1")


def test_migration(directconnect, client):
    connection = client.create_connection(location="EqDC2", bandwidth="10Gbps", connectionName="single link")[
        "connectionId"
    ]
    client.describe_connections()  # AWS has provisioned it by the next look
    gateway = client.create_direct_connect_gateway(directConnectGatewayName="backbone")
    vif = client.create_private_virtual_interface(
        connectionId=connection,
        newPrivateVirtualInterface={
            "virtualInterfaceName": "backbone",
            "vlan": 101,
            "asn": 65001,
            "directConnectGatewayId": gateway["directConnectGateway"]["directConnectGatewayId"],
        },
    )["virtualInterfaceId"]

    lag = client.create_lag(
        numberOfConnections=2, location="EqDC2", connectionsBandwidth="10Gbps", lagName="two links"
    )["lagId"]
    client.describe_lags()
    moved = client.associate_virtual_interface(virtualInterfaceId=vif, connectionId=lag)
    assert moved["connectionId"] == lag
    # The old BGP session leaves and a new one arrives, as in AWS.
    assert [peer["bgpPeerState"] for peer in moved["bgpPeers"]] == ["deleting", "pending"]

    def state():
        answer = client.describe_virtual_interfaces(virtualInterfaceId=vif)
        return answer["virtualInterfaces"][0]["virtualInterfaceState"]

    assert state() == "available"
    first, second = client.describe_lags(lagId=lag)["lags"][0]["connections"]
    directconnect.link_down(first["connectionId"])
    assert state() == "available"
    directconnect.link_down(second["connectionId"])
    assert state() == "down"
