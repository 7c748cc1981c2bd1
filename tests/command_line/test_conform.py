"""The command dx-mock conform: its options, its exit codes, and the files that it writes."""

from __future__ import annotations

import json
import os
import stat

import pytest

import dx_mock
from dx_mock.__main__ import main

pytest.importorskip("flask")

FEW = [
    "--question",
    "describe-lags-malformed",
    "--question",
    "describe-connections-all",
    "--question",
    "describe-lags-unknown",
]


@pytest.fixture(autouse=True)
def keys(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-to-be-seen")
    monkeypatch.delenv("AWS_PROFILE", raising=False)


@pytest.fixture
def url():
    with dx_mock.server(provisioning="manual") as server:
        yield server.endpoint_url


def conform(*words):
    return main(["conform", *words])


def refused(capsys, *words):
    """Return the one line with which the command refuses."""
    assert conform(*words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err.rstrip("\n").split("\n")[-1]


def test_it_asks_itself(capsys):
    assert conform(*FEW) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out == (
        f"an endpoint on this machine in us-east-1, against dx_mock {dx_mock.__version__}:\n"
        "  level  questions  same  differs  not asked\n"
        "refused          3     3        0          0\n"
    )


def test_an_endpoint_in_another_region_with_all_files(url, capsys, tmp_path):
    run, page = tmp_path / "run.json", tmp_path / "run.html"
    words = [
        "--endpoint",
        url,
        "--region",
        "eu-central-1",
        "--yes",
        "--save",
        str(run),
        "--html",
        str(page),
        "--json",
    ]
    assert conform(*words, *FEW) == 0
    out, err = capsys.readouterr()
    assert out == run.read_text()
    saved = json.loads(out)
    assert (saved["region"], saved["level"], saved["reference"]) == (
        "eu-central-1", "refused", f"dx_mock {dx_mock.__version__}",
    )  # fmt: skip
    assert [each["verdict"] for each in saved["findings"]] == ["same"] * 3
    assert err.startswith(
        f"3 questions, 3 calls, to {url} in eu-central-1, level refused: only calls that change nothing"
    )
    assert page.read_text().startswith("<!doctype html>")
    assert page.read_text().count('<tr class="same">') == 3
    assert os.listdir(tmp_path) != [] and len(os.listdir(tmp_path)) == 2  # nothing half-written beside them
    assert "not-to-be-seen" not in out + page.read_text()


def test_differences_have_the_exit_code_1(url, capsys, tmp_path):
    """Against a saved run whose answer was another one."""
    run = tmp_path / "run.json"
    assert conform("--endpoint", url, "--yes", "--save", str(run), *FEW) == 0
    saved = json.loads(run.read_text())
    (changed,) = (each for each in saved["findings"] if each["question"] == "describe-lags-malformed")
    changed["answers"][0]["message"] = "the id is odd"
    run.write_text(json.dumps(saved))
    capsys.readouterr()
    assert conform("--endpoint", url, "--yes", "--against", str(run), *FEW) == 1
    out = capsys.readouterr().out
    assert out.startswith(
        "differs    describe-lags-malformed: DescribeLags with an id that does not look like one\n"
    )
    assert "message is 'Lag ID doesntexist has an invalid format.', not 'the id is odd'" in out
    assert "against a run of an endpoint on this machine" in out


def test_the_list(capsys):
    assert conform("--list") == 0
    few = capsys.readouterr().out
    assert conform("--list", "--level", "ports") == 0
    all_of_them = capsys.readouterr().out
    assert "describe-lags-malformed\n" in few and "lag-life" not in few
    assert "ports    lag-life\n" in all_of_them


def test_nothing_is_sent_without_a_yes(url, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert (
        refused(capsys, "--endpoint", url)
        == "dx-mock: nobody can be asked here whether this may be sent: add --yes"
    )
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    for answer in ("n", "", "whatever"):
        monkeypatch.setattr("builtins.input", lambda prompt, answer=answer: answer)
        assert refused(capsys, "--endpoint", url) == "dx-mock: nothing was sent"
    monkeypatch.setattr("builtins.input", lambda prompt: "y")
    assert conform("--endpoint", url, *FEW) == 0


def test_ports_need_two_words(url, capsys):
    said = "dx-mock: --level ports orders real ports: it needs --i-accept-costs besides"
    assert refused(capsys, "--endpoint", url, "--level", "ports", "--yes") == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--level", "por"],
            "level must be one of 'refused', 'free', 'ports', not 'por'; did you mean 'ports'?",
        ),
        (["--time-limit", "soon"], "--time-limit must be a number of seconds above 0, not 'soon'"),
        (["--time-limit", "nan"], "--time-limit must be a number of seconds above 0, not 'nan'"),
        (["--against", "missing.json"], "can't read the run missing.json: No such file or directory"),
        (["--save", "missing/run.json"], "can't write missing/run.json: No such file or directory"),
        (["--save", "."], "can't write .: Is a directory"),
        (["--profile", "nobody", "--yes"], "The config profile (nobody) could not be found"),
        (["--endpoint", "not a url", "--yes"], "Invalid endpoint: not a url"),
    ],
)
def test_wrong_options_are_refused_in_one_line(words, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert refused(capsys, *words) == f"dx-mock: {said}"
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "content",
    ["{", "[]", "5", '{"format": "x"}', '{"format": "dx_mock conform run", "version": 1, "findings": [5]}'],
)
def test_what_is_not_a_run_is_refused_in_one_line(content, capsys, tmp_path):
    file = tmp_path / "run.json"
    file.write_text(content)
    assert "run" in refused(capsys, "--against", str(file), *FEW)


def test_no_credentials(capsys, monkeypatch, url):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    said = "dx-mock: there are no credentials: set a profile with --profile, or AWS_ACCESS_KEY_ID"
    assert refused(capsys, "--endpoint", url, "--yes", *FEW) == said


def test_a_result_that_can_not_be_written_leaves_the_old_one(url, capsys, monkeypatch, tmp_path):
    """The disk is full: the file of before is whole, and the result is printed all the same."""
    file = tmp_path / "run.json"
    file.write_text("the run of before")

    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    assert conform("--endpoint", url, "--yes", "--save", str(file), *FEW) == 2
    out, err = capsys.readouterr()
    assert "refused          3     3        0          0" in out
    assert err.endswith(f"dx-mock: can't write {file}: No space left on device\n")
    assert (file.read_text(), os.listdir(tmp_path)) == ("the run of before", ["run.json"])


def test_a_saved_run_can_be_read_by_its_owner_only(url, tmp_path):
    file = tmp_path / "run.json"
    conform("--endpoint", url, "--yes", "--save", str(file), *FEW)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_orders_are_placed_in_the_region_of_their_location_only(url, capsys):
    words = ["--endpoint", url, "--yes", "--level", "ports", "--i-accept-costs", "--region", "eu-central-1"]
    assert conform(*words, "--question", "connection-life", "--question", "gateway-life") == 0
    out = capsys.readouterr().out
    assert "not asked  1 questions: it orders at a location of us-east-1" in out
