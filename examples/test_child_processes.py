"""The world of a test for other processes: a worker that is spawned, and the ``aws`` command."""

import json
import multiprocessing
import os
import shutil
import subprocess
from concurrent.futures import ProcessPoolExecutor

import boto3

import dx_mock


def begin(environment):
    """Put a worker into the world of the test: a spawned one begins anew, and no mock is active there."""
    os.environ.update(environment)


def order(name):
    """The code under test, in the worker."""
    client = boto3.client("directconnect")
    return client.create_connection(location="EqDC2", bandwidth="10Gbps", connectionName=name)["connectionId"]


@dx_mock.mock_directconnect
def test_a_spawned_worker():
    dx = dx_mock.active_mock()
    with dx.serve() as endpoint:
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, spawn, begin, (endpoint.environment,)) as pool:
            made = pool.submit(order, "by the worker").result(timeout=60)
    found = boto3.client("directconnect", region_name="us-east-1").describe_connections(connectionId=made)
    assert found["connections"][0]["connectionName"] == "by the worker"
    dx.calls.assert_called_once("CreateConnection", connectionName="by the worker")


@dx_mock.mock_directconnect
def test_the_aws_command():
    if shutil.which("aws") is None:
        return  # this machine does not have it
    client = boto3.client("directconnect", region_name="us-east-1")
    client.create_connection(location="EqDC2", bandwidth="10Gbps", connectionName="by the test")
    with dx_mock.active_mock().serve() as endpoint:
        done = subprocess.run(
            ["aws", "directconnect", "describe-connections", "--output", "json"],
            env={**os.environ, **endpoint.environment},
            capture_output=True,
            check=True,
            timeout=60,
        )
    assert json.loads(done.stdout)["connections"][0]["connectionName"] == "by the test"
