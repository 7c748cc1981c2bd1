"""The control API's HTTP: find the endpoint of a request, read it within limits, and always answer in JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dx_mock.http_server.control_api import endpoints, request_checks
from dx_mock.http_server.control_api.endpoints import ApiEndpoint
from dx_mock.http_server.control_api.messages import PREFIX, Given, Refusal, Response, WorldsOfServer

if TYPE_CHECKING:
    from dx_mock.mock import MockDirectConnect

_log = logging.getLogger(__name__)

#: Headers of every answer: no caching, no guess of its type, no use by pages of other origins.
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


class Control:
    """A WSGI application that controls one mock."""

    def __init__(
        self,
        mock: MockDirectConnect,
        metrics: Callable[[], str] = str,
        worlds: WorldsOfServer | None = None,
    ) -> None:
        self._mock = mock
        self._metrics = metrics
        self._worlds = worlds

    @staticmethod
    def takes(environ: Mapping[str, str]) -> bool:
        """Return whether a request is for it, by its path; signed requests are for a bucket of that name."""
        path = environ.get("PATH_INFO", "")
        return (path == PREFIX or path.startswith(f"{PREFIX}/")) and "/aws4_request" not in environ.get(
            "HTTP_AUTHORIZATION", ""
        )

    @staticmethod
    def limit(environ: Mapping[str, str]) -> int:
        """Return the size limit of a request's body in bytes, for the transport that reads it first."""
        path = environ["PATH_INFO"]
        may_be_large = path == f"{PREFIX}/snapshot" or f"{path}/".startswith(f"{PREFIX}/worlds/")
        return endpoints.MAX_SNAPSHOT if may_be_large else endpoints.MAX_BODY

    @classmethod
    def refusal(cls, environ: Mapping[str, str], status: int, reason: str) -> tuple[int, dict[str, str], bytes]:
        """Return the answer to a request that is malformed or too large, or may not be asked."""
        sentence = f"the request can't be read: {reason or HTTPStatus(status).phrase}"
        if status in (401, 403):
            sentence = reason
        elif status == 413:
            sentence = _too_large(cls.limit(environ))
        return cls.problem(status, sentence)

    @staticmethod
    def problem(status: int, sentence: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of a refusal."""
        content = _bytes(Response({"error": sentence}))
        kind = {"Content-Type": "application/json", "Content-Length": str(len(content))}
        return status, {**_HEADERS, **kind}, content

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        from werkzeug import wrappers

        status, headers, content, kind = self._answer(environ)
        response = wrappers.Response(content, status, {**_HEADERS, **headers}, content_type=kind)
        answer: Iterable[bytes] = response(environ, start_response)
        return answer

    def _answer(self, environ: dict[str, Any]) -> tuple[int, dict[str, str], bytes, str]:
        try:
            status, reply = self._run(environ)
            return status, dict(reply.headers), _bytes(reply), reply.kind
        except Refusal as refusal:
            problem = refusal
        except Exception as found:
            if isinstance(found, LookupError) and not isinstance(found, (KeyError, IndexError)):
                # how the hands report an unknown id
                problem = Refusal(404, str(found))
            else:  # a bug of ours; the log has the traceback
                _log.exception("dx_mock failed in %s %s", environ["REQUEST_METHOD"], environ.get("PATH_INFO"))
                problem = Refusal(500, f"dx_mock failed: {type(found).__name__}: {found}")
        content = _bytes(Response({"error": problem.sentence}))
        return problem.status, dict(problem.headers), content, "application/json"

    def _run(self, environ: dict[str, Any]) -> tuple[int, Response]:
        from werkzeug.wrappers import Request

        request = Request(environ)
        endpoint, parameters = _find(environ)
        path = request_checks.names_of(parameters)
        query = request_checks.read_query(endpoint, request.args.items(multi=True))
        body = (
            request_checks.read_body(endpoint, _content(request, endpoint)) if endpoint.method != "GET" else {}
        )
        given = Given(path, query, body, endpoints.document, self._metrics, self._worlds, _base(environ))
        # Who makes and ends other worlds must not keep callers of this one waiting.
        with nullcontext() if endpoint.of_server else self._mock.world.lock:
            return endpoint.status, endpoint.run(self._mock, given)


def _base(environ: Mapping[str, Any]) -> str:
    """Return the address of the server, as the client called it."""
    return f"{environ.get('wsgi.url_scheme', 'http')}://{environ.get('HTTP_HOST', '')}"


def _bytes(reply: Response) -> bytes:
    if isinstance(reply.content, str):
        return reply.content.encode()
    return json.dumps(reply.content, allow_nan=False).encode() + b"\n"


@cache
def _rules() -> Any:
    from werkzeug.routing import Map, Rule

    return Map(
        [
            Rule(
                PREFIX + endpoint.path.replace("{", "<").replace("}", ">"),
                methods=[endpoint.method],
                endpoint=endpoint,
            )
            for endpoint in endpoints.endpoints()
        ],
        merge_slashes=False,
    )


def _find(environ: dict[str, Any]) -> tuple[ApiEndpoint, dict[str, str]]:
    """Return the endpoint of a request, and the variable parts of its path."""
    from werkzeug.exceptions import MethodNotAllowed, NotFound
    from werkzeug.routing import RequestRedirect

    method, path = environ.get("REQUEST_METHOD", "GET"), environ.get("PATH_INFO", "")
    try:
        found: tuple[ApiEndpoint, dict[str, str]] = _rules().bind_to_environ(environ).match()
    except RequestRedirect as elsewhere:
        target = urlsplit(elsewhere.new_url).path
        raise Refusal(308, f"{path} is at {target}", {"Location": target}) from None
    except MethodNotAllowed as refusal:
        allowed = ", ".join(sorted(refusal.valid_methods or ()))
        raise Refusal(405, f"{path} has no method {method}; it has {allowed}", {"Allow": allowed}) from None
    except NotFound:
        raise Refusal(404, f"there is nothing at {path}; {PREFIX}/openapi.json lists what there is") from None
    return found


def _content(request: Any, endpoint: ApiEndpoint) -> bytes:
    """Return the body, read up to the endpoint's limit."""
    from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

    request.max_content_length = endpoint.max_body + 1  # a chunked body of exactly the limit might be cut
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise Refusal(415, "the body must be sent as it is, without Content-Encoding")
    try:
        content: bytes = request.get_data()
    except RequestEntityTooLarge:
        raise Refusal(413, _too_large(endpoint.max_body)) from None
    except (BadRequest, OSError) as broken:
        raise Refusal(400, f"the body ended too early or is badly chunked ({type(broken).__name__})") from None
    if len(content) > endpoint.max_body:
        raise Refusal(413, _too_large(endpoint.max_body))
    if (content or endpoint.required) and request.mimetype != "application/json":
        kind = request.content_type or "nothing"
        raise Refusal(415, f"the body must be application/json, not {kind[:200]}")
    return content


def _too_large(limit: int) -> str:
    return f"the body is larger than {limit} bytes"
