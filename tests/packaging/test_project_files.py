"""What strangers meet first agrees with itself: the project's address, links, pinned actions, the changelog."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import dx_mock
from tests.packaging import ROOT, project
from tools import release

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FILES = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CITATION.cff", "SECURITY.md", "mkdocs.yml")),
    *(ROOT / name for name in ("pyproject.toml", "compose.yaml", "Dockerfile", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / ".github").rglob("*.yml")),
]


def urls():
    """The addresses of the project by their labels."""
    return project()["project"]["urls"]


def owner():
    """Who has the repository, by the one place that decides: [project.urls]."""
    found = re.fullmatch(r"https://github\.com/([\w-]+)/dx-mock", urls()["Repository"])
    assert found, "the patterns below are of a repository on GitHub"
    return found[1]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_address_of_the_project_is_the_same_everywhere(path):
    """A repository, its site and its image; CONTRIBUTING.md has the command that changes them all."""
    text = path.read_text(encoding="utf-8")
    named = {
        *re.findall(r"(?:github\.com|ghcr\.io)/([\w-]+)/dx-mock\b", text),
        *re.findall(r"https://([\w-]+)\.github\.io/dx-mock\b", text),
    }
    assert named <= {owner()}


def test_the_site_is_where_the_metadata_says():
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert f"site_url: {urls()['Documentation']}\n" in settings
    assert f"repo_url: {urls()['Repository']}\n" in settings


def test_links_of_the_readme_on_the_index_lead_to_files():
    """The index resolves no relative link: each leads to a page of the site, or to a file of the repository."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for each in project()["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]["substitutions"]:
        text = re.sub(each["pattern"], each["replacement"], text)
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    site, files = urls()["Documentation"], f"{urls()['Repository']}/blob/main/"
    ours = [link for link in links if owner() in link]
    assert len(ours) >= 10
    for link in links:
        assert link.startswith("https://"), f"{link} leads nowhere on the index"
        if link.startswith(site):
            page = link.removeprefix(site).partition("#")[0].removesuffix(".html")
            assert (ROOT / "docs" / f"{page}.md").is_file(), link
        elif link in ours:
            assert link.startswith(files), link
            assert (ROOT / link.removeprefix(files)).exists(), link


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_to_a_commit(path):
    """A tag can be moved; the comment says which version the commit is."""
    used = re.findall(r"uses: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    for each in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each) or each.startswith("$/"), each


def test_a_version_of_an_action_is_one_commit():
    """In all workflows the same."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    pins = set(re.findall(r"uses: ([\w./-]+)@([0-9a-f]{40}) # (v\S+)", text))
    assert len(pins) == len({name for name, _commit, _version in pins})


def test_workflows_call_environments_that_exist():
    """By their names or with the factor that the workflow adds."""
    environments = (ROOT / "tox.ini").read_text(encoding="utf-8")
    text = "\n".join(path.read_text(encoding="utf-8") for path in WORKFLOWS)
    listed = re.findall(r"environment: \[(.+)\]", text)
    named = {name for names in listed for name in names.split(", ")}
    named |= {
        name.partition("-$")[0].partition("-locked")[0] for name in re.findall(r'tox run -e "?([\w$-]+)', text)
    }
    named -= {"", "$ENVIRONMENT"}
    assert len(named) >= 12
    for name in named:
        assert re.search(rf"^\[testenv:.*\b{name}\b", environments, re.MULTILINE), f"tox.ini has no {name}"


@pytest.mark.skipif("TOX_ENV_NAME" not in os.environ, reason="only tox installs the wheel")
def test_tox_tests_the_wheel():
    """Not the checkout, in which the tests stand."""
    assert ROOT not in Path(dx_mock.__file__).parents or ".tox" in Path(dx_mock.__file__).parts


# --- the check of a release --------------------------------------------------------------------------------

CHANGELOG = """\
# Changelog

## [Unreleased]

## [0.2.0] - 2027-01-31

### Added

- Something.

## [0.1.0] - 2026-12-31

- The first.

[0.2.0]: https://example.com
"""


@pytest.fixture
def checkout(tmp_path):
    """The files that a release is checked by, as they should be for 0.2.0."""
    (tmp_path / "dx_mock" / "support").mkdir(parents=True)
    (tmp_path / "dx_mock" / "support" / "version.py").write_text('__version__ = "0.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    (tmp_path / "CITATION.cff").write_text("version: 0.2.0\ndate-released: 2027-01-31\n")
    (tmp_path / "pyproject.toml").write_text('Repository = "https://github.com/a/dx-mock"\n')
    return tmp_path


def test_a_release_that_agrees(checkout):
    assert list(release.problems("v0.2.0", "https://github.com/A/dx-mock", checkout)) == []


@pytest.mark.parametrize(
    ("tag", "repository", "edits", "expected"),
    [
        ("v0.3.0", None, {}, ["the tag v0.3.0 is not v0.2.0, the version of the package"]),
        (
            "v0.2.0",
            "https://github.com/b/dx-mock",
            {},
            ["pyproject.toml says that the project is at https://github.com/a/dx-mock, but this is "
             "https://github.com/b/dx-mock"],
        ),
        (
            "v0.2.0",
            None,
            {"CHANGELOG.md": (" - 2027-01-31", "")},
            ["CHANGELOG.md has no section with a date for 0.2.0: ## [0.2.0] - 2026-12-31",
             "CITATION.cff says date-released: 2027-01-31, not the day of the release"],
        ),
        ("v0.2.0", None, {"CHANGELOG.md": ("### Added\n\n- Something.\n", "")},
         ["CHANGELOG.md does not say what is new in 0.2.0"]),
        ("v0.2.0", None, {"pyproject.toml": ("/a/", "/OWNER/")},
         ["pyproject.toml has a placeholder, https://github.com/OWNER/dx-mock: put the project's address in "
          "its place (CONTRIBUTING.md)"]),
        ("v0.2.0", None, {"CITATION.cff": ("0.2.0", "0.1.0")}, ["CITATION.cff says version: 0.1.0, not 0.2.0"]),
    ],
)  # fmt: skip
def test_a_release_that_does_not_agree(tag, repository, edits, expected, checkout):
    for name, (old, new) in edits.items():
        path = checkout / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))
    assert list(release.problems(tag, repository, checkout)) == expected


def test_the_notes_of_a_release():
    assert release.section("0.2.0", CHANGELOG) == ("2027-01-31", "### Added\n\n- Something.")
    assert release.section("0.1.0", CHANGELOG) == ("2026-12-31", "- The first.")
    assert release.section("0.3.0", CHANGELOG) == ("", "")


def test_the_changelog_has_the_form_that_releases_need():
    """A section that is going to be released, and no heading that the release would not find."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", each) for each in headings[1:])
    kinds = set(re.findall(r"^### (.*)$", text, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
