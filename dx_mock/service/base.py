"""What every family of operations needs: the way to the world, look-ups, tags and pages."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from dx_mock.catalogue import Location, find_location
from dx_mock.graph.resources import Connection, Lag, VirtualInterface
from dx_mock.graph.states import GONE, LEAVING
from dx_mock.rules.quotas import PAGE_SIZE
from dx_mock.rules.tag_checks import check_tags
from dx_mock.support import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dx_mock.world.world import World

T = TypeVar("T")

# Eight characters in every id seen; CloudFormation's schema allows up to 21.  Upper case passes the check of
# the format and is then not found [recorded: ANS].
_CONNECTION_ID = re.compile(r"dxcon-[a-zA-Z0-9]{8,21}")
_LAG_ID = re.compile(r"dxlag-[a-zA-Z0-9]{8,21}")
_VIF_ID = re.compile(r"dxvif-[a-zA-Z0-9]{8,21}")


class Page(list[T], Generic[T]):
    """Some results, and the token for the next ones if there may be more."""

    next_token: str | None = None


class BaseBackend:
    """The part of the backend that families of operations share."""

    def __init__(self, world: World, account_id: str, region_name: str) -> None:
        self.world = world
        self.account_id = account_id
        self.region_name = region_name
        self.graph = world.graph
        self.lifecycle = world.lifecycle
        self.ids = world.ids
        self.clock = world.clock
        self.quotas = world.settings.quotas
        self.quirks = world.settings.quirks
        #: id -> facts and the shape that follows from them; see ``handlers.shapes.port_shapes.connection``
        self.shapes: dict[str, tuple[tuple[Any, ...], Any]] = {}

    def __repr__(self) -> str:
        return f"<DirectConnectBackend {self.account_id} {self.region_name}>"

    # --- partners ------------------------------------------------------------------------------------------

    @property
    def is_partner(self) -> bool:
        """Whether the account is a Direct Connect partner."""
        return self.account_id in self.world.settings.partners

    def require_partner(self) -> None:
        """Refuse accounts that are no partners, before anything else is looked at [recorded: E11]."""
        if not self.is_partner:
            raise errors.NOT_A_PARTNER(account=self.account_id, region=self.region_name)

    # --- look-ups: another account's or Region's resource does not exist here ------------------------------

    def own_connection(self, connection_id: str) -> Connection:
        """A connection of this account, dedicated or hosted, whatever its state."""
        found = self.graph.resources.get(connection_id)
        if (
            not isinstance(found, Connection)
            or found.owner != self.account_id
            or found.region != self.region_name
            or found.kind == "interconnect"
        ):
            self.check_connection_id(connection_id)  # what is found has the right form
            raise errors.CONNECTION_NOT_FOUND(id=connection_id)
        return found

    @staticmethod
    def check_connection_id(connection_id: str) -> None:
        """Refuse what does not look like the id of a connection or interconnect."""
        if not _CONNECTION_ID.fullmatch(connection_id):
            raise errors.CONNECTION_ID_FORMAT(id=connection_id)

    def own_interconnect(self, interconnect_id: str) -> Connection:
        """An interconnect of this account, whatever its state."""
        if not _CONNECTION_ID.fullmatch(interconnect_id):
            raise errors.INTERCONNECT_ID_FORMAT(id=interconnect_id)
        found = self.graph.resources.get(interconnect_id)
        if (
            not isinstance(found, Connection)
            or found.owner != self.account_id
            or found.region != self.region_name
            or found.kind != "interconnect"
        ):
            raise errors.INTERCONNECT_NOT_FOUND(id=interconnect_id)
        return found

    def live_interconnect(self, interconnect_id: str) -> Connection:
        """An interconnect of this account that is not deleted."""
        found = self.own_interconnect(interconnect_id)
        if found.stage in {"deleting", "deleted"}:
            raise errors.INTERCONNECT_NOT_FOUND(id=interconnect_id)
        return found

    def own_lag(self, lag_id: str) -> Lag:
        """A LAG of this account, whatever its state."""
        if not _LAG_ID.fullmatch(lag_id):
            raise errors.LAG_ID_FORMAT(id=lag_id)
        found = self.graph.resources.get(lag_id)
        if not isinstance(found, Lag) or found.owner != self.account_id or found.region != self.region_name:
            raise errors.LAG_NOT_FOUND(id=lag_id)
        return found

    def live_lag(self, lag_id: str) -> Lag:
        """A LAG of this account that is not deleted."""
        lag = self.own_lag(lag_id)
        if lag.stage in {"deleting", "deleted"}:
            raise errors.LAG_NOT_FOUND(id=lag_id)
        return lag

    def live_port(self, connection_id: str) -> Connection:
        """A dedicated connection or interconnect of this account that is not deleted."""
        self.check_connection_id(connection_id)
        found = self.graph.resources.get(connection_id)
        if (
            not isinstance(found, Connection)
            or found.owner != self.account_id
            or found.region != self.region_name
            or found.stage in LEAVING
        ):
            raise errors.CONNECTION_NOT_FOUND(id=connection_id)
        return found

    def live_carrier(self, connection_id: str) -> Connection | Lag:
        """A connection, interconnect or LAG of this account that is not deleted, by an id of either form."""
        if connection_id.startswith("dxlag-"):
            return self.live_lag(connection_id)
        return self.live_port(connection_id)

    def visible_virtual_interface(self, virtual_interface_id: str) -> VirtualInterface:
        """A virtual interface that this account owns, or that is on its connection."""
        if not _VIF_ID.fullmatch(virtual_interface_id):
            raise errors.VIF_ID_FORMAT(id=virtual_interface_id)
        found = self.graph.resources.get(virtual_interface_id)
        if (
            not isinstance(found, VirtualInterface)
            or self.account_id not in (found.owner, found.parent.owner)
            or found.region != self.region_name
        ):
            raise errors.VIF_NOT_FOUND(id=virtual_interface_id)
        return found

    def location(self, code: str) -> tuple[str, Location]:
        """A location of this Region with its code as AWS spells it."""
        found = find_location(self.region_name, code)
        if found is None:
            raise errors.LOCATION_INVALID(location=code)
        return found

    # --- tags ----------------------------------------------------------------------------------------------

    def new_tags(self, tags: Iterable[Mapping[str, Any]] | None) -> dict[str, str] | None:
        """The tags of a new resource, after the checks."""
        return check_tags(tags, self.quotas["tags_per_resource"])

    # --- pages ---------------------------------------------------------------------------------------------

    def page_size(self, max_results: int | None) -> int:
        """How many results one page has: above 100 means 100 [documented]."""
        if max_results is None:
            return PAGE_SIZE
        if max_results < 1:
            raise errors.INVALID_MAX_RESULTS(value=max_results)
        return min(max_results, PAGE_SIZE)

    def page_of_listing(
        self, kind: str, max_results: int | None, next_token: str | None, scope: str
    ) -> Page[Any]:
        """A page of what this account has of a kind in this Region."""
        listing = self.graph.listing((kind, self.region_name, self.account_id))
        return self._page(partial(_phases, listing), max_results, next_token, scope)

    def page_of(
        self, items: Iterable[Any], max_results: int | None, next_token: str | None, scope: str
    ) -> Page[Any]:
        """A page of a few items, in the order that a listing has."""
        return self._page(partial(_phases_of, items), max_results, next_token, scope)

    def _page(
        self,
        walk: Callable[[int, int], Iterator[tuple[int, tuple[int, Any]]]],
        max_results: int | None,
        next_token: str | None,
        scope: str,
    ) -> Page[Any]:
        """A page of what ``walk`` gives after a phase and a place: live ones first, then deleted ones.

        A token says where to go on and what had been deleted when the first page was read, so that changes
        between two pages neither lose nor repeat a result.
        """
        size = self.page_size(max_results)
        phase, place, known = 0, 0, self.graph.sequence
        if next_token is not None:
            phase, place, known = self._read_token(next_token, scope, 3)
        page: Page[Any] = Page()
        for number, (at, item) in walk(phase, place):
            if number == 1 and at > known:
                break
            if len(page) == size:
                page.next_token = self._token(scope, phase, place, known)
                break
            page.append(item)
            phase, place = number, at
        return page

    def _token(self, scope: str, *numbers: int) -> str:
        """An opaque token in the form that AWS's have: base64 of ``{"v":1,"s":1,"i":...,"c":...}`` [cli-ex]."""
        index = ".".join(map(str, numbers))
        content = {"v": 1, "s": 1, "i": index, "c": self._token_check(scope, index)}
        return base64.b64encode(json.dumps(content, separators=(",", ":")).encode()).decode()

    def _token_check(self, scope: str, index: str) -> str:
        """Ties a token to the operation, its filters, the account and the Region that it was made for."""
        text = f"{scope}|{self.account_id}|{self.region_name}|{index}"
        return base64.b64encode(hashlib.blake2b(text.encode(), digest_size=12).digest()).decode()

    def _read_token(self, token: str, scope: str, count: int) -> tuple[int, ...]:
        try:
            content = json.loads(base64.b64decode(token, validate=True))
            index = content["i"]
            numbers = tuple(map(int, index.split(".")))
            valid = content["c"] == self._token_check(scope, index) and len(numbers) == count
        except (binascii.Error, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            valid = False
        if not valid:
            raise errors.INVALID_NEXT_TOKEN(token=token if len(token) <= 200 else token[:200] + "...")
        return numbers


def _phases(listing: Any, phase: int, place: int) -> Iterator[tuple[int, tuple[int, Any]]]:
    """The items of a listing after a place: phase 0 are the live ones, phase 1 the deleted ones."""
    if phase == 0:
        for found in listing.live.after(place):
            yield 0, found
        place = 0
    for found in listing.deleted.after(place):
        yield 1, found


def _phases_of(items: Iterable[Any], phase: int, place: int) -> Iterator[tuple[int, tuple[int, Any]]]:
    """The same of items that have no listing."""
    by_place = {(int(item.stage in GONE), item.sequence): item for item in items}
    for number, at in sorted(found for found in by_place if found > (phase, place)):
        yield number, (at, by_place[number, at])
