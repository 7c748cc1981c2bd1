"""MACsec: capability, keys, modes, and what they do to the link."""

from __future__ import annotations

import json

import boto3
import pytest

from tests.helpers import CONNECTION, PARTNER, connect, make_lag, members, needs, one, one_lag, refused
from tests.service.virtual_interfaces.helpers import private

CKN, CAK = "a1" * 32, "0F" * 32


@pytest.fixture
def port(client):
    """A provisioned 10G connection with MACsec."""
    made = connect(client, bandwidth="10Gbps", requestMACSec=True)
    client.describe_connections()
    return made


def add(client, port, ckn=CKN):
    """The ARN of a new key on a port or LAG."""
    keys = client.associate_mac_sec_key(connectionId=port, ckn=ckn, cak=CAK)["macSecKeys"]
    return next(key["secretARN"] for key in keys if key["ckn"] == ckn)


def test_capability(client):
    """Documented: asked for, on 10G and faster; encryption down until there is a key."""
    plain, secure = connect(client, bandwidth="10Gbps"), connect(client, bandwidth="10Gbps", requestMACSec=True)
    shown = one(client, secure)
    assert shown["macSecCapable"] is True
    assert shown["encryptionMode"] == "should_encrypt"
    assert shown["portEncryptionStatus"] == "Encryption Down"
    assert shown["macSecKeys"] == []
    assert not {"portEncryptionStatus", "macSecKeys"} & set(one(client, plain))


def test_encryption_mode_that_nobody_set(client):
    """``unknown`` [recorded: upjet#592, TF#29789, TF#35697, TF#37907]; none of a port of 1G [recorded: C7N]."""
    fast, slow = connect(client, bandwidth="10Gbps"), connect(client, bandwidth="1Gbps")
    assert "encryptionMode" not in client.create_connection(**{**CONNECTION, "bandwidth": "100Gbps"})
    assert one(client, fast)["encryptionMode"] == "unknown"
    assert "encryptionMode" not in one(client, slow)


@pytest.mark.directconnect(quirks={"encryption_mode_unset": "absent"})
def test_quirk_no_encryption_mode(client):
    """A port of 1G was recorded without it."""
    assert "encryptionMode" not in one(client, connect(client, bandwidth="10Gbps"))


@pytest.mark.directconnect(provisioning="timed")
def test_a_key_needs_an_available_port(client, dx):
    """Recorded: TF#26274, word for word; while a key changes it is ``pending`` [client-proven: TF#26274]."""
    made = connect(client, bandwidth="10Gbps", requestMACSec=True)
    text = "The port is not in available state to associate the key for account 123456789012"
    with refused(dx, text):
        client.associate_mac_sec_key(connectionId=made, ckn=CKN, cak=CAK)
    dx.provision(made)
    dx.link_down(made)
    with refused(dx, text):
        client.associate_mac_sec_key(connectionId=made, ckn=CKN, cak=CAK)
    dx.link_up(made)
    (key,) = client.associate_mac_sec_key(connectionId=made, ckn=CKN, cak=CAK)["macSecKeys"]
    assert one(client, made)["connectionState"] == "pending"
    with refused(dx, text):
        client.associate_mac_sec_key(connectionId=made, ckn="b2" * 32, cak=CAK)
    with refused(dx, "The specified Connection ID is not available"):
        private(client, made)
    dx.clock.advance(minutes=5)
    assert one(client, made)["connectionState"] == "available"
    client.disassociate_mac_sec_key(connectionId=made, secretARN=key["secretARN"])
    assert one(client, made)["connectionState"] == "pending"
    dx.clock.advance(minutes=5)
    assert one(client, made)["connectionState"] == "available"


def test_a_key_needs_an_available_lag(client, dx):
    """The kind of TF#26274: a LAG is a port to a key."""
    lag = make_lag(client, connectionsBandwidth="10Gbps", requestMACSec=True)
    client.describe_lags()
    for member in members(lag):
        dx.link_down(member)
    with refused(dx, "The port is not in available state to associate the key for account 123456789012"):
        client.associate_mac_sec_key(connectionId=lag["lagId"], ckn=CKN, cak=CAK)
    dx.link_up(members(lag)[0])
    client.associate_mac_sec_key(connectionId=lag["lagId"], ckn=CKN, cak=CAK)


