"""Every message of dx_mock's own has a row with an anchor on the page of troubleshooting."""

from __future__ import annotations

import ast
import importlib.util
import sys
from pathlib import Path

import pytest

from dx_mock import mock_directconnect

ROOT = Path(__file__).parents[2]
_SPEC = importlib.util.spec_from_file_location("messages_tool", ROOT / "tools" / "messages.py")
assert _SPEC is not None and _SPEC.loader is not None
tool = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = tool
_SPEC.loader.exec_module(tool)


@pytest.fixture(scope="module")
def page():
    return tool.PAGE.read_text(encoding="utf-8")


def test_the_page_has_them_all_and_says_what_to_do(page):
    assert list(tool.problems(page)) == []
    assert len(tool.messages()) > 140


def test_a_new_message_is_missed(page, monkeypatch):
    known = tool.messages()
    new = tool.Message("the moon must be full, not {phase}", "engine/settings.py")
    monkeypatch.setattr(tool, "messages", lambda: [*known, new])
    found = "\n".join(tool.problems(page))
    assert "is not up to date" in found
    assert "does not say what to do about: the moon must be full, not {phase}" in found


def test_one_that_is_gone_is_noticed(page, monkeypatch):
    known = tool.messages()
    monkeypatch.setattr(tool, "messages", lambda: known[1:])
    assert "is not up to date" in "\n".join(tool.problems(page))


def test_a_row_that_says_nothing(page):
    (row, *_) = tool._ROW.finditer(page)
    text = page.replace(row[0], row[0].replace(row["advice"], ""))
    assert f"does not say what to do about: {row['text']}" in "\n".join(tool.problems(text))


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('raise ValueError(f"{name!r} must be one of {list(known)}")', ["{name} must be one of …"]),
        ('raise TypeError("a list" " is wanted, not " + repr(x))', ["a list is wanted, not …"]),
        ('return LookupError(f"no resource {self._id}")', ["no resource {id}"]),
        ("raise ValueError(str(problem))", []),
        ('raise ServiceError("is the service\'s")', []),
        (
            'x = {"reason": f"{where}, where nobody answers", "advice": "ask"}',
            ["{where}, where nobody answers"],
        ),
    ],
)
def test_how_messages_are_found(code, found):
    assert list(tool.texts(ast.parse(code))) == found


def test_a_message_that_users_meet_is_a_row(page):
    """The words of a message between what is filled in are those of its row."""
    with pytest.raises(TypeError) as caught:
        mock_directconnect(seed="seven")
    assert str(caught.value) == "seed must be an integer, not 'seven'"
    assert '<a id="m-seed-must-be-an-integer-not"></a>' in page
