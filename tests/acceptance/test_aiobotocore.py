"""aiobotocore and aioboto3, whose botocore may be another one than this environment's."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.environments import python_environment
from tests.acceptance.pages import blocks

pytestmark = pytest.mark.acceptance

EXAMPLE = Path(__file__).parents[2] / "examples" / "test_async.py"
TESTS = Path(__file__).parent / "aio" / "suite.py"
ROOT = Path(__file__).parent.parent.parent


#: Environments of their own: the newest aioboto3 wants an aiobotocore, and so a botocore, that is far from the
#: newest; beside the newest aiobotocore, pip finds an aioboto3 of years ago.
NEWEST = {"aiobotocore": ("aiobotocore>=3", "aioboto3"), "aioboto3": ("aioboto3>=15",)}


@pytest.fixture(params=NEWEST)
def python(request, tmp_path):
    """Run Python with words, in an environment that has aiobotocore and in a folder for the test."""
    programs = python_environment(
        request.param,
        *NEWEST[request.param],
        "botocore>=1.35.0",
        "moto[ec2,server]>=5.0.12",
        "waitress>=3",
        "pydyf>=0.11",
        "pytest>=8",
        "pytest-asyncio>=0.24",
    )

    def run(*words: str) -> None:
        done = subprocess.run(
            [str(programs / "python"), *words],
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

    return run


def test_aio(python, tmp_path):
    """Its own tests, in its own environment."""
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n"
    )
    # What the conftest of the other tests imports is not in this environment.
    options = ("-q", "--noconftest", "-c", str(tmp_path / "pytest.ini"))
    python("-m", "pytest", *options, str(TESTS), str(EXAMPLE))


def test_aio_page(python, tmp_path):
    """The examples of docs/clients/aiobotocore.md."""
    for number, code in enumerate(blocks("aiobotocore.md")):
        (tmp_path / f"block{number}.py").write_text(code)
        python("-W", "error", str(tmp_path / f"block{number}.py"))
