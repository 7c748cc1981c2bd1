"""BGP failover tests: sessions that are taken down on purpose, for a time, and the history of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from dx_mock.graph.resources import BgpTest, VirtualInterface
from dx_mock.graph.states import peer_is_up
from dx_mock.service.paging import Page, page_by_place
from dx_mock.service.peers import live_peers
from dx_mock.service.virtual_interfaces import VirtualInterfaceRules
from dx_mock.support import errors

#: Minutes [documented: UG:resiliency_failover].
DEFAULT_DURATION = 180
LONGEST_DURATION = 4320

#: The words of the User Guide; how the wire spells them was not recorded.
STATUS = {"running": "In progress", "completed": "Completed", "cancelled": "Cancelled"}


class FailoverTestRules(VirtualInterfaceRules):
    """Rules of BGP failover tests: docs/operations/bgp.md."""

    def start_failover_test(
        self, virtual_interface_id: str, peer_ids: Collection[str] | None, minutes: int | None
    ) -> BgpTest:
        """Take BGP sessions down for a time: those of the named peers, or all."""
        vif = self._own_live(virtual_interface_id)
        if vif.test_id is not None:
            raise errors.TEST_RUNNING(id=vif.id)
        if vif.stage != "available":
            raise self.refuse_state("StartBgpFailoverTest", vif)
        duration = DEFAULT_DURATION if minutes is None else minutes
        if not 1 <= duration <= LONGEST_DURATION:
            raise errors.TEST_DURATION_INVALID(minutes=duration, limit=LONGEST_DURATION)
        chosen = self._peers_to_test(vif, peer_ids)

        now = self.clock.now()
        test = BgpTest(self.ids.uuid("test"), vif.owner, self.region_name, vif.id, chosen, duration, now)
        self.backend.begin_test(test, vif)
        self.lifecycle.enter(vif, "testing")
        self.lifecycle.at(now + timedelta(minutes=duration), test, test.kind)
        return test

    @staticmethod
    def _peers_to_test(vif: VirtualInterface, peer_ids: Collection[str] | None) -> list[str]:
        chosen = [peer.id for peer in live_peers(vif)]
        if peer_ids:
            for peer_id in peer_ids:
                if peer_id not in chosen:
                    raise errors.PEER_NOT_FOUND(peer=peer_id, id=vif.id)
            chosen = list(dict.fromkeys(peer_ids))
        if not any(peer_is_up(vif.peers[peer_id]) for peer_id in chosen):
            raise errors.TEST_NEEDS_PEERS(id=vif.id)
        return chosen

    def stop_failover_test(self, virtual_interface_id: str) -> BgpTest:
        """End the running test of a virtual interface early."""
        vif = self._own_live(virtual_interface_id)
        test = self.backend.resources.get(vif.test_id) if vif.test_id is not None else None
        if not isinstance(test, BgpTest):
            raise errors.TEST_NOT_RUNNING(id=vif.id)
        self.lifecycle.enter(test, "cancelled")
        return test

    def _own_live(self, virtual_interface_id: str) -> VirtualInterface:
        """Leave tests to the owner of a virtual interface [documented: UG:resiliency_failover]."""
        vif = self.live_virtual_interface(virtual_interface_id)
        if vif.owner != self.account_id:
            raise errors.VIF_NOT_FOUND(id=virtual_interface_id)
        return vif

    def list_failover_tests(
        self,
        *,
        test_id: str | None,
        virtual_interface_id: str | None,
        peer_ids: Collection[str] | None,
        status: str | None,
        max_results: int | None,
        next_token: str | None,
    ) -> Page[BgpTest]:
        """Return the tests of this account's virtual interfaces, the newest first [guessed]."""
        filters = f"{test_id} {virtual_interface_id} {sorted(peer_ids or ())} {status}"
        scope = self.scope("ListVirtualInterfaceTestHistory", filters)
        fitting = (
            test
            for _, test in self.backend.tests_of(self.account_id).live.after(0)
            if test_id in (None, test.id)
            and virtual_interface_id in (None, test.virtual_interface_id)
            and (not peer_ids or not set(peer_ids).isdisjoint(test.peer_ids))
            and (status is None or status.casefold() == STATUS[test.stage].casefold())
        )
        return page_by_place(fitting, lambda test: (-test.sequence,), max_results, next_token, scope=scope)
