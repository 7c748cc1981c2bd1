"""The page at /dx-mock/ in headless Chromium: it draws the world, follows it, and asks nobody else."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import boto3
import pytest

import dx_mock

pytest.importorskip("flask")
pytest.importorskip("selenium.webdriver", reason="selenium is not installed (group acceptance)")

from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.acceptance import browser

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

HOSTILE = "<img src=x onerror=document.title='taken'>"
PARTNER = "111111111111"

_WORLD = {
    "partners": [PARTNER],
    "connections": [
        {"connectionName": "primary", "location": "EqDC2", "bandwidth": "10Gbps"},
        {"connectionName": "ordered", "location": "CSVA1", "bandwidth": "1Gbps", "state": "requested"},
    ],
    "lags": [
        {"lagName": "bundle", "location": "EqDC2", "connectionsBandwidth": "10Gbps", "numberOfConnections": 2}
    ],
    "interconnects": [
        {"account": PARTNER, "interconnectName": "port", "location": "EqDC2", "bandwidth": "10Gbps"}
    ],
    "hostedConnections": [
        {
            "account": PARTNER,
            "connectionId": "port",
            "ownerAccount": "222222222222",
            "connectionName": "hosted",
            "bandwidth": "500Mbps",
            "vlan": 7,
        }
    ],
    "directConnectGateways": [{"directConnectGatewayName": "gateway"}],
    "virtualInterfaces": [
        {
            "type": "private",
            "virtualInterfaceName": "uplink",
            "connectionId": "primary",
            "vlan": 101,
            "asn": 65000,
            "directConnectGatewayId": "gateway",
        }
    ],
}


@pytest.fixture
def srv():
    """A server with something of every kind."""
    with dx_mock.server(provisioning="manual", topology=_WORLD) as running:
        yield running


class Page:
    """What somebody sees on the page of a server."""

    def __init__(self, driver, srv):
        self.driver = driver
        self.srv = srv
        self.ids = {getattr(each, "name", ""): each.id for each in srv.mock.world.graph.resources.values()}
        driver.get_log("performance")
        driver.get_log("browser")
        driver.get(f"{srv.endpoint_url}/dx-mock/")
        self.wait(lambda: self.text("#live") == "live" and self.driver.find_elements(By.CSS_SELECTOR, ".card"))

    def wait(self, condition):
        """Until something is so, as the page polls; the test fails where it never is."""
        return WebDriverWait(self.driver, 30, poll_frequency=0.1).until(lambda _: condition())

    def text(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector).text

    def card(self, name):
        """What the card of a resource shows, in one look: the page may draw it anew at any time."""
        script = "const card = document.querySelector(arguments[0]); return card && card.innerText"
        return self.driver.execute_script(script, f'.card[data-id="{self.ids[name]}"]') or ""

    def state(self, name):
        """The state that a card names."""
        script = "return document.querySelector(arguments[0]).innerText"
        shown = self.driver.execute_script(script, f'.card[data-id="{self.ids[name]}"] .top .chip')
        return shown.split()[-1].strip("●◔▼✕")

    def press(self, label):
        """A button, by the name that assistive technology reads."""
        script = "document.querySelector(arguments[0]).click()"
        self.driver.execute_script(script, f'button[aria-label="{label}"]')

    def client(self, region="us-east-1"):
        """A client of the server that acts as the partner."""
        keys = {"aws_access_key_id": PARTNER, "aws_secret_access_key": "x"}
        return boto3.client("directconnect", region, endpoint_url=self.srv.endpoint_url, **keys)

    def look(self, name):
        """The element of a card; the page draws it anew when the world changes."""
        return self.driver.find_element(By.CSS_SELECTOR, f'[data-id="{self.ids[name]}"]')

    def requests(self):
        """The URL of every request that the browser made."""
        log = [json.loads(each["message"])["message"] for each in self.driver.get_log("performance")]
        return [
            each["params"]["request"]["url"] for each in log if each["method"] == "Network.requestWillBeSent"
        ]


@pytest.fixture
def page(chromium, srv):
    return Page(chromium, srv)


def test_everything_is_drawn(page):
    """Every node of the topology that is a resource has a card with its id, owner and state, named."""
    for node in page.srv.mock.topology().to_dict()["nodes"]:
        if node["state"]:
            script = "return document.querySelector(arguments[0]).innerText"
            shown = page.driver.execute_script(script, f'.card[data-id="{node["id"]}"]')
            assert node["state"] in shown
            assert node["owner"] in shown
    assert "10Gbps" in page.card("primary")
    assert "BGP ipv4 up" in page.card("uplink")
    assert "2 links of 10Gbps up" in page.card("bundle")
    regions = [each.text for each in page.driver.find_elements(By.CSS_SELECTOR, ".region > h3")]
    assert regions == ["us-east-1"]
    (wire,) = page.driver.find_elements(By.CSS_SELECTOR, "#wires path")
    assert (wire.get_attribute("data-from"), wire.get_attribute("class")) == (page.ids["uplink"], "up")
    assert page.text("#now") == "2026-01-01 00:00:00 UTC"


def test_a_link_goes_down_and_comes_back(page):
    """The drawn states follow the world, without anybody loading the page again."""
    assert page.state("primary") == "available"
    page.srv.mock.link_down(page.ids["primary"])
    page.wait(lambda: page.state("primary") == "down" and "BGP ipv4 down" in page.card("uplink"))
    assert "fibre cut" in page.card("primary")
    wire = page.driver.find_element(By.CSS_SELECTOR, "#wires path")
    assert wire.get_attribute("class") == "down"
    assert "primary: available, now down" in page.driver.find_element(By.ID, "announcer").get_attribute(
        "textContent"
    )
    page.srv.mock.link_up(page.ids["primary"])
    page.wait(lambda: page.state("primary") == "available" and "BGP ipv4 up" in page.card("uplink"))


def test_the_buttons(page):
    """Hands on the page are hands on the world."""
    page.press("Link down: primary")
    page.wait(lambda: page.state("primary") == "down")
    assert page.srv.mock.world.resource(page.ids["primary"]).link_up is False
    page.press("Link up: primary")
    page.wait(lambda: page.state("primary") == "available")
    page.press("Provision: ordered")
    page.wait(lambda: page.state("ordered") == "available")
    page.press("BGP down: uplink")
    page.wait(lambda: "BGP ipv4 down" in page.card("uplink"))
    page.driver.find_element(By.XPATH, "//button[text()='+1 hour']").click()
    page.wait(lambda: page.text("#now") == "2026-01-01 01:00:00 UTC")
    assert page.srv.mock.clock.now().hour == 1


def test_a_session_that_is_down_is_not_taken_down(page):
    buttons = (
        "return [...document.querySelectorAll(`[data-id='${arguments[0]}'] button`)].map((b) => b.innerText)"
    )
    uplink = page.ids["uplink"]
    assert page.driver.execute_script(buttons, uplink) == ["BGP down"]
    page.press("Link down: primary")
    page.wait(lambda: page.state("uplink") == "down")
    assert page.driver.execute_script(buttons, uplink) == []


CROSSED = """
const inside = (p, r) => p.x > r.left + 1 && p.x < r.right - 1 && p.y > r.top + 1 && p.y < r.bottom - 1;
const frame = document.getElementById("board").getBoundingClientRect(), crossed = [];
for (const path of document.querySelectorAll("#wires path")) {
  const long = path.getTotalLength();
  for (const card of document.querySelectorAll(".card")) {
    for (let at = 0; at <= long; at += 2) {
      const point = path.getPointAtLength(at);
      if (inside({ x: point.x + frame.left, y: point.y + frame.top }, card.getBoundingClientRect())) {
        crossed.push(`${path.dataset.from} behind ${card.dataset.id}`);
        break;
      }
    }
  }
}
return [document.querySelectorAll("#wires path").length, crossed];
"""


@pytest.mark.parametrize("width", [1000, 1280, 1900, 2400])
@pytest.mark.parametrize("estate", ["maximum-resiliency", "high-resiliency", "partner"])
def test_no_line_runs_behind_a_card(chromium, estate, width):
    with dx_mock.server(topology=estate) as running:
        before = chromium.get_window_size()
        try:
            chromium.set_window_size(width, 900)
            page = Page(chromium, running)
            drawn = len(running.mock.topology().to_dict()["links"])
            lines, crossed = page.driver.execute_script(CROSSED)
        finally:
            chromium.set_window_size(before["width"], before["height"])
        assert 0 < lines < drawn
        assert crossed == []


BUTTONS = """
const right = (element) => element.getBoundingClientRect().right;
const buttons = [...document.querySelectorAll(".hands button")];
return [document.documentElement.scrollWidth,
  buttons.map((each) => [each.innerText, each.offsetHeight, right(each) <= right(each.closest(".card"))])];
