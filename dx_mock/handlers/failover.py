"""BGP failover tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dx_mock.service.failover import STATUS

if TYPE_CHECKING:
    from dx_mock.graph.resources import BgpTest
    from dx_mock.service.caller import Caller


def _test(test: BgpTest) -> dict[str, Any]:
    return {
        "testId": test.id,
        "virtualInterfaceId": test.virtual_interface_id,
        "bgpPeers": list(test.peer_ids),
        "status": STATUS[test.stage],
        "ownerAccount": test.owner,
        "testDurationInMinutes": test.minutes,
        "startTime": test.start,
        "endTime": test.end,
    }


def start_bgp_failover_test(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer StartBgpFailoverTest."""
    test = caller.start_failover_test(
        request["virtualInterfaceId"], request.get("bgpPeers"), request.get("testDurationInMinutes")
    )
    return {"virtualInterfaceTest": _test(test)}


def stop_bgp_failover_test(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer StopBgpFailoverTest."""
    return {"virtualInterfaceTest": _test(caller.stop_failover_test(request["virtualInterfaceId"]))}


def list_virtual_interface_test_history(caller: Caller, request: Any) -> dict[str, Any]:
    """Answer ListVirtualInterfaceTestHistory."""
    page = caller.list_failover_tests(
        test_id=request.get("testId"),
        virtual_interface_id=request.get("virtualInterfaceId"),
        peer_ids=request.get("bgpPeers"),
        status=request.get("status"),
        max_results=request.get("maxResults"),
        next_token=request.get("nextToken"),
    )
    return {"virtualInterfaceTestHistory": [_test(test) for test in page], "nextToken": page.next_token}
