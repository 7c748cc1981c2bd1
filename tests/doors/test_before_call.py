"""Who listens to ``before-call`` is heard before the mock answers, wherever and whenever they came.

The mock answers before botocore's own handlers of all services where nobody else would follow; one that comes
later, in any place of the order, must find the call as botocore would bring it.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.stub import Stubber

from dx_mock import MockDirectConnect, mock_directconnect
from tests.helpers import CONNECTION

EVENTS = (
    "before-call",
    "before-call.*",
    "before-call.*.*",
    "before-call.directconnect",
    "before-call.direct-connect",
    "before-call.*.DescribeConnections",
    "before-call.directconnect.DescribeConnections",
)
PLACES = ("register", "register_first", "register_last")


class _Response:
    status_code = 200


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("bound", [False, True], ids=["own client", "hand's client"])
def test_a_listener_hears_and_may_answer(event: str, place: str, bound: bool) -> None:
    with mock_directconnect() as dx:
        client = dx.client() if bound else _own_client()
        client.create_connection(**CONNECTION)
        for _ in range(2):  # what was found out is noted
            assert len(client.describe_connections()["connections"]) == 1
        heard: list[dict[str, Any]] = []
        answer: Any = None

        def listen(**keywords: Any) -> Any:
            heard.append(keywords)
            return answer

        getattr(client.meta.events, place)(event, listen)
        known = len(dx.calls)
        for _ in range(2):
            client.describe_connections()
        assert [each["model"].name for each in heard] == ["DescribeConnections"] * 2
        answer = _Response, {"connections": [], "ResponseMetadata": {}}
        assert client.describe_connections()["connections"] == []
        client.meta.events.unregister(event, listen)
        before = len(heard)
        for _ in range(2):
            assert len(client.describe_connections()["connections"]) == 1
        assert len(heard) == before
        assert len(dx.calls) == known + 4, "each call that nobody else answered is in the record once"


def _own_client() -> Any:
    import boto3

    return boto3.client("directconnect", region_name="us-east-1")


@pytest.mark.parametrize("warm", [False, True])
def test_a_stubber_comes_first_and_leaves_nothing(directconnect: MockDirectConnect, warm: bool) -> None:
    client = directconnect.client()
    if warm:
        client.describe_connections()
    with Stubber(client) as stubber:
        stubber.add_response("describe_connections", {"connections": [{"connectionId": "dxcon-stubbed0"}]})
        assert client.describe_connections()["connections"][0]["connectionId"] == "dxcon-stubbed0"
    assert client.describe_connections()["connections"] == []


def test_what_a_listener_puts_into_the_request_is_obeyed(directconnect: MockDirectConnect) -> None:
    client = directconnect.client()
    client.describe_connections()

    def other_account(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["x-moto-account-id"] = "222222222222"

    client.meta.events.register("before-call", other_account)
    made = client.create_connection(**CONNECTION)
    assert made["ownerAccount"] == "222222222222"
