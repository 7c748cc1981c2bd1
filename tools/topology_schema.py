"""Write docs/topology.schema.json, the JSON Schema of declared worlds, from the installed botocore model.

    python tools/topology_schema.py [--check]

With ``--check`` nothing is written; the exit code is 1 if the file is not up to date.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from dx_mock.engine.declarations.schema import schema

FILE = Path(__file__).parents[1] / "docs" / "topology.schema.json"


def main() -> int:
    """Run the command line."""
    wanted = json.dumps(schema(), indent=2) + "\n"
    if "--check" not in sys.argv[1:]:
        FILE.write_text(wanted)
    elif FILE.read_text() != wanted:
        print(f"{FILE} is not up to date: run python tools/topology_schema.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
