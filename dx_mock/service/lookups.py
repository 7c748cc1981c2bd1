"""How a resource is found by its id: what the id looks like, who sees the resource, and the refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from dx_mock.graph.resources import Connection, Lag, VirtualInterface
from dx_mock.support import errors

R = TypeVar("R", Connection, Lag, VirtualInterface)

# Eight characters in every id seen; CloudFormation's schema allows up to 21.  Upper case passes the check of
# the format and is then not found [recorded: ANS].
_CONNECTION_ID = re.compile(r"dxcon-[a-zA-Z0-9]{8,21}")
_LAG_ID = re.compile(r"dxlag-[a-zA-Z0-9]{8,21}")
_VIF_ID = re.compile(r"dxvif-[a-zA-Z0-9]{8,21}")


@dataclass(frozen=True)
class Lookup(Generic[R]):
    """A kind of resource as a caller may look it up; ``sees(resource, account_id)`` says who finds it."""

    cls: type[R]
    form: re.Pattern[str]
    malformed: errors.Text
    unknown: errors.Text
    sees: Callable[[R, str], bool]

    def check_form(self, resource_id: str) -> None:
        """Refuse what does not look like an id of this kind."""
        if not self.form.fullmatch(resource_id):
            raise self.malformed(id=resource_id)


#: Connections of an account, dedicated or hosted.
CONNECTION = Lookup(
    Connection,
    _CONNECTION_ID,
    errors.CONNECTION_ID_FORMAT,
    errors.CONNECTION_NOT_FOUND,
    lambda found, account: found.owner == account and found.kind != "interconnect",
)
INTERCONNECT = Lookup(
    Connection,
    _CONNECTION_ID,
    errors.INTERCONNECT_ID_FORMAT,
    errors.INTERCONNECT_NOT_FOUND,
    lambda found, account: found.owner == account and found.kind == "interconnect",
)
#: Whatever has a ``dxcon-`` id and belongs to an account.
PORT = Lookup(
    Connection,
    _CONNECTION_ID,
    errors.CONNECTION_ID_FORMAT,
    errors.CONNECTION_NOT_FOUND,
    lambda found, account: found.owner == account,
)
#: What a partner hosts, or a customer owns: only the owner of its parent may move a hosted connection.
HOSTED = Lookup(
    Connection,
    _CONNECTION_ID,
    errors.CONNECTION_ID_FORMAT,
    errors.CONNECTION_NOT_FOUND,
    lambda found, account: (
        found.owner == account or (found.parent is not None and found.parent.owner == account)
    ),
)
#: What can be deleted as a connection: a partner may delete those that it hosts [client-proven: TF].
DELETABLE = Lookup(
    Connection,
    _CONNECTION_ID,
    errors.CONNECTION_ID_FORMAT,
    errors.CONNECTION_NOT_FOUND,
    lambda found, account: (
        CONNECTION.sees(found, account) or (found.parent is not None and found.parent.owner == account)
    ),
)
LAG = Lookup(
    Lag, _LAG_ID, errors.LAG_ID_FORMAT, errors.LAG_NOT_FOUND, lambda found, account: found.owner == account
)
#: Virtual interfaces that an account owns, or that are on its connection or LAG.
VIRTUAL_INTERFACE = Lookup(
    VirtualInterface,
    _VIF_ID,
    errors.VIF_ID_FORMAT,
    errors.VIF_NOT_FOUND,
    lambda found, account: account in (found.owner, found.parent.owner),
)


def physical_owner(vif: VirtualInterface) -> str:
    """Return who owns the port or LAG that a virtual interface is on in the end."""
    carrier = vif.parent
    if isinstance(carrier, Connection) and carrier.parent is not None:
        carrier = carrier.parent
    return carrier.owner


#: Virtual interfaces that an account might move: whoever owns the port under a hosted connection, too [2017].
MOVABLE_VIRTUAL_INTERFACE = Lookup(
    VirtualInterface,
    _VIF_ID,
    errors.VIF_ID_FORMAT,
    errors.VIF_NOT_FOUND,
    lambda found, account: account in (found.owner, found.parent.owner, physical_owner(found)),
)
