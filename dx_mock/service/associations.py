"""Virtual private and transit gateways on Direct Connect gateways, and what they may announce."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dx_mock.graph.gateway_resources import AssociatedType, Association, Gateway
from dx_mock.rules.addresses import overlapping
from dx_mock.rules.gateway_values import check_associable, check_no_overlap, is_uuid, read_prefixes
from dx_mock.service.gateways import GatewayRules
from dx_mock.service.paging import Page
from dx_mock.support import errors

Prefixes = Iterable[Mapping[str, Any]] | None

_TYPES: Mapping[str, AssociatedType] = {"vgw": "virtualPrivateGateway", "tgw": "transitGateway"}
_USES = {"virtualPrivateGateway": "private", "transitGateway": "transit"}


@dataclass(frozen=True)
class Candidate:
    """A virtual private or transit gateway that could be associated; CIDRs are its VPC's."""

    id: str
    type: AssociatedType
    asn: int | None
    cidrs: tuple[str, ...] = ()


class AssociationRules(GatewayRules):
    """Rules of associations: docs/operations/gateways.md."""

    def create_association(self, gateway_id: str, associated_id: str | None, prefixes: Prefixes) -> Association:
        """Associate a gateway of EC2, of this account and Region, with a gateway of this account."""
        gateway = self.own_gateway(gateway_id)
        if not associated_id:
            raise errors.ASSOCIABLE_MISSING()
        candidate = self.candidate(associated_id)
        return self.associate(gateway, candidate, self.account_id, read_prefixes(prefixes))

    def candidate(self, associated_id: str) -> Candidate:
        """Return a gateway of this account in moto's EC2 of this Region.

        Where moto may not be started (``others`` is not ``"moto"`` and no mock of moto's is active) any
        well-formed id stands for a gateway that is there.
        """
        kind = check_associable(associated_id)
        if not self.ports.ec2.bring_into_play():
            return Candidate(associated_id, _TYPES[kind], None)
        if kind == "tgw":
            transit = self.ports.ec2.transit_gateway(self.account_id, self.region_name, associated_id)
            if transit is None:
                raise errors.TRANSIT_GATEWAY_NOT_FOUND(id=associated_id)
            if transit.state != "available":
                raise errors.TRANSIT_GATEWAY_NOT_AVAILABLE(id=associated_id)
            return Candidate(associated_id, "transitGateway", transit.asn)
        virtual = self.ports.ec2.virtual_gateway(self.account_id, self.region_name, associated_id)
        if virtual is None:
            raise errors.VIRTUAL_GATEWAY_NOT_FOUND(id=associated_id)
        if virtual.state != "available":
            raise errors.VIRTUAL_GATEWAY_NOT_AVAILABLE(id=associated_id)
        if virtual.vpc_id is None:
            raise errors.VIRTUAL_GATEWAY_NOT_ATTACHED(id=associated_id)
        cidrs = self.ports.ec2.cidrs_of_vpc(self.account_id, self.region_name, virtual.vpc_id)
        return Candidate(associated_id, "virtualPrivateGateway", virtual.asn, tuple(cidrs))

    def associate(self, gateway: Gateway, candidate: Candidate, owner: str, prefixes: list[str]) -> Association:
        """Make an association after all the checks that its two ends ask for."""
        self._check_ends(gateway, candidate)
        # The CIDRs of its VPC are what a virtual private gateway announces by default [client-proven: TF].
        prefixes = prefixes or list(candidate.cidrs)
        self._check_allowed_prefixes(gateway, candidate.type, prefixes, None)
        association = Association(
            self.ids.uuid("association"),
            gateway,
            candidate.id,
            candidate.type,
            owner,
            self.region_name,
            "associating",
            prefixes,
        )
        # moto first: where it fails, nothing is half done here and the call can be tried again.
        self.ports.ec2.begin_association(association)
        self.global_backend.add(association)
        gateway.associations[association.id] = association
        self.lifecycle.plan(association)
        return association

    def _check_ends(self, gateway: Gateway, candidate: Candidate) -> None:
        if gateway.stage != "available":
            raise errors.GATEWAY_NOT_AVAILABLE(id=gateway.id)
        for other in self.global_backend.associations.values():
            if other.associated_id != candidate.id:
                continue
            if other.gateway is gateway:
                raise errors.ASSOCIATION_EXISTS(gateway=gateway.id, id=candidate.id)
            if candidate.type == "virtualPrivateGateway":
                raise errors.VIRTUAL_GATEWAY_TAKEN(id=candidate.id, gateway=other.gateway.id)
        self.check_use(gateway, _USES[candidate.type])
        transit = candidate.type == "transitGateway"
        limit = self.quotas["tgws_per_gateway" if transit else "vgws_per_gateway"]
        if len(gateway.associations) >= limit:
            raise errors.ASSOCIATIONS_PER_GATEWAY(id=gateway.id, limit=limit)
        (self._check_asns if transit else self._check_vpcs)(gateway, candidate)

    def _check_asns(self, gateway: Gateway, candidate: Candidate) -> None:
        """Refuse an ASN that the gateway has, or another transit gateway on it.

        [documented: UG:direct-connect-transit-gateways]
        """
        if candidate.asn == gateway.asn:
            raise errors.TRANSIT_GATEWAY_ASN(id=candidate.id)
        if candidate.asn is None:
            return
        for other in gateway.associations.values():
            there = self.ports.ec2.transit_gateway(other.owner, other.region, other.associated_id)
            if there is not None and there.asn == candidate.asn:
                raise errors.TRANSIT_GATEWAY_ASN_TAKEN(id=candidate.id, other=other.associated_id)

    def _check_vpcs(self, gateway: Gateway, candidate: Candidate) -> None:
        """Refuse a VPC that overlaps with another one of the gateway [documented: UG:virtualgateways]."""
        for other in gateway.associations.values():
            for there in self.vpc_cidrs(other.owner, other.region, other.associated_id):
                for cidr in candidate.cidrs:
                    if overlapping(cidr, there):
                        raise errors.VPCS_OVERLAP(cidr=cidr, other=there, id=gateway.id)

    def _check_allowed_prefixes(
        self,
        gateway: Gateway,
        associated_type: AssociatedType,
        prefixes: list[str],
        association: Association | None,
    ) -> None:
        if associated_type != "transitGateway":
            return
        if not prefixes:
            raise errors.PREFIXES_MISSING()
        limit = self.quotas["prefixes_per_tgw_association"]
        if len(prefixes) > limit:
            raise errors.PREFIXES_PER_ASSOCIATION(limit=limit)
        there = [
            prefix
            for other in gateway.associations.values()
            if other is not association
            for prefix in other.prefixes
        ]
        check_no_overlap(prefixes, there)

    # --- looking -------------------------------------------------------------------------------------------

    def find_association(self, association_id: str) -> Association:
        """Return an association that this account may see, as the owner of either end."""
        if not is_uuid(association_id):
            raise errors.ASSOCIATION_ID_FORMAT(id=association_id)
        found = self.global_backend.associations.get(association_id)
        if found is None or self.account_id not in (found.owner, found.gateway.owner):
            raise errors.ASSOCIATION_NOT_FOUND(id=association_id)
        association: Association = found
        return association

    def list_associations(
        self,
        association_id: str | None,
        associated_id: str | None,
        gateway_id: str | None,
        max_results: int | None,
        next_token: str | None,
    ) -> Page[Association]:
        """Associations by any of three filters; what is unknown finds nothing."""
        if association_id is None and associated_id is None and gateway_id is None:
            raise errors.ASSOCIATION_FILTER_MISSING()
        if association_id is not None and not is_uuid(association_id):
            raise errors.ASSOCIATION_ID_FORMAT(id=association_id)
        if gateway_id is not None and not is_uuid(gateway_id):
            raise errors.GATEWAY_ID_FORMAT(id=gateway_id)
        found = [
            association
            for association in self.global_backend.associations.values()
            if association_id in (None, association.id)
            and associated_id in (None, association.associated_id)
            and gateway_id in (None, association.gateway.id)
            and self.account_id in (association.owner, association.gateway.owner)
        ]
        scope = f"DescribeDirectConnectGatewayAssociations {association_id} {associated_id} {gateway_id}"
        return self.page_of(found, max_results, next_token, scope)

    # --- changing ------------------------------------------------------------------------------------------

    def update_association(self, association_id: str | None, add: Prefixes, remove: Prefixes) -> Association:
        """Change prefixes; new ones come first [recorded: CLI:update-direct-connect-gateway-association]."""
        association = self._own_association(association_id)
        if association.stage != "associated":
            raise errors.ASSOCIATION_STATE(id=association.id, state=association.stage)
        prefixes = changed_prefixes(association.prefixes, read_prefixes(add), read_prefixes(remove))
        self._check_allowed_prefixes(association.gateway, association.associated_type, prefixes, association)
        association.prefixes = prefixes
        self.lifecycle.enter(association, "updating")
        return association

    def _own_association(self, association_id: str | None) -> Association:
        """Return an association of a gateway of this account."""
        association = self.find_association(association_id or "")
        if association.gateway.owner != self.account_id:
            raise errors.ASSOCIATION_NOT_FOUND(id=association.id)
        return association

    def delete_association(
        self, association_id: str | None, gateway_id: str | None, associated_id: str | None
    ) -> Association:
        """Take a gateway of EC2 away, as the owner of either end."""
        if association_id is not None or not (gateway_id and associated_id):
            association = self.find_association(association_id or "")
        else:
            found = self.list_associations(None, associated_id, gateway_id, None, None)
            if not found:
                raise errors.ASSOCIATION_NOT_BETWEEN(gateway=gateway_id, id=associated_id)
            association = found[0]
        # It is done in the Region of what is associated [recorded: TF#9117].
        if association.region != self.region_name:
            raise errors.ASSOCIATION_NOT_FOUND(id=association.id)
        vpn = self.ports.ec2.private_vpn(association)
        if vpn is not None:
            raise errors.ASSOCIATION_HAS_VPN(attachment=vpn[0], vpn=vpn[1])
        if association.stage != "disassociating":
            self.lifecycle.enter(association, "disassociating")
        return association


def changed_prefixes(there: list[str], added: list[str], removed: list[str]) -> list[str]:
    """Prefixes after a change, the new ones first."""
    for prefix in removed:
        if prefix not in there:
            raise errors.PREFIX_NOT_THERE(cidr=prefix)
    kept = [prefix for prefix in there if prefix not in removed and prefix not in added]
    return [*added, *kept]
