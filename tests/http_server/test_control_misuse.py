"""Misuse of the control API: always one clear sentence in JSON, never a traceback, nothing half done."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from urllib.parse import urlsplit

import pytest

import dx_mock
from dx_mock.support.clock import EPOCH
from dx_mock.world.snapshot import digest
from tests.helpers import connect, make_lag

pytest.importorskip("flask")

pytestmark = pytest.mark.directconnect(provisioning="manual")

JSON = "application/json"


def refused(dx, http, method, path, status, text, **more):
    """A request that is refused with a sentence and changes nothing."""
    before, faults = dx.snapshot(), len(dx.faults)
    answer = http.open(f"/dx-mock{path}", method=method, **more)
    assert answer.status_code == status, answer.text
    assert answer.mimetype == JSON
    (sentence,) = answer.json.values()
    assert list(answer.json) == ["error"]
    assert text in sentence
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    assert (dx.snapshot(), len(dx.faults)) == (before, faults)
    return answer


@pytest.mark.parametrize(
    "path", ["/x", "/faults/", "/resources", "/resources/a", "//", "/resources/a/b/provision"]
)
def test_unknown_paths(dx, http, path):
    refused(dx, http, "GET", path, 404, "there is nothing at /dx-mock")


def test_methods(dx, http):
    answer = refused(dx, http, "PATCH", "/faults", 405, "has no method PATCH; it has DELETE, GET, HEAD, POST")
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, POST"
    refused(dx, http, "OPTIONS", "/reset", 405, "it has POST")
    refused(dx, http, "GET", "/reset", 405, "it has POST")
    refused(dx, http, "BREW", "/", 405, "has no method BREW")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("format=svg", "'svg' is not known; known: dict, text, mermaid, dot"),
        ("format=mermai", "did you mean 'mermaid'?"),
        ("region=US%20East", "does not match"),
        ("regoin=us-east-1", "'regoin' is not known here; known: region, format"),
        ("region=a&region=b", "'region' was given twice"),
    ],
)
def test_queries(dx, http, query, text):
    refused(dx, http, "GET", f"/topology?{query}", 400, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("operation=CreateLga", "did you mean 'CreateLag'?"),
        ("last=many", "is not of type 'integer'"),
        ("last=-1", "is not of type 'integer'"),
        ("last=1000000", "greater than the maximum of 100000"),
        ("last=" + "9" * 5000, "is not of type 'integer'"),
        ("last=\u0663", "is not of type 'integer'"),
    ],
)
def test_queries_of_calls(dx, http, query, text):
    refused(dx, http, "GET", f"/calls?{query}", 400, text)


@pytest.mark.parametrize(
    ("path", "body", "status", "text"),
    [
        ("/clock/advance", {}, 400, "should be non-empty"),
        ("/clock/advance", {"minute": 5}, 400, "'minute' is not known; did you mean 'minutes'?"),
        ("/clock/advance", {"fortnights": 1}, 400, "known: weeks, days, hours, minutes, seconds"),
        ("/clock/advance", {"minutes": -5}, 400, "minutes: -5 is less than the minimum of 0"),
        ("/clock/advance", {"minutes": True}, 400, "minutes: True is not of type 'number'"),
        ("/clock/advance", {"weeks": 1e300}, 400, "greater than the maximum"),
        ("/clock/advance", [5], 400, "the body: [5] is not of type 'object'"),
        ("/resources/dxcon-ffffffff/provision", {"now": True}, 400, "takes no body, or an empty object"),
        ("/resources/dxcon-ffffffff/provision", {}, 404, "no resource 'dxcon-ffffffff' in this mock"),
        ("/resources/dxcon-ffffffff/link-down", {}, 404, "no resource 'dxcon-ffffffff' in this mock"),
        ("/resources/x/announce", {"prefixes": ["10.0.0.1/8"]}, 400, "'10.0.0.1/8' is not a prefix"),
        (
            "/resources/x/announce",
            {"prefixes": "10.0.0.0/8"},
            400,
            "prefixes: '10.0.0.0/8' is not of type 'array'",
        ),
        (
            "/resources/x/announce",
            {"prefixes": ["10.0.0.0/8", 5]},
            400,
            "prefixes[1]: 5 is not of type 'string'",
        ),
        ("/resources/x/announce", {}, 400, "'prefixes' is a required property"),
        ("/resources/x/bgp-down", {"bgpPeerID": "a"}, 400, "did you mean 'bgpPeerId'?"),
        ("/faults", {}, 400, "a fault needs an error, a latency or applied: true"),
        ("/faults", {"applied": False}, 400, "a fault needs an error, a latency or applied: true"),
        (
            "/faults",
            {"error": "ThrotlingException"},
            400,
            "error: 'ThrotlingException' is not known; did you mean",
        ),
        ("/faults", {"error": 418}, 400, "error: 418 is not known; known: "),
        ("/faults", {"error": 500, "operation": "CreateLga"}, 400, "did you mean 'CreateLag'?"),
        ("/faults", {"error": 500, "operation": "Brew*"}, 404, "no operation 'Brew*'"),
        ("/faults", {"error": 500, "times": -1}, 400, "times: -1 is less than the minimum of 0"),
        ("/faults", {"error": 500, "after": 1.5}, 400, "after: 1.5 is not of type 'integer'"),
        ("/faults", {"error": 500, "probability": 2}, 400, "greater than the maximum of 1"),
        ("/faults", {"latency": 1e9}, 400, "greater than the maximum of 604800"),
        ("/faults", {"error": 500, "when": ["a"]}, 400, "when: ['a'] is not of type 'object'"),
        ("/faults", {"error": 500, "errors": 1}, 400, "'errors' is not known; did you mean 'error'?"),
        ("/faults", {"error": "ConnectTimeoutError", "applied": True}, 400, "try ReadTimeoutError"),
    ],
)
def test_bodies(dx, http, path, body, status, text):
    refused(dx, http, "POST", path, status, text, json=body)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "is not valid JSON"),
        (b"{", "is not valid JSON"),
        (b"\xff", "is not valid JSON"),
        (b'{"minutes": NaN}', "NaN is not JSON"),
        (b'{"minutes": 1e999}', "greater than the maximum"),
        (b"[" * 100_000, "is nested too deeply"),
        (b"9" * 5000, "is not valid JSON"),
    ],
)
def test_bodies_that_are_no_json(dx, http, body, text):
    refused(dx, http, "POST", "/clock/advance", 400, text, data=body, content_type=JSON)


def test_long_values_are_not_repeated(dx, http):
    answer = refused(dx, http, "POST", "/faults", 400, "is not known", json={"error": "x" * 100_000})
    assert len(answer.text) < 3000
    answer = refused(
        dx, http, "POST", "/faults", 400, "is not of type", json={"error": 500, "times": "x" * 100_000}
    )
    assert len(answer.text) < 1000


def test_states_that_forbid(dx, http, client):
    made, lag = connect(client), make_lag(client)["lagId"]
    refused(dx, http, "POST", f"/resources/{lag}/issue-loa", 409, "is a LAG, not a connection")
    refused(dx, http, "POST", f"/resources/{lag}/link-down", 409, "is a LAG, not a connection")
    refused(dx, http, "POST", f"/resources/{made}/bgp-up", 409, "is a connection, not a virtual interface")
    dx.provision(made)
    refused(dx, http, "POST", f"/resources/{made}/issue-loa", 409, "it is in state available")
    dx.clock.advance(days=365 * 6900)
    refused(dx, http, "POST", "/clock/advance", 409, "can't go beyond the year 9000", json={"weeks": 52_000})


def test_unknown_sessions_and_faults(dx, http, vif):
    body = {"bgpPeerId": "dxpeer-ffffffff"}
    refused(dx, http, "POST", f"/resources/{vif}/bgp-down", 404, "has no BGP peer 'dxpeer-ffffffff'", json=body)
    for number in ("1", "0", "-1", "one", "9" * 5000):
        refused(dx, http, "DELETE", f"/faults/{number}", 404, "there is no fault number")


def signed(snapshot):
    """A snapshot with a digest that fits."""
    return {**snapshot, "digest": digest(snapshot)}


def test_what_is_no_snapshot(dx, http, client):
    make_lag(client)
    taken = json.loads(json.dumps(dx.snapshot()))
    for body, text in (
        ({}, "'format' is a required property"),
        ({**taken, "format": "zip"}, "format: "),
        ({**taken, "version": 99}, "has schema version 99"),
        ({**taken, "ids": -1}, "ids: -1 is less than the minimum of 0"),
        ({**taken, "clock": 1e308}, "clock: 1e+308 is not of type 'string'"),
        ({**taken, "settings": {"seed": "x"}}, "its digest does not fit"),
        (signed({**taken, "settings": {"seed": "x"}}), "damaged"),
        (signed({**taken, "objects": []}), "damaged"),
        (signed({**taken, "clock": "9999-12-31T00:00:00+00:00"}), "which no world can have"),
        (signed({**taken, "objects": [{"class": "Submarine", "fields": {}}]}), "does not know"),
        (signed({**taken, "state": {**taken["state"], "sequence": {"$time": "never"}}}), "damaged"),
    ):
        refused(dx, http, "PUT", "/snapshot", 400, text, json=body)


def test_content_types(dx, http):
    """A page of another origin can send forms and text without asking, but not JSON."""
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "",
        "application/jsonp",
    ):
        more = {"data": b'{"minutes": 5}', "content_type": kind}
        refused(dx, http, "POST", "/clock/advance", 415, "the body must be application/json", **more)
    refused(dx, http, "POST", "/reset", 415, "the body must be application/json", data=b"{}")
    more = {"data": b"{}", "content_type": JSON, "headers": {"Content-Encoding": "gzip"}}
    refused(dx, http, "POST", "/reset", 415, "without Content-Encoding", **more)
    assert (
        http.post("/dx-mock/reset", data=b"{}", content_type="application/json; charset=utf-8").status_code
        == 200
    )


def test_a_failure_of_ours_is_json_too(dx, http, monkeypatch, caplog):
    """The log has the traceback, the client a sentence."""
    monkeypatch.setattr("dx_mock.http_server.control_api.views.empty", lambda world: {}["x"])
    refused(dx, http, "POST", "/reset", 500, "dx_mock failed: KeyError: 'x'")
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("item", [b"{}", b"[]", b'{"class":"Connection","fields":{}}'])
def test_snapshots_of_millions_of_objects(dx, http, item):
    """Refused in seconds, and without the memory that they would take."""
    content = json.dumps(dx.snapshot()).encode()
    content = content.replace(b'"objects": []', b'"objects": [' + b",".join([item] * 4_000_000) + b"]")
    begun = time.monotonic()
    more = {"data": content, "content_type": JSON}
    refused(dx, http, "PUT", "/snapshot", 400, "this is not a snapshot", **more)
    assert time.monotonic() - begun < 30


# --- on the wire -------------------------------------------------------------------------------------------


def spoken(srv, *pieces):
    """What a server answers to raw bytes."""
    place = urlsplit(srv.endpoint_url)
    with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
        with contextlib.suppress(OSError):  # it has heard enough
            for piece in pieces:
                connection.sendall(piece)
        answer = b""
        with contextlib.suppress(ConnectionResetError):  # the rest of what was sent is not wanted
            while piece := connection.recv(65536):
                answer += piece
    return answer


HEAD = b"POST /dx-mock/clock/advance HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def test_large_and_broken_bodies_on_the_wire():
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with dx_mock.server() as srv:
        for status, pieces in (
            (413, [HEAD + b"Content-Length: 99999999\r\n\r\n"]),
            (413, [HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 20, b"0\r\n\r\n"]),
            (413, [HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 1000]),  # and no end
            (400, [HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"]),
            (400, [HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabc"]),
            (400, [HEAD + b"Content-Length: many\r\n\r\n{}"]),
        ):
            answer = spoken(srv, *pieces)
            assert answer.startswith(b"HTTP/1.1 %d " % status), (status, answer)
            sentence = json.loads(answer.partition(b"\r\n\r\n")[2])["error"]
            assert sentence.startswith(f"the {'body is larger than' if status == 413 else 'request'} ")
        assert srv.mock.clock.now() == EPOCH
