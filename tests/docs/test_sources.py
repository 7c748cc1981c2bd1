"""References to sources: each key is on the page that explains keys, and each names something that is there."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_SPEC = importlib.util.spec_from_file_location("sources_tool", ROOT / "tools" / "sources.py")
assert _SPEC is not None and _SPEC.loader is not None
sources = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = sources
_SPEC.loader.exec_module(sources)

PAGE = sources.PAGE.read_text(encoding="utf-8")
#: The cells of each row that explains a key, the key itself first.
ROWS = {
    match["key"]: [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in PAGE.splitlines()
    if (match := sources._ANCHOR.search(line))
}


@pytest.fixture(scope="module")
def known():
    return sources.known_keys()


@pytest.fixture(scope="module")
def found():
    """Every use of a key, and every reference that is not one, in the whole repository."""
    return list(sources.uses(sources.looked_at()))


# --- the repository ----------------------------------------------------------------------------------------


def test_every_key_is_explained(found, known):
    """In code, tests and pages; an older botocore's model does not have every operation that they name."""
    older = sources.model_is_older()
    used = {use for use in found if not use.fault and not (older and use.key.startswith("API:"))}
    assert len(used) > 200
    unknown = sorted(f"{use.place}: {use.key}" for use in used if use.key not in known)
    assert not unknown, "docs/fidelity/sources.md has no row for\n" + "\n".join(unknown)


def test_every_reference_can_be_followed(found):
    """No words without a source, no sections of files that are not here, no files that are not there."""
    wrong = [f"{use.place}: {use.fault}: {use.key}" for use in found if use.fault]
    assert not wrong, "\n".join(wrong)


# --- the page ----------------------------------------------------------------------------------------------


def test_every_row_says_where_to_read_it():
    for key, cells in ROWS.items():
        if not re.fullmatch(r"E\d+", key):
            row = " ".join(cells)
            assert "https://" in row or "no public link is known" in row, key
            assert "http://" not in row, key


def test_links_to_issues_and_pages_are_those_of_their_keys():
    rules = {
        r"TF#(\d+)": "https://github.com/hashicorp/terraform-provider-aws/issues/{}",
        r"UG:([\w-]+)": "https://docs.aws.amazon.com/directconnect/latest/UserGuide/{}.html",
    }
    seen = 0
    for key, cells in ROWS.items():
        for pattern, link in rules.items():
            if match := re.fullmatch(pattern, key):
                assert cells[0].endswith(f"({link.format(match[1])})"), key
                seen += 1
    assert seen > 60


def test_the_texts_have_sources_of_their_own(known):
    """The texts E1 to E30 come from sources that the page explains, none of them from another text."""
    texts = [key for key in ROWS if re.fullmatch(r"E\d+", key)]
    assert texts == [f"E{number}" for number in range(1, 31)]
    for key in texts:
        named = list(sources._in_list(ROWS[key][3]))
        assert named, key
        assert not [fault for _, fault in named if fault], key
        assert {source for source, _ in named} <= known - set(texts), key


def test_every_kind_of_evidence_is_a_word_of_the_page():
    words = set(re.findall(r"^\| ([a-z-]+) \| .* \| (?:must|the reason may) follow \|$", PAGE, re.MULTILINE))
    assert words == {*sources.SOURCED, *sources.UNSOURCED}
    for key, cells in ROWS.items():
        if not key.startswith("UG:"):
            assert any(cells[-1].startswith(word) for word in sources.SOURCED), key


def test_a_key_twice_or_with_another_anchor(tmp_path):
    page = tmp_path / "page.md"
    row = '| <a id="TF-1"></a>`TF#1` |\n'
    page.write_text(row * 2)
    with pytest.raises(ValueError, match="explains TF#1 twice"):
        sources.known_keys(page)
    page.write_text(row.replace("TF-1", "TF1"))
    with pytest.raises(ValueError, match="the anchor of TF#1 is TF1"):
        sources.known_keys(page)


def test_rules_for_keys_without_rows(known):
    """Operations, data types and examples need no row; issues and pages of the User Guide do."""
    assert {"API:CreateLag", "API:Connection", "CLI:create-lag"} <= known
    assert not {"API:CreateLagRequest", "API:create_lag", "CLI:create", "TF#1", "UG:index"} & known


def test_of_an_older_model_names_are_taken_on_trust(tmp_path, monkeypatch):
    path = tmp_path / "a.md"
    path.write_text("[" + "documented: API:ComesLater, UG:ComesLater]")
    unknown = "sources.md has no such key: "
    monkeypatch.setattr(sources.botocore, "__version__", "1.44.8")
    assert len(sources.faults([path], set())) == 2
    monkeypatch.setattr(sources.botocore, "__version__", "1.43.11")
    assert sources.faults([path], set()) == [f"a.md:1: {unknown}UG:ComesLater"]


# --- how references are read -------------------------------------------------------------------------------


