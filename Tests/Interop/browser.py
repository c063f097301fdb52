"""A headless Chromium, spoken to over the DevTools protocol."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import websocket

PATIENCE = 30
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# What an assistive technology is told, rather than the layout below it.
LAYOUT_ROLES = {"none", "generic", "InlineTextBox", "StaticText", "RootWebArea", "LineBreak"}


@contextmanager
def chromium():
    """A running browser with a profile of its own."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    assert program, "there is no chromium: make install-interop-deps"
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        options = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={profile}", "--no-first-run",
                   "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--hide-scrollbars",
                   "--remote-allow-origins=*", "--force-color-profile=srgb"]
        if os.geteuid() == 0:
            options.append("--no-sandbox")  # root has none to enter
        process = subprocess.Popen([program, *options, "about:blank"], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            yield opened_port(Path(profile) / "DevToolsActivePort", process)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def opened_port(file, process):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if file.exists() and len(lines := file.read_text().splitlines()) == 2:
            return int(lines[0]), lines[1]
        time.sleep(0.05)
    raise AssertionError(f"chromium did not start: {process.poll()}")


class Tab:
    """One page and everything that the browser has to complain of it."""

    def __init__(self, browser):
        port, path = browser
        self.numbers, self.events = count(1), []
        self.socket = websocket.create_connection(f"ws://127.0.0.1:{port}{path}", timeout=PATIENCE)
        self.session = None
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "DOM", "Accessibility", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method, **parameters):
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        self.socket.send(json.dumps(message | ({"sessionId": self.session} if self.session else {})))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method):
        """Until the browser has told of it since the last action."""
        while not any(event.get("method") == method for event in self.events):
            self.events.append(json.loads(self.socket.recv()))

    def open(self, url, width=1280, dark=False):
        height = 844 if width < 600 else 800
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)
        self.send("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.events.clear()
        self.send("Page.navigate", url=url)
        self.wait_for("Page.loadEventFired")

    def act(self, action):
        """Does what leads to another page, and waits for that."""
        self.events.clear()
        action()
        self.wait_for("Page.loadEventFired")

    def script(self, is_on):
        self.send("Emulation.setScriptExecutionDisabled", value=not is_on)

    def ask(self, expression):
        """The value of a JavaScript expression in the page, which the page's own policy does not hold back."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def node(self, selector):
        root = self.send("DOM.getDocument")["root"]["nodeId"]
        return self.send("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]

    def choose_file(self, selector, path):
        self.send("DOM.setFileInputFiles", nodeId=self.node(selector), files=[str(path)])

    def press(self, key, code, text=""):
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code,
                      **({"text": text} if text and kind == "keyDown" else {}))

    def problems(self):
        """Errors and warnings since the last page was opened: of scripts, of the policy, of what could not be loaded."""
        found = []
        for event in self.events:
            about = event.get("params", {})
            if event.get("method") == "Log.entryAdded" and about["entry"]["level"] in ("error", "warning"):
                found.append(about["entry"]["text"])
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(about["exceptionDetails"]["text"])
            if event.get("method") == "Runtime.consoleAPICalled" and about["type"] in ("error", "warning"):
                found.append(str(about["args"]))
        return found

    def requested(self):
        """The addresses that the page made the browser ask for."""
        return [event["params"]["request"]["url"] for event in self.events
                if event.get("method") == "Network.requestWillBeSent"]

    def spoken(self):
        """Role and name of everything that a screen reader comes to."""
        tree = self.send("Accessibility.getFullAXTree")["nodes"]
        nodes = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in tree
                 if not node.get("ignored") and "role" in node]
        return [node for node in nodes if node[0] not in LAYOUT_ROLES]

    def picture(self, path, height):
        """The page as it looks, from its top and at most so high."""
        size = self.send("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], height), "scale": 1}
        shot = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        Path(path).write_bytes(base64.b64decode(shot["data"]))

    def close(self):
        self.socket.close()
