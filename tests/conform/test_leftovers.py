"""What a run makes it takes away, or names: also when it is interrupted, at whatever call."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

import dx_mock
from dx_mock import conform
from dx_mock.conform.leftovers import Made
from dx_mock.conform.questions import catalogue, questions

pytest.importorskip("flask")

MAKING = [question.id for question in catalogue() if any(step.undo for step in question.steps)]
FREE = [each.id for each in questions("free") if each.level == "free"]


def client(url):
    keys = {"aws_access_key_id": "123456789012", "aws_secret_access_key": "x"}
    config = Config(parameter_validation=False, retries={"max_attempts": 0})
    return boto3.client("directconnect", region_name="us-east-1", endpoint_url=url, config=config, **keys)


@pytest.fixture(scope="module")
def server():
    with dx_mock.server(provisioning="manual") as running:
        yield running


def things(client):
    """Return what is at the endpoint and not gone or going: id -> name."""
    found = {
        each["directConnectGatewayId"]: each["directConnectGatewayName"]
        for each in client.describe_direct_connect_gateways()["directConnectGateways"]
        if each["directConnectGatewayState"] not in {"deleting", "deleted"}
    }
    for rows, name in (
        (client.describe_connections()["connections"], "connection"),
        (client.describe_lags()["lags"], "lag"),
    ):
        found |= {each[f"{name}Id"]: each[f"{name}Name"] for each in rows if each[f"{name}State"] != "deleted"}
    if not hasattr(client, "list_resiliency_groups"):  # an older botocore
        return found
    groups = [each for each in client.list_resiliency_groups()["items"] if each["state"] != "deleted"]
    return found | {each["resiliencyGroupId"]: each["resiliencyGroupName"] for each in groups}


def remove(client):
    for made in list(things(client)):
        if made.startswith("dxcon"):
            client.delete_connection(connectionId=made)
        elif made.startswith("dxlag"):
            client.delete_lag(lagId=made)
        elif made.startswith("dxrg"):
            client.delete_resiliency_group(resiliencyGroupId=made)
        else:
            client.delete_direct_connect_gateway(directConnectGatewayId=made)


class Interrupted:
    """A client whose calls are broken off by Ctrl-C: before they are sent, or when their answer has come."""

    def __init__(self, client, at, after, then=()):
        self._client = client
        self.meta = client.meta
        self._at = {at, *then}
        self._after = after
        self.calls = 0

    def __getattr__(self, name):
        call = getattr(self._client, name)

        def called(**parameters):
            self.calls += 1
            number = self.calls
            if number in self._at and not self._after:
                raise KeyboardInterrupt
            try:
                return call(**parameters)
            finally:
                if number in self._at:
                    raise KeyboardInterrupt

        return called


def named(report, left):
    """Whether the report names everything that is left, by its id or its name."""
    said = "\n".join(report.left)
    return all(made in said or re.sub("-(?:renamed|other)$", "", name) in said for made, name in left.items())


def reference():
    """Return the reference of all runs of this file."""
    with dx_mock.server(provisioning="manual") as other:
        return conform.run(client(other.endpoint_url), "ports", only=MAKING).to_dict()


@pytest.fixture(scope="module")
def saved():
    return reference()


def test_a_run_leaves_nothing(server, saved):
    report = conform.run(client(server.endpoint_url), "ports", only=MAKING, against=saved)
    assert (report.exit_code, report.left) == (0, [])
    assert report.count("same") > 80
    assert things(client(server.endpoint_url)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True], ids=["before a call", "after a call"])
def test_interrupted_at_random_calls_nothing_is_left_that_is_not_named(server, saved, after):
    """Fifty times: at a random call of the whole, and a second time soon after in every other run."""
    chosen = random.Random(f"interrupts {after}")
    real = client(server.endpoint_url)
    for number in range(25):
        at = chosen.randrange(1, 220)
        again = (at + chosen.randrange(1, 4),) if number % 2 else ()
        only = chosen.sample(MAKING, 30)
        broken_off = Interrupted(real, at, after, again)
        report = conform.run(broken_off, "ports", only=only, against=saved, pause=0)
        left = things(real)
        assert named(report, left), (number, at, again, report.left, left)
        if not again:
            assert left == {}, (number, at)
        if broken_off.calls >= at:
            assert report.interrupted.startswith("it was interrupted")
            assert report.exit_code == 2
        remove(real)


def test_an_answer_that_is_lost_is_looked_for(server, saved):
    """The gateway is made, the answer does not come: it is found by its name and taken away."""
    real = client(server.endpoint_url)

    class Losing(Interrupted):
        def __getattr__(self, name):
            call = getattr(self._client, name)

            def called(**parameters):
                answer = call(**parameters)
                if name.startswith("create"):
                    raise ReadTimeoutError(endpoint_url="https://dx.acme.internal")
                return answer

            return called

    report = conform.run(Losing(real, 0, False), "ports", only=MAKING, against=saved, pause=0)
    assert (things(real), report.left) == ({}, [])
    assert report.exit_code == 2


def test_what_a_retry_has_made_twice_is_taken_away_twice(server, saved):
    """A client sends again when an answer was lost: both gateways have the run's name."""
    real = client(server.endpoint_url)

    class Twice(Interrupted):
        def __getattr__(self, name):
            call = getattr(self._client, name)

            def called(**parameters):
                if name == "create_direct_connect_gateway":
                    call(**parameters)
                answer = call(**parameters)
                answer["ResponseMetadata"]["RetryAttempts"] = 1
                return answer

            return called

    conform.run(Twice(real, 0, False), "free", only=["gateway-tags"], against=saved, pause=0)
    assert things(real) == {}


