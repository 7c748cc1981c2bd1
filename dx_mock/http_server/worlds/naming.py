"""Which world a request is for: four ways to say it, because not every program takes every way.

A path prefix (``http://127.0.0.1:5000/worlds/NAME``), a header, a host under ``.localhost``, or the access key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

#: The path prefix of all worlds.
PREFIX = "/worlds/"
#: The header that names a world, as WSGI has it.
HEADER = "HTTP_X_DX_MOCK_WORLD"
#: A name is a label of a host name (RFC 1123), so that it fits into every place.
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
#: How the rule is told.
RULE = "1 to 63 small letters, digits and hyphens, beginning and ending with a letter or digit"

_PATH = re.compile(r"/worlds/(?P<name>[^/?#]*)(?P<rest>/.*)?", re.DOTALL)
_HOST = re.compile(r"(?P<before>.*\.)?(?P<name>[^.:]+)\.localhost\.?(?P<port>:[0-9]*)?", re.IGNORECASE)
_KEY = re.compile(r"(?P<before>Credential=)(?P<name>[a-z0-9-]+)\.(?P<key>[^./,\s]+)(?=/)")


class Address(NamedTuple):
    """The name of a world, and the request as the world sees it."""

    name: str
    environ: dict[str, Any]
    #: what a client puts before the paths of this world; empty where something else than the path names it
    prefix: str = ""


def world_of(environ: Mapping[str, Any], exists: Callable[[str], bool]) -> Address | None:
    """Return the world that a request names, or None where it is for the server's own world.

    The path goes before the header, that before the access key, that before the host.  A host, and a path of a
    request that is signed for S3, count only where such a world exists: without worlds they name buckets.
    """
    path = str(environ.get("PATH_INFO", ""))
    authorization = str(environ.get("HTTP_AUTHORIZATION", ""))
    found = _PATH.fullmatch(path)
    if (
        found is not None
        and found["name"]
        and ("/s3/aws4_request" not in authorization or exists(found["name"]))
    ):
        return Address(
            found["name"], {**environ, "PATH_INFO": found["rest"] or "/"}, f"{PREFIX}{found['name']}"
        )
    named = environ.get(HEADER)
    if named is not None:
        return Address(str(named), dict(environ))
    key = _KEY.search(authorization)
    if key is not None:
        plain = _KEY.sub(r"\g<before>\g<key>", authorization, count=1)
        return Address(key["name"], {**environ, "HTTP_AUTHORIZATION": plain})
    host = _HOST.fullmatch(str(environ.get("HTTP_HOST", "")))
    if host is not None and exists(host["name"].lower()):
        outside = f"{host['before'] or ''}localhost{host['port'] or ''}"
        return Address(host["name"].lower(), {**environ, "dx_mock.host": outside})
    return None
