"""Names: what letters they have, and how many."""

from __future__ import annotations

import re

from dx_mock.support import errors
from dx_mock.support.text import shortened

#: Connections, LAGs and interconnects [documented: CFN].  Virtual interfaces and gateways
#: have the same letters and 100 of them at most.
_NAME = re.compile(r"[\w \-,/]*", re.UNICODE)
CONNECTION_NAME_LENGTH = 200
VIRTUAL_INTERFACE_NAME_LENGTH = 100


def check_name(what: str, name: str, limit: int = CONNECTION_NAME_LENGTH) -> str:
    """Return ``name`` if a resource can have it."""
    if not 1 <= len(name) <= limit or not _NAME.fullmatch(name):
        raise errors.NAME_INVALID(what=what, name=shortened(name, 220), limit=limit)
    return name
