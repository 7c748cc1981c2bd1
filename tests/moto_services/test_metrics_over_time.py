"""Metrics over hours and days, made of the history [documented: UG:monitoring-cloudwatch]."""

from __future__ import annotations

import json
import math
import statistics
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.cloudwatch import responses as cloudwatch

import dx_mock
from dx_mock import mock_directconnect
from dx_mock.rules.metrics import DARK, LIGHT, METRICS
from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, members
from tests.moto_services.metrics import data, query, values, watcher
from tests.service.virtual_interfaces.helpers import gateway, private, public

FIVE = timedelta(minutes=5)

results = pytest.mark.skipif(
    not hasattr(cloudwatch, "ActionResult"), reason="this moto's templates have neither percentiles nor pages"
)


@pytest.fixture
def watch(dx):
    return watcher()


def look(client):
    client.describe_connections()
    client.describe_virtual_interfaces()


# --- the points --------------------------------------------------------------------------------------------


def test_an_outage_of_half_an_hour_in_three_hours(dx, client, watch):
    """One datapoint for every five minutes; six of them are of the outage, a snapshot in between or not."""
    connection = connect(client)
    begin = dx.clock.now()
    dx.clock.advance(hours=1)
    dx.link_down(connection)
    dx.clock.advance(minutes=20)
    dx.restore(json.loads(json.dumps(dx.snapshot())))
    dx.clock.advance(minutes=10)
    dx.link_up(connection)
    dx.clock.advance(minutes=90)
    answer = watch.get_metric_statistics(
        Namespace="AWS/DX",
        MetricName="ConnectionState",
        Dimensions=[{"Name": "ConnectionId", "Value": connection}],
        StartTime=begin,
        EndTime=dx.clock.now(),
        Period=300,
        Statistics=["Minimum", "Maximum", "Average", "Sum", "SampleCount"],
    )
    points = sorted(answer["Datapoints"], key=lambda point: point["Timestamp"])
    assert [point["Timestamp"] for point in points] == [begin + FIVE * number for number in range(36)]
    up = [1.0] * 12 + [0.0] * 6 + [1.0] * 18
    for name in ("Minimum", "Maximum", "Average", "Sum"):
        assert [point[name] for point in points] == up
    assert {point["SampleCount"] for point in points} == {1.0}


def test_an_interval_in_which_something_changes(dx, client, watch):
    """Minimum and maximum show both states, the average how long; nothing is rounded away."""
    connection = connect(client)
    begin = dx.clock.now()
    dx.clock.advance(minutes=7)
    dx.link_down(connection)
    dx.clock.advance(minutes=1)
    dx.link_up(connection)
    dx.clock.advance(minutes=7)
    for statistic, expected in (("Minimum", 0.0), ("Maximum", 1.0), ("Average", 0.8), ("SampleCount", 1.0)):
        found = values(watch, dx, "ConnectionState", begin, statistic, ConnectionId=connection)
        assert found == [1.0, pytest.approx(expected), 1.0]


def test_periods_scan_by_and_labels(dx, client, watch):
    connection = connect(client)
    begin = dx.clock.now()
    dx.clock.advance(hours=1)
    dx.link_down(connection)
    dx.clock.advance(hours=2)
    where = {"ConnectionId": connection}
    assert values(watch, dx, "ConnectionState", begin, period=3600, **where) == [1.0, 0.0, 0.0]
    assert values(watch, dx, "ConnectionState", begin, "SampleCount", 3600, **where) == [12.0] * 3
    assert values(watch, dx, "ConnectionState", begin, "Sum", 5400, **where) == [12.0, 0.0]
    assert values(watch, dx, "ConnectionState", begin, "p40", 10800, **where) == [0.0]
    assert values(watch, dx, "ConnectionState", begin, "p70", 10800, **where) == [1.0]
    for scan_by, expected in (
        ("TimestampAscending", [1.0, 0.0, 0.0]),
        ("TimestampDescending", [0.0, 0.0, 1.0]),
    ):
        answer = watch.get_metric_data(
            MetricDataQueries=[{**query("ConnectionState", period=3600, **where), "Label": "up"}],
            StartTime=begin,
            EndTime=dx.clock.now(),
            ScanBy=scan_by,
        )["MetricDataResults"]
        assert (answer[0]["Values"], answer[0]["Label"]) == (expected, "up")


