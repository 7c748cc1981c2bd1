"""Real programs in two worlds of one server at once: Terraform, the AWS CLI, JavaScript; and nginx in front."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

import dx_mock
from tests.acceptance.environments import aws_cli, client_variables, node_environment
from tests.acceptance.terraform_program import Terraform
from tests.acceptance.worker import Worker

pytestmark = pytest.mark.acceptance

ACCOUNT = "123456789012"
NAMES = ("one", "two")
ESTATE = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "key" {}
variable "name" {}

provider "aws" {
  region     = "us-east-1"
  access_key = var.key
  secret_key = "secret"
}

resource "aws_vpc" "this" {
  cidr_block = "10.1.0.0/16"
}

resource "aws_dx_connection" "this" {
  count     = var.name == "one" ? 1 : 2
  name      = "of ${var.name}"
  bandwidth = "1Gbps"
  location  = "EqDC2"
}

output "vpcs" {
  value = aws_vpc.this.owner_id
}
"""


@pytest.fixture
def srv() -> Iterator[Any]:
    """A server with two worlds."""
    with dx_mock.server() as running:
        for name in NAMES:
            running.worlds.make(name)
        yield running


def address(srv: Any, name: str, way: str) -> tuple[str, str]:
    """The endpoint and the access key of a program that is in a world."""
    if way == "path":
        return f"{srv.endpoint_url}/worlds/{name}", ACCOUNT
    return srv.endpoint_url, f"{name}.{ACCOUNT}"


def counts(srv: Any) -> dict[str, int]:
    """How many resources each world has, and the server's own."""
    found = {facts.name: facts.resources for facts in srv.worlds.listing()[1]}
    return {**found, "": len(srv.mock.world.graph.resources)}


@pytest.mark.parametrize("way", ["path", "key"])
def test_terraform(srv, tmp_path, way):
    """Two applies at once, each plans no change afterwards; destroying one leaves the other as it is."""
    places = [address(srv, name, way) for name in NAMES]
    (tmp_path / "terraform").mkdir()
    terraform = Terraform(tmp_path / "terraform")
    roots = []
    for name, (endpoint, key) in zip(NAMES, places, strict=True):
        place = tmp_path / name
        place.mkdir()
        (place / "main.tf").write_text(ESTATE)
        (place / "terraform.tfvars.json").write_text(json.dumps({"key": key, "name": name}))
        roots.append(terraform.root(place, endpoint))
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda root: root.apply(), roots))
    assert [each.outputs["vpcs"] for each in outcomes] == [ACCOUNT, ACCOUNT]
    assert counts(srv) == {"one": 1, "two": 2, "": 0}
    roots[0].destroy()
    roots[1].assert_unchanged()


@pytest.mark.parametrize("way", ["path", "key"])
def test_aws_cli(srv, way):
    program = aws_cli() / "aws"

    def aws(name: str, *words: str) -> Any:
        endpoint, key = address(srv, name, way)
        done = subprocess.run(
            [str(program), *words, "--output", "json"],
            env=client_variables(endpoint, key),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def story(name: str) -> tuple[int, int]:
        for number in range(NAMES.index(name) + 1):
            order = ("--location", "EqDC2", "--bandwidth", "1Gbps", "--connection-name", f"c{number}")
            aws(name, "directconnect", "create-connection", *order)
        aws(name, "ec2", "create-vpc", "--cidr-block", "10.1.0.0/16")
        shown = aws(name, "directconnect", "describe-connections")["connections"]
        return len(shown), len(aws(name, "ec2", "describe-vpcs")["Vpcs"])

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(story, NAMES)) == [(1, 2), (2, 2)]
    assert counts(srv) == {"one": 1, "two": 2, "": 0}


