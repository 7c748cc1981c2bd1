"""moto's dashboard and ``/moto-api/data.json`` show the resources of the world."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from dx_mock.process import in_moto_place
from dx_mock.protocol import contract

MODULE = "moto.moto_api._internal.responses"

_data: Any = None
_original: Any = None


class _Models(Mapping[str, Any]):
    """What moto tracks of Direct Connect: classes by their names, each with its instances."""

    def __init__(self, of_moto: Mapping[str, Any]) -> None:
        self._of_moto = of_moto

    def _resources(self) -> Mapping[str, list[Any]] | None:
        """Resources by the names of their classes; None outside every world."""
        world = in_moto_place.world()
        if world is None:
            return None
        found: dict[str, list[Any]] = {}
        with world.lock:
            for resource in world.graph.resources.values():
                found.setdefault(type(resource).__name__, []).append(_shown(resource))
        return found

    def __getitem__(self, name: str) -> Any:
        resources = self._resources()
        if resources is None:
            return self._of_moto[name]
        # moto has called them both; when it forgets its own, it sets the attribute to an empty list.
        return SimpleNamespace(instances_tracked=resources[name], instances=resources[name])

    def __iter__(self) -> Iterator[str]:
        resources = self._resources()
        return iter(self._of_moto if resources is None else resources)

    def __len__(self) -> int:
        return len(list(iter(self)))


def _shown(resource: Any) -> SimpleNamespace:
    """Return a resource as JSON can show it: other resources by their ids."""
    return SimpleNamespace(**{each.name: _plain(getattr(resource, each.name)) for each in fields(resource)})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value):
        return getattr(value, "id", getattr(value, "name", None))
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each) for each in value]
    return value


def install() -> None:
    """Show our resources from here on."""
    global _data, _original
    if _data is not None:
        return
    import moto.directconnect  # noqa: F401  # its classes would be added when it is imported

    _data = getattr(sys.modules.get("moto.core.model_instances"), "model_data", None)
    if _data is not None:
        _original = _data[contract.SERVICE]
        _data[contract.SERVICE] = _Models(_original)


def uninstall() -> None:
    """Show moto's again."""
    global _data, _original
    if _data is not None:
        _data[contract.SERVICE] = _original
    _data = _original = None
