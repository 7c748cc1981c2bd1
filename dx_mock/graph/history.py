"""What happened when: the past of each resource, kept as changes of its facts and not as datapoints.

Whoever changes a fact that :data:`FACTS` names calls :meth:`History.note` after it; what is not different from
before costs a comparison.  What the metrics say of a time is computed from these facts when somebody asks
(:mod:`dx_mock.graph.replay`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import compress
from operator import ne
from typing import Any, NamedTuple

from dx_mock.graph.gateway_resources import Association
from dx_mock.graph.journal import Journal
from dx_mock.graph.resources import BgpPeer, Connection, Lag, MacSecKey, VirtualInterface
from dx_mock.rules.metrics import DARK, LIGHT

#: How long the past is kept: as long as CloudWatch keeps it [documented: CW].
RETENTION = timedelta(days=455)

#: How many points are added between two looks for what is older than that.
_BETWEEN_PRUNINGS = 10_000

#: How many values are kept for others to share.
_MOST_COMMON = 1000

#: The last stage of what is not in the graph any more without having ended by itself.
GONE = "gone"


class Remembered(NamedTuple):
    """What is remembered of a class of resources."""

    cls: type[Any]
    #: what never changes
    constants: tuple[str, ...]
    #: what does; the stage comes first
    facts: tuple[str, ...]
    #: what is read of a resource, in the order of ``facts``; other resources by their ids
    read: Callable[[Any], tuple[Any, ...]]


def _id(resource: Any) -> str | None:
    return None if resource is None else resource.id


def _of_connection(it: Connection) -> tuple[Any, ...]:
    lag, parent, moving_with = it.lag, it.parent, it.moving_with
    return (
        it.stage,
        it.has_light,
        it.membership,
        None if lag is None else lag.id,
        None if parent is None else parent.id,
        None if moving_with is None else moving_with.id,
        it.kind,
        it.macsec_requested,
        it.encryption_mode,
        it.key_change,
    )


def _of_lag(it: Lag) -> tuple[Any, ...]:
    return it.stage, it.minimum_links, it.macsec_requested, it.encryption_mode


def _of_virtual_interface(it: VirtualInterface) -> tuple[Any, ...]:
    return (
        it.stage,
        it.parent.id,
        _id(it.moving_with),
        tuple(it.announced),
        it.rate_limit,
        it.prefix_pool_ipv4,
        it.prefix_pool_ipv6,
        it.gateway_id,
        it.virtual_gateway_id,
        it.site_link,
    )


def _of_peer(it: BgpPeer) -> tuple[Any, ...]:
    return it.stage, it.session_up, it.under_test, _id(it.virtual_interface)


def _of_key(it: MacSecKey) -> tuple[Any, ...]:
    return it.stage, _id(it.holder)


def _of_association(it: Association) -> tuple[Any, ...]:
    return it.stage, it.gateway.id, tuple(it.prefixes)


_PLACE = ("owner", "region", "name")

#: By the name of the class.
FACTS: dict[str, Remembered] = {
    kind.cls.__name__: kind
    for kind in (
        Remembered(
            Connection,
            (*_PLACE, "bandwidth"),
            (
                "stage", "link_up", "membership", "lag", "parent", "moving_with", "kind", "macsec_requested",
                "encryption_mode", "key_change",
            ),
            _of_connection,
        ),
        Remembered(
            Lag,
            (*_PLACE, "bandwidth"),
            ("stage", "minimum_links", "macsec_requested", "encryption_mode"),
            _of_lag,
        ),
        Remembered(
            VirtualInterface,
            (*_PLACE, "type", "route_filter_prefixes"),
            (
                "stage", "parent", "moving_with", "announced", "rate_limit", "prefix_pool_ipv4",
                "prefix_pool_ipv6", "gateway_id", "virtual_gateway_id", "site_link",
            ),
            _of_virtual_interface,
        ),
        Remembered(
            BgpPeer,
            ("address_family", "region"),
            ("stage", "session_up", "under_test", "virtual_interface"),
            _of_peer,
        ),
        Remembered(MacSecKey, ("region",), ("stage", "holder"), _of_key),
        Remembered(
            Association,
            ("owner", "region", "associated_id", "associated_type"),
            ("stage", "gateway", "prefixes"),
            _of_association,
        ),
    )
}  # fmt: skip

_KINDS = {kind.cls: kind for kind in FACTS.values()}

#: Facts that name another resource.
RELATIONS = frozenset({"lag", "parent", "moving_with", "virtual_interface", "holder", "gateway", "gateway_id"})

#: What a test sets by hand (``dx.traffic``): rates per second, errors per five minutes.  Light has a name for
#: each direction and lane.
TRAFFIC = ("ingress_bps", "egress_bps", "ingress_pps", "egress_pps", "errors", "discards")
LANES = tuple(f"{way}{lane}" for way in ("tx", "rx") for lane in range(1, 5))

Point = tuple[datetime, str, Any]


class Past:
    """The past of one resource."""

    __slots__ = ("born", "facts", "first", "fixed", "id", "kind", "points", "values")

    def __init__(
        self,
        resource_id: str,
        kind: Remembered,
        constants: tuple[Any, ...],
        born: datetime,
        first: tuple[Any, ...],
    ) -> None:
        self.id: str = resource_id
        self.kind: Remembered = kind
        #: what never changes, in the order of its kind
        self.fixed: tuple[Any, ...] = constants
        #: when it began, or the time from which on its past is known
        self.born: datetime = born
        #: its facts at the end of that moment, and now
        self.first: tuple[Any, ...] = first
        self.facts: tuple[Any, ...] = first
        #: in order: when, which fact or value, and what it became
        self.points: Sequence[Point] = ()
        #: what a test has set, as of now; None where it has set nothing, which saves memory
        self.values: dict[str, Any] | None = None

    def add(self, point: Point) -> None:
        """Add the last point; most resources never have one, and no list."""
        points = self.points
        if isinstance(points, list):
            points.append(point)
        else:
            self.points = [point]

    def cut(self, length: int) -> None:
        """Take all points after the first ones away."""
        self.points = self.points[:length] or ()

    @property
    def constants(self) -> dict[str, Any]:
        """What never changes, by name."""
        return dict(zip(self.kind.constants, self.fixed, strict=True))

    def ever(self, name: str) -> set[Any]:
        """Return every value that a fact ever had."""
        found = {each for _, which, each in self.points if which == name}
        found.add(self.first[self.kind.facts.index(name)])
        return found

    @property
    def last(self) -> datetime:
        """When something happened last."""
        return self.points[-1][0] if self.points else self.born


class History:
    """The past of every resource of a world, gone ones included, and who belonged to whom."""

    def __init__(self, journal: Journal, now: Callable[[], datetime]) -> None:
        self._journal = journal
        #: when what happens now happened: a step that was due before, when it fell due
        self.now = now
        #: the clock
        self.present = now
        self.pasts: dict[str, Past] = {}
        #: what many resources have in common is kept once: values, and the moment at which they were made
        self._common: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        self._moments = [datetime.min]
        #: (relation, id) -> the ids of those that ever had it; dicts for their order
        self.related: dict[tuple[str, str], dict[str, None]] = {}
        self._added = 0

    # --- writing -------------------------------------------------------------------------------------------

    def note(self, resource: Any, *, held: bool = False) -> None:
        """Remember what is different about a resource.

        One that has left the graph is at an end until it is ``held`` again, whatever is still done to it.
        """
        kind = _KINDS.get(type(resource))
        if kind is None:
            return
        past = self.pasts.get(resource.id)
        if past is None:
            self._begin(resource, kind)
            return
        facts = kind.read(resource)
        if facts != past.facts and (held or past.facts[0] != GONE):
            self._change(past, facts)

    def end(self, resource: Any) -> None:
        """Remember that a resource has left the graph."""
        past = self.pasts.get(resource.id)
        if past is not None and past.facts[0] != GONE:
            self._change(past, (GONE, *past.facts[1:]))

    def _begin(self, resource: Any, kind: Remembered) -> None:
        constants = self._shared(tuple([getattr(resource, name) for name in kind.constants]))
        born = self._moments[-1]
        now = self.now()
        if born != now:
            born = self._moments[-1] = now
        past = Past(resource.id, kind, constants, born, self._shared(kind.read(resource)))
        if self._journal.is_open:
            self._journal.note(partial(self._unmake, past.id))
        self.pasts[past.id] = past
        self._relate(past, zip(kind.facts, past.first, strict=True))

    def _shared(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return values that are equal to some, the same ones each time."""
        if len(self._common) > _MOST_COMMON:
            self._common.clear()
        try:
            return self._common.setdefault(values, values)
        except TypeError:  # a list is among them
            return values

    def _unmake(self, resource_id: str) -> None:
        del self.pasts[resource_id]

    def _change(self, past: Past, facts: tuple[Any, ...]) -> None:
        points, before = past.points, past.facts
        if self._journal.is_open:
            self._journal.note(partial(_take_back, past, len(points), past.first, before))
        now = self._moment(past)
        past.facts = facts
        if now == past.born and not points:  # it is still beginning: what it was for no time does not matter
            past.first = past.facts = self._shared(facts)
            self._relate(past, zip(past.kind.facts, facts, strict=True))
            return
        for name, new in compress(zip(past.kind.facts, facts, strict=True), map(ne, before, facts)):
            past.add((now, name, new))
            if name in RELATIONS and new is not None:
                self.related.setdefault((name, new), {})[past.id] = None
        self._added += 1
        if self._added >= _BETWEEN_PRUNINGS:
            self._may_prune()

    def set_value(self, resource: Any, name: str, value: Any) -> None:
        """Remember a rate or light that a test has set, which holds until it is set again."""
        past = self.pasts[resource.id]
        if past.values is None:
            past.values = {}
        if past.values.get(name) != value:
            past.add((self._moment(past), name, value))
            past.values[name] = value
            self._added += 1
            if self._added >= _BETWEEN_PRUNINGS:
                self._may_prune()

    def give_light(self, connection: Connection) -> None:
        """Remember that a fibre that is mended has light again, in the lanes that were dark."""
        values = self.pasts[connection.id].values
        if not values:
            return
        for name in [name for name in values if name in LANES and values[name] <= DARK]:
            self.set_value(connection, name, LIGHT)

    def _moment(self, past: Past) -> datetime:
        """Return the time of a change of a resource, which is never before its last one.

        Where a user's clock went back, all that was later has happened now.
        """
        when = self.now()
        last = past.points[-1][0] if past.points else past.born
        if when >= last:
            return when
        present = self.present()
        if present >= last:
            return last
        past.points = [(min(at, present), name, value) for at, name, value in past.points]
        past.born = min(past.born, present)
        return present

    def _relate(self, past: Past, facts: Iterable[tuple[str, Any]]) -> None:
        for name, value in facts:
            if value is not None and name in RELATIONS:
                self.related.setdefault((name, value), {})[past.id] = None

    # --- forgetting ----------------------------------------------------------------------------------------

    def _may_prune(self) -> None:
        if not self._journal.is_open:
            self.prune()

    def prune(self) -> None:
        """Forget what is older than the retention."""
        self._added = 0
        try:
            horizon = self.now() - RETENTION
        except OverflowError:  # at the beginning of the calendar
            return
        for past in list(self.pasts.values()):
            if past.born >= horizon:
                continue
            if past.facts[0] == GONE and past.last < horizon:
                self._forget(past)
            else:
                _fold(past, horizon)

    def _forget(self, past: Past) -> None:
        del self.pasts[past.id]
        for name in RELATIONS.intersection(past.kind.facts):
            for value in past.ever(name):
                self.related.get((name, value), {}).pop(past.id, None)

    # --- reading -------------------------------------------------------------------------------------------

    def relatives(self, relation: str, resource_id: str) -> Iterator[Past]:
        """Return those that ever named a resource in one of their facts."""
        for each in self.related.get((relation, resource_id), ()):
            past = self.pasts.get(each)
            if past is not None:  # else a refused call would have made it
                yield past

    def take_over(self, other: History) -> None:
        """Take over the contents of another history; the clock and the journal stay."""
        self.pasts, self.related, self._added = other.pasts, other.related, other._added

    def put_in(self, past: Past) -> None:
        """Put a past in place that was written elsewhere."""
        self.pasts[past.id] = past
        self._relate(past, zip(past.kind.facts, past.first, strict=True))
        self._relate(past, ((name, value) for _, name, value in past.points))


def _take_back(past: Past, length: int, first: tuple[Any, ...], facts: tuple[Any, ...]) -> None:
    past.cut(length)
    past.first, past.facts = first, facts


def _fold(past: Past, horizon: datetime) -> None:
    """Let a past begin at the horizon, with the facts and values of that time."""
    facts = dict(zip(past.kind.facts, past.first, strict=True))
    values: dict[str, Any] = {}
    kept = []
    for point in past.points:
        when, name, value = point
        if when >= horizon:
            kept.append(point)
        elif name in facts:
            facts[name] = value
        else:
            values[name] = value
    past.first = tuple(facts.values())
    past.points = [(horizon, name, value) for name, value in values.items()] + kept or ()
    past.born = horizon
