"""Maintenance windows: AWS tells of them by Health and EventBridge, and the links go down in their time."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import boto3
import pytest
import requests
import urllib3

import dx_mock
from dx_mock import mock_directconnect
from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, members, one, one_lag
from tests.moto_services.alarms.test_alarms import Site

BEGIN = datetime(2026, 1, 1, tzinfo=timezone.utc)
PLANNED = "AWS_DIRECTCONNECT_MAINTENANCE_SCHEDULED"
COMPLETE = "AWS_DIRECTCONNECT_MAINTENANCE_COMPLETE"


def health(account="123456789012", **more):
    return boto3.client(
        "health", region_name="us-east-1", aws_access_key_id=account, aws_secret_access_key="x", **more
    )


def events(client=None, **wanted):
    """What is told of events: type, status, and when that was updated, in hours since the beginning."""
    found = (client or health()).describe_events(**({"filter": wanted} if wanted else {}))["events"]
    return [
        (each["eventTypeCode"], each["statusCode"], (each["lastUpdatedTime"] - BEGIN) / timedelta(hours=1))
        for each in found
    ]


@pytest.fixture
def port(client):
    made = connect(client)
    client.describe_connections()
    return made


def state(client, connection):
    return one(client, connection)["connectionState"]


def test_the_life_of_a_window(dx, client, port):
    """Told 14, 7 and 1 days before and when it is over [documented: KCM]; down from begin to end."""
    arn = dx.maintenance(port, start=timedelta(days=20), duration=timedelta(hours=2))
    assert arn.startswith(f"arn:aws:health:us-east-1::event/DIRECTCONNECT/{PLANNED}/{PLANNED}_")
    assert events() == []
    seen = []
    for days in (6, 7, 6, 1):
        dx.clock.advance(days=days)
        seen.append((events(), state(client, port)))
    assert seen == [
        ([(PLANNED, "upcoming", 6 * 24)], "available"),
        ([(PLANNED, "upcoming", 13 * 24)], "available"),
        ([(PLANNED, "upcoming", 19 * 24)], "available"),
        ([(PLANNED, "open", 20 * 24)], "down"),
    ]
    dx.clock.advance(hours=2)
    assert events() == [(PLANNED, "closed", 482), (COMPLETE, "closed", 482)]
    assert state(client, port) == "available"
    dx.clock.advance(days=90)
    assert events() == []
    assert port in dx.world.graph.resources
    assert [each for each in dx.world.graph.resources.values() if each.kind == "maintenance"] == []


def test_one_jump_over_all_of_it(dx, client, port):
    """The clock moved far in one go finds what small steps leave."""
    dx.maintenance(port, start=timedelta(days=20), duration=timedelta(hours=2))
    dx.clock.advance(days=30)
    assert events() == [(PLANNED, "closed", 482), (COMPLETE, "closed", 482)]
    assert state(client, port) == "available"


def test_what_is_told_of_it(dx, client, port):
    """[recorded: DXMAIL]."""
    arn = dx.maintenance(port, start=timedelta(days=3))
    api = health()
    details = api.describe_event_details(eventArns=[arn, f"{arn}0"])
    (found,) = details["successfulSet"]
    assert found["event"]["service"] == "DIRECTCONNECT"
    assert found["event"]["eventTypeCategory"] == "scheduledChange"
    assert found["eventDescription"]["latestDescription"] == (
        "Planned maintenance has been scheduled on an AWS Direct Connect endpoint in Equinix DC2/DC11, "
        "Ashburn, VA from Sun, 04 Jan 2026 00:00:00 GMT to Sun, 04 Jan 2026 04:00:00 GMT for 4 hours. During "
        "this maintenance window, your AWS Direct Connect services listed below may become unavailable.\n\n"
        f"{port}\n\nThis maintenance is scheduled to avoid disrupting redundant connections at the same time."
    )
    assert [each["eventArn"] for each in details["failedSet"]] == [f"{arn}0"]
    (entity,) = api.describe_affected_entities(filter={"eventArns": [arn]})["entities"]
    assert (entity["entityValue"], entity["awsAccountId"], entity["statusCode"]) == (
        port, "123456789012", "PENDING",
    )  # fmt: skip
    wanted = {"eventArns": [arn], "entityArns": [entity["entityArn"]]}
    assert api.describe_affected_entities(filter=wanted)["entities"] == [entity]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"services": ["DIRECTCONNECT"]}, 1),
        ({"services": ["EC2"]}, 0),
        ({"regions": ["us-east-1"]}, 1),
        ({"regions": ["eu-west-1"]}, 0),
        ({"eventTypeCodes": [PLANNED]}, 1),
        ({"eventTypeCodes": [COMPLETE]}, 0),
        ({"eventTypeCategories": ["scheduledChange"]}, 1),
        ({"eventTypeCategories": ["issue"]}, 0),
        ({"eventStatusCodes": ["upcoming", "open"]}, 1),
        ({"eventStatusCodes": ["closed"]}, 0),
        ({"startTimes": [{"from": BEGIN}]}, 1),
        ({"startTimes": [{"to": BEGIN}]}, 0),
        ({"lastUpdatedTimes": [{"from": BEGIN - timedelta(days=1), "to": BEGIN}]}, 1),
        ({"entityValues": ["dxcon-ffffffff"]}, 0),
        ({"availabilityZones": ["us-east-1a"]}, 0),
    ],
)
def test_filters(dx, port, wanted, found):
    dx.maintenance(port, start=timedelta(days=3))
    assert len(events(**wanted)) == found


def test_pages(dx, client, port):
    for day in range(1, 6):
        dx.maintenance(port, start=timedelta(days=day), duration=timedelta(hours=1))
    api = health()
    asked = api.meta.service_model.operation_model("DescribeEvents").input_shape.members["maxResults"]
    if asked.metadata.get("min", 1) > 2:
        pytest.skip("the installed botocore has pages of ten at least")
    pages = list(api.get_paginator("describe_events").paginate(PaginationConfig={"PageSize": 10}))
    assert [len(page["events"]) for page in pages] == [5]
    token, arns = {}, []
    while True:
        answer = api.describe_events(maxResults=2, **token)
        arns.append([each["arn"] for each in answer["events"]])
        if "nextToken" not in answer:
            break
        token = {"nextToken": answer["nextToken"]}
    assert [len(page) for page in arns] == [2, 2, 1]
    assert len({arn for page in arns for arn in page}) == 5
    with pytest.raises(api.exceptions.InvalidPaginationToken):
        api.describe_events(nextToken="nonsense")
    with pytest.raises(api.exceptions.InvalidPaginationToken):
        api.describe_events(filter={"services": ["EC2"]}, nextToken=token["nextToken"])


def test_a_rule_of_eventbridge_hears_of_it_before(dx, client):
    """A rule as of AWS's own notifier: the source and the service [client-proven: AWSRUN]."""
    site = Site(dx, client)
    pattern = {"source": ["aws.health"], "detail": {"service": ["DIRECTCONNECT"]}}
    site.events.put_rule(Name="maintenance", EventPattern=json.dumps(pattern))
    site.events.put_targets(Rule="maintenance", Targets=[{"Id": "q", "Arn": site.queue("maintenance")}])
    site.watch(OKActions=[])
    arn = dx.maintenance(site.connection, start=timedelta(days=10), duration=timedelta(hours=1))
    (first,) = site.received("maintenance")
    assert (first["detail-type"], first["resources"]) == ("AWS Health Event", [site.connection])
    assert first["detail"]["eventArn"] == arn
    assert first["detail"]["statusCode"] == "upcoming"
    assert first["detail"]["affectedEntities"][0]["entityValue"] == site.connection
    dx.clock.advance(days=10)
    again = site.received("maintenance")
    assert [each["time"] for each in again] == ["2026-01-04T00:00:00Z", "2026-01-10T00:00:00Z"]
    assert all(
        each["detail"]["eventDescription"][0]["latestDescription"].startswith("Reminder: ") for each in again
    )
    site.pass_time(30)
    assert (site.state(), site.told()) == ("ALARM", ["ALARM"])
    site.pass_time(45)
    assert site.state() == "OK"
    (last,) = site.received("maintenance")
    assert (last["detail"]["eventTypeCode"], last["detail"]["statusCode"]) == (COMPLETE, "closed")


