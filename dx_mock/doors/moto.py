"""The door for what comes through moto: our answers in the place of moto's Direct Connect.

moto routes a request by ``moto.directconnect.urls.url_paths``, which every version tried (5.0.12 to 5.2.5)
reads anew for every request.  While a mock is active that table points here.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from dx_mock.doors import botocore_endpoint, http_requests, requests_adapters
from dx_mock.engine.faults import LostReply
from dx_mock.process import current_world

if TYPE_CHECKING:
    from dx_mock.world.world import World

MODULE = "moto.directconnect.urls"

_original: dict[str, Any] | None = None


def install() -> None:
    """Take moto's place, as far as moto is loaded."""
    global _original
    urls: Any = sys.modules.get(MODULE)
    if urls is None or _original is not None:
        return
    _original = dict(urls.url_paths)
    urls.url_paths.clear()
    # The second path is that of the protocol RPC v2 CBOR.
    urls.url_paths.update(
        {"{0}/$": handle, "{0}/service/(?P<service>[^/]+)/operation/(?P<operation>[^/]+)$": handle}
    )


def uninstall() -> None:
    """Give moto its place back."""
    global _original
    urls: Any = sys.modules.get(MODULE)
    if urls is not None and _original is not None:
        urls.url_paths.clear()
        urls.url_paths.update(_original)
    _original = None


def handle(request: Any, full_url: str, headers: Any, **more: Any) -> Any:
    """Answer a request as moto hands it over: its own kind of object, or werkzeug's in the server.

    Outside every mock, while a server runs in this process, moto answers itself.
    """
    if botocore_endpoint.under_way.get():
        return 200, {}, b"{}"  # nobody reads it: the answer comes from the end of the wire
    world = current_world.current()
    if world is None:
        assert _original is not None
        return _original["{0}/$"](request, full_url, headers, **more)
    try:
        return answer(world, request, full_url, headers)
    except LostReply as lost:
        raise requests_adapters.error_of(lost, full_url) from None


def answer(world: World, request: Any, full_url: str, headers: Any) -> http_requests.Answer:
    """The same for a given world."""
    lowered = {str(name).lower(): _text(value) for name, value in headers.items()}
    return http_requests.answer(world, lowered, _body(request), region=None, path=_path(full_url))


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _path(url: str) -> str:
    from urllib.parse import urlsplit

    return urlsplit(url).path


def _body(request: Any) -> bytes:
    """The body of whatever kind of request moto has: the attribute changed its name over time."""
    for name in ("body", "data", "raw_body"):
        found = getattr(request, name, None)
        if isinstance(found, (bytes, bytearray)):
            return bytes(found)
        if isinstance(found, str):
            return found.encode()
    return b""
