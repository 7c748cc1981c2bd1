"""AWS Health over HTTP: requests to its hosts, in both protocols that its model has, and their answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dx_mock.engine.accounts import ACCOUNT_HEADER
from dx_mock.moto_services.caller_identity import account_of
from dx_mock.moto_services.health.operations import OPERATIONS
from dx_mock.protocol import bodies, contract
from dx_mock.support.errors import ServiceError

if TYPE_CHECKING:
    from botocore.model import ServiceModel

    from dx_mock.world.world import World

Answer = tuple[int, dict[str, str], bytes]

SERVICE = "health"
_HOST = re.compile(r"(?:global\.)?health(?:-fips)?(?:\.[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?")
_CREDENTIAL = re.compile(r"Credential=(?P<key>[^/,\s]+)/[0-9]{8}/[^/]+/(?P<service>[^/]+)/")


@lru_cache(maxsize=1)
def service_model() -> ServiceModel:
    """Return the model of AWS Health of the installed botocore."""
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    return ServiceModel(Loader().load_service_model(SERVICE, "service-2"), SERVICE)


def has(url: str) -> bool:
    """Return whether a URL is at one of the hosts of AWS Health."""
    return _HOST.fullmatch((urlsplit(url).hostname or "").lower()) is not None


def is_meant(headers: Mapping[str, str], path: str) -> bool:
    """Return whether a request to a server is one to AWS Health, by its signature, target or path."""
    match = _CREDENTIAL.search(headers.get("authorization", ""))
    if match is not None:
        return match["service"] == SERVICE
    return headers.get("x-amz-target", "").startswith("AWSHealth_") or "/service/AWSHealth_" in path


def answer(world: World, headers: Mapping[str, Any], body: Any, path: str) -> Answer:
    """Return the answer to a request; header names are taken in any case."""
    lowered = {
        str(name).lower(): value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for name, value in headers.items()
    }
    cbor = lowered.get("smithy-protocol") == "rpc-v2-cbor"
    name = path.rpartition("/operation/")[2] if cbor else lowered.get("x-amz-target", "").rpartition(".")[2]
    with world.lock:
        world.lifecycle.run_calendar()
        world.ports.observers.time_has_passed(world)
        try:
            status, content = 200, _answer(world, lowered, body, name, cbor)
        except ServiceError as refusal:
            status = refusal.status or 400
            content = bodies.error_cbor(refusal) if cbor else bodies.error_body(refusal)
        request_id = world.ids.refusal()  # a look changes nothing, not even the next id
    kind = "application/cbor" if cbor else "application/x-amz-json-1.1"
    sent = {
        "x-amzn-requestid": request_id,
        "content-type": kind,
        "content-length": str(len(content)),
        "date": format_datetime(world.clock.now(), usegmt=True),
    }
    if cbor:
        sent["smithy-protocol"] = "rpc-v2-cbor"
    return status, sent, content


def _answer(world: World, headers: Mapping[str, str], body: Any, name: str, cbor: bool) -> bytes:
    if name not in OPERATIONS:
        raise ServiceError(
            "UnknownOperationException",
            f"dx_mock has of AWS Health {', '.join(OPERATIONS)}, not {name or 'a call without a name'}",
            404,
        )
    operation = service_model().operation_model(name)
    try:
        content = bodies.read_body(body if isinstance(body, str) else bytes(body or b""), headers)
        asked = contract.decode(operation, content)
    except ServiceError as refusal:  # the checks are those of any model, their code is Direct Connect's
        raise ServiceError("ValidationException", refusal.message) from None
    match = _CREDENTIAL.search(headers.get("authorization", ""))
    account_id = account_of(match["key"] if match else None, headers.get(ACCOUNT_HEADER))
    found = OPERATIONS[name](world, account_id, asked)
    if cbor:
        return bodies.write_cbor(operation.output_shape, contract.encode(operation, found))
    return bodies.write_json(contract.encode(operation, found, "json"))
