"""MACsec secrets in moto's Secrets Manager, under AWS's names."""

from __future__ import annotations

import json
from typing import Any

from dx_mock.engine.ports import OtherServices


class MotoSecrets:
    """Secrets Manager as moto has it."""

    def __init__(self, services: OtherServices) -> None:
        self._services = services

    def _backend(self, account_id: str, region: str) -> Any:
        """Return what an account has in moto's Secrets Manager in a Region; None where moto is not in play."""
        if not self._services.bring_into_play():
            return None
        try:
            from moto.secretsmanager.models import secretsmanager_backends
        except ImportError:  # moto without the packages that its Secrets Manager needs
            return None
        return secretsmanager_backends[account_id][region]

    def cak_of(self, account_id: str, region: str, name: str) -> str | None:
        """Return the CAK that a secret has now; None where there is no such secret, or none with a CAK."""
        backend = self._backend(account_id, region)
        if backend is None or name not in backend.secrets or backend.secrets[name].is_deleted():
            return None
        try:
            found = json.loads(backend.get_secret_value(name, None, None)["SecretString"])
            return str(found["cak"])
        except (KeyError, TypeError, ValueError):  # somebody wrote another value
            return None

    def is_deleted(self, account_id: str, region: str, arn: str) -> bool:
        """Return whether somebody has deleted a secret in Secrets Manager."""
        if not self._services.is_in_play():
            return False
        backend = self._backend(account_id, region)
        return backend is not None and arn in backend.secrets and backend.secrets[arn].is_deleted()

    def store(self, account_id: str, region: str, name: str, arn: str, ckn: str, cak: str) -> None:
        """Keep a pair of CKN and CAK where GetSecretValue finds it by name and by ARN.

        Where moto may not be started nothing is kept: the ARN alone is what Direct Connect shows.
        """
        backend = self._backend(account_id, region)
        if backend is None:
            return
        content = json.dumps({"ckn": ckn, "cak": cak})
        if name in backend.secrets and backend.secrets[name].is_deleted():
            backend.secrets.pop(name)  # somebody has deleted it in Secrets Manager: it is made anew
        if name in backend.secrets:
            if self.cak_of(account_id, region, name) != cak:
                backend.put_secret_value(name, content, None, None, ["AWSCURRENT"])
            return
        backend.create_secret(
            name=name,
            secret_string=content,
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
