"""Classes of tests, of unittest and of pytest: each test gets a mock of its own."""

from __future__ import annotations

import functools
import inspect
import unittest
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dx_mock.mock import MockDirectConnect

#: Makes the mock for one test.
Make = Callable[[], "MockDirectConnect"]


def decorate_class(cls: Any, make: Make) -> Any:
    """Give every test of a class a mock of its own, begun before its ``setUp`` or ``setup_method``."""
    if issubclass(cls, unittest.TestCase):
        _wrap_unittest(cls, make)
    else:
        _wrap_pytest(cls, make)
    return cls


def _wrap_unittest(cls: Any, make: Make) -> None:
    if "setUpClass" in vars(cls):
        # What setUpClass makes must be there in the tests: one mock for all of the class.
        set_up_class = cls.setUpClass.__func__

        @functools.wraps(set_up_class)
        def whole_class(klass: Any) -> None:
            mock = make().start()
            klass.addClassCleanup(mock.stop)
            set_up_class(klass)

        cls.setUpClass = classmethod(whole_class)
        return
    set_up = cls.setUp

    @functools.wraps(set_up)
    def one_test(self: Any) -> None:
        mock = make().start()
        self.addCleanup(mock.stop)
        set_up(self)

    cls.setUp = one_test


def _wrap_pytest(cls: Any, make: Make) -> None:
    attribute = "_dx_mock"
    set_up, tear_down = getattr(cls, "setup_method", None), getattr(cls, "teardown_method", None)

    def setup_method(self: Any, method: Any) -> None:
        setattr(self, attribute, make().start())
        try:
            if set_up is not None:
                _call_optional(set_up, self, method)
        except BaseException:
            getattr(self, attribute).stop()
            raise

    def teardown_method(self: Any, method: Any) -> None:
        try:
            if tear_down is not None:
                _call_optional(tear_down, self, method)
        finally:
            getattr(self, attribute).stop()

    cls.setup_method = setup_method
    cls.teardown_method = teardown_method


def _call_optional(function: Callable[..., Any], self: Any, method: Any) -> None:
    """Pytest lets these take the method or not."""
    if len(inspect.signature(function).parameters) > 1:
        function(self, method)
    else:
        function(self)
