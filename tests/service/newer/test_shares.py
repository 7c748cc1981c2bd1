"""Rate limiters and prefix pools when virtual interfaces move, and when what carries them changes."""

from __future__ import annotations

import json

import pytest

from dx_mock.protocol import bodies, contract
from dx_mock.rules.prefix_pools import DEFAULT_PREFIXES
from dx_mock.rules.quotas import QUOTAS
from tests.helpers import CUSTOMER, PARTNER, connect, make_lag, members, one, one_lag, refused
from tests.service.virtual_interfaces.helpers import gateway, hosted, look, private, public

pytestmark = pytest.mark.skipif(
    "rateLimit" not in contract.service_model().shape_for("VirtualInterface").members,
    reason="the installed botocore has no rateLimit",
)

#: on one connection or LAG [documented: UG:limits]
RATE_LIMITERS = QUOTAS["rate_limiters_per_connection"]


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
    for vif in there[:4]:
        update(client, vif, prefixPoolAllocatedCountIpv6=1000)
    update(client, there[4], prefixPoolAllocatedCountIpv6=5000 - 4 * 1000 - 100 * (RATE_LIMITERS - 6) - 99)
    with refused(dx, f"The prefix pool of {lag} has only 99 unallocated prefixes."):
        client.associate_connection_with_lag(connectionId=port, lagId=lag)
    update(client, moving, prefixPoolAllocatedCountIpv6=99)
    client.associate_connection_with_lag(connectionId=port, lagId=lag)
    shown = one_lag(client, lag)
    assert used(shown)[0] == RATE_LIMITERS
    assert shown["prefixPoolUnallocatedCountIpv6"] == 5000  # the member that joined brought its part


@pytest.mark.parametrize(
    ("bandwidth", "members_of_lag", "size"),
    [
        ("1Gbps", None, 5000),
        ("10Gbps", None, 5000),
        ("100Gbps", None, 30_000),
        ("400Gbps", None, 50_000),
        ("1Gbps", 3, 15_000),
        ("10Gbps", 6, 20_000),
        ("100Gbps", 2, 60_000),
        ("400Gbps", 1, 50_000),
    ],
)
def test_sizes_of_pools(client, bandwidth, members_of_lag, size):
    """A LAG has that of its active members, at most 4, 2 of the large ones [documented: UG:prefix-controls]."""
    if members_of_lag is None:
        shown = one(client, connect(client, bandwidth=bandwidth))
    else:
        lag = make_lag(client, connectionsBandwidth=bandwidth, numberOfConnections=members_of_lag)["lagId"]
        client.describe_connections()
        shown = one_lag(client, lag)
    for family in ("4", "6"):
        assert shown[f"prefixPoolSizeIpv{family}"] == shown[f"prefixPoolUnallocatedCountIpv{family}"] == size


def test_what_a_virtual_interface_may_be_given(client, dx, port):
    """0 to 1,000 of each family, 100 if nothing is said [documented: UG:prefix-controls]."""
    vif = private(client, port)
    assert (vif["prefixPoolAllocatedCountIpv4"], vif["prefixPoolAllocatedCountIpv6"]) == (100, 100)
    for count in (0, 1000):
        assert update(client, vif, prefixPoolAllocatedCountIpv6=count)["prefixPoolAllocatedCountIpv6"] == count
    with refused(dx, "The prefix count 1001 is not valid. It must be between 0 and 1000."):
        update(client, vif, prefixPoolAllocatedCountIpv4=1001)


def test_the_pool_runs_out(client, dx, port):
    """Documented: UG:prefix-controls; who says nothing gets what is left [guessed]."""
    for vlan in range(1, 6):
        private(client, port, vlan=vlan, prefixPoolAllocatedCountIpv4=990)
    assert private(client, port, vlan=6)["prefixPoolAllocatedCountIpv4"] == 50
    with refused(dx, f"The prefix pool of {port} has only 0 unallocated prefixes."):
        private(client, port, vlan=7, prefixPoolAllocatedCountIpv4=1)


def test_not_below_what_is_in_use(client, dx, port):
    """Documented: UG:prefix-allocations."""
    vif = private(client, port)
    look(client, vif)
    dx.announce(vif["virtualInterfaceId"], [f"10.{n}.0.0/16" for n in range(7)] + ["2001:db8::/32"])
    with refused(
        dx,
        f"The prefix count 6 is lower than the 7 prefixes in use on {vif['virtualInterfaceId']}.",
    ):
        update(client, vif, prefixPoolAllocatedCountIpv4=6)
    update(client, vif, prefixPoolAllocatedCountIpv4=7)
    update(client, vif, prefixPoolAllocatedCountIpv6=0)  # no session of IPv6: none is in use


