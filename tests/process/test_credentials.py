"""Credentials inside a mock: whose they are, what is asked for them, and that nothing of them stays."""

from __future__ import annotations

import os
import sys
from unittest import mock

import boto3
import botocore.session
import pytest
from botocore.exceptions import NoCredentialsError, ProfileNotFound
from moto import mock_aws

import dx_mock
from dx_mock import mock_directconnect
from dx_mock.process.credentials import LENT
from tests.helpers import connect

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
ROLE = "arn:aws:iam::333333333333:role/network"


@pytest.fixture(autouse=True)
def files(monkeypatch, tmp_path):
    """Nothing in the environment, and files of our own; it is as before, to the letter, after every test."""
    before = dict(os.environ)
    for name in (*KEYS, "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    yield tmp_path
    monkeypatch.undo()
    now = dict(os.environ)
    for changed in (before, now):
        changed.pop("PYTEST_CURRENT_TEST", None)
    assert now == before


def session_of(**options):
    return boto3.Session(region_name="us-east-1", **options)


def owner_of(session):
    """The account that a session's clients act as."""
    return session.client("directconnect").create_connection(
        location="EqDC2", bandwidth="1Gbps", connectionName="c"
    )["ownerAccount"]


# --- the environment ---------------------------------------------------------------------------------------


def test_nothing_is_put_into_the_environment():
    with mock_directconnect():
        assert owner_of(session_of()) == "123456789012"
        assert not any(name in os.environ for name in KEYS)


def test_monkeypatch_in_a_mocked_test(dx, monkeypatch):
    """moto#2172: the fixture was there first, and goes last."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "222222222222")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    assert owner_of(session_of()) == "222222222222"


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (1, 2, 0)])
@pytest.mark.parametrize("before", [{}, {"AWS_ACCESS_KEY_ID": "real", "AWS_SECRET_ACCESS_KEY": "secret"}])
def test_whoever_ends_first(order, before, monkeypatch):
    """Two mocks and a ``patch.dict``, ended in any order."""
    for name, value in before.items():
        monkeypatch.setenv(name, value)
    snapshot = dict(os.environ)
    mocks = (
        mock_directconnect(),
        mock.patch.dict(os.environ, {"AWS_ACCESS_KEY_ID": "theirs"}),
        mock_directconnect(),
    )
    for each in mocks:
        each.start()
    for place in order:
        mocks[place].stop()
    assert dict(os.environ) == snapshot


@pytest.mark.parametrize("inside", [True, False])
def test_with_motos_own_mock(inside, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "222222222222")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    before = dict(os.environ)
    first, second = (mock_aws(), mock_directconnect()) if inside else (mock_directconnect(), mock_aws())
    first.start()
    second.start()
    connect(session_of().client("directconnect"))
    first.stop()
    second.stop()
    assert dict(os.environ) == before


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("value", ["", "x"])
def test_half_of_what_is_needed(name, value, monkeypatch):
    """One of the keys only, or an empty one: botocore by itself refuses the first as partial."""
    monkeypatch.setenv(name, value)
    with mock_directconnect() as dx:
        assert owner_of(session_of()) == "123456789012"
        assert len(dx.calls) == 1
        assert os.environ[name] == value
    assert os.environ[name] == value


def test_an_account_in_the_environment_without_a_secret(dx, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "222222222222")
    assert owner_of(session_of()) == "222222222222"


def test_keys_of_files_are_not_looked_at(dx, files):
    """A developer's own keys: neither read nor needed; a profile that the code names is."""
    (files / "credentials").write_text(
        "[default]\naws_access_key_id = 444444444444\naws_secret_access_key = real\n"
        "[tests]\naws_access_key_id = 555555555555\naws_secret_access_key = x\n"
    )
    session = session_of()
    assert session.get_credentials().access_key == LENT
    assert owner_of(session) == "123456789012"
    assert owner_of(session_of(profile_name="tests")) == "555555555555"


# --- nothing stays -----------------------------------------------------------------------------------------


def test_no_session_keeps_what_was_lent(files):
    """One that is older than the mock, and that is asked for credentials first inside."""
    session = session_of()
    plain = botocore.session.Session()
    with mock_directconnect():
        for each in (session, plain):
            assert each.get_credentials().access_key == LENT
        assert owner_of(session) == "123456789012"
    (files / "credentials").write_text("[default]\naws_access_key_id = real\naws_secret_access_key = y\n")
    for each in (session, plain):
        assert each.get_credentials().access_key == "real"


def test_a_session_that_had_its_own_keeps_them(monkeypatch):
    session = session_of(aws_access_key_id="222222222222", aws_secret_access_key="x")
    with mock_directconnect():
        assert owner_of(session) == "222222222222"
    assert session.get_credentials().access_key == "222222222222"


def test_a_client_without_credentials_is_as_before(monkeypatch):
    """It was made where there were none; what it signs with inside it does not have afterwards."""
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    client = session_of().client("directconnect")
    with mock_directconnect() as dx:
        connect(client)
        dx.faults.add("DescribeLags", error=503)  # the full way, which signs
        client.describe_lags()
    assert client._request_signer._credentials is None
    with pytest.raises(NoCredentialsError):
        client._request_signer.get_auth_instance("directconnect", "us-east-1").add_auth(mock.Mock())


def test_others_pass_lends_nothing(monkeypatch):
    """Calls that go to AWS are signed with the user's keys, or not at all."""
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with mock_directconnect(others="pass"):
        assert session_of().get_credentials() is None
        assert owner_of(session_of()) == "123456789012"


# --- profiles ----------------------------------------------------------------------------------------------


def test_a_hand_needs_no_profile(dx, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "doesnotexist")
    assert connect(dx.client())
    with pytest.raises(ProfileNotFound):
        boto3.client("directconnect", region_name="us-east-1")


def test_a_hand_leaves_the_default_session_alone(dx):
    connect(dx.client())
    assert boto3.DEFAULT_SESSION is None


def test_a_profile_that_has_nothing(dx, files):
    """Only the metadata services are left to be asked; nobody asks them."""
    (files / "config").write_text("[profile bare]\nregion = us-east-1\n")
    assert owner_of(session_of(profile_name="bare")) == "123456789012"


PROFILES = {
    "web identity": f"role_arn = {ROLE}\nweb_identity_token_file = %s/token\n",
    "role": f"role_arn = {ROLE}\nsource_profile = source\n",
    "role with a device": f"role_arn = {ROLE}\nsource_profile = source\nmfa_serial = device\n",
    "sign-on": (
        "sso_start_url = https://sign-on.example/start\nsso_region = us-east-1\n"
        "sso_account_id = 333333333333\nsso_role_name = network\n"
    ),
}


@pytest.mark.parametrize("kind", PROFILES)
@pytest.mark.parametrize("others", ["moto", "block"])
@pytest.mark.parametrize("full", [False, True])
def test_the_account_of_a_role_from_the_first_call(kind, others, full, files):
    """boto3#2057: whose role it is stands in the profile; STS and the portal are not asked."""
    (files / "token").write_text("token")
    lines = PROFILES[kind].replace("%s", str(files))
    (files / "config").write_text(
        f"[profile p]\n{lines}[profile source]\naws_access_key_id = x\naws_secret_access_key = y\n"
    )
    with mock_directconnect(others=others) as dx:
        if full:
            dx.faults.add("CreateConnection", error=503)
        assert owner_of(session_of(profile_name="p")) == "333333333333"
        assert {call.account_id for call in dx.calls} == {"333333333333"}


@pytest.mark.parametrize("role", [False, True], ids=["itself", "behind a role"])
@pytest.mark.parametrize(
    ("more", "account"), [("", "123456789012"), ("aws_account_id = 222222222222\n", "222222222222")]
)
def test_a_program_that_a_profile_names_is_not_run(dx, files, monkeypatch, role, more, account):
    """It would ask AWS, or its user, in a process of its own."""
    ran = files / "ran"
    (files / "config").write_text(
        f"[profile program]\ncredential_process = touch {ran}\n{more}"
        f"[profile role]\nrole_arn = {ROLE}\nsource_profile = program\n"
    )
    session = session_of(profile_name="role" if role else "program")
    assert owner_of(session) == ("333333333333" if role else account)
    assert session.client("ec2").describe_vpcs()["Vpcs"]
    assert not ran.exists()
    dx.stop()
    if not role:
        with pytest.raises(Exception, match="Expecting value"):  # it says nothing
            session_of(profile_name="program").client("ec2")
        assert ran.exists()
    dx.start()


def test_a_role_that_moto_has_given_keys(dx, files):
    """The other services know the same account."""
    (files / "config").write_text(
        f"[profile p]\nrole_arn = {ROLE}\nsource_profile = source\n"
        "[profile source]\naws_access_key_id = x\naws_secret_access_key = y\n"
    )
    session = session_of(profile_name="p")
    assert owner_of(session) == "333333333333"
    assert session.client("sts").get_caller_identity()["Account"] == "333333333333"
    assert owner_of(session) == "333333333333"


# --- ends --------------------------------------------------------------------------------------------------


def test_a_start_that_fails():
    before = dict(os.environ)
    with pytest.raises(ValueError, match="nowhere"):
        mock_directconnect(
            topology={"connections": [{"location": "nowhere", "bandwidth": "1Gbps", "connectionName": "c"}]}
        ).start()
    assert dict(os.environ) == before


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), GeneratorExit()])
def test_however_a_test_is_left(error):
    mocked = mock_directconnect(lambda: sys.exit(1))
    with pytest.raises(SystemExit):
        mocked()
    with pytest.raises(type(error)), mock_directconnect():
        raise error
    with pytest.raises(RuntimeError):
        dx_mock.active_mock()
