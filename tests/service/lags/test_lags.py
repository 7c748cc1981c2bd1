"""LAGs: their members, states and refusals [documented: 2017, UG:lags]."""

from __future__ import annotations

import pytest

from tests.helpers import (
    CONNECTION,
    LAG,
    PARTNER,
    STRANGER,
    connect,
    make_lag,
    members,
    one,
    one_lag,
    refused,
)


def test_a_new_lag(client):
    """Recorded: ANS; CLI example. The state is pending, a device is there, the members have none."""
    lag = make_lag(client, lagName="two")
    assert lag["lagState"] == "pending"
    assert lag["numberOfConnections"] == 2
    assert lag["minimumLinks"] == 0
    assert lag["allowsHostedConnections"] is False
    assert lag["awsDevice"].startswith("EqDC2-")
    assert lag["tags"] == []
    assert [each["connectionName"] for each in lag["connections"]] == [
        f"Requested Connection {number} for Lag {lag['lagId']}" for number in (1, 2)
    ]
    for each in lag["connections"]:
        assert each["connectionState"] == "requested"
        assert each["lagId"] == lag["lagId"]
        assert "awsDevice" not in each


def test_the_next_look_shows_it_available(client):
    """The mock's policy "auto" [ours]."""
    lag = one_lag(client, make_lag(client)["lagId"])
    assert lag["lagState"] == "available"
    assert {each["awsDevice"] for each in lag["connections"]} == {lag["awsDevice"]}
    assert {each["connectionId"] for each in client.describe_connections()["connections"]} == set(members(lag))


@pytest.mark.directconnect(provisioning="manual")
def test_manual_provisioning_of_a_lag(client, dx):
    """dx.provision(lag) finishes its members; one of them alone brings the LAG up too."""
    lag = make_lag(client)
    first, second = members(lag)
    assert one_lag(client, lag["lagId"])["lagState"] == "pending"
    dx.provision(first)
    shown = one_lag(client, lag["lagId"])
    assert shown["lagState"] == "available"
    assert [each["connectionState"] for each in shown["connections"]] == ["available", "requested"]
    dx.provision(lag["lagId"])
    assert one(client, second)["connectionState"] == "available"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_number_of_connections_is_the_total(client, dx, number):
    """CLI example and TF: an existing connection counts."""
    existing = connect(client, connectionName="mine")
    before = one(client, existing)
    lag = make_lag(client, numberOfConnections=number, connectionId=existing)
    assert lag["numberOfConnections"] == number
    assert members(lag)[-1] == existing
    after = one(client, existing)
    assert after.pop("lagId") == lag["lagId"]
    assert after == before
    assert lag["awsDevice"] == before["awsDevice"]
    assert [each["connectionName"] for each in lag["connections"]][:-1] == [
        f"Requested Connection {n} for Lag {lag['lagId']}" for n in range(1, number)
    ]


def test_the_existing_connection_keeps_its_state(client, dx):
    """CLI example: it stays down."""
    existing = connect(client)
    dx.link_down(existing)
    lag = make_lag(client, connectionId=existing)
    assert lag["connections"][-1]["connectionState"] == "down"


@pytest.mark.directconnect(quirks={"device_placement": "spread"})
def test_the_lag_is_on_the_existing_connections_device(client):
    """Release of 2017-02-17."""
    connect(client)
    existing = connect(client)
    device = one(client, existing)["awsDevice"]
    assert make_lag(client, connectionId=existing)["awsDevice"] == device


