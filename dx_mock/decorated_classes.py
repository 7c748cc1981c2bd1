"""Decorating classes: of pytest and of unittest, nested and inherited ones, and classes without tests.

A test has a mock of its own, begun before everything that prepares it; tests that are prepared together have
one together.  A class without tests has its public methods decorated; a method that calls another one shares
its mock.
"""

from __future__ import annotations

import functools
import inspect
import sys
import unittest
import weakref
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

from dx_mock.decorated_functions import Make, Startable, decorate_function, fixture_marker
from dx_mock.process import current_world

#: What pytest calls around the tests of a class, and around each of them.
_AROUND_CLASS = ("setup_class", "teardown_class")
_AROUND_TEST = ("setup_method", "teardown_method")
#: The name of a fixture in decorated classes; pytest takes them by the alphabet, and this one before others.
_FIXTURE = " mock_directconnect"
#: An attribute of classes that are decorated.
_MARK = "_dx_mock_is_decorated"


def decorate_class(cls: Any, make: Make) -> Any:
    """Give every test of a class a mock of its own, or every call of a public method if it has no tests.

    Tests of a class with a ``setUpClass``, a ``setup_class`` or a fixture of class scope share one.
    """
    for nested in _nested(cls):
        if _is_test_class(nested) and _MARK not in vars(nested):  # else it has settings of its own
            decorate_class(nested, make)
    setattr(cls, _MARK, True)
    if issubclass(cls, unittest.TestCase):
        _note_failures(cls)
        _follow(cls, _UnittestLives(make).wrap)
    elif _is_test_class(cls):
        _follow(cls, _PytestLives(make).wrap)
        if not _has_tests(cls):  # a name that begins with Test is all that it has of one
            _decorate_methods(cls, make)
    else:
        _decorate_methods(cls, make)
    return cls


def _nested(cls: Any) -> list[Any]:
    """Return the classes that are defined inside a class, not those that it only refers to."""
    inside = f"{cls.__qualname__}."
    return [
        each for each in vars(cls).values() if inspect.isclass(each) and each.__qualname__.startswith(inside)
    ]


def _is_test_class(cls: Any) -> bool:
    """Return whether unittest or pytest would look for tests in a class."""
    return issubclass(cls, unittest.TestCase) or cls.__name__.startswith("Test") or _has_tests(cls)


def _has_tests(cls: Any) -> bool:
    names = {*_AROUND_CLASS, *_AROUND_TEST}
    return any(
        name in names or (name.startswith("test") and callable(getattr(cls, name, None))) for name in dir(cls)
    ) or any(_is_test_class(each) for each in _nested(cls))


def _follow(cls: Any, wrap: Callable[[Any], None]) -> None:
    """Wrap what prepares the tests of a class, and again in every class that inherits from it."""
    wrap(cls)
    own = vars(cls).get("__init_subclass__")

    def __init_subclass__(subclass: Any, /, **options: Any) -> None:
        if own is not None:
            own.__get__(None, subclass)(**options)
        else:
            super(cls, subclass).__init_subclass__(**options)
        wrap(subclass)

    cls.__init_subclass__ = classmethod(__init_subclass__)


#: The mocks of tests and classes, of all decorations: a class and a base of it may both be decorated, and the
#: class goes first, with its settings.
_active: dict[int, Startable] = {}


class _Lives:
    """The mocks of one decoration, begun for a test or a class."""

    def __init__(self, make: Make) -> None:
        self._make = make
        #: those that end in the method that tears down; while it runs they are not here
        self._to_end: set[int] = set()

    def begun_for(self, test: Any) -> bool:
        """Return whether a test, or its class, has its mock already."""
        return id(test) in _active or id(type(test)) in _active

    def begin(self, test: Any) -> None:
        """Begin a mock for a test or a class."""
        _active[id(test)] = self._make().start()

    def end(self, test: Any) -> None:
        """End it."""
        _active.pop(id(test)).stop()


# --- unittest ----------------------------------------------------------------------------------------------


class _UnittestLives(_Lives):
    """Mocks that end with unittest's cleanups, after everything of the test."""

    def wrap(self, cls: Any) -> None:
        """Begin a mock before ``setUpClass``, if a class has one of its own, and before each ``setUp``."""
        set_up_class = cls.setUpClass.__func__
        untouched: Any = unittest.TestCase.setUpClass
        if "setUpClass" in vars(cls) or set_up_class is not untouched.__func__:
            cls.setUpClass = classmethod(self._beginning(set_up_class, "addClassCleanup"))
        cls.setUp = self._beginning(cls.setUp, "addCleanup")

    def _beginning(self, original: Any, cleanup: str) -> Any:
        @functools.wraps(original)
        def set_up(test: Any) -> None:
            if not self.begun_for(test):
                self.begin(test)
                getattr(test, cleanup)(self.end, test)
            original(test)

        return set_up


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


