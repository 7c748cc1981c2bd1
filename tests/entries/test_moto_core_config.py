"""``mock_aws(config={"core": ...})`` holds for Direct Connect as for every service of moto's."""

from __future__ import annotations

import http.server
import threading

import boto3
import pytest
import requests
from botocore.awsrequest import AWSResponse
from moto import mock_aws
from moto.core import config as moto_config
from moto.core.botocore_stubber import MockRawResponse

import dx_mock
from dx_mock import mock_directconnect
from tests.helpers import connect

NO_CREDENTIALS_OF_MOTOS = {"mock_credentials": False}
KEYS = {"aws_access_key_id": "x", "aws_secret_access_key": "y"}
FROM_AWS = b'{"connections": [{"connectionId": "dxcon-fromaws0"}]}'

needs_whitelist = pytest.mark.skipif(
    not hasattr(moto_config, "service_whitelisted"), reason="this moto has no service_whitelist yet"
)


@pytest.fixture(autouse=True)
def _installed():
    dx_mock.install()
    yield
    dx_mock.uninstall()


@pytest.fixture
def aws():
    """Serve at an address that stands for AWS here."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-length", str(len(FROM_AWS)))
            self.end_headers()
            self.wfile.write(FROM_AWS)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def client(**more):
    return boto3.client("directconnect", region_name="us-east-1", **KEYS, **more)


def core(**settings):
    return mock_aws(config={"core": {**NO_CREDENTIALS_OF_MOTOS, **settings}})


def ids(dc):
    return [each["connectionId"] for each in dc.describe_connections()["connections"]]


def test_a_service_passes_through(aws):
    """``core.passthrough.services`` (moto#7200)."""
    early = client(endpoint_url=aws)
    with core(passthrough={"services": ["directconnect"]}):
        assert ids(client(endpoint_url=aws)) == ["dxcon-fromaws0"]
        assert ids(early) == ["dxcon-fromaws0"]
        answer = requests.post(aws, data="{}", timeout=5)
        assert answer.content == FROM_AWS
        assert dx_mock.active_mock().calls == []
    with core(passthrough={"services": ["s3"]}):
        assert ids(client(endpoint_url=aws)) == []


def test_what_passes_goes_to_the_endpoint_of_aws():
    """Neither moto nor we answer: the request is about to be sent as botocore has made it."""

    def instead_of_the_network(request, **_):
        seen.append(request.url)
        return AWSResponse(request.url, 200, {}, MockRawResponse(FROM_AWS))

    seen = []
    dc = client()
    dc.meta.events.register_last("before-send", instead_of_the_network)
    with core(passthrough={"services": ["directconnect"]}):
        assert ids(dc) == ["dxcon-fromaws0"]
    assert seen == ["https://directconnect.us-east-1.amazonaws.com/"]


def test_an_address_passes_through(aws):
    """``core.passthrough.urls`` are patterns of addresses, for any service (moto#7200)."""
    with core(passthrough={"urls": [f"{aws}.*"]}):
        assert ids(client(endpoint_url=aws)) == ["dxcon-fromaws0"]
        assert ids(client()) == []


@needs_whitelist
def test_a_whitelist_without_direct_connect():
    """``core.service_whitelist`` names the services that may be called (moto#7942)."""
    from moto.core.exceptions import ServiceNotWhitelisted

    early = client()
    with core(service_whitelist=["ec2"]):
        for each in (client(), early):
            with pytest.raises(ServiceNotWhitelisted, match="directconnect"):
                each.describe_connections()
        with pytest.raises(ServiceNotWhitelisted, match="directconnect"):
            requests.post("https://directconnect.us-east-1.amazonaws.com/", data="{}", timeout=5)
        assert boto3.client("ec2", region_name="us-east-1", **KEYS).describe_vpcs()["Vpcs"]
    with core(service_whitelist=["ec2", "directconnect"]):
        assert ids(client()) == []
    with core():
        assert ids(client()) == []


def test_our_own_mock_inside_answers_whatever_moto_is_told():
    """Who writes ``mock_directconnect`` has asked for Direct Connect by its name."""
    with core(passthrough={"services": ["directconnect"]}, service_whitelist=["s3"]), mock_directconnect():
        assert connect(client())
        assert len(ids(client())) == 1


# --- servers of other processes ----------------------------------------------------------------------------

SERVER_MODE = """
import os
import dx_mock

def refused(call):
    try:
        call()
    except RuntimeError as problem:
        assert VARIABLE in str(problem) and "dx-mock serve" in str(problem), problem
        return True
    return False

if MOTO_FIRST:
    import moto
assert refused(dx_mock.install)
del os.environ[VARIABLE]
assert refused(dx_mock.install) is (MOTO_FIRST and VARIABLE == "TEST_SERVER_MODE"), "moto has read it by then"
"""


@pytest.mark.parametrize("variable", ["TEST_SERVER_MODE", "TEST_PROXY_MODE"])
@pytest.mark.parametrize("moto_first", [False, True])
def test_calls_to_another_process(pytester, monkeypatch, variable, moto_first):
    """Moto sends every call to a server then, which this process can't stand in for: one sentence says so."""
    monkeypatch.setenv(variable, "true")
    names = f"VARIABLE, MOTO_FIRST = {variable!r}, {moto_first}\n"
    script = pytester.makepyfile(script=names + SERVER_MODE)
    done = pytester.runpython(script)
    assert (done.ret, done.stderr.str()) == (0, "")


def test_server_mode_that_comes_after_install(pytester):
    """The variable is set between ``install()`` and moto's import: ``mock_aws`` refuses to begin."""
    script = pytester.makepyfile(
        script="""
        import os
        import dx_mock

        dx_mock.install()
        os.environ["TEST_SERVER_MODE"] = "true"
        from moto import mock_aws

        for _ in range(2):
            try:
                mock_aws().start()
            except RuntimeError as problem:
                assert "TEST_SERVER_MODE" in str(problem)
            else:
                raise AssertionError
        dx_mock.uninstall()
        """
    )
    done = pytester.runpython(script)
    assert (done.ret, done.stderr.str()) == (0, "")


@pytest.mark.slow
def test_server_mode_with_the_option_of_pytest(pytester, monkeypatch):
    """The sentence alone, without a traceback."""
    monkeypatch.setenv("TEST_SERVER_MODE", "true")
    pytester.makeini("[pytest]\ndirectconnect_in_mock_aws = true\n")
    pytester.makepyfile("def test_it(): pass")
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["ERROR: dx_mock.install() can't answer with TEST_SERVER_MODE=true: *"])
    assert "Traceback" not in done.stderr.str() + done.stdout.str()
