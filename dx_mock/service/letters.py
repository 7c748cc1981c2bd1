"""Letters of authorization (LOA-CFA) of connections, interconnects and LAGs."""

from __future__ import annotations

from dx_mock.catalogue import find_location, letter_pdf
from dx_mock.graph.resources import Connection, Lag
from dx_mock.graph.states import LEAVING, noun_of
from dx_mock.service.base import BaseRules
from dx_mock.service.lookups import INTERCONNECT
from dx_mock.support import errors


class LetterRules(BaseRules):
    """Rules of LOAs: docs/operations/letters.md."""

    def letter(self, resource_id: str, provider_name: str | None) -> bytes:
        """Return the letter of a connection, interconnect or LAG as a PDF, and note when it was asked for."""
        resource = self.live_carrier(resource_id)
        return self._issue(resource, provider_name)

    def interconnect_letter(self, interconnect_id: str, provider_name: str | None) -> bytes:
        """Return the letter of a partner's interconnect."""
        self.require_partner()
        return self._issue(self.own(INTERCONNECT, interconnect_id, without=LEAVING), provider_name)

    def _issue(self, resource: Connection | Lag, provider_name: str | None) -> bytes:
        if isinstance(resource, Lag):
            ports = [member for member in resource.members.values() if member.loa_ready]
        else:
            ports = [resource] if resource.loa_ready else []
        # A hosted connection needs no cross connect, and AWS has not processed a requested one yet.
        if not ports:
            raise errors.LOA_NOT_AVAILABLE(what=noun_of(resource), id=resource.id)
        now = self.clock.now()
        found = find_location(resource.region, resource.location)
        document = letter_pdf.render(
            resource_id=resource.id,
            ports=[
                letter_pdf.Port(port.id, port.name, port.device.name if port.device else "", port.port or 0)
                for port in ports
            ],
            bandwidth=resource.bandwidth,
            facility=found[1].name if found else resource.location,
            location=resource.location,
            region=resource.region,
            requester=self.account_id,
            provider=provider_name,
            issued=now,
        )
        for port in ports:
            port.loa_issue_time = now
        return document
