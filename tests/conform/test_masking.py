"""What tells whose an answer is does not get into a report."""

from __future__ import annotations

import ipaddress
import json
import re
from datetime import datetime, timezone

import pytest
from botocore.exceptions import ClientError
from hypothesis import strategies as st

from dx_mock import conform
from dx_mock.conform.masking import Mask
from tests.helpers import examples, for_all

SECRETS = {
    "account": "210987654321",
    "account with dashes": "2109-8765-4321",
    "name": "uplink-frankfurt-acme",
    "arn": "arn:aws:iam::210987654321:user/jane.doe",
    "arn of a resource": "arn:aws-us-gov:directconnect:us-gov-west-1:210987654321:dxvif/dxvif-fg9zzzz1",
    "connection": "dxcon-fgabcd12",
    "virtual gateway": "vgw-0123456789abcdef0",
    "interface of EC2": "eni-0aa0bb1cc2dd3ee4f",
    "device": "EqFA5-2hyx8ku4rt1q0",
    "IPv4": "198.51.100.77",
    "IPv4 with its length": "10.44.55.66/30",
    "IPv6": "2001:db8:44:55::66",
    "IPv6 with a zone": "fe80::dead:beef%eth0",
    "IPv6 of an IPv4": "::ffff:198.51.100.78",
    "access key": "AKIA2ABCDEFGHIJKLMNO",
    "session key": "ASIA2ABCDEFGHIJKLMNO",
    "secret key": "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",
    "session token": "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDx9YwPz==",
    "key of MACsec": "ab" * 32,
    "request": "7f1c2d3e-4b5a-4c6d-8e7f-901a2b3c4d5e",
    "email": "jane.doe@acme.example",
    "host": "dx.acme.internal",
    "host with a port": "vpce-0a1b2c3d4e5f60718-abcdefgh.directconnect.eu-central-1.vpce.amazonaws.com:443",
    "address of the web": "https://intranet.acme.example/tickets/4711?who=jane",
    "profile": "acme-production",
}  # fmt: skip


class Stub:
    """A client whose every answer is full of somebody's own."""

    def __init__(self, answer):
        self.meta = type("Meta", (), {})()
        self.meta.endpoint_url = "https://dx.acme.internal"
        self.meta.region_name = "us-east-1"
        import boto3

        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        model = boto3.client("directconnect", region_name="us-east-1", **keys).meta.service_model
        self.meta.service_model = model
        self._answer = answer

    def __getattr__(self, name):
        return lambda **parameters: self._answer()


def every_member():
    return {
        "connections": [
            {
                "connectionId": SECRETS["connection"], "connectionName": SECRETS["name"], "vlan": 3111,
                "connectionState": "available", "ownerAccount": SECRETS["account"], "asn": 64999,
                "loaIssueTime": datetime(2026, 11, 27, 17, 31, 59, tzinfo=timezone.utc),
                "awsDevice": SECRETS["device"], "awsDeviceV2": SECRETS["device"],
                "tags": [{"key": "owner", "value": SECRETS["email"]}], "providerName": "Acme Carriers",
                "location": SECRETS["name"], "region": SECRETS["host"],
            }
        ],
        "directConnectGateway": {
            "directConnectGatewayName": SECRETS["name"], "directConnectGatewayId": SECRETS["request"],
            "ownerAccount": SECRETS["account"], "amazonSideAsn": 64998,
        },
        "nextToken": SECRETS["session token"],
        "ResponseMetadata": {"HTTPStatusCode": 200, "RequestId": SECRETS["request"]},
    }  # fmt: skip


def refusal():
    said = "At 2026-11-27T17:31:59Z "
    said += " and ".join(f"{name} {value}," for name, value in SECRETS.items() if name not in {"name"})
    answer = {"Error": {"Code": "DirectConnectClientException", "Message": said}}
    raise ClientError({**answer, "ResponseMetadata": {"HTTPStatusCode": 400}}, "x")


def broken():
    raise OSError(f"no route to {SECRETS['host']} for {SECRETS['profile']}")


@pytest.mark.parametrize("answer", [every_member, refusal, broken])
def test_planted_secrets_are_in_no_form_of_the_report(answer):
    only = ["describe-connections-all", "describe-lags-unknown", "gateway-life", "describe-tags-unknown"]
    report = conform.run(Stub(answer), "free", only=only, pause=0, private=[SECRETS["profile"]])
    asked = [each for each in report if each.verdict != "not asked"]
    assert asked
    for text in (report.to_json(), report.to_html(), report.to_text(), str(report)):
        found = [name for name, secret in SECRETS.items() if secret in text]
        assert found == []
        for more in ("3111", "64999", "64998", "Acme", "acme", "17:31", "jane", "fgabcd12", "2109"):
            assert more not in text, re.search(f".{{0,40}}{more}.{{0,40}}", text)[0]
    if answer is refusal:
        assert "2026-11-27" in report.to_json()


