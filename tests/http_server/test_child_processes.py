"""``dx.serve()``: the world of a mock of this process for processes that begin anew."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import boto3
import botocore.configprovider
import pytest
import requests
from moto import mock_aws

import dx_mock
from dx_mock import mock_directconnect
from dx_mock.http_server.server import ServerError
from dx_mock.process import served_endpoints
from tests.helpers import connect


def begin(environment):
    os.environ.update(environment)


def work(name):
    """Order a connection, make a VPC; gives whose they are, and what else is seen there."""
    client, ec2 = boto3.client("directconnect"), boto3.client("ec2")
    order = {"location": "EqDC2", "bandwidth": "1Gbps", "connectionName": name}
    made = client.create_connection(**order)
    ec2.create_vpc(CidrBlock="10.9.0.0/16")
    names = sorted(each["connectionName"] for each in client.describe_connections()["connections"])
    return made["ownerAccount"], names, sorted(each["CidrBlock"] for each in ec2.describe_vpcs()["Vpcs"])


def vpcs(**keys):
    found = boto3.client("ec2", region_name="us-east-1", **keys).describe_vpcs()["Vpcs"]
    return sorted(each["CidrBlock"] for each in found)


METHODS = [name for name in ("spawn", "forkserver") if name in multiprocessing.get_all_start_methods()]


@pytest.mark.parametrize("method", METHODS)
def test_workers(method):
    """Both ways: what this process has, other services' included, and what the worker makes."""
    with mock_directconnect() as dx:
        connect(dx.client(), connectionName="here")
        boto3.client("ec2", region_name="us-east-1").create_vpc(CidrBlock="10.8.0.0/16")
        with dx.serve() as endpoint:
            context = multiprocessing.get_context(method)
            with ProcessPoolExecutor(1, context, begin, (endpoint.environment,)) as pool:
                owner, names, found = pool.submit(work, "there").result(timeout=90)
        assert owner == "123456789012"
        assert names == ["here", "there"]
        assert found == ["10.8.0.0/16", "10.9.0.0/16", "172.31.0.0/16"]
        assert vpcs() == found
        assert len(dx.client().describe_connections()["connections"]) == 2
        assert dx.calls.of("CreateConnection")[-1].account_id == "123456789012"


def child(environment, code):
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_environment_is_enough(monkeypatch):
    """Whatever the shell has: keys, a token, endpoints of single services, of other kinds, a proxy."""
    for name, value in {
        "AWS_USE_FIPS_ENDPOINT": "true",
        "AWS_USE_DUALSTACK_ENDPOINT": "true",
        "AWS_ACCESS_KEY_ID": "REALKEY",
        "AWS_SESSION_TOKEN": "REALTOKEN",
        "AWS_ENDPOINT_URL_DIRECT_CONNECT": "http://elsewhere.example",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_REGION": "ap-south-1",
        "HTTP_PROXY": "http://proxy.example:3128",
        "NO_PROXY": "intern.example",
    }.items():
        monkeypatch.setenv(name, value)
    code = (
        "import boto3, json; c = boto3.client('directconnect'); made = c.create_connection(location='EirCL',"
        "bandwidth='1Gbps', connectionName='c'); print(json.dumps([made['ownerAccount'], made['region']]))"
    )
    with (
        mock_directconnect() as dx,
        dx.serve(account_id="222222222222", region_name="eu-west-1") as endpoint,
    ):
        assert "intern.example" not in endpoint.environment["NO_PROXY"]  # our proxy goes there by itself
        assert child({**os.environ, **endpoint.environment}, code) == ["222222222222", "eu-west-1"]
        assert len(dx.client("eu-west-1", "222222222222").describe_connections()["connections"]) == 1


@pytest.mark.skipif(
    "disable_host_prefix_injection" not in botocore.configprovider.BOTOCORE_DEFAUT_SESSION_VARIABLES,
    reason="the installed botocore puts prefixes before every host",
)
def test_operations_with_a_host_prefix_stay_on_this_machine():
    """``data-127.0.0.1`` would be a name to look up."""
    code = (
        "import boto3, json; c = boto3.client('servicediscovery')\n"
        "try: c.discover_instances(NamespaceName='n', ServiceName='s')\n"
        "except c.exceptions.NamespaceNotFound as missing: print(json.dumps(str(missing)))"
    )
    with mock_directconnect() as dx, dx.serve() as endpoint:
        assert "NamespaceNotFound" in child({**os.environ, **endpoint.environment}, code)


def through(endpoint, service, **keys):
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=endpoint.url,
        **{"aws_access_key_id": "123456789012", "aws_secret_access_key": "x", **keys},
    )


def test_clients_of_this_process(dx):
    """They reach it, too: over the wire, into the same world."""
    with dx.serve() as endpoint:
        made = connect(through(endpoint, "directconnect"))
        assert dx.client().describe_connections(connectionId=made)["connections"]
        assert through(endpoint, "ec2").describe_vpcs()["Vpcs"]
        assert requests.get(f"{endpoint.url}/dx-mock/", timeout=5).status_code == 200


def test_faults(dx):
    from botocore.config import Config

    dx.faults.add("DescribeLags", error="ReadTimeoutError")
    with dx.serve() as endpoint:
        once = Config(retries={"total_max_attempts": 1}, read_timeout=5)
        with pytest.raises(Exception, match=r"Connection was closed|Read timeout"):
            through(endpoint, "directconnect", config=once).describe_lags()
        assert through(endpoint, "directconnect").describe_lags()["lags"] == []


@pytest.mark.parametrize("others", ["block", "pass"])
def test_nobody_answers_other_services(others):
    with mock_directconnect(others=others) as dx, dx.serve() as endpoint:
        answer = requests.post(
            endpoint.url, headers={"X-Amz-Target": "Logs_20140328.DescribeLogGroups"}, timeout=5
        )
        assert answer.status_code == 400
        assert (
            f"mock_directconnect(others={others!r}), which answers Direct Connect only"
            in answer.json()["message"]
        )
        with mock_aws():
            assert through(endpoint, "logs").describe_log_groups()["logGroups"] == []


def test_it_ends_with_the_mock():
    with mock_directconnect() as dx:
        endpoint = dx.serve().start()
        url = endpoint.url
        assert served_endpoints.is_served(url)
    assert not served_endpoints.is_served(url)
    with pytest.raises(RuntimeError, match="not running"):
        endpoint.url  # noqa: B018
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)
    with pytest.raises(RuntimeError, match="serve\\(\\) needs a mock that is active"):
        endpoint.start()


def test_a_fork_does_not_stop_what_is_not_its_own():
    """It ends the mock, whose server runs in another process."""
    with mock_directconnect() as dx, dx.serve() as endpoint:
        pid = os.fork()
        if pid == 0:
            try:
                dx.stop()
            finally:
                os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0
        assert connect(through(endpoint, "directconnect"))


def test_misuse(dx):
    with pytest.raises(ValueError, match="account_id must be a string of 12 digits, not '1'"):
        dx.serve(account_id="1")
    with pytest.raises(RuntimeError, match="this mock is not started"):
        mock_directconnect().serve()
    with dx_mock.server() as srv, pytest.raises(RuntimeError, match="this mock is that of a server"):
        srv.mock.serve()
    with dx.serve() as endpoint:
        port = int(endpoint.url.rpartition(":")[2])
        with pytest.raises(ServerError, match=f"can't listen on 127.0.0.1:{port}"):
            dx.serve(port=port).start()
