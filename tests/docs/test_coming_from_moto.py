"""The table of docs/coming-from-moto.md is true: each row is asked of moto, and of this mock."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from moto import mock_aws

from dx_mock import mock_directconnect
from dx_mock.protocol import contract
from tests.helpers import has

PAGE = Path(__file__).parents[2] / "docs" / "coming-from-moto.md"
ORDER = {"location": "EqDC2", "bandwidth": "10Gbps", "connectionName": "c"}
LAG = {"numberOfConnections": 2, "location": "EqDC2", "connectionsBandwidth": "10Gbps", "lagName": "l"}


def _connect(client, **changes):
    return client.create_connection(**{**ORDER, **changes})["connectionId"]


def _shown(client):
    return client.describe_connections()["connections"]


def _deleted(client):
    made = _connect(client)
    client.delete_connection(connectionId=made)
    return made


def _lag_with_a_connection(client):
    lag = client.create_lag(**LAG, connectionId=_connect(client))
    return f"a LAG of {lag['numberOfConnections']}"


CKN, CAK = "ab" * 32, "cd" * 32


def _with_macsec(client):
    return _connect(client, requestMACSec=True)


def _keyed(client, ckn=CKN):
    """The keys that the answer of AssociateMacSecKey shows, and the connection."""
    made = _with_macsec(client)
    return made, client.associate_mac_sec_key(connectionId=made, ckn=ckn, cak=CAK)["macSecKeys"]


def _keyed_later(client):
    made, _ = _keyed(client)
    return client.describe_connections(connectionId=made)["connections"][0]["macSecKeys"]


def _unkeyed(client):
    made, keys = _keyed(client)
    gone = client.disassociate_mac_sec_key(connectionId=made, secretARN=keys[-1]["secretARN"])
    return gone["macSecKeys"][0]["state"]


def _mode(client, mode, **order):
    changed = client.update_connection(connectionId=_connect(client, **order), encryptionMode=mode)
    return changed["encryptionMode"]


def _tagged_by_id(client):
    made = _connect(client)
    client.tag_resource(resourceArn=made, tags=[{"key": "team", "value": "net"}])
    return "accepted"


def _arns(client):
    """What the Tagging API has of one connection with a tag."""
    _connect(client, tags=[{"key": "team", "value": "net"}])
    tagging = boto3.client("resourcegroupstaggingapi", region_name="us-east-1")
    found = tagging.get_resources(ResourceTypeFilters=["directconnect"])["ResourceTagMappingList"]
    return found[0]["ResourceARN"]


MACSEC = {
    "`macSecKeys` of a connection ordered without MACsec": lambda client: client.create_connection(**ORDER).get(
        "macSecKeys"
    ),
    "`encryptionMode` of it": lambda client: client.create_connection(**ORDER).get("encryptionMode"),
    "`macSecCapable` of it": lambda client: client.create_connection(**ORDER).get("macSecCapable"),
    "`encryptionMode` of a connection ordered with MACsec": lambda client: client.create_connection(
        **ORDER, requestMACSec=True
    ).get("encryptionMode"),
    "The number of its `macSecKeys`": lambda client: len(
        client.create_connection(**ORDER, requestMACSec=True)["macSecKeys"]
    ),
    "UpdateConnection to `should_encrypt` without MACsec": lambda client: _mode(client, "should_encrypt"),
    "UpdateConnection to `sometimes` with MACsec": lambda client: _mode(
        client, "sometimes", requestMACSec=True
    ),
    "AssociateMacSecKey without MACsec": lambda client: (
        client.associate_mac_sec_key(connectionId=_connect(client), ckn=CKN, cak=CAK) and "accepted"
    ),
    "`state` of a key in the answer of AssociateMacSecKey": lambda client: _keyed(client)[1][-1]["state"],
    "`state` of it at the next look": lambda client: _keyed_later(client)[-1]["state"],
    "`state` of it in the answer of DisassociateMacSecKey": _unkeyed,
    "A `ckn` of 4 digits": lambda client: _keyed(client, "abcd") and "accepted",
    "`secretARN` of a key": lambda client: _keyed(client)[1][-1]["secretARN"],
    "`startOn` of a key": lambda client: _keyed(client)[1][-1]["startOn"],
    "`encryptionMode` of a LAG ordered without MACsec": lambda client: client.create_lag(**LAG).get(
        "encryptionMode"
    ),
}

MORE = {
    "`loaIssueTime` of a new connection": lambda client: client.create_connection(**ORDER).get("loaIssueTime"),
    "`vlan` of a dedicated connection": lambda client: client.create_connection(**ORDER).get("vlan"),
    "`portEncryptionStatus` of a connection without MACsec": lambda client: client.create_connection(
        **ORDER
    ).get("portEncryptionStatus"),
    "`hasLogicalRedundancy` of a new connection": lambda client: client.create_connection(**ORDER).get(
        "hasLogicalRedundancy"
    ),
    "`connectionState` of a new LAG's members": lambda client: client.create_lag(**LAG)["connections"][0][
        "connectionState"
    ],
    "TagResource with the connection's id": _tagged_by_id,
    "The ARN of a connection in GetResources": _arns,
}

#: What is asked, as the page says it.
ROWS = {
    **MACSEC,
    **MORE,
    "The id of a new connection": _connect,
    "The id of a new LAG": lambda client: client.create_lag(**LAG)["lagId"],
    "`connectionState` in the answer of CreateConnection": lambda client: client.create_connection(**ORDER)[
        "connectionState"
    ],
    "... and at the next look": lambda client: _connect(client) and _shown(client)[0]["connectionState"],
    "... and in the answer of DeleteConnection then": lambda client: (
        _connect(client)
        and client.delete_connection(connectionId=_shown(client)[0]["connectionId"])["connectionState"]
    ),
    "`lagState` in the answer of CreateLag": lambda client: client.create_lag(**LAG)["lagState"],
    "`awsDeviceV2` of a new connection": lambda client: client.create_connection(**ORDER).get("awsDeviceV2"),
    "`partnerName` of a dedicated connection": lambda client: client.create_connection(**ORDER).get(
        "partnerName"
    ),
    "DescribeConnections of an unknown id": lambda client: client.describe_connections(
        connectionId="dxcon-fg1234ab"
    ),
    "DescribeLags of an unknown id": lambda client: client.describe_lags(lagId="dxlag-fg1234ab"),
    "A connection at location `nowhere`": lambda client: (
        client.create_connection(**{**ORDER, "location": "nowhere"}) and "accepted"
    ),
    "A LAG of 99 connections": lambda client: (
        client.create_lag(**{**LAG, "numberOfConnections": 99}) and "accepted"
    ),
    "A LAG with an existing connection": _lag_with_a_connection,
    "MACsec on a port of 1 Gbps": lambda client: (
        client.create_connection(**{**ORDER, "bandwidth": "1Gbps"}, requestMACSec=True) and "accepted"
    ),
    "Deleting a connection again": lambda client: (
        client.delete_connection(connectionId=_deleted(client)) and "accepted"
    ),
    "DescribeConnections with `maxResults=1` of three": lambda client: (
        [_connect(client, connectionName=name) for name in "abc"]
        and f"{len(client.describe_connections(maxResults=1)['connections'])} of 3"
    ),
    "DescribeVirtualInterfaces": lambda client: client.describe_virtual_interfaces() and "an answer",
    "DescribeLocations": lambda client: client.describe_locations() and "an answer",
}


OUR_WORDS = re.compile(r"accepted|an answer|a LAG of \d|\d of 3")


def asked(question, client):
    """What comes of a question, in the words of the page."""
    try:
        found = question(client)
    except ClientError as refused:
        error = refused.response["Error"]
        return f"`{error['Code']}`: {error['Message']}"
    except NotImplementedError:
        return "`NotImplementedError`"
    if found is None:
        return "absent"
    # moto's ids are ARNs with the time at the end.
    text = re.sub(r"^arn:.*:(.*)-20[0-9]{12}$", r"arn:…:\1-…", str(found))
    text = re.sub(r"^20[0-9-]{8} [0-9:]{8}$", "2026-01-31 09:30:00", text)
    text = text.replace(CKN, "abab…")
    return text if OUR_WORDS.fullmatch(text) else f"`{text}`"


def cells(label):
    """A row of the page."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        found = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if found[0] == label:
            return found
    raise AssertionError(f"the page has no row {label!r}")


@pytest.mark.parametrize("label", ROWS)
def test_what_dx_mock_answers(label):
    if "maxResults" in label and not has("DescribeConnections.maxResults"):
        pytest.skip("the page speaks of a newer model")
    with mock_directconnect():
        client = boto3.client("directconnect", region_name="us-east-1")
        assert cells(label)[2] == asked(ROWS[label], client)


@pytest.mark.slow
@pytest.mark.parametrize("label", ROWS)
def test_what_moto_answers(label):
    """The page speaks of moto from 5.2 on; when moto changes, the page must."""
    _need_a_new_moto()
    with mock_aws():
        client = boto3.client("directconnect", region_name="us-east-1")
        assert cells(label)[1] == asked(ROWS[label], client), "moto's answer has changed: so must the page"


def test_how_many_operations_moto_serves():
    _need_a_new_moto()
    from moto.directconnect.responses import DirectConnectResponse

    served = sum(hasattr(DirectConnectResponse, xform_name(name)) for name in contract.operation_names())
    assert f"serves {served} operations" in PAGE.read_text(encoding="utf-8")


def _need_a_new_moto():
    if tuple(map(int, version("moto").split(".")[:2])) < (5, 2):
        pytest.skip("the page speaks of a newer moto")
