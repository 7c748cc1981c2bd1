"""Proposals: how the owner of a virtual private or transit gateway asks for another account's gateway."""

from __future__ import annotations

from dx_mock.graph.gateway_resources import Association, Proposal
from dx_mock.rules.account_ids import check_owner_account
from dx_mock.rules.gateway_values import is_uuid, read_prefixes
from dx_mock.service.associations import AssociationRules, Candidate, Prefixes, changed_prefixes
from dx_mock.service.paging import Page
from dx_mock.support import errors

#: What is said of a gateway that is gone: EC2 lists one as deleted for a while.
_GONE = frozenset(
    {
        errors.VIRTUAL_GATEWAY_NOT_FOUND,
        errors.VIRTUAL_GATEWAY_NOT_AVAILABLE,
        errors.TRANSIT_GATEWAY_NOT_FOUND,
        errors.TRANSIT_GATEWAY_NOT_AVAILABLE,
    }
)


class ProposalRules(AssociationRules):
    """Rules of association proposals: docs/operations/gateways.md."""

    def create_proposal(
        self, gateway_id: str, gateway_owner: str, associated_id: str, add: Prefixes, remove: Prefixes
    ) -> Proposal:
        """Propose a gateway of this account and Region to the owner of a Direct Connect gateway."""
        check_owner_account(gateway_owner)
        gateway = self.find_gateway(gateway_id)
        if gateway is None or gateway.owner != gateway_owner:
            raise errors.GATEWAY_NOT_FOUND(id=gateway_id)
        candidate = self.candidate(associated_id)
        current = self._between(gateway_id, associated_id)
        there = current.prefixes if current is not None else list(candidate.cidrs)
        added, removed = read_prefixes(add), read_prefixes(remove)
        if current is None and added:
            there = []  # what is asked for stands instead of the VPC's CIDRs
        requested = changed_prefixes(there, added, removed)
        proposal = Proposal(
            self.ids.uuid("proposal"),
            gateway,
            associated_id,
            candidate.type,
            self.account_id,
            self.region_name,
            "requested",
            requested,
            existing=list(current.prefixes) if current is not None else None,
        )
        self.global_backend.add(proposal)
        self.lifecycle.plan(proposal)
        return proposal

    def _between(self, gateway_id: str, associated_id: str) -> Association | None:
        return next(
            (
                association
                for association in self.global_backend.associations.values()
                if association.gateway.id == gateway_id and association.associated_id == associated_id
            ),
            None,
        )

    def _proposal(self, proposal_id: str) -> Proposal:
        """Return a proposal that this account may see, as the owner of either end."""
        if proposal_id and not is_uuid(proposal_id):
            raise errors.PROPOSAL_ID_FORMAT(id=proposal_id)
        found = self.global_backend.proposals.get(proposal_id)
        if found is None or self.account_id not in (found.owner, found.gateway.owner):
            raise errors.PROPOSAL_NOT_FOUND(id=proposal_id)
        proposal: Proposal = found
        return proposal

    def accept_proposal(
        self, gateway_id: str, proposal_id: str, associated_owner: str, override: Prefixes
    ) -> Association:
        """Accept a proposal as the owner of the gateway, in the Region of what is proposed."""
        gateway = self.own_gateway(gateway_id)
        proposal = self._proposal(proposal_id)
        if proposal.gateway is not gateway or proposal.stage == "deleted":
            raise errors.PROPOSAL_NOT_FOUND(id=proposal_id)
        if proposal.stage == "accepted":
            raise errors.PROPOSAL_ACCEPTED(id=proposal_id)
        if proposal.owner != associated_owner:
            raise errors.PROPOSAL_OWNER(account=associated_owner, id=proposal_id)
        prefixes = read_prefixes(override) or proposal.requested
        association = self._carry_out(proposal, prefixes)
        # Both lists show what holds from now on [recorded: TF#19741].
        proposal.requested, proposal.existing = list(prefixes), list(prefixes)
        self.lifecycle.enter(proposal, "accepted")
        return association

    def _proposed(self, proposal: Proposal) -> Candidate:
        """Return the gateway of a proposal, which is in this Region or not there at all."""
        transit = proposal.associated_type == "transitGateway"
        not_found = errors.TRANSIT_GATEWAY_NOT_FOUND if transit else errors.VIRTUAL_GATEWAY_NOT_FOUND
        missing = (
            errors.PROPOSAL_TRANSIT_GATEWAY_MISSING if transit else errors.PROPOSAL_VIRTUAL_GATEWAY_MISSING
        )
        if proposal.region != self.region_name:
            if self.quirks["proposal_accepted_elsewhere"] == "gateway":
                raise not_found(id=proposal.associated_id)
            raise missing(id=proposal.id)
        proposer = type(self)(self.engine, proposal.owner, self.region_name)
        try:
            return proposer.candidate(proposal.associated_id)
        except errors.ServiceError as refusal:
            if refusal.text in _GONE:
                raise missing(id=proposal.id) from None
            raise

    def _carry_out(self, proposal: Proposal, prefixes: list[str]) -> Association:
        """Make the association of a proposal, or change the one that there is."""
        candidate = self._proposed(proposal)
        current = self._between(proposal.gateway.id, proposal.associated_id)
        if current is None:
            return self.associate(proposal.gateway, candidate, proposal.owner, list(prefixes))
        if current.stage != "associated":
            raise errors.ASSOCIATION_STATE(id=current.id, state=current.stage)
        self._check_allowed_prefixes(current.gateway, current.associated_type, list(prefixes), current)
        current.prefixes = list(prefixes)
        self.lifecycle.enter(current, "updating")
        return current

    def delete_proposal(self, proposal_id: str) -> Proposal:
        """Withdraw or decline a proposal; of an accepted one only the record goes, the association stays."""
        proposal = self._proposal(proposal_id)
        if proposal.stage == "accepted" and self.quirks["delete_accepted_proposal"] == "refuse":
            raise errors.PROPOSAL_ACCEPTED(id=proposal_id)
        if proposal.stage != "deleted":
            self.lifecycle.enter(proposal, "deleted")
        return proposal

    def list_proposals(
        self,
        gateway_id: str | None,
        proposal_id: str | None,
        associated_id: str | None,
        max_results: int | None,
        next_token: str | None,
    ) -> Page[Proposal]:
        """Return proposals of either end, also for three days after they were accepted or deleted."""
        if gateway_id is not None and not is_uuid(gateway_id):
            raise errors.GATEWAY_ID_FORMAT(id=gateway_id)
        if proposal_id is not None and not is_uuid(proposal_id):
            raise errors.PROPOSAL_ID_FORMAT(id=proposal_id)
        found = [
            proposal
            for proposal in self.global_backend.proposals.values()
            if gateway_id in (None, proposal.gateway.id)
            and proposal_id in (None, proposal.id)
            and associated_id in (None, proposal.associated_id)
            and self.account_id in (proposal.owner, proposal.gateway.owner)
        ]
        scope = f"DescribeDirectConnectGatewayAssociationProposals {gateway_id} {proposal_id} {associated_id}"
        return self.page_of(found, max_results, next_token, scope)
