"""Runs of dx-mock conform against AWS, replayed: dx_mock answers what AWS answered.

The files are taken in by tools/recorded_run.py; what AWS answers otherwise than dx_mock fails here until it is
mended.
"""

from __future__ import annotations

import json

import boto3
import pytest
from botocore.config import Config

from dx_mock import conform
from tests.helpers import needs
from tools import recorded_run


@pytest.fixture
def client():
    config = Config(parameter_validation=False)
    return boto3.client("directconnect", region_name="us-east-1", config=config)


def replayed(client, run):
    """Return the report of dx_mock's answers against those of a run."""
    only = [finding["question"] for finding in run["findings"]]
    return conform.run(client, run["level"], only=only, against=run, pause=0)


def differences(report):
    """Return what differs; headers are the server's matter, not this client's."""
    found = [
        (each.question.id, str(one)) for each in report for one in each.differences if one.aspect != "headers"
    ]
    return found + [(each.question.id, each.reason) for each in report if each.verdict == "not asked"]


@pytest.fixture
def aws(tmp_path):
    """A run as AWS would give it: made of our own answers, and said to be of AWS."""
    from dx_mock import mock_directconnect

    with mock_directconnect(provisioning="manual"):
        config = Config(parameter_validation=False)
        ours = boto3.client("directconnect", region_name="us-east-1", config=config)
        only = ["page-of-minus-1", "describe-lags-unknown", "gateway-life", "describe-connections-all"]
        run = conform.run(ours, "free", only=only, pause=0).to_dict()
    run["endpoint"] = "AWS (directconnect.us-east-1.amazonaws.com)"
    file = tmp_path / "run.json"
    file.write_text(json.dumps(run))
    return file


@pytest.mark.directconnect(provisioning="manual")
def test_dx_mock_answers_what_aws_answered(client, directconnect):
    for file in sorted(recorded_run.RUNS.glob("*.json")):
        run = json.loads(file.read_text(encoding="utf-8"))
        assert differences(replayed(client, run)) == [], file.name


@pytest.mark.directconnect(provisioning="manual")
@needs("DescribeLags.maxResults")
def test_a_run_that_is_taken_in_is_replayed(client, directconnect, aws, tmp_path):
    run = recorded_run.read(aws)
    file = recorded_run.keep(run, tmp_path / "runs")
    kept = json.loads(file.read_text())
    assert [finding["question"] for finding in kept["findings"]] == [
        "page-of-minus-1", "describe-connections-all", "describe-lags-unknown", "gateway-life",
    ]  # fmt: skip
    assert differences(replayed(client, kept)) == []
    decided = list(recorded_run.decided(run))
    assert "INVALID_MAX_RESULTS by page-of-minus-1" in decided[0]
    assert decided[0].endswith(
        "AWS:  DirectConnectClientException: The maxResults -1 is not valid. It must be at least 1."
    )


@pytest.mark.directconnect(provisioning="manual")
@needs("DescribeLags.maxResults")
def test_another_answer_of_aws_is_noticed(client, directconnect, aws):
    run = recorded_run.read(aws)
    run["findings"][0]["answers"][0]["message"] = "maxResults must be positive"
    assert differences(replayed(client, run)) == [
        (
            "page-of-minus-1",
            "DescribeLags: message is 'The maxResults -1 is not valid. It must be at least 1.', "
            "not 'maxResults must be positive'",
        )
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda run: run.update(endpoint="an endpoint on this machine"), "not of AWS"),
        (lambda run: run.update(version=2), "not a run of version 1"),
        (
            lambda run: run["findings"][0]["answers"][0].update(message="Account 210987654321 is not"),
            "somebody's own: Account 210987654321 is not",
        ),
    ],
)
@needs("DescribeLags.maxResults")
def test_what_is_not_taken_in(aws, capsys, change, reason):
    run = json.loads(aws.read_text())
    change(run)
    aws.write_text(json.dumps(run))
    assert recorded_run.main([str(aws)]) == 1
    assert reason in capsys.readouterr().out
