"""moto's machine images, loaded when somebody looks for them.

Every EC2 backend of moto begins by building more than a thousand images with a snapshot each, and does it again
when its mock ends: twice 40 ms, for a test that wanted a VPC.  While the doors are open ``amis`` and
``snapshots`` of a new backend are dictionaries that load themselves at the first access, by moto's own method.
What they have then is what moto would have had, in that order and with the time at which the backend was made.

A load that is late moves the random ids after it, so where these can be told apart (:mod:`.seeding`), images
load at once, as in moto.
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any

from dx_mock.moto_services import seeding
from dx_mock.moto_services.runtime import moto_is_active
from dx_mock.process import forks
from dx_mock.support.patches import Patches

MODULE = "moto.ec2.models.amis"

#: where moto stamps images and snapshots, and what versions 5.0 and 5.2 call the function
_STAMPING = (MODULE, "moto.ec2.models.elastic_block_store")
_STAMPS = ("utcnow", "utc_date_and_time")

_patches = Patches()
_lock = forks.lock()
#: what has not been loaded yet
_waiting: weakref.WeakSet[_Loading] = weakref.WeakSet()


class _Waiting(dict[Any, Any]):
    """A dictionary whose contents are still to be loaded; every method loads them first."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        _load(self)
        return dict, (dict(self),)


class _Loaded(dict[Any, Any]):
    """The same dictionary from then on: a plain one."""


def _load(dictionary: _Waiting) -> None:
    loading = vars(dictionary).get("loading")
    if loading is not None:  # else another thread was faster
        loading.finish()


def _loading_first(plain: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: _Waiting, *arguments: Any, **options: Any) -> Any:
        _load(self)
        return plain(self, *arguments, **options)

    return method


_HARMLESS = {"__new__", "__init__", "__getattribute__", "__class_getitem__", "__sizeof__", "fromkeys"}
for _name, _method in vars(dict).items():
    if callable(_method) and _name not in _HARMLESS:
        setattr(_Waiting, _name, _loading_first(_method))


class _Loading:
    """What one backend has still to load."""

    def __init__(self, backend: Any, load: Callable[[Any], None]) -> None:
        self._backend = backend
        self._load = load
        self._under_way = self._done = False
        modules = [sys.modules[name] for name in _STAMPING]
        self._stamps = {
            (module, name): getattr(module, name)()
            for module in modules
            for name in _STAMPS
            if hasattr(module, name)
        }
        self._dictionaries = _Waiting(), _Waiting()
        for each in self._dictionaries:
            vars(each)["loading"] = self
        backend.amis, backend.snapshots = self._dictionaries

    @property
    def _is_of_backend(self) -> bool:
        """Whether the backend has still these dictionaries: moto makes new ones when it resets a backend."""
        return self._dictionaries[0] is vars(self._backend).get("amis")

    @property
    def is_in_use(self) -> bool:
        """Whether moto answers from it; moto keeps backends of earlier mocks, which nobody asks."""
        backends = getattr(sys.modules.get("moto.ec2.models"), "ec2_backends", {})
        regions = backends.get(self._backend.account_id, {})
        return self._is_of_backend and regions.get(self._backend.region_name) is self._backend

    def finish(self) -> None:
        """Load, unless that is done or under way in this thread.

        If moto fails, its error reaches whoever looked, and the next one to look tries again.
        """
        with _lock:
            if self._under_way or self._done:
                return
            self._under_way = True
            patches = self._as_of_then()
            try:
                self._load(self._backend)
            except BaseException:
                for each in self._dictionaries:
                    dict.clear(each)
                raise
            finally:
                patches.undo()
                self._under_way = False
            self._done = True
            _waiting.discard(self)
            for each in self._dictionaries:
                vars(each).clear()
                each.__class__ = _Loaded  # type: ignore[assignment]  # the layouts are the same

    def _as_of_then(self) -> Patches:
        """Let moto load into these dictionaries, and stamp with the time at which the backend was made."""
        patches = Patches()
        if not self._is_of_backend:  # somebody kept a dictionary from before a reset
            for name, dictionary in zip(("amis", "snapshots"), self._dictionaries, strict=True):
                patches.set(self._backend, name, dictionary)
        loader = threading.get_ident()
        for (module, name), then in self._stamps.items():
            patches.set(module, name, _stamp(getattr(module, name), loader, then))
        return patches


def _stamp(now: Callable[[], Any], loader: int, then: Any) -> Callable[[], Any]:
    return lambda: then if threading.get_ident() == loader else now()


def install() -> None:
    """Let backends that are made from now on load their images late."""
    backend: Any = getattr(sys.modules.get(MODULE), "AmiBackend", None)
    if _patches or "_load_amis" not in vars(backend or object):
        return
    load = backend._load_amis

    def load_late(self: Any) -> None:
        if not seeding.ids_are_random() or not _is_usual(self):
            load(self)
            return
        with _lock:
            _waiting.add(_Loading(self, load))

    _patches.set(backend, "_load_amis", load_late)
    seeding.before_it_is_seeded(_load_everything)
    _watch_the_list_of_instances()


def is_waiting(found: object) -> bool:
    """Return whether something is a dictionary whose contents nobody has looked at."""
    return isinstance(found, _Waiting) and "loading" in vars(found)


def load_later(backend: Any) -> None:
    """Let a backend that was read from disk load its images when somebody looks for them."""
    backend.amis, backend.snapshots = {}, {}
    backend._load_amis()


def uninstall() -> None:
    """Put moto's method back.

    Where a mock of moto's goes on alone, what waits is loaded: nobody watches its generator any longer.
    """
    if _patches and moto_is_active():
        _load_everything()
    _patches.undo()


def _is_usual(backend: Any) -> bool:
    """Return whether a backend loads moto's own images, into dictionaries as we know them."""
    from moto import settings

    if "MOTO_AMIS_PATH" in os.environ:
        return False  # the user's own, which may have tags, and tags show without a look at images
    if not settings.ec2_load_default_amis():
        return False  # there is nothing to load
    found = [vars(backend).get(name) for name in ("amis", "snapshots")]
    return all(type(each) is dict and not each for each in found)


def _load_everything() -> None:
    with _lock:
        for each in list(_waiting):
            if each.is_in_use:
                each.finish()


def _watch_the_list_of_instances() -> None:
    """Load what waits before moto's dashboard lists everything that it has made."""
    import moto.moto_api._internal.responses as responses

    original = responses.MotoAPIResponse.model_data

    def model_data(self: Any, *arguments: Any, **options: Any) -> Any:
        _load_everything()
        return original(self, *arguments, **options)

    _patches.set(responses.MotoAPIResponse, "model_data", model_data)
