"""The tester's hands on the world of a server, with clients that reach it over HTTP."""

from __future__ import annotations

import urllib.request
from typing import Any

import boto3

from dx_mock.serving import Server


class Served:
    """What ``dx`` is in a test, but its clients are those of another process: they use the endpoint."""

    def __init__(self, server: Server) -> None:
        self.server = server
        # What earlier tests of this process made in moto's services is no part of this world.
        reset = urllib.request.Request(f"{server.endpoint_url}/moto-api/reset", method="POST")
        urllib.request.urlopen(reset, timeout=30).close()

    def client(
        self, service: str = "directconnect", account_id: str = "123456789012", region_name: str = "us-east-1"
    ) -> Any:
        """A boto3 client that acts as an account."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            region_name=region_name,
            endpoint_url=self.server.endpoint_url,
            aws_access_key_id=account_id,
            aws_secret_access_key="secret",
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self.server.mock, name)
