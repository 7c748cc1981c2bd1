"""The task of the cookbook that needs Terraform, as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.terraform_program import Terraform

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[2]


def test_terraform_in_a_test(tmp_path):
    page = (ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8")
    section = page.split("## Terraform in a test", 1)[1].split("\n## ", 1)[0]
    (code,) = re.findall(r"^```python\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    file = tmp_path / "test_block.py"
    file.write_text(code, encoding="utf-8")
    settings = Terraform(tmp_path).settings
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(file)],
        env={**os.environ, "TF_CLI_CONFIG_FILE": str(settings), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
