"""A program of another environment that answers one line of JSON with another, as long as it is needed."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

#: Seconds that one answer may take before the program counts as hung and is ended.
PATIENCE = 60


class Worker:
    """The running program; ask it with :meth:`ask`."""

    def __init__(self, command: list[str], environment: dict[str, str], folder: Path | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._errors = Path(self._folder.name) / "stderr"
        with self._errors.open("w") as errors:
            self._process = subprocess.Popen(
                command,
                env=environment,
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def ask(self, **question: Any) -> Any:
        """The answer to a question.

        Raises:
            AssertionError: the program ended or hung; the message has what it wrote about it.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        ending = threading.Timer(PATIENCE, self._process.kill)
        ending.start()
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            ending.cancel()
        if not line:
            self._process.wait(timeout=PATIENCE)
            raise AssertionError(
                f"the program ended with {self._process.returncode}: {self._errors.read_text()}"
            )
        return json.loads(line)

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._folder.cleanup()
