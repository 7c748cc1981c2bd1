"""Whether the calling code is on the full way of a botocore call: signature, transport, retries, parser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: Set while a call goes the full way: moto's hooks, which botocore runs besides, have nothing to do then.
under_way: ContextVar[bool] = ContextVar("dx_mock_under_way", default=False)

#: Set while a call that is refused goes the full way for the sake of a test's own handlers, one of which may
#: answer it: nobody's real keys sign it.
for_handlers_only: ContextVar[bool] = ContextVar("dx_mock_for_handlers_only", default=False)


@contextmanager
def of_a_refused_call() -> Iterator[None]:
    """Go the full way with a call that nobody answers but a test's own handlers."""
    tokens = [(each, each.set(True)) for each in (under_way, for_handlers_only)]
    try:
        yield
    finally:
        for variable, token in tokens:
            variable.reset(token)
