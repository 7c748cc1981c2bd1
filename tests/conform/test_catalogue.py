"""The catalogue: every question can be asked, and at level ``refused`` none can change anything."""

from __future__ import annotations

import re

import pytest

from dx_mock.conform.asking import unknown_members
from dx_mock.conform.questions import ASPECTS, LEVELS, catalogue, questions, undecided
from dx_mock.protocol import contract
from dx_mock.support import errors
from tests.helpers import needs
from tools import conform_questions as tool

MODEL = tool.model()
KNOWN = set(contract.operation_names())
#: An older botocore lacks operations and members; what it has is tested.
ASKABLE = [
    question
    for question in catalogue()
    if set(question.operations) <= KNOWN
    and not any(
        [*unknown_members(MODEL.operation_model(step.operation).input_shape, step.parameters)]
        for step in question.steps
    )
]
REFUSED = [question for question in ASKABLE if question.level == "refused"]
#: Ids that nobody has, and ids that are none.
NOBODYS = {row[1] for row in tool.IDS} | {"tgw-ffffffff"}
NONE = {"doesntexist", "", "dx-mock-conform"}


def shape_at(operation, path):
    """Return the shape at a path in an operation's answer."""
    shape = MODEL.operation_model(operation).output_shape
    for part in path.split("."):
        while shape.type_name == "list":
            shape = shape.member
        shape = shape.members[part]
    return shape


def strings_of(value):
    if isinstance(value, str):
        return {value}
    each = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {found for one in each for found in strings_of(one)}


def test_ids_are_unique_and_words():
    ids = [question.id for question in catalogue()]
    assert len(set(ids)) == len(ids)
    assert [each for each in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each)] == []
    assert all(question.about and question.level in LEVELS for question in catalogue())


def test_operations_and_aspects_exist():
    page = (tool.ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")  # has those of the newest model
    for question in catalogue():
        assert [name for name in question.operations if f"| {name} |" not in page] == [], question.id
        for step in question.steps:
            assert set(step.compare) <= set(ASPECTS), question.id


def test_placeholders_have_values():
    """Each is saved by an earlier step, or by the step itself where it is taken away."""
    for question in catalogue():
        saved = {"run"}
        for step in question.steps:
            used = {name for text in strings_of(step.parameters) for name in re.findall(r"{(\w+)}", text)}
            assert used <= saved, question.id
            saved |= set(step.save)
            for undo in step.undo:
                needed = {name for text in strings_of(undo.parameters) for name in re.findall(r"{(\w+)}", text)}
                assert len(needed) == 1 and needed <= set(step.save), question.id
                assert undo.find is not None and undo.find.saves in needed, question.id


def test_what_is_saved_and_looked_for_is_in_the_answers():
    for question in ASKABLE:
        for step in question.steps:
            for path in step.save.values():
                assert shape_at(step.operation, path) is not None, (question.id, path)
            for undo in step.undo:
                find = undo.find
                rows = MODEL.operation_model(find.operation).output_shape.members[find.rows]
                assert {find.name, find.state} <= set(rows.member.members), question.id
                assert shape_at(find.operation, f"{find.rows}.{find.value}") is not None, question.id


def test_what_makes_something_takes_it_away():
    """A step that may make a thing of its own has an undo; what it is called begins with the run's own name."""
    for question in catalogue():
        for step in question.steps:
            if question.level == "refused" or not step.operation.startswith(("Create", "Allocate")):
                continue
            nothing = NOBODYS | NONE
            aimed_at_nothing = strings_of(step.parameters) & nothing and not step.save
            on_an_order = step.operation.endswith("VirtualInterface")  # which carries none
            assert step.undo or aimed_at_nothing or on_an_order, question.id
            for undo in step.undo:
                if undo.find.begins == "{run}":
                    names = {text for text in strings_of(step.parameters) if text.startswith("{run}")}
                    assert names, question.id


@pytest.mark.parametrize("question", REFUSED, ids=lambda question: question.id)
def test_level_refused_can_change_nothing(question):
    """Reading, or aimed at an id that nobody has or that is none, or without a member that is required."""
    (step,) = question.steps
    assert not step.undo and not step.save
    if tool.is_reading(step.operation):
        return
    shape = MODEL.operation_model(step.operation).input_shape
    if set(shape.required_members) - set(step.parameters):
        return
    ids = {name: value for name, value in step.parameters.items() if tool.id_of(name, 1)}
    assert ids, f"{step.operation} is aimed at nothing"
    for name, value in ids.items():
        assert strings_of(value) <= NOBODYS | NONE, name


def test_a_question_that_would_change_something_is_noticed():
    """The rule above has teeth."""
    (order,) = (each for each in catalogue() if each.id == "connection-nowhere")
    with pytest.raises(AssertionError):
        test_level_refused_can_change_nothing(order)


@needs("VirtualInterface.asnLong")  # where an ASN is required, its absence comes first
def test_what_is_decided_exists_and_is_said():
    known = {name for name, value in vars(errors).items() if isinstance(value, errors.Text)}
    assert {name for question in catalogue() for name in question.decides} <= known
    some = [question for question in REFUSED if question.decides][::12]
    assert tool.decided(some) == {question.id: list(question.decides) for question in some}


def test_every_guess_is_decided_or_says_why_not():
    decides = {question.id: list(question.decides) for question in catalogue()}
    assert tool.missing(decides) == []
    assert all(len(reason) > 10 for reason in undecided().values())


def test_a_guess_without_a_question_is_noticed():
    decides = {question.id: list(question.decides) for question in catalogue()}
    without = {name: [text for text in each if text != "INVALID_MAX_RESULTS"] for name, each in decides.items()}
    assert tool.missing(without) == [
        "INVALID_MAX_RESULTS: no question decides it, and undecided.json does not say why"
    ]


def test_every_operation_that_takes_an_id_is_asked_for_one_that_nobody_has():
    asked = {question.steps[0].operation for question in catalogue() if question.id.endswith("-unknown")}
    for operation in contract.operation_names():
        shape = MODEL.operation_model(operation).input_shape
        required = shape.required_members if shape else ()
        if any(tool.id_of(name, 1) for name in required):
            assert operation in asked


def test_levels_include_those_before_them():
    counts = [len(list(questions(level))) for level in LEVELS]
    assert counts == sorted(set(counts))
    assert [each.id for each in questions("free", ["gateway-life"])] == ["gateway-life"]
    with pytest.raises(ValueError, match="level must be one of 'refused', 'free', 'ports', not 'fre'"):
        list(questions("fre"))
    with pytest.raises(ValueError, match=r"there is no question 'gateway-lif' .*did you mean 'gateway-life'"):
        list(questions("free", ["gateway-lif"]))
