"""Accounts: what the id of an AWS account looks like."""

from __future__ import annotations

import re

from dx_mock.support import errors

_ACCOUNT = re.compile(r"[0-9]{12}")


def check_owner_account(account: str) -> str:
    """Return ``account`` if it has the form of an AWS account id."""
    if not _ACCOUNT.fullmatch(account):
        raise errors.OWNER_ACCOUNT_INVALID(account=account)
    return account
