"""The states of virtual interfaces and BGP peers, walked."""

from __future__ import annotations

import pytest

from dx_mock.engine.lifecycle import STEPS
from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, members, needs, refused
from tests.service.virtual_interfaces.helpers import (
    allocate_private,
    hosted,
    look,
    private,
    public,
    sessions,
    state,
)


@pytest.fixture
def connection(client):
    return connect(client)


# --- from creation to deletion ----------------------------------------------------------------------------


def test_private_and_transit_rows_of_the_table():
    """The steps that nobody's call takes."""
    rows = {
        stage: (step.to, step.by) for (machine, stage), step in STEPS.items() if machine == "virtual interface"
    }
    assert rows == {
        "verifying": ("pending", "hands"),
        "pending": ("available", "hands"),
        "deleting": ("deleted", "aws"),
        "deleted": ("forgotten", "calendar"),
        "rejected": ("forgotten", "calendar"),
    }


@pytest.mark.directconnect(provisioning="manual")
def test_manual(dx, client, connection):
    """Nothing happens until ``dx.provision`` says so."""
    dx.provision(connection)
    one, other = private(client, connection), public(client, connection)
    for _ in range(2):
        assert (state(client, one), state(client, other)) == ("pending", "verifying")
    assert sessions(client, other) == [("verifying", "down")]
    dx.provision(one["virtualInterfaceId"])
    assert (state(client, one), state(client, other)) == ("available", "verifying")
    dx.provision(other["virtualInterfaceId"])
    assert sessions(client, one) == sessions(client, other) == [("available", "up")]


@pytest.mark.directconnect(provisioning="timed")
def test_timed(dx, client):
    """A public one is verified for up to 72 hours [documented: UG:create-vif], then takes minutes."""
    connection = connect(client)
    dx.clock.advance(days=7)
    one, other = private(client, connection), public(client, connection)
    dx.clock.advance(minutes=10)
    assert (state(client, one), state(client, other)) == ("available", "verifying")
    dx.clock.advance(hours=71, minutes=50)
    assert (state(client, other), sessions(client, other)) == ("pending", [("pending", "down")])
    dx.clock.advance(minutes=10)
    assert (state(client, other), sessions(client, other)) == ("available", [("available", "up")])


@pytest.mark.directconnect(provisioning="timed")
def test_one_long_step_of_the_clock_is_many_short_ones(dx, client):
    """Every step counts from when the one before fell due."""
    connection = connect(client)
    dx.clock.advance(days=6)
    vif = public(client, connection)
    dx.clock.advance(hours=72, minutes=10)
    assert sessions(client, vif) == [("available", "up")]
    assert state(client, vif) == "available"


def test_deleted_ones_stay_listed_for_15_minutes(dx, client, connection):
    """Documented; then a look-up by id gives an empty list, no error [client-proven: TF]."""
    vif = private(client, connection)
    vif_id = vif["virtualInterfaceId"]
    assert client.delete_virtual_interface(virtualInterfaceId=vif_id)["virtualInterfaceState"] == "deleting"
    dx.clock.advance(minutes=14)
    for filters in ({}, {"virtualInterfaceId": vif_id}, {"connectionId": connection}):
        (shown,) = client.describe_virtual_interfaces(**filters)["virtualInterfaces"]
        assert shown["virtualInterfaceState"] == "deleted"
        assert shown["bgpPeers"] == []
        assert shown["connectionId"] == connection
    dx.clock.advance(minutes=2)
    for filters in ({}, {"virtualInterfaceId": vif_id}, {"connectionId": connection}):
        assert client.describe_virtual_interfaces(**filters)["virtualInterfaces"] == []


@pytest.mark.directconnect(provisioning="timed")
def test_deleting_takes_its_time(dx, client):
    connection = connect(client)
    dx.clock.advance(days=7)
    vif = private(client, connection)
    dx.clock.advance(minutes=10)
    client.delete_virtual_interface(virtualInterfaceId=vif["virtualInterfaceId"])
    assert (state(client, vif), sessions(client, vif)) == ("deleting", [("deleting", "down")])
    with refused(dx, "Vlan 101 is already in use"):
        private(client, connection)
    dx.clock.advance(minutes=5)
    assert (state(client, vif), sessions(client, vif)) == ("deleted", [])


def test_deleting_twice(dx, client, connection):
    """While it is deleting it stays so; when it is deleted there is nothing to delete (E24)."""
    vif_id = private(client, connection)["virtualInterfaceId"]
    client.delete_virtual_interface(virtualInterfaceId=vif_id)
    client.describe_virtual_interfaces()
    with refused(dx, f"The Virtual Interface {vif_id} does not exist."):
        client.delete_virtual_interface(virtualInterfaceId=vif_id)


