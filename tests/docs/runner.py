"""Runs files of Python in processes of their own that begin warm: forked from one that has imported boto3.

As a program it is that process: it reads a request per line and answers each with a line of JSON.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

#: Seconds that a file may take.
LIMIT = 100

_ENVIRONMENT = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def is_tests(code: str) -> bool:
    """Whether code has tests for pytest."""
    lines = [line.strip() for line in code.splitlines()]
    return any(line.startswith(("def test_", "async def test_", "class Test")) for line in lines)


def command(file: Path) -> list[str]:
    """How to run a file on its own: as a script, or under pytest where it has tests."""
    if not is_tests(file.read_text()):
        return [str(file)]
    # Of the plugins that are installed those that the examples speak of: the others take their time to load.
    options = ["-q", "-p", "dx_mock.pytest_plugin", "-p", "pytest_asyncio.plugin"]
    options += ["-p", "no:cacheprovider", "-W", "error"]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # dx_mock is there before its plugin
    options += ["-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function"]
    return ["-m", "pytest", *options, "--rootdir", str(file.parent), str(file)]


class Runner:
    """The process that the others are forked from; where there is no fork each begins cold."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        if hasattr(os, "fork"):
            self._process = subprocess.Popen(
                [sys.executable, "-W", "error", __file__],
                env=_ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )

    def run(self, file: Path, folder: Path) -> tuple[int, str]:
        """Run a file in a folder; gives the exit code and what was printed."""
        return self._run(command(file), folder)

    def run_suite(self, folder: Path, *options: str) -> tuple[int, str]:
        """Run the tests of a folder with our plugin alone; gives the exit code and what was printed."""
        ours = ["-p", "dx_mock.pytest_plugin", "-p", "no:cacheprovider", "--rootdir", str(folder)]
        return self._run(["-m", "pytest", *ours, *options, str(folder)], folder)

    def _run(self, arguments: list[str], folder: Path) -> tuple[int, str]:
        if self._process is None:
            whole = [sys.executable, "-W", "error", *arguments]
            done = subprocess.run(
                whole, capture_output=True, text=True, timeout=LIMIT, cwd=folder, env=_ENVIRONMENT
            )
            return done.returncode, done.stdout + done.stderr
        assert self._process.stdin is not None and self._process.stdout is not None
        print(json.dumps([arguments, str(folder)]), file=self._process.stdin, flush=True)
        code = json.loads(self._process.stdout.readline())
        return code, (folder / "output.txt").read_text()

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.communicate(timeout=LIMIT)


def serve() -> None:
    """Fork a process for every request."""
    import boto3  # noqa: F401
    import pytest  # noqa: F401

    import dx_mock.mock
    import dx_mock.world.world  # noqa: F401

    for line in sys.stdin:
        arguments, folder = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _child(arguments, Path(folder))
        print(_wait(pid), flush=True)


def _wait(pid: int) -> int:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return -9


def _names() -> ModuleType:
    """The check that no name is looked up, which stands beside this folder."""
    spec = importlib.util.spec_from_file_location("names", Path(__file__).parents[1] / "names.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _child(arguments: list[str], folder: Path) -> None:
    """Become the process of a file or a suite."""
    import atexit
    import runpy
    import traceback

    code: object = 1
    try:
        os.chdir(folder)
        output = os.open("output.txt", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.path[0] = str(Path(arguments[-1]).parent)
        names = _names()
        names.watch()
        if arguments[0] == "-m":
            import pytest

            code = int(pytest.main(arguments[2:]))
        else:
            sys.argv = arguments
            runpy.run_path(arguments[-1], run_name="__main__")
            code = 0
        assert names.looked_up == [], names.looked_up
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    serve()
