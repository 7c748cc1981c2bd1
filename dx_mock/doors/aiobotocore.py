"""The door for aiobotocore, and aioboto3 above it: one place, the last step before the transport.

The same answers as for botocore.  Other services are moto's, whose responses aiobotocore can't read as they
are: they come through a transport of ours.
"""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

from botocore import exceptions
from botocore.awsrequest import HeadersDict

from dx_mock.doors import botocore, botocore_endpoint, other_services
from dx_mock.doors.policy import Decision
from dx_mock.moto_services import core_config
from dx_mock.process import credentials, current_world, full_way, served_endpoints
from dx_mock.protocol import contract
from dx_mock.support.patches import Patches

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from dx_mock.world.world import World

MODULE = "aiobotocore.client"
#: It imports the client's module, and what has to do with credentials.
SESSION_MODULE = "aiobotocore.session"

_patches = Patches()
_credential_patches = Patches()
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
    _credential_patches.undo()
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


# --- credentials -------------------------------------------------------------------------------------------


def install_credentials() -> None:
    """Lend credentials as :mod:`dx_mock.process.credentials` does for botocore."""
    if _credential_patches:
        return
    for module, name, method, patched in (
        ("aiobotocore.credentials", "AioCredentialResolver", "load_credentials", _loading),
        ("aiobotocore.credentials", "AioProcessProvider", "load", _not_running),
        ("aiobotocore.session", "AioSession", "get_credentials", _keeping_nothing),
        ("aiobotocore.signers", "AioRequestSigner", "get_auth_instance", _signing),
    ):
        owner: Any = getattr(sys.modules.get(module), name, None)
        if owner is not None:
            _credential_patches.set(owner, method, patched(vars(owner)[method]))


def _loading(original: Any) -> Any:
    async def load_credentials(self: Any) -> Any:
        if not credentials.are_lent():
            return await original(self)
        providers = credentials.to_ask(self.providers)
        try:
            for provider in providers:
                found = await provider.load()
                if found is not None:
                    return found
        except exceptions.PartialCredentialsError as problem:
            return _awaited(credentials.halves(problem, providers))
        return _awaited(credentials.LentCredentials())

    return load_credentials


def _not_running(original: Any) -> Any:
    async def load(self: Any) -> Any:
        if not credentials.are_lent():
            return await original(self)
        found = credentials.in_place_of_a_program(self)
        return None if found is None else _awaited(found)

    return load


def _keeping_nothing(original: Any) -> Any:
    async def get_credentials(self: Any) -> Any:
        found = await original(self)
        if getattr(self._credentials, "method", "") == credentials.METHOD:
            self._credentials = None
        return found

    return get_credentials


def _signing(original: Any) -> Any:
    async def get_auth_instance(
        self: Any,
        signing_name: Any,
        region_name: Any,
        signature_version: Any = None,
        request_credentials: Any = None,
        **more: Any,
    ) -> Any:
        if request_credentials is None and credentials.are_lent():
            lent = credentials.to_sign_with(self._credentials)
            request_credentials = None if lent is None else _awaited(lent)
        return await original(self, signing_name, region_name, signature_version, request_credentials, **more)

    return get_auth_instance


def _awaited(found: Any) -> Any:
    """Return the same credentials in the form of aiobotocore."""
    kind: Any = sys.modules["aiobotocore.credentials"].AioCredentials
    return kind(found.access_key, found.secret_key, found.token, method=found.method)


# --- requests ----------------------------------------------------------------------------------------------


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
    world = botocore.world_for(self)
    if world is None or served_endpoints.is_served(request_dict["url"]):
        return await _make_request(self, operation_model, request_dict, request_context)
    if operation_model.service_model.service_name != contract.SERVICE:
        url, what = request_dict["url"], other_services.name_of(operation_model)
        try:
            decision = other_services.decide(world, url, what, by_client=True)
        except other_services.UnansweredServiceError as refused:
            if not other_services.may_hear(self, operation_model, url):
                raise
            return await _by_handlers(self, operation_model, request_dict, refused)
        if decision is Decision.MOTO:
            return await _by_moto(self, operation_model, request_dict)
        with other_services.passing(url):
            return await _make_request(self, operation_model, request_dict, request_context)
    if core_config.leaves_to_aws(world, request_dict["url"]):
        with other_services.passing(request_dict["url"]):
            return await _make_request(self, operation_model, request_dict, request_context)
    account_id = botocore.account(world, self._request_signer, request_dict["headers"])
    region = self.meta.region_name
    if botocore.takes_the_full_way(world, self.meta.events, region, operation_model, request_dict["url"]):
        return await _full_way(world, self, account_id, operation_model, request_dict)
    http, parsed = botocore.answer(world, account_id, region, operation_model, request_dict)
    return _Awaited(http), parsed


