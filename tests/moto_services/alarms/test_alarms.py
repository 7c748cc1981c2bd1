"""moto's alarms on Direct Connect's metrics, from the outside: states, history, SNS and EventBridge."""

from __future__ import annotations

import json
from datetime import timedelta

import boto3
import pytest

from dx_mock import mock_directconnect
from tests.helpers import connect
from tests.moto_services.test_cloudwatch import here


class Site:
    """A connection that is watched: clients, a topic with a queue, and the metric of its state."""

    def __init__(self, dx, client):
        self.dx = dx
        self.alarms = here()
        self.connection = connect(client)
        client.describe_connections()
        self._queues = {}
        keys = {"aws_access_key_id": "123456789012", "aws_secret_access_key": "x"}
        self.sns, self.sqs, self.events = (
            boto3.client(name, region_name="us-east-1", **keys) for name in ("sns", "sqs", "events")
        )
        self.topic = self.sns.create_topic(Name="operators")["TopicArn"]
        self.sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=self.queue("operators"))

    def queue(self, name):
        """Make a queue and return its ARN."""
        self._queues[name] = url = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]

    def watch(self, name="down", **more):
        """Make an alarm on the state of the connection."""
        wanted = {
            "Namespace": "AWS/DX",
            "MetricName": "ConnectionState",
            "Dimensions": [{"Name": "ConnectionId", "Value": self.connection}],
            "Statistic": "Minimum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 1.0,
            "ComparisonOperator": "LessThanThreshold",
            "AlarmActions": [self.topic],
            "OKActions": [self.topic],
            **more,
        }
        self.alarms.put_metric_alarm(
            AlarmName=name, **{key: value for key, value in wanted.items() if value is not None}
        )

    def pass_time(self, minutes):
        """Let time pass in steps of five minutes."""
        for _ in range(minutes // 5):
            self.dx.clock.advance(minutes=5)

    def state(self, name="down"):
        found = self.alarms.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        (alarm,) = found["MetricAlarms"] + found["CompositeAlarms"]
        return alarm["StateValue"]

    def received(self, name="operators"):
        """Return what has come into a queue, and empty it."""
        bodies = []
        while found := self.sqs.receive_message(QueueUrl=self._queues[name]).get("Messages"):
            for message in found:
                bodies.append(json.loads(message["Body"]))
                self.sqs.delete_message(QueueUrl=self._queues[name], ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def told(self):
        """Return the states that the operators were told, in order."""
        return [json.loads(body["Message"])["NewStateValue"] for body in self.received()]

    def past(self, name="down", kind="StateUpdate"):
        """Return the summaries of an alarm's history, oldest first."""
        found = self.alarms.describe_alarm_history(
            AlarmName=name, HistoryItemType=kind, ScanBy="TimestampAscending"
        )
        return [item["HistorySummary"] for item in found["AlarmHistoryItems"]]


@pytest.fixture
def site(dx, client):
    return Site(dx, client)


def test_an_outage_and_its_end(site):
    """Alarm, notification in the queue, recovery; nothing twice."""
    site.watch()
    assert site.state() == "INSUFFICIENT_DATA"
    site.pass_time(10)
    assert (site.state(), site.told()) == ("OK", ["OK"])
    site.dx.link_down(site.connection)
    site.pass_time(15)
    assert (site.state(), site.told()) == ("ALARM", ["ALARM"])
    site.dx.link_up(site.connection)
    site.pass_time(15)
    assert (site.state(), site.told()) == ("OK", ["OK"])
    assert site.past() == [
        "Alarm updated from INSUFFICIENT_DATA to OK",
        "Alarm updated from OK to ALARM",
        "Alarm updated from ALARM to OK",
    ]
    assert site.past(kind="Action") == [f"Successfully executed action {site.topic}"] * 3


def test_the_message_is_that_of_aws(site):
    """[documented: ALARMS]."""
    site.watch(AlarmDescription="no light", OKActions=[])
    site.pass_time(5)
    site.dx.link_down(site.connection)
    site.pass_time(5)
    (body,) = site.received()
    assert body["Subject"] == 'ALARM: "down" in US East (N. Virginia)'
    message = json.loads(body["Message"])
    assert message == {
        "AlarmName": "down",
        "AlarmDescription": "no light",
        "AWSAccountId": "123456789012",
        "AlarmConfigurationUpdatedTimestamp": "2026-01-01T00:00:00.000+0000",
        "NewStateValue": "ALARM",
        "NewStateReason": "Threshold Crossed: 1 out of the last 1 datapoints [0.0 (01/01/26 00:05:00)] was "
        "less than the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).",
        "StateChangeTime": "2026-01-01T00:10:00.000+0000",
        "Region": "US East (N. Virginia)",
        "AlarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:down",
        "OldStateValue": "OK",
        "OKActions": [],
        "AlarmActions": [site.topic],
        "InsufficientDataActions": [],
        "Trigger": {
            "MetricName": "ConnectionState",
            "Namespace": "AWS/DX",
            "StatisticType": "Statistic",
            "Statistic": "MINIMUM",
            "Unit": None,
            "Dimensions": [{"value": site.connection, "name": "ConnectionId"}],
            "Period": 300,
            "EvaluationPeriods": 1,
            "DatapointsToAlarm": 1,
            "ComparisonOperator": "LessThanThreshold",
            "Threshold": 1.0,
            "TreatMissingData": "missing",
            "EvaluateLowSampleCountPercentile": "",
        },
    }


def test_rules_of_the_default_bus_receive_the_change(site):
    """[documented: ALARMS]."""
    pattern = {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "detail": {"state": {"value": ["ALARM"]}},
    }
    site.events.put_rule(Name="alarms", EventPattern=json.dumps(pattern))
    targets = [
        {"Id": "nobody", "Arn": "arn:aws:lambda:us-east-1:123456789012:function:f"},
        {"Id": "queue", "Arn": site.queue("alarms")},
        {"Id": "topic", "Arn": site.topic},
    ]
    site.events.put_targets(Rule="alarms", Targets=targets)
    site.watch(AlarmActions=[], OKActions=[])
    site.pass_time(5)
    site.dx.link_down(site.connection)
    site.pass_time(5)
    (event,) = site.received("alarms")
    assert event["source"] == "aws.cloudwatch"
    assert event["resources"] == ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:down"]
    assert event["time"] == "2026-01-01T00:10:00Z"
    detail = event["detail"]
    assert (detail["state"]["value"], detail["previousState"]["value"]) == ("ALARM", "OK")
    (metric,) = detail["configuration"]["metrics"]
    assert metric["metricStat"]["metric"]["dimensions"] == {"ConnectionId": site.connection}
    assert json.loads(detail["state"]["reasonData"])["recentDatapoints"] == [0.0]
    (to_topic,) = site.received()
    assert json.loads(to_topic["Message"])["id"] == event["id"]


def test_actions_that_are_switched_off(site):
    site.watch(ActionsEnabled=False)
    site.dx.link_down(site.connection)
    site.pass_time(10)
    assert (site.state(), site.told()) == ("ALARM", [])
    assert site.past(kind="Action") == []


def test_what_can_not_be_done_is_in_the_history(site):
    gone = "arn:aws:sns:us-east-1:123456789012:gone"
    stop = "arn:aws:automate:us-east-1:ec2:stop"
    site.watch(AlarmActions=[gone, stop, site.topic], OKActions=[])
    site.dx.link_down(site.connection)
    site.pass_time(10)
    first, second, third = site.past(kind="Action")
    assert first.startswith(f"Failed to execute action {gone}")
    assert second.startswith(f"Failed to execute action {stop}")
    assert third == f"Successfully executed action {site.topic}"
    assert site.told() == ["ALARM"]


@pytest.mark.parametrize(
    ("treatment", "state"),
    [
        (None, "INSUFFICIENT_DATA"),
        ("missing", "INSUFFICIENT_DATA"),
        ("ignore", "INSUFFICIENT_DATA"),
        ("breaching", "ALARM"),
        ("notBreaching", "OK"),
    ],
)
def test_a_metric_that_nobody_reports(site, treatment, state):
    site.watch(Dimensions=[{"Name": "ConnectionId", "Value": "dxcon-ffffffff"}], TreatMissingData=treatment)
    site.pass_time(10)
    assert site.state() == state


def test_an_update_keeps_the_state(site):
    """[documented: ALARMS]."""
    site.dx.link_down(site.connection)
    site.watch()
    site.pass_time(5)
    assert site.state() == "ALARM"
    site.watch(Threshold=0.5)
    assert site.state() == "ALARM"
    assert site.past(kind="ConfigurationUpdate") == ['Alarm "down" created', 'Alarm "down" updated']
    site.alarms.delete_alarms(AlarmNames=["down"])
    assert site.past(kind="ConfigurationUpdate")[-1] == 'Alarm "down" deleted'
    assert site.past() == ["Alarm updated from INSUFFICIENT_DATA to ALARM"]


def test_a_state_that_is_set_by_hand_lasts_until_the_next_evaluation(site):
    site.watch()
    site.pass_time(5)
    site.received()
    site.alarms.set_alarm_state(AlarmName="down", StateValue="ALARM", StateReason="a drill")
    assert (site.state(), site.told()) == ("ALARM", ["ALARM"])
    site.pass_time(5)
    assert (site.state(), site.told()) == ("OK", ["OK"])


def test_metric_math_as_far_as_moto_has_it(site):
    """An expression that is the id of another query."""
    metric = {
        "Namespace": "AWS/DX",
        "MetricName": "ConnectionState",
        "Dimensions": [{"Name": "ConnectionId", "Value": site.connection}],
    }
    queries = [
        {"Id": "m1", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Minimum"}, "ReturnData": False},
        {"Id": "e1", "Expression": "m1", "ReturnData": True},
    ]
    leave_out = dict.fromkeys(("Namespace", "MetricName", "Dimensions", "Statistic", "Period"))
    site.watch(Metrics=queries, **leave_out)
    site.pass_time(5)
    assert site.state() == "OK"
    site.dx.link_down(site.connection)
    site.pass_time(5)
    assert site.state() == "ALARM"
    messages = [json.loads(body["Message"]) for body in site.received()]
    assert [each["Id"] for each in messages[-1]["Trigger"]["Metrics"]] == ["m1", "e1"]


def test_composite_alarms(site, client):
    """Two paths: the composite alarm is about both of them being down."""
    other = connect(client, location="CSVA1")
    client.describe_connections()
    site.watch("one", AlarmActions=[], OKActions=[])
    site.watch("two", AlarmActions=[], OKActions=[], Dimensions=[{"Name": "ConnectionId", "Value": other}])
    site.alarms.put_composite_alarm(
        AlarmName="cut off", AlarmRule='ALARM("one") AND ALARM("two")', AlarmActions=[site.topic]
    )
    site.dx.link_down(site.connection)
    site.pass_time(10)
    assert (site.state("one"), site.state("cut off")) == ("ALARM", "OK")
    site.dx.link_down(other)
    site.pass_time(10)
    assert site.state("cut off") == "ALARM"
    (message,) = [json.loads(body["Message"]) for body in site.received()]
    assert message["AlarmRule"] == 'ALARM("one") AND ALARM("two")'
    assert {each["Arn"].rpartition(":")[2] for each in message["TriggeringChildren"]} == {"one", "two"}
    site.dx.link_up(other)
    site.pass_time(10)
    assert site.past("cut off") == [
        "Alarm updated from INSUFFICIENT_DATA to OK",
        "Alarm updated from OK to ALARM",
        "Alarm updated from ALARM to OK",
    ]


def test_rules_in_a_circle_and_rules_that_are_none(site):
    """Nothing fails, least of all the clock; two that deny each other come to rest."""
    site.watch("one", AlarmActions=[], OKActions=[])
    rules = {
        "itself": "ALARM(itself)",
        "a": "ALARM(b) OR ALARM(one)",
        "b": "NOT ALARM(a)",
        "none": "ALARM(one",
        "nobody": "ALARM(nobody else)",
        "long": " AND ".join(["ALARM(one)"] * 200),
    }
    for name, rule in rules.items():
        site.alarms.put_composite_alarm(AlarmName=name, AlarmRule=rule)
    site.dx.link_down(site.connection)
    site.dx.clock.advance(hours=1)
    assert (site.state("long"), site.state("a")) == ("ALARM", "ALARM")
    assert site.state("one") == "ALARM"


def test_other_alarms_are_left_to_moto(site):
    site.watch(Namespace="AWS/EC2", MetricName="CPUUtilization")
    site.pass_time(10)
    assert (site.state(), site.past(), site.told()) == ("OK", [], [])
    site.alarms.set_alarm_state(AlarmName="down", StateValue="ALARM", StateReason="a drill")
    assert (site.state(), site.told()) == ("ALARM", [])


def test_history_is_paged(site):
    site.watch()
    for _ in range(3):
        site.dx.link_down(site.connection)
        site.pass_time(5)
        site.dx.link_up(site.connection)
        site.pass_time(5)
    every = site.alarms.describe_alarm_history(AlarmName="down")["AlarmHistoryItems"]
    pages, token = [], {}
    while True:
        answer = site.alarms.describe_alarm_history(AlarmName="down", MaxRecords=4, **token)
        pages.append(answer["AlarmHistoryItems"])
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert [item for page in pages for item in page] == every
    assert {len(page) for page in pages[:-1]} == {4}
    since = site.dx.clock.now() - timedelta(minutes=5)
    assert all(
        item["Timestamp"] >= since
        for item in site.alarms.describe_alarm_history(AlarmName="down", StartDate=since)["AlarmHistoryItems"]
    )


def test_freezegun_moves_alarms_too(site):
    freezegun = pytest.importorskip("freezegun")
    with freezegun.freeze_time("2026-03-01 12:00:00") as frozen:
        site.watch()
        frozen.tick(timedelta(minutes=5))
        assert site.state() == "OK"
        site.dx.link_down(site.connection)
        frozen.tick(timedelta(minutes=5))
        assert site.told()[-1] == "ALARM"


def test_an_alarm_belongs_to_the_world_in_which_it_was_made(site):
    """Another mock's clock does not move it; when its world has ended, it is the other's."""
    site.watch()
    with mock_directconnect() as other:
        other.clock.advance(days=1)
    assert site.state() == "INSUFFICIENT_DATA"
    site.pass_time(5)
    assert site.state() == "OK"


def test_every_version_of_moto_has_its_alarms_evaluated(dx, client):
    """The same from the inside of moto, whose protocol may be too old for this botocore."""
    connection = connect(client)
    client.describe_connections()
    keys = {"region_name": "us-east-1", "aws_access_key_id": "123456789012", "aws_secret_access_key": "x"}
    topic = boto3.client("sns", **keys).create_topic(Name="t")["TopicArn"]
    import moto.cloudwatch.responses  # noqa: F401  # as the first call of CloudWatch would
    from moto.cloudwatch.models import cloudwatch_backends
    from moto.sns.models import sns_backends

    backend = cloudwatch_backends["123456789012"]["us-east-1"]
    alarm = backend.put_metric_alarm(
        name="down", namespace="AWS/DX", metric_name="ConnectionState", comparison_operator="LessThanThreshold",
        evaluation_periods=1, period=300, threshold=1.0, statistic="Minimum", description="",
        dimensions=[{"Name": "ConnectionId", "Value": connection, "name": "ConnectionId", "value": connection}],
        alarm_actions=[topic], ok_actions=[topic],
    )  # fmt: skip
    assert alarm.state_value == "INSUFFICIENT_DATA"
    dx.clock.advance(minutes=30)
    dx.link_down(connection)
    dx.clock.advance(days=3)
    dx.link_up(connection)
    dx.clock.advance(minutes=30)
    assert alarm.state_value == "OK"
    sent = sns_backends["123456789012"]["us-east-1"].topics[topic].sent_notifications
    assert [json.loads(message[1])["NewStateValue"] for message in sent] == ["OK", "ALARM", "OK"]


def test_a_snapshot_in_between(site):
    """Alarms live in moto: a snapshot does not have them, and they go on with the clock that is put back."""
    site.watch()
    site.pass_time(10)
    before = site.dx.snapshot()
    site.dx.link_down(site.connection)
    site.pass_time(30)
    assert site.state() == "ALARM"
    site.dx.restore(before)
    assert site.state() == "ALARM"
    site.pass_time(10)
    assert site.state() == "OK"
    assert site.told() == ["OK", "ALARM", "OK"]
