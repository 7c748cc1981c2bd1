"""The AWS CLI's own driver in one process for many commands; ``test_awscli_examples.py`` starts it.

A line of standard input is a command as JSON: ``{"words": [...], "endpoint_url": ..., "account_id": ...}``; a
line of standard output is what came of it: ``{"status": ..., "stdout": ..., "stderr": ...}``.  The environment
variables that say whose command it is are read by the driver once, so every account has a driver of its own.
"""

import contextlib
import io
import json
import os
import sys

from awscli.clidriver import create_clidriver

drivers = {}


def driver_of(account_id):
    """The driver that acts as an account."""
    os.environ["AWS_ACCESS_KEY_ID"] = account_id
    if account_id not in drivers:
        drivers[account_id] = create_clidriver()
    return drivers[account_id]


def run(words, endpoint_url, account_id):
    """One command, as the program ``aws`` runs it."""
    driver = driver_of(account_id)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = driver.main([*words, "--endpoint-url", endpoint_url])
        except SystemExit as ended:
            status = ended.code
    return {"status": status, "stdout": out.getvalue(), "stderr": err.getvalue()}


for line in sys.stdin:
    print(json.dumps(run(**json.loads(line))), flush=True)
