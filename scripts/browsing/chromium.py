"""A headless Chromium, driven by the DevTools protocol through two pipes."""
import base64
import json
import os
import shutil
import subprocess
import tempfile
import time

PATIENCE = 180  # Seconds after which something that is awaited is taken not to come.

# What the protocol must be told of a key; text only where the key writes some.
KEYS = {
    "Tab": (9, ""), "Enter": (13, "\r"), " ": (32, " "), "ArrowRight": (39, ""),
    "ArrowLeft": (37, ""), "ArrowDown": (40, ""), "ArrowUp": (38, ""), "Home": (36, ""),
}


class Chromium:
    """One window. What a page's script throws, and what the browser refuses, is kept in `faults`."""

    def __init__(self, program, width=1280, height=900):
        self.profile = tempfile.mkdtemp(prefix="vsdb-browse-")
        self.faults = []
        self.events = []
        self.number = 0
        self.rest = b""
        to_browser, self.writer = os.pipe()
        self.reader, from_browser = os.pipe()

        def pipes():
            # The protocol's ends are descriptors 3 and 4.
            os.dup2(to_browser, 100)
            os.dup2(from_browser, 101)
            os.dup2(100, 3)
            os.dup2(101, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--remote-debugging-pipe", "--no-first-run",
             "--no-default-browser-check", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--hide-scrollbars",
             # A container's user may not make the sandbox; only this service's pages are opened.
             "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
             f"--user-data-dir={self.profile}", f"--window-size={width},{height}", "about:blank"],
            preexec_fn=pipes, close_fds=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.session = None
        page = next(
            target for target in self.call("Target.getTargets")["targetInfos"]
            if target["type"] == "page")
        self.session = self.call(
            "Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "DOM", "Network"]:
            self.call(f"{domain}.enable")
        self.size(width, height)

    def close(self):
        """Ends the browser, and removes its profile."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.writer)
        os.close(self.reader)
        shutil.rmtree(self.profile, ignore_errors=True)

    # The protocol.

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.writer, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == message["id"]:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.note(answer)

    def message(self):
        while b"\0" not in self.rest:
            piece = os.read(self.reader, 1 << 20)
            if not piece:
                raise SystemExit("The browser ended.")
            self.rest += piece
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def note(self, event):
        method, values = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.faults.append(values["exceptionDetails"].get("text", "exception"))
        if method == "Log.entryAdded" and values["entry"]["level"] == "error":
            entry = values["entry"]
            self.faults.append(f"{entry['text']} {entry.get('url', '')}".strip())

    # Pages.

    def size(self, width, height):
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
            mobile=False)

    def scheme(self, name):
        """Asks for light or dark."""
        self.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": name}])

    def open(self, url):
        self.call("Page.navigate", url=url)
        self.settle()

    def settle(self):
        """Waits for the page and its pictures."""
        self.wait(
            "document.readyState === 'complete' && location.href !== 'about:blank' && "
            "[...document.images].every((picture) => picture.hidden || picture.complete)")

    def value(self, expression):
        result = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            text = details.get("exception", {}).get("description", details.get("text"))
            raise SystemExit(f"{expression[:200]}: {text}")
        return result["result"].get("value")

    def wait(self, expression, what=None):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                if self.value(f"Boolean({expression})"):
                    return
            except SystemExit as error:
                # Between two pages there is none to ask.
                if "context" not in str(error) and "navigat" not in str(error):
                    raise
            time.sleep(0.1)
        raise SystemExit(f"This did not come: {what or expression}\nat {self.value('location.href')}")

    # Hands.

    def key(self, name):
        code, text = KEYS[name] if name in KEYS else (ord(name.upper()), name)
        fields = dict(
            key=name, windowsVirtualKeyCode=code, nativeVirtualKeyCode=code,
            code="Space" if name == " " else name)
        self.call(
            "Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **fields)
        self.call("Input.dispatchKeyEvent", type="keyUp", **fields)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def tab_to(self, selector):
        """Moves the focus by the tabulator alone, as somebody does who has no mouse."""
        for _ in range(300):
            if self.value(f"document.activeElement.matches({json.dumps(selector)})"):
                return
            self.key("Tab")
        raise SystemExit(f"{selector} is not reached by the keyboard at {self.value('location.href')}")

    def press(self, selector):
        """Moves to a link or button and presses Enter; waits for the page it leads to."""
        self.tab_to(selector)
        self.value("window.isOld = true")
        self.key("Enter")
        self.wait("!window.isOld", f"a page after {selector}")
        self.settle()

    def choose_file(self, selector, path):
        """Puts a file into a field; no script may, and the browser's own dialogue has no page."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", files=[path], nodeId=node)

    def picture(self, path, scale=1):
        """A screenshot of the window, made smaller by a factor; returns its size in bytes."""
        view = self.call("Page.getLayoutMetrics")["cssVisualViewport"]
        data = base64.b64decode(
            self.call(
                "Page.captureScreenshot", format="png", captureBeyondViewport=True,
                clip=dict(
                    x=view["pageX"], y=view["pageY"], width=view["clientWidth"],
                    height=view["clientHeight"], scale=scale))["data"])
        with open(path, "wb") as file:
            file.write(data)
        return len(data)