def test_child_tags_go_to_new_members_only(client):
    """Where the text says LAGs it means connections [documented: API:CreateLag (childConnectionTags)]."""
    existing = connect(client, tags=[{"key": "old", "value": "1"}])
    lag = make_lag(
        client,
        connectionId=existing,
        tags=[{"key": "lag", "value": "1"}],
        childConnectionTags=[{"key": "child", "value": "1"}],
    )
    assert lag["tags"] == [{"key": "lag", "value": "1"}]
    assert [each["tags"] for each in lag["connections"]] == [
        [{"key": "child", "value": "1"}],
        [{"key": "old", "value": "1"}],
    ]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"numberOfConnections": 0}, "must be at least 1, not 0"),
        ({"numberOfConnections": -1}, "must be at least 1, not -1"),
        ({"numberOfConnections": 11}, "Exceeded the maximum number of connections in a Lag. The limit is 10"),
        (
            {"numberOfConnections": 3, "connectionsBandwidth": "100Gbps"},
            "Exceeded the maximum number of connections in a Lag. The limit is 2",
        ),
        (
            {"numberOfConnections": 3, "connectionsBandwidth": "400Gbps"},
            "Exceeded the maximum number of connections in a Lag. The limit is 2",
        ),
        ({"connectionsBandwidth": "500Mbps"}, "Bandwidth 500Mbps is not valid."),
        ({"location": "EqSV5"}, "Location EqSV5 is not valid."),
        ({"lagName": ""}, "Lag name '' is not valid."),
        ({"connectionId": "dxcon-fg000000"}, "Could not find Connection with ID dxcon-fg000000"),
        ({"connectionId": "x"}, "Connection ID x has an invalid format."),
        ({"requestMACSec": True}, "MACsec is not available"),
    ],
)
def test_refusals_create_nothing(client, dx, change, text):
    """Release of 2017-02-17 and quotas: no LAG is created."""
    with refused(dx, text):
        client.create_lag(**{**LAG, **change})


def test_ten_members_of_1g_and_two_of_100g(dx):
    """Release of 2017-02-17 and quotas."""
    client = dx.client()
    assert make_lag(client, numberOfConnections=10)["numberOfConnections"] == 10
    large = make_lag(client, connectionsBandwidth="100Gbps", location="CSVA1")
    assert large["numberOfConnections"] == 2


@pytest.mark.directconnect(quotas={"connections_per_lag": 4})
def test_todays_limit_of_four_is_one_setting_away(client, dx):
    """Documented today: 4 below 100 Gbps."""
    lag = make_lag(client, numberOfConnections=4)
    with refused(dx, "The limit is 4"):
        make_lag(client, numberOfConnections=5)
    with refused(dx, "The limit is 4"):
        client.create_connection(**CONNECTION, lagId=lag["lagId"])


@pytest.mark.directconnect(quotas={"ports_per_device": 3})
def test_a_lag_must_fit_on_one_device(client, dx):
    """Release of 2017-02-17: more than can be allocated on one endpoint, no LAG is created."""
    with refused(dx, "not enough available ports"):
        make_lag(client, numberOfConnections=4)
    make_lag(client, numberOfConnections=2)
    assert make_lag(client, numberOfConnections=3)["numberOfConnections"] == 3  # the next device
    existing = members(client.describe_lags()["lags"][1])[0]
    with refused(dx, "not enough available ports"):
        make_lag(client, numberOfConnections=2, connectionId=existing)


def test_lags_per_region(client, dx):
    """Documented: 10 per Region."""
    existing = connect(client)
    made = make_lag(client, numberOfConnections=1, connectionId=existing)["lagId"]
    for _ in range(9):
        client.disassociate_connection_from_lag(connectionId=existing, lagId=made)
        made = make_lag(client, numberOfConnections=1, connectionId=existing)["lagId"]
    client.disassociate_connection_from_lag(connectionId=existing, lagId=made)
    with refused(dx, "Exceeded the maximum number of Lags in us-east-1. The limit is 10"):
        make_lag(client, numberOfConnections=1, connectionId=existing)
    client.delete_lag(lagId=made)
    make_lag(client, numberOfConnections=1, connectionId=existing)


def test_members_count_at_the_location(client, dx):
    """Documented: connections per location, also those of LAGs."""
    connect(client)
    with refused(dx, "Exceeded the maximum number of connections at location EqDC2. The limit is 10"):
        make_lag(client, numberOfConnections=10)
    assert client.describe_lags()["lags"] == []


