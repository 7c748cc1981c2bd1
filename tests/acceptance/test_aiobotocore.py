"""aiobotocore and aioboto3, whose botocore may be another one than this environment's."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.environments import python_environment

pytestmark = pytest.mark.acceptance

TESTS = Path(__file__).parent / "aio" / "suite.py"
ROOT = Path(__file__).parent.parent.parent


def test_aio(tmp_path):
    """Its own tests, in its own environment."""
    programs = python_environment(
        "aio",
        "aiobotocore>=3",
        "aioboto3",
        "botocore>=1.43.11",
        "moto[ec2,server]>=5.0.12",
        "pydyf>=0.11",
        "pytest>=8",
        "pytest-asyncio>=0.24",
    )
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n"
    )
    done = subprocess.run(
        [str(programs / "python"), "-m", "pytest", "-q", "-c", str(tmp_path / "pytest.ini"), str(TESTS)],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "PYTHONPATH": str(ROOT),
            "AWS_EC2_METADATA_DISABLED": "true",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
