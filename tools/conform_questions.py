"""Write the questions of dx-mock conform that follow from the model, and what each question decides.

    python tools/conform_questions.py [--check]

``dx_mock/conform/generated.json`` has a question for each operation of the installed botocore and each thing
that can be wrong with every call: an unknown id, a malformed one, nothing at all, no such value, a page of no
rows, a token that nobody gave.  None of them can change anything.  ``decides.json`` says which texts of
``dx_mock.support.errors`` dx_mock says when it is asked: an answer of AWS decides these.  ``docs/conform.md``
gets the counts.  With ``--check`` nothing is written; the exit code is 1 if a file is not up to date, or if a
text that is ours in AWS's place is neither decided by a question nor in ``undecided.json``.  A model that has
fewer operations than the files is not the one that they are written from: then only the texts are checked.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import botocore.session
from botocore import xform_name

from dx_mock.conform.questions import LEVELS, Question, catalogue, undecided
from dx_mock.conform.running import answers_of_dx_mock
from dx_mock.support import errors

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "dx_mock" / "conform"
GENERATED, DECIDES = FOLDER / "generated.json", FOLDER / "decides.json"
PAGE = ROOT / "docs" / "conform.md"
BEGIN, END = "<!-- generated: counts -->", "<!-- end -->"

UUID = "00000000-0000-4000-8000-000000000000"
ARN = "arn:aws:directconnect:us-east-1:123456789012"
#: An id that nobody has, and one that is none, by the end of the member's name; the first that fits counts.
IDS = (
    ("associatedGatewayId", "vgw-ffffffff", "doesntexist"),
    ("gatewayId", "vgw-ffffffff", "doesntexist"),
    ("virtualGatewayId", "vgw-ffffffff", "doesntexist"),
    ("directConnectGatewayId", UUID, "doesntexist"),
    ("associationId", UUID, "doesntexist"),
    ("proposalId", UUID, "doesntexist"),
    ("bgpPeerId", "dxpeer-ffffffff", "doesntexist"),
    ("testId", UUID, "doesntexist"),
    ("resiliencyGroupId", "dxrg-fffffffffffffffff", "doesntexist"),
    ("connectionIdentifiers", "dxcon-ffffffff", "doesntexist"),
    ("connectionIds", "dxcon-ffffffff", "doesntexist"),
    ("onnectionId", "dxcon-ffffffff", "doesntexist"),
    ("interconnectId", "dxcon-ffffffff", "doesntexist"),
    ("lagId", "dxlag-ffffffff", "doesntexist"),
    ("virtualInterfaceId", "dxvif-ffffffff", "doesntexist"),
    ("resourceArns", f"{ARN}:dxcon/dxcon-ffffffff", "doesntexist"),
    ("resourceArn", f"{ARN}:dxcon/dxcon-ffffffff", "doesntexist"),
)
#: A value for what is needed besides.
VALUES = {
    "asn": 65000, "vlan": 101, "numberOfConnections": 1, "bandwidth": "1Gbps", "connectionsBandwidth": "1Gbps",
    "location": "EqDC2", "ownerAccount": "123456789012", "directConnectGatewayOwnerAccount": "123456789012",
    "associatedGatewayOwnerAccount": "123456789012",
    "secretARN": "arn:aws:secretsmanager:us-east-1:123456789012:secret:x", "key": "k",
}  # fmt: skip
#: Operations that make something when no id is given: they are asked for what is missing only.
READING = ("Describe", "Get", "List")


def model() -> Any:
    """Return the model of the installed botocore."""
    return botocore.session.get_session().get_service_model("directconnect")


def is_reading(operation: str) -> bool:
    """Return whether an operation changes nothing by its name."""
    return operation.startswith(READING)


def id_of(member: str, kind: int) -> str | None:
    """Return an id that nobody has (1) or that is none (2) for a member; None if it does not take one."""
    return next((row[kind] for row in IDS if member.endswith(row[0])), None)


def least(shape: Any, kind: int = 1) -> dict[str, Any]:
    """Return the least input of a shape that a client accepts, with ids that nobody has."""
    return {name: value(name, shape.members[name], kind) for name in shape.required_members}


def value(name: str, shape: Any, kind: int = 1) -> Any:
    """Return a value for a member."""
    known = id_of(name, kind)
    if shape.type_name == "list":
        return [known] if known else [value(name, shape.member, kind)]
    if shape.type_name == "structure":
        return least(shape, kind)
    if shape.type_name == "string":
        return known or VALUES.get(name) or (shape.enum[0] if shape.enum else "dx-mock-conform")
    return VALUES.get(name, 1)


def addressed(operation: str, shape: Any, kind: int) -> dict[str, Any] | None:
    """Return an input whose ids are unknown or malformed; None if it takes none that it needs."""
    found = least(shape, kind)
    ids = [name for name in found if id_of(name, kind)]
    if not ids and not shape.required_members:  # the first that it takes stands for the one that it needs
        ids = [name for name in shape.members if id_of(name, kind)][:1]
        found |= {name: value(name, shape.members[name], kind) for name in ids}
    return found if ids else None


def rows() -> Iterator[dict[str, Any]]:
    """Yield the questions."""
    for operation in model().operation_names:
        shape = model().operation_model(operation).input_shape
        yield from of_operation(operation, shape)


def row(operation: str, what: str, about: str, given: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return a question of one call."""
    name = f"{xform_name(operation).replace('_', '-')}-{what}"
    step = {"call": operation, "with": given, **more}
    return {"id": name, "level": "refused", "about": about, "steps": [step]}


