"""Terraform and its AWS provider against the server: every resource and data source of Direct Connect.

The provider is tested against AWS, so that what it waits for, reads and matches is known to be AWS's.  It polls
with pauses of ten seconds: the estates live at the same time, each on a server of its own.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import dx_mock
from tests.acceptance.terraform_program import Outcome, Resource, Root, Terraform

pytestmark = pytest.mark.acceptance

HERE = Path(__file__).parent / "terraform"
ROOT = Path(__file__).parents[2]
CHANGED = ("-var", "changed=true")

#: Attributes that are Terraform's own or that the API does not show: an import can't know them.
UNSEEN = {"force_destroy", "skip_destroy", "proposal_id"}
#: "resource ... doesn't support import"
NOT_IMPORTED = {
    "aws_dx_bgp_peer",
    "aws_dx_connection_association",
    "aws_dx_connection_confirmation",
    "aws_dx_hosted_connection",
}
#: The provider expects no text of AWS's for their deletion when what they belong to is gone.
NOT_DELETED_TWICE = {"aws_dx_bgp_peer", "aws_dx_macsec_key_association"}
#: Resources that are imported by something else than their id.
IMPORTED_BY: dict[str, Callable[[dict[str, Any]], str]] = {
    "aws_dx_gateway_association": lambda found: f"{found['dx_gateway_id']}/{found['associated_gateway_id']}",
    "aws_dx_gateway_association_proposal": lambda found: (
        f"{found['id']}/{found['dx_gateway_id']}/{found['associated_gateway_id']}"
    ),
}


@dataclass
class Story:
    """What was seen while an estate lived, from its first apply until it was destroyed."""

    mock: Any = None
    types: set[tuple[str, str]] = field(default_factory=set)
    first: Outcome | None = None
    second: Outcome | None = None
    updated: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    leftovers: list[str] = field(default_factory=list)


def _tell(
    terraform: Terraform,
    place: Path,
    settings: dict[str, Any],
    pause: Callable[[Any], None] = lambda mock: None,
) -> Story:
    """Apply, plan, change, plan, import, plan and destroy an estate."""
    story = Story()
    with dx_mock.server(**settings) as server:
        story.mock = server.mock
        root = terraform.root(place, server.endpoint_url)
        story.first = root.apply()
        assert set(story.first.actions.values()) <= {"create", "read"}
        pause(server.mock)
        root.assert_unchanged()
        story.second = root.apply(*CHANGED)
        assert not story.second.addresses("replace") | story.second.addresses("delete")
        resources = root.resources()
        story.types = {(each.mode, each.type) for each in resources}
        updated = story.second.addresses("update")
        story.updated = {each.type for each in resources if each.address in updated}
        story.imported = _import(root, resources)
        state = root.state
        root.destroy(*CHANGED)
        story.leftovers = _leftovers(server.mock)
        _haunt(root, state, server.mock)
    return story


def _haunt(root: Root, state: str, mock: Any) -> None:
    """With the state of what is gone: it is planned anew, and to delete it again is no error.

    First AWS still shows what was deleted, later it knows none of the ids.
    """
    root.state = state
    managed = [each for each in root.resources() if each.mode == "managed"]
    gone = {each.address for each in managed if not each.values.get("skip_destroy")}
    for days in (0, 10):
        mock.clock.advance(days=days)
        planned = root.plan(*CHANGED)
        assert planned.addresses("create") == gone
        assert not planned.addresses("update") | planned.addresses("replace")
    # Where EC2 knows its ids no more the provider waits for minutes.
    besides = {
        each.address
        for each in managed
        if not each.type.startswith("aws_dx_") or each.type in NOT_DELETED_TWICE
    }
    if besides:
        root.run("state", "rm", *besides)
    root.destroy("-refresh=false", *CHANGED)


def _import(root: Root, resources: list[Resource]) -> set[str]:
    """Forget what can be imported, import it all, and see that this changes nothing; returns the types."""
    chosen = [
        each
        for each in resources
        if each.mode == "managed"
        and each.type.startswith("aws_dx_")
        and each.type not in NOT_IMPORTED
        and not each.values.get("cak")  # a secret that nobody can read again
    ]
    blocks = []
    for each in chosen:
        by = IMPORTED_BY.get(each.type, lambda found: found["id"])
        blocks.append(f'import {{\n  to = {each.address}\n  id = "{by(each.values)}"\n}}\n')
    (root.place / "imports.tf").write_text("\n".join(blocks))
    root.run("state", "rm", *(each.address for each in chosen))
    outcome = root.apply(*CHANGED)
    unseen = {each.address for each in chosen if any(each.values.get(name) for name in UNSEEN)}
    assert set(outcome.actions.values()) <= {"import", "update", "noop"}, outcome
    assert outcome.addresses("update") <= unseen, outcome
    root.assert_unchanged(*CHANGED)
    return {each.type for each in chosen}


def _leftovers(mock: Any) -> list[str]:
    """Whatever is left of an estate, in any account and Region."""
    return [
        f"{resource.kind} {getattr(resource, 'name', resource.id)}"
        for resource in mock.world.graph.resources.values()
        if getattr(resource, "stage", "deleted") not in {"deleted", "disassociated", "detached"}
    ]


def _four_days(mock: Any) -> None:
    """Until proposals that were accepted are shown no longer; the provider then looks for the association."""
    mock.clock.advance(days=4)


@pytest.fixture(scope="module")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """The program and its provider."""
    return Terraform(tmp_path_factory.mktemp("terraform"))


@pytest.fixture(scope="module")
def stories(terraform: Terraform, tmp_path_factory: pytest.TempPathFactory):
    """What becomes of the estates, and of the documents' examples; all at the same time."""
    # Before 6.11.0 the provider asks DescribeHostedConnections for the hosted connection itself, as AWS
    # allowed once.
    older = terraform.version < (6, 11)
    accounts = {
        "partners": ["111111111111"],
        "quirks": {"describe_hosted_connections_hosted_id": "answer"} if older else {},
    }
    places = {}
    for name in ("links", "interfaces", "accounts", "readme", "page"):
        places[name] = tmp_path_factory.mktemp(name)
        if (HERE / name).exists():
            shutil.copytree(HERE / name, places[name], dirs_exist_ok=True)
    with ThreadPoolExecutor(len(places)) as pool:
        told = {
            "links": pool.submit(_tell, terraform, places["links"], {}),
            "interfaces": pool.submit(_tell, terraform, places["interfaces"], {}),
            "accounts": pool.submit(_tell, terraform, places["accounts"], accounts, _four_days),
            "readme": pool.submit(_follow_readme, terraform, places["readme"]),
            "page": pool.submit(_follow_page, terraform, places["page"]),
        }
        yield told