@pytest.mark.parametrize(("days", "minute"), [(14, 32), (16, 30), (62, 30), (64, 0)])
def test_old_periods_begin_at_five_minutes_or_the_hour(dx, client, watch, days, minute):
    """12:32:34 is 12:32, 12:30 or 12:00, by how long ago it is."""
    connection = connect(client)
    dx.clock.advance(days=1, hours=12, minutes=32, seconds=34)
    start = dx.clock.now()
    dx.clock.advance(days=days)
    asked = {"StartTime": start, "EndTime": start + timedelta(hours=3)}
    found = query("ConnectionState", period=3600, ConnectionId=connection)
    (result,) = watch.get_metric_data(MetricDataQueries=[found], **asked)["MetricDataResults"]
    metric = found["MetricStat"]["Metric"]
    points = watch.get_metric_statistics(**metric, **asked, Period=3600, Statistics=["Sum"])["Datapoints"]
    for times in ([point["Timestamp"] for point in points], result["Timestamps"]):
        assert min(times) == start.replace(minute=minute, second=0)
        assert {time.minute for time in times} == {minute}


def test_no_point_lies_in_the_future_or_before_the_resource(dx, client, watch):
    """Datapoints begin with the resource and end with the last interval that is over."""
    dx.clock.advance(minutes=8)
    connection = connect(client)
    dx.clock.advance(minutes=13)
    now = dx.clock.now()
    answer = watch.get_metric_data(
        MetricDataQueries=[query("ConnectionState", ConnectionId=connection)],
        StartTime=now - timedelta(days=1, minutes=1),
        EndTime=now + timedelta(days=1),
    )["MetricDataResults"][0]
    begin = dx.clock.now() - timedelta(minutes=16)
    assert sorted(answer["Timestamps"]) == [begin, begin + FIVE, begin + 2 * FIVE]
    assert max(answer["Timestamps"]) + FIVE <= now


def test_rates_of_connections_have_a_point_a_minute(dx, client, watch):
    """User Guide: five minutes by default, one minute minimum; of interfaces five minutes."""
    connection = connect(client)
    vif = private(client, connection)["virtualInterfaceId"]
    look(client)
    begin = dx.clock.now()
    dx.clock.advance(minutes=2)
    dx.traffic(connection, ingress_bps=600)
    dx.clock.advance(minutes=3)
    per_minute = values(watch, dx, "ConnectionBpsIngress", begin, period=60, ConnectionId=connection)
    assert per_minute == [0.0, 0.0, 600.0, 600.0, 600.0]
    assert values(watch, dx, "ConnectionBpsIngress", begin, ConnectionId=connection) == [360.0]
    where = {"ConnectionId": connection, "VirtualInterfaceId": vif}
    assert values(watch, dx, "VirtualInterfaceBpsIngress", begin, "SampleCount", **where) == [1.0]


def test_what_is_gone_keeps_its_past(dx, client, watch):
    """The points stay, and it is listed until two weeks after the last of them."""
    connection = connect(client)
    begin = dx.clock.now()
    dx.clock.advance(hours=1)
    client.describe_connections()
    client.delete_connection(connectionId=connection)
    dx.clock.advance(days=3)
    assert values(watch, dx, "ConnectionState", begin, ConnectionId=connection) == [1.0] * 12
    assert listed(watch, ConnectionId=connection)
    with pytest.raises(LookupError):
        dx.world.resource(connection)
    dx.clock.advance(days=12)
    assert not listed(watch, ConnectionId=connection)
    assert values(watch, dx, "ConnectionState", begin, ConnectionId=connection) == [1.0] * 12
    dx.clock.advance(days=456)
    dx.world.graph.history.prune()
    assert connection not in dx.world.graph.history.pasts


def listed(watch, **dimensions):
    where = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    pages = watch.get_paginator("list_metrics").paginate(Namespace="AWS/DX", Dimensions=where)
    return {each["MetricName"] for page in pages for each in page["Metrics"]}


