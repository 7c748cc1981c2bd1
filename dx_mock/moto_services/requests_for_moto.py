"""Requests in the form in which moto's own code takes them, which changed with its versions."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, HeadersDict


def request_for_moto(method: str, url: str, headers: Mapping[str, Any], body: Any) -> Any:
    """Return a request as moto's responses and its recorder take it.

    earlier versions take botocore's prepared request, later ones a request of werkzeug's.
    """
    found: Any = HeadersDict()
    for name, value in headers.items():
        # moto's check of signatures looks headers up as botocore spells them.
        found[str(name).title()] = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    request = AWSPreparedRequest(method, url, found, _read(body), False)
    normalize = getattr(sys.modules.get("moto.core.request"), "normalize_request", None)
    return request if normalize is None else normalize(request)


def _read(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, (bytes, bytearray)) else b""
