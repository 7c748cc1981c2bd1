"""The way into a world of this process for its child processes: ``with dx.serve() as endpoint``."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from dx_mock.world.world import World


class WorldServer(Protocol):
    """What runs an endpoint."""

    @property
    def endpoint_url(self) -> str:
        """Where it answers."""

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

        The endpoint, keys that stand for the account, a Region, no metadata service and no proxy.

        Raises:
            RuntimeError: If it is not running.
        """
        url = self.url
        no_proxy = ",".join(
            filter(None, (os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), "127.0.0.1"))
        )
        return {
            # Those of single services would go before the one for all.
            **{name: url for name in os.environ if name.startswith("AWS_ENDPOINT_URL_")},
            "AWS_ENDPOINT_URL": url,
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
            # "123456789012.127.0.0.1" is a name that would be looked up
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AWS_ACCESS_KEY_ID": self._account_id,
            "AWS_SECRET_ACCESS_KEY": "dx_mock",
            "AWS_SESSION_TOKEN": "",
            "AWS_DEFAULT_REGION": self._region_name,
            "AWS_REGION": self._region_name,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": no_proxy,
            "no_proxy": no_proxy,
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Endpoint of {self._server!r}>"


def _in_this_process(stop: Callable[[], None]) -> Callable[[], None]:
    """Return what stops a server in this process, and nothing in a fork, which has none of its threads."""
    pid = os.getpid()

    def stop_here() -> None:
        if os.getpid() == pid:
            stop()

    return stop_here
