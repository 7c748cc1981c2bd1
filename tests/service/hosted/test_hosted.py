"""Interconnects and hosted connections, across accounts."""

from __future__ import annotations

import pytest

from tests.helpers import CUSTOMER, LAG, PARTNER, STRANGER, connect, make_lag, members, one, refused

pytestmark = pytest.mark.directconnect(partners=[PARTNER])

ORDER = {"ownerAccount": CUSTOMER, "bandwidth": "500Mbps", "connectionName": "hosted", "vlan": 101}


@pytest.fixture
def interconnect(partner):
    """The id of a provisioned interconnect."""
    made = partner.create_interconnect(interconnectName="ic", bandwidth="10Gbps", location="EqDC2")
    partner.describe_interconnects()
    return made["interconnectId"]


def allocate(partner, parent, **changes):
    """A hosted connection as the partner gets it."""
    return partner.allocate_hosted_connection(connectionId=parent, **{**ORDER, **changes})


# --- interconnects -----------------------------------------------------------------------------------------


def test_create_interconnect(partner):
    """Neither owner nor VLAN in the shape, no device before approval [recorded: CLI:create-interconnect]."""
    made = partner.create_interconnect(interconnectName="ic", bandwidth="1Gbps", location="EqDC2")
    assert made["interconnectState"] == "requested"
    assert made["interconnectId"].startswith("dxcon-")
    assert "awsDevice" not in made
    (shown,) = partner.describe_interconnects(interconnectId=made["interconnectId"])["interconnects"]
    assert shown["interconnectState"] == "available"
    assert "awsDevice" in shown
    assert partner.describe_connections()["connections"] == []


def test_delete_interconnect(partner, dx, interconnect):
    """CLI example: deleted while requested; with hosted connections it is refused."""
    fresh = partner.create_interconnect(interconnectName="f", bandwidth="1Gbps", location="EqDC2")
    answer = partner.delete_interconnect(interconnectId=fresh["interconnectId"])
    answer.pop("ResponseMetadata")
    assert answer == {"interconnectState": "deleted"}
    hosted = allocate(partner, interconnect)["connectionId"]
    with refused(
        dx, f"Interconnect {interconnect} cannot be deleted until its hosted connections are deleted."
    ):
        partner.delete_interconnect(interconnectId=interconnect)
    partner.delete_connection(connectionId=hosted)
    assert partner.delete_interconnect(interconnectId=interconnect)["interconnectState"] == "deleting"
    with refused(dx, f"Could not find Interconnect with ID {interconnect}"):
        partner.delete_interconnect(interconnectId=interconnect)


def test_interconnects_in_lags(partner, dx):
    """Release of 2017-02-17: CreateInterconnect with lagId."""
    lag = make_lag(partner, connectionsBandwidth="10Gbps")
    made = partner.create_interconnect(
        interconnectName="ic", bandwidth="10Gbps", location="EqDC2", lagId=lag["lagId"]
    )
    assert made["lagId"] == lag["lagId"]
    with refused(dx, f"Bandwidth 1Gbps is not the bandwidth of Lag {lag['lagId']}."):
        partner.create_interconnect(
            interconnectName="ic", bandwidth="1Gbps", location="EqDC2", lagId=lag["lagId"]
        )
    with refused(dx, "Bandwidth 400Gbps is not valid."):
        partner.create_interconnect(interconnectName="ic", bandwidth="400Gbps", location="EqDC2")


def test_operations_for_partners_only(dx, customer, interconnect):
    """E11, recorded: OVM, XP; it comes before every other check."""
    text = f"Account {CUSTOMER} is not an authorized Direct Connect partner in us-east-1."
    calls = [
        lambda: customer.describe_interconnects(),
        lambda: customer.describe_interconnects(interconnectId="nonsense"),
        lambda: customer.create_interconnect(interconnectName="", bandwidth="x", location="x"),
        lambda: customer.delete_interconnect(interconnectId="x"),
        lambda: allocate(customer, "x"),
        lambda: customer.allocate_connection_on_interconnect(interconnectId="x", **ORDER),
        lambda: customer.describe_hosted_connections(connectionId="x"),
        lambda: customer.describe_connections_on_interconnect(interconnectId="x"),
        lambda: customer.associate_hosted_connection(connectionId="x", parentConnectionId="y"),
        lambda: customer.describe_interconnect_loa(interconnectId="x"),
    ]
    for call in calls:
        with refused(dx, text):
            call()


# --- allocation and confirmation ---------------------------------------------------------------------------


