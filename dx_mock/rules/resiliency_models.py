"""Resiliency models: what diversity each asks for (AWS Direct Connect Resiliency Toolkit)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from dx_mock.support import errors

#: Groups of one account in a Region [guessed: AWS publishes none].
GROUPS_PER_REGION = 50

_ID = re.compile(r"dxrg-[0-9a-zA-Z]{17}")


def check_group_id(group_id: str) -> str:
    """Return the id of a resiliency group in small letters; the model takes the prefix in capitals too."""
    lowered = group_id.replace("DXRG-", "dxrg-", 1)
    if not _ID.fullmatch(lowered):
        raise errors.RESILIENCY_GROUP_ID_FORMAT(id=group_id)
    return lowered


def model_of(places: Iterable[tuple[str, str]]) -> str | None:
    """Return the best model that connections at (location, device) meet; None where one failure ends all.

    Maximum: two devices in each of two locations.  High: two locations.  Basic: two devices of one location
    [documented: UG:resiliency_toolkit (there the last is called development and test)].
    """
    devices: dict[str, set[str]] = defaultdict(set)
    for location, device in places:
        devices[location].add(device)
    diverse = [location for location, found in devices.items() if len(found) >= 2]
    if len(diverse) >= 2:
        return "maximum-resiliency"
    if len(devices) >= 2:
        return "high-resiliency"
    return "basic-resiliency" if diverse else None
