"""A real headless Chromium, driven through its DevTools protocol over a pair of pipes."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

CHROMIUM = "/usr/bin/chromium"
INSTALLED = shutil.which(CHROMIUM) is not None


class Browser:
    """One page in one browser, with a profile of its own."""

    def __init__(self, profile: Path) -> None:
        (their_in, self._out), (self._in, their_out) = os.pipe(), os.pipe()
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
        options += ["--disable-background-networking", "--disable-component-update", "--hide-scrollbars"]
        # the browser takes its orders from descriptor 3 and answers on 4, whatever ours are called
        start = (
            "import os, sys; from fcntl import F_DUPFD, fcntl; "
            f"i, o = fcntl({their_in}, F_DUPFD, 10), fcntl({their_out}, F_DUPFD, 10); "
            "os.dup2(i, 3); os.dup2(o, 4); os.execv(sys.argv[1], sys.argv[1:])"
        )
        command = [CHROMIUM, *options, "--remote-debugging-pipe", f"--user-data-dir={profile}"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", start, *command],
            pass_fds=(their_in, their_out),
            stderr=subprocess.DEVNULL,
        )
        os.close(their_in)
        os.close(their_out)
        self._left = b""
        self._number = 0
        self._session: str | None = None
        self.messages: list[str] = []
        """What the page wrote to its console, and what its security policy refused."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._out)
        self._process.kill()
        self._process.wait()
        os.close(self._in)

    def send(self, method: str, **parameters: object) -> Any:
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]
            self._note(answer)

    def open(self, page: Path, *, width: int = 1280, height: int = 900) -> None:
        self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        self.send("Page.navigate", url=page.as_uri())
        self.wait("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """The value of an expression in the page."""
        result = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def wait(self, condition: str) -> None:
        for _ in range(600):
            # asked again and again, since a page that is being left cannot keep a promise
            if self.run(f"Boolean({condition})"):
                return
            time.sleep(0.05)
        raise AssertionError(condition)

    def count(self, selector: str) -> int:
        """How many elements match, found without any script; 0 while the page is being replaced."""
        try:
            root = self.send("DOM.getDocument")["root"]["nodeId"]
            return len(self.send("DOM.querySelectorAll", nodeId=root, selector=selector)["nodeIds"])
        except AssertionError as error:
            if "Could not find node" not in str(error):
                raise
            return 0

    def press(self, key: str, *, code: int = 0, text: str = "") -> None:
        for kind in ("keyDown", "keyUp"):
            more = {"text": text} if text and kind == "keyDown" else {}
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **more)

    def type(self, text: str) -> None:
        self.send("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        """A real press of the mouse, where the element really is."""
        element = f"document.querySelector({json.dumps(selector)})"
        self.run(f"{element}.scrollIntoView({{block: 'center'}})")
        # the first line's box: the middle of a link that runs over two lines may lie beside it
        place = "[b.left + b.width / 2, b.top + b.height / 2]"
        x, y = self.run(f"(b => {place})({element}.getClientRects()[0])")
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def screenshot(self) -> bytes:
        return base64.b64decode(self.send("Page.captureScreenshot")["data"])

    def _receive(self) -> Any:
        while b"\0" not in self._left:
            data = os.read(self._in, 1 << 16)
            assert data, "the browser has gone"
            self._left += data
        message, _, self._left = self._left.partition(b"\0")
        return json.loads(message)

    def _note(self, event: Any) -> None:
        if event.get("method") == "Log.entryAdded":
            self.messages.append(event["params"]["entry"]["text"])
        elif event.get("method") == "Runtime.consoleAPICalled":
            self.messages.append(str(event["params"]["args"]))
        elif event.get("method") == "Runtime.exceptionThrown":
            self.messages.append(str(event["params"]["exceptionDetails"]))
