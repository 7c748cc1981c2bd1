"""Headless Chromium, as tests of pages use it: begun, turned dark or narrow, and asked what axe-core finds."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.environments import node_environment

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1500,1200",
)
#: Width and height in CSS pixels: a desk's screen, and a phone's.
SCREENS = {"desk": (1500, 1200), "phone": (390, 844)}
SCHEMES = ("light", "dark")

_AXE = """
const done = arguments[arguments.length - 1];
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const why = node => node.failureSummary.split("\\n").slice(1).join(" ").trim();
axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(
  found => done(found.violations.flatMap(rule => rule.nodes.map(
    node => `${rule.id}: ${node.target.join(" ")}: ${why(node)}`
  ))),
  problem => done([`axe failed: ${problem}`]),
);
"""


def program(*names: str) -> str:
    """The first of some programs that is on this machine; skips where none is."""
    for name in names:
        found = shutil.which(name)
        if found is not None:
            return found
    pytest.skip(f"{names[0]} is not on this machine")


def start(profile: Path) -> Any:
    """A browser with a profile of its own and a log of all that it asks for."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed (group acceptance)")
    options = webdriver.ChromeOptions()
    options.binary_location = program("chromium", "chromium-browser", "google-chrome")
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(program("chromedriver")))


def show(driver: Any, scheme: str, screen: str) -> None:
    """Let the browser be a light or dark one of some size from here on."""
    width, height = SCREENS[screen]
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": screen == "phone"}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)


def as_before(driver: Any) -> None:
    """Take back what ``show`` did."""
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def axe() -> str:
    """The script of axe-core, from npm; skips where that can't be had."""
    place = node_environment("axe", Path(__file__).parent / "axe")
    return (place / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def violations(driver: Any, script: str) -> list[str]:
    """What axe-core finds on the page that the browser shows: rule, element and what to do."""
    driver.set_script_timeout(60)
    driver.execute_script(script)
    found: list[str] = driver.execute_async_script(_AXE)
    return found
