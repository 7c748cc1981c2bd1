"""What moto lacks: one final error that names the service and the operation, where moto fails or has no route.

A client tries again where a server fails with 500, and learns nothing from a page of HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

from dx_mock.doors.http_requests import Answer
from dx_mock.http_server.failures import failure, model_of, service_of

#: Not one of those after which SDKs try again: 500, 502, 503, 504.
STATUS = 501
#: The longest form in which an operation is looked for, in bytes.
_FORM = 1024 * 1024
#: How a page begins by which Flask says that it has no such route.
_NO_ROUTE = re.compile(rb"<!doctype html>\s*<html[^>]*>\s*<title>40[45] ", re.IGNORECASE)


def answer(environ: Mapping[str, Any]) -> Answer:
    """Return the answer to a request for something that moto lacks."""
    import moto

    what = _asked(environ)
    message = f"Nobody answers this here: {what} was called, but moto {moto.__version__} does not answer it"
    return failure(environ, "NotImplemented", message, STATUS)


def is_no_route(
    environ: Mapping[str, Any], status: str, headers: Iterable[tuple[str, str]], body: bytes
) -> bool:
    """Return whether an answer says only that moto has no route for a request, or no action for its path."""
    if not status.startswith(("404", "405")) or "/moto-api" in environ.get("PATH_INFO", ""):
        return False
    service = service_of(environ)
    if not body:  # S3 answers so to HEAD, where it means something
        return service not in ("", "s3") and environ["REQUEST_METHOD"] != "HEAD"
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    return bool(service) and kind.startswith("text/html") and _NO_ROUTE.match(body) is not None


def _asked(environ: Mapping[str, Any]) -> str:
    """Return what a request asks for in words: ``ec2.DescribeVpcs``, or else the method and the path."""
    service = service_of(environ)
    operation = _operation(environ, service)
    if service and operation:
        return f"{service}.{operation}"
    request = f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '/')[:200]}"
    return f"{service} ({request})" if service else request


def _operation(environ: Mapping[str, Any], service: str) -> str:
    target: str = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    found = target or _action(environ.get("QUERY_STRING", "")) or _action(_form(environ))
    if found:
        return found if re.fullmatch(r"[A-Za-z0-9]{1,100}", found) else ""
    path = environ.get("PATH_INFO", "/")
    if "/operation/" in path:
        return str(path).rpartition("/operation/")[2][:100]
    for method, pattern, name in _routes(service):
        if method == environ["REQUEST_METHOD"] and pattern.fullmatch(path):
            return name
    return ""


def _action(form: str) -> str:
    return parse_qs(form).get("Action", [""])[0] if "Action=" in form else ""


def _form(environ: Mapping[str, Any]) -> str:
    """Return the form that was sent; moto has read it already."""
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return ""
    try:
        sent = environ["wsgi.input"]
        sent.seek(0)
        return str(sent.read(_FORM).decode("latin-1"))
    except (OSError, ValueError):
        return ""


@lru_cache(maxsize=16)
def _routes(service: str) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """Return method, pattern of the path and name of a service's operations, the most particular path first."""
    found = []
    for name, operation in model_of(service).get("operations", {}).items():
        http = operation.get("http", {})
        uri = http.get("requestUri", "/").partition("?")[0]
        pattern = "".join(
            ".+" if part.endswith("+}") else "[^/]+" if part.startswith("{") else re.escape(part)
            for part in re.split(r"(\{[^}]*\})", uri)
        )
        found.append((uri.count("{"), -len(uri), http.get("method", "POST"), re.compile(f"{pattern}/?"), name))
    found.sort(key=lambda each: each[:2])
    return tuple((method, pattern, name) for _, _, method, pattern, name in found)
