"""moto's IAM decides about calls to Direct Connect while a test has it enforce permissions (moto#2300)."""

from __future__ import annotations

import contextlib
import json

import boto3
import pytest
import requests
from botocore import UNSIGNED
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from moto import mock_aws, settings
from moto.core import set_initial_no_auth_action_count
from moto.core.responses import ActionAuthenticatorMixin

import dx_mock
from dx_mock import mock_directconnect
from tests.helpers import CONNECTION, connect

URL = "https://directconnect.us-east-1.amazonaws.com/"
STRANGER = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "x"}
LOOKING = {"Effect": "Allow", "Action": "directconnect:Describe*", "Resource": "*"}


@contextlib.contextmanager
def enforced(after=0):
    """What ``moto.core.enable_iam_authentication`` does; moto 5.0 has the decorator only."""
    before = settings.INITIAL_NO_AUTH_ACTION_COUNT, ActionAuthenticatorMixin.request_count
    settings.INITIAL_NO_AUTH_ACTION_COUNT, ActionAuthenticatorMixin.request_count = after, 0
    try:
        yield
    finally:
        settings.INITIAL_NO_AUTH_ACTION_COUNT, ActionAuthenticatorMixin.request_count = before


@pytest.fixture(params=["mock_directconnect", "install"])
def mocked(request):
    """A mock of ours, and one of moto's with ours in the place of its Direct Connect."""
    if request.param == "mock_directconnect":
        with mock_directconnect():
            yield
        return
    dx_mock.install()
    with mock_aws():
        yield
    dx_mock.uninstall()


def user(*statements):
    """The keys of a new user with these permissions."""
    iam = boto3.client("iam", region_name="us-east-1")
    iam.create_user(UserName="u")
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    iam.put_user_policy(UserName="u", PolicyName="p", PolicyDocument=json.dumps(document))
    made = iam.create_access_key(UserName="u")["AccessKey"]
    return {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"]}


def client(**keys):
    return boto3.client("directconnect", region_name="us-east-1", **keys)


def refused(call, *arguments, **parameters):
    """Code, message and status of a refusal."""
    with pytest.raises(ClientError) as caught:
        call(*arguments, **parameters)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_who_may_describe_only(mocked):
    keys = user(LOOKING)
    with enforced():
        looking = client(**keys)
        assert looking.describe_connections()["connections"] == []
        code, message, status = refused(looking.create_connection, **CONNECTION)
    assert (code, status) == ("AccessDeniedException", 403)
    assert message.startswith("User: arn:aws:iam::123456789012:user/u is not authorized to perform: ")
    assert "directconnect:CreateConnection" in message
    assert connect(looking), "afterwards nobody asks"


def test_a_refused_call_changes_nothing_and_is_in_the_record(mocked):
    keys = user(LOOKING)
    with enforced():
        refused(client(**keys).create_connection, **CONNECTION)
        assert client(**keys).describe_connections()["connections"] == []
    first = dx_mock.active_mock().calls[0]
    assert (first.operation, first.error.code) == ("CreateConnection", "AccessDeniedException")
    assert first.parameters == CONNECTION


def test_an_explicit_deny_goes_before(mocked):
    keys = user(
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "directconnect:Delete*", "Resource": "*"},
    )
    with enforced():
        dc = client(**keys)
        made = connect(dc)
        assert refused(dc.delete_connection, connectionId=made)[0] == "AccessDeniedException"
        assert len(dc.describe_connections()["connections"]) == 1


def test_unknown_keys_and_a_wrong_secret(mocked):
    keys = user(LOOKING)
    with enforced():
        stranger = client(**STRANGER)
        code, message, status = refused(stranger.describe_connections)
        assert (code, status) == ("UnrecognizedClientException", 403)
        assert message == "The security token included in the request is invalid."
        forged = client(**{**keys, "aws_secret_access_key": "wrong"})
        assert refused(forged.describe_connections)[::2] == ("InvalidSignatureException", 403)


def test_an_assumed_role(mocked):
    """A role's session has the permissions of the role, in the account of the role."""
    iam = boto3.client("iam", region_name="us-east-1")
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": statement}
    arn = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    document = json.dumps({"Version": "2012-10-17", "Statement": [LOOKING]})
    iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=document)
    session = boto3.client("sts", region_name="us-east-1").assume_role(RoleArn=arn, RoleSessionName="session")
    found = session["Credentials"]
    keys = {
        "aws_access_key_id": found["AccessKeyId"],
        "aws_secret_access_key": found["SecretAccessKey"],
        "aws_session_token": found["SessionToken"],
    }
    with enforced():
        dc = client(**keys)
        assert dc.describe_connections()["connections"] == []
        assert refused(dc.create_connection, **CONNECTION)[0] == "AccessDeniedException"


