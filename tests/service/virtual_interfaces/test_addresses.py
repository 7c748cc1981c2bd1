"""Addresses of peers and public prefixes."""

from __future__ import annotations

import ipaddress
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dx_mock.rules.addresses import assign_ipv4_pair, assign_ipv6_pair, check_ipv4_pair, is_within, overlapping
from dx_mock.support.errors import ServiceError
from tests.helpers import connect, examples, for_all, refused
from tests.service.virtual_interfaces.helpers import private, public


@pytest.mark.parametrize(
    ("amazon", "customer", "text"),
    [
        # in the order in which AWS tells them, one at a time [client-proven: TF (acceptance tests)]
        ("10.0.0.0/30", "10.0.1.3/30", "Amazon Address is not allowed to contain a private IP"),
        ("192.168.1.1/30", "192.168.1.2/30", "Amazon Address is not allowed to contain a private IP"),
        ("172.31.0.1/30", "172.31.0.2/30", "Amazon Address is not allowed to contain a private IP"),
        ("169.254.0.1/30", "169.254.0.2/30", "Amazon Address is not allowed to contain a private IP"),
        ("175.45.176.1/28", "10.0.0.1/28", "Customer Address is not allowed to contain a private IP"),
        ("175.45.176.0/28", "175.45.178.1/28", "Amazon Address and Customer Address must be in the same CIDR"),
        ("175.45.176.1/28", "175.45.176.2/29", "Amazon Address and Customer Address must be in the same CIDR"),
        ("175.45.176.0/28", "175.45.176.2/28", "Amazon Address is address 0 on its subnet."),
        ("175.45.176.15/28", "175.45.176.2/28", "Amazon Address is the broadcast address on its subnet."),
        ("175.45.176.1/28", "175.45.176.0/28", "Customer Address is address 0 on its subnet."),
        ("175.45.176.1/28", "175.45.176.15/28", "Customer Address is the broadcast address on its subnet."),
        ("175.45.176.1/28", "175.45.176.1/28", "Amazon Address and Customer Address must be different."),
        ("175.45.176.1/32", "175.45.176.1/32", "Amazon Address and Customer Address must be different."),
        ("175.45.176.1", "175.45.176.2", "Amazon Address 175.45.176.1 is not valid."),
        ("175.45.176.1/33", "175.45.176.2/33", "Amazon Address 175.45.176.1/33 is not valid."),
        ("175.45.176.999/30", "175.45.176.2/30", "Amazon Address 175.45.176.999/30 is not valid."),
        ("175.45.176.1/30", "nonsense", "Customer Address nonsense is not valid."),
        ("2001:db8::1/125", "2001:db8::2/125", "Amazon Address 2001:db8::1/125 is not of the address family"),
    ],
)
def test_pairs_that_are_refused(dx, client, amazon, customer, text):
    """E19 to E22, and what follows from them."""
    connection = connect(client)
    with refused(dx, text):
        public(client, connection, amazonAddress=amazon, customerAddress=customer)


@pytest.mark.parametrize(
    ("amazon", "customer"),
    [
        ("175.45.176.1/28", "175.45.176.2/28"),  # Terraform's acceptance test
        ("198.51.100.0/31", "198.51.100.1/31"),  # AWS's own blocks are /31
        ("203.0.113.1/30", "203.0.113.2/30"),  # the AWS CLI's example
    ],
)
def test_public_pairs(client, amazon, customer):
    """The length of the prefix is free."""
    made = public(client, connect(client), amazonAddress=amazon, customerAddress=customer)
    for shown in (made, made["bgpPeers"][0]):
        assert (shown["amazonAddress"], shown["customerAddress"]) == (amazon, customer)


@pytest.mark.parametrize("missing", ["amazonAddress", "customerAddress"])
def test_half_a_pair(dx, client, missing):
    connection = connect(client)
    with refused(dx, "Amazon Address and Customer Address must be specified together."):
        public(client, connection, **{missing: None})


def test_public_ipv4_needs_addresses_and_prefixes(dx, client):
    """Documented in the User Guide."""
    connection = connect(client)
    with refused(dx, "Amazon Address and Customer Address are required"):
        public(client, connection, amazonAddress=None, customerAddress=None)
    for prefixes in (None, []):
        with refused(dx, "Route filter prefixes are required"):
            public(client, connection, routeFilterPrefixes=prefixes)


def test_ipv6_addresses_are_amazons_to_choose(dx, client):
    """Omit them [documented: API:CreateBGPPeer]; AWS gives the first and sixth of a /125 [recorded: CLI]."""
    connection = connect(client)
    pair = {"amazonAddress": "2001:db8::1/125", "customerAddress": "2001:db8::2/125"}
    for make in (private, public):
        with refused(dx, "must be omitted for address family ipv6"):
            make(client, connection, addressFamily="ipv6", **pair)
    made = private(client, connection, addressFamily="ipv6")
    ours, theirs = (ipaddress.ip_interface(made[f"{end}Address"]) for end in ("amazon", "customer"))
    assert made["addressFamily"] == "ipv6"
    assert ours.network == theirs.network
    assert ours.network.prefixlen == 125
    assert (int(ours.ip) % 8, int(theirs.ip) % 8) == (1, 6)


def test_public_ipv6(client):
    """No addresses and no prefixes are needed."""
    made = public(
        client, connect(client),
        addressFamily="ipv6", amazonAddress=None, customerAddress=None,
        routeFilterPrefixes=[{"cidr": "2001:db8:100::/48"}],
    )  # fmt: skip
    assert made["routeFilterPrefixes"] == [{"cidr": "2001:db8:100::/48"}]
    assert made["bgpPeers"][0]["addressFamily"] == "ipv6"


