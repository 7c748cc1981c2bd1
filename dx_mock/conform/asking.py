"""Asking: one call after the other, politely, and what was made is taken away whatever happens."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore import xform_name
from botocore.exceptions import (
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
)

from dx_mock.conform.answers import Answer, answered, failed
from dx_mock.conform.leftovers import Made, filled, take_away, unfilled, values_at
from dx_mock.conform.masking import PRIVATE, Mask, strings
from dx_mock.conform.questions import Asked, Question

#: Seconds of the first wait where the endpoint says "too many", and how often it is asked again.
_BACK_OFF, _PATIENCE = 1.0, 3
#: Seconds between attempts to take a thing away, on which something may still hang; and on this machine.
_PATIENT, _HASTY = 1.0, 0.02
_THROTTLED = frozenset(
    {
        "RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "SlowDown", "Throttling",
        "ThrottlingException", "ThrottledException", "TooManyRequestsException",
    }
)  # fmt: skip
#: Refusals that say nothing about the service but about who asks: the next call may fare better ...
_NOT_ALLOWED = frozenset({"AccessDenied", "AccessDeniedException", "NotAuthorized", "UnauthorizedOperation"})
#: ... or none will.
_UNKNOWN_CALLER = frozenset(
    {
        "AuthFailure", "ExpiredToken", "ExpiredTokenException", "IncompleteSignature",
        "IncompleteSignatureException", "InvalidClientTokenId", "InvalidSignatureException",
        "MissingAuthenticationToken", "MissingAuthenticationTokenException", "OptInRequired",
        "RequestExpired", "SignatureDoesNotMatch", "SubscriptionRequiredException",
        "UnrecognizedClientException",
    }
)  # fmt: skip
_NO_CREDENTIALS = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError)


class NotAsked(Exception):
    """A question could not be asked; the message says why."""


class Stopped(Exception):
    """The run can't or shall not go on; the message says why."""