def test_a_world_of_more_than_a_page_is_listed(dx, client, watch):
    lag = make_lag(client, numberOfConnections=4)["lagId"]
    for vlan in range(49):
        private(client, lag, vlan=vlan + 1)
    client.describe_virtual_interfaces()
    pages = list(watch.get_paginator("list_metrics").paginate(Namespace="AWS/DX"))
    assert len(pages) == 2
    found = [
        (each["MetricName"], *sorted(dimension["Value"] for dimension in each["Dimensions"]))
        for page in pages
        for each in page["Metrics"]
    ]
    assert len(found) == len(set(found)) == 10 * 4 + 49 * 10


@results
def test_percentiles_of_get_metric_statistics(dx, client, watch):
    connection = connect(client)
    begin = dx.clock.now()
    dx.clock.advance(minutes=30)
    dx.link_down(connection)
    dx.clock.advance(minutes=30)
    asked = {
        "Namespace": "AWS/DX",
        "MetricName": "ConnectionState",
        "Dimensions": [{"Name": "ConnectionId", "Value": connection}],
        "StartTime": begin,
        "EndTime": dx.clock.now(),
        "Period": 3600,
    }
    (point,) = watch.get_metric_statistics(**asked, ExtendedStatistics=["p50", "p51"])["Datapoints"]
    assert point["ExtendedStatistics"] == {"p50": 0.0, "p51": 1.0}
    assert "Average" not in point
    with pytest.raises(ClientError, match="percentiles such as p95, not tm90"):
        watch.get_metric_statistics(**asked, ExtendedStatistics=["tm90"])


@results
def test_pages_and_percentiles_in_the_first_world_of_a_process():
    """Where moto imports its CloudWatch for this very call, which its own models begin."""
    program = """if True:
        from datetime import timedelta
        import boto3
        from dx_mock import mock_directconnect

        with mock_directconnect() as dx:
            order = {"location": "EqDC2", "bandwidth": "10Gbps", "connectionName": "one"}
            connection = dx.client().create_connection(**order)["connectionId"]
            dx.clock.advance(hours=1)
            metric = {
                "Namespace": "AWS/DX",
                "MetricName": "ConnectionState",
                "Dimensions": [{"Name": "ConnectionId", "Value": connection}],
            }
            times = {"StartTime": dx.clock.now() - timedelta(hours=1), "EndTime": dx.clock.now()}
            watch = boto3.client("cloudwatch", region_name="us-east-1")
            query = {"Id": "a", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Minimum"}}
            pages = watch.get_paginator("get_metric_data").paginate(
                MetricDataQueries=[query], MaxDatapoints=5, **times
            )
            print([len(page["MetricDataResults"][0]["Values"]) for page in pages])
            answer = watch.get_metric_statistics(
                **metric, **times, Period=3600, ExtendedStatistics=["p95"]
            )
            print([point["ExtendedStatistics"] for point in answer["Datapoints"]])
    """
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert ran.stderr == ""
    assert ran.stdout.splitlines() == ["[5, 5, 2]", "[{'p95': 1.0}]"]


@results
def test_pages_of_datapoints(dx, client, watch):
    """A request may say how many datapoints a page has; the paginator puts them together."""
    one, two = connect(client), connect(client)
    begin = dx.clock.now()
    dx.clock.advance(minutes=25)
    queries = [
        {**query("ConnectionState", ConnectionId=connection), "Id": name}
        for name, connection in (("a", one), ("b", two), ("c", "dxcon-ffffffff"))
    ]
    asked = {"MetricDataQueries": queries, "StartTime": begin, "EndTime": dx.clock.now(), "MaxDatapoints": 4}
    pages = [page["MetricDataResults"] for page in watch.get_paginator("get_metric_data").paginate(**asked)]
    seen = [[(each["Id"], len(each["Values"]), each["StatusCode"]) for each in page] for page in pages]
    assert seen == [
        [("a", 4, "PartialData")],
        [("a", 1, "Complete"), ("b", 3, "PartialData")],
        [("b", 2, "Complete"), ("c", 0, "Complete")],
    ]
    with pytest.raises(ClientError, match="NextToken is invalid"):
        watch.get_metric_data(**asked, NextToken="nonsense")