"""


def test_buttons_on_a_phone(page):
    """Each button is one line, side by side with its like, inside of its card."""
    before = page.driver.get_window_size()
    try:
        page.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": False},
        )
        width, buttons = page.driver.execute_script(BUTTONS)
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        page.driver.set_window_size(before["width"], before["height"])
    assert width <= 360
    assert len(buttons) >= 4
    assert all(height < 36 and fits for _, height, fits in buttons), buttons


def test_the_past(page):
    """States are a band, rates and light are graphs, and the forms set them."""
    line = f'[data-line="{page.ids["primary"]}"]'

    def count(selector):
        return len(page.driver.find_elements(By.CSS_SELECTOR, f"{line} {selector}"))

    page.wait(lambda: count("rect") == 1)
    page.driver.find_element(By.CSS_SELECTOR, f"{line} summary").click()
    field = page.driver.find_element(By.CSS_SELECTOR, '[aria-label="Mbit/s from AWS: primary"]')
    field.send_keys("250")
    page.srv.mock.clock.advance(hours=1)
    page.srv.mock.link_down(page.ids["primary"])
    page.srv.mock.clock.advance(hours=1)
    page.wait(lambda: count("rect.down") == 1 and count("rect.up") == 1)
    assert field.get_attribute("value") == "250"  # what is typed stays
    page.press("Link up: primary")
    page.press("Set traffic: primary")
    page.wait(lambda: page.srv.mock.world.graph.history.pasts[page.ids["primary"]].values)
    page.srv.mock.clock.advance(hours=1)
    page.wait(lambda: "egress_bps" in page.text(line))
    assert "0 to 250 M bit/s" in page.text(line)
    assert count("polyline") == 2  # the rate, and the light that was gone


def test_faults_and_calls(page):
    page.srv.mock.faults.add("CreateLag", error="ThrottlingException", times=3)
    page.wait(lambda: "CreateLag ThrottlingException 0 of 3" in page.text("#faults"))
    page.press("Remove fault 1")
    page.wait(lambda: page.text("#no-faults") == "No faults are set.")
    assert len(page.srv.mock.faults) == 0
    client = page.client("us-west-2")
    client.describe_lags()
    with pytest.raises(client.exceptions.DirectConnectClientException):
        client.describe_lags(lagId="<b>x</b>")
    page.wait(lambda: "Lag ID <b>x</b> has an invalid format." in page.text("#calls"))
    newest, older = page.driver.find_elements(By.CSS_SELECTOR, "#calls tbody tr")
    assert newest.text.startswith(f"2 DescribeLags {PARTNER} us-west-2")
    assert older.text.endswith("ok")


def test_names_are_text(page):
    """What users name things never becomes markup, in the picture, in a call or in a refusal.

    The service refuses such names, but a snapshot may bring one.
    """
    page.srv.mock.world.resource(page.ids["gateway"]).name = HOSTILE
    page.wait(lambda: HOSTILE in page.card("gateway"))
    assert f"→ {HOSTILE}" in page.card("uplink")
    client = page.client()
    with pytest.raises(client.exceptions.DirectConnectClientException):
        client.create_connection(connectionName=HOSTILE, location="EqDC2", bandwidth="1Gbps")
    page.wait(lambda: HOSTILE in page.text("#calls"))
    page.driver.find_element(By.CSS_SELECTOR, "#calls summary").click()
    page.wait(lambda: f'"connectionName": "{HOSTILE}"' in page.text("#calls"))
    assert page.driver.find_elements(By.CSS_SELECTOR, "img") == []
    assert page.driver.title == "dx_mock"


def test_it_asks_nobody_else(page):
    """Every request goes to the server itself, and nothing is refused by the page's own policy."""
    page.press("Link down: primary")
    page.wait(lambda: page.state("primary") == "down")
    asked = page.requests()
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
    assert hosts == {urlsplit(page.srv.endpoint_url).netloc}
    assert len(asked) > 5
    assert page.driver.get_log("browser") == []


