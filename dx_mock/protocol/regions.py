"""Which Regions there are: those that the installed botocore knows in any partition."""

from __future__ import annotations

import os
from functools import lru_cache
from urllib.parse import urlsplit

from botocore.exceptions import EndpointConnectionError

from dx_mock.support.suggestions import hint


@lru_cache(maxsize=1)
def _named() -> dict[str, str]:
    """Return the names of all Regions, and what AWS calls them in texts.

    Names such as ``aws-global`` stand for services without Regions, of which Direct Connect is not one.
    """
    from botocore.loaders import Loader

    return {
        name: str(region.get("description", name))
        for partition in Loader().load_data("partitions")["partitions"]
        for name, region in partition["regions"].items()
        if not name.endswith("-global")
    }


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """Return the names of all Regions; read from botocore's data once, when the first mock starts."""
    return frozenset(_named())


def long_name(region: str) -> str:
    """Return what AWS calls a Region in texts, such as ``US East (N. Virginia)``."""
    return _named().get(region, region)


def problem(region: str) -> str:
    """Return what is wrong with a Region's name, in words; nothing if it is one or made-up ones are allowed."""
    if region in known() or _made_up_ones_are_allowed():
        return ""
    return (
        f"{region!r} is not a Region that the installed botocore knows{hint(region, known(), '.')} "
        "MOTO_ALLOW_NONEXISTENT_REGION=true allows made-up ones."
    )


def _made_up_ones_are_allowed() -> bool:
    return os.environ.get("MOTO_ALLOW_NONEXISTENT_REGION", "").lower() == "true"


def unreachable(region: str, url: str) -> UnknownRegionError | None:
    """Return the error of a client in a Region that does not exist, whose endpoint has no address, or None.

    A client with an endpoint of its own reaches it, whatever its Region is called.
    """
    if region in known() or region not in (urlsplit(url).hostname or "").split("."):
        return None
    text = problem(region)
    return UnknownRegionError(endpoint_url=url, problem=text) if text else None


class UnknownRegionError(EndpointConnectionError):
    """The endpoint of a Region that does not exist can't be reached."""

    fmt = 'Could not connect to the endpoint URL: "{endpoint_url}": {problem}'