def test_what_can_not_be_taken_away_is_named_with_a_command(server, saved):
    real = client(server.endpoint_url)

    class Keeping(Interrupted):
        def __getattr__(self, name):
            if name.startswith("delete"):
                return lambda **parameters: 1 / 0
            return getattr(self._client, name)

    report = conform.run(Keeping(real, 0, False), "free", only=["gateway-tags"], against=saved, pause=0)
    (made,) = things(real)
    assert report.left == [
        f"aws directconnect delete-direct-connect-gateway --direct-connect-gateway-id {made}"
    ]
    assert "1 things may be left" in report.to_text()
    assert made not in report.to_json() + report.to_html() + report.to_text()
    remove(real)


def test_the_command_to_remove_is_quoted_for_a_shell():
    (question,) = questions("free", ["gateway-life"])
    made = Made(question.steps[0].undo[0], {"run": ["r"], "gateway": ["a b'c"]}, is_sure=True)
    assert made.by_hand[0].endswith("--direct-connect-gateway-id 'a b'\"'\"'c'")


# --- the command -------------------------------------------------------------------------------------------


def command(url, *options):
    words = ["-m", "dx_mock", "conform", "--endpoint", url, "--yes", "--level", "free", *options]
    environment = {"AWS_ACCESS_KEY_ID": "123456789012", "AWS_SECRET_ACCESS_KEY": "x"}
    return subprocess.Popen(
        [sys.executable, *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment},
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("presses", [1, 2, 3])
def test_ctrl_c_ends_the_command_with_a_report(server, tmp_path, presses):
    """At a random moment while gateways are made; what is left, if anything, is on standard error."""
    chosen = random.Random(presses)
    real = client(server.endpoint_url)
    only = [word for each in FREE for word in ("--question", each)]
    for number in range(4):
        file = tmp_path / f"{number}.json"
        process = command(server.endpoint_url, *only, "--save", str(file))
        before = len(server_calls(server))
        deadline = time.monotonic() + 60
        while len(server_calls(server)) < before + chosen.randrange(1, 60) and time.monotonic() < deadline:
            assert process.poll() is None, process.communicate()
            time.sleep(0.002)
        for _ in range(presses):
            process.send_signal(signal.SIGINT)
            time.sleep(chosen.choice([0, 0.01, 0.05]))
        out, err = process.communicate(timeout=60)
        assert "Traceback" not in out + err, err
        assert process.returncode == 2, (out, err)
        assert "The run ended early: it was interrupted" in out
        left = things(real)
        assert all(made in err or name.removesuffix("-renamed") in err for made, name in left.items()), (
            left,
            err,
        )
        if presses == 1:
            assert left == {}
        assert file.read_text().endswith("}\n")
        remove(real)


def server_calls(server):
    return server.mock.calls