def test_the_story_of_a_hosted_connection(partner, customer, interconnect):
    """Ordered, confirmed, pending, available, and what each party sees [recorded: PF, FLUID, CLI]."""
    made = allocate(partner, interconnect, tags=[{"key": "a", "value": "b"}])
    assert made["connectionState"] == "ordering"
    assert (made["ownerAccount"], made["vlan"], made["location"]) == (CUSTOMER, 101, "EqDC2")
    assert made["partnerName"]
    assert made["tags"] == []  # tags belong to the owner; the partner reads none [client-proven: TF]
    assert "lagId" not in made
    seen = one(customer, made["connectionId"])
    assert seen["connectionState"] == "ordering"
    assert seen["tags"] == [{"key": "a", "value": "b"}]
    (listed,) = partner.describe_hosted_connections(connectionId=interconnect)["connections"]
    assert listed["connectionId"] == made["connectionId"]
    assert listed["tags"] == []
    assert partner.describe_connections()["connections"] == []

    answer = customer.confirm_connection(connectionId=made["connectionId"])
    answer.pop("ResponseMetadata")
    assert answer == {"connectionState": "pending"}
    assert one(customer, made["connectionId"])["connectionState"] == "available"
    assert customer.delete_connection(connectionId=made["connectionId"])["connectionState"] == "deleting"
    assert one(customer, made["connectionId"])["connectionState"] == "deleted"
    (listed,) = partner.describe_hosted_connections(connectionId=interconnect)["connections"]
    assert listed["connectionState"] == "deleted"


def test_the_customer_declines(partner, customer, dx, interconnect):
    """Documented: deleted in ordering it is rejected."""
    made = allocate(partner, interconnect)["connectionId"]
    assert customer.delete_connection(connectionId=made)["connectionState"] == "rejected"
    assert one(customer, made)["connectionState"] == "rejected"
    # ... and the partner sees that, too [release of 2017-02-17, state rejected], for the time that it is listed
    (order,) = partner.describe_hosted_connections(connectionId=interconnect)["connections"]
    (same,) = partner.describe_connections_on_interconnect(interconnectId=interconnect)["connections"]
    assert (order["connectionId"], order["connectionState"]) == (made, "rejected")
    assert same == order
    taken = allocate(partner, interconnect)["connectionId"]  # its VLAN is free all the same
    listed = partner.describe_hosted_connections(connectionId=interconnect)["connections"]
    assert [each["connectionId"] for each in listed] == [taken, made]
    dx.clock.advance(hours=24)
    (left,) = partner.describe_hosted_connections(connectionId=interconnect)["connections"]
    assert left["connectionId"] == taken


def test_the_customer_can_not_accept_what_it_declined(partner, customer, dx, interconnect):
    made = allocate(partner, interconnect)["connectionId"]
    customer.delete_connection(connectionId=made)
    with refused(dx, f"ConfirmConnection failed. {made} is in state rejected"):
        customer.confirm_connection(connectionId=made)
    allocate(partner, interconnect)  # the VLAN is free again


def test_the_partner_withdraws(partner, customer, interconnect):
    """Client-proven: Terraform's hosted connection resource deletes as the partner."""
    made = allocate(partner, interconnect)["connectionId"]
    assert partner.delete_connection(connectionId=made)["connectionState"] == "deleted"
    assert one(customer, made)["connectionState"] == "deleted"


def test_confirm_is_for_the_owner_and_once(partner, customer, dx, interconnect):
    """E5, and what an SDK's integration test expects."""
    made = allocate(partner, interconnect)["connectionId"]
    for other in (partner, dx.client(account_id=STRANGER)):
        with refused(dx, f"ConfirmConnection failed. {made} doesn't exist."):
            other.confirm_connection(connectionId=made)
    customer.confirm_connection(connectionId=made)
    with refused(dx, f"ConfirmConnection failed. {made} is in state available"):
        customer.confirm_connection(connectionId=made)


def test_a_hosted_connection_is_down_with_its_interconnect(partner, customer, dx, interconnect):
    """Down when the far side is not up [recorded: TF#26565]."""
    made = allocate(partner, interconnect)["connectionId"]
    customer.confirm_connection(connectionId=made)
    dx.link_down(interconnect)
    assert one(customer, made)["connectionState"] == "down"
    dx.link_up(interconnect)
    assert one(customer, made)["connectionState"] == "available"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"vlan": 101}, "Vlan 101 is already in use"),
        ({"vlan": 0}, "Vlan 0 is not valid."),
        ({"vlan": 4095}, "Vlan 4095 is not valid."),
        ({"bandwidth": "700Mbps"}, "Bandwidth 700Mbps is not valid."),
        ({"bandwidth": "25Gbps"}, "Bandwidth 25Gbps exceeds the bandwidth of"),
        ({"ownerAccount": "12345"}, "Owner account 12345 is not valid."),
        ({"connectionName": ""}, "Connection name '' is not valid."),
    ],
)
def test_refused_allocations(partner, dx, interconnect, change, text):
    """A VLAN in use is recorded [recorded: E13]; the texts of the others are guesses [guessed]."""
    allocate(partner, interconnect)
    with refused(dx, text):
        allocate(partner, interconnect, **{"vlan": 102, **change})


