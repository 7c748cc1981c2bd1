"""The way into a world of this process for its child processes: ``with dx.serve() as endpoint``."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from dx_mock.world.world import World

#: Which hosts are reached without a proxy.
_LOOPBACK = "localhost,::1,127.0.0.0/8"


def environment_of(url: str, account_id: str, region_name: str, token: str = "") -> dict[str, str]:
    """Return what a process needs in its environment to call an endpoint as an account, and nobody else."""
    host = urlsplit(url).hostname or ""
    return {
        # Those of single services would go before the one for all.
        **{name: url for name in os.environ if name.startswith("AWS_ENDPOINT_URL_")},
        "AWS_ENDPOINT_URL": url,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        # botocore refuses both together with an endpoint.
        "AWS_USE_DUALSTACK_ENDPOINT": "false",
        "AWS_USE_FIPS_ENDPOINT": "false",
        # "data-127.0.0.1" is a name that would be looked up
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_ACCESS_KEY_ID": account_id,
        "AWS_SECRET_ACCESS_KEY": "dx_mock",
        "AWS_SESSION_TOKEN": token,
        "AWS_DEFAULT_REGION": region_name,
        "AWS_REGION": region_name,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Not "127.0.0.1": for Python it has "123456789012.127.0.0.1" in it, which would be looked up.
        **_in_both_cases("NO_PROXY", _LOOPBACK if host in ("127.0.0.1", "::1", "localhost") else host),
    }


class WorldServer(Protocol):
    """What runs an endpoint."""

    @property
    def endpoint_url(self) -> str:
        """Where it answers."""

    @property
    def tunnels_url(self) -> str:
        """The proxy that keeps encrypted requests on this machine."""

    def start(self) -> object:
        """Begin to answer."""

    def stop(self) -> None:
        """End; stopping twice does no harm."""


class Endpoint:
    """Where the world of a mock of this process answers other processes; ``dx.serve()`` makes it."""

    def __init__(self, server: WorldServer, world: World, account_id: str, region_name: str) -> None:
        self._server = server
        self._world = world
        self._account_id = account_id
        self._region_name = region_name

    @property
    def url(self) -> str:
        """Where it answers, for ``endpoint_url``.

        Raises:
            RuntimeError: If it is not running.
        """
        return self._server.endpoint_url

    @property
    def environment(self) -> dict[str, str]:
        """What a child process needs in its environment to be in this world: ``{**os.environ, **environment}``.

        The endpoint, keys that stand for the account, a Region, no metadata service.  And proxies: what goes
        past the endpoint comes here as well, and is answered, refused or let through as in this process.

        Raises:
            RuntimeError: If it is not running.
        """
        url, tunnels = self.url, self._server.tunnels_url
        return {
            **environment_of(url, self._account_id, self._region_name),
            **_in_both_cases("HTTP_PROXY", url),
            **_in_both_cases("HTTPS_PROXY", tunnels),
            **_in_both_cases("NO_PROXY", _LOOPBACK),
        }

    def start(self) -> Endpoint:
        """Begin to answer; it ends with the mock at the latest.

        Raises:
            ServerError: If moto's server is not installed, or the port can't be bound.
            RuntimeError: If the mock is not active, or this is running already.
        """
        if not self._world.active:
            raise RuntimeError("serve() needs a mock that is active: its world is what is served")
        self._server.start()
        self._world.ports.other_services.ends_with_it(_in_this_process(self.stop))
        return self

    def stop(self) -> None:
        """Finish what is being answered and end; stopping twice does no harm."""
        self._server.stop()

    def __enter__(self) -> Endpoint:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Endpoint of {self._server!r}>"


def _in_both_cases(name: str, value: str) -> dict[str, str]:
    """Return a variable for programs that read it in capitals, and for those that read it in small letters."""
    return {name: value, name.lower(): value}


def _in_this_process(stop: Callable[[], None]) -> Callable[[], None]:
    """Return what stops a server in this process, and nothing in a fork, which has none of its threads."""
    pid = os.getpid()

    def stop_here() -> None:
        if os.getpid() == pid:
            stop()

    return stop_here