def test_existing_connection_must_match(client, dx):
    """Release of 2017-02-17: same bandwidth, same location."""
    fast, far = connect(client, bandwidth="10Gbps"), connect(client, location="CSVA1")
    with refused(dx, f"Connection {fast} does not have the same bandwidth as the Lag."):
        make_lag(client, connectionId=fast)
    with refused(dx, f"Connection {far} is not in the same location as the Lag."):
        make_lag(client, connectionId=far)
    with refused(dx, "Could not find Connection"):
        make_lag(dx.client(account_id=STRANGER), connectionId=fast)


def test_unknown_and_malformed_ids(client, dx):
    """E1 and E2, recorded: ANS."""
    with refused(dx, "Could not find Lag with ID dxlag-XXXXXXXX"):
        client.describe_lags(lagId="dxlag-XXXXXXXX")
    with refused(dx, "Lag ID doesntexist has an invalid format."):
        client.describe_lags(lagId="doesntexist")
    lag = make_lag(client)["lagId"]
    stranger = dx.client(account_id=STRANGER)
    with refused(dx, f"Could not find Lag with ID {lag}"):
        stranger.delete_lag(lagId=lag)
    with refused(dx, f"Could not find Lag with ID {lag}"):
        stranger.update_lag(lagId=lag, lagName="mine")
    assert stranger.describe_lags()["lags"] == []


# --- minimumLinks ------------------------------------------------------------------------------------------


def test_update_changes_only_what_is_named(client):
    """Recorded: ANS."""
    made = one_lag(client, make_lag(client)["lagId"])
    updated = client.update_lag(lagId=made["lagId"], lagName="new")
    updated.pop("ResponseMetadata")
    assert updated == {**made, "lagName": "new"}
    updated = client.update_lag(lagId=made["lagId"], minimumLinks=2)
    assert (updated["lagName"], updated["minimumLinks"]) == ("new", 2)


def test_minimum_links_not_above_the_members(client, dx):
    """E9, recorded by the Ansible module."""
    lag = make_lag(client)["lagId"]
    with refused(dx, "MinimumLinks cannot be set higher than the number of connections"):
        client.update_lag(lagId=lag, minimumLinks=3, lagName="x")
    with refused(dx, "cannot be negative"):
        client.update_lag(lagId=lag, minimumLinks=-1)


def test_the_lag_goes_down_below_its_minimum_and_comes_back(client, dx):
    """Documented: UpdateLag, minimumLinks."""
    lag = make_lag(client, numberOfConnections=3)
    first, second, third = members(lag)
    client.update_lag(lagId=lag["lagId"], minimumLinks=2)
    dx.link_down(first)
    assert one_lag(client, lag["lagId"])["lagState"] == "available"
    dx.link_down(second)
    assert one_lag(client, lag["lagId"])["lagState"] == "down"
    dx.link_up(first)
    assert one_lag(client, lag["lagId"])["lagState"] == "available"
    client.update_lag(lagId=lag["lagId"], minimumLinks=0)
    dx.link_down(first)
    assert one_lag(client, lag["lagId"])["lagState"] == "available"
    dx.link_down(third)  # at least one is needed even with a minimum of 0
    assert one_lag(client, lag["lagId"])["lagState"] == "down"


def test_what_would_break_the_minimum_is_refused(client, dx):
    """Release of 2017-02-17; the last member may go by DisassociateConnectionFromLag."""
    lag = make_lag(client)["lagId"]
    other = make_lag(client)["lagId"]
    first, second = members(one_lag(client, lag))
    client.update_lag(lagId=lag, minimumLinks=2)
    text = f"would cause Lag {lag} to fall below its minimum number of operational connections."
    with refused(dx, f"Disassociating Connection {first} {text}"):
        client.disassociate_connection_from_lag(connectionId=first, lagId=lag)
    with refused(dx, f"Associating Connection {first} {text}"):
        client.associate_connection_with_lag(connectionId=first, lagId=other)
    with refused(dx, f"Deleting Connection {first} {text}"):
        client.delete_connection(connectionId=first)
    with refused(dx, text):
        make_lag(client, connectionId=first)
    client.update_lag(lagId=lag, minimumLinks=1)
    client.disassociate_connection_from_lag(connectionId=first, lagId=lag)
    client.disassociate_connection_from_lag(connectionId=second, lagId=lag)
    empty = one_lag(client, lag)
    assert (empty["connections"], empty["numberOfConnections"]) == ([], 0)
    assert empty["lagState"] == "down"


