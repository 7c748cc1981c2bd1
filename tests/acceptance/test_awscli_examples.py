"""The examples that ship with the installed AWS CLI, run by the CLI itself against the server.

The command lines are read from the installed package; ids, accounts and places in them are replaced by those of
a world that the scenario of ``tests/recorded/test_cli_examples.py`` prepares.  Answers are compared with the
outputs that the package shows for them: same members, same states, but for what docs/fidelity/cli-examples.md
explains.
"""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name

import dx_mock
from tests.acceptance.cli_examples import commands, filled, needs_shell
from tests.acceptance.environments import aws_cli, client_variables
from tests.acceptance.served import OWNER, Served
from tests.acceptance.worker import Worker
from tests.helpers import PARTNER
from tests.recorded import test_cli_examples as recorded
from tools.cli_examples import outputs

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def driver():
    """The CLI's driver in a process of its environment."""
    script = Path(__file__).parent / "awscli" / "driver.py"
    with Worker([str(aws_cli() / "python"), str(script)], client_variables("http://127.0.0.1:9")) as worker:
        yield worker


@pytest.fixture(scope="module")
def texts():
    """The texts of the installed examples by their names."""
    (folder,) = (aws_cli().parent / "lib").glob("python*/site-packages/awscli/examples/directconnect")
    return {path.stem: path.read_text() for path in sorted(folder.glob("*.rst"))}


class Program:
    """Runs the commands of one example in place of a scenario's calls of the same operation."""

    def __init__(self, driver: Worker, endpoint_url: str, lines: list[str], folder: Path) -> None:
        self.driver = driver
        self.endpoint_url = endpoint_url
        self.lines = lines
        self.folder = folder

    def call(self, account_id: str, parameters: dict[str, Any]) -> dict[str, Any] | None:
        """The parsed answer to the next command; None after those that are for a shell."""
        if needs_shell(self.lines[0]):
            while self.lines:
                self.shell(filled(self.lines.pop(0), parameters), account_id)
            return None
        words = shlex.split(filled(self.lines.pop(0), parameters))[1:]
        done = self.driver.ask(words=words, endpoint_url=self.endpoint_url, account_id=account_id)
        assert (done["status"], done["stderr"]) == (0, ""), (words, done)
        return {**json.loads(done["stdout"] or "{}"), "ResponseMetadata": {}}

    def shell(self, line: str, account_id: str) -> None:
        """A command line as it stands, by a shell and with the program ``aws``."""
        variables = client_variables(self.endpoint_url, account_id)
        variables["PATH"] = f"{aws_cli()}:{variables['PATH']}"
        subprocess.run(["sh", "-c", line], env=variables, cwd=self.folder, timeout=60, check=True)


class Client:
    """A boto3 client whose calls of one operation are made by the AWS CLI while there are commands for it."""

    def __init__(self, served: Served, operation: str, account_id: str, program: Program) -> None:
        self._served = served
        self._client = served.client(account_id=account_id)
        self._operation = operation
        self._account_id = account_id
        self._program = program

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if name != self._operation:
            return method

        def call(**parameters: Any) -> Any:
            if not self._program.lines:
                return method(**parameters)
            answer = self._program.call(
                self._account_id, self._served.with_gateways(self._account_id, parameters)
            )
            return method(**parameters) if answer is None else answer

        return call


class Story(recorded.Story):
    """The world of the server, and the program ``aws`` for the operation of the example."""

    def __init__(self, served: Served, operation: str, program: Program) -> None:
        super().__init__(served)
        self.client = Client(served, operation, OWNER, program)
        self.partner = Client(served, operation, PARTNER, program)
        self.customer = Client(served, operation, recorded.CUSTOMER, program)

    def other(self, service: str) -> Any:
        return self.dx.client(service)


@pytest.mark.parametrize("name", recorded.EXAMPLES)
def test_example(name, driver, texts, tmp_path):
    """Every command line of every example is accepted, and answered as the example shows it."""
    lines = commands(texts[name])
    assert lines, "no command was found in the example"
    operation = name.replace("-", "_")
    with dx_mock.server(partners=[PARTNER], provisioning="manual") as running:
        program = Program(driver, running.endpoint_url, lines, tmp_path)
        answers = list(getattr(recorded, operation)(Story(Served(running), operation, program)))
        called = {xform_name(call.operation) for call in running.mock.calls}
    shown = outputs(texts[name])
    assert not program.lines, "commands of the example that the scenario has no call for"
    assert operation in called
    assert len(answers) == len(shown)
    for ours, theirs in zip(answers, shown, strict=True):
        recorded.compare(ours, theirs)
    _check_letters(name, tmp_path)


def _check_letters(name: str, folder: Path) -> None:
    """What the examples for letters wrote to files."""
    if not name.endswith("-loa"):
        return
    letter, encoded = folder / "myLoaCfa.pdf", folder / "myLoaCfa.base64"
    if name == "describe-loa":
        # Differs: the example asks for loa.loaContent, the shape of the older operation.
        assert encoded.read_text() == "None\n"
    else:
        assert letter.read_bytes().startswith(b"%PDF-")
        assert encoded.read_text().startswith("JVBERi0")


def test_facts_are_those_of_the_installed_cli(texts):
    """The tests in process compare with what the newest CLI shows; if not, run tools/cli_examples.py."""
    assert {name: outputs(text) for name, text in texts.items()} == recorded.EXAMPLES


def test_letter_as_the_model_has_it(endpoint_url, driver):
    """describe-loa with the query that fits its output: the letter in base64."""

    def run(*words: str) -> Any:
        asked = {"endpoint_url": endpoint_url, "account_id": "123456789012"}
        return driver.ask(words=["directconnect", *words], **asked)["stdout"]

    order = ("--location", "EqDC2", "--bandwidth", "1Gbps", "--connection-name", "c")
    made = json.loads(run("create-connection", *order))["connectionId"]
    query = ("--connection-id", made, "--output", "text", "--query", "loaContent")
    assert run("describe-loa", *query).startswith("JVBERi0")
