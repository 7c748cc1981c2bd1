"""Dedicated connections: their states, members and refusals."""

from __future__ import annotations

import re

import pytest

from tests.helpers import CONNECTION, STRANGER, connect, make_lag, members, one, refused

REQUESTED = {
    "ownerAccount", "connectionId", "connectionName", "connectionState", "region", "location", "bandwidth",
    "jumboFrameCapable", "hasLogicalRedundancy", "tags", "macSecCapable",
}  # fmt: skip
PROVISIONED = REQUESTED | {"awsDevice", "awsDeviceV2", "awsLogicalDeviceId"}


def keys(answer):
    """The members of an answer that every botocore knows."""
    newer = {"billingMode", "rateLimiterStatus", "partnerInterconnectMacSecCapable"}
    return {
        name
        for name in answer
        if name != "ResponseMetadata" and name not in newer and not name.startswith("prefixPool")
    }


def test_a_new_connection_is_requested(client):
    """Its members and its state [recorded: ANS, SDKGO, TUT]."""
    made = client.create_connection(**CONNECTION)
    assert keys(made) == REQUESTED
    assert made["connectionState"] == "requested"
    assert made["tags"] == []
    assert made["hasLogicalRedundancy"] == "unknown"
    assert re.fullmatch(r"dxcon-f[fgh][a-z0-9]{6}", made["connectionId"])


def test_the_next_look_shows_it_provisioned(client):
    """Recorded: C7N, for the members of a provisioned dedicated connection; the mock's policy "auto"."""
    shown = one(client, connect(client))
    assert keys(shown) == PROVISIONED
    assert shown["connectionState"] == "available"
    assert shown["jumboFrameCapable"] is True
    assert shown["hasLogicalRedundancy"] == "no"
    assert re.fullmatch(r"EqDC2-[a-z0-9]{12,13}", shown["awsDevice"])
    assert shown["awsDeviceV2"] == shown["awsLogicalDeviceId"] == shown["awsDevice"]


@pytest.mark.directconnect(provisioning="manual")
def test_manual_provisioning_takes_two_hands(client, dx):
    """Requested, pending, available [documented: API:Connection]."""
    made = connect(client)
    assert one(client, made)["connectionState"] == "requested"
    dx.issue_loa(made)
    shown = one(client, made)
    assert shown["connectionState"] == "pending"
    assert "awsDevice" in shown
    dx.provision(made)
    assert one(client, made)["connectionState"] == "available"
    dx.provision(made)  # what is finished stays as it is
    assert one(client, made)["connectionState"] == "available"


@pytest.mark.directconnect(provisioning="timed")
def test_timed_provisioning_goes_by_the_clock(client, dx):
    """Documented: the LOA comes within 72 hours."""
    made = connect(client)
    dx.clock.advance(hours=71, minutes=59)
    assert one(client, made)["connectionState"] == "requested"
    dx.clock.advance(minutes=1)
    assert one(client, made)["connectionState"] == "pending"
    dx.clock.advance(days=3)
    assert one(client, made)["connectionState"] == "available"


@pytest.mark.directconnect(quirks={"location_without_room": "echo"})
def test_quirk_location_without_room(dx):
    """Recorded in 2017: ANS asked for EqSE2 and got EqSe2."""
    client = dx.client("us-west-2")
    assert client.create_connection(**{**CONNECTION, "location": "EqSE2"})["location"] == "EqSe2"


def test_location_is_found_in_any_case_and_shown_as_aws_spells_it(dx):
    """In any case [recorded: ANS]; the code of a room where AWS lists the site by room [recorded: TF#15151]."""
    client = dx.client("us-west-2")
    assert client.create_connection(**{**CONNECTION, "location": "EqSE2"})["location"] == "EqSe2-EQ"
    assert make_lag(client, location="EqSe2")["location"] == "EqSe2-EQ"
    room = connect(client, location="eqse2-eq")
    assert one(client, room)["location"] == "EqSe2-EQ"
    assert one(client, room)["awsDevice"].startswith("EqSe2-")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"location": "EqSV5"}, "Location EqSV5 is not valid."),
        ({"location": "nowhere"}, "Location nowhere is not valid."),
        ({"bandwidth": "50Mbps"}, "Bandwidth 50Mbps is not valid."),
        ({"bandwidth": "1gbps"}, "Bandwidth 1gbps is not valid."),
        (
            {"bandwidth": "400Gbps", "location": "EqDA2"},
            "Bandwidth 400Gbps is not available at location EqDA2.",
        ),
        ({"requestMACSec": True}, "MACsec is not available for bandwidth 1Gbps"),
        ({"connectionName": ""}, "Connection name '' is not valid."),
        ({"connectionName": "a<b"}, "Connection name 'a<b' is not valid."),
        ({"connectionName": "x" * 201}, "is not valid."),
        ({"lagId": "dxlag-fg000000"}, "Could not find Lag with ID dxlag-fg000000"),
        ({"lagId": "lag"}, "Lag ID lag has an invalid format."),
        ({"tags": [{"key": "aws:x"}]}, "reserved"),
    ],
)
def test_orders_that_are_refused(client, dx, change, text):
    """Only the texts about ids of LAGs are recorded [recorded: E1, E2]; the others are ours."""
    with refused(dx, text):
        client.create_connection(**{**CONNECTION, **change})


