"""Requests that are not Direct Connect's while a mock is active: answered by moto, passed on, or refused."""

from __future__ import annotations

import copy
import errno
import weakref
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError

from dx_mock.doors import listeners, policy
from dx_mock.doors.policy import Decision, Kind
from dx_mock.moto_services import core_config, url_tables
from dx_mock.moto_services.runtime import moto_is_active, moto_is_the_tests_own
from dx_mock.process import current_world, full_way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.model import OperationModel

    from dx_mock.world.world import World


class BlockedServiceError(BotoCoreError):
    """A request that nobody answers inside a mock, and that may not leave the machine."""

    fmt = "{what} was called inside mock_directconnect{reason}: {advice}."


class UnansweredServiceError(BlockedServiceError):
    """What every door raises: the message says what was asked, why nobody answers it and what to set."""


class MissingOperationError(UnansweredServiceError, NotImplementedError):
    """An operation that moto does not have, of a service that it has.

    A ``NotImplementedError``, as moto itself raises.
    """


class RefusedLookupError(UnansweredServiceError, OSError):
    """A host that may not be reached was looked up, by a library that has no door of its own.

    An ``OSError``, as the library expects one where a name can't be found: it closes what it has opened, and
    shows the message in an error of its own.
    """

    fmt = "{what} was looked up inside mock_directconnect{reason}: {advice}."

    def __init__(self, **words: Any) -> None:
        super().__init__(**words)
        self.errno: int | None = errno.EHOSTUNREACH
        self.strerror: str | None = self.args[0]

    def __str__(self) -> str:
        return str(self.args[0])


#: the host that a door has let through, for what comes below it
_passed: ContextVar[str | None] = ContextVar("dx_mock_passed", default=None)


def name_of(operation: OperationModel) -> str:
    """Return a call in words: ``ec2.DescribeVpcs``."""
    return f"{operation.service_model.service_name}.{operation.name}"


def decide(
    world: World,
    url: str,
    what: str = "",
    *,
    by_client: bool = False,
    answers: Callable[[str], bool] = url_tables.answers,
    refusal: type[UnansweredServiceError] = UnansweredServiceError,
) -> Decision:
    """Return what becomes of a request: answered by the world or by moto, which is started, or passed on.

    Args:
        world: the world that is active.
        url: where the request goes.
        what: the call in words; the URL if left out.
        by_client: a client of botocore or aiobotocore makes it.
        answers: whether moto, which is active then, answers a URL.
        refusal: the kind of error that the library's users expect.

    Raises:
        UnansweredServiceError: If it is refused.
    """
    host = policy.host_of(url)
    kind = policy.kind_of(host, by_client)
    if kind is Kind.DIRECT_CONNECT:
        return Decision.PASSED if core_config.leaves_to_aws(world, url) else Decision.WORLD
    if host == _passed.get():
        return Decision.PASSED
    if kind not in (Kind.OTHER_HOST, Kind.CUSTOM_LOOPBACK) and moto_is_the_tests_own():
        # A test's own mock_aws answers what it answers, and lets through what it was told to.
        if url_tables.lets_pass(url):
            return Decision.PASSED
        if _asked(answers, url, what):
            return Decision.MOTO
    world = current_world.that_decides(world)
    settings = world.settings
    decision = policy.decide(kind, host, settings.others, settings.allow_hosts)
    if decision is Decision.MOTO:
        world.ports.other_services.start()
        if not _asked(answers, url, what):
            decision = Decision.REFUSED
    if decision is Decision.REFUSED:
        # Without the query: that of a presigned URL has keys in it.
        raise refusal(what=what or url.partition("?")[0], **_why(world, kind, host, url if what else ""))
    return decision


def _asked(answers: Callable[[str], bool], url: str, what: str) -> bool:
    """Return whether moto answers a URL.

    Raises:
        UnansweredServiceError: If packages that its service needs are not installed.
    """
    try:
        return answers(url)
    except url_tables.PackagesMissing as missing:
        raise UnansweredServiceError(
            what=what or url.partition("?")[0],
            reason=f", but what moto needs for it is not installed ({missing.package})",
            advice=f"run pip install '{missing.install}'",
        ) from missing


def check_lookup(world: World, host: str) -> None:
    """Refuse to look up, or to connect to, a host whose requests are answered here or refused.

    Raises:
        RefusedLookupError: If it is such a host.
    """
    kind = policy.kind_of(host)
    if kind is Kind.OTHER_HOST or host == _passed.get():
        return
    world = current_world.that_decides(world)
    settings = world.settings
    if policy.decide(kind, host, settings.others, settings.allow_hosts) is not Decision.PASSED:
        raise RefusedLookupError(what=host, **_why(world, kind, host, "", looked_up=True))


