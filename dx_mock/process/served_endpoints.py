"""The endpoints of the servers that run in this process: requests to them go over the wire."""

from __future__ import annotations

_running: set[str] = set()


def add(endpoint_url: str) -> None:
    """Note that a server runs there from now on."""
    _running.add(endpoint_url)


def remove(endpoint_url: str) -> None:
    """No server runs there any more."""
    _running.discard(endpoint_url)


def is_served(url: str) -> bool:
    """Return whether a URL is one of a running server's."""
    return bool(_running) and any(url == each or url.startswith(f"{each}/") for each in _running)
