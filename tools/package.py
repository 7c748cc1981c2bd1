"""Build the wheel and the source distribution, look into them, and try the wheel in a fresh environment."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path = ROOT, output: int | None = None) -> None:
    """Run a command; what fails ends this program with the command's code."""
    print("$", *(str(each) for each in command), flush=True)
    done = subprocess.run([str(each) for each in command], cwd=cwd, stdout=output)
    if done.returncode != 0:
        raise SystemExit(done.returncode)


def build(folder: Path) -> Path:
    """Build both files and let the index's own checks look at them; returns the wheel.

    The wheel is built from the source distribution, so that one which lacks a file does not go unnoticed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    left = [path.name for path in folder.iterdir()]
    if left:
        raise SystemExit(f"{folder} is not empty: {', '.join(sorted(left))}")
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT)
    run(sys.executable, "-m", "twine", "check", "--strict", *folder.iterdir())
    (wheel,) = folder.glob("*.whl")
    run(sys.executable, "-m", "check_wheel_contents", wheel)
    return wheel


def compare(wheel: Path) -> None:
    """Check that every file of the package is in the wheel and nothing else, by what git knows of it.

    Raises:
        SystemExit: If a file is missing or too many.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "dx_mock"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    known = set(listed.stdout.rstrip("\0").split("\0"))
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("dx_mock/")}
    if known != packed:
        raise SystemExit(f"missing: {sorted(known - packed)}, too many: {sorted(packed - known)}")


def try_out(wheel: Path) -> None:
    """Install the wheel without extras, use it, then with all of them, and use those."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        venv.create(folder / "fresh", with_pip=True)
        scripts = folder / "fresh" / ("Scripts" if os.name == "nt" else "bin")
        python = scripts / "python"
        run(python, "-m", "pip", "install", "--quiet", wheel)
        run(python, "-m", "pip", "check")
        run(scripts / "dx-mock", "--version", cwd=folder)
        run(scripts / "dx-mock", "demo", cwd=folder, output=subprocess.DEVNULL)
        run(python, "-I", ROOT / "tools" / "try_wheel.py", "base", cwd=folder)
        run(python, "-m", "pip", "install", "--quiet", f"{wheel}[all]")
        run(python, "-I", ROOT / "tools" / "try_wheel.py", "all", cwd=folder)


def main() -> None:
    """Do all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--outdir", type=Path, help="an empty or new folder for the two files; else they are not kept"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        wheel = build(options.outdir.resolve() if options.outdir else Path(name))
        compare(wheel)
        try_out(wheel)


if __name__ == "__main__":
    main()
