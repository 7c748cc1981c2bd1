"""Answers that two accounts can compare and anybody may see: what tells whose they are is replaced.

Members of answers are replaced unless they are known to hold AWS's words; in messages whatever has the form of
an id, an account, an address, a key and so on is.  The same value becomes the same mark (``<id 2>``), so that
it still shows where two members have one value.  What the catalogue itself sends is nobody's secret and stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

#: The mark of words of the caller's, such as the name of a profile, in messages.
PRIVATE = "<private>"
_HEX = "[0-9a-fA-F]"
_TOP_LEVEL = (
    "amazonaws|api|app|arpa|aws|biz|ch|cloud|cn|co|com|corp|de|dev|edu|es|eu|fr|gov|home|info|int|internal|intra|"
    "intranet|io|it|jp|lan|local|localdomain|localhost|mil|net|nl|org|priv|private|se|test|uk|us|vpn"
)
#: What tells an account or a resource, most special first: the kind in the mark, and its form.
_KINDS: tuple[tuple[str, str], ...] = (
    ("url", r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s\"'<>]+"),
    ("arn", r"arn:[a-z0-9-]+:[^\s\"'<>,})\]]+"),
    ("email", r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+"),
    ("uuid", rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"),
    ("id", r"dx[a-z]{2,6}-[0-9a-zA-Z-]{6,}|[a-z]{2,8}(?:-[a-z]{2,8})?-[0-9a-f]{8,17}(?![0-9a-zA-Z])"),
    ("key", r"(?<![A-Z0-9])(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ABIA|ACCA)[A-Z0-9]{12,}"),
    ("device", r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]{2,11}-[0-9a-z]{12,14}(?![0-9a-zA-Z])"),
    ("token", r"[A-Za-z0-9+/_=-]{40,}"),
    ("secret", rf"{_HEX}{{32,}}"),
    ("account", r"(?<![0-9])[0-9]{4}-[0-9]{4}-[0-9]{4}(?![0-9])|(?<![0-9])[0-9]{12}(?![0-9])"),
    ("address", r"[0-9]{1,3}(?:\.[0-9]{1,3}){3,}(?:/[0-9]{1,2})?"),
    (
        "address",
        rf"(?<!{_HEX})(?:{_HEX}{{1,4}})?(?::{_HEX}{{0,4}}){{2,7}}(?:[0-9]{{0,3}}(?:\.[0-9]{{1,3}}){{3}})?"
        r"(?:%[0-9a-zA-Z]+)?(?:/[0-9]{1,3})?(?:(?<!:)|(?<=::))",
    ),
    ("host", rf"(?:[a-zA-Z0-9_-]+\.)+(?:{_TOP_LEVEL})(?![a-zA-Z0-9-])(?::[0-9]+)?"),
)
#: Times, of which the day is kept: ISO 8601, its form without separators, and that of HTTP.
_TIMES = (
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9]{1,2}:[0-9:.]+ ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?",
    r"(?P<short>[0-9]{8})T[0-9]{6}Z?",
    r"(?P<http>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4}) [0-9:]{5,8}(?: GMT)?",
)
_FORMS = "|".join([*_TIMES, *(f"(?P<kind{number}>{form})" for number, (_, form) in enumerate(_KINDS))])
#: Members that hold AWS's words or the number that a call asked for; of all others the value is somebody's own.
_PLAIN = re.compile(
    r"(?:State|Status|Type|Family|Mode|Model|[bB]andwidth|[lL]ocation|Capable|Redundancy)$|"
    r"^(?:region|mtu|minimumLinks|numberOfConnections|locationCode|agreement|testDurationInMinutes)$"
)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9 ./_-]{0,60}|[0-9]{1,5}(?:\.[0-9])? ?[MGT]bps")


def strings(value: Any) -> Iterator[str]:
    """Yield every string in a value, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from strings(each)


class Mask:
    """Replaces what is somebody's own, the same value always by the same mark.

    Args:
        public: what the catalogue sends, which stays.
        marks: values of the run that have marks of their own.
    """

    def __init__(self, public: Collection[str] = (), marks: Mapping[str, str] | None = None) -> None:
        self._public = frozenset(public)
        self._marks: dict[str, str] = {value: mark for value, mark in (marks or {}).items() if value}
        self._counts: dict[str, int] = {}
        self._numbers: dict[float, int] = {}

    def of(self, value: Any, member: str = "") -> Any:
        """Return a value with everything of somebody's own replaced."""
        if isinstance(value, Mapping):
            return {self._name(str(name)): self.of(each, str(name)) for name, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.of(each, member) for each in value]
        if isinstance(value, (datetime, date)):
            return value.strftime("%Y-%m-%d")
        if isinstance(value, (bytes, bytearray)):
            return "<bytes>"
        if value is None or isinstance(value, bool):
            return value
        plain = bool(_PLAIN.search(member))
        if isinstance(value, (int, float)):
            if plain and abs(value) < 10**5:
                return value
            return self._numbers.setdefault(value, len(self._numbers) + 1)
        text = str(value)
        if not text or text in self._public or (plain and _WORD.fullmatch(text) and self.text(text) == text):
            return text
        return self._mark(_kind(text), text)

    def text(self, text: str) -> str:
        """Return a text such as a message with everything of somebody's own replaced."""
        known = "|".join(map(re.escape, sorted(self._marks, key=len, reverse=True)))
        pattern = f"(?<![A-Za-z0-9])(?P<known>{known})(?![A-Za-z0-9])|{_FORMS}" if known else _FORMS
        return re.sub(pattern, self._replaced, text)

    def _name(self, name: str) -> str:
        return name if re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,60}", name) else self.text(name)

    def _replaced(self, found: re.Match[str]) -> str:
        group, text = str(found.lastgroup), found[0]
        if text in self._public:
            return text
        if group in {"day", "short", "http"}:
            return found[group]
        if group == "known":
            return self._marks[text]
        return self._mark(_KINDS[int(group.removeprefix("kind"))][0], text)

    def _mark(self, kind: str, value: str) -> str:
        known = self._marks.get(value)
        if known is None or known == PRIVATE:  # which says nothing about the form, and forms are compared
            self._counts[kind] = self._counts.get(kind, 0) + 1
            known = self._marks[value] = f"<{kind} {self._counts[kind]}>"
        return known


def _kind(value: str) -> str:
    """Return what a whole value looks like: the kind of its mark, with an id's prefix (``dxcon``)."""
    for kind, form in _KINDS:
        if re.fullmatch(form, value):
            return value.split("-")[0] if kind == "id" and value.startswith("dx") else kind
    return "own"