# --- which metrics -----------------------------------------------------------------------------------------


def test_the_metrics_are_those_of_the_page(dx, client, watch):
    """Every name of the User Guide's page and no other; those of rate limiters where there is one."""
    connection = connect(client, bandwidth="100Gbps", requestMACSec=True)
    plain, limited = (private(client, connection, vlan=vlan) for vlan in (1, 2))
    if (
        "rateLimit"
        not in client.meta.service_model.operation_model("UpdateVirtualInterfaceAttributes").input_shape.members
    ):
        pytest.skip("this botocore knows no rate limiters")
    client.update_virtual_interface_attributes(
        virtualInterfaceId=limited["virtualInterfaceId"], rateLimit="1Gbps"
    )
    look(client)
    assert listed(watch) == set(METRICS)
    of_plain = listed(watch, VirtualInterfaceId=plain["virtualInterfaceId"])
    assert not {name for name in of_plain if "Utilization" in name or "Policed" in name}
    lanes = watch.list_metrics(Namespace="AWS/DX", MetricName="ConnectionLightLevelRx")["Metrics"]
    assert len(lanes) == 4


def test_units(dx, client, watch):
    connection = connect(client)
    dx.clock.advance(minutes=10)

    def unit(name, **more):
        answer = watch.get_metric_statistics(
            Namespace="AWS/DX",
            MetricName=name,
            Dimensions=[{"Name": k, "Value": v} for k, v in {"ConnectionId": connection, **more}.items()],
            StartTime=dx.clock.now() - FIVE,
            EndTime=dx.clock.now(),
            Period=300,
            Statistics=["Sum"],
        )
        return answer["Datapoints"][0]["Unit"]

    assert unit("ConnectionState") == "None"
    assert unit("ConnectionBpsEgress") == "Bits/Second"
    assert unit("ConnectionPpsEgress") == "Count/Second"
    assert unit("ConnectionErrorCount") == "Count"
    assert unit("ConnectionLightLevelTx", OpticalLaneNumber="1") == "None"


def test_series_are_told_apart_by_all_of_their_dimensions(dx, client, watch):
    """As in CloudWatch, a query names every dimension of the series."""
    connection = connect(client)
    vif = private(client, connection)["virtualInterfaceId"]
    look(client)
    begin = dx.clock.now()
    dx.clock.advance(minutes=10)
    at = {"ConnectionId": connection, "VirtualInterfaceId": vif}
    assert values(watch, dx, "VirtualInterfaceBgpStatus", begin, **at, IpAddressFamily="ipv4") == [1.0, 1.0]
    assert values(watch, dx, "VirtualInterfaceBgpStatus", begin, **at, IpAddressFamily="ipv6") == [0.0, 0.0]
    assert values(watch, dx, "VirtualInterfaceBgpStatus", begin, **at) == []
    assert values(watch, dx, "VirtualInterfaceBpsIngress", begin, VirtualInterfaceId=vif) == []


def test_other_namespaces_are_others(dx, client, watch):
    """In GetMetricData moto does not look at the namespace; for ours it counts."""
    connection = connect(client)
    dx.clock.advance(minutes=10)
    where = [{"Name": "ConnectionId", "Value": connection}]
    watch.put_metric_data(
        Namespace="Mine", MetricData=[{"MetricName": "ConnectionState", "Dimensions": where, "Value": 7.0}]
    )
    asked = query("ConnectionState", ConnectionId=connection)
    begin, end = dx.clock.now() - timedelta(minutes=10), dx.clock.now()
    assert data(watch, [asked], begin, end) == {"average": [1.0, 1.0]}
    asked["MetricStat"]["Metric"]["Namespace"] = "Mine"
    now = datetime.now(timezone.utc)
    assert data(watch, [asked], now - timedelta(days=1), now + timedelta(days=1)) == {"average": [7.0]}


