"""Environments for real client programs: one each, kept between runs in the user's cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
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
    if not (place / "complete").exists():
        shutil.rmtree(place, ignore_errors=True)
        for command in (
            [sys.executable, "-m", "venv", str(place)],
            [str(place / "bin" / "pip"), "install", "--quiet", *requirements],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"{name} can't be installed: {done.stderr.strip()[-300:]}")
        (place / "complete").touch()
    return place / "bin"


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
