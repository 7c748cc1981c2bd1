"""The command dx-mock: serve, snapshots, misuse in one clear sentence."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import boto3
import pytest

from dx_mock.__main__ import main
from dx_mock.http_server.snapshot_file import SnapshotFile
from tests.helpers import connect

pytest.importorskip("flask")


def serve(*options):
    """A server in a process of its own, with its ready line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dx_mock", "serve", "--json", *options], stdout=subprocess.PIPE, text=True
    )
    return process, json.loads(process.stdout.readline())


def client(ready):
    return boto3.client(
        "directconnect",
        region_name="us-east-1",
        endpoint_url=ready["endpoint_url"],
        aws_access_key_id="123456789012",
        aws_secret_access_key="x",
    )


def end(process, number=signal.SIGTERM):
    process.send_signal(number)
    process.stdout.close()
    return process.wait(timeout=20)


def test_serve_and_snapshot(tmp_path):
    """The world goes on where it was: loaded at the start, saved at the end."""
    file = tmp_path / "world.json"
    options = ("--provisioning", "manual", "--seed", "5", "--quirk", "logical_redundancy=yes")
    process, ready = serve("--snapshot", str(file), *options)
    made = connect(client(ready))
    assert ready["pid"] == process.pid
    assert end(process) == 0
    settings = json.loads(file.read_text())["settings"]
    assert (settings["seed"], settings["quirks"]["logical_redundancy"]) == (5, "yes")
    process, ready = serve("--snapshot", str(file))
    (shown,) = client(ready).describe_connections()["connections"]
    assert (shown["connectionId"], shown["connectionState"]) == (made, "requested")
    assert end(process, signal.SIGINT) == 0
    assert [each.name for each in tmp_path.iterdir()] == ["world.json"]


def test_a_failed_save_leaves_the_old_file(tmp_path):
    file = tmp_path / "world.json"
    SnapshotFile(file).save({"a": 1})
    with pytest.raises(TypeError):
        SnapshotFile(file).save({"a": object()})
    assert json.loads(file.read_text()) == {"a": 1}
    assert [each.name for each in tmp_path.iterdir()] == ["world.json"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--provisioning", "fast"], "provisioning must be one of 'auto', 'manual', 'timed', not 'fast'"),
        (["--partners", "abc"], "must be a string of 12 digits, not 'abc'"),
        (["--partners", "111111111111=One,222222222222"], "--partners wants NAME=VALUE, not '222222222222'"),
        (["--partners", "111111111111="], "the name of a partner must be a string that is not empty"),
        (["--quirk", "yes"], "--quirk wants NAME=VALUE, not 'yes'"),
        (["--quirk", "device_placement=x"], "quirk 'device_placement' must be one of 'pack', 'spread'"),
        (["--quirk", "mood=good"], "unknown quirk 'mood'"),
        (["--host", "256.1.1.1"], "can't listen on 256.1.1.1"),
        (["--port", "99999"], "port must be a number from 0 to 65535, not 99999"),
    ],
)
def test_misuse(capsys, options, text):
    assert main(["serve", *options]) == 2
    shown = capsys.readouterr().err
    assert text in shown
    assert shown.count("\n") == 1
    assert "Traceback" not in shown


def test_files_that_are_no_snapshots(tmp_path, capsys):
    for content, text in (("{", "can't read the snapshot"), ("{}", "this is not a snapshot of dx_mock")):
        file = tmp_path / "world.json"
        file.write_text(content)
        assert main(["serve", "--snapshot", str(file)]) == 2
        assert text in capsys.readouterr().err
        assert file.read_text() == content


def test_version_and_demo(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("dx-mock 0.")
    assert main(["demo"]) == 0
    assert "EqDC2" in capsys.readouterr().out
    with pytest.raises(SystemExit) as caught:
        main(["dance"])
    assert caught.value.code == 2
