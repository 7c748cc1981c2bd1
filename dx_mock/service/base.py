"""What every family of operations needs: the way to the world, look-ups, tags and pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from dx_mock.catalogue import Location, find_location
from dx_mock.engine.engine import Engine
from dx_mock.engine.lifecycle import Lifecycle
from dx_mock.engine.ports import Ports
from dx_mock.graph.backends import DirectConnectBackend, GlobalBackend, Graph
from dx_mock.graph.resources import Connection, Lag, VirtualInterface
from dx_mock.graph.states import LEAVING
from dx_mock.rules.partitions import partition_of
from dx_mock.rules.tag_checks import check_tags
from dx_mock.service import paging
from dx_mock.service.lookups import CONNECTION, INTERCONNECT, LAG, PORT, VIRTUAL_INTERFACE, Lookup, R
from dx_mock.service.paging import Page
from dx_mock.support import errors
from dx_mock.support.clock import Clock
from dx_mock.support.ids import IdFactory

T = TypeVar("T")


class BaseRules:
    """The part of a caller that families of operations share."""

    def __init__(self, engine: Engine, account_id: str, region_name: str) -> None:
        self.engine = engine
        self.account_id = account_id
        self.region_name = region_name
        self.graph: Graph = engine.graph
        #: the Region's resources, and the gateways of its partition
        self.backend: DirectConnectBackend = engine.graph.backend(region_name)
        self.global_backend: GlobalBackend = engine.graph.global_backend(partition_of(region_name))
        self.lifecycle: Lifecycle = engine.lifecycle
        self.ids: IdFactory = engine.ids
        self.clock: Clock = engine.clock
        self.ports: Ports = engine.ports
        self.quotas: Mapping[str, int] = engine.settings.quotas
        self.quirks: Mapping[str, str] = engine.settings.quirks
        #: id -> facts and the shape that follows from them; see ``handlers.shapes.port_shapes.connection``
        self.shapes: dict[str, tuple[tuple[Any, ...], Any]] = {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.account_id} in {self.region_name}>"

    # --- partners ------------------------------------------------------------------------------------------

    @property
    def is_partner(self) -> bool:
        """Whether the account is a Direct Connect partner."""
        return self.account_id in self.engine.settings.partners

    def require_partner(self) -> None:
        """Refuse accounts that are not partners, before anything else is looked at [recorded: E11]."""
        if not self.is_partner:
            raise errors.NOT_A_PARTNER(account=self.account_id, region=self.region_name)

    # --- look-ups: another account's resource does not exist here, and another Region's is not there --------

    def find(self, what: Lookup[R], resource_id: str, without: Collection[str] = ()) -> R | None:
        """Return a resource that this account sees and that is in none of some stages, or None.

        Raises:
            ServiceError: If the id does not look like one of its kind.
        """
        found = self.backend.resources.get(resource_id)
        if isinstance(found, what.cls) and found.stage not in without and what.sees(found, self.account_id):
            return found
        what.check_form(resource_id)  # what is found has the right form
        return None

    def own(
        self,
        what: Lookup[R],
        resource_id: str,
        *,
        without: Collection[str] = (),
        unknown: errors.Text | None = None,
    ) -> R:
        """Return a resource that this account sees and that is in none of some stages.

        Raises:
            ServiceError: If the id is malformed, or nobody has it here; ``unknown`` is another text for that.
        """
        found = self.find(what, resource_id, without)
        if found is None:
            raise (unknown or what.unknown)(id=resource_id)
        return found

    def own_connection(self, connection_id: str) -> Connection:
        """Return a connection of this account, dedicated or hosted, whatever its state."""
        return self.own(CONNECTION, connection_id)

    def own_interconnect(self, interconnect_id: str) -> Connection:
        """Return an interconnect of this account, whatever its state."""
        return self.own(INTERCONNECT, interconnect_id)

    def own_lag(self, lag_id: str) -> Lag:
        """Return a LAG of this account, whatever its state."""
        return self.own(LAG, lag_id)

    def live_lag(self, lag_id: str) -> Lag:
        """Return a LAG of this account that is not deleted."""
        return self.own(LAG, lag_id, without=LEAVING)

    def live_port(self, connection_id: str) -> Connection:
        """Return a connection or interconnect of this account that is not deleted."""
        return self.own(PORT, connection_id, without=LEAVING)

    def live_carrier(self, connection_id: str) -> Connection | Lag:
        """Return a connection, interconnect or LAG of this account that is not deleted."""
        if connection_id.startswith("dxlag-"):
            return self.live_lag(connection_id)
        return self.live_port(connection_id)

    def visible_virtual_interface(self, virtual_interface_id: str) -> VirtualInterface:
        """Return a virtual interface that this account owns, or that is on its connection."""
        return self.own(VIRTUAL_INTERFACE, virtual_interface_id)

    def location(self, code: str) -> tuple[str, Location]:
        """Return a location of this Region, with its code as AWS spells it: a room's where it has rooms."""
        found = find_location(self.region_name, code)
        if found is None:
            raise errors.LOCATION_INVALID(location=code)
        spelt, site = found
        if site.rooms and spelt not in site.rooms and self.quirks["location_without_room"] == "room":
            spelt = site.rooms[0]
        return spelt, site

    # --- tags ----------------------------------------------------------------------------------------------

    def new_tags(self, tags: Iterable[Mapping[str, Any]] | None) -> dict[str, str] | None:
        """Return the tags of a new resource, after the checks."""
        return check_tags(tags, self.quotas["tags_per_resource"])

    # --- pages ---------------------------------------------------------------------------------------------

    def page_of_listing(
        self, kind: str, max_results: int | None, next_token: str | None, scope: str
    ) -> Page[Any]:
        """Return a page of what this account has of a kind in this Region."""
        return self.page_of(self.backend.listing((kind, self.account_id)), max_results, next_token, scope)

    def scope(self, *parts: object) -> str:
        """Return what a token is good for: an operation with its filters, this account and this Region."""
        return "|".join((" ".join(map(str, parts)), self.account_id, self.region_name))

    def page_of(self, items: Any, max_results: int | None, next_token: str | None, scope: str) -> Page[Any]:
        """Return a page of a listing, or of a few items in the order that a listing has."""
        return paging.page_of(
            items,
            max_results,
            next_token,
            scope=self.scope(scope),
            sequence=self.graph.sequence,
        )
