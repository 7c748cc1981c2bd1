"""Tags of every resource that can have them, addressed by ARN."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from dx_mock.graph.states import GONE
from dx_mock.rules.partitions import partition_of
from dx_mock.rules.tag_checks import check_tags
from dx_mock.service.base import BaseRules
from dx_mock.support import errors

_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):directconnect:(?P<region>[a-z0-9-]*):(?P<account>[0-9]{12}):"
    r"(?P<type>dxcon|dxlag|dxvif|dx-gateway|dx-resiliency-group)/(?P<id>[A-Za-z0-9-]+)"
)


class TagRules(BaseRules):
    """Rules of tags: docs/operations/tags-and-accounts.md."""

    def tag_resource(self, arn: str, tags: Iterable[Mapping[str, Any]]) -> None:
        """Add tags to a resource, over those of the same keys."""
        resource = self.by_arn(arn)
        added = check_tags(tags, self.quotas["tags_per_resource"], resource.tags)
        if added:
            resource.tags = {**(resource.tags or {}), **added}

    def untag_resource(self, arn: str, keys: Iterable[str]) -> None:
        """Take tags away; keys that the resource does not have are ignored."""
        resource = self.by_arn(arn)
        if resource.tags:
            gone = set(keys)
            resource.tags = {key: value for key, value in resource.tags.items() if key not in gone} or None

    def by_arn(self, arn: str) -> Any:
        """Return the resource of this account with an ARN, if it is still there."""
        match = _ARN.fullmatch(arn)
        if match is None:
            raise errors.ARN_INVALID(arn=arn)
        found = self.backend.resources.get(match["id"]) or self.global_backend.gateways.get(match["id"])
        if found is None or found.stage in GONE or arn != self.arn_of(found):
            raise errors.ARN_NOT_FOUND(arn=arn)
        if found.owner != self.account_id:
            raise errors.ARN_NOT_FOUND(arn=arn)
        return found

    def arn_of(self, resource: Any) -> str:
        """Return the ARN of a resource.

        That of a Direct Connect gateway has no Region [recorded: C7N, TF], nor has that of a resiliency group
        [documented: model (pattern of ResiliencyGroupArn)].
        """
        kind = {
            "lag": "dxlag",
            "virtual interface": "dxvif",
            "gateway": "dx-gateway",
            "resiliency group": "dx-resiliency-group",
        }.get(resource.kind, "dxcon")
        partition = partition_of(resource.region or self.region_name)
        region = "" if resource.kind == "resiliency group" else resource.region
        return f"arn:{partition}:directconnect:{region}:{resource.owner}:{kind}/{resource.id}"
