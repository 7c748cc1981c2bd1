"""The world: settings, seed, clock, locations, errors, the record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from dx_mock import mock_directconnect
from dx_mock.rules.quirks import QUIRKS
from dx_mock.rules.quotas import QUOTAS
from dx_mock.support import errors
from dx_mock.support.clock import EPOCH
from dx_mock.world import dispatcher
from tests.helpers import CONNECTION, connect

#: The dispatcher without the check of every answer that conftest puts around it.
_dispatch = dispatcher.Dispatcher.dispatch


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"provisioning": "fast"}, "provisioning must be one of 'auto', 'manual', 'timed', not 'fast'"),
        ({"others": "aws"}, "others must be one of 'moto', 'block', 'pass', not 'aws'"),
        ({"allow_hosts": "minio.example.com"}, "allow_hosts must be a list of hosts, not 'minio.example.com'"),
        ({"allow_hosts": 5}, "allow_hosts must be a list of hosts, not 5"),
        ({"allow_hosts": [5]}, "a host in allow_hosts must be a string, not 5"),
        ({"allow_hosts": ["http://minio"]}, "without scheme, port and path, such as 'minio.example.com'"),
        ({"allow_hosts": ["minio:9000"]}, "not 'minio:9000'"),
        ({"allow_hosts": ["*"]}, "not '*'"),
        ({"seed": "1"}, "seed must be an integer, not '1'"),
        ({"seed": True}, "seed must be an integer"),
        ({"partners": "123456789012"}, "partners must be a list of account ids"),
        ({"partners": 5}, "partners must be a list of account ids"),
        ({"partners": [123456789012]}, "must be a string of 12 digits, not 123456789012"),
        ({"quotas": {"lags": 1}}, "unknown quota 'lags'"),
        ({"quotas": {"lags_per_regoin": 1}}, "did you mean 'lags_per_region'?"),
        ({"quotas": {"lags_per_region": -1}}, "must be a whole number of 0 or more"),
        ({"quotas": {"lags_per_region": "3"}}, "must be a whole number of 0 or more"),
        ({"quotas": [1]}, "quotas must be a mapping"),
        ({"quirks": {"x": "y"}}, "unknown quirk 'x'"),
        ({"quirks": {"delete_lag_with_members": "no"}}, "must be one of 'allow', 'refuse', not 'no'"),
        ({"provisionning": "auto"}, "unknown setting 'provisionning'"),
    ],
)
def test_wrong_settings(settings, text):
    """One clear sentence that says what is wrong and lists what is known."""
    with pytest.raises((TypeError, ValueError)) as caught:
        mock_directconnect(**settings)
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


def test_unknown_quota_lists_the_known_ones():
    with pytest.raises(ValueError, match="Known: ") as caught:
        mock_directconnect(quotas={"nonsense": 1})
    assert all(name in str(caught.value) for name in QUOTAS)


def test_not_started_and_started_twice():
    mock = mock_directconnect()
    with pytest.raises(RuntimeError, match="not started"):
        mock.provision("dxcon-fg000000")
    with pytest.raises(RuntimeError, match="not started"):
        mock.stop()
    mock.start()
    try:
        with pytest.raises(RuntimeError, match="started already"):
            mock.start()
    finally:
        mock.stop()
    assert len(mock.calls) == 0  # the record can be read after the end


def test_positional_settings_are_refused():
    with pytest.raises(TypeError, match="takes keyword settings"):
        mock_directconnect("manual")


def test_one_seed_one_world():
    """Same calls, same answers, request ids included; another seed gives other ids."""

    def world(seed):
        with mock_directconnect(seed=seed) as dx:
            client = dx.client()
            return [
                client.create_connection(**CONNECTION),
                client.create_lag(
                    numberOfConnections=2, location="EqDC2", connectionsBandwidth="1Gbps", lagName="x"
                ),
                client.describe_connections(),
            ]

    assert world(7) == world(7)
    assert world(7)[0]["connectionId"] != world(8)[0]["connectionId"]


def test_ids_never_repeat(dx):
    """Observed on about 35 real ids: ff, fg or fh after the dash."""
    made = [dx.world.ids.physical("dxcon") for _ in range(20_000)]
    assert len(set(made)) == len(made)
    assert {each[6:8] for each in made} == {"ff", "fg", "fh"}


def test_the_clock(dx):
    assert dx.clock.now() == EPOCH
    assert dx.clock.advance(minutes=5, hours=1) == EPOCH + timedelta(minutes=65)
    dx.clock.advance(timedelta(days=1))
    assert dx.clock.now() == EPOCH + timedelta(days=1, minutes=65)
    with pytest.raises(TypeError, match="takes how far to move: a timedelta, or keywords such as minutes=5"):
        dx.clock.advance()
    with pytest.raises(TypeError, match="has no 'minute'; did you mean 'minutes'"):
        dx.clock.advance(minute=5)
    assert dx.clock.advance(seconds=0) == dx.clock.advance(timedelta()) == dx.clock.now()
    with pytest.raises(ValueError, match="can't go back in time"):
        dx.clock.advance(minutes=-1)
    for far in ({"weeks": 1e300}, {"days": 365 * 9000}):
        with pytest.raises(ValueError, match=r"can't go beyond the year 9000"):
            dx.clock.advance(**far)
    assert dx.clock.now() == EPOCH + timedelta(days=1, minutes=65)
    with pytest.raises(ValueError, match="can't go back in time"):
        dx.clock.advance(weeks=-1e300)
    with pytest.raises(TypeError, match="timedelta or keywords"):
        dx.clock.advance(5)
    for value in ("5", None, float("nan")):
        with pytest.raises(TypeError, match=rf"clock\.advance\(minutes=\.\.\.\) takes a number, not {value!r}"):
            dx.clock.advance(minutes=value)
    assert dx.clock.now() == EPOCH + timedelta(days=1, minutes=65)


def test_locations(client, dx):
    """Speeds, rooms and MACsec by Region [recorded: TUT, DXL]."""
    shown = {each["locationCode"]: each for each in client.describe_locations()["locations"]}
    ashburn = shown["EqDC2"]
    assert ashburn["locationName"] == "Equinix DC2/DC11, Ashburn, VA"
    assert ashburn["region"] == "us-east-1"
    assert ashburn["availablePortSpeeds"] == ["100G", "1G", "10G", "400G"]  # recorded: TF#19257, TUT
    assert ashburn["availableMacSecPortSpeeds"] == ["100G", "10G", "400G"]  # recorded: TUT
    seattle = {each["locationCode"] for each in dx.client("us-west-2").describe_locations()["locations"]}
    assert {"EqSe2-EQ", "EqSe2-WBE"} <= seattle
    assert "EqSe2" not in seattle
    both = [
        {each["locationCode"]: each for each in dx.client(region).describe_locations()["locations"]}["EqLD5"]
        for region in ("eu-west-1", "eu-west-2")
    ]
    assert both[0]["availablePortSpeeds"] != both[1]["availablePortSpeeds"]
    assert "Lumen" in ashburn["availableProviders"]
    for region in ("us-east-1", "us-west-2"):
        assert all(each["availableProviders"] for each in dx.client(region).describe_locations()["locations"])
    frankfurt = dx.client("eu-central-1").describe_locations()["locations"]
    assert not any(each["availableProviders"] for each in frankfurt)
    california = {each["locationCode"] for each in dx.client("us-west-1").describe_locations()["locations"]}
    assert "EqLA3" in california  # recorded: TF#26438


def test_the_record(client, dx):
    made = connect(client)
    with pytest.raises(ClientError):
        client.describe_lags(lagId="x")
    first, second = dx.calls
    assert (first.operation, first.account_id, first.region_name) == (
        "CreateConnection",
        "123456789012",
        "us-east-1",
    )
    assert first.parameters == CONNECTION
    assert first.reply["connectionId"] == made
    assert first.error is None
    assert second.reply is None
    assert second.error.message == "Lag ID x has an invalid format."
    assert "Lag ID x has an invalid format." in repr(second)
    client.create_connection(**CONNECTION)["tags"].append("changed by the caller")
    assert dx.calls[-1].reply["tags"] == []


def test_every_quirk_has_a_test():
    """A quirk that no test sets is not known to work."""
    from pathlib import Path

    tests = "".join(path.read_text() for path in Path(__file__).parents[1].rglob("test_*.py"))
    for name, quirk in QUIRKS.items():
        assert any(f'"{name}": "{value}"' in tests for value in quirk.values[1:]), name


def test_every_error_text_names_its_evidence():
    texts = [value for value in vars(errors).values() if isinstance(value, errors.Text)]
    assert len(texts) > 40
    for text in texts:
        assert text.evidence in errors.EVIDENCE
        assert text.wording in errors.WORDINGS
        # Who knows AWS's words knows the rule; a guess has words of ours.
        assert text.wording == "unrecorded" or text.evidence in {"recorded", "client-proven"}
        assert text.source


def test_a_bug_of_the_mock_is_a_server_exception(monkeypatch, caplog):
    """No traceback reaches the caller of an API; the log has it. Text: E29."""
    from dx_mock.protocol.contract import service_model

    def broken(backend, request):
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(dispatcher, "_handler", lambda name: broken)
    with mock_directconnect() as dx:
        operation = service_model().operation_model("DescribeConnections")
        call = dispatcher.Call(operation, {}, "123456789012", "us-east-1")
        # Not through a client: the suite's own check of every answer would (rightly) fail.
        reply = _dispatch(dx.world, call)
    assert reply.error.code == "DirectConnectServerException"
    assert reply.error.message == "Unable to process request: ZeroDivisionError: by zero"
    assert "Traceback" in caplog.text


def test_a_plain_test_does_not_import_moto():
    """Design, rule 9: nothing is paid for unless used."""
    import subprocess
    import sys

    code = """
import sys
import boto3
from dx_mock import mock_directconnect
with mock_directconnect(partners=["111111111111"]) as dx:
    client = boto3.client("directconnect", region_name="us-east-1")
    client.create_lag(numberOfConnections=2, location="EqDC2", connectionsBandwidth="1Gbps", lagName="x")
    client.describe_lags()
    dx.client(account_id="111111111111").describe_interconnects()
for name in ("moto", "requests", "responses", "pydyf", "yaml", "jinja2", "werkzeug"):
    assert name not in sys.modules, name
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_an_operation_without_a_handler_says_so(monkeypatch):
    """What a newer botocore brings before dx_mock does: a clear error with the operation and the version."""
    import botocore
    from botocore.exceptions import ClientError

    monkeypatch.setattr(dispatcher, "_handler", lambda name: None)
    with mock_directconnect() as dx, pytest.raises(ClientError) as caught:
        dx.client().describe_locations()
    message = caught.value.response["Error"]["Message"]
    assert "DescribeLocations" in message
    assert botocore.__version__ in message
