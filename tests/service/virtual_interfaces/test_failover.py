"""BGP failover tests [documented: UG:resiliency_failover]."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dx_mock.support.clock import EPOCH
from tests.helpers import CUSTOMER, STRANGER, connect, make_lag, refused
from tests.service.virtual_interfaces.helpers import allocate_private, look, private, public, sessions, state


@pytest.fixture
def vif(client):
    made = private(client, connect(client))
    assert state(client, made) == "available"
    return made


def start(client, vif, **options):
    return client.start_bgp_failover_test(virtualInterfaceId=vif["virtualInterfaceId"], **options)[
        "virtualInterfaceTest"
    ]


def stop(client, vif):
    return client.stop_bgp_failover_test(virtualInterfaceId=vif["virtualInterfaceId"])["virtualInterfaceTest"]


def history(client, **filters):
    return client.list_virtual_interface_test_history(**filters)["virtualInterfaceTestHistory"]


def test_start(client, vif):
    """180 minutes [documented: UG:resiliency_failover]; all peers; the session is down, its state is not."""
    test = start(client, vif)
    (peer,) = vif["bgpPeers"]
    assert test == {
        "testId": test["testId"],
        "virtualInterfaceId": vif["virtualInterfaceId"],
        "bgpPeers": [peer["bgpPeerId"]],
        "status": "In progress",
        "ownerAccount": "123456789012",
        "testDurationInMinutes": 180,
        "startTime": EPOCH,
    }
    assert len(test["testId"]) == 36
    assert (state(client, vif), sessions(client, vif)) == ("testing", [("available", "down")])


@pytest.mark.parametrize("minutes", [1, 180, 4320])
def test_it_ends_by_itself(dx, client, vif, minutes):
    """When the clock passes its end, to the minute; then everything is as it was."""
    start(client, vif, testDurationInMinutes=minutes)
    dx.clock.advance(minutes=minutes, seconds=-1)
    assert state(client, vif) == "testing"
    dx.clock.advance(seconds=1)
    assert (state(client, vif), sessions(client, vif)) == ("available", [("available", "up")])
    (test,) = history(client)
    assert test["status"] == "Completed"
    assert test["endTime"] - test["startTime"] == timedelta(minutes=minutes)


def test_end_time_is_that_of_the_end(dx, client, vif):
    """However far the clock is moved in one go."""
    start(client, vif, testDurationInMinutes=30)
    dx.clock.advance(days=3)
    assert history(client)[0]["endTime"] == EPOCH + timedelta(minutes=30)


@pytest.mark.parametrize("minutes", [0, -1, 4321])
def test_duration_that_is_not_valid(dx, client, vif, minutes):
    """At most 4,320 minutes [documented: UG:resiliency_failover]."""
    with refused(dx, f"The test duration {minutes} is not valid. It must be between 1 and 4320 minutes."):
        start(client, vif, testDurationInMinutes=minutes)


def test_stop(dx, client, vif):
    """Cancelled, with the time; BGP is up again at once."""
    started = start(client, vif)
    dx.clock.advance(minutes=7)
    stopped = stop(client, vif)
    assert stopped == {**started, "status": "Cancelled", "endTime": EPOCH + timedelta(minutes=7)}
    assert (state(client, vif), sessions(client, vif)) == ("available", [("available", "up")])
    dx.clock.advance(hours=3)
    assert history(client) == [stopped]


def test_stop_without_start(dx, client, vif):
    with refused(dx, "No failover test of Virtual Interface"):
        stop(client, vif)
    start(client, vif)
    stop(client, vif)
    with refused(dx, "No failover test of Virtual Interface"):
        stop(client, vif)


def test_one_at_a_time(dx, client, vif):
    start(client, vif)
    with refused(
        dx, f"A failover test of Virtual Interface {vif['virtualInterfaceId']} is already in progress."
    ):
        start(client, vif)
    stop(client, vif)
    start(client, vif)


def test_some_peers(dx, client, vif):
    """The others are left alone; the virtual interface is testing [documented: API:VirtualInterface]."""
    vif_id = vif["virtualInterfaceId"]
    client.create_bgp_peer(virtualInterfaceId=vif_id, newBGPPeer={"asn": 65000, "addressFamily": "ipv6"})
    first, second = (peer["bgpPeerId"] for peer in look(client, vif)["bgpPeers"])
    test = start(client, vif, bgpPeers=[second])
    assert test["bgpPeers"] == [second]
    assert (state(client, vif), sessions(client, vif)) == (
        "testing",
        [("available", "up"), ("available", "down")],
    )
    stop(client, vif)
    assert start(client, vif)["bgpPeers"] == [first, second]


def test_peers_of_somewhere_else(dx, client, vif):
    other = private(client, connect(client))
    state(client, other)
    for peer_id in (other["bgpPeers"][0]["bgpPeerId"], "dxpeer-fg000000"):
        with refused(dx, f"The BGP Peer {peer_id} does not exist on Virtual Interface"):
            start(client, vif, bgpPeers=[peer_id])


def test_nothing_is_up(dx, client, vif):
    """There is nothing to fail."""
    dx.bgp_down(vif["virtualInterfaceId"])
    with refused(dx, f"No BGP Peer of Virtual Interface {vif['virtualInterfaceId']} to be tested is up."):
        start(client, vif)
    dx.bgp_up(vif["virtualInterfaceId"])
    dx.link_down(vif["connectionId"])
    with refused(dx, "to be tested is up"):
        start(client, vif, bgpPeers=[vif["bgpPeers"][0]["bgpPeerId"]])


@pytest.mark.directconnect(provisioning="manual")
def test_not_while_pending(dx, client):
    connection = connect(client)
    dx.provision(connection)
    made = private(client, connection)
    with refused(dx, f"StartBgpFailoverTest failed. {made['virtualInterfaceId']} is in state pending"):
        start(client, made)


def test_link_that_fails_during_a_test(dx, client, vif):
    """The test goes on; when it is over the link is still down."""
    start(client, vif)
    dx.link_down(vif["connectionId"])
    assert state(client, vif) == "testing"
    stop(client, vif)
    assert state(client, vif) == "down"


def test_only_the_owner(dx, client):
    """Documented: not the owner of the connection, and no stranger."""
    made = allocate_private(client, connect(client), CUSTOMER)
    customer = dx.client(account_id=CUSTOMER)
    customer.confirm_private_virtual_interface(
        virtualInterfaceId=made["virtualInterfaceId"], virtualGatewayId="vgw-12345678"
    )
    state(customer, made)
    for other in (client, dx.client(account_id=STRANGER)):
        with refused(dx, "does not exist"):
            start(other, made)
    assert start(customer, made)["ownerAccount"] == CUSTOMER
    with refused(dx, "does not exist"):
        stop(client, made)
    assert len(history(customer)) == 1
    assert history(client) == []


@pytest.mark.parametrize("make", [private, public])
def test_every_type(client, make):
    """Public, private, transit and hosted ones [documented: UG:resiliency_failover]."""
    made = make(client, make_lag(client)["lagId"])
    state(client, made)
    assert start(client, made)["status"] == "In progress"


# --- history ----------------------------------------------------------------------------------------------


@pytest.fixture
def three(dx, client, vif):
    """Three tests, one completed, one cancelled, one running, on two virtual interfaces; the newest last."""
    other = private(client, connect(client))
    state(client, other)
    tests = [start(client, vif, testDurationInMinutes=10)]
    dx.clock.advance(minutes=20)
    tests.append(start(client, vif))
    stop(client, vif)
    dx.clock.advance(minutes=20)
    tests.append(start(client, other))
    return tests


def ids(found):
    return [test["testId"] for test in found]


def test_history_is_newest_first(client, three):
    """Guessed; every one with its status."""
    found = history(client)
    assert ids(found) == ids(reversed(three))
    assert [test["status"] for test in found] == ["In progress", "Cancelled", "Completed"]


def test_filters(client, vif, three):
    """By test, virtual interface, peers and status, alone and together."""
    first, second, third = ids(three)
    assert ids(history(client, testId=second)) == [second]
    assert ids(history(client, virtualInterfaceId=vif["virtualInterfaceId"])) == [second, first]
    assert ids(history(client, bgpPeers=three[2]["bgpPeers"])) == [third]
    assert ids(history(client, status="Completed")) == [first]
    assert ids(history(client, status="completed", testId=first)) == [first]
    assert history(client, status="Failed") == []
    assert history(client, testId=first, status="Cancelled") == []
    assert history(client, virtualInterfaceId="dxvif-fg000000") == []


def test_pages(dx, client, vif):
    """As everywhere; a token belongs to its filters, and a test that starts between pages changes nothing."""
    made = []
    for _ in range(5):
        made.insert(0, start(client, vif)["testId"])
        stop(client, vif)
    first = client.list_virtual_interface_test_history(maxResults=2)
    assert ids(first["virtualInterfaceTestHistory"]) == made[:2]
    start(client, vif)
    second = client.list_virtual_interface_test_history(maxResults=2, nextToken=first["nextToken"])
    third = client.list_virtual_interface_test_history(maxResults=2, nextToken=second["nextToken"])
    assert ids(second["virtualInterfaceTestHistory"]) == made[2:4]
    assert ids(third["virtualInterfaceTestHistory"]) == made[4:]
    assert "nextToken" not in third
    with refused(dx, "is not valid"):
        client.list_virtual_interface_test_history(status="Completed", nextToken=first["nextToken"])


def test_history_is_kept_a_year(dx, client, vif):
    """365 days [documented: UG:resiliency_failover], whatever became of the virtual interface."""
    start(client, vif, testDurationInMinutes=60)
    dx.clock.advance(hours=2)
    client.delete_virtual_interface(virtualInterfaceId=vif["virtualInterfaceId"])
    dx.clock.advance(days=364)
    assert len(history(client)) == 1
    dx.clock.advance(days=1)
    assert history(client) == []


def test_history_of_another_region(dx, client, three):
    """It is kept where the virtual interface is."""
    assert history(dx.client("us-west-2")) == []
