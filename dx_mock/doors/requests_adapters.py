"""The door for ``requests``: a mock of the library ``responses`` around ``HTTPAdapter.send``.

It answers what is Direct Connect's, and other services where moto answers them.  All else goes on to who was
there before, untouched: the adapter itself, moto, or a mock of the test's own.  ``responses`` is imported when
``requests`` is, and never without it.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from urllib3 import exceptions
from urllib3.connectionpool import HTTPConnectionPool

from dx_mock.doors import http_requests, other_services, policy, urllib3_pools
from dx_mock.doors.other_services import UnansweredServiceError
from dx_mock.doors.policy import Decision
from dx_mock.engine.faults import LostReply
from dx_mock.moto_services import url_tables
from dx_mock.moto_services.health import endpoint as health
from dx_mock.process import current_world, served_endpoints
from dx_mock.support.patches import Patches

MODULES = ("requests", "responses")

#: one for each time that somebody else had come between: the mock that begins last answers first
_layers: list[tuple[Any, Patches]] = []


def install() -> None:
    """Answer HTTP that is made with requests from here on."""
    if "requests" not in sys.modules:
        return
    import responses  # imported before anything is changed: it keeps the adapter's own method

    if not hasattr(responses, "RequestsMock"):
        return  # it has imported requests, and is not ready itself: we are told when it is
    adapter: Any = sys.modules["requests.adapters"].HTTPAdapter
    if any(send is adapter.send for send, _ in _layers):
        return
    from dx_mock.doors.requests_refusals import RefusedRequestError

    send, patches = _answering(adapter.send, _mock(responses), RefusedRequestError), Patches()
    patches.set(adapter, "send", send)
    _layers.append((send, patches))


def uninstall() -> None:
    """Put the adapter back as it was; where somebody came after us, they are left in place."""
    while _layers:
        _layers[-1][1].undo()
        del _layers[-1]  # last, for whoever is interrupted here and begins again


@lru_cache(maxsize=1)
def _mock(responses: Any) -> Any:
    """Return a mock whose registry answers whatever it is asked, and that keeps no record."""

    class Registry(responses.registries.FirstMatchRegistry):  # type: ignore[misc]
        def find(self, request: Any) -> Any:
            # A new one each time: it counts its calls.
            return responses.CallbackResponse(
                request.method, request.url.partition("?")[0], _answer, content_type=None
            ), []

    class NoCalls(responses.CallList):  # type: ignore[misc]
        def add(self, *_: Any) -> None:
            pass

        def add_call(self, *_: Any) -> None:
            pass

    mock = responses.RequestsMock(assert_all_requests_are_fired=False, registry=Registry)
    mock._calls = NoCalls()
    return mock


def _answer(request: Any) -> Any:
    world = current_world.current()
    assert world is not None  # asked a moment ago, in this thread
    if health.has(request.url):
        return health.answer(world, request.headers, request.body, urlsplit(request.url).path)
    return http_requests.answer_url(world, request.method, request.url, request.headers, request.body)


def _answering(before: Any, mock: Any, refusal: type[UnansweredServiceError]) -> Any:
    """Return what stands in the place of ``HTTPAdapter.send``."""
    answer = mock.unbound_on_send()

    def send(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return answered(self, request, *args, **kwargs)
        except other_services.MissingOperationError:
            raise  # no connection failed: it is a NotImplementedError, as moto's
        except UnansweredServiceError as refused:  # here, or by who comes next
            error: Any = refusal(**refused.kwargs)
            error.request = request
            raise error from None

    def answered(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        world = current_world.current()
        if world is None or served_endpoints.is_served(request.url):
            return before(self, request, *args, **kwargs)
        if url_tables.is_in_requests() and not policy.is_direct_connect(request.url):
            return before(self, request, *args, **kwargs)  # the test's own mock_aws is on the way
        try:
            decision = other_services.decide(
                world, request.url, answers=lambda _: url_tables.answers_requests(request)
            )
        except UnansweredServiceError:
            if getattr(before, "__module__", "") == "requests.adapters":
                raise
            # A mock of the test's own was there first.  Below what it lets through is the door of urllib3.
            return before(self, request, *args, **kwargs)
        if decision is Decision.WORLD or (decision is Decision.MOTO and health.has(request.url)):
            return _with_retries(answer, self, request, *args, **kwargs)
        if decision is Decision.MOTO:
            with other_services.said_clearly(request.url.partition("?")[0], request.url):
                return url_tables.answer_of_requests(self, request, *args, **kwargs)
        return before(self, request, *args, **kwargs)

    return send


def _with_retries(answer: Any, adapter: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
    """Answer a request; ``responses`` repeats it for statuses, and here it is repeated for lost replies."""
    retries = adapter.max_retries
    while True:
        try:
            return answer(adapter, request, *args, retries=retries, **kwargs)
        except LostReply as lost:
            pool = HTTPConnectionPool(policy.host_of(request.url))
            error = urllib3_pools.error_of(lost, pool, request.url)
        try:
            retries = retries.increment(request.method, request.url, error=error)
        except exceptions.HTTPError as final:
            raise _in_requests(final, request) from None


def _in_requests(error: Exception, request: Any) -> Exception:
    """Return the error of ``requests`` for one of urllib3, as its adapter does."""
    known: Any = sys.modules["requests.exceptions"]
    reason = error.reason if isinstance(error, exceptions.MaxRetryError) else error
    kind = known.ConnectionError
    if isinstance(reason, exceptions.ReadTimeoutError):
        kind = known.ReadTimeout if reason is error else known.ConnectionError
    elif isinstance(reason, exceptions.ConnectTimeoutError):
        kind = known.ConnectTimeout
    if isinstance(reason, exceptions.NewConnectionError):
        kind = known.ConnectionError
    made: Exception = kind(error, request=request)
    return made


def error_of(lost: LostReply, url: str) -> Exception:
    """Return what ``requests`` raises for a fault of the connection, where moto asks for its sake."""
    error = urllib3_pools.error_of(lost, HTTPConnectionPool(policy.host_of(url)), url)
    return _in_requests(error, None) if "requests" in sys.modules else lost