def of_operation(operation: str, shape: Any) -> Iterator[dict[str, Any]]:
    """Yield the questions about one operation."""
    if is_reading(operation) and not (shape and shape.required_members):
        about = f"{operation} of everything: which members the answer has"
        yield row(operation, "all", about, {}, compare="any account")
    if not shape:
        return
    if shape.required_members:
        yield row(operation, "nothing", f"{operation} without its required members: what is missed first", {})
    unknown = addressed(operation, shape, 1)
    if unknown is not None:
        yield row(operation, "unknown", f"{operation} with an id that nobody has", unknown)
        malformed = addressed(operation, shape, 2)
        yield row(
            operation, "malformed", f"{operation} with an id that does not look like one", malformed or {}
        )
    if is_reading(operation):
        yield from of_listing(operation, shape, unknown or {})
    for name, member in shape.members.items():
        if getattr(member, "enum", None):
            # Where there is no id that nobody has, another required member is left out.
            given = {**(unknown or {}), name: "doesntexist"}
            about = f"{operation} with a {name} that does not exist"
            yield row(operation, f"no-such-{xform_name(name).replace('_', '-')}", about, given)


def of_listing(operation: str, shape: Any, unknown: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the questions about pages and filters of one operation."""
    needed = unknown if shape.required_members else {}
    for name in shape.members:
        if id_of(name, 1) and name not in unknown:
            for kind, word, about in ((1, "unknown", "nobody has"), (2, "malformed", "does not look like one")):
                given = {**needed, name: value(name, shape.members[name], kind)}
                what = f"{word}-{xform_name(name).replace('_', '-')}"
                yield row(operation, what, f"{operation} with a {name} that {about}", given)
    if "maxResults" in shape.members:
        about = f"{operation} with a page of no rows"
        yield row(operation, "page-of-0", about, {**needed, "maxResults": 0}, compare="any account")
    if "nextToken" in shape.members:
        about = f"{operation} with a token that nobody gave"
        yield row(operation, "bad-token", about, {**needed, "nextToken": "doesntexist"}, compare="any account")


# --- what they decide --------------------------------------------------------------------------------------


def texts() -> dict[str, errors.Text]:
    """Return every text with which the service refuses a call, by name."""
    return {name: text for name, text in vars(errors).items() if isinstance(text, errors.Text)}


def is_ours_in_awss_place(text: errors.Text) -> bool:
    """Return whether the words of a text stand for words of AWS that nobody has recorded."""
    return text.wording == "unrecorded" and str(text.evidence) != "ours"


def decided(asked: Iterator[Question] | tuple[Question, ...]) -> dict[str, list[str]]:
    """Return the names of the texts that dx_mock says to each question, where it has any."""
    names = {id(text): name for name, text in texts().items()}
    found: dict[str, list[str]] = {}
    say = errors.Text.__call__
    for question in asked:
        said: list[str] = []

        def saying(self: errors.Text, said: list[str] = said, **values: object) -> errors.ServiceError:
            refusal = say(self, **values)
            said.append(names[id(self)])
            return refusal

        with mock.patch.object(errors.Text, "__call__", saying):
            answers = answers_of_dx_mock([question], "us-east-1")[question.id]
        # What is said when a thing is taken away is not an answer to the question.
        messages = [] if isinstance(answers, str) else [answer.message for answer in answers]
        heard = [name for name in dict.fromkeys(said) if any(map(form(texts()[name]).fullmatch, messages))]
        if heard:
            found[question.id] = heard
    return found


def form(text: errors.Text) -> re.Pattern[str]:
    """Return the form of the messages that a text makes."""
    return re.compile(re.sub(r"\\{[^{}]*\\}", ".*", re.escape(text.template)) + ".*", re.DOTALL)


def as_json(value: Any) -> str:
    """Return a list with a row a line, or an object with a member a line."""
    if isinstance(value, list):
        return "[\n" + ",\n".join(f" {json.dumps(each)}" for each in value) + "\n]\n"
    lines = [f" {json.dumps(name)}: {json.dumps(each)}" for name, each in value.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def counts(asked: tuple[Question, ...], decides: Mapping[str, list[str]]) -> str:
    """Return the sentences with the counts."""
    ours = {name for name, text in texts().items() if is_ours_in_awss_place(text)}
    of = {level: [question for question in asked if question.level == level] for level in LEVELS}
    new: dict[str, set[str]] = {}
    for level in LEVELS:
        reached = {name for question in of[level] for name in decides.get(question.id, ())} & ours
        new[level] = reached.difference(*new.values())
    numbers = ", ".join(f"{len(of[level])} at `{level}`" for level in LEVELS)
    calls = sum(len(question.steps) for question in of["refused"])
    some = sum(map(len, new.values()))
    return (
        f"**{some} of {len(ours)} guesses can be decided by a run of `dx-mock conform`**: "
        f"{len(new['refused'])} by calls that change nothing, {len(new['free'])} more by what is free, "
        f"{len(new['ports'])} more by orders that are cancelled at once. The catalogue has {len(asked)} "
        f"questions ({numbers}); a run at level `refused` sends {calls} calls.\n"
    )


def missing(decides: Mapping[str, list[str]]) -> list[str]:
    """Return what is wrong with the tables: texts that nothing decides, and reasons that are none."""
    ours = {name for name, text in texts().items() if is_ours_in_awss_place(text)}
    by_question = {name for names in decides.values() for name in names}
    reasons = undecided()
    found = [
        f"{name}: no question decides it, and undecided.json does not say why"
        for name in sorted(ours - by_question - set(reasons))
    ]
    return found + [
        f"{name}: undecided.json says why it can't be asked, but a question decides it"
        for name in sorted(by_question & set(reasons))
    ]


def with_counts(page: str, sentences: str) -> str:
    """Return the page with the sentences between its marks."""
    return re.sub(f"(?s){BEGIN}.*?{END}", lambda _: f"{BEGIN}\n{sentences}{END}", page)


def main() -> int:
    """Run the command; return the exit code."""
    check = "--check" in sys.argv[1:]
    rows_now = as_json(list(rows()))
    known = set(re.findall(r'"call": "(\w+)"', GENERATED.read_text())) if GENERATED.exists() else set()
    is_older = bool(known - set(model().operation_names))
    problems = []
    if not is_older and (not GENERATED.exists() or GENERATED.read_text() != rows_now):
        problems.append(GENERATED)
        if not check:
            GENERATED.write_text(rows_now)
            catalogue.cache_clear()
    asked = catalogue()
    decides = decided(asked)
    wanted = {DECIDES: as_json(decides), PAGE: with_counts(PAGE.read_text(), counts(asked, decides))}
    said = missing(decides) if not is_older else []
    for path, text in wanted.items():
        if not check:
            path.write_text(text)
        elif not is_older and path.read_text() != text:
            problems.append(path)
    for each in said:
        print(each)
    if check:
        for path in problems:
            print(f"{path.relative_to(ROOT)} is not up to date: run python tools/conform_questions.py")
    return 1 if said or (check and problems) else 0


if __name__ == "__main__":
    sys.exit(main())
