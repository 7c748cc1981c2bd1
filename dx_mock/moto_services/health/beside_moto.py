"""AWS Health beside moto's services: moto would answer that it is not implemented."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import urlsplit

from dx_mock.moto_services.health import endpoint
from dx_mock.process import current_world
from dx_mock.support.patches import Patches

MODULE = "moto.core.botocore_stubber"

_patches = Patches()


def install() -> None:
    """Answer requests to AWS Health where moto answers those to its own services."""
    stubber: Any = getattr(sys.modules.get(MODULE), "BotocoreStubber", None)
    if _patches or not hasattr(stubber, "process_request"):
        return
    _patches.set(stubber, "process_request", _processing(stubber.process_request))


def uninstall() -> None:
    """Put moto's method back."""
    _patches.undo()


def _processing(original: Any) -> Any:
    def process_request(self: Any, request: Any) -> Any:
        world = current_world.current()
        if world is None or not endpoint.has(request.url):
            return original(self, request)
        return endpoint.answer(world, request.headers, request.body, urlsplit(request.url).path)

    return process_request