@pytest.mark.parametrize(
    ("cidr", "text"),
    [
        ("2001:db8::/65", "An IPv6 prefix must be /64 or shorter."),
        ("203.0.113.1/30", "CIDR 203.0.113.1/30 is not valid."),
        ("nonsense", "CIDR nonsense is not valid."),
        ("203.0.113.0", "CIDR 203.0.113.0 is not valid."),
        ("203.0.113.0/255.255.255.252", "CIDR 203.0.113.0/255.255.255.252 is not valid."),
        ("10.0.0.0/8", "CIDR 10.0.0.0/8 is not allowed to contain a private IP"),
        ("0.0.0.0/0", "CIDR 0.0.0.0/0 is not allowed to contain a private IP"),
    ],
)
def test_route_filter_prefixes_that_are_refused(dx, client, cidr, text):
    connection = connect(client)
    with refused(dx, text):
        public(client, connection, routeFilterPrefixes=[{"cidr": "203.0.113.0/30"}, {"cidr": cidr}])


@pytest.mark.directconnect(quotas={"route_filter_prefixes": 3})
def test_number_of_route_filter_prefixes(dx, client):
    connection = connect(client)
    cidrs = [{"cidr": f"198.51.{number}.0/24"} for number in range(4)]
    with refused(dx, "Exceeded the maximum number of route filter prefixes. The limit is 3"):
        public(client, connection, routeFilterPrefixes=cidrs)
    assert public(client, connection, routeFilterPrefixes=cidrs[:3])["routeFilterPrefixes"] == cidrs[:3]


def test_private_pair_that_is_given(client):
    """Private addresses are fine on private virtual interfaces [recorded: CLI (192.168.1.1/30)]."""
    pair = {"amazonAddress": "192.168.1.1/30", "customerAddress": "192.168.1.2/30"}
    made = private(client, connect(client), **pair)
    assert {name: made[name] for name in pair} == pair


def test_ipv4_addresses_that_aws_assigns(client):
    """The first and sixth host of a /29 [recorded: TF#44208, megaport#44], never twice."""
    connection = connect(client)
    seen = set()
    for vlan in range(1, 41):
        made = private(client, connection, vlan=vlan)
        ours, theirs = made["amazonAddress"], made["customerAddress"]
        assert ours.startswith("169.254.")
        assert (ours[-5:], theirs) == (".1/29", ours.replace(".1/29", ".6/29"))
        seen.add(ours)
    assert len(seen) == 40


@pytest.mark.directconnect(quirks={"automatic_addresses": "/30"})
def test_quirk_automatic_addresses_of_a_30(client):
    """169.254.N.1/30 and .2/30 [recorded: FLUID (in 2020), CLI], never twice on a connection."""
    connection = connect(client)
    seen = set()
    for vlan in range(1, 41):
        made = private(client, connection, vlan=vlan)
        ours, theirs = made["amazonAddress"], made["customerAddress"]
        assert ours.startswith("169.254.")
        assert ours.endswith(".1/30")
        assert theirs == ours.replace(".1/30", ".2/30")
        seen.add(ours)
    assert len(seen) == 40


def test_assigned_addresses_keep_clear_of_chosen_ones(client):
    """A caller may use 169.254/16 too."""
    connection = connect(client)
    first = private(client, connection, vlan=1)["amazonAddress"]
    octet = int(first.split(".")[2])
    nearby = {"amazonAddress": f"169.254.{octet - 3}.1/22", "customerAddress": f"169.254.{octet - 3}.2/22"}
    private(client, connection, vlan=2, **nearby)
    for vlan in range(3, 20):
        made = private(client, connection, vlan=vlan)
        assert not overlapping(made["amazonAddress"], nearby["amazonAddress"])


@examples(few=25, many=250)
def test_assigned_pairs_never_clash(examples):
    """Whatever number comes first, every next pair is free and well-formed."""

    @for_all(examples, st.integers(0, 2**20), st.integers(0, 40))
    def check(start, count):
        taken: list[str] = []
        wide, narrow = (partial(assign_ipv4_pair, length=length) for length in (29, 30))
        for assign in (wide, narrow, assign_ipv6_pair):
            for step in range(count):
                ours, theirs = assign(start + step // 2, taken)
                assert not any(overlapping(ours, other) for other in taken)
                assert ipaddress.ip_interface(ours).network == ipaddress.ip_interface(theirs).network
                taken.append(ours)


def test_ipv4_pool_runs_out():
    """8,192 or 16,384 blocks, and then a refusal rather than a clash."""
    for length in (29, 30):
        with pytest.raises(ServiceError, match="no free addresses"):
            assign_ipv4_pair(5, ["169.254.0.1/16"], length)


@given(st.ip_addresses(v=4), st.integers(8, 31), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_pairs_agree_with_ipaddress(base, length, first, second):
    """Accepted exactly when both are hosts of one network, and different."""
    network = ipaddress.ip_network((int(base), length), strict=False)
    ours, theirs = network[first % network.num_addresses], network[second % network.num_addresses]
    hosts = length == 31 or not {ours, theirs} & {network[0], network[-1]}
    try:
        check_ipv4_pair(f"{ours}/{length}", f"{theirs}/{length}", public=False)
    except ServiceError:
        assert not hosts or ours == theirs
    else:
        assert hosts
        assert ours != theirs


def test_is_within():
    assert is_within("10.1.0.0/16", ["10.0.0.0/8"])
    assert is_within("10.0.0.0/8", ["10.0.0.0/8"])
    assert not is_within("10.0.0.0/8", ["10.1.0.0/16", "2001:db8::/32"])
    assert is_within("2001:db8:1::/48", ["10.0.0.0/8", "2001:db8::/32"])
