"""MACsec and what follows: links, sessions, LAG membership, secrets, and where key material may show."""

from __future__ import annotations

import json
import logging

import boto3
import pytest

from dx_mock import mock_directconnect
from dx_mock.world import failure_report
from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, members, needs, one, one_lag, refused
from tests.service.virtual_interfaces.helpers import private, sessions, state

CKN, CAK, OTHER = "a1" * 32, "0F" * 32, "1E" * 32


@pytest.fixture
def port(client):
    """A provisioned 10G connection with MACsec."""
    made = connect(client, bandwidth="10Gbps", requestMACSec=True)
    client.describe_connections()
    return made


def secure_lag(client, number=2):
    """A provisioned LAG of 10G connections with MACsec."""
    lag = make_lag(client, connectionsBandwidth="10Gbps", requestMACSec=True, numberOfConnections=number)
    client.describe_lags()
    return lag


def add(client, holder, ckn=CKN, cak=CAK):
    """The ARN of a new key."""
    keys = client.associate_mac_sec_key(connectionId=holder, ckn=ckn, cak=cak)["macSecKeys"]
    return next(key["secretARN"] for key in keys if key["ckn"] == ckn)


# --- links -------------------------------------------------------------------------------------------------


def test_must_encrypt_takes_what_rides_on_the_port_down(client, port):
    """Documented: the connection goes down when the encryption is down (User Guide, encryption mode)."""
    vif = private(client, port)
    assert (state(client, vif), sessions(client, vif)) == ("available", [("available", "up")])
    client.update_connection(connectionId=port, encryptionMode="must_encrypt")
    assert one(client, port)["connectionState"] == "down"
    assert (state(client, vif), sessions(client, vif)) == ("down", [("available", "down")])
    add(client, port)
    assert (state(client, vif), sessions(client, vif)) == ("available", [("available", "up")])


def test_must_encrypt_on_a_lag(client):
    """Documented: UpdateLag gives its mode to each member; without a key all of them are down, and so is it."""
    lag = secure_lag(client)["lagId"]
    vif = private(client, lag)
    client.update_lag(lagId=lag, encryptionMode="must_encrypt")
    shown = one_lag(client, lag)
    assert (shown["lagState"], state(client, vif)) == ("down", "down")
    assert {each["connectionState"] for each in shown["connections"]} == {"down"}
    arn = add(client, lag)
    assert (one_lag(client, lag)["lagState"], state(client, vif)) == ("available", "available")
    client.disassociate_mac_sec_key(connectionId=lag, secretARN=arn)
    shown = one_lag(client, lag)
    assert (shown["encryptionMode"], shown["lagState"]) == ("should_encrypt", "available")
    assert {each["encryptionMode"] for each in shown["connections"]} == {"should_encrypt"}


@pytest.mark.directconnect(provisioning="timed")
def test_rotation_under_must_encrypt(client, dx):
    """Documented: another key first, then the old one goes; the mode and the link stay."""
    port = connect(client, bandwidth="10Gbps", requestMACSec=True)
    dx.provision(port)
    old = add(client, port)
    dx.clock.advance(minutes=5)
    client.update_connection(connectionId=port, encryptionMode="must_encrypt")
    new = add(client, port, "b2" * 32)
    client.disassociate_mac_sec_key(connectionId=port, secretARN=old)
    states = {key["secretARN"]: key["state"] for key in one(client, port)["macSecKeys"]}
    assert states == {old: "disassociating", new: "associating"}
    # between the two there is no key in use for a moment
    assert (one(client, port)["encryptionMode"], one(client, port)["connectionState"]) == (
        "must_encrypt",
        "pending",
    )
    assert one(client, port)["portEncryptionStatus"] == "Encryption Down"
    dx.clock.advance(minutes=5)
    shown = one(client, port)
    assert (shown["encryptionMode"], shown["connectionState"]) == ("must_encrypt", "available")
    assert [(key["secretARN"], key["state"]) for key in shown["macSecKeys"]] == [(new, "associated")]