@dataclass
class Asker:
    """Asks one endpoint.

    Args:
        client: a boto3 client of Direct Connect.
        pause: seconds between two calls.
        until: on :func:`time.monotonic`, after which nothing new is asked; None for no limit.
    """

    client: Any
    pause: float = 0.0
    until: float | None = None
    #: what the run calls what it makes
    name: str = "dx-mock-conform"
    #: strings of the caller that no answer may show
    private: Collection[str] = ()
    #: says why nothing new shall be asked; an empty text to go on
    stop: Callable[[], str] = str
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    #: what was made and is not taken away yet
    made: list[Made] = field(default_factory=list)
    calls: int = 0
    _mask: Mask = field(default_factory=Mask)
    _last: float = float("-inf")

    def ask(self, question: Question) -> list[Answer]:
        """Return the answers to the steps of a question; what they made is taken away before.

        Raises:
            NotAsked: If the client or its credentials do not allow it; the message says why.
            Stopped: If nothing more is to be asked; the message says why.
        """
        if lacking := self._lacking(question):
            raise NotAsked(f"the installed botocore has no {lacking}")
        run = f"{self.name}-{question.id}"
        # Numbered anew for each question, so that runs of different questions compare.
        sent = {each for step in question.steps for each in strings(step.parameters)}
        names = {each.replace("{run}", run): each.replace("{run}", "<run>") for each in sent if "{run}" in each}
        self._mask = Mask(sent, {**dict.fromkeys(self.private, PRIVATE), **names, run: "<run>"})
        begun = len(self.made)
        saved = {"run": [run]}
        answers: list[Answer] = []
        try:
            for step in question.steps:
                if unfilled(filled(step.parameters, saved)):
                    break  # what an earlier step should have made is not there: its answer says why
                answers.append(self._step(step, saved))
        finally:
            self.clean(begun)
        return answers

    def _lacking(self, question: Question) -> str:
        """Return what of a question the client's model does not have, in words; nothing if it can be asked."""
        model = self.client.meta.service_model
        missing = [name for name in question.operations if name not in model.operation_names]
        if missing:
            return f"operation {', '.join(missing)}"
        for step in question.steps:
            for member in unknown_members(model.operation_model(step.operation).input_shape, step.parameters):
                return f"member {member} of {step.operation}"
        return ""

    def _step(self, step: Asked, saved: dict[str, list[str]]) -> Answer:
        if reason := self._reason_to_stop():
            raise Stopped(reason)
        # Noted before it is sent: whatever happens then, it is not forgotten.
        noted = [Made(undo, dict(saved)) for undo in reversed(step.undo)]
        self.made += noted
        parameters = filled(step.parameters, saved)
        try:
            parsed = self._polite(step.operation, parameters)
        except (ParamValidationError, *_NO_CREDENTIALS) as problem:
            self._forget(noted)  # nothing was sent
            if isinstance(problem, ParamValidationError):
                raise NotAsked("the client checks parameters itself") from None
            raise Stopped(f"there are no credentials: {type(problem).__name__}") from None
        except ClientError as refusal:
            answer = failed(step.operation, refusal, self._mask)
            if 400 <= answer.status < 500:
                self._forget(noted)
            self._check(answer)
            return answer
        except Exception as problem:
            return failed(step.operation, problem, self._mask)
        return self._answered(step, parameters, parsed, saved, noted)

    def _answered(
        self, step: Asked, parameters: Any, parsed: Any, saved: dict[str, list[str]], noted: list[Made]
    ) -> Answer:
        for name, path in step.save.items():
            saved[name] = values_at(parsed, path)
            for made in noted:
                made.saved[name] = saved[name]
        again = parsed.get("ResponseMetadata", {}).get("RetryAttempts", 0)
        for made in noted:  # an earlier attempt, whose answer was lost, may have made another one
            made.is_sure = not again and made.is_known
        for made in [each for each in self.made if each.is_taken_by(step.operation, parameters)]:
            self._forget([made])
        return answered(step.operation, parsed, self._mask, whole=not step.is_of_any_account)

    def _reason_to_stop(self) -> str:
        if self.until is not None and self.clock() >= self.until:
            return "the time of the run was over"
        return self.stop()

    def _check(self, answer: Answer) -> None:
        """Raise where an answer is about who asks, not about what is asked."""
        if answer.code in _NOT_ALLOWED:
            raise NotAsked(f"the credentials may not call {answer.operation}")
        if answer.code in _UNKNOWN_CALLER:
            raise Stopped(f"the endpoint does not accept the credentials: {answer.code}")
        if answer.code in _THROTTLED or answer.status == 429:
            raise NotAsked("the endpoint wants fewer calls")

    def _forget(self, noted: Collection[Made]) -> None:
        self.made = [each for each in self.made if not any(each is made for made in noted)]

    def _polite(self, operation: str, parameters: Mapping[str, Any]) -> Any:
        """Call; where the endpoint wants fewer calls wait longer each time, and from then on between calls."""
        for attempt in range(_PATIENCE):
            try:
                return self._call(operation, parameters)
            except ClientError as refusal:
                if refusal.response.get("Error", {}).get("Code") not in _THROTTLED or self._reason_to_stop():
                    raise
                self.pause = min(2.0, max(self.pause * 2, 0.1))
                self.sleep(_BACK_OFF * 2**attempt)
        return self._call(operation, parameters)

    def _call(self, operation: str, parameters: Mapping[str, Any]) -> Any:
        wait = self._last + self.pause - self.clock()
        if wait > 0:
            self.sleep(wait)
        self._last = self.clock()
        self.calls += 1
        parsed = getattr(self.client, xform_name(operation))(**parameters)
        if not isinstance(parsed, Mapping):  # somebody's stub
            raise TypeError(f"an answer of the type {type(parsed).__name__}")
        return parsed

    def clean(self, begun: int = 0) -> None:
        """Take away what was made, the last first; what can't be taken away stays in ``made``."""
        for made in reversed(self.made[begun:]):
            if take_away(made, self._call, lambda: self.sleep(_PATIENT if self.pause else _HASTY)):
                self._forget([made])


def unknown_members(shape: Any, value: Any) -> Iterator[str]:
    """Yield the members of parameters that a shape of the model does not have: a client can't send them."""
    kind = shape.type_name if shape is not None else "structure"
    if kind == "structure" and isinstance(value, Mapping):
        members = shape.members if shape is not None else {}
        for name, each in value.items():
            if name not in members:
                yield name
            else:
                yield from unknown_members(members[name], each)
    elif kind == "list" and isinstance(value, list):
        for each in value:
            yield from unknown_members(shape.member, each)