def _taken_away(client, how, connection, lag, other):
    if how == "disassociate":
        client.disassociate_connection_from_lag(connectionId=connection, lagId=lag)
    else:
        client.associate_connection_with_lag(connectionId=connection, lagId=other)


@pytest.mark.parametrize("how", ["disassociate", "associate"])
def test_operational_connections_count(client, dx, how):
    """Release of 2017-02-17 and model: what works counts, and the call has to cause the fall."""
    lag, other = make_lag(client, numberOfConnections=3)["lagId"], make_lag(client)["lagId"]
    first, second, third = members(one_lag(client, lag))
    client.update_lag(lagId=lag, minimumLinks=2)
    dx.link_down(first)
    with refused(dx, f"Connection {second} would cause Lag {lag} to fall below its minimum"):
        _taken_away(client, how, second, lag, other)
    _taken_away(client, how, first, lag, other)  # it works no more: what works stays as it is
    assert one_lag(client, lag)["lagState"] == "available"
    dx.link_down(third)  # below the minimum already: whatever goes does not cause that
    _taken_away(client, how, second, lag, other)
    assert members(one_lag(client, lag)) == [third]


@pytest.mark.parametrize("how", ["disassociate", "associate", "create lag", "delete"])
def test_the_last_member(client, dx, how):
    """Release of 2017-02-17: the exception is of Disassociate; it can be deleted [client-proven: TF]."""
    lag, other = make_lag(client, numberOfConnections=1)["lagId"], make_lag(client)["lagId"]
    (only,) = members(one_lag(client, lag))
    client.update_lag(lagId=lag, minimumLinks=1)
    if how == "disassociate":
        client.disassociate_connection_from_lag(connectionId=only, lagId=lag)
    elif how == "delete":
        client.delete_connection(connectionId=only)
    else:
        with refused(dx, f"Associating Connection {only} would cause Lag {lag} to fall below its minimum"):
            if how == "associate":
                client.associate_connection_with_lag(connectionId=only, lagId=other)
            else:
                make_lag(client, connectionId=only)


@pytest.mark.directconnect(provisioning="manual")
def test_a_minimum_that_nothing_meets_yet(client):
    """Members that were never up don't work: none of them is missed."""
    lag = make_lag(client)
    client.update_lag(lagId=lag["lagId"], minimumLinks=2)
    client.disassociate_connection_from_lag(connectionId=members(lag)[0], lagId=lag["lagId"])


# --- membership --------------------------------------------------------------------------------------------


def test_associate_keeps_name_and_state(client):
    """CLI example."""
    lag = one_lag(client, make_lag(client)["lagId"])
    made = one(client, connect(client, connectionName="mine"))
    moved = client.associate_connection_with_lag(connectionId=made["connectionId"], lagId=lag["lagId"])
    moved.pop("ResponseMetadata")
    assert moved.pop("lagId") == lag["lagId"]
    assert moved == made
    assert one_lag(client, lag["lagId"])["numberOfConnections"] == 3


def test_associate_moves_from_another_lag_silently(client):
    """Client-proven: TF#2360."""
    lag, other = make_lag(client)["lagId"], make_lag(client)["lagId"]
    moving = members(one_lag(client, lag))[0]
    client.associate_connection_with_lag(connectionId=moving, lagId=other)
    assert one_lag(client, lag)["numberOfConnections"] == 1
    assert members(one_lag(client, other))[-1] == moving
    assert one(client, moving)["lagId"] == other


