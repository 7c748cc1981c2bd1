"""A browser that shows a hostile page on the machine where the server runs: the page gets and changes nothing.

Two loopback ports are two sites; a name that resolves to the loopback is what DNS rebinding makes of a page's.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest

import dx_mock
from tests.acceptance.browser import FLAGS, program

pytest.importorskip("flask")
webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed (group acceptance)")

from selenium.webdriver.support.wait import WebDriverWait  # noqa: E402

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]

#: The hostile name, which the browser resolves to this machine.
REBOUND = "rebound.test"

_PAGE = b"<!doctype html><title>hostile</title><body>nothing to see here"

#: What a page can try: each of it says what it got, and all of them run for every site that the page may be of.
_ATTACKS = """
const [target, done] = arguments;
const outcomes = {};
async function attempt(name, path, options) {
  try {
    const answer = await fetch(target + path, options);
    outcomes[name] = answer.type === "opaque" ? "opaque" : `${answer.status} ${await answer.text()}`;
  } catch (problem) { outcomes[name] = "blocked"; }
}
function form(action, fields, enctype) {
  return new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.name = `frame${Math.random()}`;
    frame.onload = resolve;
    document.body.append(frame);
    const element = document.createElement("form");
    Object.assign(element, { method: "POST", action: target + action, target: frame.name, enctype });
    for (const [name, value] of Object.entries(fields)) {
      const input = document.createElement("input");
      Object.assign(input, { name, value });
      element.append(input);
    }
    document.body.append(element);
    element.submit();
    setTimeout(resolve, 2000);
  });
}
function element(tag, attributes) {
  return new Promise((resolve) => {
    const made = Object.assign(document.createElement(tag), attributes);
    made.onload = made.onerror = resolve;
    document.body.append(made);
    setTimeout(resolve, 2000);
  });
}
const order = JSON.stringify({ location: "EqDC2", bandwidth: "1Gbps", connectionName: "taken" });
const path = "/service/OvertureService/operation/CreateConnection";
const vpc = "Action=CreateVpc&Version=2016-11-15&CidrBlock=10.66.0.0/16";
(async () => {
  for (const mode of ["cors", "no-cors"]) {
    const json = { "Content-Type": "application/json" };
    await attempt(`${mode} read`, "/dx-mock/topology", { mode });
    await attempt(`${mode} reset`, "/dx-mock/reset", { mode, method: "POST" });
    await attempt(`${mode} clock`, "/dx-mock/clock/advance",
                  { mode, method: "POST", body: '{"days": 30}', headers: mode === "cors" ? json : {} });
    await attempt(`${mode} text`, path, { mode, method: "POST", body: order });
    await attempt(`${mode} vpc`, "/", { mode, method: "POST", body: new URLSearchParams(vpc) });
    await attempt(`${mode} vpc by GET`, `/?${vpc}`, { mode });
    await attempt(`${mode} moto-api`, "/moto-api/reset", { mode, method: "POST" });
  }
  await attempt("target", "/", { method: "POST", body: order,
                                 headers: { "X-Amz-Target": "OvertureService.CreateConnection" } });
  await attempt("preflighted", "/dx-mock/snapshot", { method: "PUT", body: "{}" });
  await attempt("moto's S3", "/taken", { method: "PUT" });
  await form("/moto-api/reset", {}, "application/x-www-form-urlencoded");
  await form("/dx-mock/reset", {}, "text/plain");
  await form(path, { [order.slice(0, -1) + ',"x":"']: '"}' }, "text/plain");
  await form("/", Object.fromEntries(new URLSearchParams(vpc)), "application/x-www-form-urlencoded");
  await element("img", { src: `${target}/?${vpc}`, referrerPolicy: "no-referrer" });
  await element("script", { src: `${target}/dx-mock/topology` });
  await element("iframe", { src: `${target}/?${vpc}` });
  const blind = 'method: "POST", mode: "no-cors"';
  await element("iframe", { sandbox: "allow-scripts", srcdoc: `<script>
    fetch("${target}/dx-mock/reset", { ${blind} }); fetch("${target}/moto-api/reset", { ${blind} });
  </scr` + "ipt>" });
  navigator.sendBeacon(target + "/dx-mock/reset", "");
  navigator.sendBeacon(target + path, order);
  await new Promise((resolve) => setTimeout(resolve, 500));
  done(outcomes);
})();
"""


class _Hostile(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(_PAGE)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def hostile():
    """The port of a hostile site on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hostile)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """A browser that finds the hostile name on this machine."""
    options = webdriver.ChromeOptions()
    options.binary_location = program("chromium", "chromium-browser", "google-chrome")
    rules = f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1"
    for flag in (*FLAGS, rules, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(program("chromedriver")))
    driver.set_script_timeout(60)
    yield driver
    driver.quit()


@pytest.fixture
def srv():
    with dx_mock.server(topology="development") as running:
        yield running


