"""Clients of a server, in this process or another."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import contextmanager

import boto3


def client(endpoint_url, service="directconnect", account="123456789012", region="us-east-1", **more):
    """A client of a server that acts as an account by a 12-digit access key, unless other keys are given."""
    keys = {"aws_access_key_id": account, "aws_secret_access_key": "x"}
    return boto3.client(service, region_name=region, endpoint_url=endpoint_url, **{**keys, **more})


def popen(*options, hangup=signal.SIG_DFL, **more):
    """``dx-mock serve`` in a process of its own; ``hangup`` is what SIGHUP means to it.

    A process inherits from its parent that a signal is ignored, and tests may run under nohup.
    """
    before = signal.signal(signal.SIGHUP, hangup)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "dx_mock", "serve", *options],
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **more},
        )
    finally:
        signal.signal(signal.SIGHUP, before)


@contextmanager
def serve(*options, number=signal.SIGTERM):
    """The endpoint of a server in a process of its own, which ends well and says nothing but its ready line."""
    process = popen("--json", *options)
    line = process.stdout.readline()
    assert line, process.communicate()[1]
    try:
        yield json.loads(line)["endpoint_url"]
        assert process.poll() is None, process.communicate()[1]
        process.send_signal(number)
        assert process.communicate(timeout=30) == ("", "")
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()
