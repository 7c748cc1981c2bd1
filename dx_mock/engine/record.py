"""The record of calls: their parameters, their callers and their outcomes."""

from __future__ import annotations

import base64
import math
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dx_mock.engine.brief import brief, weight
from dx_mock.engine.cloudtrail_records import arrived, record_of
from dx_mock.engine.faults import LostReply
from dx_mock.protocol import contract
from dx_mock.support.clock import EPOCH
from dx_mock.support.errors import ServiceError
from dx_mock.support.suggestions import hint
from dx_mock.support.text import shortened

if TYPE_CHECKING:
    from botocore.model import OperationModel

#: What a call met instead of an answer.
CallError = ServiceError | LostReply


class CallRecord:
    """One call: ``operation``, ``parameters``, ``account_id``, ``region_name``, and ``reply`` or ``error``.

    The parameters of a refused call are a copy, cut where they are longer than a few KiB or deeply nested.
    ``applied`` is whether it was carried out: a fault may have lost the reply.
    """

    __slots__ = (
        "_answer", "_model", "account_id", "error", "operation", "parameters", "region_name", "request_id",
        "time",
    )  # fmt: skip

    def __init__(
        self,
        model: OperationModel,
        parameters: dict[str, Any],
        account_id: str,
        region_name: str,
        answer: Mapping[str, Any] | None = None,
        error: CallError | None = None,
        time: datetime = EPOCH,
        request_id: str = "",
    ) -> None:
        self.operation: str = model.name
        self.parameters: dict[str, Any] = parameters if error is None else brief(parameters)
        self.account_id: str = account_id
        self.region_name: str = region_name
        #: The error (``code``, ``message``, ``wording``), or None.  ``Any`` stands for that None: whoever looks
        #: at the code of a call that succeeded gets an AttributeError, as a test wants; to assert it first
        #: would be a burden.
        self.error: CallError | Any = error if error is None else _kept(error)
        #: when it was made, on the mock's clock
        self.time: datetime = time
        #: as the client got it
        self.request_id: str = request_id
        self._answer = answer
        self._model = model

    @property
    def reply(self) -> dict[str, Any] | None:
        """The answer as the client got it, without ``ResponseMetadata``; None if it got none."""
        if self._answer is None or self.error is not None:
            return None
        return contract.encode(self._model, self._answer)

    def weight(self) -> int:
        """Return about how many bytes of memory the call takes."""
        message = getattr(self.error, "message", "")
        return 500 + weight(self.parameters) + weight(self._answer) + len(message)

    @property
    def answer(self) -> dict[str, Any] | None:
        """What was answered, whether or not the client got it; None if nothing was."""
        return None if self._answer is None else contract.encode(self._model, self._answer)

    @property
    def applied(self) -> bool:
        """Whether the call was answered, even if the answer did not arrive."""
        return self._answer is not None

    def to_dict(self) -> dict[str, Any]:
        """Return the call for JSON: the reply as it is on the wire, and ``error`` with a code and a message."""
        error = None
        if self.error is not None:
            error = {"code": self.error.code, "message": self.error.message}
        reply = self._answer if error is None else None
        return {
            "operation": self.operation,
            "accountId": self.account_id,
            "regionName": self.region_name,
            "parameters": _plain(self.parameters),
            "reply": None if reply is None else contract.encode(self._model, reply, "json"),
            "error": error,
            "applied": self.applied,
        }

    def __repr__(self) -> str:
        arguments = spell_parameters(self.parameters)
        outcome = "ok" if self.error is None else str(self.error)
        if isinstance(self.error, ServiceError):
            outcome = f"{self.error.code}: {self.error.message}".removesuffix(": ")
        if self.error is not None and self.applied:
            outcome = f"done, but the reply was lost: {outcome}"
        return f"<{self.operation}({arguments}) by {self.account_id} in {self.region_name}: {outcome}>"


