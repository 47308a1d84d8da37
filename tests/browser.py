"""A headless Chromium, driven by the WebDriver protocol: https://www.w3.org/TR/webdriver2/.

Debian has both programs: ``apt-get install chromium chromium-driver``.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

INSTALL = "apt-get install chromium chromium-driver"
# Nothing but the page is asked of the browser: no graphics card, no network of its own.
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
_DARK = "--blink-settings=preferredColorScheme=0"
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_SECONDS = 60


class Browser:
    """A window of the browser."""

    def __init__(self, session: str) -> None:
        self._session = session

    def open(self, page: Path) -> None:
        """Opens a file from disk."""
        self._post("url", url=page.as_uri())

    def run(self, script: str) -> Any:
        """What the body of a function in JavaScript returns."""
        return self._post("execute/sync", script=script, args=[])

    def click(self, selector: str) -> None:
        """Clicks on the first element of a CSS selector, as a person does: it must be in sight."""
        found = self._post("element", using="css selector", value=selector)
        self._post(f"element/{found[_ELEMENT]}/click")

    def type(self, selector: str, text: str) -> None:
        """Types into the first element of a CSS selector."""
        found = self._post("element", using="css selector", value=selector)
        self._post(f"element/{found[_ELEMENT]}/value", text=text)

    def screenshot(self) -> bytes:
        """What is in sight, a PNG."""
        with urlopen(f"{self._session}/screenshot", timeout=_SECONDS) as answer:
            return base64.b64decode(json.load(answer)["value"])

    def _post(self, command: str, /, **values: Any) -> Any:
        return _post(f"{self._session}/{command}", **values)


@contextmanager
def browser(
    folder: Path, width: int = 1280, height: int = 900, dark: bool = False
) -> Iterator[Any]:
    """A browser whose profile is in the folder; skips the test where there is none."""
    driver, chromium = shutil.which("chromedriver"), shutil.which("chromium")
    if driver is None or chromium is None:
        pytest.skip(f"needs Chromium: {INSTALL}")
    process = subprocess.Popen(
        [driver, "--port=0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
    )
    try:
        url = f"http://127.0.0.1:{_port(process)}/session"
        options = {"binary": chromium, "args": _arguments(folder, width, height, dark)}
        capabilities = {"alwaysMatch": {"goog:chromeOptions": options}}
        session = _post(url, capabilities=capabilities)["sessionId"]
        yield Browser(f"{url}/{session}")
        urlopen(Request(f"{url}/{session}", method="DELETE"), timeout=_SECONDS).close()
    finally:
        process.terminate()
        process.wait()


def _arguments(folder: Path, width: int, height: int, dark: bool) -> list[str]:
    own = [f"--user-data-dir={folder / 'profile'}", f"--window-size={width},{height}"]
    return [*ARGUMENTS, *own, *([_DARK] if dark else [])]


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"started successfully on port (\d+)", line)
        if found:
            return int(found[1])
    raise AssertionError("chromedriver did not start")


def _post(url: str, /, **values: Any) -> Any:
    body = json.dumps(values).encode()
    request = Request(url, body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=_SECONDS) as answer:
        return json.load(answer)["value"]