@pytest.mark.directconnect(provisioning="timed")
def test_deleting_while_deleting(dx, client):
    connection = connect(client)
    dx.clock.advance(days=7)
    vif_id = private(client, connection)["virtualInterfaceId"]
    for _ in range(2):
        answer = client.delete_virtual_interface(virtualInterfaceId=vif_id)
        assert answer["virtualInterfaceState"] == "deleting"


@pytest.mark.parametrize(
    "call", ["delete_virtual_interface", "start_bgp_failover_test", "stop_bgp_failover_test"]
)
@pytest.mark.parametrize(
    ("vif_id", "text"),
    [
        ("dxvif-fg000000", "The Virtual Interface dxvif-fg000000 does not exist."),
        ("nonsense", "Virtual Interface ID nonsense has an invalid format."),
        ("", "Virtual Interface ID  has an invalid format."),
    ],
)
def test_unknown_ids(dx, client, call, vif_id, text):
    """E24, and the style of E2."""
    with refused(dx, text):
        getattr(client, call)(virtualInterfaceId=vif_id)


def test_describe_takes_ids_as_filters(dx, client, connection):
    """An unknown id of either kind finds nothing; a malformed one is refused."""
    vif_id = private(client, connection)["virtualInterfaceId"]
    for filters in (
        {"virtualInterfaceId": "dxvif-fg000000"},
        {"connectionId": "dxcon-fg000000"},
        {"connectionId": "dxlag-fg000000"},
        {"connectionId": connect(client), "virtualInterfaceId": vif_id},
    ):
        assert client.describe_virtual_interfaces(**filters)["virtualInterfaces"] == []
    assert client.describe_virtual_interfaces(connectionId=connection, virtualInterfaceId=vif_id)[
        "virtualInterfaces"
    ]
    with refused(dx, "Virtual Interface ID nonsense has an invalid format."):
        client.describe_virtual_interfaces(virtualInterfaceId="nonsense")
    with refused(dx, "Connection ID nonsense has an invalid format."):
        client.describe_virtual_interfaces(connectionId="nonsense")


@pytest.mark.parametrize("on_lag", [True, False])
@needs("DescribeVirtualInterfaces.maxResults")
def test_pages(client, on_lag):
    """Of all, and of one carrier's; a token of one is no token of the other."""
    carrier = make_lag(client)["lagId"] if on_lag else connect(client)
    made = [private(client, carrier, vlan=vlan)["virtualInterfaceId"] for vlan in range(1, 8)]
    for filters in ({}, {"connectionId": carrier}):
        seen, token = [], None
        while True:
            more = {"nextToken": token} if token else {}
            page = client.describe_virtual_interfaces(maxResults=3, **filters, **more)
            seen += [each["virtualInterfaceId"] for each in page["virtualInterfaces"]]
            token = page.get("nextToken")
            if not token:
                break
        assert seen == made


# --- up and down ------------------------------------------------------------------------------------------


def test_link_takes_down_what_rides_on_it(dx, client, connection):
    """Sessions and virtual interfaces go down with the link and come back with it."""
    vif, other = private(client, connection), private(client, connect(client))
    for turn, expected in ((dx.link_down, ("down", "down")), (dx.link_up, ("available", "up"))):
        turn(connection)
        assert (state(client, vif), sessions(client, vif)[0][1]) == expected
        # ready to be established, whatever the session is doing: two states
        assert sessions(client, vif)[0][0] == "available"
        assert (state(client, other), sessions(client, other)[0][1]) == ("available", "up")


def test_lag_keeps_its_virtual_interfaces_up(dx, client):
    """One member is enough, unless the LAG wants more."""
    lag = make_lag(client)
    vif = private(client, lag["lagId"])
    first, second = members(lag)
    dx.link_down(first)
    assert state(client, vif) == "available"
    client.update_lag(lagId=lag["lagId"], minimumLinks=2)
    assert state(client, vif) == "down"
    dx.link_up(first)
    assert state(client, vif) == "available"
    dx.link_down(first)
    dx.link_down(second)
    client.update_lag(lagId=lag["lagId"], minimumLinks=0)
    assert (state(client, vif), sessions(client, vif)) == ("down", [("available", "down")])


