"""Extract the facts of the AWS CLI's examples for Direct Connect: members and states, no text.

    python tools/cli_examples.py [FOLDER] > tests/recorded/cli_examples.json

FOLDER is ``awscli/examples/directconnect`` of an installed AWS CLI (version 1); without it the one that can be
imported is taken.  An example with several outputs gives several entries.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

#: Members whose values are facts that a replay can compare; of all others only the presence counts.
_VALUES = re.compile(r"(State|Status|status|Type|addressFamily|mtu|minimumLinks|jumboFrameCapable)$")


def skeleton(value: Any, name: str = "") -> Any:
    """Return a value without what is particular to the example: names, ids, addresses."""
    if isinstance(value, dict):
        return {key: skeleton(each, key) for key, each in sorted(value.items())}
    if isinstance(value, list):
        return [skeleton(each, name) for each in value]
    return value if _VALUES.search(name) else "..."


def outputs(text: str) -> list[Any]:
    """Return the JSON objects in an example."""
    found, place, decoder = [], 0, json.JSONDecoder(strict=False)
    while (place := text.find("{", place)) >= 0:
        try:
            value, place = decoder.raw_decode(text, place)
        except ValueError:
            place += 1
            continue
        # A few outputs lack a comma or contain a stray word: they are not JSON and are left out.
        if isinstance(value, dict) and not _is_input(text, value):
            found.append(skeleton(value))
    return found


def _is_input(text: str, value: dict[str, Any]) -> bool:
    """Return whether an object is an input of the command, which comes before the word Output."""
    return text.find(next(iter(value), "")) < text.find("Output") and "cidr" in value


def main() -> int:
    """Run the command line."""
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
    else:
        import awscli

        folder = Path(awscli.__file__).parent / "examples" / "directconnect"
    facts = {path.stem: outputs(path.read_text()) for path in sorted(folder.glob("*.rst"))}
    json.dump(facts, sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
