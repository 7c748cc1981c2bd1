"""What strangers meet: the declarations of the package, the files of the project, the container."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest brings it there

ROOT = Path(__file__).parents[2]


def project() -> dict[str, Any]:
    """The checkout's pyproject.toml, since the installed metadata may be older."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