@pytest.mark.directconnect(provisioning="timed")
def test_both_keys_leave_at_once(client, dx):
    """Documented: must_encrypt falls with the last key, also while the one before it is still leaving."""
    port = connect(client, bandwidth="10Gbps", requestMACSec=True)
    dx.provision(port)
    first = add(client, port)
    dx.clock.advance(minutes=5)
    second = add(client, port, "b2" * 32)
    dx.clock.advance(minutes=5)
    client.update_connection(connectionId=port, encryptionMode="must_encrypt")
    client.disassociate_mac_sec_key(connectionId=port, secretARN=first)
    assert one(client, port)["encryptionMode"] == "must_encrypt"
    client.disassociate_mac_sec_key(connectionId=port, secretARN=second)
    assert one(client, port)["encryptionMode"] == "should_encrypt"


def test_no_encrypt_stays_without_keys(client, port):
    """Documented: it is must_encrypt that falls."""
    arn = add(client, port)
    client.update_connection(connectionId=port, encryptionMode="no_encrypt")
    client.disassociate_mac_sec_key(connectionId=port, secretARN=arn)
    assert one(client, port)["encryptionMode"] == "no_encrypt"


@pytest.mark.directconnect(provisioning="timed")
def test_start_of_a_key_is_the_time_of_the_call(client, dx):
    """Documented: startOn is displayed in UTC."""
    port = connect(client, bandwidth="10Gbps", requestMACSec=True)
    dx.clock.advance(days=7, hours=2)
    add(client, port)
    (key,) = one(client, port)["macSecKeys"]
    assert key["startOn"] == f"{dx.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    dx.clock.advance(days=1)
    assert one(client, port)["macSecKeys"][0]["startOn"] == key["startOn"]


@pytest.mark.directconnect(provisioning="manual")
def test_encryption_is_up_while_the_link_is(client, dx):
    """Guessed: the ends agree on a key over the link, so that there is none without it."""
    port = connect(client, bandwidth="10Gbps", requestMACSec=True)
    assert one(client, port)["portEncryptionStatus"] == "Encryption Down"
    dx.provision(port)
    add(client, port)
    assert one(client, port)["portEncryptionStatus"] == "Encryption Up"
    dx.link_down(port)
    assert one(client, port)["portEncryptionStatus"] == "Encryption Down"
    dx.link_up(port)
    client.update_connection(connectionId=port, encryptionMode="no_encrypt")
    assert one(client, port)["portEncryptionStatus"] == "Encryption Down"


def test_each_member_has_a_status_of_its_own(client, dx):
    """Guessed: one fibre of a LAG is cut, the encryption of the others stays up."""
    lag = secure_lag(client)
    add(client, lag["lagId"])
    first, second = members(lag)
    dx.link_down(first)
    shown = {each["connectionId"]: each for each in one_lag(client, lag["lagId"])["connections"]}
    assert shown[first]["portEncryptionStatus"] == "Encryption Down"
    assert shown[second]["portEncryptionStatus"] == "Encryption Up"


# --- LAG membership ----------------------------------------------------------------------------------------


def test_lag_from_a_connection_with_keys(client, port):
    """Documented: the connection's keys go, the LAG has none yet (User Guide, MACsec, key considerations)."""
    arn = add(client, port)
    client.update_connection(connectionId=port, encryptionMode="must_encrypt")
    lag = make_lag(
        client, connectionsBandwidth="10Gbps", requestMACSec=True, connectionId=port, numberOfConnections=1
    )["lagId"]
    shown = one(client, port)
    assert (shown["macSecKeys"], shown["encryptionMode"]) == ([], "should_encrypt")
    assert one_lag(client, lag)["macSecKeys"] == []
    (key,) = client.associate_mac_sec_key(connectionId=lag, secretARN=arn)["macSecKeys"]
    assert (key["ckn"], key["secretARN"]) == (CKN, arn)
    assert one(client, port)["macSecKeys"][0]["secretARN"] == arn
    client.disassociate_connection_from_lag(connectionId=port, lagId=lag)
    assert one(client, port)["macSecKeys"] == []  # its own have not come back


