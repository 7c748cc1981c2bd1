"""Decorating: functions and generators, either of them asynchronous, and classes of unittest and pytest."""

from __future__ import annotations

import functools
import inspect
import unittest
from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, TypeVar

from dx_mock.process import current_world


class Startable(Protocol):
    """A mock as far as decorating needs it."""

    def start(self) -> Startable:
        """Begin; return itself."""

    def stop(self) -> None:
        """End."""

    def __enter__(self) -> Startable: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


#: Makes the mock for one test.
Make = Callable[[], Startable]

T = TypeVar("T", bound=Callable[..., Any])


def decorate(target: T, make: Make) -> T:
    """Give every call of a function, every life of a generator, or every test of a class a mock of its own.

    Raises:
        TypeError: it is neither.
    """
    decorated: T = _kind_of(target)(target, make)
    return decorated


def _kind_of(target: Any) -> Callable[[Any, Make], Any]:
    if inspect.isclass(target):
        return _decorate_class
    if inspect.iscoroutinefunction(target):
        return _decorate_coroutine
    if inspect.isasyncgenfunction(target):
        return _decorate_async_generator
    if inspect.isgeneratorfunction(target):
        return _decorate_generator
    if callable(target):
        return _decorate_function
    raise TypeError(f"mock_directconnect can decorate functions and classes, not {target!r}")


def _decorate_function(target: Any, make: Make) -> Any:
    @functools.wraps(target)
    def run(*args: Any, **kwargs: Any) -> Any:
        with make():
            return target(*args, **kwargs)

    return run


def _decorate_coroutine(target: Any, make: Make) -> Any:
    @functools.wraps(target)
    async def run(*args: Any, **kwargs: Any) -> Any:
        with make():
            return await target(*args, **kwargs)

    return run


def _decorate_generator(target: Any, make: Make) -> Any:
    @functools.wraps(target)
    def run(*args: Any, **kwargs: Any) -> Any:
        with make():
            return (yield from target(*args, **kwargs))

    return run


def _decorate_class(cls: Any, make: Make) -> Any:
    """Give every test of a class a mock of its own, begun before its ``setUp`` or ``setup_method``.

    A class with a ``setUpClass`` or ``setup_class`` has one for all of its tests, begun before that.
    """
    if issubclass(cls, unittest.TestCase):
        _wrap_unittest(cls, make)
    else:
        _wrap_pytest(cls, make)
    return cls


def _decorate_async_generator(target: Any, make: Make) -> Any:
    """Give an asynchronous generator, such as a fixture of pytest-asyncio, a mock for its life."""

    @functools.wraps(target)
    async def run(*args: Any, **kwargs: Any) -> Any:
        with make():
            inner = target(*args, **kwargs)
            try:
                value = await inner.__anext__()
                while True:
                    try:
                        sent = yield value
                    except GeneratorExit:
                        await inner.aclose()
                        raise
                    except BaseException as error:
                        value = await inner.athrow(error)
                    else:
                        value = await inner.asend(sent)
            except StopAsyncIteration:
                return

    return run


def _wrap_unittest(cls: Any, make: Make) -> None:
    _note_failures(cls)
    set_up_class = cls.setUpClass.__func__
    if set_up_class is not unittest.TestCase.setUpClass.__func__:  # type: ignore[attr-defined]
        # What setUpClass makes must be there in the tests: one mock for all of the class.
        @functools.wraps(set_up_class)
        def whole_class(klass: Any) -> None:
            klass.addClassCleanup(make().start().stop)
            set_up_class(klass)

        cls.setUpClass = classmethod(whole_class)
        return
    set_up = cls.setUp

    @functools.wraps(set_up)
    def one_test(self: Any) -> None:
        self.addCleanup(make().start().stop)
        set_up(self)

    cls.setUp = one_test


def _note_failures(cls: Any) -> None:
    """Let an error leave a test with word of its world: unittest ends the mock before pytest reports."""
    call = getattr(cls, "_callTestMethod", None)
    if call is None:
        return

    @functools.wraps(call)
    def noting(self: Any, method: Any) -> Any:
        try:
            return call(self, method)
        except Exception as error:
            current_world.note(error, current_world.current())
            raise

    cls._callTestMethod = noting


def _wrap_pytest(cls: Any, make: Make) -> None:
    if getattr(cls, "setup_class", None) is not None:
        _around(cls, make, "setup_class", "teardown_class", classmethod)
    else:
        _around(cls, make, "setup_method", "teardown_method", lambda function: function)


def _around(cls: Any, make: Make, begin: str, end: str, kind: Any) -> None:
    """Start a mock before one method of a class and stop it after another, whether it has them or not."""
    set_up, tear_down = (_function(cls, name) for name in (begin, end))
    #: by whose tests they are for; a base that is decorated too has its own
    mocks: dict[int, Startable] = {}

    def starting(self: Any, method: Any = None) -> None:
        mocks[id(self)] = make().start()
        try:
            _call_optional(set_up, self, method)
        except BaseException:
            mocks.pop(id(self)).stop()
            raise

    def stopping(self: Any, method: Any = None) -> None:
        try:
            _call_optional(tear_down, self, method)
        finally:
            mocks.pop(id(self)).stop()

    setattr(cls, begin, kind(starting))
    setattr(cls, end, kind(stopping))


def _function(cls: Any, name: str) -> Any:
    """A method of a class as a function, or None."""
    found = getattr(cls, name, None)
    return getattr(found, "__func__", found)


def _call_optional(function: Any, self: Any, method: Any) -> None:
    """Pytest lets these take the method or not, and be there or not."""
    if function is None:
        return
    if len(inspect.signature(function).parameters) > 1:
        function(self, method)
    else:
        function(self)
