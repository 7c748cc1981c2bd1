"""The tester's hands on the world of a server, with clients that reach it over HTTP."""

from __future__ import annotations

import urllib.request
from typing import Any

import boto3

from dx_mock.http_server.server import Server

OWNER = "123456789012"


class Served:
    """What ``dx`` is in a test, but its clients are those of another process: they use the endpoint.

    Tests name virtual private gateways and transit gateways by ids that they made up.  A server's EC2 knows
    which there are, so one is made for each such id when it is first used.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self._gateways: dict[tuple[str, str], str] = {}
        # What earlier tests of this process made in moto's services is no part of this world.
        reset = urllib.request.Request(f"{server.endpoint_url}/moto-api/reset", method="POST")
        urllib.request.urlopen(reset, timeout=30).close()

    def client(
        self, service: str = "directconnect", account_id: str = OWNER, region_name: str = "us-east-1"
    ) -> Any:
        """A boto3 client that acts as an account."""
        made: Any = boto3.client(
            service,  # type: ignore[call-overload]
            region_name=region_name,
            endpoint_url=self.server.endpoint_url,
            aws_access_key_id=account_id,
            aws_secret_access_key="secret",
        )
        if service == "directconnect":
            made.meta.events.register(
                "provide-client-params.direct-connect",
                lambda params, **more: self.with_gateways(account_id, params),
            )
        return made

    def with_gateways(self, account_id: str, parameters: Any) -> Any:
        """Parameters with gateways that the account has in EC2 in the place of made-up ones."""
        if isinstance(parameters, dict):
            return {name: self.with_gateways(account_id, each) for name, each in parameters.items()}
        if isinstance(parameters, list):
            return [self.with_gateways(account_id, each) for each in parameters]
        if not isinstance(parameters, str) or not parameters.startswith(("vgw-", "tgw-")):
            return parameters
        if parameters in self._gateways.values():
            return parameters
        key = account_id, parameters
        if key not in self._gateways:
            ec2 = self.client("ec2", account_id)
            self._gateways[key] = _virtual(ec2) if parameters.startswith("vgw-") else _transit(ec2)
        return self._gateways[key]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.server.mock, name)


def _virtual(ec2: Any) -> str:
    made: str = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    number = len(ec2.describe_vpcs()["Vpcs"])  # VPCs of one gateway may not overlap
    vpc = ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"]
    ec2.attach_vpn_gateway(VpcId=vpc, VpnGatewayId=made)
    return made


def _transit(ec2: Any) -> str:
    made: str = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    return made