def test_every_version_of_motos_eventbridge_passes_it_on(dx, client, port):
    """To an SQS queue and to an SNS topic, which moto's rules do not have as a target."""
    keys = {"region_name": "us-east-1", "aws_access_key_id": "123456789012", "aws_secret_access_key": "x"}
    rules, sqs, sns = (boto3.client(name, **keys) for name in ("events", "sqs", "sns"))
    urls, arns = {}, {}
    for name in ("direct", "by-topic"):
        urls[name] = sqs.create_queue(QueueName=name)["QueueUrl"]
        asked = sqs.get_queue_attributes(QueueUrl=urls[name], AttributeNames=["QueueArn"])
        arns[name] = asked["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arns["by-topic"])
    rules.put_rule(Name="r", EventPattern=json.dumps({"source": ["aws.health"]}))
    rules.put_targets(Rule="r", Targets=[{"Id": "q", "Arn": arns["direct"]}, {"Id": "t", "Arn": topic}])
    rules.put_rule(Name="off", EventPattern=json.dumps({"source": ["aws.health"]}), State="DISABLED")
    rules.put_targets(Rule="off", Targets=[{"Id": "q", "Arn": arns["direct"]}])
    arn = dx.maintenance(port, start=timedelta(days=1), duration=timedelta(hours=1))
    (direct,) = sqs.receive_message(QueueUrl=urls["direct"], MaxNumberOfMessages=10)["Messages"]
    (by_topic,) = sqs.receive_message(QueueUrl=urls["by-topic"], MaxNumberOfMessages=10)["Messages"]
    told = json.loads(direct["Body"])
    assert told["detail"]["eventArn"] == arn
    assert json.loads(json.loads(by_topic["Body"])["Message"])["detail"] == told["detail"]


def test_freezegun_brings_notices_too(dx, client, port):
    """At the next call of one of moto's services: whoever reads a queue finds what was sent meanwhile."""
    freezegun = pytest.importorskip("freezegun")
    keys = {"region_name": "us-east-1", "aws_access_key_id": "123456789012", "aws_secret_access_key": "x"}
    rules, sqs = (boto3.client(name, **keys) for name in ("events", "sqs"))
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    rules.put_rule(Name="r", EventPattern=json.dumps({"source": ["aws.health"]}))
    rules.put_targets(Rule="r", Targets=[{"Id": "q", "Arn": asked["Attributes"]["QueueArn"]}])
    with freezegun.freeze_time("2026-03-01 12:00:00") as frozen:
        dx.maintenance(port, start=timedelta(days=20))
        assert "Messages" not in sqs.receive_message(QueueUrl=url)
        frozen.tick(timedelta(days=6))
        (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
        assert json.loads(message["Body"])["time"] == "2026-03-07T12:00:00Z"


def test_an_emergency(dx, client, port):
    """Told an hour before, and not again [documented: KCM]."""
    dx.maintenance(port, start=timedelta(days=1), duration=timedelta(hours=1), emergency=True)
    dx.clock.advance(hours=22)
    assert events() == []
    dx.clock.advance(hours=1)
    assert events() == [("AWS_DIRECTCONNECT_EMERGENCY_MAINTENANCE_SCHEDULED", "upcoming", 23)]
    dx.clock.advance(hours=1)
    assert state(client, port) == "down"
    dx.clock.advance(hours=1)
    assert state(client, port) == "available"


def test_one_that_begins_now(dx, client, port):
    dx.maintenance(port, start=dx.clock.now(), duration=timedelta(minutes=5))
    assert state(client, port) == "down"
    assert events() == [(PLANNED, "open", 0)]


def test_a_fibre_that_is_pulled_stays_so(dx, client, port):
    """What hands do meanwhile holds afterwards; two windows end with the last."""
    dx.maintenance(port, start=timedelta(0), duration=timedelta(hours=2))
    dx.maintenance(port, start=timedelta(hours=1), duration=timedelta(hours=2))
    dx.link_up(port)
    assert state(client, port) == "down"
    dx.clock.advance(hours=2)
    assert state(client, port) == "down"
    dx.link_down(port)
    dx.clock.advance(hours=1)
    assert state(client, port) == "down"
    dx.link_up(port)
    assert state(client, port) == "available"


def test_a_lag_and_what_rides_on_it(dx, client):
    lag = make_lag(client)
    client.describe_lags()
    arn = dx.maintenance(lag["lagId"], start=timedelta(0), duration=timedelta(hours=1))
    assert one_lag(client, lag["lagId"])["lagState"] == "down"
    assert {state(client, each) for each in members(lag)} == {"down"}
    found = health().describe_affected_entities(filter={"eventArns": [arn]})["entities"]
    assert [each["entityValue"] for each in found] == [lag["lagId"], *members(lag)]
    dx.clock.advance(hours=1)
    assert one_lag(client, lag["lagId"])["lagState"] == "available"


@pytest.mark.directconnect(partners=[PARTNER])
def test_owners_of_hosted_connections_are_told_too(dx, partner, customer):
    """[documented: UG:dx-maintenance]."""
    interconnect = partner.create_interconnect(interconnectName="i", bandwidth="10Gbps", location="EqDC2")[
        "interconnectId"
    ]
    partner.describe_interconnects()
    hosted = partner.allocate_hosted_connection(
        connectionId=interconnect, ownerAccount=CUSTOMER, bandwidth="500Mbps", connectionName="h", vlan=5
    )["connectionId"]
    customer.confirm_connection(connectionId=hosted)
    assert state(customer, hosted) == "available"
    arn = dx.maintenance(interconnect, start=timedelta(0))
    assert state(customer, hosted) == "down"
    wanted = {"eventArns": [arn]}
    told = {
        account: [
            each["entityValue"]
            for each in health(account).describe_affected_entities(filter=wanted)["entities"]
        ]
        for account in (PARTNER, CUSTOMER, "333333333333")
    }
    assert told == {PARTNER: [interconnect, hosted], CUSTOMER: [hosted], "333333333333": []}


def test_a_snapshot_in_between(dx, client, port):
    """Windows are in snapshots: a world that comes back goes on with them."""
    dx.maintenance(port, start=timedelta(days=20), duration=timedelta(hours=2))
    dx.clock.advance(days=20, hours=1)
    taken = json.loads(json.dumps(dx.snapshot()))
    dx.clock.advance(hours=1)
    assert state(client, port) == "available"
    with mock_directconnect() as other:
        other.restore(taken)
        back = other.client()
        assert state(back, port) == "down"
        assert events() == [(PLANNED, "open", 480)]
        other.clock.advance(hours=1)
        assert state(back, port) == "available"
        assert len(events()) == 2


@pytest.mark.parametrize(
    ("more", "error", "text"),
    [
        ({"start": -timedelta(hours=1)}, ValueError, "in the past"),
        ({"start": datetime(2026, 2, 1)}, ValueError, "time zone"),
        ({"start": "tomorrow"}, TypeError, "start must be a datetime"),
        ({"duration": timedelta()}, ValueError, "longer than nothing"),
        ({"duration": 4}, TypeError, "duration must be a timedelta"),
        ({"emergency": "yes"}, TypeError, "True or False"),
        ({"duration": timedelta(days=365 * 7500)}, ValueError, "beyond the year"),
        ({"start": timedelta(days=365 * 7500)}, ValueError, "beyond the year"),
    ],
)
def test_misuse(dx, port, more, error, text):
    before = dx.snapshot()
    with pytest.raises(error, match=text):
        dx.maintenance(port, **more)
    assert dx.snapshot() == before


def test_what_is_not_a_port(dx, client):
    with pytest.raises(LookupError, match="no resource"):
        dx.maintenance("dxcon-ffffffff")
    gateway = client.create_direct_connect_gateway(directConnectGatewayName="g")["directConnectGateway"]
    with pytest.raises(ValueError, match="not a connection, interconnect or LAG"):
        dx.maintenance(gateway["directConnectGatewayId"])
    gone = connect(client)
    client.delete_connection(connectionId=gone)
    with pytest.raises(ValueError, match="delet"):
        dx.maintenance(gone)


@pytest.mark.parametrize("send", ["requests", "urllib3"])
def test_raw_http(dx, port, send):
    """JSON by libraries of HTTP; what it does not have and what is malformed is refused once and for all."""
    dx.maintenance(port, start=timedelta(days=1))

    def ask(operation, body):
        url = "https://health.us-east-1.amazonaws.com/"
        headers = {"x-amz-target": f"AWSHealth_20160804.{operation}"}
        if send == "requests":
            found = requests.post(url, json=body, headers=headers, timeout=10)
            return found.status_code, found.json()
        found = urllib3.PoolManager().request("POST", url, body=json.dumps(body).encode(), headers=headers)
        return found.status, json.loads(found.data)

    status, answer = ask("DescribeEvents", {})
    assert (status, len(answer["events"])) == (200, 1)
    status, answer = ask("DescribeEvents", {"maxResults": "x"})
    assert (status, answer["__type"]) == (400, "ValidationException")
    status, answer = ask("DescribeEventTypes", {})
    assert (status, answer["__type"]) == (404, "UnknownOperationException")
    assert "DescribeEvents" in answer["message"]


def test_over_the_server():
    pytest.importorskip("flask")
    with dx_mock.server() as srv:
        keys = {"region_name": "us-east-1", "aws_access_key_id": "123456789012", "aws_secret_access_key": "x"}
        client = boto3.client("directconnect", endpoint_url=srv.endpoint_url, **keys)
        port = connect(client)
        client.describe_connections()
        planned = requests.post(
            f"{srv.endpoint_url}/dx-mock/resources/{port}/maintenance",
            json={"start": "2026-01-02T00:00:00Z", "minutes": 90},
            timeout=10,
        )
        assert planned.status_code == 200
        assert planned.json()["end"] == "2026-01-02T01:30:00+00:00"
        api = health(endpoint_url=srv.endpoint_url)
        (event,) = api.describe_events()["events"]
        assert event["arn"] == planned.json()["arn"]
        srv.mock.clock.advance(days=1)
        assert state(client, port) == "down"
        with pytest.raises(api.exceptions.ClientError, match="UnknownOperationException"):
            api.describe_event_types()