def test_three_keys_at_most(client, dx, port):
    """Documented: UG:MACsec."""
    for number in range(3):
        client.associate_mac_sec_key(connectionId=port, ckn=f"{number}a" * 32, cak=CAK)
    with refused(dx, f"Exceeded the maximum number of MACsec keys on {port}. The limit is 3"):
        client.associate_mac_sec_key(connectionId=port, ckn=CKN, cak=CAK)
    assert dx.calls[-1].error.wording == "unrecorded"


def test_life_of_a_key(client, port):
    """Documented: associating, associated, disassociating; the CAK never comes back."""
    answer = client.associate_mac_sec_key(connectionId=port, ckn=CKN, cak=CAK)
    assert answer["connectionId"] == port
    (key,) = answer["macSecKeys"]
    assert key["state"] == "associating"
    assert (key["ckn"], set(key)) == (CKN, {"secretARN", "ckn", "state", "startOn"})
    name = f"directconnect!prod/us-east-1/directconnect/{CKN}"
    assert key["secretARN"].startswith(f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{name}-")
    shown = one(client, port)
    assert shown["macSecKeys"][0]["state"] == "associated"
    assert shown["portEncryptionStatus"] == "Encryption Up"
    gone = client.disassociate_mac_sec_key(connectionId=port, secretARN=key["secretARN"])
    assert gone["macSecKeys"][0]["state"] == "disassociating"
    assert one(client, port)["macSecKeys"] == []


def test_the_key_is_in_secrets_manager(dx, client, port):
    """Client-proven: TF documentation; found by name and ARN, and left there after disassociation."""
    arn = add(client, port)
    secrets = boto3.client("secretsmanager", region_name="us-east-1")
    for known in (arn, f"directconnect!prod/us-east-1/directconnect/{CKN}"):
        found = secrets.get_secret_value(SecretId=known)
        assert found["ARN"] == arn
        assert json.loads(found["SecretString"]) == {"ckn": CKN, "cak": CAK}
    client.disassociate_mac_sec_key(connectionId=port, secretARN=arn)
    assert secrets.get_secret_value(SecretId=arn)["ARN"] == arn
    (key,) = client.associate_mac_sec_key(connectionId=port, secretARN=arn)["macSecKeys"]
    assert (key["secretARN"], key["ckn"]) == (arn, CKN)
    assert f"{port}/{CKN}" in dx.world.graph.resources  # the old one went, and had the same name


def test_rotation(client, port):
    """Documented: a connection may have several keys."""
    first, second = add(client, port), add(client, port, "b2" * 32)
    assert {key["secretARN"] for key in one(client, port)["macSecKeys"]} == {first, second}
    client.disassociate_mac_sec_key(connectionId=port, secretARN=first)
    assert [key["secretARN"] for key in one(client, port)["macSecKeys"]] == [second]


@pytest.mark.directconnect(provisioning="timed")
def test_keys_go_by_the_clock(client, dx):
    """Associating for five minutes, then associated [guessed: AWS gives no time]."""
    made = connect(client, bandwidth="10Gbps", requestMACSec=True)
    dx.provision(made)
    add(client, made)
    assert one(client, made)["macSecKeys"][0]["state"] == "associating"
    dx.clock.advance(minutes=5)
    assert one(client, made)["macSecKeys"][0]["state"] == "associated"


def test_must_encrypt(client, port):
    """Documented: without a working key the link is down; the last key that goes makes it should_encrypt."""
    client.update_connection(connectionId=port, encryptionMode="must_encrypt")
    assert one(client, port)["connectionState"] == "down"
    arn = add(client, port)
    assert one(client, port)["connectionState"] == "available"
    client.disassociate_mac_sec_key(connectionId=port, secretARN=arn)
    shown = one(client, port)
    assert (shown["encryptionMode"], shown["connectionState"]) == ("should_encrypt", "available")
    client.update_connection(connectionId=port, encryptionMode="no_encrypt")
    assert one(client, port)["encryptionMode"] == "no_encrypt"


def test_lag_keys_rule_the_members(client, dx):
    """Documented: User Guide; keys of a connection that joins are dropped."""
    lag = make_lag(client, connectionsBandwidth="10Gbps", requestMACSec=True)
    first = members(lag)[0]
    arn = add(client, lag["lagId"])
    for member in one_lag(client, lag["lagId"])["connections"]:
        assert [key["secretARN"] for key in member["macSecKeys"]] == [arn]
        assert member["portEncryptionStatus"] == "Encryption Up"
    with refused(dx, f"The MACsec keys of Connection {first} are set by Lag {lag['lagId']}."):
        client.associate_mac_sec_key(connectionId=first, ckn="c3" * 32, cak=CAK)
    client.update_lag(lagId=lag["lagId"], encryptionMode="must_encrypt")
    assert {each["encryptionMode"] for each in one_lag(client, lag["lagId"])["connections"]} == {"must_encrypt"}
    joining = connect(client, bandwidth="10Gbps", requestMACSec=True)
    client.describe_connections()
    add(client, joining, "d4" * 32)
    client.associate_connection_with_lag(connectionId=joining, lagId=lag["lagId"])
    assert [key["secretARN"] for key in one(client, joining)["macSecKeys"]] == [arn]
    client.disassociate_mac_sec_key(connectionId=lag["lagId"], secretARN=arn)
    shown = one_lag(client, lag["lagId"])
    assert (shown["encryptionMode"], shown["lagState"]) == ("should_encrypt", "available")


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({}, "Either secretARN or both of ckn and cak must be specified."),
        ({"ckn": CKN}, "Either secretARN or both"),
        ({"cak": CAK}, "Either secretARN or both"),
        ({"ckn": CKN, "cak": CAK, "secretARN": "arn:x"}, "Either secretARN or both"),
        ({"ckn": CKN[:-1], "cak": CAK}, "The ckn is not valid."),
        ({"ckn": CKN + "0", "cak": CAK}, "The ckn is not valid."),
        ({"ckn": CKN, "cak": CAK + "\n"}, "The cak is not valid."),
        ({"ckn": CKN, "cak": "G" * 64}, "The cak is not valid."),
        ({"secretARN": "arn:x"}, "Could not find secret with ARN arn:x"),
    ],
)
def test_refused_keys(client, dx, port, parameters, text):
    """Documented: AssociateMacSecKey; the texts are guessed."""
    with refused(dx, text):
        client.associate_mac_sec_key(connectionId=port, **parameters)


