"""The record of calls: what was asked, by whom, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dx_mock import wire
from dx_mock.errors import ServiceError

if TYPE_CHECKING:
    from botocore.model import OperationModel


class CallRecord:
    """One call: ``operation``, ``parameters``, ``account_id``, ``region_name``, and ``reply`` or ``error``."""

    __slots__ = ("_answer", "_model", "account_id", "error", "operation", "parameters", "region_name")

    def __init__(
        self,
        model: OperationModel,
        parameters: dict[str, Any],
        account_id: str,
        region_name: str,
        answer: Mapping[str, Any] | None = None,
        error: ServiceError | BaseException | None = None,
    ) -> None:
        self.operation = model.name
        self.parameters = parameters
        self.account_id = account_id
        self.region_name = region_name
        #: the refusal (``code`` and ``message``), or None
        self.error = error
        self._answer = answer
        self._model = model

    @property
    def reply(self) -> dict[str, Any] | None:
        """The answer as the client got it, without ``ResponseMetadata``; None if the call was refused."""
        if self._answer is None:
            return None
        return wire.encode(self._model, self._answer)

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        outcome = "ok" if self.error is None else f"{type(self.error).__name__}: {self.error}"
        if isinstance(self.error, ServiceError):
            outcome = f"{self.error.code}: {self.error.message}"
        return f"<{self.operation}({arguments}) by {self.account_id} in {self.region_name}: {outcome}>"


class Calls(list[CallRecord]):
    """The calls of one world, in order: a list with a filter."""

    def of(self, operation: str) -> list[CallRecord]:
        """The calls of one operation, by its API name (``CreateLag``)."""
        return [call for call in self if call.operation == operation]
