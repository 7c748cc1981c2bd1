"""The door for what comes through moto: our answers in the place of moto's Direct Connect.

Whatever brings a request to moto's Direct Connect, its mock or one of its servers, ends in the method
``_dispatch`` of ``DirectConnectResponse``, in every version tried (5.0.12 to 5.2.5); applications of flask keep
what leads there, so that a table of routes would be too late for a server that has answered already.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from dx_mock.doors import botocore_endpoint, http_requests, requests_adapters
from dx_mock.engine.faults import LostReply
from dx_mock.process import in_moto_place
from dx_mock.support.patches import Patches

if TYPE_CHECKING:
    from dx_mock.world.world import World

MODULE = "moto.directconnect.urls"
#: the path of the protocol RPC v2 CBOR, which moto does not have
_CBOR_PATH = "{0}/service/(?P<service>[^/]+)/operation/(?P<operation>[^/]+)$"

_patches = Patches()
_original: Any = None


def install() -> None:
    """Take moto's place, as far as moto is loaded."""
    global _original
    urls: Any = sys.modules.get(MODULE)
    response: Any = getattr(urls, "DirectConnectResponse", None)
    if _patches or response is None:
        return
    _original = response._dispatch
    _patches.set(response, "_dispatch", handle)
    _patches.set(urls, "url_paths", {**urls.url_paths, _CBOR_PATH: response.dispatch})


def uninstall() -> None:
    """Give moto its place back."""
    _patches.undo()


def handle(self: Any, request: Any, full_url: str, headers: Any, **more: Any) -> Any:
    """Answer a request as moto hands it over: its own kind of object, or werkzeug's in the server.

    Outside every mock, while a server runs in this process, moto answers itself.
    """
    if botocore_endpoint.under_way.get():
        return 200, {}, b"{}"  # nobody reads it: the answer comes from the end of the wire
    world = in_moto_place.world()
    if world is None:
        return _original(self, request, full_url, headers, **more)
    try:
        return answer(world, request, full_url, headers)
    except LostReply as lost:
        raise requests_adapters.error_of(lost, full_url) from None


def answer(world: World, request: Any, full_url: str, headers: Any) -> http_requests.Answer:
    """Return the same for a given world."""
    from urllib.parse import urlsplit

    lowered = {str(name).lower(): _text(value) for name, value in headers.items()}
    parts = urlsplit(full_url)
    lowered.setdefault("host", parts.netloc)
    method = str(getattr(request, "method", "POST")).upper()
    return http_requests.answer(world, lowered, _body(request), path=parts.path, method=method)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _body(request: Any) -> bytes:
    """Return the body of whatever kind of request moto has: the attribute changed its name over time."""
    for name in ("body", "data", "raw_body"):
        found = getattr(request, name, None)
        if isinstance(found, (bytes, bytearray)):
            return bytes(found)
        if isinstance(found, str):
            return found.encode()
    return b""
