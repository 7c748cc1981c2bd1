"""Check values against type hints, for data from outside that goes into our own classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Check = Callable[[Any], bool]


@cache
def fields_of(cls: type) -> Mapping[str, Check]:
    """Return a check for each annotated attribute of a class."""
    return {name: check_of(hint) for name, hint in get_type_hints(cls).items()}


def check_of(hint: Any) -> Check:
    """Return a function that returns whether a value is of a type.

    It knows literals, unions, lists, dicts, tuples and plain classes, as data needs no others.
    """
    origin, inner = get_origin(hint), get_args(hint)
    if hint is Any:
        return lambda value: True
    if origin is Literal:
        return lambda value: isinstance(value, str) and value in inner
    if origin in (Union, UnionType):
        return _union_check(inner)
    if origin is list:
        item = check_of(inner[0])
        return lambda value: isinstance(value, list) and all(map(item, value))
    if origin is dict:
        return _dict_check(*map(check_of, inner))
    if origin is tuple:
        parts = [check_of(each) for each in inner]
        return lambda value: (
            isinstance(value, tuple)
            and len(value) == len(parts)
            and all(fits(each) for fits, each in zip(parts, value, strict=True))
        )
    cls = NoneType if hint is None else hint
    if cls is int:  # True does not count as a number here
        return lambda value: type(value) is int
    return lambda value: isinstance(value, cls)


def _union_check(inner: tuple[Any, ...]) -> Check:
    """Return a check for one of several types; plain classes are asked for in one go."""
    classes = tuple(
        each for each in inner if isinstance(each, type) and each is not int and not get_origin(each)
    )
    choices = [check_of(each) for each in inner if each not in classes]
    if not choices:
        return lambda value: isinstance(value, classes)
    return lambda value: isinstance(value, classes) or any(fits(value) for fits in choices)


def _dict_check(key: Check, item: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(map(key, value)) and all(map(item, value.values()))