def test_queries_of_both_kinds_and_expressions(dx, client, watch):
    connection = connect(client)
    dx.clock.advance(minutes=10)
    ours = {**query("ConnectionState", ConnectionId=connection), "Id": "a", "ReturnData": False}
    theirs = query("Nothing", ConnectionId=connection)
    theirs["MetricStat"]["Metric"]["Namespace"] = "Mine"
    found = data(
        watch,
        [ours, {**theirs, "Id": "b"}, {"Id": "c", "Expression": "a"}],
        dx.clock.now() - timedelta(minutes=10),
        dx.clock.now(),
    )
    assert found == {"b": [], "c": [1.0, 1.0]}


# --- who sees what -----------------------------------------------------------------------------------------


@pytest.mark.directconnect(partners=[PARTNER])
def test_a_hosted_connection_has_its_state_only(dx):
    """User Guide: ConnectionState is available for dedicated and hosted connections, the rest for dedicated."""
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    port = partner.create_interconnect(interconnectName="i", bandwidth="10Gbps", location="EqDC2")[
        "interconnectId"
    ]
    partner.describe_interconnects()
    hosted = partner.allocate_hosted_connection(
        connectionId=port, ownerAccount=CUSTOMER, bandwidth="500Mbps", connectionName="h", vlan=7
    )["connectionId"]
    customer.confirm_connection(connectionId=hosted)
    customer.describe_connections()
    begin = dx.clock.now()
    vif = private(customer, hosted, vlan=7)["virtualInterfaceId"]
    customer.describe_virtual_interfaces()
    dx.traffic(vif, egress_bps=1e8)
    dx.clock.advance(minutes=5)
    dx.link_down(port)
    dx.clock.advance(minutes=5)
    theirs, mine = watcher(CUSTOMER), watcher(PARTNER)
    assert listed(theirs, ConnectionId=hosted) & {n for n in METRICS if n.startswith("Conn")} == {
        "ConnectionState"
    }
    assert not listed(theirs, ConnectionId=port)
    assert values(theirs, dx, "ConnectionState", begin, ConnectionId=hosted) == [1.0, 0.0]
    assert values(mine, dx, "ConnectionBpsEgress", begin, ConnectionId=port) == [1e8, 0.0]
    assert values(mine, dx, "ConnectionBpsEgress", begin, ConnectionId=hosted) == []


def test_a_moved_interface_has_a_series_for_each_connection(dx, client, watch):
    one, two = connect(client), connect(client)
    vif = private(client, one)["virtualInterfaceId"]
    look(client)
    begin = dx.clock.now()
    dx.clock.advance(minutes=10)
    client.associate_virtual_interface(virtualInterfaceId=vif, connectionId=two)
    look(client)
    dx.clock.advance(minutes=10)
    for connection, expected in ((one, [0.0, 0.0]), (two, [0.0, 0.0])):
        where = {"ConnectionId": connection, "VirtualInterfaceId": vif}
        assert values(watch, dx, "VirtualInterfaceBpsIngress", begin, **where) == expected


# --- BGP and MACsec ----------------------------------------------------------------------------------------


def test_prefixes_accepted_and_advertised(dx, client, watch):
    connection = connect(client)
    between = gateway(client)
    vif = private(client, connection, directConnectGatewayId=between)["virtualInterfaceId"]
    look(client)
    ec2 = boto3.client("ec2", region_name="us-east-1")
    virtual_gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    ec2.attach_vpn_gateway(VpcId=vpc, VpnGatewayId=virtual_gateway)
    begin = dx.clock.now()
    dx.announce(vif, ["192.0.2.0/24", "2001:db8::/32"])
    dx.clock.advance(minutes=5)
    client.create_direct_connect_gateway_association(
        directConnectGatewayId=between, virtualGatewayId=virtual_gateway
    )
    client.describe_direct_connect_gateway_associations(directConnectGatewayId=between)
    dx.announce(vif, ["192.0.2.0/24", "198.51.100.0/24"])
    dx.clock.advance(minutes=5)
    dx.bgp_down(vif)
    dx.clock.advance(minutes=5)
    at = {"ConnectionId": connection, "VirtualInterfaceId": vif, "IpAddressFamily": "ipv4"}
    assert values(watch, dx, "VirtualInterfaceBgpPrefixesAccepted", begin, **at) == [1.0, 2.0, 0.0]
    assert values(watch, dx, "VirtualInterfaceBgpPrefixesAdvertised", begin, **at) == [0.0, 1.0, 0.0]
    assert values(watch, dx, "VirtualInterfaceBgpStatus", begin, **at) == [1.0, 1.0, 0.0]