def test_refused_holders(client, dx, port):
    """Not on ports without MACsec, and each key once."""
    plain = connect(client, bandwidth="10Gbps")
    with refused(dx, f"{plain} is not MACsec capable."):
        client.associate_mac_sec_key(connectionId=plain, ckn=CKN, cak=CAK)
    lag = make_lag(client)["lagId"]
    with refused(dx, f"{lag} is not MACsec capable."):
        client.associate_mac_sec_key(connectionId=lag, ckn=CKN, cak=CAK)
    arn = add(client, port)
    with refused(dx, f"The ckn is already associated with {port}."):
        client.associate_mac_sec_key(connectionId=port, ckn=CKN, cak=CAK)
    with refused(dx, "is not associated with"):
        client.disassociate_mac_sec_key(connectionId=port, secretARN=arn + "x")


@pytest.mark.directconnect(partners=[PARTNER])
@needs("CreateInterconnect.requestMACSec")
def test_interconnects_can_have_keys(dx):
    """Documented: connectionId of AssociateMacSecKey may be an interconnect."""
    partner = dx.client(account_id=PARTNER)
    made = partner.create_interconnect(
        interconnectName="i", bandwidth="10Gbps", location="EqDC2", requestMACSec=True
    )["interconnectId"]
    add(partner, made)
    (shown,) = partner.describe_interconnects()["interconnects"]
    assert shown["macSecKeys"][0]["state"] == "associated"
