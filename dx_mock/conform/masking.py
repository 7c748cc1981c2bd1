"""Answers that two accounts can compare and anybody may see: what tells whose they are is replaced.

The same value becomes the same mark within one run (``account-1``, ``dxcon-2``), so that it still shows where
two members have one value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

#: What tells an account or a resource, most special first; the name of the mark, and what is replaced.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("arn", re.compile(r"arn:aws[a-z-]*:[a-zA-Z0-9-]+:[a-z0-9-]*:[0-9]*:[^\s\"',}\])]+")),
    ("uuid", re.compile(r"\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b")),
    ("id", re.compile(r"\b(?:dx(?:con|lag|vif|peer|rg)|vgw|tgw|tgw-attach|vpc)-[0-9a-zA-Z]{6,}\b")),
    ("key", re.compile(r"\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b")),
    ("secret", re.compile(r"\b[0-9a-fA-F]{64}\b")),
    ("account", re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")),
    ("device", re.compile(r"\b[A-Za-z0-9]{3,12}-[0-9a-z]{12,14}\b")),
    ("token", re.compile(r"\b[A-Za-z0-9+/]{40,}={0,2}")),
    (
        "address",
        re.compile(r"(?<![0-9.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?:/[0-9]{1,2})?(?![0-9.])"),
    ),
    ("address", re.compile(r"(?<![0-9a-fA-F:])(?:[0-9a-fA-F]{1,4}:){2,7}[0-9a-fA-F:]+(?:/[0-9]{1,3})?")),
    ("email", re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[a-z]{2,}")),
)
#: Members whose whole value is somebody's own, whatever it looks like.
_OWN = re.compile(
    r"(authKey|[nN]ame$|ckn|cak|secretARN|customerRouterConfig|nextToken|partnerName|providerName|"
    r"[rR]equest-?[iI]d|HostId|tags|key$|value$|loaContent|email)"
)
#: Members that end in ``Name`` and are AWS's.
_AWS = frozenset({"locationName"})
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})?")


class Mask:
    """Replaces what is somebody's own, the same value always by the same mark."""

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        #: value -> mark; ``own`` are values that the run itself made up, which need no mark
        self._marks: dict[str, str] = dict(own or {})
        self._counts: dict[str, int] = {}

    def of(self, value: Any, member: str = "") -> Any:
        """Return a value with everything of somebody's own replaced."""
        if isinstance(value, Mapping):
            return {str(name): self.of(each, str(name)) for name, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.of(each, member) for each in value]
        if isinstance(value, (datetime, date)):
            return value.strftime("%Y-%m-%d")
        if isinstance(value, (bytes, bytearray)):
            return f"<{len(value)} bytes>"
        if isinstance(value, str):
            if member and value and _OWN.search(member) and member not in _AWS:
                return self._mark("own", value)
            return self.text(value)
        return value

    def text(self, text: str) -> str:
        """Return a text such as a message with everything of somebody's own replaced."""
        for known in sorted(self._marks, key=len, reverse=True):
            if known and known in text:
                text = text.replace(known, self._marks[known])
        for kind, pattern in _KINDS:
            text = pattern.sub(partial(self._found, kind), text)
        return _DAY.sub(r"\1", text)

    def _found(self, kind: str, found: re.Match[str]) -> str:
        return self._mark(kind, found[0])

    def _mark(self, kind: str, value: str) -> str:
        known = self._marks.get(value)
        if known is None:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            known = self._marks[value] = f"<{kind} {self._counts[kind]}>"
        return known
