"""Check that a tag can be released: ``python tools/release.py v0.1.0``; ``--notes`` prints what is new.

Without a tag only the address of the project is checked, as before its site is published.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


def section(version: str, changelog: str) -> tuple[str, str]:
    """Return date and text of a version's section of the changelog, both empty if it has none."""
    found = re.search(
        rf"^## \[{re.escape(version)}\](?: - (?P<date>\S+))?\n(?P<text>.*?)(?=^## |^\[[^\]]+\]: |\Z)",
        changelog,
        re.MULTILINE | re.DOTALL,
    )
    return (found["date"] or "", found["text"].strip()) if found else ("", "")


def problems(tag: str, repository: str | None, root: Path = ROOT) -> Iterator[str]:
    """Yield what speaks against releasing a tag, a sentence each."""
    source = (root / "dx_mock" / "support" / "version.py").read_text(encoding="utf-8")
    (version,) = re.findall(r'^__version__ = "([^"]+)"', source, re.MULTILINE)
    if tag != f"v{version}":
        yield f"the tag {tag} is not v{version}, the version of the package"
    date, text = section(version, (root / "CHANGELOG.md").read_text(encoding="utf-8"))
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", date):
        yield f"CHANGELOG.md has no section with a date for {version}: ## [{version}] - 2026-12-31"
    elif not text:
        yield f"CHANGELOG.md does not say what is new in {version}"
    cited = dict(re.findall(r"^([\w-]+): (.*)", (root / "CITATION.cff").read_text("utf-8"), re.MULTILINE))
    for key, expected in (("version", version), ("date-released", date)):
        if cited.get(key) != expected:
            yield f"CITATION.cff says {key}: {cited.get(key, '')}, not {expected or 'the day of the release'}"
    yield from problems_of_the_address(repository, root)


def problems_of_the_address(repository: str | None, root: Path = ROOT) -> Iterator[str]:
    """Yield what is wrong with the address of the project, which links of everything published begin with."""
    project = (root / "pyproject.toml").read_text(encoding="utf-8")
    (home,) = re.findall(r'^Repository = "([^"]+)"', project, re.MULTILINE)
    if "/OWNER/" in home:
        what = "put the project's address in its place (CONTRIBUTING.md)"
        yield f"pyproject.toml has a placeholder, {home}: {what}"
    elif repository is not None and home.lower() != repository.lower():
        yield f"pyproject.toml says that the project is at {home}, but this is {repository}"


def main() -> None:
    """Print the notes, or what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tag", nargs="?", help="the tag, for instance v0.1.0; without it, the address alone")
    parser.add_argument("--repository", help="the address of the repository that the tag is in")
    parser.add_argument("--notes", action="store_true", help="print the section of the changelog instead")
    options = parser.parse_args()
    if options.notes:
        if options.tag is None:
            parser.error("--notes needs a tag")
        changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
        print(section(options.tag.removeprefix("v"), changelog)[1])
        return
    if options.tag is None:
        found = list(problems_of_the_address(options.repository))
    else:
        found = list(problems(options.tag, options.repository))
    if found:
        raise SystemExit("\n".join(found))
    print(f"{options.tag} can be released" if options.tag else "the address is that of the project")


if __name__ == "__main__":
    main()
