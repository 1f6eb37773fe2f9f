import base64
import json
import logging
import time
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from odoo.tests import HttpCase
from odoo.tests.common import ChromeBrowser, _registry_test_lock, release_test_lock
from odoo.tools import config

from odoo.addons.bus.websocket import WebsocketConnectionHandler

_logger = logging.getLogger(__name__)

PHONE = (360, 740)
DESKTOP = (1366, 850)


@contextmanager
def _camera(video):
    """Let browsers started meanwhile see a video where they look for a camera."""
    spawn = ChromeBrowser._spawn_chrome

    def spawn_with_camera(browser, command):
        *command, url = command
        flags = [
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={video}",
        ]
        return spawn(browser, [*command, *flags, url])

    if not video:
        yield
        return
    with patch.object(ChromeBrowser, "_spawn_chrome", spawn_with_camera):
        yield


class BrowserCase(HttpCase):
    """A person before a real Chromium: goes, waits, clicks, types, keeps pictures.

    Requests share the test's connection: two threads on it at once read each other's
    rows. So the test holds it, and lends it only while it waits for the browser.
    """

    @contextmanager
    def browsing(self, login=None, size=DESKTOP, camera=None):
        """Open a browser; log in as `login` (whose password is the login).

        :param camera: file of a video that the browser takes for its camera
        """
        self.browser_size = f"{size[0]}x{size[1]}"
        with _camera(camera):
            self.browser = ChromeBrowser(self)
        try:
            with (
                self.allow_requests(browser=self.browser),
                patch.object(
                    WebsocketConnectionHandler, "websocket_allowed", return_value=False
                ),
            ):
                with _registry_test_lock:
                    self.authenticate(login, login, browser=self.browser)
                    yield
                self._wait_remaining_requests()
        finally:
            self.browser.stop()
            self.env.invalidate_all()

    @contextmanager
    def _serving_requests(self):
        """Lend the connection to requests, and forget what they may have changed."""
        self.cr.flush()
        with release_test_lock():
            yield
        self.cr.clear()

    def _send(self, method, timeout=30.0, **params):
        with self._serving_requests():
            return self.browser._websocket_request(
                method, params=params, timeout=timeout
            )

    def _pause(self, seconds):
        with self._serving_requests():
            time.sleep(seconds)

    def come_from(self, ip, language="en-US"):
        """Make the following requests come from an address, through a proxy."""
        self._send("Network.enable")
        headers = {
            "X-Forwarded-For": ip,
            "X-Forwarded-Host": f"127.0.0.1:{self.http_port()}",
            "Accept-Language": language,
        }
        self._send("Network.setExtraHTTPHeaders", headers=headers)

    def without_javascript(self):
        """Turn scripts off from the next page on."""
        self._send("Emulation.setScriptExecutionDisabled", value=True)

    def go(self, path):
        """Open a page and wait until it is complete."""
        with self._serving_requests():
            self.browser.navigate_to(self.base_url() + path, wait_stop=True)

    def run_js(self, expression):
        """Return the value of a JavaScript expression in the page."""
        answer = self._send(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in answer:
            raise AssertionError(json.dumps(answer["exceptionDetails"])[:600])
        return answer["result"].get("value")

    def wait_for(self, expression, seconds=60):
        """Wait until a JavaScript expression is true."""
        end = time.monotonic() + seconds
        while not self.run_js(f"!!({expression})"):
            if time.monotonic() > end:
                self.shot(f"failed-{self._testMethodName}")
                self.fail(f"still not true: {expression}\n{self._get_error()}")
            self._pause(0.1)

    def _get_error(self):
        """Return the details of the error that the web client shows, if it does."""
        self.run_js(
            "document.querySelector('.o_error_dialog button.btn-link')?.click()"
        )
        self._pause(0.5)
        return self.run_js("document.querySelector('.o_error_dialog')?.innerText") or ""

    def wait_text(self, text, seconds=60):
        """Wait until the page shows a text."""
        self.wait_for(f"document.body?.innerText.includes({json.dumps(text)})", seconds)

    def click(self, selector):
        """Click the first visible element of a selector, once it is there."""
        found = (
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            ".find(e => e.offsetParent !== null)"
        )
        self.wait_for(found)
        self.run_js(f"{found}.click()")

    def click_text(self, selector, text):
        """Click the element of a selector that shows a text, once it is there."""
        found = (
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            f".find(e => e.innerText.trim() === {json.dumps(text)})"
        )
        self.wait_for(found)
        self.run_js(f"{found}.click()")

    def type_into(self, selector, text):
        """Type a text into a field as a keyboard would."""
        self.wait_for(f"document.querySelector({json.dumps(selector)})")
        self.run_js(
            f"(e => {{ e.focus(); e.select && e.select(); }})"
            f"(document.querySelector({json.dumps(selector)}))"
        )
        self._send("Input.insertText", text=text)

    def press(self, key):
        """Press a key such as Enter or Tab."""
        codes = {"Enter": 13, "Tab": 9, "Escape": 27, "ArrowDown": 40}
        for kind in ("keyDown", "keyUp"):
            self._send(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                windowsVirtualKeyCode=codes[key],
                text="\r" if key == "Enter" and kind == "keyDown" else "",
            )

    def shot(self, name):
        """Keep a picture of the page among the run's screenshots.

        It is for people: no test fails because a busy browser draws no frame for it.
        """
        folder = Path(config["data_dir"]).parent / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        try:
            data = self._send("Page.captureScreenshot", 10.0, format="png")["data"]
        except TimeoutError:
            _logger.info("no picture %s: the browser drew none in time", name)
            return
        (folder / f"{name}.png").write_bytes(base64.b64decode(data))
