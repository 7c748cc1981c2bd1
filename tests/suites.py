"""Small suites of pytest in processes of their own, as a user's would run."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from tests.docs.runner import Runner


class Done:
    """How a suite ended."""

    def __init__(self, code: int, output: str) -> None:
        self.code = code
        self.output = output

    def counts(self) -> dict[str, int]:
        """Return how many tests passed, failed and so on, as the last line says."""
        last = self.output.rstrip().splitlines()[-1]
        return {kind.rstrip("s"): int(number) for number, kind in re.findall(r"(\d+) ([a-z]+)", last)}


class Suite:
    """Files of one suite in a folder; ``estate__yaml`` is the file estate.yaml, ``test_it`` is test_it.py."""

    def __init__(self, runner: Runner, folder: Path) -> None:
        self._runner = runner
        self._folder = folder

    def __call__(self, *options: str, **files: str) -> Done:
        """Write the files and run them, with boto3, pytest and this mock loaded, and no other plugin."""
        for name, text in files.items():
            stem, _, ending = name.partition("__")
            file = self._folder / f"{stem}.{ending or 'py'}"
            file.write_text(textwrap.dedent(text), encoding="utf-8")
        return Done(*self._runner.run_suite(self._folder, *options))
