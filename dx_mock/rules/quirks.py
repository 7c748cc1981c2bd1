"""Where the evidence about AWS conflicts: one row per question, the default first.

The default is the latest recorded behaviour; ``quirks={name: value}`` chooses another.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, TypedDict


class Quirk(NamedTuple):
    """One question with conflicting evidence: the possible answers, the default first, and what they mean."""

    values: tuple[str, ...]
    meaning: str

    @property
    def default(self) -> str:
        """The latest recorded behaviour."""
        return self.values[0]


QUIRKS: Mapping[str, Quirk] = MappingProxyType(
    {
        "describe_connections_unknown_id": Quirk(
            ("error", "empty"),
            "DescribeConnections with a well-formed id of nothing: 'Could not find Connection' "
            "(clients since 2018), or an empty list (recorded in 2017)",
        ),
        "delete_lag_with_members": Quirk(
            ("allow", "refuse"),
            "DeleteLag while connections are in it: they become standalone (documented), or it is refused "
            "(what Terraform's documentation of force_destroy assumes)",
        ),
        "delete_accepted_proposal": Quirk(
            ("allow", "refuse"),
            "DeleteDirectConnectGatewayAssociationProposal after it was accepted: its record goes and the "
            "association stays (what Terraform's provider does and tests against AWS), or it is refused "
            "(the user guide deletes proposals that wait)",
        ),
        "proposal_accepted_elsewhere": Quirk(
            ("gateway", "proposal"),
            "What AcceptDirectConnectGatewayAssociationProposal says in another Region than that of the "
            "gateway that is proposed: that the gateway does not exist (recorded in 2024, TF#37791), or that "
            "it is not found in the proposal (recorded in 2020 and 2021, TF#13455 and aws-cli#6597)",
        ),
        "describe_hosted_connections_hosted_id": Quirk(
            ("refuse", "answer"),
            "DescribeHostedConnections with the id of a hosted connection instead of its parent's: refused "
            "(recorded in 2025), or answered with that connection, and an unknown id with 'Could not find "
            "Connection' (before about 2023)",
        ),
        "lag_association_virtual_interfaces": Quirk(
            ("follow", "stay"),
            "AssociateConnectionWithLag and the virtual interfaces of a standalone connection: they move to "
            "the LAG (today's documentation), or stay (the release of 2017-02-17)",
        ),
        "lag_association_hosted_connections": Quirk(
            ("follow", "refuse", "stay"),
            "AssociateConnectionWithLag and the hosted connections of a standalone interconnect: they move to "
            "the LAG (today's documentation), it is refused until they have been moved away (the release of "
            "2017-02-17), or they stay (what dx_mock did first, by neither)",
        ),
        "lag_initial_state": Quirk(
            ("pending", "requested"),
            "The state of a new LAG: pending (recorded in June 2017, and in the AWS CLI's example), or "
            "requested until the letter of one of its connections is there (documented, in the release of "
            "2017-02-17 and today)",
        ),
        "virtual_interface_move_by": Quirk(
            ("either_owner", "physical_owner"),
            "Who may move a hosted virtual interface by AssociateVirtualInterface: its owner or that of the "
            "connection that it is on, to a target of its own (today's documentation), or only the owner of "
            "the physical connection (the release of 2017-02-17)",
        ),
        "port_speeds": Quirk(
            ("up_to_400g", "up_to_10g"),
            "The speeds of ports that can be ordered and that DescribeLocations shows: up to 400 Gbps, up to "
            "100 Gbps for interconnects (today's documentation), or 1 and 10 Gbps (the release of 2017-02-17)",
        ),
        "hosted_speeds": Quirk(
            ("up_to_25g", "up_to_500m"),
            "The speeds of hosted connections: 50 Mbps to 25 Gbps (today's documentation), or 50 to 500 Mbps "
            "(the release of 2017-02-17)",
        ),
        "private_route_filters": Quirk(
            ("refuse", "accept"),
            "Private addresses among the prefixes of a public virtual interface: refused (as its peer "
            "addresses are, which was recorded), or accepted (the example of the release of 2017-02-17 has "
            "some)",
        ),
        "legacy_asns": Quirk(
            ("refuse", "accept"),
            "CreateDirectConnectGateway with an ASN that AWS once had for its side, 7224, 9059, 10124 or "
            "17493: refused (recorded of 7224 in 2018, TF#6242), or accepted (the check in Terraform's "
            "provider lets them pass)",
        ),
        "encryption_mode_unset": Quirk(
            ("unknown", "absent"),
            "encryptionMode of a provisioned connection of 10 Gbps or more for which MACsec was not asked: "
            "'unknown' (recorded in five reports, the latest TF#37907), or no such member (recorded of a port "
            "of 1 Gbps, which never shows one here)",
        ),
        "automatic_addresses": Quirk(
            ("/29", "/30"),
            "The IPv4 addresses that AWS assigns to a peer: the first and sixth host of a /29 (recorded in "
            "2025, TF#44208, and by another report), or the two of a /30 (recorded in 2020, and the model)",
        ),
        "jumbo_frames_on_hosted_connections": Quirk(
            ("update", "refuse"),
            "A jumbo MTU on a hosted connection that does not carry jumbo frames yet: AWS updates the "
            "connection (today's documentation), or refuses it (jumboFrameCapable was recorded as "
            "false below 1 Gbps)",
        ),
        "location_without_room": Quirk(
            ("room", "echo"),
            "The location of an order at a site that AWS lists by room, such as EqSe2: a room's code (one "
            "report of 2020, TF#15151, of EqSe2-EQ or EqSe2-WBE), or the code that was asked for (recorded in "
            "2017, ANS)",
        ),
        "device_placement": Quirk(
            ("pack", "spread"),
            "Which device of a location takes the next order: the first one with room, so that connections "
            "can share a LAG, or the emptiest one, so that they are diverse",
        ),
        "logical_redundancy": Quirk(
            ("no", "yes"),
            "hasLogicalRedundancy of provisioned connections and LAGs: whether a virtual interface may have "
            "a second BGP peer of the same address family",
        ),
    }
)


class Quirks(TypedDict, total=False):
    """The names of the quirks and their answers, for ``quirks={...}`` in an editor and for type checkers."""

    describe_connections_unknown_id: Literal["error", "empty"]
    delete_lag_with_members: Literal["allow", "refuse"]
    delete_accepted_proposal: Literal["allow", "refuse"]
    proposal_accepted_elsewhere: Literal["gateway", "proposal"]
    describe_hosted_connections_hosted_id: Literal["refuse", "answer"]
    lag_association_virtual_interfaces: Literal["follow", "stay"]
    lag_association_hosted_connections: Literal["follow", "refuse", "stay"]
    lag_initial_state: Literal["pending", "requested"]
    virtual_interface_move_by: Literal["either_owner", "physical_owner"]
    port_speeds: Literal["up_to_400g", "up_to_10g"]
    hosted_speeds: Literal["up_to_25g", "up_to_500m"]
    private_route_filters: Literal["refuse", "accept"]
    legacy_asns: Literal["refuse", "accept"]
    encryption_mode_unset: Literal["unknown", "absent"]
    automatic_addresses: Literal["/29", "/30"]
    jumbo_frames_on_hosted_connections: Literal["update", "refuse"]
    location_without_room: Literal["room", "echo"]
    device_placement: Literal["pack", "spread"]
    logical_redundancy: Literal["no", "yes"]
