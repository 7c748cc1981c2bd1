"""MACsec: keys and their names."""

from __future__ import annotations

import re

from dx_mock.support import errors

#: A CKN and a CAK have 64 hexadecimal digits each [documented: API:AssociateMacSecKey].
_KEY = re.compile(r"[0-9a-fA-F]{64}")

#: Pairs of CKN and CAK on one port or LAG at a time [documented: UG:MACsec].
KEYS_PER_PORT = 3


def check_pair(ckn: str | None, cak: str | None, secret_arn: str | None) -> None:
    """Refuse anything but a secret alone or a pair of CKN and CAK."""
    if bool(secret_arn) == (ckn is not None or cak is not None) or (ckn is None) != (cak is None):
        raise errors.MACSEC_KEY_OR_SECRET()
    for name, value in (("ckn", ckn), ("cak", cak)):
        if value is not None and not _KEY.fullmatch(value):
            raise errors.MACSEC_KEY_INVALID(name=name)


def secret_name(region: str, ckn: str) -> str:
    """Return the name of the secret that Direct Connect makes [client-proven: TF (documentation)]."""
    return f"directconnect!prod/{region}/directconnect/{ckn}"
