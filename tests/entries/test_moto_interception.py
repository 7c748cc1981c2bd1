"""What moto promises of its decorator, context manager and backends holds for Direct Connect, too.

moto checks these for its own services in ``tests/test_core``.  Here each is asked of ``mock_aws`` after
``install()``, and of ``mock_directconnect`` in its place where that makes sense.
"""

from __future__ import annotations

import http.server
import os
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

import boto3
import moto.backends
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws
from moto.core import patch_client
from moto.server import ThreadedMotoServer

import dx_mock
from dx_mock import mock_directconnect
from tests.helpers import connect

OURS = ("dxcon-ff", "dxcon-fg", "dxcon-fh")


@pytest.fixture(params=["mock_aws", "mock_directconnect"])
def mock(request):
    """Give the name under which a suite has its mock."""
    if request.param == "mock_directconnect":
        yield mock_directconnect
        return
    dx_mock.install()
    yield mock_aws
    dx_mock.uninstall()


@pytest.fixture
def installed():
    dx_mock.install()
    yield
    dx_mock.uninstall()


def client(region_name="us-east-1", **more):
    return boto3.client("directconnect", region_name=region_name, **more)


def count(dc=None):
    return len((dc or client()).describe_connections()["connections"])


def run(cls):
    """Run the tests of a class; all must pass."""
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(cls).run(result)
    assert result.errors == result.failures == []
    return result.testsRun


# --- functions ---------------------------------------------------------------------------------------------


def test_a_decorated_function_keeps_what_it_is(mock):
    """Name, documentation, arguments, result and ``__wrapped__`` (tests of moto's decorator)."""

    def work(first, second=2):
        """Do something."""
        return connect(client()), first, second

    for decorated in (mock(work), mock()(work)):
        assert (decorated.__name__, decorated.__doc__) == ("work", "Do something.")
        assert decorated.__wrapped__ is work
        made, first, second = decorated(1, second=3)
        assert (made.startswith(OURS), first, second) == (True, 1, 3)


def test_each_call_of_a_decorated_function_begins_empty(mock):
    @mock
    def work():
        connect(client())
        return count()

    assert [work(), work()] == [1, 1]


def test_a_decorated_function_inside_another(mock_aws_only):
    """Moto's mocks of one process share their data."""

    @mock_aws
    def inner():
        connect(client())
        return count()

    @mock_aws
    def outer():
        connect(client())
        return inner(), count()

    assert outer() == (2, 2)


@pytest.fixture
def mock_aws_only(installed):
    return mock_aws


def test_start_and_stop(mock):
    """After ``stop()`` nothing is answered any more: the call goes where the client says."""
    never = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y"}
    dc = client(endpoint_url="http://127.0.0.1:9", config=never, **keys)
    mine = mock()
    mine.start()
    connect(dc)
    mine.stop()
    with pytest.raises(EndpointConnectionError):
        dc.describe_connections()


def test_a_context_manager_inside_a_decorated_function(mock_aws_only):
    @mock_aws
    def work():
        connect(client())
        with mock_aws():
            connect(client())
        return count()

    assert work() == 2


def test_one_mock_for_several_services(mock):
    """``mock_aws`` has every service; another one is as near in ``mock_directconnect``."""
    with mock():
        gateway = boto3.client("ec2", region_name="us-east-1").create_vpn_gateway(Type="ipsec.1")["VpnGateway"]
        gateways = client().describe_virtual_gateways()["virtualGateways"]
        assert [each["virtualGatewayId"] for each in gateways] == [gateway["VpnGatewayId"]]


# --- classes -----------------------------------------------------------------------------------------------


def test_a_class_without_setup(mock):
    """Each test begins empty."""

    @mock
    class Tests(unittest.TestCase):
        def test_one(self):
            connect(client())
            assert count() == 1

        test_two = test_one

    assert run(Tests) == 2


def test_a_class_with_setup_and_teardown(mock):
    """What ``setUp`` makes is there in the test and in ``tearDown``, and gone in the next test."""
    left = []

    @mock
    class Tests(unittest.TestCase):
        def setUp(self):
            self.dc = client()
            self.made = connect(self.dc)

        def tearDown(self):
            left.append(count(self.dc))

        def test_one(self):
            assert count() == 1
            connect(self.dc)

        def test_two(self):
            assert count() == 1
            self.dc.describe_connections(connectionId=self.made)

    assert run(Tests) == 2
    assert left == [2, 1]


def test_setup_in_a_base_class(mock):
    """The base is decorated, too, as moto needs it; ours need not be."""

    class Base(unittest.TestCase):
        def setUp(self):
            self.made = connect(client())

    @mock
    class DecoratedBase(unittest.TestCase):
        def setUp(self):
            self.made = connect(client())

    for base in [DecoratedBase] if mock is mock_aws else [DecoratedBase, Base]:

        class Plain(base):
            def test_it(self):
                client().describe_connections(connectionId=self.made)
                assert count() == 1

            test_again = test_it

        assert run(mock(Plain)) == 2


