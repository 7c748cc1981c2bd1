"""Calls as CloudTrail records them, with AWS's masks [documented: UG:logging_dc_api_calls]."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from dx_mock.rules.partitions import partition_of
from dx_mock.support.errors import ServiceError
from dx_mock.support.version import __version__

EVENT_SOURCE = "directconnect.amazonaws.com"

#: What CloudTrail shows instead of a member's value; key material never was in a record that anybody published
#: [guessed: ``cak``].
MASKS: Mapping[str, Any] = {
    "amazonAddress": "[PROTECTED]",
    "customerAddress": "[PROTECTED]",
    "authKey": "[PROTECTED]",
    "customerRouterConfig": "[PROTECTED]",
    "cak": "[PROTECTED]",
    "asn": -1,
    "asnLong": -1,
}

#: member with an id -> type of the resource [guessed]
_TYPES: Mapping[str, str] = {
    "connectionId": "AWS::DirectConnect::Connection",
    "interconnectId": "AWS::DirectConnect::Connection",
    "lagId": "AWS::DirectConnect::Lag",
    "virtualInterfaceId": "AWS::DirectConnect::VirtualInterface",
    "directConnectGatewayId": "AWS::DirectConnect::DirectConnectGateway",
}


class Recorded(Protocol):
    """What is used of a call in the record."""

    operation: str
    parameters: dict[str, Any]
    account_id: str
    region_name: str
    error: BaseException | None
    time: datetime
    request_id: str

    @property
    def answer(self) -> Mapping[str, Any] | None:
        """What was answered, whether or not the client got it."""

    @property
    def applied(self) -> bool:
        """Whether the call was answered, even if the answer did not arrive."""


def arrived(call: Recorded) -> bool:
    """Return whether a call got to AWS, so that CloudTrail knows of it: faults break some off before."""
    return call.applied or isinstance(call.error, ServiceError)


def record_of(call: Recorded) -> dict[str, Any]:
    """Return the record of a call."""
    read_only = is_read_only(call.operation)
    refused = call.error if isinstance(call.error, ServiceError) else None
    answer = None if refused is not None or read_only else call.answer
    digits = hashlib.sha256(f"{call.account_id}:{call.region_name}:{call.request_id}".encode()).hexdigest()
    found: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "Root",
            "principalId": call.account_id,
            "arn": f"arn:{partition_of(call.region_name)}:iam::{call.account_id}:root",
            "accountId": call.account_id,
        },
        "eventTime": f"{call.time:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": EVENT_SOURCE,
        "eventName": call.operation,
        "awsRegion": call.region_name,
        "sourceIPAddress": "127.0.0.1",
        "userAgent": f"dx_mock/{__version__}",
        "requestParameters": masked(call.parameters) or None,
        "responseElements": masked(answer) if answer else None,
        "requestID": call.request_id,
        "eventID": f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}",
        "readOnly": read_only,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": call.account_id,
        "eventCategory": "Management",
    }
    if refused is not None:
        found["errorCode"], found["errorMessage"] = refused.code, refused.message
    return found


def is_read_only(operation: str) -> bool:
    """Return whether an operation changes nothing."""
    return operation.startswith(("Describe", "List", "Get"))


def masked(value: Any) -> Any:
    """Return parameters or an answer for JSON, with AWS's masks."""
    if isinstance(value, Mapping):
        return {str(name): MASKS[name] if name in MASKS else masked(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [masked(each) for each in value]
    if isinstance(value, datetime):
        return f"{value:%b} {value.day}, {value.year} {value:%I:%M:%S %p}".replace(" 0", " ")
    if value is None or isinstance(value, (str, int, float)):
        return value
    return str(value)


def resources_of(record: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the resources that a record names, each once."""
    found = {}
    for part in (record["requestParameters"], record["responseElements"]):
        for kind, name in _ids(part):
            found[name] = kind
    return [{"ResourceType": kind, "ResourceName": name} for name, kind in found.items()]


def _ids(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name in _TYPES and isinstance(each, str) and each:
                yield _TYPES[name], each
            else:
                yield from _ids(each)
    elif isinstance(value, list):
        for each in value:
            yield from _ids(each)
