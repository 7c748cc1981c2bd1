"""moto's state, once for each world of a server: two worlds with the same VPC calls do not see each other.

moto keeps what its services have in one mapping for each service, ``ec2_backends[account][region]``, that lives
as long as the process.  While the code of a hosted world runs (:meth:`MotoState.within`), these mappings, and
the few other places where moto keeps state, show that world's own contents; everywhere else they are what they
were.  Accounts keep their numbers, so ARNs are right without translation; nothing is swapped between threads.

What moto has once in a process all the same: its random generator (``/moto-api/seed``), its recorder and its
configuration (``/moto-api/config``).  Threads that moto starts itself, as Step Functions does, are in no world.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from importlib import import_module
from typing import Any

from dx_mock.process import forks, import_hooks
from dx_mock.support.patches import Patches

_BASE = "moto.core.base_backend"
#: whose instances are closed by the lists of them
_TRACKING = ("moto.s3.",)
#: whose addresses clients call as they are told
_QUEUES = "moto.sqs.models"
#: who keeps state beside its backends: module, the class in it, its attribute
_MORE = (
    ("moto.s3.models", "S3BackendDict", "bucket_accounts"),
    ("moto.organizations.models", "OrganizationsBackendDict", "master_accounts"),
    ("moto.moto_api._internal.state_manager", "StateManager", "_transitions"),
)

_current: ContextVar[MotoState | None] = ContextVar("dx_mock_moto_state", default=None)


class MotoState:
    """What moto's services have in one world."""

    def __init__(self) -> None:
        self._twins: dict[Hashable, Any] = {}
        #: what moto's dashboard shows: the instances of each class
        self._tracked: dict[type, list[Any]] = {}
        self.prefix: str = ""

    @contextmanager
    def within(self, prefix: str = "") -> Iterator[None]:
        """Let moto have this state while the calling code runs.

        Args:
            prefix: what clients put before the paths of this world, for the addresses that moto gives them.
        """
        self.prefix = prefix
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    def twin(self, place: Hashable, kind: Callable[[], Any]) -> Any:
        """Return what this world has in a place where moto has a container."""
        found = self._twins.get(place)
        return self._twins.setdefault(place, kind()) if found is None else found

    def tracked(self, cls: type) -> list[Any]:
        """Return the list in which moto notes the instances of a class."""
        return self._tracked.setdefault(cls, [])

    def track_anew(self, cls: type, instances: list[Any]) -> None:
        """Replace that list."""
        self._tracked[cls] = instances

    def parts(self) -> dict[str, Any]:
        """Return what there is, by the names of moto's own containers: for :mod:`.state_on_disk`."""
        found = {
            _name_of(place): content
            for place, content in list(self._twins.items())
            if content and place != "instances"
        }
        # S3 closes what it has open by these lists.
        kept = {cls: made for cls, made in self._tracked.items() if cls.__module__.startswith(_TRACKING)}
        return found | {"tracked": kept} if kept else found

    def take_parts(self, parts: dict[str, Any]) -> None:
        """Put in place what :meth:`parts` has returned.

        Raises:
            LookupError: If moto has no such container.
        """
        self._tracked.update(parts.pop("tracked", {}))
        for name, content in parts.items():
            place, kind = _place_of(name)
            self._twins[place] = kind(content)
        used = self.twin("instances", list)
        used.extend(_mappings[place] for place in self._twins if isinstance(place, int))

    @property
    def is_empty(self) -> bool:
        """Whether no service has anything: a world that has called none costs nothing."""
        return not any(self._twins.values())

    def clear(self) -> None:
        """Forget everything, also where moto's caches still know an account's backends."""
        with self.within(self.prefix):
            self._dispose()
        for each in self._twins.values():
            for backends in each.values() if isinstance(each, dict) else ():
                if isinstance(backends, dict):
                    backends.clear()
            each.clear()
        self._twins.clear()
        self._tracked.clear()

    def _dispose(self) -> None:
        """Let services close what they have open: S3 keeps objects in temporary files."""
        for backend in self.backends():
            reset = type(backend).reset
            # That of moto's own API empties everything else.
            if reset is not _base_reset() and not reset.__module__.startswith(("moto.moto_api", "dx_mock.")):
                backend.reset()

    def backends(self) -> list[Any]:
        """Return every backend that this world has, of any service, account and Region."""
        return [
            backend
            for accounts in list(self._twins.values())
            if isinstance(accounts, dict)
            for regions in list(accounts.values())
            if isinstance(regions, dict)
            for backend in list(regions.values())
            if hasattr(backend, "reset")
        ]


#: moto's mappings and other owners of containers that worlds have used, by their ids: they live as long as moto
_mappings: dict[int, Any] = {}


def _name_of(place: Hashable) -> str:
    """Return the name of a container: where in moto its owner is, and the attribute of the owner if any."""
    owner, attribute = place if isinstance(place, tuple) else (place, "")
    name = _global_name(owner)
    return f"{name}:{attribute}" if attribute else name


@cache
def _global_name(owner: Hashable) -> str:
    wanted = _mappings[owner]  # type: ignore[index]
    for name, module in list(sys.modules.items()):
        if name.startswith("moto."):
            for attribute, value in list(vars(module).items()):
                if value is wanted:
                    return f"{name}:{attribute}"
    raise LookupError(f"{wanted!r} is not a global of moto")


def _place_of(name: str) -> tuple[Hashable, Callable[[Any], Any]]:
    """Return the place of a container with this name, and what makes it."""
    module, attribute, *more = name.split(":")
    if not module.startswith("moto."):
        raise LookupError(f"{module} is not a part of moto")
    owner = getattr(import_module(module), attribute)
    if not isinstance(owner, sys.modules[_BASE].BackendDict) and not more:
        raise LookupError(f"{name} is not a mapping of backends")
    _mappings[id(owner)] = owner
    return ((id(owner), more[0]) if more else id(owner)), dict


