"""A whole world as JSON, and back: resources, links, listings, plans, clock and ids.

The graph is written as a table of objects that refer to each other by number, whatever their classes: a new
kind of resource needs no change here if it is a dataclass in one of the modules of ``graph``.
"""

from __future__ import annotations

import base64
import dataclasses
import gc
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Union

from dx_mock.engine.settings import Settings
from dx_mock.graph import gateway_resources, maintenance, resiliency_groups, resources
from dx_mock.graph.backends import DirectConnectBackend, Graph
from dx_mock.graph.listing import Listing, Numbered
from dx_mock.support.clock import EPOCH, LATEST
from dx_mock.support.type_checks import check_of, fields_of
from dx_mock.world import past_times, snapshot_links

if TYPE_CHECKING:
    from dx_mock.world.world import World

#: The version of the schema, raised when the meaning of what is written changes; older ones are upgraded.
SCHEMA_VERSION = 4
_READ_VERSIONS = (2, 3, 4)

_FORMAT = "dx_mock snapshot"

#: The longest time between the clock and a planned step, or one that a clock set back has yet to reach.
_SLACK = timedelta(days=100 * 365)

_MICROSECOND = timedelta(microseconds=1)

#: Every class whose objects can be in the table.
_CLASSES: Mapping[str, Any] = {
    cls.__name__: cls
    for module in (resources, gateway_resources, resiliency_groups, maintenance)
    for cls in vars(module).values()
    if isinstance(cls, type) and dataclasses.is_dataclass(cls)
}

if TYPE_CHECKING:
    _Object = Any
else:
    _Object = Union[tuple(_CLASSES.values())]
_Due = dict[str, dict[str, _Object]]

#: The types of the parts of the state, except for the listings.
_STATE = {
    "resources": check_of(list[_Object]),
    "regions": check_of(dict[str, dict[str, Any]]),
    "agreements": check_of(dict[str, dict[str, str]]),
    "sequence": check_of(int),
    "next_look": check_of(_Due),
    "next_call": check_of(_Due),
    "counted": check_of(dict[str, dict[str, list[Any]]]),
    "calendar": check_of(list[list[Any]]),
    "latest": check_of(dict[tuple[str, str], int]),
    "plans": check_of(int),
    "due_since": check_of(dict[tuple[str, str], datetime]),
    "client_tokens": check_of(dict[str, tuple[dict[str, Any], dict[str, Any]]]),
}
#: The types of the parts of a Region, except for the listings.
_REGION = {
    "devices": check_of(dict[str, list[resources.Device]]),
    "secrets": check_of(dict[str, str]),
    "connection_count": check_of(dict[tuple[str, str], int]),
}
_PLAN = check_of(tuple[datetime, int, str, _Object])
_COUNTED = check_of(tuple[_Object, int])
_LISTED = check_of(_Object)
_IN_LIFECYCLE = ("next_look", "next_call", "counted", "latest", "plans", "due_since")
#: Types whose values are JSON already.
_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})
#: Parts of the state that are read separately.
_UNREAD = frozenset({"listings", "regions", "history"})


class SnapshotError(ValueError):
    """The argument of ``restore`` is not a snapshot, or is one of another version."""


# --- writing -----------------------------------------------------------------------------------------------


