"""The door for urllib3, and for ``requests`` where its own adapter sends: ``HTTPConnectionPool.urlopen``.

What is answered here is answered below urllib3's own loop of retries, so that its ``Retry`` sees faults as it
would see them from AWS; no pause between attempts takes time.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProtocolError, ReadTimeoutError
from urllib3.util.retry import Retry

from dx_mock.doors import http_requests, other_services, policy
from dx_mock.doors.other_services import UnansweredServiceError
from dx_mock.doors.policy import Decision
from dx_mock.engine.faults import LostReply
from dx_mock.moto_services import url_tables
from dx_mock.process import current_world, served_endpoints
from dx_mock.support.patches import Patches

_patches = Patches()
#: Without annotations: the two major versions of urllib3 have different ones.
_Pool: Any = HTTPConnectionPool
_urlopen = _Pool.urlopen


class RefusedConnectionError(UnansweredServiceError, NewConnectionError):
    """A request made with urllib3 that nobody answers: code that expects no connection catches it."""

    #: None was tried.  The major versions of urllib3 have one or the other.
    conn: Any = None
    pool: Any = None


def install() -> None:
    """Answer HTTP that is made with urllib3 from here on."""
    global _urlopen
    if not _patches:
        _urlopen = _Pool.urlopen
        _patches.set(HTTPConnectionPool, "urlopen", _answering_urlopen)


def uninstall() -> None:
    """Put urllib3 back as it was."""
    _patches.undo()


#: What urllib3 raises for a fault of the connection.
_LOST: Mapping[str, Callable[[Any, str, str], Exception]] = {
    "ConnectTimeoutError": lambda pool, url, text: ConnectTimeoutError(text),
    "EndpointConnectionError": lambda pool, url, text: NewConnectionError(pool, text),
    "ConnectionClosedError": lambda pool, url, text: ProtocolError(text),
    "ReadTimeoutError": ReadTimeoutError,
}


def error_of(lost: LostReply, pool: Any, url: str) -> Exception:
    """Return what urllib3 raises where a fault of the test broke the connection."""
    return _LOST[lost.name](pool, url, str(lost))


def response_of(found: http_requests.Answer) -> Any:
    """Return an answer as urllib3's response, not read yet."""
    status, headers, content = found
    return urllib3.HTTPResponse(
        body=io.BytesIO(content),
        headers=headers,
        status=status,
        reason=http_requests.phrase(status),
        preload_content=False,
    )


def _answering_urlopen(
    self: Any, method: str, url: str, body: Any = None, headers: Any = None, *args: Any, **kwargs: Any
) -> Any:
    world = current_world.current()
    if world is None:
        return _urlopen(self, method, url, body, headers, *args, **kwargs)
    full = url if policy.is_whole(url) else f"{self.scheme}://{_authority(self)}{url}"
    if served_endpoints.is_served(full):
        return _urlopen(self, method, url, body, headers, *args, **kwargs)
    decision = other_services.decide(world, full, refusal=RefusedConnectionError)
    if decision is Decision.PASSED:
        with other_services.passing(full):
            return _urlopen(self, method, url, body, headers, *args, **kwargs)

    def answer(headers: Any) -> http_requests.Answer:
        given = headers or {}
        if decision is Decision.WORLD:
            return http_requests.answer_url(world, method, full, given, body)
        return _by_moto(method, full, given, body)

    pool = _AnsweringPool(self, full, answer)
    return pool.urlopen(method, url, body, headers, *args, **kwargs)


def _authority(pool: Any) -> str:
    """Return host and port of a pool as a URL has them: without the port that goes without saying."""
    host = f"[{pool.host}]" if ":" in pool.host and not pool.host.startswith("[") else str(pool.host)
    usual = {"http": 80, "https": 443}.get(pool.scheme)
    return f"{host}:{pool.port}" if pool.port not in (None, usual) else host


def _by_moto(method: str, url: str, headers: Any, body: Any) -> http_requests.Answer:
    with other_services.said_clearly(url.partition("?")[0], url):
        found = url_tables.answer(method, url, headers, body)
    return found.status_code, dict(found.headers), found.content


class _AnsweringPool(HTTPConnectionPool):
    """A pool whose requests are answered here; all else is urllib3's own."""

    def __init__(self, pool: Any, url: str, answer: Callable[[Any], http_requests.Answer]) -> None:
        parts = urlsplit(url)
        retries = _without_pauses(pool.retries)
        super().__init__(parts.hostname or "", parts.port, headers=pool.headers, retries=retries)
        self.scheme = parts.scheme
        self._url = url
        self._answer = answer

    def urlopen(  # type: ignore[override]
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: Any = None,
        retries: Any = None,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Go through urllib3's loop of retries."""
        return _urlopen(self, method, url, body, headers, _without_pauses(retries), *args, **kwargs)

    def is_same_host(self, url: str) -> bool:
        """Return True: where the request goes has been decided."""
        return True

    def _make_request(self, *_: Any, headers: Any = None, **options: Any) -> Any:
        try:
            response = response_of(self._answer(headers))
        except LostReply as lost:
            raise error_of(lost, self, self._url) from None
        if "retries" in options:  # since the second major version of urllib3
            response.retries = options["retries"]
            if options.get("preload_content"):
                response.read(cache_content=True)
        return response

    class ResponseCls(urllib3.HTTPResponse):
        """What the first major version of urllib3 makes a response with."""

        @classmethod
        def from_httplib(cls, response: Any, **options: Any) -> Any:
            """Return the response, which is one already."""
            response.retries = options.get("retries")
            if options.get("preload_content", True):
                response.read(cache_content=True)
            return response


def _without_pauses(retries: Any) -> Any:
    """Return a policy of retries that does not sleep between them."""
    if not isinstance(retries, Retry):
        return retries
    found = retries.new(backoff_factor=0)
    found.respect_retry_after_header = False
    return found
