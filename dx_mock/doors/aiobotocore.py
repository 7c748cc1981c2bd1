"""The door for aiobotocore, and aioboto3 above it: one place, the last step before the transport.

The same answers as for botocore.  Other services are moto's, whose responses aiobotocore can't read as they
are: they come through a transport of ours.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from botocore import exceptions
from botocore.awsrequest import HeadersDict

from dx_mock.doors import botocore, botocore_endpoint, other_services
from dx_mock.doors.policy import Decision
from dx_mock.engine.accounts import ACCOUNT_HEADER, access_key_of
from dx_mock.moto_services import core_config
from dx_mock.moto_services.caller_identity import account_of
from dx_mock.process import current_world, served_endpoints
from dx_mock.protocol import contract
from dx_mock.support.patches import Patches

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from dx_mock.world.world import World

MODULE = "aiobotocore.client"

_patches = Patches()
_make_request: Any = None


def install() -> None:
    """Let every client's requests come through here."""
    global _make_request
    client: Any = getattr(sys.modules.get(MODULE), "AioBaseClient", None)
    if client is None or _patches:
        return
    _make_request = client._make_request
    _patches.set(client, "_make_request", _answering_make_request)
    _check_sessions()
    bucket: Any = sys.modules.get("aiobotocore.retries.bucket")
    if bucket is not None:
        for kind in vars(bucket).values():
            if isinstance(kind, type) and "acquire" in vars(kind):
                _patches.set(kind, "acquire", _at_once(kind.acquire))  # type: ignore[attr-defined]


def uninstall() -> None:
    """Put aiobotocore back as it was."""
    _patches.undo()


def _check_sessions() -> None:
    """Look at everything that is about to be sent: the metadata services are asked without a client."""
    for name in ("aiobotocore.httpsession", "aiobotocore.httpxsession"):
        for kind in list(vars(sys.modules.get(name)).values()) if name in sys.modules else ():
            if isinstance(kind, type) and kind.__module__ == name and "send" in vars(kind):
                _patches.set(kind, "send", _checked(vars(kind)["send"]))


def _checked(original: Any) -> Any:
    async def send(self: Any, request: Any) -> Any:
        world = current_world.current()
        if world is None or served_endpoints.is_served(request.url):
            return await original(self, request)
        decision = other_services.decide(world, request.url, by_client=True)
        if decision is not Decision.PASSED:
            raise other_services.sent_elsewhere(None, request.url)
        with other_services.passing(request.url):
            return await original(self, request)

    return send


def _at_once(original: Any) -> Any:
    async def acquire(self: Any, amount: int = 1, block: bool = True) -> Any:
        if not botocore_endpoint.under_way.get():
            return await original(self, amount, block)
        try:
            return await original(self, amount, False)
        except exceptions.CapacityNotAvailableError:
            return True

    return acquire


async def _answering_make_request(
    self: Any, operation_model: OperationModel, request_dict: dict[str, Any], request_context: Any
) -> Any:
    world = current_world.current()
    if world is None or served_endpoints.is_served(request_dict["url"]):
        return await _make_request(self, operation_model, request_dict, request_context)
    if operation_model.service_model.service_name != contract.SERVICE:
        url, what = request_dict["url"], other_services.name_of(operation_model)
        if other_services.decide(world, url, what, by_client=True) is Decision.MOTO:
            return await _by_moto(self, operation_model, request_dict)
        with other_services.passing(url):
            return await _make_request(self, operation_model, request_dict, request_context)
    if core_config.leaves_to_aws(world, request_dict["url"]):
        with other_services.passing(request_dict["url"]):
            return await _make_request(self, operation_model, request_dict, request_context)
    account_id = await _account(world, self, request_dict["headers"])
    if botocore.needs_full_way(world, operation_model):
        return await _full_way(world, self, account_id, operation_model, request_dict)
    return botocore.answer(world, account_id, self.meta.region_name, operation_model, request_dict)


