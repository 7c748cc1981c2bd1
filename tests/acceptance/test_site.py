"""The documentation as a site: its links, its search, and whether everybody can read it."""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import posixpath
import subprocess
import sys
import threading
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.acceptance import browser

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
#: Pages of every kind, which are looked at in every light and size; the others at a desk in the light.
KINDS = (
    "index.html",
    "tutorial.html",
    "cookbook.html",
    "troubleshooting.html",
    "operations/lags.html",
    "guides/control.html",
    "guides/speed.html",
    "server.html",
    "fidelity.html",
    "fidelity/sources.html",
    "coverage.html",
    "reference/mock.html",
)


class Parts(HTMLParser):
    """The links and anchors of a page, and what it loads."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.loads: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag in {"script", "img", "iframe"} and given.get("src"):
            self.loads.append(given["src"])
        elif tag == "link" and given.get("rel") in {"stylesheet", "icon", "preload", "preconnect"}:
            self.loads.append(given["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the built site."""
    if any(importlib.util.find_spec(name) is None for name in ("mkdocs", "material", "mkdocstrings")):
        pytest.skip("mkdocs is not installed (group docs)")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site):
    """Every page by its path, read."""
    found = {}
    for path in sorted(site.rglob("*.html")):
        found[path.relative_to(site).as_posix()] = parts = Parts()
        parts.feed(path.read_text(encoding="utf-8"))
    assert len(found) > 40
    return found


def test_every_link_within_leads_to_a_page_and_an_anchor(site, pages):
    wrong = []
    for page, parts in pages.items():
        for link in parts.links:
            to = urlsplit(link)
            if to.scheme or to.netloc or page == "404.html":
                continue
            path = (
                posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(to.path)))
                if to.path
                else page
            )
            path = "index.html" if path == "." else path
            if not (site / path).is_file():
                wrong.append(f"{page}: {link}: there is no {path}")
            elif to.fragment and path in pages and unquote(to.fragment) not in pages[path].anchors:
                wrong.append(f"{page}: {link}: {path} has no such anchor")
    assert wrong == []
    assert sum(len(parts.links) for parts in pages.values()) > 5000


def test_nothing_is_loaded_from_elsewhere(pages):
    loaded = {(page, each) for page, parts in pages.items() for each in parts.loads}
    assert loaded
    assert {(page, each) for page, each in loaded if urlsplit(each).netloc} == set()


def test_every_message_of_troubleshooting_can_be_linked_to(pages):
    anchors = {each for each in pages["troubleshooting.html"].anchors if each.startswith("m-")}
    assert len(anchors) > 140


def test_the_index_of_the_search_has_every_page(site, pages):
    documents = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
    found = {each["location"].partition("#")[0] or "index.html" for each in documents}
    assert set(pages) - {"404.html"} <= found


# --- in a browser ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(site):
    """Where the site is served; the search needs a server."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def shown(chromium):
    """Show pages in some light and size."""

    def show(url, scheme="light", screen="desk"):
        browser.show(chromium, scheme, screen)
        chromium.get(url)
        palette = "return document.body.dataset.mdColorScheme"
        if chromium.execute_script(palette) != ("slate" if scheme == "dark" else "default"):
            chromium.execute_script("localStorage.clear()")  # the choice of an earlier page
            chromium.get(url)
            assert chromium.execute_script(palette) == ("slate" if scheme == "dark" else "default")
        return chromium

    yield show
    browser.as_before(chromium)


def test_the_search_finds_a_message_and_an_operation(address, shown):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.wait import WebDriverWait

    for words, page in (
        ("AssociateConnectionWithLag", "operations/lags.html"),
        ("garbage-collected", "troubl"),
    ):
        driver = shown(f"{address}/index.html")
        driver.execute_script("document.querySelector('[data-md-toggle=search]').click()")
        driver.find_element(By.CSS_SELECTOR, ".md-search__input").send_keys(words)

        def links(driver=driver):
            found = driver.find_elements(By.CSS_SELECTOR, ".md-search-result__link")
            return [each.get_attribute("href") for each in found]

        wait = WebDriverWait(driver, 30, poll_frequency=0.2)
        wait.until(lambda _, page=page: any(page in link for link in links()))


@pytest.mark.parametrize("screen", browser.SCREENS)
@pytest.mark.parametrize("scheme", browser.SCHEMES)
def test_everybody_can_read_it(address, pages, shown, scheme, screen):
    """axe-core finds nothing against WCAG 2.2 AA, and no page is wider than its screen."""
    script = browser.axe()
    every = [each for each in pages if each != "404.html"]
    wrong = []
    for page in every if (scheme, screen) == ("light", "desk") else KINDS:
        driver = shown(f"{address}/{page}", scheme, screen)
        wrong += [f"{page}: {each}" for each in browser.violations(driver, script)]
        if driver.execute_script("return document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{page} is wider than the screen")
    assert wrong == []


def test_first_blocks_of_code_fit_their_column(address, pages, shown):
    """Nobody has to scroll sideways in what is read first."""
    script = """return [...document.querySelectorAll("article pre > code")].slice(0, 2).filter(
        code => code.scrollWidth > code.clientWidth + 1).map(code => code.innerText.split("\\n")[0])"""
    first = (
        "index.html",
        "tutorial.html",
        "installation.html",
        "cookbook.html",
        "guides/pytest.html",
        "server.html",
    )
    wrong = {page: shown(f"{address}/{page}").execute_script(script) for page in first}
    assert {page: lines for page, lines in wrong.items() if lines} == {}


@pytest.mark.parametrize("screen", browser.SCREENS)
def test_tables_can_be_read(address, shown, screen):
    """No column is a sliver; at a desk the last one is there without scrolling."""
    script = """return [...document.querySelectorAll("article table:not([class])")].flatMap(table => {
        const frame = table.closest(".md-typeset__scrollwrap").getBoundingClientRect();
        const cells = [...table.rows[0].cells].map(cell => cell.getBoundingClientRect());
        const name = table.rows[0].innerText;
        return cells.some(cell => cell.width < 64) ? [`a sliver: ${name}`]
            : arguments[0] && cells.at(-1).right > frame.right + 1 ? [`cut off: ${name}`] : [];
    })"""
    wrong = {}
    for page in KINDS:
        wrong[page] = shown(f"{address}/{page}", screen=screen).execute_script(script, screen == "desk")
    assert {page: found for page, found in wrong.items() if found} == {}
