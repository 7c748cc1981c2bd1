"""The metrics of AWS/DX in moto's CloudWatch (User Guide, "Monitor with Amazon CloudWatch")."""

from __future__ import annotations

from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from dx_mock import mock_directconnect
from dx_mock.rules.metrics import DARK, LIGHT
from dx_mock.world.metric_series import Observer
from tests.helpers import CUSTOMER, PARTNER, connect

INTERFACE = {"virtualInterfaceName": "v", "vlan": 101, "asn": 65000}


def here(account="123456789012", region="us-east-1"):
    """A CloudWatch client; botocore's newest protocols are too new for the oldest moto."""
    client = boto3.client(
        "cloudwatch", region_name=region, aws_access_key_id=account, aws_secret_access_key="x"
    )
    if not _speaks(client):
        pytest.skip("this moto's CloudWatch does not know the protocol of this botocore")
    return client


def _speaks(client):
    try:
        return "Metrics" in client.list_metrics(Namespace="AWS/DX")
    except Exception:  # a 500 or a refusal of the protocol, by version
        return False


def names(client, **dimensions):
    """Names of the metrics that are listed with some dimensions."""
    wanted = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    found = client.list_metrics(Namespace="AWS/DX", Dimensions=wanted)["Metrics"]
    return sorted({each["MetricName"] for each in found})


def read(client, dx, name, **dimensions):
    """The values of a metric over the next five minutes of the mock's clock."""
    dx.clock.advance(minutes=5)
    answer = client.get_metric_statistics(
        Namespace="AWS/DX",
        MetricName=name,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=dx.clock.now() - timedelta(minutes=5),
        EndTime=dx.clock.now(),
        Period=300,
        Statistics=["Minimum"],
    )
    return [each["Minimum"] for each in answer["Datapoints"]]


def test_metrics_of_a_connection_are_listed(dx, client):
    """User Guide, connection metrics; light has the lane as a second dimension."""
    connection = connect(client)
    client.describe_connections()
    found = names(here(), ConnectionId=connection)
    assert {"ConnectionState", "ConnectionBpsEgress", "ConnectionLightLevelTx"} <= set(found)
    assert "ConnectionEncryptionState" not in found
    lanes = names(here(), ConnectionId=connection, OpticalLaneNumber="1")
    assert lanes == ["ConnectionLightLevelRx", "ConnectionLightLevelTx"]


def test_state_and_light_follow_the_link(dx, client):
    """User Guide: ConnectionState is 1 for up, 0 for down."""
    connection = connect(client)
    client.describe_connections()
    watch = here()
    assert read(watch, dx, "ConnectionState", ConnectionId=connection) == [1.0]
    dx.link_down(connection)
    assert read(watch, dx, "ConnectionState", ConnectionId=connection) == [0.0]
    assert read(watch, dx, "ConnectionLightLevelRx", ConnectionId=connection, OpticalLaneNumber="1") == [DARK]
    assert read(watch, dx, "ConnectionLightLevelTx", ConnectionId=connection, OpticalLaneNumber="1") == [LIGHT]
    dx.link_up(connection)
    assert read(watch, dx, "ConnectionState", ConnectionId=connection) == [1.0]


@pytest.mark.directconnect(provisioning="manual")
def test_what_is_not_provisioned_has_no_metrics(dx, client):
    """A port that nobody has patched reports nothing [guessed]."""
    connection = connect(client)
    assert names(here(), ConnectionId=connection) == []
    dx.provision(connection)
    assert "ConnectionState" in names(here(), ConnectionId=connection)


def test_every_version_of_moto_lists_and_reads_them(dx, client):
    """The same from the inside of moto, whose protocol may be too old for this botocore."""
    from moto.cloudwatch.models import cloudwatch_backends

    connection = connect(client)
    client.describe_connections()
    with mock_aws():
        backend = cloudwatch_backends["123456789012"]["us-east-1"]
        found = backend.list_metrics(None, "AWS/DX", "ConnectionState", [])[1]
        assert [[(each.name, each.value) for each in metric.dimensions] for metric in found] == [
            [("ConnectionId", connection)]
        ]
        zone = found[0].timestamp.tzinfo
        dx.clock.advance(minutes=5)
        begin, end = dx.clock.now() - timedelta(minutes=10), dx.clock.now()
        points = backend.get_metric_statistics(
            "AWS/DX", "ConnectionState", begin.replace(tzinfo=zone), end.replace(tzinfo=zone),
            300, ["Minimum"], [{"Name": "ConnectionId", "Value": connection}],
        )  # fmt: skip
        assert [point.minimum for point in points] == [1.0]