def test_helpers_of_a_class(mock):
    """Public and private methods that a test calls work on the test's data."""

    @mock
    class Tests(unittest.TestCase):
        def order(self):
            connect(client())

        def _order(self):
            connect(client())

        def test_public(self):
            self.order()
            assert count() == 1

        def test_private(self):
            self._order()
            assert count() == 1

        def test_neither(self):
            assert count() == 0

    assert run(Tests) == 3


def test_static_and_class_methods(mock):
    """They get no instance, decorated class or not."""

    @mock
    class Tests(unittest.TestCase):
        @staticmethod
        def static(*arguments):
            return arguments

        @classmethod
        def of_class(cls, *arguments):
            return cls, arguments

        def test_it(self):
            assert self.static(1) == (1,)
            assert self.of_class(1) == (Tests, (1,))
            connect(client())

    assert run(Tests) == 1
    assert Tests.static() == ()


def test_nested_classes(mock_aws_only):
    """Each class inside a decorated one has its own data (moto#4419)."""

    @mock_aws
    class Outer:
        class First(unittest.TestCase):
            def test_it(self):
                connect(client())
                assert count() == 1

        class Second(unittest.TestCase):
            def setUp(self):
                connect(client())

            def test_it(self):
                assert count() == 1
                connect(client())

            test_again = test_it

    assert (run(Outer.First), run(Outer.Second)) == (1, 2)


def test_a_class_that_is_no_test(mock_aws_only):
    """Its public methods are mocked (moto#5017)."""

    @mock_aws
    class Provisioner:
        def create(self):
            return connect(client())

    assert Provisioner().create().startswith(OURS)


# --- credentials and sessions ------------------------------------------------------------------------------

KEY = "AWS_ACCESS_KEY_ID"