def test_names_may_be_non_ascii_and_equal(client):
    r"""CFN: ``\\w`` of Unicode; names need not be unique."""
    first, second = (connect(client, connectionName="Zürich 東京") for _ in range(2))
    assert first != second
    assert one(client, first)["connectionName"] == "Zürich 東京"


def test_quota_of_connections_per_location(client, dx):
    """Documented: 10 active connections per location, Region and account; deleted ones do not count."""
    made = [connect(client) for _ in range(10)]
    with refused(dx, "Exceeded the maximum number of connections at location EqDC2. The limit is 10"):
        connect(client)
    connect(client, location="CSVA1")
    dx.client(account_id=STRANGER).create_connection(**CONNECTION)
    client.delete_connection(connectionId=made[0])
    client.describe_connections()
    connect(client)


@pytest.mark.directconnect(quotas={"connections_per_location": 2})
def test_quotas_can_be_changed(client, dx):
    """The table of quotas is a setting."""
    connect(client)
    connect(client)
    with refused(dx, "The limit is 2"):
        connect(client)


@pytest.mark.directconnect(quotas={"ports_per_device": 1})
def test_a_location_can_run_out_of_ports(client, dx):
    """Devices are a small pool per location (recorded: ANS), each with a number of ports."""
    for _ in range(4):
        connect(client)
    with refused(dx, "not enough available ports"):
        connect(client)


def test_provider_name_is_echoed_only_when_given(client):
    """Client-proven: TF."""
    assert "providerName" not in client.create_connection(**CONNECTION)
    assert client.create_connection(**CONNECTION, providerName="Lumen")["providerName"] == "Lumen"


def test_update_renames(client, dx):
    """Recorded: TUT, in state requested too."""
    made = connect(client)
    assert client.update_connection(connectionId=made, connectionName="new")["connectionName"] == "new"
    assert one(client, made)["connectionName"] == "new"
    with refused(dx, "Encryption mode maybe is not valid."):
        client.update_connection(connectionId=made, encryptionMode="maybe")
    with refused(dx, "is not MACsec capable."):
        client.update_connection(connectionId=made, encryptionMode="must_encrypt", connectionName="x")
    with refused(dx, "Could not find Connection with ID dxcon-fg000000"):
        client.update_connection(connectionId="dxcon-fg000000", connectionName="x")


def test_delete_of_a_fresh_connection_is_at_once(client):
    """It is deleted in the answer already [recorded: ANS]."""
    made = client.create_connection(**CONNECTION)
    gone = client.delete_connection(connectionId=made["connectionId"])
    assert keys(gone) == REQUESTED
    assert gone["connectionState"] == "deleted"


def test_delete_of_a_live_connection_goes_by_deleting(client, dx):
    """Documented; Terraform waits over deleting. Deleted ones stay listed, last [recorded: ANS]."""
    first = connect(client)
    second = connect(client)
    client.describe_connections()
    assert client.delete_connection(connectionId=first)["connectionState"] == "deleting"
    listed = client.describe_connections()["connections"]
    assert [(each["connectionId"], each["connectionState"]) for each in listed] == [
        (second, "available"),
        (first, "deleted"),
    ]
    assert one(client, first)["connectionState"] == "deleted"
    with refused(dx, f"Could not find Connection with ID {first}"):
        client.delete_connection(connectionId=first)
    dx.clock.advance(days=1)
    assert [each["connectionId"] for each in client.describe_connections()["connections"]] == [second]


@pytest.mark.directconnect(provisioning="timed")
def test_deleting_takes_time(client, dx):
    """Client-proven: Terraform waits 10 minutes."""
    made = connect(client)
    dx.provision(made)
    assert client.delete_connection(connectionId=made)["connectionState"] == "deleting"
    assert client.delete_connection(connectionId=made)["connectionState"] == "deleting"
    dx.clock.advance(minutes=10)
    assert one(client, made)["connectionState"] == "deleted"


def test_unknown_and_malformed_ids(client, dx):
    """E3 and E4; another account's or Region's connection is as unknown as any [inferred: from E3]."""
    made = connect(client)
    for unknown in ("dxcon-fg000000", "dxcon-notthere", "dxcon-XXXXXXXX"):
        with refused(dx, f"Could not find Connection with ID {unknown}"):
            client.describe_connections(connectionId=unknown)
    for malformed in ("foo", "", "dxcon-", "dxcon-fg0", "dxlag-fg000000", "dxcon-fg00000!", "dxcon-é1234567"):
        with refused(dx, f"Connection ID {malformed} has an invalid format."):
            client.describe_connections(connectionId=malformed)
    for other in (dx.client(account_id=STRANGER), dx.client("us-west-2")):
        assert other.describe_connections()["connections"] == []
        for call in (other.describe_connections, other.delete_connection):
            with refused(dx, f"Could not find Connection with ID {made}"):
                call(connectionId=made)