def test_a_script_that_gets_in_does_not_run(page):
    """Should the page ever take in markup, its policy still lets nothing run and nothing leave."""
    page.driver.execute_script(
        "const script = document.createElement('script'); script.textContent = 'document.title = \"taken\"';"
        "document.body.append(script); document.body.insertAdjacentHTML('beforeend', arguments[0]);"
        "fetch('http://203.0.113.1/').catch(() => { document.body.dataset.refused = 'yes'; });",
        HOSTILE,
    )
    page.wait(lambda: page.driver.find_element(By.TAG_NAME, "body").get_attribute("data-refused") == "yes")
    assert page.driver.title == "dx_mock"


def test_it_says_when_the_server_is_gone(page):
    page.srv.stop()
    page.wait(lambda: "server does not answer" in page.text("#gone"))
    assert page.text("#live") == "server is gone"
    assert not page.driver.find_element(By.XPATH, "//button[text()='+1 hour']").is_enabled()


def test_a_filter(page):
    box = page.driver.find_element(By.ID, "filter")
    box.send_keys("ordered")
    page.wait(lambda: not page.look("primary").is_displayed())
    assert page.look("ordered").is_displayed()
    box.clear()


def test_assistive_technology_finds_its_way(page):
    """Headings and names: every button and field has one, every card says what it is and how it is."""
    page.driver.execute_script(
        "for (const each of document.querySelectorAll('.line details')) each.open = true"
    )
    for each in page.driver.find_elements(By.CSS_SELECTOR, "header button, .card button, .line button, input"):
        assert each.accessible_name
    assert page.look("primary").accessible_name == "connection primary, available"
    assert page.driver.find_element(By.ID, "live").aria_role == "status"
    titles = [each.text for each in page.driver.find_elements(By.TAG_NAME, "h2")]
    assert titles == ["Topology", "Past", "Faults", "Last calls"]


@pytest.mark.parametrize("screen", browser.SCREENS)
@pytest.mark.parametrize("scheme", browser.SCHEMES)
def test_everybody_can_use_it(chromium, srv, scheme, screen):
    """axe-core finds nothing, in light and dark, at a desk and on a phone."""
    script = browser.axe()
    browser.show(chromium, scheme, screen)
    try:
        Page(chromium, srv)
        assert browser.violations(chromium, script) == []
        wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert chromium.execute_script(wide) <= 0, "the page is wider than the screen"
    finally:
        browser.as_before(chromium)
