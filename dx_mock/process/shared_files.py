"""What new sessions of boto3 and botocore read from botocore's own files, read once for all of them.

A session with one client costs 50 to 80 ms, nine tenths of which go into reading files that do not change:
the list of services (a thousand directories), ``endpoints.json``, the service's model and rules.  While the
doors are open sessions share what they would read, where nobody can tell:

- loaders of botocore's own class, with its own reader of files, that look at botocore's and boto3's folders
  only; with a folder ``~/.aws/models``, with ``AWS_DATA_PATH``, and in classes derived from the loader (moto
  has one, which merges its extras into what it loads) they read for themselves;
- documents that botocore does not change in place.  It changes models that have extras (``rds``, ``s3`` and
  others), ``partitions.json`` and ``_retry.json``: these are read anew.  Of ``endpoints.json`` it changes the
  service that it looks up, so that each session has its own copy of that service's part.

A file is read again when its time or size has changed, and one that is not there now (pyfakefs) is not shared.
"""

from __future__ import annotations

import copy
import os
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import boto3
from botocore import loaders

from dx_mock.process import current_world, forks
from dx_mock.support.patches import Patches

#: as many documents are kept; a model has 0.1 to 30 MB
_KEPT = 32
#: folders of data that come with the libraries
_OURS = (loaders.Loader.BUILTIN_DATA_PATH, os.path.join(os.path.dirname(boto3.__file__), "data"))
#: kinds of documents that botocore only reads
_ONLY_READ = ("service-2", "endpoint-rule-set-1")

_patches = Patches()
_lock = forks.lock()


class _Document(NamedTuple):
    """A document, where it was read, and the state of its file then."""

    state: Any
    content: Any
    path: str


#: the documents, those used first in front
_documents: OrderedDict[tuple[Any, ...], _Document] = OrderedDict()
_lists: dict[tuple[Any, ...], tuple[list[int | None], tuple[str, ...]]] = {}
_load_file = loaders.JSONFileLoader.load_file


def install() -> None:
    """Let new sessions share what they read."""
    if _patches:
        return
    loader: Any = loaders.Loader
    for name, sharing in (
        ("load_data_with_path", _sharing_documents),
        ("list_available_services", _sharing_list),
    ):
        if name in vars(loader):
            _patches.set(loader, name, sharing(vars(loader)[name]))


def uninstall() -> None:
    """Let sessions read for themselves again; what was read is kept for the next mock."""
    _patches.undo()


def _may_share(loader: Any) -> bool:
    """Return whether a loader reads botocore's files as botocore does, and the mock lets it share them."""
    reader = getattr(loader, "file_loader", None)
    if type(loader) is not loaders.Loader or type(reader) is not loaders.JSONFileLoader or vars(reader):
        return False
    if loaders.JSONFileLoader.load_file is not _load_file:
        return False
    world = current_world.current()
    if world is not None and not world.settings.share_botocore_files:
        return False
    return all(path in _OURS or not os.path.isdir(path) for path in loader.search_paths)


def _key(loader: Any, name: str) -> tuple[Any, ...]:
    return name, tuple(loader.search_paths), tuple(loader.extras_types)


def _sharing_documents(original: Callable[..., Any]) -> Callable[..., Any]:
    def load_data_with_path(self: Any, name: str) -> tuple[Any, str]:
        own = ("load_data_with_path", name)  # as botocore's decorator ``instance_cache`` has it
        if own in self._cache or not _is_only_read(name) or not _may_share(self):
            found: tuple[Any, str] = original(self, name)
            return found
        key = _key(self, name)
        known = _documents.get(key)
        if known is None or known.state != _state_of(known.path):
            known = _keep(self, key, *original(self, name))
        content = _endpoints_of_one(known.content) if name == "endpoints" else known.content
        self._cache[own] = found = content, known.path
        return found

    return load_data_with_path


def _is_only_read(name: str) -> bool:
    return name == "endpoints" or name.replace(os.sep, "/").rpartition("/")[2] in _ONLY_READ


def _state_of(path: str) -> Any:
    """Name, time and size of the file of a document, or None where it is not there."""
    for ending in (".json", ".json.gz"):
        try:
            found = os.stat(path + ending)
        except OSError:
            continue
        return ending, found.st_mtime_ns, found.st_size
    return None


def _keep(loader: Any, key: tuple[Any, ...], document: Any, path: str) -> _Document:
    """Keep a document, if botocore leaves it as it is: not where it merges its extras into it."""
    found = _Document(_state_of(path), document, path)
    if any(_state_of(f"{path}.{extras}-extras") for extras in loader.extras_types) or found.state is None:
        return found
    with _lock:
        _documents[key] = found
        while len(_documents) > _KEPT:
            _documents.popitem(last=False)
    return found


class _OwnServices(dict[str, Any]):
    """Services of a partition for one session: each is copied when the session looks at it."""

    def __init__(self, shared: Mapping[str, Any]) -> None:
        super().__init__(shared)
        self._shared = shared

    def _own(self, *names: str) -> None:
        for name in names or tuple(self):
            found = super().get(name)
            if found is not None and found is self._shared.get(name):
                self[name] = copy.deepcopy(found)

    def __iter__(self) -> Iterator[str]:
        return super().__iter__()  # that there is one keeps ``dict(...)`` from taking what is shared

    def __or__(self, other: Any) -> Any:
        return self.copy() | other

    def __ror__(self, other: Any) -> Any:
        return other | self.copy()

    def __getitem__(self, name: str) -> Any:
        self._own(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """As a dict's, with a copy."""
        self._own(name)
        return super().get(name, default)

    def values(self) -> Any:
        """As a dict's, with copies."""
        self._own()
        return super().values()

    def items(self) -> Any:
        """As a dict's, with copies."""
        self._own()
        return super().items()

    def pop(self, name: str, *default: Any) -> Any:
        """As a dict's, with a copy."""
        if name in self:
            self._own(name)
        return super().pop(name, *default)

    def popitem(self) -> Any:
        """As a dict's, with copies."""
        self._own()
        return super().popitem()

    def copy(self) -> Any:
        """As a dict's, with copies."""
        return dict(self.items())

    def setdefault(self, name: str, default: Any = None) -> Any:
        """As a dict's, with a copy."""
        self._own(name)
        return super().setdefault(name, default)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return dict, (list(self.items()),)


def _endpoints_of_one(shared: Any) -> Any:
    """Return ``endpoints.json`` for one session, whose resolver writes into what it finds."""
    found = copy.copy(shared)
    found["partitions"] = [copy.copy(partition) for partition in shared["partitions"]]
    for partition in found["partitions"]:
        partition["services"] = _OwnServices(partition["services"])
    return found


def _sharing_list(original: Callable[..., Any]) -> Callable[..., Any]:
    def list_available_services(self: Any, type_name: str) -> list[str]:
        own = ("list_available_services", type_name)
        if own in self._cache or not _may_share(self):
            found: list[str] = original(self, type_name)
            return found
        key = _key(self, type_name)
        state = [_folder(path) for path in self.search_paths]
        known = _lists.get(key)
        if known is None or known[0] != state:
            known = _lists[key] = state, tuple(original(self, type_name))
        self._cache[own] = found = list(known[1])
        return found

    return list_available_services


def _folder(path: str) -> int | None:
    """Return when something was last added to a folder, or None where it is not there."""
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return None
