"""JSON Schemas of the control API's requests and answers, under their names in the OpenAPI document."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from dx_mock.engine import faults
from dx_mock.engine.declarations.estates import ESTATES
from dx_mock.protocol import contract
from dx_mock.rules.maintenance_notices import DURATION
from dx_mock.rules.quirks import QUIRKS
from dx_mock.rules.quotas import QUOTAS
from dx_mock.rules.releases import RELEASES

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
BOOLEAN: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
MOMENT: Schema = {"type": "string", "format": "date-time"}
ACCOUNT: Schema = {"type": "string", "description": "12 digits", "examples": ["123456789012"]}

#: The largest number that a body may contain.
MOST = 1_000_000_000

#: Units of ``clock/advance``, with the largest step in each: about a thousand years.
UNITS = {"weeks": 52_000, "days": 365_000, "hours": 8_760_000, "minutes": 525_600_000, "seconds": MOST}

FORMATS = ("dict", "text", "mermaid", "dot")


def ref(name: str) -> Schema:
    """Return a reference to a schema of :func:`schemas`."""
    return {"$ref": f"#/components/schemas/{name}"}


def an_object(about: str = "", optional: dict[str, Schema] | None = None, /, **members: Schema) -> Schema:
    """Return the schema of an object with exactly these members, all required except for ``optional``."""
    return {
        "type": "object",
        "properties": {**members, **(optional or {})},
        "required": list(members),
        "additionalProperties": False,
        **({"description": about} if about else {}),
    }


def a_list(item: Schema, **more: Any) -> Schema:
    """Return the schema of a list of items of one kind."""
    return {"type": "array", "items": item, **more}


def or_null(schema: Schema) -> Schema:
    """Return a schema that allows null besides what another one allows."""
    return {"anyOf": [schema, {"type": "null"}]}


# --- requests ----------------------------------------------------------------------------------------------


def _fault_errors() -> list[str | int]:
    named = [*contract.exception_names(), *faults.COMMON_ERRORS, *faults.CONNECTION_ERRORS]
    return [*dict.fromkeys(named), *map(int, faults.STATUSES), *faults.STATUSES]


def _new_fault() -> Schema:
    never_arrives = [name for name, arrives in faults.CONNECTION_ERRORS.items() if not arrives]
    return {
        "type": "object",
        "description": "A fault as `dx.faults.add()` takes it.",
        "additionalProperties": False,
        "properties": {
            "operation": {
                "description": "An operation of the model, or a pattern such as `Delete*`; all if left out.",
                "anyOf": [
                    {"enum": contract.operation_names()},
                    {"type": "string", "pattern": "^[A-Za-z?*]*[?*][A-Za-z?*]*$", "maxLength": 100},
                ],
                "default": "*",
            },
            "error": {
                "enum": _fault_errors(),
                "description": "An exception of the model, a common error, an HTTP status without JSON, or an "
                "error of the connection by botocore's name.",
            },
            "message": {**STRING, "maxLength": 10_000},
            "times": {
                "type": ["integer", "null"],
                "minimum": 0,
                "maximum": MOST,
                "default": 1,
                "description": "How many attempts are struck; null means all.",
            },
            "after": {
                **COUNT,
                "maximum": MOST,
                "default": 0,
                "description": "How many fitting attempts pass first.",
            },
            "probability": {"type": "number", "minimum": 0, "maximum": 1},
            "latency": {
                "type": "number",
                "minimum": 0,
                "maximum": faults.MAX_LATENCY.total_seconds(),
                "description": "The delay of the answer, in seconds on the mock's clock.",
            },
            "applied": {
                **BOOLEAN,
                "default": False,
                "description": "Whether the call is carried out and only its reply is lost.",
            },
            "when": {"type": "object", "description": "Parameters that a call must have."},
            "status": {
                "type": "integer",
                "minimum": 400,
                "maximum": 599,
                "description": "The HTTP status of the error, where it is another than the error's own.",
            },
        },
        "allOf": [
            {
                "description": "a status needs an error of the service",
                "not": {
                    "required": ["status"],
                    "anyOf": [
                        {"not": {"required": ["error"]}},
                        {"properties": {"error": {"enum": [*faults.CONNECTION_ERRORS, *faults.STATUSES]}}},
                    ],
                },
            },
            {
                "description": "a fault needs an error, a latency or applied: true",
                "anyOf": [
                    {"required": ["error"]},
                    {"required": ["latency"]},
                    {"required": ["applied"], "properties": {"applied": {"const": True}}},
                ],
            },
            {
                "description": f"applied: true needs a call that arrives; with {' or '.join(never_arrives)} "
                "none does: try ReadTimeoutError",
                "not": {
                    "required": ["applied", "error"],
                    "properties": {"applied": {"const": True}, "error": {"enum": never_arrives}},
                },
            },
        ],
    }


def _advance() -> Schema:
    return {
        "type": "object",
        "description": "How far to move it, in units that add up.",
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {name: {"type": "number", "minimum": 0, "maximum": most} for name, most in UNITS.items()},
        "examples": [{"minutes": 5}, {"days": 3, "hours": 12}],
    }


def _snapshot() -> Schema:
    return {
        "type": "object",
        "description": "A whole world, as `dx.snapshot()` returns it; its contents depend on the version.",
        "required": ["format", "version", "settings", "clock", "ids", "state", "objects", "digest"],
        "properties": {
            "format": {"const": "dx_mock snapshot"},
            "version": {"type": "integer"},
            "settings": {"type": "object"},
            "clock": {**MOMENT, "description": "The virtual time."},
            "ids": COUNT,
            "state": {"type": "object"},
            "objects": {"type": "array"},  # of objects, which are checked faster where they are read
            "digest": {**STRING, "description": "The digest of the rest."},
        },
    }


def _window(about: str, **more: Schema) -> Schema:
    stage = {"enum": ["planned", "announced", "told again", "under way", "complete"]}
    return an_object(about, **more, start=MOMENT, end=MOMENT, emergency=BOOLEAN, stage=stage)


#: The name of a world: a label of a host name.
WORLD: Schema = {
    "type": "string",
    "pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
    "maxLength": 63,
    "examples": ["ci-42"],
}


def _new_world(*, named: bool) -> Schema:
    account = {**ACCOUNT, "pattern": "^[0-9]{12}$", "maxLength": 12}
    names_of_partners = {
        "type": "object",
        "propertyNames": {"pattern": "^[0-9]{12}$", "maxLength": 12},
        "additionalProperties": {**STRING, "minLength": 1},
    }
    settings: dict[str, Schema] = {
        "provisioning": {"enum": ["auto", "manual", "timed"]},
        "partners": {
            "anyOf": [a_list(account), names_of_partners],
            "description": "Account ids of partners, or an object of ids and names.",
        },
        "quotas": an_object("", {name: {**COUNT, "maximum": MOST} for name in QUOTAS}),
        "quirks": an_object("", {name: {"enum": list(quirk.values)} for name, quirk in QUIRKS.items()}),
        "release": {"enum": [None, *RELEASES]},
        "seed": {"type": "integer", "minimum": -MOST, "maximum": MOST},
    }
    wanted: dict[str, Schema] = {
        "name": {**WORLD, "description": "A label of a host name; one that is free if left out."},
        "settings": {**an_object("", settings), "description": "What differs from the server's own world."},
        "topology": {
            "anyOf": [{"type": "object"}, {"enum": list(ESTATES)}, {"type": "null"}],
            "description": "What it begins with, or the name of a ready-made estate; the server's if left out.",
        },
        "snapshot": ref("Snapshot"),
        "ttl": {
            "type": ["number", "null"],
            "exclusiveMinimum": 0,
            "maximum": MOST,
            "examples": [600],
            "description": "Seconds without a request after which it ends; null means never.",
        },
    }
    alone = {
        "description": "a world begins with a topology or with a snapshot, which has its settings",
        "not": {"required": ["snapshot"], "anyOf": [{"required": ["topology"]}, {"required": ["settings"]}]},
    }
    if not named:
        del wanted["name"]
    return {**an_object("A world as it is to begin.", wanted), "allOf": [alone]}


# --- answers -----------------------------------------------------------------------------------------------


def _node() -> Schema:
    details = {
        "bandwidth": STRING,
        "location": STRING,
        "device": STRING,
        "minimumLinks": COUNT,
        "linksUp": COUNT,
        "linkUp": BOOLEAN,
        "maintenance": a_list(_window("A window that is planned or under way.")),
        "vlan": COUNT,
        "type": STRING,
        "mtu": COUNT,
        "asn": COUNT,
        "allowedPrefixes": a_list(STRING),
        "bgpPeers": a_list(ref("BgpPeer")),
    }
    return an_object(
        "One node of the picture.",
        id=STRING,
        kind=STRING,
        name=STRING,
        label=STRING,
        state=STRING,
        owner=STRING,
        region=STRING,
        details=an_object("", details),
    )


def _peer() -> Schema:
    return an_object(
        "",
        {"amazonAddress": STRING, "customerAddress": STRING},
        bgpPeerId=STRING,
        bgpPeerState=STRING,
        bgpStatus={"enum": ["up", "down"]},
        sessionUp={**BOOLEAN, "description": "Whether the customer's router has the session up."},
        addressFamily={"enum": ["ipv4", "ipv6"]},
        asn=COUNT,
    )


def _call() -> Schema:
    return an_object(
        "A recorded call; the reply is as on the wire, null if the client got none.",
        number={"type": "integer", "minimum": 1},
        operation=STRING,
        accountId=ACCOUNT,
        regionName=STRING,
        parameters={"type": "object"},
        reply=or_null({"type": "object"}),
        error=or_null(an_object(code=STRING, message=STRING)),
        applied={**BOOLEAN, "description": "Whether it was carried out, even if the reply was lost."},
    )


def _fault() -> Schema:
    return an_object(
        "A fault that is set.",
        number={"type": "integer", "minimum": 1},
        operation=STRING,
        error=or_null(STRING),
        message=or_null(STRING),
        times=or_null(COUNT),
        after=COUNT,
        probability=or_null({"type": "number"}),
        latency={"type": "number"},
        applied=BOOLEAN,
        when=or_null({"type": "object"}),
        status=or_null({"type": "integer"}),
        seen={**COUNT, "description": "How many attempts have fitted."},
        struck={**COUNT, "description": "How many of them it has struck."},
        over={**BOOLEAN, "description": "Whether it has struck as often as it may."},
    )


def _traffic() -> Schema:
    rate: Schema = {"type": "number", "minimum": 0, "maximum": MOST * 1_000_000}
    about = {
        "ingressBps": "Bits per second to AWS.",
        "egressBps": "Bits per second from AWS.",
        "ingressPps": "Packets per second to AWS.",
        "egressPps": "Packets per second from AWS.",
        "errors": "Errors of a port in five minutes.",
        "discards": "Packets per second that a port of AWS drops.",
    }
    return {
        **an_object(
            "What goes through from now on; what is left out stays as it is.",
            {name: {**rate, "description": text} for name, text in about.items()},
        ),
        "minProperties": 1,
    }


def _light() -> Schema:
    level: Schema = {"type": "number", "minimum": -100, "maximum": 100, "examples": [-2.5]}
    lane = {"type": "integer", "minimum": 1, "maximum": 4, "description": "All lanes if left out."}
    optional = {
        "tx": {**level, "description": "What AWS sends, in dBm."},
        "rx": {**level, "description": "What AWS receives, in dBm."},
        "lane": lane,
    }
    return {
        **an_object("The light in the fibre from now on; -40 dBm and less is dark.", optional),
        "anyOf": [{"required": ["tx"]}, {"required": ["rx"]}],
    }


def _timeline() -> Schema:
    band = an_object("A state, and from when to when it was.", start=MOMENT, end=MOMENT, state=STRING)
    graph = an_object(
        "A rate or light at times of equal distance, null where there was none.",
        name=STRING,
        unit=STRING,
        values=a_list(or_null({"type": "number"})),
    )
    line = an_object("", id=STRING, kind=STRING, name=STRING, states=a_list(band), graphs=a_list(graph))
    return an_object("The past of resources.", start=MOMENT, end=MOMENT, resources=a_list(line))


@cache
def schemas() -> dict[str, Schema]:
    """Return all schemas by name, for the installed botocore."""
    return {
        "Error": an_object("What is wrong, in one sentence.", error=STRING),
        "Document": {"type": "object", "required": ["openapi", "info", "paths", "components"]},
        "Health": an_object(
            version=STRING,
            botocore=STRING,
            moto=STRING,
            provisioning={"enum": ["auto", "manual", "timed"]},
            release={"enum": [None, *RELEASES]},
            resources=COUNT,
        ),
        "Clock": an_object(now=MOMENT),
        "Advance": _advance(),
        "Topology": an_object(nodes=a_list(ref("Node")), links=a_list(ref("Link"))),
        "Node": _node(),
        "BgpPeer": _peer(),
        "Link": an_object(**{"from": STRING, "to": STRING, "kind": STRING}),
        "Snapshot": _snapshot(),
        "Resource": an_object(
            "A resource and its state after the call.",
            id=STRING,
            kind=STRING,
            name=STRING,
            owner=ACCOUNT,
            region=STRING,
            state=STRING,
        ),
        "BgpSession": an_object(
            "The session; all of the virtual interface if left out.", {"bgpPeerId": STRING}
        ),
        "Announcement": an_object(
            "All prefixes that the router announces from now on.",
            {
                "communities": {
                    "type": "object",
                    "description": "BGP communities of some of the prefixes.",
                    "additionalProperties": a_list({**STRING, "examples": ["7224:7300"]}),
                }
            },
            prefixes=a_list({**STRING, "format": "cidr", "examples": ["10.0.0.0/8", "2001:db8::/32"]}),
        ),
        "Traffic": _traffic(),
        "Light": _light(),
        "Timeline": _timeline(),
        "NewWindow": an_object(
            "A maintenance window.",
            {
                "start": {**MOMENT, "description": "When it begins; as AWS announces it if left out."},
                "minutes": {
                    "type": "number",
                    "exclusiveMinimum": 0,
                    "maximum": UNITS["minutes"],
                    "default": DURATION / timedelta(minutes=1),
                    "description": "How long it lasts.",
                },
                "emergency": {**BOOLEAN, "default": False},
            },
        ),
        "Window": _window(
            "The window, and the ARN of its event in AWS Health.", arn=STRING, id=STRING, announcement=MOMENT
        ),
        "NewFault": _new_fault(),
        "Fault": _fault(),
        "Faults": an_object(faults=a_list(ref("Fault"))),
        "Call": _call(),
        "Calls": an_object(
            total={**COUNT, "description": "How many calls the record has."}, calls=a_list(ref("Call"))
        ),
        "Leftovers": an_object(leftovers=a_list(ref("Resource"))),
        "Removed": an_object(removed={**COUNT, "description": "How many were removed."}),
        "NewWorld": _new_world(named=True),
        "NamedWorld": _new_world(named=False),
        "HostedWorld": an_object(
            "One of the worlds of a server.",
            name=STRING,
            endpoint_url={**STRING, "description": "Its address, for `endpoint_url` and `AWS_ENDPOINT_URL`."},
            created=MOMENT,
            used={**MOMENT, "description": "The time of its last request."},
            ttl=or_null({"type": "number"}),
            in_memory={**BOOLEAN, "description": "Whether it is in memory now, or on disk only."},
            resources=COUNT,
            calls=COUNT,
            not_kept=a_list(
                STRING,
                description="Services of moto that can't be written to disk; the world stays in memory.",
            ),
        ),
        "HostedWorlds": an_object(
            total={**COUNT, "description": "How many there are with this prefix."},
            worlds=a_list(ref("HostedWorld")),
        ),
        "World": an_object("How much exists after the call.", resources=COUNT, calls=COUNT),
    }