def test_a_member_that_leaves_has_no_keys(client, dx):
    """Guessed: the keys are the LAG's; without one must_encrypt falls as it does with the last key."""
    lag = secure_lag(client)
    first, second = members(lag)
    add(client, lag["lagId"])
    client.update_lag(lagId=lag["lagId"], encryptionMode="must_encrypt")
    client.disassociate_connection_from_lag(connectionId=first, lagId=lag["lagId"])
    shown = one(client, first)
    assert (shown["macSecKeys"], shown["portEncryptionStatus"]) == ([], "Encryption Down")
    assert (shown["encryptionMode"], shown["connectionState"]) == ("should_encrypt", "available")
    assert one(client, second)["encryptionMode"] == "must_encrypt"
    add(client, first)
    assert len(one(client, first)["macSecKeys"]) == 1
    client.delete_lag(lagId=lag["lagId"])
    shown = one(client, second)
    assert (shown["macSecKeys"], shown["encryptionMode"]) == ([], "should_encrypt")


def test_a_connection_ordered_into_a_lag_has_its_mode(client):
    """Documented: the LAG's mode is that of each connection in it, later ones too."""
    lag = secure_lag(client, number=1)["lagId"]
    client.update_lag(lagId=lag, encryptionMode="no_encrypt")
    new = connect(client, bandwidth="10Gbps", requestMACSec=True, lagId=lag)
    assert one(client, new)["encryptionMode"] == "no_encrypt"
    client.disassociate_connection_from_lag(connectionId=new, lagId=lag)
    assert one(client, new)["encryptionMode"] == "no_encrypt"


def test_the_mode_of_a_member_is_its_lags(client, dx):
    """Documented: it is set with UpdateLag."""
    lag = secure_lag(client)
    with refused(dx, f"is set by Lag {lag['lagId']}."):
        client.update_connection(connectionId=members(lag)[0], encryptionMode="no_encrypt")


@pytest.mark.parametrize("mode", ["", "MUST_ENCRYPT", "always"])
def test_modes_that_do_not_exist(client, dx, port, mode):
    """Documented: no_encrypt, should_encrypt, must_encrypt."""
    lag = secure_lag(client)["lagId"]
    with refused(dx, "ncryption"):
        client.update_connection(connectionId=port, encryptionMode=mode)
    with refused(dx, "ncryption"):
        client.update_lag(lagId=lag, encryptionMode=mode)


def test_modes_need_macsec(client, dx):
    """Guessed text: a port or LAG without MACsec has no mode."""
    plain, lag = connect(client, bandwidth="10Gbps"), make_lag(client)["lagId"]
    with refused(dx, f"{plain} is not MACsec capable."):
        client.update_connection(connectionId=plain, encryptionMode="should_encrypt")
    with refused(dx, f"{lag} is not MACsec capable."):
        client.update_lag(lagId=lag, encryptionMode="should_encrypt")


# --- what can have MACsec ----------------------------------------------------------------------------------


@pytest.mark.directconnect(partners=[PARTNER])
@pytest.mark.parametrize("order", ["connection", "interconnect", "lag"])
@needs("CreateInterconnect.requestMACSec")
def test_only_where_it_is_offered(dx, order):
    """Documented: on 10 Gbps and faster; the port speeds with MACsec are those of DescribeLocations."""
    partner = dx.client(account_id=PARTNER)

    def place(bandwidth, location, partner=partner):
        if order == "connection":
            connect(partner, bandwidth=bandwidth, location=location, requestMACSec=True)
        elif order == "interconnect":
            partner.create_interconnect(
                interconnectName="i", bandwidth=bandwidth, location=location, requestMACSec=True
            )
        else:
            make_lag(partner, connectionsBandwidth=bandwidth, location=location, requestMACSec=True)

    with refused(dx, "MACsec is not available for bandwidth 1Gbps at location EqDC2."):
        place("1Gbps", "EqDC2")
    place("10Gbps", "EqDC2")
    tokyo = dx.client("ap-northeast-1", account_id=PARTNER)
    without = next(
        each["locationCode"]
        for each in tokyo.describe_locations()["locations"]
        if "10G" in each["availablePortSpeeds"] and "10G" not in each["availableMacSecPortSpeeds"]
    )
    with refused(dx, f"MACsec is not available for bandwidth 10Gbps at location {without}."):
        place("10Gbps", without, tokyo)