@pytest.mark.parametrize(
    ("connection", "text"),
    [
        ({"bandwidth": "10Gbps"}, "does not have the same bandwidth as the Lag."),
        ({"location": "CSVA1"}, "is not in the same location as the Lag."),
    ],
)
def test_associate_needs_the_same_bandwidth_and_location(client, dx, connection, text):
    """Release of 2017-02-17."""
    lag, other = make_lag(client)["lagId"], connect(client, **connection)
    with refused(dx, text):
        client.associate_connection_with_lag(connectionId=other, lagId=lag)


@pytest.mark.directconnect(quirks={"device_placement": "spread"})
def test_associate_needs_the_same_device_once_it_is_known(client, dx):
    """Release of 2017-02-17; fresh ones have no device yet and associate fine [client-proven: TF]."""
    lag = make_lag(client)["lagId"]
    settled = connect(client)
    assert one(client, settled)["awsDevice"] != one_lag(client, lag)["awsDevice"]
    with refused(dx, "does not terminate on the same Direct Connect endpoint as the Lag."):
        client.associate_connection_with_lag(connectionId=settled, lagId=lag)


@pytest.mark.directconnect(provisioning="manual", quirks={"device_placement": "spread"})
def test_a_requested_connection_takes_the_lags_device(client, dx):
    """Client-proven: TF acceptance tests associate fresh connections and LAGs of one location."""
    lag = make_lag(client)
    fresh = connect(client)
    client.associate_connection_with_lag(connectionId=fresh, lagId=lag["lagId"])
    assert "awsDevice" not in one(client, fresh)
    dx.provision(fresh)
    assert one(client, fresh)["awsDevice"] == lag["awsDevice"]


def test_associate_with_a_full_lag(client, dx):
    """Quota: connections per LAG."""
    lag = make_lag(client, connectionsBandwidth="100Gbps")["lagId"]
    extra = connect(client, bandwidth="100Gbps")
    with refused(dx, "Exceeded the maximum number of connections in a Lag. The limit is 2"):
        client.associate_connection_with_lag(connectionId=extra, lagId=lag)


def test_associate_again_and_unknown(client, dx):
    """E1 to E4."""
    lag = make_lag(client)
    first = members(lag)[0]
    with refused(dx, f"Connection {first} is already associated with Lag {lag['lagId']}."):
        client.associate_connection_with_lag(connectionId=first, lagId=lag["lagId"])
    with refused(dx, "Could not find Lag with ID dxlag-fg000000"):
        client.associate_connection_with_lag(connectionId=first, lagId="dxlag-fg000000")
    with refused(dx, "Could not find Connection with ID dxcon-fg000000"):
        client.associate_connection_with_lag(connectionId="dxcon-fg000000", lagId=lag["lagId"])
    with refused(dx, "Connection ID lag has an invalid format."):
        client.associate_connection_with_lag(connectionId="lag", lagId=lag["lagId"])


def test_macsec_must_be_asked_for_on_both(client, dx):
    """E7 word for word, recorded: TF#36693."""
    lag = make_lag(client, connectionsBandwidth="10Gbps", requestMACSec=True)
    plain = connect(client, bandwidth="10Gbps")
    with refused(dx, f"Connection {plain} and lag should be requested MacSec at the same time"):
        client.associate_connection_with_lag(connectionId=plain, lagId=lag["lagId"])
    with refused(dx, f"Connection {plain} and lag should be requested MacSec at the same time"):
        make_lag(client, connectionsBandwidth="10Gbps", requestMACSec=True, connectionId=plain)
    with refused(dx, "Connection and lag should be requested MacSec at the same time"):
        connect(client, bandwidth="10Gbps", lagId=lag["lagId"])
    secure = connect(client, bandwidth="10Gbps", requestMACSec=True)
    client.associate_connection_with_lag(connectionId=secure, lagId=lag["lagId"])
    with refused(dx, f"The encryption mode of Connection {secure} is set by Lag {lag['lagId']}."):
        client.update_connection(connectionId=secure, encryptionMode="must_encrypt")


