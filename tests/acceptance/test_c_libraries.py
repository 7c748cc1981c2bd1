"""pycurl, awscrt and gevent, which do not ask Python's sockets."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.environments import python_environment

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parent.parent.parent


def test_c_libraries(tmp_path):
    """Their tests, in an environment that has them."""
    programs = python_environment(
        "c-libraries",
        "boto3",
        "moto[s3]>=5.0.12",
        "responses>=0.25",
        "pydyf>=0.11",
        "pytest>=8",
        "awscrt",
        "pycurl",
        "gevent",
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    options = ("-q", "--noconftest", "-c", str(tmp_path / "pytest.ini"))
    done = subprocess.run(
        [
            str(programs / "python"),
            "-m",
            "pytest",
            *options,
            str(Path(__file__).parent / "c_libraries" / "suite.py"),
        ],
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
