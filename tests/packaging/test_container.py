"""The commands of the image do what they should; no engine is needed for that.

That the image can be built is shown by the workflow, which has an engine: ``tox -e container``.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.request

import boto3
import pytest
import yaml

from tests.packaging import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")


def instruction(pattern):
    """The JSON array of an instruction."""
    (found,) = re.findall(rf"^{pattern}\s*(\[.*\])$", DOCKERFILE, re.MULTILINE)
    return json.loads(found)


ENTRYPOINT = instruction("ENTRYPOINT")
HEALTHCHECK = instruction(r"HEALTHCHECK .*CMD")
PORT = ENTRYPOINT[ENTRYPOINT.index("--port") + 1]


def check_health(port):
    """Run the health check of the image with another port; the exit code."""
    program, *arguments = HEALTHCHECK
    assert program == "python"
    arguments = [each.replace(PORT, str(port)) for each in arguments]
    return subprocess.run([sys.executable, *arguments], capture_output=True, timeout=60).returncode


@pytest.mark.slow
def test_the_commands_of_the_image():
    """It starts with more options after its own, is healthy, answers, and ends when it is told to."""
    assert ENTRYPOINT[0] == "dx-mock"
    options = ["--host", "127.0.0.1", "--port", "0", "--json", "--provisioning", "manual"]
    command = [sys.executable, "-m", "dx_mock", *ENTRYPOINT[1:], *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = json.loads(server.stdout.readline())["endpoint_url"]
            port = int(url.rpartition(":")[2])
            assert check_health(port) == 0
            with urllib.request.urlopen(f"{url}/dx-mock/health") as answer:
                assert json.load(answer)["provisioning"] == "manual"
            keys = {"aws_access_key_id": "123456789012", "aws_secret_access_key": "secret"}
            client = boto3.client("directconnect", endpoint_url=url, region_name="us-east-1", **keys)
            order = {"location": "EqDC2", "bandwidth": "1Gbps", "connectionName": "c"}
            client.create_connection(**order)
            reset = urllib.request.Request(f"{url}/dx-mock/reset", method="POST")
            with urllib.request.urlopen(reset) as answer:
                assert answer.status == 200
            assert client.describe_connections()["connections"] == []
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=30) == 0
        finally:
            server.kill()
    assert check_health(port) != 0


def test_the_health_check_asks_the_port_that_is_served():
    assert f"'127.0.0.1', {PORT}" in HEALTHCHECK[-1]
    assert re.search(rf"^EXPOSE {PORT}$", DOCKERFILE, re.MULTILINE)


def test_the_image_does_not_run_as_root():
    users = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert users
    assert users[-1].isdigit()
    assert users[-1] != "0"


def test_what_is_copied_is_sent_to_the_engine():
    """The context is a list of what the image is made of: what is not on it can't be copied."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    sent = {line[1:] for line in lines if line.startswith("!")}
    copied = set()
    for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE):
        *sources, _target = line.split()
        copied.update(sources)
    assert copied == sent
    assert all((ROOT / name).exists() for name in sent)


def test_compose_publishes_on_the_loopback_alone():
    (service,) = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"].values()
    assert service["ports"] == [f"127.0.0.1:{PORT}:{PORT}"]
    assert service["cap_drop"] == ["ALL"]


def test_the_page_publishes_on_the_loopback_alone():
    """Every example of it; the one that does not is the one that warns."""
    page = (ROOT / "docs" / "clients" / "containers.md").read_text(encoding="utf-8")
    published = re.findall(r"(?:--publish |ports: \[\")(\S+:)?4000:4000", page)
    assert len(published) >= 4
    assert [each for each in published if each != "127.0.0.1:"] == [""]
    assert "`--publish 4000:4000` without" in page.replace("\n", " ")