def test_a_public_interface_takes_what_its_filters_allow(dx, client, watch):
    """Accepted is what ListVirtualInterfaceRoutes shows."""
    connection = connect(client)
    made = public(client, connection)
    vif = made["virtualInterfaceId"]
    look(client)
    allowed = made["routeFilterPrefixes"][0]["cidr"]
    begin = dx.clock.now()
    dx.announce(vif, [allowed, "192.0.2.0/24"])
    dx.clock.advance(minutes=5)
    at = {"ConnectionId": connection, "VirtualInterfaceId": vif, "IpAddressFamily": "ipv4"}
    assert values(watch, dx, "VirtualInterfaceBgpPrefixesAccepted", begin, **at) == [1.0]


def test_encryption_of_a_lag_and_its_members(dx, client, watch):
    """User Guide: of a LAG 1 means that all of its connections are encrypted."""
    lag = make_lag(client, connectionsBandwidth="10Gbps", requestMACSec=True)
    one, two = members(lag)
    client.describe_lags()
    begin = dx.clock.now()
    dx.clock.advance(minutes=5)
    client.associate_mac_sec_key(connectionId=lag["lagId"], ckn="a" * 64, cak="b" * 64)
    client.describe_lags()
    dx.clock.advance(minutes=5)
    dx.link_down(one)
    dx.clock.advance(minutes=5)
    assert values(watch, dx, "ConnectionEncryptionState", begin, ConnectionId=lag["lagId"]) == [0.0, 1.0, 0.0]
    assert values(watch, dx, "ConnectionEncryptionState", begin, ConnectionId=one) == [0.0, 1.0, 0.0]
    assert values(watch, dx, "ConnectionEncryptionState", begin, ConnectionId=two) == [0.0, 1.0, 1.0]


# --- traffic -----------------------------------------------------------------------------------------------


def test_what_goes_through_an_interface_goes_through_its_link(dx, client, watch):
    connection = connect(client)
    one, two = (private(client, connection, vlan=vlan)["virtualInterfaceId"] for vlan in (1, 2))
    look(client)
    begin = dx.clock.now()
    dx.traffic(one, ingress_bps=1e9, egress_pps=10)
    dx.traffic(two, ingress_bps=2e9)
    dx.clock.advance(minutes=5)
    dx.bgp_down(two)
    dx.clock.advance(minutes=5)
    dx.traffic(connection, ingress_bps=5e9)
    dx.clock.advance(minutes=5)
    dx.traffic(connection, ingress_bps=0)
    dx.clock.advance(minutes=5)
    found = values(watch, dx, "ConnectionBpsIngress", begin, ConnectionId=connection)
    assert found == [3e9, 1e9, 5e9, 1e9]
    assert values(watch, dx, "ConnectionPpsEgress", begin, ConnectionId=connection) == [10.0] * 4


def test_members_of_a_lag_share(dx, client, watch):
    lag = make_lag(client, connectionsBandwidth="10Gbps")
    one, two = members(lag)
    client.describe_lags()
    vif = private(client, lag["lagId"])["virtualInterfaceId"]
    look(client)
    begin = dx.clock.now()
    dx.traffic(vif, egress_bps=4e9)
    dx.clock.advance(minutes=5)
    dx.link_down(one)
    dx.clock.advance(minutes=5)
    dx.link_down(two)
    dx.clock.advance(minutes=5)
    assert values(watch, dx, "ConnectionBpsEgress", begin, ConnectionId=one) == [2e9, 0.0, 0.0]
    assert values(watch, dx, "ConnectionBpsEgress", begin, ConnectionId=two) == [2e9, 4e9, 0.0]
    where = {"ConnectionId": lag["lagId"], "VirtualInterfaceId": vif}
    assert values(watch, dx, "VirtualInterfaceBpsEgress", begin, **where) == [4e9, 4e9, 0.0]