def test_disassociate_takes_the_key_away(client):
    """Recorded: ANS; the key lagId vanishes, the name given by the LAG stays."""
    lag = make_lag(client)
    first = members(lag)[0]
    gone = client.disassociate_connection_from_lag(connectionId=first, lagId=lag["lagId"])
    assert "lagId" not in gone
    assert gone["connectionName"] == f"Requested Connection 1 for Lag {lag['lagId']}"
    assert members(one_lag(client, lag["lagId"])) == members(lag)[1:]
    assert one(client, first)["connectionState"] == "available"


@pytest.mark.directconnect(provisioning="manual")
def test_disassociate_keeps_requested_and_pending(client):
    """Recorded: ANS, the state of both stays, an emptied LAG is still pending."""
    lag = make_lag(client, numberOfConnections=1)
    (only,) = members(lag)
    gone = client.disassociate_connection_from_lag(connectionId=only, lagId=lag["lagId"])
    assert gone["connectionState"] == "requested"
    empty = one_lag(client, lag["lagId"])
    assert (empty["lagState"], empty["numberOfConnections"], empty["connections"]) == ("pending", 0, [])
    deleted = client.delete_connection(connectionId=only)
    assert deleted["connectionState"] == "deleted"
    assert "lagId" not in deleted


def test_disassociate_what_is_not_there(client, dx):
    """E8, client-proven: TF matches the substrings."""
    lag, other = make_lag(client), make_lag(client)
    first = members(lag)[0]
    with refused(dx, f"Connection {first} is not associated with Lag {other['lagId']}."):
        client.disassociate_connection_from_lag(connectionId=first, lagId=other["lagId"])
    with refused(dx, "Connection does not exist"):
        client.disassociate_connection_from_lag(connectionId="dxcon-fg000000", lagId=lag["lagId"])
    with refused(dx, "Lag does not exist"):
        client.disassociate_connection_from_lag(connectionId=first, lagId="dxlag-fg000000")


@pytest.mark.directconnect(provisioning="timed")
def test_a_connection_is_in_transition_after_it_was_associated(client, dx):
    """E6 word for word, recorded: TF#3212; Terraform tries again for a minute."""
    lag, made = make_lag(client)["lagId"], connect(client)
    client.associate_connection_with_lag(connectionId=made, lagId=lag)
    with refused(dx, f"Connection {made} is in a transitioning state."):
        client.disassociate_connection_from_lag(connectionId=made, lagId=lag)
    dx.clock.advance(minutes=1)
    client.disassociate_connection_from_lag(connectionId=made, lagId=lag)


def test_a_deleted_member_leaves_its_lag(client):
    """Client-proven: TF deletes the member of a LAG of one; the LAG lives on."""
    lag = make_lag(client, numberOfConnections=1)
    client.describe_lags()
    client.delete_connection(connectionId=members(lag)[0])
    empty = one_lag(client, lag["lagId"])
    assert (empty["numberOfConnections"], empty["connections"], empty["lagState"]) == (0, [], "down")


def test_an_empty_lag_is_deleted_at_once(client):
    """Recorded of young ones: ANS, CLI example; nobody recorded ``deleting``."""
    lag = make_lag(client, numberOfConnections=1)["lagId"]
    (member,) = members(one_lag(client, lag))
    client.disassociate_connection_from_lag(connectionId=member, lagId=lag)
    assert one_lag(client, lag)["lagState"] == "down"
    assert client.delete_lag(lagId=lag)["lagState"] == "deleted"


# --- deleting ----------------------------------------------------------------------------------------------


def test_delete_of_a_fresh_lag(client):
    """Recorded: ANS, CLI example: deleted at once, without members."""
    lag = make_lag(client, numberOfConnections=1)
    client.disassociate_connection_from_lag(connectionId=members(lag)[0], lagId=lag["lagId"])
    fresh = make_lag(client)
    gone = client.delete_lag(lagId=fresh["lagId"])
    assert (gone["lagState"], gone["numberOfConnections"], gone["connections"]) == ("deleted", 0, [])