def test_parents(partner, customer, dx, interconnect):
    """An interconnect or LAG of the partner; nothing else."""
    plain = connect(partner)
    with refused(dx, f"{plain} does not allow hosted connections."):
        allocate(partner, plain)
    foreign = make_lag(customer)["lagId"]
    with refused(dx, f"Could not find Lag with ID {foreign}"):
        allocate(partner, foreign)
    with refused(dx, "Could not find Connection with ID dxcon-fg000000"):
        allocate(partner, "dxcon-fg000000")
    with refused(dx, "Could not find Interconnect with ID dxcon-fg000000"):
        partner.allocate_connection_on_interconnect(interconnectId="dxcon-fg000000", **ORDER)
    hosted = allocate(partner, interconnect)["connectionId"]
    member = members(make_lag(partner))[0]
    with refused(dx, f"{member} does not allow hosted connections"):
        allocate(partner, member)
    with refused(dx, "Could not find Connection"):
        allocate(partner, hosted)


def test_on_a_lag(partner, customer):
    """CLI example: lagId is present when the parent is a LAG."""
    lag = make_lag(partner)["lagId"]
    made = allocate(partner, lag)
    assert made["lagId"] == lag
    assert one(customer, made["connectionId"])["lagId"] == lag
    (listed,) = partner.describe_hosted_connections(connectionId=lag)["connections"]
    assert listed["connectionId"] == made["connectionId"]


def test_deprecated_twins(partner, customer, interconnect):
    """AllocateConnectionOnInterconnect and DescribeConnectionsOnInterconnect."""
    made = partner.allocate_connection_on_interconnect(interconnectId=interconnect, **ORDER)
    assert made["connectionState"] == "ordering"
    listed = partner.describe_connections_on_interconnect(interconnectId=interconnect)["connections"]
    assert [each["connectionId"] for each in listed] == [made["connectionId"]]
    assert one(customer, made["connectionId"])["vlan"] == 101


def test_the_deprecated_allocation_wants_a_live_interconnect_of_its_own(partner, dx, interconnect):
    """As AllocateHostedConnection: nothing on one that is being deleted, was, or is a member of a LAG."""
    gone = partner.create_interconnect(interconnectName="ic", bandwidth="10Gbps", location="EqDC2")
    partner.delete_interconnect(interconnectId=gone["interconnectId"])
    with refused(dx, "Could not find Interconnect with ID"):
        partner.allocate_connection_on_interconnect(interconnectId=gone["interconnectId"], **ORDER)
    partner.create_lag(**{**LAG, "connectionsBandwidth": "10Gbps"}, connectionId=interconnect)
    with refused(dx, interconnect):
        partner.allocate_connection_on_interconnect(interconnectId=interconnect, **ORDER)


def test_describe_hosted_connections_wants_the_parent(partner, dx, interconnect):
    """E12 word for word, recorded in 2025: TF#43499."""
    made = allocate(partner, interconnect)["connectionId"]
    for wrong in (made, "dxcon-fg000000"):
        text = f"{PARTNER} DescribeHostedConnections failed for connection {wrong} doesn't exist."
        with refused(dx, text):
            partner.describe_hosted_connections(connectionId=wrong)


@pytest.mark.directconnect(quirks={"describe_hosted_connections_hosted_id": "answer"})
def test_quirk_describe_hosted_connections_answers_the_hosted_id(partner, dx, interconnect):
    """Client-proven: Terraform before about 2023; a connection that is gone is known by the text of E3."""
    made = allocate(partner, interconnect)["connectionId"]
    (shown,) = partner.describe_hosted_connections(connectionId=made)["connections"]
    assert shown["connectionId"] == made
    with refused(dx, "Could not find Connection with ID dxcon-fg000000"):
        partner.describe_hosted_connections(connectionId="dxcon-fg000000")


# --- moving ------------------------------------------------------------------------------------------------


