"""From a call to a reply: take due steps, check the parameters, ask the handler, keep the record."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore import xform_name

from dx_mock import handlers
from dx_mock.engine.engine import Engine
from dx_mock.engine.faults import LostReply
from dx_mock.engine.record import CallRecord, spell_parameters
from dx_mock.graph.neighbours import around
from dx_mock.protocol import bodies, contract
from dx_mock.support import errors
from dx_mock.support.clock import LATEST
from dx_mock.support.errors import ServiceError
from dx_mock.support.text import shortened

_log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from botocore.model import OperationModel

    from dx_mock.service.caller import Caller


@dataclass(slots=True)
class Call:
    """One request, through whichever door it came; ``parameters`` are unchecked, as on the wire."""

    operation: OperationModel
    parameters: Any
    account_id: str
    region_name: str
    #: seconds that the client waits for an answer, if known
    patience: float | None = None
    #: whether the faults of the test have been applied to it
    tried: bool = False


@dataclass(slots=True)
class Reply:
    """The handler's answer or an error, with the id of the request.

    The error may come from a fault of the test, and a fault may have lost the reply.
    """

    request_id: str
    answer: Mapping[str, Any] | None = None
    error: ServiceError | None = None
    lost: LostReply | None = None
    fault: bool = False


@cache
def _handler(operation: str) -> handlers.Handler | None:
    return handlers.find(xform_name(operation))


@cache
def _declared(operation: str) -> frozenset[str]:
    return frozenset(shape.name for shape in contract.service_model().operation_model(operation).error_shapes)


def _as_declared(operation: OperationModel, refusal: ServiceError) -> ServiceError:
    """Return an error as an exception that the model declares for the operation, if need be the general one."""
    if refusal.code == errors.CLIENT_EXCEPTION or refusal.code in _declared(operation.name):
        return refusal
    return ServiceError(errors.CLIENT_EXCEPTION, refusal.message, wording=refusal.wording)


@cache
def _is_look(operation: str) -> bool:
    return operation.startswith(("Describe", "List", "Get"))


@cache
def _only_looks(operation: str) -> bool:
    """Return whether an operation changes nothing: letters note when they were issued."""
    return _is_look(operation) and "Loa" not in operation


#: Above so many due resources a look is tried before they settle.
_FEW = 32

#: What a look is refused with whatever the states of resources are.
_WRONG_IN_ITSELF = frozenset(
    {
        errors.INVALID_MAX_RESULTS,
        errors.INVALID_NEXT_TOKEN,
        errors.NOT_A_PARTNER,
        errors.CONNECTION_ID_FORMAT,
        errors.CONNECTION_NOT_FOUND,
        errors.LAG_ID_FORMAT,
        errors.LAG_NOT_FOUND,
        errors.INTERCONNECT_ID_FORMAT,
        errors.INTERCONNECT_NOT_FOUND,
        errors.VIF_ID_FORMAT,
        errors.VIF_NOT_FOUND,
        errors.GATEWAY_ID_FORMAT,
        errors.ASSOCIATION_ID_FORMAT,
        errors.ASSOCIATION_FILTER_MISSING,
        errors.ATTACHMENT_FILTER_MISSING,
        errors.PROPOSAL_ID_FORMAT,
        errors.RESILIENCY_GROUP_ID_FORMAT,
        errors.RESILIENCY_GROUP_NOT_FOUND,
        errors.HOSTED_PARENT_MISSING,
        errors.ARN_INVALID,
        errors.ARN_NOT_FOUND,
    }
)


def _strings(values: Iterable[Any]) -> dict[str, None]:
    """Return the strings among some parameters, also those in lists, in order: any of them may be an id."""
    found: dict[str, None] = {}
    for value in values:
        if isinstance(value, str):
            found[value] = None
        elif isinstance(value, list):
            found.update((each, None) for each in value if isinstance(each, str))
    return found


class Dispatcher(Engine):
    """An engine that answers calls: the one way in, through whichever door a call came."""

    def caller(self, account_id: str, region_name: str) -> Caller:
        """Return the view of one account in one Region."""
        raise NotImplementedError

    def dispatch(self, call: Call) -> Reply:
        """Answer a call.  Never raises for what the caller did."""
        operation = call.operation
        name = operation.name
        with self.lock:
            if self.faults and not call.tried:
                return self._strike(call)
            parameters: Any = call.parameters
            answer: Mapping[str, Any] | None = None
            error: ServiceError | None = None
            refused = False
            given = self.ids.counter
            try:
                parameters = contract.decode(operation, parameters)
                handler = _handler(name)
                if handler is None:
                    raise errors.NOT_IMPLEMENTED(operation=name, version=contract.botocore_version())
                lifecycle = self.lifecycle
                if lifecycle.calendar:
                    lifecycle.run_calendar()
                if lifecycle.next_look or lifecycle.next_call or lifecycle.counted:
                    if len(lifecycle.next_look) > _FEW and _only_looks(name):
                        self._refuse_early(handler, call, parameters)
                    self.settle_before(name, parameters)
                token = parameters.get("clientToken")
                if token is None:
                    answer = handler(self.caller(call.account_id, call.region_name), parameters)
                else:
                    answer = self._once(call, token, parameters, handler)
            except ServiceError as refusal:
                if self.graph.journal.is_open:  # nothing has happened, not even what was due
                    self.graph.journal.take_back()
                self.ids.counter = given
                refused = True
                error = _as_declared(operation, refusal)
                if type(parameters) is bytes:  # its parameters could not be read as an object
                    parameters = bodies.peek(parameters)
            except Exception as bug:  # ours: AWS's error for the client, the traceback for the log
                _log.exception("dx_mock failed in %s(%s)", name, spell_parameters(parameters))
                error = errors.INTERNAL_FAILURE(reason=f"{type(bug).__name__}: {bug}")
            if self.graph.journal.is_open:
                self.graph.journal.close()
            request_id = self.ids.refusal() if refused else self.ids.request()
            self.calls.append(
                CallRecord(
                    operation, parameters, call.account_id, call.region_name, answer, error, self.clock.now(),
                    request_id,
                )
            )  # fmt: skip
            return Reply(request_id, answer, error)

    def refuse(self, call: Call, refusal: ServiceError) -> Reply:
        """Refuse a call that does not get as far as the service; the record has it."""
        parameters = call.parameters
        if isinstance(parameters, bytes):
            parameters = bodies.peek(parameters)
        with self.lock:
            return Reply(self._note(call, parameters, refusal, self.ids.refusal()), error=refusal)

    def _note(self, call: Call, parameters: Any, error: ServiceError | LostReply, request_id: str) -> str:
        """Write a call down that was not answered, and return the id of its request."""
        now = self.clock.now()
        self.calls.append(
            CallRecord(
                call.operation, parameters, call.account_id, call.region_name, None, error, now, request_id
            )
        )
        return request_id

    def settle_before(self, operation: str, parameters: Mapping[str, Any]) -> None:
        """Take the due steps before a call that describes, or that names a resource with such a step.

        They are taken back if the call is refused: what was due is due still.  A call that changes something
        takes the steps of what it names and of its neighbours only, so that a refusal costs no more.

        A Delete call finds its own target as it is: one that has not been described since its creation has
        not moved on.  Creations of other resources leave it alone, too.
        """
        lifecycle = self.lifecycle
        if lifecycle.next_call:
            lifecycle.mark()
            lifecycle.settle_deletions()
        if lifecycle.counted and _is_look(operation):
            lifecycle.mark()
            named = _strings(parameters.values())
            shows = self.ports.transitions.shows
            lifecycle.count_look(lambda machine, resource: shows(operation, named, machine, resource))
        if not lifecycle.next_look:
            return
        if _is_look(operation):
            lifecycle.mark()
            lifecycle.settle()
            return
        named = _strings(parameters.values())
        deletes = operation.startswith("Delete")
        if deletes or any(name in lifecycle.next_look for name in named):
            resources = self.graph.resources
            concerned = around(resources[name] for name in named if name in resources)
            lifecycle.mark()
            lifecycle.settle_some([each for each in concerned if not deletes or each not in named])

    def _refuse_early(self, handler: handlers.Handler, call: Call, parameters: dict[str, Any]) -> None:
        """Refuse a look before anything settles for it, where what is wrong with it does not depend on that."""
        try:
            handler(self.caller(call.account_id, call.region_name), parameters)
        except ServiceError as refusal:
            if refusal.text in _WRONG_IN_ITSELF:
                raise

    def _once(
        self, call: Call, token: str, parameters: dict[str, Any], handler: handlers.Handler
    ) -> Mapping[str, Any]:
        """Answer a request with a client token: a repeated request gets the answer to the first one."""
        key = f"{call.account_id} {call.region_name} {call.operation.name} {token}"
        asked = {name: value for name, value in parameters.items() if name != "clientToken"}
        known = self.client_tokens.get(key)
        if known is None:
            answer = handler(self.caller(call.account_id, call.region_name), parameters)
            self.client_tokens[key] = (asked, answer)
            return answer
        if known[0] != asked:
            raise errors.CLIENT_TOKEN_REUSED(token=token)
        return known[1]

    def _strike(self, call: Call) -> Reply:
        """Answer a call that a fault may strike."""
        given = call.parameters
        parameters = bodies.peek(given) if isinstance(given, bytes) else given
        latency, fault = self.faults.strike(call.operation.name, parameters)
        if latency:
            self.clock.advance(min(latency, LATEST - self.clock.now()))
        call.tried = True
        too_late = call.patience is not None and latency.total_seconds() > call.patience
        outcome = LostReply("ReadTimeoutError") if too_late else fault.outcome() if fault else None
        if outcome is None:
            return self.dispatch(call)
        if too_late or (fault is not None and fault.applied):
            reply = self.dispatch(call)
            self.calls[-1].error = outcome
        else:
            reply = Reply(self._note(call, parameters, outcome, self.ids.refusal()))
        if isinstance(outcome, LostReply):
            return Reply(reply.request_id, lost=outcome, fault=True)
        return Reply(reply.request_id, error=outcome, fault=True)


def unknown_operation(name: str) -> ServiceError:
    """Build the error for an operation that the installed model does not have."""
    shown = shortened(name, 200)
    return errors.UNKNOWN_OPERATION(operation=shown, version=contract.botocore_version())
