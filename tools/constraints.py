"""Write ``.ci/constraints.txt``: a version of everything that the extras and the dependency groups need.

uv resolves them for every Python that is supported, at once.  Its lock file names an index with every file, so
it is made in a folder that is thrown away, and only names and versions are kept.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / ".ci" / "constraints.txt"

_HEADER = """\
# What CI and the image install.  Written by "tox -e constraints", kept up to date by dependabot; the weekly run
# is without it.
"""


def main() -> None:
    """Resolve, and write the file."""
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for file in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / file, copy / file)
        (copy / "dx_mock" / "support").mkdir(parents=True)
        for file in ("dx_mock/__init__.py", "dx_mock/support/version.py"):
            shutil.copy(ROOT / file, copy / file)
        options = [
            "--all-extras",
            "--all-groups",
            "--no-emit-project",
            "--no-hashes",
            "--no-annotate",
            "--no-header",
        ]
        done = subprocess.run(
            ["uv", "export", "--quiet", *options], cwd=copy, check=True, stdout=subprocess.PIPE, text=True
        )
    TARGET.write_text(_HEADER + done.stdout, encoding="utf-8")
    print(f"{len(done.stdout.splitlines())} versions in {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
