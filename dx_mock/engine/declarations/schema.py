"""The JSON Schema of declarations, made from the installed botocore model: the members are the API's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from dx_mock.protocol import contract
from dx_mock.rules.releases import RELEASES
from dx_mock.support.clock import Follows

_ACCOUNT = {"type": "string", "pattern": "^[0-9]{12}$"}
_OWNER = {**_ACCOUNT, "description": "Its owner's account; the topology's account if left out."}
_REGION = {"type": "string", "description": "Its Region; the topology's region if left out."}
_DEVICE = {
    "type": "integer",
    "minimum": 1,
    "maximum": 4,
    "description": "The device of the location that it is on; AWS chooses if left out.",
}


def _state(*states: str) -> dict[str, Any]:
    return {"enum": list(states), "description": f"{states[0]} if left out."}


def from_shape(shape: Any) -> dict[str, Any]:
    """Return the schema of a shape of the model."""
    kind = shape.type_name
    if kind == "structure":
        return {
            "type": "object",
            "properties": {name: from_shape(member) for name, member in shape.members.items()},
            "required": list(shape.required_members),
            "additionalProperties": False,
        }
    if kind == "list":
        return {"type": "array", "items": from_shape(shape.member)}
    if kind in ("integer", "long"):
        return {"type": "integer"}
    if kind == "boolean":
        return {"type": "boolean"}
    return {"type": "string", **({"enum": list(shape.enum)} if shape.enum else {})}


def _request(operation: str, *without: str) -> dict[str, Any]:
    """Return the schema of a request, without some of its members."""
    found = from_shape(contract.service_model().operation_model(operation).input_shape)
    for name in without:
        found["properties"].pop(name, None)
    found["required"] = [name for name in found["required"] if name not in without]
    return found


def _entry(request: dict[str, Any], **more: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a list of requests with further members, and mark those in ``required``."""
    needed = [name for name, each in more.items() if each.get("needed")]
    extra = {name: {key: v for key, v in each.items() if key != "needed"} for name, each in more.items()}
    item = {**request, "properties": {**request["properties"], **extra}}
    item["required"] = [*request["required"], *needed]
    return {"type": "array", "items": item}


def _virtual_interface() -> dict[str, Any]:
    """Return the members of new virtual interfaces, of all types together."""
    model: Any = contract.service_model()
    properties: dict[str, Any] = {}
    for kind in ("Private", "Public", "Transit"):
        properties.update(from_shape(model.shape_for(f"New{kind}VirtualInterface"))["properties"])
    return {
        "type": "object",
        "properties": properties,
        "required": ["virtualInterfaceName", "vlan"],
        "additionalProperties": False,
    }


def schema() -> dict[str, Any]:
    """Return the schema of a whole declaration."""
    name = {"type": "string", "needed": True}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Direct Connect world for dx_mock",
        "description": "Lists of the parameters of the API's Create calls, with names in the place of ids.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "region": {**_REGION, "description": "The Region if an entry names none; us-east-1 if left out."},
            "account": {**_ACCOUNT, "description": "The owner if an entry names none; moto's if left out."},
            "release": {
                "enum": list(RELEASES),
                "description": "Which AWS it is, if no setting says; as it was last seen if left out.",
            },
            "clock": {
                "enum": list(get_args(Follows)),
                "description": "Whether time begins at a fixed date and stands, or is the machine's, if no "
                "setting says; fixed if left out.",
            },
            "partners": {
                "description": "Accounts that are partners, or a mapping of them to their names.",
                "type": ["array", "object"],
                "items": _ACCOUNT,
                "additionalProperties": {"type": "string", "minLength": 1},
            },
            "connections": _entry(
                _request("CreateConnection", "lagId"),
                account=_OWNER, region=_REGION, device=_DEVICE,
                state=_state("available", "requested", "pending", "down"),
            ),
            "interconnects": _entry(
                _request("CreateInterconnect", "lagId"),
                account=_OWNER, region=_REGION, device=_DEVICE,
                state=_state("available", "requested", "pending", "down"),
            ),
            "lags": _entry(
                _request("CreateLag"),
                account=_OWNER, region=_REGION, device=_DEVICE, minimumLinks={"type": "integer"},
            ),
            "hostedConnections": _entry(
                _request("AllocateHostedConnection"),
                account=_OWNER, region=_REGION, state=_state("available", "ordering"),
            ),
            "directConnectGateways": _entry(_request("CreateDirectConnectGateway"), account=_OWNER),
            "virtualInterfaces": _entry(
                _virtual_interface(),
                type={"enum": ["private", "public", "transit"], "needed": True},
                connectionId={**name, "description": "A connection, hosted connection or LAG, by its name."},
                ownerAccount={**_ACCOUNT, "description": "Another owner, who accepts the allocated one."},
                account={**_OWNER, "description": "The owner of the connection."},
                region=_REGION,
                state=_state("available", "confirming", "down"),
            ),
            "directConnectGatewayAssociations": _entry(
                _request("CreateDirectConnectGatewayAssociation", "virtualGatewayId"),
                account=_OWNER, region=_REGION,
            ),
        },
    }  # fmt: skip