@pytest.mark.directconnect(partners=[PARTNER])
def test_interconnect_takes_down_the_customers(dx):
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    vif = private(customer, hosted(partner, customer, CUSTOMER))
    assert state(customer, vif) == "available"
    interconnect = partner.describe_interconnects()["interconnects"][0]["interconnectId"]
    dx.link_down(interconnect)
    assert state(customer, vif) == "down"
    dx.link_up(interconnect)
    assert state(customer, vif) == "available"


def test_session_goes_down(dx, client, connection):
    """``bgpStatus`` falls, ``bgpPeerState`` does not; the other peer is left alone."""
    vif = private(client, connection)
    vif_id = vif["virtualInterfaceId"]
    client.create_bgp_peer(virtualInterfaceId=vif_id, newBGPPeer={"asn": 65000, "addressFamily": "ipv6"})
    first, second = (peer["bgpPeerId"] for peer in look(client, vif)["bgpPeers"])
    dx.bgp_down(vif_id, first)
    assert sessions(client, vif) == [("available", "down"), ("available", "up")]
    assert state(client, vif) == "available"
    dx.bgp_down(vif_id, second)
    assert state(client, vif) == "down"
    dx.bgp_up(vif_id, second)
    assert (state(client, vif), sessions(client, vif)[0]) == ("available", ("available", "down"))
    dx.bgp_down(vif_id)
    assert state(client, vif) == "down"
    dx.bgp_up(vif_id)
    assert sessions(client, vif) == [("available", "up")] * 2


def test_session_before_its_link(dx, client, connection):
    """A session that was down stays down when the link comes back."""
    vif = private(client, connection)
    dx.bgp_down(vif["virtualInterfaceId"])
    dx.link_down(connection)
    dx.link_up(connection)
    assert state(client, vif) == "down"


def test_hands_say_what_is_wrong(dx, client, connection):
    vif_id = private(client, connection)["virtualInterfaceId"]
    with pytest.raises(LookupError, match="no resource 'dxvif-fg000000'"):
        dx.bgp_down("dxvif-fg000000")
    with pytest.raises(ValueError, match="not a virtual interface"):
        dx.bgp_down(connection)
    with pytest.raises(LookupError, match="has no BGP peer 'dxpeer-fg000000'; it has dxpeer-"):
        dx.bgp_up(vif_id, "dxpeer-fg000000")
    for wrong in ("10.0.0.0/8", b"10.0.0.0/8", None, 5):
        with pytest.raises(TypeError, match="takes a list of prefixes, not"):
            dx.announce(vif_id, wrong)
    for wrong in (None, 5, ["10.0.0.0/8"]):
        with pytest.raises(TypeError, match="is not a prefix, which is a string such as"):
            dx.announce(vif_id, [wrong])
    with pytest.raises(ValueError, match=r"'10\.0\.0\.1/8' is not a prefix"):
        dx.announce(vif_id, ["10.0.0.1/8"])


# --- attributes -------------------------------------------------------------------------------------------


def test_mtu_change_interrupts(client, connection):
    """Pending and back [documented: UG:set-jumbo-frames-vif]; not for the same value [recorded: CLI]."""
    vif = private(client, connection)
    assert state(client, vif) == "available"
    vif_id = vif["virtualInterfaceId"]
    same = client.update_virtual_interface_attributes(virtualInterfaceId=vif_id, mtu=1500)
    assert same["virtualInterfaceState"] == "available"
    other = client.update_virtual_interface_attributes(virtualInterfaceId=vif_id, mtu=9001)
    assert (other["virtualInterfaceState"], other["mtu"]) == ("pending", 9001)
    assert other["bgpPeers"][0]["bgpStatus"] == "down"
    assert (state(client, vif), look(client, vif)["mtu"]) == ("available", 9001)


def test_mtu_with_the_sessions_down(dx, client, connection):
    """The AWS CLI's example: down, and still down after the same value."""
    vif = private(client, connection)
    dx.bgp_down(vif["virtualInterfaceId"])
    same = client.update_virtual_interface_attributes(virtualInterfaceId=vif["virtualInterfaceId"], mtu=1500)
    assert same["virtualInterfaceState"] == "down"


def test_attributes_that_are_refused(dx, client, connection):
    private_id = private(client, connection)["virtualInterfaceId"]
    public_id = public(client, connection)["virtualInterfaceId"]
    update = client.update_virtual_interface_attributes
    for text, changes in (
        ("MTU 9000 is not valid for a private", {"virtualInterfaceId": private_id, "mtu": 9000}),
        ("SiteLink requires", {"virtualInterfaceId": private_id, "enableSiteLink": True}),
        ("MTU cannot be changed on a public", {"virtualInterfaceId": public_id, "mtu": 1500}),
        ("SiteLink cannot be changed on a public", {"virtualInterfaceId": public_id, "enableSiteLink": True}),
        ("name", {"virtualInterfaceId": private_id, "virtualInterfaceName": ";", "mtu": 9001}),
        ("does not exist", {"virtualInterfaceId": "dxvif-fg000000", "mtu": 1500}),
    ):
        with refused(dx, text):
            update(**changes)
    renamed = update(virtualInterfaceId=public_id, virtualInterfaceName="another")
    assert (renamed["virtualInterfaceName"], renamed["virtualInterfaceState"]) == ("another", "available")


