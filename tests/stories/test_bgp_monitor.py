"""A monitor of BGP sessions that puts metrics, as people run it on a schedule, and a test of it."""

from __future__ import annotations

import boto3
import pytest

from tests.helpers import connect, make_lag
from tests.service.virtual_interfaces.helpers import look, private, public, state

NAMESPACE = "Custom/DirectConnect"


# --- the automation ---------------------------------------------------------------------------------------


def lambda_handler(event, context):
    """Put one metric per BGP peer: 1 while it is up, else 0; and one per virtual interface."""
    data = []
    for region in event["regions"]:
        network = boto3.client("directconnect", region_name=region)
        for vif in network.describe_virtual_interfaces()["virtualInterfaces"]:
            if vif["virtualInterfaceState"] in ("deleted", "deleting", "rejected"):
                continue
            name = {"Name": "VirtualInterfaceId", "Value": vif["virtualInterfaceId"]}
            up = vif["virtualInterfaceState"] == "available"
            data.append({"MetricName": "VirtualInterfaceUp", "Dimensions": [name], "Value": float(up)})
            for peer in vif["bgpPeers"]:
                dimensions = [name, {"Name": "BgpPeerId", "Value": peer["bgpPeerId"]}]
                value = 1.0 if peer["bgpStatus"] == "up" else 0.0
                data.append({"MetricName": "BgpStatus", "Dimensions": dimensions, "Value": value})
    watch = boto3.client("cloudwatch", region_name=event["regions"][0])
    for start in range(0, len(data), 20):
        watch.put_metric_data(Namespace=NAMESPACE, MetricData=data[start : start + 20])
    return {"metrics": len(data)}


# --- the test ---------------------------------------------------------------------------------------------


@pytest.fixture
def metrics(dx):
    """Every metric that was put since the last look, by name and dimensions."""
    probe = {"MetricName": "Probe", "Dimensions": [], "Value": 1.0}
    boto3.client("cloudwatch", region_name="us-east-1").put_metric_data(Namespace="Probe", MetricData=[probe])
    from moto.cloudwatch.models import cloudwatch_backends

    def read():
        backend = cloudwatch_backends["123456789012"]["us-east-1"]
        found = {}
        for each in backend.metric_data:
            values = tuple(dimension.value for dimension in each.dimensions)
            found[(each.name, *values)] = each.value
        backend.metric_data.clear()
        return found

    if not read():
        pytest.skip("the installed moto's CloudWatch does not speak the installed botocore's protocol")
    return read


def test_monitor(dx, client, metrics):
    """A link fails, a session fails, both come back: the metrics say so each time."""
    lag = make_lag(client)["lagId"]
    connection = connect(client)
    on_lag, on_connection = private(client, lag), private(client, connection)
    client.create_bgp_peer(
        virtualInterfaceId=on_lag["virtualInterfaceId"], newBGPPeer={"asn": 65000, "addressFamily": "ipv6"}
    )
    abroad = dx.client("eu-west-1")
    elsewhere = public(abroad, connect(abroad, location="EqLD5"))
    for viewer, vif in ((client, on_lag), (client, on_connection), (abroad, elsewhere)):
        assert state(viewer, vif) == "available"
    event = {"regions": ["us-east-1", "eu-west-1"]}
    ipv4, ipv6 = (peer["bgpPeerId"] for peer in look(client, on_lag)["bgpPeers"])
    lag_vif, connection_vif = on_lag["virtualInterfaceId"], on_connection["virtualInterfaceId"]

    assert lambda_handler(event, None) == {"metrics": 7}
    assert set(metrics().values()) == {1.0}

    dx.link_down(connection)
    dx.bgp_down(lag_vif, ipv6)
    lambda_handler(event, None)
    seen = metrics()
    assert seen["VirtualInterfaceUp", lag_vif] == 1.0
    assert seen["VirtualInterfaceUp", connection_vif] == 0.0
    assert seen["VirtualInterfaceUp", elsewhere["virtualInterfaceId"]] == 1.0
    assert (seen["BgpStatus", lag_vif, ipv4], seen["BgpStatus", lag_vif, ipv6]) == (1.0, 0.0)
    assert seen["BgpStatus", connection_vif, on_connection["bgpPeers"][0]["bgpPeerId"]] == 0.0

    dx.link_up(connection)
    dx.bgp_up(lag_vif)
    client.delete_virtual_interface(virtualInterfaceId=connection_vif)
    assert lambda_handler(event, None) == {"metrics": 5}
    assert set(metrics().values()) == {1.0}
