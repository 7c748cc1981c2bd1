"""Who is calling in moto's other services."""

from __future__ import annotations

import boto3

from dx_mock import mock_directconnect
from tests.helpers import CUSTOMER


def ec2(account):
    """An EC2 client with a 12-digit access key."""
    return boto3.client("ec2", region_name="us-east-1", aws_access_key_id=account, aws_secret_access_key="x")


def test_a_key_of_twelve_digits_is_an_account_in_ec2(dx):
    """The same rule as for Direct Connect [ours]."""
    ec2(CUSTOMER).create_vpn_gateway(Type="ipsec.1")
    assert len(ec2(CUSTOMER).describe_vpn_gateways()["VpnGateways"]) == 1
    assert ec2("123456789012").describe_vpn_gateways()["VpnGateways"] == []
    assumed = boto3.client(
        "sts", region_name="us-east-1", aws_access_key_id=CUSTOMER, aws_secret_access_key="x"
    )
    assert assumed.get_caller_identity()["Account"] == CUSTOMER


def test_moto_is_as_before_afterwards():
    """The methods of moto's are put back when the mock ends."""
    from moto.core.responses import BaseResponse

    before = BaseResponse.get_current_account, BaseResponse.get_access_key
    with mock_directconnect():
        assert BaseResponse.get_current_account is not before[0]
        assert BaseResponse.get_access_key is not before[1]
    assert (BaseResponse.get_current_account, BaseResponse.get_access_key) == before


def test_an_account_of_the_environment_is_the_default_everywhere(dx, monkeypatch):
    """``MOTO_ACCOUNT_ID`` is who calls where nothing else says it, in moto's services as in Direct Connect."""
    monkeypatch.setenv("MOTO_ACCOUNT_ID", CUSTOMER)

    def caller(**keys):
        return boto3.client("sts", region_name="us-east-1", **keys).get_caller_identity()["Account"]

    assert caller() == CUSTOMER
    assert caller(aws_access_key_id="333333333333", aws_secret_access_key="x") == "333333333333"
