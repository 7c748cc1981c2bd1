"""MACsec keys of connections, interconnects and LAGs."""

from __future__ import annotations

from dx_mock.graph.resources import Connection, Lag, MacSecKey
from dx_mock.graph.states import noun_of, takes_keys
from dx_mock.rules.macsec_pairs import KEYS_PER_PORT, check_pair, secret_name
from dx_mock.rules.partitions import partition_of
from dx_mock.service.base import BaseRules
from dx_mock.support import errors

_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class MacSecRules(BaseRules):
    """Rules of MACsec keys: docs/operations/macsec.md."""

    def associate_mac_sec_key(
        self, connection_id: str, secret_arn: str | None, ckn: str | None, cak: str | None
    ) -> list[MacSecKey]:
        """Put a key on a port or LAG; several are for rotation.  Gives all of its keys."""
        holder = self._holder(connection_id)
        check_pair(ckn, cak, secret_arn)
        if not takes_keys(holder):
            raise errors.MACSEC_PORT_NOT_AVAILABLE(account=self.account_id)
        if secret_arn is not None:
            ckn = self._ckn_of(secret_arn)
        assert ckn is not None
        if any(key.ckn.lower() == ckn.lower() for key in holder.macsec_keys or ()):
            raise errors.MACSEC_KEY_THERE(id=holder.id)
        if len(holder.macsec_keys or ()) >= KEYS_PER_PORT:
            raise errors.MACSEC_KEYS_PER_PORT(id=holder.id, limit=KEYS_PER_PORT)
        if secret_arn is None:
            assert cak is not None
            secret_arn = self._store(ckn, cak)
        key = MacSecKey(
            f"{holder.id}/{ckn}",
            secret_arn,
            ckn,
            "associating",
            f"{self.clock.now():%Y-%m-%dT%H:%M:%SZ}",
            region=self.region_name,
            holder=holder,
        )
        self.backend.add(key)
        holder.macsec_keys = [*(holder.macsec_keys or ()), key]
        self.lifecycle.plan(key)
        self._begin_change(holder)
        return holder.macsec_keys

    def _begin_change(self, holder: Connection | Lag) -> None:
        """Show a connection as ``pending`` while its keys change; of LAGs nobody has seen it."""
        if isinstance(holder, Connection) and holder.stage == "available":
            self.lifecycle.enter(holder, "pending", "macsec change")

    def _holder(self, connection_id: str) -> Connection | Lag:
        """Return a port or LAG of this account that can have keys of its own."""
        holder = self.live_carrier(connection_id)
        if isinstance(holder, Connection):
            if holder.kind == "hosted connection" or not holder.macsec_requested:
                raise errors.NOT_MACSEC_CAPABLE(id=connection_id)
            if holder.lag is not None:
                raise errors.MACSEC_KEYS_OF_LAG(what=noun_of(holder), id=connection_id, lag_id=holder.lag.id)
        elif not holder.macsec_requested:
            raise errors.NOT_MACSEC_CAPABLE(id=connection_id)
        return holder

    def _ckn_of(self, secret_arn: str) -> str:
        """Return the CKN of a secret that Direct Connect made for this account in this Region."""
        ckn = self.backend.secrets.get(secret_arn)
        mine = f":secretsmanager:{self.region_name}:{self.account_id}:"
        if ckn is None or mine not in secret_arn or self._is_deleted(secret_arn):
            raise errors.MACSEC_SECRET_NOT_FOUND(arn=secret_arn)
        return ckn

    def _is_deleted(self, secret_arn: str) -> bool:
        return self.ports.secrets.is_deleted(self.account_id, self.region_name, secret_arn)

    def _store(self, ckn: str, cak: str) -> str:
        """Keep a pair in Secrets Manager under the name that AWS gives it, and return the ARN.

        A key can not be modified while it is in use [documented: UG:associate-key-connection]; without
        Secrets Manager nobody knows what it was.
        """
        name = secret_name(self.region_name, ckn)
        partition = partition_of(self.region_name)
        prefix = f"arn:{partition}:secretsmanager:{self.region_name}:{self.account_id}:secret:{name}-"
        kept = self.ports.secrets.cak_of(self.account_id, self.region_name, name)
        # The same pair on another port is the same secret.
        arn = next((known for known in self.backend.secrets if known.startswith(prefix)), None)
        if arn is None:
            arn = prefix + self.ids.text("secret", _SUFFIX, 6)
            self.backend.secrets[arn] = ckn
        elif kept is not None and kept.lower() != cak.lower() and self._is_in_use(arn):
            raise errors.MACSEC_KEY_IN_USE()
        self.ports.secrets.store(self.account_id, self.region_name, name, arn, ckn, cak)
        return arn

    def _is_in_use(self, secret_arn: str) -> bool:
        """Return whether the key in a secret is on any port or LAG."""
        return any(
            isinstance(found, MacSecKey) and found.secret_arn == secret_arn and found.stage != "disassociated"
            for found in self.backend.resources.values()
        )

    def disassociate_mac_sec_key(self, connection_id: str, secret_arn: str) -> MacSecKey:
        """Take a key away; without the last one ``must_encrypt`` falls back to ``should_encrypt``."""
        holder = self._holder(connection_id)
        key = next((key for key in holder.macsec_keys or () if key.secret_arn == secret_arn), None)
        if key is None:
            raise errors.MACSEC_KEY_NOT_THERE(arn=secret_arn, id=connection_id)
        if key.stage != "disassociating":
            self.lifecycle.enter(key, "disassociating")
            self._begin_change(holder)
        left = [other for other in holder.macsec_keys or () if other.stage != "disassociating"]
        if not left and holder.encryption_mode == "must_encrypt":
            holder.encryption_mode = "should_encrypt"
            self.graph.history.note(holder)
            for member in holder.members.values() if isinstance(holder, Lag) else ():
                member.encryption_mode = "should_encrypt"
                self.graph.history.note(member)
        return key
