"""The command dx-mock: serve, snapshots, misuse in one clear sentence."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from contextlib import closing

import boto3
import pytest

from dx_mock.__main__ import main
from dx_mock.command_line import completion
from dx_mock.engine.declarations.estates import ESTATES
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
    with closing(SnapshotFile(file)) as opened:
        opened.save({"a": 1})
        with pytest.raises(TypeError):
            opened.save({"a": object()})
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


@pytest.mark.parametrize(
    ("words", "usage"),
    [
        (["serve", "--prot", "80"], "usage: dx-mock serve [-h] [--host HOST]"),
        (["serve", "more"], "usage: dx-mock serve [-h] [--host HOST]"),
        (["conform", "--lvel=ports"], "usage: dx-mock conform [-h]"),
        (["demo", "--fast"], "usage: dx-mock demo [-h]"),
        (["--prot"], "usage: dx-mock [-h] [--version] COMMAND"),
    ],
)
def test_a_flag_that_does_not_exist_shows_the_usage_of_its_command(capsys, words, usage):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    shown = capsys.readouterr().err
    assert shown.startswith(usage)
    assert words[-1].partition("=")[0] in shown or "required: COMMAND" in shown


def test_help_lists_the_estates(capsys):
    with pytest.raises(SystemExit):
        main(["serve", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert [name for name in ESTATES if name not in shown.replace("- ", "-")] == []


@pytest.mark.parametrize("shell", completion.SHELLS)
def test_completion(capsys, shell):
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for word in ("serve", "conform", "topology", "provisioning", "timed", "refused"):
        assert word in script, word


def test_bash_completes(capsys, tmp_path):
    """In bash itself: a command, an option, a value, a file."""
    if shutil.which("bash") is None:
        pytest.skip("no bash here")
    main(["completion", "bash"])
    script = tmp_path / "dx-mock"
    script.write_text(capsys.readouterr().out)
    (tmp_path / "estate.yaml").write_text("")

    def complete(*words):
        quoted = " ".join(f"'{each}'" for each in ("dx-mock", *words))
        code = (
            f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; _shtab_dx_mock; "
            'printf "%s\\n" "${COMPREPLY[@]}"'
        )
        done = subprocess.run(["bash", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
        return {each.strip() for each in done.stdout.split("\n") if each.strip()}

    assert complete("se") == {"serve"}
    assert complete("serve", "--prov") == {"--provisioning"}
    assert complete("serve", "--provisioning", "t") == {"timed"}
    assert complete("serve", "--topology", "est") == {"estate.yaml"}


def test_completion_without_its_package(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["completion", "bash"]) == 2
    assert "pip install 'dx-mock[completion]'" in capsys.readouterr().err


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
