"""A check for whole processes: no host is looked up but this machine, whatever a mock lets through."""

from __future__ import annotations

import _socket
import socket
from typing import Any

#: hosts that were looked up although nobody may
looked_up: list[str] = []
_HERE = {"", "localhost", "0.0.0.0", "::", "::1"}


def watch() -> None:
    """Refuse to look up any other host from here on, below whatever a mock patches, and keep its name."""
    original = _socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if (
            name is not None
            and name not in _HERE
            and not name.startswith("127.")
            and name != socket.gethostname()
        ):
            looked_up.append(name)
            raise AssertionError(f"{name} was looked up: no test reaches another machine")
        return original(host, *args, **kwargs)

    _socket.getaddrinfo = getaddrinfo