def _base_reset() -> Any:
    return getattr(getattr(sys.modules.get(_BASE), "BaseBackend", None), "reset", None)


# --- moto's own containers -----------------------------------------------------------------------------------

_DICT = (
    "__contains__", "__delitem__", "__iter__", "__len__", "__repr__", "__reversed__", "__setitem__", "clear",
    "copy", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values",
)  # fmt: skip
_LIST = (
    "__contains__", "__delitem__", "__getitem__", "__iter__", "__len__", "__repr__", "__setitem__", "append",
    "clear", "copy", "extend", "index", "insert", "pop", "remove",
)  # fmt: skip

_lock = forks.lock()
_patches = Patches()
#: how many servers of this process have worlds
_needed = 0
#: the lists of moto's classes outside of worlds, as far as they were replaced
_instances: dict[type, list[Any]] = {}


def open_worlds() -> None:
    """Keep moto's state once for each world from now on: a server of this process has worlds."""
    global _needed
    with _lock:
        _needed += 1
        if _needed == 1:
            import_hooks.when_imported(_BASE, _divide_backends)
            for module, owner, name in _MORE:
                import_hooks.when_imported(module, partial(_divide_attribute, module, owner, name))
            import_hooks.when_imported(_QUEUES, _address_queues)


def close_worlds() -> None:
    """Note that a server has no worlds any more; the last one puts moto's own classes back."""
    global _needed
    with _lock:
        _needed -= 1
        if _needed:
            return
        for module in (_BASE, _QUEUES, *(each[0] for each in _MORE)):
            import_hooks.stop_waiting(module)
        _patches.undo()
        for cls, value in _instances.items():
            type.__setattr__(cls, "instances_tracked", value)
        _instances.clear()


def _divide_backends() -> None:
    """Let a mapping of backends show those of the world, and make the missing ones there."""
    base: Any = sys.modules[_BASE]
    cls = base.BackendDict
    for name in _DICT:
        _patches.set(cls, name, _on_the_twin(name, getattr(cls, name)))
    outside = cls.__getitem__

    def of_account(self: Any, account_id: str) -> Any:
        state = _current.get()
        if state is None:
            return outside(self, account_id)
        twin = state.twin(id(self), dict)
        if account_id not in twin:
            _mappings[id(self)] = self
            self._create_account_specific_backend(account_id)
        return twin[account_id]

    _patches.set(cls, "__getitem__", of_account)
    _patches.set(cls, "_instances", _Instances(cls._instances))
    _patches.set(base.InstanceTrackerMeta, "instances_tracked", property(_tracked, _track_anew))


def _on_the_twin(name: str, outside: Callable[..., Any]) -> Callable[..., Any]:
    plain = getattr(dict, name)

    def method(self: Any, *arguments: Any, **options: Any) -> Any:
        state = _current.get()
        if state is None:
            return outside(self, *arguments, **options)
        return plain(state.twin(id(self), dict), *arguments, **options)

    return method


class _Instances(list[Any]):
    """The mappings that are in use: moto resets these, and its Tagging API looks into them."""

    def __init__(self, original: list[Any]) -> None:
        super().__init__()
        self._original = original

    def due(self) -> list[Any]:
        """Return the list of the world, or the one outside of every world."""
        state = _current.get()
        found: list[Any] = self._original if state is None else state.twin("instances", list)
        return found


def _on_what_is_due(plain: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, *arguments, **options: plain(self.due(), *arguments, **options)


for _name in _LIST:
    setattr(_Instances, _name, _on_what_is_due(getattr(list, _name)))


def _divide_attribute(module: str, owner: str, name: str) -> None:
    """Let an attribute that holds a dict be the world's; the instances keep the one outside of worlds."""

    def found(self: Any) -> Any:
        state = _current.get()
        if state is None:
            return vars(self)[name]
        _mappings[id(self)] = self
        return state.twin((id(self), name), dict)

    def replace(self: Any, value: Any) -> None:
        vars(self)[name] = value

    cls: Any = getattr(sys.modules[module], owner, None)
    if cls is not None:  # else a version of moto that has no such thing
        _patches.set(cls, name, property(found, replace))


def _tracked(cls: type) -> list[Any]:
    """Return the instances of a model; what a world makes must not stay alive when the world has gone."""
    state = _current.get()
    if state is not None:
        return state.tracked(cls)
    for each in cls.__mro__:
        own = _instances.get(each, vars(each).get("instances_tracked"))
        if own is not None:
            return own
    raise AttributeError("instances_tracked")


def _track_anew(cls: type, value: list[Any]) -> None:
    state = _current.get()
    is_new = cls not in _instances and "instances_tracked" not in vars(cls)
    if state is None or is_new:  # a class may be made when a call of a world imports its module
        _instances[cls] = value
    else:
        state.track_anew(cls, value)


def _address_queues() -> None:
    """Let the address of a queue be in its world, whatever way the request came."""
    queue: Any = getattr(sys.modules[_QUEUES], "Queue", None)
    if not hasattr(queue, "url"):
        return
    outside = queue.url

    def url(self: Any, request_url: Any) -> str:
        found: str = outside(self, request_url)
        state = _current.get()
        if state is None or not state.prefix:
            return found
        base = f"{request_url.scheme}://{request_url.netloc}"
        return f"{base}{state.prefix}{found.removeprefix(base)}"

    _patches.set(queue, "url", url)