class Calls(list[CallRecord]):
    """The calls of one world, in order: a list with a filter and assertions."""

    #: how many calls before the first one were forgotten
    forgotten: int = 0

    def clear(self) -> None:
        """Forget all of them; the numbers of later calls continue."""
        self.forgotten += len(self)
        super().clear()

    def of(self, operation: str, **parameters: Any) -> list[CallRecord]:
        """Return the calls of an operation, by its API name (``CreateLag``), that have these parameters.

        Raises:
            ValueError: If there is no such operation, as a misspelled one would never be found.
        """
        _check_operation(operation, [call.operation for call in self])
        return [
            call
            for call in self
            if call.operation == operation
            and all(call.parameters.get(name, _ABSENT) == value for name, value in parameters.items())
        ]

    def assert_called(self, operation: str, **parameters: Any) -> CallRecord:
        """Fail unless there was such a call; return the last one.

        Raises:
            AssertionError: If there was none; the message shows the nearest miss.
        """
        found = self.of(operation, **parameters)
        if not found:
            nearest = self._nearest(operation, parameters)
            raise AssertionError(f"{_wanted(operation, parameters)} was not called. {nearest}")
        return found[-1]

    def assert_called_once(self, operation: str, **parameters: Any) -> CallRecord:
        """Fail unless there was exactly one such call; return it.

        Raises:
            AssertionError: If there was none, or more than one; the message shows them.
        """
        found = self.of(operation, **parameters)
        if len(found) > 1:
            calls = "\n".join(f"  {call!r}" for call in found)
            raise AssertionError(
                f"{_wanted(operation, parameters)} was called {len(found)} times, not once:\n{calls}"
            )
        return self.assert_called(operation, **parameters)

    def assert_not_called(self, operation: str, **parameters: Any) -> None:
        """Fail if there was such a call.

        Raises:
            AssertionError: If there was one; the message shows the first.
        """
        found = self.of(operation, **parameters)
        if found:
            raise AssertionError(f"{_wanted(operation, parameters)} was called: {found[0]!r}")

    def _nearest(self, operation: str, parameters: Mapping[str, Any]) -> str:
        """Return the nearest miss in words: of the operation's calls the one with the fewest differences."""
        same = [call for call in self if call.operation == operation]
        if same:
            nearest = min(reversed(same), key=lambda call: len(_differences(call, parameters)))
            return f"The nearest call has {', '.join(_differences(nearest, parameters))}: {nearest!r}"
        names = list(dict.fromkeys(call.operation for call in self))
        return f"Called were: {', '.join(names)}" if names else "There were no calls at all."

    def to_cloudtrail(self) -> list[dict[str, Any]]:
        """Return the calls as CloudTrail records them, those of all accounts and Regions, in order.

        With AWS's masks: addresses, keys and router configurations are ``[PROTECTED]``, ASNs -1, and calls that
        only look have no ``responseElements``.  Calls that never got to AWS, by a fault, are left out.
        """
        return [record_of(call) for call in self if arrived(call)]

    def __repr__(self) -> str:
        return "".join(["[", *(f"\n  {call!r}," for call in self), "\n]" if self else "]"])


def _differences(call: CallRecord, parameters: Mapping[str, Any]) -> list[str]:
    """Return how a call's parameters differ from the wanted ones, an entry for each difference."""
    return [
        f"{name}={call.parameters[name]!r}" if name in call.parameters else f"no {name}"
        for name, value in parameters.items()
        if call.parameters.get(name, _ABSENT) != value
    ]


def _check_operation(operation: object, called: list[str]) -> None:
    names = contract.operation_names()
    if operation in names or operation in called:
        return
    raise ValueError(f"the installed botocore has no operation {operation!r}{hint(operation, names)}")


#: The longest message of an error that is kept, in characters: AWS repeats what it was given.
_MESSAGE = 4096


def _kept(error: CallError) -> CallError:
    """Return an error without what it would keep alive: frames with the whole request, and a long message."""
    error.__context__ = error.__cause__ = error.__traceback__ = None
    if isinstance(error, ServiceError) and len(error.message) > _MESSAGE:
        shown = shortened(error.message, _MESSAGE)
        return ServiceError(error.code, shown, error.status, error.wording)
    return error


#: How many bytes the record of a server takes at most, about.
MOST_BYTES = 128 * 1024 * 1024


class LastCalls(Calls):
    """The last calls of a world, for servers that run for days; earlier calls are forgotten.

    Args:
        limit: how many calls are kept, unless they take more than ``MOST_BYTES``; the last one always is.
    """

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit
        self._weights: deque[int] = deque()
        self._weight = 0

    def append(self, call: CallRecord, /) -> None:
        """Add a call, and forget the first ones if there are too many, or too large ones."""
        super().append(call)
        added = call.weight()
        self._weights.append(added)
        self._weight += added
        gone = 0
        while len(self._weights) > self.limit or (self._weight > MOST_BYTES and len(self._weights) > 1):
            self._weight -= self._weights.popleft()
            gone += 1
        if gone:
            self.forgotten: int = self.forgotten + gone
            del self[:gone]

    def clear(self) -> None:
        """Forget all of them; the numbers of later calls continue."""
        super().clear()
        self._weights.clear()
        self._weight = 0


def _wanted(operation: str, parameters: Mapping[str, Any]) -> str:
    return f"{operation}({spell_parameters(parameters)})"


def spell_parameters(parameters: Any) -> str:
    """Return parameters as text for messages and logs, without key material, as AWS never shows a CAK again."""
    if not isinstance(parameters, Mapping):
        return repr(parameters)
    return ", ".join(
        f"{name}={'...' if name in _SECRET else repr(value)}" for name, value in parameters.items()
    )


#: Members whose values are left out of every text, because texts end up in the logs of CI.
_SECRET = frozenset({"cak"})


def _plain(value: Any) -> Any:
    """Return parameters for JSON, whatever a client has sent, without key material."""
    if isinstance(value, Mapping):
        return {str(name): "..." if name in _SECRET else _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None or isinstance(value, (str, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return str(value)


#: A value that equals no parameter.
_ABSENT: Any = object()