def keys(tmp_path, text, name="module.py"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return {key: [place.rpartition(":")[2] for place in at] for key, at in sources.used_keys([path]).items()}


def wrong(tmp_path, text, name="module.py"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return [line.split(":", 2)[2].strip() for line in sources.faults([path], {"ANS", "TF#9317", "E15"})]


def test_keys_in_comments_docstrings_and_strings(tmp_path):
    text = (
        '"""A [recorded: ANS, TF#9317 (the body)]."""\n\nX = "b [client-proven: TF]"  # c [guessed: like E10]\n'
    )
    assert keys(tmp_path, text) == {"ANS": ["1"], "TF#9317": ["1"], "TF": ["3"], "E10": ["3"]}


def test_several_words_and_lines(tmp_path):
    text = "#: A number [recorded: ANS,\n#: C7N; documented: 2017,\n#: UG:limits (the number, today)].\nN = 1\n"
    assert keys(tmp_path, text) == {"ANS": ["1"], "C7N": ["1"], "2017": ["1"], "UG:limits": ["1"]}


def test_code_and_links_are_not_references(tmp_path):
    assert keys(tmp_path, "ours = [recorded for recorded in ours]\nx = y[recorded: 5]\n") == {}
    assert keys(tmp_path, "[recorded: ANS](page.md)\n\n```text\n[recorded: ANS]\n```\n", "page.md") == {}


def test_columns_of_sources(tmp_path):
    head = "| Behaviour | Evidence | Source | Test |\n| --- | --- | --- | --- |\n"
    rows = (
        "| a \\| b | recorded | ANS, E9 (a part; more) | t |\n"
        "| c | documented; guessed (text) | API:Lag; - | t |\n"
        "| d | guessed | nobody knows, like E15 | t |\n"
    )
    other = "\n| Key | Evidence | Source |\n| --- | --- | --- |\n| x | recorded | C7N |\n"
    found = keys(tmp_path, head + rows + other, "page.md")
    assert found == {"ANS": ["3"], "E9": ["3"], "API:Lag": ["4"], "E15": ["5"]}
    assert wrong(tmp_path, head + "| e | documented | the User Guide | t |\n", "page.md") == [
        "not a key, or a key and a remark in brackets: the User Guide"
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[recorded: NOPE]", "sources.md has no such key: NOPE"),
        ("[guessed: like E99]", "sources.md has no such key: E99"),
        ("[documented]", "a source is missing: [documented]"),
        ("[recorded: ANS; documented]", "a source is missing: [recorded: ANS; documented]"),
        ("[recorded in 2017]", "not a word of evidence with keys: [recorded in 2017]"),
        ("[recorded: ANS; seen: TF]", "not a word of evidence with keys: [recorded: ANS; seen: TF]"),
        ("[recorded: two words]", "not a key, or a key and a remark in brackets: two words"),
        ("[cli-ex]", "no word of evidence: [cli-ex]"),
        ("[ANS, 2017]", "no word of evidence: [ANS, 2017]"),
        ("nothing.md", "there is no such file: nothing.md"),
        ("docs/nothing.json", "there is no such file: docs/nothing.json"),
        ("as behaviour 3.2 says", "a file that is not here: behaviour 3.2"),
        ("design, section", "a file that is not here: design, section"),
        ("the table of section 9.0", "a section of a file that is not here: section 9.0"),
        ("sections 9.14 and 9.15", "a section of a file that is not here: sections 9.14"),
        ("see trap 16", "a number in a file that is not here: trap 16"),
        ("its states (13.5, 13.6)", "numbers of a file that is not here: (13.5, 13.6)"),
        ("guessed from 3.2: no", "numbers of a file that is not here: from 3.2: "),
    ],
)
def test_what_is_refused(tmp_path, text, fault):
    assert fault.strip() in wrong(tmp_path, f"# {text}\n")
    assert fault.strip() in wrong(tmp_path, f"{text}\n", "page.md")


@pytest.mark.parametrize(
    "text",
    [
        "[recorded: ANS, TF#9317 (a body)]",
        "[guessed]",
        "[ours]",
        "[inferred: from E15]",
        "[guessed: AWS publishes none]",
        "RFC 4271, section 8",
        "docs/fidelity/sources.md, fidelity/sources.md and sources.md",
        "moto (5.0.12 to 5.2.5), a rate of 1.5",
        "behaviour of connections; section Keys",
    ],
)
def test_what_is_accepted(tmp_path, text):
    assert wrong(tmp_path, f"# {text}\n") == []
    assert wrong(tmp_path, f"{text}\n", "page.md") == []


def test_numbers_in_calls_are_not_sections(tmp_path):
    assert wrong(tmp_path, "wait(0.05)\nprint('(0.05)')\n") == []


def test_the_command_line(monkeypatch, capsys, tmp_path):
    """It prints what is wrong and says so with its exit code."""
    path = tmp_path / "a.md"
    path.write_text("[" + "documented]\n")
    monkeypatch.setattr(sources, "looked_at", lambda: [path])
    assert sources.main() == 1
    assert capsys.readouterr().out == "a.md:1: a source is missing: [documented]\n"
    path.write_text("[" + "documented: 2017]\n")
    assert sources.main() == 0