def test_delete_of_a_live_lag_sets_its_members_free(client, dx):
    """Documented: DeleteLag does not delete the connections. Deleted LAGs are listed last [recorded: ANS]."""
    lag = make_lag(client)
    client.describe_lags()
    gone = client.delete_lag(lagId=lag["lagId"])
    assert gone["lagState"] == "deleting"
    other = make_lag(client)["lagId"]
    listed = client.describe_lags()["lags"]
    assert [(each["lagId"], each["lagState"]) for each in listed] == [
        (other, "available"),
        (lag["lagId"], "deleted"),
    ]
    for member in members(lag):
        assert "lagId" not in one(client, member)
    with refused(dx, "Could not find Lag"):
        client.delete_lag(lagId=lag["lagId"])
    with refused(dx, "Could not find Lag"):
        client.update_lag(lagId=lag["lagId"], lagName="x")
    dx.clock.advance(hours=24)
    assert [each["lagId"] for each in client.describe_lags()["lags"]] == [other]


@pytest.mark.directconnect(quirks={"delete_lag_with_members": "refuse"})
def test_quirk_a_lag_with_members_can_not_be_deleted(client, dx):
    """Terraform's documentation of force_destroy."""
    lag = make_lag(client)["lagId"]
    with refused(dx, f"Lag {lag} cannot be deleted until its connections are disassociated."):
        client.delete_lag(lagId=lag)


# --- partners ----------------------------------------------------------------------------------------------


@pytest.mark.directconnect(partners=[PARTNER])
def test_a_partners_lag_hosts_connections(dx):
    """Release of 2017-02-17."""
    partner = dx.client(account_id=PARTNER)
    assert make_lag(partner)["allowsHostedConnections"] is True
    assert make_lag(dx.client())["allowsHostedConnections"] is False


@pytest.mark.directconnect(partners=[PARTNER])
def test_a_partners_disassociated_connection_is_an_interconnect(dx):
    """Release of 2017-02-17."""
    partner = dx.client(account_id=PARTNER)
    lag = make_lag(partner)
    first = members(lag)[0]
    assert partner.describe_interconnects()["interconnects"] == []
    partner.disassociate_connection_from_lag(connectionId=first, lagId=lag["lagId"])
    (shown,) = partner.describe_interconnects()["interconnects"]
    assert shown["interconnectId"] == first
    assert shown["interconnectState"] == "available"
    assert first not in [each["connectionId"] for each in partner.describe_connections()["connections"]]
    partner.associate_connection_with_lag(connectionId=first, lagId=lag["lagId"])
    partner.disassociate_connection_from_lag(connectionId=first, lagId=lag["lagId"])
    assert partner.describe_interconnects(interconnectId=first)["interconnects"][0]["interconnectId"] == first
    assert partner.delete_interconnect(interconnectId=first)["interconnectState"] == "deleting"


def _private_interface(client, connection_id, vlan=101):
    """A private virtual interface, the least that AssociateConnectionWithLag can move."""
    return client.create_private_virtual_interface(
        connectionId=connection_id,
        newPrivateVirtualInterface={
            "virtualInterfaceName": "v",
            "vlan": vlan,
            "asn": 65000,
            "virtualGatewayId": "vgw-0123abcd",
        },
    )["virtualInterfaceId"]


def _carrier(client, vif):
    return client.describe_virtual_interfaces(virtualInterfaceId=vif)["virtualInterfaces"][0]["connectionId"]


def test_virtual_interfaces_follow_a_standalone_connection(client):
    """From another LAG they stay with the LAG [documented: API:AssociateConnectionWithLag]."""
    lag, other = make_lag(client)["lagId"], make_lag(client)["lagId"]
    moving = connect(client)
    client.describe_connections()
    vif = _private_interface(client, moving)
    client.associate_connection_with_lag(connectionId=moving, lagId=lag)
    assert _carrier(client, vif) == lag
    client.associate_connection_with_lag(connectionId=moving, lagId=other)
    assert _carrier(client, vif) == lag
    client.disassociate_connection_from_lag(connectionId=moving, lagId=other)
    assert _carrier(client, vif) == lag


