"""All that a hosted world has, as bytes for the disk, and back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from dx_mock.engine.declarations import load
from dx_mock.engine.faults import Faults
from dx_mock.engine.record import CallRecord, LastCalls
from dx_mock.moto_services import state_on_disk
from dx_mock.protocol import contract

if TYPE_CHECKING:
    from dx_mock.http_server.worlds.hosting import HostedWorld

#: Level of compression: the fastest, as worlds are written every second.
_LEVEL = 1


class Contents(NamedTuple):
    """What is written of a world: each part by itself, so that only what has changed is written again."""

    world: bytes
    aside: bytes
    others: bytes
    #: services of moto whose contents can't be written
    not_kept: tuple[str, ...]


def pack_world(hosted: HostedWorld) -> bytes:
    """Return Direct Connect's part: a snapshot, and what the world begins with when it is reset."""
    mock = hosted.mock
    declared = mock.world.settings.topology
    found = {"snapshot": mock.snapshot(), "topology": None if declared is None else declared.content}
    return zlib.compress(json.dumps(found, separators=(",", ":")).encode(), _LEVEL)


def pack_aside(hosted: HostedWorld) -> bytes:
    """Return the faults, and how many calls were forgotten: what a snapshot does not have."""
    world = hosted.mock.world
    with world.lock:
        return state_on_disk.write({"faults": world.faults.state(), "forgotten": world.calls.forgotten})


def pack_others(hosted: HostedWorld) -> tuple[bytes, tuple[str, ...]]:
    """Return moto's part, and the services that it does not have."""
    with hosted.within():
        content, lost = state_on_disk.write_state(hosted.others)
    return zlib.compress(content, _LEVEL) if content else b"", tuple(lost)


def pack_calls(calls: Sequence[tuple[int, CallRecord]]) -> list[tuple[int, bytes]]:
    """Return calls of the record by their numbers."""
    return [(number, _pack_call(call)) for number, call in calls]


def _pack_call(call: CallRecord) -> bytes:
    answer = None if call._answer is None else contract.encode(call._model, call._answer)
    row = (call.operation, call.parameters, call.account_id, call.region_name, answer, call.error)
    try:
        written = state_on_disk.write(row)
        if call.error is not None:
            state_on_disk.read(written)  # errors of other classes may be written and not be readable
        return written
    except Exception:  # a client may send something else than plain data, and a test's fault may be anything
        return state_on_disk.write((*row[:1], {}, *row[2:4], None, None))


def unpack(hosted: HostedWorld, contents: Contents, calls: Sequence[tuple[int, bytes]]) -> None:
    """Make a new world what another one was when it was written.

    Raises:
        ValueError: If something in it is damaged.
    """
    try:
        found = json.loads(zlib.decompress(contents.world))
        snapshot, declared = found["snapshot"], found["topology"]
    except (zlib.error, ValueError, LookupError, TypeError) as problem:
        raise ValueError(f"what is on disk is damaged: {problem}") from None
    hosted.restore(snapshot)
    world = hosted.mock.world
    if declared is not None:
        world.settings = replace(world.settings, topology=load(declared))
    aside: Any = state_on_disk.read(contents.aside)
    world.faults = Faults(world.settings.seed)
    world.faults.go_on_from(aside["faults"])
    if contents.others:
        try:
            content = zlib.decompress(contents.others)
        except zlib.error as problem:
            raise ValueError(f"what is on disk is damaged: {problem}") from None
        state_on_disk.read_state(content, hosted.others)
    record = LastCalls(hosted.calls)
    record.forgotten = calls[0][0] - 1 if calls else aside["forgotten"]
    for _, row in calls:
        record.append(_call(row))
    world.calls = record


def _call(row: bytes) -> CallRecord:
    operation, parameters, account_id, region, answer, error = state_on_disk.read(row)
    model: Any = contract.service_model().operation_model(operation)
    return CallRecord(model, parameters, account_id, region, answer, error)
