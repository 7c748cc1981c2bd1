"""What moto lacks is one final error that names service and operation, over HTTP as in process (issue 17)."""

from __future__ import annotations

from importlib import import_module

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

import dx_mock
from dx_mock import mock_directconnect
from dx_mock.doors.other_services import UnansweredServiceError
from dx_mock.http_server import lacking
from tests.http_server.raw import ask, request

pytest.importorskip("flask")

SERVICES_THAT_MOTO_LACKS = [
    ("braket", "search_devices", "SearchDevices"),
    ("gamelift", "list_fleets", "ListFleets"),
    ("outposts", "list_outposts", "ListOutposts"),
]


@pytest.fixture(scope="module")
def srv():
    with dx_mock.server() as running:
        yield running


def client(service, endpoint_url=None):
    retries = Config(retries={"max_attempts": 4, "mode": "standard"})
    keys = {"aws_access_key_id": "123456789012", "aws_secret_access_key": "x"}
    return boto3.client(service, "us-east-1", endpoint_url=endpoint_url, config=retries, **keys)


def asked(made, operation, **parameters):
    """The error of a call, and how many attempts it took."""
    attempts = []
    made.meta.events.register("before-send", lambda **_: attempts.append(1))
    with pytest.raises(Exception, match=r"\w") as caught:
        getattr(made, operation)(**parameters)
    return caught.value, len(attempts)


def missing(service):
    """An operation without required parameters that this moto does not implement, and its method."""
    made = boto3.client(service, "us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    model = made.meta.service_model
    module = import_module(f"moto.{'awslambda' if service == 'lambda' else service}.responses")
    names = {name for each in vars(module).values() if isinstance(each, type) for name in dir(each)}
    for method, operation in sorted(made.meta.method_to_api_mapping.items()):
        shape = model.operation_model(operation).input_shape
        required = shape is not None and shape.required_members
        if method.startswith(("list_", "describe_")) and method not in names and not required:
            return method, operation
    pytest.skip(f"moto has everything of {service} that takes no parameters")


# one of each protocol: ec2, query, JSON, REST with JSON, REST with XML
SERVICES = ["ec2", "iam", "ssm", "dynamodb", "lambda", "route53"]


@pytest.mark.parametrize("service", SERVICES)
def test_an_operation_over_http(srv, service):
    method, operation = missing(service)
    error, attempts = asked(client(service, srv.endpoint_url), method)
    assert isinstance(error, ClientError)
    assert error.response["Error"]["Code"] == "NotImplemented"
    assert f"{service}.{operation} was called, but moto " in error.response["Error"]["Message"]
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert attempts == 1


@pytest.mark.parametrize("service", SERVICES)
def test_an_operation_in_process(service):
    method, operation = missing(service)
    with mock_directconnect():
        error, attempts = asked(client(service), method)
    if isinstance(error, ClientError):  # moto has a path for it, and answers that it has nothing there
        assert service in ("route53", "lambda")
        return
    assert isinstance(error, UnansweredServiceError)
    assert f"{service}.{operation} was called inside mock_directconnect" in str(error)
    assert attempts <= 1


def test_moto_s_own_type_of_error_still_fits():
    method, _ = missing("ec2")
    with mock_directconnect(), pytest.raises(NotImplementedError, match=r"ec2\.\w+ was called"):
        getattr(client("ec2"), method)()


@pytest.mark.parametrize(("service", "method", "operation"), SERVICES_THAT_MOTO_LACKS)
def test_a_service_over_http(srv, service, method, operation):
    if service not in boto3.Session().get_available_services():
        pytest.skip(f"this botocore has no {service}")
    parameters = {"filters": []} if service == "braket" else {}
    error, attempts = asked(client(service, srv.endpoint_url), method, **parameters)
    assert f"{service}.{operation} was called, but moto " in str(error)
    assert attempts == 1


def test_what_moto_has_and_does_not_find_stays(srv):
    """Its own 404 are no gaps."""
    s3 = client("s3", srv.endpoint_url)
    error, _ = asked(s3, "head_bucket", Bucket="no-such-bucket")
    assert error.response["Error"]["Code"] == "404"
    error, _ = asked(s3, "get_object", Bucket="no-such-bucket", Key="x")
    assert error.response["Error"]["Code"] == "NoSuchBucket"
    error, _ = asked(client("lambda", srv.endpoint_url), "get_function", FunctionName="x")
    assert error.response["Error"]["Code"] == "ResourceNotFoundException"
    answer, _ = ask(srv.endpoint_url, request(b"", "", "GET", "/moto-api/nothing"))
    assert answer[0] == 404
    assert b"<title>404" in answer[2]


def test_odd_names_are_not_repeated():
    for target in ("X.<script>", "X.", f"X.{'a' * 1000}"):
        environ = {"HTTP_X_AMZ_TARGET": target, "REQUEST_METHOD": "POST", "PATH_INFO": "/"}
        _, _, body = lacking.answer(environ)
        assert b"POST / was called, but moto" in body
