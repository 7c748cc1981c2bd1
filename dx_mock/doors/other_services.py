"""Requests to other AWS services while a mock is active: answered by moto, blocked, or passed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError

from dx_mock.moto_services.runtime import moto_is_active

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from dx_mock.world.world import World


class BlockedServiceError(BotoCoreError):
    """A call to another service than Direct Connect inside a mock with ``others="block"``."""

    fmt = (
        "{what} was called inside mock_directconnect(others='block'): only Direct Connect is answered there, "
        "and nothing may reach the network. Use others='moto' to have moto answer it."
    )


class UnansweredServiceError(BlockedServiceError):
    """A call to another service that moto does not answer either."""

    fmt = (
        "{what} was called inside mock_directconnect at {url}, which moto does not answer, and nothing may "
        "reach the network."
    )


def name_of(operation: OperationModel) -> str:
    """A call in words: ``ec2.DescribeVpcs``."""
    return f"{operation.service_model.service_name}.{operation.name}"


def before_request(world: World, client: Any, operation: OperationModel) -> None:
    """Prepare for a request to another service, or refuse it."""
    policy = world.settings.others
    if policy == "block":
        if moto_is_active():
            return
        raise BlockedServiceError(what=name_of(operation))
    if policy == "moto":
        world.ports.other_services.start()
        _attach(client)


def before_aio_request(world: World, operation: OperationModel) -> bool:
    """The same for a client of aiobotocore; says whether moto answers it."""
    policy = world.settings.others
    if policy == "pass" and not moto_is_active():
        return False
    if policy == "block" and not moto_is_active():
        raise BlockedServiceError(what=name_of(operation))
    world.ports.other_services.start()
    return True


def _attach(client: Any) -> None:
    """Give a client that is older than moto's import the hook and the credentials that moto needs."""
    from botocore.credentials import Credentials
    from moto.core.models import botocore_stubber

    # Every hook of before-send runs: a client that has moto's already would have its calls done twice.
    emitter = getattr(client.meta.events, "_emitter", client.meta.events)
    if botocore_stubber not in emitter._handlers.prefix_search("before-send"):
        client.meta.events.register("before-send", botocore_stubber)
    signer = client._request_signer
    if signer._credentials is None:
        signer._credentials = Credentials("FOOBARKEY", "FOOBARSECRET")


def before_raw_request(world: World, url: str) -> None:
    """Prepare for raw HTTP to another AWS service, or refuse it."""
    policy = world.settings.others
    if policy == "pass" or moto_is_active():
        return
    if policy == "block":
        raise BlockedServiceError(what=url)
    world.ports.other_services.start()
