"""Helpers of the tests of metrics over time."""

from __future__ import annotations

import boto3
import pytest

ACCOUNT = "123456789012"


def watcher(account=ACCOUNT, region="us-east-1"):
    """A CloudWatch client; botocore's newest protocols are too new for the oldest moto."""
    client = boto3.client(
        "cloudwatch", region_name=region, aws_access_key_id=account, aws_secret_access_key="x"
    )
    try:
        speaks = "Metrics" in client.list_metrics(Namespace="AWS/DX")
    except Exception:  # a 500 or a refusal of the protocol, by version
        speaks = False
    if not speaks:
        pytest.skip("this moto's CloudWatch does not know the protocol of this botocore")
    return client


def query(name, statistic="Average", period=300, **dimensions):
    """One query for GetMetricData, with the statistic's name as its id."""
    where = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    metric = {"Namespace": "AWS/DX", "MetricName": name, "Dimensions": where}
    return {"Id": statistic.lower(), "MetricStat": {"Metric": metric, "Period": period, "Stat": statistic}}


def data(client, queries, start, end, **more):
    """The values of some queries by their ids, oldest first."""
    answer = client.get_metric_data(
        MetricDataQueries=queries, StartTime=start, EndTime=end, ScanBy="TimestampAscending", **more
    )
    return {each["Id"]: each["Values"] for each in answer["MetricDataResults"]}


def values(client, dx, name, since, statistic="Average", period=300, **dimensions):
    """The values of one metric since a time, oldest first."""
    (found,) = data(client, [query(name, statistic, period, **dimensions)], since, dx.clock.now()).values()
    return found