def test_create_lag_takes_the_virtual_interfaces_along(client):
    """Release of 2017-02-17: re-associated with the LAG automatically."""
    existing = connect(client)
    client.describe_connections()
    vif = _private_interface(client, existing)
    lag = make_lag(client, connectionId=existing)["lagId"]
    assert _carrier(client, vif) == lag


def test_a_vlan_in_use_on_the_lag_stops_the_association(client, dx):
    """What would move along must fit."""
    lag, moving = make_lag(client)["lagId"], connect(client)
    client.describe_connections()
    _private_interface(client, moving)
    _private_interface(client, lag)
    with refused(dx, "Vlan 101 is already in use"):
        client.associate_connection_with_lag(connectionId=moving, lagId=lag)


@pytest.mark.directconnect(quirks={"lag_association_virtual_interfaces": "stay"})
def test_quirk_virtual_interfaces_stay(client):
    """Release of 2017-02-17: they are not migrated automatically."""
    lag, moving = make_lag(client)["lagId"], connect(client)
    client.describe_connections()
    vif = _private_interface(client, moving)
    client.associate_connection_with_lag(connectionId=moving, lagId=lag)
    assert _carrier(client, vif) == moving


def test_a_lag_with_virtual_interfaces_can_not_be_deleted(client, dx):
    """E10, the substring recorded by the Ansible module."""
    lag = make_lag(client)["lagId"]
    vif = _private_interface(client, lag)
    with refused(dx, f"Lag {lag} cannot be deleted until its Virtual Interfaces are deleted"):
        client.delete_lag(lagId=lag)
    client.delete_virtual_interface(virtualInterfaceId=vif)
    assert client.delete_lag(lagId=lag)["lagState"] == "deleting"


def test_a_connection_with_virtual_interfaces_can_not_be_deleted(client, dx):
    """Documented: as long as there are no virtual interfaces attached."""
    made = connect(client)
    client.describe_connections()
    vif = _private_interface(client, made)
    with refused(dx, f"Connection {made} cannot be deleted until its Virtual Interfaces are deleted."):
        client.delete_connection(connectionId=made)
    client.delete_virtual_interface(virtualInterfaceId=vif)
    assert client.delete_connection(connectionId=made)["connectionState"] == "deleting"


@pytest.mark.directconnect(partners=[PARTNER])
def test_interconnects_are_called_so(partner, dx):
    """Also in what a LAG refuses; what was ordered with a partner's LAG is a connection until it leaves."""
    lag = make_lag(partner, numberOfConnections=1)["lagId"]
    order = {"interconnectName": "i", "bandwidth": "1Gbps", "location": "EqDC2"}
    far = partner.create_interconnect(**{**order, "location": "CSVA1"})["interconnectId"]
    fast = partner.create_interconnect(**{**order, "bandwidth": "10Gbps"})["interconnectId"]
    near = partner.create_interconnect(**order)["interconnectId"]
    partner.describe_interconnects()
    partner.associate_connection_with_lag(connectionId=near, lagId=lag)
    with refused(dx, f"Interconnect {far} is not in the same location as the Lag."):
        partner.associate_connection_with_lag(connectionId=far, lagId=lag)
    with refused(dx, f"Interconnect {fast} does not have the same bandwidth as the Lag."):
        partner.associate_connection_with_lag(connectionId=fast, lagId=lag)
    with refused(dx, f"Interconnect {near} is already associated with Lag {lag}."):
        partner.associate_connection_with_lag(connectionId=near, lagId=lag)
    with refused(dx, f"Interconnect {far} is not associated with Lag {lag}."):
        partner.disassociate_connection_from_lag(connectionId=far, lagId=lag)
    with refused(dx, f"Interconnect {far} is not a hosted connection."):
        partner.associate_hosted_connection(connectionId=far, parentConnectionId=lag)
    partner.update_lag(lagId=lag, minimumLinks=2)
    assert one_lag(partner, lag)["lagState"] == "available"
    with refused(dx, f"Deleting Interconnect {near} would cause Lag {lag} to fall below its minimum"):
        partner.delete_interconnect(interconnectId=near)
