"""Build a world from a declaration: make its calls, then bring its resources up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dx_mock.engine.declarations import Declaration, Place
from dx_mock.graph.resources import Connection, Lag
from dx_mock.protocol import contract
from dx_mock.world import hands
from dx_mock.world.dispatcher import Call

if TYPE_CHECKING:
    from dx_mock.world.world import World

#: The section to whose names a member refers.
_REFERENCES: Mapping[str, tuple[str, ...]] = {
    "connectionId": ("connections", "hostedConnections", "lags", "interconnects"),
    "directConnectGatewayId": ("directConnectGateways",),
}
_REGION = "us-east-1"
_OUR_OWN = ("account", "region", "state", "device", "type", "ownerAccount", "minimumLinks")


def build(world: World, declaration: Declaration) -> None:
    """Make what is declared in an empty world; the record and the clock stay as they are.

    Raises:
        ValueError: If the service refuses a part of it; the message says which and why.
    """
    others = world.ports.other_services
    may_start = others.may_start
    # EC2 is still empty, so it is not started, and the gateways that a declaration names count as existing.
    others.may_start = False
    try:
        _Builder(world, declaration).build()
    finally:
        others.may_start = may_start


class _Builder:
    def __init__(self, world: World, declaration: Declaration) -> None:
        self.world = world
        self.declaration = declaration
        self.content = declaration.content
        #: ids by section and name
        self.names: dict[str, dict[str, str]] = {}

    def build(self) -> None:
        steps: tuple[tuple[str, str, Callable[[Place, Any], str]], ...] = (
            ("connections", "connectionName", self._port("CreateConnection", "connectionId")),
            ("interconnects", "interconnectName", self._port("CreateInterconnect", "interconnectId")),
            ("lags", "lagName", self._lag),
            ("hostedConnections", "connectionName", self._hosted),
            ("directConnectGateways", "directConnectGatewayName", self._gateway),
            ("virtualInterfaces", "virtualInterfaceName", self._virtual_interface),
            ("directConnectGatewayAssociations", "", self._association),
        )
        calls = len(self.world.calls)
        for section, name, make in steps:
            for number, entry in enumerate(self.content.get(section, ())):
                made = make((section, number), entry)
                known = self.names.setdefault(section, {})
                if name and entry[name] in known:
                    raise self._wrong((section, number, name), f"there are two with the name {entry[name]!r}")
                if name:
                    known[entry[name]] = made
        self._take_down()
        del self.world.calls[calls:]

    # --- the sections --------------------------------------------------------------------------------------

    def _port(self, operation: str, identity: str) -> Callable[[Place, Any], str]:
        def make(place: Place, entry: Any) -> str:
            made: str = self._call(place, operation, self._members(place, entry))[identity]
            self._place(place, entry, [made])
            state = entry.get("state", "available")
            if state == "pending":
                hands.issue_loa(self.world, made)
            elif state != "requested":
                hands.provision(self.world, made)
            return made

        return make

    def _lag(self, place: Place, entry: Any) -> str:
        lag = self._call(place, "CreateLag", self._members(place, entry))
        made: str = lag["lagId"]
        self._place(place, entry, [made, *(each["connectionId"] for each in lag["connections"])])
        hands.provision(self.world, made)
        if "minimumLinks" in entry:
            self._call(place, "UpdateLag", {"lagId": made, "minimumLinks": entry["minimumLinks"]})
        return made

    def _hosted(self, place: Place, entry: Any) -> str:
        parameters = {**self._members(place, entry), "ownerAccount": entry["ownerAccount"]}
        made: str = self._call(place, "AllocateHostedConnection", parameters)["connectionId"]
        if entry.get("state", "available") == "available":
            self._call(place, "ConfirmConnection", {"connectionId": made}, entry["ownerAccount"])
            hands.provision(self.world, made)
        return made

    def _gateway(self, place: Place, entry: Any) -> str:
        made = self._call(place, "CreateDirectConnectGateway", self._members(place, entry))
        identity: str = made["directConnectGateway"]["directConnectGatewayId"]
        hands.provision(self.world, identity)
        return identity

    def _virtual_interface(self, place: Place, entry: Any) -> str:
        kind, members = entry["type"].title(), self._members(place, entry)
        carrier = {"connectionId": members.pop("connectionId")}
        owner = entry.get("ownerAccount")
        gateways: dict[str, Any] = {}
        if owner is None:
            made = self._call(
                place, f"Create{kind}VirtualInterface", {**carrier, f"new{kind}VirtualInterface": members}
            )
        else:
            gateways = {
                name: members.pop(name)
                for name in ("virtualGatewayId", "directConnectGatewayId")
                if name in members
            }
            member = f"new{kind}VirtualInterfaceAllocation"
            made = self._call(
                place,
                f"Allocate{kind}VirtualInterface",
                {**carrier, "ownerAccount": owner, member: members},
            )
        identity: str = made.get("virtualInterface", made)["virtualInterfaceId"]
        if owner is not None and entry.get("state") != "confirming":
            gateways["virtualInterfaceId"] = identity
            self._call(place, f"Confirm{kind}VirtualInterface", gateways, owner)
        if entry.get("state") != "confirming":
            hands.provision(self.world, identity)
        return identity

    def _association(self, place: Place, entry: Any) -> str:
        made = self._call(place, "CreateDirectConnectGatewayAssociation", self._members(place, entry))
        identity: str = made["directConnectGatewayAssociation"]["associationId"]
        hands.provision(self.world, identity)
        return identity

    def _take_down(self) -> None:
        """Take links and sessions down; last, because nothing comes up on a link that is down."""
        for section in ("connections", "interconnects", "virtualInterfaces"):
            for entry in self.content.get(section, ()):
                if entry.get("state") == "down":
                    name = entry.get("connectionName") or entry.get("interconnectName")
                    if section == "virtualInterfaces":
                        identity = self.names[section][entry["virtualInterfaceName"]]
                        hands.set_session(self.world, identity, None, up=False)
                    else:
                        hands.set_link(self.world, self.names[section][name], up=False)

    # --- what the sections need ----------------------------------------------------------------------------

    def _members(self, place: Place, entry: Mapping[str, Any]) -> dict[str, Any]:
        """Return the API's members of an entry, with ids in the place of names."""
        members = {name: value for name, value in entry.items() if name not in _OUR_OWN}
        for member, sections in _REFERENCES.items():
            if member in members:
                members[member] = self._resolve((*place, member), members[member], sections)
        return members

    def _resolve(self, place: Place, name: str, sections: tuple[str, ...]) -> str:
        for section in sections:
            if name in self.names.get(section, {}):
                return self.names[section][name]
        known = [each for section in sections for each in self.names.get(section, {})]
        raise self._wrong(place, f"nothing here has the name {name!r}; there are {', '.join(known) or 'none'}")

    def _call(self, place: Place, operation: str, parameters: Any, account: str | None = None) -> Any:
        """Make a call with an entry's account and Region, and return the answer."""
        section, number = place
        entry = self.content[section][number]
        caller = account or entry.get("account") or self.content.get("account") or self.world.default_account_id
        region = entry.get("region") or self.content.get("region") or _REGION
        model = contract.service_model().operation_model(operation)
        reply = self.world.dispatch(Call(model, parameters, caller, region))
        if reply.error is not None:
            raise self._wrong(place, reply.error.message)
        assert reply.answer is not None
        return contract.encode(model, reply.answer)

    def _place(self, place: Place, entry: Mapping[str, Any], made: list[str]) -> None:
        """Put ports and LAGs on the device that an entry names."""
        if "device" not in entry:
            return
        for identity in made:
            resource: Any = self.world.resource(identity)
            backend = self.world.graph.backend(resource.region)
            device = backend.devices_at(resource.location)[entry["device"] - 1]
            if isinstance(resource, Lag):
                resource.device = device
            elif isinstance(resource, Connection):
                if resource.device is not device and len(device.ports) >= self._ports_per_device():
                    raise self._wrong((*place, "device"), f"{device.name} has no free port")
                backend.plug(resource, device)

    def _ports_per_device(self) -> int:
        return self.world.settings.quotas["ports_per_device"]

    def _wrong(self, place: Place, why: str) -> ValueError:
        return ValueError(f"{self.declaration.where(place)}: {why}")