def test_associate_hosted_connection(partner, customer, dx, interconnect):
    """CLI example: to a LAG, the state stays ordering, partner and VLAN are kept."""
    made = allocate(partner, interconnect)
    lag = make_lag(partner, connectionsBandwidth="10Gbps")["lagId"]
    moved = partner.associate_hosted_connection(connectionId=made["connectionId"], parentConnectionId=lag)
    assert moved["connectionState"] == "ordering"
    assert moved["lagId"] == lag
    assert (moved["vlan"], moved["partnerName"]) == (made["vlan"], made["partnerName"])
    assert partner.describe_hosted_connections(connectionId=interconnect)["connections"] == []
    back = partner.associate_hosted_connection(
        connectionId=made["connectionId"], parentConnectionId=interconnect
    )
    assert "lagId" not in back


def test_associate_hosted_connection_refusals(partner, customer, dx, interconnect):
    """A VLAN in use [documented: API:AssociateHostedConnection]; the others are guesses [guessed]."""
    made = allocate(partner, interconnect)["connectionId"]
    lag = make_lag(partner, connectionsBandwidth="10Gbps")["lagId"]
    allocate(partner, lag)
    with refused(dx, "Vlan 101 is already in use"):
        partner.associate_hosted_connection(connectionId=made, parentConnectionId=lag)
    far = make_lag(partner, location="CSVA1")["lagId"]
    with refused(dx, "is not in the same location"):
        partner.associate_hosted_connection(connectionId=made, parentConnectionId=far)
    plain = connect(partner)
    with refused(dx, f"Connection {plain} is not a hosted connection."):
        partner.associate_hosted_connection(connectionId=plain, parentConnectionId=lag)
    with refused(dx, "Could not find Lag"):
        partner.associate_hosted_connection(connectionId=made, parentConnectionId="dxlag-fg000000")


def test_hosted_connections_are_no_lag_members(customer, partner, dx, interconnect):
    """Documented: dedicated connections only."""
    made = allocate(partner, interconnect)["connectionId"]
    customer.confirm_connection(connectionId=made)
    lag = make_lag(customer)["lagId"]
    text = f"Connection {made} is a hosted connection and cannot be associated with a Lag."
    with refused(dx, text):
        customer.associate_connection_with_lag(connectionId=made, lagId=lag)
    with refused(dx, text):
        customer.create_lag(**LAG, connectionId=made)


@pytest.mark.directconnect(quirks={"lag_association_hosted_connections": "stay"})
def test_quirk_hosted_connections_stay(partner, dx, interconnect):
    """What dx_mock did by default before; they can be moved after."""
    made = allocate(partner, interconnect)["connectionId"]
    lag = make_lag(partner, connectionsBandwidth="10Gbps")["lagId"]
    partner.associate_connection_with_lag(connectionId=interconnect, lagId=lag)
    assert partner.describe_hosted_connections(connectionId=lag)["connections"] == []
    (left,) = partner.describe_hosted_connections(connectionId=interconnect)["connections"]
    assert left["connectionId"] == made
    partner.associate_hosted_connection(connectionId=made, parentConnectionId=lag)
    assert partner.describe_hosted_connections(connectionId=interconnect)["connections"] == []


def test_hosted_connections_follow_their_interconnect(partner, dx, interconnect):
    """Documented today: AssociateConnectionWithLag re-associates them."""
    made = allocate(partner, interconnect)["connectionId"]
    lag = make_lag(partner, connectionsBandwidth="10Gbps")["lagId"]
    partner.associate_connection_with_lag(connectionId=interconnect, lagId=lag)
    (moved,) = partner.describe_hosted_connections(connectionId=lag)["connections"]
    assert moved["connectionId"] == made


def test_create_lag_takes_the_hosted_connections_along(partner, interconnect):
    """Release of 2017-02-17: CreateLag re-establishes the hosted connections as part of the LAG."""
    made = allocate(partner, interconnect)["connectionId"]
    lag = make_lag(partner, connectionsBandwidth="10Gbps", connectionId=interconnect)
    assert members(lag)[-1] == interconnect
    (moved,) = partner.describe_hosted_connections(connectionId=lag["lagId"])["connections"]
    assert (moved["connectionId"], moved["lagId"]) == (made, lag["lagId"])


def test_hosted_connections_stay_on_the_lag(partner, dx):
    """Documented: disassociation leaves them, and they keep the LAG from being deleted."""
    lag = make_lag(partner, numberOfConnections=1)
    made = allocate(partner, lag["lagId"])["connectionId"]
    partner.disassociate_connection_from_lag(connectionId=members(lag)[0], lagId=lag["lagId"])
    (left,) = partner.describe_hosted_connections(connectionId=lag["lagId"])["connections"]
    assert left["connectionId"] == made
    with refused(dx, f"Lag {lag['lagId']} cannot be deleted until its hosted connections are deleted."):
        partner.delete_lag(lagId=lag["lagId"])