def test_the_same_value_has_the_same_mark():
    mask = Mask()
    masked = mask.of({"ownerAccount": "210987654321", "connections": [{"ownerAccount": "210987654321"}]})
    assert masked == {"ownerAccount": "<account 1>", "connections": [{"ownerAccount": "<account 1>"}]}
    assert mask.text("Account 210987654321 and 310987654321.") == "Account <account 1> and <account 2>."
    assert mask.of({"asn": 65001, "peers": [{"asn": 65001}, {"asn": 65002}]}) == {
        "asn": 1,
        "peers": [{"asn": 1}, {"asn": 2}],
    }


def test_the_callers_own_account_has_the_mark_of_an_account():
    """As a member, where forms are compared; in a message it is private before it is known to be an account."""
    mask = Mask(marks={"210987654321": "<private>", "acme-production": "<private>"})
    assert mask.text("for 210987654321 of acme-production") == "for <private> of <private>"
    assert mask.of({"ownerAccount": "210987654321"}) == {"ownerAccount": "<account 1>"}
    assert mask.text("for 210987654321") == "for <account 1>"


def test_awss_words_stay():
    own = {
        "connectionState": "down",
        "bandwidth": "1Gbps",
        "location": "EqDC2",
        "region": "eu-central-1",
        "mtu": 9001,
    }
    assert Mask().of(own) == own
    for text in (
        "Could not find Lag with ID doesntexist",
        "Value null at 'newBGPPeer.asn' failed to satisfy constraint: Member must not be null",
        "MinimumLinks cannot be set higher than the number of connections in the Lag.",
        "The MTU 1400 is not valid: it must be 1500 or 9001.",
        "IPv4 or IPv6? At 203.0.113.1/30: no.",
    ):
        assert Mask(["203.0.113.1/30"]).text(text) == text


def test_what_the_catalogue_sends_stays():
    sent = ["dxcon-ffffffff", "arn:aws:directconnect:us-east-1:123456789012:dxcon/dxcon-ffffffff"]
    mask = Mask(sent)
    text = f"Could not find {sent[0]} or {sent[1]}, but dxcon-ffffffff0"
    assert mask.text(text) == f"Could not find {sent[0]} or {sent[1]}, but <id 1>"


@pytest.mark.parametrize(
    ("time", "day"),
    [
        ("2026-11-27T17:31:59Z", "2026-11-27"),
        ("2026-11-27 17:31:59.123456+01:00", "2026-11-27"),
        ("20261127T173159Z", "20261127"),
        ("Fri, 27 Nov 2026 17:31:59 GMT", "Fri, 27 Nov 2026"),
    ],
)
def test_times_are_kept_to_the_day(time, day):
    assert Mask().text(f"until {time}") == f"until {day}"
    assert Mask().of({"start": datetime(2026, 11, 27, 17, 31, 59)}) == {"start": "2026-11-27"}


WORDS = st.text(st.characters(codec="ascii", categories=["L", "P", "Z"]), max_size=20)
HEX = "0123456789abcdef"
PLANTED = st.one_of(
    st.from_regex(r"[1-9][0-9]{11}", fullmatch=True),
    st.from_regex(r"dx(con|lag|vif|peer)-[a-z0-9]{8}", fullmatch=True),
    st.from_regex(r"(vgw|tgw|vpc|eni|subnet)-[0-9a-f]{17}", fullmatch=True),
    st.from_regex(r"AKIA[A-Z2-7]{16}", fullmatch=True),
    st.from_regex(r"arn:aws:[a-z]{2,10}:us-east-1:[0-9]{12}:[a-z/-]{1,20}", fullmatch=True),
    st.uuids(version=4).map(str),
    st.text(HEX, min_size=64, max_size=64),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str).filter(lambda found: found != "::"),
    st.from_regex(r"[a-z]{1,10}@[a-z]{1,10}\.example", fullmatch=True),
)


@examples(few=30, many=300)
def test_a_planted_secret_is_never_in_a_message(examples):
    @for_all(examples, WORDS, PLANTED, WORDS)
    def check(before, secret, after):
        mask = Mask()
        masked = mask.text(f"{before} {secret} {after}")
        assert secret not in masked
        assert mask.text(f"{before} {secret} {after}") == masked  # always by the same mark
        assert Mask().text(masked) == masked  # nothing of a mark is taken for a secret


@examples(few=30, many=300)
def test_members_of_one_value_have_one_mark_and_others_have_others(examples):
    @for_all(examples, PLANTED, PLANTED)
    def check(one, other):
        mask = Mask()
        names = (mask.of({"connectionName": each})["connectionName"] for each in (one, other, one))
        first, second, third = names
        assert first == third
        assert (first == second) == (one == other)
        assert first.startswith("<")


ANYTHING = st.recursive(
    st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.binary()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
)


@examples(few=30, many=300)
def test_anything_can_be_masked_and_saved(examples):
    @for_all(examples, ANYTHING)
    def check(value):
        json.dumps(Mask().of(value))


@examples(few=30, many=300)
def test_any_text_can_be_masked(examples):
    @for_all(examples, st.text(max_size=300))
    def check(text):
        assert isinstance(Mask().text(text), str)


def test_addresses_of_a_whole_net_are_found():
    for address in ipaddress.ip_network("2001:db8::/124"):
        assert Mask().text(f"at {address}.") == "at <address 1>."
