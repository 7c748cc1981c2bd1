"""The guard where names are resolved and sockets connect, for every library that has no door of its own.

http.client, httpx, aiohttp and whatever comes next ask ``socket`` for an address.  While a mock is active, code
inside of it gets none for AWS's hosts and the metadata services, as far as the table in ``policy`` does not let
them pass.  Modules that took a function out of ``socket`` before the mock began are guarded, too.  Libraries
that do not ask Python are not seen here; aiodns and uvloop are guarded below, awscrt in ``connection_guard``,
pycurl in ``pycurl_handles``.
"""

from __future__ import annotations

import _socket
import contextvars
import functools
import socket
import sys
from collections.abc import Callable
from typing import Any

from dx_mock.doors import other_services
from dx_mock.process import current_world, import_hooks
from dx_mock.rules import hosts
from dx_mock.support.patches import Patches, named_after

_LOOK_UPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo")
#: As they were when this module was imported; a test may have put something else there when a mock begins.
_FUNCTIONS = {name: (getattr(socket, name), getattr(_socket, name)) for name in _LOOK_UPS}
_SOCKET = socket.socket

_patches = Patches()
#: the modules that were looked through, by name, and the functions of ``socket`` that were found in them
_looked_through: set[str] = {"socket"}
_taken_out: list[tuple[Any, str]] = []


def install() -> None:
    """Let nobody inside a mock look up, or connect to, a host that may not be reached."""
    if not _patches:
        for name in _LOOK_UPS:
            _patches.set(socket, name, _checking(getattr(socket, name)))
        _look_for_more()
        for module, name in _taken_out:
            if vars(module).get(name) in _FUNCTIONS[name]:
                _patches.set(module, name, _checking(vars(module)[name]))
        for kind in _socket_classes():
            _guard_sockets(kind)
    for module, then in _LATER.items():
        import_hooks.when_imported(module, then)


def _look_for_more() -> None:
    """Find modules that have taken functions out of ``socket``; each is looked through once.

    ``_socket`` is one of them: ``socket.getaddrinfo`` calls its function, wherever ``getaddrinfo`` is kept.  An
    audit hook would see every call, but it stays for the life of the process, and each ``id()`` pays for it.
    """
    new = sys.modules.keys() - _looked_through
    _looked_through.update(new)
    for found in map(sys.modules.get, new):
        there = getattr(found, "__dict__", {})
        _taken_out.extend((found, name) for name in _LOOK_UPS if there.get(name) in _FUNCTIONS[name])


def _socket_classes() -> list[Any]:
    """Return the class of sockets, and what a library (gevent) or a test has put in its place."""
    now: Any = socket.socket
    another = isinstance(now, type) and hasattr(now, "connect") and not issubclass(now, _SOCKET)
    return [_SOCKET, now] if another else [_SOCKET]


def _guard_sockets(kind: Any) -> None:
    places = {"connect": 0, "connect_ex": 0, "sendto": -1, "sendmsg": 3}  # sendmsg is not there on Windows
    for name, place in places.items():
        if hasattr(kind, name):
            _patches.set(kind, name, _checking_address(getattr(kind, name), place))


def uninstall() -> None:
    """Put everything back as it was."""
    for module in _LATER:
        import_hooks.stop_waiting(module)
        _late[module].undo()
    _patches.undo()


def check(host: Any) -> None:
    """Refuse a host that the code that asks may not reach.

    Raises:
        RefusedLookupError: If it is such a host, and the code is inside a mock.
    """
    world = current_world.current()
    if world is not None and isinstance(host, (str, bytes, bytearray)):
        other_services.check_lookup(world, hosts.plain(host))


def _checking(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of ``socket`` that takes a host, or an address, first, with the check before it."""

    @named_after(original)
    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        check(host[0] if isinstance(host, tuple) and host else host)
        return original(host, *args, **kwargs)

    return look_up


def _checking_address(original: Callable[..., Any], place: int = 0) -> Callable[..., Any]:
    """Return a method of sockets that takes an address at a place, with the check before it."""

    @named_after(original)
    def reach(self: socket.socket, *args: Any) -> Any:
        for address in args[place:][:1]:
            if isinstance(address, tuple) and address:  # not the path of a Unix socket
                check(address[0])
        return original(self, *args)

    return reach


def _in_this_context(original: Any) -> Any:
    """Return the loop's method, which asks in another thread, so that this task's world is asked there, too."""

    @named_after(original)
    async def getaddrinfo(self: Any, host: Any, port: Any, **kwargs: Any) -> Any:
        if current_world.current() is None:
            return await original(self, host, port, **kwargs)
        check(host)
        run = contextvars.copy_context().run
        return await self.run_in_executor(
            None, functools.partial(run, functools.partial(socket.getaddrinfo, host, port, **kwargs))
        )

    return getaddrinfo


def _checking_method(original: Any, place: int = 0) -> Any:
    """Return a coroutine of a resolver or a loop, whose argument at a place is a host."""

    @named_after(original)
    async def resolve(self: Any, *args: Any, **kwargs: Any) -> Any:
        check(args[place] if len(args) > place else kwargs.get("host"))
        return await original(self, *args, **kwargs)

    return resolve


# --- libraries that are imported late, if at all -----------------------------------------------------------


def _patch_late(module: str, kind: str, method: str, wrap: Callable[[Any], Any]) -> None:
    owner: Any = getattr(sys.modules[module], kind, None)
    original = getattr(owner, method, None)
    if original is not None:
        _late[module].set(owner, method, wrap(original))


def _guard_asyncio() -> None:
    if not _late["asyncio.base_events"]:
        _patch_late("asyncio.base_events", "BaseEventLoop", "getaddrinfo", _in_this_context)


def _guard_uvloop() -> None:
    """Its loop resolves names by itself."""
    if not _late["uvloop"]:
        _patch_late("uvloop", "Loop", "getaddrinfo", _checking_method)
        _patch_late("uvloop", "Loop", "create_connection", functools.partial(_checking_method, place=1))


def _guard_aiohttp() -> None:
    """Guard aiodns where it is installed: it resolves names without Python's sockets."""
    if not _late["aiohttp.resolver"]:
        _patch_late("aiohttp.resolver", "AsyncResolver", "resolve", _checking_method)


_LATER = {
    "asyncio.base_events": _guard_asyncio,
    "uvloop": _guard_uvloop,
    "aiohttp.resolver": _guard_aiohttp,
}
_late = {module: Patches() for module in _LATER}