@pytest.mark.directconnect(partners=[PARTNER])
@pytest.mark.parametrize("secure", [True, False])
@needs("CreateInterconnect.requestMACSec")
def test_hosted_connections_have_none(dx, secure):
    """Documented: unavailable on hosted connections; one member tells of the port below."""
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    port = partner.create_interconnect(
        interconnectName="i", bandwidth="10Gbps", location="EqDC2", requestMACSec=secure
    )["interconnectId"]
    dx.provision(port)
    hosted = partner.allocate_hosted_connection(
        connectionId=port, ownerAccount=CUSTOMER, bandwidth="100Mbps", connectionName="h", vlan=7
    )["connectionId"]
    customer.confirm_connection(connectionId=hosted)
    shown = one(customer, hosted)
    assert shown["macSecCapable"] is False
    assert shown.get("partnerInterconnectMacSecCapable", False) is secure
    assert not {"encryptionMode", "portEncryptionStatus", "macSecKeys"} & set(shown)
    with refused(dx, f"{hosted} is not MACsec capable."):
        customer.associate_mac_sec_key(connectionId=hosted, ckn=CKN, cak=CAK)
    with refused(dx, f"{hosted} is not MACsec capable."):
        customer.update_connection(connectionId=hosted, encryptionMode="must_encrypt")


@pytest.mark.directconnect(partners=[PARTNER])
def test_must_encrypt_below_a_hosted_connection(dx):
    """Documented: a hosted connection is down with the port that carries it."""
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    lag = make_lag(partner, connectionsBandwidth="10Gbps", requestMACSec=True)["lagId"]
    dx.provision(lag)
    hosted = partner.allocate_hosted_connection(
        connectionId=lag, ownerAccount=CUSTOMER, bandwidth="100Mbps", connectionName="h", vlan=7
    )["connectionId"]
    customer.confirm_connection(connectionId=hosted)
    assert one(customer, hosted)["connectionState"] == "available"
    partner.update_lag(lagId=lag, encryptionMode="must_encrypt")
    assert one(customer, hosted)["connectionState"] == "down"
    add(partner, lag)
    assert one(customer, hosted)["connectionState"] == "available"


# --- secrets -----------------------------------------------------------------------------------------------


def test_secrets_of_others_are_not_found(client, dx, port):
    """Documented: a secret that Direct Connect made before, of this account in this Region."""
    mine = add(client, port)
    theirs_port = connect(dx.client(account_id=CUSTOMER), bandwidth="10Gbps", requestMACSec=True)
    theirs = add(dx.client(account_id=CUSTOMER), theirs_port)
    far_port = connect(dx.client("us-west-2"), bandwidth="10Gbps", location="EqSe2-EQ", requestMACSec=True)
    far = add(dx.client("us-west-2"), far_port)
    vault = boto3.client("secretsmanager", region_name="us-east-1")
    content = json.dumps({"ckn": OTHER, "cak": OTHER})
    own = vault.create_secret(Name="directconnect-of-my-own", SecretString=content)["ARN"]
    other = connect(client, bandwidth="10Gbps", requestMACSec=True)
    for arn in (theirs, far, own, mine[:-1], mine.lower(), "directconnect!prod/us-east-1/directconnect/" + CKN):
        with refused(dx, f"Could not find secret with ARN {arn}"):
            client.associate_mac_sec_key(connectionId=other, secretARN=arn)
    client.associate_mac_sec_key(connectionId=other, secretARN=mine)
    vault.delete_secret(SecretId=mine)
    third = connect(client, bandwidth="10Gbps", requestMACSec=True)
    with refused(dx, f"Could not find secret with ARN {mine}"):
        client.associate_mac_sec_key(connectionId=third, secretARN=mine)