# --- pytest ------------------------------------------------------------------------------------------------


class _PytestLives(_Lives):
    """Mocks that begin and end in the methods that pytest calls around tests."""

    def wrap(self, cls: Any) -> None:
        """Begin a mock before whatever prepares the tests of a class together, and before each test.

        A class that has no ``setup_method`` gets none: pytest would call it for tests of nested classes, too,
        which do not have it [GitHub: moto#4419].
        """
        if _has_any(cls, _AROUND_CLASS) or _prepares_its_class(cls):
            self._around(cls, *_AROUND_CLASS, classmethod)
        if _has_any(cls, _AROUND_TEST):
            self._around(cls, *_AROUND_TEST, lambda function: function)
        if "pytest" in sys.modules:  # else nobody is going to collect its tests
            setattr(cls, _FIXTURE, self._fixture())

    def _fixture(self) -> Any:
        """Return a fixture that begins a mock for each test of a class, unless something else has."""
        import pytest

        @pytest.fixture(autouse=True, name=_FIXTURE)
        def around_test(self: Any, request: Any) -> Iterator[None]:
            test = request.instance
            mine = not lives.begun_for(test)
            if mine:
                lives.begin(test)
            try:
                yield
            finally:
                if mine:
                    lives.end(test)

        lives = self
        return around_test

    def _around(self, cls: Any, begin: str, end: str, kind: Any) -> None:
        """Begin in one method of a class and end in another, whether it has them or not."""
        set_up, tear_down = (_function(cls, name) for name in (begin, end))

        def starting(test: Any, method: Any = None) -> None:
            mine = not self.begun_for(test)  # else a class that inherits this one has begun
            if mine:
                self.begin(test)
                self._to_end.add(id(test))
            try:
                _call_optional(set_up, test, method)
            except BaseException:
                if mine:
                    self._to_end.discard(id(test))
                    self.end(test)
                raise

        def stopping(test: Any, method: Any = None) -> None:
            mine = id(test) in self._to_end
            self._to_end.discard(id(test))
            try:
                _call_optional(tear_down, test, method)
            finally:
                if mine:
                    self.end(test)

        setattr(cls, begin, kind(starting))
        setattr(cls, end, kind(stopping))


def _has_any(cls: Any, names: tuple[str, ...]) -> bool:
    return any(getattr(cls, name, None) is not None for name in names)


def _prepares_its_class(cls: Any) -> bool:
    """Return whether a class has a fixture that is made once for all of its tests."""
    markers = (fixture_marker(inspect.getattr_static(cls, name)) for name in dir(cls))
    return any(marker is not None and marker.scope == "class" for marker in markers)


def _function(cls: Any, name: str) -> Any:
    """Return a method of a class as a function, or None."""
    found = getattr(cls, name, None)
    return getattr(found, "__func__", found)


def _call_optional(function: Any, self: Any, method: Any) -> None:
    """Call what pytest lets take the method or not, and be there or not."""
    if function is None:
        return
    if len(inspect.signature(function).parameters) > 1:
        function(self, method)
    else:
        function(self)


# --- classes without tests ---------------------------------------------------------------------------------


class _Shared:
    """The mock of a method that calls this one, which is begun and ended there."""

    def start(self) -> _Shared:
        """Do nothing."""
        return self

    def stop(self) -> None:
        """Do nothing."""

    def __enter__(self) -> _Shared:
        return self

    def __exit__(self, *error: object) -> None: ...


def _decorate_methods(cls: Any, make: Make) -> None:
    """Decorate the public methods of a class, its own and those of its bases that are written in Python."""
    mocks: weakref.WeakSet[Any] = weakref.WeakSet()

    def make_or_share() -> Startable:
        world = current_world.current()
        if world is not None and world.mock() in mocks:
            return _Shared()
        mock = make()
        mocks.add(mock)
        return mock

    for name in dir(cls):
        method = inspect.getattr_static(cls, name)
        function = method.__func__ if isinstance(method, (classmethod, staticmethod)) else method
        if name.startswith("_") or not isinstance(function, FunctionType):
            continue
        decorated: Any = decorate_function(function, make_or_share)
        setattr(cls, name, decorated if function is method else type(method)(decorated))