def test_credentials_of_the_environment_are_put_back(mock, monkeypatch):
    monkeypatch.setenv(KEY, "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    before = dict(os.environ)
    with mock():
        assert connect(client())
    assert dict(os.environ) == before
    monkeypatch.delenv(KEY)
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    before = dict(os.environ)
    with mock():
        assert connect(client())
    assert dict(os.environ) == before


def test_the_users_credentials_on_demand(mock_aws_only, monkeypatch):
    """``core.mock_credentials``: the keys stay the user's, and a mock inside has its own."""
    monkeypatch.setenv(KEY, "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with mock_aws(config={"core": {"mock_credentials": False}}):
        assert os.environ[KEY] == "mine"
        assert connect(client())
        with mock_aws(config={"core": {"mock_credentials": True}}):
            assert os.environ[KEY] == "FOOBARKEY"
            assert count() == 1
        assert os.environ[KEY] == "mine"


@pytest.mark.parametrize("reset", [True, False])
def test_the_default_session(mock_aws_only, reset):
    """``core.reset_boto3_session`` says whether it is the user's inside; afterwards it always is."""
    boto3.setup_default_session(region_name="eu-west-1")
    before = boto3.DEFAULT_SESSION
    try:
        with mock_aws(config={"core": {"reset_boto3_session": reset}}):
            assert (boto3.DEFAULT_SESSION is before) is not reset
            assert connect(client())
        assert boto3.DEFAULT_SESSION is before
    finally:
        boto3.DEFAULT_SESSION = None


# --- clients from before -----------------------------------------------------------------------------------


def test_clients_from_before_need_nothing(mock):
    """Moto asks for ``patch_client`` there; it does no harm, once or twice, and no call is done twice."""
    early = client(aws_access_key_id="x", aws_secret_access_key="y")
    with mock():
        connect(early)
        for dc in (early, client()):
            patch_client(dc)
            patch_client(dc)
            connect(dc)
        assert count() == 3
        assert len(dx_mock.active_mock().calls) == 4


def test_resources_and_sessions(mock):
    """A session of one's own, with its own Region."""
    with mock():
        session = boto3.Session(region_name="eu-west-1")
        connect(session.client("directconnect"), location="EqLD5")
        assert count(client("eu-west-1")) == 1
        assert count() == 0


# --- Regions and accounts ----------------------------------------------------------------------------------


def test_the_region_of_the_environment(mock, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    with mock():
        connect(boto3.client("directconnect"), location="EqSe2")
        assert count(client("us-west-2")) == 1
        assert list(dx_mock.directconnect_backends["123456789012"]) == ["us-west-2"]


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1", "us-east-2"])
def test_regions_of_every_partition(mock, region):
    with mock():
        assert client(region).describe_locations()["locations"]


def test_regions_that_do_not_exist(mock, monkeypatch):
    """The mapping has none of them, unless ``MOTO_ALLOW_NONEXISTENT_REGION`` says so, in any case."""
    with mock():
        regions = moto.backends.get_backend("directconnect")["123456789012"]
        assert "mars-south-1" not in regions
        assert regions.get("mars-south-1") is None
        with pytest.raises(KeyError, match="mars-south-1"):
            regions["mars-south-1"]
        monkeypatch.setenv("MOTO_ALLOW_NONEXISTENT_REGION", "trUe")
        assert "mars-south-1" in regions
        assert regions["mars-south-1"].region_name == "mars-south-1"


def test_the_mapping_of_backends(mock):
    """Empty at first; every account and Region when asked for; the same object again."""
    with mock():
        backends = moto.backends.get_backend("directconnect")
        assert list(backends.items()) == []
        assert "000000000000" not in backends
        regions = backends["012345678901"]
        assert (regions.account_id, "eu-north-1" in regions) == ("012345678901", True)
        backend = regions["eu-north-1"]
        assert (backend.account_id, backend.region_name) == ("012345678901", "eu-north-1")
        assert backends["012345678901"]["eu-north-1"] is backend
        connect(client())
        assert "123456789012" in backends


def test_threads_get_the_same_backend(mock):
    """Whoever asks first makes it; nobody's replaces another's."""
    with mock():
        barrier = threading.Barrier(8)

        def ask(_):
            barrier.wait(timeout=10)
            return moto.backends.get_backend("directconnect")["123456789012"]["us-east-1"]

        with ThreadPoolExecutor(8) as pool:
            assert len({id(each) for each in pool.map(ask, range(8))}) == 1


def test_whose_call_it_is(installed, monkeypatch):
    """Moto's order: ``MOTO_ACCOUNT_ID``, then the header, then the keys; in its services and in ours."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = f"http://127.0.0.1:{server._server.server_port}"

    def accounts(**headers):
        found = []
        for service, form in (("directconnect", None), ("sts", "Action=GetCallerIdentity&Version=2011-06-15")):
            scope = f"Credential=abcd/20260101/us-east-1/{service}/aws4_request"
            authorization = f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"
            kind = "application/x-www-form-urlencoded" if form else "application/x-amz-json-1.1"
            sent = {"authorization": authorization, "content-type": kind, **headers}
            if form is None:
                sent["x-amz-target"] = "OvertureService.CreateConnection"
                order = {"location": "EqDC2", "bandwidth": "1Gbps", "connectionName": "c"}
                answer = requests.post(url, json=order, headers=sent, timeout=10).json()
                found.append(answer["ownerAccount"])
            else:
                answer = requests.post(url, data=form, headers=sent, timeout=10).text
                found.append(answer.partition("<Account>")[2].partition("<")[0])
        assert found[0] == found[1]
        return found[0]

    header = {"x-moto-account-id": "333344445555"}
    try:
        assert accounts() == "123456789012"
        assert accounts(**header) == "333344445555"
        monkeypatch.setenv("MOTO_ACCOUNT_ID", "111122223333")
        assert accounts() == "111122223333"
        assert accounts(**header) == "111122223333"
        monkeypatch.delenv("MOTO_ACCOUNT_ID")
        assert accounts() == "123456789012"
    finally:
        server.stop()
        server._server.server_close()


# --- what is not AWS ---------------------------------------------------------------------------------------


def test_requests_to_other_hosts_pass(mock):
    """A server of the user's is reached as without a mock, before and after calls to AWS."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/"
    try:
        with mock():
            assert requests.get(url, timeout=5).text == "ok"
            connect(client())
            boto3.client("ec2", region_name="us-east-1").describe_vpcs()
            assert requests.get(url, timeout=5).text == "ok"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_nothing_of_ours_is_left_in_moto():
    """Every attribute of moto's that was changed is the very object of before, after any of the ways."""
    import moto.core.models as core
    import moto.directconnect as package
    import moto.directconnect.models as models
    import moto.directconnect.responses as responses
    import moto.directconnect.urls as urls
    import moto.moto_api._internal.models as api
    from moto.core import model_instances
    from moto.core.responses import BaseResponse
    from moto.moto_api import recorder

    owners = (
        core.MockAWS, package, models, responses.DirectConnectResponse, urls, api.MotoAPIBackend,
        type(recorder), BaseResponse,
    )  # fmt: skip

    def state():
        found = {(owner, name): id(value) for owner in owners for name, value in vars(owner).items()}
        changing = {"_nested_count", "_mocks_active", "request_count"}
        return {key: value for key, value in found.items() if key[1] not in changing}

    before = state(), dict(urls.url_paths), model_instances.model_data["directconnect"]
    for _ in range(2):
        dx_mock.install()
        with mock_aws(), mock_directconnect():
            connect(client())
        dx_mock.uninstall()
        mine = mock_directconnect().start()
        dx_mock.install()
        mine.stop()
        with mock_aws():
            connect(client())
        dx_mock.uninstall()
    assert (state(), dict(urls.url_paths)) == before[:2]
    assert model_instances.model_data["directconnect"] is before[2]
