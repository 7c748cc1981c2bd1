"""The door for boto3 and botocore in this process.

A client that is made while a mock is active gets a ``before-call`` hook, the last one, so that a user's own
hooks and stubs come first; where only botocore's handlers would follow, another hook answers before these.  For
clients made earlier ``BaseClient._make_request`` is patched: the last step before the transport, which every
client passes.  All come after botocore has built and validated the request; answering there needs no
credentials, no endpoint, no signature and no network.

A call takes the full way through botocore's own endpoint where somebody would see the difference: a fault may
strike it, somebody listens to an event that comes later, or its endpoint can't be reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.client import BaseClient

from dx_mock.doors import botocore_answers, botocore_endpoint, listeners, other_services
from dx_mock.engine.accounts import ACCOUNT_HEADER, access_key_of
from dx_mock.moto_services import access_control, core_config, recorder
from dx_mock.moto_services.caller_identity import account_of
from dx_mock.process import current_world, served_endpoints
from dx_mock.protocol import bodies, contract, regions
from dx_mock.support.patches import Patches
from dx_mock.world.dispatcher import Call

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.awsrequest import AWSResponse
    from botocore.model import OperationModel

    from dx_mock.world.world import World

#: The class with its private members, which the stubs do not have.
_Client: Any = BaseClient
#: the event of our service, which is emitted before that of all services, and that one
_OWN_EVENT, _EVENT = f"before-call.{contract.SERVICE}", "before-call"
#: the names of our hooks in a client's emitter
_HOOKS = {_OWN_EVENT: "dx_mock, early", _EVENT: "dx_mock"}

_patches = Patches()
_make_request = _Client._make_request
_init = _Client.__init__


def install() -> None:
    """Let every client's requests come through here."""
    global _make_request, _init
    botocore_endpoint.install()
    if _patches:
        return
    regions.known()  # nothing is read from disk when a call comes
    _make_request, _init = _Client._make_request, _Client.__init__
    _patches.set(_Client, "_make_request", _answering_make_request)
    _patches.set(_Client, "__init__", _hooking_init)


def uninstall() -> None:
    """Put botocore back as it was; hooks on clients made meanwhile let everything pass."""
    botocore_endpoint.uninstall()
    _patches.undo()


def _hooking_init(self: Any, *arguments: Any, **options: Any) -> None:
    _init(self, *arguments, **options)
    if self.meta.service_model.service_name == contract.SERVICE and not hasattr(self, "__aenter__"):
        _register(self, _early_before_call, _before_call)


def _register(client: Any, early: Any, last: Any) -> None:
    events = client.meta.events
    for event, hook in ((_OWN_EVENT, early), (_EVENT, last)):
        events.unregister(event, unique_id=_HOOKS[event])
        events.register_last(event, hook, unique_id=_HOOKS[event])


def bind(client: Any, world_of: Callable[[], World]) -> None:
    """Let a client call on one world only, whichever is active where it is used.

    ``world_of`` gives the world, or raises when there is none to call on.
    """
    client._dx_mock_world_of = world_of
    _register(client, _early_hook(world_of), _hook(world_of))


def world_for(client: Any) -> World | None:
    """Return the world that a client calls on: its own, or the one that is active here."""
    world_of: Callable[[], World] | None = getattr(client, "_dx_mock_world_of", None)
    return current_world.current() if world_of is None else world_of()


def _early_hook(world_of: Callable[[], World | None]) -> Any:
    """Return a hook that answers where it was found out that nobody would see the difference, else gives None.

    It is the way of nearly every call, and so without the detours that a look of its own would take.
    """

    def early_before_call(
        model: OperationModel, params: dict[str, Any], request_signer: Any, context: dict[str, Any], **_: Any
    ) -> tuple[AWSResponse, dict[str, Any]] | None:
        try:
            if request_signer._event_emitter._emitter._lookup_cache.get(model) != _OWN_EVENT:
                return None
        except AttributeError:
            return None
        world = world_of()
        if (
            world is None
            or world.faults
            or served_endpoints.is_served(params["url"])
            or core_config.leaves_to_aws(world, params["url"])
            or access_control.is_enforced()
            or recorder.is_recording()
        ):
            return None
        account_id = account(world, request_signer, params["headers"])
        return answer(world, account_id, context["client_region"], model, params)

    return early_before_call


