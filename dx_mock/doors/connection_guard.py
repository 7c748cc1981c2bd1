"""The guard for requests on connections that look nothing up: to a proxy, or open since before the mock.

And for awscrt, a library of C, which looks names up by itself.  The guard stands where a connection is about to
be used, below the mocks that a test may have for a library.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from typing import Any

from dx_mock.doors import name_guard, policy
from dx_mock.process import import_hooks
from dx_mock.rules import hosts
from dx_mock.support.patches import Patches, named_after


def _of_url(self: Any, method: str, url: Any, *_: Any, **__: Any) -> Any:
    """Return the host of a connection of http.client; if that is a proxy's, of its tunnel or the whole URL."""
    tunnel = getattr(self, "_tunnel_host", None)  # http.client has no public name for it
    if tunnel:
        return tunnel
    whole = isinstance(url, str) and policy.is_whole(url) and not hosts.is_aws(hosts.plain(self.host))
    return policy.host_of(url) if whole else self.host


def _of_tunnel(self: Any, host: Any, *_: Any, **__: Any) -> Any:
    """http.client asks a proxy for a tunnel."""
    return host


def _of_httpcore(self: Any, request: Any, *_: Any, **__: Any) -> Any:
    return request.url.host


def _of_aiohttp(self: Any, request: Any, *_: Any, **__: Any) -> Any:
    return request.url.host


def _of_host(_: Any, host_name: Any, *__: Any, **___: Any) -> Any:
    """Return what awscrt is given first."""
    return host_name


def _of_headers(self: Any, *, request: Any, **_: Any) -> Any:
    """Return the host of a request that awscrt's client of S3 is given."""
    return policy.host_of(f"//{request.headers.get('host') or ''}")


def _of_self(self: Any, *_: Any, **__: Any) -> Any:
    """Return the host of one of awscrt's connections of MQTT."""
    return self.host_name


def _of_options(_: Any, client_options: Any) -> Any:
    return client_options.host_name


def _check(original: Any, host: Any) -> None:
    """Refuse a host; httpcore's users expect an error of its own."""
    try:
        name_guard.check(host)
    except OSError as refused:
        if original.__module__.startswith("httpcore."):
            raise sys.modules["httpcore"].ConnectError(str(refused)) from refused
        raise


HostOf = Callable[..., Any]

#: module -> class, method, and what says the host that is meant; where a library has it otherwise, it is left
_PLACES: dict[str, tuple[tuple[str, str, HostOf], ...]] = {
    "http.client": (
        ("HTTPConnection", "putrequest", _of_url),
        ("HTTPConnection", "set_tunnel", _of_tunnel),
    ),
    "httpcore._sync.connection": (("HTTPConnection", "handle_request", _of_httpcore),),
    "httpcore._async.connection": (("AsyncHTTPConnection", "handle_async_request", _of_httpcore),),
    "httpcore._sync.http_proxy": (
        ("ForwardHTTPConnection", "handle_request", _of_httpcore),
        ("TunnelHTTPConnection", "handle_request", _of_httpcore),
    ),
    "httpcore._sync.socks_proxy": (("Socks5Connection", "handle_request", _of_httpcore),),
    "httpcore._async.http_proxy": (
        ("AsyncForwardHTTPConnection", "handle_async_request", _of_httpcore),
        ("AsyncTunnelHTTPConnection", "handle_async_request", _of_httpcore),
    ),
    "httpcore._async.socks_proxy": (("AsyncSocks5Connection", "handle_async_request", _of_httpcore),),
    "aiohttp.connector": (("BaseConnector", "connect", _of_aiohttp),),
    "awscrt.http": (
        ("HttpClientConnection", "new", _of_host),
        ("HttpClientConnectionBase", "_generic_new", lambda host_name, *_, **__: host_name),
    ),
    "awscrt.s3": (("S3Client", "make_request", _of_headers),),
    "awscrt.mqtt": (("Connection", "connect", _of_self),),
    "awscrt.mqtt5": (("Client", "__init__", _of_options),),
}
_patches = {module: Patches() for module in _PLACES}


def install() -> None:
    """Let nobody inside a mock ask a proxy for a host that may not be reached."""
    for module in _PLACES:
        import_hooks.when_imported(module, functools.partial(_guard, module))


def uninstall() -> None:
    """Put everything back as it was."""
    for module, patches in _patches.items():
        import_hooks.stop_waiting(module)
        patches.undo()


def _guard(module: str) -> None:
    if _patches[module]:
        return
    for class_name, name, host_of in _PLACES[module]:
        kind: Any = getattr(sys.modules[module], class_name, None)
        original = vars(kind).get(name) if kind is not None else None
        if original is not None:
            _patches[module].set(kind, name, _checking(original, host_of))


def _checking(original: Any, host_of: HostOf) -> Any:
    """Return a method with the check before it, a coroutine or a method of a class where it is one."""
    if isinstance(original, (classmethod, staticmethod)):
        return type(original)(_checking(original.__func__, host_of))
    if inspect.iscoroutinefunction(original):

        @named_after(original)
        async def ask(self: Any, *args: Any, **kwargs: Any) -> Any:
            _check(original, host_of(self, *args, **kwargs))
            return await original(self, *args, **kwargs)

        return ask

    @named_after(original)
    def ask_now(self: Any, *args: Any, **kwargs: Any) -> Any:
        _check(original, host_of(self, *args, **kwargs))
        return original(self, *args, **kwargs)

    return ask_now
