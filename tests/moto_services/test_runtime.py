"""Starting moto beside a world again and again."""

from __future__ import annotations

import boto3
import moto.core.models as models
import requests
from moto import mock_aws

from dx_mock import mock_directconnect

URL = "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"


def registered():
    return list(models.responses_mock.registered())


def test_what_moto_registers_is_as_good_as_new():
    """The second start registers the same things in the same order, and they know of no earlier call."""
    with mock_aws():
        expected = [(each.method, each.url) for each in registered()]
    plain = models.CallbackResponse
    for _ in range(2):
        with mock_directconnect():
            boto3.client("sts", region_name="us-east-1").get_caller_identity()
            found = registered()
            assert [(each.method, each.url) for each in found] == expected
            assert len({id(each) for each in found}) == len(found)
            assert sum(each.call_count for each in found) == 0
            assert requests.get(URL, timeout=10).status_code == 200
            assert sum(each.call_count for each in found) == 1
            assert models.CallbackResponse is plain
    with mock_aws():
        assert not {id(each) for each in registered()} & {id(each) for each in found}