class _Awaited:
    """An HTTP response of the short way, whose body aiobotocore's users await."""

    def __init__(self, response: Any) -> None:
        self._response = response

    @property
    async def content(self) -> bytes:
        """The body."""
        content: bytes = self._response.content
        return content

    @property
    async def text(self) -> str:
        """The body as text."""
        text: str = self._response.text
        return text

    @property
    def raw(self) -> Any:
        """The body as aiohttp gives it."""
        return _Raw(self._response.content)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._response, name)


async def _full_way(
    world: World, client: Any, account_id: str, operation: OperationModel, request_dict: dict[str, Any]
) -> Any:
    """Return what ``AioBaseClient._make_request`` gives or raises, with this world at the end of the wire."""
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
        return botocore_endpoint.heard(event_name, await self._events.emit(event_name, **values))


class _Network(botocore_endpoint.Network):
    """The end of the wire, in the place of aiobotocore's HTTP session."""

    async def send(self, request: Any) -> Any:  # type: ignore[override]
        """Return the HTTP response to a request, or botocore's own error."""
        return super().send(request)

    def response(self, url: str, status: int, headers: dict[str, str], content: bytes) -> Any:
        """Return an HTTP response in the form of aiobotocore."""
        return _response(url, status, headers, content)


def _response(url: str, status: int, headers: Any, content: bytes) -> Any:
    awsrequest: Any = sys.modules["aiobotocore.awsrequest"]
    found: Any = HeadersDict()
    found.update(headers)
    return awsrequest.AioAWSResponse(url, status, found, _Raw(content))


class _Raw:
    """A response of aiohttp, as far as its body is concerned, which is awaited, whole or in pieces."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.raw_headers: Any = ()
        self.content = self

    async def __aenter__(self) -> _Raw:
        return self

    async def __aexit__(self, *error: object) -> None:
        """Be done; nothing is open."""

    def close(self) -> None:
        """Be done; nothing is open."""

    def at_eof(self) -> bool:
        """Return whether all was read."""
        return not self._content

    async def read(self, amount: int = -1) -> bytes:
        """Return the next bytes, or all that are left."""
        end = len(self._content) if amount < 0 else amount
        piece, self._content = self._content[:end], self._content[end:]
        return piece


# --- other services ----------------------------------------------------------------------------------------


async def _by_moto(client: Any, operation: OperationModel, request_dict: dict[str, Any]) -> Any:
    """Return the answer of moto's mock, which is active."""
    import copy

    endpoint = copy.copy(client._endpoint)
    endpoint._event_emitter = _WithoutHooks(endpoint._event_emitter)
    endpoint.http_session = _Moto(operation)
    with other_services.said_clearly(other_services.name_of(operation), request_dict["url"]):
        return await endpoint.make_request(operation, request_dict)


async def _by_handlers(
    client: Any, operation: OperationModel, request_dict: dict[str, Any], refused: Exception
) -> Any:
    """Return the answer of a test's own handler to a call that is refused."""
    import copy

    endpoint = copy.copy(client._endpoint)
    endpoint.http_session = _Nobody(refused)
    with full_way.of_a_refused_call():
        return await endpoint.make_request(operation, request_dict)


class _Nobody:
    """Nobody in the place of aiobotocore's HTTP session."""

    def __init__(self, refused: Exception) -> None:
        self._refused = refused

    async def send(self, _: Any) -> Any:
        """Send nothing.

        Raises:
            UnansweredServiceError: If anything is to be sent.
        """
        raise self._refused


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
        request.body = await _whole(request.body)
        found = other_services.answer_of_moto(request)
        if found is None:
            raise other_services.sent_elsewhere(self._operation, request.url)
        return _response(request.url, found.status_code, dict(found.headers), found.content)


async def _whole(body: Any) -> Any:
    """Return a request's body: aiobotocore's own are awaited, which moto can't do [GitHub: moto#9784]."""
    if not hasattr(body, "read"):
        return body
    content = body.read()
    return await content if inspect.isawaitable(content) else content
