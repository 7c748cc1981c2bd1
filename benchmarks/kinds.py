"""Kinds of tests as people write them, each three ways: over hooks that do nothing, with dx_mock, with moto.

A kind makes what it needs anew, as a test does.  The floor makes the same clients and the same calls; a hook at
``before-call`` answers each with the same document, so that it costs what boto3 costs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from dx_mock import mock_directconnect

REGION = "us-east-1"
ORDER = {"location": "EqDC2", "bandwidth": "1Gbps", "connectionName": "benchmark"}
NO_LIMITS = {"connections_per_location": 10**7, "ports_per_device": 10**7, "lags_per_region": 10**7}
ROLE = {"RoleArn": "arn:aws:iam::123456789012:role/benchmark", "RoleSessionName": "benchmark"}
KEYS = {"AccessKeyId": "123456789012", "SecretAccessKey": "x", "SessionToken": "x"}
PARAMETER = {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "x", "Type": "String", "Value": "x"}}
TEMPLATE = json.dumps({"Resources": {"Parameter": PARAMETER}})

#: what the hooks of the floor answer, whatever is asked
ANSWERS: dict[str, Any] = {
    "connectionId": "dxcon-fg000000",
    "connections": [],
    "directConnectGateway": {"directConnectGatewayId": "x"},
    "Credentials": KEYS,
    "Vpc": {"VpcId": "vpc-1"},
    "VpnGateway": {"VpnGatewayId": "vgw-1"},
    "ResponseMetadata": {},
}


class _Response:
    status_code = 200


Make = Callable[..., Any]
Way = Callable[[], Any]


class Kind:
    """One kind: a function of "make a client", run over the floor, in our mock, and in moto's."""

    def __init__(self, test: Callable[[Make], None], *, session: bool = False, moto: bool = True) -> None:
        self.test = test
        self.session = session
        self.by_moto = moto

    def _client(self, service: str, **options: Any) -> Any:
        maker: Any = boto3.Session() if self.session else boto3
        return maker.client(service, region_name=REGION, **options)

    def _bare(self, service: str, **options: Any) -> Any:
        found = self._client(service, **options)
        found.meta.events.register("before-call", lambda **_: (_Response, dict(ANSWERS)))
        return found

    def _within(self, mock: Callable[[], Any]) -> Way:
        def run() -> None:
            with mock():
                self.test(self._client)

        return run

    def ways(self) -> dict[str, Way]:
        """Each way by its name."""
        found: dict[str, Way] = {
            "floor": lambda: self.test(self._bare),
            "dx_mock": self._within(mock_directconnect),
        }
        if self.by_moto:
            from moto import mock_aws  # late: a count of instructions needs none of it

            found["moto"] = self._within(mock_aws)
        return found


def _connection(make: Make) -> None:
    client = make("directconnect")
    made = client.create_connection(**ORDER)["connectionId"]
    client.describe_connections(connectionId=made)


def _role(make: Make) -> None:
    keys = make("sts").assume_role(**ROLE)["Credentials"]
    session = boto3.Session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=REGION
    )
    client = session.client("directconnect")
    if ANSWERS["Credentials"]["AccessKeyId"] == keys["AccessKeyId"]:  # the floor
        client.meta.events.register("before-call", lambda **_: (_Response, dict(ANSWERS)))
    client.describe_connections()


def _association(make: Make, associate: bool = True) -> None:
    ec2, client = make("ec2"), make("directconnect")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpcId=vpc, VpnGatewayId=gateway)
    if not associate:  # moto has no Direct Connect gateways
        client.create_connection(**ORDER)
        return
    made = client.create_direct_connect_gateway(directConnectGatewayName="benchmark")
    made_id = made["directConnectGateway"]["directConnectGatewayId"]
    client.create_direct_connect_gateway_association(directConnectGatewayId=made_id, virtualGatewayId=gateway)


def _secret(make: Make) -> None:
    client = make("secretsmanager")
    client.create_secret(Name="benchmark", SecretString="x")
    client.get_secret_value(SecretId="benchmark")


def _stack(make: Make) -> None:
    client = make("cloudformation")
    client.create_stack(StackName="benchmark", TemplateBody=TEMPLATE)
    client.describe_stacks(StackName="benchmark")


CLIENT = Kind(_connection)
SESSION = Kind(_connection, session=True)
ROLE_SESSION = Kind(_role)
ASSOCIATION = Kind(_association, moto=False)
ASSOCIATION_BY_MOTO = Kind(lambda make: _association(make, associate=False))
SECRET = Kind(_secret)
STACK = Kind(_stack)


def association_ways() -> dict[str, Way]:
    """Return the kind with a VPC; by moto with a connection in the place of the association."""
    return {**ASSOCIATION.ways(), "moto": ASSOCIATION_BY_MOTO.ways()["moto"]}


@contextmanager
def by_id() -> Iterator[dict[str, Way]]:
    """One call, on clients that exist: the floor and ours."""
    bare = CLIENT._bare("directconnect")
    with mock_directconnect() as dx:
        client = dx.client()
        made = client.create_connection(**ORDER)["connectionId"]

        def call() -> None:
            client.describe_connections(connectionId=made)

        def clear() -> None:
            dx.calls.clear()

        yield {
            "floor": lambda: bare.describe_connections(connectionId="dxcon-fg000000"),
            "dx_mock": call,
            "clear": clear,
        }
