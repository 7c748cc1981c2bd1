"""Faults that a test asks for: errors and delays that calls meet instead of their answers, or besides them.

A fault strikes attempts, not calls: botocore's own retry code sees each one, as it would with AWS, but its
pauses take no time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import InitVar, dataclass, field, fields
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any, Literal

from dx_mock.protocol import contract
from dx_mock.support.errors import ServiceError
from dx_mock.support.suggestions import hint

#: Errors that every AWS service may answer with, besides those that the model declares: HTTP status, message
#: [documented: COMMON; client-proven: BOTO3 (its retry tables know those that the page lacks)].
COMMON_ERRORS: Mapping[str, tuple[int, str]] = {
    "AccessDeniedException": (403, "User is not authorized to perform this action."),
    "ExpiredTokenException": (403, "The security token included in the request is expired"),
    "IncompleteSignature": (403, "The request signature does not conform to AWS standards."),
    "InternalFailure": (500, "The request processing has failed because of an unknown error."),
    "InternalServerError": (500, "The request processing has failed because of an unknown error."),
    "InvalidSignatureException": (400, "The request signature we calculated does not match the signature."),
    "OptInRequired": (403, "The AWS access key ID needs a subscription for the service."),
    "RequestExpired": (400, "Request has expired."),
    "RequestLimitExceeded": (503, "Request limit exceeded."),
    "ServiceUnavailable": (503, "The request has failed due to a temporary failure of the server."),
    "Throttling": (400, "Rate exceeded"),
    "ThrottlingException": (400, "Rate exceeded"),
    "TooManyRequestsException": (429, "Rate exceeded"),
    "UnrecognizedClientException": (403, "The security token included in the request is invalid."),
}

#: HTTP answers of proxies and load balancers before the service: without JSON and error code.
STATUSES = ("429", "500", "502", "503", "504")

#: Errors of the connection, by their names in ``botocore.exceptions``, and whether a request may have arrived.
CONNECTION_ERRORS: Mapping[str, bool] = {
    "ConnectTimeoutError": False,
    "EndpointConnectionError": False,
    "ConnectionClosedError": True,
    "ReadTimeoutError": True,
}


#: The longest latency of a fault, seven days.
MAX_LATENCY = timedelta(days=7)


#: The names of both, for editors; those that the model declares are read from it when a fault is added.
FaultName = Literal[
    "AccessDeniedException", "ExpiredTokenException", "IncompleteSignature", "InternalFailure",
    "InternalServerError", "InvalidSignatureException", "OptInRequired", "RequestExpired",
    "RequestLimitExceeded", "ServiceUnavailable", "Throttling", "ThrottlingException",
    "TooManyRequestsException", "UnrecognizedClientException",
    "ConnectTimeoutError", "EndpointConnectionError", "ConnectionClosedError", "ReadTimeoutError",
]  # fmt: skip


class LostReply(Exception):
    """The connection broke instead of an answer; ``name`` is that of botocore's exception.

    It has the members of a ``ServiceError`` that a record shows: ``code`` is the name once more.
    """

    #: the service has not said a word
    wording: None = None

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} (a fault of the test)")
        self.name: str = name
        self.code: str = name
        self.message: str = str(self)


@dataclass(eq=False, repr=False)
class Fault:
    """One fault, made by ``dx.faults.add()``.  As a context manager it is removed at the end."""

    #: an operation or a pattern of operations
    operation: str
    error: str | None
    message: str | None
    #: the HTTP status of the error; that of the model if left out
    status: int | None
    #: how many attempts it strikes; None means all of them
    times: int | None
    #: how many fitting attempts it lets pass first
    after: int
    probability: float | None
    #: how long the answer takes on the mock's clock
    latency: timedelta
    #: whether the call is carried out and only its reply is lost
    applied: bool
    #: parameters that a call must have, or a function of its parameters
    when: Mapping[str, Any] | Callable[[Mapping[str, Any]], bool] | None
    #: its number in the order of their addition, from 1
    number: int
    faults: InitVar[Faults]
    seed: InitVar[int]
    #: how many attempts have fitted so far, and how many of them it struck
    seen: int = field(default=0, init=False)
    struck: int = field(default=0, init=False)

    def __post_init__(self, faults: Faults, seed: int) -> None:
        self._faults = faults
        self._fits = _check_when(self.when)
        self._dice = random.Random(f"{seed} fault {self.number}")
        if isinstance(self.when, Mapping):
            self.when = dict(self.when)

    @property
    def over(self) -> bool:
        """Whether it has struck as often as it may."""
        return self.times is not None and self.struck >= self.times

    def strikes(self, operation: str, parameters: Mapping[str, Any]) -> bool:
        """Count an attempt and return whether the fault strikes it."""
        if self.over or not fnmatchcase(operation, self.operation) or not self._fits(parameters):
            return False
        self.seen += 1
        if self.seen <= self.after:
            return False
        if self.probability is not None and self._dice.random() >= self.probability:
            return False
        self.struck += 1
        return True

    def outcome(self) -> ServiceError | LostReply | None:
        """Return what the client meets instead of the answer; None if the answer is only late."""
        if self.error is None:
            return None
        if self.error in CONNECTION_ERRORS:
            return LostReply(self.error)
        status, message = _service_error(self.error)
        return ServiceError(
            self.error, message if self.message is None else self.message, self.status or status
        )

    def remove(self) -> None:
        """Remove the fault; removing it twice does no harm."""
        self._faults.remove(self)

    def __enter__(self) -> Fault:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def __repr__(self) -> str:
        what = [self.error or "", f"latency={self.latency}" if self.latency else ""]
        if self.applied:
            what.append("applied")
        often = "always" if self.times is None else f"{self.struck} of {self.times}"
        return f"<Fault {self.operation}: {', '.join(filter(None, what))}; struck {often}>"


class Faults:
    """The faults of a world in order; the first one that strikes with an error decides."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._made = 0
        self._faults: list[Fault] = []

    def add(
        self,
        operation: str = "*",
        *,
        error: FaultName | str | int | None = None,
        message: str | None = None,
        times: int | None = 1,
        after: int = 0,
        probability: float | None = None,
        latency: float | timedelta | None = None,
        applied: bool = False,
        when: Mapping[str, Any] | Callable[[Mapping[str, Any]], bool] | None = None,
        status: int | None = None,
    ) -> Fault:
        """Add a fault: let calls meet an error, or delay their answers.

        Args:
            operation: an operation of the model such as ``"CreateLag"``, or a pattern such as ``"Delete*"``.
            error: an exception of the model; a common error such as ``"ThrottlingException"`` or
                ``"InternalFailure"``; an HTTP status (500, 502, 503, 504, 429) that comes without JSON; or a
                connection error by botocore's name: ``"ReadTimeoutError"``, ``"ConnectionClosedError"``,
                ``"ConnectTimeoutError"``, ``"EndpointConnectionError"``.
            message: the error's message.
            times: how many attempts are struck; None means all of them.
            after: how many fitting attempts pass first.
            probability: the chance from 0 to 1 that an attempt is struck, drawn from the seed of the mock.
            latency: seconds (or a timedelta) that an answer takes on the mock's clock, seven days at most.
                Beyond the client's read timeout the call is carried out, but the client meets a
                ``ReadTimeoutError``.
            applied: the call is carried out and only its reply is lost: the error (``ReadTimeoutError``
                unless another is given) comes afterwards.
            when: parameters that a call must have, or a function of its parameters.
            status: the HTTP status of the error, from 400 to 599, where it is another than the error's own:
                DirectConnectServerException, 500 in the model, came with 400 in 2019.

        Raises:
            TypeError, ValueError: If a value is impossible; the message says which.
        """
        if applied and error is None:
            error = "ReadTimeoutError"
        name = None if error is None else _check_error(error)
        if name is None and latency is None:
            raise ValueError("a fault needs an error, a latency or applied=True")
        if applied and name is not None and not CONNECTION_ERRORS.get(name, True):
            raise ValueError(f"applied=True: a call that meets a {name} never arrives; try 'ReadTimeoutError'")
        fault = Fault(
            operation=_check_operation(operation),
            error=name,
            message=_check_message(message),
            status=_check_status(status, name),
            times=None if times is None else _check_count("times", times),
            after=_check_count("after", after),
            probability=_check_probability(probability),
            latency=_check_latency(latency),
            applied=applied,
            when=when,
            number=self._made + 1,
            faults=self,
            seed=self._seed,
        )
        self._made += 1
        self._faults.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Remove a fault; one that has been removed is ignored."""
        if fault in self._faults:
            self._faults.remove(fault)

    def clear(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    def state(self) -> dict[str, Any]:
        """Return all of this as plain data, for a world that goes on in another process.

        A fault that asks a function of the test is left out: no other process has that.
        """
        return {"made": self._made, "faults": [_row(each) for each in self._faults if not callable(each.when)]}

    def go_on_from(self, state: Mapping[str, Any]) -> None:
        """Be what :meth:`state` returned."""
        self._made = state["made"]
        self._faults = []
        for row in state["faults"]:
            given = {name: value for name, value in row.items() if name not in ("seen", "struck", "dice")}
            fault = Fault(**given, faults=self, seed=self._seed)
            fault.seen, fault.struck = row["seen"], row["struck"]
            fault._dice.setstate(row["dice"])
            self._faults.append(fault)

    def concern(self, operation: str) -> bool:
        """Return whether a fault may strike an operation from now on."""
        return any(not each.over and fnmatchcase(operation, each.operation) for each in self._faults)

    def strike(self, operation: str, parameters: Mapping[str, Any]) -> tuple[timedelta, Fault | None]:
        """Return what an attempt meets: the sum of the latencies that strike it, and the first error."""
        latency = timedelta()
        for fault in self._faults:
            if fault.strikes(operation, parameters):
                latency += fault.latency
                if fault.error is not None:
                    return latency, fault
        return latency, None

    def __iter__(self) -> Iterator[Fault]:
        return iter(list(self._faults))

    def __len__(self) -> int:
        return len(self._faults)

    def __repr__(self) -> str:
        return f"<Faults {self._faults!r}>"


def _row(fault: Fault) -> dict[str, Any]:
    found = {each.name: getattr(fault, each.name) for each in fields(fault)}
    return {**found, "dice": fault._dice.getstate()}


def _service_error(code: str) -> tuple[int, str]:
    """Return the HTTP status and the default message of an error that a service answers with."""
    if code in STATUSES:
        return int(code), ""
    if code in COMMON_ERRORS:
        return COMMON_ERRORS[code]
    return contract.status_of(code), "A fault of the test."


def _check_error(error: object) -> str:
    name = str(error) if isinstance(error, int) and not isinstance(error, bool) else error
    known = [*contract.exception_names(), *COMMON_ERRORS, *CONNECTION_ERRORS, *STATUSES]
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"unknown error {error!r}{hint(name, known, '.')} Known: {', '.join(known)}")
    return name


def _check_operation(operation: object) -> str:
    names = contract.operation_names()
    if not isinstance(operation, str) or not any(fnmatchcase(name, operation) for name in names):
        raise ValueError(f"the installed botocore has no operation {operation!r}{hint(operation, names)}")
    return operation


def _check_message(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError(f"message must be a string, not {value!r}")
    return value


def _check_status(value: object, error: str | None) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 400 <= value <= 599:
        raise ValueError(f"status must be a whole number from 400 to 599, not {value!r}")
    if error is None or error in CONNECTION_ERRORS or error in STATUSES:
        raise ValueError(f"status={value} needs an error of the service, not {error!r}")
    return value


def _check_count(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{name} must be a whole number of 0 or more, not {value!r}")
    return value


def _check_probability(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise ValueError(f"probability must be a number from 0 to 1, not {value!r}")
    return float(value)


def _check_latency(value: object) -> timedelta:
    if value is None:
        return timedelta()
    found = value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            found = timedelta(seconds=value)
        except (OverflowError, ValueError):  # infinite, or not a number (NaN)
            found = None
    if not isinstance(found, timedelta) or not timedelta() <= found <= MAX_LATENCY:
        raise ValueError(f"latency must be seconds or a timedelta from 0 to 7 days, not {value!r}")
    return found


def _check_when(value: Any) -> Callable[[Mapping[str, Any]], bool]:
    if value is None:
        return lambda parameters: True
    if callable(value):
        found: Callable[[Mapping[str, Any]], bool] = value
        return found
    if not isinstance(value, Mapping):
        raise TypeError(f"when must be parameters or a function of them, not {value!r}")
    wanted = dict(value)
    return lambda parameters: all(
        name in parameters and parameters[name] == each for name, each in wanted.items()
    )
