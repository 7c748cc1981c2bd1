"""What schemathesis can't know: what a prefix looks like, and which resources the world has."""

from __future__ import annotations

import os
import zlib

import schemathesis
from hypothesis import strategies as st

_IDS = os.environ["DX_MOCK_IDS"].split(",")

schemathesis.openapi.format(
    "cidr",
    st.one_of(
        st.ip_addresses(v=4, network="10.0.0.0/8").map(lambda address: f"{address}/32"),
        st.sampled_from(["0.0.0.0/0", "192.0.2.0/24", "2001:db8::/32", "::/0"]),
    ),
)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Of the ids half are there and fit, and of the faults some."""
    if path_parameters and isinstance(path_parameters.get("id"), str):
        hand = context.operation.path.rpartition("/")[2]
        kind = "dxvif-" if hand.startswith(("bgp", "announce")) else "dxcon-" if hand != "provision" else ""
        ids = [each for each in _IDS if each.startswith(kind)]
        place = zlib.crc32(path_parameters["id"].encode(errors="replace"))
        if place % 2:
            return {**path_parameters, "id": ids[place // 2 % len(ids)]}
    if path_parameters and type(path_parameters.get("number")) is int and path_parameters["number"] > 0:
        return {**path_parameters, "number": path_parameters["number"] % 5 + 1}
    return path_parameters


@schemathesis.hook
def map_body(context, body):
    """Of the sessions half are there."""
    given = body["bgpPeerId"] if isinstance(body, dict) and list(body) == ["bgpPeerId"] else None
    if isinstance(given, str) and zlib.crc32(given.encode(errors="replace")) % 2:
        return {"bgpPeerId": next(each for each in _IDS if each.startswith("dxpeer-"))}
    return body
