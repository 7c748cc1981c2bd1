"""The mock itself: one object behind the decorator, the context manager, the fixture and start/stop."""

from __future__ import annotations

import sys
import warnings
import weakref
from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar, overload

from dx_mock.decorators import decorate
from dx_mock.engine.accounts import default_account_id
from dx_mock.engine.settings import Settings, check_account_id
from dx_mock.process import current_world
from dx_mock.protocol import regions
from dx_mock.rules.maintenance_notices import DURATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta

    from types_boto3_directconnect import DirectConnectClient
    from typing_extensions import Unpack

    from dx_mock.engine.faults import Faults
    from dx_mock.engine.record import Calls
    from dx_mock.engine.settings import MockSettings
    from dx_mock.process.child_processes import Endpoint
    from dx_mock.support.clock import Clock
    from dx_mock.world.curves import Value
    from dx_mock.world.timeline import Timeline
    from dx_mock.world.topology import Topology
    from dx_mock.world.world import World

T = TypeVar("T", bound=Callable[..., Any])


class MockDirectConnect:
    """A mock of AWS Direct Connect; ``mock_directconnect`` makes it.

    Every start begins with an empty world, or with what ``topology`` declares.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._world: World | None = None
        self._ended: World | None = None
        #: where a server answers for this mock's world; None where this process does
        self._endpoint: Callable[[], str] | None = None

    # --- life ----------------------------------------------------------------------------------------------

    def start(self) -> MockDirectConnect:
        """Begin to answer Direct Connect in this process; returns the mock.

        Raises:
            RuntimeError: If it has been started already.
            ValueError: If the service refuses what ``topology`` declares; the message says where.
        """
        if self._world is not None:
            raise RuntimeError("this mock has been started already; stop() it first")
        return self._enter(self._begun())

    def resume(self) -> MockDirectConnect:
        """Go on with the world of the last run, as if it had not been stopped; returns the mock.

        Raises:
            RuntimeError: If it is active, or never was.
        """
        if self._world is not None:
            raise RuntimeError("this mock is active; stop() it first")
        return self._enter(self.world)

    def _enter(self, world: World) -> MockDirectConnect:
        try:
            with current_world.changing():
                # Imported while nobody can fork: a child must not find half a module.
                from dx_mock.doors import opening

                self._world = world
                try:
                    current_world.enter(world)
                    opening.open_all()
                except BaseException:
                    _end(world)  # here, where nobody else begins with doors that are half open
                    raise
        except BaseException:
            _end(world)  # an interrupt may have come when all was open
            self._world = None
            raise
        return self

    def open(self, endpoint: Callable[[], str]) -> World:
        """Open a new world that answers nothing in this process: that of a server, whose endpoint is told.

        The hands work on it, and :meth:`client` goes to the server.
        """
        self._endpoint = endpoint
        self._world = self._begun()
        self._world.ports.other_services.served = True
        return self._world

    def _begun(self) -> World:
        with current_world.changing():
            from dx_mock.moto_services.adapters import moto_ports
            from dx_mock.world.beginning import begin

            if self.settings.topology is not None:
                import dx_mock.world.building  # noqa: F401

        world = begin(self.settings, moto_ports(self.settings))
        world.mock = weakref.ref(self)
        return world

    def stop(self) -> None:
        """End the mock and put everything back as it was; its record can still be read.

        Raises:
            RuntimeError: If it is not started, or that of a server.
        """
        if self._endpoint is not None:
            raise RuntimeError("this mock is that of a server; stop the server")
        world = self._world
        if world is None or not world.active:
            raise RuntimeError("this mock is not started")
        current_world.note(sys.exc_info()[1], world)  # somebody's ``finally``: mock_aws has one
        self._ended = world
        try:
            _end(world)
        finally:
            if not world.active:  # else the end was interrupted before it began, and is still to come
                self._world = None

    def __getstate__(self) -> dict[str, Any]:
        """Return what copies and pickles have: the settings.  The world has one mock, which ends it."""
        return {"settings": self.settings}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Become a mock of the same settings that is not started."""
        MockDirectConnect.__init__(self, state["settings"])

    def __del__(self) -> None:
        """Close a mock that nobody has stopped and nobody can stop any more."""
        world: World | None = getattr(self, "_world", None)
        if world is None or not world.active or self._endpoint is not None or sys.is_finalizing():
            return
        current_world.abandon(world, partial(_end, world))
        warnings.warn(
            "a mock_directconnect was garbage-collected while it was active, and closed; keep a reference to "
            "it and call stop(), or use it as a context manager",
            ResourceWarning,
            stacklevel=2,
            source=self,
        )

    def __enter__(self) -> MockDirectConnect:
        return self.start()

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        current_world.note(error, self._world)
        self.stop()

    async def __aenter__(self) -> MockDirectConnect:
        return self.start()

    async def __aexit__(self, *raised: Any) -> None:
        self.__exit__(*raised)

    @property
    def is_active(self) -> bool:
        """Whether it answers calls now."""
        return self._world is not None and self._world.active

    @property
    def world(self) -> World:
        """The world of this mock, or of its last run."""
        world = self._world or self._ended
        if world is None:
            raise RuntimeError("this mock is not started; use it as a context manager or call start()")
        return world

    # --- hands ---------------------------------------------------------------------------------------------

    def client(self, region_name: str = "us-east-1", account_id: str | None = None) -> DirectConnectClient:
        """Return a boto3 client that acts as an account in a Region of this mock, wherever it is used.

        It needs no profile, no credentials and no configuration, and works while the mock is active.

        Args:
            region_name: the Region.
            account_id: 12 digits; if left out ``MOTO_ACCOUNT_ID``, or moto's default of 123456789012.

        Raises:
            ValueError: If ``account_id`` does not have 12 digits.
            RuntimeError: If the mock is that of a server, which is not running.
        """
        with current_world.changing():
            from dx_mock.doors import hand_clients

        account = default_account_id() if account_id is None else check_account_id("account_id", account_id)
        if self._endpoint is not None:
            return hand_clients.make(region_name, account, self._endpoint())
        return hand_clients.make_bound(region_name, account, self._active_world)

    def _active_world(self) -> World:
        """Return the world that this mock's clients call on.

        Raises:
            RuntimeError: If the mock is not active; its clients reach nobody then, AWS least of all.
        """
        if self._world is None or not self._world.active:
            raise RuntimeError(
                "this mock is not started, and its clients call on nobody else; use it as a context manager or "
                "call start() first"
            )
        return self._world

    def serve(self, account_id: str | None = None, region_name: str = "us-east-1", port: int = 0) -> Endpoint:
        """Serve this world on a port of this machine, for child processes: ``with dx.serve() as endpoint:``.

        Processes that are forked are in this world anyway; those that begin anew (spawn, forkserver, programs)
        get there by ``endpoint.url``, or with ``endpoint.environment`` in their environment.  Other services
        are answered there as in this process.  It ends with the mock.

        Args:
            account_id: the account whose keys ``environment`` has; by default that of :meth:`client`.
            region_name: the Region that ``environment`` has.
            port: the port; 0 takes a free one.

        Raises:
            ValueError: If ``account_id`` does not have 12 digits.
            RuntimeError: If the mock is that of a server, which has an endpoint.
        """
        if self._endpoint is not None:
            raise RuntimeError("this mock is that of a server; its endpoint_url is for every process")
        account = default_account_id() if account_id is None else check_account_id("account_id", account_id)
        from dx_mock.process.child_processes import Endpoint

        # The server stands above this module, and is imported for those only who serve.
        server = import_module("dx_mock.http_server.server_of_a_world").ServerOfAWorld(self, "127.0.0.1", port)
        return Endpoint(server, self.world, account, region_name)

    @property
    def clock(self) -> Clock:
        """The virtual clock."""
        return self.world.clock

    @property
    def calls(self) -> Calls:
        """The record of every call, in order."""
        return self.world.calls

    @property
    def faults(self) -> Faults:
        """Errors, delays and lost replies on purpose: ``dx.faults.add("CreateLag", error=...)``."""
        return self.world.faults

    def provision(self, resource_id: str) -> None:
        """Finish now what AWS, a technician or a partner would do by hand for a resource.

        A connection or interconnect gets its letter and its cross connect, a LAG those of its members, a
        virtual interface its verification and its BGP sessions.  A connection that is interrupted because it is
        moved gets its link back.  What is finished already stays as it is.

        Raises:
            LookupError: If no resource of this mock has that id.
        """
        from dx_mock.world import hands

        hands.provision(self.world, resource_id)

    def issue_loa(self, connection_id: str) -> None:
        """Let AWS issue the letter of a requested connection or interconnect, which is ``pending`` then.

        Raises:
            LookupError: If no resource of this mock has that id.
            ValueError: If it is not a connection or interconnect that waits for its letter.
        """
        from dx_mock.world import hands

        hands.issue_loa(self.world, connection_id)

    def link_down(self, connection_id: str) -> None:
        """Cut the fibre of a connection or interconnect; what rides on it goes down with it.

        Raises:
            LookupError: If no resource of this mock has that id.
            ValueError: If it is not a connection or interconnect.
        """
        from dx_mock.world import hands

        hands.set_link(self.world, connection_id, up=False)

    def link_up(self, connection_id: str) -> None:
        """Mend the fibre of a connection or interconnect.

        Raises:
            LookupError: If no resource of this mock has that id.
            ValueError: If it is not a connection or interconnect.
        """
        from dx_mock.world import hands

        hands.set_link(self.world, connection_id, up=True)

    def bgp_down(self, virtual_interface_id: str, bgp_peer_id: str | None = None) -> None:
        """Take a BGP session of a virtual interface down on the customer's router, or all of them.

        The virtual interface is ``down`` when no session is left; ``bgpPeerState`` is not touched.

        Args:
            virtual_interface_id: the virtual interface.
            bgp_peer_id: one of its peers; all of them if left out.

        Raises:
            LookupError: If no resource of this mock has that id, or the virtual interface no such peer.
            ValueError: If it is not a virtual interface.
        """
        from dx_mock.world import hands

        hands.set_session(self.world, virtual_interface_id, bgp_peer_id, up=False)

    def bgp_up(self, virtual_interface_id: str, bgp_peer_id: str | None = None) -> None:
        """Let the customer's router bring a BGP session up again, or all of a virtual interface.

        A session is up only while its link is and no failover test holds it down.

        Raises:
            LookupError: If no resource of this mock has that id, or the virtual interface no such peer.
            ValueError: If it is not a virtual interface.
        """
        from dx_mock.world import hands

        hands.set_session(self.world, virtual_interface_id, bgp_peer_id, up=True)

    def announce(
        self, virtual_interface_id: str, prefixes: Iterable[str] | Mapping[str, Iterable[str]]
    ) -> None:
        """Let the customer's router announce these prefixes, IPv4 or IPv6, and none but these.

        AWS takes 100 of each address family on a private or transit virtual interface; one more, and the
        session of that family goes down (User Guide, quotas).  A mapping of prefixes to BGP communities, such
        as ``{"10.0.0.0/8": ["7224:7300"]}``, announces these with them; routes show the ones that AWS knows.

        Raises:
            LookupError: If no resource of this mock has that id.
            TypeError: If ``prefixes`` is not a list of strings.
            ValueError: If it is not a virtual interface, or one of the prefixes is malformed.
        """
        from dx_mock.world import hands

        hands.announce(self.world, virtual_interface_id, prefixes)

    def traffic(
        self,
        resource_id: str,
        *,
        ingress_bps: Value | None = None,
        egress_bps: Value | None = None,
        ingress_pps: Value | None = None,
        egress_pps: Value | None = None,
        errors: Value | None = None,
        discards: Value | None = None,
    ) -> None:
        """Let traffic go through a connection, LAG or virtual interface, from now on until it is set again.

        Nothing comes before the first call, and what is left out stays as it is.  What goes through a virtual
        interface or hosted connection goes through what carries it, too; what is set for a connection or LAG is
        all that goes through it, but never less than that.  Members of a LAG share what goes through the LAG.
        Nothing goes through a link or virtual interface that is down.  A rate is a number, or for curves a
        function that returns one for a time (an aware ``datetime``).

        Args:
            resource_id: the connection, LAG or virtual interface.
            ingress_bps: bits per second to AWS.
            egress_bps: bits per second from AWS.
            ingress_pps: packets per second to AWS.
            egress_pps: packets per second from AWS.
            errors: errors of a port in five minutes.
            discards: packets per second that a port of AWS drops.

        Raises:
            LookupError: If no resource of this mock has that id.
            TypeError: If a rate is neither a number nor a function.
            ValueError: If it is not a connection, LAG or virtual interface, or deleted, if a rate is negative,
                or if errors or discards are those of a virtual interface.
        """
        from dx_mock.world import traffic

        rates = {
            "ingress_bps": ingress_bps,
            "egress_bps": egress_bps,
            "ingress_pps": ingress_pps,
            "egress_pps": egress_pps,
            "errors": errors,
            "discards": discards,
        }
        traffic.set_traffic(self.world, resource_id, rates)

    def light(
        self,
        connection_id: str,
        *,
        tx: float | None = None,
        rx: float | None = None,
        lane: int | None = None,
    ) -> None:
        """Set the level of the light in the fibre of a connection or interconnect, from now on.

        Levels that AWS calls bad decide nothing by themselves.  A dark fibre does: with -40 dBm or less in a
        lane the link goes down, and comes back when there is light in all of them, or with :meth:`link_up`.

        Args:
            connection_id: the connection or interconnect.
            tx: what AWS sends, in dBm.
            rx: what AWS receives, in dBm.
            lane: the optical lane, 1 to 4 of a port of 100 or 400 Gbps; all of them if left out.

        Raises:
            LookupError: If no resource of this mock has that id.
            TypeError: If a level is not a number.
            ValueError: If it is not a connection or interconnect, or deleted, or if it has no such lane.
        """
        from dx_mock.world import traffic

        traffic.set_light(self.world, connection_id, tx, rx, lane)

    def maintenance(
        self,
        resource_id: str,
        start: datetime | timedelta | None = None,
        duration: timedelta = DURATION,
        emergency: bool = False,
    ) -> str:
        """Let AWS maintain its side of a connection, interconnect or LAG; return the ARN of its event.

        AWS Health announces it 14 days before, tells again 7 days and one day before, and when it is over
        (an emergency: an hour before); where it begins sooner, at once.  Clients of ``health`` see it from the
        announcement on, and rules of moto's EventBridge receive it.  From its beginning to its end the link is
        down, whatever ``link_up`` says; of a LAG all members are.

        Args:
            resource_id: the connection, interconnect or LAG.
            start: when it begins, on the mock's clock, or how long from now; as AWS announces it if left out.
            duration: how long it lasts.
            emergency: whether AWS must act at once.

        Raises:
            LookupError: If no resource of this mock has that id.
            TypeError: If an argument is of a wrong type.
            ValueError: If it is not a port or LAG that exists, or the window is in the past or empty.
        """
        from dx_mock.moto_services.health import events
        from dx_mock.rules import maintenance_notices
        from dx_mock.world import maintaining

        window = maintaining.plan(self.world, resource_id, start, duration, emergency=emergency)
        return events.arn_of(window, maintenance_notices.code(emergency, over=False))

    def resiliency_level(self, resiliency_group_id: str) -> str | None:
        """Return the resiliency model that the connections of a group meet, which no API call says.

        It follows from the locations and AWS devices that they end on, whether they are up or not: one of
        ``maximum-resiliency``, ``high-resiliency``, ``basic-resiliency``, or None.

        Raises:
            LookupError: If there is no such resource.
            ValueError: If it is not a resiliency group.
        """
        from dx_mock.world import hands

        return hands.level(self.world, resiliency_group_id)

    # --- looking ---------------------------------------------------------------------------------------------

    def topology(self, region_name: str | None = None) -> Topology:
        """Return what exists and what hangs on what, across accounts.

        Args:
            region_name: only what is in this Region, with the gateways that it uses; all Regions if left out.

        Raises:
            TypeError: If ``region_name`` is not a string.
            ValueError: If ``region_name`` is not a Region.
        """
        if region_name is not None and not isinstance(region_name, str):
            raise TypeError(f"topology() takes the name of a Region, not {region_name!r}")
        if region_name is not None and (problem := regions.problem(region_name)):
            raise ValueError(f"topology(): {problem}")
        from dx_mock.world import topology

        with self.world.lock:
            self.world.lifecycle.run_calendar()
            return topology.draw(self.world, region_name)

    def timeline(
        self, *resource_ids: str, start: datetime | None = None, end: datetime | None = None
    ) -> Timeline:
        """Return the past of resources: their states one after the other, their rates and their light.

        ``print()`` shows it as text; :meth:`~dx_mock.world.timeline.Timeline.to_svg` draws it.

        Args:
            resource_ids: connections, LAGs and virtual interfaces, deleted ones too; all of them if left out.
            start: an aware time; if left out, when the first of them began.
            end: an aware time; now if left out.

        Raises:
            LookupError: If a resource has no past in this mock.
            TypeError: If a time is not an aware ``datetime``.
            ValueError: If a resource is of another kind, or the start is after the end.
        """
        from dx_mock.world import timeline

        for name, moment in (("start", start), ("end", end)):
            if moment is not None and (not isinstance(moment, datetime) or moment.utcoffset() is None):
                raise TypeError(f"timeline({name}=...) takes a datetime with a time zone, not {moment!r}")
        with self.world.lock:
            self.world.lifecycle.run_calendar()
            return timeline.draw(self.world, resource_ids, start, end)

    def snapshot(self) -> dict[str, Any]:
        """Everything of this world, as a dict for ``json`` with a schema version.

        Resources, links, what is planned, the history, clock, ids and settings; not the record, the faults and
        what moto has of other services.  Of a curve of :meth:`traffic` it has the values in every five minutes
        until now; after it the last one stays.
        """
        from dx_mock.world import snapshot

        with self.world.lock:
            self.world.lifecycle.run_calendar()
            return snapshot.take(self.world)

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Make this world what it was when ``snapshot`` was taken: it goes on exactly like that one.

        The settings of the snapshot hold from here on, but for ``others``.  The record of calls and the
        faults stay.  The clock goes on from where it was, whatever freezegun or time-machine say it is; with
        ``clock="machine"`` it is as far ahead of the machine's as before, but never behind the snapshot.

        Raises:
            SnapshotError: (a ValueError) If it is not a snapshot, is of another schema version, or was changed;
                this world is as it was then.
        """
        from dx_mock.world import snapshot as module

        with self.world.lock:
            module.put_back(self.world, snapshot)

    def assert_clean(self) -> None:
        """Fail if connections, interconnects, LAGs or virtual interfaces are left that nobody deleted.

        Raises:
            AssertionError: If there are; the message lists them.
        """
        from dx_mock.world import hands

        left = hands.leftovers(self.world)
        if left:
            count = "1 resource is" if len(left) == 1 else f"{len(left)} resources are"
            raise AssertionError(f"{count} left:\n" + "\n".join(f"  {each}" for each in left))

    # --- decorating ----------------------------------------------------------------------------------------

    def __call__(self, target: T) -> T:
        """Decorate a function, a generator, either of them asynchronous, or a class of tests."""
        return decorate(target, lambda: MockDirectConnect(self.settings))

    def __repr__(self) -> str:
        if self._world is None:
            return "<MockDirectConnect, not active>"
        return f"<MockDirectConnect, {len(self._world.graph.resources)} resources, {len(self.calls)} calls>"


def _end(world: World) -> None:
    """Let a world answer nothing more, and put everything back as it was.

    Whatever happens to moto's mock, ours is put back; then the error goes on.  So does what a handler of
    signals raises in the middle (Ctrl-C, the time limit of a test): what is done already is not done again.
    """
    try:
        _put_back(world)
    except BaseException:
        _put_back(world)
        raise


def _put_back(world: World) -> None:
    world.active = False
    try:
        # All mocks that are active share what moto has: another one goes on with it.
        world.ports.other_services.stop(
            lambda: [each.ports.other_services for each in current_world.others_than(world)]
        )
    finally:
        with current_world.changing():
            from dx_mock.doors import opening

            if current_world.leave(world):
                opening.close_all()


@overload
def mock_directconnect(target: T, /) -> T: ...


@overload
def mock_directconnect(**settings: Unpack[MockSettings]) -> MockDirectConnect: ...


def mock_directconnect(target: Any = None, /, **settings: Any) -> Any:
    """Make a Direct Connect that behaves like AWS: decorator, context manager, or ``start()`` and ``stop()``.

    Args:
        target: what to decorate, when used as ``@mock_directconnect`` without parentheses.
        **settings: these keywords, and no others.

    Keyword Args:
        provisioning (str): when what takes AWS or a technician days is done: before the next call that looks
            (``"auto"``), when ``dx.provision(id)`` says so (``"manual"``), or after AWS's own durations on
            ``dx.clock`` (``"timed"``).
        partners (Iterable[str] | Mapping[str, str]): ids of the accounts that are Direct Connect partners, or
            a mapping of them to the names that their customers read as ``partnerName``.
        quotas (Mapping[str, int]): limits other than AWS's, by their names in ``dx_mock.rules.quotas``.
        quirks (Mapping[str, str]): answers to questions on which the evidence conflicts, by their names in
            ``dx_mock.rules.quirks``.
        release (str): which AWS it is: ``"2017-02-17"``, the world of that API change; ``"latest"``; as it was
            last seen, but with ten connections in a LAG, if left out.  Quotas and quirks given go before it.
        seed (int): the same seed gives the same ids.
        clock (str): ``"fixed"``, the default: time begins at 2026-01-01 and stands until ``dx.clock.advance()``
            moves it; ``"machine"``: it is the machine's time, which runs, and what ``advance()`` adds.
        others (str): who answers other services: ``"moto"``, nobody (``"block"``), or AWS (``"pass"``).
        allow_hosts (Iterable[str]): hosts that may be reached although nobody answers them here, such as
            ``"minio.example.com"``, or ``"*.example.com"`` for all of a domain.
        topology (str | PathLike[str] | Mapping[str, Any]): what the world begins with: a mapping or a YAML or
            JSON file by ``docs/topology.schema.json``, or the name of a ready-made estate
            (``dx_mock.engine.declarations.estates``).
        share_botocore_files (bool): new sessions of boto3 and botocore read what comes with botocore once, and
            share it; with False each reads for itself, as without the mock.

    Raises:
        TypeError, ValueError: If a setting is unknown or has an impossible value; the message says which.
    """
    if target is not None and not callable(target):
        raise TypeError(
            f"mock_directconnect takes keyword settings such as provisioning='manual', not {target!r}"
        )
    mock = MockDirectConnect(Settings.check(**settings))
    return mock if target is None else mock(target)


def active_mock() -> MockDirectConnect:
    """Return the mock that answers the calling code: the tester's hands inside of decorated tests.

    Raises:
        RuntimeError: If none is active.
    """
    world = current_world.current()
    if world is None:
        raise RuntimeError("no mock_directconnect is active here")
    mock: MockDirectConnect | None = world.mock()
    if mock is None:
        raise RuntimeError("the mock that is active here has been garbage-collected; keep a reference to it")
    return mock
