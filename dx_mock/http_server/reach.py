"""From where a server can be reached, and at which address."""

from __future__ import annotations

import socket
from contextlib import suppress

from dx_mock.rules import hosts

#: Where this machine reaches a server that listens on all addresses, which not all clients can connect to.
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def is_loopback(address: str) -> bool:
    """Return whether only this machine reaches an address."""
    found = hosts.address_of(hosts.plain(address))
    return found is not None and found.is_loopback


def url(host: str, port: int) -> str:
    """Return the URL of a server on this machine."""
    host = EVERY_ADDRESS.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def url_from_elsewhere(host: str, port: int) -> str:
    """Return the URL for other machines, as far as this one knows it."""
    if host not in EVERY_ADDRESS:
        return url(host, port)
    family, target = (socket.AF_INET6, "2001:db8::1") if ":" in host else (socket.AF_INET, "192.0.2.1")
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as asked:
        asked.connect((target, 9))  # sends nothing: it only finds the way
        return url(asked.getsockname()[0], port)
    return url(socket.gethostname(), port)


def warning(host: str, port: int, has_token: bool) -> str:
    """Return what somebody should know who lets a server listen beyond the loopback."""
    who = "whoever has the token" if has_token else "whoever reaches the port"
    there = url_from_elsewhere(host, port)
    return f"listening beyond the loopback: {who} can read and change the world; from elsewhere it is {there}"
