"""What schemathesis can't know: what a prefix looks like, and which Regions and resources there are."""

from __future__ import annotations

import json
import os
import re
import urllib.request
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
    """Of the ids half are there and fit; of the worlds every other one."""
    if path_parameters and isinstance(path_parameters.get("name"), str):
        if zlib.crc32(path_parameters["name"].encode(errors="replace")) % 2:
            return {**path_parameters, "name": _post("worlds", {})["name"]}
        return path_parameters
    if path_parameters and isinstance(path_parameters.get("id"), str):
        hand = context.operation.path.rpartition("/")[2]
        kind = "dxvif-" if hand.startswith(("bgp", "announce")) else "dxcon-" if hand != "provision" else ""
        ids = [each for each in _IDS if each.startswith(kind)]
        place = zlib.crc32(path_parameters["id"].encode(errors="replace"))
        if place % 2:
            return {**path_parameters, "id": ids[place // 2 % len(ids)]}
    return path_parameters


@schemathesis.hook
def map_body(context, body):
    """Of the sessions half are there."""
    given = body["bgpPeerId"] if isinstance(body, dict) and list(body) == ["bgpPeerId"] else None
    if isinstance(given, str) and zlib.crc32(given.encode(errors="replace")) % 2:
        return {"bgpPeerId": next(each for each in _IDS if each.startswith("dxpeer-"))}
    return body


@schemathesis.hook
def before_call(context, case, kwargs):
    """Let Regions exist, communities be those of announced prefixes, and faults of odd numbers be there."""
    number = case.path_parameters.get("number")
    if case.method == "DELETE" and type(number) is int and number > 0 and number % 2:
        case.path_parameters["number"] = _add_fault()
    if isinstance(case.body, dict) and "/worlds" in case.operation.path:
        _let_worlds_begin(case.body)
    region = case.query.get("region")
    if isinstance(region, str) and re.fullmatch("[a-z0-9-]{1,64}", region):
        case.query["region"] = "eu-west-1"
    if isinstance(case.body, dict) and isinstance(case.body.get("communities"), dict):
        prefixes = case.body.get("prefixes")
        there = prefixes if isinstance(prefixes, list) else []
        case.body["communities"] = {
            prefix: each
            for prefix, each in case.body["communities"].items()
            if prefix in there or not _are_communities(each)
        }


def _let_worlds_begin(body):
    """Leave out what has a schema of its own, or a digest that nobody can guess."""
    if isinstance(body.get("topology"), dict):
        body["topology"] = {}
    if isinstance(body.get("snapshot"), dict):
        del body["snapshot"]
    settings = body.get("settings")
    if isinstance(settings, dict) and isinstance(settings.get("quotas"), dict):
        # What the world begins with has room in its limits.
        settings["quotas"] = {
            name: max(each, 1000) if type(each) is int and each >= 0 else each
            for name, each in settings["quotas"].items()
        }


def _add_fault():
    """Set a fault, and return its number."""
    return _post("faults", {"error": "Throttling"})["number"]


def _post(path, body):
    """Return the answer to a request with a body."""
    asked = urllib.request.Request(
        f"{os.environ['DX_MOCK_API']}/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return json.load(answer)


def _are_communities(found):
    return isinstance(found, list) and all(isinstance(each, str) for each in found)
