"""Resiliency groups (the newest model's operations; User Guide, Resiliency Toolkit)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dx_mock.graph.resiliency_groups import ResiliencyAssociation, ResiliencyGroup
from dx_mock.graph.resources import Connection
from dx_mock.graph.states import LEAVING
from dx_mock.rules.resiliency_models import GROUPS_PER_REGION, check_group_id
from dx_mock.service.lookups import CONNECTION
from dx_mock.service.paging import Page
from dx_mock.service.tags import TagRules
from dx_mock.support import errors

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


class ResiliencyRules(TagRules):
    """Rules of resiliency groups; names, models and sizes of lists are checked by the model itself."""

    def create_resiliency_group(
        self, name: str, model: str, tags: Iterable[Mapping[str, Any]] | None
    ) -> ResiliencyGroup:
        """Make a group without connections."""
        alive = [group for group in self._own_groups() if group.stage != "deleted"]
        if len(alive) >= GROUPS_PER_REGION:
            raise errors.RESILIENCY_GROUPS_PER_REGION(region=self.region_name, limit=GROUPS_PER_REGION)
        checked_tags = self.new_tags(tags)
        group = ResiliencyGroup(
            f"dxrg-{self.ids.text('resiliency group', _ALPHABET, 17)}",
            self.account_id,
            name,
            self.region_name,
            model,
            "pending",
            tags=checked_tags,
        )
        self.backend.add(group)
        self.lifecycle.plan(group)
        return group

    def _own_groups(self) -> list[ResiliencyGroup]:
        return [group for group in self.backend.resiliency_groups.values() if group.owner == self.account_id]

    def resiliency_group(self, group_id: str) -> ResiliencyGroup:
        """Return a group of this account and Region, deleted ones included while they are known."""
        found = self.backend.resiliency_groups.get(check_group_id(group_id))
        if found is None or found.owner != self.account_id:
            raise errors.RESILIENCY_GROUP_NOT_FOUND(id=group_id)
        return found

    def _live_group(self, group_id: str) -> ResiliencyGroup:
        group = self.resiliency_group(group_id)
        if group.stage in LEAVING:
            raise errors.RESILIENCY_GROUP_NOT_FOUND(id=group_id)
        return group

    def list_resiliency_groups(self, max_results: int | None, next_token: str | None) -> Page[ResiliencyGroup]:
        """Return the account's groups in this Region."""
        return self.page_of(self._own_groups(), max_results, next_token, "ListResiliencyGroups")

    def update_resiliency_group(self, group_id: str, name: str) -> ResiliencyGroup:
        """Rename a group."""
        group = self._live_group(group_id)
        group.name = name
        return group

    def delete_resiliency_group(self, group_id: str) -> ResiliencyGroup:
        """Delete a group without connections; ``deleting`` first [documented: API:DeleteResiliencyGroup]."""
        group = self.resiliency_group(group_id)
        if group.stage == "deleted":
            raise errors.RESILIENCY_GROUP_NOT_FOUND(id=group_id)
        if group.associations:
            raise errors.RESILIENCY_GROUP_NOT_EMPTY(id=group.id)
        if group.stage != "deleting":
            self.lifecycle.enter(group, "deleting")
        return group

    # --- connections in groups -----------------------------------------------------------------------------

    def associate_with_resiliency_group(
        self, group_id: str, identifiers: list[str]
    ) -> list[ResiliencyAssociation]:
        """Put connections into a group, all of them or none."""
        group = self._live_group(group_id)
        connections = self._connections(identifiers)
        for connection in connections:
            holder = self._group_of(connection)
            if holder is not None:
                raise errors.RESILIENCY_CONNECTION_TAKEN(id=connection.id, group=holder.id)
        made = []
        for connection in connections:
            association = ResiliencyAssociation(
                f"{group.id}/{connection.id}", group, connection, "associating", region=self.region_name
            )
            self.backend.add(association)
            group.associations[connection.id] = association
            self.lifecycle.plan(association)
            made.append(association)
        return made

    def disassociate_from_resiliency_group(
        self, group_id: str, identifiers: list[str]
    ) -> list[ResiliencyAssociation]:
        """Take connections out of a group, all of them or none."""
        group = self._live_group(group_id)
        leaving = []
        for connection in self._connections(identifiers):
            association = group.associations.get(connection.id)
            if association is None:
                raise errors.RESILIENCY_CONNECTION_MISSING(id=connection.id, group=group.id)
            leaving.append(association)
        for association in leaving:
            if association.stage != "disassociating":
                self.lifecycle.enter(association, "disassociating")
        return leaving

    def _group_of(self, connection: Connection) -> ResiliencyGroup | None:
        return next((group for group in self._own_groups() if connection.id in group.associations), None)

    def _connections(self, identifiers: list[str]) -> list[Connection]:
        """Return the connections that ids or ARNs name, each once."""
        found: dict[str, Connection] = {}
        for identifier in identifiers:
            name = identifier
            if identifier.startswith("arn:"):
                resource = self.by_arn(identifier)
                if not isinstance(resource, Connection):
                    raise errors.CONNECTION_ID_FORMAT(id=identifier)
                name = resource.id
            connection = self.find(CONNECTION, name, LEAVING)
            if connection is None:
                raise errors.CONNECTION_NOT_FOUND(id=identifier)
            found[connection.id] = connection
        return list(found.values())

    def list_resiliency_associations(
        self, group_id: str, max_results: int | None, next_token: str | None
    ) -> Page[ResiliencyAssociation]:
        """Return the connections of a group."""
        group = self.resiliency_group(group_id)
        scope = f"ListResiliencyGroupAssociations {group.id}"
        return self.page_of(group.associations.values(), max_results, next_token, scope)