def _hook(world_of: Callable[[], World | None]) -> Any:
    """Return a hook that answers at ``before-call`` from a world, or gives None where that is not possible.

    botocore comes to ``_answering_make_request`` next then.
    """

    def before_call(
        model: OperationModel, params: dict[str, Any], request_signer: Any, context: dict[str, Any], **_: Any
    ) -> tuple[AWSResponse, dict[str, Any]] | None:
        world = world_of()
        region, url = context.get("client_region"), params["url"]
        if (
            world is None
            or region is None
            or served_endpoints.is_served(url)
            or core_config.leaves_to_aws(world, url)
        ):
            return None
        events = request_signer._event_emitter
        if takes_the_full_way(world, events, region, model, url):
            return None
        # That a made-up Region has an endpoint can change with the environment.
        if listeners.place_to_answer(events, model, _HOOKS, noted=region in regions.known()) is None:
            return None
        return answer(world, account(world, request_signer, params["headers"]), region, model, params)

    return before_call


_early_before_call, _before_call = _early_hook(current_world.current), _hook(current_world.current)


def takes_the_full_way(world: World, events: Any, region: str, operation: OperationModel, url: str) -> bool:
    """Return whether a call goes through botocore's endpoint, for somebody would see the difference.

    A listener would, a fault, moto's IAM and its recorder; and a Region that can't be reached.
    """
    return (
        listeners.anyone(events, operation)
        or bool(world.faults and world.faults.concern(operation.name))
        or access_control.is_enforced()
        or recorder.is_recording()
        or (region not in regions.known() and regions.unreachable(region, url) is not None)
    )


def _answering_make_request(
    self: Any, operation_model: OperationModel, request_dict: dict[str, Any], request_context: Any
) -> Any:
    world = world_for(self)
    if world is None or served_endpoints.is_served(request_dict["url"]):
        return _make_request(self, operation_model, request_dict, request_context)
    if operation_model.service_model.service_name != contract.SERVICE:
        return other_services.make_request(
            world, self, operation_model, request_dict, request_context, _make_request
        )
    if core_config.leaves_to_aws(world, request_dict["url"]):
        with other_services.passing(request_dict["url"]):
            return _make_request(self, operation_model, request_dict, request_context)
    account_id = account(world, self._request_signer, request_dict["headers"])
    region = self.meta.region_name
    if takes_the_full_way(world, self.meta.events, region, operation_model, request_dict["url"]):
        return botocore_endpoint.make_request(world, self, account_id, operation_model, request_dict)
    return answer(world, account_id, region, operation_model, request_dict)


def account(world: World, signer: Any, headers: Any) -> str:
    """Return the account that a client acts as."""
    credentials = getattr(signer, "_credentials", None)
    return account_of(access_key_of(credentials), headers.get(ACCOUNT_HEADER), world.default_account_id)


def answer(
    world: World, account_id: str, region: str, operation: OperationModel, request_dict: dict[str, Any]
) -> tuple[AWSResponse, dict[str, Any]]:
    """Return the world's answer to a request that a client has prepared."""
    headers = request_dict["headers"]
    parameters = request_dict["body"]
    if type(parameters) is not bytes or "smithy-protocol" in headers:
        parameters = bodies.read_body(parameters, headers)
    reply = world.dispatch(Call(operation, parameters, account_id, region))
    url = request_dict["url"]
    if reply.lost is not None:  # a fault that was added since the client chose the short way
        raise botocore_endpoint.error_of(reply.lost, url)
    if reply.error is not None:
        moment = world.clock.now()
        return botocore_answers.parsed_error(reply.error, reply.request_id, operation, url, moment)
    return botocore_answers.parsed(reply, operation, url, world.clock.now())
