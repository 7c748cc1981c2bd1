"""Terraform, with the AWS provider from a mirror on this machine: nothing is downloaded."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.acceptance.environments import client_variables

#: Names the directory that has ``registry.terraform.io/hashicorp/aws``, packed or unpacked.
VARIABLE = "DX_MOCK_TF_MIRROR"
#: Where Terraform itself and most installers look for plugins.
PLACES = (
    "~/.terraform.d/plugins",
    "/usr/share/terraform/plugins",
    "/usr/local/share/terraform/plugins",
    "/opt/tf-plugins",
)
_PROVIDER = Path("registry.terraform.io", "hashicorp", "aws")
_SETTINGS = """
disable_checkpoint = true

provider_installation {{
  filesystem_mirror {{
    path = {mirror}
  }}
}}
"""
_EMPTY = 'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n'


def mirror() -> Path:
    """The mirror of plugins; skips where there is none, fails where the variable is wrong."""
    named = os.environ.get(VARIABLE)
    for place in [named] if named else PLACES:
        found = Path(place).expanduser()
        if (found / _PROVIDER).is_dir():
            return found
    if named:
        pytest.fail(f"{VARIABLE} is {named!r}, which has no {_PROVIDER}")
    pytest.skip(f"no Terraform provider mirror: {VARIABLE} is not set and none of {', '.join(PLACES)} has one")


class Outcome(NamedTuple):
    """What an apply did: the actions planned by address, and the outputs."""

    actions: dict[str, str]
    outputs: dict[str, Any]

    def addresses(self, action: str) -> set[str]:
        """The addresses with an action: create, update, delete, replace."""
        return {address for address, planned in self.actions.items() if planned == action}


class Resource(NamedTuple):
    """A resource or data source of a state; ``mode`` is "managed" or "data"."""

    mode: str
    type: str
    address: str
    values: dict[str, Any]


class Terraform:
    """The program, after one ``terraform init`` that all root modules share."""

    def __init__(self, place: Path) -> None:
        found = shutil.which("terraform")
        if found is None:
            pytest.skip("terraform is not on this machine")
        self.program = found
        self.place = place
        self.settings = place / "settings.tfrc"
        self.settings.write_text(_SETTINGS.format(mirror=json.dumps(str(mirror()))))
        (place / "main.tf").write_text(_EMPTY)
        self.empty = Root(self, place, "http://127.0.0.1:9")
        self.empty.run("init", "-input=false")

    @property
    def version(self) -> tuple[int, ...]:
        """The version of the provider."""
        (text,) = json.loads(self.empty.run("version", "-json"))["provider_selections"].values()
        return tuple(int(part) for part in text.split("."))

    def schemas(self) -> dict[str, Any]:
        """The provider's schemas, as ``terraform providers schema`` shows them."""
        (provider,) = json.loads(self.empty.run("providers", "schema", "-json"))["provider_schemas"].values()
        schemas: dict[str, Any] = provider
        return schemas

    def root(self, place: Path, endpoint_url: str) -> Root:
        """A root module in a directory that is there; its clients speak to the endpoint."""
        shutil.copy(self.place / ".terraform.lock.hcl", place)
        return Root(self, place, endpoint_url)

    def variables(self, endpoint_url: str) -> dict[str, str]:
        """The environment of Terraform: the endpoint, this mirror, and nothing of the user's own settings."""
        kept = {
            name: value for name, value in client_variables(endpoint_url).items() if not name.startswith("TF_")
        }
        ours = {
            "TF_CLI_CONFIG_FILE": str(self.settings),
            "TF_DATA_DIR": str(self.place / ".terraform"),
            "TF_IN_AUTOMATION": "1",
            "GOGC": "400",  # the provider's start, for each command anew, builds large schemas
            "PATH": os.pathsep.join((str(Path(self.program).parent), os.environ.get("PATH", ""))),
        }
        return kept | ours


class Root:
    """A root module with its state."""

    def __init__(self, terraform: Terraform, place: Path, endpoint_url: str) -> None:
        self.terraform = terraform
        self.place = place
        self.endpoint_url = endpoint_url

    def run(self, *words: str, codes: tuple[int, ...] = (0,)) -> str:
        """Run ``terraform`` with words; what it printed.

        Raises:
            AssertionError: it ended with another code than one of ``codes``; the message has its output.
        """
        done = subprocess.run(
            [self.terraform.program, *words],
            cwd=self.place,
            env=self.terraform.variables(self.endpoint_url),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        shown = f"terraform {' '.join(words)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        assert done.returncode in codes, shown
        return done.stdout

    def apply(self, *words: str) -> Outcome:
        """Apply, many resources at once because most of the time the provider sleeps between polls."""
        return _outcome(self.run("apply", "-json", "-auto-approve", "-parallelism=50", *words))

    def plan(self, *words: str) -> Outcome:
        """Plan what there is to do, and do nothing."""
        return _outcome(self.run("plan", "-json", "-parallelism=50", *words))

    def assert_unchanged(self, *words: str) -> None:
        """Plan, and fail if there would be anything to do."""
        self.run("plan", "-no-color", "-detailed-exitcode", "-parallelism=50", *words)

    def destroy(self, *words: str) -> None:
        """Destroy everything of the state."""
        self.run("destroy", "-no-color", "-auto-approve", "-parallelism=50", *words)
        assert self.resources() == []

    @property
    def state(self) -> str:
        """The file of the state; setting it is what an old backup does."""
        return (self.place / "terraform.tfstate").read_text()

    @state.setter
    def state(self, content: str) -> None:
        (self.place / "terraform.tfstate").write_text(content)

    def resources(self) -> list[Resource]:
        """The resources of the state, data sources among them."""
        state = json.loads(self.run("state", "pull") or "{}")
        return [
            Resource(
                each["mode"],
                each["type"],
                f"{each['type']}.{each['name']}" + _index(instance),
                instance["attributes"],
            )
            for each in state.get("resources", [])
            for instance in each["instances"]
        ]


def _index(instance: dict[str, Any]) -> str:
    return f"[{json.dumps(instance['index_key'])}]" if "index_key" in instance else ""


def _outcome(printed: str) -> Outcome:
    """What the events of a plan or an apply say."""
    actions, outputs = {}, {}
    for event in map(json.loads, printed.splitlines()):
        if event["type"] == "planned_change":
            actions[event["change"]["resource"]["addr"]] = event["change"]["action"]
        elif event["type"] == "outputs":
            outputs = {name: output.get("value") for name, output in event["outputs"].items()}
    return Outcome(actions, outputs)
