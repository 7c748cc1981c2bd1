"""The page about the server: its tables are complete, its commands print what it says."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import dx_mock
from dx_mock.command_line import serve
from dx_mock.http_server.control_api.endpoints import PREFIX, endpoints

pytest.importorskip("flask")

PAGE = (Path(__file__).parents[2] / "docs" / "server.md").read_text(encoding="utf-8")


def block(note):
    """The block after a comment."""
    return re.search(rf"<!-- {note} -->\n```\w+\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)[1]


def test_every_endpoint_is_in_the_table():
    shown = re.findall(r"^\| `([A-Z]+) (/dx-mock/\S*)` \|", PAGE, re.MULTILINE)
    assert shown == [(endpoint.method, PREFIX + endpoint.path) for endpoint in endpoints()]


def test_every_option_is_in_the_table():
    parser = argparse.ArgumentParser()
    serve.add_parser(parser.add_subparsers())
    (commands,) = (each for each in parser._actions if isinstance(each, argparse._SubParsersAction))
    known = [action.option_strings[-1] for action in commands.choices["serve"]._actions]
    assert ["--help", *re.findall(r"^\| `(--\S+)` \|", PAGE, re.MULTILINE)] == known


def test_the_commands_print_what_the_page_says(tmp_path):
    if shutil.which("curl") is None or shutil.which("bash") is None:
        pytest.skip("curl and bash are not on this machine")
    with dx_mock.server(topology="development") as srv:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block("run: curl")],
            env={**os.environ, "ENDPOINT": srv.endpoint_url},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout == block("printed by curl")