def test_a_rate_limiter_polices(dx, client, watch):
    """User Guide, rate limiters: utilization is of before, the rest is dropped; policed in bytes per second."""
    connection = connect(client, bandwidth="10Gbps")
    vif = private(client, connection)["virtualInterfaceId"]
    look(client)
    if (
        "rateLimit"
        not in client.meta.service_model.operation_model("UpdateVirtualInterfaceAttributes").input_shape.members
    ):
        pytest.skip("this botocore knows no rate limiters")
    dx.traffic(vif, ingress_bps=500e6, egress_bps=2e9, egress_pps=1000)
    client.update_virtual_interface_attributes(virtualInterfaceId=vif, rateLimit="1Gbps")
    begin = dx.clock.now()
    dx.clock.advance(minutes=5)
    client.update_virtual_interface_attributes(virtualInterfaceId=vif, rateLimit="2Gbps")
    dx.clock.advance(minutes=5)
    where = {"ConnectionId": connection, "VirtualInterfaceId": vif}
    expected = {
        "VirtualInterfaceUtilizationIngress": [50.0, 25.0],
        "VirtualInterfaceUtilizationEgress": [200.0, 100.0],
        "VirtualInterfaceBpsEgress": [1e9, 2e9],
        "VirtualInterfacePpsEgress": [500.0, 1000.0],
        "VirtualInterfacePolicedBpsEgress": [125e6, 0.0],
        "VirtualInterfacePolicedPpsEgress": [500.0, 0.0],
        "VirtualInterfacePolicedBpsIngress": [0.0, 0.0],
    }
    assert {name: values(watch, dx, name, begin, **where) for name in expected} == expected
    assert values(watch, dx, "ConnectionBpsEgress", begin, ConnectionId=connection) == [1e9, 2e9]


def test_errors_are_counted_and_discards_are_a_rate(dx, client, watch):
    connection = connect(client)
    client.describe_connections()
    begin = dx.clock.now()
    dx.traffic(connection, errors=6, discards=4)
    dx.clock.advance(minutes=10)
    dx.traffic(connection, errors=0)
    dx.clock.advance(minutes=5)
    where = {"ConnectionId": connection}
    assert values(watch, dx, "ConnectionErrorCount", begin, "Sum", **where) == [6.0, 6.0, 0.0]
    assert values(watch, dx, "ConnectionErrorCount", begin, "Sum", 900, **where) == [12.0]
    assert values(watch, dx, "ConnectionDiscardsPpsEgress", begin, **where) == [4.0, 4.0, 4.0]


def test_the_95th_percentile_of_a_curve_over_30_days(dx, client, watch):
    """A curve of the time of day; the program works on the points, CloudWatch gives the percentile, too."""
    connection = connect(client, bandwidth="10Gbps")
    vif = private(client, connection)["virtualInterfaceId"]
    look(client)

    def by_day(time):
        return 4e9 + 3e9 * math.sin(2 * math.pi * (time.hour * 60 + time.minute) / 1440)

    dx.traffic(vif, egress_bps=by_day)
    begin = dx.clock.now()
    dx.clock.advance(days=30)
    points = values(watch, dx, "ConnectionBpsEgress", begin, ConnectionId=connection)
    assert len(points) == 30 * 288
    expected = statistics.quantiles(
        [by_day(begin + FIVE * n + timedelta(minutes=2)) for n in range(288)], n=20
    )[-1]
    assert sorted(points)[math.ceil(0.95 * len(points)) - 1] == pytest.approx(expected, rel=0.002)
    where = {"ConnectionId": connection, "VirtualInterfaceId": vif}
    month = values(watch, dx, "VirtualInterfaceBpsEgress", begin, "p95", 30 * 86400, **where)
    assert month == [pytest.approx(expected, rel=0.002)]