def interface(client, connection):
    """A private virtual interface on a gateway."""
    gateway = client.create_direct_connect_gateway(directConnectGatewayName="g")["directConnectGateway"]
    made = client.create_private_virtual_interface(
        connectionId=connection,
        newPrivateVirtualInterface={
            **INTERFACE, "directConnectGatewayId": gateway["directConnectGatewayId"]
        },
    )["virtualInterfaceId"]  # fmt: skip
    client.describe_virtual_interfaces()
    return made


def test_bgp_status_follows_the_session(dx, client):
    """User Guide, virtual interface metrics: 1 is up, 0 is down, by address family."""
    connection = connect(client)
    client.describe_connections()
    vif = interface(client, connection)
    client.describe_virtual_interfaces()
    at = {"ConnectionId": connection, "VirtualInterfaceId": vif}
    watch = here()
    assert "VirtualInterfaceBpsIngress" in names(watch, **at)
    by_family = {**at, "IpAddressFamily": "ipv4"}
    assert read(watch, dx, "VirtualInterfaceBgpStatus", **by_family) == [1.0]
    dx.announce(vif, ["10.0.0.0/8", "10.1.0.0/16"])
    assert read(watch, dx, "VirtualInterfaceBgpPrefixesAccepted", **by_family) == [2.0]
    dx.bgp_down(vif)
    assert read(watch, dx, "VirtualInterfaceBgpStatus", **by_family) == [0.0]
    assert read(watch, dx, "VirtualInterfaceBgpPrefixesAccepted", **by_family) == [0.0]


def test_metric_data_in_one_query(dx, client):
    """GetMetricData finds what GetMetricStatistics does."""
    connection = connect(client)
    client.describe_connections()
    metric = {
        "Namespace": "AWS/DX",
        "MetricName": "ConnectionState",
        "Dimensions": [{"Name": "ConnectionId", "Value": connection}],
    }
    dx.clock.advance(minutes=5)
    answer = here().get_metric_data(
        MetricDataQueries=[{"Id": "q", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Average"}}],
        StartTime=dx.clock.now() - timedelta(minutes=10),
        EndTime=dx.clock.now(),
    )
    assert answer["MetricDataResults"][0]["Values"] == [1.0]


@pytest.mark.directconnect(partners=[PARTNER])
def test_the_owner_of_a_hosted_virtual_interface_sees_the_state(dx):
    """User Guide: ConnectionState is also there for owners of hosted virtual interfaces, the light is not."""
    owner, customer = dx.client(), dx.client(account_id=CUSTOMER)
    connection = connect(owner)
    owner.describe_connections()
    owner.allocate_public_virtual_interface(
        connectionId=connection,
        ownerAccount=CUSTOMER,
        newPublicVirtualInterfaceAllocation={
            **INTERFACE,
            "amazonAddress": "203.0.113.1/30",
            "customerAddress": "203.0.113.2/30",
            "routeFilterPrefixes": [{"cidr": "203.0.113.0/30"}],
        },
    )
    customer.describe_virtual_interfaces()

    def listed(account, region="us-east-1"):
        return {metric.name for metric, _ in Observer(dx.world, account, region).listed()}

    assert listed(CUSTOMER) == {"ConnectionState"}  # nobody has confirmed the interface
    vif = customer.describe_virtual_interfaces()["virtualInterfaces"][0]["virtualInterfaceId"]
    customer.confirm_public_virtual_interface(virtualInterfaceId=vif)
    customer.describe_virtual_interfaces()
    found = listed(CUSTOMER)
    assert "VirtualInterfaceBgpStatus" in found
    assert {name for name in found if name.startswith("Connection")} == {"ConnectionState"}
    assert read(here(CUSTOMER), dx, "ConnectionState", ConnectionId=connection) == [1.0]
    assert listed(PARTNER) == set()
    assert listed(CUSTOMER, "eu-west-1") == set()


def test_metrics_beside_a_mock_of_moto():
    """Moto's mock may be the outer or the inner one; nothing stays behind."""
    with mock_aws():
        watch = here()
        with mock_directconnect() as dx:
            connection = connect(dx.client())
            dx.client().describe_connections()
            assert "ConnectionState" in names(watch, ConnectionId=connection)
        assert names(watch) == []
    with mock_directconnect() as dx, mock_aws():
        connection = connect(dx.client())
        dx.client().describe_connections()
        assert "ConnectionState" in names(here(), ConnectionId=connection)