def ec2(srv):
    keys = {"aws_access_key_id": "123456789012", "aws_secret_access_key": "x"}
    return boto3.client("ec2", "us-east-1", endpoint_url=srv.endpoint_url, **keys)


@pytest.mark.parametrize("site", ["127.0.0.1", "localhost", "a.localhost", REBOUND])
def test_a_page_of_another_site(chromium, srv, hostile, site):
    """Another port, another name of this machine, and a stranger's: cross-site and same-site."""
    vpc = ec2(srv).create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    before, calls = srv.mock.snapshot(), len(srv.mock.calls)
    chromium.get(f"http://{site}:{hostile}/")
    assert chromium.title == "hostile"
    outcomes = chromium.execute_async_script(_ATTACKS, srv.endpoint_url)
    assert len(outcomes) == 17
    assert set(outcomes.values()) == {"blocked", "opaque"}, outcomes
    assert (srv.mock.snapshot(), len(srv.mock.calls)) == (before, calls)
    blocks = {each["VpcId"]: each["CidrBlock"] for each in ec2(srv).describe_vpcs()["Vpcs"]}
    assert blocks[vpc] == "10.1.0.0/16"  # moto was not reset, either
    assert "10.66.0.0/16" not in blocks.values()


def test_a_page_whose_name_was_moved_here(chromium, srv):
    """DNS rebinding: for the browser the server is the page's own site, so that it blocks nothing by itself."""
    vpc = ec2(srv).create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    before, calls = srv.mock.snapshot(), len(srv.mock.calls)
    rebound = srv.endpoint_url.replace("127.0.0.1", REBOUND)
    chromium.get(f"{rebound}/dx-mock/")
    assert f"this server is not called '{REBOUND}'" in chromium.page_source
    outcomes = chromium.execute_async_script(_ATTACKS, rebound)
    assert len(outcomes) == 17
    assert {each.split()[0] for each in outcomes.values()} == {"403"}, outcomes
    assert all("this server is not called" in each for each in outcomes.values())
    assert (srv.mock.snapshot(), len(srv.mock.calls)) == (before, calls)
    blocks = {each["VpcId"]: each["CidrBlock"] for each in ec2(srv).describe_vpcs()["Vpcs"]}
    assert blocks[vpc] == "10.1.0.0/16"
    assert "10.66.0.0/16" not in blocks.values()


def test_the_attacks_are_attacks(chromium, srv):
    """From the server's own page the same requests do what they should: else those tests would show nothing."""
    chromium.get(f"{srv.endpoint_url}/dx-mock/openapi.json")
    outcomes = chromium.execute_async_script(_ATTACKS, srv.endpoint_url)
    assert outcomes["cors read"].startswith("200 ")
    assert outcomes["cors reset"].startswith("200 ")
    assert outcomes["cors vpc by GET"].startswith("200 ")
    assert outcomes["cors moto-api"].startswith("200 ")
    assert outcomes["cors text"].startswith("200 ")
    assert outcomes["target"].startswith("200 ")
    assert len(outcomes) == 17


def test_a_link_to_the_page(chromium, srv, hostile):
    """A stranger may link to the page, which then works as ever; nobody may show it in a frame."""
    chromium.get(f"http://localhost:{hostile}/")
    chromium.execute_script(
        "const link = document.createElement('a'); link.href = arguments[0]; link.textContent = 'go';"
        "document.body.append(link); link.click()",
        f"{srv.endpoint_url}/dx-mock/",
    )
    wait = WebDriverWait(chromium, 30, poll_frequency=0.1)
    wait.until(lambda driver: driver.title == "dx_mock")
    wait.until(lambda driver: driver.find_elements("css selector", ".card"))
    chromium.get(f"http://localhost:{hostile}/")
    framed = chromium.execute_async_script(
        "const [target, done] = arguments; const frame = document.createElement('iframe');"
        "frame.src = target; frame.onload = () => {"
        "  try { done(frame.contentDocument === null ? 'refused' : 'shown'); } catch { done('refused'); } };"
        "document.body.append(frame);",
        f"{srv.endpoint_url}/dx-mock/",
    )
    assert framed == "refused"


def test_the_page_of_a_server_with_a_token(chromium):
    """The token is in the page's address, behind the sign that browsers keep to themselves."""
    with dx_mock.server(topology="development", token="secret-token") as srv:
        chromium.get(f"{srv.endpoint_url}/dx-mock/#token=secret-token")
        wait = WebDriverWait(chromium, 30, poll_frequency=0.1)
        wait.until(lambda driver: driver.find_elements("css selector", ".card"))
        chromium.get("about:blank")
        chromium.get(f"{srv.endpoint_url}/dx-mock/")
        wait.until(lambda driver: driver.find_element("id", "gone").text)
        assert chromium.find_elements("css selector", ".card") == []
