"""Connections, LAGs, hosted connections and virtual interfaces together, driven at random.

Three accounts call with ids that are theirs, others', of the wrong kind or of nothing, while links fail
and time passes.  After every step the graph is checked whole (:mod:`tests.invariants`), and what was refused
must have changed nothing.  The answers' shapes are checked by the hook of ``conftest.py``.
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dx_mock import mock_directconnect
from dx_mock.graph.gateway_resources import Gateway
from dx_mock.graph.resources import BgpPeer, Connection, Lag, VirtualInterface
from tests import invariants
from tests.helpers import CUSTOMER, PARTNER, STRANGER

ACCOUNTS = (PARTNER, CUSTOMER, STRANGER)
#: one refusal for which no id is needed, and ids of nothing
NOTHING = {
    Connection: "dxcon-fg000000",
    Lag: "dxlag-fg000000",
    VirtualInterface: "dxvif-fg000000",
    Gateway: "00000000-0000-4000-8000-000000000000",
}

accounts = st.sampled_from(ACCOUNTS)
places = st.sampled_from(["EqDC2", "EqDC2", "CSVA1"])
bandwidths = st.sampled_from(["1Gbps", "1Gbps", "10Gbps"])
vlans = st.integers(0, 9)
picks = st.integers(0, 50)
families = st.sampled_from(["ipv4", "ipv6"])
few = st.integers(0, 3)
yes = st.booleans()
mostly = st.sampled_from([True, True, True, True, False])


@cache
def client_of(account: str) -> Any:
    """One client an account, made like a user's: they work in every world."""
    keys = {"aws_access_key_id": account, "aws_secret_access_key": "x"}
    with mock_directconnect():
        return boto3.client("directconnect", region_name="us-east-1", **keys)