def test_confirm_of_an_unknown_connection(client, dx):
    """Client-proven: the integration test of an AWS SDK; another account's connection is as unknown."""
    made = connect(client)
    for caller, unknown in ((client, "dxcon-fg000000"), (dx.client(account_id=STRANGER), made)):
        with refused(dx, f"ConfirmConnection failed. {unknown} doesn't exist."):
            caller.confirm_connection(connectionId=unknown)
    assert dx.calls[-1].error.wording == "client-proven"


@pytest.mark.directconnect(quirks={"describe_connections_unknown_id": "empty"})
def test_quirk_unknown_id_gives_an_empty_list(client, dx):
    """Recorded in 2017: ANS."""
    assert client.describe_connections(connectionId="dxcon-notthere")["connections"] == []
    with refused(dx, "has an invalid format."):
        client.describe_connections(connectionId="foo")


def test_confirm_of_a_dedicated_connection(client, dx):
    """E5, recorded: SDKGO."""
    made = connect(client)
    with refused(dx, f"ConfirmConnection failed. {made} is in state available"):
        client.confirm_connection(connectionId=made)


@pytest.mark.directconnect(provisioning="manual")
def test_confirm_of_a_requested_connection(client, dx):
    """E5 word for word, recorded: SDKGO."""
    made = connect(client)
    with refused(dx, f"ConfirmConnection failed. {made} is in state requested"):
        client.confirm_connection(connectionId=made)


def test_link_down_and_up(client, dx):
    """Available and down [documented: API:Connection]."""
    made = connect(client)
    dx.link_down(made)
    assert one(client, made)["connectionState"] == "down"
    dx.link_up(made)
    assert one(client, made)["connectionState"] == "available"


def test_hands_refuse_what_they_can_not_do(client, dx):
    """Errors of the mock's own face are clear sentences."""
    with pytest.raises(LookupError, match="no resource 'dxcon-nothing0' in this mock"):
        dx.provision("dxcon-nothing0")
    lag = make_lag(client)
    with pytest.raises(ValueError, match="is a LAG, not a connection or interconnect"):
        dx.link_down(lag["lagId"])
    made = connect(client)
    dx.provision(made)
    with pytest.raises(ValueError, match="does not wait for its LOA, it is in state available"):
        dx.issue_loa(made)
    with pytest.raises(ValueError, match="12 digits"):
        dx.client(account_id="1")


def test_create_in_a_lag(client, dx):
    """Release of 2017-02-17: on the LAG's endpoint, or refused."""
    lag = make_lag(client)
    made = client.create_connection(**CONNECTION, lagId=lag["lagId"])
    assert made["lagId"] == lag["lagId"]
    assert one(client, made["connectionId"])["awsDevice"] == lag["awsDevice"]
    assert members(client.describe_lags()["lags"][0])[-1] == made["connectionId"]
    with refused(dx, f"Bandwidth 10Gbps is not the bandwidth of Lag {lag['lagId']}."):
        client.create_connection(**{**CONNECTION, "bandwidth": "10Gbps"}, lagId=lag["lagId"])
    with refused(dx, f"Lag {lag['lagId']} is not at location CSVA1."):
        client.create_connection(**{**CONNECTION, "location": "CSVA1"}, lagId=lag["lagId"])


@pytest.mark.directconnect(quotas={"ports_per_device": 2})
def test_create_in_a_lag_whose_device_is_full(client, dx):
    """Release of 2017-02-17: no available ports on the endpoint, no connection is created."""
    lag = make_lag(client)
    with refused(dx, "not enough available ports"):
        client.create_connection(**CONNECTION, lagId=lag["lagId"])
    connect(client)  # another device has room


def test_tags_in_the_order(client, dx):
    """They are set and shown at once; duplicates and too many are refused [documented: UG:using-tags]."""
    made = client.create_connection(**CONNECTION, tags=[{"key": "b", "value": "2"}, {"key": "a"}])
    assert made["tags"] == [{"key": "b", "value": "2"}, {"key": "a", "value": ""}]
    with refused(dx, "Tag keys must be unique", "DuplicateTagKeysException"):
        client.create_connection(**CONNECTION, tags=[{"key": "a"}, {"key": "a"}])
    with refused(dx, "limit of 50", "TooManyTagsException"):
        client.create_connection(**CONNECTION, tags=[{"key": f"k{n}"} for n in range(51)])


@pytest.mark.directconnect(quirks={"logical_redundancy": "yes"})
def test_quirk_logical_redundancy(client):
    """The members of the enum; recorded answers have "no" (C7N)."""
    assert one(client, connect(client))["hasLogicalRedundancy"] == "yes"