async def _account(world: World, client: Any, headers: Any) -> str:
    """The account that a client acts as; an assumed role that nobody has used yet is asked for its keys."""
    credentials: Any = getattr(client._request_signer, "_credentials", None)
    if getattr(credentials, "method", "") == "assume-role" and not getattr(credentials, "_access_key", None):
        credentials = await credentials.get_frozen_credentials()
    return account_of(access_key_of(credentials), headers.get(ACCOUNT_HEADER), world.default_account_id)


async def _full_way(
    world: World, client: Any, account_id: str, operation: OperationModel, request_dict: dict[str, Any]
) -> Any:
    """What ``AioBaseClient._make_request`` gives or raises, with this world at the end of the wire."""
    endpoint = botocore_endpoint.on_our_wire(world, client, account_id, operation, _Network, _Events)
    token = botocore_endpoint.under_way.set(True)
    try:
        return await endpoint.make_request(operation, request_dict)
    except Exception as problem:
        await client.meta.events.emit(
            f"after-call-error.{operation.service_model.service_id.hyphenize()}.{operation.name}",
            exception=problem,
            context=request_dict["context"],
        )
        raise
    finally:
        botocore_endpoint.under_way.reset(token)


class _Events(botocore_endpoint.Events):
    """The same for aiobotocore's events."""

    async def emit(self, event_name: str, **values: Any) -> Any:
        """Emit an event: without moto's answer to a request, and without pauses between attempts."""
        if self._unsigned and event_name.startswith("request-created."):
            return []
        return botocore_endpoint.heard(event_name, await self._events.emit(event_name, **values))


class _Network(botocore_endpoint.Network):
    """The end of the wire, in the place of aiobotocore's HTTP session."""

    async def send(self, request: Any) -> Any:  # type: ignore[override]
        """The HTTP response to a request, or botocore's own error."""
        return super().send(request)

    def response(self, url: str, status: int, headers: dict[str, str], content: bytes) -> Any:
        """An HTTP response in the form of aiobotocore."""
        return _response(url, status, headers, content)


def _response(url: str, status: int, headers: Any, content: bytes) -> Any:
    awsrequest: Any = sys.modules["aiobotocore.awsrequest"]
    found: Any = HeadersDict()
    found.update(headers)
    return awsrequest.AioAWSResponse(url, status, found, _Raw(content))


class _Raw:
    """A body that is awaited, whole or in pieces."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.raw_headers: Any = ()

    async def read(self, amount: int = -1) -> bytes:
        """The next bytes, or all that are left."""
        end = len(self._content) if amount < 0 else amount
        piece, self._content = self._content[:end], self._content[end:]
        return piece


# --- other services ----------------------------------------------------------------------------------------


async def _by_moto(client: Any, operation: OperationModel, request_dict: dict[str, Any]) -> Any:
    """The answer of moto's mock, which is active."""
    import copy

    endpoint = copy.copy(client._endpoint)
    endpoint._event_emitter = _WithoutHooks(endpoint._event_emitter, False)
    endpoint.http_session = _Moto(operation)
    return await endpoint.make_request(operation, request_dict)


class _WithoutHooks(_Events):
    """Events without the hooks before a request is sent: moto's would do the call once more."""

    async def emit(self, event_name: str, **values: Any) -> Any:
        """Emit any other event."""
        return [] if event_name.startswith("before-send.") else await super().emit(event_name, **values)


class _Moto:
    """moto in the place of aiobotocore's HTTP session."""

    def __init__(self, operation: OperationModel) -> None:
        self._operation = operation

    async def send(self, request: Any) -> Any:
        """Moto's response, in the form of aiobotocore.

        Raises:
            UnansweredServiceError: If a hook has sent the request somewhere else.
        """
        found = other_services.answer_of_moto(request)
        if found is None:
            raise other_services.sent_elsewhere(self._operation, request.url)
        return _response(request.url, found.status_code, dict(found.headers), found.content)