@pytest.mark.parametrize("way", ["path", "key"])
def test_javascript(srv, way):
    folder = node_environment("javascript", Path(__file__).parent / "javascript")

    def story(name: str) -> int:
        endpoint, key = address(srv, name, way)
        with Worker(["node", "worker.mjs"], client_variables("http://127.0.0.1:9"), folder) as sdk:

            def send(operation: str, protocol: str, **given: Any) -> Any:
                found = sdk.ask(
                    way="send",
                    endpoint_url=endpoint,
                    account_id=key,
                    operation=operation,
                    input=given,
                    protocol=protocol,
                )
                assert "error" not in found, found
                return found["answer"]

            for protocol in ("json", "cbor")[: NAMES.index(name) + 1]:
                order = {"location": "EqDC2", "bandwidth": "1Gbps", "connectionName": protocol}
                send("CreateConnection", protocol, **order)
            return len(send("DescribeConnections", "cbor")["connections"])

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(story, NAMES)) == [1, 2]
    assert counts(srv) == {"one": 1, "two": 2, "": 0}


# --- several machines ------------------------------------------------------------------------------------


def _nginx() -> str:
    found = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if found is None:
        pytest.skip("nginx is not on this machine: apt-get install nginx-light")
    return found


@contextmanager
def _in_front(configuration: str, folder: Path) -> Iterator[None]:
    """Run nginx with a configuration, in the foreground, until it is over."""
    file = folder / "nginx.conf"
    file.write_text(configuration)
    command = [_nginx(), "-p", str(folder), "-c", str(file), "-e", str(folder / "error.log")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _configuration(port: int, backends: list[str], folder: Path) -> str:
    """The configuration of docs/server.md, for these ports and without a daemon."""
    page = (Path(__file__).parents[2] / "docs" / "server.md").read_text(encoding="utf-8")
    block = page.split("<!-- run: nginx -->\n```nginx\n", 1)[1].split("```", 1)[0]
    block = block.replace("listen 8555;", f"listen 127.0.0.1:{port};")
    for number, backend in enumerate(backends, 1):
        block = block.replace(f"10.0.0.{number}:8555", urlsplit(backend).netloc)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    head = f"daemon off;\nmaster_process off;\npid {folder}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n"
    return f"{head}{temporary}{block}\n}}\n"


def _ask(method: str, url: str, body: Any = None) -> Any:
    content = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, content, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return json.load(answer)


def test_nginx_in_front_of_several_machines(tmp_path):
    """Each world is in one server, by the hash of its name; the address is nginx's everywhere."""
    _nginx()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with ExitStack() as running:
        servers = [running.enter_context(dx_mock.server()) for _ in range(2)]
        backends = [each.endpoint_url for each in servers]
        running.enter_context(_in_front(_configuration(port, backends, tmp_path), tmp_path))
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 30
        while True:
            try:
                _ask("GET", f"{url}/dx-mock/health")
                break
            except OSError:
                assert time.monotonic() < deadline, (tmp_path / "error.log").read_text()
                time.sleep(0.1)
        names = [f"ci-{number}" for number in range(12)]
        for name in names:
            made = _ask("PUT", f"{url}/dx-mock/worlds/{name}", {"settings": {"seed": 5}})
            assert made["endpoint_url"] == f"{url}/worlds/{name}"
            with dx_mock_client(made["endpoint_url"]) as client:
                client.create_connection(location="EqDC2", bandwidth="1Gbps", connectionName=name)
        shares = [{facts.name for facts in each.worlds.listing()[1]} for each in servers]
        assert shares[0] | shares[1] == set(names)
        assert shares[0] and shares[1] and not shares[0] & shares[1]
        for name in names:
            assert _ask("GET", f"{url}/worlds/{name}/dx-mock/health")["resources"] == 1
            assert _ask("GET", f"{url}/dx-mock/worlds/{name}")["resources"] == 1
            _ask("DELETE", f"{url}/dx-mock/worlds/{name}")
        assert [each.worlds.listing()[0] for each in servers] == [0, 0]


@contextmanager
def dx_mock_client(url: str) -> Iterator[Any]:
    """A boto3 client of a world."""
    import boto3

    keys = {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "x"}
    client = boto3.client("directconnect", region_name="us-east-1", endpoint_url=url, **keys)
    yield client
    client.close()