def test_a_key_in_use_can_not_be_modified(client, dx, port):
    """Documented: to modify a key, disassociate it and associate a new one (User Guide, MACsec)."""
    arn = add(client, port)
    other = connect(client, bandwidth="10Gbps", requestMACSec=True)
    with refused(dx, "The ckn is in use with another cak."):
        client.associate_mac_sec_key(connectionId=other, ckn=CKN, cak=OTHER)
    assert add(client, other) == arn  # the same pair on another port is the same secret
    for each in (port, other):
        client.disassociate_mac_sec_key(connectionId=each, secretARN=arn)
    assert add(client, port, CKN, OTHER) == arn
    vault = boto3.client("secretsmanager", region_name="us-east-1")
    assert json.loads(vault.get_secret_value(SecretId=arn)["SecretString"])["cak"] == OTHER


def test_a_ckn_is_a_number_however_it_is_spelt(client, dx, port):
    """Guessed: hexadecimal digits in capitals are the same key name."""
    add(client, port, "ab" * 32)
    with refused(dx, f"The ckn is already associated with {port}."):
        client.associate_mac_sec_key(connectionId=port, ckn="AB" * 32, cak=CAK)


@pytest.mark.directconnect(others="block")
def test_keys_without_secrets_manager(client, dx, port):
    """Where moto may not be started the ARN alone is kept."""
    arn = add(client, port)
    assert dx.world.ports.secrets.cak_of("123456789012", "us-east-1", arn) is None
    assert one(client, port)["macSecKeys"][0]["secretARN"] == arn
    other = connect(client, bandwidth="10Gbps", requestMACSec=True)
    (key,) = client.associate_mac_sec_key(connectionId=other, secretARN=arn)["macSecKeys"]
    assert key["ckn"] == CKN


def test_the_cak_shows_nowhere(client, dx, port, caplog, monkeypatch):
    """Documented: it never comes back.  Only ``parameters`` in ``dx.calls``, what was sent, have it."""
    arn = add(client, port)
    client.disassociate_mac_sec_key(connectionId=port, secretARN=arn)
    monkeypatch.setattr("dx_mock.service.macsec.check_pair", None)  # a bug of ours, for the log
    with (
        caplog.at_level(logging.DEBUG, "dx_mock"),
        pytest.raises(AssertionError, match="a bug"),
    ):
        client.associate_mac_sec_key(connectionId=port, ckn=CKN, cak=CAK)
    assert "AssociateMacSecKey" in caplog.text
    dx.calls.assert_called("AssociateMacSecKey", cak=CAK)
    with pytest.raises(AssertionError) as failed:
        dx.calls.assert_called("AssociateMacSecKey", connectionId="dxcon-other", cak=CAK)
    texts = {
        "answers": json.dumps([call.reply for call in dx.calls], default=str),
        "errors": str([call.error for call in dx.calls]),
        "record": repr(dx.calls),
        "assertion": str(failed.value),
        "topology": dx.topology().to_text() + json.dumps(dx.topology().to_dict()),
        "snapshot": json.dumps(dx.snapshot()),
        "report": failure_report.text(dx.world),
        "log": "".join(record.getMessage() for record in caplog.records if record.name.startswith("dx_mock")),
    }
    for name, text in texts.items():
        assert CAK.lower() not in text.lower(), name


def test_keys_in_a_snapshot(client, dx, port):
    """Keys, states and secrets come back; the secret's material is Secrets Manager's, not the snapshot's."""
    arn = add(client, port)
    client.update_connection(connectionId=port, encryptionMode="must_encrypt")
    taken = json.loads(json.dumps(dx.snapshot()))
    client.disassociate_mac_sec_key(connectionId=port, secretARN=arn)
    assert one(client, port)["encryptionMode"] == "should_encrypt"
    dx.restore(taken)
    shown = one(client, port)
    assert (shown["encryptionMode"], shown["portEncryptionStatus"]) == ("must_encrypt", "Encryption Up")
    with mock_directconnect(others="block") as fresh:
        fresh.restore(taken)
        client = fresh.client()
        other = connect(client, bandwidth="10Gbps", requestMACSec=True)
        (key,) = client.associate_mac_sec_key(connectionId=other, secretARN=arn)["macSecKeys"]
        assert key["ckn"] == CKN
