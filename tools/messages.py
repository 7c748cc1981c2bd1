"""Write the tables of docs/troubleshooting.md that have every message of dx_mock's own, found in the code.

    python tools/messages.py [--check]

What to do about a message is written on the page, by hand, and stays there.  A message that is new gets a row
without it, one that is gone loses its row.  With ``--check`` nothing is written; the exit code is 1 if a table
is not up to date or a row does not say what to do.

What the service refuses is not here: these texts are AWS's, or stand for AWS's (docs/fidelity/errors.md).
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "dx_mock"
PAGE = ROOT / "docs" / "troubleshooting.md"

#: Calls whose first words are a message for a user: exceptions, and what ends a test or a command.
_SPEAKS = {
    "AssertionError", "FileNotFoundError", "IsADirectoryError", "LookupError", "Misuse", "NotAsked", "Refusal",
    "RuntimeError", "ServerError", "SnapshotError", "Stopped", "TypeError", "UsageError", "ValueError",
    "_misused", "_wrong", "fail", "warn",
}  # fmt: skip
#: Rooms whose texts are the service's.
_OF_THE_SERVICE = (
    "support/errors/",
    "service/",
    "handlers/",
    "graph/",
    "protocol/",
    "moto_services/cloudformation/",
)
#: The rooms of each table of the page.
TABLES = {
    "settings": ("engine/settings.py", "decorated_functions.py", "decorated_classes.py", "pytest_plugin.py"),
    "estates": ("engine/declarations/", "world/building.py"),
    "mocks": ("mock.py", "in_place_of_moto.py", "process/", "moto_services/", "doors/"),
    "hands": ("world/hands.py", "world/", "support/clock.py", "engine/engine.py"),
    "record": ("engine/faults.py", "engine/record.py"),
    "snapshots": ("world/snapshot.py", "http_server/snapshot_file.py"),
    "server": ("http_server/server.py", "http_server/sockets.py", "command_line/serve.py", "command_line/"),
    "control": ("http_server/",),
    "conform": ("conform/", "command_line/conform.py"),
    "installation": ("support/", "engine/", ""),
}
_TABLE = re.compile(r"(<!-- messages: (\w+) -->\n).*?(<!-- end of messages -->)", re.DOTALL)
_ROW = re.compile(r'^\| <a id="(?P<id>[^"]+)"></a>`(?P<text>.+?)` \| (?P<advice>.*) \|$', re.MULTILINE)


@dataclass(frozen=True)
class Message:
    """A message as it stands in the code; what is filled in stands in braces."""

    text: str
    file: str

    @property
    def anchor(self) -> str:
        """The name by which others can link to the row: the message's own words."""
        return "m-" + "-".join(re.findall(r"[a-z0-9]+", re.sub(r"\{\w*\}|…", "", self.text).lower())[:9])

    @property
    def table(self) -> str:
        """The table that has it: that of the closest room."""
        fitting = [
            (len(room), name)
            for name, rooms in TABLES.items()
            for room in rooms
            if self.file == room or (self.file.startswith(room) and (room.endswith("/") or not room))
        ]
        return max(fitting)[1]


def messages() -> list[Message]:
    """Return every message of the package, those of the same words once."""
    found: dict[str, Message] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        file = path.relative_to(PACKAGE).as_posix()
        if not file.startswith(_OF_THE_SERVICE):
            for text in texts(ast.parse(path.read_text(encoding="utf-8"))):
                words = " ".join(re.findall(r"[a-z0-9]+", re.sub(r"\{\w*\}", "", text.lower())))
                found.setdefault(words, Message(text, file))
    return list(found.values())


def texts(tree: ast.AST) -> Iterator[str]:
    """Yield the messages in some code that have at least two words of their own."""
    for node in ast.walk(tree):
        said: list[ast.expr] = []
        if isinstance(node, ast.Call) and _name(node.func) in _SPEAKS:
            said = next(([each] for each in node.args if _is_text(each)), [])
        elif isinstance(node, ast.Dict):  # of a refusal by a door: why nobody answers
            keys = [getattr(key, "value", None) for key in node.keys]
            said = [node.values[keys.index("reason")]] if {"reason", "advice"} <= set(keys) else []
        for each in said:
            text = " ".join(_shown(each).split()).strip(",: ")
            if len(re.findall(r"[a-z]{2,}", re.sub(r"\{\w*\}", "", text))) >= 2:
                yield text


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _shown(node: ast.expr) -> str:
    """Return an expression as a message shows it: words as they are, names in braces, anything else as dots."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_shown(each) for each in node.values)
    if isinstance(node, ast.FormattedValue):
        return _shown(node.value)
    if isinstance(node, ast.BinOp):
        return _shown(node.left) + _shown(node.right)
    if isinstance(node, ast.Name):
        return f"{{{node.id.strip('_').lower()}}}"
    if isinstance(node, ast.Attribute):
        return f"{{{node.attr.strip('_').lower()}}}"
    if isinstance(node, ast.Call) and _name(node.func) == "hint":
        return "…"  # "did you mean ...?"
    return "…"


def page(text: str) -> str:
    """Return the page with its tables as they should be."""
    advice = {match["text"]: match["advice"] for match in _ROW.finditer(text)}
    rows: dict[str, list[str]] = {name: [] for name in TABLES}
    for each in messages():
        shown = each.text.replace("|", "\\|").replace("`", "'")
        rows[each.table].append(f'| <a id="{each.anchor}"></a>`{shown}` | {advice.get(shown, "")} |')

    def table(match: re.Match[str]) -> str:
        lines = ["", "| Message | What to do |", "| --- | --- |", *rows[match[2]], "", ""]
        return match[1] + "\n".join(lines) + match[3]

    return _TABLE.sub(table, text)


def problems(text: str) -> Iterator[str]:
    """Yield what is wrong with a page."""
    if page(text) != text:
        yield f"{PAGE} is not up to date: run python tools/messages.py"
    seen = set()
    for match in _ROW.finditer(page(text)):
        if not match["advice"].strip():
            yield f"{PAGE} does not say what to do about: {match['text']}"
        if match["id"] in seen:
            yield f"{PAGE} has two messages at the anchor {match['id']}"
        seen.add(match["id"])
    missing = set(TABLES) - {match[2] for match in _TABLE.finditer(text)}
    if missing:
        yield f"{PAGE} has no table of {', '.join(sorted(missing))}"


def main() -> int:
    """Run the command line; return the exit code."""
    text = PAGE.read_text(encoding="utf-8")
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page(text), encoding="utf-8")
        text = page(text)
    wrong = list(problems(text))
    print("\n".join(wrong), end="\n" if wrong else "")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
