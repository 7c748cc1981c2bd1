"""Who listens to botocore's events after ``before-call``: for their sake a call goes the full way.

Handlers that botocore registers by itself, and moto's, are not listeners: what they do (sign, count attempts,
wait between them) has no use where nothing is sent.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import OperationModel

#: The events between ``before-call`` and ``after-call``, in botocore's order.
EVENTS = (
    "request-created",
    "choose-signer",
    "before-sign",
    "before-send",
    "before-parse",
    "response-received",
    "needs-retry",
)

#: The packages whose handlers belong to every client.
_OWN = frozenset({"botocore", "boto3", "aiobotocore", "aioboto3", "s3transfer", "moto", "dx_mock"})


def anyone(events: Any, operation: OperationModel) -> bool:
    """Return whether somebody listens to an event of an operation's full way.

    botocore's emitter begins its cache of handlers anew whenever one comes or goes; what was found out is kept
    there, so that it is found out once.
    """
    cache = notes(events)
    found: bool | None = cache.get((EVENTS, operation))
    if found is None:
        found = cache[EVENTS, operation] = _look(getattr(events, "_emitter", events), operation)
    return found


def place_to_answer(
    events: Any, operation: OperationModel, hooks: Mapping[str, str], *, noted: bool = True
) -> str | None:
    """Return at which event of ``before-call`` to answer, or None where somebody listens after our last hook.

    ``hooks`` has the names of our hooks by their events, in the order in which they are called.  The first may
    answer where botocore's own handlers are all that comes after it.  What was found is noted, as above.
    """
    cache = notes(events) if noted else {}
    if operation not in cache:
        cache[operation] = _place(getattr(events, "_emitter", events), operation, hooks)
    found: str | None = cache[operation]
    return found


def _place(emitter: Any, operation: OperationModel, hooks: Mapping[str, str]) -> str | None:
    named: dict[str, Any] = getattr(emitter, "_unique_id_handlers", {})
    places = {named[name]["handler"]: event for event, name in hooks.items() if name in named}
    service = operation.service_model.service_id.hyphenize()
    following = list(emitter._handlers.prefix_search(f"before-call.{service}.{operation.name}"))
    for handler, event in places.items():
        if handler in following:
            after = following[following.index(handler) + 1 :]
            # Those of botocore's Stubber are the user's.
            if all(each in places or getattr(each, "__module__", "") == "botocore.handlers" for each in after):
                return event
    return None


def notes(events: Any) -> dict[Any, Any]:
    """Return where to keep what is true until a handler comes or goes."""
    found: dict[Any, Any] = getattr(getattr(events, "_emitter", events), "_lookup_cache", {})
    return found


def _look(emitter: Any, operation: OperationModel) -> bool:
    service = operation.service_model.service_id.hyphenize()
    configured = _configured(emitter)
    for event in EVENTS:
        for handler in emitter._handlers.prefix_search(f"{event}.{service}.{operation.name}"):
            if not _is_own(handler):
                return True
            if event == "needs-retry" and not _is_usual(handler, configured):
                return True
    return False


def _is_own(handler: Any) -> bool:
    while isinstance(handler, functools.partial):
        handler = handler.func
    module = getattr(handler, "__module__", None) or type(handler).__module__
    return module.partition(".")[0] in _OWN


def _configured(emitter: Any) -> list[Any]:
    """Return the handlers that stand for a client's own setting ``retries``, which botocore gives names."""
    named: dict[str, Any] = getattr(emitter, "_unique_id_handlers", {})
    return [each["handler"] for name, each in named.items() if name.startswith("retry-config-")]


def _is_usual(handler: Any, configured: list[Any]) -> bool:
    """Return whether a handler of botocore's decides about attempts because of the client's settings.

    Another one was made by the user with botocore's tools, and counts [GitHub: botocore#1605].
    """
    if handler in configured:
        return True
    # The adaptive mode's second handler has no name; it measures and never decides.
    module: str = getattr(handler, "__module__", None) or type(handler).__module__
    return module.endswith(".adaptive") or module.startswith("moto.")
