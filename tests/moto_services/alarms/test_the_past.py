"""Alarms between two looks: what a clock that is moved far finds is what happened, in the order of time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.moto_services.alarms.test_alarms import Site
from tests.moto_services.metrics import data, query, watcher
from tests.service.virtual_interfaces.helpers import gateway, private, state


@pytest.fixture
def site(dx, client):
    return Site(dx, client)


def test_an_alarm_and_its_end_between_two_looks(site):
    """A window of half an hour inside three hours: both changes in the history, both messages sent."""
    site.watch()
    site.dx.clock.advance(hours=1)
    site.dx.maintenance(site.connection, start=timedelta(minutes=30), duration=timedelta(minutes=30))
    site.dx.clock.advance(hours=3)
    assert site.told() == ["OK", "ALARM", "OK"]
    assert site.past() == [
        "Alarm updated from INSUFFICIENT_DATA to OK",
        "Alarm updated from OK to ALARM",
        "Alarm updated from ALARM to OK",
    ]
    items = site.alarms.describe_alarm_history(
        AlarmName="down", HistoryItemType="StateUpdate", ScanBy="TimestampAscending"
    )["AlarmHistoryItems"]
    assert [f"{item['Timestamp']:%H:%M}" for item in items] == ["00:05", "01:35", "02:05"]


def test_one_jump_and_small_steps_find_the_same(dx, client):
    """Every message, and every item of the history, are the same."""
    found = []
    for steps in (1, 36):
        site = Site(dx, client) if not found else Site(dx, dx.client(account_id="123456789012"))
        name = f"steps of {steps}"
        site.watch(name, Dimensions=[{"Name": "ConnectionId", "Value": site.connection}])
        begin = dx.clock.now()
        for minutes in (20, 70, 120):
            dx.maintenance(
                site.connection, start=timedelta(minutes=minutes), duration=timedelta(minutes=minutes / 4)
            )
        for _ in range(steps):
            dx.clock.advance(timedelta(minutes=180) / steps)
        items = site.alarms.describe_alarm_history(AlarmName=name)["AlarmHistoryItems"]
        found.append(
            [
                (item["Timestamp"] - begin, item["HistoryItemType"], item["HistorySummary"].replace(name, ""))
                for item in items
            ]
        )
    assert found[0] == found[1]
    assert len([each for each in found[0] if each[1] == "StateUpdate"]) == 7


def test_maintenance_and_its_alarm_reach_one_queue_in_order(site):
    """What AWS tells and what alarms say come in the order of time, however far the clock is moved."""
    for name, pattern in (
        ("health", {"source": ["aws.health"]}),
        ("alarms", {"source": ["aws.cloudwatch"]}),
    ):
        site.events.put_rule(Name=name, EventPattern=json.dumps(pattern))
        target = {"Id": "q", "Arn": site.queue("all")}
        site.events.put_targets(Rule=name, Targets=[target])
    site.watch(OKActions=[], AlarmActions=[])
    site.dx.maintenance(site.connection, start=timedelta(days=20), duration=timedelta(hours=2))
    site.dx.clock.advance(days=21)
    events = site.received("all")
    assert [event["time"] for event in events] == sorted(event["time"] for event in events)
    assert [event["detail"].get("eventTypeCode", "").rpartition("_")[2] or event["detail"]["state"]["value"]
            for event in events] == [
        "OK", "SCHEDULED", "SCHEDULED", "SCHEDULED", "ALARM", "COMPLETE", "OK",
    ]  # fmt: skip


def test_two_out_of_three(site):
    """One bad datapoint is not enough, the second one is, whatever lies between."""
    site.watch(EvaluationPeriods=3, DatapointsToAlarm=2)
    site.pass_time(15)
    states = []
    for up in (False, True, False, True, True):
        (site.dx.link_up if up else site.dx.link_down)(site.connection)
        site.pass_time(5)
        states.append(site.state())
    assert states == ["OK", "OK", "ALARM", "OK", "OK"]


@pytest.mark.parametrize(
    ("statistic", "state"),
    [("Average", "OK"), ("Minimum", "ALARM"), ("Maximum", "OK"), ("SampleCount", "OK"), ("Sum", "OK")],
)
def test_statistics_over_an_hour(site, statistic, state):
    """A quarter of an hour without a link."""
    site.watch(Statistic=statistic, Period=3600, Threshold=0.5)
    site.dx.clock.advance(minutes=30)
    site.dx.link_down(site.connection)
    site.dx.clock.advance(minutes=15)
    site.dx.link_up(site.connection)
    site.dx.clock.advance(minutes=15)
    assert site.state() == state


@pytest.mark.parametrize(("percentile", "state"), [("p10", "ALARM"), ("p50", "OK"), ("p99", "OK")])
def test_percentiles_over_an_hour(site, percentile, state):
    site.watch(Statistic=None, ExtendedStatistic=percentile, Period=3600, Threshold=0.5)
    site.dx.clock.advance(minutes=30)
    site.dx.link_down(site.connection)
    site.dx.clock.advance(minutes=15)
    site.dx.link_up(site.connection)
    site.dx.clock.advance(minutes=15)
    assert site.state() == state


@pytest.mark.parametrize("percentile", ["p10", "p49.9", "p50", "p51", "p100"])
def test_an_alarm_judges_the_percentile_that_a_query_shows(site, percentile):
    """Half an hour with a link and half an hour without: no value between them."""
    site.watch(Statistic=None, ExtendedStatistic=percentile, Period=3600, Threshold=0.25)
    site.dx.clock.advance(minutes=30)
    site.dx.link_down(site.connection)
    site.dx.clock.advance(minutes=30)
    now = site.dx.clock.now()
    asked = query("ConnectionState", percentile, 3600, ConnectionId=site.connection)
    (shown,) = data(watcher(), [{**asked, "Id": "a"}], now - timedelta(hours=1), now)["a"]
    (alarm,) = watcher().describe_alarms()["MetricAlarms"]
    assert json.loads(alarm["StateReasonData"])["recentDatapoints"] == [shown]


def test_a_period_of_a_minute_keeps_to_the_last_datapoint(site):
    """Data comes every five minutes; the alarm does not flap between."""
    site.watch(Period=60, EvaluationPeriods=2)
    site.dx.clock.advance(hours=1)
    site.dx.link_down(site.connection)
    site.dx.clock.advance(hours=1)
    assert site.past() == ["Alarm updated from INSUFFICIENT_DATA to OK", "Alarm updated from OK to ALARM"]


def test_the_end_of_a_resource(site, client):
    """Nobody reports a connection that was deleted."""
    site.watch()
    site.dx.clock.advance(hours=1)
    client.delete_connection(connectionId=site.connection)
    site.dx.clock.advance(days=1)
    assert site.state() == "INSUFFICIENT_DATA"


def test_sessions_and_traffic(site, client):
    """Alarms on a virtual interface: its BGP session, and what goes through it."""
    made = private(client, site.connection, directConnectGatewayId=gateway(client))
    assert state(client, made) == "available"
    where = [
        {"Name": "ConnectionId", "Value": site.connection},
        {"Name": "VirtualInterfaceId", "Value": made["virtualInterfaceId"]},
    ]
    family = {"Name": "IpAddressFamily", "Value": "ipv4"}
    site.watch("session", MetricName="VirtualInterfaceBgpStatus", Dimensions=[*where, family])
    site.watch(
        "full",
        MetricName="VirtualInterfaceBpsEgress",
        Dimensions=where,
        Statistic="Average",
        Threshold=8e8,
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=2,
    )
    site.dx.clock.advance(minutes=30)
    assert (site.state("session"), site.state("full")) == ("OK", "OK")
    site.dx.traffic(made["virtualInterfaceId"], egress_bps=9e8)
    site.dx.clock.advance(minutes=10)
    assert (site.state("session"), site.state("full")) == ("OK", "ALARM")
    site.dx.bgp_down(made["virtualInterfaceId"])
    site.dx.clock.advance(minutes=10)
    assert (site.state("session"), site.state("full")) == ("ALARM", "OK")


def test_a_month_of_alarms_is_not_read_point_by_point(site, monkeypatch):
    """Days on which nothing changes cost one datapoint each."""
    from moto.cloudwatch.models import CloudWatchBackend

    asked = []
    original = CloudWatchBackend.get_metric_statistics

    def counting(self, *args, **kwargs):
        found = original(self, *args, **kwargs)
        asked.append(len(found))
        return found

    monkeypatch.setattr(CloudWatchBackend, "get_metric_statistics", counting)
    site.watch()
    site.dx.clock.advance(days=30)
    site.dx.link_down(site.connection)
    site.dx.clock.advance(days=30)
    assert sum(asked) < 2000  # of 17,280
    assert site.told() == ["OK", "ALARM"]


def test_a_world_without_alarms_is_not_read(site, monkeypatch):
    from moto.cloudwatch.models import CloudWatchBackend

    def never(*args, **kwargs):
        raise AssertionError("nobody watches")

    monkeypatch.setattr(CloudWatchBackend, "get_metric_statistics", never)
    site.dx.clock.advance(days=30)
    site.watch(Namespace="AWS/EC2")
    site.dx.clock.advance(days=30)
