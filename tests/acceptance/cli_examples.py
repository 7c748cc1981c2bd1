"""The command lines of the AWS CLI's examples, with the ids of a prepared world in place of theirs."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

from botocore import xform_name

_COMMAND = re.compile(r"^[ \t]*(aws directconnect (?:.*\\[ \t]*\n)*.*)$", re.MULTILINE)
_OPTION = re.compile(r"(?=\s--[a-z])")

#: What stands for something of the prepared world, by kind; the examples' own ids often end with EXAMPLE.
_IDS = re.compile(
    r"(?P<resource>dx(?:con|lag|vif)-\w+)"
    r"|(?P<virtual_gateway>vgw-\w+)"
    r"|(?P<transit_gateway>tgw-\w+)"
    r"|(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-\w+)"
    r"|(?P<account>(?<![\w-])[0-9]{12,13}(?![\w-]))"
)

#: Options whose values are those of the prepared world as a whole.
_WHOLE = {"location", "customer-address"}


def commands(text: str) -> list[str]:
    """The command lines in the text of an example, each on one line."""
    return [re.sub(r"\s*\\[ \t]*\n\s*", " ", found).strip() for found in _COMMAND.findall(text)]


def needs_shell(command: str) -> bool:
    """Whether a command line has a pipe or writes to a file."""
    return bool({"|", ">"} & set(shlex.shlex(command, posix=True, punctuation_chars=True)))


def filled(command: str, parameters: Mapping[str, Any]) -> str:
    """A command line with the ids, accounts and places that the parameters have for the same options."""
    values = {xform_name(name, "-"): value for name, value in parameters.items()}
    first, *options = _OPTION.split(command)
    return first + "".join(_filled_option(each, values) for each in options)


def _filled_option(text: str, values: Mapping[str, Any]) -> str:
    space, name, rest = re.fullmatch(r"(\s)--([a-z-]+)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    if name in _WHOLE:
        return f"{space}--{name} {values[name]}"
    ours: dict[str, list[str]] = {}
    for match in _IDS.finditer(json.dumps(values.get(name))):
        ours.setdefault(str(match.lastgroup), []).append(match[0])

    def replace(match: re.Match[str]) -> str:
        queue = ours.get(str(match.lastgroup))
        # An id that ends with EXAMPLE is no hexadecimal number, which AWS wants.
        return queue.pop(0) if queue else match[0].replace("EXAMPLE", "0000000")

    return f"{space}--{name}{_IDS.sub(replace, rest)}"
