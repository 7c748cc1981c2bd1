"""What moto's services have in a world, as bytes and back.

moto's objects are plain Python, so pickle writes them; what pickle can't write (a key of KMS, a function inside
another one) makes its service one that lives in memory only, and the world says so.  Reading makes nothing but
objects of moto's classes and of plain data: a file that was tampered with names something else, and is refused.
"""

from __future__ import annotations

import importlib
import io
import pickle
import threading
from types import FunctionType, MethodType
from typing import Any

from dx_mock.moto_services import ami_loading
from dx_mock.moto_services.state_by_world import MotoState

#: Packages whose classes may be made, besides the plain data below.
_OURS = ("moto.", "dx_mock.")
_PLAIN = {
    "builtins": {"bytearray", "complex", "frozenset", "object", "range", "set", "slice"},
    "collections": {"Counter", "OrderedDict", "defaultdict", "deque"},
    "copyreg": {"_reconstructor", "__newobj__"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "dateutil.tz.tz": {"tzutc", "tzlocal"},
    "ipaddress": {"IPv4Address", "IPv4Network", "IPv6Address", "IPv6Network"},
    "random": {"Random"},
    "re": {"_compile"},
    "threading": {"Condition", "Event", "Lock", "RLock"},
    "urllib.parse": {"ParseResult", "SplitResult"},
    "uuid": {"SafeUUID", "UUID"},
    "zoneinfo": {"ZoneInfo"},
}
#: kinds of locks, which are made anew
_LOCKS: dict[type, str] = {
    type(threading.Lock()): "Lock",
    type(threading.RLock()): "RLock",
    threading.Condition: "Condition",
    threading.Event: "Event",
}
#: types, such as what a defaultdict makes
_TYPES = {each.__name__: each for each in (bool, bytes, dict, float, int, list, str, tuple, type)}


class UnreadableState(ValueError):
    """What should be a state of moto's services is something else."""


class _Writer(pickle.Pickler):
    """A pickler that makes locks anew and leaves machine images that nobody has looked at."""

    def reducer_override(self, obj: Any) -> Any:
        """Return how an object is written, where that differs from pickle's own way."""
        kind = _LOCKS.get(type(obj))
        if kind is not None:
            return getattr(threading, kind), ()
        if ami_loading.is_waiting(obj):
            return _NotLoaded, ()
        if type(obj) is MethodType:
            return _method, (obj.__self__, obj.__name__)
        return NotImplemented


def _method(owner: Any, name: str) -> Any:
    """Return a method of one of moto's objects."""
    function = vars(type(owner)).get(name)
    if not type(owner).__module__.startswith(_OURS) or not isinstance(function, FunctionType):
        raise UnreadableState(f"{name[:100]!r} is not a method of a {type(owner).__name__}")
    return MethodType(function, owner)


class _NotLoaded(dict[Any, Any]):
    """Where machine images are that are still to be loaded."""


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Return a class that may be made.

        Raises:
            UnreadableState: If it is none of these.
        """
        if (module, name) == (__name__, _method.__name__):
            return _method
        if name in _PLAIN.get(module, ()):
            return getattr(importlib.import_module(module), name)
        if module == "builtins" and name in _TYPES:
            return _TYPES[name]
        if module.startswith(_OURS):
            found: Any = importlib.import_module(module)
            for part in name.split("."):
                found = getattr(found, part, None)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise UnreadableState(f"it has {module}.{name}, which is not data of a world")


def write(value: Any) -> bytes:
    """Return a value as bytes.

    Raises:
        Exception: If it can't be written; pickle raises whatever it finds.
    """
    buffer = io.BytesIO()
    _Writer(buffer, protocol=5).dump(value)
    return buffer.getvalue()


def read(content: bytes) -> Any:
    """Return the value that :func:`write` has written.

    Raises:
        UnreadableState: If it is something else.
    """
    try:
        return _Reader(io.BytesIO(content)).load()
    except UnreadableState:
        raise
    except Exception as problem:  # what was changed can raise anything
        raise UnreadableState(f"{type(problem).__name__}: {problem}") from None


def write_state(state: MotoState) -> tuple[bytes, list[str]]:
    """Return a world's state as bytes, and the services that can't be written."""
    parts = state.parts()
    if not parts:
        return b"", []
    try:
        return write(parts), []
    except Exception:
        # All together at first: services refer to each other's objects.
        lost = sorted({part for part, content in parts.items() if not _can_be_written(content)})
        kept = {part: content for part, content in parts.items() if part not in lost}
        return write(kept), [_service(part) for part in lost]


def _can_be_written(content: Any) -> bool:
    try:
        write(content)
    except Exception:
        return False
    return True


def _service(part: str) -> str:
    return part.split(".")[1] if part.startswith("moto.") else part


def read_state(content: bytes, state: MotoState) -> None:
    """Put back what :func:`write_state` has written, into a new state.

    Raises:
        UnreadableState: If it is something else, or of another version of moto.
    """
    if not content:
        return
    with state.within(state.prefix):
        parts = read(content)
        try:
            state.take_parts(parts)
        except Exception as problem:
            raise UnreadableState(f"{type(problem).__name__}: {problem}") from None
        for backend in state.backends():
            if isinstance(getattr(backend, "amis", None), _NotLoaded):
                ami_loading.load_later(backend)
