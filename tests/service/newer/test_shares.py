"""Rate limiters and prefix pools when virtual interfaces move, and when what carries them changes."""

from __future__ import annotations

import json

import pytest

from dx_mock.protocol import bodies, contract
from dx_mock.rules.prefix_pools import DEFAULT_PREFIXES, POOL_SIZE, RATE_LIMITERS
from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, members, one, one_lag, refused
from tests.service.virtual_interfaces.helpers import gateway, hosted, look, private, public

pytestmark = pytest.mark.skipif(
    "rateLimit" not in contract.service_model().shape_for("VirtualInterface").members,
    reason="the installed botocore has no rateLimit",
)


@pytest.fixture
def port(client):
    """A provisioned connection of 10 Gbps."""
    made = connect(client, bandwidth="10Gbps")
    client.describe_connections()
    return made


def update(client, vif, **attributes):
    """UpdateVirtualInterfaceAttributes."""
    return client.update_virtual_interface_attributes(
        virtualInterfaceId=vif["virtualInterfaceId"], **attributes
    )


def move(client, vif, target):
    """AssociateVirtualInterface, of one that has settled."""
    client.describe_virtual_interfaces()
    return client.associate_virtual_interface(virtualInterfaceId=vif["virtualInterfaceId"], connectionId=target)


def used(shown):
    """Rate limiters in use, their bandwidth, and what is taken of the pools."""
    status = shown["rateLimiterStatus"]
    assert status["inUse"] + status["remaining"] == status["maxAllowed"] == RATE_LIMITERS
    pools = [shown[f"prefixPoolSizeIp{v}"] - shown[f"prefixPoolUnallocatedCountIp{v}"] for v in ("v4", "v6")]
    return status["inUse"], status["totalBandwidth"], *pools


def test_a_virtual_interface_takes_its_share_along(client, port):
    """Documented: the counts are those of the connection's virtual interfaces."""
    other = connect(client, bandwidth="10Gbps")
    vif = private(client, port, rateLimit="1Gbps")
    update(client, vif, prefixPoolAllocatedCountIpv4=300)
    assert used(one(client, port)) == (1, "1Gbps", 300, DEFAULT_PREFIXES)
    move(client, vif, other)
    assert used(one(client, port)) == (0, "0Mbps", 0, 0)
    assert used(one(client, other)) == (1, "1Gbps", 300, DEFAULT_PREFIXES)
    client.delete_virtual_interface(virtualInterfaceId=vif["virtualInterfaceId"])
    assert used(one(client, other)) == (0, "0Mbps", 0, 0)


def test_a_limit_above_the_target_stays_where_it_is(client, dx, port):
    """Documented: a rate limit can not exceed the bandwidth of the connection or LAG."""
    small = connect(client)
    vif = private(client, port, rateLimit="2Gbps")
    client.describe_virtual_interfaces()
    with refused(dx, f"Rate limit 2Gbps exceeds the bandwidth of {small}."):
        move(client, vif, small)
    update(client, vif, rateLimit="1Gbps")
    move(client, vif, small)
    with refused(dx, f"Rate limit 1.2Gbps exceeds the bandwidth of {small}."):
        update(client, vif, rateLimit="1.2Gbps")


def test_one_limiter_too_many(client, dx, port):
    """LimitExceededException where the operation declares it, else the general exception."""
    for vlan in range(1, RATE_LIMITERS + 1):
        private(client, port, vlan=vlan, rateLimit="50Mbps")
    plain = private(client, port, vlan=100)
    text = f"The rate limiter limit of {RATE_LIMITERS} has been exceeded for {port}."
    with refused(dx, text, "LimitExceededException"):
        private(client, port, vlan=101, rateLimit="50Mbps")
    with refused(dx, text):
        update(client, plain, rateLimit="50Mbps")
    other = connect(client)
    moving = private(client, other, vlan=102, rateLimit="50Mbps")
    client.describe_virtual_interfaces()
    with refused(dx, text):
        move(client, moving, port)


def test_a_lag_takes_the_shares_of_a_connection_that_joins(client, port):
    """Documented: its virtual interfaces move to the LAG."""
    lag = make_lag(client, connectionsBandwidth="10Gbps", numberOfConnections=1)["lagId"]
    client.describe_lags()
    private(client, lag, vlan=1, rateLimit="3Gbps")
    private(client, port, vlan=2, rateLimit="600Mbps")
    client.associate_connection_with_lag(connectionId=port, lagId=lag)
    assert used(one_lag(client, lag)) == (2, "3.6Gbps", 2 * DEFAULT_PREFIXES, 2 * DEFAULT_PREFIXES)
    assert used(one(client, port)) == (0, "0Mbps", 0, 0)


def test_a_lag_without_room_for_them(client, dx, port):
    """AssociateConnectionWithLag declares LimitExceededException, which is about rate limiters."""
    lag = make_lag(client, connectionsBandwidth="10Gbps", numberOfConnections=1)["lagId"]
    client.describe_lags()
    there = [private(client, lag, vlan=vlan, rateLimit="50Mbps") for vlan in range(1, RATE_LIMITERS)]
    moving = private(client, port, vlan=200, rateLimit="50Mbps")
    second = private(client, port, vlan=201, rateLimit="50Mbps")
    text = f"The rate limiter limit of {RATE_LIMITERS} has been exceeded for {lag}."
    client.describe_virtual_interfaces()
    with refused(dx, text, "LimitExceededException"):
        client.associate_connection_with_lag(connectionId=port, lagId=lag)
    client.delete_virtual_interface(virtualInterfaceId=second["virtualInterfaceId"])
    update(client, there[0], prefixPoolAllocatedCountIpv6=POOL_SIZE - 100 * (RATE_LIMITERS - 2) - 99)
    with refused(dx, f"The prefix pool of {lag} has only 99 unallocated prefixes."):
        client.associate_connection_with_lag(connectionId=port, lagId=lag)
    update(client, moving, prefixPoolAllocatedCountIpv6=99)
    client.associate_connection_with_lag(connectionId=port, lagId=lag)
    shown = one_lag(client, lag)
    assert used(shown)[0] == RATE_LIMITERS
    assert shown["prefixPoolUnallocatedCountIpv6"] == 0