def test_calls_count_as_moto_counts_them(mocked):
    """The number of calls that go unchecked is one for all services."""
    keys = user(LOOKING)
    ec2 = boto3.client("ec2", region_name="us-east-1")
    with enforced(after=3):
        dc = client(**keys)
        connect(dc)
        ec2.describe_vpcs()
        connect(dc)
        assert ActionAuthenticatorMixin.request_count == 3
        assert refused(dc.create_connection, **CONNECTION)[0] == "AccessDeniedException"
        assert len(dc.describe_connections()["connections"]) == 2


def test_the_decorator_of_moto(mocked):
    @set_initial_no_auth_action_count(1)
    def work():
        connect(dc)
        return refused(dc.create_connection, **CONNECTION)[0]

    dc = client(**user(LOOKING))
    assert work() == "AccessDeniedException"
    assert connect(dc)


def test_a_client_that_is_older_than_the_mock():
    early = client(**STRANGER)
    with mock_directconnect(), enforced():
        assert refused(early.describe_connections)[0] == "UnrecognizedClientException"


def test_a_client_that_signs_nothing(mocked):
    """AWS refuses it before it asks for permissions."""
    dc = client(config=Config(signature_version=UNSIGNED))
    with enforced():
        assert refused(dc.describe_connections)[::2] == ("MissingAuthenticationTokenException", 403)
    assert dc.describe_connections()["connections"] == []


def test_a_fault_strikes_only_who_is_permitted(mocked):
    keys = user(LOOKING)
    dx = dx_mock.active_mock()
    with enforced(), dx.faults.add("*Connection*", error="InternalFailure", times=1):
        assert refused(client(**keys).create_connection, **CONNECTION)[0] == "AccessDeniedException"
        once = client(**keys, config=Config(retries={"total_max_attempts": 1}))
        assert refused(once.describe_connections)[0] == "InternalFailure"


# --- raw HTTP and the server -------------------------------------------------------------------------------


def posted(name, keys=None, url=URL, **parameters):
    """The answer to a raw request, signed with some keys or not at all."""
    headers = {"x-amz-target": f"OvertureService.{name}", "content-type": "application/x-amz-json-1.1"}
    request = AWSRequest("POST", url, data=json.dumps(parameters), headers=headers)
    if keys is not None:
        credentials = Credentials(keys["aws_access_key_id"], keys["aws_secret_access_key"])
        SigV4Auth(credentials, "directconnect", "us-east-1").add_auth(request)
    return requests.post(url, data=request.body, headers=dict(request.headers), timeout=5)


def test_raw_requests(mocked):
    keys = user(LOOKING)
    with enforced():
        assert posted("DescribeConnections", keys).json() == {"connections": []}
        denied = posted("CreateConnection", keys, **CONNECTION)
        assert (denied.status_code, denied.json()["__type"]) == (403, "AccessDeniedException")
        unsigned = posted("DescribeConnections")
        assert (unsigned.status_code, unsigned.json()["__type"]) == (403, "MissingAuthenticationTokenException")
        headers = {"x-amz-target": "OvertureService.DescribeConnections", "authorization": "AWS4 Credential=x"}
        spoilt = requests.post(URL, data="{}", headers=headers, timeout=5)
        assert (spoilt.status_code, spoilt.json()["__type"]) == (403, "IncompleteSignature")


def test_the_server():
    with mock_directconnect(), dx_mock.server() as srv:
        keys = user(LOOKING)
        with enforced():
            dc = client(**keys, endpoint_url=srv.endpoint_url)
            assert dc.describe_connections()["connections"] == []
            assert refused(dc.create_connection, **CONNECTION)[::2] == ("AccessDeniedException", 403)
            stranger = client(**STRANGER, endpoint_url=srv.endpoint_url)
            assert refused(stranger.describe_connections)[0] == "UnrecognizedClientException"


def test_nothing_is_asked_of_moto_while_it_enforces_nothing(monkeypatch, mocked):
    """Calls take the short way then: they are not even signed."""
    dc = client(**user(LOOKING))
    monkeypatch.setattr(type(dc._request_signer), "sign", None)
    assert connect(dc)
