"""Resiliency groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.graph.resiliency_groups import ResiliencyAssociation, ResiliencyGroup
from dx_mock.handlers.shapes.port_shapes import tags_of

if TYPE_CHECKING:
    from dx_mock.service.caller import Caller


def _summary(caller: Caller, found: ResiliencyGroup) -> dict[str, Any]:
    return {
        "resiliencyGroupId": found.id,
        "resiliencyGroupArn": caller.arn_of(found),
        "resiliencyGroupName": found.name,
        "resiliencyGroupType": "Managed",
        "ownerAccount": found.owner,
        "state": found.stage,
    }


def _group(caller: Caller, found: ResiliencyGroup) -> dict[str, Any]:
    return {"resiliencyGroup": {**_summary(caller, found), "tags": tags_of(caller, found)}}


def _association(caller: Caller, found: ResiliencyAssociation) -> dict[str, Any]:
    return {
        "resiliencyGroupId": found.group.id,
        "connectionArn": caller.arn_of(found.connection),
        "state": found.stage,
    }


def create_resiliency_group(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer CreateResiliencyGroup.

    Limit: The greatest number of groups is guessed; it is not recorded.
    """
    made = caller.create_resiliency_group(
        request["resiliencyGroupName"], request["intendedResiliencyModel"], request.get("tags")
    )
    return _group(caller, made)


def get_resiliency_group(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer GetResiliencyGroup."""
    return _group(caller, caller.resiliency_group(request["resiliencyGroupId"]))


def list_resiliency_groups(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer ListResiliencyGroups."""
    page = caller.list_resiliency_groups(request.get("maxResults"), request.get("nextToken"))
    return {"items": [_summary(caller, found) for found in page], "nextToken": page.next_token}


def update_resiliency_group(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer UpdateResiliencyGroup."""
    found = caller.update_resiliency_group(request["resiliencyGroupId"], request["resiliencyGroupName"])
    return _group(caller, found)


def delete_resiliency_group(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DeleteResiliencyGroup."""
    return _group(caller, caller.delete_resiliency_group(request["resiliencyGroupId"]))


def associate_connections_to_resiliency_group(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer AssociateConnectionsToResiliencyGroup.

    Limit: The greatest number of members of a group is guessed; it is not recorded.
    """
    made = caller.associate_with_resiliency_group(
        request["resiliencyGroupId"], request["connectionIdentifiers"]
    )
    return {"resiliencyGroupAssociations": [_association(caller, each) for each in made]}


def disassociate_connections_from_resiliency_group(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer DisassociateConnectionsFromResiliencyGroup."""
    gone = caller.disassociate_from_resiliency_group(
        request["resiliencyGroupId"], request["connectionIdentifiers"]
    )
    return {"resiliencyGroupAssociations": [_association(caller, each) for each in gone]}


def list_resiliency_group_associations(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer ListResiliencyGroupAssociations."""
    page = caller.list_resiliency_associations(
        request["resiliencyGroupId"], request.get("maxResults"), request.get("nextToken")
    )
    return {"items": [_association(caller, found) for found in page], "nextToken": page.next_token}