# --- transitions that are not -----------------------------------------------------------------------------

CALLS = {
    "confirm": lambda client, vif_id, _: client.confirm_private_virtual_interface(
        virtualInterfaceId=vif_id, virtualGatewayId="vgw-12345678"
    ),
    "update": lambda client, vif_id, _: client.update_virtual_interface_attributes(
        virtualInterfaceId=vif_id, mtu=9001
    ),
    "associate": lambda client, vif_id, target: client.associate_virtual_interface(
        virtualInterfaceId=vif_id, connectionId=target
    ),
    "start": lambda client, vif_id, _: client.start_bgp_failover_test(virtualInterfaceId=vif_id),
    "stop": lambda client, vif_id, _: client.stop_bgp_failover_test(virtualInterfaceId=vif_id),
    "delete": lambda client, vif_id, _: client.delete_virtual_interface(virtualInterfaceId=vif_id),
}
#: state -> what its owner may do in it; everything else is refused
LEGAL = {
    "confirming": {"confirm", "update", "delete"},
    "pending": {"update", "associate", "delete"},
    "available": {"update", "associate", "start", "delete"},
    "down": {"update", "associate", "delete"},
    "testing": {"stop"},
    "deleting": {"delete"},
    "deleted": set(),
    "rejected": set(),
}


@pytest.mark.directconnect(provisioning="timed")
@pytest.mark.parametrize("stage", LEGAL)
@pytest.mark.parametrize("call", CALLS)
def test_every_call_in_every_state(dx, stage, call):
    """The whole table: what is legal changes something, what is not is refused and changes nothing."""
    client = dx.client()
    connection, target = connect(client), connect(client)
    dx.clock.advance(days=7)
    vif_id = bring_to(dx, client, connection, stage)
    (shown,) = client.describe_virtual_interfaces(virtualInterfaceId=vif_id)["virtualInterfaces"]
    assert shown["virtualInterfaceState"] == stage
    owner = dx.client(account_id=shown["ownerAccount"])
    if call in LEGAL[stage]:
        assert CALLS[call](owner, vif_id, target)
    else:
        with refused(dx, vif_id):
            CALLS[call](owner, vif_id, target)


def bring_to(dx, client, connection, stage):
    """A virtual interface in a state."""
    if stage in {"confirming", "rejected"}:
        vif_id = allocate_private(client, connection, CUSTOMER)["virtualInterfaceId"]
        if stage == "rejected":
            dx.client(account_id=CUSTOMER).delete_virtual_interface(virtualInterfaceId=vif_id)
        return vif_id
    vif_id = private(client, connection)["virtualInterfaceId"]
    if stage != "pending":
        dx.clock.advance(minutes=10)
    if stage == "down":
        dx.bgp_down(vif_id)
    if stage == "testing":
        client.start_bgp_failover_test(virtualInterfaceId=vif_id)
    if stage in {"deleting", "deleted"}:
        client.delete_virtual_interface(virtualInterfaceId=vif_id)
    if stage == "deleted":
        dx.clock.advance(minutes=5)
    return vif_id


@pytest.mark.directconnect(partners=[PARTNER])
def test_mtu_that_updates_the_connection(dx):
    """Documented: UG, set network MTU."""
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    vif = private(customer, hosted(partner, customer, CUSTOMER))
    shown = customer.update_virtual_interface_attributes(virtualInterfaceId=vif["virtualInterfaceId"], mtu=9001)
    assert (shown["mtu"], shown["jumboFrameCapable"]) == (9001, True)


@pytest.mark.directconnect(partners=[PARTNER], quirks={"jumbo_frames_on_hosted_connections": "refuse"})
def test_quirk_mtu_that_the_port_does_not_carry(dx):
    """A small hosted connection does not [recorded: FLUID]."""
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    vif = private(customer, hosted(partner, customer, CUSTOMER))
    with refused(dx, f"{vif['connectionId']} does not support jumbo frames."):
        customer.update_virtual_interface_attributes(virtualInterfaceId=vif["virtualInterfaceId"], mtu=9001)