def _found(outcome: Outcome | None) -> dict[str, Any]:
    assert outcome is not None
    found: dict[str, Any] = outcome.outputs["found"]
    return found


def test_links(stories):
    """Connections with and without MACsec, LAGs and their members; skip_destroy keeps what it says."""
    story = stories["links"].result()
    first, second = _found(story.first), _found(story.second)
    assert first["same"] is True
    assert first["arn"].startswith("arn:aws:directconnect:us-east-1:123456789012:dxcon/dxcon-")
    assert (first["capable"], first["key_state"]) == (True, "associated")
    assert "100G" in first["macsec"] and "1G" in first["speeds"]
    assert (first["encryption"], second["encryption"]) == ("should_encrypt", "must_encrypt")
    assert first["tags"] == {"estate": "links", "stage": "before"}
    assert second["tags"] == {"estate": "links", "stage": "after", "owner": "network"}
    assert story.leftovers == ["connection kept"]


def test_interfaces(stories):
    """Virtual interfaces, BGP peers, gateways and associations of one account."""
    story = stories["interfaces"].result()
    found = _found(story.first)
    assert found["gateway"] is True and found["jumbo"] is True
    assert found["attachment"].startswith("tgw-attach-")
    assert found["prefixes"] == ["10.255.254.0/28"]  # of the VPC, because none are given
    assert "router bgp 65352" in found["configuration"] and found["vendor"] == "Cisco Systems, Inc."
    assert found["peer_status"] == "up"
    assert found["address"].endswith("/125")
    assert story.leftovers == []


