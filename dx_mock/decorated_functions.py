"""Decorating functions and generators, either of them asynchronous, and fixtures of pytest."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, TypeVar


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


def decorate_function(target: T, make: Make) -> T:
    """Give every call of a function, or every life of a generator or fixture, a mock of its own.

    Raises:
        TypeError: If it is none of these.
    """
    decorated: T = _kind_of(target)(target, make)
    return decorated


def _kind_of(target: Any) -> Callable[[Any, Make], Any]:
    if fixture_marker(target) is not None:
        return _decorate_fixture
    if inspect.iscoroutinefunction(target):
        return _decorate_coroutine
    if inspect.isasyncgenfunction(target):
        return _decorate_async_generator
    if inspect.isgeneratorfunction(target):
        return _decorate_generator
    if callable(target):
        return _decorate_function
    raise TypeError(f"mock_directconnect can decorate functions and classes, not {target!r}")


def fixture_marker(target: Any) -> Any:
    """Return what ``@pytest.fixture`` has made a fixture with, or None if it has not."""
    for name in ("_fixture_function_marker", "_pytestfixturefunction"):  # the second before pytest 8.4
        found = getattr(target, name, None)
        if found is not None and type(found).__module__.startswith("_pytest."):
            return found
    return None


def _decorate_fixture(target: Any, make: Make) -> Any:
    """Give a fixture a mock for its life: the function inside is decorated and made a fixture once more.

    Raises:
        TypeError: If this pytest does not tell which function that is.
    """
    inside = getattr(target, "_get_wrapped_function", None)
    function = (
        inside() if inside is not None else getattr(getattr(target, "__pytest_wrapped__", None), "obj", None)
    )
    if function is None:
        raise TypeError("put @mock_directconnect below @pytest.fixture, next to the function")
    return fixture_marker(target)(decorate_function(function, make))


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