def test_a_member_leaves_only_if_the_pool_covers_what_is_allocated(client, dx):
    """Documented: UG:prefix-controls."""
    made = make_lag(client, connectionsBandwidth="10Gbps")
    lag = made["lagId"]
    client.describe_lags()
    for vlan in range(1, 7):
        private(client, lag, vlan=vlan, prefixPoolAllocatedCountIpv4=1000)
    first, second = members(made)
    text = f"Connection {first} cannot leave Lag {lag}: the prefix pool would not cover what is allocated."
    with refused(dx, text):
        client.disassociate_connection_from_lag(connectionId=first, lagId=lag)
    with refused(dx, text):
        client.delete_connection(connectionId=first)
    other = make_lag(client, connectionsBandwidth="10Gbps")["lagId"]
    with refused(dx, text):
        client.associate_connection_with_lag(connectionId=first, lagId=other)
    vif = client.describe_virtual_interfaces(connectionId=lag)["virtualInterfaces"][0]
    update(client, vif, prefixPoolAllocatedCountIpv4=0)
    client.disassociate_connection_from_lag(connectionId=second, lagId=lag)
    client.disassociate_connection_from_lag(connectionId=first, lagId=lag)


@pytest.mark.directconnect(quotas={"prefixes_per_gateway": 500})
def test_a_gateway_has_a_limit(client, dx, port):
    """10,000 in all, both families together [documented: UG:prefix-controls]."""
    assert QUOTAS["prefixes_per_gateway"] == 10_000
    identity = gateway(client)
    vif = private(client, port, vlan=1, directConnectGatewayId=identity)
    text = f"Exceeded the maximum number of prefixes on {identity}. The limit is 500"
    with refused(dx, text):
        private(client, port, vlan=2, directConnectGatewayId=identity, prefixPoolAllocatedCountIpv4=201)
    private(client, port, vlan=2, directConnectGatewayId=identity)
    look(client, vif)
    with refused(dx, text):
        update(client, vif, prefixPoolAllocatedCountIpv6=201)
    update(client, vif, prefixPoolAllocatedCountIpv6=200)


def test_rate_limits_may_be_oversubscribed(client, port):
    """Documented: UG:vif-rate-limiters."""
    for vlan in (1, 2, 3):
        private(client, port, vlan=vlan, rateLimit="10Gbps")
    assert used(one(client, port))[:2] == (3, "30Gbps")


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
    """Documented: rate limiters are on dedicated connections (UG:vif-rate-limiters), and so are pools."""
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    connection = hosted(partner, customer, CUSTOMER)
    parts = {"rateLimiterStatus", "prefixPoolSizeIpv4", "prefixPoolUnallocatedCountIpv6", "billingMode"}
    assert not parts & set(one(customer, connection))
    customer.describe_connections()
    with refused(dx, f"Rate limits are not available on {connection}."):
        private(customer, connection, rateLimit="50Mbps")
    vif = private(customer, connection)
    assert not {"rateLimit", "prefixPoolAllocatedCountIpv4"} & set(vif)
    port = connect(customer, bandwidth="10Gbps")
    customer.describe_virtual_interfaces()
    move(customer, vif, port)
    assert look(customer, vif)["prefixPoolAllocatedCountIpv4"] == DEFAULT_PREFIXES


@pytest.mark.directconnect(partners=[PARTNER])
def test_prefixes_on_hosted_connections(dx):
    """They may be given 100 to 1,000 [documented: UG:prefix-allocations, TF#49608; client-proven: TF#49711]."""
    partner, customer = dx.client(account_id=PARTNER), dx.client(account_id=CUSTOMER)
    connection = hosted(partner, customer, CUSTOMER)
    for count in (99, 1001):
        with refused(dx, f"The prefix count {count} is not valid. It must be between 100 and 1000."):
            private(customer, connection, prefixPoolAllocatedCountIpv4=count)
    vif = private(customer, connection, prefixPoolAllocatedCountIpv4=100)
    assert update(customer, vif, prefixPoolAllocatedCountIpv4=1000)["prefixPoolAllocatedCountIpv4"] == 1000


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