@cache
def _fields(cls: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(cls)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep Python from looking for garbage again and again among the millions of objects that are made here."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class _Writer:
    """A writer of values as JSON: each object is written to the table once and referred to by its number."""

    def __init__(self) -> None:
        self.table: list[dict[str, Any]] = []
        self._places: dict[int, int] = {}

    def write(self, value: Any) -> Any:
        """Return a value as JSON."""
        if type(value) in _AS_THEY_ARE or isinstance(value, (str, int, float)):
            return value
        if isinstance(value, datetime):
            return {"$time": value.isoformat()}
        if isinstance(value, bytes):
            return {"$bytes": base64.b64encode(value).decode()}
        if isinstance(value, list):
            return [self.write(each) for each in value]
        if isinstance(value, tuple):
            return {"$tuple": [self.write(each) for each in value]}
        if isinstance(value, Mapping):
            return {"$map": [[self.write(key), self.write(each)] for key, each in value.items()]}
        return {"$object": self._place(value)}

    def _place(self, value: Any) -> int:
        known = self._places.get(id(value))
        if known is None:
            known = self._places[id(value)] = len(self.table)
            row: dict[str, Any] = {"class": type(value).__name__}
            self.table.append(row)
            cls: Any = type(value)
            found = ((field.name, getattr(value, field.name)) for field in _fields(cls))
            row["fields"] = {
                name: each if type(each) in _AS_THEY_ARE else self.write(each) for name, each in found
            }
        return known


def _items(writer: _Writer, part: Numbered[Any]) -> list[Any]:
    return [[number, writer.write(item)] for number, item in part.after(0)]


def _region(writer: _Writer, backend: DirectConnectBackend) -> dict[str, Any]:
    devices = {
        location: pool
        for location, pool in sorted(backend.devices.items())
        if any(device.ports or device.freed for device in pool)  # others come of a look, too
    }
    return {
        "devices": writer.write(devices),
        "listings": [
            [list(key), _items(writer, listing.live), _items(writer, listing.deleted)]
            for key, listing in sorted(backend.listings.items(), key=itemgetter(0))
            if listing.live or listing.deleted  # an empty one comes of a look, be it refused
        ],
        "secrets": writer.write(backend.secrets),
        "connection_count": writer.write(backend.connection_count),
    }


@_without_collecting()
def take(world: World) -> dict[str, Any]:
    """Return the world as a dict that :mod:`json` can write."""
    graph, lifecycle, settings = world.graph, world.lifecycle, world.settings
    writer = _Writer()
    state = {
        "resources": writer.write(list(graph.resources.values())),
        "regions": {
            name: _region(writer, backend)
            for name, backend in sorted(graph.backends.items())
            if backend.resources or backend.connection_count or backend.secrets  # others come of a look
        },
        "agreements": writer.write(graph.agreements),
        "sequence": graph.sequence,
        "next_look": writer.write(lifecycle.next_look),
        "next_call": writer.write(lifecycle.next_call),
        "counted": writer.write(lifecycle.counted),
        "calendar": writer.write([list(entry) for entry in sorted(lifecycle.calendar, key=lambda e: e[:2])]),
        "latest": writer.write(lifecycle.latest),
        "due_since": writer.write(lifecycle.due_since),
        "plans": lifecycle.plans,
        "client_tokens": writer.write(world.client_tokens),
        "history": past_times.write(graph.history),
    }
    snapshot = {
        "format": _FORMAT,
        "version": SCHEMA_VERSION,
        "settings": {
            "provisioning": settings.provisioning,
            "partners": dict(sorted(settings.partners.items())),
            "quotas": dict(settings.quotas),
            "quirks": dict(settings.quirks),
            "release": settings.release,
            "seed": settings.seed,
            "clock": settings.clock,
        },
        "clock": world.clock.now().isoformat(),
        "ahead": world.clock.ahead // _MICROSECOND,
        "ids": world.ids.counter,
        "state": state,
        "objects": writer.table,
    }
    return {**snapshot, "digest": digest(snapshot)}


def digest(snapshot: Mapping[str, Any]) -> str:
    """Return the digest of the rest of a snapshot, by which a damaged one is found.

    The order of keys and white space do not matter, so that any JSON library may have written it.
    """
    content = {name: value for name, value in snapshot.items() if name != "digest"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check_text(content: bytes, largest: int | None = None) -> None:
    """Refuse JSON with far more objects and lists than a snapshot of its size can have, before it is read.

    An empty object takes two bytes of a file and sixty of memory.  The snapshots of dx_mock have one for each
    60 bytes; another JSON library may write half as many bytes.

    Raises:
        SnapshotError: If it has.
    """
    found = content.count(b"{") + content.count(b"[")
    most = 100_000 + len(content) // 20
    if largest is not None:
        most = min(most, largest)
    if found > most:
        raise SnapshotError(f"this is not a snapshot: {len(content)} bytes have {found} objects and lists")


# --- reading -----------------------------------------------------------------------------------------------


class _Reader:
    """A reader of a snapshot's JSON: objects are made empty first, as they may refer to one another."""

    def __init__(self, table: list[dict[str, Any]]) -> None:
        self._objects = []
        for row in table:
            cls = _CLASSES.get(row["class"])
            if cls is None:
                raise SnapshotError(f"the snapshot has a {row['class']!r}, which this version does not know")
            self._objects.append(cls.__new__(cls))
        for found, row in zip(self._objects, table, strict=True):
            self._fill(found, row["class"], row["fields"])

    def _fill(self, found: Any, name_of_class: str, content: dict[str, Any]) -> None:
        cls: Any = type(found)
        fits = fields_of(cls)
        for field in _fields(cls):
            name = field.name
            if name in content:
                value = content[name]
                if type(value) not in _AS_THEY_ARE:
                    value = self.read(value)
            elif field.default is not dataclasses.MISSING:
                value = field.default
            elif field.default_factory is not dataclasses.MISSING:
                value = field.default_factory()
            else:
                raise SnapshotError(f"a {name_of_class} in the snapshot has no {name!r}")
            if not fits[name](value):
                raise SnapshotError(f"the {name!r} of a {name_of_class} in the snapshot has a wrong type")
            setattr(found, name, value)

    def read(self, value: Any) -> Any:
        """Return the value that was written."""
        if isinstance(value, list):
            return [self.read(each) for each in value]
        if not isinstance(value, dict):
            return value
        ((kind, content),) = value.items()
        if kind == "$object":
            return self._objects[content]
        if kind == "$map":
            return {self.read(key): self.read(each) for key, each in content}
        if kind == "$time":
            moment = datetime.fromisoformat(content)
            if not EPOCH - _SLACK <= moment <= LATEST + _SLACK:
                raise SnapshotError(f"the snapshot has the time {moment}, which no world can have")
            return moment
        if kind == "$tuple":
            return tuple(self.read(each) for each in content)
        if kind == "$bytes":
            return base64.b64decode(content)
        raise SnapshotError(f"the snapshot has a value of the unknown kind {kind!r}")


@_without_collecting()
def put_back(world: World, snapshot: Any) -> None:
    """Replace the contents of a world by those of a snapshot.

    Raises:
        SnapshotError: If it is not a snapshot, or one that this version can't read; the world is unchanged.
    """
    try:
        _check(snapshot)
        settings = Settings.check(**snapshot["settings"], others=world.settings.others)
        kept = {
            name: getattr(world.settings, name) for name in ("topology", "allow_hosts", "share_botocore_files")
        }
        settings = dataclasses.replace(settings, **kept)
        reader = _Reader(snapshot["objects"])
        state = {
            name: value if name in _UNREAD else reader.read(value) for name, value in snapshot["state"].items()
        }
        if snapshot["version"] == 2:
            state["regions"] = _regions_of_version_2(state)
        else:
            state["regions"] = {
                name: {part: each if part in _UNREAD else reader.read(each) for part, each in region.items()}
                for name, region in state["regions"].items()
            }
        state.setdefault("due_since", {})  # as before version 4
        _check_state(state)
        for region in state["regions"].values():
            region["listings"] = _read_listings(reader, region["listings"])
        moment, counter = datetime.fromisoformat(snapshot["clock"]), int(snapshot["ids"])
        offset = moment.utcoffset()
        if offset is None or offset:
            raise ValueError(f"its clock {snapshot['clock']!r} is not in UTC")
        if not EPOCH - _SLACK <= moment <= LATEST:
            raise SnapshotError(f"the snapshot has the time {moment}, which no world can have")
        ahead = snapshot.get("ahead", 0)
        if type(ahead) is not int or abs(ahead) > (LATEST - EPOCH) // _MICROSECOND:
            raise ValueError(f"its clock is ahead by {ahead!r} microseconds")
        replace = _prepare(world, settings, state, moment)
    except SnapshotError:
        raise
    except Exception as problem:  # a changed snapshot can raise anything
        raise SnapshotError(f"the snapshot is damaged: {type(problem).__name__}: {problem}") from None
    replace()
    world.clock.set(moment, settings.clock, ahead * _MICROSECOND)
    world.ids.reset(settings.seed, counter)


def _check(snapshot: Any) -> None:
    if not isinstance(snapshot, Mapping) or snapshot.get("format") != _FORMAT:
        raise SnapshotError(
            "this is not a snapshot of dx_mock, as dx.snapshot() returns or dx-mock serve --snapshot writes"
        )
    version = snapshot.get("version")
    if type(version) is not int or version not in _READ_VERSIONS:
        known = f"{_READ_VERSIONS[0]} to {_READ_VERSIONS[-1]}"
        raise SnapshotError(
            f"the snapshot has schema version {version!r}, but this dx_mock reads versions {known} only"
        )
    for part in ("settings", "clock", "ids", "state", "objects", "digest"):
        if part not in snapshot:
            raise SnapshotError(f"the snapshot is damaged: it has no {part!r}")
    if snapshot["digest"] != digest(snapshot):
        raise SnapshotError(
            "the snapshot is damaged: it is not what snapshot() returned, its digest does not fit"
        )


def _check_state(state: Mapping[str, Any]) -> None:
    for name, fits in _STATE.items():
        if not fits(state.get(name)):
            raise SnapshotError(f"the snapshot is damaged: its {name!r} has a wrong type")
    for region in state["regions"].values():
        for name, fits in _REGION.items():
            if not fits(region.get(name)):
                raise SnapshotError(f"the snapshot is damaged: its {name!r} has a wrong type")
    plans = (tuple(plan) for plan in state["calendar"])
    counted = (tuple(each) for machines in state["counted"].values() for each in machines.values())
    if not all(map(_PLAN, plans)) or not all(map(_COUNTED, counted)):
        raise SnapshotError("the snapshot is damaged: what is planned in it has a wrong type")


def _read_listings(reader: _Reader, rows: list[Any]) -> dict[tuple[str, str], Listing[Any]]:
    listings = {}
    for (kind, account), live, deleted in rows:
        listing: Listing[Any] = Listing()
        for part, items in ((listing.live, live), (listing.deleted, deleted)):
            for number, item in items:
                found = reader.read(item)
                if type(number) is not int or not _LISTED(found):
                    raise SnapshotError("the snapshot is damaged: what is listed in it has a wrong type")
                part.add(number, found)
        listings[str(kind), str(account)] = listing
    return listings


def _regions_of_version_2(state: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Split what version 2 held for all Regions together into a part for each Region."""
    regions: dict[str, dict[str, Any]] = {}

    def part(region: str, name: str) -> Any:
        empty: dict[str, Any] = {"devices": {}, "listings": [], "secrets": {}, "connection_count": {}}
        return regions.setdefault(region, empty)[name]

    for (region, location), pool in state.pop("devices").items():
        part(region, "devices")[location] = pool
    for (kind, region, account), live, deleted in state.pop("listings"):
        part(region, "listings").append([[kind, account], live, deleted])
    for arn, ckn in state.pop("secrets").items():
        part(arn.split(":")[3], "secrets")[arn] = ckn
    for (region, location, account), count in state.pop("connection_count").items():
        part(region, "connection_count")[location, account] = count
    del state["globals"]  # they are among the resources
    return regions


def _prepare(world: World, settings: Settings, state: dict[str, Any], moment: datetime) -> Callable[[], None]:
    """Read everything and return a function that puts it in place, which can't fail half way."""
    graph = Graph(world.graph.device_name, lambda: moment)
    past_times.read(graph.history, state.get("history", []))
    for name, parts in state["regions"].items():
        backend = graph.backend(name)
        backend.devices, backend.listings, backend.secrets = (
            parts["devices"],
            parts["listings"],
            parts["secrets"],
        )
        backend.connection_count = Counter(parts["connection_count"])
    wrong = snapshot_links.check_resources(state["resources"])
    if wrong is not None:
        raise SnapshotError(f"the snapshot is damaged: {wrong}")
    for resource in state["resources"]:
        graph.home_of(resource).hold(resource)
        if isinstance(resource, resources.Connection) and resource.parent is not None:
            graph.backend(resource.region).list_order(resource)  # snapshots of before have no list of orders
    graph.agreements, graph.sequence = state["agreements"], state["sequence"]
    calendar = [tuple(entry) for entry in state["calendar"]]
    in_lifecycle = {name: state[name] for name in _IN_LIFECYCLE}
    client_tokens = state["client_tokens"]
    for wrong in snapshot_links.problems(graph, in_lifecycle, calendar):
        raise SnapshotError(f"the snapshot is damaged: {wrong}")

    def replace() -> None:
        lifecycle = world.lifecycle
        world.graph.take_over(graph)
        for name, value in in_lifecycle.items():
            setattr(lifecycle, name, value)
        lifecycle.policy, lifecycle.calendar = settings.provisioning, calendar
        world.client_tokens = client_tokens
        world.settings = settings
        world.forget_callers()

    return replace
