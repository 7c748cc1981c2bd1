"""Environments for real client programs: one each, kept between runs in the user's cache."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


def cache() -> Path:
    """The directory of all environments, outside the tree."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "dx-mock-acceptance"


def python_environment(name: str, *requirements: str) -> Path:
    """The ``bin`` directory of a virtual environment with the requirements; skips where they can't be had."""
    wanted = hashlib.sha256(" ".join((sys.version, *requirements)).encode()).hexdigest()[:12]
    place = cache() / f"{name}-{wanted}"
    with _alone(place):
        if not (place / "complete").exists():
            shutil.rmtree(place, ignore_errors=True)
            for command in (
                [sys.executable, "-m", "venv", str(place)],
                # What is imported is compiled then: of the large programs that is a small part.
                [str(place / "bin" / "pip"), "install", "--quiet", "--no-compile", *requirements],
            ):
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode:
                    pytest.skip(f"{name} can't be installed: {done.stderr.strip()[-300:]}")
            (place / "complete").touch()
    return place / "bin"


def node_environment(name: str, sources: Path) -> Path:
    """A folder with a package's files and what its ``package.json`` asks for; skips where that can't be had."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are not on this machine")
    wanted = hashlib.sha256((sources / "package.json").read_bytes()).hexdigest()[:12]
    place = cache() / f"{name}-{wanted}"
    with _alone(place):
        if not (place / "complete").exists():
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(sources / "package.json", place)
            words = [npm, "install", "--silent", "--no-audit", "--no-fund"]
            done = subprocess.run(words, cwd=place, capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"{name} can't be installed: {done.stderr.strip()[-300:]}")
            (place / "complete").touch()
        for source in sources.glob("*.mjs"):
            shutil.copy(source, place)
    return place


@contextlib.contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Keep other processes of a test run out while an environment is made, where files can be locked."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_name(f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def aws_cli() -> Path:
    """The ``bin`` directory of an environment with the AWS CLI, version 1 from PyPI."""
    return python_environment("awscli", "awscli>=1.40,<2")


def client_variables(endpoint_url: str, account_id: str = "123456789012") -> dict[str, str]:
    """An environment in which an AWS client speaks to the endpoint as the account and reads no profile."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "AWS_ACCESS_KEY_ID": account_id,
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_PAGER": "",
    }
