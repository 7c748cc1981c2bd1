"""Tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.handlers.shapes.port_shapes import tags_of

if TYPE_CHECKING:
    from dx_mock.service.caller import Caller


def tag_resource(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer TagResource."""
    caller.tag_resource(request["resourceArn"], request["tags"])
    return {}


def untag_resource(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer UntagResource."""
    caller.untag_resource(request["resourceArn"], request["tagKeys"])
    return {}


def describe_tags(caller: Caller, request: Any) -> dict[str, Any]:
    """DescribeTags: an element per ARN, with an empty list where there are none [recorded: C7N]."""
    found = [(arn, caller.by_arn(arn)) for arn in request["resourceArns"]]
    return {
        "resourceTags": [{"resourceArn": arn, "tags": tags_of(caller, resource)} for arn, resource in found]
    }