def _why(world: World, kind: Kind, host: str, url: str, looked_up: bool = False) -> dict[str, str]:
    """Return why nobody answers, and what to do, for the sentence of a refusal."""
    where = f" at {url}" if url else ""
    setting = f"set allow_hosts=[{host!r}] to let it through"
    if kind is Kind.METADATA:
        keys = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        return {
            "reason": f"{where}, where no metadata service gives out credentials",
            "advice": f"set {keys} for the code under test, or {setting}",
        }
    if looked_up:
        clients = "use boto3, aiobotocore, requests or urllib3, or the endpoint of serve()"
        more = "" if kind is Kind.DIRECT_CONNECT else f", or {setting}"
        return {"reason": ", by a library whose requests are not answered", "advice": f"{clients}{more}"}
    if world.settings.others == "block":
        by_moto = "" if kind is Kind.CUSTOM_ELSEWHERE else "set others='moto' to have moto answer it, or "
        return {
            "reason": f"(others='block'){where}, where only Direct Connect is answered",
            "advice": f"{by_moto}{setting}",
        }
    if kind is Kind.CUSTOM_ELSEWHERE:
        return {"reason": f"{where}, which is neither on this machine nor moto's to answer", "advice": setting}
    return {"reason": f"{where or ''}, but moto does not answer it", "advice": setting}


@contextmanager
def said_clearly(what: str, url: str) -> Iterator[None]:
    """Say in our words that moto does not have an operation; it is never tried again.

    Raises:
        MissingOperationError: If moto says that.
    """
    try:
        yield
    except MissingOperationError:
        raise
    except NotImplementedError as problem:
        raise MissingOperationError(
            what=what,
            reason=f", but moto does not answer that operation ({problem})",
            advice=f"set allow_hosts=[{policy.host_of(url)!r}] to let it through",
        ) from problem


@contextmanager
def passing(url: str) -> Iterator[None]:
    """Let what comes below a door reach the host of a request that the door has decided to pass on."""
    token = _passed.set(policy.host_of(url))
    try:
        yield
    finally:
        _passed.reset(token)


# --- clients of botocore -----------------------------------------------------------------------------------


def make_request(
    world: World, client: Any, operation: OperationModel, request_dict: Any, context: Any, make: Any
) -> Any:
    """Do what becomes of a call to another service, in the place of ``BaseClient._make_request``.

    Raises:
        UnansweredServiceError: If it is refused; nothing has been signed then.
    """
    try:
        decision = decide(world, request_dict["url"], name_of(operation), by_client=True)
    except UnansweredServiceError as refused:
        if not may_hear(client, operation, request_dict["url"]):
            raise
        with full_way.of_a_refused_call():  # a handler of the test's own may answer at "before-send"
            return make(_with_session(client, _Nobody(refused)), operation, request_dict, context)
    if decision is Decision.PASSED:
        return make(client, operation, request_dict, context)
    _lend_credentials(client._request_signer)
    with said_clearly(name_of(operation), request_dict["url"]):
        return make(_with_session(client, _Moto(operation)), operation, request_dict, context)


def may_hear(client: Any, operation: OperationModel, url: str) -> bool:
    """Return whether handlers of a test's own hear of a call that is refused: one may answer it.

    Not where moto's would do the call: it is active for another mock, which lets moto answer.
    """
    return listeners.anyone(client.meta.events, operation) and not (
        moto_is_active() and url_tables.answers(url)
    )


def _with_session(client: Any, session: Any) -> Any:
    """Return a client that is the same, but has something else in the place of botocore's HTTP session."""
    stand_in = object.__new__(type(client))
    vars(stand_in).update(vars(client))
    stand_in._endpoint = copy.copy(client._endpoint)
    stand_in._endpoint.http_session = session
    return stand_in


#: the signers of clients that were lent credentials: moto reads account and Region out of a signature
_lent: weakref.WeakSet[Any] = weakref.WeakSet()


def _lend_credentials(signer: Any) -> None:
    if signer._credentials is None:
        from botocore.credentials import Credentials

        signer._credentials = Credentials("FOOBARKEY", "FOOBARSECRET")
        _lent.add(signer)


def take_credentials_back() -> None:
    """Leave clients that had no credentials without any."""
    while _lent:
        _lent.pop()._credentials = None


class _Nobody:
    """Nobody in the place of botocore's HTTP session."""

    def __init__(self, refused: UnansweredServiceError) -> None:
        self._refused = refused

    def send(self, _: Any) -> Any:
        """Send nothing.

        Raises:
            UnansweredServiceError: If anything is to be sent.
        """
        raise self._refused

    def close(self) -> None:
        """Do nothing: nothing is open."""


class _Moto:
    """moto in the place of botocore's HTTP session: whoever answers at ``before-send`` comes first."""

    def __init__(self, operation: OperationModel) -> None:
        self._operation = operation

    def send(self, request: Any) -> Any:
        """Return moto's response.

        Raises:
            UnansweredServiceError: If a hook has sent the request somewhere else.
        """
        found = answer_of_moto(request)
        if found is None:
            raise sent_elsewhere(self._operation, request.url)
        return found

    def close(self) -> None:
        """Do nothing: nothing is open."""


def sent_elsewhere(operation: OperationModel | None, url: str) -> UnansweredServiceError:
    """Return the refusal of a request that a hook has sent to another place than its client's."""
    return UnansweredServiceError(
        what=url if operation is None else name_of(operation),
        reason=f" at {url}, but moto does not answer it",
        advice=f"set allow_hosts=[{policy.host_of(url)!r}] to let it through",
    )


def answer_of_moto(request: Any) -> Any:
    """Return moto's response to a request that a client has prepared; None where it does not answer it."""
    if not url_tables.answers(request.url):
        return None
    from moto.core.models import botocore_stubber

    return botocore_stubber("before-send", request)
