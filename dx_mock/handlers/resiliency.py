"""Resiliency groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.graph.resiliency_groups import ResiliencyAssociation, ResiliencyGroup
from dx_mock.handlers.shapes.port_shapes import tags_of

if TYPE_CHECKING:
    from dx_mock.service import DirectConnectBackend


def _summary(backend: DirectConnectBackend, found: ResiliencyGroup) -> dict[str, Any]:
    return {
        "resiliencyGroupId": found.id,
        "resiliencyGroupArn": backend.arn_of(found),
        "resiliencyGroupName": found.name,
        "resiliencyGroupType": "Managed",
        "ownerAccount": found.owner,
        "state": found.stage,
    }


def _group(backend: DirectConnectBackend, found: ResiliencyGroup) -> dict[str, Any]:
    return {"resiliencyGroup": {**_summary(backend, found), "tags": tags_of(backend, found)}}


def _association(backend: DirectConnectBackend, found: ResiliencyAssociation) -> dict[str, Any]:
    return {
        "resiliencyGroupId": found.group.id,
        "connectionArn": backend.arn_of(found.connection),
        "state": found.stage,
    }


def create_resiliency_group(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """CreateResiliencyGroup.

    Limit: How many groups there may be is guessed: nobody recorded it.
    """
    made = backend.create_resiliency_group(
        request["resiliencyGroupName"], request["intendedResiliencyModel"], request.get("tags")
    )
    return _group(backend, made)


def get_resiliency_group(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """GetResiliencyGroup."""
    return _group(backend, backend.resiliency_group(request["resiliencyGroupId"]))


def list_resiliency_groups(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """ListResiliencyGroups."""
    page = backend.list_resiliency_groups(request.get("maxResults"), request.get("nextToken"))
    return {"items": [_summary(backend, found) for found in page], "nextToken": page.next_token}


def update_resiliency_group(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """UpdateResiliencyGroup."""
    found = backend.update_resiliency_group(request["resiliencyGroupId"], request["resiliencyGroupName"])
    return _group(backend, found)


def delete_resiliency_group(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """DeleteResiliencyGroup."""
    return _group(backend, backend.delete_resiliency_group(request["resiliencyGroupId"]))


def associate_connections_to_resiliency_group(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """AssociateConnectionsToResiliencyGroup.

    Limit: How many members a group may have is guessed: nobody recorded it.
    """
    made = backend.associate_with_resiliency_group(
        request["resiliencyGroupId"], request["connectionIdentifiers"]
    )
    return {"resiliencyGroupAssociations": [_association(backend, each) for each in made]}


def disassociate_connections_from_resiliency_group(
    backend: DirectConnectBackend, request: Any
) -> dict[str, Any]:
    """DisassociateConnectionsFromResiliencyGroup."""
    gone = backend.disassociate_from_resiliency_group(
        request["resiliencyGroupId"], request["connectionIdentifiers"]
    )
    return {"resiliencyGroupAssociations": [_association(backend, each) for each in gone]}


def list_resiliency_group_associations(backend: DirectConnectBackend, request: Any) -> dict[str, Any]:
    """ListResiliencyGroupAssociations."""
    page = backend.list_resiliency_associations(
        request["resiliencyGroupId"], request.get("maxResults"), request.get("nextToken")
    )
    return {"items": [_association(backend, found) for found in page], "nextToken": page.next_token}
