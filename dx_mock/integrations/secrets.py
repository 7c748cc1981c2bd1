"""MACsec secrets in moto's Secrets Manager, under AWS's names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dx_mock.integrations import ec2

if TYPE_CHECKING:
    from dx_mock.world import World


def store(world: World, account_id: str, region: str, name: str, arn: str, ckn: str, cak: str) -> None:
    """Keep a pair of CKN and CAK where GetSecretValue finds it by name and by ARN.

    Where moto may not be started nothing is kept: the ARN alone is what Direct Connect shows.
    """
    if not ec2.bring_into_play(world):
        return
    try:
        from moto.secretsmanager.models import secretsmanager_backends
    except ImportError:  # moto without the packages that its Secrets Manager needs
        return
    backend: Any = secretsmanager_backends[account_id][region]
    if name in backend.secrets:
        return
    backend.create_secret(
        name=name,
        secret_string=json.dumps({"ckn": ckn, "cak": cak}),
        secret_binary=None,
        description="Direct Connect MACsec key",
        tags=[],
        kms_key_id=None,
        client_request_token=None,
        replica_regions=[],
        force_overwrite=False,
    )
    # moto draws the end of an ARN at random; Direct Connect has shown its own already.
    backend.secrets[name].arn = arn