class DirectConnect(RuleBasedStateMachine):
    """One world, and everything that anybody might do in it."""

    release: str | None = None

    @initialize(provisioning=st.sampled_from(["auto", "auto", "manual", "timed"]), small=yes)
    def start(self, provisioning, small):
        quotas = {"connections_per_location": 4, "lags_per_region": 2, "vifs_per_connection": 2,
                  "connections_per_lag": 3, "ports_per_device": 3}  # fmt: skip
        self.mock = mock_directconnect(
            provisioning=provisioning,
            partners=[PARTNER],
            quotas=quotas if small else None,
            release=self.release,
        )
        self.mock.start()
        self.world = self.mock.world
        self.furnish()

    def furnish(self):
        """Something of every kind to begin with, so that few calls go to nothing."""
        for account in (CUSTOMER, STRANGER):
            for _ in range(2):
                self.create_connection(account, "EqDC2", "1Gbps", 50, 1)
            self.create_lag(account, "EqDC2", "1Gbps", 2, 0, True, False)
        for account in ACCOUNTS:
            self.create_gateway(account)
        self.create_interconnect("EqDC2", "1Gbps", PARTNER)
        self.create_lag(PARTNER, "EqDC2", "1Gbps", 1, 0, True, False)
        for resource in list(self.world.graph.resources):
            self.mock.provision(resource)
        for number, account in enumerate(ACCOUNTS):
            for on_lag in (False, True):
                self.allocate_hosted(0, on_lag, number + 1, account, "100Mbps")
        for number in range(10):
            self.confirm_connection(number, CUSTOMER, True)
            self.create_private(number, False, 4, CUSTOMER, True, "ipv4")

    def teardown(self):
        if hasattr(self, "mock"):
            self.mock.stop()

    # --- how to call ---------------------------------------------------------------------------------------

    def call(self, account: str, operation: str, **parameters: Any) -> Any:
        """Call, and see that a refusal changes nothing."""
        parameters = {name: value for name, value in parameters.items() if value is not None}
        self.world.lifecycle.run_calendar()  # what falls due by the clock does so whoever calls
        before = json.dumps(self.mock.snapshot())
        try:
            return getattr(client_of(account), xform_name(operation))(**parameters)
        except ClientError as error:
            refusal = error.response
        assert refusal["Error"]["Code"] == "DirectConnectClientException", refusal
        assert refusal["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert json.dumps(self.mock.snapshot()) == before
        return None

    def pick(self, kind: Any, number: int, which: Any = None) -> str:
        """The id of a resource of a kind: a live one, or rarely one that is gone, or of nothing."""
        found = [
            each
            for each in self.world.graph.resources.values()
            if isinstance(each, kind) and (which is None or which(each))
        ]
        live = [each for each in found if each.stage not in invariants.GONE]
        if not found or number == 50:
            return NOTHING.get(kind, "dxpeer-fg000000")
        chosen: Any = found if number > 45 or not live else live
        return chosen[number % len(chosen)].id

    def owner(self, resource_id: str, other: str, mine: bool) -> str:
        """Who calls: mostly the owner, else anybody."""
        found = self.world.graph.resources.get(resource_id)
        return found.owner if mine and found is not None else other

    def port(self, number: int) -> str:
        return self.pick(Connection, number, lambda each: each.kind != "hosted connection")

    def interconnect(self, number: int) -> str:
        return self.pick(Connection, number, lambda each: each.kind == "interconnect")

    def carrier(self, number: int, lag: bool) -> str:
        """Where virtual interfaces may be put; now and then where they may not."""
        if number % 8 == 7:
            return self.pick(Lag if lag else Connection, number)
        if lag:
            return self.pick(Lag, number, lambda each: not each.allows_hosted)
        return self.pick(
            Connection,
            number,
            lambda each: each.kind == "hosted connection" or (each.kind == "connection" and each.lag is None),
        )

    # --- ports and LAGs ------------------------------------------------------------------------------------

    @rule(account=accounts, place=places, bandwidth=bandwidths, into=picks, lag=few)
    def create_connection(self, account, place, bandwidth, into, lag):
        lag_id = self.pick(Lag, into) if lag == 0 else None
        self.call(
            account, "CreateConnection", location=place, bandwidth=bandwidth, connectionName="c", lagId=lag_id
        )

    @rule(place=places, bandwidth=bandwidths, account=accounts)
    def create_interconnect(self, place, bandwidth, account):
        self.call(account, "CreateInterconnect", location=place, bandwidth=bandwidth, interconnectName="i")

    @rule(which=picks, account=accounts, mine=mostly)
    def delete_connection(self, which, account, mine):
        connection = self.pick(Connection, which)
        self.call(self.owner(connection, account, mine), "DeleteConnection", connectionId=connection)

    @rule(which=picks)
    def delete_interconnect(self, which):
        self.call(PARTNER, "DeleteInterconnect", interconnectId=self.interconnect(which))

    @rule(
        account=accounts, place=places, bandwidth=bandwidths, count=few, existing=picks, mine=mostly, take=yes
    )
    def create_lag(self, account, place, bandwidth, count, existing, mine, take):
        connection = self.port(existing) if take else None
        if connection is not None:
            account = self.owner(connection, account, mine)
        self.call(
            account, "CreateLag", location=place, connectionsBandwidth=bandwidth, numberOfConnections=count,
            lagName="l", connectionId=connection,
        )  # fmt: skip

    @rule(which=picks, lag=picks, account=accounts, mine=mostly)
    def associate_connection(self, which, lag, account, mine):
        connection = self.port(which) if which % 8 else self.pick(Connection, which)
        account = self.owner(connection, account, mine)
        lag_id = self.pick(Lag, lag, lambda each: not mine or each.owner == account)
        self.call(account, "AssociateConnectionWithLag", connectionId=connection, lagId=lag_id)

    @rule(which=picks, lag=picks, account=accounts, mine=mostly, right=yes)
    def disassociate_connection(self, which, lag, account, mine, right):
        connection = self.port(which)
        found = self.world.graph.resources.get(connection)
        lag_id = found.lag.id if right and found is not None and found.lag is not None else self.pick(Lag, lag)
        account = self.owner(connection, account, mine)
        self.call(account, "DisassociateConnectionFromLag", connectionId=connection, lagId=lag_id)

    @rule(which=picks, account=accounts, mine=mostly, links=st.integers(-1, 3))
    def update_lag(self, which, account, mine, links):
        lag = self.pick(Lag, which)
        self.call(self.owner(lag, account, mine), "UpdateLag", lagId=lag, minimumLinks=links)

    @rule(which=picks, account=accounts, mine=mostly)
    def delete_lag(self, which, account, mine):
        lag = self.pick(Lag, which)
        self.call(self.owner(lag, account, mine), "DeleteLag", lagId=lag)

    # --- hosted connections --------------------------------------------------------------------------------

    @rule(which=picks, on_lag=yes, vlan=vlans, owner=accounts,
          bandwidth=st.sampled_from(["100Mbps", "1Gbps", "10Gbps"]))  # fmt: skip
    def allocate_hosted(self, which, on_lag, vlan, owner, bandwidth):
        parent = self.pick(Lag, which, lambda each: each.allows_hosted) if on_lag else self.interconnect(which)
        self.call(
            PARTNER, "AllocateHostedConnection", connectionId=parent, ownerAccount=owner, vlan=vlan,
            bandwidth=bandwidth, connectionName="h",
        )  # fmt: skip

    @rule(which=picks, account=accounts, mine=mostly)
    def confirm_connection(self, which, account, mine):
        connection = self.pick(Connection, which, lambda each: each.kind == "hosted connection")
        self.call(self.owner(connection, account, mine), "ConfirmConnection", connectionId=connection)

    @rule(which=picks, parent=picks, on_lag=yes)
    def associate_hosted(self, which, parent, on_lag):
        connection = self.pick(Connection, which, lambda each: each.kind == "hosted connection")
        target = (
            self.pick(Lag, parent, lambda each: each.allows_hosted) if on_lag else self.interconnect(parent)
        )
        self.call(PARTNER, "AssociateHostedConnection", connectionId=connection, parentConnectionId=target)

    # --- virtual interfaces --------------------------------------------------------------------------------

    @rule(
        which=picks,
        on_lag=yes,
        vlan=vlans,
        account=accounts,
        mine=mostly,
        family=families,
    )
    def create_private(self, which, on_lag, vlan, account, mine, family):
        carrier = self.carrier(which, on_lag)
        self.call(
            self.owner(carrier, account, mine), "CreatePrivateVirtualInterface", connectionId=carrier,
            newPrivateVirtualInterface={
                "virtualInterfaceName": "v", "vlan": self.vlan(carrier, vlan), "asn": 65000,
                "addressFamily": family, "virtualGatewayId": "vgw-12345678",
            },
        )  # fmt: skip

    @rule(which=picks, on_lag=yes, vlan=vlans, account=accounts, mine=mostly)
    def create_public(self, which, on_lag, vlan, account, mine):
        carrier = self.carrier(which, on_lag)
        block = self.world.ids.counter % 250
        self.call(
            self.owner(carrier, account, mine), "CreatePublicVirtualInterface", connectionId=carrier,
            newPublicVirtualInterface={
                "virtualInterfaceName": "v", "vlan": self.vlan(carrier, vlan), "asn": 65000,
                "amazonAddress": f"198.51.{block}.{vlan * 4 + 1}/30",
                "customerAddress": f"198.51.{block}.{vlan * 4 + 2}/30",
                "routeFilterPrefixes": [{"cidr": "203.0.113.0/24"}],
            },
        )  # fmt: skip

    @rule(which=picks, on_lag=yes, vlan=vlans, account=accounts, mine=mostly, owner=accounts)
    def allocate_private(self, which, on_lag, vlan, account, mine, owner):
        carrier = self.carrier(which, on_lag)
        self.call(
            self.owner(carrier, account, mine), "AllocatePrivateVirtualInterface", connectionId=carrier,
            ownerAccount=owner,
            newPrivateVirtualInterfaceAllocation={
                "virtualInterfaceName": "v", "vlan": self.vlan(carrier, vlan), "asn": 65000,
            },
        )  # fmt: skip

    @rule(account=accounts)
    def create_gateway(self, account):
        self.call(account, "CreateDirectConnectGateway", directConnectGatewayName="g")

    @rule(which=picks, account=accounts, mine=mostly)
    def delete_gateway(self, which, account, mine):
        gateway = self.pick(Gateway, which)
        self.call(
            self.owner(gateway, account, mine), "DeleteDirectConnectGateway", directConnectGatewayId=gateway
        )

    @rule(which=picks, on_lag=yes, vlan=vlans, account=accounts, mine=mostly, gateway=picks, transit=yes)
    def create_on_gateway(self, which, on_lag, vlan, account, mine, gateway, transit):
        carrier = self.carrier(which, on_lag)
        account = self.owner(carrier, account, mine)
        kind = "Transit" if transit else "Private"
        self.call(
            account, f"Create{kind}VirtualInterface", connectionId=carrier,
            **{f"new{kind}VirtualInterface": {
                "virtualInterfaceName": "v", "vlan": self.vlan(carrier, vlan), "asn": 65000,
                "directConnectGatewayId": self.pick(Gateway, gateway, lambda each: each.owner == account),
            }},
        )  # fmt: skip

    def vlan(self, carrier: str, vlan: int) -> int:
        """The only VLAN that a hosted connection takes, mostly."""
        found = self.world.graph.resources.get(carrier)
        return (vlan and getattr(found, "vlan", None)) or vlan

    @rule(which=picks, account=accounts, mine=mostly)
    def confirm_private(self, which, account, mine):
        vif = self.pick(VirtualInterface, which)
        account = self.owner(vif, account, mine)
        self.call(
            account, "ConfirmPrivateVirtualInterface", virtualInterfaceId=vif, virtualGatewayId="vgw-12345678"
        )

    @rule(which=picks, where=picks, on_lag=yes, account=accounts, mine=mostly)
    def associate_vif(self, which, where, on_lag, account, mine):
        vif = self.pick(VirtualInterface, which)
        account = self.owner(vif, account, mine)
        kind: Any = Lag if on_lag else Connection
        carrier = self.pick(
            kind, where, lambda each: each.owner == account and (on_lag or each.lag is None) and where % 8
        )
        self.call(account, "AssociateVirtualInterface", virtualInterfaceId=vif, connectionId=carrier)

    @rule(which=picks, account=accounts, mine=mostly, mtu=st.sampled_from([1500, 9001, 9000]))
    def update_vif(self, which, account, mine, mtu):
        vif = self.pick(VirtualInterface, which)
        account = self.owner(vif, account, mine)
        self.call(account, "UpdateVirtualInterfaceAttributes", virtualInterfaceId=vif, mtu=mtu)

    @rule(which=picks, account=accounts, mine=mostly)
    def delete_vif(self, which, account, mine):
        vif = self.pick(VirtualInterface, which)
        self.call(self.owner(vif, account, mine), "DeleteVirtualInterface", virtualInterfaceId=vif)

    @rule(which=picks, account=accounts, mine=mostly, family=families)
    def create_peer(self, which, account, mine, family):
        vif = self.pick(VirtualInterface, which)
        peer = {"asn": 65001, "addressFamily": family}
        self.call(self.owner(vif, account, mine), "CreateBGPPeer", virtualInterfaceId=vif, newBGPPeer=peer)

    @rule(which=picks, peer=picks, account=accounts, mine=mostly)
    def delete_peer(self, which, peer, account, mine):
        vif = self.pick(VirtualInterface, which)
        peer_id = self.pick(BgpPeer, peer, lambda each: each.virtual_interface.id == vif)
        self.call(self.owner(vif, account, mine), "DeleteBGPPeer", virtualInterfaceId=vif, bgpPeerId=peer_id)

    @rule(which=picks, account=accounts, mine=mostly, start=yes)
    def failover(self, which, account, mine, start):
        vif = self.pick(VirtualInterface, which, lambda each: start == (each.test_id is None))
        operation = "StartBgpFailoverTest" if start else "StopBgpFailoverTest"
        self.call(self.owner(vif, account, mine), operation, virtualInterfaceId=vif)

    # --- looking, hands and time -----------------------------------------------------------------------------

    @rule(account=accounts)
    def look(self, account):
        """Every listing, whole; what it shows agrees with itself."""
        connections = self.call(account, "DescribeConnections")["connections"]
        lags = self.call(account, "DescribeLags")["lags"]
        vifs = self.call(account, "DescribeVirtualInterfaces")["virtualInterfaces"]
        member_of = {each["connectionId"]: lag["lagId"] for lag in lags for each in lag["connections"]}
        for each in connections:
            if "vlan" not in each and "lagId" in each:
                assert member_of[each["connectionId"]] == each["lagId"]
        for lag in lags:
            assert lag["numberOfConnections"] == len(lag["connections"])
            up = sum(each["connectionState"] == "available" for each in lag["connections"])
            if lag["lagState"] == "available":
                assert up >= max(1, lag["minimumLinks"])
        for vif in vifs:
            up = any(peer["bgpStatus"] == "up" for peer in vif["bgpPeers"])
            assert not (vif["virtualInterfaceState"] == "available" and not up)
            assert not (vif["virtualInterfaceState"] == "down" and up)

    @rule(which=picks, up=yes)
    def link(self, which, up):
        resource = self.world.graph.resources.get(self.port(which))
        if resource is not None:
            with suppress(LookupError):  # its end may be due
                (self.mock.link_up if up else self.mock.link_down)(resource.id)

    @rule(which=picks, up=yes)
    def session(self, which, up):
        vif = self.pick(VirtualInterface, which)
        if vif in self.world.graph.resources:
            with suppress(LookupError):
                (self.mock.bgp_up if up else self.mock.bgp_down)(vif)

    @rule(which=picks, kind=st.sampled_from([Connection, Lag, VirtualInterface]))
    def provision(self, which, kind):
        resource = self.pick(kind, which)
        if resource in self.world.graph.resources:
            self.mock.provision(resource)

    @rule(minutes=st.sampled_from([1, 5, 16, 200, 60 * 24 * 4, 60 * 24 * 400]))
    def wait(self, minutes):
        self.mock.clock.advance(minutes=minutes)

    @invariant()
    def graph_is_whole(self):
        if hasattr(self, "world"):
            invariants.check(self.world)


def profile(examples: int, steps: int) -> settings:
    """So many worlds of so many steps; the same ones on every run."""
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


class OfTheRelease(DirectConnect):
    """The world of 2017-02-17."""

    release = "2017-02-17"


class OfTheLatest(DirectConnect):
    """AWS's latest behaviour in everything."""

    release = "latest"


class TestSome(DirectConnect.TestCase):
    """A few hundred steps."""

    settings = profile(12, 40)


class TestSomeOfTheRelease(OfTheRelease.TestCase):
    """A few hundred steps."""

    settings = profile(8, 40)


class TestSomeOfTheLatest(OfTheLatest.TestCase):
    """A few hundred steps."""

    settings = profile(8, 40)


@pytest.mark.slow
class TestMany(DirectConnect.TestCase):
    """Twenty thousand steps."""

    settings = profile(250, 80)


@pytest.mark.slow
class TestManyOfTheRelease(OfTheRelease.TestCase):
    """Twenty thousand steps."""

    settings = profile(250, 80)


@pytest.mark.slow
class TestManyOfTheLatest(OfTheLatest.TestCase):
    """Twenty thousand steps."""

    settings = profile(250, 80)


def test_a_hand_on_a_port_whose_end_is_due():
    """A look settles what is due, which may be the end of the port; its past ends with it all the same.

    Found by the machine of the latest release.
    """
    state = OfTheLatest()
    state.start(provisioning="auto", small=True)
    lag = {"account": "111111111111", "bandwidth": "1Gbps", "count": 2, "existing": 24, "mine": True}
    state.create_lag(place="EqDC2", take=False, **lag)
    state.disassociate_connection(account="111111111111", lag=22, mine=True, right=True, which=34)
    state.delete_interconnect(which=23)
    state.wait(minutes=5760)
    state.link(up=False, which=3)
    invariants.check_history(state.world)
    state.mock.stop()
