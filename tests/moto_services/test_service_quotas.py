"""The quotas of Direct Connect in Service Quotas, from the table of our own."""

from __future__ import annotations

import re

import boto3
import pytest

import dx_mock
from dx_mock.rules.quota_names import SERVICE_QUOTAS


def quotas(**more):
    keys = {"aws_access_key_id": "123456789012", "aws_secret_access_key": "x"}
    return boto3.client("service-quotas", region_name="us-east-1", **keys, **more)


def values(answer):
    return {each["QuotaName"]: each["Value"] for each in answer["Quotas"]}


def test_names_and_values(dx):
    """[documented: QUOTAS]."""
    found = values(quotas().list_service_quotas(ServiceCode="directconnect"))
    assert len(found) == 16
    assert found["Dedicated connections per location"] == 10
    assert found["Total number of virtual interfaces per dedicated connection"] == 54
    assert found["Virtual private gateways per Direct Connect gateway"] == 20


@pytest.mark.directconnect(quotas={"lags_per_region": 3, "connections_per_lag": 7})
def test_what_a_test_has_set_is_the_applied_value(dx):
    api = quotas()
    applied = values(api.list_service_quotas(ServiceCode="directconnect"))
    defaults = values(api.list_aws_default_service_quotas(ServiceCode="directconnect"))
    assert (applied["LAGs per Region"], defaults["LAGs per Region"]) == (3, 10)
    assert (applied["Members per LAG"], defaults["Members per LAG"]) == (7, 10)


@pytest.mark.directconnect(release="latest")
def test_defaults_are_those_of_the_release(dx):
    assert values(quotas().list_aws_default_service_quotas(ServiceCode="directconnect"))["Members per LAG"] == 4


def test_one_quota(dx):
    api = quotas()
    for quota in SERVICE_QUOTAS:
        assert re.fullmatch("L-[0-9A-F]{8}", quota.code)
        found = api.get_service_quota(ServiceCode="directconnect", QuotaCode=quota.code)["Quota"]
        assert found["QuotaName"] == quota.name
        assert found["QuotaArn"] == f"arn:aws:servicequotas:us-east-1:123456789012:directconnect/{quota.code}"
        default = api.get_aws_default_service_quota(ServiceCode="directconnect", QuotaCode=quota.code)["Quota"]
        assert default["QuotaArn"] == f"arn:aws:servicequotas:us-east-1::directconnect/{quota.code}"
        assert values(api.list_service_quotas(ServiceCode="directconnect", QuotaCode=quota.code)) == {
            quota.name: found["Value"]
        }
    with pytest.raises(api.exceptions.NoSuchResourceException):
        api.get_service_quota(ServiceCode="directconnect", QuotaCode="L-00000000")


def test_pages(dx):
    api = quotas()
    pages = api.get_paginator("list_service_quotas").paginate(
        ServiceCode="directconnect", PaginationConfig={"PageSize": 6}
    )
    sizes = [len(page["Quotas"]) for page in pages]
    assert sizes == [6, 6, 4]
    with pytest.raises(api.exceptions.InvalidPaginationTokenException):
        api.list_service_quotas(ServiceCode="directconnect", NextToken="99")


def test_other_services_keep_motos_answers(dx):
    """What moto has, and one final error for what it has not."""
    api = quotas()
    assert api.list_aws_default_service_quotas(ServiceCode="vpc")["Quotas"]
    with pytest.raises(NotImplementedError, match=r"service-quotas.ListServiceQuotas .* moto does not answer"):
        api.list_service_quotas(ServiceCode="vpc")


SERVED = [
    ("service-quotas", "list_service_quotas", {"ServiceCode": "vpc"}),  # JSON
    ("sns", "get_data_protection_policy", {"ResourceArn": "arn:aws:sns:us-east-1:123456789012:t"}),  # query
    ("ec2", "describe_aws_network_performance_metric_subscriptions", {}),  # EC2's own query
    ("networkmonitor", "list_monitors", {}),  # a service that moto lacks
]


@pytest.mark.parametrize(("service", "operation", "asked"), SERVED)
def test_what_nobody_answers_is_one_final_error(dx, service, operation, asked):
    """In the process and over the server, and no client tries again."""
    keys = {"region_name": "us-east-1", "aws_access_key_id": "123456789012", "aws_secret_access_key": "x"}
    with pytest.raises(Exception, match="moto does not answer") as caught:
        getattr(boto3.client(service, **keys), operation)(**asked)
    assert "UnansweredServiceError" in [cls.__name__ for cls in type(caught.value).__mro__]
    pytest.importorskip("flask")
    with dx_mock.server() as srv:
        client = boto3.client(service, endpoint_url=srv.endpoint_url, **keys)
        with pytest.raises(client.exceptions.ClientError) as refused:
            getattr(client, operation)(**asked)
    answer = refused.value.response
    assert answer["Error"]["Code"] == "NotImplemented"
    assert answer["Error"]["Message"].startswith("Nobody answers this here: ")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0