def test_a_lag_that_shrinks_keeps_its_limits(client, dx):
    """Guessed: a member may leave; a limit above what is left stays, and no new one of its size is made."""
    made = make_lag(client, connectionsBandwidth="10Gbps")
    lag = made["lagId"]
    client.describe_lags()
    vif = private(client, lag, vlan=1, rateLimit="20Gbps")
    client.disassociate_connection_from_lag(connectionId=members(made)[0], lagId=lag)
    assert used(one_lag(client, lag))[:2] == (1, "20Gbps")
    assert update(client, vif, virtualInterfaceName="renamed")["rateLimit"] == "20Gbps"
    with refused(dx, f"Rate limit 20Gbps exceeds the bandwidth of {lag}."):
        private(client, lag, vlan=2, rateLimit="20Gbps")
    private(client, lag, vlan=2, rateLimit="10Gbps")


@pytest.mark.directconnect(partners=[PARTNER])
def test_not_on_hosted_connections(dx):
    """Documented: pools are not applicable to hosted connections and interconnects; rate limits guessed."""
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    connection = hosted(partner, customer, CUSTOMER)
    parts = {"rateLimiterStatus", "prefixPoolSizeIpv4", "prefixPoolUnallocatedCountIpv6", "billingMode"}
    assert not parts & set(one(customer, connection))
    customer.describe_connections()
    with refused(dx, f"Rate limits are not available on {connection}."):
        private(customer, connection, rateLimit="50Mbps")
    with refused(dx, "Prefix pools are not applicable"):
        private(customer, connection, prefixPoolAllocatedCountIpv4=1)
    vif = private(customer, connection)
    assert not {"rateLimit", "prefixPoolAllocatedCountIpv4"} & set(vif)
    port = connect(customer, bandwidth="10Gbps")
    customer.describe_virtual_interfaces()
    move(customer, vif, port)
    assert look(customer, vif)["prefixPoolAllocatedCountIpv4"] == DEFAULT_PREFIXES


def test_pools_are_not_for_public_ones(client, dx, port):
    """Documented: not applicable to public virtual interfaces; rate limits are."""
    vif = public(client, port, rateLimit="50Mbps")
    assert vif["rateLimit"] == "50Mbps"
    assert "prefixPoolAllocatedCountIpv4" not in vif
    assert used(one(client, port)) == (1, "50Mbps", 0, 0)
    with refused(dx, "Prefix pools are not applicable"):
        update(client, vif, prefixPoolAllocatedCountIpv4=0)


def test_a_negative_share(client, dx, port):
    """Documented: prefixPoolAllocatedCount is at least 0; checked past botocore's own validation, too."""
    from dx_mock.doors.http_requests import answer

    vif = private(client, port)
    for member in ("prefixPoolAllocatedCountIpv4", "prefixPoolAllocatedCountIpv6"):
        body = bodies.write_json({"virtualInterfaceId": vif["virtualInterfaceId"], member: -1})
        headers = {"x-amz-target": "OvertureService.UpdateVirtualInterfaceAttributes"}
        status, _, content = answer(dx.world, headers, body)
        assert (status, json.loads(content)["__type"]) == (400, "DirectConnectClientException")
        assert member in json.loads(content)["message"]


def test_the_sum_on_a_gateway(client, dx, port):
    """Documented: the count of the gateway's attachments, both families together, in every Region."""
    identity = gateway(client)

    def total():
        (found,) = client.describe_direct_connect_gateways()["directConnectGateways"]
        return found["totalPrefixPoolAllocations"]

    assert total() == 0
    first = private(client, port, vlan=1, directConnectGatewayId=identity, prefixPoolAllocatedCountIpv4=7)
    assert total() == 7 + DEFAULT_PREFIXES
    far = dx.client("us-west-2")
    there = connect(far, bandwidth="10Gbps", location="EqSe2-EQ")
    far.describe_connections()
    private(far, there, directConnectGatewayId=identity, prefixPoolAllocatedCountIpv6=3)
    assert total() == 7 + 3 + 2 * DEFAULT_PREFIXES
    update(client, first, prefixPoolAllocatedCountIpv4=8, prefixPoolAllocatedCountIpv6=0)
    assert total() == 8 + 3 + DEFAULT_PREFIXES
    client.delete_virtual_interface(virtualInterfaceId=first["virtualInterfaceId"])
    assert total() == 3 + DEFAULT_PREFIXES


def test_shares_in_a_snapshot(client, dx, port):
    """A restored world goes on with the same counts."""
    vif = private(client, port, rateLimit="1Gbps")
    update(client, vif, prefixPoolAllocatedCountIpv4=300)
    before = used(one(client, port))
    taken = json.loads(json.dumps(dx.snapshot()))
    client.delete_virtual_interface(virtualInterfaceId=vif["virtualInterfaceId"])
    assert used(one(client, port)) != before
    dx.restore(taken)
    assert used(one(client, port)) == before
    assert look(client, vif)["rateLimit"] == "1Gbps"