def test_a_curve_in_a_snapshot_is_its_values(dx, client, watch):
    """A function can't be written: its past stays as it was to the point, and its last value goes on."""
    connection = connect(client)
    client.describe_connections()
    begin = dx.clock.now()
    dx.traffic(connection, egress_bps=lambda time: 1e6 * time.minute)
    dx.clock.advance(minutes=22)
    before = values(watch, dx, "ConnectionBpsEgress", begin, ConnectionId=connection)
    assert before == [2e6, 7e6, 12e6, 17e6, 20.5e6]
    dx.restore(json.loads(json.dumps(dx.snapshot())))
    assert values(watch, dx, "ConnectionBpsEgress", begin, ConnectionId=connection) == before
    dx.clock.advance(minutes=18)
    after = values(watch, dx, "ConnectionBpsEgress", begin, ConnectionId=connection)
    assert after == [*before[:4], 21.4e6, 22e6, 22e6, 22e6]


# --- light -------------------------------------------------------------------------------------------------


def test_bad_light_decides_nothing_and_a_dark_fibre_does(dx, client, watch):
    connection = connect(client, bandwidth="100Gbps")
    client.describe_connections()
    begin = dx.clock.now()
    dx.light(connection, rx=-20, lane=3)
    dx.clock.advance(minutes=5)
    dx.light(connection, rx=-45, lane=3)
    dx.clock.advance(minutes=5)
    dx.light(connection, rx=-3, tx=1)
    dx.clock.advance(minutes=5)
    dx.link_down(connection)
    dx.clock.advance(minutes=5)
    state = values(watch, dx, "ConnectionState", begin, ConnectionId=connection)
    assert state == [1.0, 0.0, 1.0, 0.0]
    at = {"ConnectionId": connection, "OpticalLaneNumber": "3"}
    assert values(watch, dx, "ConnectionLightLevelRx", begin, **at) == [-20.0, -45.0, -3.0, DARK]
    assert values(watch, dx, "ConnectionLightLevelTx", begin, **at) == [LIGHT, LIGHT, 1.0, 1.0]
    dx.light(connection, rx=DARK)
    dx.link_up(connection)  # somebody mends it, and there is light again
    dx.clock.advance(minutes=5)
    assert values(watch, dx, "ConnectionState", begin, ConnectionId=connection)[-1] == 1.0
    assert values(watch, dx, "ConnectionLightLevelRx", begin, **at)[-1] == LIGHT


# --- everything else ---------------------------------------------------------------------------------------


def test_over_the_server():
    """The metrics of a served world, asked by its own protocol, with traffic set over the control API."""
    requests = pytest.importorskip("requests")
    with dx_mock.server() as srv:
        client = srv.mock.client()
        connection = connect(client)
        begin = srv.mock.clock.now()
        url = f"{srv.endpoint_url}/dx-mock"
        answer = requests.post(f"{url}/resources/{connection}/traffic", json={"egressBps": 8e6}, timeout=10)
        assert answer.status_code == 200
        answer = requests.post(f"{url}/resources/{connection}/light", json={"rx": -12.5}, timeout=10)
        assert answer.json()["state"] == "available"
        requests.post(f"{url}/clock/advance", json={"minutes": 10}, timeout=10)
        keys = {"aws_access_key_id": "123456789012", "aws_secret_access_key": "x"}
        watch = boto3.client("cloudwatch", region_name="us-east-1", endpoint_url=srv.endpoint_url, **keys)
        found = values(watch, srv.mock, "ConnectionBpsEgress", begin, ConnectionId=connection)
        assert found == [8e6, 8e6]
        past = requests.get(f"{url}/timeline?resource={connection}", timeout=10).json()["resources"][0]
        assert [graph["name"] for graph in past["graphs"]] == ["egress_bps", "light_rx"]
        svg = requests.get(f"{url}/timeline?format=svg", timeout=10)
        assert svg.headers["Content-Type"].startswith("image/svg+xml")
        assert connection in svg.text
        refused = requests.post(f"{url}/resources/{connection}/light", json={"rx": -1, "lane": 4}, timeout=10)
        assert refused.status_code == 409


def test_two_worlds_have_pasts_of_their_own():
    with mock_directconnect(seed=1) as one:
        first = connect(one.client())
        one.clock.advance(minutes=10)
        with mock_directconnect(seed=2) as two:
            second = connect(two.client())
            two.clock.advance(minutes=10)
            assert listed(watcher(), ConnectionId=second)
            assert not listed(watcher(), ConnectionId=first)
        assert listed(watcher(), ConnectionId=first)
