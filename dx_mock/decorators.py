"""Decorating: classes in one room, everything that can be called in another."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from dx_mock.decorated_classes import decorate_class
from dx_mock.decorated_functions import Make, decorate_function

T = TypeVar("T", bound=Callable[..., Any])


def decorate(target: T, make: Make) -> T:
    """Give every call of a function, every life of a generator, or every test of a class a mock of its own.

    Raises:
        TypeError: If it is neither.
    """
    if inspect.isclass(target):
        decorated: T = decorate_class(target, make)
        return decorated
    return decorate_function(target, make)
