"""The record is bounded by bytes as well, whatever is sent and refused (issue 17)."""

from __future__ import annotations

import gc
import json
import tracemalloc

import boto3
import pytest

from dx_mock import mock_directconnect
from dx_mock.engine import brief, record
from dx_mock.engine.brief import weight
from dx_mock.engine.record import LastCalls
from tests.helpers import connect

SIZE = 200_000
BODIES = {
    "lists": b'{"lagId": [' + b"[]," * (SIZE // 3) + b"[]]}",
    "numbers": b'{"lagId": [' + b"1," * (SIZE // 2) + b"1]}",
    "names": b'{"lagId": {' + b",".join(b'"k%06d":{}' % number for number in range(SIZE // 12)) + b"}}",
    "text": b'{"lagId": "' + b"x" * SIZE + b'"}',
    "deep lists": b'{"lagId": ' + b"[" * 900 + b"]" * 900 + b"}",
    "deep objects": b'{"lagId": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}",
}
URL = "https://directconnect.us-east-1.amazonaws.com/"


def post(body):
    requests = pytest.importorskip("requests")
    answer = requests.post(URL, data=body, headers={"X-Amz-Target": "OvertureService.DescribeLags"}, timeout=60)
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("what", BODIES)
def test_refused_bodies_cost_little(what):
    """The record keeps some KiB of each, and nothing else keeps the rest."""
    with mock_directconnect() as dx:
        post(BODIES[what])  # what is loaded once
        gc.collect()
        tracemalloc.start()
        try:
            for _ in range(3):
                post(BODIES[what])
            gc.collect()
            kept, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert kept < 3 * 50_000
        assert len(dx.calls) == 4
        shown = json.dumps([call.to_dict() for call in dx.calls])
        assert len(shown) < 4 * 40_000
        assert len(repr(dx.calls)) < 4 * 40_000
        assert all(call.error.__traceback__ is None for call in dx.calls)


def test_lost_replies_keep_no_request():
    """The exception that a library raises is another one than that of the record."""
    requests = pytest.importorskip("requests")
    with mock_directconnect() as dx:
        dx.faults.add("CreateLag", error="ConnectionClosedError")
        headers = {"X-Amz-Target": "OvertureService.CreateLag"}
        with pytest.raises(requests.exceptions.ConnectionError):
            requests.post(URL, data=BODIES["text"], headers=headers, timeout=60)
        (call,) = dx.calls
        assert call.error.__traceback__ is None
        assert weight(call.parameters) < 40_000


def test_small_parameters_are_kept_as_they_are():
    """Those of every call that somebody wrote by hand."""
    asked = {"lagName": "x", "location": "nowhere", "numberOfConnections": 2, "connectionsBandwidth": "10Gbps",
             "tags": [{"key": "a", "value": "b"}] * 50}  # fmt: skip
    with mock_directconnect() as dx:
        client = boto3.client("directconnect", region_name="us-east-1")
        with pytest.raises(client.exceptions.DirectConnectClientException):
            client.create_lag(**asked)
        (call,) = dx.calls
        assert call.parameters == asked
        dx.calls.assert_called_once("CreateLag", **asked)


def test_what_is_cut_says_so():
    value = {"text": "x" * 40_000, "more": 1}
    found = brief.brief(value)
    assert list(found) == ["text", "..."]
    assert found["..."] == "1 more"
    assert found["text"].endswith("x...")
    assert brief.MOST - 300 < len(found["text"]) <= brief.MOST
    found = brief.brief({"list": list(range(10_000))})["list"]
    assert found[:3] == [0, 1, 2]
    assert found[-1] == "..."
    deep = nested = {}
    for _ in range(50):
        nested["a"] = nested = {}
    assert "{'...': '1 more'}" in str(brief.brief(deep))
    assert brief.brief({"number": 10**5000, "bytes": b"x", "none": None, "pair": (1, 2)}) == {
        "number": "...", "bytes": b"x", "none": None, "pair": (1, 2)
    }  # fmt: skip


def test_a_server_forgets_by_bytes(monkeypatch):
    """Before the number of calls is reached; the last one stays, however large."""
    monkeypatch.setattr(record, "MOST_BYTES", 20_000)
    with mock_directconnect() as dx:
        client = dx.client()
        connect(client)
        dx.world.calls = calls = LastCalls(100)
        for _ in range(50):
            client.describe_connections()
        assert 2 < len(calls) < 20
        assert calls.forgotten + len(calls) == 50
        assert sum(call.weight() for call in calls) <= 20_000
        monkeypatch.setattr(record, "MOST_BYTES", 10)
        client.describe_connections()
        assert len(calls) == 1
        calls.clear()
        client.describe_connections()
        assert len(calls) == 1
        assert calls.forgotten == 51