def test_accounts(stories):
    """Hosted connections, hosted virtual interfaces and proposals across accounts, one of them by a role."""
    story = stories["accounts"].result()
    found = _found(story.first)
    assert (found["user"], found["owner"], found["owner_of_it"]) == ("333333333333",) * 3
    assert (found["state"], found["vlan"], found["gateway"]) == ("available", 4094, True)
    callers = {call.account_id for call in story.mock.calls}
    assert callers == {"111111111111", "222222222222", "333333333333"}
    assert story.leftovers == []


def test_every_type_of_the_provider(stories, terraform):
    """Each aws_dx_* resource and data source was applied; what can be changed or imported was."""
    told = [stories[name].result() for name in ("links", "interfaces", "accounts")]
    schemas = terraform.schemas()
    wanted = {
        (mode, name)
        for mode, kind in (("managed", "resource_schemas"), ("data", "data_source_schemas"))
        for name in schemas[kind]
        if name.startswith("aws_dx_")
    }
    assert len(wanted) >= 24
    assert wanted - set().union(*(story.types for story in told)) == set()
    resources = {name for mode, name in wanted if mode == "managed"}
    tagged = {name for name in resources if "tags" in schemas["resource_schemas"][name]["block"]["attributes"]}
    updated = set().union(*(story.updated for story in told))
    assert (tagged | {"aws_dx_gateway", "aws_dx_gateway_association"}) - updated == set()
    assert resources - NOT_IMPORTED - set().union(*(story.imported for story in told)) == set()


# --- the documents -----------------------------------------------------------------------------------------


def _blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def _follow_readme(terraform: Terraform, place: Path) -> tuple[int, str]:
    """Run the README's own file and commands, word for word but for the port; the exit code and the output."""
    (module,) = _blocks("README.md", "hcl")
    (commands,) = (block for block in _blocks("README.md", "bash") if "terraform" in block)
    (place / "main.tf").write_text(module)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert commands.count("4000") == 2
    variables = terraform.variables("") | {"TF_DATA_DIR": str(place / ".terraform")}
    del variables["AWS_ENDPOINT_URL"]
    # The server in its background has to go also where a command fails, and must not hold a pipe open.
    output = place / "output"
    with output.open("w") as file:
        process = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", commands.replace("4000", str(port))],
            cwd=place,
            env=variables | {"PATH": os.pathsep.join((str(Path(sys.executable).parent), variables["PATH"]))},
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        status = process.wait(timeout=300)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    return status, output.read_text()


def _follow_page(terraform: Terraform, place: Path) -> Story:
    """Apply the blocks of the page together; only what they say brings the provider to the server."""
    story = Story()
    with dx_mock.server() as server:
        module = "\n".join(_blocks("docs/clients/terraform.md", "hcl"))
        (place / "main.tf").write_text(module.replace("http://127.0.0.1:4000", server.endpoint_url))
        root = terraform.root(place, "http://127.0.0.1:9")
        story.mock = server.mock
        story.first = root.apply()
        root.assert_unchanged()
        root.destroy()
        story.leftovers = _leftovers(server.mock)
    return story


def test_the_readme(stories):
    """The example of the README is true."""
    status, output = stories["readme"].result()
    assert status == 0, output
    assert "dx-mock is ready" in output
    assert "Apply complete!" in output and "Destroy complete!" in output


def test_the_page(stories):
    """The blocks of the page are a root module with two accounts."""
    story = stories["page"].result()
    assert len(story.first.addresses("create")) == 3
    assert {call.account_id for call in story.mock.calls} == {"123456789012", "210987654321"}
    assert story.leftovers == []
