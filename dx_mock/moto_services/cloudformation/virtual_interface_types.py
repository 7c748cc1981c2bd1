"""The three types of virtual interfaces in moto's CloudFormation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from dx_mock.graph.states import LEAVING
from dx_mock.moto_services.cloudformation import resource as base
from dx_mock.moto_services.cloudformation.resource import Properties
from dx_mock.moto_services.direct_connect_calls import call
from dx_mock.rules.asns import LARGEST_SHORT

#: property of a BgpPeer -> member of Direct Connect's
_PEER = {
    "AddressFamily": "addressFamily",
    "AmazonAddress": "amazonAddress",
    "Asn": "asn",
    "AuthKey": "authKey",
    "CustomerAddress": "customerAddress",
}


class VirtualInterface(base.Resource):
    """A virtual interface of the stack's account: its own, or hosted on another account's connection.

    A hosted one is allocated by the account of the ``Allocate...RoleArn`` and confirmed by the stack's.
    """

    KIND: ClassVar[str]
    PROPERTIES = frozenset({"BgpPeers", "ConnectionId", "Tags", "VirtualInterfaceName", "Vlan"})
    ATTRIBUTES: ClassVar[tuple[str, ...]] = ("VirtualInterfaceArn", "VirtualInterfaceId")

    @classmethod
    def checked(cls, name: str, cloudformation_json: Any) -> Properties:
        """Return the properties; the ASN of a peer is a number, written as text or not."""
        properties = super().checked(name, cloudformation_json)
        for number, peer in enumerate(properties.get("BgpPeers") or ()):
            asn = peer.get("Asn")
            if asn is not None and not _NUMBER.fullmatch(str(asn)):
                raise base.invalid(name, f"#/BgpPeers/{number}/Asn: {asn} is not an ASN")
        return properties

    @classmethod
    def unknown(cls, properties: Properties) -> Iterator[tuple[str, str]]:
        """Yield what the schema lacks, of the peers, too."""
        yield from super().unknown(properties)
        for number, peer in enumerate(properties.get("BgpPeers") or ()):
            for key in peer:
                if key not in _PEER and key != "BgpPeerId":
                    yield f"#/BgpPeers/{number}", key

    @property
    def _host(self) -> str | None:
        return base.account_of(self.properties.get(f"Allocate{self.KIND}VirtualInterfaceRoleArn"))

    def create(self) -> None:
        """Create or Allocate and Confirm; the second peer is added after."""
        given, host = self.properties, self._host
        peers = [_peer(each) for each in given.get("BgpPeers") or ()]
        wanted = {
            "virtualInterfaceName": given.get("VirtualInterfaceName"),
            "vlan": base.integer(given.get("Vlan")),
            "tags": base.tags_of(given),
            **(peers[0] if peers else {}),
            **self.details(),
        }
        connection = base.id_of(given.get("ConnectionId"))
        self.id: str = (
            self._created(connection, {**wanted, **self.targets()})
            if host is None
            else self._allocated(host, connection, wanted)
        )
        for peer in peers[1:]:
            self.call("CreateBGPPeer", virtualInterfaceId=self.id, newBGPPeer=peer)

    def _created(self, connection_id: str, wanted: Properties) -> str:
        made = self.call(
            f"Create{self.KIND}VirtualInterface",
            connectionId=connection_id,
            **{f"new{self.KIND}VirtualInterface": _present(wanted)},
        )
        return _id_of(made)

    def _allocated(self, host: str, connection_id: str, wanted: Properties) -> str:
        made = call(
            host,
            self.region_name,
            f"Allocate{self.KIND}VirtualInterface",
            connectionId=connection_id,
            ownerAccount=self.account_id,
            **{f"new{self.KIND}VirtualInterfaceAllocation": _present(wanted)},
        )
        interface = _id_of(made)
        self.call(f"Confirm{self.KIND}VirtualInterface", virtualInterfaceId=interface, **self.targets())
        return interface

    def details(self) -> dict[str, Any]:
        """Return what only some kinds of virtual interfaces have."""
        return {
            "mtu": base.integer(self.properties.get("Mtu")),
            "enableSiteLink": base.boolean(self.properties.get("EnableSiteLink")),
        }

    def targets(self) -> dict[str, Any]:
        """Return the gateway that it ends on."""
        return {"directConnectGatewayId": base.id_of(self.properties.get("DirectConnectGatewayId"))}

    def update(self, old: Properties, new: Properties) -> None:
        """UpdateVirtualInterfaceAttributes, AssociateVirtualInterface, and peers that come and go."""
        changed = {
            "virtualInterfaceName": (old.get("VirtualInterfaceName"), new.get("VirtualInterfaceName")),
            "mtu": (_mtu(old), _mtu(new)),
            "enableSiteLink": (_site_link(old), _site_link(new)),
        }
        for name, (before, after) in changed.items():
            if before != after:
                self.call("UpdateVirtualInterfaceAttributes", virtualInterfaceId=self.id, **{name: after})
        connection = base.id_of(new.get("ConnectionId"))
        if connection != base.id_of(old.get("ConnectionId")):
            self.call("AssociateVirtualInterface", virtualInterfaceId=self.id, connectionId=connection)
        self._update_peers([_peer(each) for each in new.get("BgpPeers") or ()])

    def _update_peers(self, wanted: list[dict[str, Any]]) -> None:
        """Delete the peers that the template has no more, and add its new ones.

        The last peer can't be deleted: where none stays, the new one comes first.
        """
        found = self.call("DescribeVirtualInterfaces", virtualInterfaceId=self.id)["virtualInterfaces"][0]
        left = [each for each in found["bgpPeers"] if each["bgpPeerState"] not in LEAVING]
        added = []
        for peer in wanted:
            same = next((each for each in left if all(each.get(k) == v for k, v in peer.items())), None)
            if same is None:
                added.append(peer)
            else:
                left.remove(same)
        if len(added) == len(wanted):
            left, added = self._exchange_all(left, added)
        for peer in left:
            self.call("DeleteBGPPeer", virtualInterfaceId=self.id, bgpPeerId=peer["bgpPeerId"])
        for peer in added:
            self.call("CreateBGPPeer", virtualInterfaceId=self.id, newBGPPeer=peer)

    def _exchange_all(self, left: list[Any], added: list[Any]) -> tuple[list[Any], list[Any]]:
        families = {peer["addressFamily"] for peer in left}
        first = next((peer for peer in added if peer.get("addressFamily") not in families), None)
        if first is None:
            return left, added
        self.call("CreateBGPPeer", virtualInterfaceId=self.id, newBGPPeer=first)
        return left, [peer for peer in added if peer is not first]

    def remove(self) -> None:
        """DeleteVirtualInterface."""
        self.call("DeleteVirtualInterface", virtualInterfaceId=self.id)


def _peer(properties: Properties) -> dict[str, Any]:
    given = {ours: properties[theirs] for theirs, ours in _PEER.items() if theirs in properties}
    if "asn" in given:
        number = int(given.pop("asn"))
        # A string of 1 to 4294967294 [documented: CFN], which is more than ``asn`` holds.
        given["asn" if number <= LARGEST_SHORT else "asnLong"] = number
    return given


_NUMBER = re.compile(r"[0-9]{1,10}")


def _id_of(answer: Mapping[str, Any]) -> str:
    """Answers about transit virtual interfaces have one more level."""
    found: str = answer.get("virtualInterface", answer)["virtualInterfaceId"]
    return found


def _present(values: Properties) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _mtu(properties: Properties) -> int:
    return base.integer(properties.get("Mtu")) or 1500


def _site_link(properties: Properties) -> bool:
    return bool(base.boolean(properties.get("EnableSiteLink")))


class PrivateVirtualInterface(VirtualInterface):
    """AWS::DirectConnect::PrivateVirtualInterface."""

    KIND: ClassVar[str] = "Private"
    REPLACING = frozenset(
        {"AllocatePrivateVirtualInterfaceRoleArn", "DirectConnectGatewayId", "VirtualGatewayId", "Vlan"}
    )
    PROPERTIES = VirtualInterface.PROPERTIES | REPLACING | {"EnableSiteLink", "Mtu"}

    def targets(self) -> dict[str, Any]:
        """Return a Direct Connect gateway or a virtual private gateway."""
        return {**super().targets(), "virtualGatewayId": base.id_of(self.properties.get("VirtualGatewayId"))}


class TransitVirtualInterface(VirtualInterface):
    """AWS::DirectConnect::TransitVirtualInterface."""

    KIND: ClassVar[str] = "Transit"
    REPLACING = frozenset({"AllocateTransitVirtualInterfaceRoleArn", "DirectConnectGatewayId", "Vlan"})
    PROPERTIES = VirtualInterface.PROPERTIES | REPLACING | {"EnableSiteLink", "Mtu"}


class PublicVirtualInterface(VirtualInterface):
    """AWS::DirectConnect::PublicVirtualInterface."""

    KIND: ClassVar[str] = "Public"
    REPLACING = frozenset({"AllocatePublicVirtualInterfaceRoleArn", "RouteFilterPrefixes", "Vlan"})
    PROPERTIES = VirtualInterface.PROPERTIES | REPLACING

    def details(self) -> dict[str, Any]:
        """Return the prefixes that it announces."""
        prefixes = self.properties.get("RouteFilterPrefixes")
        return {"routeFilterPrefixes": base.cidrs(prefixes) or None}

    def targets(self) -> dict[str, Any]:
        """Return nothing: it ends on no gateway."""
        return {}
