"""The AWS CLI, version 1 from PyPI, against the server."""

from __future__ import annotations

import json
import subprocess

import pytest

import dx_mock
from tests.acceptance.environments import aws_cli, client_variables
from tests.acceptance.pages import examples

pytestmark = pytest.mark.acceptance


@pytest.fixture
def aws(endpoint_url):
    """Run ``aws directconnect`` with words; the parsed answer, or the text of the refusal."""
    program = aws_cli() / "aws"

    def run(*words: str, account_id: str = "123456789012", refused: bool = False):
        done = subprocess.run(
            [str(program), "directconnect", *words, "--output", "json"],
            env=client_variables(endpoint_url, account_id),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode != 0) is refused, done.stderr
        if refused:
            return done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else {}

    return run


def _order(aws, name: str) -> str:
    location = aws("describe-locations")["locations"][0]["locationCode"]
    words = ("--location", location, "--bandwidth", "1Gbps", "--connection-name", name)
    return aws("create-connection", *words)["connectionId"]


def test_connection_from_order_to_deletion(aws):
    """The story of the CLI's examples for connections: create, describe, update, delete."""
    connection_id = _order(aws, "Connection to AWS")
    by_id = ("--connection-id", connection_id)
    assert [found["connectionId"] for found in aws("describe-connections")["connections"]] == [connection_id]
    assert aws("update-connection", *by_id, "--connection-name", "renamed")["connectionName"] == "renamed"
    assert aws("describe-connections", *by_id)["connections"][0]["connectionName"] == "renamed"
    aws("delete-connection", *by_id)
    states = [found["connectionState"] for found in aws("describe-connections")["connections"]]
    assert set(states) <= {"deleting", "deleted"}


def test_pages_are_put_together(aws):
    """The CLI's own paginator follows every token: pages of one give the same as one page."""
    wanted = {
        aws("create-direct-connect-gateway", "--direct-connect-gateway-name", name)["directConnectGateway"][
            "directConnectGatewayId"
        ]
        for name in ("one", "two", "three")
    }
    found = aws("describe-direct-connect-gateways", "--page-size", "1")["directConnectGateways"]
    assert len(found) == 3
    assert {gateway["directConnectGatewayId"] for gateway in found} == wanted


def test_error_is_printed_as_the_cli_prints_it(aws):
    """The CLI finds the code, the operation and the message in a refusal."""
    refusal = aws("delete-connection", "--connection-id", "dxcon-ffffffff", refused=True)
    expected = "An error occurred (DirectConnectClientException) when calling the DeleteConnection operation: "
    assert expected in refusal
    assert refusal.rstrip().partition(expected)[2], "the message is empty"


def test_accounts_by_access_key_see_their_own(aws):
    """A 12-digit access key stands for the account of that number."""
    connection_id = _order(aws, "mine")
    other = aws("describe-connections", account_id="210987654321")["connections"]
    assert connection_id not in [found["connectionId"] for found in other]
    assert aws("describe-connections")["connections"][0]["ownerAccount"] == "123456789012"


def test_the_page(tmp_path):
    """docs/clients/aws-cli.md does what it says, in one shell."""
    with dx_mock.server(partners=["111111111111"]) as running:
        script = "\n".join(examples("aws-cli.md").values())
        script = script.replace("http://127.0.0.1:4000", running.endpoint_url)
        variables = client_variables(running.endpoint_url)
        variables["PATH"] = f"{aws_cli()}:{variables['PATH']}"
        done = subprocess.run(
            ["sh", "-e", "-c", script],
            env=variables,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        calls = [call.operation for call in running.mock.calls]
    assert (done.returncode, done.stderr) == (0, "")
    assert '"EqDC2"' in done.stdout
    assert "one\tavailable\n" in done.stdout
    *_, confirmed, shown = done.stdout.splitlines()
    assert confirmed == "pending"
    assert shown.split("\t")[1:] == ["available", "Partner 111111111111"]
    assert (tmp_path / "loa.pdf").read_bytes().startswith(b"%PDF-")
    assert calls[-2:] == ["ConfirmConnection", "DescribeConnections"]
